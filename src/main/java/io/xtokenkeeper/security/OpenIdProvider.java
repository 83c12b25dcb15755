package io.xtokenkeeper.security;

import io.xtokenkeeper.domain.Secret;
import jakarta.json.JsonString;
import java.net.URI;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * The OpenID provider with which admins may sign in instead of with an API key, and which of its users are admins.
 *
 * @param operators each a {@code sub} without {@code @}, an e-mail address that the provider has verified, or {@code group:}
 *     and a group's name
 */
public record OpenIdProvider(URI issuer, String clientId, Secret clientSecret, Set<String> operators) {
    static final String GROUP = "group:";

    /**
     * The name of the token's user in audit events; empty if the user is not an admin. Each claim is compared only with
     * names of its own kind: at some providers users choose their {@code sub}, and could choose another user's e-mail
     * address.
     */
    Optional<String> operator(JsonWebToken token) {
        var mail = mail(token).filter(text -> text.contains("@"));
        var subject = token.getSubject();
        var named = mail.filter(operators::contains).isPresent()
                || (!subject.contains("@") && !subject.startsWith(GROUP) && operators.contains(subject))
                || groups(token).anyMatch(operators::contains);
        return named ? mail.or(() -> Optional.of(subject)) : Optional.empty();
    }

    /** OpenID Connect Core §5.7: an e-mail address counts only if the provider has verified it. */
    private static Optional<String> mail(JsonWebToken token) {
        // some providers send the boolean as a string
        return text(token.getClaim("email_verified")).equals("true")
                ? Optional.ofNullable(token.getClaim("email")).map(OpenIdProvider::text)
                : Optional.empty();
    }

    private static Stream<String> groups(JsonWebToken token) {
        Object groups = token.getClaim("groups");
        return (groups instanceof Collection<?> several ? several : List.of())
                .stream().map(group -> GROUP + text(group));
    }

    private static String text(Object claim) {
        return claim instanceof JsonString json ? json.getString() : String.valueOf(claim);
    }

    /** Identifies these settings: sessions that were started with other settings have ended. */
    String id() {
        var all = String.join("\n", issuer.toString(), clientId, String.join("\n", new TreeSet<>(operators)));
        return "openid:" + HexFormat.of().formatHex(Secret.of(all).sha256(), 0, 8);
    }
}
