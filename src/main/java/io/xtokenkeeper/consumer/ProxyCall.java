package io.xtokenkeeper.consumer;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.x.XPath;

/**
 * A call to be made at X.
 *
 * @param gone completes where the caller goes away before he has his answer
 */
record ProxyCall(HttpServerRequest request, AccountId account, XPath path, Future<Void> gone) {}
