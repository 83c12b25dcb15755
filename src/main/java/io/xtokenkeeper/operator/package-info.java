/**
 * The operator's pages: signing in and out, what there is to see, and what is done by a button. Who is signed in is found out
 * in {@code security}; what is done is what the API does too. No statement and no call to X belongs here.
 */
package io.xtokenkeeper.operator;
