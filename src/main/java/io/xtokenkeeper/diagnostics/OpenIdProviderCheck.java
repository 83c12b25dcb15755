package io.xtokenkeeper.diagnostics;

import io.xtokenkeeper.cli.CheckResult;
import io.xtokenkeeper.egress.ConnectFailure;
import io.xtokenkeeper.egress.Egress;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;

/** Checks whether the OpenID provider responds, if admins sign in by one. */
final class OpenIdProviderCheck {
    private static final String NAME = "OpenID";
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final int OK = 200;
    private static final int PROXY_AUTHENTICATION_REQUIRED = 407;

    private final Egress egress;

    OpenIdProviderCheck(Egress egress) {
        this.egress = egress;
    }

    void examine(URI issuer, Consumer<CheckResult> report) {
        // OpenID Connect Discovery 1.0 §4
        var url = URI.create(issuer.toString().replaceAll("/$", "") + "/.well-known/openid-configuration");
        try {
            var status = egress.send(egress.commandRequest(url), DEADLINE).statusCode();
            // to a request by plain http
            if (status == PROXY_AUTHENTICATION_REQUIRED) {
                throw ConnectFailure.tunnelFailed(status);
            }
            report.accept(
                    status == OK
                            ? CheckResult.ok(NAME, issuer + " answers")
                            : CheckResult.fail(NAME, url + " answered " + status + ": see KEEPER_OPENID_ISSUER"));
        } catch (IOException e) {
            report.accept(CheckResult.fail(
                    NAME,
                    "no answer from " + issuer + " (" + egress.whyNoAnswer(e, issuer)
                            + "): let this machine out to it, or see KEEPER_OPENID_ISSUER"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
