package io.xtokenkeeper.devmode;

/**
 * A PostgreSQL inside this process. Loaded with ServiceLoader, so that no other class links a library that the product does
 * not contain.
 */
public interface EmbeddedDatabase {
    /** Starts it; it stops when this process ends. Returns its JDBC URL. */
    String start();
}
