-- crm.json_lista(record), json_par, json_pedido, pagina, cursor_fazer, cursor_ler: the pieces of every list.
BEGIN;
SELECT no_plan();

-- ---- the same value as json_agg(row) ---------------------------------------------------
CREATE TYPE pg_temp.tipo_caso AS (a integer, b bigint, c smallint, d boolean, e numeric(12,2), f text, g varchar(40), h char(3),
                             i date, j timestamptz, k json, l jsonb, m text[], n double precision, o uuid);
CREATE TEMP TABLE caso OF pg_temp.tipo_caso;
INSERT INTO caso VALUES
    (1, -9223372036854775808, -1, true, 10, 'ç "aspas" \ barra', E'linha\nnova\tfim\u0001', 'ab', '2026-11-21',
     '2026-11-21 10:00:00.123456-03', '{"x": [1, 2]}', '{"y": null}', '{um,dois}', 1.5, '00000000-0000-4000-8000-000000000001'),
    (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (-2147483648, 9223372036854775807, 0, false, -0.01, '', '</script>', '', '0001-01-01', 'infinity', '[]', '""', '{}', 0,
     'ffffffff-ffff-ffff-ffff-ffffffffffff');
SELECT is((SELECT crm.json_lista(r)::jsonb FROM (SELECT a, b, d, e, f, g, h, i, j, k, o FROM caso) r),
          (SELECT json_agg(r)::jsonb FROM (SELECT a, b, d, e, f, g, h, i, j, k, o FROM caso) r), 'every type of the lists');
SELECT is((SELECT crm.json_lista(r)::text FROM (SELECT m, n, l, c FROM caso WHERE a = 1) r),
          '[{"m":"{um,dois}","n":"1.5","l":"{\"y\": null}","c":"-1"}]', 'other types as text');
SELECT is((SELECT crm.json_lista(r)::text FROM (SELECT 1 AS "a""b", 'NaN'::numeric AS n, '10.50'::numeric(9,2) AS v) r),
          '[{"a\"b":1,"n":null,"v":10.50}]', 'names are escaped; NaN is no number; decimals are kept');
SELECT is((SELECT crm.json_lista(r)::text FROM (SELECT 1 WHERE false) r), '[]', 'no rows: []');
SELECT is((SELECT crm.json_lista(NULL::pg_temp.tipo_caso)::text), '[]', 'a null row is none');
SELECT is((SELECT string_agg(crm_lista, '') FROM (SELECT crm.json_lista(r)::text AS crm_lista
             FROM (SELECT g % 2 AS g, repeat('x', 3000) AS t FROM generate_series(1, 100) g) r GROUP BY g) s),
          (SELECT string_agg('[' || repeat(format('{"g":%s,"t":"%s"},', g, repeat('x', 3000)), 49)
                             || format('{"g":%s,"t":"%s"}]', g, repeat('x', 3000)), '') FROM generate_series(0, 1) g),
          'groups, long values');
ALTER TABLE caso NOT OF;
ALTER TABLE caso DROP COLUMN b;
SELECT is((SELECT crm.json_lista(t) -> 0 -> 'a' FROM caso t WHERE a = 1)::text, '1', 'a dropped column is not there');
SELECT throws_ok('SELECT crm.json_lista_linha(NULL, NULL::record)', '42883', NULL, 'the transition function is not callable by itself');
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
