package io.xtokenkeeper.admin;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.privacy.PersonalDataExport;
import io.xtokenkeeper.security.Permissions;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** What is held about the person of an account, as a file that the browser downloads. */
@Path("/operator/account/data")
@RolesAllowed(Permissions.MANAGE)
@RunOnVirtualThread
public class PersonalDataDownload {
    private final PersonalDataExport export;

    PersonalDataDownload(PersonalDataExport export) {
        this.export = export;
    }

    @GET
    @Operation(hidden = true)
    public Response download(@RestQuery Optional<String> account) {
        return account.flatMap(AccountId::parse)
                .flatMap(id -> export.of(id).map(document -> file(id, document)))
                .orElseGet(AccountForms::unknown);
    }

    private static Response file(AccountId id, PersonalDataExport.Document document) {
        StreamingOutput body = document::writeTo;
        return Response.ok(body, MediaType.APPLICATION_JSON)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"account-" + id + ".json\"")
                .build();
    }
}
