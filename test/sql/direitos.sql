-- Owners, grants, policies and safe bodies, read from the catalogs (AUTH-6, X-1, X-3, X-4, X-5, X-6, X-7, X-9).
BEGIN;
SELECT no_plan();

CREATE TEMP VIEW funcoes AS
    SELECT p.oid, p.oid::regprocedure::text AS nome, p.proname, p.proconfig, p.prosecdef, p.proowner, p.prosrc, l.lanname,
           p.prorettype, p.proleakproof, p.prosqlbody IS NOT NULL AS atomica
      FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE p.pronamespace = 'crm'::regnamespace;

-- X-1
SELECT is_empty($$ SELECT nome, proconfig FROM funcoes
                    WHERE lanname IN ('sql', 'plpgsql')
                      AND NOT atomica -- its names were bound when it was made
                      AND NOT 'search_path=pg_catalog, crm, pg_temp' = ANY (coalesce(proconfig, '{}')) $$,
                'X-1 every SQL and PL body pins pg_catalog, crm, pg_temp');

-- X-3
SELECT results_eq($$ SELECT superuser, trusted, relocatable, schema = 'crm' FROM pg_available_extension_versions
                      WHERE name = 'crm' AND installed $$, $$ VALUES (true, false, false, true) $$, 'X-3 control file');

-- X-4: nothing is substituted into quotes by CREATE EXTENSION.
SELECT is_empty($$ SELECT nome FROM funcoes WHERE prosrc ~ '@ext(schema|owner)' $$, 'X-4 no @extschema@');

-- X-5
SELECT is_empty($$ SELECT nome FROM funcoes
                    WHERE has_function_privilege('public', oid, 'EXECUTE')
                      AND proname NOT LIKE 'cpf\_%'
                      AND proname NOT IN ('versao', 'hoje', 'agora', 'periodo', 'periodo_de', 'situacao', 'dias_sem_comprar',
                                          'normalizar', 'fonetica', 'semelhantes', 'classificar_busca', 'cache_aplicando') $$,
                'X-5 PUBLIC executes the allow-list and no more');
SELECT is_empty($$ SELECT nome FROM funcoes
                    WHERE has_function_privilege('crm_web', oid, 'EXECUTE') AND NOT has_function_privilege('public', oid, 'EXECUTE')
                      AND proname NOT IN ('atender', 'web_segredo_evento', 'cache_epoca') AND proname NOT LIKE 'api\_%' $$,
                'AUTH-6 the front executes its entry and the api functions it dispatches to');
SELECT is_empty($$ SELECT c.oid::regclass FROM pg_class c WHERE c.relnamespace = 'crm'::regnamespace AND c.relkind IN ('r', 'v', 'S', 'm', 'p')
                    AND (has_table_privilege('crm_web', c.oid, 'SELECT') OR has_any_column_privilege('crm_web', c.oid, 'SELECT')
                         OR has_any_column_privilege('crm_web', c.oid, 'UPDATE')) AND c.relkind <> 'S' $$, 'AUTH-6 and touches no table');
SELECT is_empty($$ SELECT nome FROM funcoes WHERE proname = 'instalar'
                    AND (has_function_privilege('crm_owner', oid, 'EXECUTE') OR has_function_privilege('crm_administrador', oid, 'EXECUTE')) $$,
                'instalar is for superusers');

-- X-6
SELECT results_eq($$ SELECT rolsuper, rolcanlogin, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = 'crm_owner' $$,
                  $$ VALUES (false, false, false, false, false) $$, 'X-6 crm_owner is nobody');
SELECT is_empty($$ SELECT nome FROM funcoes WHERE prosecdef AND proowner <> 'crm_owner'::regrole $$, 'X-6 definer functions are his');
SELECT is_empty($$ SELECT c.oid::regclass, c.relowner::regrole FROM pg_class c WHERE c.relnamespace = 'crm'::regnamespace
                    AND c.relkind IN ('r', 'v', 'S', 'm', 'p') AND c.relowner <> 'crm_owner'::regrole
                    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') $$,
                'X-6 so are the tables, views and sequences');
SELECT is_empty($$ SELECT r.rolname FROM pg_roles r WHERE r.rolname <> 'crm_owner' AND NOT r.rolsuper AND pg_has_role(r.oid, 'crm_owner', 'MEMBER') $$,
                'X-6 and nobody is him');
SELECT is_empty($$ SELECT r.rolname FROM pg_roles r WHERE NOT r.rolsuper AND has_schema_privilege(r.oid, 'crm', 'CREATE') $$,
                'nobody creates in schema crm');

