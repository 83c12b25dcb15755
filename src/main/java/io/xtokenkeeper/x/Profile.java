package io.xtokenkeeper.x;

import io.xtokenkeeper.token.AccountId;
import java.util.Optional;

/** Who an access token belongs to. Everything but the id may be missing (X's OpenAPI requires no field). */
public record Profile(AccountId id, Optional<String> username, Optional<String> name, Optional<String> pictureUrl) {}
