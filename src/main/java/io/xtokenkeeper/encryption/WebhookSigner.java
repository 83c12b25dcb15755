package io.xtokenkeeper.encryption;

import io.xtokenkeeper.domain.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs webhook messages, so that receivers can verify who sent them: Standard Webhooks 1.0, symmetric (HMAC-SHA-256). */
public final class WebhookSigner {
    private static final String SECRET_PREFIX = "whsec_";
    private static final String SCHEME = "v1,";
    private static final String HMAC = "HmacSHA256";
    private static final int SECRET_BYTES = 32;

    private WebhookSigner() {}

    /** Generates a signing secret, in the form that is shown: {@code whsec_} and 32 random bytes in base64. */
    public static Secret newSecret() {
        var bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Secret.of(SECRET_PREFIX + Base64.getEncoder().encodeToString(bytes));
    }

    /** The value of the header {@code webhook-signature}: one signature for each secret, separated by spaces. */
    public static String header(List<Secret> secrets, String id, Instant at, String body) {
        var content = id + '.' + at.getEpochSecond() + '.' + body;
        return secrets.stream().map(secret -> SCHEME + hmac(secret, content)).collect(Collectors.joining(" "));
    }

    private static String hmac(Secret secret, String content) {
        var bytes = Base64.getDecoder().decode(secret.reveal().substring(SECRET_PREFIX.length()));
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(bytes, HMAC));
            return Base64.getEncoder().encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC with SHA-256", e);
        }
    }
}
