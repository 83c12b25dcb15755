#!/bin/sh
# PostgreSQL's image runs this once, on an empty volume. The service gets a role that owns its database and can do nothing
# else; the superuser keeps no password, so that it comes from inside the container alone:
#   docker compose exec database psql -U postgres
# Where it cannot be executed it is sourced by a shell that goes on afterwards: it changes nothing of that shell.
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --set password="$POSTGRES_PASSWORD" --username postgres --dbname postgres <<'SQL'
create role keeper login password :'password';
create database keeper owner keeper;
revoke connect on database postgres from public;
alter role postgres password null;
SQL
