/**
 * What all HTTP answers share: problems (RFC 9457) and the one place that maps exceptions to them, error pages, security headers,
 * body limits and the public address. It knows nothing of consents, accounts or tokens.
 */
package io.xtokenkeeper.http;
