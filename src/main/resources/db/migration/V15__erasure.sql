-- Events of one account name the person of another one only as "X user <id>". The index finds them without reading all events.
create index audit_event_names_user on audit_event (substring(detail from 'X user ([0-9]{1,19})'))
    where detail like '%X user %';
create index webhook_delivery_account on webhook_delivery (account_id) where account_id is not null;
create index consent_link_expected_user on consent_link (expected_user) where expected_user is not null;
create index consent_link_account on consent_link (account_id) where account_id is not null;

-- The id, and the provisional ids that the person's account had before X returned who had consented.
create function ids_of_person(person text) returns text[]
    language sql
    stable
as
$$
    select array[person] || array(select distinct former
                                    from (select substring(detail from 'pending-[0-9a-f]{32}') as former
                                            from audit_event
                                           where account_id = person and type = 'account.connected') named
                                   where former is not null and former <> person)
$$;

-- Replaces what identifies a person in everything that is kept after the account is gone, and locks the account if it is still
-- there. Returns how many rows that concerns: 0 where nothing is kept about the person. Events are otherwise append-only; this
-- function runs with its owner's rights, and changes neither the type, the time, the actor nor the outcome of an event.
create function erase_person(person text, pseudonym text) returns bigint
    language plpgsql
    security definer
    set search_path = pg_catalog, "${flyway:defaultSchema}", pg_temp
as
$$
declare
    ids      text[];
    named    bigint[];
    username text;
    words    text;
    changed  bigint;
    total    bigint;
begin
    if person is null or person !~ '^([0-9]{1,19}|pending-[0-9a-f]{32})$'
        or pseudonym is null or pseudonym !~ '^erased-[0-9a-f]{16}$' then
        raise exception 'a person has the id of an account, and a pseudonym the form erased-<16 hex digits>'
            using errcode = 'invalid_parameter_value';
    end if;
    select a.username into username from account a where a.id = person for update;
    get diagnostics total = row_count;
    -- no event becomes a delivery meanwhile, which would have the id again
    perform from webhook_cursor for update;

    ids := ids_of_person(person);
    -- whole words only; a username may contain whatever an import said
    words := '(?<![[:alnum:]_-])(' || array_to_string(ids || regexp_replace(nullif(username, ''), '\W', '\\\&', 'g'), '|')
             || ')(?![[:alnum:]_-])';
    named := array(select e.id
                     from audit_event e
                    where e.detail like '%X user %' and substring(e.detail from 'X user ([0-9]{1,19})') = any(ids)
                      and (e.account_id is null or e.account_id <> all(ids)));

    update audit_event e
       set account_id = pseudonym, address = null, reference = null,
           detail = regexp_replace(e.detail, words, pseudonym, 'gi')
     where e.account_id is not null and e.account_id = any(ids);
    get diagnostics changed = row_count;
    total := total + changed;

    -- of other accounts: the address is that of the person who is named
    update audit_event e
       set address = null,
           detail = regexp_replace(e.detail, 'X user (' || array_to_string(ids, '|') || ')(?![0-9])', 'X user ' || pseudonym, 'g')
     where e.id = any(named);
    total := total + cardinality(named);

    update webhook_delivery d
       set account_id = pseudonym, reference = null, detail = regexp_replace(d.detail, words, pseudonym, 'gi')
     where d.account_id is not null and d.account_id = any(ids);
    get diagnostics changed = row_count;
    total := total + changed;

    update webhook_delivery d
       set detail = regexp_replace(d.detail, 'X user (' || array_to_string(ids, '|') || ')(?![0-9])', 'X user ' || pseudonym, 'g')
      from webhook w
     where d.webhook_id = w.id and d.event_id = any(named);

    -- an open link for the person is withdrawn; what its creator wrote may describe the person
    update consent_link l
       set expected_user = pseudonym,
           account_id = case when l.account_id = any(ids) then pseudonym else l.account_id end,
           reference = null, state = null, purpose = null, return_to = null,
           outcome = case when l.outcome is null and l.used_at is null then 'WITHDRAWN' else l.outcome end,
           ended_at = case when l.outcome is null and l.used_at is null then clock_timestamp() else l.ended_at end,
           expires_at = case when l.outcome is null and l.used_at is null then least(l.expires_at, clock_timestamp())
                             else l.expires_at end
     where l.expected_user = any(ids);
    get diagnostics changed = row_count;
    total := total + changed;

    update consent_link l
       set account_id = pseudonym, reference = null, state = null, purpose = null, return_to = null
     where l.account_id = any(ids) and l.expected_user is null;
    get diagnostics changed = row_count;
    total := total + changed;

    update consent_link l set account_id = pseudonym where l.account_id = any(ids);
    get diagnostics changed = row_count;
    total := total + changed;

    update consent_attempt a
       set account_id = case when a.account_id = any(ids) then pseudonym else a.account_id end,
           expected_user = case when a.expected_user = any(ids) then pseudonym else a.expected_user end,
           return_to = null
     where a.account_id = any(ids) or a.expected_user = any(ids);
    get diagnostics changed = row_count;
    total := total + changed;

    -- V14; the sums of several ids of the person become one
    if to_regclass('usage_hour') is not null then
        with erased as (
            delete from usage_hour u where u.account_id = any(ids)
            returning u.hour, u.key_id, u.reads, u.refreshes, u.calls)
        insert into usage_hour (hour, key_id, account_id, reads, refreshes, calls)
        select e.hour, e.key_id, pseudonym, sum(e.reads), sum(e.refreshes), sum(e.calls) from erased e group by e.hour, e.key_id;
        get diagnostics changed = row_count;
        total := total + changed;
    end if;

    -- a key that is limited to the account stays limited
    update api_key k
       set accounts = array(select case when one = any(ids) then pseudonym else one end
                              from unnest(k.accounts) with ordinality as each (one, place) order by place)
     where k.accounts && ids;
    get diagnostics changed = row_count;
    if changed > 0 then
        update app_state set keys_version = keys_version + 1;
    end if;
    return total + changed;
end
$$;

revoke all on function erase_person(text, text) from public;
