/**
 * What is kept, and the statements that keep it. Secrets are sealed on the way in and opened on the way out; entities
 * and SQL never leave. No HTTP, no decisions about tokens: those are made in {@code consent} and {@code refresh}.
 */
package io.xtokenkeeper.vault;
