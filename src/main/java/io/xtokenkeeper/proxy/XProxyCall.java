package io.xtokenkeeper.proxy;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.xapi.XApiPath;

/**
 * A call to be made at X.
 *
 * @param gone completes where the caller goes away before he has his answer
 */
record XProxyCall(HttpServerRequest request, AccountId account, XApiPath path, Future<Void> gone) {}
