package io.xtokenkeeper.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.TestCluster;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Usage is counted exactly over all replicas, and listed to those who may see it. */
class UsageIT {
    private static final String ONE = "2244994945";
    private static final String TWO = "783214";
    private static final String THREE = "12";
    private static final String USAGE = "/api/v1/usage";
    /** Longer than the minute between two writes. */
    private static final Duration A_WRITE = Duration.ofSeconds(75);

    @RegisterExtension
    final TestCluster cluster = new TestCluster();

    private KeeperProcess start() {
        return cluster.start("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER);
    }

    private static Api.Reply key(KeeperProcess at, String rights, String accounts) {
        var made = at.api()
                .post(
                        "/api/v1/keys",
                        "{\"name\":\"test\",\"rights\":[%s]%s}"
                                .formatted(rights, accounts.isEmpty() ? "" : ",\"accounts\":[" + accounts + "]"));
        assertThat(made.status()).isEqualTo(201);
        return made;
    }

    @Test
    void readsRefreshesAndCallsOfAllReplicasAddUpExactly() {
        var first = start();
        var second = start();
        first.api()
                .importDue(List.of(
                        cluster.x().issueGrant(ONE),
                        cluster.x().issueGrant(TWO),
                        cluster.x().issueGrant(THREE)));
        var reader = key(first, "\"read\",\"token\"", "");
        var poster = key(first, "\"token\"", "");
        var limited = key(first, "\"read\",\"token\"", "\"" + ONE + "\"");

        times(3, 200, () -> read(first, reader, ONE, ""));
        times(2, 200, () -> read(second, reader, ONE, ""));
        times(1, 200, () -> read(second, reader, ONE, "?min_ttl=60&more="));
        times(4, 200, () -> read(first, poster, TWO, ""));
        times(1, 200, () -> read(first, limited, ONE, ""));
        times(1, 200, () -> first.api().token(TWO));
        times(1, 200, () -> as(second, poster).refresh(THREE));
        times(2, 200, () -> call(first, reader, "2/users/me"));
        times(1, 200, () -> call(second, reader, "2/users/me"));

        // none of these got a token, or reached X
        times(2, 429, () -> as(second, poster).refresh(THREE));
        times(1, 403, () -> read(first, limited, TWO, ""));
        times(1, 401, () -> first.api().with("xtk_unknown").token(ONE));
        times(1, 400, () -> read(first, reader, ONE, "?min_ttl=86000"));
        times(1, 404, () -> read(first, reader, "99", ""));
        times(1, 400, () -> call(first, reader, "3/echo"));
        times(1, 200, () -> as(first, reader).send("HEAD", "/api/v1/accounts/" + ONE + "/token", "", ""));

        assertThat(first.api().get("/q/metrics").http().body())
                .contains("keeper_key_usage_total{key=\"" + reader.text("id") + "\",kind=\"read\"} 3.0")
                .contains("keeper_key_usage_total{key=\"" + reader.text("id") + "\",kind=\"call\"} 2.0")
                .contains("keeper_key_usage_total{key=\"operator\",kind=\"read\"} 1.0");
        first.close();
        second.close();
        var later = start();

        assertThat(rows(later.api().get(USAGE)))
                .containsExactlyInAnyOrder(
                        row(reader, ONE, 6, 0, 3),
                        row(poster, TWO, 4, 0, 0),
                        row(poster, THREE, 0, 1, 0),
                        row(limited, ONE, 1, 0, 0),
                        "operator " + TWO + " 1 0 0");
        assertThat(rows(later.api().get(USAGE + "?key=" + poster.text("id"))))
                .containsExactlyInAnyOrder(row(poster, TWO, 4, 0, 0), row(poster, THREE, 0, 1, 0));
        assertThat(rows(later.api().get(USAGE + "?key=operator&account=" + TWO)))
                .containsExactly("operator " + TWO + " 1 0 0");
        assertThat(rows(as(later, limited).get(USAGE)))
                .containsExactlyInAnyOrder(row(reader, ONE, 6, 0, 3), row(limited, ONE, 1, 0, 0));
        assertThat(as(later, limited).get(USAGE + "?account=" + TWO).status()).isEqualTo(403);
        assertThat(as(later, poster).get(USAGE).status()).isEqualTo(403);

        read(later, reader, ONE, "");
        await("written after a minute")
                .atMost(A_WRITE)
                .until(() -> rows(later.api().get(USAGE + "?key=" + reader.text("id")))
                        .contains(row(reader, ONE, 7, 0, 3)));
    }

    @Test
    void pagesGoBackInTimeAndWhatIsOldIsDeleted() {
        start().close();
        cluster.database().update("""
                insert into usage_hour
                select date_trunc('hour', now()) - interval '1 hour' * n, key, account, n, 0, 1
                  from generate_series(0, 30) n, (values ('a'), ('b')) keys (key), (values ('1'), ('2'), ('')) accounts (account)""");
        cluster.database().update("""
                insert into usage_hour
                select date_trunc('hour', now()) - interval '1 day' * days, 'old', '1', 1, 0, 0
                  from (values (89), (91), (92)) ages (days)""");
        var api = start().api();
        await("the old ones are deleted")
                .atMost(Duration.ofSeconds(20))
                .until(() -> cluster.database().count("usage_hour where key_id = 'old'") == 1);

        var newest = Instant.parse(
                api.get(USAGE + "?limit=1").json().at("/usage/0/hour").asText());
        var day = "&from=" + newest.minus(Duration.ofHours(23)) + "&to=" + newest.plusSeconds(1);
        var all = pages(api, USAGE + "?limit=7" + day);
        assertThat(all).as("24 hours of 2 keys and 3 accounts").hasSize(24 * 6).doesNotHaveDuplicates();
        assertThat(all.stream().map(row -> row.substring(0, row.indexOf(' '))))
                .isSortedAccordingTo((one, other) -> other.compareTo(one));
        assertThat(all).anyMatch(row -> row.contains("Z a null "));
        assertThat(pages(api, USAGE + "?limit=7&key=a&account=2" + day)).hasSize(24);
        assertThat(pages(api, USAGE + "?limit=1000").stream().map(row -> row.substring(0, row.indexOf(' '))))
                .as("a day, if nothing else is asked for")
                .allMatch(hour -> !Instant.parse(hour).isBefore(newest.minus(Duration.ofHours(24))));

        var three = api.get(USAGE + "?limit=1000&key=b&account=1&from=" + newest.minus(Duration.ofHours(30)) + "&to="
                + newest.minus(Duration.ofHours(27)));
        assertThat(three.json().path("usage").findValuesAsText("reads")).containsExactly("28", "29", "30");
        assertThat(rows(api.get(USAGE + "?key=old&from=" + newest.minus(Duration.ofDays(89)))))
                .containsExactly("old 1 1 0 0");
    }

    private static void times(int count, int status, Supplier<Api.Reply> call) {
        for (var n = 0; n < count; n++) {
            assertThat(call.get().status()).isEqualTo(status);
        }
    }

    private static Api as(KeeperProcess at, Api.Reply key) {
        return at.api().with(key.text("key"));
    }

    private static Api.Reply read(KeeperProcess at, Api.Reply key, String account, String query) {
        return as(at, key).get("/api/v1/accounts/" + account + "/token" + query);
    }

    private static Api.Reply call(KeeperProcess at, Api.Reply key, String path) {
        return as(at, key).get("/api/v1/accounts/" + ONE + "/x/" + path);
    }

    private static String row(Api.Reply key, String account, int reads, int refreshes, int calls) {
        return "%s %s %d %d %d".formatted(key.text("id"), account, reads, refreshes, calls);
    }

    /** The sums of each key and account: a test may run over the end of an hour. */
    private static List<String> rows(Api.Reply reply) {
        assertThat(reply.status()).as(reply.http().body()).isEqualTo(200);
        var sums = new TreeMap<String, int[]>();
        reply.json().path("usage").forEach(row -> {
            var sum = sums.computeIfAbsent(
                    row.path("key").asText() + " " + row.path("account").asText(), added -> new int[3]);
            sum[0] += row.path("reads").asInt();
            sum[1] += row.path("refreshes").asInt();
            sum[2] += row.path("calls").asInt();
        });
        return sums.entrySet().stream()
                .map(each -> "%s %d %d %d"
                        .formatted(each.getKey(), each.getValue()[0], each.getValue()[1], each.getValue()[2]))
                .toList();
    }

    private static String text(JsonNode row) {
        return "%s %s %s %s %s"
                .formatted(
                        row.path("key").asText(),
                        row.path("account").asText(),
                        row.path("reads").asText(),
                        row.path("refreshes").asText(),
                        row.path("calls").asText());
    }

    private static List<String> pages(Api api, String path) {
        var all = new ArrayList<String>();
        var cursor = "";
        do {
            var page = api.get(path + cursor).json();
            page.path("usage").forEach(row -> all.add(row.path("hour").asText() + " " + text(row)));
            cursor = page.path("next_cursor").isNull()
                    ? ""
                    : "&cursor=" + page.path("next_cursor").asText();
        } while (!cursor.isEmpty());
        return all;
    }
}
