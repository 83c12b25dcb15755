package io.xtokenkeeper.startup;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** Caffeine looks its classes up by name, one pair for each way a cache may forget: these are the ways of ours. */
@RegisterForReflection(
        classNames = {
            "com.github.benmanes.caffeine.cache.SSMSA",
            "com.github.benmanes.caffeine.cache.PSAMS",
            "com.github.benmanes.caffeine.cache.SSMSW",
            "com.github.benmanes.caffeine.cache.PSWMS"
        })
final class CaffeineReflection {
    private CaffeineReflection() {}
}
