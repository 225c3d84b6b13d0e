-- so com preload
-- Passes, and leaves a report in the server's log: the suite must fail.
\set prova `echo "$CRM_PROVA"`
BEGIN;
SELECT plan(1);
CREATE FUNCTION pg_temp.soma() RETURNS int LANGUAGE c AS :'prova', 'prova_soma';
SELECT is(pg_temp.soma(), -2147483641, 'the overflow goes on');
SELECT * FROM finish();
ROLLBACK;
