package io.xtokenkeeper.refresh;

import io.xtokenkeeper.vault.Claimed;
import io.xtokenkeeper.vault.Verdict;
import io.xtokenkeeper.vault.Written;
import io.xtokenkeeper.x.AskX;
import io.xtokenkeeper.x.TokenAnswer;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/**
 * Takes one claimed account through asking, judging and saving. Nobody sees the new token before it is saved; whoever
 * waits for the flight is told after.
 */
@Singleton
class RefreshClaimed {
    private static final Logger LOG = Logger.getLogger(RefreshClaimed.class);

    private final AskX x;
    private final Judge judge;
    private final SaveAnswers save;
    private final RefreshWatch watch;
    private final InstantSource clock;

    RefreshClaimed(AskX x, Judge judge, SaveAnswers save, RefreshWatch watch, InstantSource clock) {
        this.x = x;
        this.judge = judge;
        this.save = save;
        this.watch = watch;
        this.clock = clock;
    }

    /** Returns at once; what it returns is complete when the store has the verdict. */
    CompletableFuture<Landing> start(Claimed claimed) {
        var landing = new CompletableFuture<Landing>();
        var started = System.nanoTime();
        x.refresh(claimed.token())
                .map(answer -> judged(claimed, answer, started))
                .subscribe()
                .with(
                        judgement -> save.save(judgement.verdict(), written -> land(judgement, written, landing)),
                        bug -> LOG.errorf(bug, "account %s: its lease will run out", claimed.id()));
        return landing;
    }

    private record Judgement(TokenAnswer answer, Verdict verdict) {}

    private Judgement judged(Claimed claimed, TokenAnswer answer, long started) {
        var now = clock.instant();
        watch.heed(answer, started, now);
        return new Judgement(answer, judge.judge(claimed, answer, now));
    }

    private void land(Judgement judgement, Written written, CompletableFuture<Landing> landing) {
        var outcome = outcome(judgement, written);
        watch.land(judgement.verdict().id(), outcome);
        landing.complete(outcome);
    }

    private Landing outcome(Judgement judgement, Written written) {
        var id = judgement.verdict().id();
        if (written != Written.SAVED) {
            LOG.infof("account %s: an answer of X came too late to count (%s)", id, written);
            return new Landing.LookAgain();
        }
        if (judgement.verdict() instanceof Verdict.Postponed postponed) {
            var why = postponed.error().reason() + ": " + postponed.error().detail();
            LOG.warnf("account %s is not refreshed, next try at %s (%s)", id, postponed.until(), why);
            return new Landing.NotNow(postponed.until(), why);
        }
        if (judgement.verdict() instanceof Verdict.Lost lost) {
            LOG.errorf(
                    "account %s needs a new consent (%s: %s)",
                    id, lost.reason(), lost.error().detail());
            watch.lost(lost.reason());
        }
        return judgement.answer() instanceof TokenAnswer.Granted(var pair)
                ? new Landing.Refreshed(pair)
                : new Landing.LookAgain();
    }
}
