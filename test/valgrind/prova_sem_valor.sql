-- so com preload
-- Passes, and leaves a report in the server's log: the suite must fail.
\set prova `echo "$CRM_PROVA"`
BEGIN;
SELECT plan(1);
CREATE FUNCTION pg_temp.sem_valor() RETURNS int LANGUAGE c AS :'prova', 'prova_sem_valor';
SELECT is(pg_temp.sem_valor(), 2, 'both go on');
SELECT * FROM finish();
ROLLBACK;
