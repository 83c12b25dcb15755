package io.xtokenkeeper.sandbox;

import java.util.Locale;

/** What can go wrong at X, or between X and us. */
public enum Fault {
    /** Nothing. */
    NONE(Moment.INSTEAD),
    /** 429 with {@code x-rate-limit-reset}, nothing done. */
    RATE_LIMITED_429(Moment.INSTEAD),
    /** 500 with a JSON body, nothing done. */
    ERROR_500(Moment.INSTEAD),
    /** 502 with a JSON body of X's own, nothing done. */
    ERROR_502(Moment.INSTEAD),
    /** 503 {@code temporarily_unavailable}, nothing done. */
    UNAVAILABLE_503(Moment.INSTEAD),
    /** Never answers, nothing done. */
    HANG(Moment.INSTEAD),
    /** Does the work, then never answers. */
    HANG_AFTER(Moment.ON_SUCCESS),
    /** Closes the connection, nothing done. */
    DROP_BEFORE(Moment.INSTEAD),
    /** Does the work, then closes the connection without an answer. */
    DROP_AFTER(Moment.ON_SUCCESS),
    /** 200 with an HTML page, nothing done: something in between answered. */
    HTML(Moment.INSTEAD),
    /** 403 with an HTML page of a CDN, nothing done. */
    HTML_403(Moment.INSTEAD),
    /** 502 with an HTML page, nothing done. */
    HTML_502(Moment.INSTEAD),
    /** 504 with an HTML page, nothing done. */
    HTML_504(Moment.INSTEAD),
    /** Does the work, then a gateway answers 504 with an HTML page. */
    HTML_504_AFTER(Moment.ON_SUCCESS),
    /** Does the work, then answers 200 with JSON cut short. */
    BROKEN_JSON(Moment.ON_SUCCESS),
    /** Does the work, then answers 200 with no body. */
    EMPTY(Moment.ON_SUCCESS),
    /** Does the work at once and answers after {@link FaultRule#delay()}. */
    SLOW(Moment.ON_SUCCESS),
    /** Waits for {@link FaultRule#delay()}, then does the work and answers at once, even if the caller has gone. */
    SLOW_BEFORE(Moment.WAIT),
    /** The answer's body is encoded with gzip; it can be read. */
    GZIP(Moment.ON_SUCCESS),
    /** The answer's JSON comes after a byte order mark. */
    BOM(Moment.ON_SUCCESS),
    /** The answer has {@code Content-Type: json}. */
    ODD_CONTENT_TYPE(Moment.ON_SUCCESS),
    /** The answer has no {@code token_type}; its tokens are good. */
    NO_TOKEN_TYPE(Moment.ON_SUCCESS),
    /** The answer has an empty {@code token_type}; its tokens are good. */
    EMPTY_TOKEN_TYPE(Moment.ON_SUCCESS),
    /** Answers 200 without a refresh token; the old refresh token stays good. */
    NO_REFRESH_TOKEN(Moment.ON_SUCCESS),
    /** 401 {@code unauthorized_client}, as if our secret were wrong. */
    WRONG_SECRET(Moment.INSTEAD),
    /** 400 {@code invalid_client}, as if our client id were unknown. */
    UNKNOWN_CLIENT(Moment.INSTEAD),
    /** A dead token is called {@code invalid_grant} (RFC 6749) and not {@code invalid_request} (X); live ones pass. */
    INVALID_GRANT(Moment.ON_DEAD_TOKEN),
    /** 400 {@code invalid_request} "Missing required parameter [grant_type].", as if we had sent nonsense. */
    MISSING_PARAMETER(Moment.INSTEAD),
    /** 403 {@code client-not-enrolled}: the app may not call the API, the token is good. */
    NOT_ENROLLED_403(Moment.INSTEAD);

    /** When a fault strikes, and with that: when one of its times is used up. */
    enum Moment {
        WAIT,
        INSTEAD,
        ON_SUCCESS,
        ON_DEAD_TOKEN
    }

    private final Moment moment;

    Fault(Moment moment) {
        this.moment = moment;
    }

    Moment moment() {
        return moment;
    }

    /** Is the work done, and its answer of no use to the caller? */
    boolean losesAnswer() {
        return switch (this) {
            case HANG_AFTER, DROP_AFTER, BROKEN_JSON, EMPTY, HTML_504_AFTER -> true;
            default -> false;
        };
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
