#!/bin/sh
# PostgreSQL's image runs this once, on an empty volume. The service gets a role that owns its database and has no other
# privileges; the superuser has no password, so that it can connect from inside the container only:
#   docker compose exec database psql -U postgres
# If it is not executable, the image's shell sources it and continues afterwards, so it must not change that shell.
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --set password="$POSTGRES_PASSWORD" --username postgres --dbname postgres <<'SQL'
create role keeper login password :'password';
create database keeper owner keeper;
revoke connect on database postgres from public;
alter role postgres password null;
SQL
