-- A server set to synchronous_commit=off acknowledges a commit before it is written, and forgets it when it crashes: which tokens
-- were spent, and which came for them. A setting of the session would not do: a connection pooler gives each transaction
-- another session. So the database raises it for each transaction that writes; where it is set to more than on, it stays so.
create function raise_synchronous_commit() returns trigger language plpgsql as $$
begin
    -- here and not as the triggers' condition, which PostgreSQL would prepare for each statement
    if current_setting('synchronous_commit') = 'off' then
        perform set_config('synchronous_commit', 'on', true);
    end if;
    return null;
end $$;

-- All tables but those whose last moments may be lost: refresh_minute, webhook_cursor.
do
$$
declare
    name text;
begin
    foreach name in array array['account', 'app_state', 'data_key', 'consent_attempt', 'consent_link', 'revocation', 'api_key',
                                'audit_event', 'vault_rotation', 'operator_session', 'webhook', 'webhook_delivery'] loop
        execute format('create trigger commit_waits_for_disk before insert or update or delete on %I for each statement'
                       ' execute function raise_synchronous_commit()', name);
    end loop;
end
$$;
