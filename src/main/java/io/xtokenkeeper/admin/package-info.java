/**
 * The admin UI: pages, forms and live updates. Authentication belongs to {@code security}; each action calls the same
 * service as the API. No SQL and no call to X belongs here.
 */
package io.xtokenkeeper.admin;
