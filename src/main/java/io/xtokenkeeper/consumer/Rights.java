package io.xtokenkeeper.consumer;

import java.util.Set;

/** What an API key may do. {@code read} lists, {@code token} takes tokens, {@code manage} does the rest. */
final class Rights {
    static final String READ = "read";
    static final String TOKEN = "token";
    static final String MANAGE = "manage";
    static final Set<String> ALL = Set.of(READ, TOKEN, MANAGE);

    private Rights() {}
}
