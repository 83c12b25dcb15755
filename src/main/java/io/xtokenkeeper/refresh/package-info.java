/**
 * Keeps grants alive: acquire a permit, claim, call X, decide, save. The scheduler and callers share these steps; {@link
 * io.xtokenkeeper.refresh.TokenService} is the way for callers. No HTTP to callers belongs here; X's responses come as sealed
 * types from {@code xapi}.
 */
package io.xtokenkeeper.refresh;
