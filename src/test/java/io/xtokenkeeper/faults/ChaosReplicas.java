package io.xtokenkeeper.faults;

import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Sleep;
import io.xtokenkeeper.testkit.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The replicas of {@link ChaosIT}. Each keeps its journal folder over its restarts, and calls X by a host name of its own,
 * so that X's log distinguishes them. A replica has one fault at a time.
 */
final class ChaosReplicas {
    private static final List<Path> FAKETIME = List.of(
            Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
            Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"));

    private static final int STARTS = 5;

    private final Map<String, String> settings;
    private final Sandbox x;
    private final Path folder;
    /** Off by default: the library makes a replica several times slower. */
    private final Optional<Path> faketime = Boolean.getBoolean("chaos.clocks")
            ? FAKETIME.stream().filter(Files::exists).findFirst()
            : Optional.empty();

    private final List<Slot> slots = new ArrayList<>();
    private final List<ReplicaFault> faults = Collections.synchronizedList(new ArrayList<>());
    private final List<String> notes = Collections.synchronizedList(new ArrayList<>());

    private final class Slot {
        private final String host;
        private final boolean hasOwnClock;
        private final ReentrantLock lock = new ReentrantLock();
        private final List<KeeperProcess> processes = Collections.synchronizedList(new ArrayList<>());
        private volatile KeeperProcess running;

        Slot(String host, boolean hasOwnClock) {
            this.host = host;
            this.hasOwnClock = hasOwnClock;
        }

        private Path clock() {
            return folder.resolve("clock-" + host);
        }

        private void start() {
            var mine = new HashMap<>(settings);
            mine.put("KEEPER_X_API_URL", "http://" + host + ":" + x.url().getPort());
            mine.put("KEEPER_JOURNAL", folder.resolve("journal-" + host).toString());
            faketime.filter(library -> hasOwnClock).ifPresent(library -> {
                mine.put("LD_PRELOAD", library.toString());
                mine.put("FAKETIME_TIMESTAMP_FILE", clock().toString());
                mine.put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
                mine.put("FAKETIME_CACHE_DURATION", "1");
            });
            for (var attempt = 1; !started(mine); attempt++) {
                if (attempt == STARTS) {
                    throw new IllegalStateException("replica " + host + " does not start");
                }
            }
            processes.add(running);
            note(host + " started as process " + running.handle().pid());
        }

        /** False if the database is unavailable at the time: the replica must be started again. */
        private boolean started(Map<String, String> mine) {
            try {
                running = KeeperProcess.start(mine);
                return true;
            } catch (IllegalStateException e) {
                // a replica that is not ready in time is killed, and may have had calls at X by then
                add(new ReplicaFault(host, ReplicaFault.Kind.KILLED, Instant.now(), Instant.now()));
                note(host + " did not start: "
                        + e.getMessage().lines().reduce((a, b) -> b).orElse(""));
                return false;
            }
        }
    }

    /** @param folder for journals and clocks */
    ChaosReplicas(int count, TestPostgres database, Sandbox x, Path folder, Map<String, String> more) {
        this.x = x;
        this.folder = folder;
        settings = new HashMap<>(KeeperProcess.settings(database, x.url(), x.authorizeUrl()));
        settings.putAll(more);
        for (var i = 1; i <= count; i++) {
            var slot = new Slot("127.0.0." + i, i == count);
            slots.add(slot);
            setClock(slot, Duration.ZERO);
            slot.start();
        }
        if (faketime.isEmpty()) {
            System.out.println("chaos: no clock is stepped; that takes -Dchaos.clocks=true and libfaketime");
        }
    }

    /** The current URL of a replica, whether it responds or not. */
    URI url(int replica) {
        return slots.get(replica).running.url();
    }

    boolean terminate(int replica) {
        return exclusively(replica, slot -> {
            note(slot.host + " SIGTERM");
            slot.running.terminate();
            note(slot.host + " ended");
            slot.start();
        });
    }

    boolean kill(int replica, Duration pause) {
        return exclusively(replica, slot -> {
            var from = Instant.now();
            slot.running.kill();
            add(new ReplicaFault(slot.host, ReplicaFault.Kind.KILLED, from, Instant.now()));
            Sleep.millis(pause.toMillis());
            slot.start();
        });
    }

    boolean freeze(int replica, Duration length) {
        return exclusively(replica, slot -> {
            var from = Instant.now();
            slot.running.freeze();
            Sleep.millis(length.toMillis());
            slot.running.thaw();
            add(new ReplicaFault(slot.host, ReplicaFault.Kind.FROZEN, from, Instant.now()));
        });
    }

    /** Sets the clock of the last replica, which alone runs with libfaketime. It may have other faults meanwhile. */
    boolean stepClock(Duration step, Duration length) {
        if (faketime.isEmpty()) {
            return false;
        }
        var slot = slots.getLast();
        setClock(slot, step);
        note(slot.host + " clock " + step);
        Sleep.millis(length.toMillis());
        setClock(slot, Duration.ZERO);
        note(slot.host + " clock right");
        return true;
    }

    private void setClock(Slot slot, Duration step) {
        try {
            Files.writeString(
                    slot.clock(), (step.isNegative() ? "-" : "+") + step.abs().toSeconds() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Deed {
        void to(Slot slot);
    }

    /** False if the replica is under another fault. */
    private boolean exclusively(int replica, Deed deed) {
        var slot = slots.get(replica);
        if (!slot.lock.tryLock()) {
            return false;
        }
        try {
            deed.to(slot);
            return true;
        } finally {
            slot.lock.unlock();
        }
    }

    /** Records a fault. */
    void add(ReplicaFault fault) {
        faults.add(fault);
        note(fault.replica() + " " + fault.kind() + " from " + fault.from() + " to " + fault.to());
    }

    private void note(String what) {
        notes.add(Instant.now() + " replica " + what);
    }

    List<ReplicaFault> faults() {
        return List.copyOf(faults);
    }

    /** What was done to the replicas, in order. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    /** All log lines of all processes that contain this text. */
    List<String> logLines(String text) {
        return slots.stream()
                .flatMap(slot -> List.copyOf(slot.processes).stream()
                        .flatMap(process -> process.log().lines())
                        .filter(line -> line.contains(text))
                        .map(line -> slot.host + " " + line))
                .toList();
    }

    /** Sends SIGTERM to all, and waits until each has saved its results. */
    void stop() {
        slots.forEach(slot -> slot.running.terminate());
    }

    /** Closes them, whatever state they are in. */
    void close() {
        slots.stream()
                .map(slot -> slot.running)
                .filter(keeper -> keeper.handle().isAlive())
                .forEach(KeeperProcess::kill);
    }
}
