package io.xtokenkeeper.security;

import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import java.util.Set;

/**
 * The permissions of API keys: {@code read} to list, {@code token} to get access tokens, {@code manage} for everything else.
 */
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
