package io.xtokenkeeper.xapi;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** What users/me answers; null where X left it out: its OpenAPI document requires no field. */
@RegisterForReflection
record UserResponse(User data) {
    @RegisterForReflection
    record User(String id, String username, String name, String profileImageUrl) {}
}
