-- An erasure left links open that the person had declined, or that had failed: the next consent recorded the pseudonym together with
-- the id of who consented. erase_person as in V15, apart from consent_link and the authorization requests that are not consumed.

-- Replaces what identifies a person in everything that is kept after the account is gone, and locks the account if it is still
-- there. Returns how many rows that concerns: 0 where nothing is kept about the person. Events are otherwise append-only; this
-- function runs with its owner's rights, and changes neither the type, the time, the actor nor the outcome of an event.
create or replace function erase_person(person text, pseudonym text) returns bigint
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

    -- a link for the person that a consent could still complete is withdrawn, also one that was declined or failed: it would name the
    -- person beside the pseudonym. What its creator wrote may describe the person
    update consent_link l
       set expected_user = pseudonym,
           account_id = case when l.account_id = any(ids) then pseudonym else l.account_id end,
           reference = null, state = null, purpose = null, return_to = null,
           outcome = case when l.used_at is null then 'WITHDRAWN' else l.outcome end,
           error = case when l.used_at is null then null else l.error end,
           ended_at = case when l.used_at is null and l.outcome is distinct from 'WITHDRAWN' then clock_timestamp()
                           else l.ended_at end,
           expires_at = case when l.used_at is null then least(l.expires_at, clock_timestamp()) else l.expires_at end
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

    -- after the links, whose locks a request that is being added holds
    delete from consent_attempt a
     where a.consumed_at is null
       and (a.expected_user = any(ids)
            or a.link_id in (select encode(l.link_hash, 'hex') from consent_link l where l.expected_user = pseudonym));
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

-- what earlier erasures left open
delete from consent_attempt a
 where a.consumed_at is null
   and (a.expected_user like 'erased-%'
        or a.link_id in (select encode(l.link_hash, 'hex') from consent_link l where l.expected_user like 'erased-%'));
update consent_link
   set outcome = 'WITHDRAWN', error = null, ended_at = clock_timestamp(), expires_at = least(expires_at, clock_timestamp())
 where expected_user like 'erased-%' and used_at is null and outcome is distinct from 'WITHDRAWN';
