package io.xtokenkeeper.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.JksOptions;
import io.xtokenkeeper.egress.ConnectFailure;
import io.xtokenkeeper.egress.Egress;
import io.xtokenkeeper.egress.NoProxy;
import io.xtokenkeeper.egress.TrustedCertificates;
import io.xtokenkeeper.testkit.Receiver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sending one message over a real socket. */
class WebhookHttpClientTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-25T10:00:00Z"));
    private static final Duration DEADLINE = Duration.ofSeconds(2);
    private static final String WORD = "changeit";

    private final Vertx vertx = Vertx.vertx();
    private final WebhookHttpClient post = new WebhookHttpClient(vertx, Egress.DIRECT, CLOCK, DEADLINE);

    @AfterEach
    void end() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static Destination.Allowed at(URI url) {
        return new Destination.Allowed(url, InetAddress.getLoopbackAddress());
    }

    private static Message message() {
        return new Message("msg_1", CLOCK.instant(), "v1,c2lnbmVk", "{\"type\":\"webhook.test\"}");
    }

    @Test
    void theConnectionIsMadeToTheCheckedAddressWhateverTheNameSays() throws Exception {
        try (var receiver = Receiver.begin()) {
            var named = URI.create(receiver.url("/in?a=b").toString().replace("127.0.0.1", "nowhere.invalid"));

            assertThat(post.post(at(named), message())).isEqualTo(new SendResult.Taken(204));

            var got = receiver.received("/in?a=b").getFirst();
            assertThat(got.body()).isEqualTo(message().body());
            assertThat(got.headers())
                    .containsEntry("host", "nowhere.invalid:" + named.getPort())
                    .containsEntry("webhook-id", "msg_1")
                    .containsEntry(
                            "webhook-timestamp", Long.toString(CLOCK.instant().getEpochSecond()))
                    .containsEntry("webhook-signature", "v1,c2lnbmVk")
                    .containsEntry("content-type", "application/json");
        }
    }

    @Test
    void theStatusIsTheAnswerAndNoRedirectIsFollowed() throws Exception {
        try (var receiver = Receiver.begin()) {
            var to = at(receiver.url("/in"));
            receiver.answer(new Receiver.Answer(302, Map.of("Location", "/elsewhere"), 0));
            assertThat(post.post(to, message())).isEqualTo(new SendResult.Refused(302, Optional.empty()));
            receiver.answer(Receiver.Answer.of(410));
            assertThat(post.post(to, message())).isEqualTo(new SendResult.Gone());
            receiver.answer(new Receiver.Answer(429, Map.of("Retry-After", "90"), 0));
            assertThat(post.post(to, message()))
                    .isEqualTo(new SendResult.Refused(429, Optional.of(Duration.ofSeconds(90))));
            receiver.answer(new Receiver.Answer(500, Map.of("Retry-After", "90"), 0));
            assertThat(post.post(to, message())).isEqualTo(new SendResult.Refused(500, Optional.empty()));

            assertThat(receiver.received("/elsewhere")).isEmpty();
        }
    }

    @Test
    void whoeverAnswersTooLateOrNeverHasNotAnswered() throws Exception {
        try (var receiver = Receiver.begin()) {
            receiver.answer(
                    new Receiver.Answer(204, Map.of(), DEADLINE.multipliedBy(2).toMillis()));
            var started = System.nanoTime();

            assertThat(post.post(at(receiver.url("/in")), message()))
                    .isEqualTo(new SendResult.NoAnswer("no answer within the deadline"));
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(DEADLINE.multipliedBy(2));
        }
        try (var socket = new ServerSocket(0)) {
            var closed = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/");
            socket.close();
            assertThat(post.post(at(closed), message())).isEqualTo(new SendResult.NoAnswer("no connection"));
        }
    }

    @Test
    void anAnswerThatNeverEndsIsCutOff() throws Exception {
        var cut = new CompletableFuture<Void>();
        var server = serve(new HttpServerOptions(), request -> {
            request.connection().closeHandler(closed -> cut.complete(null));
            request.response().setChunked(true).setStatusCode(200).write("x".repeat(1_000_000));
        });

        assertThat(post.post(at(URI.create("http://127.0.0.1:" + server.actualPort() + "/")), message()))
                .isEqualTo(new SendResult.Taken(200));
        cut.get(5, TimeUnit.SECONDS);
    }

    @Test
    void tlsGoesByTheNameAndAForeignCertificateIsRefused(@TempDir Path folder) throws Exception {
        var store = certificate(folder, "hooks.example");
        var asked = new CompletableFuture<String>();
        var server = serve(new HttpServerOptions().setSsl(true).setSni(true).setKeyCertOptions(store), request -> {
            asked.complete(request.connection().indicatedServerName());
            request.response().setStatusCode(202).end();
        });
        var certificate = (X509Certificate) store.loadKeyStore(vertx).getCertificate("a");
        var trusted = new TrustedCertificates(List.of(certificate));
        var trusting = new WebhookHttpClient(
                vertx, new Egress(Optional.empty(), NoProxy.NONE, Optional.of(trusted)), CLOCK, Duration.ofSeconds(20));
        var right = at(URI.create("https://hooks.example:" + server.actualPort() + "/"));
        var wrong = at(URI.create("https://other.example:" + server.actualPort() + "/"));

        assertThat(trusting.post(right, message())).isEqualTo(new SendResult.Taken(202));
        assertThat(asked.get(1, TimeUnit.SECONDS)).isEqualTo("hooks.example");
        assertThat(trusting.post(wrong, message()))
                .isEqualTo(new SendResult.NoAnswer(ConnectFailure.CERTIFICATE_INVALID.words()));
        assertThat(post.post(right, message()))
                .isEqualTo(new SendResult.NoAnswer(ConnectFailure.CERTIFICATE_UNTRUSTED.words()));
    }

    private HttpServer serve(HttpServerOptions options, io.vertx.core.Handler<HttpServerRequest> handler) {
        return vertx.createHttpServer(options.setHost("127.0.0.1").setPort(0))
                .requestHandler(handler)
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private static JksOptions certificate(Path folder, String name) throws IOException, InterruptedException {
        var file = folder.resolve("store.p12").toString();
        var tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var made = new ProcessBuilder(List.of(
                        tool,
                        "-genkeypair",
                        "-alias",
                        "a",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=dns:" + name,
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file,
                        "-storepass",
                        WORD))
                .redirectErrorStream(true)
                .start();
        assertThat(made.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new JksOptions().setPath(file).setPassword(WORD);
    }
}
