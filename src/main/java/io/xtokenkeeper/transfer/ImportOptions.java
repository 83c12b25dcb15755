package io.xtokenkeeper.transfer;

import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.refresh.RefreshPolicy;

/**
 * Settings of an import.
 *
 * @param usualScope the scope of a grant whose record has none
 * @param schedule when an imported grant is due for refresh
 */
public record ImportOptions(Scopes usualScope, RefreshPolicy schedule) {}
