package io.xtokenkeeper.sandbox;

import java.util.Map;
import java.util.Optional;

/**
 * Runs one call, bent by the fault that is switched on for it. Under the world's lock, so that the fault, its count and
 * the work are one step.
 */
final class Bend {
    /** The endpoint's own work. */
    interface Work {
        /** Told what will be done to its answer; it minds {@link Fault#NO_REFRESH_TOKEN} alone. */
        Outcome act(Fault fault);
    }

    private static final String PAGE =
            "<!DOCTYPE html><html><head><title>%s</title></head><body><h1>%s</h1><p>cloudless</p></body></html>";

    private final World world;
    private final Endpoint endpoint;
    private final Optional<UserId> user;
    private final long latency;

    Bend(World world, Endpoint endpoint, Optional<UserId> user) {
        this.world = world;
        this.endpoint = endpoint;
        this.user = user;
        this.latency = tokenEndpoint() ? world.switches().latency().toMillis() : 0;
    }

    Reply run(Work work) {
        Optional<FaultRule> rule = world.switches().faultAt(endpoint, user);
        if (rule.isPresent() && rule.get().fault().moment() == Fault.Moment.INSTEAD) {
            strike(rule.get());
            return instead(rule.get().fault());
        }
        Outcome outcome = work.act(rule.map(FaultRule::fault).orElse(Fault.NONE));
        if (rule.isPresent() && fits(rule.get().fault(), outcome)) {
            strike(rule.get());
            if (rule.get().fault().losesAnswer()) {
                outcome.rotated().ifPresent(world.ledger()::lostAnswer);
            }
            return bent(outcome, rule.get());
        }
        world.ledger().count(endpoint, outcome.name());
        return say(outcome, outcome.answer(), latency);
    }

    private void strike(FaultRule rule) {
        world.change(switches -> switches.struck(endpoint, rule));
        world.ledger().count(endpoint, rule.fault().word());
    }

    private static boolean fits(Fault fault, Outcome outcome) {
        return switch (fault.moment()) {
            case ON_SUCCESS -> outcome.successful();
            case ON_DEAD_TOKEN -> outcome.deadToken();
            case INSTEAD -> false;
        };
    }

    private Reply instead(Fault fault) {
        return switch (fault) {
            case HANG -> new Reply.Silence();
            case DROP_BEFORE -> new Reply.HangUp(latency);
            case RATE_LIMITED_429 -> say(limited());
            case UNAVAILABLE_503 ->
                say((oauth() ? OAuthError.UNAVAILABLE.answer() : Problem.UNAVAILABLE.answer())
                        .withHeaders(retryAfter()));
            case ERROR_500 -> say(oauth() ? OAuthError.SERVER_ERROR.answer() : Problem.INTERNAL_ERROR.answer());
            case HTML -> say(Answer.html(200, PAGE.formatted("Welcome", "Welcome")));
            case HTML_502 -> say(Answer.html(502, PAGE.formatted("502 Bad Gateway", "502 Bad Gateway")));
            case WRONG_SECRET -> say(OAuthError.NO_AUTHORIZATION.answer());
            case UNKNOWN_CLIENT -> say(OAuthError.CLIENT_INVALID.answer());
            case MISSING_PARAMETER -> say(OAuthError.missing("grant_type").answer());
            case NOT_ENROLLED_403 -> say(Problem.notEnrolled(world.options().clientId()));
            case NONE, HANG_AFTER, DROP_AFTER, BROKEN_JSON, EMPTY, SLOW, NO_REFRESH_TOKEN, INVALID_GRANT ->
                throw new IllegalStateException("strikes after the work: " + fault);
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
            case SLOW -> say(outcome, answer, latency + rule.delay().toMillis());
            case INVALID_GRANT -> say(OAuthError.INVALID_GRANT.answer());
            default -> say(outcome, answer, latency);
        };
    }

    private Reply say(Answer answer) {
        return new Reply.Say(answer, latency, () -> {});
    }

    private Reply say(Outcome outcome, Answer answer, long afterMillis) {
        return new Reply.Say(answer, afterMillis, () -> outcome.rotated().ifPresent(world.ledger()::lostAnswer));
    }

    private Answer limited() {
        Answer answer = oauth() ? OAuthError.RATE_LIMITED.answer() : Problem.TOO_MANY_REQUESTS.answer();
        long reset = world.now() / 1000 + world.switches().rateLimitReset().toSeconds();
        return answer.withHeaders(Map.of(
                        "x-rate-limit-limit", "75",
                        "x-rate-limit-remaining", "0",
                        "x-rate-limit-reset", Long.toString(reset)))
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
