package io.xtokenkeeper.webhook;

import io.xtokenkeeper.audit.AuditEventType;
import java.util.Arrays;
import java.util.List;

/** The audit events that webhooks can be notified of. */
public enum WebhookEventType {
    ACCOUNT_CONNECTED(AuditEventType.ACCOUNT_CONNECTED),
    ACCOUNT_SCOPE_CHANGED(AuditEventType.ACCOUNT_SCOPE_CHANGED),
    CONSENT_LINK_ENDED(AuditEventType.CONSENT_LINK_ENDED),
    ACCOUNT_NEEDS_CONSENT(AuditEventType.ACCOUNT_NEEDS_CONSENT),
    ACCOUNT_LOST(AuditEventType.ACCOUNT_LOST),
    APP_MISCONFIGURED(AuditEventType.APP_MISCONFIGURED);

    /** The type of the message that is sent on request, to one webhook only. */
    public static final String TEST = "webhook.test";

    private final AuditEventType type;

    WebhookEventType(AuditEventType type) {
        this.type = type;
    }

    String word() {
        return type.word();
    }

    /** The types as callers write them, such as {@code account.connected}. */
    public static List<String> words() {
        return Arrays.stream(values()).map(WebhookEventType::word).toList();
    }
}
