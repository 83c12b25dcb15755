package io.xtokenkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Fingerprint;
import io.xtokenkeeper.domain.Scopes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecentPairsTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final AccountId ONE = new AccountId("1");
    private static final AccountId PENDING = new AccountId("pending-" + "%032x".formatted(7));

    private final RecentPairs recent = new RecentPairs();

    @Test
    void allPairsOfAnAccountAreKeptInTheirOrder() {
        add(rotated(ONE, 0, 1));
        add(rotated(new AccountId("2"), 10, 11));
        add(rotated(ONE, 1, 2));

        assertThat(recent.all())
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(rotated(ONE, 0, 1), rotated(new AccountId("2"), 10, 11), rotated(ONE, 1, 2));
    }

    @Test
    void theGrantOfAConsentIsKeptWithThePairThatReplacedIt() {
        add(grant());
        add(rotated(PENDING, 7, 8));

        assertThat(recent.all())
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(grant(), rotated(PENDING, 7, 8));
    }

    @Test
    void aLimitedNumberIsKept() {
        var line = JournalRecord.encode(rotated(ONE, 0, 1));
        for (var i = 0; i < 20_001; i++) {
            recent.add(line);
        }
        assertThat(recent.all()).hasSize(20_000);
    }

    private void add(PendingPair pair) {
        recent.add(JournalRecord.encode(pair));
    }

    private static RefreshResult.Rotated rotated(AccountId id, int spent, int current) {
        return new RefreshResult.Rotated(
                id,
                7,
                fingerprint(spent),
                fingerprint(current),
                Optional.of(new RefreshResult.Rotated.Access(bytes("access" + current), NOW, NOW.plusSeconds(7_200))),
                Optional.of(bytes("refresh" + current)),
                Optional.of(Scopes.of("tweet.read offline.access")),
                NOW.plusSeconds(6_300),
                Optional.empty());
    }

    private static PendingGrant grant() {
        return new PendingGrant(
                PENDING,
                Optional.of(bytes("access7")),
                bytes("refresh7"),
                fingerprint(7),
                Scopes.of("tweet.read offline.access"),
                NOW,
                NOW.plusSeconds(7_200),
                NOW.plusSeconds(6_300),
                new byte[] {1, 2, 3});
    }

    private static Fingerprint fingerprint(int number) {
        return new Fingerprint("%032x".formatted(number));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
