package io.xtokenkeeper.audit;

/** Records audit events. */
public interface AuditTrail {
    /** Records an event: in the caller's transaction if there is one, otherwise committed when this returns. */
    void record(NewAuditEvent event);
}
