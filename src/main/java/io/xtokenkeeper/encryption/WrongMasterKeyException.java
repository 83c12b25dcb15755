package io.xtokenkeeper.encryption;

/** A data key is wrapped with another master key than those that were given. The message contains ids only. */
public final class WrongMasterKeyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongMasterKeyException(String expected, String given) {
        super("the database is encrypted with master key " + expected + ", but KEEPER_MASTER_KEY is key " + given
                + ": give the right one, or give the old one as KEEPER_MASTER_KEY_PREVIOUS to change it");
    }
}
