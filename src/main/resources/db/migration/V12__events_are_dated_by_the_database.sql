-- A role that may only add events cannot choose when they happened: only members of the table's owner can, as a restore needs.
-- Their ids cannot be chosen either: see afterMigrate.sql.
create function date_event() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as
$$
begin
    if not pg_has_role(current_user, (select relowner from pg_class where oid = tg_relid), 'MEMBER') then
        new.at := clock_timestamp();
    end if;
    return new;
end
$$;

create trigger date_event before insert on audit_event for each row execute function date_event();
