/**
 * Startup and shutdown: produces the beans that the configuration defines, migrates the schema, starts features in order,
 * reports health, and stops gracefully. It may use every package; no package uses it.
 */
package io.xtokenkeeper.startup;
