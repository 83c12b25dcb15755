package io.xtokenkeeper.transfer;

import java.io.IOException;

/** Is told what became of each grant of an import, while it goes on. */
interface ImportReport {
    void add(ImportResult result);

    /** So far, at least, it has come. */
    void flush() throws IOException;
}
