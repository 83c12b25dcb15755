package io.xtokenkeeper.api;

import io.xtokenkeeper.domain.Reference;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.PathPattern;
import io.xtokenkeeper.http.Problem;
import io.xtokenkeeper.http.ProblemException;
import io.xtokenkeeper.http.ProblemType;
import io.xtokenkeeper.http.QueryParameters;
import io.xtokenkeeper.security.ApiKey;
import io.xtokenkeeper.security.ApiKeyRepository;
import io.xtokenkeeper.security.ApiKeyService;
import io.xtokenkeeper.security.Caller;
import io.xtokenkeeper.security.KeyLimits;
import io.xtokenkeeper.security.NewApiKey;
import io.xtokenkeeper.security.Permissions;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/** Creates, lists and revokes API keys. The key itself is returned once, when it is created. */
@Path("/api/v1/keys")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "API keys")
public class KeysResource {
    private static final long TEN_YEARS = 315_360_000;
    private static final String PATH_HINT =
            "each begins with 2/ and has at most 200 characters; * stands for one segment, a last ** for everything beneath";

    private final ApiKeyRepository keys;
    private final ApiKeyService make;
    private final Caller caller;

    KeysResource(ApiKeyRepository keys, ApiKeyService make, Caller caller) {
        this.keys = keys;
        this.make = make;
        this.caller = caller;
    }

    @Schema(name = "KeyRequest")
    public record RequestJson(
            @Schema(examples = "posting service") @NotBlank @Size(max = 100)
            String name,

            @Schema(
                    description = "read lists, proxy calls X without seeing a token, token takes tokens and calls X,"
                            + " manage does the rest")
            @NotEmpty
            Set<
                            @Pattern(
                                    regexp = "read|proxy|token|manage",
                                    message = "each right is one of read, proxy, token, manage")
                            @NotNull String>
                    rights,

            @Schema(description = "X user ids; without accounts and references: all accounts")
            @Size(min = 1, max = 1_000)
            Set<
                            @Pattern(regexp = AccountId.X_USER_ID, message = "each is an X user id: 1 to 19 digits")
                            @NotNull String>
                    accounts,

            @Schema(description = "The key may use the accounts that have one of these references, besides accounts")
            @Size(min = 1, max = 1_000)
            Set<
                            @Pattern(
                                    regexp = Reference.PATTERN,
                                    message = "each has 1 to 128 printable characters, and no space at its ends")
                            @NotNull String>
                    references,

            @Schema(description = "The only methods of its calls to X; left out: all") @Size(min = 1)
            Set<
                            @Pattern(
                                    regexp = KeyLimits.METHOD,
                                    message = "each is one of GET, HEAD, POST, PUT, PATCH, DELETE")
                            @NotNull String>
                    methods,

            @Schema(
                    description = "The only paths of its calls to X; left out: all. * stands for one segment, a last **"
                            + " for everything beneath",
                    examples = "[\"2/tweets\", \"2/users/*\", \"2/dm_conversations/**\"]")
            @Size(min = 1, max = 100)
            Set<@NotNull String> paths,

            @Schema(
                    description =
                            "Whether a key with methods or paths may take access tokens, with which everything can"
                                    + " be called at X; without it, such a key gets the right proxy in place of token")
            Boolean tokens,

            @Schema(description = "Seconds; left out: it does not expire", examples = "7776000")
            @Min(60)
            @Max(TEN_YEARS)
            Long expiresIn) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "Key")
    public record KeyJson(
            String id,

            @Schema(description = "The key itself; only in the answer to its creation")
            String key,

            String name,
            Set<String> rights,
            Set<String> accounts,
            Set<String> references,
            Set<String> methods,
            Set<String> paths,
            Instant createdAt,
            Instant expiresAt,
            Instant revokedAt,
            @Schema(description = "To the minute") Instant lastUsedAt) {
        static KeyJson of(ApiKey key, String shown) {
            var limits = key.limits();
            return new KeyJson(
                    key.id(),
                    shown,
                    key.name(),
                    key.rights(),
                    sorted(limits.accounts()),
                    sorted(limits.references()),
                    sorted(limits.methods()),
                    sorted(limits.paths()),
                    key.createdAt(),
                    key.expiresAt().orElse(null),
                    key.revokedAt().orElse(null),
                    key.lastUsedAt().orElse(null));
        }

        private static Set<String> sorted(Optional<? extends Set<?>> values) {
            return values.map(
                            some -> some.stream().map(Object::toString).collect(Collectors.toCollection(TreeSet::new)))
                    .orElse(null);
        }
    }

    @Schema(name = "Keys")
    public record KeysJson(List<KeyJson> keys) {}

    @GET
    @RolesAllowed(Permissions.MANAGE)
    @Operation(
            operationId = "listKeys",
            summary = "All API keys, revoked ones too, without the keys themselves",
            description = "A limited key sees only keys that are limited to its accounts, references and calls to X.")
    public KeysJson list() {
        return new KeysJson(keys.all().stream()
                .filter(caller::mayManage)
                .map(key -> KeyJson.of(key, null))
                .toList());
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Permissions.MANAGE)
    @Operation(
            operationId = "createKey",
            summary = "A new API key, shown this once",
            description = "It cannot have permissions, accounts or calls to X that the caller's key lacks.")
    @APIResponse(
            responseCode = "201",
            description = "Keep the key; it cannot be shown again",
            content = @Content(schema = @Schema(implementation = KeyJson.class)))
    public RestResponse<KeyJson> create(@NotNull @Valid RequestJson body) {
        var wanted = new NewApiKey(
                body.name(),
                body.rights(),
                new KeyLimits(
                        set(body.accounts(), AccountId::new),
                        Optional.ofNullable(body.references()),
                        Optional.ofNullable(body.methods()),
                        set(body.paths(), KeysResource::path)),
                Optional.ofNullable(body.tokens()),
                Optional.ofNullable(body.expiresIn()).map(Duration::ofSeconds));
        wanted.contradiction().ifPresent(words -> {
            throw new ProblemException(Problem.of(ProblemType.INVALID_VALUE, words));
        });
        var made = make.make(wanted);
        return RestResponse.ResponseBuilder.create(
                        RestResponse.Status.CREATED,
                        KeyJson.of(made.key(), made.shown().reveal()))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    private static <T> Optional<Set<T>> set(Set<String> values, Function<String, T> type) {
        return Optional.ofNullable(values).map(some -> some.stream().map(type).collect(Collectors.toUnmodifiableSet()));
    }

    private static PathPattern path(String text) {
        return PathPattern.parse(text).orElseThrow(() -> QueryParameters.invalid("paths", PATH_HINT));
    }

    @DELETE
    @Path("{id}")
    @RolesAllowed(Permissions.MANAGE)
    @Operation(operationId = "revokeKey", summary = "Revoke an API key; refused everywhere within a second")
    @APIResponse(responseCode = "204", description = "Revoked, now or before, or never there")
    public void revoke(@RestPath String id) {
        caller.mustManage(keys.byId(id));
        make.revoke(id);
    }
}
