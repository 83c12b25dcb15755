package io.xtokenkeeper.planted.vault;

import jakarta.ws.rs.core.Response;

/** HTTP thrown from below. */
interface SpeaksHttp {
    Response answer();
}
