-- Client search: filters, names by level, orders, cursor, total and facets, masking, portfolio, upkeep of the side table (BUSCA-1, BUSCA-2, BUSCA-4, LGPD-1, AUDIT-1).
BEGIN;
SELECT no_plan();

INSERT INTO crm.usuarios (id, nome, email, papel) VALUES (770001, 'Vendedora da busca', 'busca1@exemplo.test', 'vendedor');
DELETE FROM crm.clientes;
INSERT INTO crm.clientes (id_cliente, cpf, nome_completo, data_nascimento, celular, email, cidade, uf, data_ultima_compra, valor_total, ativo)
VALUES (1, '52998224725', 'Maria Silva',              crm.hoje() - interval '30 years', '(11) 98888-1111', 'Maria@Exemplo.test', 'São Paulo', 'SP', crm.hoje(),      10, true),
       (2, '11144477735', 'Maria da Silva Santos',    crm.hoje() - interval '30 years' + interval '1 day', '+55 21 97777-2222', 'ms@exemplo.test', 'Santos', 'SP', crm.hoje() - 40, 20, true),
       (3, '12345678909', 'Santos Maria Silvério',    NULL, NULL, NULL, NULL, NULL, NULL, 30, true),
       (4, '98765432100', 'Rosimaria Sousa',          crm.hoje() - interval '70 years', '(11) 96666-3333', 'rosi@exemplo.test', 'Rio Branco', 'AC', crm.hoje() - 90, 40, true),
       (5, '39053344705', 'Luís D''Ávila',            crm.hoje() - interval '18 years', NULL, NULL, 'são paulo', 'SP', crm.hoje() - 31, 50, true),
       (6, '86288366757', 'Luiz Gonçalves',           crm.hoje() - interval '17 years', NULL, NULL, 'SAO PAULO', 'RJ', crm.hoje() - 60, 60, true),
       (7, '15350946056', 'Maria Desativada',         NULL, NULL, NULL, NULL, 'SP', NULL, 70, false);

CREATE FUNCTION pg_temp.achados(VARIADIC args text[]) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE r bigint[];
BEGIN
    EXECUTE 'SELECT coalesce(array_agg(id_cliente), ''{}'') FROM crm.pesquisar_clientes(' || array_to_string(args, ', ') || ')' INTO r;
    RETURN r;
END $$;

-- ---- names -------------------------------------------------------------------
SELECT is(pg_temp.achados('$$maria silva$$'), '{1,2}', 'BUSCA-2 exact, then all words; connectors do not count');
SELECT is(pg_temp.achados('$$maria sil$$'), '{1,2,3}', 'BUSCA-2 who begins so, then by words, in any order');
SELECT is(pg_temp.achados('$$SILVA Máriá$$'), '{2,1}', 'BUSCA-2 without accents and case, any order');
SELECT is(pg_temp.achados('$$maria$$'), '{2,1,3,4}', 'BUSCA-2 who begins so, who has the word, who has a part of a word');
SELECT is(pg_temp.achados('$$luiz$$'), '{6,5}', 'BUSCA-2 the spelling typed before its twin');
SELECT results_eq($$ SELECT id_cliente, parecido FROM crm.pesquisar_clientes('luis') $$, $$ VALUES (5::bigint, false), (6, true) $$, 'BUSCA-2 twins are marked');
SELECT is(pg_temp.achados('$$davila$$'), '{5}', 'BUSCA-2 apostrophe or none');
SELECT is(pg_temp.achados('$$goncalvez$$'), '{6}', 'BUSCA-2 a typing slip');
SELECT is(pg_temp.achados('$$maria zzz$$'), '{}', 'every word must be there');
SELECT is(pg_temp.achados('$$%$$'), '{}', 'signs alone are in no name');
SELECT is(pg_temp.achados('$$   $$', 'sort => $$id$$'), '{1,2,3,4,5,6}', 'blanks ask for nothing');
SELECT is(pg_temp.achados('nome => $$maria$$', 'q => $$santos$$', 'sort => $$id$$'), '{2,3}', 'BUSCA-1 the box and the name combine');

-- ---- one box ------------------------------------------------------------------
SELECT is(pg_temp.achados('$$529.982.247-25$$'), '{1}', 'BUSCA-3 CPF');
SELECT is(pg_temp.achados('$$(21) 97777-2222$$'), '{2}', 'BUSCA-3 phone, stored with the country code');
SELECT is(pg_temp.achados('$$97777-2222$$'), '{2}', 'BUSCA-3 phone without area code');
SELECT is(pg_temp.achados('$$MARIA@exemplo$$'), '{1}', 'BUSCA-3 beginning of an e-mail');

