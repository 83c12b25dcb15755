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

/** The caller of the current request: checks its access to accounts and records its actions as audit events. */
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

    /** @throws ForbiddenException if the key is not valid for this account */
    public void requireAccess(AccountId account) {
        if (!isFor(account)) {
            refused(Optional.of(account), AccessDeniedAuditor.OTHER_ACCOUNTS);
            throw new ForbiddenException("the key is limited to other accounts");
        }
    }

    /**
     * @throws ForbiddenException if the key is limited to some accounts: such a key has no access to what concerns all of
     *     them
     */
    public void requireAllAccounts() {
        if (accounts().isPresent()) {
            refused(Optional.empty(), "it is limited to some accounts");
            throw new ForbiddenException("the key is limited to some accounts");
        }
    }

    /**
     * Whether the caller may see and revoke this key. A caller limited to some accounts may only manage keys limited to a
     * subset of them.
     */
    public boolean mayManage(ApiKey key) {
        return holds(key.accounts());
    }

    /**
     * @param key empty if it does not exist; a limited caller is denied access then too, so that it cannot find out which
     *     keys exist
     * @throws ForbiddenException if the caller may not manage it
     */
    public void mustManage(Optional<ApiKey> key) {
        if (!key.map(this::mayManage).orElseGet(() -> accounts().isEmpty())) {
            refused(Optional.empty(), AccessDeniedAuditor.OTHER_ACCOUNTS);
            throw new ForbiddenException("the key is limited to other accounts");
        }
    }

    /**
     * @param accounts empty for all accounts
     * @throws ForbiddenException if the caller lacks one of these permissions or accounts
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

    /** The accounts that the key is limited to; empty if it is valid for all. */
    public Optional<Set<AccountId>> accounts() {
        return key().flatMap(ApiKey::accounts);
    }

    public void did(AuditEventType type, Optional<AccountId> account, String detail) {
        trail.record(doing(type, account, detail));
    }

    /** The event that {@link #did} records, for callers that record it in the transaction of the action. */
    public NewAuditEvent doing(AuditEventType type, Optional<AccountId> account, String detail) {
        return new NewAuditEvent(
                type, actor(), account, Optional.of(address()), NewAuditEvent.Outcome.DONE, Optional.of(detail));
    }

    private void refused(Optional<AccountId> account, String why) {
        refusals.record(actor(), account, Optional.of(address()), why);
    }

    /** The caller as named in audit events. */
    public String actor() {
        return identity.getPrincipal().getName();
    }

    /** The IP address of the caller. */
    public String address() {
        return proxies.client(request.request());
    }

    private Optional<ApiKey> key() {
        return Optional.ofNullable(identity.getAttribute(ApiKeyIdentityProvider.KEY));
    }
}
