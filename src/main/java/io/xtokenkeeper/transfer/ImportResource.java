package io.xtokenkeeper.transfer;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.encryption.OpenPgpDecryption;
import io.xtokenkeeper.encryption.OpenPgpFileException;
import io.xtokenkeeper.http.Problem;
import io.xtokenkeeper.http.ProblemException;
import io.xtokenkeeper.http.ProblemType;
import io.xtokenkeeper.security.Caller;
import io.xtokenkeeper.security.Permissions;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
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
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;

/** Imports grants that another program stored. */
@Path("/api/v1/accounts/import")
@RunOnVirtualThread
@Tag(name = "Accounts")
public class ImportResource {
    public static final String NDJSON = "application/x-ndjson";
    /**
     * The media type of an exported file. The file is binary, although RFC 3156 registers this type for ASCII-armored parts
     * of mail.
     */
    static final String OPENPGP = "application/pgp-encrypted";
    /** The media type of exports of earlier versions; rejected with an explanation. */
    private static final String AGE = "application/age";

    private static final String PASSPHRASE = "Import-Passphrase";

    private final ImportStream stream;
    private final ImportOptions options;
    private final ObjectMapper json;
    private final InstantSource clock;
    private final Caller caller;

    ImportResource(ImportStream stream, ImportOptions options, ObjectMapper json, InstantSource clock, Caller caller) {
        this.stream = stream;
        this.options = options;
        this.json = json;
        this.clock = clock;
        this.caller = caller;
    }

    /** The results of an import; for the OpenAPI document only, since {@link ImportResponse} streams them. */
    @Schema(name = "ImportResults")
    record ImportResults(
            List<ImportResult> results,

            @Schema(description = "How many there are of each result", examples = "{\"imported\": 2, \"kept\": 1}")
            Map<String, Long> counts) {}

    /** An import that is authorized and whose input is ready. */
    @FunctionalInterface
    private interface Import {
        void run(ImportResponse answer) throws IOException;
    }

    @POST
    @Consumes({MediaType.APPLICATION_JSON, NDJSON, OPENPGP, AGE})
    @Produces(NDJSON)
    @RolesAllowed(Permissions.MANAGE)
    @Operation(
            operationId = "importAccounts",
            summary = "Take over grants that another program kept",
            description = "A JSON array or NDJSON, read as it comes, or an OpenPGP file of them as an export makes it"
                    + " (application/pgp-encrypted), of which nothing is taken before all of it was received and"
                    + " verified. Stop the other program first: a refresh token works once,"
                    + " whoever uses it. Importing spends none, unless verify=true is asked; later the timer"
                    + " does, when a grant is due. Saying the same again changes nothing: an account that is kept"
                    + " and alive stays as it is, and one that is over is replaced only by a token that was not"
                    + " here before. The answer begins while the body is still being sent: read it meanwhile, or"
                    + " send some thousand lines a call.")
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
            description =
                    "A result for each grant, a line each, as it is taken; for a caller that accepts application/json"
                            + " alone the same in one object",
            content = {
                @Content(mediaType = NDJSON, schema = @Schema(implementation = ImportResult.class)),
                @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = ImportResults.class))
            })
    public StreamingOutput importAccounts(
            InputStream body,
            @Parameter(
                            description =
                                    "true: spend the refresh token of each grant that is taken, once, to see whether X"
                                            + " takes it. The new pair is kept like any other; the old token is worth"
                                            + " nothing from then on, here and elsewhere")
                    @RestQuery("verify")
                    @DefaultValue("false")
                    boolean verify,
            @Parameter(description = "The passphrase of a file of application/pgp-encrypted") @RestHeader(PASSPHRASE)
                    Optional<String> passphrase,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) @Parameter(hidden = true) MediaType type) {
        var work = begin(body, verify, passphrase, type);
        return out -> {
            try (var answer = ImportResponse.lines(out, json)) {
                work.run(answer);
            }
        };
    }

    /**
     * The same response as one JSON object. It is streamed too, so the method does not return {@link ImportResults}, which
     * describes it in the OpenAPI document.
     */
    @POST
    @Consumes({MediaType.APPLICATION_JSON, NDJSON, OPENPGP, AGE})
    @Produces(MediaType.APPLICATION_JSON + ";qs=0.5")
    @RolesAllowed(Permissions.MANAGE)
    @Operation(hidden = true)
    public JsonSerializable importAccountsIntoOneObject(
            InputStream body,
            @RestQuery("verify") @DefaultValue("false") boolean verify,
            @RestHeader(PASSPHRASE) Optional<String> passphrase,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) MediaType type) {
        var work = begin(body, verify, passphrase, type);
        return new JsonSerializable.Base() {
            @Override
            public void serialize(JsonGenerator out, SerializerProvider provider) throws IOException {
                try (var answer = ImportResponse.object(out, json)) {
                    work.run(answer);
                }
            }

            @Override
            public void serializeWithType(JsonGenerator out, SerializerProvider provider, TypeSerializer any)
                    throws IOException {
                serialize(out, provider);
            }
        };
    }

    private Import begin(InputStream body, boolean verify, Optional<String> passphrase, MediaType type) {
        caller.requireAllAccounts();
        if (MediaType.valueOf(AGE).isCompatible(type)) {
            throw new ProblemException(Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, OpenPgpDecryption.AGE_FILE));
        }
        var plain = MediaType.valueOf(OPENPGP).isCompatible(type) ? decrypted(body, passphrase) : body;
        caller.recordEvent(
                AuditEventType.ACCOUNTS_IMPORTED, Optional.empty(), verify ? "began, verifying each" : "began");
        var imported = caller.doing(AuditEventType.ACCOUNT_IMPORTED, Optional.empty(), "taken over");
        return answer -> {
            stream.run(plain, new ImportRecordParser(options, clock.instant()), imported, verify, answer);
            caller.recordEvent(AuditEventType.ACCOUNTS_IMPORTED, Optional.empty(), "ended: " + answer.summary());
        };
    }

    private static InputStream decrypted(InputStream body, Optional<String> passphrase) {
        try {
            return OpenPgpDecryption.of(
                    body,
                    passphrase
                            .filter(text -> !text.isEmpty())
                            .map(Secret::of)
                            .orElseThrow(() -> invalid("the header " + PASSPHRASE + " is missing")));
        } catch (OpenPgpFileException e) {
            throw invalid(e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("the body of an import could not be received", e);
        }
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(Problem.of(ProblemType.INVALID_VALUE, detail));
    }
}
