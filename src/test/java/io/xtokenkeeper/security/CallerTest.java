package io.xtokenkeeper.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.security.ForbiddenException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.audit.NewAuditEvent;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.PathPattern;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.http.ClientAddressResolver;
import io.xtokenkeeper.http.ProblemException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a limited caller has access to: accounts, consent links, and the keys that it may create and manage. */
class CallerTest {
    private static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");
    private static final Optional<AccountId> NAMED = account("1");
    private static final Optional<AccountId> REFERENCED = account("2");
    private static final Optional<AccountId> OTHER = account("3");

    private final List<NewAuditEvent> recorded = new ArrayList<>();

    private static Optional<AccountId> account(String id) {
        return Optional.of(new AccountId(id));
    }

    /** Each part is a list separated by spaces, and empty for no limit. */
    private static KeyLimits limits(String accounts, String references, String methods, String paths) {
        return new KeyLimits(
                set(accounts).map(ids -> ids.stream().map(AccountId::new).collect(Collectors.toSet())),
                set(references),
                set(methods),
                set(paths).map(texts -> texts.stream().map(PathPattern::new).collect(Collectors.toSet())));
    }

    private static Optional<Set<String>> set(String words) {
        return Optional.ofNullable(words)
                .filter(text -> !text.isBlank())
                .map(text -> Stream.of(text.split(" ")).collect(Collectors.toSet()));
    }

    private static ApiKey key(KeyLimits limits, String... rights) {
        var wanted = new NewApiKey("test", Set.of(rights), limits, Optional.of(true), Optional.empty());
        return new ApiKey("id", Secret.of("secret"), wanted, NOW);
    }

    /** Account 2 has the references {@code a} and {@code z}. */
    private Caller caller(KeyLimits limits, String... rights) {
        var access = KeyAccess.of(
                key(limits, rights),
                Map.of("a", Set.of(REFERENCED.orElseThrow()), "z", Set.of(REFERENCED.orElseThrow())));
        var proxies = ClientAddressResolver.of("");
        return new Caller(
                Permissions.identity("key:id", access.rights())
                        .addAttribute(ApiKeyIdentityProvider.KEY, access)
                        .build(),
                recorded::add,
                request(),
                new AccessDeniedAuditor(recorded::add, InstantSource.fixed(NOW), proxies),
                proxies);
    }

    /** A request of which nothing is known. */
    private static RoutingContext request() {
        var request = unknown(HttpServerRequest.class, null);
        return unknown(RoutingContext.class, request);
    }

