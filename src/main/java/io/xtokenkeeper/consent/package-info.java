/**
 * Step 1, the browser: a person is sent to X, comes back with a code, and is told in plain words how it went. Begins and
 * ends consents, and says each outcome's page in one place. What is kept afterwards is the vault's; how tokens stay
 * alive is nobody's business here.
 */
package io.xtokenkeeper.consent;
