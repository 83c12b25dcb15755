/**
 * Disconnects accounts and revokes token pairs at X: the queue of token pairs that X has yet to revoke, the revocation of an
 * erased account's pair, and the job that retries what X has not confirmed.
 */
package io.xtokenkeeper.revocation;
