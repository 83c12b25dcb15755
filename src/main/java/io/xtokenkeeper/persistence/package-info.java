/**
 * What every feature that uses the database shares: transactions, named SQL statements, and one exception with one list of
 * SQLSTATEs. It knows nothing of accounts, tokens or HTTP.
 */
package io.xtokenkeeper.persistence;
