package io.xtokenkeeper.consent;

import java.util.List;
import java.util.Optional;

/**
 * What the page of a consent link shows the user, before X's own page.
 *
 * @param app the application that requests access
 * @param purpose the reason, as entered by the creator of the link
 * @param scopes what access is requested, as display text
 * @param user whom the link is for: a user name, or else an X user id
 * @param href starts the consent
 * @param declineHref where "No, thanks" leads
 */
public record ConsentLinkView(
        String app,
        Optional<String> purpose,
        List<String> scopes,
        Optional<String> user,
        String href,
        String declineHref) {}
