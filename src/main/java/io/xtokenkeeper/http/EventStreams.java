package io.xtokenkeeper.http;

import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;

/** The comment that every stream of server-sent events sends while there are no events. */
public final class EventStreams {
    /** Proxies close connections that are idle for a minute, some of them earlier. */
    public static final Duration MAX_SILENCE = Duration.ofSeconds(15);

    private EventStreams() {}

    /** Shows that the connection is alive; clients ignore comments. */
    public static OutboundSseEvent comment(Sse sse) {
        return sse.newEventBuilder().comment("alive").build();
    }
}
