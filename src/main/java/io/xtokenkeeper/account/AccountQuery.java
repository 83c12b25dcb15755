package io.xtokenkeeper.account;

import java.util.Optional;

/**
 * The filter, order and position of a page of the account list.
 *
 * @param search prefix of a name, user name, id or reference; empty for all
 * @param show all accounts, or only those with one status
 * @param after the last account of the previous page; empty for the first page
 */
public record AccountQuery(Optional<String> search, Show show, Sort sort, Optional<After> after) {
    /** The status of the listed accounts. */
    public enum Show {
        ALL("true"),
        ACTIVE("status = 'ACTIVE'"),
        NEEDS_CONSENT("status = 'NEEDS_CONSENT'");

        final String condition;

        Show(String condition) {
            this.condition = condition;
        }
    }

    /** The order of the list; each order has an index. */
    public enum Sort {
        /** By name, ascending. */
        NAME(AccountList.TITLE, ">", "", "text", "true"),
        /** Latest consent first. */
        NEWEST("connected_at", "<", "desc", "timestamptz", "true"),
        /** Next due refresh first; active accounts only. */
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

    /** The position of an account in the order. */
    public record After(String key, String id) {}
}
