package io.xtokenkeeper.audit;

/** Where events go. */
public interface AuditTrail {
    /** Committed when it returns, or together with the caller's transaction where there is one. */
    void record(NewAuditEvent event);
}
