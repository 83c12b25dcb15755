-- Operators who are signed in. Only the SHA-256 of what the browser holds is kept.
create table operator_session (
    sha256     bytea primary key,
    id         text        not null,
    -- the API key it came from, or what names the operator's own key: the session ends with it
    key_id     text        not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    seen_at    timestamptz not null
);

create index operator_session_expires on operator_session (expires_at);
