/**
 * What every answer to a browser or a caller looks like: the frame of pages and their headers, refusals a person can
 * read, problems a program can read (RFC 9457), and the one place where an exception becomes either. Knows nothing of
 * consents, accounts or tokens.
 */
package io.xtokenkeeper.web;
