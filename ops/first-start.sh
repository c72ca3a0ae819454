#!/bin/sh
# Run once by PostgreSQL's image after postgresql-roles.sql: passwords of the roles, and the database.
set -eu
psql --username postgres --set ON_ERROR_STOP=1 --quiet \
    --set owner="$(cat /run/secrets/owner_password)" --set app="$(cat /run/secrets/app_password)" <<'SQL'
ALTER ROLE cramp_owner PASSWORD :'owner';
ALTER ROLE cramp_app PASSWORD :'app';
CREATE DATABASE crampdiary OWNER cramp_owner;
SQL
