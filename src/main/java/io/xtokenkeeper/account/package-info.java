/**
 * Accounts and their grants: the entity and its repository, the token cache, saving the grant of a consent or an import,
 * and the queue of revocations. Refreshing belongs to {@code refresh}, HTTP to {@code api}.
 */
package io.xtokenkeeper.account;
