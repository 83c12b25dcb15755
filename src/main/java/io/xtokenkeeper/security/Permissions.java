package io.xtokenkeeper.security;

import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import java.util.Set;

/** What an API key may do. {@code read} lists, {@code token} takes tokens, {@code manage} does the rest. */
public final class Permissions {
    public static final String READ = "read";
    public static final String TOKEN = "token";
    public static final String MANAGE = "manage";
    public static final Set<String> ALL = Set.of(READ, TOKEN, MANAGE);

    private Permissions() {}

    static QuarkusSecurityIdentity.Builder identity(String name, Set<String> rights) {
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(name))
                .addRoles(rights);
    }
}
