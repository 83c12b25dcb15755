-- Since when no value has been under a data key. Its row stays: a backup or a journal may still name it.
alter table data_key add column retired_at timestamptz;

-- One row for each data key that was added to replace the one before. Values under older keys are sealed anew meanwhile.
create table vault_rotation (
    data_key_id  integer     primary key references data_key (id) on delete cascade,
    started_at   timestamptz not null default clock_timestamp(),
    -- null: sealing anew goes on
    finished_at  timestamptz,
    -- values that were under older keys when it began, that still are, and that do not open
    total        bigint      not null,
    remaining    bigint      not null,
    unreadable   bigint      not null default 0,
    -- one replica works at a time, by the database's clock
    worker       text,
    worker_until timestamptz,
    -- the end of the last walk through all tables
    checked_at   timestamptz
);

-- Deletes at most how_many of the oldest events, where they are older than asked, and never a younger one than 30 days.
-- It runs with its owner's rights, so the service's role needs none to delete.
create function forget_events(older_than interval, how_many integer) returns bigint
    language plpgsql
    security definer
    set search_path = pg_catalog, "${flyway:defaultSchema}", pg_temp
as
$$
declare
    forgotten bigint;
begin
    if older_than is null or older_than < interval '30 days' then
        raise exception 'events of the last 30 days are not forgotten' using errcode = 'insufficient_privilege';
    end if;
    -- ids are in the order of time, so the oldest are found without an index of their own
    delete from audit_event
     where id in (select oldest.id
                    from (select id, at from audit_event order by id limit how_many) oldest
                   where oldest.at < clock_timestamp() - older_than);
    get diagnostics forgotten = row_count;
    return forgotten;
end
$$;

revoke all on function forget_events(interval, integer) from public;
