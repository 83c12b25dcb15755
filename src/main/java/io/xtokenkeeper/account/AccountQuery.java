package io.xtokenkeeper.account;

import java.util.Optional;

/**
 * Which accounts a list shows.
 *
 * @param search the beginning of a name, a user name or an id; empty for all
 * @param show all of them, or only those of one status
 * @param after what the page before ended with; empty for the first page
 */
public record AccountQuery(Optional<String> search, Show show, Sort sort, Optional<After> after) {
    /** Of which status. */
    public enum Show {
        ALL("true"),
        ACTIVE("status = 'ACTIVE'"),
        NEEDS_CONSENT("status = 'NEEDS_CONSENT'");

        final String condition;

        Show(String condition) {
            this.condition = condition;
        }
    }

    /** In which order; each is that of an index. */
    public enum Sort {
        /** By name, from A. */
        NAME(AccountList.TITLE, ">", "", "text", "true"),
        /** The last one to consent comes first. */
        NEWEST("connected_at", "<", "desc", "timestamptz", "true"),
        /** The next one to be refreshed comes first; only those that are refreshed at all. */
        DUE("next_refresh_at", ">", "", "timestamptz", "status = 'ACTIVE'");

        final String key;
        final String beyond;
        final String direction;
        final String type;
        final String condition;

        Sort(String key, String beyond, String direction, String type, String condition) {
            this.key = key;
            this.beyond = beyond;
            this.direction = direction;
            this.type = type;
            this.condition = condition;
        }
    }

    /** The place of an account in the order. */
    public record After(String key, String id) {}
}
