/**
 * Serves access tokens to callers: {@code GET /api/v1/accounts/{id}/token}, from the token cache if the cached one is
 * valid long enough, otherwise after a refresh; and {@code POST /api/v1/accounts/{id}/refresh}.
 */
package io.xtokenkeeper.token;
