package io.xtokenkeeper.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathPatternTest {
    @ParameterizedTest
    @CsvSource({
        "2/tweets, 2/tweets",
        "2/users/*, 2/users/me",
        "2/users/*, 2/users/123",
        "2/users/*/tweets, 2/users/123/tweets",
        "2/*/*, 2/users/me",
        "2/dm_conversations/**, 2/dm_conversations/with",
        "2/dm_conversations/**, 2/dm_conversations/with/123/messages",
        "2/users/*/**, 2/users/123/bookmarks/folders",
        "2/**, 2/tweets",
        "2/**, 2/a/b/c/d"
    })
    void pathThatFitsIsAllowed(String pattern, String path) {
        assertThat(new PathPattern(pattern).matches(path)).isTrue();
    }

    /** Paths that the proxy rejects before any key's limits are looked at are here too: the limits must not rely on that. */
    @ParameterizedTest
    @CsvSource({
        "2/tweets, 2/tweets/1",
        "2/tweets, 2/tweet",
        "2/tweets, 2/Tweets",
        "2/tweets, 2/tweets/",
        "2/tweets, 2//tweets",
        "2/tweets, /2/tweets",
        "2/tweets, 2/tweets/.",
        "2/tweets, 2/./tweets",
        "2/tweets, 2/users/../tweets",
        "2/tweets, 2/%74weets",
        "2/tweets, 2/tweets%2f1",
        "2/tweets, 2/tweets?a=b",
        "2/tweets, 2/tweets;a=b",
        "2/tweets, 3/tweets",
        "2/tweets, ''",
        "2/users/*, 2/users",
        "2/users/*, 2/users/",
        "2/users/*, 2/users/1/tweets",
        "2/users/*, 2/users//tweets",
        "2/users/*, 2/Users/me",
        "2/users/*/tweets, 2/users/1/likes",
        "2/users/*/tweets, 2/users/1/2/tweets",
        "2/users/**, 2/users",
        "2/users/**, 2/usersandmore/1",
        "2/users/*/**, 2/users/1",
        "2/a.b, 2/axb"
    })
    void pathThatDoesNotFitIsDenied(String pattern, String path) {
        assertThat(new PathPattern(pattern).matches(path)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2",
                "2/",
                "*",
                "**",
                "*/tweets",
                "/2/tweets",
                "3/tweets",
                "22/tweets",
                "2/tweets/",
                "2//tweets",
                "2/.",
                "2/..",
                "2/users/../tweets",
                "2/users/.hidden",
                "2/use*",
                "2/*s",
                "2/***",
                "2/**/tweets",
                "2/users/**/**",
                "2/users/* /tweets",
                "2/tweets?a=b",
                "2/tweets#a",
                "2/%74weets",
                "2/tw\u00e9ets",
                "2/tweets\n",
                "2/tweets 2/users"
            })
    void whatIsNoPatternIsRejected(String text) {
        assertThat(PathPattern.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"200, true", "201, false"})
    void patternsHaveALimitedLength(int length, boolean accepted) {
        assertThat(PathPattern.parse("2/" + "a".repeat(length - 2)).isPresent()).isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource({
        "2/tweets, 2/tweets, true",
        "2/users/*, 2/users/me, true",
        "2/users/*, 2/users/*, true",
        "2/users/**, 2/users/*, true",
        "2/users/**, 2/users/*/**, true",
        "2/users/**, 2/users/**, true",
        "2/**, 2/users/*/tweets, true",
        "2/users/me, 2/users/*, false",
        "2/users/*, 2/users/**, false",
        "2/users/*, 2/**, false",
        "2/users/*/**, 2/users/**, false",
        "2/users/*/**, 2/users/*, false",
        "2/users/*/tweets, 2/users/*/*, false",
        "2/users, 2/users/**, false"
    })
    void coversWhatMatchesNoMore(String pattern, String other, boolean covers) {
        assertThat(new PathPattern(pattern).covers(new PathPattern(other))).isEqualTo(covers);
    }
}
