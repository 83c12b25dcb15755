/** Who did what, ids only: never a secret, never a name. Whoever acts says so here; nothing here acts. */
package io.xtokenkeeper.audit;
