package io.xtokenkeeper.statistics;

import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import java.time.Instant;
import org.hibernate.annotations.Immutable;

/** The number of refreshes of one minute with the same outcome and latency bucket, of all replicas. */
@Entity
@Immutable
@SuppressWarnings("UnusedVariable") // the whole row is mapped, so that tests can validate it against the schema
public class RefreshMinute {
    @EmbeddedId
    private Key key;

    private long calls;

    protected RefreshMinute() {}

    /** @param band index of the latency bucket, from 0 */
    @Embeddable
    public record Key(Instant minute, String outcome, short band) {}

    /**
     * The number of refreshes with the same outcome and latency bucket.
     *
     * @param minute start of the minute, or of the longer slot that minutes were added up to
     * @param band index of the latency bucket, from 0
     */
    public record Count(Instant minute, String outcome, int band, long calls) {}
}
