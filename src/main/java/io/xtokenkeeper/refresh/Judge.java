package io.xtokenkeeper.refresh;

import io.xtokenkeeper.vault.Claimed;
import io.xtokenkeeper.vault.LastError;
import io.xtokenkeeper.vault.LossReason;
import io.xtokenkeeper.vault.SaveVerdicts;
import io.xtokenkeeper.vault.Schedule;
import io.xtokenkeeper.vault.Verdict;
import io.xtokenkeeper.x.TokenAnswer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Step 4 of a refresh: what X's answer means for the account. Only X's own word that a grant is over ends it. */
@Singleton
class Judge {
    /** Something is wrong with what we send; trying often will not mend it. */
    private static final Duration AFTER_REFUSAL = Duration.ofMinutes(5);

    private final SaveVerdicts save;
    private final Schedule schedule;

    Judge(SaveVerdicts save, Schedule schedule) {
        this.save = save;
        this.schedule = schedule;
    }

    Verdict judge(Claimed claimed, TokenAnswer answer, Instant now) {
        return switch (answer) {
            case TokenAnswer.Granted(var pair) ->
                save.rotated(claimed, pair, schedule.dueAt(pair, ThreadLocalRandom.current()));
            case TokenAnswer.GrantDead(var hint) -> lost(claimed, hint, now);
            case TokenAnswer.AppRefused(var hint) ->
                postponed(claimed, Reason.APP_REFUSED, hint, retryAt(claimed, Optional.empty(), now), false, now);
            case TokenAnswer.Later(var hint, var at, var limited) ->
                postponed(claimed, Reason.X_BUSY, hint, retryAt(claimed, at, now), false, now);
            case TokenAnswer.Unknown(var hint) ->
                postponed(claimed, Reason.NO_ANSWER, hint, retryAt(claimed, Optional.empty(), now), true, now);
            case TokenAnswer.Refused(var status, var hint) ->
                postponed(claimed, Reason.X_REFUSED_REQUEST, hint, now.plus(AFTER_REFUSAL), false, now);
        };
    }

    private static Instant retryAt(Claimed claimed, Optional<Instant> xAsksFor, Instant now) {
        return Backoff.USUAL.retryAt(claimed.failures(), xAsksFor, now, ThreadLocalRandom.current());
    }

    /** An earlier try with this token went unanswered: then it was that try that spent it. */
    private static Verdict lost(Claimed claimed, String hint, Instant now) {
        var reason = claimed.unanswered() ? LossReason.LOST_IN_FLIGHT : LossReason.REJECTED_BY_X;
        return new Verdict.Lost(claimed.id(), claimed.fence(), reason, new LastError(reason.name(), hint, now));
    }

    private static Verdict postponed(
            Claimed claimed, Reason reason, String hint, Instant until, boolean mayBeSpent, Instant now) {
        var error = new LastError(reason.name(), hint, now);
        // what was unanswered before stays so until X gives a token or says the grant is over
        return new Verdict.Postponed(claimed.id(), claimed.fence(), until, error, mayBeSpent || claimed.unanswered());
    }
}
