/**
 * The words of the domain, each checked where it is born. Only the JDK may be used here; nothing that speaks HTTP, SQL
 * or JSON moves in.
 */
package io.xtokenkeeper.token;
