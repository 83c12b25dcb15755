package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.BrowserBinding;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.NewCookie;
import java.util.Optional;

/**
 * Reads and writes the cookie that identifies the browser in which a consent was started. It is SameSite=Lax, because X's
 * redirect back is a navigation from another site. A browser keeps its value, so that consents in two tabs do not interfere
 * with each other.
 */
@Singleton
class BrowserBindingCookie {
    /** The prefix makes browsers reject the cookie unless it is Secure, for this host only and for every path. */
    private static final String ON_HTTPS = "__Host-keeper-browser";

    private static final String ON_HTTP = "keeper-browser";

    private final boolean secure;

    BrowserBindingCookie(ConsentSettings settings) {
        this.secure = settings.secure();
    }

    Optional<BrowserBinding> read(HttpHeaders headers) {
        return Optional.ofNullable(headers.getCookies().get(name()))
                .flatMap(cookie -> BrowserBinding.parse(cookie.getValue()));
    }

    NewCookie write(BrowserBinding browser) {
        return new NewCookie.Builder(name())
                .value(browser.cookieValue())
                .path("/")
                .secure(secure)
                .httpOnly(true)
                .sameSite(NewCookie.SameSite.LAX)
                .maxAge((int) AuthorizationRequestRepository.RETENTION.toSeconds())
                .build();
    }

    private String name() {
        return secure ? ON_HTTPS : ON_HTTP;
    }
}
