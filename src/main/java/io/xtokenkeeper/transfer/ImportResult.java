package io.xtokenkeeper.transfer;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The result of one record of an import. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "ImportResult")
public record ImportResult(
        @Schema(description = "Counted from 1") long line,

        String xUserId,

        @Schema(
                description = "imported: taken over. kept: this account is here already and stays as it is."
                        + " invalid: see detail. verified: imported, and X gave a new pair for it."
                        + " refused: imported, but X says that the grant is over; see detail."
                        + " unverified: imported, but X could not say now; it is tried again like any other."
                        + " failed: the store could not be reached, and nothing from here on was taken",
                enumeration = {"imported", "kept", "invalid", "verified", "refused", "unverified", "failed"})
        String result,

        String detail) {}
