package io.xtokenkeeper.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An HTTP proxy with Basic authentication: tunnels by CONNECT, and forwards requests with an absolute URL, one per
 * connection. Host names can be mapped to other addresses, as in a network where only the proxy can resolve them.
 */
public final class ForwardProxy implements AutoCloseable {
    public static final String USER = "keeper";
    /** Each of its special characters has to be encoded in a URL, or has a meaning in a shell. */
    public static final String PASSWORD = "p$$ w@rd:/%";

    private final ServerSocket server;
    private final List<String> targets = new CopyOnWriteArrayList<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> known = new ConcurrentHashMap<>();
    private volatile int refuseWith;

    public ForwardProxy() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /** The value for KEEPER_HTTP_PROXY. */
    public String setting() {
        return "http://" + USER + ":p$$%20w%40rd%3A%2F%25@127.0.0.1:" + server.getLocalPort();
    }

    public String settingWithWrongPassword() {
        return "http://" + USER + ":wrong-word@127.0.0.1:" + server.getLocalPort();
    }

    /** Maps this host name to a port of this machine, whatever port is requested. */
    public void knows(String host, int port) {
        known.put(host, port);
    }

    /** Responds to every request with this status from now on; 0 for none. */
    public void refuseWith(int status) {
        refuseWith = status;
    }

    /** Requests that were let through, as method and authority, in the order received. */
    public List<String> targets() {
        return List.copyOf(targets);
    }

    /** Requests that were rejected because of a missing or wrong user or password. */
    public List<String> refused() {
        return List.copyOf(refused);
    }

    public void forget() {
        targets.clear();
        refused.clear();
    }

    private void accept() {
        try {
            while (true) {
                var client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket client) {
        try (client) {
            var head = head(client.getInputStream());
            var line = head.split("\r\n", 2)[0].split(" ");
            var tunnel = line[0].equals("CONNECT");
            var authority = tunnel ? line[1] : URI.create(line[1]).getRawAuthority();
            if (!head.contains("\r\nproxy-authorization: " + basic() + "\r\n")
                    && !head.contains("\r\nProxy-Authorization: " + basic() + "\r\n")) {
                refused.add(line[0] + " " + authority);
                say(client, 407, "Proxy-Authenticate: Basic realm=\"proxy\"\r\n");
            } else if (refuseWith != 0) {
                say(client, refuseWith, "");
            } else {
                targets.add(line[0] + " " + authority);
                pass(client, authority, tunnel ? "" : forwarded(head, line));
            }
        } catch (IOException e) {
            // one side closed the connection
        }
    }

    private static String basic() {
        return "Basic " + Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    }

    private static void say(Socket client, int status, String headers) throws IOException {
        client.getOutputStream()
                .write(("HTTP/1.1 " + status + " Said by the proxy\r\n" + headers
                                + "Content-Length: 0\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The request for the target server: the path only, no proxy headers, and one request per connection. */
    private static String forwarded(String head, String[] line) {
        var url = URI.create(line[1]);
        var target = url.getRawPath() + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery());
        return line[0] + " " + target + " " + line[2] + "\r\nConnection: close\r\n"
                + head.split("\r\n", 2)[1].replaceAll("(?i)(?m)^proxy-authorization:.*\r\n", "");
    }

    private void pass(Socket client, String authority, String firstHead) throws IOException {
        var colon = authority.lastIndexOf(':');
        var host = authority.substring(0, colon);
        var port = Integer.parseInt(authority.substring(colon + 1));
        try (var upstream = known.containsKey(host)
                ? new Socket(InetAddress.getLoopbackAddress(), known.get(host))
                : new Socket(host, port)) {
            if (firstHead.isEmpty()) {
                client.getOutputStream().write("HTTP/1.1 200 Connected\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            } else {
                upstream.getOutputStream().write(firstHead.getBytes(StandardCharsets.ISO_8859_1));
            }
            Thread.ofVirtual().start(() -> pump(client, upstream));
            upstream.getInputStream().transferTo(client.getOutputStream());
        }
    }

    private static void pump(Socket from, Socket to) {
        try (to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // one side closed the connection
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            var next = in.read();
            if (next < 0) {
                throw new IOException("no request");
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
