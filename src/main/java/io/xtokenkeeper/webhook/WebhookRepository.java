package io.xtokenkeeper.webhook;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.audit.AuditTrail;
import io.xtokenkeeper.audit.NewAuditEvent;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.encryption.Ciphertext;
import io.xtokenkeeper.encryption.DecryptionException;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DatabaseAccess;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Reads and writes webhooks with their encrypted signing secrets. */
@ApplicationScoped
@DatabaseAccess
public class WebhookRepository implements PanacheRepositoryBase<Webhook, String> {
    /**
     * Limited, since the dispatcher queries each webhook every second. To reach more destinations, one receiver can forward.
     */
    public static final int MAX_WEBHOOKS = 50;

    /** Serializes creation: two webhooks created at once must not exceed the maximum. */
    private static final String TURN = "select pg_advisory_xact_lock(5318008817253461122)";

    /**
     * Deletes the deliveries first, in the order in which recording an attempt locks the rows; otherwise the two could
     * deadlock.
     */
    private static final String DELETE_DELIVERIES = "delete from webhook_delivery where webhook_id = :id";

    private static final String ROLL = """
            update webhook set secret = :next, previous_secret = :previous, previous_until = :until where id = :id""";

    private final Database database;
    private final WebhookSecrets secrets;
    private final AuditTrail trail;

    WebhookRepository(Database database, WebhookSecrets secrets, AuditTrail trail) {
        this.database = database;
        this.secrets = secrets;
        this.trail = trail;
    }

    @Transactional
    public List<Webhook> all() {
        return listAll(Sort.by("createdAt", "id"));
    }

    @Transactional
    public Optional<Webhook> byId(String id) {
        return findByIdOptional(id);
    }

    /** Stores a webhook. Returns false if there are {@link #MAX_WEBHOOKS} already. */
    @Transactional
    boolean create(Webhook webhook) {
        database.statement("counting webhooks", TURN).first(row -> true);
        if (count() >= MAX_WEBHOOKS) {
            return false;
        }
        persistAndFlush(webhook);
        return true;
    }

    /** Deletes a webhook and all its deliveries. Returns false if there is no such webhook. */
    @Transactional
    public boolean remove(String id) {
        database.statement("deleting the deliveries of webhook " + id, DELETE_DELIVERIES)
                .set("id", id)
                .update();
        return deleteById(id);
    }

    /**
     * Replaces the signing secret by {@code next}; the previous secret signs too for {@code overlap}. Returns false if there
     * is no such webhook.
     */
    @Transactional
    boolean roll(String id, Secret next, Duration overlap, Instant now) {
        var webhook = findByIdOptional(id, LockModeType.PESSIMISTIC_WRITE);
        if (webhook.isEmpty()) {
            return false;
        }
        var before = before(webhook.get());
        database.statement("rolling the secret of webhook " + id, ROLL)
                .set("next", secrets.encrypt(id, next).bytes())
                .set(
                        "previous",
                        before.map(secret -> secrets.encryptPrevious(id, secret))
                                .map(Ciphertext::bytes))
                .set("until", before.map(secret -> now.plus(overlap)))
                .set("id", id)
                .update();
        return true;
    }

    /** Empty if the secret cannot be decrypted: rolling it is the repair. */
    private Optional<Secret> before(Webhook webhook) {
        try {
            return Optional.of(secrets.decrypt(webhook.id(), webhook.secret()));
        } catch (DecryptionException e) {
            return Optional.empty();
        }
    }

    /** Enables a webhook; its pending deliveries are sent. Empty if there is no such webhook. */
    @Transactional
    public Optional<Webhook> enable(String id) {
        var webhook = findByIdOptional(id, LockModeType.PESSIMISTIC_WRITE);
        webhook.ifPresent(Webhook::enable);
        return webhook;
    }

    /**
     * Disables a webhook that is enabled, and records the audit event in the same transaction. Nothing is sent to it until
     * it is enabled.
     */
    @Transactional
    void disable(String id, String why, Instant now) {
        if (update("disabledAt = ?1, disabledWhy = ?2 where id = ?3 and disabledAt is null", now, why, id) > 0) {
            trail.record(NewAuditEvent.ofTimer(AuditEventType.WEBHOOK_DISABLED, id + ": " + why));
        }
    }
}
