/**
 * Background work that must keep running: loops and scheduled jobs that survive every failure, and heartbeats for liveness.
 */
package io.xtokenkeeper.scheduling;
