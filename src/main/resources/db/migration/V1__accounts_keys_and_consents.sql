-- Data keys seal values; each is itself sealed ("wrapped") under the master key, which is never stored.
create table data_key (
    id            integer generated always as identity primary key,
    wrapped       bytea       not null,
    master_key_id text        not null,
    created_at    timestamptz not null default now()
);

-- One row a grant. Only the claim's predicate is indexed, so claiming a row stays a heap-only update.
create table account (
    id                  text collate "C" primary key check (id ~ '^([0-9]{1,19}|pending-[0-9a-f]{32})$'),
    username            text,
    name                text,
    picture_url         text,
    profile_problem     text,
    status              text        not null check (status in ('ACTIVE', 'NEEDS_CONSENT')),
    status_reason       text        check (status_reason in ('REJECTED_BY_X', 'LOST_IN_FLIGHT')),
    scope               text        not null,
    access_token        bytea,
    refresh_token       bytea       not null,
    refresh_fingerprint text        not null,
    access_expires_at   timestamptz,
    refreshed_at        timestamptz not null,
    next_refresh_at     timestamptz not null,
    failures            integer     not null default 0,
    error_reason        text,
    error_detail        text,
    error_at            timestamptz,
    -- who works on the row: each claim raises the fence, a verdict counts only under the fence it was reached with
    fence               bigint      not null default 0,
    lease_owner         text,
    lease_until         timestamptz,
    -- the refresh token that was sent to X with no answer known yet
    attempt_fingerprint text,
    attempt_started_at  timestamptz,
    connected_at        timestamptz not null,
    check ((status = 'ACTIVE') = (status_reason is null))
) with (fillfactor = 70);

create index account_due on account (next_refresh_at) where status = 'ACTIVE';

-- A consent between our redirect to X and X's redirect back.
create table consent_attempt (
    state_hash    bytea       primary key,
    browser_hash  bytea       not null,
    verifier      bytea       not null,
    redirect_uri  text        not null,
    scope         text        not null,
    return_to     text,
    link_id       text,
    expected_user text,
    created_at    timestamptz not null,
    expires_at    timestamptz not null,
    consumed_at   timestamptz,
    -- whose consent it became; the browser that gave it may see that account's page
    account_id    text
);

create index consent_attempt_expires on consent_attempt (expires_at);
create index consent_attempt_account on consent_attempt (account_id) where account_id is not null;

-- A one-time invitation. The link itself is sealed, so that an open one can be shown again to whoever may invite.
create table consent_link (
    link_hash     bytea primary key,
    link          bytea       not null,
    expected_user text,
    scope         text,
    return_to     text,
    created_at    timestamptz not null,
    expires_at    timestamptz not null,
    used_at       timestamptz
);

create index consent_link_expires on consent_link (expires_at);
create index consent_link_open on consent_link (expected_user, expires_at) where used_at is null;

-- Pairs that were erased here and that X has not yet confirmed as revoked.
create table revocation (
    id            text primary key,
    account_id    text        not null,
    access_token  bytea,
    refresh_token bytea       not null,
    created_at    timestamptz not null default now(),
    next_try_at   timestamptz not null default now(),
    tries         integer     not null default 0
);

-- What all replicas must know of our app at X: one row.
create table app_state (
    only_one     boolean primary key default true check (only_one),
    paused_until timestamptz,
    app_refused  boolean     not null default false,
    pause_why    text,
    -- refreshes up to this moment are spoken for, where a rate is set
    budget_at    timestamptz not null default clock_timestamp()
);

insert into app_state default values;
