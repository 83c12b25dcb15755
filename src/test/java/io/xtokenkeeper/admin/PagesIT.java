package io.xtokenkeeper.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.PageCheck;
import io.xtokenkeeper.testkit.Receiver;
import io.xtokenkeeper.testkit.TestCluster;
import io.xtokenkeeper.testkit.TestPostgres;
import io.xtokenkeeper.testkit.WebBrowser;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The pages in a real browser: what users do with them, how they look, and that they load nothing from other origins. */
@EnabledIf(
        value = "io.xtokenkeeper.testkit.WebBrowser#isHere",
        disabledReason = "no chromium and chromedriver on this machine: pages are not looked at")
class PagesIT {
    /** Test users of the sandbox. */
    private static final String ADA = "1815121001";

    private static final String GRACE = "1906120902";
    private static final Duration A_WHILE = Duration.ofSeconds(20);

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static TestPostgres database;
    private static Sandbox x;
    private static KeeperProcess keeper;
    private static Receiver receiver;
    private static WebBrowser browser;
    private static PageCheck check;
    private static Api api;

    @BeforeAll
    static void begin() {
        database = CLUSTER.database();
        x = CLUSTER.x();
        receiver = CLUSTER.closeLater(Receiver.begin());
        keeper = CLUSTER.start("KEEPER_CONSENT_OPEN", "true", "KEEPER_WEBHOOKS_ALLOW_PRIVATE", "true");
        api = keeper.api();
        browser = CLUSTER.closeLater(WebBrowser.start());
        check = new PageCheck(browser);
    }

    @BeforeEach
    void signedOut() {
        browser.open(keeper.url().resolve("/problems"));
        browser.forgetCookies();
        browser.console();
        browser.requests();
    }

    @AfterEach
    void nobodyElseWasAsked() {
        assertThat(browser.requests())
                .map(URI::getAuthority)
                .allMatch(Set.of(keeper.url().getAuthority(), x.url().getAuthority())::contains);
    }

    private static WebBrowser open(String path) {
        return browser.open(keeper.url().resolve(path));
    }

    private static void signIn() {
        open("/sign-in").type("key", KeeperProcess.ADMIN_KEY).click("main button");
        browser.await("Sign out");
    }

    private static void says(String... words) {
        for (var some : words) {
            browser.await(some);
        }
    }

    private static void allow(WebBrowser at, String user) {
        at.type("user_id", user).click("button.allow");
    }

    @Test
    void aPersonIsToldWhatIsAskedAndWhatHappensNow() {
        open("/");
        check.look("landing");
        browser.press("Connect an X account");
        says("SANDBOX", "This is not X");
        check.look("sandbox");
        browser.click("button.allow");

        browser.await("You can close this page");
        says("What happens next", "keep this access until you revoke it");
        check.look("connected");
    }

    @Test
    void aLinkTellsFirstWhoAsksForWhatAndTakesNoForAnAnswer() {
        var page = api.post(
                        "/api/v1/consent-links",
                        "{\"expected_user\":\"701\",\"purpose\":\"To post our opening hours for you\"}")
                .text("page_url");
        browser.open(URI.create(page));
        check.look("ask");
        browser.press("No, thanks");
        says("Nothing was connected");

        browser.open(URI.create(page)).press("Continue to X");
        browser.press("Cancel");
        says("Access declined", "What to do next");
        browser.console();
        check.look("refused");

        browser.open(URI.create(page)).press("Continue to X");
        allow(browser, "701");
        browser.await("You can close this page");
    }

    @Test
    void twoPeopleConnectTheirOwnAccountsAtTheSameTime() {
        try (var other = WebBrowser.start()) {
            other.open(keeper.url()).press("Connect an X account");
            open("/").press("Connect an X account");
            allow(browser, "711");
            allow(other, "712");

            other.await("X user 712");
            browser.await("X user 711");
        }
    }

