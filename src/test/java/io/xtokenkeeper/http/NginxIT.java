package io.xtokenkeeper.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Nginx;
import io.xtokenkeeper.testkit.Programs;
import io.xtokenkeeper.testkit.TestCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Behind a real nginx: with a path prefix that it strips or leaves, with TLS, and with or without the browser's Host. */
class NginxIT {
    private static final AtomicLong PEOPLE = new AtomicLong(2_244_994_945L);
    private static final Path EXAMPLES = Path.of("docs/proxies");
    private static final Pattern ADDRESS =
            Pattern.compile("(?:href|action|src|hx-get|sse-connect|data-base)=\"(?!https://x\\.com/|#)([^\"]*)\"");

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    @TempDir
    Path folder;

    private final String user = Long.toString(PEOPLE.incrementAndGet());

    private static int port;
    private static String base;
    private static KeeperProcess keeper;

    @BeforeAll
    static void begin() {
        assumeTrue(Nginx.isHere(), "nginx is not installed: apt-get install nginx-light");
        port = Nginx.freePort();
        base = "http://localhost:" + port + "/keeper";
        keeper = CLUSTER.start("REDIRECT_URI", base + "/oauth/callback");
    }

    /**
     * nginx forwards the path below {@code location} if {@code proxy_pass} ends with a slash, otherwise the unchanged path;
     * and the name of its upstream as Host, unless it is configured otherwise.
     */
    @ParameterizedTest(name = "prefix {0}, Host {1}")
    @CsvSource({"stripped, kept", "stripped, lost", "left, kept", "left, lost", "as in the example, kept"})
    void everythingHoldsBehindAPrefix(String prefix, String host) throws Exception {
        var location = prefix.startsWith("as")
                ? Files.readString(EXAMPLES.resolve("nginx-prefix.conf"))
                        .replace("127.0.0.1:8080", keeper.url().getAuthority())
                : "location /keeper/ { proxy_pass %s%s; %s }"
                        .formatted(
                                keeper.url(),
                                prefix.equals("stripped") ? "/" : "",
                                host.equals("kept") ? "proxy_set_header Host $http_host;" : "");
        try (var nginx = Nginx.start(port, "server { listen 127.0.0.1:%d; %s }".formatted(port, location))) {
            assertThat(nginx).isNotNull();
            aPersonConsents(host.equals("kept"));
            anOperatorWorks(host.equals("kept"));
            aBackEndCalls();
            if (prefix.startsWith("as")) {
                assertThat(new HttpBrowser(URI.create(base))
                                .open("/keeper/q/health")
                                .statusCode())
                        .isEqualTo(404);
            }
        }
    }

    private void aPersonConsents(boolean keepsHost) {
        var api = new Api(URI.create(base), KeeperProcess.ADMIN_KEY);
        var link = api.post("/keeper/api/v1/consent-links", "{}");
        assertThat(link.text("url")).startsWith(base + "/oauth/authorize?link=");
        assertThat(link.text("page_url")).startsWith(base + "/connect/");
        var browser = new HttpBrowser(URI.create(base));
        isOfThisPrefix(browser, browser.open(URI.create(link.text("page_url"))).body());

        var begun = HttpBrowser.location(browser.open(URI.create(link.text("url"))));
        if (!keepsHost) {
            assertThat(begun).hasToString(link.text("url") + "&moved=1");
            begun = HttpBrowser.location(browser.open(begun));
        }
        var back = browser.allow(begun, user);
        assertThat(back.toString()).startsWith(base + "/oauth/callback?");
        var connected = HttpBrowser.location(browser.open(back));

        assertThat(connected).hasToString(base + "/oauth/connected?account=" + user);
        var page = browser.open(connected);
        assertThat(page.statusCode()).isEqualTo(200);
        isOfThisPrefix(browser, page.body());
    }

