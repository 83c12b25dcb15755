package io.xtokenkeeper.encryption;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.domain.Secret;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebhookSignerTest {
    /** The test vector of the reference libraries of Standard Webhooks. */
    private static final Secret SECRET = Secret.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final Instant AT = Instant.ofEpochSecond(1_614_265_330);
    private static final String BODY = "{\"test\": 2432232314}";
    private static final String SIGNED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    @Test
    void theVectorOfTheReferenceLibrariesIsMet() {
        assertThat(WebhookSigner.header(List.of(SECRET), ID, AT, BODY)).isEqualTo(SIGNED);
    }

    @Test
    void eachSecretSignsWhileOneReplacesAnother() {
        var next = WebhookSigner.newSecret();

        assertThat(WebhookSigner.header(List.of(next, SECRET), ID, AT, BODY).split(" "))
                .containsExactly(WebhookSigner.header(List.of(next), ID, AT, BODY), SIGNED);
    }

    @Test
    void everythingThatIsSignedCounts() {
        var others = List.of(
                WebhookSigner.header(List.of(SECRET), ID + "x", AT, BODY),
                WebhookSigner.header(List.of(SECRET), ID, AT.plusSeconds(1), BODY),
                WebhookSigner.header(List.of(SECRET), ID, AT, BODY + " "),
                WebhookSigner.header(List.of(WebhookSigner.newSecret()), ID, AT, BODY));

        assertThat(others).doesNotContain(SIGNED).doesNotHaveDuplicates();
    }

    @Test
    void aNewSecretIsLongEnoughAndNeverTheSame() {
        var secret = WebhookSigner.newSecret();

        assertThat(secret.reveal()).startsWith("whsec_");
        assertThat(Base64.getDecoder().decode(secret.reveal().substring(6))).hasSize(32);
        assertThat(WebhookSigner.newSecret()).isNotEqualTo(secret);
        assertThat(secret).hasToString("***");
    }
}
