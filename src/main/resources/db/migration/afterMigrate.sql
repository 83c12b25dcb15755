-- What the running service may do, granted anew after each migration, so that tables that come later are covered.
-- Without a role of this name, or without the right to grant, nothing happens: see docs/operations.md.
do
$$
declare
    schema text := current_schema();
begin
    if not exists (select from pg_roles where rolname = 'keeper_service')
        or not exists (select from pg_tables
                        where schemaname = schema and tablename = 'audit_event' and tableowner = current_user) then
        return;
    end if;
    execute format('grant usage on schema %I to keeper_service', schema);
    execute format('grant select, insert, update, delete on all tables in schema %I to keeper_service', schema);
    execute format('grant usage on all sequences in schema %I to keeper_service', schema);
    -- only ever added to; forget_events deletes old ones, erase_person replaces what identifies a person
    execute format('revoke insert, update, delete on %I.audit_event from keeper_service', schema);
    -- without the id, which only its sequence gives
    execute format('grant insert (at, type, actor, account_id, address, outcome, detail, reference, link) on %I.audit_event to keeper_service',
                   schema);
    execute format('grant execute on function %I.forget_events(interval, integer) to keeper_service', schema);
    execute format('grant execute on function %I.erase_person(text, text) to keeper_service', schema);
    execute format('grant execute on function %I.erase_addresses_of_links(text) to keeper_service', schema);
    -- a data key that is gone takes everything under it along
    execute format('revoke delete on %I.data_key from keeper_service', schema);
    execute format('revoke insert, update, delete on %I.flyway_schema_history from keeper_service', schema);
end
$$;
