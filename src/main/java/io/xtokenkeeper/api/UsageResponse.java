package io.xtokenkeeper.api;

import io.xtokenkeeper.http.QueryParameters;
import io.xtokenkeeper.usage.UsageHour;
import io.xtokenkeeper.usage.UsageRepository.After;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A page of usage, the newest hour first; the JSON of {@code GET /api/v1/usage}. */
@Schema(name = "UsagePage")
public record UsageResponse(
        List<UsageJson> usage,

        @Schema(nullable = true, description = "Give it as cursor to get the next page; null on the last one")
        String nextCursor) {
    private static final Pattern PLACE = Pattern.compile("([0-9]{1,10}) ([\\w-]+) ([\\w-]*)");

    /** What one key did with one account in one hour. */
    @Schema(name = "Usage")
    public record UsageJson(
            @Schema(description = "When the hour begins") Instant hour,

            @Schema(description = "The id of an API key, or operator for the admin key", examples = "operator")
            String key,

            @Schema(
                    nullable = true,
                    examples = "2244994945",
                    description = "Null for accounts that were counted together, because a replica used more than"
                            + " 100,000 within a minute")
            String account,

            @Schema(description = "Access tokens that GET …/token returned", examples = "120")
            long reads,

            @Schema(description = "Access tokens that POST …/refresh returned")
            long refreshes,

            @Schema(description = "Calls through …/x/ that X answered")
            long calls) {
        private static UsageJson of(UsageHour row) {
            return new UsageJson(
                    row.hour(),
                    row.key(),
                    Optional.of(row.account()).filter(id -> !id.isEmpty()).orElse(null),
                    row.reads(),
                    row.refreshes(),
                    row.calls());
        }
    }

    /** @param found one more row than {@code limit} if there is another page */
    static UsageResponse of(List<UsageHour> found, int limit) {
        return new UsageResponse(
                found.stream().limit(limit).map(UsageJson::of).toList(),
                found.size() > limit ? cursor(After.of(found.get(limit - 1))) : null);
    }

    private static String cursor(After after) {
        var place = after.hour().getEpochSecond() + " " + after.key() + " " + after.account();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(place.getBytes(StandardCharsets.UTF_8));
    }

    /** @throws io.xtokenkeeper.http.ProblemException if it is not one that {@link #of} wrote */
    static After parseCursor(String cursor) {
        try {
            var place = PLACE.matcher(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8));
            if (place.matches()) {
                return new After(Instant.ofEpochSecond(Long.parseLong(place.group(1))), place.group(2), place.group(3));
            }
        } catch (IllegalArgumentException e) {
            // not Base64: refused below
        }
        throw QueryParameters.invalid("cursor", "must be the next_cursor of the page before, unchanged");
    }
}
