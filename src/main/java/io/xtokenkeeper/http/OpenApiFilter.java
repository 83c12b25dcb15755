package io.xtokenkeeper.http;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/**
 * Completes the OpenAPI document, once for all operations: describes the API key, and declares that every error is a
 * {@link Problem}. Runs at build time.
 */
public class OpenApiFilter implements OASFilter {
    /** The name of the security scheme that every call requires. */
    public static final String API_KEY = "API key";

    private static final String NAME = "Problem";

    /**
     * Responses that every operation may return, with the description that is used if the operation has none of its own.
     * Sorted, so that the same source makes the same document.
     */
    private static final Map<String, String> ANYWHERE = new TreeMap<>(Map.of(
            "400", "Invalid value, or the request cannot be read",
            "401", "No API key, or none that is good",
            "403", "The API key lacks the permission for this call",
            "500", "Internal error",
            "503", "No valid token is available now; retry after the time in Retry-After"));

    @Override
    public void filterOpenAPI(OpenAPI document) {
        document.getComponents()
                .getSecuritySchemes()
                .get(API_KEY)
                .type(SecurityScheme.Type.HTTP)
                .scheme("bearer")
                .bearerFormat(API_KEY)
                .description("The operator's key, or one made with POST /api/v1/keys");
        document.getComponents().addSchema(NAME, problem());
        ANYWHERE.forEach((status, words) -> document.getComponents()
                .addResponse(
                        NAME + status,
                        OASFactory.createAPIResponse().description(words).content(content())));
        document.getPaths().getPathItems().forEach((path, item) -> {
            if (path.startsWith("/api/")) {
                item.getOperations().values().forEach(OpenApiFilter::describe);
            }
        });
    }

    private static void describe(Operation operation) {
        var responses = operation.getResponses();
        ANYWHERE.keySet().forEach(status -> {
            if (!responses.hasAPIResponse(status)) {
                responses.addAPIResponse(
                        status, OASFactory.createAPIResponse().ref("#/components/responses/" + NAME + status));
            }
        });
        responses.getAPIResponses().forEach((status, response) -> {
            if (response.getRef() == null && (status.startsWith("4") || status.startsWith("5"))) {
                response.setContent(content());
            }
        });
    }

    private static Content content() {
        var reference = OASFactory.createSchema().ref("#/components/schemas/" + NAME);
        return OASFactory.createContent()
                .addMediaType(Problem.MEDIA_TYPE, OASFactory.createMediaType().schema(reference));
    }

    private static Schema problem() {
        return OASFactory.createSchema()
                .addType(SchemaType.OBJECT)
                .description("RFC 9457. Further members depend on the type, whose address is a page that explains it.")
                .addProperty("type", text("Relative to the address that was called", "/problems/unknown-account"))
                .addProperty("title", text("The same for every problem of this type", "Unknown account"))
                .addProperty(
                        "status",
                        OASFactory.createSchema().addType(SchemaType.INTEGER).addExample(404))
                .addProperty("detail", text("What is wrong this time", "No account has this id."))
                .addProperty("instance", text("Names this occurrence in the log", "urn:uuid:…"))
                .addProperty(
                        "retry_after",
                        OASFactory.createSchema()
                                .addType(SchemaType.INTEGER)
                                .description("Seconds, as the header Retry-After says"))
                .addProperty(
                        "consent_link", text("Where the person consents again", "https://…/oauth/authorize?link=…"))
                .required(List.of("type", "title", "status", "detail"));
    }

    private static Schema text(String description, String example) {
        return OASFactory.createSchema()
                .addType(SchemaType.STRING)
                .description(description)
                .addExample(example);
    }
}
