package io.xtokenkeeper.api;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.http.Problem;
import io.xtokenkeeper.http.ProblemException;
import io.xtokenkeeper.http.ProblemType;
import io.xtokenkeeper.http.QueryParameters;
import io.xtokenkeeper.security.Caller;
import io.xtokenkeeper.security.Permissions;
import io.xtokenkeeper.usage.UsagePurge;
import io.xtokenkeeper.usage.UsageQuery;
import io.xtokenkeeper.usage.UsageRepository;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;

/** Lists how often each API key read, refreshed and used the tokens of each account, by the hour. */
@Path("/api/v1/usage")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Usage")
public class UsageResource {
    private static final int MOST = 1_000;
    private static final Duration DAY = Duration.ofDays(1);

    private final UsageRepository usage;
    private final Caller caller;
    private final InstantSource clock;

    UsageResource(UsageRepository usage, Caller caller, InstantSource clock) {
        this.usage = usage;
        this.caller = caller;
        this.clock = clock;
    }

    @GET
    @RolesAllowed(Permissions.READ)
    @Operation(
            operationId = "listUsage",
            summary = "A page of what keys did with accounts, by the hour, newest hour first",
            description =
                    "Kept for 90 days. Each replica adds its counts every minute: the last minute may be missing.")
    @APIResponse(responseCode = "200", description = "The page")
    public UsageResponse list(
            @Parameter(description = "Only this key's: its id, or operator for the admin key")
                    @RestQuery
                    @Pattern(regexp = "[A-Za-z0-9_-]{1,64}", message = "must be the id of an API key, or operator")
                    String key,
            @Parameter(description = "Only with this account") @RestQuery String account,
            @Parameter(description = "The first hour; without it a day before to") @RestQuery("from") Instant from,
            @Parameter(description = "The end, at most 90 days after from; without it now") @RestQuery("to") Instant to,
            @Parameter(description = "How many at the most") @RestQuery("limit") @DefaultValue("100") @Min(1) @Max(MOST)
                    int limit,
            @Parameter(description = "next_cursor of the page before") @RestQuery String cursor) {
        var end = Optional.ofNullable(to).orElseGet(clock::instant);
        var begin = Optional.ofNullable(from).orElseGet(() -> end.minus(DAY));
        if (!begin.isBefore(end)) {
            throw QueryParameters.invalid("from", "must be before to");
        }
        if (Duration.between(begin, end).compareTo(UsagePurge.KEPT) > 0) {
            throw QueryParameters.invalid("from", "must be at most 90 days before to");
        }
        var query = new UsageQuery(Optional.ofNullable(key), only(account), begin, end);
        var after = Optional.ofNullable(cursor).map(UsageResponse::parseCursor);
        return UsageResponse.of(usage.page(query, after, limit + 1), limit);
    }

    /** The accounts whose usage the caller gets; empty for all. */
    private Optional<Set<AccountId>> only(String account) {
        if (account == null) {
            return caller.accounts();
        }
        var id = AccountId.parse(account)
                .orElseThrow(() ->
                        new ProblemException(Problem.of(ProblemType.INVALID_VALUE, "account must be an X user id")));
        caller.requireAccess(id);
        return Optional.of(Set.of(id));
    }
}
