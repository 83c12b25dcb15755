/**
 * The Authorization Code Flow with PKCE in the browser: the redirect to X, the callback, the page that shows the outcome,
 * and consent links. Each outcome has its status, title and next step in one place. The grant is saved by {@code account}.
 */
package io.xtokenkeeper.consent;
