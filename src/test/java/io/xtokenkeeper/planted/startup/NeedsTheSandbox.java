package io.xtokenkeeper.planted.startup;

import io.xtokenkeeper.planted.sandbox.StandIn;

/** The service would depend on the X simulator. */
interface NeedsTheSandbox extends StandIn {}
