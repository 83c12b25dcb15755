-- How often which key used which account: added up by the hour over all replicas. Its last minute may be lost in a crash, so it has
-- no trigger commit_waits_for_disk.
create table usage_hour (
    hour       timestamptz not null,
    -- the id of an API key, or operator for the admin key
    key_id     text collate "C" not null,
    -- empty: accounts that a replica counted together because it had too many to write
    account_id text collate "C" not null,
    reads      bigint      not null,
    refreshes  bigint      not null,
    calls      bigint      not null,
    primary key (hour, key_id, account_id)
);

create index usage_hour_key on usage_hour (key_id, hour, account_id);
create index usage_hour_account on usage_hour (account_id, hour, key_id);

-- For lists of audit events that are filtered by one of these: ids are in the order of time.
create index audit_event_type on audit_event (type, id);
create index audit_event_actor on audit_event (actor, id);
create index audit_event_at on audit_event (at, id);
