/**
 * Accounts with their grants: reading tokens, replacing them by a consent or an import, erasing them and revoking them at X.
 * Refreshing them is {@code refresh}'s.
 */
package io.xtokenkeeper.account;
