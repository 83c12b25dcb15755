package io.xtokenkeeper.api;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.account.AccountRepository;
import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.http.Problem;
import io.xtokenkeeper.http.ProblemException;
import io.xtokenkeeper.http.ProblemType;
import io.xtokenkeeper.privacy.ErasureService;
import io.xtokenkeeper.refresh.DisconnectService;
import io.xtokenkeeper.security.Caller;
import io.xtokenkeeper.security.Permissions;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** Lists accounts, shows one, and disconnects one: deletes it and revokes its grant at X. */
@Path("/api/v1/accounts")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Accounts")
public class AccountsResource {
    private static final int MOST = 1_000;

    private final AccountRepository accounts;
    private final DisconnectService disconnect;
    private final ErasureService erasure;
    private final Caller caller;

    AccountsResource(AccountRepository accounts, DisconnectService disconnect, ErasureService erasure, Caller caller) {
        this.accounts = accounts;
        this.disconnect = disconnect;
        this.erasure = erasure;
        this.caller = caller;
    }

    @GET
    @RolesAllowed(Permissions.READ)
    @Operation(operationId = "listAccounts", summary = "A page of accounts, in the order of their ids")
    @APIResponse(responseCode = "200", description = "The page")
    public AccountListResponse list(
            @Parameter(description = "ACTIVE or NEEDS_CONSENT; left out: both")
                    @RestQuery
                    @Pattern(regexp = "ACTIVE|NEEDS_CONSENT", message = "say ACTIVE or NEEDS_CONSENT")
                    String status,
            @Parameter(description = "How many at the most") @RestQuery("limit") @DefaultValue("100") @Min(1) @Max(MOST)
                    int limit,
            @Parameter(description = "next_cursor of the page before") @RestQuery String cursor) {
        var after = Optional.ofNullable(cursor).map(AccountsResource::parseCursor);
        return AccountListResponse.of(
                accounts.page(Optional.ofNullable(status), caller.accounts(), after, limit + 1), limit);
    }

    @GET
    @Path("{id}")
    @RolesAllowed(Permissions.READ)
    @Operation(operationId = "getAccount", summary = "One account")
    @APIResponse(responseCode = "200", description = "The account")
    @APIResponse(responseCode = "404", description = "Unknown account")
    public AccountResponse one(@RestPath String id) {
        var account = AccountId.parse(id);
        account.ifPresent(caller::requireAccess);
        return account.flatMap(accounts::byId)
                .map(AccountResponse::of)
                .orElseThrow(() -> new ProblemException(Problem.unknownAccount(id)));
    }

    @DELETE
    @Path("{id}")
    @RolesAllowed(Permissions.MANAGE)
    @Operation(
            operationId = "disconnectAccount",
            summary = "Revoke the grant at X and erase it here",
            description = "Erased at once. Where X does not confirm the revocation it is tried again until X does. With"
                    + " erase=true the history of the person gets a pseudonym too, also if the account was"
                    + " disconnected before.")
    @APIResponse(responseCode = "204", description = "Gone, or never there")
    public void disconnect(
            @RestPath String id,
            @Parameter(
                            description =
                                    "Whether to replace the person's id, username and IP addresses in audit events,"
                                            + " webhook deliveries and consent links by a random pseudonym as well")
                    @RestQuery
                    @DefaultValue("false")
                    boolean erase) {
        AccountId.parse(id).ifPresent(account -> {
            caller.requireAccess(account);
            if (erase) {
                erasure.erase(account);
                return;
            }
            var atX = disconnect.account(account);
            caller.did(AuditEventType.ACCOUNT_DISCONNECTED, Optional.of(account), atX.words());
        });
    }

    private static AccountId parseCursor(String cursor) {
        return AccountId.parse(cursor)
                .orElseThrow(() -> new ProblemException(Problem.of(
                        ProblemType.INVALID_VALUE, "cursor must be the next_cursor of the page before, unchanged")));
    }
}