    private void anOperatorWorks(boolean keepsHost) {
        var browser = new HttpBrowser(URI.create(base));
        var form = browser.open("/keeper/sign-in");
        if (!keepsHost) {
            assertThat(HttpBrowser.location(form)).hasToString(base + "/sign-in?moved=1");
            form = browser.open(HttpBrowser.location(form));
        }
        isOfThisPrefix(browser, form.body());
        var signedIn = browser.submit(
                form.uri().getPath() + (keepsHost ? "" : "?moved=1"),
                "/keeper/sign-in",
                Map.of("key", KeeperProcess.ADMIN_KEY));
        assertThat(HttpBrowser.location(signedIn)).hasToString(base + "/");

        for (var page : List.of("/", "/operator/account?account=" + user, "/operator/charts", "/operator/webhooks")) {
            var shown = browser.open("/keeper" + page);
            assertThat(shown.statusCode()).isEqualTo(200);
            assertThat(shown.body()).contains("Sign out");
            isOfThisPrefix(browser, shown.body());
        }
        var account = "/keeper/operator/account?account=" + user;
        var told = browser.submit(account, "/keeper/operator/refresh", Map.of("account", user));
        assertThat(HttpBrowser.location(told).toString()).startsWith("http://localhost:" + port + account);
        assertThat(browser.open("/keeper/live/charts").statusCode()).isEqualTo(200);
        assertThat(HttpBrowser.location(browser.submit("/keeper/", "/keeper/sign-out", Map.of())))
                .hasToString(base + "/");
    }

