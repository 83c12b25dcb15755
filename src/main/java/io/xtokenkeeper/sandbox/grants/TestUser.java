package io.xtokenkeeper.sandbox.grants;

import java.util.List;

/**
 * A user who can consent at the simulator.
 *
 * @param id 1 to 19 digits
 * @param username the handle, without the at sign
 * @param name the display name
 */
public record TestUser(String id, String username, String name) {
    public TestUser {
        UserId.of(id);
    }

    public static List<TestUser> first() {
        return List.of(
                new TestUser("1815121001", "ada", "Ada Lovelace"),
                new TestUser("1906120902", "grace", "Grace Hopper"),
                new TestUser("1969122803", "linus", "Linus Torvalds"),
                new TestUser("1936081704", "margaret", "Margaret Hamilton"));
    }

    /** A user whose id was not configured; any id is a user of the simulator. */
    public static TestUser nameless(UserId id) {
        String digits = id.toString();
        String tail = digits.substring(Math.max(0, digits.length() - 10));
        return new TestUser(digits, "user_" + tail, "User " + digits);
    }
}
