package io.xtokenkeeper.xapi;

import io.vertx.core.buffer.Buffer;

/**
 * The part of a caller's request body that was read before the request is sent to X.
 *
 * @param whole whether that is the whole body, so that the request can be repeated; if not, the rest is streamed to X
 */
public record RequestBody(Buffer read, boolean whole) {}
