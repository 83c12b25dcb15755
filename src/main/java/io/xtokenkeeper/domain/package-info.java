/**
 * Value types shared by all features, each validated when it is created. Only the JDK may be used here; nothing that speaks HTTP,
 * SQL or JSON belongs here.
 */
package io.xtokenkeeper.domain;
