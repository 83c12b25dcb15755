/**
 * Calls to X's API on behalf of an account, {@code /api/v1/accounts/{id}/x/…}: authorized, streamed in both directions, with
 * a refresh and one repetition if X rejects the access token.
 */
package io.xtokenkeeper.proxy;
