package io.xtokenkeeper.consumer;

import io.xtokenkeeper.refresh.Schedule;
import io.xtokenkeeper.token.Scopes;

/**
 * @param usualScope of a grant that does not say what was granted
 * @param schedule when an imported grant is due
 */
public record ImportTerms(Scopes usualScope, Schedule schedule) {}
