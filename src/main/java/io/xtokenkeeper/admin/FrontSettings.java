package io.xtokenkeeper.admin;

import java.util.Optional;

/**
 * Settings of the first page.
 *
 * @param open whether any visitor may connect an account
 * @param standIn the host of the X simulator; empty if X itself is used
 */
public record FrontSettings(boolean open, Optional<String> standIn) {}
