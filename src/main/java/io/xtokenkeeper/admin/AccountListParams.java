package io.xtokenkeeper.admin;

import io.xtokenkeeper.account.AccountQuery;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/** Which accounts the first page lists, parsed from its query parameters. An invalid parameter counts as missing. */
record AccountListParams(AccountQuery query) {
    private static final int LONGEST = 64;

    static AccountListParams of(
            Optional<String> search, Optional<String> status, Optional<String> sort, Optional<String> after) {
        var show = word(AccountQuery.Show.class, status).orElse(AccountQuery.Show.ALL);
        var order = word(AccountQuery.Sort.class, sort)
                // accounts that need consent have no due time
                .filter(one -> one != AccountQuery.Sort.DUE || show != AccountQuery.Show.NEEDS_CONSENT)
                .orElse(AccountQuery.Sort.NAME);
        return new AccountListParams(new AccountQuery(
                search.map(AccountListParams::wanted).filter(text -> !text.isEmpty()),
                show,
                order,
                after.flatMap(text -> place(text, order))));
    }

    private static String wanted(String text) {
        var wanted = text.replace("\0", "").strip();
        wanted = wanted.startsWith("@") ? wanted.substring(1) : wanted;
        return wanted.substring(0, Math.min(wanted.length(), LONGEST));
    }

    private static <W extends Enum<W>> Optional<W> word(Class<W> words, Optional<String> text) {
        return Arrays.stream(words.getEnumConstants())
                .filter(word -> text.filter(word.name().toLowerCase(Locale.ROOT)::equals)
                        .isPresent())
                .findFirst();
    }

    private static Optional<AccountQuery.After> place(String text, AccountQuery.Sort order) {
        try {
            var parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split("\n", -1);
            var fits = parts.length == 3 && parts[0].equals(order.name()) && !(parts[1] + parts[2]).contains("\0");
            return fits ? Optional.of(new AccountQuery.After(parts[1], parts[2])) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    public String search() {
        return query.search().orElse("");
    }

    public String status() {
        return query.show().name().toLowerCase(Locale.ROOT);
    }

    public String sort() {
        return query.sort().name().toLowerCase(Locale.ROOT);
    }

    public boolean isNarrowed() {
        return query.search().isPresent() || query.show() != AccountQuery.Show.ALL;
    }

    public boolean isFirstPage() {
        return query.after().isEmpty();
    }

    /** The URL of the first page of the same list. */
    public String first() {
        return "/?q=" + encoded(search()) + "&status=" + status() + "&sort=" + sort();
    }

    String next(AccountQuery.After after) {
        var place = query.sort().name() + "\n" + after.key() + "\n" + after.id();
        return first() + "&after="
                + Base64.getUrlEncoder().withoutPadding().encodeToString(place.getBytes(StandardCharsets.UTF_8));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
