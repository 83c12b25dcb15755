package io.xtokenkeeper.xapi;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** The response of users/me. A field that X left out is null: X's OpenAPI document requires none. */
@RegisterForReflection
record UserResponse(User data) {
    @RegisterForReflection
    record User(String id, String username, String name, String profileImageUrl) {}
}
