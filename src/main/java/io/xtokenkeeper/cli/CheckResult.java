package io.xtokenkeeper.cli;

/**
 * The result of one check.
 *
 * @param words what was found and, if it is a problem, what to do
 */
public record CheckResult(Level level, String subject, String words) {
    public enum Level {
        OK,
        WARN,
        FAIL
    }

    public static CheckResult ok(String subject, String words) {
        return new CheckResult(Level.OK, subject, words);
    }

    public static CheckResult warn(String subject, String words) {
        return new CheckResult(Level.WARN, subject, words);
    }

    public static CheckResult fail(String subject, String words) {
        return new CheckResult(Level.FAIL, subject, words);
    }

    boolean isFailure() {
        return level == Level.FAIL;
    }

    /** The line to print. */
    public String line() {
        return "%-4s  %-13s  %s".formatted(level, subject, words);
    }
}
