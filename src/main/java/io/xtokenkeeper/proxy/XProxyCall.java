package io.xtokenkeeper.proxy;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.xapi.XApiPath;

/**
 * A caller's request that is to be sent to X.
 *
 * @param gone completes when the caller disconnects before the response is complete
 */
record XProxyCall(HttpServerRequest request, AccountId account, XApiPath path, Future<Void> gone) {}
