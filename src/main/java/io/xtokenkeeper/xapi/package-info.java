/**
 * The only package that knows X's endpoints and X's JSON. It sends each call once, with a deadline, without retry or
 * redirect, and turns every possible response, or the lack of one, into a sealed type. It makes no decision about grants.
 */
package io.xtokenkeeper.xapi;
