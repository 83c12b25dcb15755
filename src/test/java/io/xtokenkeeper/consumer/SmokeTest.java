package io.xtokenkeeper.consumer;

import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.*;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

@QuarkusTest
class SmokeTest {
    @ConfigProperty(name = "quarkus.http.test-port")
    int port;

    @ConfigProperty(name = "keeper.admin-key")
    String key;

    @org.eclipse.microprofile.config.inject.ConfigProperty(name = "test.url", defaultValue = "")
    String url;

    @Test
    void starts() throws Exception {
        try (var c = HttpClient.newHttpClient()) {
            System.out.println("URL " + url + " " + port);
            String base =
                    org.eclipse.microprofile.config.ConfigProvider.getConfig().getValue("test.url", String.class);
            for (String p : new String[] {
                "/api/v1/accounts",
                "/api/v1/accounts/1",
                "/api/v1/accounts/1/token",
                "/q/health",
                "/",
                "/problems/unknown-account",
                "/api/v1/nonsense"
            }) {
                for (String k : new String[] {"", "wrong-wrong", key}) {
                    var b = HttpRequest.newBuilder(URI.create(base + p));
                    if (!k.isEmpty()) b.header("Authorization", "Bearer " + k);
                    var r = c.send(b.build(), HttpResponse.BodyHandlers.ofString());
                    System.out.println("GET " + p + " [" + (k.isEmpty() ? "none" : k.equals(key) ? "good" : "wrong")
                            + "] " + r.statusCode() + " "
                            + r.headers().firstValue("content-type").orElse("") + " "
                            + r.body()
                                    .substring(0, Math.min(200, r.body().length()))
                                    .replace("\n", " "));
                }
            }
        }
    }
}
