package io.xtokenkeeper.refresh;

import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import java.time.Instant;
import org.hibernate.annotations.Immutable;

/** How many refreshes of one minute went alike, added up over all replicas. */
@Entity
@Immutable
@SuppressWarnings("UnusedVariable") // the whole row is mapped, so that tests hold it against the schema
public class RefreshMinute {
    @EmbeddedId
    private Key key;

    private long calls;

    protected RefreshMinute() {}

    /** @param band of X's time to answer, counted from 0 */
    @Embeddable
    public record Key(Instant minute, String outcome, short band) {}

    /**
     * Refreshes that went alike.
     *
     * @param minute when it begins, or the slot that several minutes were added up to
     * @param band of X's time to answer, counted from 0
     */
    public record Count(Instant minute, String outcome, int band, long calls) {}
}
