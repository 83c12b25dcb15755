/**
 * The only package that knows X's addresses and X's JSON. It asks once, with a deadline, without retry or redirect, and
 * turns every possible answer, or the lack of one, into a sealed type. It decides nothing about grants.
 */
package io.xtokenkeeper.x;
