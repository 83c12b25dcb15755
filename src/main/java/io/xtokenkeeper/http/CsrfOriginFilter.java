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
 * What is sent to a page must be a form, sent by a page of ours. The framework's check of the form's token passes whatever
 * says it is no form, which calls need and pages must not have; and it refuses with an empty answer, which nobody
 * understands.
 */
public class CsrfOriginFilter {
    private static final MediaType FORM = MediaType.APPLICATION_FORM_URLENCODED_TYPE;
    private static final Problem UNREADABLE = Problem.of(ProblemType.BAD_REQUEST, "The form cannot be read");
    private static final Pattern NO_ESCAPE = Pattern.compile("%(?![0-9a-fA-F]{2})");
    private static final Set<HttpMethod> WITH_BODY =
            Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE);
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

    /** A form's token is made for addresses as they are written in the settings. */
    private static final Pattern ANOTHER_WAY_TO_WRITE_IT = Pattern.compile("./$|;");

    /** What browsers say about who caused a request, where they say it. */
    private static final String SITE = "Sec-Fetch-Site";

    private static final Set<String> OURS = Set.of("same-origin", "none");

    /**
     * Reads a form; the framework finds the fields with the request. Its own reader leaves one that cannot be decoded without
     * an answer when it comes after its headers.
     *
     * @return the answer to an empty form; fails with the refusal of one that is too large or cannot be decoded
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
                // a value that cannot be decoded would be left out without a word
                if (NO_ESCAPE.matcher(body.toString()).find()) {
                    form.fail(new ProblemException(UNREADABLE));
                } else {
                    form.complete(request.formAttributes().isEmpty() ? empty(request) : null);
                }
            });
            request.resume();
        });
    }

    /** It has no token at any rate. */
    private static Response empty(HttpServerRequest request) {
        return ErrorPages.refused(isForeign(request.getHeader(SITE)) ? foreign() : stale());
    }

    /** The rest of it is not read. */
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

    /** To the letter: the check of the token passes whatever is only compatible. */
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
