package io.xtokenkeeper.api;

import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import io.xtokenkeeper.audit.AuditEvent;
import io.xtokenkeeper.audit.AuditEventFilter;
import io.xtokenkeeper.audit.AuditEventList;
import io.xtokenkeeper.audit.AuditEventScope;
import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.http.EventStreams;
import io.xtokenkeeper.http.Problem;
import io.xtokenkeeper.http.ProblemException;
import io.xtokenkeeper.http.ProblemType;
import io.xtokenkeeper.http.QueryParameters;
import io.xtokenkeeper.security.Caller;
import io.xtokenkeeper.security.OpenStreams;
import io.xtokenkeeper.security.Permissions;
import io.xtokenkeeper.transfer.ImportResource;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestStreamElementType;

/** Serves the audit trail: by pages, as one NDJSON export, or as a stream of server-sent events, each after an id. */
@Path("/api/v1/events")
@Tag(name = "Events")
public class EventsResource {
    private static final int MOST = 1_000;
    private static final int MAX_STREAMS = 5;
    private static final String ACTORS = "operator|browser|timer|(key|session|openid):\\P{Cntrl}{1,255}";
    private static final String ACTOR_MESSAGE =
            "must be operator, browser, timer, key:<id>, session:<id> or openid:<name>";

    private final AuditEventList events;
    private final EventExport export;
    private final EventStream follow;
    private final OpenStreams streams;
    private final Caller caller;

    EventsResource(AuditEventList events, EventExport export, EventStream follow, OpenStreams streams, Caller caller) {
        this.events = events;
        this.export = export;
        this.follow = follow;
        this.streams = streams;
        this.caller = caller;
    }

    @Schema(name = "Event")
    public record EventJson(
            long id,
            Instant at,
            @Schema(examples = "account.needs_consent") String type,

            @Schema(examples = "key:Xy12…", description = "operator, key:<id>, browser or timer")
            String actor,

            @Schema(nullable = true) String account,
            @Schema(nullable = true) String address,

            @Schema(enumeration = {"DONE", "REFUSED", "FAILED"})
            String outcome,

            @Schema(nullable = true) String detail,

            @Schema(
                    nullable = true,
                    description =
                            "The caller's own id for the user: that of the consent link, or else the account's first")
            String reference,

            @Schema(nullable = true, description = "The id of the consent link that led to the event")
            String link) {
        public static EventJson of(AuditEvent event) {
            return new EventJson(
                    event.id(),
                    event.at(),
                    event.type(),
                    event.actor(),
                    event.account().orElse(null),
                    event.address().orElse(null),
                    event.outcome(),
                    event.detail().orElse(null),
                    event.reference().orElse(null),
                    event.link().orElse(null));
        }
    }

    @Schema(name = "Events")
    public record EventsJson(
            List<EventJson> events,

            @Schema(description = "Give it as after to read on; as it was where there is nothing new")
            long nextAfter) {}

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    @RolesAllowed(Permissions.READ)
    @Operation(operationId = "listEvents", summary = "Events behind an id, oldest first")
    public EventsJson list(
            @Parameter(description = "The id to read on from") @RestQuery("after") @DefaultValue("0") @Min(0)
                    long after,
            @RestQuery("limit") @DefaultValue("100") @Min(1) @Max(MOST) int limit,
            @Parameter(description = "Only this account's") @RestQuery String account,
            @Parameter(description = "Only of this type") @RestQuery String type,
            @Parameter(description = "Only of this actor") @RestQuery @Pattern(regexp = ACTORS, message = ACTOR_MESSAGE)
                    String actor,
            @Parameter(description = "Only at this time or later") @RestQuery("from") Instant from,
            @Parameter(description = "Only before this time") @RestQuery("to") Instant to) {
        var found = events.after(after, filter(account, type, actor, from, to), limit).stream()
                .map(EventJson::of)
                .toList();
        return new EventsJson(found, found.isEmpty() ? after : found.getLast().id());
    }

    @GET
    @Path("export")
    @Produces(ImportResource.NDJSON)
    @Blocking
    @RolesAllowed(Permissions.READ)
    @RestStreamElementType(MediaType.APPLICATION_JSON)
    @Operation(operationId = "exportEvents", summary = "All events behind an id, one a line")
    @APIResponse(
            responseCode = "200",
            description = "An event a line",
            content = @Content(mediaType = ImportResource.NDJSON, schema = @Schema(implementation = EventJson.class)))
    public Multi<EventJson> export(
            @RestQuery("after") @DefaultValue("0") @Min(0) long after,
            @Parameter(description = "Only this account's") @RestQuery String account,
            @Parameter(description = "Only of this type") @RestQuery String type,
            @Parameter(description = "Only of this actor") @RestQuery @Pattern(regexp = ACTORS, message = ACTOR_MESSAGE)
                    String actor,
            @Parameter(description = "Only at this time or later") @RestQuery("from") Instant from,
            @Parameter(description = "Only before this time") @RestQuery("to") Instant to) {
        return export.after(after, filter(account, type, actor, from, to));
    }

    @GET
    @Path("stream")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Blocking
    @RolesAllowed(Permissions.READ)
    @Operation(
            operationId = "streamEvents",
            summary = "Events as they happen (server-sent events)",
            description =
                    "Each carries its id: a client that reconnects with Last-Event-ID misses nothing. A comment comes"
                            + " at once and every 15 seconds. The stream ends when its key is revoked or ends; a key may"
                            + " have "
                            + MAX_STREAMS + " of them open on one replica.")
    @APIResponse(
            responseCode = "200",
            description = "An event in the data of each",
            content =
                    @Content(
                            mediaType = MediaType.SERVER_SENT_EVENTS,
                            schema = @Schema(type = SchemaType.ARRAY, implementation = EventJson.class)))
    public Multi<OutboundSseEvent> stream(
            @RestHeader("Last-Event-ID") Optional<Long> lastId,
            @RestQuery("after") @DefaultValue("0") @Min(0) long after,
            Sse sse) {
        var stream = streams.open(MAX_STREAMS);
        return follow.after(lastId.orElse(after), stream)
                .map(event ->
                        event.map(found -> event(EventJson.of(found), sse)).orElseGet(() -> EventStreams.comment(sse)))
                .onTermination()
                .invoke(stream::close);
    }

    private static OutboundSseEvent event(EventJson event, Sse sse) {
        return sse.newEventBuilder()
                .id(Long.toString(event.id()))
                .name(event.type())
                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                .data(event)
                .build();
    }

    private AuditEventFilter filter(String account, String type, String actor, Instant from, Instant to) {
        if (type != null
                && Arrays.stream(AuditEventType.values())
                        .noneMatch(known -> known.word().equals(type))) {
            throw QueryParameters.invalid("type", "must be the type of an audit event, such as account.connected");
        }
        return new AuditEventFilter(
                only(account),
                Optional.ofNullable(type),
                Optional.ofNullable(actor),
                Optional.ofNullable(from),
                Optional.ofNullable(to));
    }

    /** The events that the caller gets: of one account if given, otherwise all that its key may read. */
    private AuditEventScope only(String account) {
        if (account == null) {
            return caller.events();
        }
        var id = AccountId.parse(account)
                .orElseThrow(() ->
                        new ProblemException(Problem.of(ProblemType.INVALID_VALUE, "account must be an X user id")));
        caller.requireAccess(id);
        return AuditEventScope.of(id);
    }
}