    private void aBackEndCalls() {
        var api = new Api(URI.create(base), KeeperProcess.ADMIN_KEY);
        assertThat(api.get("/keeper/api/v1/accounts/" + user + "/token").status())
                .isEqualTo(200);
        assertThat(api.get("/keeper/api/v1/accounts/" + user + "/x/2/users/me").header("Keeper-Answered-By"))
                .isEqualTo("x");
        var refused = api.with("").get("/keeper/api/v1/accounts");
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.text("type")).isEqualTo("/problems/unauthorized");
        assertThat(keeper.api()
                        .get("/keeper/q/openapi.json")
                        .json()
                        .at("/servers/0/url")
                        .asText())
                .isEqualTo("/keeper");
    }

    /** Each address on a page begins with the prefix, and everything that a page loads exists. */
    private static void isOfThisPrefix(HttpBrowser browser, String page) {
        var addresses =
                ADDRESS.matcher(page).results().map(found -> found.group(1)).toList();
        assertThat(addresses)
                .hasSizeGreaterThan(4)
                .allMatch(address -> address.matches("(" + Pattern.quote(base) + "|/keeper)(/.*)?"), "prefixed");
        assertThat(addresses.stream().filter(address -> address.matches(".*\\.(css|js|svg)")))
                .isNotEmpty()
                .allSatisfy(address -> assertThat(browser.open(address).statusCode())
                        .as(address)
                        .isEqualTo(200));
    }

    @Test
    void withTlsAndHttpASessionIsOpenedOnTlsAlone() throws Exception {
        assumeTrue(Programs.succeeds("openssl", "version"), "openssl is not installed: apt-get install openssl");
        var tls = Nginx.freePort();
        var toTls = Nginx.freePort();
        var plain = Nginx.freePort();
        var lost = Nginx.freePort();
        var secure = "https://localhost:" + tls;
        makeCertificate();
        try (var behindTls = CLUSTER.start(
                        "REDIRECT_URI", secure + "/oauth/callback",
                        "KEEPER_CONSENT_OPEN", "true",
                        "KEEPER_TRUSTED_PROXIES", "127.0.0.1");
                var nginx = Nginx.start(
                        tls,
                        example(tls, toTls, behindTls)
                                + server(Integer.toString(plain), behindTls, "$http_host")
                                + server(lost + " ssl", behindTls, "upstream"))) {
            assertThat(nginx).isNotNull();
            var browser =
                    new HttpBrowser(URI.create(secure), HttpClient.newBuilder().sslContext(trust()));

            var moved = browser.open(URI.create("http://localhost:" + plain + "/sign-in"));
            assertThat(HttpBrowser.location(moved)).hasToString(secure + "/sign-in?moved=1");
            assertThat(moved.headers().map()).doesNotContainKey("set-cookie");

            assertThat(browser.open(HttpBrowser.location(moved)).body()).doesNotContain("Sign in at");
            var signedIn = browser.signIn(KeeperProcess.ADMIN_KEY);
            assertThat(HttpBrowser.location(signedIn)).hasToString(secure + "/");
            assertThat(signedIn.headers().firstValue("Set-Cookie"))
                    .hasValueSatisfying(cookie -> assertThat(cookie).startsWith("__Host-keeper-session="));
            assertThat(browser.open("/").body()).contains("Sign out");

            var back = browser.consent(user, "");
            assertThat(HttpBrowser.location(back)).hasToString(secure + "/oauth/connected?account=" + user);
            assertThat(browser.open(HttpBrowser.location(back)).statusCode()).isEqualTo(200);

            var link = behindTls.api().post("/api/v1/consent-links", "{}").text("page_url");
            assertThat(browser.open(URI.create(link)).statusCode()).isEqualTo(200);
            // nginx writes a line after it has answered
            await("both are in its log")
                    .untilAsserted(() ->
                            assertThat(accessLog()).contains("GET /oauth/callback\" 303", "GET /connect/-\" 200"));
            assertThat(accessLog()).doesNotContain("code=", "state=", link.substring(link.lastIndexOf('/') + 1));

            for (var inside : List.of("/q/health", "/q/metrics", "/api/../q/metrics", "/q/swagger-ui/", "/quite")) {
                assertThat(browser.open(URI.create(secure + inside)).statusCode())
                        .as(inside)
                        .isEqualTo(404);
            }
            var byHttp = browser.open(URI.create("http://localhost:" + toTls + "/sign-in?a=b"));
            assertThat(HttpBrowser.location(byHttp)).hasToString(secure + "/sign-in?a=b");

            // to the service every request appears to come by another origin
            var first = browser.open(URI.create("https://localhost:" + lost + "/sign-in"));
            assertThat(HttpBrowser.location(first)).hasToString(secure + "/sign-in?moved=1");
            assertThat(browser.open(URI.create("https://localhost:" + lost + "/sign-in?moved=1"))
                            .statusCode())
                    .as("no loop")
                    .isEqualTo(200);
        }
    }

    private String accessLog() throws IOException {
        return Files.readString(folder.resolve("keeper.log"));
    }

    /** The example configuration of the documentation; only ports, names and files are replaced by those of this test. */
    private String example(int tls, int plain, KeeperProcess to) throws Exception {
        return Files.readString(EXAMPLES.resolve("nginx.conf"))
                .replace("127.0.0.1:8080", to.url().getAuthority())
                .replace("listen 443 ssl", "listen 127.0.0.1:" + tls + " ssl")
                .replace("listen 80;", "listen 127.0.0.1:" + plain + ";")
                .replace("https://$host", "https://$host:" + tls)
                .replace("keeper.example.com", "localhost")
                .replace("/etc/nginx/keeper", folder.toString())
                .replace("/var/log/nginx", folder.toString());
    }

    private String server(String listen, KeeperProcess to, String host) {
        return """
                server {
                    listen 127.0.0.1:%s;
                    ssl_certificate %s;
                    ssl_certificate_key %s;
                    location / {
                        proxy_pass %s;
                        proxy_set_header Host %s;
                        proxy_set_header X-Forwarded-Proto $scheme;
                        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                    }
                }
                """.formatted(listen, folder.resolve("certificate.pem"), folder.resolve("key.pem"), to.url(), host);
    }

    private void makeCertificate() {
        assertThat(Programs.succeeds(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:prime256v1",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=localhost",
                        "-addext",
                        "subjectAltName=DNS:localhost",
                        "-keyout",
                        folder.resolve("key.pem").toString(),
                        "-out",
                        folder.resolve("certificate.pem").toString()))
                .isTrue();
    }

    /** Trusts the generated certificate and no other. */
    private SSLContext trust() throws Exception {
        var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null);
        try (var pem = Files.newInputStream(folder.resolve("certificate.pem"))) {
            trusted.setCertificateEntry(
                    "nginx", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
