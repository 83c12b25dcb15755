/**
 * Statistics of refreshes for charts and metrics: counts by minute, outcome and latency, the backlog of due accounts, and a
 * forecast of the next refreshes. It is passed what {@code refresh} measures and does not use that package.
 */
package io.xtokenkeeper.statistics;
