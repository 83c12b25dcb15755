package io.xtokenkeeper.admin;

import io.xtokenkeeper.audit.AuditEventFilter;
import io.xtokenkeeper.audit.AuditEventScope;
import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.domain.AccountId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;

/**
 * Which audit events a page lists, parsed from its query parameters. An invalid parameter counts as missing.
 *
 * @param from local date and time as a browser's field has it, read as UTC; so is {@code to}
 * @param before the id that the events of this page are older than; empty for the first page
 * @param live whether the first page adds new events while it is open
 */
record AuditParams(
        Optional<AccountId> account,
        Optional<String> actor,
        Optional<String> type,
        Optional<LocalDateTime> from,
        Optional<LocalDateTime> to,
        Optional<Long> before,
        boolean live) {
    private static final int LAST_YEAR = 9_999;
    private static final String OFF = "off";

    static AuditParams of(
            Optional<String> account,
            Optional<String> actor,
            Optional<String> type,
            Optional<String> from,
            Optional<String> to,
            Optional<String> before,
            Optional<String> live) {
        return new AuditParams(
                account.map(String::strip).flatMap(AccountId::parse),
                actor.map(String::strip).filter(text -> text.matches("\\P{Cntrl}{1,262}")),
                type.filter(word -> Arrays.stream(AuditEventType.values())
                        .anyMatch(known -> known.word().equals(word))),
                from.flatMap(AuditParams::time),
                to.flatMap(AuditParams::time),
                before.filter(text -> text.matches("[0-9]{1,18}")).map(Long::valueOf),
                !live.equals(Optional.of(OFF)));
    }

    private static Optional<LocalDateTime> time(String text) {
        try {
            return Optional.of(LocalDateTime.parse(text))
                    .filter(time -> time.getYear() > 0 && time.getYear() <= LAST_YEAR);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    AuditEventFilter filter() {
        return new AuditEventFilter(
                account.map(AuditEventScope::of).orElse(AuditEventScope.ALL),
                type,
                actor,
                from.map(AuditParams::utc),
                to.map(AuditParams::utc));
    }

    private static Instant utc(LocalDateTime time) {
        return time.toInstant(ZoneOffset.UTC);
    }

    public boolean isNarrowed() {
        return account.isPresent() || actor.isPresent() || type.isPresent() || from.isPresent() || to.isPresent();
    }

    public boolean isFirstPage() {
        return before.isEmpty();
    }

    /** Whether new events can appear on this page. */
    boolean canGrow() {
        return isFirstPage() && to.isEmpty();
    }

    /** The filter as a query string, without the position and the switch. */
    public String text() {
        return "account=" + value(account) + "&actor=" + value(actor) + "&type=" + value(type) + "&from=" + value(from)
                + "&to=" + value(to);
    }

    private static String value(Optional<?> value) {
        return URLEncoder.encode(value.map(Object::toString).orElse(""), StandardCharsets.UTF_8);
    }
}
