-- For the operator's list. No refresh changes one of these columns, so refreshes stay heap-only updates.
-- The list is in this order, and searched by the beginning of what it shows; with C, a beginning is a range.
create index account_title on account (lower(coalesce(name, username, id) collate "default") collate "C", id);
create index account_username on account (lower(username) collate "C") where username is not null;
create index account_connected on account (connected_at, id);
create index account_over on account (lower(coalesce(name, username, id) collate "default") collate "C", id)
    where status = 'NEEDS_CONSENT';

-- How refreshes went, added up by the minute over all replicas: one row for each outcome and each band of X's time to answer.
create table refresh_minute (
    minute  timestamptz not null,
    outcome text        not null,
    band    smallint    not null,
    calls   bigint      not null,
    primary key (minute, outcome, band)
);
