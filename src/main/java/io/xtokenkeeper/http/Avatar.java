package io.xtokenkeeper.http;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What stands for a person's picture: initials on a colour of their own. X's pictures are on another host, which would learn
 * from each page who looks at whom.
 *
 * @param letters one or two
 * @param colour from 0 up to {@link #COLOURS}; a class of the stylesheet
 */
@RegisterForReflection
public record Avatar(String letters, int colour) {
    private static final int COLOURS = 8;

    /** @param id what the colour comes from, so that it stays the same under another name */
    public static Avatar of(String name, String id) {
        var letters = Arrays.stream(name.strip().split("[\\s_.-]+"))
                .filter(word -> !word.isEmpty())
                .limit(2)
                .map(word -> word.substring(0, word.offsetByCodePoints(0, 1)))
                .collect(Collectors.joining());
        return new Avatar(
                letters.isEmpty() ? "?" : letters.toUpperCase(Locale.ROOT), Math.floorMod(id.hashCode(), COLOURS));
    }
}
