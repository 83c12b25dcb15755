/**
 * How outgoing requests leave this host: through which proxy, trusting which certificates, and why a connection failed. The same
 * for X, webhooks, the OpenID provider and the command line. It knows nothing of what is sent.
 */
package io.xtokenkeeper.egress;
