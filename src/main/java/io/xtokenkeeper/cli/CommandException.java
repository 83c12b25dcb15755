package io.xtokenkeeper.cli;

/** Ends a command; the message is for the user and contains no secret. */
final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CommandException(String message) {
        super(message);
    }
}
