package io.xtokenkeeper.planted.drawer;

/** Names that say nothing. */
interface Names {
    interface TokenManager {}

    interface VaultImpl {}

    interface XConstants {}

    interface Wish {
        int LONGEST_OCTETS = 1;

        void sealAnew();
    }
}
