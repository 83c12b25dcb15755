package io.xtokenkeeper.planted.refresh;

import java.sql.PreparedStatement;

/** SQL outside the vault. */
interface OwnStatement {
    PreparedStatement statement();
}
