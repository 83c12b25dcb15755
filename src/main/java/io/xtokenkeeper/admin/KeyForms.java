package io.xtokenkeeper.admin;

import io.xtokenkeeper.domain.Reference;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.PathPattern;
import io.xtokenkeeper.http.ErrorPages;
import io.xtokenkeeper.security.ApiKey;
import io.xtokenkeeper.security.ApiKeyRepository;
import io.xtokenkeeper.security.ApiKeyService;
import io.xtokenkeeper.security.KeyLimits;
import io.xtokenkeeper.security.NewApiKey;
import io.xtokenkeeper.security.Permissions;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;

/** Creates, lists and revokes API keys. A key is shown once, when it is created. */
@Path("/operator/keys")
@Produces(MediaType.TEXT_HTML)
@RolesAllowed(Permissions.MANAGE)
@RunOnVirtualThread
public class KeyForms {
    private static final int MAX_NAME = 100;
    private static final int MAX_REFERENCES = 1_000;
    private static final int MAX_PATHS = 100;

    private final ApiKeyRepository keys;
    private final ApiKeyService make;
    private final InstantSource clock;

    KeyForms(ApiKeyRepository keys, ApiKeyService make, InstantSource clock) {
        this.keys = keys;
        this.make = make;
        this.clock = clock;
    }

    @GET
    @Operation(hidden = true)
    public Response list(@RestQuery Optional<String> flash) {
        return page(Response.Status.OK, FlashMessage.words(flash), Optional.empty(), Optional.empty());
    }

    /**
     * @param accounts X user ids, separated by spaces or commas; none and no references for all accounts
     * @param references one per line
     * @param method the only methods of calls to X; none for all
     * @param paths the only paths of calls to X, one per line; none for all
     * @param tokens "yes" if the key may take access tokens although its calls are limited
     * @param days until the key expires; none for a key that does not expire
     */
    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response make(
            @RestForm Optional<String> name,
            @RestForm List<String> right,
            @RestForm Optional<String> accounts,
            @RestForm Optional<String> references,
            @RestForm List<String> method,
            @RestForm Optional<String> paths,
            @RestForm Optional<String> tokens,
            @RestForm Optional<String> days) {
        var called = name.map(String::strip).orElse("");
        var only = split(accounts, "[\\s,]+");
        var own = split(references, "\\R");
        var where = split(paths, "\\s+");
        if (called.isEmpty() || called.length() > MAX_NAME || !called.matches("\\P{Cntrl}+")) {
            return wrong("Enter a name of at most " + MAX_NAME + " characters.");
        }
        if (right.isEmpty() || !Permissions.ALL.containsAll(right)) {
            return wrong("Select at least one permission.");
        }
        if (!only.stream().allMatch(id -> id.matches(AccountId.X_USER_ID))) {
            return wrong("An X user id has 1 to 19 digits; separate several with spaces.");
        }
        if (own.size() > MAX_REFERENCES || !own.stream().allMatch(one -> one.matches(Reference.PATTERN))) {
            return wrong("A reference has at most 128 characters; write one per line, at most " + MAX_REFERENCES + ".");
        }
        if (!method.stream().allMatch(one -> one.matches(KeyLimits.METHOD))) {
            return wrong("Select the methods from the list.");
        }
        if (where.size() > MAX_PATHS
                || !where.stream().allMatch(one -> PathPattern.parse(one).isPresent())) {
            return wrong(
                    "A path begins with 2/; * stands for one segment, a last ** for everything beneath. Write one per"
                            + " line, at most " + MAX_PATHS + ".");
        }
        var life = days.map(String::strip).filter(text -> !text.isEmpty());
        if (life.filter(text -> !text.matches("[1-9][0-9]{0,3}")).isPresent()) {
            return wrong("The number of days is at most 9999.");
        }
        var wanted = new NewApiKey(
                called,
                Set.copyOf(right),
                new KeyLimits(
                        set(only, AccountId::new),
                        set(own, Function.identity()),
                        set(method, Function.identity()),
                        set(where, PathPattern::new)),
                tokens.map("yes"::equals),
                life.map(Long::parseLong).map(Duration::ofDays));
        return wanted.contradiction().map(this::wrong).orElseGet(() -> {
            var made = make.make(wanted);
            return page(Response.Status.OK, Optional.empty(), Optional.empty(), Optional.of(made));
        });
    }

    private static List<String> split(Optional<String> field, String separators) {
        return Arrays.stream(field.orElse("").split(separators))
                .map(String::strip)
                .filter(Predicate.not(String::isEmpty))
                .toList();
    }

    private static <T> Optional<Set<T>> set(List<String> values, Function<String, T> type) {
        return Optional.of(values.stream().map(type).collect(Collectors.toUnmodifiableSet()))
                .filter(Predicate.not(Set::isEmpty));
    }

    /** The confirmation page; changes nothing. */
    @GET
    @Path("revoke")
    @Operation(hidden = true)
    public Response ask(@RestQuery Optional<String> key) {
        return find(key)
                .map(found -> ErrorPages.page(
                                Response.Status.OK.getStatusCode(),
                                AdminPages.revokeKey(KeyRow.of(found, clock.instant())))
                        .build())
                .orElseGet(KeyForms::unknown);
    }

    @POST
    @Path("revoke")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response revoke(@RestForm Optional<String> key) {
        return find(key)
                .map(found -> {
                    make.revoke(found.id());
                    return AdminResponses.flash("/operator/keys", FlashMessage.KEY_REVOKED);
                })
                .orElseGet(KeyForms::unknown);
    }

    private Optional<ApiKey> find(Optional<String> id) {
        return keys.all().stream()
                .filter(key -> id.filter(key.id()::equals).isPresent())
                .findFirst();
    }

    private Response wrong(String why) {
        return page(Response.Status.BAD_REQUEST, Optional.empty(), Optional.of(why), Optional.empty());
    }

    private Response page(
            Response.Status status, Optional<String> flash, Optional<String> wrong, Optional<ApiKeyService.Made> made) {
        var now = clock.instant();
        var rows = keys.all().stream().map(key -> KeyRow.of(key, now)).toList();
        return ErrorPages.page(
                        status.getStatusCode(),
                        AdminPages.keys(
                                rows, flash, wrong, made.map(key -> key.shown().reveal())))
                .build();
    }

    private static Response unknown() {
        return AdminResponses.unknown("Unknown API key", "No API key has this id.", "/operator/keys", "All API keys");
    }
}
