package io.xtokenkeeper.sandbox;

import io.xtokenkeeper.sandbox.faults.FaultConfig;
import io.xtokenkeeper.sandbox.grants.ClientApp;
import io.xtokenkeeper.sandbox.grants.Lifetimes;
import io.xtokenkeeper.sandbox.grants.TestUser;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * What a simulator is started with; {@link FaultConfig} is what can change while it runs.
 *
 * @param app the app under test
 * @param otherApps further apps, to test grants of another app
 * @param users the users offered on the consent page; any other id may be typed in
 * @param lives the life of access tokens is the initial {@link FaultConfig#accessTokenLife()}
 * @param seed makes tokens repeatable
 */
public record SandboxOptions(
        Address address,
        ClientApp app,
        List<ClientApp> otherApps,
        List<TestUser> users,
        Lifetimes lives,
        long seed,
        InstantSource clock) {
    /**
     * The address that the simulator listens on.
     *
     * @param port 0 for any free one
     * @param publicUrl the base URL for browsers, if it differs from {@code http://host:port}
     */
    public record Address(String host, int port, Optional<URI> publicUrl) {
        static Address loopback() {
            return new Address("127.0.0.1", 0, Optional.empty());
        }

        /** A listener on all interfaces is reached over loopback. */
        String reachableHost() {
            return host.equals("0.0.0.0") ? "127.0.0.1" : host;
        }
    }

    public static final String CLIENT_ID = "sandbox-client";
    public static final String CLIENT_SECRET = "sandbox-secret-which-opens-nothing";

    public SandboxOptions {
        otherApps = List.copyOf(otherApps);
        users = List.copyOf(users);
    }

    /** Loopback, any free port, one confidential app that accepts any redirect URI, X's lifetimes, the system clock. */
    public static SandboxOptions defaults() {
        return new SandboxOptions(
                Address.loopback(),
                new ClientApp(CLIENT_ID, CLIENT_SECRET, List.of()),
                List.of(),
                TestUser.first(),
                Lifetimes.documented(),
                System.nanoTime(),
                InstantSource.system());
    }

    public String clientId() {
        return app.id();
    }

    public String clientSecret() {
        return app.secret();
    }

    public SandboxOptions withPort(int port) {
        return with(new Address(address.host(), port, address.publicUrl()));
    }

    public SandboxOptions withHost(String host) {
        return with(new Address(host, address.port(), address.publicUrl()));
    }

    public SandboxOptions withPublicUrl(URI publicUrl) {
        return with(new Address(address.host(), address.port(), Optional.of(publicUrl)));
    }

    public SandboxOptions withClientId(String id) {
        return with(new ClientApp(id, app.secret(), app.redirectUris()));
    }

    /** An empty secret makes the app a public one. */
    public SandboxOptions withClientSecret(String secret) {
        return with(new ClientApp(app.id(), secret, app.redirectUris()));
    }

    /** Without URIs, any is accepted. */
    public SandboxOptions withRedirectUris(String... uris) {
        return with(new ClientApp(app.id(), app.secret(), List.of(uris)));
    }

    public SandboxOptions withOtherApps(ClientApp... others) {
        return new SandboxOptions(address, app, List.of(others), users, lives, seed, clock);
    }

    public SandboxOptions withUsers(TestUser... people) {
        return new SandboxOptions(address, app, otherApps, List.of(people), lives, seed, clock);
    }

    public SandboxOptions withAccessTokenLife(Duration life) {
        return with(new Lifetimes(life, lives.refresh(), lives.code()));
    }

    public SandboxOptions withRefreshTokenLife(Duration life) {
        return with(new Lifetimes(lives.access(), life, lives.code()));
    }

    public SandboxOptions withCodeLife(Duration life) {
        return with(new Lifetimes(lives.access(), lives.refresh(), life));
    }

    public SandboxOptions withSeed(long newSeed) {
        return new SandboxOptions(address, app, otherApps, users, lives, newSeed, clock);
    }

    public SandboxOptions withClock(InstantSource newClock) {
        return new SandboxOptions(address, app, otherApps, users, lives, seed, newClock);
    }

    private SandboxOptions with(Address newAddress) {
        return new SandboxOptions(newAddress, app, otherApps, users, lives, seed, clock);
    }

    private SandboxOptions with(ClientApp newApp) {
        return new SandboxOptions(address, newApp, otherApps, users, lives, seed, clock);
    }

    private SandboxOptions with(Lifetimes newLives) {
        return new SandboxOptions(address, app, otherApps, users, newLives, seed, clock);
    }
}
