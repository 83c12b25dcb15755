package io.xtokenkeeper.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.TestCluster;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No import can end a process that has the heap of the image and exits on OutOfMemoryError, as the image does. */
class ImportLimitsIT {
    private static final String NDJSON = "application/x-ndjson";
    private static final String OPENPGP = "application/pgp-encrypted";
    private static final String PASSPHRASE = "a passphrase for the way";
    private static final int HEAP_BYTES = 256 * 1_024 * 1_024;
    /** In characters; parsed, each element becomes an object or more. */
    private static final int HUGE = 32_000_000;

    private static final String GRANT = "{\"x_user_id\":\"%s\",\"refresh_token\":\"r-%s\"}\n";

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static KeeperProcess keeper;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void begin() {
        keeper = CLUSTER.start(
                "KEEPER_REFRESH_EVERY",
                KeeperProcess.NO_TIMER,
                KeeperProcess.JAVA_OPTIONS,
                "-Xmx" + HEAP_BYTES + " -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError -XX:TieredStopAtLevel=1");
    }

    @AfterEach
    void isAlive() {
        assertThat(keeper.handle().isAlive()).as(keeper.log()).isTrue();
        assertThat(keeper.log()).doesNotContain("OutOfMemoryError");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[],", "{\"a\":0},", "0,", "\"a\","})
    void hugeObjectEndsTheImportAndNothingElse(String piece) throws Exception {
        var id = Integer.toString(piece.hashCode() & 0xffff);
        var grant = GRANT.formatted(id, id);

        var results = lines(send(NDJSON, grant + "{\"refresh_token\":[", piece, "0]}\n" + GRANT.formatted("9", "9")));

        assertThat(results).hasSize(2);
        assertThat(results.getFirst()).contains("\"line\":1", "\"imported\"");
        assertThat(results.getLast()).contains("\"line\":2", "\"invalid\"", "longer than 64 KiB");
        assertThat(keeper.api().account(id).status()).isEqualTo(200);
        assertThat(keeper.api().account("9").status()).isEqualTo(404);
    }

    @Test
    void hugeStringEndsTheImportAndNothingElse() throws Exception {
        assertThat(lines(send(NDJSON, "[{\"x_user_id\":\"1\",\"refresh_token\":\"", "a", "\"}]")))
                .singleElement()
                .asString()
                .contains("\"line\":1", "longer than 64 KiB");
    }

    @Test
    void inputThatEndsWithinARecordNamesIt() throws Exception {
        var cut = GRANT.formatted("11", "11") + GRANT.formatted("12", "12").substring(0, 20);

        assertThat(lines(send(NDJSON, new ByteArrayInputStream(cut.getBytes(StandardCharsets.UTF_8)))))
                .satisfiesExactly(
                        taken -> assertThat(taken).contains("\"line\":1", "\"imported\""),
                        broken -> assertThat(broken).contains("\"line\":2", "\"invalid\"", "not JSON"));
    }

    /** Records of the maximum length: more at a time than fit into memory. */
    @Test
    void manyLongLinesAreTaken() throws Exception {
        var grant =
                "{\"x_user_id\":\"%d\",\"refresh_token\":\"r-%1$d\",\"kept_beside\":\"" + "x".repeat(60_000) + "\"}\n";
        var body = IntStream.range(0, 1_000).mapToObj(i -> (InputStream)
                new ByteArrayInputStream(grant.formatted(700_000 + i).getBytes(StandardCharsets.UTF_8)));

        var results = lines(send(NDJSON, concatenated(body)));

        assertThat(results).hasSize(1_000).allMatch(line -> line.contains("\"imported\""));
    }

    @Test
    void exportThatWasCutShortIsRefusedWhereverItWasCut() throws Exception {
        var made = http.send(
                request("/api/v1/export", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"passphrase\":\"" + PASSPHRASE + "\"}"))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(made.statusCode()).isEqualTo(200);
        var file = made.body();

        // within each packet's header, at each packet's end, and at some positions after it
        var cuts = IntStream.concat(
                IntStream.range(0, 80),
                IntStream.of(file.length / 2, file.length - 23, file.length - 22, file.length - 1));
        for (var length : cuts.toArray()) {
            assertRefused(Arrays.copyOf(file, length), "first " + length + " bytes");
        }
    }

    @Test
    void fileThatAsksForMoreMemoryThanThereIsIsRefused() throws Exception {
        var data = "d22a01" + "00".repeat(41);
        var argon2 = "c3160409" + "04" + "00112233445566778899aabbccddeeff" + "01041e" + data;
        var claim = HexFormat.of().toHexDigits(HEAP_BYTES - 16 * 1_024 * 1_024);
        var attribute = "c30d0409" + "0308" + "0011223344556677" + "00" + "d1ff" + "7fffffff" + "ff" + claim + "01";
        for (var file : List.of(argon2, attribute)) {
            assertRefused(HexFormat.of().parseHex(file), file);
        }
    }

    private void assertRefused(byte[] file, String what) throws Exception {
        var refused = send(OPENPGP, new ByteArrayInputStream(file));
        assertThat(refused.statusCode()).as(what).isEqualTo(400);
        assertThat(refused.headers().firstValue("Content-Type")).as(what).hasValue("application/problem+json");
        assertThat(refused.body()).as(what).containsPattern("cut off|not an OpenPGP file|not supported");
    }

    /** Sends {@code piece} repeatedly between {@code before} and {@code after}. */
    private HttpResponse<String> send(String type, String before, String piece, String after) throws Exception {
        var kilobytes = piece.repeat(1_024 / piece.length()).getBytes(StandardCharsets.UTF_8);
        var pieces = IntStream.range(0, HUGE / kilobytes.length)
                .mapToObj(i -> (InputStream) new ByteArrayInputStream(kilobytes));
        return send(type, concatenated(Stream.concat(Stream.concat(stream(before), pieces), stream(after))));
    }

    private static Stream<InputStream> stream(String text) {
        return Stream.of(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static InputStream concatenated(Stream<InputStream> streams) {
        return new SequenceInputStream(Collections.enumeration(streams.toList()));
    }

    private HttpResponse<String> send(String type, InputStream body) throws Exception {
        return http.send(
                request("/api/v1/accounts/import", type)
                        .header("Import-Passphrase", PASSPHRASE)
                        .POST(HttpRequest.BodyPublishers.ofInputStream(() -> body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static List<String> lines(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body().lines().toList();
    }

    private static HttpRequest.Builder request(String path, String type) {
        return HttpRequest.newBuilder(keeper.url().resolve(path))
                .header("Content-Type", type)
                .header("Authorization", "Bearer " + KeeperProcess.ADMIN_KEY);
    }
}
