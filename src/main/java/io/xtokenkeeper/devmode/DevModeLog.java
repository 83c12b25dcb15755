package io.xtokenkeeper.devmode;

import io.quarkus.arc.profile.IfBuildProfile;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import org.jboss.logging.Logger;

/** Logs at start what {@link DevConfig} has supplied. Not a bean of the product. */
@IfBuildProfile(anyOf = {"dev", "test"})
class DevModeLog {
    private static final Logger LOG = Logger.getLogger(DevModeLog.class);

    void onStart(@Observes StartupEvent event) {
        LOG.infof("Database: %s", DevDatabase.choice());
        if (LaunchMode.current() == LaunchMode.DEVELOPMENT) {
            LOG.infof("The operator's API key of dev mode (KEEPER_ADMIN_KEY): %s", DevKeys.adminKey());
        }
        DevSandbox.url().ifPresent(url -> LOG.infof("X: the sandbox at %s stands in, since CLIENT_ID is not set", url));
    }
}
