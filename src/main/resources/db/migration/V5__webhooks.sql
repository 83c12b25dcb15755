-- Addresses that are told what happens. The signing secret is sealed; after a roll the one before still signs for a while.
create table webhook (
    id              text primary key,
    url             text        not null,
    events          text[]      not null check (cardinality(events) > 0),
    description     text,
    secret          bytea       not null,
    previous_secret bytea,
    previous_until  timestamptz,
    created_at      timestamptz not null,
    disabled_at     timestamptz,
    disabled_why    text,
    -- the first try that failed since one last succeeded
    failing_since   timestamptz,
    check ((previous_secret is null) = (previous_until is null))
);

-- How far the audit trail, whose ids are in the order of commits, was turned into deliveries: one row, locked by whoever
-- does it. What happened before there were webhooks is nobody's news.
create table webhook_cursor (
    only_one boolean primary key default true check (only_one),
    event_id bigint  not null
);

insert into webhook_cursor (event_id) select coalesce(max(id), 0) from audit_event;

-- What is to be sent, and the log of what was. Copies what it needs of the event, which may be forgotten sooner; holds no
-- body, since a body may carry a consent link.
create table webhook_delivery (
    id               text primary key,
    seq              bigint      not null generated always as identity unique,
    webhook_id       text        not null references webhook on delete cascade,
    event_id         bigint,
    type             text        not null,
    occurred_at      timestamptz not null,
    account_id       text,
    detail           text,
    status           text        not null default 'PENDING' check (status in ('PENDING', 'DELIVERED', 'FAILED')),
    tries            integer     not null default 0,
    next_try_at      timestamptz not null default clock_timestamp(),
    created_at       timestamptz not null default clock_timestamp(),
    last_try_at      timestamptz,
    last_status      integer,
    last_duration_ms integer,
    last_error       text,
    unique (webhook_id, event_id)
) with (fillfactor = 70);

create index webhook_delivery_due on webhook_delivery (webhook_id, next_try_at) where status = 'PENDING';
create index webhook_delivery_log on webhook_delivery (webhook_id, seq);
create index webhook_delivery_created on webhook_delivery (created_at);
