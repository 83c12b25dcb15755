/**
 * Refreshes token pairs before they expire: acquire a permit, claim, call X, decide, save. The scheduler and on-demand
 * callers use the same steps; callers enter through {@link io.xtokenkeeper.refresh.TokenService}. HTTP responses to
 * callers do not belong here; X's responses arrive as result types of {@code xapi}.
 */
package io.xtokenkeeper.refresh;
