/**
 * Step 4, telling: what happened goes to the addresses that asked for it, signed. Decides where a message may go, what it
 * says and when it is tried again. No statement, no call of the API, and nothing that another package acts upon.
 */
package io.xtokenkeeper.webhook;
