package io.xtokenkeeper.planted.domain;

import io.xtokenkeeper.planted.account.Reveals;

/** Against the arrows, and round in a circle. */
public interface KnowsTheVault {
    Reveals[] vault();
}
