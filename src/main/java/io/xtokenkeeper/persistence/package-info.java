/**
 * What all features that use the database share: transactions, named SQL statements, and one exception with one list of
 * SQLSTATEs. It does not depend on accounts, tokens or HTTP.
 */
package io.xtokenkeeper.persistence;
