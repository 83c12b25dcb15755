/**
 * Value types shared by all features, each validated when it is created. Only the JDK may be used here; code that uses HTTP,
 * SQL or JSON does not belong here.
 */
package io.xtokenkeeper.domain;
