/**
 * The admin UI: the pages of an operator, their forms and live updates. Authentication belongs to {@code security}; each action
 * calls the service that the API calls too. No SQL and no call to X belongs here.
 */
package io.xtokenkeeper.admin;