-- X-7
SELECT is_empty($$ SELECT relname FROM pg_class WHERE relnamespace = 'crm'::regnamespace AND relkind IN ('r', 'p')
                    AND relname IN ('usuarios', 'sessoes', 'tentativas_login', 'bloqueios_login', 'idempotencia', 'segredos', 'vendedores',
                                    'clientes', 'pedidos', 'cliente_vendedor', 'auditoria', 'auditoria_padrao')
                    AND NOT (relrowsecurity AND relforcerowsecurity) $$, 'X-7 row-level security is on and forced');
SELECT is_empty($$ SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'crm'
                    AND (coalesce(qual, 'true') IN ('true', '(true)') AND coalesce(with_check, 'true') IN ('true', '(true)')) $$,
                'X-7 no policy lets everything through');
SELECT is_empty($$ SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'crm'::regnamespace AND c.relkind = 'v'
                    AND NOT coalesce(c.reloptions, '{}') && '{security_invoker=true,security_barrier=true}'
                    AND EXISTS (SELECT FROM aclexplode(c.relacl) a WHERE a.grantee <> c.relowner) $$,
                'X-7 a view that is granted to somebody runs as invoker or is a barrier');
SELECT is_empty($$ SELECT c.relname FROM pg_class c, aclexplode(c.relacl) a WHERE c.relnamespace = 'crm'::regnamespace AND a.grantee = 0 $$,
                'PUBLIC has no right on a table or view');
SELECT is_empty($$ SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                    WHERE c.relnamespace = 'crm'::regnamespace AND a.attname = 'senha_hash'
                      AND EXISTS (SELECT FROM pg_roles r WHERE NOT r.rolsuper AND r.rolname <> 'crm_owner' AND r.rolname LIKE 'crm\_%'
                                    AND has_column_privilege(r.oid, c.oid, a.attnum, 'SELECT')) $$,
                'DADOS-4 nobody but the owner selects a hash');

-- X-9
SELECT is_empty('SELECT nome FROM funcoes WHERE proleakproof', 'X-9 no function claims to be leakproof');

-- Every public object says what it is.
SELECT is_empty($$ SELECT nome FROM funcoes WHERE obj_description(oid, 'pg_proc') IS NULL $$, 'every function has a comment');
SELECT is_empty($$ SELECT c.oid::regclass, a.attname
                     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum >= 0 AND NOT a.attisdropped
                    WHERE c.relnamespace = 'crm'::regnamespace AND c.relkind IN ('r', 'p')
                      AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid, 'pg_class') IS NULL) $$,
                'every table and column has a comment');

-- ---- each role sees its part ------------------------------------------------
SELECT crm.popular(200, 2, 4);
UPDATE crm.usuarios SET role_banco = 'crm_teste_vendedor' WHERE email = 'vendedor1@exemplo.test';
CREATE ROLE crm_teste_vendedor IN ROLE crm_vendedor;
CREATE ROLE crm_teste_carga IN ROLE crm_carga;
CREATE ROLE crm_teste_ninguem;
INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id, motivo, data_ultima_compra, valor_total)
SELECT c.id_cliente, u.id, 'distribuicao', c.data_ultima_compra, c.valor_total
  FROM (SELECT *, row_number() OVER (ORDER BY id_cliente) AS n FROM crm.clientes WHERE crm.situacao(data_ultima_compra) = 'elegivel' LIMIT 10) AS c
  JOIN crm.usuarios u ON u.email = 'vendedor' || 1 + n % 2 || '@exemplo.test';
