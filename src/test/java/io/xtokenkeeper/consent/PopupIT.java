package io.xtokenkeeper.consent;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.TestCluster;
import io.xtokenkeeper.testkit.WebBrowser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A consent in a popup, opened by the page in {@code examples}, in a real browser. */
@EnabledIf(
        value = "io.xtokenkeeper.testkit.WebBrowser#isHere",
        disabledReason = "no chromium and chromedriver on this machine")
class PopupIT {
    private static final String PAGE = "/popup.html";
    private static final String USER = "1906120902";

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static Site app;
    private static Site isolated;
    private static Site stranger;
    private static Api api;
    private static WebBrowser browser;

    /** Serves the example at an origin of its own, with the link that its back end would write into it. */
    private record Site(HttpServer server) implements AutoCloseable {
        private static volatile String link = "";

        static Site start(Map<String, String> headers) throws IOException {
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext(PAGE, exchange -> {
                var example = Files.readString(Path.of("examples/popup.html"));
                var page = example.replaceFirst("data-url=\"[^\"]+\"", "data-url=\"" + link + "\"")
                        .getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "text/html");
                headers.forEach(exchange.getResponseHeaders()::set);
                exchange.sendResponseHeaders(200, page.length);
                exchange.getResponseBody().write(page);
                exchange.close();
            });
            server.start();
            return new Site(server);
        }

        URI url() {
            return URI.create(origin() + PAGE);
        }

        String origin() {
            return "http://localhost:" + server.getAddress().getPort();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    @BeforeAll
    static void begin() throws IOException {
        app = CLUSTER.closeLater(Site.start(Map.of()));
        isolated = CLUSTER.closeLater(Site.start(Map.of("Cross-Origin-Opener-Policy", "same-origin")));
        stranger = CLUSTER.closeLater(Site.start(Map.of()));
        KeeperProcess keeper = CLUSTER.start("KEEPER_RETURN_ORIGINS", app.origin() + "," + isolated.origin());
        api = keeper.api();
        browser = CLUSTER.closeLater(WebBrowser.start());
    }

    @Test
    void thePageThatOpenedThePopupShowsTheAccountAndThePopupCloses() {
        var link = linkTo(app);
        press(app, link.text("url"));

        allow();

        shows("connected: X user " + USER);
        assertThat(received())
                .as("posted by the popup, not found at the page that it returned to")
                .isEqualTo(List.of(Map.of(
                        "source", "x-token-keeper", "result", "connected", "link", link.text("id"), "account", USER)));
        assertThat(browser.address()).as("the page itself stays").isEqualTo(app.url());
        assertThat(status(link)).isEqualTo("CONNECTED");
    }

    @Test
    void thePageIsNotifiedWhenTheUserDeclinesAtX() {
        var link = linkTo(app);
        press(app, link.text("url"));

        browser.press("Cancel").whenPopupIsClosed();

        shows("declined");
        assertThat(received()).hasSize(1);
        assertThat(status(link)).isEqualTo("DECLINED");
    }

    @Test
    void thePageIsNotifiedWhenTheUserDeclinesOnOurPage() {
        var link = linkTo(app);
        press(app, link.text("page_url"));

        browser.press("No, thanks").whenPopupIsClosed();

        shows("declined");
        assertThat(received()).hasSize(1);
        assertThat(status(link)).isEqualTo("DECLINED");
    }

    @Test
    void aConsentThatBeginsOnOurPageStaysInThePopup() {
        var link = linkTo(app);
        press(app, link.text("page_url"));

        browser.press("Continue to X");
        allow();

        shows("connected: X user " + USER);
        assertThat(received()).hasSize(1);
    }

    @Test
    void aPageOfAnotherOriginIsNotNotified() {
        var link = linkTo(app);
        press(stranger, link.text("url"));

        allow();

        assertThat(status(link)).isEqualTo("CONNECTED");
        assertThat(received()).isEqualTo(List.of());
        assertThat(browser.text("p")).isEmpty();
    }

    /** Browsers separate two windows if the policy of the page that opens the popup, or of a page in it, demands it. */
    @Test
    void aPopupThatWasSeparatedGoesOnToThePage() {
        var link = linkTo(isolated);
        press(isolated, link.text("url"));

        allow();

        shows("connected: X user " + USER);
        assertThat(received()).isEmpty();
        assertThat(status(link)).isEqualTo("CONNECTED");
    }

    @Test
    void withoutAWindowThatOpenedItThePopupGoesOnToThePage() {
        var link = linkTo(app);
        Site.link = link.text("url");
        browser.requests();

        browser.open(URI.create(link.text("url") + "&popup"))
                .type("user_id", USER)
                .click("button.allow");
        browser.await("connected: X user " + USER);

        assertThat(browser.requests()).extracting(URI::getPath).contains("/oauth/popup");
        assertThat(browser.address().toString()).startsWith(app.url() + "?result=connected&");
        assertThat(HttpBrowser.query(browser.address()))
                .containsEntry("link", link.text("id"))
                .containsEntry("account", USER);
    }

    private static Api.Reply linkTo(Site site) {
        var link = api.post("/api/v1/consent-links", "{\"return_to\":\"%s\"}".formatted(site.url()));
        assertThat(link.status()).as(link.http().body()).isEqualTo(201);
        return link;
    }

    private static String status(Api.Reply link) {
        return api.get("/api/v1/consent-links/" + link.text("id")).text("status");
    }

    /** Presses the button of the page, which records all messages that it gets, and continues in the popup. */
    private static void press(Site site, String link) {
        Site.link = link;
        browser.open(site.url());
        browser.script("received = []; addEventListener('message', event => received.push(event.data))");
        browser.press("Connect an X account").toPopup();
    }

    private static List<?> received() {
        return (List<?>) browser.script("return received");
    }

    private static void allow() {
        browser.type("user_id", USER).click("button.allow").whenPopupIsClosed();
    }

    private static void shows(String result) {
        browser.await(result);
        assertThat(browser.text("p")).isEqualTo(result);
    }
}
