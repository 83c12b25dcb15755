package io.xtokenkeeper.http;

import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Accepts on pages only forms that were sent by a page of this origin. The framework's CSRF check lets every request pass
 * that is not declared a form, which API calls need and pages must not allow; and it rejects with an empty body, where this
 * filter returns a page that explains the error.
 */
public class CsrfOriginFilter {
    private static final MediaType FORM = MediaType.APPLICATION_FORM_URLENCODED_TYPE;
    private static final Problem UNREADABLE = Problem.of(ProblemType.BAD_REQUEST, "The form cannot be read");
    private static final Pattern NO_ESCAPE = Pattern.compile("%(?![0-9a-fA-F]{2})");
    private static final Set<HttpMethod> WITH_BODY =
            Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE);
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

    /**
     * The framework creates CSRF tokens for paths spelt exactly as in {@code quarkus.rest-csrf.create-token-path}; these are
     * other spellings.
     */
    private static final Pattern ANOTHER_WAY_TO_WRITE_IT = Pattern.compile("./$|;");

    /** Fetch metadata: browsers that support it send the relation between the requesting site and this one. */
    private static final String SITE = "Sec-Fetch-Site";

    private static final Set<String> OURS = Set.of("same-origin", "none");

    /**
     * Reads a form body and stores its fields in the request, where the framework finds them. The framework's own reader
     * sends no response to a form that cannot be decoded if the form arrives after the headers.
     *
     * @return the response to an empty form, null to continue; fails with a problem if the form is too large or cannot be
     *     decoded
     */
    @ServerRequestFilter(preMatching = true)
    public Uni<Response> read(RoutingContext route) {
        var request = route.request();
        var type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null || !type.strip().toLowerCase(Locale.ROOT).startsWith(FORM.toString())) {
            return Uni.createFrom().nullItem();
        }
        if (WITH_BODY.contains(request.method())) {
            return read(request);
        }
        return hasBody(request)
                ? Uni.createFrom().failure(new ProblemException(UNREADABLE))
                : Uni.createFrom().nullItem();
    }

    private static boolean hasBody(HttpServerRequest request) {
        var length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return request.headers().contains(HttpHeaders.TRANSFER_ENCODING) || (length != null && !length.equals("0"));
    }

    private static Uni<Response> read(HttpServerRequest request) {
        return Uni.createFrom().emitter(form -> {
            var body = Buffer.buffer();
            request.setExpectMultipart(true);
            request.exceptionHandler(bad -> form.fail(
                    new ProblemException(request.bytesRead() > BodyLimits.SMALL ? large(request) : UNREADABLE)));
            request.handler(piece -> {
                if (request.bytesRead() > BodyLimits.SMALL) {
                    form.fail(new ProblemException(large(request)));
                } else {
                    body.appendBuffer(piece);
                }
            });
            request.endHandler(end -> {
                // the decoder would drop a value that cannot be decoded, without an error
                if (NO_ESCAPE.matcher(body.toString()).find()) {
                    form.fail(new ProblemException(UNREADABLE));
                } else {
                    form.complete(request.formAttributes().isEmpty() ? empty(request) : null);
                }
            });
            request.resume();
        });
    }

    /** An empty form has no CSRF token in any case. */
    private static Response empty(HttpServerRequest request) {
        return ErrorPages.refused(isForeign(request.getHeader(SITE)) ? foreign() : stale());
    }

    /** The rest of the request is not read; an HTTP/1.1 connection is closed after the response. */
    private static Problem large(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_2) {
            request.response().endHandler(sent -> request.connection().close());
        }
        return BodyLimits.tooLarge();
    }

    @ServerRequestFilter
    public Optional<Response> guard(ContainerRequestContext request, RoutingContext route) {
        if (ProblemMappers.isCall(request)) {
            return Optional.empty();
        }
        if (ANOTHER_WAY_TO_WRITE_IT.matcher(route.normalizedPath()).find()) {
            throw new NotFoundException();
        }
        if (SAFE.contains(request.getMethod())) {
            return Optional.empty();
        }
        return isForm(request.getMediaType()) && !isForeign(request.getHeaderString(SITE))
                ? Optional.empty()
                : Optional.of(ErrorPages.refused(foreign()));
    }

    private static boolean isForeign(String site) {
        return site != null && !OURS.contains(site);
    }

    /** Exact comparison: the framework's CSRF check also accepts compatible media types. */
    private static boolean isForm(MediaType type) {
        return type != null
                && type.getType().equals(FORM.getType())
                && type.getSubtype().equals(FORM.getSubtype());
    }

    @ServerResponseFilter
    public void explain(ContainerRequestContext request, ContainerResponseContext response) {
        if (response.getStatus() != Response.Status.BAD_REQUEST.getStatusCode() || response.hasEntity()) {
            return;
        }
        if (ProblemMappers.isCall(request)) {
            response.setEntity(
                    Problem.of(ProblemType.BAD_REQUEST, "Malformed request"),
                    null,
                    MediaType.valueOf(Problem.MEDIA_TYPE));
        } else {
            var page = ErrorPages.refused(stale());
            response.setEntity(page.getEntity(), null, page.getMediaType());
        }
    }

    private static ErrorPage foreign() {
        return new ErrorPage(
                Response.Status.FORBIDDEN.getStatusCode(),
                "This did not come from a form of ours",
                "Another site, or a program, sent this. Nothing was done.",
                "Use the buttons on our own pages; programs use the API.");
    }

    private static ErrorPage stale() {
        return new ErrorPage(
                Response.Status.BAD_REQUEST.getStatusCode(),
                "The form is too old",
                "The form was open for too long, or this browser did not keep our cookie. Nothing was done.",
                "Go back, load the page again, and repeat what you did. This service is reached at "
                        + PageGlobals.address() + "/; by another address the browser may not keep the cookie.");
    }
}
