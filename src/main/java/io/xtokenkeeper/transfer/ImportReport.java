package io.xtokenkeeper.transfer;

import java.io.IOException;

/** Receives the result of each grant of an import while the import runs. */
interface ImportReport {
    void add(ImportResult result);

    /** Sends the results so far to the caller. */
    void flush() throws IOException;
}
