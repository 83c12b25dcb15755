package io.xtokenkeeper.sandbox;

import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.faults.Fault;
import io.xtokenkeeper.sandbox.faults.FaultRule;
import io.xtokenkeeper.sandbox.grants.Grant;
import io.xtokenkeeper.sandbox.grants.UserId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Runs one call with the fault that is configured for it. Holds the lock of {@link SimulatorState}, so that the fault, its
 * count and the processing of the call are atomic.
 */
final class FaultInjector {
    /** The endpoint's processing of a call. */
    interface Work {
        /**
         * @param fault the fault that will be applied to the response; only {@link Fault#NO_REFRESH_TOKEN} changes the
         *     processing
         */
        Outcome act(Fault fault);
    }

    private static final String PAGE =
            "<!DOCTYPE html><html><head><title>%s</title></head><body><h1>%s</h1><p>cloudless</p></body></html>";
    private static final String TOKEN_TYPE = "\"token_type\":\"bearer\"";

    private final SimulatorState world;
    private final Endpoint endpoint;
    private final Optional<UserId> user;
    private final CallRecord record;
    private final long latencyBefore;
    private final long latency;

    /**
     * @param host {@link Call#host()}
     * @param presented the token or code that was sent with the call, empty for none
     */
    FaultInjector(
            SimulatorState world, Endpoint endpoint, Optional<UserId> user, String host, Optional<String> presented) {
        this.world = world;
        this.endpoint = endpoint;
        this.user = user;
        this.record = world.ledger().record(endpoint, user, host, presented);
        this.latencyBefore = tokenEndpoint() ? world.switches().latencyBefore().toMillis() : 0;
        this.latency = tokenEndpoint() ? world.switches().latency().toMillis() : 0;
    }

    Reply run(Work work) {
        Optional<FaultRule> slow = world.switches()
                .faultAt(endpoint, user)
                .filter(rule -> rule.fault().moment() == Fault.Moment.WAIT);
        slow.ifPresent(rule -> world.change(switches -> switches.struck(endpoint, rule)));
        long wait = latencyBefore + slow.map(rule -> rule.delay().toMillis()).orElse(0L);
        if (wait == 0) {
            return run(work, slow);
        }
        return new Reply.Later(wait, () -> {
            synchronized (world) {
                return run(work, slow);
            }
        });
    }

    private Reply run(Work work, Optional<FaultRule> waited) {
        Optional<FaultRule> rule = waited.or(() -> world.switches().faultAt(endpoint, user));
        if (rule.isPresent() && rule.get().fault().moment() == Fault.Moment.INSTEAD) {
            strike(rule.get());
            return instead(rule.get());
        }
        Outcome outcome = work.act(rule.map(FaultRule::fault).orElse(Fault.NONE));
        outcome.issued().map(grant -> new Pair(world, grant).issue()).ifPresent(record::issued);
        if (waited.isPresent() && outcome.successful()) {
            note(waited.get().fault().word());
            return say(outcome, outcome.answer(), latency);
        }
        if (rule.isPresent() && fits(rule.get().fault(), outcome)) {
            strike(rule.get());
            if (rule.get().fault().losesAnswer()) {
                lost(outcome);
            }
            return bent(outcome, rule.get());
        }
        note(outcome.name());
        return say(outcome, outcome.answer(), latency);
    }

    private void strike(FaultRule rule) {
        world.change(switches -> switches.struck(endpoint, rule));
        note(rule.fault().word());
    }

    private void note(String outcome) {
        record.worked(outcome, world.now());
        world.ledger().count(endpoint, outcome);
    }

    private void lost(Outcome outcome) {
        record.ended(LoggedCall.End.LOST, world.now());
        if (outcome.rotated()) {
            outcome.issued().ifPresent(world.ledger()::lostAnswer);
        }
    }

    private static boolean fits(Fault fault, Outcome outcome) {
        return switch (fault.moment()) {
            case ON_SUCCESS -> outcome.successful();
            case ON_DEAD_TOKEN -> outcome.deadToken();
            case INSTEAD, WAIT -> false;
        };
    }

