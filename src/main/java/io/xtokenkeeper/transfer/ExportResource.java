package io.xtokenkeeper.transfer;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.account.ExportGrants;
import io.xtokenkeeper.account.ImportedGrant;
import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.encryption.OpenPgpEncryption;
import io.xtokenkeeper.http.Problem;
import io.xtokenkeeper.http.ProblemException;
import io.xtokenkeeper.http.ProblemType;
import io.xtokenkeeper.security.Caller;
import io.xtokenkeeper.security.Permissions;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Exports every grant as a file that is encrypted with a passphrase, for another keeper to import. */
@Path("/api/v1/export")
@RunOnVirtualThread
@Tag(name = "Accounts")
public class ExportResource {
    private static final int SHORTEST = 16;
    private static final int LONGEST = 256;
    private static final String WARNING =
            "Two keepers now hold the same single-use tokens: stop this one before another starts";

    private final ExportGrants grants;
    private final ObjectMapper json;
    private final Caller caller;

    ExportResource(ExportGrants grants, ObjectMapper json, Caller caller) {
        this.grants = grants;
        this.json = json;
        this.caller = caller;
    }

    /**
     * The request body. The passphrase is a {@link Secret} as soon as it is parsed, so nothing that prints this object
     * prints it.
     */
    @Schema(name = "ExportRequest", requiredProperties = "passphrase")
    public static final class RequestJson {
        private final Optional<Secret> passphrase;

        @JsonCreator
        RequestJson(
                @JsonProperty("passphrase")
                        @Schema(
                                type = SchemaType.STRING,
                                minLength = SHORTEST,
                                maxLength = LONGEST,
                                pattern = "[ -~]*",
                                description =
                                        "16 to 256 printable ASCII characters. The file cannot be decrypted without it")
                        String passphrase) {
            this.passphrase = Optional.ofNullable(passphrase)
                    .filter(text -> text.matches("[ -~]{" + SHORTEST + "," + LONGEST + "}"))
                    .map(Secret::of);
        }
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(ImportResource.OPENPGP)
    @RolesAllowed(Permissions.MANAGE)
    @Operation(
            operationId = "exportAccounts",
            summary = "Every grant, encrypted with a passphrase, for another keeper to import",
            description =
                    "An OpenPGP file (RFC 4880, AES-256), which gpg -d decrypts to NDJSON as import reads it. One that was cut"
                            + " off does not decrypt. From then on two"
                            + " keepers hold the same single-use tokens: let this one refresh nothing while and after it"
                            + " exports, and stop it before the other starts. docs/moving.md tells how.")
    @APIResponse(
            responseCode = "200",
            description = "The file. The header Keeper-Warning says it once more",
            content =
                    @Content(
                            mediaType = ImportResource.OPENPGP,
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    public Response export(RequestJson body) {
        caller.requireNoLimits();
        var passphrase = Optional.ofNullable(body)
                .flatMap(request -> request.passphrase)
                .orElseThrow(() -> new ProblemException(Problem.of(
                        ProblemType.INVALID_VALUE, "passphrase must be 16 to 256 printable ASCII characters")));
        caller.did(AuditEventType.ACCOUNTS_EXPORTED, Optional.empty(), "began");
        StreamingOutput file = out -> {
            // closed only on success: a file with a part of the grants must not be completed
            var encrypted = OpenPgpEncryption.to(out, passphrase);
            caller.did(AuditEventType.ACCOUNTS_EXPORTED, Optional.empty(), "ended: " + writeAll(encrypted));
            encrypted.close();
        };
        return Response.ok(file, ImportResource.OPENPGP)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"x-token-keeper.ndjson.gpg\"")
                .header("Keeper-Warning", WARNING)
                .build();
    }

    private String writeAll(OutputStream encrypted) throws IOException {
        var exported = 0L;
        var unreadable = 0L;
        var last = Optional.<AccountId>empty();
        do {
            var page = grants.after(last);
            for (var grant : page.grants()) {
                write(grant, encrypted);
            }
            exported += page.grants().size();
            unreadable += page.unreadable();
            last = page.last();
        } while (last.isPresent());
        return exported + " exported, " + unreadable + " unreadable";
    }

    private void write(ImportedGrant grant, OutputStream encrypted) throws IOException {
        try (var line = json.createGenerator(encrypted).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
            line.writeStartObject();
            line.writeStringField("x_user_id", grant.id().value());
            line.writeStringField("refresh_token", grant.refresh().value().reveal());
            write(
                    line,
                    "access_token",
                    grant.access().map(token -> token.value().reveal()));
            write(line, "expires_at", grant.accessEnds().map(Instant::toString));
            line.writeStringField("scope", grant.scope().toString());
            write(line, "username", grant.username());
            write(line, "name", grant.name());
            write(line, "needs_consent", grant.lossReason().map(Enum::name));
            if (!grant.references().isEmpty()) {
                line.writeArrayFieldStart("references");
                for (var reference : grant.references()) {
                    line.writeString(reference.value());
                }
                line.writeEndArray();
            }
            line.writeEndObject();
        }
        encrypted.write("\n".getBytes(StandardCharsets.UTF_8));
    }

    private static void write(JsonGenerator line, String field, Optional<String> value) throws IOException {
        if (value.isPresent()) {
            line.writeStringField(field, value.get());
        }
    }
}
