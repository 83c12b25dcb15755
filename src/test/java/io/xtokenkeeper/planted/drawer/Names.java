package io.xtokenkeeper.planted.drawer;

/** Names that say nothing. */
interface Names {
    interface TokenManager {}

    interface VaultImpl {}

    interface XConstants {}
}
