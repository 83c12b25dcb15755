package io.xtokenkeeper.planted.account;

import javax.crypto.SecretKey;

/** A key outside crypto. */
record OwnCipher(SecretKey key) {}
