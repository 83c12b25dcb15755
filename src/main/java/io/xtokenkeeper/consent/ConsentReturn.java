package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.ReturnUrl;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * Where the browser goes after a consent by a link that has a {@code return_to}, whether or not an account was connected.
 *
 * @param popup whether the consent took place in a window that the caller's page opened: its last page notifies that page
 */
record ConsentReturn(LinkId link, ReturnUrl returnTo, Optional<String> state, boolean popup) {
    /** What the query parameter {@code result} says. */
    enum Result {
        CONNECTED("connected"),
        DECLINED("declined"),
        FAILED("failed");

        private final String word;

        Result(String word) {
            this.word = word;
        }

        static Result of(CallbackOutcome outcome) {
            if (outcome.connectedAccount().isPresent()) {
                return CONNECTED;
            }
            return outcome instanceof CallbackOutcome.Denied ? DECLINED : FAILED;
        }

        String word() {
            return word;
        }
    }

    /** Empty for a link without {@code return_to}. */
    static Optional<ConsentReturn> of(ConsentLink link, boolean popup) {
        return link.returnTo().map(to -> new ConsentReturn(link.id(), to, link.state(), popup));
    }

    /** The caller's URL with the result appended. */
    String url(Result result, Optional<AccountId> account) {
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("result", result.word());
        parameters.put("link", link.hex());
        state.ifPresent(value -> parameters.put("state", value));
        account.ifPresent(id -> parameters.put("account", id.value()));
        return returnTo.with(parameters);
    }

    /** What the callback redirects to: the caller's URL, or in a popup our last page. */
    String redirect(Result result, Optional<AccountId> account) {
        return popup ? "/oauth/popup?link=" + link.hex() : url(result, account);
    }
}
