package io.xtokenkeeper.refresh;

import java.nio.file.Path;

/**
 * Settings of the journal.
 *
 * @param folder created when it is first needed; should survive a restart of the service on this machine
 */
public record JournalSettings(Path folder) {}
