package io.xtokenkeeper.http;

import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;

/** Who calls the API, and whether they may: to be known before anything else about a call is answered. */
public interface CallerCheck {
    /**
     * @param call to a path below {@code /api}
     * @return the caller's name in audit events; fails with a {@link ProblemException} that names what is missing
     */
    Uni<String> whoMayCallApi(RoutingContext call);
}