-- ---- filters, alone and together --------------------------------------------------
SELECT is(pg_temp.achados(f, 'sort => $$id$$'), e::bigint[], 'BUSCA-1 ' || f)
  FROM (VALUES ('cpf => $$111.444$$', '{2}'), ('cpf => $$11144477735$$', '{2}'), ('cidade => $$sao p$$', '{1,5,6}'),
               ('cidade => $$SANTOS$$', '{2}'), ('uf => $$SP$$', '{1,2,5}'), ('uf => $$AC,RJ$$', '{4,6}'),
               ('idade_min => 30', '{1,4}'), ('idade_max => 29', '{2,5,6}'), ('idade_min => 18, idade_max => 18', '{5}'),
               ('situacao => $$ativo$$', '{1}'), ('situacao => $$elegivel$$', '{2,5,6}'), ('situacao => $$inativo,sem_compra$$', '{3,4}'),
               ('status => $$atribuido$$', '{}'), ('status => $$disponivel$$', '{1,2,3,4,5,6}'), ('ativo => false', '{7}'),
               ('ativo => NULL', '{1,2,3,4,5,6,7}'), ('celular => $$11$$', '{1,4}'), ('celular => $$2222$$', '{2}'),
               ('email => $$ROSI$$', '{4}'), ('uf => $$SP$$, situacao => $$elegivel$$, idade_max => 20', '{5}'),
               ('cidade => $$sao$$, uf => $$RJ$$', '{6}'), ('uf => $$AC$$, cidade => $$santos$$', '{}')) AS v(f, e);

-- ---- orders; who lacks the key comes last in both directions ---------------------------
SELECT is(pg_temp.achados('sort => $$' || o || '$$'), e::bigint[], 'BUSCA-1 in order ' || o)
  FROM (VALUES ('nome', '{5,6,2,1,4,3}'), ('-nome', '{3,4,1,2,6,5}'), ('cidade', '{4,2,1,5,6,3}'), ('-cidade', '{6,5,1,2,4,3}'),
               ('uf', '{4,6,1,2,5,3}'), ('-uf', '{5,2,1,6,4,3}'), ('idade', '{6,5,2,1,4,3}'), ('-idade', '{4,1,2,5,6,3}'),
               ('data_ultima_compra', '{4,6,2,5,1,3}'), ('-data_ultima_compra', '{1,5,2,6,4,3}'), ('-valor_total', '{6,5,4,3,2,1}'),
               ('situacao', '{1,2,5,6,4,3}'), ('-id', '{6,5,4,3,2,1}'), ('cpf', '{2,3,5,1,6,4}')) AS v(o, e);
SELECT is(pg_temp.achados('sort => $$nome$$', 'size => 2', 'page => 2'), '{2,1}', 'BUSCA-4 a page by number');

-- ---- cursor -------------------------------------------------------------------------------
CREATE FUNCTION pg_temp.percorrer(ordem text) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE c text; r bigint[] := '{}'; p record; n integer;
BEGIN
    FOR i IN 1..20 LOOP
        n := 0;
        FOR p IN SELECT * FROM crm.pesquisar_clientes(sort => ordem, size => 1, cursor => c) LOOP
            r := r || p.id_cliente; c := p.proximo; n := n + 1;
        END LOOP;
        EXIT WHEN n = 0 OR c IS NULL;
    END LOOP;
    RETURN r;
END $$;
SELECT is(pg_temp.percorrer(o), pg_temp.achados('sort => $$' || o || '$$'), 'BUSCA-4 one by one by cursor, ' || o)
  FROM unnest('{nome,-nome,cidade,-cidade,uf,-uf,idade,-idade,data_ultima_compra,-data_ultima_compra,valor_total,status,-situacao,id,cpf}'::text[]) AS o;
SET LOCAL crm.busca_reunir_ate = 1;
SELECT is(pg_temp.percorrer(o), (SELECT array_agg(id_cliente) FROM crm.pesquisar_clientes(sort => o)), 'BUSCA-4 the same along the indexes, ' || o)
  FROM unnest('{nome,-nome,cidade,-cidade,uf,-uf,idade,-idade,data_ultima_compra,-data_ultima_compra,valor_total,status,-situacao,id,cpf}'::text[]) AS o;
SET LOCAL crm.busca_reunir_ate = 2000;
CREATE TEMP TABLE c1 AS SELECT proximo FROM crm.pesquisar_clientes(sort => 'idade', size => 1);
SELECT throws_ok(format('SELECT * FROM crm.pesquisar_clientes(sort => %L, uf => %L, cursor => %L)', s, u, c), 'CR422', 'Cursor inválido.', t)
  FROM (SELECT 'nome' AS s, NULL AS u, proximo AS c, 'cursor of another order' AS t FROM c1
        UNION ALL SELECT 'idade', 'SP', proximo, 'cursor of other filters' FROM c1
        UNION ALL SELECT 'idade', NULL, overlay(proximo PLACING CASE substr(proximo, 9, 1) WHEN 'A' THEN 'B' ELSE 'A' END FROM 9), 'altered cursor' FROM c1
        UNION ALL SELECT 'idade', NULL, '%%%', 'no cursor at all'
        UNION ALL SELECT 'idade', NULL, repeat('A', 3000), 'far too long') v;
