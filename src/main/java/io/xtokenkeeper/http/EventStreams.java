package io.xtokenkeeper.http;

import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;

/** What every stream of server-sent events says while nothing happens. */
public final class EventStreams {
    /** Proxies end what is silent for a minute, some of them earlier. */
    public static final Duration MAX_SILENCE = Duration.ofSeconds(15);

    private EventStreams() {}

    /** Shows that the connection is alive; clients skip it. */
    public static OutboundSseEvent comment(Sse sse) {
        return sse.newEventBuilder().comment("alive").build();
    }
}
