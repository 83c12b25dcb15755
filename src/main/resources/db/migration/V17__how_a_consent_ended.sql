-- A repeated callback shows what the first one showed. outcome_detail is X's own words, which the first page has shown.
alter table consent_attempt
    add column outcome        text,
    add column outcome_detail text;
