package io.xtokenkeeper.account;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.DisplayText;
import java.util.Optional;

/**
 * The X user that a grant belongs to, as X's users/me endpoint returned it. Text that cannot be stored or shown is
 * removed.
 */
public record Person(AccountId id, Optional<String> username, Optional<String> name, Optional<String> pictureUrl) {
    public Person {
        username = username.flatMap(DisplayText::username);
        name = name.flatMap(DisplayText::name);
        pictureUrl = pictureUrl.flatMap(DisplayText::pictureUrl);
    }
}
