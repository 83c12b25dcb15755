package io.xtokenkeeper.app;

import io.xtokenkeeper.cli.Finding;
import io.xtokenkeeper.x.TokenAnswer;
import io.xtokenkeeper.x.VisitX;
import io.xtokenkeeper.x.XApp;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;

/** Looks whether X is there, what time it has, and whether it knows our app. */
final class ExamineX {
    private final Settings settings;
    private final InstantSource clock;
    private final CompareClocks clocks;

    ExamineX(Settings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.clocks = new CompareClocks(clock);
    }

    void examine(boolean probeCredentials, Consumer<Finding> told) {
        var visit = new VisitX(settings.hosts());
        try {
            var time = visit.time();
            told.accept(Finding.ok("X", settings.hosts().api() + " answers"));
            told.accept(time.map(this::clock).orElseGet(() -> Finding.warn("clock", "X sent no Date to compare with")));
            if (probeCredentials) {
                told.accept(credentials(visit, settings.app()));
            }
        } catch (IOException e) {
            told.accept(Finding.fail("X", noAnswer(e)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String noAnswer(IOException failure) {
        var hosts = settings.hosts();
        var why = hosts.notSent(failure).orElse(failure.getClass().getSimpleName());
        return "no answer from " + hosts.api() + " (" + why + "): let this machine out to it, or see KEEPER_X_API_URL";
    }

    private Finding clock(Instant atX) {
        return clocks.drift(atX)
                .map(drift -> Finding.warn("clock", "differs from X's by " + drift + ": let this machine follow NTP"))
                .orElseGet(() -> Finding.ok("clock", "agrees with X's"));
    }

    private Finding credentials(VisitX visit, XApp app) throws IOException, InterruptedException {
        return switch (visit.credentials(app, clock.instant())) {
            case TokenAnswer.GrantDead(var hint) -> Finding.ok("credentials", "X knows this app");
            case TokenAnswer.AppRefused(var hint) ->
                Finding.fail("credentials", "X refuses this app (" + hint + "): see CLIENT_ID and CLIENT_SECRET");
            case TokenAnswer.Later(var hint, var at, var limited) ->
                Finding.warn("credentials", "X does not say now (" + hint + "): try again later");
            case TokenAnswer.Granted granted -> unclear("granted what was no token");
            case TokenAnswer.RefreshTokenOnly only -> unclear("granted what was no token");
            case TokenAnswer.Unreadable(var hint) -> unclear(hint);
            case TokenAnswer.Unknown(var hint) -> unclear(hint);
            case TokenAnswer.NotFromX(var hint) -> unclear(hint);
            case TokenAnswer.Refused(var status, var hint) -> unclear(hint);
        };
    }

    private static Finding unclear(String hint) {
        return Finding.warn("credentials", "X's answer says nothing about them (" + hint + "): is KEEPER_X_API_URL X?");
    }
}
