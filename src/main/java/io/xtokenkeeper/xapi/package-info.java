/**
 * The only package that knows X's endpoints and X's JSON. It calls once, with a deadline, without retry or redirect, and turns
 * every possible response, or the lack of one, into a sealed type. It decides nothing about grants.
 */
package io.xtokenkeeper.xapi;
