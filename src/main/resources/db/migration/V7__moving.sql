-- Which token an account was imported with last: the same row, sent again, must not bring a spent token back.
alter table account add column imported_fingerprint text;

-- Why the person is asked, in the words of whoever made the link.
alter table consent_link add column purpose text;
