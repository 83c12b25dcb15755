package io.xtokenkeeper.account;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.DisplayText;
import io.xtokenkeeper.domain.RefreshToken;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.domain.TokenPair;
import java.time.Instant;
import java.util.Optional;

/**
 * A grant just given by a consent.
 *
 * @param refresh the pair's refresh token, which a grant cannot be without
 * @param connectedAt when the person came back from X: of two consents the later one counts
 * @param profileProblem why X did not say who this is; empty where it did
 * @param profileRetryAt when X can be asked who this is again, where it said so
 */
public record NewGrant(
        AccountId id,
        Optional<String> username,
        Optional<String> name,
        Optional<String> pictureUrl,
        Optional<String> profileProblem,
        Scopes scope,
        TokenPair pair,
        RefreshToken refresh,
        Instant connectedAt,
        Instant nextRefreshAt,
        Optional<Instant> profileRetryAt) {
    private static final int MAX_PROBLEM = 300;

    /** No profile may cost a grant: what the database would refuse in one is taken out here. */
    public NewGrant {
        username = username.flatMap(DisplayText::username);
        name = name.flatMap(DisplayText::name);
        pictureUrl = pictureUrl.flatMap(DisplayText::pictureUrl);
        profileProblem = profileProblem.map(
                problem -> DisplayText.line(problem, MAX_PROBLEM).orElse("unknown"));
    }

    public NewGrant(
            AccountId id,
            Optional<String> username,
            Optional<String> name,
            Optional<String> pictureUrl,
            Optional<String> profileProblem,
            Scopes scope,
            TokenPair pair,
            RefreshToken refresh,
            Instant connectedAt,
            Instant nextRefreshAt) {
        this(
                id,
                username,
                name,
                pictureUrl,
                profileProblem,
                scope,
                pair,
                refresh,
                connectedAt,
                nextRefreshAt,
                Optional.empty());
    }

    /** The same without what X says about the person. */
    public NewGrant withoutProfile() {
        return new NewGrant(
                id,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of("the database did not take the profile"),
                scope,
                pair,
                refresh,
                connectedAt,
                nextRefreshAt,
                profileRetryAt);
    }
}
