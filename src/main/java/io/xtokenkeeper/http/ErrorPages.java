package io.xtokenkeeper.http;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;

/** Renders error pages and problem pages, and builds responses and redirects for other pages. */
public final class ErrorPages {
    private static final String HTML = MediaType.TEXT_HTML + ";charset=UTF-8";

    private ErrorPages() {}

    public static Response refused(ErrorPage refusal) {
        var page = page(refusal.status(), Templates.refused(refusal));
        refusal.retryAfter().ifPresent(pause -> page.header(HttpHeaders.RETRY_AFTER, Math.max(1, pause.toSeconds())));
        return page.build();
    }

    /** Renders a problem as a page. */
    static Response refused(Problem problem) {
        var reference = problem.instance().map(id -> " It is written there under " + id + ".");
        return refused(new ErrorPage(
                problem.status(),
                problem.title(),
                problem.detail() + "." + reference.orElse(""),
                next(problem.status())));
    }

    private static String next(int status) {
        return switch (status) {
            case 401, 403 -> "Use the key or the link that you were given for this.";
            case 404, 405 -> "Check the address, or start from the home page.";
            case 500 -> "Try again later; if the error persists, contact the operator of this service.";
            case 503 -> "Try again in a few seconds. Existing connections are not changed.";
            default -> "Go back and try again.";
        };
    }

    /** A response with a page. The template is rendered here, so that an error in it is mapped to a response. */
    public static Response.ResponseBuilder page(int status, TemplateInstance template) {
        return Response.status(status).type(HTML).entity(template.render());
    }

    /** @param path a path of this service, without the prefix; {@link PublicRedirects} completes it */
    public static Response.ResponseBuilder redirect(String path) {
        return Response.status(Response.Status.SEE_OTHER).header(HttpHeaders.LOCATION, path);
    }

    static Response explained(ProblemType type) {
        return page(Response.Status.OK.getStatusCode(), Templates.problem(type)).build();
    }

    static Response listed(List<ProblemType> types) {
        return page(Response.Status.OK.getStatusCode(), Templates.problems(types))
                .build();
    }

    @CheckedTemplate(basePath = "web")
    private static final class Templates {
        private Templates() {}

        static native TemplateInstance refused(ErrorPage refusal);

        static native TemplateInstance problem(ProblemType type);

        static native TemplateInstance problems(List<ProblemType> types);
    }
}
