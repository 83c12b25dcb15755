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

/** Webhooks, each with its encrypted signing secret. */
@ApplicationScoped
@DatabaseAccess
public class WebhookRepository implements PanacheRepositoryBase<Webhook, String> {
    /** Each costs the timer a look; a fan-out to more belongs behind one of them. */
    public static final int MAX_WEBHOOKS = 50;

    /** Two that are created at once must not both be the last one. */
    private static final String TURN = "select pg_advisory_xact_lock(5318008817253461122)";

    /** Deliveries first, as records of attempts lock them: two that wait for each other's rows would deadlock. */
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

    /** False where there are {@link #MAX_WEBHOOKS} already. */
    @Transactional
    boolean create(Webhook webhook) {
        database.statement("counting webhooks", TURN).first(row -> true);
        if (count() >= MAX_WEBHOOKS) {
            return false;
        }
        persistAndFlush(webhook);
        return true;
    }

    /** With all its deliveries; false where there is none. */
    @Transactional
    public boolean remove(String id) {
        database.statement("deleting the deliveries of webhook " + id, DELETE_DELIVERIES)
                .set("id", id)
                .update();
        return deleteById(id);
    }

    /** From now on {@code next} signs, and beside it the one before for {@code overlap}; false where there is none. */
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

    /** Empty where it cannot be decrypted: rolling is how that is repaired. */
    private Optional<Secret> before(Webhook webhook) {
        try {
            return Optional.of(secrets.decrypt(webhook.id(), webhook.secret()));
        } catch (DecryptionException e) {
            return Optional.empty();
        }
    }

    /** What waited goes on; empty where there is none. */
    @Transactional
    public Optional<Webhook> enable(String id) {
        var webhook = findByIdOptional(id, LockModeType.PESSIMISTIC_WRITE);
        webhook.ifPresent(Webhook::enable);
        return webhook;
    }

    /** Sends nothing more to it until it is enabled. The event comes in the same transaction. */
    @Transactional
    void disable(String id, String why, Instant now) {
        if (update("disabledAt = ?1, disabledWhy = ?2 where id = ?3 and disabledAt is null", now, why, id) > 0) {
            trail.record(NewAuditEvent.ofTimer(AuditEventType.WEBHOOK_DISABLED, id + ": " + why));
        }
    }
}
