package io.xtokenkeeper.diagnostics;

import io.xtokenkeeper.cli.CheckResult;
import io.xtokenkeeper.config.Settings;
import io.xtokenkeeper.xapi.ClientRegistration;
import io.xtokenkeeper.xapi.TokenEndpointResult;
import io.xtokenkeeper.xapi.XProbe;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;

/** Checks whether X responds, whether its clock agrees with this machine's, and whether it accepts the app's credentials. */
final class XConnectivityCheck {
    private final Settings settings;
    private final InstantSource clock;
    private final ClockSkewCheck clocks;

    XConnectivityCheck(Settings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.clocks = new ClockSkewCheck(clock);
    }

    void examine(boolean probeCredentials, Consumer<CheckResult> report) {
        var visit = new XProbe(settings.hosts());
        try {
            var time = visit.time();
            report.accept(CheckResult.ok("X", settings.hosts().api() + " answers"));
            report.accept(
                    time.map(this::clock).orElseGet(() -> CheckResult.warn("clock", "X sent no Date to compare with")));
            if (probeCredentials) {
                report.accept(credentials(visit, settings.app()));
            }
        } catch (IOException e) {
            report.accept(CheckResult.fail("X", noAnswer(e)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String noAnswer(IOException failure) {
        var hosts = settings.hosts();
        var why = hosts.notSent(failure).orElse(failure.getClass().getSimpleName());
        return "no answer from " + hosts.api() + " (" + why + "): let this machine out to it, or see KEEPER_X_API_URL";
    }

    private CheckResult clock(Instant atX) {
        return clocks.drift(atX)
                .map(drift ->
                        CheckResult.warn("clock", "differs from X's by " + drift + ": let this machine follow NTP"))
                .orElseGet(() -> CheckResult.ok("clock", "agrees with X's"));
    }

    private CheckResult credentials(XProbe visit, ClientRegistration app) throws IOException, InterruptedException {
        return switch (visit.credentials(app, clock.instant())) {
            case TokenEndpointResult.GrantRevoked(var hint) -> CheckResult.ok("credentials", "X knows this app");
            case TokenEndpointResult.AppRejected(var hint) ->
                CheckResult.fail("credentials", "X refuses this app (" + hint + "): see CLIENT_ID and CLIENT_SECRET");
            case TokenEndpointResult.Later(var hint, var at, var limited) ->
                CheckResult.warn("credentials", "X does not say now (" + hint + "): try again later");
            case TokenEndpointResult.Granted granted -> unclear("granted what was no token");
            case TokenEndpointResult.RefreshTokenOnly only -> unclear("granted what was no token");
            case TokenEndpointResult.Unreadable(var hint) -> unclear(hint);
            case TokenEndpointResult.Unknown(var hint) -> unclear(hint);
            case TokenEndpointResult.NotFromX(var hint) -> unclear(hint);
            case TokenEndpointResult.Refused(var status, var hint) -> unclear(hint);
        };
    }

    private static CheckResult unclear(String hint) {
        return CheckResult.warn(
                "credentials", "X's answer says nothing about them (" + hint + "): is KEEPER_X_API_URL X?");
    }
}
