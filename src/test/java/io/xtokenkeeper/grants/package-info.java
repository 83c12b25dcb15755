/** No grant is lost on any path: the packaged service, a real PostgreSQL, a strict X, and what goes wrong between them. */
package io.xtokenkeeper.grants;
