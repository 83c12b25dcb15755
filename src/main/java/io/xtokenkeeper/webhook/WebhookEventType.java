package io.xtokenkeeper.webhook;

import io.xtokenkeeper.audit.AuditEventType;
import java.util.Arrays;
import java.util.List;

/** What webhooks may be told of. */
public enum WebhookEventType {
    ACCOUNT_CONNECTED(AuditEventType.ACCOUNT_CONNECTED),
    ACCOUNT_NEEDS_CONSENT(AuditEventType.ACCOUNT_NEEDS_CONSENT),
    ACCOUNT_LOST(AuditEventType.ACCOUNT_LOST),
    APP_MISCONFIGURED(AuditEventType.APP_MISCONFIGURED);

    /** The type of a message that is sent on request, to one webhook alone. */
    public static final String TEST = "webhook.test";

    private final AuditEventType type;

    WebhookEventType(AuditEventType type) {
        this.type = type;
    }

    String word() {
        return type.word();
    }

    /** The types as callers write them. */
    public static List<String> words() {
        return Arrays.stream(values()).map(WebhookEventType::word).toList();
    }
}
