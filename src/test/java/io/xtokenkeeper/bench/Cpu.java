package io.xtokenkeeper.bench;

import java.time.Duration;
import java.util.stream.Stream;

/** CPU time of a process and all its children, as the operating system counts it. */
record Cpu(ProcessHandle process) {
    Duration used() {
        return Stream.concat(Stream.of(process), process.descendants())
                .map(each -> each.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }
}
