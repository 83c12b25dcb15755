/**
 * Accounts and their grants: the entity and its repository, the token cache, and saving the grant of a consent or an import.
 * Refreshing belongs to {@code refresh}, disconnecting to {@code revocation}, HTTP to {@code api}.
 */
package io.xtokenkeeper.account;
