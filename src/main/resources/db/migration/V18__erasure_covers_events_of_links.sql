-- A consent link that was declined, or that failed, has events with the browser's address and without an account.

-- Called after erase_person, in its transaction: removes these addresses too, if the link was for the person or became theirs.
create function erase_addresses_of_links(pseudonym text) returns void
    language plpgsql
    security definer
    set search_path = pg_catalog, "${flyway:defaultSchema}", pg_temp
as
$$
begin
    if pseudonym is null or pseudonym !~ '^erased-[0-9a-f]{16}$' then
        raise exception 'a pseudonym has the form erased-<16 hex digits>' using errcode = 'invalid_parameter_value';
    end if;
    -- a link may be deleted, and its events still there
    update audit_event e
       set address = null
     where e.account_id is null and e.address is not null
       and e.link in (select encode(l.link_hash, 'hex') from consent_link l
                       where l.expected_user = pseudonym or l.account_id = pseudonym
                       union
                      select about.link from audit_event about where about.account_id = pseudonym and about.link is not null);
end
$$;

revoke all on function erase_addresses_of_links(text) from public;

-- what earlier erasures left
update audit_event e
   set address = null
 where e.account_id is null and e.address is not null
   and e.link in (select encode(l.link_hash, 'hex') from consent_link l
                   where l.expected_user like 'erased-%' or l.account_id like 'erased-%'
                   union
                  select about.link from audit_event about where about.account_id like 'erased-%' and about.link is not null);

-- last: no event is added while it is built
create index audit_event_link on audit_event (link) where link is not null and account_id is null;
