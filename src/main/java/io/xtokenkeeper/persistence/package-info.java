/** What every feature that reads or writes the database shares. Knows nothing of accounts, tokens or HTTP. */
package io.xtokenkeeper.persistence;
