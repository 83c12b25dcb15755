package io.xtokenkeeper.testkit;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** A connection that is kept alive, with requests as raw bytes: sends also what no HTTP client would send. */
public final class Wire implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;
    private static final int BETWEEN_PIECES_MILLIS = 150;

    private final URI server;
    private Socket socket;
    private InputStream in;

    public Wire(URI server) {
        this.server = server;
    }

    /** @param head status line and headers */
    public record Answer(int status, String head, String body) {
        /** Empty if it is missing. */
        public String header(String name) {
            return head.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse("");
        }
    }

    /** @return empty if the server closed the connection without a response */
    public Optional<Answer> send(String request) throws IOException {
        write(request);
        return answer(request);
    }

    /** Sends the body after a pause in which the server can process the headers. */
    public Optional<Answer> sendInPieces(String head, String body) throws IOException {
        write(head);
        Sleep.millis(BETWEEN_PIECES_MILLIS);
        write(body);
        return answer(head);
    }

    private void write(String bytes) throws IOException {
        connect();
        try {
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            // it may have responded and closed the connection before it read everything
        }
    }

    private Optional<Answer> answer(String request) throws IOException {
        try {
            var head = head();
            var answer = new Answer(Integer.parseInt(head.split(" ", 3)[1]), head, "");
            if (answer.header("Content-Type").startsWith("text/event-stream")) {
                close();
                return Optional.of(answer);
            }
            var body = request.startsWith("HEAD ") ? "" : body(answer);
            if (answer.header("Connection").equalsIgnoreCase("close")) {
                close();
            }
            return Optional.of(new Answer(answer.status(), head, body));
        } catch (EOFException | java.net.SocketException e) {
            close();
            return Optional.empty();
        }
    }

    private void connect() throws IOException {
        if (socket == null) {
            socket = new Socket(server.getHost(), server.getPort());
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
        }
    }

    private String head() throws IOException {
        var head = new StringBuilder();
        for (var line = line(); !line.isEmpty(); line = line()) {
            head.append(line).append('\n');
        }
        return head.toString();
    }

    private String body(Answer answer) throws IOException {
        if (answer.status() == 204 || answer.status() == 304) {
            return "";
        }
        if (answer.header("Transfer-Encoding").equalsIgnoreCase("chunked")) {
            var body = new StringBuilder();
            for (var size = size(); size > 0; size = size()) {
                body.append(bytes(size));
                line();
            }
            line();
            return body.toString();
        }
        var length = answer.header("Content-Length");
        return length.isEmpty() ? "" : bytes(Integer.parseInt(length));
    }

    private int size() throws IOException {
        return Integer.parseInt(line().strip(), 16);
    }

    private String bytes(int count) throws IOException {
        var bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException();
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (var next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException();
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }
}
