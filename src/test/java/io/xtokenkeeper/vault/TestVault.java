package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.testkit.MemoryDataKeys;

/** The vault's parts over a database of the test's choice, sealed with keys of their own. */
public final class TestVault {
    private final AgroalDataSource database;
    final TokenSeals seals = new TokenSeals(MemoryDataKeys.sealer());

    private TestVault(AgroalDataSource database) {
        this.database = database;
    }

    public static TestVault over(AgroalDataSource database) {
        return new TestVault(database);
    }

    public Grants grants() {
        return new Grants(database, seals);
    }

    public ImportGrants importGrants() {
        return new ImportGrants(database, seals);
    }

    /** Another replica with each call. */
    public ClaimAccounts claimAccounts() {
        return new ClaimAccounts(database, seals);
    }

    public SaveVerdicts saveVerdicts() {
        return new SaveVerdicts(database, seals);
    }

    public PendingAccounts pendingAccounts() {
        return new PendingAccounts(database, seals);
    }

    public AppState appState() {
        return new AppState(database);
    }

    public Revocations revocations() {
        return new Revocations(database, seals);
    }
}
