-- The cache's side of the database: triggers, event triggers, faces; nothing changes where there is no Redis (CACHE-2, CACHE-5).
BEGIN;
SELECT no_plan();

-- ---- what tells --------------------------------------------------------------------
SELECT is(crm.cache_defeito(), NULL, 'nothing is in the way of a cache');
SELECT is_empty($$ SELECT t.nome FROM crm.cache_tabelas() t WHERE to_regclass('crm.' || t.nome) IS NULL $$, 'every table it names is there');
SELECT is_empty($$ SELECT numero FROM crm.cache_tabelas() GROUP BY numero HAVING count(*) > 1 OR numero NOT BETWEEN 1 AND 31 $$, 'numbers are distinct slots');
SELECT is_empty($$ SELECT t.nome, g.nome FROM crm.cache_tabelas() t
                    CROSS JOIN (VALUES ('cache_incluir', 'A'), ('cache_alterar', 'A'), ('cache_excluir', 'A'),
                                       ('cache_esvaziar', 'A'), ('cache_aplicar', 'R')) g(nome, modo)
                    WHERE NOT EXISTS (SELECT FROM pg_trigger p WHERE p.tgrelid = to_regclass('crm.' || t.nome)
                                         AND p.tgname = g.nome AND p.tgenabled::text = g.modo) $$,
                'five triggers a table, in every replication role');
SELECT is((SELECT string_agg(evtname || ' ' || evtevent || ' ' || evtenabled::text, ', ' ORDER BY evtname) FROM pg_event_trigger WHERE evtname LIKE 'crm\_%'),
          'crm_auditoria_ddl ddl_command_end A, crm_auditoria_drop sql_drop A, crm_cache_ddl ddl_command_end A, crm_cache_drop sql_drop A,'
          ' crm_cache_rewrite table_rewrite A', 'the event triggers, always');

-- ---- what cache_defeito() finds ------------------------------------------------------
CREATE FUNCTION pg_temp.defeito(comando text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    d text;
BEGIN
    BEGIN
        EXECUTE comando;
        d := crm.cache_defeito();
        RAISE EXCEPTION 'undo';
    EXCEPTION WHEN raise_exception THEN
        RETURN d;
    END;
END $$;
SELECT matches(pg_temp.defeito(comando), esperado, comando)
  FROM (VALUES ('ALTER TABLE crm.pedidos DISABLE TRIGGER cache_alterar', 'trigger cache_alterar of crm.pedidos'),
               ('ALTER TABLE crm.pedidos ENABLE TRIGGER cache_alterar', 'trigger cache_alterar of crm.pedidos'),
               ('ALTER TABLE crm.pedidos DISABLE TRIGGER ALL', 'crm.pedidos'),
               ('DROP TRIGGER cache_aplicar ON crm.produtos', 'trigger cache_aplicar of crm.produtos'),
               ('CREATE OR REPLACE TRIGGER cache_alterar AFTER UPDATE ON crm.papeis FOR EACH STATEMENT EXECUTE FUNCTION crm.identidade_mudou()',
                'trigger cache_alterar of crm.papeis'),
               ('ALTER EVENT TRIGGER crm_cache_drop DISABLE', 'event trigger crm_cache_drop'),
               ('CREATE TABLE crm.filha () INHERITS (crm.produtos)', 'crm.(produtos|filha)')) AS v(comando, esperado);
SELECT is(pg_temp.defeito('CREATE TABLE crm.outra (a int)'), NULL, 'a table no answer depends on needs nothing');

-- ---- repeating the installation changes nothing ---------------------------------------
SELECT lives_ok('SELECT crm.instalar()', 'again');
SELECT is(crm.cache_defeito(), NULL, 'and still nothing is in the way');
SELECT is((SELECT count(*)::int FROM crm.segredos WHERE nome = 'cache'), 1, 'one secret of its own');

-- ---- faces without Redis ----------------------------------------------------------------
SELECT is((SELECT estado FROM crm.cache_status()), 'desligada', 'no Redis is set: off');
SELECT is((SELECT (prefixo, epoca)::text FROM crm.cache_epoca()), '(,)', 'and the front has no epoch to believe in');
SELECT ok(NOT crm.cache_aplicando(), 'this session applies nothing');
SELECT throws_ok('SELECT crm.cache_coletar()', '39P01', NULL, 'a trigger function is not called');
SELECT throws_ok('SELECT crm.cache_ddl()', '39P03', NULL, 'nor is an event trigger');

-- ---- who may see it -----------------------------------------------------------------------
CREATE ROLE crm_teste_ti IN ROLE crm_ti;
CREATE ROLE crm_teste_vend IN ROLE crm_vendedor;
SET LOCAL ROLE crm_teste_ti;
SELECT lives_ok('SELECT * FROM crm.cache_status()', 'ti sees the state');
RESET ROLE;
SET LOCAL ROLE crm_teste_vend;
SELECT throws_ok('SELECT * FROM crm.cache_status()', '42501', NULL, 'a seller does not');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
