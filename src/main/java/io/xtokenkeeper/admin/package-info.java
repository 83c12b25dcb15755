/**
 * The admin UI: pages, forms and live updates, except for the pages in {@code charts}. Authentication belongs to
 * {@code security}; each action calls the same service as the API. No SQL and no call to X belongs here.
 */
package io.xtokenkeeper.admin;
