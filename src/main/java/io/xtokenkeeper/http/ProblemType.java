package io.xtokenkeeper.http;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Every kind of problem that callers can meet. Its slug ends the problem's {@code type}, {@code /problems/<slug>}, where
 * a page says what is written here.
 */
public enum ProblemType {
    BAD_REQUEST(400, "The request cannot be read", """
            The body is not the JSON that this call takes, or a part of the address is wrong. \
            Nothing was done. Mend the request; sending it again as it is will not help."""),
    INVALID_VALUE(400, "A value is not allowed", """
            The request can be read, but a value in it is missing or out of bounds. The member "violations" lists each \
            field and what is wrong with it. Nothing was done."""),
    UNAUTHORIZED(401, "An API key is needed", """
            The request carries no API key, or one that is unknown, revoked or expired. \
            Send a good one as "Authorization: Bearer <API key>"."""),
    FORBIDDEN(403, "The API key lacks the right", """
            The API key is good, but not for this: it lacks the right this call needs (read, token or manage), or is \
            limited to other accounts. Use another key, or ask the operator for one."""),
    NOT_FOUND(404, "There is nothing here", """
            No call of this service has this address. The calls are described under /q/openapi."""),
    UNKNOWN_ACCOUNT(404, "No such account", """
            No X account with this id is kept here: it never consented, or it was erased."""),
    UNKNOWN_KEY(404, "No such API key", """
            No API key has this id: it was never made, or it was deleted."""),
    UNKNOWN_WEBHOOK(404, "No such webhook", """
            No webhook has this id, or it has no delivery of this id: it was never made, or it was deleted. Deliveries \
            are forgotten after 30 days."""),
    METHOD_NOT_ALLOWED(405, "This method is not for this address", """
            The address exists, but takes other methods than the one that was used."""),
    NOT_ACCEPTABLE(406, "Not in a form you accept", """
            The Accept header asks for a form that this call does not answer in. Ask for application/json."""),
    SLOW_UPLOAD(408, "The upload was too slow", """
            The body stood still for half a minute, or took longer than 15 minutes in all; a short one did not come within a \
            minute. Whether X did anything with what it had got is not known. Send it again over a better connection, or in \
            smaller parts."""),
    CONSENT_NEEDED(409, "The person must consent again", """
            The grant of this account is over: the person took it back, it expired, it was replaced by a consent \
            elsewhere, or an answer of X was lost. No retry can mend that. The member "consent_link", where there is \
            one, is a one-time address to send to the person; after their consent this call works again."""),
    ROTATION_RUNNING(409, "The vault is being sealed anew already", """
            A data key was added before, and values are still sealed anew under it. Nothing was done. \
            GET /api/v1/vault shows how far it is; ask again when it has finished."""),
    WEBHOOK_DISABLED(409, "The webhook is disabled", """
            Nothing is sent to this webhook, since it answered 410 Gone or failed for days. The member "why" says which. \
            Mend the receiver, then enable the webhook."""),
    TOO_MANY_WEBHOOKS(409, "There are too many webhooks", """
            No more webhooks can be made. Delete one that is not needed, or let one of them tell the others."""),
    TOO_LARGE(413, "The request is too large", """
            The body is larger than this service takes."""),
    UNSUPPORTED_MEDIA_TYPE(415, "Not in a form we read", """
            The Content-Type names a form that this call does not read. Send application/json."""),
    TOO_MANY_WRONG_KEYS(429, "Too many wrong API keys", """
            So many wrong keys came from this address that no more are looked at for a while. Come again after the time \
            in Retry-After, with a good key. Keys that were good from this address in the last hour still work."""),
    REFRESHED_TOO_SOON(429, "The account was refreshed less than a minute ago", """
            An account is refreshed before its time once a minute at most: each refresh spends a token at X. Nothing was \
            done. GET …/token has the token that the last refresh brought; come again after the time in Retry-After."""),
    TOO_MANY_UPLOADS(429, "Too many uploads at the same time", """
            This API key, or all of them together, have as many long bodies on their way to X as are let through at a time. \
            Nothing was sent. Come again after the time in Retry-After, or send fewer at a time."""),
    TOO_MANY_STREAMS(429, "Too many event streams are open", """
            This API key has as many event streams open as one key may have on one replica. Close one of them first; one \
            stream has all events that the key may see."""),
    X_RATE_LIMITED(429, "X takes no more of these calls for now", """
            X said a moment ago that this account has made all the calls that it may make to this endpoint for now. X was \
            not asked again. Come again after the time in Retry-After; other endpoints are not affected."""),
    INTERNAL(500, "Something went wrong here", """
            The fault is on our side. The member "instance" names this occurrence; the operator finds it in the log \
            by that name."""),
    X_FAILED(502, "X did not do it", """
            X answered in a way that is no use here. The grant is kept. The detail says what X said."""),
    STORE_UNAVAILABLE(503, "The store cannot be reached", """
            The database is away, so nothing can be read or safely changed. Come again after the time in Retry-After."""),
    TOKEN_UNAVAILABLE(503, "The token cannot be had now", """
            A valid access token cannot be had at this moment: X is busy, away, or refuses this app. The grant is kept. \
            Come again after the time in Retry-After.""");

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

    /** What a bare status means; the first that has it is the general one. */
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

    /** A relative reference, RFC 9457 §3.1.1: it resolves against the address that was called. */
    URI uri() {
        return URI.create(BASE + slug());
    }
}
