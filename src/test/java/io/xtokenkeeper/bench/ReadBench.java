package io.xtokenkeeper.bench;

import io.xtokenkeeper.testkit.KeeperProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Reading tokens of many accounts again and again, beside an endpoint of the framework that does nothing, in the same
 * process and in turns. The load tool, wrk, runs on the same machine.
 */
final class ReadBench {
    private static final int CONNECTIONS = 32;
    private static final int SECONDS = 8;
    private static final int ROUNDS = 5;
    private final int accounts;

    ReadBench(int accounts) {
        this.accounts = accounts;
    }

    private record Result(long requests, double seconds, long p50Micros, long p99Micros, long wrong, Duration cpu) {
        double rate() {
            return requests / seconds;
        }

        double cpuMicros() {
            return cpu.toNanos() / 1_000.0 / requests;
        }

        void print(String what) {
            System.out.printf(
                    "%-5s %,8.0f/s, %5.1f us CPU each, p50 %5.2f ms, p99 %5.2f ms, %d not 2xx%n",
                    what, rate(), cpuMicros(), p50Micros / 1_000.0, p99Micros / 1_000.0, wrong);
        }
    }

    void run() throws Exception {
        try (var stage = new Stage(0)) {
            var keeper = stage.keeper(Map.of(
                    "KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER, "KEEPER_TOKEN_CACHE", Integer.toString(accounts)));
            stage.seed(accounts, 1_000_000_001L, 7_200);
            var empty = new ArrayList<Result>();
            var token = new ArrayList<Result>();
            // the first round warms up
            for (var round = 0; round <= ROUNDS; round++) {
                empty.add(load(keeper, "/bench/empty"));
                empty.getLast().print("empty");
                token.add(load(keeper, "/api/v1/accounts/ID/token"));
                token.getLast().print("token");
            }
            sum(median(empty.subList(1, empty.size())), median(token.subList(1, token.size())));
        }
    }

    private void sum(Result empty, Result token) {
        System.out.printf("medians of %d rounds, %d connections, %,d accounts:%n", ROUNDS, CONNECTIONS, accounts);
        empty.print("empty");
        token.print("token");
        System.out.printf(
                "a token read against an empty endpoint: %.2f of the requests/s, %.2f of the p99%n",
                token.rate() / empty.rate(), token.p99Micros() / (double) empty.p99Micros());
    }

    private static Result median(List<Result> results) {
        return results.stream()
                .sorted(Comparator.comparing(Result::rate))
                .skip(results.size() / 2)
                .findFirst()
                .orElseThrow();
    }

    private Result load(KeeperProcess keeper, String path) throws IOException, InterruptedException {
        var cpu = new Cpu(keeper.handle());
        var before = cpu.used();
        var wrk = new ProcessBuilder(
                        "wrk",
                        "-t1",
                        "-c" + CONNECTIONS,
                        "-d" + SECONDS + "s",
                        "-s",
                        "bench/read.lua",
                        keeper.url().toString(),
                        "--",
                        path,
                        Integer.toString(accounts),
                        KeeperProcess.ADMIN_KEY)
                .redirectErrorStream(true)
                .start();
        var said = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        var used = cpu.used().minus(before);
        var words = said.lines()
                .filter(line -> line.startsWith("result "))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(said))
                .split(" ");
        return new Result(
                Long.parseLong(words[1]),
                Long.parseLong(words[2]) / 1_000_000.0,
                Long.parseLong(words[3]),
                Long.parseLong(words[4]),
                Long.parseLong(words[5]),
                used);
    }
}
