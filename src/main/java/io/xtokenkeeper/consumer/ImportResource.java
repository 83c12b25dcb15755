package io.xtokenkeeper.consumer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SequenceWriter;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.audit.EventType;
import io.xtokenkeeper.door.Caller;
import io.xtokenkeeper.door.Rights;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;

/** Moving in: grants that another program kept. */
@Path("/api/v1/accounts/import")
@RunOnVirtualThread
@Tag(name = "Accounts")
public class ImportResource {
    static final String NDJSON = "application/x-ndjson";

    private final ImportStream stream;
    private final ImportTerms terms;
    private final ObjectMapper json;
    private final InstantSource clock;
    private final Caller caller;

    ImportResource(ImportStream stream, ImportTerms terms, ObjectMapper json, InstantSource clock, Caller caller) {
        this.stream = stream;
        this.terms = terms;
        this.json = json;
        this.clock = clock;
        this.caller = caller;
    }

    @POST
    @Consumes({MediaType.APPLICATION_JSON, NDJSON})
    @Produces(NDJSON)
    @RolesAllowed(Rights.MANAGE)
    @Operation(
            operationId = "importAccounts",
            summary = "Take over grants that another program kept",
            description =
                    "A JSON array or NDJSON. Stop the other program first: a refresh token works once, whoever uses"
                            + " it. Importing spends none; the timer does, when a grant is due. Saying the same again changes"
                            + " nothing, and an account that is kept and alive stays as it is.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = NDJSON,
                            schema = @Schema(type = SchemaType.STRING),
                            examples =
                                    @ExampleObject(
                                            name = "one grant a line",
                                            value =
                                                    "{\"x_user_id\":\"2244994945\",\"refresh_token\":\"…\",\"scope\":\"tweet.read"
                                                            + " users.read offline.access\"}")))
    @APIResponse(
            responseCode = "200",
            description = "A result for each grant, a line each, as it is taken",
            content = @Content(mediaType = NDJSON, schema = @Schema(implementation = ImportResult.class)))
    public StreamingOutput importAccounts(
            InputStream body,
            @Parameter(description = "true: spend each refresh token now, to see whether X takes it")
                    @RestQuery
                    @DefaultValue("false")
                    boolean verify) {
        caller.mustBeUnlimited();
        caller.did(EventType.ACCOUNTS_IMPORTED, Optional.empty(), verify ? "began, verifying each" : "began");
        var imported = caller.doing(EventType.ACCOUNT_IMPORTED, Optional.empty(), "taken over");
        return out -> {
            try (SequenceWriter lines = json.writerFor(ImportResult.class)
                    .withRootValueSeparator("\n")
                    .writeValues(out)) {
                stream.run(
                        body, new ImportLine(terms, clock.instant()), imported, verify, result -> write(lines, result));
                out.write("\n".getBytes(StandardCharsets.UTF_8));
            }
        };
    }

    private static void write(SequenceWriter lines, ImportResult result) {
        try {
            lines.write(result);
        } catch (IOException e) {
            throw new UncheckedIOException("the caller went away", e);
        }
    }
}
