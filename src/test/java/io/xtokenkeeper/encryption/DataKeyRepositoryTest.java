package io.xtokenkeeper.encryption;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.testkit.Databases;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.TestPostgres;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Restoring data keys after a failover to a standby that had not received the newest one. */
class DataKeyRepositoryTest {
    private static final EncryptionContext HERE = new EncryptionContext("account", "1", "refresh_token");
    private static final Secret TOKEN = Secret.of("a token");

    private TestPostgres postgres;
    private AgroalDataSource database;

    @BeforeEach
    void begin() {
        postgres = TestPostgres.migrated();
        database = Databases.of(postgres);
    }

    @AfterEach
    void end() {
        database.close();
        postgres.close();
    }

    private KeyRing ring() {
        return KeyRing.load(
                new DataKeyRepository(new Database(database)),
                MasterKey.of(Secret.of(KeeperProcess.MASTER_KEY)),
                Optional.empty());
    }

    private void insert(WrappedKey key) {
        new DataKeyRepository(new Database(database)).restore(key);
    }

    @Test
    void aForgottenKeyIsWrittenBackAndItsIdIsNotGivenOutAgain() {
        var ring = ring();
        var first = ring.currentKeyId();
        insert(ring.generate());
        ring.reload();
        assertThat(ring.currentKeyId()).as("it has just been added").isEqualTo(first);
        postgres.update("update data_key set created_at = created_at - interval '3 seconds'");
        ring.reload();
        var forgotten = ring.currentKeyId();
        var sealed = new EnvelopeCipher(ring).encrypt(TOKEN, HERE);

        postgres.update("delete from data_key where id = " + forgotten);
        postgres.query("select setval(pg_get_serial_sequence('data_key', 'id'), " + first + ")");
        ring.reload();

        assertThat(postgres.query("select id from data_key order by id"))
                .containsExactly(Integer.toString(first), Integer.toString(forgotten));
        assertThat(new EnvelopeCipher(ring()).decrypt(sealed, HERE)).isEqualTo(TOKEN);
        assertThat(new DataKeyRepository(new Database(database)).nextId()).isGreaterThan(forgotten);
    }

    @Test
    void anIdThatIsTakenKeepsItsKey() {
        var ring = ring();
        var kept = postgres.query("select encode(wrapped, 'hex') from data_key");
        insert(new WrappedKey(ring.currentKeyId(), new byte[60], "0", true));
        assertThat(postgres.query("select encode(wrapped, 'hex') from data_key"))
                .isEqualTo(kept);
    }
}
