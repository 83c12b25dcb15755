/**
 * Keeping grants alive: claim, ask, judge, save. {@link io.xtokenkeeper.refresh.FreshTokens} is the only way to a usable
 * token, for the timer and for callers alike. No HTTP to callers and no SQL here; X's answers come judged by kind from
 * {@code x}, rows are changed by the statements of {@code vault}.
 */
package io.xtokenkeeper.refresh;
