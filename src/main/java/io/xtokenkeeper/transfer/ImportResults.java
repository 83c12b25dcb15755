package io.xtokenkeeper.transfer;

import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The results of an import; for the OpenAPI document only, since {@link ImportResponse} streams them. */
@Schema(name = "ImportResults")
record ImportResults(
        List<ImportResult> results,

        @Schema(description = "How many there are of each result", examples = "{\"imported\": 2, \"kept\": 1}")
        Map<String, Long> counts) {}
