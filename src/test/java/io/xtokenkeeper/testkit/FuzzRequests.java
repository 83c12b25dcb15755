package io.xtokenkeeper.testkit;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Random requests, from nearly valid to nonsense; the same ones for the same seed. */
public final class FuzzRequests {
    /** Must not appear on a page unescaped. */
    public static final String MARKUP = "<script>fuzz";
    /** Must not become a header. */
    public static final String HEADER = "x-fuzz:";

    private static final List<String> PAGES = List.of(
            "GET /oauth/callback",
            "GET /oauth/authorize",
            "GET /oauth/connected",
            "GET /sign-in",
            "POST /sign-in",
            "POST /sign-out",
            "GET /",
            "GET /operator/disconnect",
            "POST /operator/disconnect",
            "POST /operator/refresh",
            "GET /operator/account",
            "POST /operator/invite",
            "POST /operator/keys",
            "GET /operator/keys/revoke",
            "POST /operator/webhooks",
            "GET /operator/webhook",
            "POST /operator/webhook/resend",
            "POST /operator/import",
            "POST /operator/import/piece",
            "GET /live/row",
            "GET /problems/{slug}");
    private static final List<String> METHODS =
            List.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "FUZZ");
    private static final List<String> FIELDS = List.of(
            "state",
            "code",
            "iss",
            "error",
            "error_description",
            "scope",
            "return_to",
            "link",
            "account",
            "told",
            "q",
            "sort",
            "purpose",
            "days",
            "right",
            "grants",
            "webhook",
            "delivery",
            "before",
            "url",
            "event",
            "key",
            "csrf-token",
            "status",
            "limit",
            "cursor",
            "min_ttl",
            "after",
            "verify",
            "name",
            "rights",
            "accounts",
            "expires_in",
            "expected_user",
            "x_user_id",
            "refresh_token",
            "access_token",
            "expires_at",
            "username",
            "url",
            "types",
            "id",
            "denied");
    private static final List<String> WORDS = List.of(
            "601",
            "602",
            "603",
            "1",
            "0",
            "-1",
            "99999999999999999999",
            "2244994945",
            "pending-",
            "true",
            "null",
            "NaN",
            "1e400",
            "read",
            "manage",
            "ACTIVE",
            "2030-01-01T00:00:00Z",
            "+999999999-12-31T23:59:59Z",
            "/",
            "//evil",
            "https://evil.example/",
            "tweet.read users.read",
            "access_denied",
            "temporarily_unavailable",
            "..",
            "%",
            "%zz",
            "%00",
            "%C0%AF",
            "../../etc/passwd",
            "${7*7}",
            "{7*7}",
            "{{7*7}}",
            "' or 1=1 --",
            "\u0000",
            "\u00e9\u00ff",
            "\r\nX-Fuzz: 1",
            "\\",
            "\"",
            "[]",
            "{}",
            MARKUP + "</script>",
            "\"><img src=x onerror=fuzz>",
            "a@b:c");
    private static final List<String> TYPES = List.of(
            "application/json",
            "application/x-ndjson",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "multipart/form-data",
            "text/plain",
            "text/xml",
            "*/*",
            ";",
            "application/json; charset=fuzz");

    private final List<String> operations;
    private final String session;
    private final Random random;

    /**
     * @param operations of the API, each as method and path
     * @param session the cookie of an admin who is signed in
     */
    public FuzzRequests(List<String> operations, String session, long seed) {
        this.operations = operations;
        this.session = session;
        this.random = new Random(seed);
    }

    public String next() {
        var target = one(chance(2) ? PAGES : operations).split(" ", 2);
        var method = chance(20) ? one(METHODS) : target[0];
        var path = path(target[1]) + (chance(3) ? "" : "?" + query());
        var body = method.equals("GET") && !chance(50) ? "" : body();
        return method + " " + path + " HTTP/1.1\r\nHost: " + (chance(50) ? "evil.example" : "localhost") + "\r\n"
                + headers(target[1].startsWith("/api/")) + framed(body);
    }

    private String path(String template) {
        var path = new StringBuilder();
        for (var part : template.split("(?=\\{)|(?<=})")) {
            path.append(part.startsWith("{") ? encoded(chance(2) ? one(WORDS.subList(0, 3)) : word()) : part);
        }
        return chance(30) ? path + "/" + encoded(word()) : path.toString();
    }

    private String query() {
        return some(4, () -> one(FIELDS) + "=" + encoded(word()), "&");
    }

    private String headers(boolean call) {
        var headers = new StringBuilder();
        if (call ? !chance(6) : chance(10)) {
            headers.append("Authorization: ")
                    .append(chance(20) ? visible(word()) : "Bearer ")
                    .append(chance(8) ? "xtk_" + visible(word()) : KeeperProcess.ADMIN_KEY)
                    .append("\r\n");
        }
        if (chance(3)) {
            headers.append("Content-Type: ").append(one(TYPES)).append("\r\n");
        } else {
            headers.append("Content-Type: ").append(TYPES.get(call ? 0 : 2)).append("\r\n");
        }
        if (!call) {
            headers.append("Cookie: ")
                    .append(chance(3) ? "keeper-session=" + visible(word()) : session)
                    .append("; keeper-form=")
                    .append(chance(3) ? visible(word()) : TOKEN)
                    .append("; keeper-browser=")
                    .append(visible(word()))
                    .append("\r\n");
        }
        if (chance(8)) {
            headers.append(one(
                            List.of("Accept", "X-Forwarded-For", "Last-Event-ID", "Sec-Fetch-Site", "Accept-Encoding")))
                    .append(": ")
                    .append(visible(word()))
                    .append("\r\n");
        }
        return headers.toString();
    }

    /** A CSRF token that matches its cookie: without one every form would be rejected. */
    private static final String TOKEN = "A".repeat(43);

    private String body() {
        return switch (random.nextInt(8)) {
            case 0 -> "";
            case 1 -> word();
            case 2 -> "[".repeat(random.nextInt(3_000));
            case 3 -> "[" + some(3, this::object, ",") + "]";
            case 4 -> some(4, this::object, "\n");
            case 5, 6 -> some(3, () -> one(FIELDS) + "=" + encoded(word()), "&") + "&csrf-token=" + TOKEN;
            default -> object();
        };
    }

    private String object() {
        return "{" + some(4, () -> "\"" + one(FIELDS) + "\":" + value(), ",") + "}";
    }

    private String value() {
        return switch (random.nextInt(6)) {
            case 0 -> one(List.of("null", "true", "-1", "1e999", "60", "3600", "99999999999999999999"));
            case 1 -> "[" + some(3, () -> quoted(word()), ",") + "]";
            case 2 -> "{\"a\":" + quoted(word()) + "}";
            default -> quoted(word());
        };
    }

    private String word() {
        return switch (random.nextInt(12)) {
            case 0 -> one(WORDS).repeat(1 + random.nextInt(40));
            case 1 -> "a".repeat(random.nextInt(3_000));
            case 2 ->
                IntStream.range(0, random.nextInt(30))
                        .mapToObj(i -> Character.toString((char) random.nextInt(256)))
                        .collect(Collectors.joining());
            case 3 -> one(WORDS) + one(WORDS);
            default -> one(WORDS);
        };
    }

    private String framed(String body) {
        if (body.isEmpty() && chance(2)) {
            return "\r\n";
        }
        return chance(10)
                ? "Transfer-Encoding: chunked\r\n\r\n"
                        + (body.isEmpty() ? "" : Integer.toHexString(body.length()) + "\r\n" + body + "\r\n")
                        + "0\r\n\r\n"
                : "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("[\\x00-\\x1f]", "\\\\u0001") + "\"";
    }

    /** For a header: without characters that would end it. */
    private static String visible(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "");
    }

    private String encoded(String text) {
        return chance(20) ? text.replaceAll("[\\x00-\\x20#]", "") : URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private String some(int most, Supplier<String> each, String between) {
        return IntStream.range(0, random.nextInt(most + 1))
                .mapToObj(i -> each.get())
                .collect(Collectors.joining(between));
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private <T> T one(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
