/**
 * How outgoing connections are made: through which proxy, trusting which certificates, why a connection failed, and when to
 * call again ({@code Retry-After}). The same for X, webhooks, the OpenID provider and the command line. It does not depend on
 * what is sent.
 */
package io.xtokenkeeper.egress;
