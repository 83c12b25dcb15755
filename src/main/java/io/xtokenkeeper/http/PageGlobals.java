package io.xtokenkeeper.http;

import io.quarkus.arc.Arc;
import io.quarkus.qute.TemplateGlobal;

/** What pages say of where this service is. */
final class PageGlobals {
    private PageGlobals() {}

    /** Stands before each path of ours in a template: {@link PublicBaseUrl#prefix}. */
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
