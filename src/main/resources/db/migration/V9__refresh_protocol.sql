alter table account
    -- when a caller last had the account refreshed although its access token was still good
    add column forced_at timestamptz,
    -- when the account was last claimed; set by claims alone
    add column claimed_at timestamptz;

-- A claim must need everything that a save needs, the notification included: a database that cannot notify (its queue is
-- full, say) then refuses the claim, and no token is spent whose successor could not be saved.
create or replace function say_account_changed() returns trigger language plpgsql as $$
begin
    if tg_level = 'STATEMENT' then
        perform pg_notify('keeper_account', '');
    else
        perform pg_notify('keeper_account', old.id);
    end if;
    return null;
end $$;

create trigger account_claimed
    after update of claimed_at on account
    for each statement
    execute function say_account_changed();

-- The timeline of the server that answers. It changes when a standby is promoted. Empty where the server does not say.
create function keeper_timeline() returns text language plpgsql stable as $$
begin
    return substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8);
exception when others then
    return '';
end $$;

alter table app_state
    -- why refreshing is paused, and how many probes X refused since
    add column pause_kind text,
    add column pause_probes integer not null default 0,
    -- the server that was last seen, and until when nothing is claimed because another one took over
    add column timeline text not null default '',
    add column settle_until timestamptz not null default '-infinity';

update app_state set timeline = keeper_timeline();

-- When the answer to this authorization request was saved, or handed back to X: a journal that is replayed skips it.
alter table consent_attempt add column settled_at timestamptz;
