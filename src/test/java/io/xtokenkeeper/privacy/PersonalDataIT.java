package io.xtokenkeeper.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.faults.Fault;
import io.xtokenkeeper.sandbox.faults.FaultRule;
import io.xtokenkeeper.sandbox.grants.TestUser;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.DocumentedRoles;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.RefusedPage;
import io.xtokenkeeper.testkit.TestCluster;
import io.xtokenkeeper.testkit.TestSql;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Exports and erases what is held about a person, with the database roles of the documentation: the service itself cannot
 * change an event. A test has persons of its own.
 */
class PersonalDataIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String PSEUDONYM = "erased-[0-9a-f]{16}";

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static Sandbox x;
    private static TestSql owner;
    private static TestSql service;
    private static KeeperProcess keeper;
    private static Api api;

    @BeforeAll
    static void begin() {
        x = CLUSTER.x();
        var roles = DocumentedRoles.create(CLUSTER.database());
        owner = roles.asOwner();
        service = roles.asService();
        var settings = CLUSTER.settings();
        roles.use(settings);
        settings.put("KEEPER_CONSENT_OPEN", "true");
        settings.put("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER);
        settings.put("KEEPER_TRUSTED_PROXIES", "127.0.0.1");
        settings.put("KEEPER_WEBHOOKS_ALLOW_PRIVATE", "true");
        keeper = CLUSTER.start(settings);
        api = keeper.api();
        api.post("/api/v1/webhooks", "{\"url\":\"http://127.0.0.1:1/x\",\"description\":\"never there\"}");
    }

    @AfterEach
    void withoutFaults() {
        x.update(switches -> switches.withoutFaults());
    }

    /** A person who connected by a link for them; their browser has this address. */
    private record Person(String id, String username, String address) {
        String path() {
            return "/api/v1/accounts/" + id;
        }
    }

    private static Person connected(String id, String username, String address) {
        x.update(switches -> switches.withProfile(new TestUser(id, username, "Name of " + username)));
        var person = new Person(id, username, address);
        var link = api.consentLink("{\"expected_user\":\"%s\",\"purpose\":\"To post for %s\"}".formatted(id, username));
        assertThat(consent(person, "?" + link.getQuery()).statusCode()).isEqualTo(303);
        owner.update(
                "insert into account_reference (account_id, reference) values ('%s', 'customer-%s')".formatted(id, id));
        return person;
    }

    private static HttpResponse<String> consent(Person person, String query) {
        var browser = new HttpBrowser(keeper);
        var callback = browser.allow(browser.begin(query), person.id());
        return browser.open(callback.toString(), "X-Forwarded-For", person.address());
    }

    /** Every row of every table that contains the text as a word, with its table; any case. */
    private static List<String> rowsWith(String text) {
        return tables().entrySet().stream()
                .flatMap(table -> table.getValue().stream()
                        .filter(row -> row.matches("(?is).*(?<![0-9A-Za-z_.])" + text + "(?![0-9A-Za-z_.]).*"))
                        .map(row -> table.getKey() + ": " + row))
                .toList();
    }

    private static Map<String, List<String>> tables() {
        var names = owner.query("select table_name from information_schema.tables where table_schema = 'public'");
        assertThat(names).contains("account", "account_reference", "audit_event", "webhook_delivery", "consent_link");
        var all = new HashMap<String, List<String>>();
        names.forEach(name -> all.put(name, owner.query("select t::text from " + name + " t")));
        return all;
    }

    private static void assertNothingIsLeftOf(Person person) {
        for (var text : List.of(person.id(), person.username(), person.address(), "customer-" + person.id())) {
            await("no row has " + text)
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(rowsWith(text)).isEmpty());
        }
        assertThat(api.get(person.path() + "/export").status()).isEqualTo(404);
    }

    private static List<JsonNode> all(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).toList();
    }

    private static List<String> texts(JsonNode list, String field) {
        return all(list).stream().map(entry -> entry.path(field).asText()).toList();
    }

    private static List<JsonNode> events() {
        return all(api.get("/api/v1/events?limit=1000").json().path("events"));
    }

    @Test
    void anExportHasEverythingAboutThePersonButNoSecretAndNobodyElse() {
        var ada = connected("9100000001", "ada_exported", "198.51.100.1");
        var grace = connected("9100000002", "grace_exported", "198.51.100.2");
        var link = api.consentLink("{\"expected_user\":\"%s\"}".formatted(grace.id()));
        assertThat(consent(ada, "?" + link.getQuery()).statusCode()).isGreaterThanOrEqualTo(400);
        var first = api.token(ada.id()).text("access_token");
        var second = api.refresh(ada.id()).text("access_token");
        await("deliveries are made")
                .atMost(PATIENCE)
                .until(() -> owner.count("webhook_delivery where account_id = '" + ada.id() + "'") > 0);

        var export = api.get(ada.path() + "/export");

        assertThat(export.status()).isEqualTo(200);
        assertThat(export.header("Content-Type")).startsWith("application/json");
        assertThat(export.header("Cache-Control")).isEqualTo("no-store");
        assertThat(export.header("Content-Disposition")).isEqualTo("attachment; filename=\"account-9100000001.json\"");
        var held = export.json();
        assertThat(held.path("id").asText()).isEqualTo(ada.id());
        var account = held.path("account");
        var answer = api.account(ada.id()).json();
        for (var field : List.of(
                "username",
                "name",
                "picture_url",
                "profile",
                "status",
                "scope",
                "access_expires_at",
                "refreshed_at",
                "next_refresh_at",
                "refresh_token_good_until",
                "last_error")) {
            assertThat(account.path(field)).as(field).isEqualTo(answer.path(field));
        }
        assertThat(account.path("username").asText()).isEqualTo("ada_exported");
        assertThat(account.path("failures").asInt(-1)).isZero();
        assertThat(account.path("connected_at").asText()).isNotEmpty();
        assertThat(texts(held.path("references"), "reference")).containsExactly("customer-" + ada.id());
        assertThat(texts(held.path("consents"), "consumed_at")).isNotEmpty().doesNotContain("null");
        assertThat(texts(held.path("consent_links"), "purpose")).containsExactly("To post for ada_exported");
        assertThat(texts(held.path("webhook_deliveries"), "type")).contains("account.connected");
        assertThat(texts(held.path("events"), "type"))
                .contains("consent_link.created", "account.connected", "consent.refused");
        var refused = all(held.path("events")).stream()
                .filter(event -> event.path("type").asText().equals("consent.refused"))
                .findFirst()
                .orElseThrow();
        assertThat(refused.path("detail").asText()).isEqualTo("X user " + ada.id() + " consented instead");
        assertThat(refused.path("account").isNull()).as("grace's id").isTrue();
        assertThat(refused.path("address").asText()).isEqualTo(ada.address());

        var text = export.http().body();
        assertThat(text).doesNotContain(first, second, grace.id(), grace.username(), grace.address());
        for (var secret : List.of(
                "select encode(access_token, 'hex') from account where id = '%s'",
                "select encode(refresh_token, 'hex') from account where id = '%s'",
                "select refresh_fingerprint from account where id = '%s'",
                "select encode(state_hash, 'hex') from consent_attempt where account_id = '%s'",
                "select encode(browser_hash, 'hex') from consent_attempt where account_id = '%s'",
                "select encode(verifier, 'hex') from consent_attempt where account_id = '%s'",
                "select encode(link, 'hex') from consent_link where expected_user = '%s'")) {
            assertThat(owner.query(secret.formatted(ada.id())))
                    .as(secret)
                    .isNotEmpty()
                    .noneMatch(text::contains);
        }
        var hers = api.get(grace.path() + "/export").http().body();
        assertThat(hers).contains("another X user consented instead").doesNotContain(ada.id(), ada.address());
    }

    @Test
    void anErasureLeavesThePersonInNoTableAndTheOthersAsTheyWere() {
        var ada = connected("9200000001", "ada_erased", "198.51.100.11");
        var grace = connected("9200000002", "grace_stays", "198.51.100.12");
        var link = api.consentLink("{\"expected_user\":\"%s\"}".formatted(grace.id()));
        assertThat(consent(ada, "?" + link.getQuery()).statusCode()).isGreaterThanOrEqualTo(400);
        api.consentLink("{\"expected_user\":\"%s\",\"expires_in\":600}".formatted(ada.id()));
        api.refresh(ada.id());
        var key = api.post("/api/v1/keys", """
                {"name":"hers","rights":["read","token"],"accounts":["9200000001","9200000002"]}""");
        await("her key is used")
                .until(() -> api.with(key.text("key")).token(ada.id()).status() == 200);
        await("deliveries are made")
                .atMost(PATIENCE)
                .until(() -> owner.count("webhook_delivery where account_id = '" + ada.id() + "'") > 0);
        assertThat(rowsWith(ada.id())).hasSizeGreaterThan(8);
        assertThat(rowsWith(ada.username())).isNotEmpty();
        assertThat(rowsWith(ada.address())).isNotEmpty();
        var others = others(ada);

        assertThat(api.delete(ada.path() + "?erase=true").status()).isEqualTo(204);

        assertThat(x.ledger().liveGrants(ada.id())).isZero();
        assertNothingIsLeftOf(ada);
        assertThat(others(ada)).isEqualTo(others);
        assertThat(api.account(grace.id()).text("username")).isEqualTo("grace_stays");
        assertThat(api.with(key.text("key")).token(grace.id()).status()).isEqualTo(200);

        var hers = events().stream()
                .filter(event -> event.path("account").asText().matches(PSEUDONYM))
                .filter(event -> event.path("type").asText().equals("account.erased"))
                .toList();
        var proof = hers.getLast();
        assertThat(proof.path("actor").asText()).isEqualTo("operator");
        var pseudonym = proof.path("account").asText();
        var history = events().stream()
                .filter(event -> event.path("account").asText().equals(pseudonym))
                .toList();
        assertThat(history.stream().map(event -> event.path("type").asText()))
                .contains("consent_link.created", "account.connected", "account.erased", "account.disconnected");
        assertThat(events().stream().map(event -> event.path("detail").asText()))
                .contains("X user " + pseudonym + " consented instead");
        assertThat(owner.query("select outcome from consent_link where expected_user = '" + pseudonym + "'"))
                .contains("WITHDRAWN");

        var before = events().size();
        assertThat(api.delete(ada.path() + "?erase=true").status()).isEqualTo(204);
        assertThat(api.delete(ada.path()).status()).isEqualTo(204);
        assertThat(events()).as("nothing was left to erase").hasSize(before);
        assertThat(api.with(key.text("key")).get(ada.path()).status()).isEqualTo(403);
    }

    /** The rows of all tables that have nothing to do with the person; the key that is limited to them is not among them. */
    private static Map<String, List<String>> others(Person person) {
        var hers = new HashSet<>(rowsWith(person.id()));
        var rest = new HashMap<String, List<String>>();
        for (var table : List.of("account", "account_reference", "consent_attempt")) {
            rest.put(
                    table,
                    tables().get(table).stream()
                            .filter(row -> !hers.contains(table + ": " + row))
                            .filter(row -> !row.matches("(?s).*" + PSEUDONYM + ".*"))
                            .sorted()
                            .toList());
        }
        rest.put(
                "audit_event",
                owner.query("select t::text from audit_event t where account_id ~ '^[0-9]+$' and account_id <> '"
                        + person.id() + "' and coalesce(detail, '') !~ '(" + person.id() + "|erased-)'"
                        + " order by id"));
        return rest;
    }

    @Test
    void anAccountThatWasDisconnectedBeforeCanBeExportedAndErased() {
        var ada = connected("9300000001", "ada_gone", "198.51.100.21");
        // before X returned who she is, her grant had a provisional id
        var pending = "pending-" + "0123456789abcdef".repeat(2);
        owner.update("""
                insert into audit_event (at, type, actor, account_id, address, outcome, detail)
                values (now(), 'account.connected', 'browser', '%s', '198.51.100.22', 'DONE', 'consent given'),
                       (now(), 'account.connected', 'timer', '%s', null, 'DONE', 'X says whose %s is')""".formatted(pending, ada.id(), pending));
        assertThat(api.delete(ada.path()).status()).isEqualTo(204);
        assertThat(api.account(ada.id()).status()).isEqualTo(404);

        var export = api.get(ada.path() + "/export");
        assertThat(export.status()).isEqualTo(200);
        assertThat(export.json().path("account").isNull()).isTrue();
        assertThat(texts(export.json().path("events"), "type")).contains("account.connected", "account.disconnected");
        assertThat(texts(export.json().path("events"), "address")).contains(ada.address(), "198.51.100.22");

        assertThat(api.delete(ada.path() + "?erase=true").status()).isEqualTo(204);

        assertNothingIsLeftOf(ada);
        assertThat(rowsWith(pending)).isEmpty();
        assertThat(rowsWith("198.51.100.22")).isEmpty();
        assertThat(api.get("/api/v1/accounts/9300000009/export").status()).isEqualTo(404);
        assertThat(api.get("/api/v1/accounts/no-id/export").status()).isEqualTo(404);
    }

    @Test
    void anErasureDuringARefreshIsNotUndoneByItsResult() {
        var ada = connected("9400000001", "ada_refreshing", "198.51.100.31");
        x.update(switches ->
                switches.withFault(Endpoint.REFRESH, FaultRule.once(Fault.SLOW).delayedBy(Duration.ofSeconds(3))));
        var refreshes = x.ledger().refreshes(ada.id());
        var refreshing = CompletableFuture.supplyAsync(() -> api.refresh(ada.id()));
        await("X has the refresh token").until(() -> x.ledger().refreshes(ada.id()) > refreshes);

        assertThat(api.delete(ada.path() + "?erase=true").status()).isEqualTo(204);

        assertThat(refreshing.join().status()).isIn(404, 503);
        // X issued a pair for a person who is erased: it is revoked like the one that was stored
        await("the late pair is queued")
                .atMost(PATIENCE)
                .until(() -> owner.count("revocation where account_id = '" + ada.id() + "'") == 1);
        confirmRevocations(ada);
        assertNothingIsLeftOf(ada);
        assertThat(x.ledger().liveGrants(ada.id())).isZero();
    }

    @Test
    void noLinkOfAnErasedPersonTiesThePseudonymToThem() {
        var ada = connected("9800000001", "ada_declined", "198.51.100.71");
        var browser = new HttpBrowser(keeper);
        var declined = linkFor(ada);
        var refusal = browser.cancel(browser.begin(declined));
        browser.open(refusal.toString(), "X-Forwarded-For", "198.51.100.79");
        var purged = linkFor(ada);
        browser.open(browser.cancel(browser.begin(purged)).toString(), "X-Forwarded-For", "198.51.100.79");
        owner.update("delete from consent_link where seq = (select max(seq) from consent_link)");
        var failed = linkFor(ada);
        var grace = browser.allow(browser.begin(failed), "9800000002");
        assertThat(browser.open(grace).body()).contains("link is for X user " + ada.id());
        var started = linkFor(ada);
        var callback = browser.allow(browser.begin(started), ada.id());

        assertThat(api.delete(ada.path() + "?erase=true").status()).isEqualTo(204);

        for (var link : List.of(declined, failed, started)) {
            RefusedPage.assertIs(browser.open("/oauth/authorize" + link), 410, "withdrawn");
        }
        assertThat(browser.open(callback).statusCode()).isGreaterThanOrEqualTo(400);
        RefusedPage.assertIs(browser.open(grace), 400, "already used");
        assertNothingIsLeftOf(ada);
        assertThat(rowsWith("198.51.100.79")).as("the address that declined").isEmpty();
        var pseudonym = latestPseudonym();
        assertThat(owner.query("select outcome from consent_link where used_at is null and expected_user = '"
                        + pseudonym + "'"))
                .hasSize(3)
                .containsOnly("WITHDRAWN");
        assertThat(owner.count("consent_attempt where consumed_at is null and expected_user = '" + pseudonym + "'"))
                .isZero();
        assertThat(keeper.log()).doesNotContain(pseudonym);
    }

    @Test
    void aConsentThatIsInFlightDuringAnErasureIsNotRecordedWithAnId() {
        var ada = connected("9800000003", "ada_in_flight", "198.51.100.73");
        var grace = new Person("9800000004", "grace_in_flight", "198.51.100.74");
        var links = List.of(linkFor(ada), linkFor(ada));
        x.update(switches ->
                switches.withFault(Endpoint.CODE, FaultRule.always(Fault.SLOW).delayedBy(Duration.ofSeconds(3))));
        var consents = List.of(
                CompletableFuture.supplyAsync(() -> consent(ada, links.get(0))),
                CompletableFuture.supplyAsync(() -> consent(grace, links.get(1))));
        await("both codes are at X")
                .until(() -> owner.count("consent_attempt where settled_at is null and consumed_at is not null"
                                + " and expected_user = '" + ada.id() + "'")
                        == 2);

        assertThat(api.delete(ada.path() + "?erase=true").status()).isEqualTo(204);

        consents.forEach(consent -> assertThat(consent.join().statusCode()).isGreaterThanOrEqualTo(400));
        assertThat(owner.query(
                        "select coalesce(account_id, 'none') || ' ' || coalesce(address, 'none') || ': ' || detail"
                                + " from audit_event where type = 'consent.refused' and link in"
                                + " (select encode(link_hash, 'hex') from consent_link where expected_user = '"
                                + latestPseudonym()
                                + "')"))
                .containsExactlyInAnyOrder(
                        "none none: the link was withdrawn meanwhile", "none none: another X user consented instead");
        confirmRevocations(ada);
        assertNothingIsLeftOf(ada);
    }

    /** The query with which a consent by a new link for the person begins. */
    private static String linkFor(Person person) {
        return "?"
                + api.consentLink("{\"expected_user\":\"%s\"}".formatted(person.id()))
                        .getQuery();
    }

    private static String latestPseudonym() {
        return owner.query("select account_id from audit_event where type = 'account.erased' order by id desc limit 1")
                .getFirst();
    }

    @Test
    void aRevocationThatXDoesNotConfirmKeepsTheIdUntilXDoes() {
        var ada = connected("9500000001", "ada_revoked", "198.51.100.41");
        x.update(switches -> switches.withFault(Endpoint.REVOKE, FaultRule.always(Fault.UNAVAILABLE_503)));

        assertThat(api.delete(ada.path() + "?erase=true").status()).isEqualTo(204);

        assertThat(rowsWith(ada.id())).singleElement().asString().startsWith("revocation: ");
        var export = api.get(ada.path() + "/export");
        assertThat(export.status()).isEqualTo(200);
        assertThat(all(export.json().path("revocations"))).hasSize(1);
        x.update(switches -> switches.withoutFaults());
        confirmRevocations(ada);
    }

    /** The first retry is due after 30 seconds; here it is due now. */
    private static void confirmRevocations(Person person) {
        owner.update("update revocation set next_try_at = now()");
        await("X has confirmed")
                .atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(rowsWith(person.id())).isEmpty());
    }

    @Test
    void onlyWhoMayManageTheAccountErasesIt() {
        var ada = connected("9600000001", "ada_kept", "198.51.100.51");
        var reader = api.with(key("\"read\"", ada.id()));
        var stranger = api.with(key("\"read\",\"manage\"", "9600000002"));

        assertThat(reader.get(ada.path() + "/export").status()).isEqualTo(200);
        assertThat(reader.delete(ada.path() + "?erase=true").status()).isEqualTo(403);
        assertThat(stranger.get(ada.path() + "/export").status()).isEqualTo(403);
        assertThat(stranger.delete(ada.path() + "?erase=true").status()).isEqualTo(403);
        assertThat(api.with("").get(ada.path() + "/export").status()).isEqualTo(401);
        assertThat(api.delete(ada.path() + "?erase=perhaps").status()).isEqualTo(400);
        assertThat(api.account(ada.id()).status()).isEqualTo(200);
        for (var call : List.of(
                "select erase_person('operator', 'erased-0123456789abcdef')",
                "select erase_person('" + ada.id() + "', 'somebody else')",
                "select erase_person(null, null)",
                "select erase_addresses_of_links('2244994945')",
                "select erase_addresses_of_links(null)")) {
            assertThatThrownBy(() -> service.query(call)).rootCause().hasMessageContaining("the form erased-");
        }
    }

    private static String key(String rights, String account) {
        return api.post(
                        "/api/v1/keys",
                        "{\"name\":\"k\",\"rights\":[%s],\"accounts\":[\"%s\"]}".formatted(rights, account))
                .text("key");
    }

    @Test
    void adminsDownloadAndEraseOnThePagesOfTheAccount() {
        var ada = connected("9700000001", "ada_on_pages", "198.51.100.61");
        var browser = new HttpBrowser(keeper);
        browser.signIn(KeeperProcess.ADMIN_KEY);
        var page = browser.open("/operator/account?account=" + ada.id()).body();
        assertThat(page).contains("/operator/account/data?account=" + ada.id(), "Download data");
        var file = browser.open("/operator/account/data?account=" + ada.id());
        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(file.headers().firstValue("Content-Disposition"))
                .hasValueSatisfying(value -> assertThat(value).startsWith("attachment"));
        assertThat(file.body()).contains("ada_on_pages");
        assertThat(new HttpBrowser(keeper)
                        .open("/operator/account/data?account=" + ada.id())
                        .body())
                .doesNotContain("ada_on_pages");

        var form = "/operator/disconnect?account=" + ada.id();
        assertThat(browser.open(form).body()).contains("Also erase personal data from history");
        var erased = browser.submit(form, "/operator/disconnect", Map.of("account", ada.id(), "erase", "true"));

        assertThat(browser.open(HttpBrowser.location(erased)).body()).contains("The history has a pseudonym now.");
        assertNothingIsLeftOf(ada);
    }
}
