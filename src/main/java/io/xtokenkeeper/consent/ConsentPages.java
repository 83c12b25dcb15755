package io.xtokenkeeper.consent;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;

/** The templates of the consent pages that are not errors. */
@CheckedTemplate(basePath = "consent")
final class ConsentPages {
    private ConsentPages() {}

    static native TemplateInstance connected(ConnectedView account);

    static native TemplateInstance ask(ConsentLinkView asked);

    static native TemplateInstance declined(String app);

    static native TemplateInstance popup(PopupPage.View view);
}
