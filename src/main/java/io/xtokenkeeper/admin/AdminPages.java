package io.xtokenkeeper.admin;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.xtokenkeeper.transfer.ImportResult;
import java.util.List;
import java.util.Optional;

/** The pages of this step. */
@CheckedTemplate(basePath = "operator")
final class AdminPages {
    private AdminPages() {}

    /** @param standIn the host that plays X, where it is not X */
    static native TemplateInstance landing(boolean open, Optional<String> standIn);

    /**
     * @param refused why the last try did not work
     * @param openId there is an OpenID provider to ask
     */
    static native TemplateInstance signIn(Optional<String> refused, boolean openId, Optional<String> address);

    static native TemplateInstance dashboard(Dashboard list);

    /** A row of the dashboard. */
    static native TemplateInstance row(AccountRow account);

    static native TemplateInstance account(AccountView account, Optional<String> told);

    static native TemplateInstance disconnect(AccountRow account);

    /** @param wrong what is wrong with what was asked for */
    static native TemplateInstance invite(
            ConsentLinkForms.Asked asked, Optional<String> wrong, Optional<ConsentLinkForms.Shown> shown);

    /** @param shown a key that was just made */
    static native TemplateInstance keys(
            List<KeyRow> keys, Optional<String> told, Optional<String> wrong, Optional<String> shown);

    static native TemplateInstance revokeKey(KeyRow key);

    /**
     * @param events what a webhook may be told
     * @param secret of a webhook that was just made
     */
    static native TemplateInstance webhooks(
            List<WebhookRow> webhooks,
            List<String> events,
            Optional<String> told,
            Optional<String> wrong,
            Optional<String> secret);

    /**
     * @param next where the log goes on
     * @param secret that was just made
     */
    static native TemplateInstance webhook(
            WebhookRow webhook,
            List<DeliveryRow> log,
            Optional<Long> next,
            Optional<String> told,
            Optional<String> secret);

    static native TemplateInstance deleteWebhook(WebhookRow webhook);

    static native TemplateInstance vault(VaultView vault, Optional<String> told);

    /** @param results of what was just sent; empty before */
    static native TemplateInstance importGrants(Optional<List<ImportResult>> results);

    static native TemplateInstance charts(ChartsView charts);

    /** What is wrong now. */
    static native TemplateInstance now(List<Alert> troubles);
}
