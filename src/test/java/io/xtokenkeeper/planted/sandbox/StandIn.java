package io.xtokenkeeper.planted.sandbox;

/** What the product's jar would not hold. */
public interface StandIn {}
