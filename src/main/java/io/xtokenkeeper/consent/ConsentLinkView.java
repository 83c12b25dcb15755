package io.xtokenkeeper.consent;

import java.util.List;
import java.util.Optional;

/**
 * What a person is asked, before X's own page asks it.
 *
 * @param app who asks
 * @param purpose why, in the words of whoever made the link
 * @param scopes what for, in plain words
 * @param user whom the link is for: a user name, or else an X user id
 * @param href where the consent begins
 */
public record ConsentLinkView(
        String app, Optional<String> purpose, List<String> scopes, Optional<String> user, String href) {}
