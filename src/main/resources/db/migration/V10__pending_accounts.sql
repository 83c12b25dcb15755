-- A grant that is kept under a provisional id, because X did not say whose it is: how often X was asked again, when it may be
-- asked next, and the id that X has said since. The last one is set only until the row is merged into the account of that id.
alter table account add column profile_tries integer not null default 0;
alter table account add column profile_next_try_at timestamptz;
alter table account add column resolved_id text collate "C";

-- No refresh changes one of these columns, so refreshes stay heap-only updates.
create index account_pending on account (id) where id like 'pending-%';

-- The account that a newer consent of the same person made, where that is known or likely: X has said its id, or the consent was
-- given with a link for the pending account or in the same browser. Null where there is none.
create function newer_consent(pending text, resolved text, since timestamptz) returns text
    language sql
    stable
as
$$
    select newer.id
      from account newer
     where newer.connected_at > since
       and newer.id <> pending
       and (newer.id = resolved
            or newer.id in (select theirs.account_id
                              from consent_attempt theirs
                             where theirs.expected_user = pending
                                or theirs.browser_hash in (select mine.browser_hash
                                                             from consent_attempt mine
                                                            where mine.account_id = pending)))
     order by newer.connected_at desc
     limit 1
$$;
