/**
 * Envelope encryption; the only package that handles key material. A configured master key wraps data keys; data keys
 * encrypt values, bound to the table, row and column they are stored in. Key material never leaves its class, and nothing
 * here depends on a feature or a request.
 */
package io.xtokenkeeper.encryption;