    @Test
    void anAnswerThatComesTwiceLeadsWhereTheFirstLed() {
        open("/oauth/authorize");
        browser.requests();
        allow(browser, "721");
        browser.await("X user 721");
        var callback = browser.requests().stream()
                .filter(address -> address.getPath().equals("/oauth/callback"))
                .findFirst()
                .orElseThrow();

        browser.open(callback);
        browser.await("X user 721");
    }

    @Test
    void theOperatorSignsInAndOut() {
        open("/sign-in");
        check.look("sign-in");
        browser.type("key", "wrong").click("main button");
        says("This key is not good");
        signIn();
        browser.press("Sign out");
        says("Sign in as operator");
        open("/operator/keys");
        says("Sign in first");
    }

    @Test
    void formsOfOthersAndFormsWithoutTheirTokenChangeNothing() {
        signIn();
        browser.script("document.querySelector('[name=csrf-token]').remove()");
        browser.press("Sign out");
        says("The form is too old");

        browser.open(x.url().resolve("/"));
        browser.script("""
                const form = document.createElement('form');
                form.method = 'post';
                form.action = arguments[0];
                document.body.append(form);
                form.submit();""", keeper.url().resolve("/sign-out").toString());
        browser.await("did not come from a form of ours");
        open("/");
        says("Sign out");
    }

    @Test
    void aRowChangesWhileOneLooks() {
        var people = new HttpBrowser(keeper);
        List.of(ADA, GRACE, "1969122803", "1936081704").forEach(user -> people.consent(user, ""));
        signIn();
        assertThat(browser.text("#account-" + GRACE))
                .contains("Grace Hopper", "Active")
                .doesNotContain("Needs consent");

        x.revokeAtX(GRACE);
        api.refresh(GRACE);

        await("the row changed")
                .atMost(A_WHILE)
                .until(() -> browser.text("#account-" + GRACE).contains("Needs consent"));
        assertThat(browser.text("#account-" + ADA)).contains("Active");
        check.look("accounts-one-over");
    }

    @Test
    void aGrantThatIsOverIsMendedByALink() {
        api.importDue(List.of(x.issueGrant("741")));
        x.revokeAtX("741");
        api.refresh("741");
        signIn();
        open("/operator/account?account=741");
        says("X revoked the grant", "What to do", "account.needs_consent");
        check.look("account-over");

        browser.press("Consent link");
        browser.type("purpose", "To post again").press("Create the link");
        check.look("link");
        assertThat(browser.has(".qr svg path")).isTrue();

        browser.open(URI.create(browser.text("#link"))).press("Continue to X");
        allow(browser, "741");
        browser.await("You can close this page");
        open("/operator/account?account=741");
        says("Active", "User consented");
        check.look("account");
        browser.press("Disconnect");
        says("Keep it");
        browser.press("Disconnect");
        says("erased here");
    }

    @Test
    void aLinkIsListedShownAgainAndWithdrawn() {
        signIn();
        open("/operator/invite").type("reference", "shop 77/a").press("Create the link");
        check.look("links");
        var address = browser.text("#link");
        assertThat(browser.text("tbody tr")).contains("shop 77/a", "OPEN");

        new HttpBrowser(keeper).open(URI.create(address.replace("/connect/", "/oauth/authorize?link=")));
        open("/operator/invite");
        assertThat(browser.text("tbody tr")).contains("STARTED");
        browser.click("[aria-label='Show the link for shop 77/a']");
        says("Consent link for shop 77/a");
        check.look("link-again");
        assertThat(browser.text("#link")).isEqualTo(address);
        assertThat(browser.has(".qr svg path")).isTrue();
        browser.press("Copy");
        says("Copied");
        assertThat(browser.clipboard()).isEqualTo(address);

        browser.press("Withdraw the link");
        says("The link does not work any more");
        assertThat(browser.text("tbody tr")).contains("WITHDRAWN").doesNotContain("Show");
        browser.click("tbody a");
        says("Consent link for shop 77/a");
        assertThat(browser.has("#link")).isFalse();
        browser.open(URI.create(address));
        says("This link was withdrawn");
    }

