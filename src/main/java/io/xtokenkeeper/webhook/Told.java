package io.xtokenkeeper.webhook;

import io.xtokenkeeper.audit.EventType;
import java.util.Arrays;
import java.util.List;

/** What webhooks may be told of. */
public enum Told {
    ACCOUNT_CONNECTED(EventType.ACCOUNT_CONNECTED),
    ACCOUNT_NEEDS_CONSENT(EventType.ACCOUNT_NEEDS_CONSENT),
    ACCOUNT_LOST(EventType.ACCOUNT_LOST),
    APP_MISCONFIGURED(EventType.APP_MISCONFIGURED);

    /** The type of a message that is sent on request, to one webhook alone. */
    public static final String TEST = "webhook.test";

    private final EventType type;

    Told(EventType type) {
        this.type = type;
    }

    String word() {
        return type.word();
    }

    /** The types as callers write them. */
    public static List<String> words() {
        return Arrays.stream(values()).map(Told::word).toList();
    }
}
