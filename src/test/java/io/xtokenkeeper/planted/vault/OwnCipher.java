package io.xtokenkeeper.planted.vault;

import javax.crypto.SecretKey;

/** A key outside crypto. */
record OwnCipher(SecretKey key) {}
