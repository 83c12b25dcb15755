/**
 * Authentication and authorization: API keys and their permissions, admin sessions, sign-in with a key or by OpenID Connect,
 * and limits for invalid keys. Endpoints declare the permissions they need by annotations.
 */
package io.xtokenkeeper.security;
