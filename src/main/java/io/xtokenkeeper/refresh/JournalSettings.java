package io.xtokenkeeper.refresh;

import java.nio.file.Path;

/** @param folder made when it is first needed; should outlive the process */
public record JournalSettings(Path folder) {}