    @Test
    void anAccountIsFoundByItsReference() {
        var link = api.consentLink("{\"reference\":\"club 88/b\"}");
        new HttpBrowser(keeper).consent("761", "?" + link.getQuery());
        signIn();

        browser.type("q", "club 88").press("Show");
        await("found").atMost(A_WHILE).until(() -> rows().equals(List.of("account-761")));
        assertThat(browser.text("#account-761")).contains("club 88/b");
        browser.click("#account-761 a");
        says("References", "club 88/b");
        open("/?q=club+89");
        says("No matching account");
    }

    @Test
    void theListIsSearchedFilteredOrderedAndTurned() {
        api.importDue(x.seed(60, "8000000001"));
        signIn();
        open("/?q=80000000&sort=newest");
        assertThat(rows()).hasSize(50).allMatch(id -> id.startsWith("account-80000000"));
        var first = rows();
        browser.press("Next page");
        await("turned").atMost(A_WHILE).until(() -> rows().size() == 10);
        assertThat(rows()).doesNotContainAnyElementsOf(first);

        browser.press("Back to the first page");
        await("turned back").atMost(A_WHILE).until(() -> rows().equals(first));
        open("/?q=8000000042");
        assertThat(rows()).containsExactly("account-8000000042");
        open("/?q=nobody");
        says("No matching account");
        open("/?status=needs_consent&q=80000000");
        says("No matching account");
    }

    private static List<String> rows() {
        return ((List<?>) browser.script("return [...document.querySelectorAll('tbody tr')].map(row => row.id)"))
                .stream().map(Object::toString).collect(Collectors.toList());
    }

    @Test
    void aKeyIsShownOnce() {
        signIn();
        open("/operator/keys").type("name", "posting service").press("Create the key");
        var key = browser.text("#key");
        assertThat(key).startsWith("xtk_");
        check.look("keys");
        assertThat(api.with(key).token("1").status()).as("it works").isEqualTo(404);

        open("/operator/keys");
        says("posting service");
        assertThat(browser.text()).doesNotContain(key);
        browser.click("a[aria-label='Revoke posting service']");
        says("Revoke posting service?");
        browser.press("Revoke");
        says("The key is revoked");
        await("refused").atMost(A_WHILE).until(() -> api.with(key).token("1").status() == 401);
    }

    @Test
    void aWebhookIsAddedTriedAndTriedAgain() {
        signIn();
        open("/operator/webhooks").type("url", receiver.url("/hook").toString()).press("Add the webhook");
        assertThat(browser.text("#secret")).startsWith("whsec_");
        check.look("webhooks");
        browser.click("tbody a");
        browser.press("Send a test");
        var log = browser.address();
        await("delivered").atMost(A_WHILE).until(() -> {
            browser.open(log);
            return browser.text().contains("Delivered");
        });
        check.look("webhook");
        browser.press("Send again");
        await("delivered twice")
                .atMost(A_WHILE)
                .until(() -> receiver.received("/hook").size() >= 2);
    }

    @Test
    void everythingIsSealedAnewByAButton() {
        signIn();
        open("/operator/vault");
        browser.press("Add a data key and re-encrypt all values");
        browser.await("Finished");
        check.look("vault");
    }

    @Test
    void grantsAreTakenOverFromAPastedText() {
        var grant = x.issueGrant("751");
        signIn();
        open("/operator/import");
        check.look("import");
        browser.type(
                "grants",
                "{\"x_user_id\":\"751\",\"refresh_token\":\"%s\"}\n{\"x_user_id\":\"no\"}"
                        .formatted(grant.refreshToken()));
        browser.press("Import these");

        assertThat(browser.text("table")).contains("imported", "invalid", "x_user_id must be");
        assertThat(api.account("751").status()).isEqualTo(200);
    }

