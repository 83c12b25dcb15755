package io.xtokenkeeper.app;

import io.xtokenkeeper.consent.AppName;
import io.xtokenkeeper.consent.ConsentSettings;
import io.xtokenkeeper.crypto.MasterKey;
import io.xtokenkeeper.door.OpenIdSettings;
import io.xtokenkeeper.door.OperatorKey;
import io.xtokenkeeper.door.WrongKeysSettings;
import io.xtokenkeeper.refresh.JournalSettings;
import io.xtokenkeeper.refresh.RefreshSettings;
import io.xtokenkeeper.vault.Retention;
import io.xtokenkeeper.vault.RotationSettings;
import io.xtokenkeeper.vault.Schedule;
import io.xtokenkeeper.vault.TokenCacheSize;
import io.xtokenkeeper.web.TrustedProxies;
import io.xtokenkeeper.webhook.WebhookSettings;
import io.xtokenkeeper.x.XApp;
import io.xtokenkeeper.x.XHosts;
import java.time.Duration;
import java.util.Optional;

/** The configuration, checked: whatever exists of this can be worked with. */
record Settings(
        XApp app,
        XHosts hosts,
        MasterKey masterKey,
        Optional<MasterKey> previousMasterKey,
        OperatorKey operatorKey,
        ConsentSettings consent,
        TrustedProxies proxies,
        WrongKeysSettings wrongKeys,
        RefreshSettings refresh,
        JournalSettings journal,
        Duration shutdownGrace,
        Schedule schedule,
        RotationSettings rotation,
        Retention retention,
        TokenCacheSize tokenCache,
        WebhookSettings webhooks,
        AppName appName,
        OpenIdSettings openId) {}
