package io.xtokenkeeper.api;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.account.AccountReferences;
import io.xtokenkeeper.account.AccountRepository;
import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Reference;
import io.xtokenkeeper.http.Problem;
import io.xtokenkeeper.http.ProblemException;
import io.xtokenkeeper.http.ProblemType;
import io.xtokenkeeper.privacy.ErasureService;
import io.xtokenkeeper.security.Caller;
import io.xtokenkeeper.security.Permissions;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
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
    private final AccountReferences references;
    private final ErasureService erasure;
    private final Caller caller;

    AccountsResource(AccountRepository accounts, AccountReferences references, ErasureService erasure, Caller caller) {
        this.accounts = accounts;
        this.references = references;
        this.erasure = erasure;
        this.caller = caller;
    }

    @GET
    @RolesAllowed(Permissions.READ)
    @Operation(operationId = "listAccounts", summary = "A page of accounts, in the order of their ids")
    @APIResponse(responseCode = "200", description = "The page")
    public AccountResponse.Page list(
            @Parameter(description = "ACTIVE or NEEDS_CONSENT; left out: both")
                    @RestQuery
                    @Pattern(regexp = "ACTIVE|NEEDS_CONSENT", message = "say ACTIVE or NEEDS_CONSENT")
                    String status,
            @Parameter(description = "Only accounts with this reference")
                    @RestQuery
                    @Pattern(regexp = Reference.PATTERN, message = Reference.MESSAGE)
                    String reference,
            @Parameter(description = "How many at the most") @RestQuery("limit") @DefaultValue("100") @Min(1) @Max(MOST)
                    int limit,
            @Parameter(description = "next_cursor of the page before") @RestQuery String cursor) {
        var after = Optional.ofNullable(cursor).map(AccountsResource::parseCursor);
        return AccountResponse.Page.of(
                accounts.page(
                        Optional.ofNullable(status),
                        Optional.ofNullable(reference),
                        caller.accounts(),
                        after,
                        limit + 1),
                limit);
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

    @Schema(name = "AccountChange")
    public record ChangeJson(
            @Schema(
                    description =
                            "The account's references from now on, the callers' own ids for its user; an empty list"
                                    + " removes all",
                    examples = "[\"customer-42\"]")
            @NotNull
            @Size(max = AccountReferences.MAX_OF_ACCOUNT)
            Set<@NotNull @Pattern(regexp = Reference.PATTERN, message = Reference.MESSAGE) String> references) {}

    @PATCH
    @Path("{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Permissions.MANAGE)
    @Operation(operationId = "changeAccount", summary = "Replace the references of an account")
    @APIResponse(responseCode = "200", description = "The account as it is now")
    @APIResponse(responseCode = "404", description = "Unknown account")
    public AccountResponse change(@RestPath String id, @NotNull @Valid ChangeJson body) {
        // a key that is limited to accounts could otherwise put them under the reference of another key's user
        caller.requireAllAccounts();
        var account = AccountId.parse(id)
                .flatMap(accounts::byId)
                .orElseThrow(() -> new ProblemException(Problem.unknownAccount(id)));
        var wanted = new TreeSet<>(body.references());
        if (!wanted.equals(new TreeSet<>(account.references()))) {
            references.replace(account.id(), wanted.stream().map(Reference::new).toList());
            caller.recordEvent(
                    AuditEventType.ACCOUNT_REFERENCES_CHANGED,
                    Optional.of(account.id()),
                    "now " + (wanted.isEmpty() ? "none" : String.join(", ", wanted)));
        }
        return one(id);
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
            } else {
                erasure.disconnect(account);
            }
        });
    }

    private static AccountId parseCursor(String cursor) {
        return AccountId.parse(cursor)
                .orElseThrow(() -> new ProblemException(Problem.of(
                        ProblemType.INVALID_VALUE, "cursor must be the next_cursor of the page before, unchanged")));
    }
}
