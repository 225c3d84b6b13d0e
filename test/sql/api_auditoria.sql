-- crm.api_auditoria, crm.api_auditoria_verificar: filters, pages, the history of a record (AUDIT-2, AUDIT-3).
BEGIN;
SELECT no_plan();

SELECT function_returns('crm', 'api_auditoria', ARRAY['jsonb'], 'json');
SELECT function_returns('crm', 'api_auditoria_verificar', ARRAY['jsonb'], 'json');

INSERT INTO crm.usuarios (id, nome, email, papel) VALUES (99000001, 'Ana', 'ana@exemplo.test', 'administrador');
INSERT INTO crm.auditoria (quando, acao, tabela, registro_id, usuario_id, requisicao, depois)
SELECT '2026-03-01 12:00+00'::timestamptz + make_interval(hours => g), 'teste', 'coisas', g % 5 + 1, nullif(99000001 * (g % 2), 0), 'r' || g % 10,
       jsonb_build_object('g', g) FROM generate_series(1, 100) g;

CREATE FUNCTION pg_temp.api(args jsonb) RETURNS jsonb LANGUAGE sql AS $$ SELECT crm.api_auditoria(args)::jsonb $$;
CREATE FUNCTION pg_temp.ids(args jsonb) RETURNS bigint[] LANGUAGE sql AS
    $$ SELECT coalesce(array_agg((i ->> 'id')::bigint), '{}') FROM jsonb_array_elements(pg_temp.api(args) -> 'items') AS i $$;

-- Every filter, alone and with others, is the same as WHERE.
SELECT is(pg_temp.ids(filtro || '{"size": 200}'::jsonb), (SELECT coalesce(array_agg(a.id ORDER BY a.id DESC), '{}') FROM crm.auditoria AS a WHERE CASE n
              WHEN 1 THEN a.acao = 'teste' AND a.usuario_id = 99000001
              WHEN 2 THEN a.tabela = 'coisas' AND a.registro_id = 3
              WHEN 3 THEN a.tabela = 'coisas' AND a.requisicao = 'r3'
              WHEN 4 THEN (a.quando AT TIME ZONE 'America/Sao_Paulo')::date BETWEEN '2026-03-02' AND '2026-03-03'
              WHEN 5 THEN a.acao = 'teste' AND (a.quando AT TIME ZONE 'America/Sao_Paulo')::date <= '2026-03-01'
              WHEN 6 THEN a.acao = 'nunca'
              WHEN 7 THEN a.tabela = 'coisas' AND a.registro_id = 2 AND a.usuario_id = 99000001 AND a.quando >= '2026-03-03 03:00+00' END),
          'filter ' || filtro::text)
  FROM (VALUES (1, '{"acao": "teste", "usuario_id": 99000001}'::jsonb),
               (2, '{"tabela": "coisas", "registro_id": 3}'),
               (3, '{"tabela": "coisas", "requisicao": "r3"}'),
               (4, '{"de": "2026-03-02", "ate": "2026-03-03"}'),
               (5, '{"acao": "teste", "ate": "2026-03-01"}'),
               (6, '{"acao": "nunca"}'),
               (7, '{"tabela": "coisas", "registro_id": 2, "usuario_id": 99000001, "de": "2026-03-03"}')) AS v(n, filtro);

-- Somebody's rows are found by an index, in the partitions that exist and in those to come.
SELECT is_empty($$ SELECT i.inhrelid::regclass FROM pg_inherits AS i WHERE i.inhparent = 'crm.auditoria'::regclass
                    AND NOT EXISTS (SELECT FROM pg_index AS x WHERE x.indrelid = i.inhrelid AND pg_get_indexdef(x.indexrelid) LIKE '%(usuario_id, id) WHERE%') $$,
                'an index of who acted');

-- Pages: nothing twice, nothing left out.
CREATE FUNCTION pg_temp.paginas(args jsonb) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
    r jsonb;
    todos bigint[] := '{}';
