package io.xtokenkeeper.xapi;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;

/**
 * Streams a response body unchanged, and at its end hands a copy of the whole body to a handler, provided that the body is
 * not longer than a limit in bytes.
 */
final class PeekedBody implements ReadStream<Buffer> {
    private final ReadStream<Buffer> body;
    private final int limit;
    private final Handler<Buffer> whole;
    private final Buffer seen = Buffer.buffer();
    private boolean tooLong;

    PeekedBody(ReadStream<Buffer> body, int limit, Handler<Buffer> whole) {
        this.body = body;
        this.limit = limit;
        this.whole = whole;
    }

    @Override
    public ReadStream<Buffer> handler(Handler<Buffer> handler) {
        body.handler(
                handler == null
                        ? null
                        : piece -> {
                            keep(piece);
                            handler.handle(piece);
                        });
        return this;
    }

    private void keep(Buffer piece) {
        tooLong |= seen.length() + piece.length() > limit;
        if (!tooLong) {
            seen.appendBuffer(piece);
        }
    }

    @Override
    public ReadStream<Buffer> endHandler(Handler<Void> handler) {
        body.endHandler(
                handler == null
                        ? null
                        : end -> {
                            handler.handle(null);
                            if (!tooLong) {
                                whole.handle(seen);
                            }
                        });
        return this;
    }

    @Override
    public ReadStream<Buffer> exceptionHandler(Handler<Throwable> handler) {
        body.exceptionHandler(handler);
        return this;
    }

    @Override
    public ReadStream<Buffer> pause() {
        body.pause();
        return this;
    }

    @Override
    public ReadStream<Buffer> resume() {
        body.resume();
        return this;
    }

    @Override
    public ReadStream<Buffer> fetch(long amount) {
        body.fetch(amount);
        return this;
    }
}
