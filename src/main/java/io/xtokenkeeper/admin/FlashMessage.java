package io.xtokenkeeper.admin;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The message that a page shows after an action. Its name is a query parameter of the redirect, so a reload does not repeat
 * the action.
 */
enum FlashMessage {
    REFRESHED("The account has a new access token."),
    DISCONNECTED("The account was erased here and its grant revoked at X."),
    ERASED("The account was erased here. X did not confirm the revocation yet; it is asked again until it does."),
    LINK_WITHDRAWN("The link does not work any more."),
    PERSON_ERASED("The account was erased here and its grant revoked at X. The history has a pseudonym now."),
    PERSON_ERASED_NOT_YET(
            "The account was erased here, and the history has a pseudonym now. X did not confirm the revocation"
                    + " yet; the id and the encrypted tokens are kept until it does."),
    KEY_REVOKED("The key is revoked."),
    TEST_SENT("A test is on its way; load the page again in a second to see how it went."),
    SENT_AGAIN("The message is sent once more; load the page again in a second to see how it went."),
    WEBHOOK_ENABLED("The webhook is enabled; what waited for it goes on."),
    WEBHOOK_DELETED("The webhook is deleted."),
    ROTATION_BEGUN("A data key was added. All values are being re-encrypted with it."),
    ROTATION_RUNS("A data key was added before, and values are still being re-encrypted with it.");

    private final String words;

    FlashMessage(String words) {
        this.words = words;
    }

    static Optional<FlashMessage> parse(String text) {
        return Arrays.stream(values())
                .filter(flash -> flash.inAddress().equals(text))
                .findFirst();
    }

    /** The text of the message that the query parameter names. */
    static Optional<String> words(Optional<String> text) {
        return text.flatMap(FlashMessage::parse).map(FlashMessage::words);
    }

    String words() {
        return words;
    }

    String inAddress() {
        return name().toLowerCase(Locale.ROOT);
    }
}
