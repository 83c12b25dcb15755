package io.xtokenkeeper.x;

import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.DisplayText;
import java.util.Optional;

/**
 * Who an access token belongs to. Everything but the id may be missing (X's OpenAPI requires no field), and holds only what
 * can be stored and shown, whatever X sent.
 */
public record Profile(AccountId id, Optional<String> username, Optional<String> name, Optional<String> pictureUrl) {
    public Profile {
        username = username.flatMap(DisplayText::username);
        name = name.flatMap(DisplayText::name);
        pictureUrl = pictureUrl.flatMap(DisplayText::pictureUrl);
    }
}
