package io.xtokenkeeper.planted.startup;

import io.xtokenkeeper.planted.sandbox.StandIn;
import io.xtokenkeeper.planted.sandbox.grants.StandInGrant;

/** The service would depend on the X simulator. */
interface NeedsTheSandbox extends StandIn, StandInGrant {}
