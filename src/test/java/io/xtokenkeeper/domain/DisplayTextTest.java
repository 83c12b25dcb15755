package io.xtokenkeeper.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DisplayTextTest {
    private static final String ASTRONAUT = "\uD83D\uDC69\u200D\uD83D\uDE80";

    @Test
    void whatCannotBeStoredOrWouldMisleadIsTakenOut() {
        assertThat(DisplayText.name("A\0da\u0007 \u202EL\u202Cove\u2066l\u2069a\u200F\uFEFFce\uD800"))
                .hasValue("Ada Lovelace");
    }

    @Test
    void whiteSpaceBecomesSingleSpaces() {
        assertThat(DisplayText.name("\u2003 Ada\r\n\t \u00A0\u2028Lovelace \u3000"))
                .hasValue("Ada Lovelace");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Zoë Ångström",
                "山田太郎",
                "عبد الله",
                "Ада",
                "نمی\u200Cخواهم",
                "\uD83C\uDFF4\uDB40\uDC67\uDB40\uDC7F"
            })
    void ordinaryNamesStayAsTheyAre(String name) {
        assertThat(DisplayText.name(name)).hasValue(name);
    }

    @Test
    void joinedEmojiStayJoined() {
        assertThat(DisplayText.name(ASTRONAUT)).hasValue(ASTRONAUT);
    }

    @Test
    void itIsClippedBetweenCodePoints() {
        var clipped = DisplayText.name("\uD83D\uDE80".repeat(8_000)).orElseThrow();
        assertThat(clipped.codePointCount(0, clipped.length())).isEqualTo(200);
        assertThat(new String(clipped.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .isEqualTo(clipped);
        assertThat(DisplayText.username("u".repeat(51))).hasValue("u".repeat(50));
        assertThat(DisplayText.line("ab cd", 3)).hasValue("ab");
        assertThat(DisplayText.line("ab cd", 4)).hasValue("ab c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\0", "\u200B\u200D", "\u202E\u202C", "\uDC00", "\u2028"})
    void whatShowsNothingIsAbsent(String text) {
        assertThat(DisplayText.name(text)).isEmpty();
    }

    @Test
    void twiceIsAsOnce() {
        var once = DisplayText.line(" a\u202E b  c\0d ".repeat(50), 99).orElseThrow();
        assertThat(DisplayText.line(once, 99)).hasValue(once);
    }

    @ParameterizedTest
    @CsvSource({
        "https://pbs.twimg.com/profile_images/1/a_normal.jpg, true",
        "HTTP://127.0.0.1:8080/avatars/1.svg, true",
        "javascript:alert(1), false",
        "data:image/png;base64, false",
        "//pbs.twimg.com/a.jpg, false",
        "https:///a.jpg, false",
        "https://pbs.twimg.com/a b.jpg, false",
        "not an address, false"
    })
    void aPictureIsAnAddressOnTheWeb(String url, boolean isPicture) {
        assertThat(DisplayText.pictureUrl(url).isPresent()).isEqualTo(isPicture);
    }

    @Test
    void aPictureWhoseAddressWouldBeChangedIsLeftOut() {
        var base = "https://pbs.twimg.com/";
        assertThat(DisplayText.pictureUrl(base + "a".repeat(2_000 - base.length())))
                .isPresent();
        assertThat(DisplayText.pictureUrl(base + "a".repeat(2_001 - base.length())))
                .isEmpty();
        assertThat(DisplayText.pictureUrl(base + "\0a")).isEmpty();
    }
}
