package io.xtokenkeeper.sandbox;

import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.grants.ClientApp;
import java.util.Optional;

/** {@code POST /2/oauth2/token}: dispatches by grant type and authenticates the app. */
final class TokenEndpoint {
    private final SimulatorState world;
    private final ClientCheck clients;
    private final ExchangeCode exchange;
    private final RotateGrant rotate;

    TokenEndpoint(SimulatorState world) {
        this.world = world;
        this.clients = new ClientCheck(world);
        this.exchange = new ExchangeCode(world);
        this.rotate = new RotateGrant(world);
    }

    Reply answer(Call call) {
        synchronized (world) {
            Parameters form = call.form();
            return switch (form.get("grant_type").orElse("")) {
                case "authorization_code" ->
                    new FaultInjector(
                                    world,
                                    Endpoint.CODE,
                                    form.get("code").flatMap(world.codes()::user),
                                    call.host(),
                                    form.get("code"))
                            .run(fault -> checked(call, app -> exchange.act(form, app, fault)));
                case "refresh_token" ->
                    new FaultInjector(
                                    world, Endpoint.REFRESH, rotate.user(form), call.host(), form.get("refresh_token"))
                            .run(fault -> checked(call, app -> rotate.act(form, app, fault)));
                case "" -> other(call, OAuthError.missing("grant_type"));
                default -> other(call, Outcome.refused(OAuthError.GRANT_TYPE_INVALID));
            };
        }
    }

    private interface Deed {
        Outcome by(ClientApp app);
    }

    private Outcome checked(Call call, Deed deed) {
        if (!call.form().repeated().isEmpty()) {
            return Outcome.refused(OAuthError.REPEATED_PARAMETER);
        }
        return switch (clients.of(call)) {
            case ClientCheck.Refused refused -> refused.outcome();
            case ClientCheck.Known known -> deed.by(known.app());
        };
    }

    private Reply other(Call call, Outcome refusal) {
        return new FaultInjector(world, Endpoint.TOKEN, Optional.empty(), call.host(), Optional.empty())
                .run(fault -> refusal);
    }
}
