package io.xtokenkeeper.http;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Replaces a user's profile picture on a page: initials on a coloured ground. Profile pictures are not loaded, because they
 * are on a host of X, which would see who views which account.
 *
 * @param letters one or two
 * @param colour from 0 up to, but not including, {@link #COLOURS}; selects a class of the stylesheet
 */
@RegisterForReflection
public record Avatar(String letters, int colour) {
    private static final int COLOURS = 8;

    /** @param id determines the colour, so that the colour does not change with the name */
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
