-- Replicas keep opened tokens and API keys in memory, and callers wait for what another replica does. Whatever statement
-- changes one of these, the replicas hear of it with its commit. Claims change none of the columns, so they cost nothing.
create function say_account_changed() returns trigger language plpgsql as $$
begin
    perform pg_notify('keeper_account', old.id);
    return null;
end $$;

create trigger account_changed
    after update of refreshed_at, access_expires_at, status, failures on account
    for each row
    when (old.refreshed_at is distinct from new.refreshed_at
          or old.access_expires_at is distinct from new.access_expires_at
          or old.status is distinct from new.status
          or old.failures is distinct from new.failures)
    execute function say_account_changed();

create trigger account_erased
    after delete on account
    for each row
    execute function say_account_changed();

create function say_keys_changed() returns trigger language plpgsql as $$
begin
    perform pg_notify('keeper_keys', '');
    return null;
end $$;

create trigger keys_changed
    after update of keys_version on app_state
    for each statement
    execute function say_keys_changed();
