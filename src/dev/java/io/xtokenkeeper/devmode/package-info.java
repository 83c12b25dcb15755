/** What dev mode and tests bring along so that nothing has to be installed. Not in the product's artifact. */
package io.xtokenkeeper.devmode;
