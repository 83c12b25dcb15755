package io.xtokenkeeper.diagnostics;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.semconv.UrlAttributes;
import jakarta.inject.Singleton;
import java.net.URI;

/**
 * Removes from spans, before they are exported, the parts of addresses that may be secret: queries (a code, a state, a
 * consent link), paths that contain a consent link, and all but the origin of the addresses that this service calls, among
 * them webhooks.
 */
@Singleton
class SpanRedactor implements SpanProcessor {
    private static final String REDACTED = "REDACTED";
    private static final String CONSENT_LINKS = "/connect/";

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
        if (span.getAttribute(UrlAttributes.URL_QUERY) != null) {
            span.setAttribute(UrlAttributes.URL_QUERY, REDACTED);
        }
        var path = span.getAttribute(UrlAttributes.URL_PATH);
        if (path != null && path.contains(CONSENT_LINKS)) {
            span.setAttribute(UrlAttributes.URL_PATH, CONSENT_LINKS + REDACTED);
        }
        var full = span.getAttribute(UrlAttributes.URL_FULL);
        if (full != null) {
            span.setAttribute(UrlAttributes.URL_FULL, origin(full));
        }
    }

    private static String origin(String url) {
        try {
            return URI.create(url).resolve("/").toString();
        } catch (IllegalArgumentException e) {
            return REDACTED;
        }
    }

    @Override
    public boolean isStartRequired() {
        return true;
    }

    @Override
    public void onEnd(ReadableSpan span) {}

    @Override
    public boolean isEndRequired() {
        return false;
    }
}
