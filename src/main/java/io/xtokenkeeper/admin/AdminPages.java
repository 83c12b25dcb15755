package io.xtokenkeeper.admin;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.xtokenkeeper.transfer.ImportResult;
import java.util.List;
import java.util.Optional;

/** The templates of the admin pages, with their parameters. */
@CheckedTemplate(basePath = "operator")
final class AdminPages {
    private AdminPages() {}

    /** @param standIn the host of the X simulator; empty if X itself is used */
    static native TemplateInstance landing(boolean open, Optional<String> standIn);

    /**
     * @param refused why the last attempt failed
     * @param openId whether an OpenID provider is configured
     */
    static native TemplateInstance signIn(Optional<String> refused, boolean openId, Optional<String> address);

    static native TemplateInstance dashboard(Dashboard list);

    /** A row of the dashboard. */
    static native TemplateInstance row(AccountRow account);

    static native TemplateInstance account(AccountView account, Optional<String> flash);

    static native TemplateInstance disconnect(AccountRow account);

    /** @param wrong why the input is invalid */
    static native TemplateInstance invite(
            ConsentLinkForms.Asked asked,
            Optional<String> wrong,
            Optional<ConsentLinkForms.Shown> shown,
            ConsentLinkForms.Listed links,
            Optional<String> flash);

    /** @param shown empty unless the link still works */
    static native TemplateInstance link(ConsentLinkForms.Row link, Optional<ConsentLinkForms.Shown> shown);

    /** @param shown a key that was just created */
    static native TemplateInstance keys(
            List<KeyRow> keys, Optional<String> flash, Optional<String> wrong, Optional<String> shown);

    static native TemplateInstance revokeKey(KeyRow key);

    /**
     * @param events the event types that a webhook can be notified of
     * @param secret of a webhook that was just created
     */
    static native TemplateInstance webhooks(
            List<WebhookRow> webhooks,
            List<String> events,
            Optional<String> flash,
            Optional<String> wrong,
            Optional<String> secret);

    /**
     * @param next the {@code before} parameter of the next page of the log
     * @param secret the signing secret that was just created
     */
    static native TemplateInstance webhook(
            WebhookRow webhook,
            List<DeliveryRow> log,
            Optional<Long> next,
            Optional<String> flash,
            Optional<String> secret);

    static native TemplateInstance deleteWebhook(WebhookRow webhook);

    static native TemplateInstance vault(VaultView vault, Optional<String> flash);

    /** @param results of the import that was just sent; empty before */
    static native TemplateInstance importGrants(Optional<List<ImportResult>> results);

    static native TemplateInstance charts(ChartsView charts);

    static native TemplateInstance usage(UsageView usage);

    static native TemplateInstance audit(AuditView audit);

    /**
     * Rows of the list of audit events.
     *
     * @param newer the address that returns the rows to add on top of these; empty if there will be none
     */
    static native TemplateInstance auditRows(List<AuditRow> rows, Optional<String> newer);

    /** The current alerts. */
    static native TemplateInstance now(List<Alert> troubles);
}
