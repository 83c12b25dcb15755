package io.xtokenkeeper.refresh;

import io.xtokenkeeper.x.TokenAnswer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Stops all refreshing where going on would hurt everybody: X refuses our app (wrong secret, suspended), or limits its
 * rate. Grants are kept meanwhile. When the pause is over one account goes first, and the rest follow if X takes it.
 */
@Singleton
public class Brake {
    private static final Logger LOG = Logger.getLogger(Brake.class);
    private static final Duration APP_PAUSE = Duration.ofMinutes(1);
    private static final Duration UNSAID_LIMIT = Duration.ofMinutes(1);

    /**
     * Why nothing goes on.
     *
     * @param appRefused X refuses the app: an operator has to act; otherwise X limits the rate
     */
    public record Pause(Instant until, boolean appRefused, String why) {}

    private Pause pause;
    private boolean probing;

    /** Empty where refreshing goes on, or has just been allowed to probe. */
    public synchronized Optional<Pause> pause(Instant now) {
        return Optional.ofNullable(pause).filter(p -> probing || now.isBefore(p.until()));
    }

    /** What {@link #pause} is, whether it is over or not: it ends when X takes a refresh. */
    public synchronized Optional<Pause> trouble() {
        return Optional.ofNullable(pause);
    }

    /** How many of {@code wanted} may start now. */
    synchronized int admit(int wanted, Instant now) {
        if (pause == null || wanted == 0) {
            return wanted;
        }
        if (probing || now.isBefore(pause.until())) {
            return 0;
        }
        probing = true;
        return 1;
    }

    /** A start that was admitted found nothing to do. */
    synchronized void unused() {
        probing = false;
    }

    synchronized void heed(TokenAnswer answer, Instant now) {
        switch (answer) {
            case TokenAnswer.AppRefused(var hint) -> hold(new Pause(now.plus(APP_PAUSE), true, hint));
            case TokenAnswer.Later later
            when later.rateLimited() ->
                hold(new Pause(later.retryAt().orElse(now.plus(UNSAID_LIMIT)), false, later.hint()));
            case TokenAnswer.Later later -> probing = false;
            case TokenAnswer.Unknown unknown -> probing = false;
            case TokenAnswer.Granted granted -> release();
            case TokenAnswer.GrantDead dead -> release();
            case TokenAnswer.Refused refused -> release();
        }
    }

    private void hold(Pause next) {
        probing = false;
        if (pause == null && next.appRefused()) {
            LOG.errorf(
                    "X refuses this app (%s): check CLIENT_ID and CLIENT_SECRET. All grants are kept; refreshing is"
                            + " paused and tried with one account a minute",
                    next.why());
        } else if (pause == null) {
            LOG.warnf("X limits our rate until %s: refreshing is paused", next.until());
        }
        pause = next;
    }

    private void release() {
        if (pause != null) {
            LOG.info("X takes our refreshes again: going on");
        }
        pause = null;
        probing = false;
    }
}
