/**
 * Accounts and their grants: an entity with its repository, reading tokens through a cache, saving the grant of a consent or an
 * import, and the queue of revocations. Refreshing belongs to {@code refresh}, HTTP to {@code api}.
 */
package io.xtokenkeeper.account;
