package io.xtokenkeeper.xapi;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.DisplayText;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The X user who owns an access token. Every field except the id may be missing (X's OpenAPI document requires none). The
 * fields contain only what can be stored and displayed, whatever X sent.
 */
public record XUser(AccountId id, Optional<String> username, Optional<String> name, Optional<String> pictureUrl) {
    public XUser {
        username = username.flatMap(DisplayText::username);
        name = name.flatMap(DisplayText::name);
        pictureUrl = pictureUrl.flatMap(DisplayText::pictureUrl);
    }

    /** Reads the body of a users/me response. Empty if it does not contain a valid user id. */
    public static Optional<XUser> read(String body) {
        return of(XBody.as(UserResponse.class, new XBody(body.getBytes(StandardCharsets.UTF_8), null).json()));
    }

    static Optional<XUser> of(UserResponse answer) {
        return Optional.ofNullable(answer.data())
                .flatMap(user -> Optional.ofNullable(user.id())
                        .flatMap(AccountId::parse)
                        .filter(id -> !id.isPending())
                        .map(id -> new XUser(
                                id,
                                Optional.ofNullable(user.username()),
                                Optional.ofNullable(user.name()),
                                Optional.ofNullable(user.profileImageUrl()))));
    }
}
