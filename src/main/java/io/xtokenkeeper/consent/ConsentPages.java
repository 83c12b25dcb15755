package io.xtokenkeeper.consent;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;

/** The pages of this step that are no refusals. */
@CheckedTemplate(basePath = "consent")
final class ConsentPages {
    private ConsentPages() {}

    static native TemplateInstance connected(ConnectedView account);

    static native TemplateInstance ask(ConsentLinkView asked);

    static native TemplateInstance declined(String app);
}
