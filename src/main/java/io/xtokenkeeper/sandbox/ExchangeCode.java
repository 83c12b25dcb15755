package io.xtokenkeeper.sandbox;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.xtokenkeeper.sandbox.faults.Fault;
import io.xtokenkeeper.sandbox.grants.ClientApp;
import io.xtokenkeeper.sandbox.grants.Grant;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Exchanges an authorization code for the first token pair of a new grant. The first try consumes the code, whether it
 * succeeds or not.
 */
final class ExchangeCode {
    /** RFC 7636, section 4.1. X is reported to be less strict; a client that violates the RFC should find out here. */
    private static final Pattern VERIFIER = Pattern.compile("[A-Za-z0-9._~-]{43,128}");

    private final SimulatorState world;

    ExchangeCode(SimulatorState world) {
        this.world = world;
    }

    Outcome act(Parameters form, ClientApp app, Fault fault) {
        Optional<String> missing = form.firstMissing("code", "redirect_uri", "code_verifier");
        if (missing.isPresent()) {
            return OAuthError.missing(missing.get());
        }
        Optional<Codes.Promise> promise = world.codes()
                .take(form.require("code"), world.now())
                .filter(found -> found.app().equals(app));
        if (promise.isEmpty()) {
            return Outcome.refused(OAuthError.CODE_INVALID);
        }
        if (!promise.get().redirectUri().equals(form.require("redirect_uri"))) {
            return Outcome.refused(OAuthError.REDIRECT_MISMATCH);
        }
        if (!fulfils(form.require("code_verifier"), promise.get().challenge())) {
            return Outcome.refused(OAuthError.VERIFIER_MISMATCH);
        }
        Grant grant = world.consent(promise.get().user(), app, promise.get().scope());
        return Outcome.exchanged(new Pair(world, grant).answer(fault != Fault.NO_REFRESH_TOKEN), grant);
    }

    private static boolean fulfils(String verifier, String challenge) {
        return VERIFIER.matcher(verifier).matches() && s256(verifier).equals(challenge);
    }

    private static String s256(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(US_ASCII)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
