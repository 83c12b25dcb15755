/**
 * Import and export of grants: an import parses records as they arrive, validates each, saves them in batches and reports
 * one result per record; an export is written as an encrypted file.
 */
package io.xtokenkeeper.transfer;
