package io.xtokenkeeper.refresh;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.account.Grants;
import io.xtokenkeeper.account.ImportGrants;
import io.xtokenkeeper.account.PendingAccounts;
import io.xtokenkeeper.account.TokenEncryption;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.revocation.RevocationRepository;
import io.xtokenkeeper.testkit.MemoryDataKeys;

/** Creates the repositories over a given database, with an encryption key of their own. */
public final class TestVault {
    private final AgroalDataSource database;
    final TokenEncryption encryption = new TokenEncryption(MemoryDataKeys.cipher());

    private TestVault(AgroalDataSource database) {
        this.database = database;
    }

    public static TestVault over(AgroalDataSource database) {
        return new TestVault(database);
    }

    private Database sql() {
        return new Database(database);
    }

    public Grants grants() {
        return new Grants(sql(), encryption, pendingAccounts());
    }

    public ImportGrants importGrants() {
        return new ImportGrants(sql(), encryption);
    }

    /** Each call returns the claims of another replica. */
    public AccountClaims accountClaims() {
        return new AccountClaims(sql(), encryption);
    }

    public RefreshResultRepository refreshResultRepository() {
        return new RefreshResultRepository(database, sql(), encryption);
    }

    public PendingAccounts pendingAccounts() {
        return new PendingAccounts(sql(), encryption);
    }

    public AppStateRepository appState() {
        return new AppStateRepository(sql());
    }

    public RevocationRepository revocations() {
        return new RevocationRepository(sql(), encryption);
    }

    public LatePairs latePairs() {
        return new LatePairs(pendingAccounts(), refreshResultRepository(), revocations(), encryption);
    }
}