SELECT ok(encode(decode(rpad(translate(proximo, '-_', '+/'), (length(proximo) + 3) / 4 * 4, '='), 'base64'), 'hex') NOT LIKE
              '%' || reverse_hex || '%', 'LGPD-1 the cursor does not tell the key')
  FROM c1, (SELECT encode(int4send(data_nascimento - '2000-01-01'), 'hex') AS reverse_hex FROM crm.clientes WHERE id_cliente = 6) k;

-- ---- refused --------------------------------------------------------------------------------
SELECT throws_ok('SELECT * FROM crm.pesquisar_clientes(' || a || ')', 'CR422', NULL, 'BUSCA-1 refused: ' || a)
  FROM unnest(ARRAY['size => 0', 'size => 101', 'page => 0', 'page => 201, size => 50', 'sort => $$x$$', 'sort => $$-relevancia$$', 'uf => $$XX$$',
                    'uf => $$SP,$$', 'status => $$ativo$$', 'cpf => $$52998224724$$', 'cpf => $$12$$', 'cpf => $$1x3$$', 'celular => $$abc$$',
                    'idade_min => -1', 'idade_max => 151', 'q => repeat($$a$$, 256)', 'page => 2, cursor => $$x$$']) AS a;

-- ---- total and facets ---------------------------------------------------------------------------
SELECT v.t FROM (SELECT crm.api_pesquisar_clientes('{"uf": "SP", "size": "2"}')::jsonb AS j) r, LATERAL (VALUES
    (is(j -> 'facetas', '{"situacao": {"ativo": 1, "elegivel": 2}, "status": {"disponivel": 3}, "uf": {"SP": 3}, "exatas": true}', 'BUSCA-1 facets')),
    (is((j ->> 'total')::integer, 3, 'BUSCA-1 total')), (is((j ->> 'pages')::integer, 2, 'BUSCA-1 pages')),
    (is(jsonb_array_length(j -> 'items'), 2, 'BUSCA-1 size'))) AS v(t);
SELECT is(crm.api_pesquisar_clientes('{"q": "529.982.247-25"}')::jsonb -> 'interpretado', '{"tipo": "cpf", "campo": "cpf", "valor": "52998224725"}', 'BUSCA-3 what the box was taken for');
INSERT INTO crm.clientes (id_cliente, cpf, nome_completo, uf) SELECT g.id_cliente, g.cpf, 'Multidão ' || g.id_cliente, 'TO' FROM crm.popular_clientes(5000, 6200, 1, false) g LIMIT 1100;
SELECT v.t FROM (SELECT crm.api_pesquisar_clientes('{"q": "multidao"}')::jsonb AS j) r, LATERAL (VALUES
    (is(j ->> 'total_exato', 'false', 'BUSCA-1 beyond 1,000 the total is no promise')), (ok((j ->> 'total')::integer > 1000, '... but more')),
    (is(j ->> 'pages', NULL, '... and pages are not counted')), (is(j -> 'facetas' ->> 'exatas', 'false', '... facets neither'))) AS v(t);
DELETE FROM crm.clientes WHERE nome_completo LIKE 'Multidão%';

-- ---- who may see what -----------------------------------------------------------------------------
INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id, motivo) VALUES (2, 770001, 'distribuicao');
UPDATE crm.clientes SET status = 'atribuido' WHERE id_cliente = 2;
SELECT is(pg_temp.achados('status => $$atribuido$$'), '{2}', 'BUSCA-1 status');
CREATE ROLE busca_vendedora IN ROLE crm_vendedor;
CREATE ROLE busca_operador IN ROLE crm_operador;
CREATE ROLE busca_bi IN ROLE crm_bi;
UPDATE crm.usuarios SET role_banco = 'busca_vendedora' WHERE id = 770001;
SET LOCAL SESSION AUTHORIZATION busca_vendedora;
SELECT results_eq($$ SELECT id_cliente, cpf, data_nascimento, vendedor_id FROM crm.pesquisar_clientes() $$,
                  $$ VALUES (2::bigint, '***.444.777-**'::text, NULL::date, 770001::bigint) $$, 'LGPD-1 a vendedora finds her portfolio alone, masked');
SELECT is(count(*), 0::bigint, 'and nobody else, CPF or not') FROM crm.pesquisar_clientes('52998224725');
SET LOCAL SESSION AUTHORIZATION busca_operador;
SELECT results_eq($$ SELECT cpf, data_nascimento, idade FROM crm.pesquisar_clientes('maria silva', size => 1) $$,
                  $$ VALUES ('***.982.247-**'::text, NULL::date, 30) $$, 'LGPD-1 masked for an operador');
