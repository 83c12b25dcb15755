package io.xtokenkeeper.cli;

/** A command that cannot go on; the message is for the person who typed it and holds no secret. */
final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CommandException(String message) {
        super(message);
    }
}
