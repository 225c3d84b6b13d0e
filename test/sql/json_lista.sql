-- The writer of JSON lists (ler_cartoes, ler_clientes), json_par, json_pedido, pagina, cursor_fazer, cursor_ler: the pieces of every list.
BEGIN;
SELECT no_plan();

-- ---- the same values as json_agg(row), in the order of the ids ---------------------------
SELECT lives_ok('SELECT crm.popular(60, 1, 7)', 'clients');
UPDATE crm.vendedores SET online = true, visto_em = crm.agora();
SELECT lives_ok('SELECT crm.redistribuir_clientes()', 'a seller holds some');
CREATE TEMP TABLE carta AS SELECT id, cliente_id FROM crm.cliente_vendedor WHERE encerrada_em IS NULL;
INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id, data_ultima_compra, valor_total, motivo)
SELECT c.id_cliente, (SELECT min(id) FROM crm.vendedores), c.data_ultima_compra, c.valor_total, 'realocacao'
  FROM crm.clientes c
 WHERE NOT EXISTS (SELECT FROM crm.cliente_vendedor v WHERE v.cliente_id = c.id_cliente AND v.encerrada_em IS NULL);
UPDATE crm.cliente_vendedor SET observacoes = E'ç "aspas" \\ barra\nlinha\r\tfim\u0001\u001f' || repeat('x', 3000), contatado = true,
       data_contato = '2026-11-21 10:00:00.123456-03', resultado = 'interessado' WHERE id % 3 = 0;
UPDATE crm.cliente_vendedor SET observacoes = '' WHERE id % 3 = 1;
UPDATE crm.clientes SET nome_completo = 'José "Zé" \ Silva', cidade = '</script>' WHERE id_cliente % 4 = 0;

CREATE FUNCTION pg_temp.so(lista json, chaves text[]) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_agg((SELECT jsonb_object_agg(k, e -> k) FROM unnest(chaves) k) ORDER BY n)
      FROM jsonb_array_elements(lista::jsonb) WITH ORDINALITY AS x(e, n) $$;
CREATE FUNCTION pg_temp.esperada(ids bigint[]) RETURNS jsonb LANGUAGE sql AS $$
    SELECT json_agg(r)::jsonb FROM (
        SELECT c.id_cliente AS id, c.nome_completo AS nome, c.cidade, c.uf, c.data_ultima_compra, c.valor_total, c.ativo,
               c.status, v.id AS atribuicao_id, v.data_atribuicao, v.contatado, v.data_contato, v.resultado,
               v.observacoes, v.fixado, v.encerrada_em
          FROM unnest(ids) WITH ORDINALITY AS u(id, ordem)
          JOIN crm.cliente_vendedor v ON v.id = u.id JOIN crm.clientes c ON c.id_cliente = v.cliente_id
         ORDER BY u.ordem) r $$;
CREATE FUNCTION pg_temp.conferir(ids bigint[], nome text) RETURNS text LANGUAGE sql AS $$
    SELECT is(pg_temp.so(crm.ler_cartoes(ids, '2026-10-01'),
                         '{id,nome,cidade,uf,data_ultima_compra,valor_total,ativo,status,atribuicao_id,data_atribuicao,'
                         'contatado,data_contato,resultado,observacoes,fixado,encerrada_em}'),
              pg_temp.esperada(ids), nome) $$;
SELECT pg_temp.conferir(array_agg(id ORDER BY id), 'cards in order') FROM crm.cliente_vendedor;
SELECT pg_temp.conferir(array_agg(id ORDER BY md5(id::text)), 'cards in any order') FROM crm.cliente_vendedor;
SET LOCAL enable_nestloop = off;    -- rows come out of hash joins in whatever order
SET LOCAL plan_cache_mode = force_custom_plan;
SELECT pg_temp.conferir(array_agg(id ORDER BY id DESC), 'cards in order, whatever the plan') FROM crm.cliente_vendedor;
RESET enable_nestloop;
RESET plan_cache_mode;
SELECT is(crm.ler_cartoes(ids, '2026-10-01')::text, '[]', format('cards of %L', ids)) FROM (VALUES (NULL::bigint[]), ('{}'), ('{0}')) AS v(ids);
SELECT is(crm.ler_clientes(ids)::text, '[]', format('clients of %L', ids)) FROM (VALUES (NULL::bigint[]), ('{}'), ('{0}')) AS v(ids);
SELECT is((SELECT jsonb_agg(e -> 'id' ORDER BY n)
             FROM jsonb_array_elements(crm.ler_clientes(ids)::jsonb) WITH ORDINALITY AS x(e, n)), to_jsonb(ids), 'clients in order')
  FROM (SELECT array_agg(id_cliente ORDER BY md5(id_cliente::text)) AS ids FROM crm.clientes) i;
