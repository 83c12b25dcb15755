/**
 * How often each API key read, refreshed and used the tokens of each account: counted in memory, added up by the hour in the
 * database. Counts only; who changed what is in the audit trail.
 */
package io.xtokenkeeper.usage;