    @Test
    void aFileIsTakenOverInPieces() {
        var grants = x.seed(300, "9000000001").stream()
                .map(grant -> "{\"x_user_id\":\"%s\",\"refresh_token\":\"%s\"}"
                        .formatted(grant.userId(), grant.refreshToken()))
                .collect(Collectors.joining("\n"));
        signIn();
        open("/operator/import");
        browser.script("""
                const files = new DataTransfer();
                files.items.add(new File([arguments[0]], 'grants.ndjson'));
                document.querySelector('[type=file]').files = files.files;""", grants + "\n{\"x_user_id\":\"bad\"}");
        browser.press("Import the file");

        browser.await("301 of 301: 300 imported, 1 invalid");
        assertThat(browser.text("[data-import-refused]")).contains("301", "x_user_id must be");
        assertThat(api.account("9000000300").status()).isEqualTo(200);
    }

    /** One day of refresh statistics of several replicas. */
    private static final String WORKED = """
            insert into refresh_minute
            select date_trunc('minute', now()) - interval '1 minute' * n, outcome, band,
                   (calls * (1.4 + sin(n / 30.0) + 0.2 * sin(n * n)))::int
              from generate_series(1, 1439) n,
                   (values ('refreshed', 5, 90), ('refreshed', 7, 40), ('refreshed', 10, 3), ('later', 2, 2)) kinds (outcome, band, calls)
             where outcome = 'refreshed' or n % 17 = 0
            on conflict do nothing""";

    private static final String SPREAD = """
            update account set next_refresh_at = now() + interval '1 second' * (60 + id::bigint % 10007 * 977 % 3700)
             where id like '77%'""";

    @Test
    void chartsAreDrawnAndHaveTablesBehindThem() {
        api.importDue(x.seed(150, "7700000001"));
        await("refreshed and counted")
                .atMost(A_WHILE)
                .until(() -> database.count("account where id like '77%' and access_expires_at is not null") == 150
                        && database.count("refresh_minute") > 0);
        database.update(WORKED);
        database.update(SPREAD);
        signIn();
        open("/operator/charts");
        await("drawn").atMost(A_WHILE).until(() -> Long.valueOf(4).equals(drawn()));
        check.look("charts");
        browser.click("article summary");
        assertThat(browser.text("article table")).contains("Refreshed", "Grant revoked");
        assertThat(browser.text("svg.lives")).contains("now");
    }

    /** Usage of two keys, in every hour of more than a day. */
    private static final String USED = """
            insert into usage_hour
            select date_trunc('hour', now()) - interval '1 hour' * n, key, account, 10 * mod(n, 12) + weight, mod(n, 3), 4 * mod(n, 7)
              from generate_series(0, 40) n, (values ('operator', 5), ('%s', 1000)) keys (key, weight),
                   (values ('761'), ('762'), ('')) accounts (account)""";

    @Test
    void usageIsDrawnAndLimitedToAKeyAndAnAccount() {
        var key = api.post("/api/v1/keys", "{\"name\":\"reporting\",\"rights\":[\"token\"]}");
        api.delete("/api/v1/keys/" + key.text("id"));
        api.importDue(List.of(x.issueGrant("761")));
        database.update(USED.formatted(key.text("id")));
        signIn();
        browser.press("Usage");
        says("Tokens and calls per hour", "More accounts, counted together");
        await("drawn").atMost(A_WHILE).until(() -> Long.valueOf(1).equals(drawn()));
        assertThat(browser.text("#top-keys tbody tr")).contains("reporting", key.text("id"));
        assertThat(browser.has("#top-accounts a[href*='account=761']")).isTrue();
        check.look("usage");

        browser.press("reporting");
        await("of one key")
                .atMost(A_WHILE)
                .until(() -> !browser.text("#top-keys").contains("Admin key"));
        browser.type("account", "762");
        browser.script("document.querySelector('[name=span]').value = 'week'");
        browser.press("Show");
        await("of one account")
                .atMost(A_WHILE)
                .until(() -> !browser.text("#top-accounts").contains("761"));
        assertThat(browser.text("#top-accounts")).contains("762");
        browser.click("article summary");
        assertThat(browser.script("return document.querySelectorAll('article details tbody tr').length"))
                .as("hours with usage, of the week")
                .isEqualTo(41L);

        open("/operator/usage?key=no-such-key");
        says("No usage in this time", "No call matches");
    }

