/** Wiring: configuration read and checked, beans made, things started in order. Knows all, is known by none. */
package io.xtokenkeeper.app;
