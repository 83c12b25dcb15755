package io.xtokenkeeper.http;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * A point in time, formatted for a page.
 *
 * @param iso ISO 8601, for scripts
 * @param clock time of day and date, UTC
 * @param away the distance from now, such as "in 5 min 3 s" or "2 days ago"
 */
@RegisterForReflection
public record DisplayTime(String iso, String clock, String away) {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern(
                    "HH:mm:ss 'UTC,' d MMMM uuuu", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("d MMM uuuu", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    public static DisplayTime of(Instant at, Instant now) {
        var distance = Duration.between(now, at);
        var words = words(distance.abs());
        return new DisplayTime(at.toString(), CLOCK.format(at), distance.isNegative() ? words + " ago" : "in " + words);
    }

    /** The date alone, UTC. */
    public String day() {
        return DAY.format(Instant.parse(iso));
    }

    private static String words(Duration distance) {
        if (distance.toDays() > 1) {
            return distance.toDays() + " days";
        }
        if (distance.toHours() > 0) {
            return distance.toHours() + " h " + distance.toMinutesPart() + " min";
        }
        return distance.toMinutes() > 0
                ? distance.toMinutes() + " min " + distance.toSecondsPart() + " s"
                : distance.toSeconds() + " s";
    }
}
