package io.xtokenkeeper.startup;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * Caffeine loads its classes by name, two for each combination of cache features: these are the classes of this service's
 * caches.
 */
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
