package io.xtokenkeeper.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A server that receives webhooks; it can be stopped and started again on the same port. */
public final class Receiver implements AutoCloseable {
    private final int port;
    private final List<Message> received = new CopyOnWriteArrayList<>();
    private volatile Answer answer = Answer.of(204);
    private HttpServer running;

    private Receiver() throws IOException {
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        start();
    }

    public static Receiver begin() {
        try {
            return new Receiver();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The response, and the delay before it. */
    public record Answer(int status, Map<String, String> headers, long afterMillis) {
        public static Answer of(int status) {
            return new Answer(status, Map.of(), 0);
        }
    }

    /** A received request. */
    public record Message(String path, Map<String, String> headers, String body) {
        public String id() {
            return headers.get("webhook-id");
        }

        public JsonNode json() {
            try {
                return new ObjectMapper().readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        public JsonNode data() {
            return json().path("data");
        }

        /** Whether one of its signatures was made with this secret. */
        public boolean isSignedWith(String secret) {
            try {
                var mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.replace("whsec_", "")), "HmacSHA256"));
                var content = id() + "." + headers.get("webhook-timestamp") + "." + body;
                var signed = Base64.getEncoder().encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
                return Arrays.asList(headers.get("webhook-signature").split(" "))
                        .contains("v1," + signed);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    public void start() {
        try {
            running = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        running.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        running.createContext("/", this::take);
        running.start();
    }

    public void stop() {
        running.stop(0);
    }

    public URI url(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    public void answer(Answer next) {
        answer = next;
    }

    /** The requests to this path, in the order received. */
    public List<Message> received(String path) {
        return received.stream().filter(message -> message.path().equals(path)).toList();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var headers = new java.util.TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
            var now = answer;
            received.add(new Message(exchange.getRequestURI().toString(), headers, body));
            Sleep.millis(now.afterMillis());
            now.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(now.status(), -1);
        }
    }

    @Override
    public void close() {
        stop();
    }
}
