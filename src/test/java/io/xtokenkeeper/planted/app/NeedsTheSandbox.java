package io.xtokenkeeper.planted.app;

import io.xtokenkeeper.planted.sandbox.StandIn;

/** Would not start from the product's jar. */
interface NeedsTheSandbox extends StandIn {}
