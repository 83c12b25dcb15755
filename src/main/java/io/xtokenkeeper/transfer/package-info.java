/**
 * Importing and exporting grants: reads records as they arrive, validates each, saves in batches, and reports one result for each
 * record; writes exports as encrypted files.
 */
package io.xtokenkeeper.transfer;