    private Reply instead(FaultRule rule) {
        return switch (rule.fault()) {
            case HANG -> unanswered(new Reply.Silence());
            case DROP_BEFORE -> unanswered(new Reply.HangUp(latency));
            case RATE_LIMITED_429 ->
                say(limited(rule.reset().orElse(world.switches().rateLimitReset())));
            case UNAVAILABLE_503 ->
                say((oauth() ? OAuthError.UNAVAILABLE.answer() : Problem.UNAVAILABLE.answer())
                        .withHeaders(retryAfter()));
            case ERROR_500 -> say(oauth() ? OAuthError.SERVER_ERROR.answer() : Problem.INTERNAL_ERROR.answer());
            case ERROR_502 -> say(oauth() ? OAuthError.BAD_GATEWAY.answer() : Problem.BAD_GATEWAY.answer());
            case HTML -> say(Answer.html(200, PAGE.formatted("Welcome", "Welcome")));
            case HTML_403 -> say(page(403, "403 Forbidden"));
            case HTML_502 -> say(page(502, "502 Bad Gateway"));
            case HTML_504 -> say(page(504, "504 Gateway Time-out"));
            case WRONG_SECRET -> say(OAuthError.NO_AUTHORIZATION.answer());
            case UNKNOWN_CLIENT -> say(OAuthError.CLIENT_INVALID.answer());
            case MISSING_PARAMETER -> say(OAuthError.missing("grant_type").answer());
            case NOT_ENROLLED_403 -> say(Problem.notEnrolled(world.options().clientId()));
            default -> throw new IllegalStateException("does not strike instead of the work: " + rule.fault());
        };
    }

    private Reply bent(Outcome outcome, FaultRule rule) {
        Answer answer = outcome.answer();
        return switch (rule.fault()) {
            case HANG_AFTER -> new Reply.Silence();
            case DROP_AFTER -> new Reply.HangUp(latency);
            case BROKEN_JSON ->
                say(answer.withBody(answer.body().substring(0, answer.body().length() * 2 / 3)));
            case EMPTY -> say(answer.withBody(""));
            case HTML_504_AFTER -> say(page(504, "504 Gateway Time-out"));
            case SLOW -> say(outcome, answer, latency + rule.delay().toMillis());
            case INVALID_GRANT -> say(OAuthError.INVALID_GRANT.answer());
            case GZIP -> say(outcome, answer.withHeaders(Map.of("Content-Encoding", "gzip")), latency);
            case BOM -> say(outcome, answer.withBody('\uFEFF' + answer.body()), latency);
            case ODD_CONTENT_TYPE -> say(outcome, answer.withType("json"), latency);
            case NO_TOKEN_TYPE -> say(outcome, replaced(answer, TOKEN_TYPE + ",", ""), latency);
            case EMPTY_TOKEN_TYPE -> say(outcome, replaced(answer, TOKEN_TYPE, "\"token_type\":\"\""), latency);
            default -> say(outcome, answer, latency);
        };
    }

    private static Answer page(int status, String title) {
        return Answer.html(status, PAGE.formatted(title, title));
    }

    private static Answer replaced(Answer answer, String part, String by) {
        return answer.withBody(answer.body().replace(part, by));
    }

    private Reply unanswered(Reply reply) {
        record.ended(LoggedCall.End.LOST, world.now());
        return reply;
    }

    /** A response that contains no tokens. */
    private Reply say(Answer answer) {
        return new Reply.Say(answer, latency, new Recorded(Optional.empty()));
    }

    private Reply say(Outcome outcome, Answer answer, long afterMillis) {
        return new Reply.Say(answer, afterMillis, new Recorded(outcome.issued().filter(grant -> outcome.rotated())));
    }

    /** Records whether the response reached the caller. */
    private final class Recorded implements Reply.Fate {
        private final Optional<Grant> rotated;

        Recorded(Optional<Grant> rotated) {
            this.rotated = rotated;
        }

        @Override
        public void answered() {
            synchronized (world) {
                record.ended(LoggedCall.End.ANSWERED, world.now());
            }
        }

        @Override
        public void callerGone() {
            synchronized (world) {
                if (record.ended(LoggedCall.End.CALLER_GONE, world.now())) {
                    rotated.ifPresent(world.ledger()::lostAnswer);
                }
            }
        }
    }

    private Answer limited(Duration reset) {
        Answer answer = oauth() ? OAuthError.RATE_LIMITED.answer() : Problem.TOO_MANY_REQUESTS.answer();
        long at = world.now() / 1000 + reset.toSeconds();
        return answer.withHeaders(Map.of(
                        "x-rate-limit-limit", "75",
                        "x-rate-limit-remaining", "0",
                        "x-rate-limit-reset", Long.toString(at)))
                .withHeaders(retryAfter());
    }

    private Map<String, String> retryAfter() {
        long seconds = world.switches().retryAfter().toSeconds();
        return seconds == 0 ? Map.of() : Map.of("Retry-After", Long.toString(seconds));
    }

    private boolean tokenEndpoint() {
        return endpoint == Endpoint.CODE || endpoint == Endpoint.REFRESH || endpoint == Endpoint.TOKEN;
    }

    private boolean oauth() {
        return tokenEndpoint() || endpoint == Endpoint.REVOKE;
    }
}
