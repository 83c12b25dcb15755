package io.xtokenkeeper.account;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.DisplayText;
import io.xtokenkeeper.domain.RefreshToken;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.domain.TokenPair;
import java.time.Instant;
import java.util.Optional;

/**
 * A grant from a consent that has just completed.
 *
 * @param refresh the token pair's refresh token, which is required
 * @param connectedAt when the browser returned from X: of two consents the later one counts
 * @param profileProblem why the X user is unknown; empty if X returned the profile
 * @param profileRetryAt when X's users/me endpoint may be called again, if X limited the rate
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

    /** Removes from the profile what the database would reject, so that a profile never prevents saving a grant. */
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

    /** Returns the grant without the profile. */
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
