package io.xtokenkeeper.audit;

/** The types of audit events. Callers see the word of a type; a word is never reused with another meaning. */
public enum AuditEventType {
    ACCOUNT_CONNECTED("account.connected"),
    ACCOUNT_DISCONNECTED("account.disconnected"),
    ACCOUNT_ERASED("account.erased"),
    ACCOUNT_NEEDS_CONSENT("account.needs_consent"),
    ACCOUNT_LOST("account.lost"),
    ACCOUNT_SCOPE_CHANGED("account.scope_changed"),
    ACCOUNT_REFERENCES_CHANGED("account.references_changed"),
    ACCOUNT_IMPORTED("account.imported"),
    ACCOUNTS_IMPORTED("accounts.imported"),
    ACCOUNTS_EXPORTED("accounts.exported"),
    REVOCATION_GIVEN_UP("revocation.given_up"),
    CONSENT_REFUSED("consent.refused"),
    CONSENT_LINK_CREATED("consent_link.created"),
    CONSENT_LINK_ENDED("consent_link.ended"),
    APP_MISCONFIGURED("app.misconfigured"),
    KEY_CREATED("key.created"),
    KEY_REVOKED("key.revoked"),
    OPERATOR_SIGNED_IN("operator.signed_in"),
    OPERATOR_SIGNED_OUT("operator.signed_out"),
    KEY_REFUSED("key.refused"),
    VAULT_ROTATED("vault.rotated"),
    VAULT_RESEALED("vault.resealed"),
    EVENTS_FORGOTTEN("events.forgotten"),
    WEBHOOK_CREATED("webhook.created"),
    WEBHOOK_DELETED("webhook.deleted"),
    WEBHOOK_DISABLED("webhook.disabled"),
    WEBHOOK_ENABLED("webhook.enabled"),
    WEBHOOK_SECRET_ROLLED("webhook.secret_rolled");

    private final String word;

    AuditEventType(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }
}
