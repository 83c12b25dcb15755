package io.xtokenkeeper.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** Serves the OpenAPI document that was generated at build time: as YAML, or as JSON if the caller requests it. */
@Path("/q/openapi{extension: (\\.json|\\.ya?ml)?}")
public class OpenApiResource {
    private static final String JSON = "json";
    private static final String YAML = "yaml";

    private final PublicBaseUrl publicUrl;

    OpenApiResource(PublicBaseUrl publicUrl) {
        this.publicUrl = publicUrl;
    }

    @GET
    @Operation(hidden = true)
    public Response document(
            @RestPath String extension, @RestQuery String format, @RestHeader(HttpHeaders.ACCEPT) String accept)
            throws IOException {
        var params = !extension.isEmpty() ? extension : format != null ? format : accept != null ? accept : YAML;
        return params.toLowerCase(Locale.ROOT).contains(JSON) ? as(JSON) : as(YAML);
    }

    private Response as(String format) throws IOException {
        try (var document = OpenApiResource.class.getResourceAsStream("openapi." + format)) {
            if (document == null) {
                throw new NotFoundException();
            }
            var text = new String(document.readAllBytes(), UTF_8);
            return Response.ok(
                            publicUrl.prefix().isEmpty() ? text : withServer(text, format),
                            new MediaType("application", format).withCharset("UTF-8"))
                    .build();
        }
    }

    /**
     * Adds a relative server, the prefix alone: it is valid at the public origin, and at the requested one, to which the
     * Content-Security-Policy restricts Swagger UI.
     */
    private String withServer(String document, String format) {
        return format.equals(JSON)
                ? document.replaceFirst(
                        "\\{", "{\n  \"servers\" : [ {\n    \"url\" : \"" + publicUrl.prefix() + "\"\n  } ],")
                : document.replaceFirst("(?m)^openapi:", "servers:\n- url: " + publicUrl.prefix() + "\nopenapi:");
    }
}
