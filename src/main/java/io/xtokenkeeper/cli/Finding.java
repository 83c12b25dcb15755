package io.xtokenkeeper.cli;

/**
 * What was found out about one thing.
 *
 * @param words what is so and, where it is not as it should be, what to do
 */
public record Finding(Level level, String subject, String words) {
    public enum Level {
        OK,
        WARN,
        FAIL
    }

    public static Finding ok(String subject, String words) {
        return new Finding(Level.OK, subject, words);
    }

    public static Finding warn(String subject, String words) {
        return new Finding(Level.WARN, subject, words);
    }

    public static Finding fail(String subject, String words) {
        return new Finding(Level.FAIL, subject, words);
    }

    boolean isFailure() {
        return level == Level.FAIL;
    }

    /** As it is printed. */
    public String line() {
        return "%-4s  %-13s  %s".formatted(level, subject, words);
    }
}
