package io.xtokenkeeper.admin;

import io.xtokenkeeper.account.Account;
import io.xtokenkeeper.account.AccountRepository;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.security.ApiKey;
import io.xtokenkeeper.security.ApiKeyRepository;
import io.xtokenkeeper.usage.UsageCounter;
import io.xtokenkeeper.usage.UsageRepository;
import io.xtokenkeeper.usage.UsageRepository.Group;
import io.xtokenkeeper.usage.UsageRepository.Sum;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Collects the data of the page of usage. */
@Singleton
class UsageData {
    private static final int TOP = 20;
    private static final String ADMIN_KEY = "Admin key";

    private final UsageRepository usage;
    private final ApiKeyRepository keys;
    private final AccountRepository accounts;
    private final InstantSource clock;

    UsageData(UsageRepository usage, ApiKeyRepository keys, AccountRepository accounts, InstantSource clock) {
        this.usage = usage;
        this.keys = keys;
        this.accounts = accounts;
        this.clock = clock;
    }

    UsageSeries series(UsageParams view) {
        var now = clock.instant();
        return UsageSeries.of(usage.over(view.query(now), view.span().unit), view.span(), now);
    }

    UsageView view(UsageParams view) {
        var query = view.query(clock.instant());
        var known = keys.all();
        var names = known.stream().collect(Collectors.toMap(ApiKey::id, ApiKey::name));
        return new UsageView(
                view,
                choices(known, view),
                series(view),
                usage.top(query, Group.KEY, TOP).stream()
                        .map(sum -> key(sum, names, view))
                        .toList(),
                usage.top(query, Group.ACCOUNT, TOP).stream().map(this::account).toList());
    }

    private static List<UsageView.Choice> choices(List<ApiKey> known, UsageParams view) {
        var selected = view.key().orElse("");
        return Stream.concat(
                        Stream.of(Map.entry(UsageCounter.ADMIN_KEY, ADMIN_KEY)),
                        known.stream().map(key -> Map.entry(key.id(), key.name())))
                .map(key -> new UsageView.Choice(
                        key.getKey(), key.getValue(), key.getKey().equals(selected)))
                .toList();
    }

    private static UsageView.Top key(Sum<String> sum, Map<String, String> names, UsageParams view) {
        var title = sum.name().equals(UsageCounter.ADMIN_KEY) ? ADMIN_KEY : names.getOrDefault(sum.name(), sum.name());
        var only = new UsageParams(Optional.of(sum.name()), view.account(), view.span());
        return top(sum, title, Optional.of("/operator/usage?" + only.text()));
    }

    private UsageView.Top account(Sum<String> sum) {
        if (sum.name().isEmpty()) {
            return top(sum, "More accounts, counted together", Optional.empty());
        }
        // an account that was disconnected has no page
        var account = AccountId.parse(sum.name()).flatMap(accounts::byId);
        return top(
                sum,
                account.flatMap(Account::username).map(name -> "@" + name).orElse(sum.name()),
                account.map(found -> "/operator/account?account=" + found.id()));
    }

    private static UsageView.Top top(Sum<String> sum, String title, Optional<String> link) {
        return new UsageView.Top(sum.name(), title, link, sum.reads(), sum.refreshes(), sum.calls());
    }
}
