package io.xtokenkeeper.admin;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.encryption.DataKeyRepository;
import io.xtokenkeeper.encryption.EncryptedValues;
import io.xtokenkeeper.encryption.KeyRotationRepository;
import io.xtokenkeeper.encryption.KeyRotationService;
import io.xtokenkeeper.http.ErrorPages;
import io.xtokenkeeper.security.Caller;
import io.xtokenkeeper.security.Permissions;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** Shows the data keys with the progress of key rotation, and starts a rotation. */
@Path("/operator/vault")
@Produces(MediaType.TEXT_HTML)
@RolesAllowed(Permissions.MANAGE)
@RunOnVirtualThread
public class VaultForms {
    private final DataKeyRepository keys;
    private final EncryptedValues values;
    private final KeyRotationRepository rotations;
    private final KeyRotationService rotationService;
    private final Caller caller;

    VaultForms(
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
    @Operation(hidden = true)
    public Response show(@RestQuery Optional<String> flash) {
        var view = VaultView.of(keys.describe(), values.count(), rotations.newest());
        return ErrorPages.page(Response.Status.OK.getStatusCode(), AdminPages.vault(view, FlashMessage.words(flash)))
                .build();
    }

    @POST
    @Path("rotate")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response rotate() {
        var begun = rotationService.begin(
                id -> caller.recordEvent(AuditEventType.VAULT_ROTATED, Optional.empty(), "data key " + id));
        var flash = begun.isPresent() ? FlashMessage.ROTATION_BEGUN : FlashMessage.ROTATION_RUNS;
        return AdminResponses.flash("/operator/vault", flash);
    }
}
