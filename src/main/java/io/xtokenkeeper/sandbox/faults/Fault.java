package io.xtokenkeeper.sandbox.faults;

import java.util.Locale;

/** Faults at X, or between X and the service. */
public enum Fault {
    /** No fault. */
    NONE(Moment.INSTEAD),
    /** 429 with {@code x-rate-limit-reset}, the call has no effect. */
    RATE_LIMITED_429(Moment.INSTEAD),
    /** 500 with a JSON body, the call has no effect. */
    ERROR_500(Moment.INSTEAD),
    /** 502 with a JSON body of X's own, the call has no effect. */
    ERROR_502(Moment.INSTEAD),
    /** 503 {@code temporarily_unavailable}, the call has no effect. */
    UNAVAILABLE_503(Moment.INSTEAD),
    /** Never responds, the call has no effect. */
    HANG(Moment.INSTEAD),
    /** Processes the call, then never responds. */
    HANG_AFTER(Moment.ON_SUCCESS),
    /** Closes the connection, the call has no effect. */
    DROP_BEFORE(Moment.INSTEAD),
    /** Processes the call, then closes the connection without a response. */
    DROP_AFTER(Moment.ON_SUCCESS),
    /** 200 with an HTML page, as from an intermediary; the call has no effect. */
    HTML(Moment.INSTEAD),
    /** 403 with an HTML page of a CDN, the call has no effect. */
    HTML_403(Moment.INSTEAD),
    /** 502 with an HTML page, the call has no effect. */
    HTML_502(Moment.INSTEAD),
    /** 504 with an HTML page, the call has no effect. */
    HTML_504(Moment.INSTEAD),
    /** Processes the call, then a gateway responds 504 with an HTML page. */
    HTML_504_AFTER(Moment.ON_SUCCESS),
    /** Processes the call, then responds 200 with truncated JSON. */
    BROKEN_JSON(Moment.ON_SUCCESS),
    /** Processes the call, then responds 200 with no body. */
    EMPTY(Moment.ON_SUCCESS),
    /** Processes the call at once and responds after {@link FaultRule#delay()}. */
    SLOW(Moment.ON_SUCCESS),
    /**
     * Waits for {@link FaultRule#delay()}, then processes the call and responds at once, even if the caller has
     * disconnected.
     */
    SLOW_BEFORE(Moment.WAIT),
    /** The response's body is encoded with gzip; it can be read. */
    GZIP(Moment.ON_SUCCESS),
    /** The response's JSON begins with a byte order mark. */
    BOM(Moment.ON_SUCCESS),
    /** The response has {@code Content-Type: json}. */
    ODD_CONTENT_TYPE(Moment.ON_SUCCESS),
    /** The response has no {@code token_type}; its tokens are valid. */
    NO_TOKEN_TYPE(Moment.ON_SUCCESS),
    /** The response has an empty {@code token_type}; its tokens are valid. */
    EMPTY_TOKEN_TYPE(Moment.ON_SUCCESS),
    /** Responds 200 without a refresh token; the old refresh token stays valid. */
    NO_REFRESH_TOKEN(Moment.ON_SUCCESS),
    /** 401 {@code unauthorized_client}, as if our client secret were wrong. */
    WRONG_SECRET(Moment.INSTEAD),
    /** 400 {@code invalid_client}, as if our client id were unknown. */
    UNKNOWN_CLIENT(Moment.INSTEAD),
    /**
     * The error for an invalid token is {@code invalid_grant} (RFC 6749) instead of {@code invalid_request} (X); valid
     * tokens are accepted.
     */
    INVALID_GRANT(Moment.ON_DEAD_TOKEN),
    /** 400 {@code invalid_request} "Missing required parameter [grant_type].", as if the request were malformed. */
    MISSING_PARAMETER(Moment.INSTEAD),
    /** 403 {@code client-not-enrolled}: the app may not call the API, the token is valid. */
    NOT_ENROLLED_403(Moment.INSTEAD);

    /** When a fault applies, and with that when one of its times is used up. */
    public enum Moment {
        WAIT,
        INSTEAD,
        ON_SUCCESS,
        ON_DEAD_TOKEN
    }

    private final Moment moment;

    Fault(Moment moment) {
        this.moment = moment;
    }

    public Moment moment() {
        return moment;
    }

    /** Whether the call was processed and the caller cannot use the response. */
    public boolean losesAnswer() {
        return switch (this) {
            case HANG_AFTER, DROP_AFTER, BROKEN_JSON, EMPTY, HTML_504_AFTER -> true;
            default -> false;
        };
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
