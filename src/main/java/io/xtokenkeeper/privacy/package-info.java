/**
 * Data protection: exports what is held about a person, and erases it. The tables belong to other packages; this one reads
 * them all, and changes them by one function of the database.
 */
package io.xtokenkeeper.privacy;
