package io.xtokenkeeper.xapi;

import io.vertx.core.buffer.Buffer;

/**
 * What of a request's body was read before it goes on to X.
 *
 * @param whole whether that is all of it, so that it can be sent again; otherwise the rest is passed on as it comes
 */
public record RequestBody(Buffer read, boolean whole) {}
