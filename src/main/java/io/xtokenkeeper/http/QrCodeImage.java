package io.xtokenkeeper.http;

import io.nayuki.qrcodegen.QrCode;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A QR code (ISO/IEC 18004) of an address, to print or to show. */
public final class QrCodeImage {
    /** The light border that readers need, in modules. */
    private static final int BORDER = 4;

    private final QrCode code;

    public QrCodeImage(String text) {
        code = QrCode.encodeText(text, QrCode.Ecc.MEDIUM);
    }

    /** Dark modules on white; scales to the width of its container. */
    public String svg() {
        var size = code.size + 2 * BORDER;
        var dark = IntStream.range(0, code.size)
                .boxed()
                .flatMap(y -> IntStream.range(0, code.size)
                        .filter(x -> code.getModule(x, y))
                        .mapToObj(x -> "M" + (x + BORDER) + "," + (y + BORDER) + "h1v1h-1z"))
                .collect(Collectors.joining());
        return ("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %1$d %1$d\" shape-rendering=\"crispEdges\">"
                        + "<path fill=\"#fff\" d=\"M0,0h%1$dv%1$dH0z\"/><path d=\"%2$s\"/></svg>")
                .formatted(size, dark);
    }

    /**
     * Two modules a character, one above the other. The light modules are drawn, so that a reader recognizes it on the dark
     * background of a terminal.
     */
    public String text() {
        return IntStream.iterate(-BORDER, y -> y < code.size + BORDER, y -> y + 2)
                .mapToObj(this::line)
                .collect(Collectors.joining());
    }

    private String line(int y) {
        return IntStream.range(-BORDER, code.size + BORDER)
                .mapToObj(x -> half(!code.getModule(x, y), !code.getModule(x, y + 1)))
                .collect(Collectors.joining("", "", "\n"));
    }

    private static String half(boolean upper, boolean lower) {
        if (upper) {
            return lower ? "█" : "▀";
        }
        return lower ? "▄" : " ";
    }
}
