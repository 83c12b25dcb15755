package io.xtokenkeeper.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.account.AccountQuery;
import io.xtokenkeeper.account.AccountQuery.After;
import io.xtokenkeeper.account.AccountQuery.Show;
import io.xtokenkeeper.account.AccountQuery.Sort;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountListParamsTest {
    private static final Optional<String> NONE = Optional.empty();

    private static AccountListParams view(String search, String status, String sort) {
        return AccountListParams.of(Optional.of(search), Optional.of(status), Optional.of(sort), NONE);
    }

    @Test
    void theNextPageIsOfTheSame() {
        var view = view(" @Ada & co ", "active", "due");
        var after = new After("2026-11-25 10:00:00+00", "42");

        var next = view.next(after);

        assertThat(next).startsWith("/?q=Ada+%26+co&status=active&sort=due&after=");
        var place = Optional.of(next.substring(next.lastIndexOf('=') + 1));
        assertThat(AccountListParams.of(Optional.of("Ada & co"), Optional.of("active"), Optional.of("due"), place)
                        .query())
                .isEqualTo(new AccountQuery(Optional.of("Ada & co"), Show.ACTIVE, Sort.DUE, Optional.of(after)));
        assertThat(AccountListParams.of(NONE, NONE, Optional.of("name"), place).isFirstPage())
                .as("a place in another order")
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "%", "AAAA", "TkFNRQ", "TkFNRQoACjE"})
    void aPlaceThatCannotBeReadIsTheFirstPage(String after) {
        assertThat(AccountListParams.of(NONE, NONE, NONE, Optional.of(after)).isFirstPage())
                .isTrue();
    }

    @Test
    void whatIsNotRefreshedIsNotOrderedByWhenItIs() {
        assertThat(view("", "needs_consent", "due").sort()).isEqualTo("name");
        assertThat(view("", "nonsense", "nonsense").query())
                .isEqualTo(new AccountQuery(Optional.empty(), Show.ALL, Sort.NAME, Optional.empty()));
    }
}
