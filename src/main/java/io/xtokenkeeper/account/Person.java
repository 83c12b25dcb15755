package io.xtokenkeeper.account;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.DisplayText;
import java.util.Optional;

/** Whose a grant is, as X says. */
public record Person(AccountId id, Optional<String> username, Optional<String> name, Optional<String> pictureUrl) {
    public Person {
        username = username.flatMap(DisplayText::username);
        name = name.flatMap(DisplayText::name);
        pictureUrl = pictureUrl.flatMap(DisplayText::pictureUrl);
    }
}