SELECT is((SELECT jsonb_agg(e ORDER BY n)
             FROM jsonb_array_elements((crm.ler_lista_vendedores()).lista::jsonb) WITH ORDINALITY AS x(e, n)),
          (SELECT jsonb_agg(to_jsonb(d) - '{vendedor_id,vendedor,valor_aberto}'::text[]
                            || jsonb_build_object('id', d.vendedor_id, 'nome', d.vendedor) ORDER BY lower(d.vendedor), d.vendedor_id)
             FROM crm.v_desempenho_vendedor d), 'sellers as in the view');
UPDATE crm.vendedores SET visto_em = crm.agora() - interval '1 day' WHERE id = (SELECT max(id) FROM crm.vendedores);
UPDATE crm.cliente_vendedor SET fixado = true WHERE encerrada_em IS NULL AND id % 5 = 0;
SELECT results_eq('SELECT total, online, ausentes, disponiveis, pendentes, valor_pendente FROM crm.ler_lista_vendedores()',
                  $$SELECT count(*), count(*) FILTER (WHERE online), count(*) FILTER (WHERE ausente), count(*) FILTER (WHERE disponivel_agora),
                           sum(pendentes + fixados)::bigint, sum(valor_pendente) FROM crm.v_desempenho_vendedor$$,
                  'BI-1 their totals as in the view');
SELECT is((SELECT ausentes FROM crm.ler_lista_vendedores()), 1::bigint, 'with one who is absent');

-- ---- small objects -----------------------------------------------------------------------
SELECT is(crm.json_par(7, 'José "Zé"')::jsonb, '{"id": 7, "nome": "José \"Zé\""}', 'json_par');
SELECT is(crm.json_par(7, NULL)::text, NULL, 'json_par of null');
SELECT is(crm.json_pedido('2026-02-28', 9.90)::text, '{"data":"2026-02-28","valor":9.90}', 'json_pedido');

-- ---- pages -----------------------------------------------------------------------------------
SELECT is(crm.pagina(args::jsonb, 50, 100), ROW(page, size, salto)::record, format('page of %s', args))
  FROM (VALUES ('{}', 1, 50, 0), ('{"page": "3", "size": "10"}', 3, 10, 20), ('{"page": 100, "size": 100}', 100, 100, 9900))
       AS v(args, page, size, salto);
SELECT throws_ok($$SELECT crm.pagina('{"page": 101, "size": 100}', 50, 100)$$, 'CR422', NULL, 'beyond row 10,000: a cursor');
SELECT is(crm.paginas(total, 50), n, format('pages of %s', total))
  FROM (VALUES (0::bigint, 0::bigint), (1, 1), (50, 1), (51, 2)) AS v(total, n);

-- ---- cursors ------------------------------------------------------------------------------------
SELECT is(crm.cursor_ler(jsonb_build_object('cursor', crm.cursor_fazer('nome', chave, id)), 'nome', ''),
          ROW(chave, id)::record, format('cursor of %s there and back', chave))
  FROM (VALUES ('Ana', 1::bigint), ('João | da | Silva', 999999999999999999), ('', 0), (repeat('ç', 255), 5)) AS v(chave, id);
SELECT matches(crm.cursor_fazer('nome', repeat('~?>', 80), 1), '^[-_A-Za-z0-9]+$', 'a cursor needs no escaping in a URL');
SELECT is(crm.cursor_ler('{}', 'nome', ''), ROW(NULL::text, NULL::bigint)::record, 'no cursor');
SELECT throws_ok(format($$SELECT crm.cursor_ler(jsonb_build_object('cursor', %L), 'data', '^[0-9]+$')$$, cursor), 'CR422', NULL,
                 format('refused: %s', left(cursor, 30)))
  FROM (VALUES ('x'), ('%%%'), ('////'), ('=' ), (crm.cursor_fazer('nome', '1', 1)), (crm.cursor_fazer('data', 'x', 1)),
               (translate(encode('data|99999999999999999999|1', 'base64'), E'+/=\n', '-_')),
               (encode('\xff00ff', 'base64')), (repeat('A', 2001))) AS v(cursor);

SELECT * FROM finish();
ROLLBACK;
