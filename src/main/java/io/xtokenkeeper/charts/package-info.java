/**
 * The admin pages with charts: refreshes, token lifetimes and usage. Their layout and navigation are the templates that all
 * admin pages share. No SQL belongs here.
 */
package io.xtokenkeeper.charts;
