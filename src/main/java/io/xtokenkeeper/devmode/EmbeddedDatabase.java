package io.xtokenkeeper.devmode;

/** A PostgreSQL inside this process. Found as a service, so that no other class links a library the product does not carry. */
public interface EmbeddedDatabase {
    /** Starts it; it stops when this process ends. Returns its JDBC URL. */
    String start();
}
