package io.xtokenkeeper.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.sandbox.grants.ClientApp;
import io.xtokenkeeper.sandbox.grants.SeededGrant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Only the token's app may revoke it; every token is accepted unless the configuration says otherwise. */
class RevokeTest {
    private static final String ADA = "1815121001";
    private static final ClientApp OTHER = new ClientApp("other-app", "other-secret", List.of());

    private final Sandbox sandbox = Sandbox.start(SandboxOptions.defaults().withOtherApps(OTHER));
    private final App app = App.of(sandbox);
    private final SeededGrant grant = sandbox.issueGrant(ADA);

    @AfterEach
    void stop() {
        sandbox.close();
    }

    @Test
    void refreshTokenTakesThePairWithIt() {
        revoked(app.revoke("token", grant.refreshToken(), "token_type_hint", "refresh_token"));
        assertThat(app.refresh(grant.refreshToken()).status()).isEqualTo(400);
        assertThat(app.me(grant.accessToken()).status()).isEqualTo(401);
    }

    @Test
    void accessTokenTakesThePairWithIt() {
        revoked(app.revoke("token", grant.accessToken(), "token_type_hint", "access_token"));
        assertThat(app.refresh(grant.refreshToken()).status()).isEqualTo(400);
    }

    @Test
    void oneMayOutliveTheOther() {
        sandbox.update(switches -> switches.withRevokeKillsPair(false));
        revoked(app.revoke("token", grant.accessToken(), "token_type_hint", "access_token"));
        assertThat(app.me(grant.accessToken()).status()).isEqualTo(401);
        Heard next = app.refresh(grant.refreshToken());
        assertThat(next.status()).isEqualTo(200);

        revoked(app.revoke("token", next.text("refresh_token"), "token_type_hint", "refresh_token"));
        assertThat(app.refresh(next.text("refresh_token")).status()).isEqualTo(400);
        assertThat(app.me(next.text("access_token")).status()).isEqualTo(200);
    }

    @Test
    void tokensThatAreNoneAreRevokedToo() {
        revoked(app.revoke("token", "nonsense", "token_type_hint", "refresh_token"));
        revoked(app.revoke("token", grant.refreshToken(), "token_type_hint", "refresh_token"));
        revoked(app.revoke("token", grant.refreshToken(), "token_type_hint", "refresh_token"));
    }

    @Test
    void spentTokenTakesNothingWithIt() {
        String next = app.refresh(grant.refreshToken()).text("refresh_token");
        revoked(app.revoke("token", grant.refreshToken(), "token_type_hint", "refresh_token"));
        assertThat(sandbox.ledger().isLive(next)).isTrue();
    }

    @Test
    void anotherAppsTokenIsLeftAlone() {
        revoked(app.as(OTHER.id(), OTHER.secret())
                .revoke("token", grant.refreshToken(), "token_type_hint", "refresh_token"));
        assertThat(sandbox.ledger().isLive(grant.refreshToken())).isTrue();
    }

    @Test
    void wantsAToken() {
        assertThat(app.revoke().text("error_description")).isEqualTo("Missing required parameter [token].");
    }

    @Test
    void wantsTheKindOfToken() {
        Heard heard = app.revoke("token", grant.refreshToken());
        assertThat(heard.status()).isEqualTo(400);
        assertThat(heard.text("error")).isEqualTo("invalid_request");
        assertThat(heard.text("error_description")).isEqualTo("Missing required parameter [token_type_hint].");
        assertThat(sandbox.ledger().isLive(grant.refreshToken())).isTrue();
    }

    @Test
    void mayRefuseTokensThatAreNotLive() {
        sandbox.update(switches -> switches.withRevokeRefusesUnknownTokens(true));
        revoked(app.revoke("token", grant.refreshToken(), "token_type_hint", "refresh_token"));
        for (String token : new String[] {grant.refreshToken(), "nonsense"}) {
            Heard heard = app.revoke("token", token, "token_type_hint", "refresh_token");
            assertThat(heard.status()).isEqualTo(400);
            assertThat(heard.text("error_description")).isEqualTo("Value passed for the token was invalid.");
        }
    }

    @Test
    void wantsTheClient() {
        assertThat(app.withoutHeader()
                        .revoke("token", grant.refreshToken(), "token_type_hint", "refresh_token")
                        .text("error_description"))
                .isEqualTo("Missing valid authorization header");
        assertThat(app.as(SandboxOptions.CLIENT_ID, "wrong")
                        .revoke("token", grant.refreshToken(), "token_type_hint", "refresh_token")
                        .status())
                .isEqualTo(401);
        assertThat(sandbox.ledger().isLive(grant.refreshToken())).isTrue();
    }

    private static void revoked(Heard heard) {
        assertThat(heard.status()).isEqualTo(200);
        assertThat(heard.body()).isEqualTo("{\"revoked\":true}");
    }
}
