package io.xtokenkeeper.sandbox;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** Lets the caller hear a reply, now or later, or nothing at all. Nobody sleeps: waiting is a timer's business. */
final class Deliver {
    private static final String POLICY =
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

    private final Vertx vertx;

    Deliver(Vertx vertx) {
        this.vertx = vertx;
    }

    void to(HttpServerRequest request, Reply reply) {
        switch (reply) {
            case Reply.Say say -> after(say.afterMillis(), () -> say(request.response(), say));
            case Reply.HangUp hangUp ->
                after(hangUp.afterMillis(), () -> request.connection().close());
            case Reply.Silence silence -> {}
        }
    }

    private static void say(HttpServerResponse response, Reply.Say say) {
        if (response.closed()) {
            say.ifUnheard().run();
        } else {
            say(response, say.answer());
        }
    }

    private void after(long millis, Runnable deed) {
        if (millis <= 0) {
            deed.run();
        } else {
            vertx.setTimer(millis, timer -> deed.run());
        }
    }

    static void say(HttpServerResponse response, Answer answer) {
        response.setStatusCode(answer.status()).putHeader("Content-Type", answer.type());
        answer.headers().forEach(response::putHeader);
        if (answer.type().equals(Answer.HTML)) {
            response.putHeader("Cache-Control", "no-store").putHeader("Content-Security-Policy", POLICY);
        }
        response.end(answer.body());
    }
}
