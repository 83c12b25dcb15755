package io.xtokenkeeper.api;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.encryption.DataKeyRepository;
import io.xtokenkeeper.encryption.EncryptedValues;
import io.xtokenkeeper.encryption.KeyRotationRepository;
import io.xtokenkeeper.encryption.KeyRotationService;
import io.xtokenkeeper.http.Problem;
import io.xtokenkeeper.http.ProblemException;
import io.xtokenkeeper.http.ProblemType;
import io.xtokenkeeper.security.Caller;
import io.xtokenkeeper.security.Permissions;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** Shows the data keys by their ids with the progress of key rotation, and starts a rotation. */
@Path("/api/v1/vault")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Vault")
public class VaultResource {
    private final DataKeyRepository keys;
    private final EncryptedValues values;
    private final KeyRotationRepository rotations;
    private final KeyRotationService rotationService;
    private final Caller caller;

    VaultResource(
            DataKeyRepository keys,
            EncryptedValues values,
            KeyRotationRepository rotations,
            KeyRotationService rotationService,
            Caller caller) {
        this.keys = keys;
        this.values = values;
        this.rotations = rotations;
        this.rotationService = rotationService;
        this.caller = caller;
    }

    @GET
    @RolesAllowed(Permissions.MANAGE)
    @Operation(
            operationId = "showVault",
            summary = "The data keys, the number of values under each, and the progress of re-encryption",
            description = "Reads all encrypted values: half a second for a million accounts.")
    @APIResponse(
            responseCode = "200",
            description = "As it is now",
            content = @Content(schema = @Schema(implementation = VaultResponse.class)))
    public VaultResponse show() {
        caller.requireAllAccounts();
        return VaultResponse.of(keys.describe(), values.count(), rotations.newest());
    }

    @POST
    @Path("rotate")
    @RolesAllowed(Permissions.MANAGE)
    @Operation(
            operationId = "rotateVault",
            summary = "Add a data key, and re-encrypt all values with it",
            description = "All replicas encrypt with it after two seconds. Values that were encrypted"
                    + " before are re-encrypted in the background; GET /api/v1/vault shows the progress.")
    @APIResponse(
            responseCode = "202",
            description = "It has begun",
            content = @Content(schema = @Schema(implementation = VaultResponse.class)))
    @APIResponse(responseCode = "409", description = "It was begun before and still runs")
    public RestResponse<VaultResponse> rotate() {
        caller.requireAllAccounts();
        var begun = rotationService.begin(
                id -> caller.recordEvent(AuditEventType.VAULT_ROTATED, Optional.empty(), "data key " + id));
        if (begun.isEmpty()) {
            throw new ProblemException(
                    Problem.of(ProblemType.ROTATION_RUNNING, "GET /api/v1/vault shows the progress"));
        }
        return RestResponse.accepted(show());
    }
}
