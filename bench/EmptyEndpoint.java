package io.xtokenkeeper.startup;

import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** What the framework costs with nothing in it: no key, no account, no token. Built for bench/run read alone. */
@Path("/bench/empty")
public class EmptyEndpoint {
    @GET
    @NonBlocking
    @Produces(MediaType.APPLICATION_JSON)
    public String empty() {
        return "{}";
    }
}
