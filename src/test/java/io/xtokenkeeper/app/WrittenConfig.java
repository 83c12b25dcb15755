package io.xtokenkeeper.app;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The configuration as an operator writes it, variable by variable; what is not written has its default. */
final class WrittenConfig implements KeeperConfig {
    private final Map<String, String> written = new HashMap<>();

    WrittenConfig with(String name, String value) {
        written.put(name, value);
        return this;
    }

    WrittenConfig without(String name) {
        written.remove(name);
        return this;
    }

    /** Empty counts as not written, as it does for the configuration itself. */
    private Optional<String> get(String name) {
        return Optional.ofNullable(written.get(name)).filter(text -> !text.isEmpty());
    }

    private String get(String name, String usual) {
        return get(name).orElse(usual);
    }

    @Override
    public X x() {
        return new X() {
            @Override
            public Optional<String> clientId() {
                return get("CLIENT_ID");
            }

            @Override
            public Optional<String> clientSecret() {
                return get("CLIENT_SECRET");
            }

            @Override
            public Optional<String> redirectUri() {
                return get("REDIRECT_URI");
            }

            @Override
            public Optional<String> scopes() {
                return get("SCOPES");
            }

            @Override
            public String authorizeUrl() {
                return get("KEEPER_X_AUTHORIZE_URL", "https://x.com/i/oauth2/authorize");
            }

            @Override
            public String apiUrl() {
                return get("KEEPER_X_API_URL", "https://api.x.com");
            }

            @Override
            public String allowHttp() {
                return get("KEEPER_X_ALLOW_HTTP", "false");
            }
        };
    }

    @Override
    public Optional<String> masterKey() {
        return get("KEEPER_MASTER_KEY");
    }

    @Override
    public Optional<String> masterKeyFile() {
        return get("KEEPER_MASTER_KEY_FILE");
    }

    @Override
    public Optional<String> masterKeyPrevious() {
        return get("KEEPER_MASTER_KEY_PREVIOUS");
    }

    @Override
    public Optional<String> adminKey() {
        return get("KEEPER_ADMIN_KEY");
    }

    @Override
    public Optional<String> adminKeyFile() {
        return get("KEEPER_ADMIN_KEY_FILE");
    }

    @Override
    public String journal() {
        return get("KEEPER_JOURNAL", "journal");
    }

    @Override
    public String shutdownGrace() {
        return get("KEEPER_SHUTDOWN_GRACE", "25s");
    }

    @Override
    public String appName() {
        return get("KEEPER_APP_NAME", "x-token-keeper");
    }

    @Override
    public Optional<String> returnOrigins() {
        return get("KEEPER_RETURN_ORIGINS");
    }

    @Override
    public Optional<String> trustedProxies() {
        return get("KEEPER_TRUSTED_PROXIES");
    }

    @Override
    public String wrongKeys() {
        return get("KEEPER_WRONG_KEYS", "30");
    }

    @Override
    public String tokenCache() {
        return get("KEEPER_TOKEN_CACHE", "10000");
    }

    @Override
    public Consent consent() {
        return () -> get("KEEPER_CONSENT_OPEN", "false");
    }

    @Override
    public Vault vault() {
        return new Vault() {
            @Override
            public String rotateEvery() {
                return get("KEEPER_VAULT_ROTATE_EVERY", "90d");
            }

            @Override
            public String resealRate() {
                return get("KEEPER_VAULT_RESEAL_RATE", "500");
            }
        };
    }

    @Override
    public Audit audit() {
        return () -> get("KEEPER_AUDIT_RETENTION", "400d");
    }

    @Override
    public Webhooks webhooks() {
        return () -> get("KEEPER_WEBHOOKS_ALLOW_PRIVATE", "false");
    }

    @Override
    public Refresh refresh() {
        return new Refresh() {
            @Override
            public String every() {
                return get("KEEPER_REFRESH_EVERY", "10s");
            }

            @Override
            public String ahead() {
                return get("KEEPER_REFRESH_AHEAD", "15m");
            }

            @Override
            public String concurrency() {
                return get("KEEPER_REFRESH_CONCURRENCY", "64");
            }

            @Override
            public String timeout() {
                return get("KEEPER_REFRESH_TIMEOUT", "20s");
            }

            @Override
            public String lease() {
                return get("KEEPER_REFRESH_LEASE", "60s");
            }

            @Override
            public String mode() {
                return get("KEEPER_REFRESH_MODE", "eager");
            }

            @Override
            public String keepalive() {
                return get("KEEPER_REFRESH_KEEPALIVE", "30d");
            }

            @Override
            public Optional<String> rate() {
                return get("KEEPER_REFRESH_RATE");
            }
        };
    }

    @Override
    public Openid openid() {
        return new Openid() {
            @Override
            public Optional<String> issuer() {
                return get("KEEPER_OPENID_ISSUER");
            }

            @Override
            public Optional<String> clientId() {
                return get("KEEPER_OPENID_CLIENT_ID");
            }

            @Override
            public Optional<String> clientSecret() {
                return get("KEEPER_OPENID_CLIENT_SECRET");
            }

            @Override
            public Optional<String> clientSecretFile() {
                return get("KEEPER_OPENID_CLIENT_SECRET_FILE");
            }

            @Override
            public Optional<String> operators() {
                return get("KEEPER_OPENID_OPERATORS");
            }
        };
    }
}
