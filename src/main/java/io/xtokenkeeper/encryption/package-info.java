/**
 * The only package that sees keys. A master key, given from outside, wraps data keys; data keys seal values, bound to the
 * place they are stored at. Key material never leaves its class; nothing here knows a table or a request.
 */
package io.xtokenkeeper.encryption;
