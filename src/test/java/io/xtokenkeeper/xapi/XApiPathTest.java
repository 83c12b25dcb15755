package io.xtokenkeeper.xapi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XApiPathTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "2/users/me",
                "2/tweets/search/recent?query=from%3Ax%20-is:retweet&max_results=10",
                "2/users/by/username/_x_",
                "2/dm_conversations/123-456/messages",
                "2/media/upload/initialize",
                "2/tweets?ids=1,2&expansions=author_id",
                "2/users/me?",
                "2/openapi.json"
            })
    void whatXKnowsIsTakenAsItIs(String raw) {
        assertThat(XApiPath.parse(raw)).map(XApiPath::requestTarget).contains("/" + raw);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2",
                "2/",
                "2//a",
                "2/a/",
                "3/a",
                "22/a",
                "/2/a",
                "2/.",
                "2/..",
                "2/...",
                "2/a/../b",
                "2/%61",
                "2/a%00",
                "2/a b",
                "2/a\r\nX: y",
                "2/é",
                "2/a\\b",
                "2/a;b",
                "2/a@b",
                "2/a:b",
                "2/a?b c",
                "2/a?b\r\nX: y",
                "2/a?é",
                "2/a#b",
                "2/a?b#c",
                "2/oauth2/token",
                "2/OAUTH2/token",
                "2/oauth2",
                "2/oauth/anything",
                "http://h/2/a"
            })
    void whatIsNotPlainIsNotTaken(String raw) {
        assertThat(XApiPath.parse(raw)).isEmpty();
    }

    @Test
    void anEndpointIsThePathWithoutItsIds() {
        assertThat(endpoint("2/users/123/bookmarks/456?max_results=1")).isEqualTo("2/users/*/bookmarks/*");
        assertThat(endpoint("2/tweets/123")).isEqualTo("2/tweets/*");
        assertThat(endpoint("2/users/by/username/x2")).isEqualTo("2/users/by/username/x2");
    }

    private static String endpoint(String raw) {
        return XApiPath.parse(raw).orElseThrow().endpoint();
    }
}
