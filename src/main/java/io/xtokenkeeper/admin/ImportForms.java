package io.xtokenkeeper.admin;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.http.ErrorPages;
import io.xtokenkeeper.security.Permissions;
import io.xtokenkeeper.transfer.ImportResult;
import io.xtokenkeeper.transfer.ImportService;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;

/**
 * Imports grants on a page: a few that are pasted, or a file, which the script of the page splits into parts of some hundred
 * grants and sends one after the other. So the service never stores a file of tokens.
 */
@Path("/operator/import")
@RolesAllowed(Permissions.MANAGE)
@RunOnVirtualThread
public class ImportForms {
    private final ImportService importService;

    ImportForms(ImportService importService) {
        this.importService = importService;
    }

    @GET
    @Produces(MediaType.TEXT_HTML)
    @Operation(hidden = true)
    public Response form() {
        return page(Optional.empty());
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Produces(MediaType.TEXT_HTML)
    @Operation(hidden = true)
    public Response importGrants(@RestForm Optional<String> grants, @RestForm Optional<String> verify) {
        return page(Optional.of(importService.grants(grants.orElse(""), verify.isPresent())));
    }

    /** Imports one part of a file. */
    @POST
    @Path("piece")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public List<ImportResult> importPart(@RestForm Optional<String> grants, @RestForm Optional<String> verify) {
        return importService.grants(grants.orElse(""), verify.isPresent());
    }

    private static Response page(Optional<List<ImportResult>> results) {
        return ErrorPages.page(Response.Status.OK.getStatusCode(), AdminPages.importGrants(results))
                .build();
    }
}
