/** Violations on purpose: a small world under a root of its own, on which the architecture's rules must bite. */
package io.xtokenkeeper.planted;
