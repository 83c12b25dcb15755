package io.xtokenkeeper.charts;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.xtokenkeeper.account.Account;
import io.xtokenkeeper.http.DisplayTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Lifetimes of access tokens as bars on one time scale, for the accounts that are refreshed next. All coordinates are those
 * of an SVG of this width and height.
 *
 * @param now x coordinate of the current time
 */
@RegisterForReflection
public record TokenTimeline(int width, int height, int now, List<Life> lives) {
    private static final int WIDTH = 900;
    private static final int NAMES = 170;
    private static final int STEP = 24;
    private static final int TOP = 24;
    private static final int MAX_NAME = 20;

    /**
     * The bar of one access token.
     *
     * @param x where the token was issued
     * @param text y coordinate of the title
     * @param spent width of the bar up to the current time
     * @param wide width of the bar up to the token's expiry
     * @param due x coordinate of the next refresh
     */
    @RegisterForReflection
    public record Life(
            String id,
            String title,
            int x,
            int y,
            int text,
            int spent,
            int wide,
            int due,
            DisplayTime issued,
            DisplayTime refresh,
            DisplayTime end) {}

    static TokenTimeline of(List<Account> accounts, Instant now) {
        var shown = accounts.stream()
                .filter(account -> account.accessExpiresAt().isPresent())
                .toList();
        var first = Stream.concat(shown.stream().map(Account::refreshedAt), Stream.of(now))
                .min(Instant::compareTo)
                .orElse(now);
        var last = Stream.concat(
                        shown.stream().map(account -> account.accessExpiresAt().orElseThrow()),
                        Stream.of(now.plusSeconds(60)))
                .max(Instant::compareTo)
                .orElse(now);
        var scale = new Scale(first, last);
        return new TokenTimeline(
                WIDTH,
                TOP + STEP * shown.size() + 6,
                scale.place(now),
                IntStream.range(0, shown.size())
                        .mapToObj(i -> life(shown.get(i), TOP + STEP * i, scale, now))
                        .toList());
    }

    private record Scale(Instant first, Instant last) {
        int place(Instant at) {
            var share = (double) Duration.between(first, at).toMillis()
                    / Duration.between(first, last).toMillis();
            return NAMES + (int) Math.round(Math.clamp(share, 0, 1) * (WIDTH - NAMES - 10));
        }
    }

    private static Life life(Account account, int y, Scale scale, Instant now) {
        var end = account.accessExpiresAt().orElseThrow();
        var id = account.id().value();
        var title = account.name().or(account::username).orElse(id);
        var x = scale.place(account.refreshedAt());
        var wide = scale.place(end) - x;
        return new Life(
                id,
                title.length() > MAX_NAME ? title.substring(0, MAX_NAME - 1) + "…" : title,
                x,
                y,
                y + 12,
                Math.clamp(scale.place(now) - (long) x, 0, wide),
                wide,
                scale.place(account.nextRefreshAt()),
                DisplayTime.of(account.refreshedAt()),
                DisplayTime.of(account.nextRefreshAt()),
                DisplayTime.of(end));
    }
}
