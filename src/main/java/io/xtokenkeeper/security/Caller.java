package io.xtokenkeeper.security;

import io.quarkus.security.ForbiddenException;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.audit.AuditTrail;
import io.xtokenkeeper.audit.NewAuditEvent;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.http.ClientAddressResolver;
import jakarta.enterprise.context.RequestScoped;
import java.util.Optional;
import java.util.Set;

/** Who calls, and for which accounts. */
@RequestScoped
public class Caller {
    private final SecurityIdentity identity;
    private final AuditTrail trail;
    private final RoutingContext request;
    private final AccessDeniedAuditor refusals;
    private final ClientAddressResolver proxies;

    Caller(
            SecurityIdentity identity,
            AuditTrail trail,
            RoutingContext request,
            AccessDeniedAuditor refusals,
            ClientAddressResolver proxies) {
        this.identity = identity;
        this.trail = trail;
        this.request = request;
        this.refusals = refusals;
        this.proxies = proxies;
    }

    /** @throws ForbiddenException where the key is for other accounts */
    public void mustBeFor(AccountId account) {
        if (!isFor(account)) {
            refused(Optional.of(account), AccessDeniedAuditor.OTHER_ACCOUNTS);
            throw new ForbiddenException("the key is limited to other accounts");
        }
    }

    /** @throws ForbiddenException where the key is for some accounts only: it may not do what concerns all */
    public void mustBeUnlimited() {
        if (accounts().isPresent()) {
            refused(Optional.empty(), "it is limited to some accounts");
            throw new ForbiddenException("the key is limited to some accounts");
        }
    }

    /** Whether the caller may see and revoke this key: where it is limited, only keys for no other accounts than its own. */
    public boolean mayManage(ApiKey key) {
        return holds(key.accounts());
    }

    /**
     * @param key empty where there is none; a limited caller is refused then too, and learns nothing
     * @throws ForbiddenException where the caller may not manage it
     */
    public void mustManage(Optional<ApiKey> key) {
        if (!key.map(this::mayManage).orElseGet(() -> accounts().isEmpty())) {
            refused(Optional.empty(), AccessDeniedAuditor.OTHER_ACCOUNTS);
            throw new ForbiddenException("the key is limited to other accounts");
        }
    }

    /**
     * @param accounts empty for all accounts
     * @throws ForbiddenException where the caller lacks one of these rights, or one of these accounts
     */
    public void mustHold(Set<String> rights, Optional<Set<AccountId>> accounts) {
        if (!identity.getRoles().containsAll(rights)) {
            refused(Optional.empty(), AccessDeniedAuditor.NO_RIGHT);
            throw new ForbiddenException("the key lacks a right that it would give");
        }
        if (!holds(accounts)) {
            refused(Optional.empty(), AccessDeniedAuditor.OTHER_ACCOUNTS);
            throw new ForbiddenException("the key is limited to other accounts");
        }
    }

    private boolean holds(Optional<Set<AccountId>> some) {
        return accounts().map(own -> some.filter(own::containsAll).isPresent()).orElse(true);
    }

    public boolean isFor(AccountId account) {
        return key().map(key -> key.isFor(account)).orElse(true);
    }

    /** The accounts the key is limited to; empty where it is for all. */
    public Optional<Set<AccountId>> accounts() {
        return key().flatMap(ApiKey::accounts);
    }

    public void did(AuditEventType type, Optional<AccountId> account, String detail) {
        trail.record(doing(type, account, detail));
    }

    /** What {@link #did} records, for whoever records it together with what is done. */
    public NewAuditEvent doing(AuditEventType type, Optional<AccountId> account, String detail) {
        return new NewAuditEvent(
                type, actor(), account, Optional.of(address()), NewAuditEvent.Outcome.DONE, Optional.of(detail));
    }

    private void refused(Optional<AccountId> account, String why) {
        refusals.record(actor(), account, Optional.of(address()), why);
    }

    private String actor() {
        return identity.getPrincipal().getName();
    }

    /** Where the request came from. */
    public String address() {
        return proxies.client(request.request());
    }

    private Optional<ApiKey> key() {
        return Optional.ofNullable(identity.getAttribute(ApiKeyIdentityProvider.KEY));
    }
}