BEGIN
    LOOP
        r := pg_temp.api(args);
        todos := todos || ARRAY(SELECT (i ->> 'id')::bigint FROM jsonb_array_elements(r -> 'items') AS i);
        EXIT WHEN r ->> 'proximo' IS NULL;
        args := args || jsonb_build_object('cursor', r ->> 'proximo');
    END LOOP;
    RETURN todos;
END $$;
SELECT is(pg_temp.paginas('{"tabela": "coisas", "size": 7}'), (SELECT array_agg(id ORDER BY id DESC) FROM crm.auditoria WHERE tabela = 'coisas'), 'all pages');
SELECT is(pg_temp.paginas('{"tabela": "coisas", "registro_id": 1, "size": 20}'),
          (SELECT array_agg(id ORDER BY id DESC) FROM crm.auditoria WHERE tabela = 'coisas' AND registro_id = 1), 'a page that is just full');
SELECT is(pg_temp.api('{"acao": "teste", "size": 1}') #> '{items,0,usuario}', 'null', 'nobody');
SELECT is(pg_temp.api('{"acao": "teste", "size": 1, "usuario_id": 99000001}') #> '{items,0,usuario}', '{"id": 99000001, "nome": "Ana"}', 'who');

-- A record among the many of a bulk statement: its values alone.
INSERT INTO crm.produtos (id, nome, preco) SELECT 99000000 + g, 'P' || g, g FROM generate_series(1, 300) g;
UPDATE crm.produtos SET preco = preco * 2 WHERE id > 99000000 AND id % 2 = 0;
UPDATE crm.produtos SET nome = 'só este' WHERE id = 99000010;
SELECT is((SELECT jsonb_agg(jsonb_build_array(i -> 'acao', i -> 'linhas', i -> 'antes', i -> 'depois'))
             FROM jsonb_array_elements(pg_temp.api('{"tabela": "produtos", "registro_id": 99000010}') -> 'items') AS i),
          '[["alterar", 1, {"nome": "P10"}, {"nome": "só este"}],
            ["alterar", 150, {"preco": 10.00}, {"preco": 20.00}],
            ["inserir", 300, null, {}]]', 'the history of a record');
SELECT is((SELECT jsonb_agg(i -> 'acao') FROM jsonb_array_elements(pg_temp.api('{"tabela": "produtos", "registro_id": 99000011}') -> 'items') AS i),
          '["inserir"]', 'of one that the second statement left alone');
-- What is too large for a list is left out, and said.
INSERT INTO crm.produtos (id, nome, preco) SELECT 99001000 + g, 'Q' || g, g FROM generate_series(1, 1000) g;
UPDATE crm.produtos SET nome = md5(id::text) || md5(nome) WHERE id > 99001000;
SELECT is(pg_temp.api('{"tabela": "produtos", "size": 1}') #> '{items,0}' ->> 'omitido', 'true', 'omitted');
SELECT is(pg_temp.api('{"tabela": "produtos", "size": 1}') #> '{items,0,depois}', 'null', 'not there');
SELECT is(length(pg_temp.api('{"tabela": "produtos", "registro_id": 99001007}') #>> '{items,0,depois,nome}'), 64, 'of one record it is');

-- Also what is small only as it is stored.
INSERT INTO crm.auditoria (acao, tabela, depois) VALUES ('teste', 'grandes', jsonb_build_object('t', repeat('k', 1000000)));
SELECT is((i ->> 'omitido', i -> 'depois')::text, '(true,null)', 'a compressed megabyte') FROM (SELECT pg_temp.api('{"tabela": "grandes"}') #> '{items,0}' AS i) AS x;

-- One row whole.
SELECT function_returns('crm', 'api_auditoria_linha', ARRAY['jsonb'], 'json');
CREATE FUNCTION pg_temp.linha(n bigint) RETURNS jsonb LANGUAGE sql AS $$ SELECT crm.api_auditoria_linha(jsonb_build_object('id', n))::jsonb $$;
SELECT is(pg_temp.linha(a.id), jsonb_set(jsonb_set(l.i, '{omitido}', 'false'), '{depois}', a.depois), 'the row of the list, with what was left out')
  FROM (SELECT pg_temp.api('{"tabela": "grandes"}') #> '{items,0}' AS i) AS l JOIN crm.auditoria AS a ON a.id = (l.i ->> 'id')::bigint;
SELECT is(jsonb_array_length(pg_temp.linha(a.id) #> '{depois,nome}'), 1000, 'a block')
  FROM crm.auditoria AS a WHERE a.tabela = 'produtos' AND a.linhas = 1000 AND a.acao = 'alterar';
SELECT is(pg_temp.linha(a.id), pg_temp.api(jsonb_build_object('tabela', 'coisas', 'cursor', (a.id + 1)::text, 'size', 1)) #> '{items,0}', 'a small one')
  FROM crm.auditoria AS a WHERE a.tabela = 'coisas' ORDER BY a.id LIMIT 1;
INSERT INTO crm.auditoria (acao, tabela, depois) VALUES ('teste', 'enormes', jsonb_build_object('t', repeat('k', 9000000)));
SELECT is(pg_temp.linha(max(a.id)) ->> 'omitido', 'true', 'nine megabytes are too much for an answer') FROM crm.auditoria AS a WHERE a.tabela = 'enormes';
SELECT throws_ok('SELECT pg_temp.linha(9000000000000)', 'CR404', NULL, 'none');
SELECT throws_ok(format('SELECT crm.api_auditoria_linha(%L)', a), 'CR422', NULL, a)
  FROM unnest(ARRAY['{}', '{"id": 0}', '{"id": -1}', '{"id": "x"}', '{"id": 1.5}', '{"id": 1e30}', '{"id": null}', '{"id": [1]}', '{"id": 1, "linha": 2}']) AS a;
-- Nobody asks the list for the whole of it.
SELECT throws_ok($$ SELECT crm.api_auditoria('{"linha": 1}') $$, 'CR422', NULL, 'not by the list');

-- Refusals.
CREATE FUNCTION pg_temp.recusa(args jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    codigo text;
BEGIN
    PERFORM crm.api_auditoria(args);
    RETURN 'feito';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS codigo = CONSTRAINT_NAME;
    RETURN SQLSTATE || ' ' || codigo;
END $$;
SELECT is(pg_temp.recusa(args), esperado, args::text)
  FROM (VALUES ('{"cursor": "x"}'::jsonb, 'CR422 campo_invalido'), ('{"cursor": "-1"}', 'CR422 campo_invalido'),
               ('{"registro_id": 5}', 'CR422 campo_invalido'), ('{"size": 201}', 'CR422 campo_invalido'),
               ('{"de": "2026-02-30"}', 'CR422 campo_invalido'), ('{"usuario_id": 0}', 'CR422 campo_invalido'),
               ('{"de": "5874897-12-31"}', 'CR422 campo_invalido'),
               ('{"acao": "'' OR true --"}', 'feito')) AS v(args, esperado);

-- The view: as the list, for who may.
SELECT results_eq('SELECT count(*), count(usuario) FROM crm.v_auditoria WHERE tabela = ''coisas''', 'VALUES (100::bigint, 50::bigint)', 'the view');
SET LOCAL ROLE crm_gerente;
SELECT throws_ok('SELECT * FROM crm.v_auditoria', '42501', NULL, 'a gerente does not read it');
RESET ROLE;

-- The check, whose answer is true until it is not. Nothing is sealed in this transaction.
SELECT is(r ->> 'ok', 'true', 'intact') FROM crm.api_auditoria_verificar('{}') AS r;
SELECT is(r ->> 'sem_selo', (SELECT count(*)::text FROM crm.auditoria), 'all of it waits') FROM crm.api_auditoria_verificar('{}') AS r;
SELECT throws_ok($$ SELECT crm.api_auditoria_verificar('{"selo": "x"}') $$, 'CR422', NULL, 'no seal');

SELECT * FROM finish();
ROLLBACK;
