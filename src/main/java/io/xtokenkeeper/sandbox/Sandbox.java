package io.xtokenkeeper.sandbox;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.xtokenkeeper.sandbox.faults.FaultConfig;
import io.xtokenkeeper.sandbox.grants.Scope;
import io.xtokenkeeper.sandbox.grants.SeededGrant;
import io.xtokenkeeper.sandbox.grants.UserId;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

/**
 * A running simulator of X, listening on a socket of its own. Strict: PKCE, single-use codes and refresh tokens, exact
 * redirect URIs, client authentication, X's error bodies. What is not known about X can be configured. Thread-safe.
 */
public final class Sandbox implements AutoCloseable {
    private static final int MAX_LINE = 16_384;
    private static final int LARGEST_HEADERS = 65_536;

    private final SimulatorState world;
    private final Vertx vertx;
    private final HttpServer server;
    private final URI url;
    private final URI publicUrl;

    private Sandbox(SandboxOptions options) {
        world = new SimulatorState(options);
        vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        SandboxOptions.Address address = options.address();
        server = vertx.createHttpServer(new HttpServerOptions()
                .setHost(address.host())
                .setPort(address.port())
                .setHttp2ClearTextEnabled(false)
                .setMaxInitialLineLength(MAX_LINE)
                .setMaxHeaderSize(LARGEST_HEADERS));
        CompletableFuture<HttpRouter> front = new CompletableFuture<>();
        server.requestHandler(request -> front.join().handle(request));
        url = listen(address);
        publicUrl = address.publicUrl().orElse(url);
        front.complete(new HttpRouter(vertx, world, this, publicUrl));
    }

    /**
     * Returns when the socket is open.
     *
     * @throws IllegalStateException if it cannot listen on the port
     */
    public static Sandbox start(SandboxOptions options) {
        return new Sandbox(options);
    }

    /** {@code http://host:port}: the base URL of the API. */
    public URI url() {
        return url;
    }

    /** The URL of the consent page. */
    public URI authorizeUrl() {
        return URI.create(publicUrl + "/i/oauth2/authorize");
    }

    public FaultConfig switches() {
        synchronized (world) {
            return world.switches();
        }
    }

    public void set(FaultConfig switches) {
        update(any -> switches);
    }

    /** Changes the fault configuration atomically: no call is processed in between. */
    public FaultConfig update(UnaryOperator<FaultConfig> edit) {
        return world.change(edit);
    }

    public CallLog ledger() {
        return world.ledger();
    }

    /** Issues a valid grant without a browser, as if this user had just consented to the usual scopes. */
    public SeededGrant issueGrant(String userId) {
        return issueGrant(userId, String.join(" ", Scope.usual().names()));
    }

    /**
     * The same for other scopes.
     *
     * @param scope space separated; without {@code offline.access} the refresh token is empty
     */
    public SeededGrant issueGrant(String userId, String scope) {
        Scope wanted = Scope.parse(scope).orElseThrow(() -> new IllegalArgumentException("not a scope: " + scope));
        synchronized (world) {
            return world.seed(UserId.of(userId), world.options().app(), wanted, world.accessLife());
        }
    }

    /** Issues a valid grant of this user for another app: X rejects its refresh by ours. */
    public SeededGrant issueForeignGrant(String userId) {
        synchronized (world) {
            return world.seed(UserId.of(userId), world.foreignApp(), Scope.usual(), world.accessLife());
        }
    }

    /** Issues valid grants of users with consecutive ids from 1000000001. */
    public List<SeededGrant> seed(int count) {
        return seed(count, SeedOrder.FIRST.toString());
    }

    public List<SeededGrant> seed(int count, String firstId) {
        long first = UserId.of(firstId).number();
        return LongStream.range(first, first + count)
                .mapToObj(id -> issueGrant(new UserId(id).toString()))
                .toList();
    }

    /**
     * The user revokes the app's access on X's own settings page.
     *
     * @return how many valid grants that ended
     */
    public long revokeAtX(String userId) {
        synchronized (world) {
            return world.revokeAll(UserId.of(userId));
        }
    }

    /** Deletes grants, codes and call log, and restores the default fault configuration. */
    public void reset() {
        world.reset();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private URI listen(SandboxOptions.Address address) {
        try {
            int port = server.listen()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join()
                    .actualPort();
            return URI.create("http://" + address.reachableHost() + ":" + port);
        } catch (CompletionException taken) {
            close();
            throw new IllegalStateException(
                    "cannot listen on " + address.host() + ":" + address.port(), taken.getCause());
        }
    }
}
