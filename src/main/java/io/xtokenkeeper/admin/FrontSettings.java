package io.xtokenkeeper.admin;

import java.util.Optional;

/**
 * @param open may anybody connect an account
 * @param standIn the host that plays X, where it is not X
 */
public record FrontSettings(boolean open, Optional<String> standIn) {}
