package io.xtokenkeeper.security;

import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The permissions of API keys: {@code read} to list, {@code proxy} to call X without seeing a token, {@code token} to get access
 * tokens, which includes {@code proxy}, and {@code manage} for everything else.
 */
public final class Permissions {
    public static final String READ = "read";
    public static final String TOKEN = "token";
    public static final String PROXY = "proxy";
    public static final String MANAGE = "manage";
    public static final Set<String> ALL = Set.of(READ, TOKEN, PROXY, MANAGE);

    /** Below these paths even reading takes {@link #MANAGE}. */
    private static final Pattern MANAGED = Pattern.compile("/api/v1/(keys|webhooks|vault)(/|$)");

    private Permissions() {}

    /**
     * The permission that a call of a REST resource requires, known from its address before the resource is: what {@code
     * @RolesAllowed} says there.
     *
     * @return empty for methods that no resource has
     */
    static Optional<String> required(String method, String path) {
        return switch (method) {
            case "GET", "HEAD" -> Optional.of(MANAGED.matcher(path).lookingAt() ? MANAGE : READ);
            case "POST" -> Optional.of(path.endsWith("/refresh") ? TOKEN : MANAGE);
            case "PATCH", "DELETE" -> Optional.of(MANAGE);
            default -> Optional.empty();
        };
    }

    /** Whether one of these permissions lets its holder call X. */
    static boolean callsX(Set<String> rights) {
        return rights.contains(PROXY) || rights.contains(TOKEN);
    }

    static QuarkusSecurityIdentity.Builder identity(String name, Set<String> rights) {
        var identity = QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(name))
                .addRoles(rights);
        return callsX(rights) ? identity.addRole(PROXY) : identity;
    }
}
