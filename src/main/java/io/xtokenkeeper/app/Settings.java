package io.xtokenkeeper.app;

import io.xtokenkeeper.account.TokenCacheSize;
import io.xtokenkeeper.audit.Retention;
import io.xtokenkeeper.consent.AppName;
import io.xtokenkeeper.consent.ConsentSettings;
import io.xtokenkeeper.encryption.KeyRotationSettings;
import io.xtokenkeeper.encryption.MasterKey;
import io.xtokenkeeper.refresh.JournalSettings;
import io.xtokenkeeper.refresh.RefreshSettings;
import io.xtokenkeeper.refresh.Schedule;
import io.xtokenkeeper.security.OpenIdSettings;
import io.xtokenkeeper.security.OperatorKey;
import io.xtokenkeeper.security.WrongKeysSettings;
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
        KeyRotationSettings rotation,
        Retention retention,
        TokenCacheSize tokenCache,
        WebhookSettings webhooks,
        AppName appName,
        OpenIdSettings openId) {}
