/**
 * How requests leave this host: through which proxy, trusting which certificates, and why a connection was not made. The
 * same for X, webhooks, the OpenID provider and the command line. It knows nothing of what is sent.
 */
package io.xtokenkeeper.egress;
