package io.xtokenkeeper.transfer;

import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.refresh.RefreshPolicy;

/**
 * @param usualScope of a grant that does not say what was granted
 * @param schedule when an imported grant is due
 */
public record ImportOptions(Scopes usualScope, RefreshPolicy schedule) {}
