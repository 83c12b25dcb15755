package io.xtokenkeeper.http;

import io.quarkus.arc.Arc;
import io.quarkus.qute.TemplateGlobal;

/** The public base URL, for templates and page texts. */
final class PageGlobals {
    private PageGlobals() {}

    /** The prefix of each path of this service in a template: {@link PublicBaseUrl#prefix}. */
    @TemplateGlobal
    static String base() {
        return publicUrl().prefix();
    }

    static String address() {
        return publicUrl().value();
    }

    private static PublicBaseUrl publicUrl() {
        return Arc.container().instance(PublicBaseUrl.class).get();
    }
}
