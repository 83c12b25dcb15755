package io.xtokenkeeper.planted.account;

import jakarta.ws.rs.core.Response;

/** HTTP thrown from below. */
interface SpeaksHttp {
    Response answer();
}
