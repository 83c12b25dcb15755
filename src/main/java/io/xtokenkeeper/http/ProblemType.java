package io.xtokenkeeper.http;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Every type of problem that the API returns. The slug is the end of the problem's {@code type}, {@code /problems/<slug>}, a
 * page that shows the explanation below.
 */
public enum ProblemType {
    BAD_REQUEST(400, "Malformed request", """
            The body is not the JSON that this call accepts, or a part of the URL is invalid. Nothing was changed. \
            Correct the request before you send it again."""),
    INVALID_VALUE(400, "Invalid value", """
            The request is well-formed, but a value in it is missing or out of bounds. The member "violations" lists \
            each field and its error. Nothing was changed."""),
    UNAUTHORIZED(401, "Invalid API key", """
            The request has no API key, or one that is unknown, revoked or expired. Send a valid one as \
            "Authorization: Bearer <API key>"."""),
    FORBIDDEN(403, "Missing permission", """
            The API key is valid, but lacks the permission that this call needs (read, proxy, token or manage), or is \
            limited to other accounts or to other calls to X. Use another key, or ask the operator for one."""),
    NOT_FOUND(404, "No such resource", """
            No call of this service has this path. The calls are described under /q/openapi."""),
    UNKNOWN_ACCOUNT(404, "Unknown account", """
            There is no account with this X user id: the user never consented, or the account was disconnected."""),
    UNKNOWN_CONSENT_LINK(404, "Unknown consent link", """
            No consent link has this id, or the API key may not see it. Links are deleted 30 days after they expire."""),
    UNKNOWN_WEBHOOK(404, "Unknown webhook", """
            No webhook has this id, or it has no delivery with this id: it was never created, or it was deleted. \
            Deliveries are deleted after 30 days."""),
    METHOD_NOT_ALLOWED(405, "Method not allowed", """
            The path exists, but does not support this method."""),
    NOT_ACCEPTABLE(406, "Not acceptable", """
            The Accept header asks for a media type that this call does not produce. Ask for application/json."""),
    SLOW_UPLOAD(408, "Upload too slow", """
            No data of the body arrived for half a minute, or it took longer than 15 minutes in all; a short body did \
            not arrive within a minute. Whether X processed the part it received is unknown. Send it again over a \
            better connection, or in smaller parts."""),
    CONSENT_NEEDED(409, "Consent required", """
            The grant of this account was revoked: the user revoked it, it expired, it was replaced by a consent \
            elsewhere, or a response of X was lost. No retry can restore it. The member "consent_link", if present, \
            is a one-time link to send to the user; after the user's consent this call works again."""),
    SCOPE_MISSING(409, "Scope missing", """
            The grant of this account is valid, but lacks a scope that the call asked for: the user has not granted it. \
            The member "missing" has the scopes, and "consent_link" is a one-time link to send to the user, which asks for \
            them in addition to the ones that the account has."""),
    ROTATION_RUNNING(409, "Key rotation in progress", """
            A data key was added before, and values are still being re-encrypted with it. Nothing was changed. GET \
            /api/v1/vault shows the progress; try again when it has finished."""),
    WEBHOOK_DISABLED(409, "Webhook disabled", """
            No messages are sent to this webhook, because it answered 410 Gone or failed for days. The member "why" \
            has the reason. Fix the receiver, then enable the webhook."""),
    TOO_MANY_WEBHOOKS(409, "Too many webhooks", """
            The maximum number of webhooks is reached. Delete one that is not needed."""),
    TOO_LARGE(413, "Request too large", """
            The body is larger than this call accepts."""),
    UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type", """
            The Content-Type is not supported by this call. Send application/json."""),
    TOO_MANY_WRONG_KEYS(429, "Too many invalid API keys", """
            So many invalid keys came from this address that no more are checked for a while. Try again after the \
            time in Retry-After, with a valid key. Keys that were valid from this address in the last hour still \
            work."""),
    REFRESHED_TOO_SOON(429, "Account refreshed less than a minute ago", """
            An account can be refreshed on request once a minute at most: each refresh spends a refresh token at X. \
            Nothing was changed. GET …/token returns the token of the last refresh; try again after the time in \
            Retry-After."""),
    TOO_MANY_UPLOADS(429, "Too many simultaneous uploads", """
            This API key, or all keys together, have reached the limit of simultaneous uploads to X. Nothing was \
            sent. Try again after the time in Retry-After, or send fewer at a time."""),
    TOO_MANY_STREAMS(429, "Too many event streams", """
            This API key has reached the limit of open event streams on one replica. Close one of them first; one \
            stream has all events that the key may see."""),
    X_RATE_LIMITED(429, "Rate limited by X", """
            X reported recently that this account has used up its calls to this endpoint for now. X was not called. \
            Try again after the time in Retry-After; other endpoints are not affected."""),
    INTERNAL(500, "Internal error", """
            The error is in this service. The member "instance" identifies this occurrence; the operator finds it in \
            the log by that value."""),
    X_FAILED(502, "Request to X failed", """
            The response of X cannot be used. The grant is kept. The detail has X's error."""),
    STORE_UNAVAILABLE(503, "Database unavailable", """
            The database is unavailable, so nothing can be read or changed safely. Try again after the time in \
            Retry-After."""),
    TOKEN_UNAVAILABLE(503, "Token temporarily unavailable", """
            No valid access token is available at the moment: X is busy, unavailable, or rejects this app. The grant \
            is kept. Try again after the time in Retry-After.""");

    private static final String BASE = "/problems/";

    private final int status;
    private final String title;
    private final String explanation;

    ProblemType(int status, String title, String explanation) {
        this.status = status;
        this.title = title;
        this.explanation = explanation;
    }

    static Optional<ProblemType> bySlug(String slug) {
        return Arrays.stream(values()).filter(type -> type.slug().equals(slug)).findFirst();
    }

    /** The type for a status that a framework exception has; of several types, the first one is the general one. */
    static Optional<ProblemType> byStatus(int status) {
        return Arrays.stream(values()).filter(type -> type.status == status).findFirst();
    }

    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    public String explanation() {
        return explanation;
    }

    public String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A relative reference (RFC 9457 §3.1.1), resolved against the address that was called. */
    URI uri() {
        return URI.create(BASE + slug());
    }
}
