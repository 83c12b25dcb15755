package io.xtokenkeeper.security;

import io.quarkus.security.ForbiddenException;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.audit.AuditEventScope;
import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.audit.AuditTrail;
import io.xtokenkeeper.audit.NewAuditEvent;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.http.ClientAddressResolver;
import io.xtokenkeeper.http.Problem;
import io.xtokenkeeper.http.ProblemException;
import io.xtokenkeeper.http.ProblemType;
import jakarta.enterprise.context.RequestScoped;
import java.util.Optional;
import java.util.Set;

/** The caller of the current request: checks its access to accounts and records its actions as audit events. */
@RequestScoped
public class Caller {
    private final SecurityIdentity identity;
    private final AuditTrail trail;
    private final RoutingContext request;
    private final AccessDeniedAuditor deniedAuditor;
    private final ClientAddressResolver addressResolver;

    Caller(
            SecurityIdentity identity,
            AuditTrail trail,
            RoutingContext request,
            AccessDeniedAuditor deniedAuditor,
            ClientAddressResolver addressResolver) {
        this.identity = identity;
        this.trail = trail;
        this.request = request;
        this.deniedAuditor = deniedAuditor;
        this.addressResolver = addressResolver;
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
        if (limits().limitAccounts()) {
            refused(Optional.empty(), "it is limited to some accounts");
            throw new ForbiddenException("the key is limited to some accounts");
        }
    }

    /**
     * @throws ForbiddenException if the key is limited in any respect: such a key gets no copy of the grants, with which
     *     everything could be done at X
     */
    public void requireNoLimits() {
        requireAllAccounts();
        if (limits().areAny()) {
            refused(Optional.empty(), "its calls to X are limited");
            throw new ForbiddenException("the calls to X of the key are limited");
        }
    }

    /**
     * Checks access to a consent link that is to be created. A caller limited to some accounts may give a link a reference
     * only if it is one of its own references; without a reference, the link must be for one of its accounts.
     *
     * @param expectedUser the only X user that the link is for; empty for any
     * @param reference what the account gets when the link is used; empty for none
     * @throws ProblemException if the caller may not create such a link
     */
    public void requireAccess(Optional<AccountId> expectedUser, Optional<String> reference) {
        if (limits().limitAccounts()
                && !reference
                        .map(this::isOwn)
                        .orElseGet(() -> expectedUser.filter(this::isFor).isPresent())) {
            throw forbidden(
                    expectedUser,
                    AccessDeniedAuditor.OTHER_ACCOUNTS,
                    "The API key is limited to some accounts: give one of its references as reference, or, without a"
                            + " reference, one of its accounts as expected_user");
        }
    }

    /**
     * Whether the caller may see what belongs to this account or has this reference, such as a consent link.
     *
     * @param account empty if it belongs to none, or to none yet
     */
    public boolean maySee(Optional<AccountId> account, Optional<String> reference) {
        return !limits().limitAccounts()
                || account.filter(this::isFor).isPresent()
                || reference.filter(this::isOwn).isPresent();
    }

    private boolean isOwn(String reference) {
        return references().filter(own -> own.contains(reference)).isPresent();
    }

    /**
     * Whether the caller may see and revoke this key: only if the key can access no account and call nothing at X that the
     * caller cannot.
     */
    public boolean mayManage(ApiKey key) {
        var limits = key.limits();
        return limits().coverAccounts(limits) && mayCall(key.rights(), limits);
    }

    /**
     * @param key empty if it does not exist; a limited caller is denied access then too, so that it cannot find out which
     *     keys exist
     * @throws ForbiddenException if the caller may not manage it
     */
    public void mustManage(Optional<ApiKey> key) {
        if (!key.map(this::mayManage).orElseGet(() -> !limits().areAny())) {
            refused(Optional.empty(), AccessDeniedAuditor.OTHER_ACCOUNTS);
            throw new ForbiddenException("the key is limited to other accounts");
        }
    }

    /**
     * Checks that a key with these permissions and limits has no more access than the caller.
     *
     * @throws ForbiddenException if the caller lacks one of the permissions or accounts
     * @throws ProblemException if the caller may not call at X what the key could
     */
    public void mustHold(Set<String> rights, KeyLimits limits) {
        if (!identity.getRoles().containsAll(rights)) {
            refused(Optional.empty(), AccessDeniedAuditor.NO_RIGHT);
            throw new ForbiddenException("the key lacks a right that it would give");
        }
        if (!limits().coverAccounts(limits)) {
            refused(Optional.empty(), AccessDeniedAuditor.OTHER_ACCOUNTS);
            throw new ForbiddenException("the key is limited to other accounts");
        }
        if (!mayCall(rights, limits)) {
            throw forbidden(
                    Optional.empty(),
                    "its calls to X are limited",
                    "The calls to X of the API key are limited: limit those of the new key to the same methods and paths,"
                            + " or to fewer");
        }
    }

    /**
     * Whether a key with these permissions and limits could call nothing at X that the caller cannot. With {@code manage} it
     * could create a key that calls X, or export the grants.
     */
    private boolean mayCall(Set<String> rights, KeyLimits limits) {
        var leadsToX = Permissions.callsX(rights) || rights.contains(Permissions.MANAGE);
        return !leadsToX || limits().coverCalls(limits);
    }

    public boolean isFor(AccountId account) {
        return key().map(key -> key.isFor(account)).orElse(true);
    }

    /**
     * The accounts that the key is limited to: those that it names, and those that have one of its references now. Empty if
     * it is valid for all.
     */
    public Optional<Set<AccountId>> accounts() {
        return key().flatMap(KeyAccess::accounts);
    }

    /**
     * The references that the key is limited to. Empty if it has none: it is then valid for all accounts, or for those that
     * it names ({@link #accounts}).
     */
    public Optional<Set<String>> references() {
        return limits().references();
    }

    /** The audit events that the caller may read. */
    public AuditEventScope events() {
        return key().map(KeyAccess::events).orElse(AuditEventScope.ALL);
    }

    private KeyLimits limits() {
        return key().map(KeyAccess::limits).orElse(KeyLimits.NONE);
    }

    public void record(NewAuditEvent event) {
        trail.record(event);
    }

    public void recordEvent(AuditEventType type, Optional<AccountId> account, String detail) {
        trail.record(doing(type, account, detail));
    }

    /** The event that {@link #recordEvent} records, for callers that record it in the transaction of the action. */
    public NewAuditEvent doing(AuditEventType type, Optional<AccountId> account, String detail) {
        return new NewAuditEvent(
                type, actor(), account, Optional.of(address()), NewAuditEvent.Outcome.DONE, Optional.of(detail));
    }

    private ProblemException forbidden(Optional<AccountId> account, String why, String detail) {
        refused(account, why);
        return new ProblemException(Problem.of(ProblemType.FORBIDDEN, detail));
    }

    private void refused(Optional<AccountId> account, String why) {
        deniedAuditor.record(actor(), account, Optional.of(address()), why);
    }

    /** The caller as audit events name it, such as {@code key:<id>}. */
    public String actor() {
        return identity.getPrincipal().getName();
    }

    /** The IP address of the caller. */
    public String address() {
        return addressResolver.client(request.request());
    }

    private Optional<KeyAccess> key() {
        return Optional.ofNullable(identity.getAttribute(ApiKeyIdentityProvider.KEY));
    }
}
