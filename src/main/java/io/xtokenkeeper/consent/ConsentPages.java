package io.xtokenkeeper.consent;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import java.util.Optional;

/** The pages of this step that are no refusals. */
@CheckedTemplate(basePath = "consent")
final class ConsentPages {
    private ConsentPages() {}

    /** @param standIn the host that plays X, where it is not X */
    static native TemplateInstance landing(boolean open, Optional<String> standIn);

    static native TemplateInstance connected(ConnectedView account);

    static native TemplateInstance ask(AskView asked);

    static native TemplateInstance declined(String app);
}
