package io.xtokenkeeper.security;

import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.http.PublicBaseUrl;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.NewCookie;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads and writes the session cookie of a signed-in admin. It is SameSite=Lax, so that the admin is still signed in after
 * X's redirect back; requests that change something also need a CSRF token in their form.
 */
@Singleton
public class SessionCookie {
    /** The prefix makes browsers reject the cookie unless it is Secure, for this host only and for every path. */
    private static final String ON_HTTPS = "__Host-keeper-session";

    private static final String ON_HTTP = "keeper-session";
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final boolean secure;

    SessionCookie(PublicBaseUrl publicUrl) {
        this.secure = publicUrl.isSecure();
    }

    public Optional<Secret> read(RoutingContext request) {
        return Optional.ofNullable(request.request().getCookie(name()))
                .map(cookie -> cookie.getValue())
                .filter(value -> SHAPE.matcher(value).matches())
                .map(Secret::of);
    }

    /** The browser deletes it when the session ends at the latest. */
    public NewCookie write(Secret session) {
        return cookie(session.reveal())
                .maxAge((int) SessionService.LIFE.toSeconds())
                .build();
    }

    public NewCookie erase() {
        return cookie("").maxAge(0).build();
    }

    private NewCookie.Builder cookie(String value) {
        return new NewCookie.Builder(name())
                .value(value)
                .path("/")
                .secure(secure)
                .httpOnly(true)
                .sameSite(NewCookie.SameSite.LAX);
    }

    private String name() {
        return secure ? ON_HTTPS : ON_HTTP;
    }
}
