package io.xtokenkeeper.token;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.refresh.TokenResult;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The response that contains a valid access token. */
@Schema(name = "Token")
public record AccessTokenResponse(
        @Schema(examples = "2244994945") String account,

        @Schema(description = "Send it to X as Authorization: Bearer")
        String accessToken,

        @Schema(examples = "bearer") String tokenType,

        @Schema(examples = "tweet.read users.read offline.access")
        String scope,

        Instant expiresAt,

        @Schema(description = "Seconds, as of this answer", examples = "5400")
        long expiresIn) {
    static AccessTokenResponse of(AccountId account, TokenResult.Token token, Instant now) {
        return new AccessTokenResponse(
                account.value(),
                token.token().value().reveal(),
                "bearer",
                token.scope().toString(),
                token.expiresAt(),
                Math.max(0, Duration.between(now, token.expiresAt()).toSeconds()));
    }

    /** Returns the same JSON as Jackson would write, but cheaper: this is the most frequent response. */
    String text() {
        var text = new StringBuilder(320);
        member(text.append('{'), "account", account);
        member(text.append(','), "access_token", accessToken);
        member(text.append(','), "token_type", tokenType);
        member(text.append(','), "scope", scope);
        member(text.append(','), "expires_at", expiresAt.toString());
        return text.append(",\"expires_in\":").append(expiresIn).append('}').toString();
    }

    private static void member(StringBuilder text, String name, String value) {
        text.append('"').append(name).append("\":\"");
        JsonStringEncoder.getInstance().quoteAsString(value, text);
        text.append('"');
    }
}