    private static Object drawn() {
        return browser.script("""
                return [...document.querySelectorAll('[data-plot] canvas')].filter(canvas =>
                    canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)).length""");
    }

    @Test
    void auditEventsAreFilteredTurnedExportedAndAppearAsTheyHappen() {
        var key = api.post("/api/v1/keys", "{\"name\":\"inviting\",\"rights\":[\"manage\"]}");
        var inviting = api.with(key.text("key"));
        for (var n = 0; n < 60; n++) {
            inviting.consentLink("{\"expected_user\":\"771\"}");
        }
        signIn();
        browser.press("Audit events");
        browser.type("actor", "key:" + key.text("id")).press("Show");
        await("filtered").atMost(A_WHILE).until(() -> events().size() == 50);
        assertThat(browser.text("tbody tr:nth-child(2)"))
                .contains("Consent link created", "771", "inviting", "DONE", "127.0.0.1");
        check.look("audit");
        var first = events();

        browser.script("window.loadedOnce = true");
        inviting.consentLink("{\"expected_user\":\"772\"}");
        api.consentLink("{\"expected_user\":\"773\"}");
        inviting.consentLink("{\"expected_user\":\"774\"}");
        await("the new events are on top").atMost(A_WHILE).until(() -> events().size() == 52);
        assertThat(events().subList(2, 52)).isEqualTo(first);
        assertThat(browser.text("tbody tr:nth-child(2) a")).isEqualTo("774");
        assertThat(browser.text("tbody tr:nth-child(3) a")).isEqualTo("772");
        // another actor's
        assertThat(browser.has("tbody a[href$='account=773']")).isFalse();
        assertThat(browser.script("return window.loadedOnce")).isEqualTo(true);

        browser.press("Older events");
        await("turned").atMost(A_WHILE).until(() -> events().size() == 10);
        assertThat(events()).doesNotContainAnyElementsOf(first);
        browser.press("Back to the first page");
        await("turned back").atMost(A_WHILE).until(() -> events().size() == 50);
        assertThat(exported()).hasSize(62).allMatch(line -> line.contains("\"actor\":\"key:" + key.text("id") + "\""));

        browser.press("Pause live updates");
        says("Resume live updates");
        open("/operator/audit?type=key.created&actor=operator&from=2026-01-01T00:00&to=2999-01-01T00:00");
        assertThat(browser.text("tbody")).contains("key.created").doesNotContain("consent_link.created");
        open("/operator/audit?account=772&to=2026-01-01T00:00");
        says("No matching event");
        open("/operator/audit?account=772");
        assertThat(browser.has("tbody a[href$='/operator/account?account=772']"))
                .isTrue();
        api.delete("/api/v1/keys/" + key.text("id"));
    }

    private static List<String> events() {
        return rows().stream().filter(id -> id.startsWith("event-")).toList();
    }

    /** What the link to the export of this page returns. */
    private static List<String> exported() {
        return browser.scriptThatCalls("""
                        const done = arguments[arguments.length - 1];
                        fetch(document.querySelector('a[download]').href).then(answer => answer.text()).then(done);""").toString().lines().toList();
    }

    @Test
    void whatIsWrongNowIsSaidOnTop() {
        database.update("update app_state set paused_until = now() + interval '1 hour', app_refused = true,"
                + " pause_why = 'invalid_client'");
        signIn();
        awaitFront("X rejects this app", true);
        assertThat(browser.text(".trouble")).contains("CLIENT_SECRET");
        check.look("trouble");

        database.update("update app_state set paused_until = null, app_refused = false, pause_why = null");
        awaitFront("X rejects this app", false);
    }

    private static void awaitFront(String words, boolean said) {
        await(words + " is said: " + said).atMost(A_WHILE).until(() -> {
            open("/");
            return browser.text().contains("Sign out") && browser.text().contains(words) == said;
        });
    }
}
