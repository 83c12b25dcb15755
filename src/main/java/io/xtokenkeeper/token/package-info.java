/**
 * Hands out access tokens: {@code GET /api/v1/accounts/{id}/token}, from the token cache where it is valid long enough, by a
 * refresh otherwise.
 */
package io.xtokenkeeper.token;
