/**
 * What dev mode and tests supply so that nothing has to be installed: a database, keys and the X simulator. In the product
 * {@link io.xtokenkeeper.devmode.DevConfig} is inactive, and nothing else of this package is loaded.
 */
package io.xtokenkeeper.devmode;
