#!/bin/sh
# Writes the script that CREATE EXTENSION runs: every file of sql/extensao in
# name order, and crm.instalar(), whose body is every file of sql/instalar.
set -eu
cd "$(dirname "$0")"

printf '%s\n' '\echo Use "CREATE EXTENSION crm; SELECT crm.instalar();" to load this file. \quit'

# 9x files come after crm.instalar(): they give owners and rights.
for f in extensao/[0-8]*.sql; do
    printf '\n-- ---- sql/%s\n' "$f"
    cat "$f"
done

cat <<'SQL'

-- ---- sql/instalar/*.sql
CREATE FUNCTION crm.instalar() RETURNS text
    LANGUAGE plpgsql
    SET search_path = pg_catalog, crm, pg_temp
    SET client_min_messages = warning
AS $crm_instalar$
BEGIN
SQL
for f in instalar/*.sql; do
    printf '\n-- ---- sql/%s\n' "$f"
    cat "$f"
done
cat <<'SQL'

    RETURN crm.versao();
END;
$crm_instalar$;

COMMENT ON FUNCTION crm.instalar() IS
    'Creates or upgrades the tables, triggers, policies, views and rights of '
    'the product; safe to repeat. Run by a superuser after CREATE EXTENSION '
    'and after ALTER EXTENSION crm UPDATE. Returns the installed version.';
SQL

for f in extensao/9*.sql; do
    printf '\n-- ---- sql/%s\n' "$f"
    cat "$f"
done
