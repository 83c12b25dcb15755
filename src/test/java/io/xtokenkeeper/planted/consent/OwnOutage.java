package io.xtokenkeeper.planted.consent;

import java.sql.SQLException;

/** A failure of the database handled where nobody looks for it. */
interface OwnOutage {
    void handle(SQLException failure);
}
