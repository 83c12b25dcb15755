package io.xtokenkeeper.consumer;

import io.xtokenkeeper.token.Scopes;
import io.xtokenkeeper.vault.Schedule;

/**
 * @param usualScope of a grant that does not say what was granted
 * @param schedule when an imported grant is due
 */
public record ImportTerms(Scopes usualScope, Schedule schedule) {}