SELECT is(id_cliente, 1::bigint, 'LGPD-1 who knows a CPF may look it up') FROM crm.pesquisar_clientes('52998224725');
SELECT throws_ok($$ SELECT * FROM crm.pesquisar_clientes(cpf => '529982') $$, 'CR403', NULL, 'LGPD-1 but not by a part of it');
SELECT throws_ok($$ SELECT * FROM crm.pesquisar_clientes(sort => 'cpf') $$, 'CR403', NULL, 'LGPD-1 nor in its order');
SELECT throws_ok($$ SELECT * FROM crm.clientes_busca $$, '42501', NULL, 'the side table is nobody''s to read');
SELECT throws_ok($$ SELECT * FROM crm.palavras $$, '42501', NULL, 'nor the dictionary');
SET LOCAL SESSION AUTHORIZATION busca_bi;
SELECT throws_ok($$ SELECT * FROM crm.pesquisar_clientes() $$, '42501', NULL, 'BI does not search');
RESET SESSION AUTHORIZATION;
SELECT is(depois, '{"filtros": ["q"]}', 'AUDIT-1 a search past the front is counted, without what was looked for')
  FROM crm.auditoria WHERE acao = 'pesquisa' AND role_banco = 'busca_operador' ORDER BY id LIMIT 1;

-- ---- upkeep ------------------------------------------------------------------------------------------
SELECT is_empty($$ SELECT * FROM crm.busca_verificar() $$, 'side table and dictionary are right');
UPDATE crm.clientes SET nome_completo = 'Novo Nomeado ' || id_cliente, cidade = 'Palmas' WHERE id_cliente IN (1, 2);
SELECT is(pg_temp.achados('$$nomeado$$', 'cidade => $$palmas$$'), '{1,2}', 'an update in bulk is found');
UPDATE crm.clientes SET id_cliente = 100 WHERE id_cliente = 6;
SELECT is(pg_temp.achados('$$goncalves$$'), '{100}', 'a new id is found, the old one is gone');
SELECT is_empty($$ SELECT * FROM crm.busca_verificar() $$, 'right after updates');
SAVEPOINT a;
UPDATE crm.clientes SET nome_completo = 'Volta' WHERE id_cliente = 1;
DELETE FROM crm.clientes WHERE id_cliente = 3;
SELECT is(pg_temp.achados('$$volta$$'), '{1}', 'before the rollback');
SELECT is_empty($$ SELECT * FROM crm.busca_verificar() $$, 'right after a delete');
ROLLBACK TO a;
SELECT is(pg_temp.achados('$$volta$$'), '{}', 'after it');
CREATE TEMP TABLE antes AS SELECT xmin AS x, id_cliente FROM crm.clientes_busca;
UPDATE crm.clientes SET valor_total = valor_total + 1, data_ultima_compra = crm.hoje() - 33;
SELECT is((SELECT count(*) FROM crm.clientes_busca b JOIN antes a ON a.id_cliente = b.id_cliente AND a.x = b.xmin), (SELECT count(*) FROM antes),
          'orders do not touch the side table');
UPDATE crm.clientes_busca SET nome = 'errado' WHERE id_cliente = 4;
DELETE FROM crm.clientes_busca WHERE id_cliente = 5;
INSERT INTO crm.clientes_busca (id_cliente, nome, palavras, ativo) VALUES (999, 'x', 'x:X', true);
SELECT results_eq($$ SELECT * FROM crm.busca_verificar() WHERE id_cliente IS NOT NULL ORDER BY 1 $$,
                  $$ VALUES (4::bigint, 'difere'), (5, 'falta'), (999, 'sobra') $$, 'the verifier sees what is wrong');
SELECT crm.busca_refazer();
SELECT is_empty($$ SELECT * FROM crm.busca_verificar() $$, 'made anew, it is right');
TRUNCATE crm.clientes CASCADE;
SELECT is_empty($$ SELECT * FROM crm.busca_verificar() $$, 'right after a truncate');
SELECT is(pg_temp.achados('$$maria$$'), '{}', 'and empty');

-- Keys of the index: a day without a year has no key of its own.
SELECT is(crm.busca_chaves('maria:MARIA', 'Santos', 'SP', dia, true), crm.busca_chaves('maria:MARIA', 'Santos', 'SP', NULL, true), 'born ' || dia)
  FROM unnest('{infinity,-infinity}'::date[]) AS dia;
SELECT is(array_length(crm.busca_chaves('', NULL, NULL, dia, true), 1), 3, 'born ' || dia)
  FROM unnest('{4713-01-01 BC,2024-02-29,5874897-12-31}'::date[]) AS dia;

SELECT * FROM finish();
ROLLBACK;
