-- Ids that callers gave to accounts: many to many. They go with the account, and follow it when its id changes.
create table account_reference (
    account_id text collate "C" not null references account on update cascade on delete cascade,
    reference  text collate "C" not null check (length(reference) between 1 and 128),
    created_at timestamptz not null default clock_timestamp(),
    primary key (account_id, reference)
);

create index account_reference_reference on account_reference (reference, account_id);

create trigger commit_waits_for_disk before insert or update or delete on account_reference
    for each statement execute function raise_synchronous_commit();

-- The account's oldest reference: what an event about it carries, unless it has a better one.
create function first_reference(account text) returns text language sql stable as $$
    select reference from account_reference where account_id = account order by created_at, reference limit 1
$$;

-- A consent link reports what became of it. The state of a link follows from these columns and the time.
alter table consent_link
    -- the order of the list
    add column seq bigint generated always as identity unique,
    -- null: the service made it itself, for an account that needs consent
    add column created_by text,
    add column reference text collate "C",
    -- the caller's own value, given back in the redirect to return_to
    add column state text,
    add column started_at timestamptz,
    -- the last ending: a person who declined can come back until the link expires
    add column ended_at timestamptz,
    add column outcome text check (outcome in ('CONNECTED', 'DECLINED', 'FAILED', 'EXPIRED', 'WITHDRAWN')),
    add column error text,
    add column account_id text collate "C",
    add column granted_scope text;

create index consent_link_reference on consent_link (reference, seq) where reference is not null;
create index consent_link_unended on consent_link (expires_at) where used_at is null and outcome is null;

-- links that expired before the upgrade are not reported as events
update consent_link set outcome = 'EXPIRED', ended_at = expires_at where used_at is null and expires_at <= clock_timestamp();

-- whether the consent takes place in a window that the caller's page opened
alter table consent_attempt add column popup boolean not null default false;

-- Whose account an event is about, in the caller's words, and the consent link that led to it.
alter table audit_event
    add column reference text collate "C",
    add column link      text;

create index audit_event_reference on audit_event (reference, id) where reference is not null;

alter table webhook_delivery
    add column reference text,
    add column link      text;

-- What else a key may be limited to. A replica of the version before knows none of these: a key that is limited to references has
-- an empty list of accounts, and one that may not take tokens has the right proxy instead of token, so such a replica refuses both.
alter table api_key
    add column refs    text[] check (cardinality(refs) > 0),
    add column methods text[] check (cardinality(methods) > 0),
    add column paths   text[] check (cardinality(paths) > 0);

-- Replicas keep in memory which accounts a key that is limited to references may use.
create function references_changed() returns trigger language plpgsql as $$
begin
    update app_state set keys_version = keys_version + 1
     where exists (select from api_key where refs is not null and revoked_at is null);
    return null;
end $$;

create trigger references_changed after insert or update or delete on account_reference
    for each statement execute function references_changed();
