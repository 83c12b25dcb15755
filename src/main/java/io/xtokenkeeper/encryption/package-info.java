/**
 * The only package that sees keys. A master key from the configuration wraps data keys; data keys encrypt values, bound to the
 * table, row and column they are stored in. Key material never leaves its class; nothing here knows a feature or a request.
 */
package io.xtokenkeeper.encryption;
