/**
 * Authentication and authorization: API keys and their permissions, admin sessions, sign-in with a key or by OpenID Connect, and
 * limits for wrong keys. Endpoints declare what they need by annotations; what is handed out is decided there.
 */
package io.xtokenkeeper.security;
