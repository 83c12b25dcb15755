/**
 * The audit trail: an append-only record of who did what, with ids only, never a secret or a name. Features record their
 * events here; nothing in this package acts on them.
 */
package io.xtokenkeeper.audit;
