package io.xtokenkeeper.http;

import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.quarkus.hibernate.validator.runtime.jaxrs.ResteasyReactiveViolationException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jboss.resteasy.reactive.server.SimpleResourceInfo;

/**
 * Maps every exception of a REST resource to a response: a problem below {@code /api}, a page for all other paths. Neither
 * contains the exception's message, which may quote a secret.
 */
public class ProblemMappers {
    private static final int SERVER_ERROR = 500;

    @ServerExceptionMapper
    public Response problem(ProblemException e, ContainerRequestContext request) {
        return answer(e.problem(), request);
    }

    /** 400 for an invalid value of the caller; 500 if a value that we return violates a constraint. */
    @ServerExceptionMapper
    public Response violations(
            ResteasyReactiveViolationException e, ContainerRequestContext request, SimpleResourceInfo resource) {
        if (e.getConstraintViolations().stream().anyMatch(ProblemMappers::isOurs)) {
            return unexpected(e, request, resource);
        }
        var violations = e.getConstraintViolations().stream()
                .map(violation -> Map.of("field", field(violation), "message", violation.getMessage()))
                .sorted((one, other) -> one.get("field").compareTo(other.get("field")))
                .toList();
        return answer(
                Problem.of(ProblemType.INVALID_VALUE, violations.size() + " value(s) are not allowed")
                        .with("violations", violations),
                request);
    }

    @ServerExceptionMapper
    public Response json(MismatchedInputException e, ContainerRequestContext request) {
        var where = e.getPathReference().replaceAll("[\\w.$]+\\[", "[");
        return answer(Problem.of(ProblemType.BAD_REQUEST, "The JSON does not fit at " + where), request);
    }

    @ServerExceptionMapper
    public Response unauthorized(UnauthorizedException e, ContainerRequestContext request) {
        return isCall(request)
                ? answer(Problem.of(ProblemType.UNAUTHORIZED, "No API key was sent"), request)
                : ErrorPages.refused(ErrorPage.SIGN_IN_FIRST);
    }

    @ServerExceptionMapper
    public Response unauthorized(AuthenticationFailedException e, ContainerRequestContext request) {
        return answer(Problem.of(ProblemType.UNAUTHORIZED, "The API key is unknown, revoked or expired"), request);
    }

    @ServerExceptionMapper
    public Response forbidden(ForbiddenException e, ContainerRequestContext request) {
        return answer(Problem.of(ProblemType.FORBIDDEN, "The API key lacks the permission for this call"), request);
    }

    /** Exceptions of the framework: unknown path, wrong method, unreadable JSON and so on. */
    @ServerExceptionMapper
    public Response http(WebApplicationException e, ContainerRequestContext request, SimpleResourceInfo resource) {
        if (e.getCause() instanceof ProblemException known) {
            return answer(known.problem(), request);
        }
        var status = e.getResponse().getStatus();
        if (status >= SERVER_ERROR) {
            return unexpected(e, request, resource);
        }
        if (status < Response.Status.BAD_REQUEST.getStatusCode()) {
            return e.getResponse();
        }
        var what = request.getMethod() + " " + request.getUriInfo().getPath();
        var problem = ProblemType.byStatus(status)
                .map(type -> Problem.of(type, what))
                .orElseGet(() -> Problem.untyped(e.getResponse().getStatusInfo(), what));
        var answer = Response.fromResponse(answer(problem, request));
        var allow = e.getResponse().getHeaderString(HttpHeaders.ALLOW);
        return allow == null
                ? answer.build()
                : answer.header(HttpHeaders.ALLOW, allow).build();
    }

    @ServerExceptionMapper
    public Response unexpected(Throwable e, ContainerRequestContext request, SimpleResourceInfo resource) {
        return answer(Unexpected.problem(e, nameForLog(resource)), request);
    }

    /**
     * The method of ours that handles the request, such as {@code ConnectResource.ask}. Not the path: it may be a consent link's
     * and then has its token, and once decoded it may have line breaks, which would forge lines of the log.
     *
     * @param resource has no class if no resource was found yet
     */
    static String nameForLog(SimpleResourceInfo resource) {
        return resource.getResourceClass() == null
                ? "A request"
                : resource.getResourceClass().getSimpleName() + "." + resource.getMethodName();
    }

    private static Response answer(Problem problem, ContainerRequestContext request) {
        var answer = isCall(request)
                ? Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(problem)
                : Response.fromResponse(ErrorPages.refused(problem));
        problem.retryAfterSeconds().ifPresent(seconds -> answer.header(HttpHeaders.RETRY_AFTER, seconds));
        if (problem.status() == Response.Status.UNAUTHORIZED.getStatusCode()) {
            answer.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        return answer.build();
    }

    static boolean isCall(ContainerRequestContext request) {
        var path = request.getUriInfo().getPath();
        return path.equals("/api") || path.startsWith("/api/");
    }

    private static boolean isOurs(ConstraintViolation<?> violation) {
        return nodes(violation.getPropertyPath()).anyMatch(node -> node.getKind() == ElementKind.RETURN_VALUE);
    }

    /**
     * The field's name as the caller wrote it: without our method name and the name of the method's parameter for the body.
     */
    private static String field(ConstraintViolation<?> violation) {
        var names = nodes(violation.getPropertyPath())
                .filter(node -> node.getKind() != ElementKind.METHOD)
                .map(Path.Node::toString)
                .toList();
        return String.join(".", names.size() > 1 ? names.subList(1, names.size()) : names);
    }

    private static java.util.stream.Stream<Path.Node> nodes(Path path) {
        return StreamSupport.stream(path.spliterator(), false);
    }
}
