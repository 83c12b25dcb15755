/**
 * What all HTTP responses share: problems (RFC 9457), the mapping of exceptions to them, error pages, security headers, body
 * limits and the public base URL. It does not depend on consents, accounts or tokens.
 */
package io.xtokenkeeper.http;
