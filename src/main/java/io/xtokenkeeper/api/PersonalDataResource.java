package io.xtokenkeeper.api;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.http.Problem;
import io.xtokenkeeper.http.ProblemException;
import io.xtokenkeeper.privacy.PersonalDataExport;
import io.xtokenkeeper.security.Caller;
import io.xtokenkeeper.security.Permissions;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;

/** Exports what is held about the person of an account. {@link AccountsResource} erases it. */
@Path("/api/v1/accounts/{id}/export")
@RunOnVirtualThread
@Tag(name = "Accounts")
public class PersonalDataResource {
    private final PersonalDataExport export;
    private final Caller caller;

    PersonalDataResource(PersonalDataExport export, Caller caller) {
        this.export = export;
        this.caller = caller;
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @RolesAllowed(Permissions.READ)
    @Operation(
            operationId = "exportPersonalData",
            summary = "Everything that is held about one person, without tokens",
            description =
                    "The account, its references, consents, consent links, audit events, webhook deliveries and pending"
                            + " revocations. Also after the account was disconnected, as long as events or deliveries"
                            + " have its id.")
    @APIResponse(
            responseCode = "200",
            description = "The document",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema =
                                    @Schema(
                                            type = SchemaType.OBJECT,
                                            description = "docs/privacy.md describes its fields")))
    @APIResponse(responseCode = "404", description = "Nothing is held under this id")
    public Response export(@RestPath String id) {
        var account = AccountId.parse(id);
        account.ifPresent(caller::requireAccess);
        var document = account.flatMap(export::of).orElseThrow(() -> new ProblemException(Problem.unknownAccount(id)));
        StreamingOutput body = document::writeTo;
        return Response.ok(body, MediaType.APPLICATION_JSON)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"account-" + account.get() + ".json\"")
                .build();
    }
}
