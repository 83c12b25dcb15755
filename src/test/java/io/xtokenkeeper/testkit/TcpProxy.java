package io.xtokenkeeper.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import javax.net.ServerSocketFactory;

/** A TCP proxy to a port of this machine that can delay or withhold responses, and slow down requests. */
public final class TcpProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 65_536;

    private final ServerSocket server;
    private final int target;
    private volatile Duration delay = Duration.ZERO;
    private volatile Duration pause = Duration.ZERO;
    private boolean held;

    public TcpProxy(int target) {
        this(ServerSocketFactory.getDefault(), target);
    }

    TcpProxy(ServerSocketFactory factory, int target) {
        try {
            this.server = factory.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Delays the target's bytes by this much from now on. */
    public void delayAnswers(Duration newDelay) {
        delay = newDelay;
    }

    /** How long each part of a request, of at most {@value #BUFFER_BYTES} bytes, takes from now on. */
    public void slowDown(Duration newPause) {
        pause = newPause;
    }

    /** Withholds everything that the target sends, including what is being delayed, until {@link #release}. */
    public synchronized void hold() {
        held = true;
    }

    public synchronized void release() {
        held = false;
        notifyAll();
    }

    private synchronized void waitWhileHeld() throws InterruptedException {
        while (held) {
            wait();
        }
    }

    private void accept() {
        try {
            while (true) {
                var client = server.accept();
                var upstream = new Socket(InetAddress.getLoopbackAddress(), target);
                client.setTcpNoDelay(true);
                upstream.setTcpNoDelay(true);
                Thread.ofVirtual().start(() -> pump(client, upstream, false));
                Thread.ofVirtual().start(() -> pump(upstream, client, true));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void pump(Socket from, Socket to, boolean answers) {
        try (from;
                to) {
            var buffer = new byte[BUFFER_BYTES];
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (var count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (answers) {
                    Thread.sleep(delay);
                    waitWhileHeld();
                } else {
                    Thread.sleep(pause);
                }
                out.write(buffer, 0, count);
            }
        } catch (IOException e) {
            // one side closed the connection
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops listening; connections end with their clients. */
    @Override
    public void close() {
        release();
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
