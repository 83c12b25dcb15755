/** Tests that no grant is lost on any path: the packaged service, a real PostgreSQL, a strict X, and faults between them. */
package io.xtokenkeeper.grants;