    private static <T> T unknown(Class<T> type, Object answer) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, given) -> answer));
    }

    private Caller limited() {
        return caller(limits("1", "a b", "", ""), "read", "token", "manage");
    }

    @Test
    void limitedCallerHasTheAccountsItNamesAndThoseOfItsReferences() {
        assertThat(limited().accounts()).contains(Set.of(NAMED.orElseThrow(), REFERENCED.orElseThrow()));
        assertThat(limited().references()).contains(Set.of("a", "b"));
        assertThatCode(() -> limited().requireAccess(REFERENCED.orElseThrow())).doesNotThrowAnyException();
        assertThatThrownBy(() -> limited().requireAccess(OTHER.orElseThrow())).isInstanceOf(ForbiddenException.class);
        assertThatThrownBy(() -> limited().requireAllAccounts()).isInstanceOf(ForbiddenException.class);
    }

    @Test
    void referencesWithoutAnyAccountAreNotAllAccounts() {
        var unused = caller(limits("", "unused", "", ""), "read", "token", "manage");
        assertThat(unused.accounts()).contains(Set.of());
        assertThatThrownBy(() -> unused.requireAccess(NAMED.orElseThrow())).isInstanceOf(ForbiddenException.class);
        assertThatThrownBy(unused::requireAllAccounts).isInstanceOf(ForbiddenException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "'', a, true",
        "3, a, true",
        "1, '', true",
        "2, '', true",
        "1, a, true",
        "'', '', false",
        "3, '', false",
        "'', c, false",
        "'', z, false",
        "1, c, false",
        "2, z, false"
    })
    void limitedCallerMakesConsentLinksForItsOwn(String expected, String reference, boolean may) {
        var account = AccountId.parse(expected);
        var given = Optional.of(reference).filter(text -> !text.isEmpty());
        if (may) {
            limited().requireAccess(account, given);
            assertThat(recorded).isEmpty();
        } else {
            assertThatThrownBy(() -> limited().requireAccess(account, given))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            refused -> assertThat(refused.problem().status()).isEqualTo(403));
            assertThat(recorded).hasSize(1);
        }
        caller(KeyLimits.NONE, "manage").requireAccess(account, given);
    }

    @ParameterizedTest
    @CsvSource({"1, '', true", "2, c, true", "3, a, true", "'', b, true", "'', '', false", "3, c, false", "'', z, false"
    })
    void limitedCallerSeesItsOwn(String account, String reference, boolean may) {
        var given = Optional.of(reference).filter(text -> !text.isEmpty());
        assertThat(limited().maySee(AccountId.parse(account), given)).isEqualTo(may);
        assertThat(caller(KeyLimits.NONE, "manage").maySee(AccountId.parse(account), given))
                .isTrue();
    }

    /** The caller has the accounts 1, the references a and b, GET and HEAD, and 2/users/* and 2/tweets. */
    @ParameterizedTest
    @CsvSource({
        "1, '', GET, 2/tweets, proxy, true",
        "'', a, GET, 2/users/me, proxy, true",
        "1, a b, GET HEAD, 2/tweets 2/users/*, proxy manage, true",
        "1, '', '', '', manage, false",
        "'', '', GET, 2/tweets, proxy, false",
        "2, '', GET, 2/tweets, proxy, false",
        "1, z, GET, 2/tweets, proxy, false",
        "'', c, GET, 2/tweets, proxy, false",
        "1, '', GET POST, 2/tweets, proxy, false",
        "1, '', '', 2/tweets, proxy, false",
        "1, '', GET, '', proxy, false",
        "1, '', GET, 2/users/**, proxy, false",
        "1, '', GET, 2/tweets 2/dm_events, proxy, false",
        "1, '', '', '', proxy, false",
        "1, '', GET, 2/tweets, token, false",
        "1, '', '', '', read, false",
        "1, '', GET, 2/tweets, manage, true"
    })
    void limitedCallerMakesNoWiderKey(
            String accounts, String references, String methods, String paths, String rights, boolean may) {
        var own = limits("1", "a b", "GET HEAD", "2/users/* 2/tweets");
        var wanted = limits(accounts, references, methods, paths);
        var given = Set.of(rights.split(" "));
        if (may) {
            caller(own, "proxy", "manage").mustHold(given, wanted);
            assertThat(caller(own, "proxy", "manage").mayManage(key(wanted, rights.split(" "))))
                    .isTrue();
            assertThat(recorded).isEmpty();
        } else {
            assertThatThrownBy(() -> caller(own, "proxy", "manage").mustHold(given, wanted))
                    .isInstanceOfAny(ForbiddenException.class, ProblemException.class);
            assertThat(recorded).hasSize(1);
        }
        caller(KeyLimits.NONE, "read", "token", "manage").mustHold(given, wanted);
    }

    @ParameterizedTest
    @CsvSource({
        "2, '', GET, 2/tweets, proxy",
        "'', '', GET, 2/tweets, proxy",
        "1, c, GET, 2/tweets, proxy",
        "1, '', '', 2/tweets, token",
        "1, '', GET, 2/**, proxy",
        "1, '', '', '', manage"
    })
    void limitedCallerManagesNoWiderKey(
            String accounts, String references, String methods, String paths, String rights) {
        var own = limits("1", "a b", "GET HEAD", "2/users/* 2/tweets");
        var wider = key(limits(accounts, references, methods, paths), rights.split(" "));
        assertThat(caller(own, "proxy", "manage").mayManage(wider)).isFalse();
        assertThatThrownBy(() -> caller(own, "proxy", "manage").mustManage(Optional.of(wider)))
                .isInstanceOf(ForbiddenException.class);
        assertThat(caller(KeyLimits.NONE, "manage").mayManage(wider)).isTrue();
    }

    @Test
    void onlyKeysWithoutLimitsGetACopyOfTheGrants() {
        caller(KeyLimits.NONE, "manage").requireNoLimits();
        for (var limits : List.of(limits("1", "", "", ""), limits("", "a", "", ""), limits("", "", "GET", ""))) {
            assertThatThrownBy(() -> caller(limits, "proxy", "manage").requireNoLimits())
                    .isInstanceOf(ForbiddenException.class);
        }
    }

    @Test
    void tokenIncludesProxy() {
        assertThat(Permissions.identity("a", Set.of("token")).build().getRoles())
                .containsOnly("token", "proxy");
        assertThat(Permissions.identity("a", Set.of("proxy")).build().getRoles())
                .containsOnly("proxy");
        assertThat(Permissions.identity("a", Set.of("manage")).build().getRoles())
                .containsOnly("manage");
    }
}
