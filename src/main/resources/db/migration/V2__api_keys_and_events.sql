-- API keys. Only the SHA-256 is kept; a revoked key stays, so that events can name it.
create table api_key (
    id           text primary key,
    name         text        not null,
    sha256       bytea       not null unique,
    rights       text[]      not null check (cardinality(rights) > 0),
    accounts     text[],
    created_at   timestamptz not null,
    expires_at   timestamptz,
    revoked_at   timestamptz,
    last_used_at timestamptz
);

-- Raised by every change of a key, so that replicas notice with one small read.
alter table app_state add column keys_version bigint not null default 0;

-- Who did what. Only ever added to; ids are in the order of their commits.
create table audit_event (
    id         bigint generated always as identity primary key,
    at         timestamptz not null,
    type       text        not null,
    actor      text        not null,
    account_id text,
    address    text,
    outcome    text        not null,
    detail     text
);

create index audit_event_account on audit_event (account_id, id) where account_id is not null;
