package io.xtokenkeeper.planted.sandbox;

/** What the service must not use. */
public interface StandIn {}
