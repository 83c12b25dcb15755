-- A consent link that was declined, or that failed, has events with the browser's address and without an account. An erasure removes
-- these addresses too, if the link was for the person or became theirs. Of the earlier function only the name changes.
create index audit_event_link on audit_event (link) where link is not null and account_id is null;

alter function erase_person(text, text) rename to erase_person_before_links;

create function erase_person(person text, pseudonym text) returns bigint
    language plpgsql
    security definer
    set search_path = pg_catalog, "${flyway:defaultSchema}", pg_temp
as
$$
declare
    ids     text[] := ids_of_person(person);
    links   text[];
    changed bigint;
begin
    links := array(select encode(l.link_hash, 'hex') from consent_link l
                    where l.expected_user = any(ids) or l.account_id = any(ids));
    changed := erase_person_before_links(person, pseudonym);
    update audit_event e set address = null where e.link = any(links) and e.account_id is null and e.address is not null;
    return changed;
end
$$;

revoke all on function erase_person(text, text) from public;
