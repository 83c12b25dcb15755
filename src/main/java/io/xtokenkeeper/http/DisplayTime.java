package io.xtokenkeeper.http;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * A point in time, formatted for a page. The page's script shows its distance from now instead, such as "in 5 min 3 s".
 *
 * @param iso ISO 8601, for scripts
 * @param clock time of day and date, UTC
 */
@RegisterForReflection
public record DisplayTime(String iso, String clock) {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern(
                    "HH:mm:ss 'UTC,' d MMMM uuuu", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("d MMM uuuu", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    public static DisplayTime of(Instant at) {
        return new DisplayTime(at.toString(), CLOCK.format(at));
    }

    /** The date alone, UTC. */
    public String day() {
        return DAY.format(Instant.parse(iso));
    }
}
