package io.xtokenkeeper.planted.sandbox.grants;

/** What the service must not use, in a package of the simulator's own. */
public interface StandInGrant {}