CREATE FUNCTION pg_temp.ve(papel name, tabela text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    n bigint;
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', papel);
    EXECUTE format('SELECT count(*) FROM crm.%s', tabela) INTO n;
    RESET ROLE;
    RETURN n;
EXCEPTION WHEN insufficient_privilege THEN
    RESET ROLE;
    RETURN 'negado';
END $$;
SELECT is(pg_temp.ve(papel, tabela), esperado, format('%s sees of %s: %s', papel, tabela, esperado))
  FROM (VALUES ('crm_administrador', 'clientes', '200'), ('crm_gerente', 'clientes', '200'), ('crm_operador', 'clientes', '200'),
               ('crm_vendedor', 'clientes', '0'), ('crm_teste_vendedor', 'clientes', '5'), ('crm_teste_carga', 'clientes', '200'),
               ('crm_bi', 'clientes', 'negado'), ('crm_ti', 'clientes', 'negado'), ('crm_web', 'clientes', 'negado'),
               ('crm_teste_ninguem', 'clientes', 'negado'), ('crm_owner', 'clientes', '0'),
               ('crm_gerente', 'cliente_vendedor', '10'), ('crm_teste_vendedor', 'cliente_vendedor', '5'), ('crm_operador', 'cliente_vendedor', '0'),
               ('crm_gerente', 'vendedores', '2'), ('crm_teste_vendedor', 'vendedores', '1'),
               ('crm_administrador', 'usuarios', 'negado'), ('crm_gerente', 'sessoes', 'negado'), ('crm_gerente', 'segredos', 'negado'),
               ('crm_owner', 'segredos', '0'), ('crm_owner', 'usuarios', '0'), ('crm_vendedor', 'auditoria', 'negado'),
               ('crm_vendedor', 'lotes', 'negado'), ('crm_web', 'pedidos', 'negado'), ('crm_bi', 'pedidos', 'negado')
       ) AS v(papel, tabela, esperado);
SELECT is(pg_temp.ve('crm_teste_vendedor', 'pedidos')::bigint,
          (SELECT count(*) FROM crm.pedidos p JOIN crm.cliente_vendedor v ON v.cliente_id = p.cliente_id
             JOIN crm.usuarios u ON u.id = v.vendedor_id AND u.role_banco = 'crm_teste_vendedor'), 'orders of the own portfolio');
SET LOCAL ROLE crm_teste_vendedor;
SELECT throws_ok(format('SELECT %s FROM crm.clientes', c), '42501', NULL, format('a vendedor does not select %s (LGPD-1)', c))
  FROM unnest(ARRAY['cpf', 'data_nascimento', 'nome_mae', '*']) AS c;
SELECT throws_ok('UPDATE crm.clientes SET ativo = false', '42501', NULL, 'nor writes');
SELECT throws_ok('UPDATE crm.cliente_vendedor SET contatado = true', '42501', NULL, 'nor marks by table');
-- X-9: neither a cheap function nor a unique key tells of hidden rows.
CREATE FUNCTION pg_temp.espiar(bigint) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$
BEGIN
    RAISE NOTICE 'seen %', $1;
    PERFORM set_config('teste.vistos', coalesce(nullif(current_setting('teste.vistos', true), ''), '0')::int + 1 || '', true);
    RETURN true;
END $$;
SET LOCAL client_min_messages = warning;
SELECT is((SELECT count(*) FROM crm.clientes WHERE pg_temp.espiar(id_cliente)), 5::bigint, 'X-9 a function in WHERE sees what its caller sees');
SELECT is(current_setting('teste.vistos'), '5', 'X-9 not one row more');
SELECT is_empty($$ SELECT most_common_vals FROM pg_stats WHERE schemaname = 'crm' AND tablename IN ('clientes', 'pedidos', 'usuarios', 'auditoria') $$,
                'X-9 statistics of such tables are hidden');
RESET ROLE;

-- The loader.
SET LOCAL ROLE crm_teste_carga;
SELECT lives_ok($$ INSERT INTO crm.clientes (cpf, nome_completo) VALUES ('52998224725', 'Nova') $$, 'carga inserts');
SELECT lives_ok($$ INSERT INTO crm.pedidos (cliente_id, data_pedido, valor)
                   SELECT id_cliente, '2026-01-02', 3 FROM crm.clientes WHERE cpf = '52998224725' $$, 'and orders');
SELECT is(valor_total, 3::numeric, 'triggers work for it') FROM crm.clientes WHERE cpf = '52998224725';
SELECT throws_ok($$ UPDATE crm.clientes SET status = 'contatado' $$, '42501', NULL, 'status is the product''s');
SELECT throws_ok($$ SELECT * FROM crm.usuarios $$, '42501', NULL, 'nothing else');
SELECT throws_ok($$ SELECT crm.redistribuir_clientes() $$, '42501', NULL, 'no distribution');
RESET ROLE;

-- X-8: no setting changes who one is.
SET LOCAL ROLE crm_teste_vendedor;
SELECT is(pg_temp.ve('crm_teste_vendedor', 'clientes'), '5', 'X-8 before');
RESET ROLE;
SET LOCAL ROLE crm_teste_vendedor;
SELECT throws_ok(format('SET LOCAL crm.%s = %L', n, '1'), NULL, NULL, format('X-8 crm.%s cannot be set', n))
  FROM unnest(ARRAY['usuario', 'vendedor', 'papel', 'usuario_id']) AS n;
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
