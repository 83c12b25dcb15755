package io.xtokenkeeper.bench;

/** {@code bench/run NAME [number…]}; without a name all of them, one after the other. */
public final class Bench {
    private final String[] arguments;

    private Bench(String[] arguments) {
        this.arguments = arguments;
    }

    public static void main(String[] arguments) throws Exception {
        var bench = new Bench(arguments);
        if (arguments.length > 0) {
            bench.run(arguments[0]);
        } else {
            for (var each : new String[] {"ceilings", "claim", "sweep", "steady", "stampede", "read"}) {
                System.out.println("== " + each);
                bench.run(each);
            }
        }
    }

    private void run(String which) throws Exception {
        switch (which) {
            case "ceilings" -> new BaselineBenchmark().run();
            case "claim" -> new ClaimBench().run();
            case "sweep" -> new SweepBench(number(1, 10_000), number(2, 100), number(3, 512)).run();
            case "steady" -> new SteadyBench(number(1, 20_000)).run();
            case "stampede" -> new StampedeBench(number(1, 1_000)).run();
            case "read" -> new ReadBench(number(1, 10_000)).run();
            default -> throw new IllegalArgumentException("no such benchmark: " + which);
        }
    }

    private int number(int index, int otherwise) {
        return arguments.length > index ? Integer.parseInt(arguments[index]) : otherwise;
    }
}
