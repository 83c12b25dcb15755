package io.xtokenkeeper.admin;

import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.xtokenkeeper.account.AccountRepository;
import io.xtokenkeeper.charts.ChartData;
import io.xtokenkeeper.charts.ChartsView;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.http.ErrorPages;
import io.xtokenkeeper.http.EventStreams;
import io.xtokenkeeper.security.OpenStreams;
import io.xtokenkeeper.security.Permissions;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;

/** Serves the requests that open pages send without user action, to stay up to date. They do not extend the session. */
@Path("/live")
@RolesAllowed(Permissions.MANAGE)
public class LiveResource {
    /** How long a stream lasts; then the browser reconnects, and its session is checked again. */
    private static final Duration MAX_STREAM_AGE = Duration.ofMinutes(2);

    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);
    /** More than a browser opens to one host. */
    private static final int MAX_STREAMS = 10;

    private static final String MISSED = "missed";

    private final AccountChangeStream changeStream;
    private final OpenStreams streams;
    private final AccountRepository accounts;
    private final SystemAlerts alerts;
    private final ChartData charts;
    private final InstantSource clock;

    LiveResource(
            AccountChangeStream changeStream,
            OpenStreams streams,
            AccountRepository accounts,
            SystemAlerts alerts,
            ChartData charts,
            InstantSource clock) {
        this.changeStream = changeStream;
        this.streams = streams;
        this.accounts = accounts;
        this.alerts = alerts;
        this.charts = charts;
        this.clock = clock;
    }

    /**
     * Sends the event {@code account-ID} for each change of an account that the page shows, and {@code missed} if any of
     * them may have changed. The stream ends after two minutes, and within a second after the API key of the session is
     * revoked or expires.
     */
    @GET
    @Path("accounts")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Blocking
    @Operation(hidden = true)
    public Multi<OutboundSseEvent> accounts(
            @RestQuery List<String> account, @RestHeader("Last-Event-ID") Optional<String> before, Sse sse) {
        var stream = streams.open(MAX_STREAMS);
        var shown = account.stream()
                .map(AccountId::parse)
                .flatMap(Optional::stream)
                .collect(Collectors.toUnmodifiableSet());
        // a browser that reconnects may have missed changes in between
        var first = before.isPresent() ? MISSED : "begun";
        var changes = changeStream
                .changesOf(shown)
                .map(changed -> changed.map(id -> "account-" + id).orElse(MISSED))
                .map(name -> sse.newEventBuilder().id("1").name(name).data("-").build());
        var begin = sse.newEventBuilder().id("1").name(first).data("-").build();
        return Multi.createBy()
                .merging()
                .streams(Multi.createFrom().items(EventStreams.comment(sse), begin), changes, alive(stream, sse))
                .select()
                .first(MAX_STREAM_AGE)
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .select()
                .first(event -> stream.mayGoOn())
                .onTermination()
                .invoke(stream::close);
    }

    /**
     * Sends a comment when the stream has been silent for long, and a last one, which ends the stream, when the API key of
     * the session is no longer valid.
     */
    private static Multi<OutboundSseEvent> alive(OpenStreams.Stream stream, Sse sse) {
        return Multi.createFrom()
                .ticks()
                .every(CHECK_INTERVAL)
                .onOverflow()
                .drop()
                .filter(tick -> !stream.mayGoOn() || (tick + 1) % EventStreams.MAX_SILENCE.toSeconds() == 0)
                .map(tick -> EventStreams.comment(sse));
    }

    /** The account's row of the dashboard; empty if the account was deleted, so that the page removes the row. */
    @GET
    @Path("row")
    @Produces(MediaType.TEXT_HTML)
    @RunOnVirtualThread
    @Operation(hidden = true)
    public Response row(@RestQuery Optional<String> account) {
        return account.flatMap(AccountId::parse)
                .flatMap(accounts::byId)
                .map(found -> AccountRow.of(found, clock.instant()))
                .map(row -> ErrorPages.page(Response.Status.OK.getStatusCode(), AdminPages.row(row)))
                .orElseGet(Response::ok)
                .build();
    }

    @GET
    @Path("now")
    @Produces(MediaType.TEXT_HTML)
    @RunOnVirtualThread
    @Operation(hidden = true)
    public Response now() {
        return ErrorPages.page(Response.Status.OK.getStatusCode(), AdminPages.now(alerts.troubles()))
                .build();
    }

    /** The data of the charts. */
    @GET
    @Path("charts")
    @Produces(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    @Operation(hidden = true)
    public ChartsView charts() {
        return charts.draw();
    }
}
