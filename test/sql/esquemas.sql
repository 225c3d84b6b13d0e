-- Arguments of requests, judged by crm.esquema_*: each refusal names its field, all of them at once (API-2, I-4, I-5, Z-4).
BEGIN;
SELECT plan(110);

-- One field of each kind.
CREATE FUNCTION crm.api_prova(args jsonb) RETURNS json LANGUAGE sql
    SECURITY DEFINER SET search_path = pg_catalog, crm, pg_temp AS $$ SELECT args::json $$;
ALTER FUNCTION crm.api_prova(jsonb) OWNER TO crm_owner;
GRANT EXECUTE ON FUNCTION crm.api_prova(jsonb) TO crm_web;
CREATE FUNCTION crm.esquema_prova() RETURNS jsonb LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${"argumentos": {
        "n": {"type": "integer"},
        "page": {"type": "integer", "minimum": 1, "maximum": 100},
        "x": {"type": "number", "minimum": -1.5, "maximum": 1000000},
        "t": {"type": "string", "maxLength": 4},
        "m": {"type": "string", "minLength": 2, "pattern": "^[a-z]+$"},
        "b": {"type": "boolean"},
        "d": {"type": "string", "format": "date"},
        "u": {"type": "string", "format": "uuid"},
        "cpf": {"type": "string", "format": "cpf"},
        "o": {"type": "string", "enum": ["a", "b"]},
        "nulo": {"type": ["integer", "null"], "minimum": 0},
        "l": {"type": "array", "items": {"type": "string", "enum": ["SP", "RJ"]}, "minItems": 1, "maxItems": 3},
        "obj": {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "boolean", "default": true}},
                "required": ["a"]},
        "mapa": {"type": "object", "additionalProperties": {"type": "integer", "maximum": 9}},
        "qualquer": {}}}$$::jsonb;
CREATE FUNCTION pg_temp.v(args text) RETURNS jsonb LANGUAGE sql AS $$ SELECT crm.validar_args('prova', args::jsonb) $$;

-- Whole numbers: JSON numbers and strings of digits.
SELECT is(pg_temp.v(args) -> 'n', valor::jsonb, args)
  FROM (VALUES ('{"n": 7}', '7'), ('{"n": "7"}', '7'), ('{"n": -7}', '-7'), ('{"n": "-7"}', '-7'),
               ('{"n": 0}', '0'), ('{"n": "007"}', '7'), ('{"n": 1e2}', '100'),
               ('{"n": 9223372036854775807}', '9223372036854775807'),
               ('{"n": "-9223372036854775808"}', '-9223372036854775808')) AS t(args, valor);
SELECT throws_ok(format('SELECT pg_temp.v(%L)', args), 'CR422', NULL, 'I-4 ' || args)
  FROM unnest(ARRAY['{"n": 1.5}', '{"n": "1.5"}', '{"n": "1e3"}', '{"n": 1e30}', '{"n": " 1"}', '{"n": "1 "}',
                    '{"n": "+1"}', '{"n": "0x10"}', '{"n": "-"}', '{"n": true}', '{"n": [1]}',
                    '{"n": {"a": 1}}', '{"n": 9223372036854775808}', '{"n": "99999999999999999999"}',
                    '{"n": "٣"}', '{"n": "１"}', '{"page": 0}', '{"page": -1}', '{"page": 1000000000}',
                    '{"page": 9223372036854775808}', '{"page": "1.5"}', '{"page": 101}', '[]', '7', '"x"',
                    'null']) AS args;
SELECT is(pg_temp.v('{"page": "100"}'), '{"page": 100}', 'upper bound included');

-- Numbers.
SELECT is(pg_temp.v(args) -> 'x', valor::jsonb, args)
  FROM (VALUES ('{"x": "12.50"}', '12.50'), ('{"x": -1.5}', '-1.5'), ('{"x": 1000000}', '1000000')) AS t(args, valor);
SELECT throws_ok(format('SELECT pg_temp.v(%L)', args), 'CR422', NULL, 'I-4 number ' || args)
  FROM unnest(ARRAY['{"x": "-1.51"}', '{"x": 1000000.01}', '{"x": "NaN"}', '{"x": "1e3"}', '{"x": ".5"}', '{"x": "5."}',
                    '{"x": "1,5"}', '{"x": true}']) AS args;

-- Text.
SELECT is(pg_temp.v('{"t": " Jo "}'), '{"t": " Jo "}', 'nothing is trimmed');
SELECT is(pg_temp.v('{"t": "ãããã"}'), '{"t": "ãããã"}', 'length counts characters');
SELECT throws_ok(format('SELECT pg_temp.v(%L)', args), 'CR422', NULL, 'text ' || args)
  FROM unnest(ARRAY['{"t": "12345"}', '{"t": 5}', '{"t": ["a"]}', '{"t": {"a": 1}}', '{"t": true}',
                    '{"m": "a"}', '{"m": "ab1"}', '{"m": "AB"}']) AS args;

-- Absence: "" and null are the same as no field, unless null is a value.
SELECT is(pg_temp.v('{"t": "", "n": "", "b": null, "o": "", "d": "", "l": ""}'), '{}', 'empty and null are absent');
SELECT is(pg_temp.v('{"nulo": null}'), '{"nulo": null}', 'null where it is a value');
SELECT is(pg_temp.v('{"nulo": "3"}'), '{"nulo": 3}', 'and any other value there');

-- Truth, days, words.
SELECT is(pg_temp.v(args) -> 'b', valor::jsonb, args)
  FROM (VALUES ('{"b": true}', 'true'), ('{"b": "true"}', 'true'), ('{"b": "false"}', 'false')) AS t(args, valor);
SELECT throws_ok(format('SELECT pg_temp.v(%L)', args), 'CR422', NULL, 'boolean ' || args)
  FROM unnest(ARRAY['{"b": 1}', '{"b": "1"}', '{"b": "sim"}', '{"b": []}']) AS args;
SELECT is(pg_temp.v('{"d": "2024-02-29"}'), '{"d": "2024-02-29"}', 'a leap day');
SELECT throws_ok(format('SELECT pg_temp.v(%L)', args), 'CR422', NULL, 'I-4 date ' || args)
  FROM unnest(ARRAY['{"d": "2023-02-30"}', '{"d": "2023-02-29"}', '{"d": "0000-01-01"}', '{"d": "10000-01-01"}',
                    '{"d": "2023-13-01"}', '{"d": "01/02/2023"}', '{"d": "infinity"}', '{"d": 20230101}',
                    '{"d": "2023-01-01T00"}']) AS args;
SELECT lives_ok(format('SELECT pg_temp.v(%L)', args), args)
  FROM unnest(ARRAY['{"u": "00000000-0000-4000-8000-00000000abCD"}', '{"cpf": "529.982.247-25"}', '{"cpf": "52998224725"}']) AS args;
SELECT throws_ok(format('SELECT pg_temp.v(%L)', args), 'CR422', NULL, 'I-4 ' || args)
  FROM unnest(ARRAY['{"u": "00000000-0000-4000-8000-00000000000g"}', '{"u": "0"}', '{"cpf": "52998224724"}', '{"cpf": "1"}',
                    '{"o": "senha"}', '{"o": 1}']) AS args;

-- Lists and objects.
SELECT is(pg_temp.v(args) -> 'l', valor::jsonb, args)
  FROM (VALUES ('{"l": "SP,RJ"}', '["SP","RJ"]'), ('{"l": ["RJ"]}', '["RJ"]'), ('{"l": "SP"}', '["SP"]')) AS t(args, valor);
SELECT throws_ok(format('SELECT pg_temp.v(%L)', args), 'CR422', NULL, 'list ' || args)
  FROM unnest(ARRAY['{"l": "SP,XX"}', '{"l": "SP,"}', '{"l": []}', '{"l": "SP,SP,SP,SP"}', '{"l": 1}', '{"l": {}}', '{"l": [null]}']) AS args;
SELECT is(pg_temp.v('{"obj": {"a": "5"}, "mapa": {"q": 9}, "qualquer": [1, {"z": null}]}'),
          '{"obj": {"a": 5, "b": true}, "mapa": {"q": 9}, "qualquer": [1, {"z": null}]}', 'objects, their defaults, free maps, anything');
SELECT throws_ok(format('SELECT pg_temp.v(%L)', args), 'CR422', msg, 'object ' || args)
  FROM (VALUES ('{"obj": {}}', 'O campo "obj.a" é obrigatório.'), ('{"obj": {"a": 1, "c": 1}}', 'O campo "obj.c" não existe aqui.'),
               ('{"mapa": {"q": 10}}', 'O campo "mapa.q" deve ser no máximo 9.'), ('{"obj": "x"}', 'O campo "obj" deve ser um objeto.')) AS t(args, msg);

-- Z-4: fields that are not there.
SELECT throws_ok($$SELECT pg_temp.v('{"n": 1, "is_admin": true}')$$, 'CR422',
                 'O campo "is_admin" não existe aqui.', 'Z-4 unknown field named');

-- Required fields and defaults; the compiled rules follow the catalog.
CREATE OR REPLACE FUNCTION crm.esquema_prova() RETURNS jsonb LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${"argumentos": {"id": {"type": "integer", "minimum": 1}, "size": {"type": "integer", "default": 50, "maximum": 100},
                             "senha": {"type": "string", "maxLength": 3}},
              "obrigatorios": ["id"]}$$::jsonb;
SELECT is(pg_temp.v('{"id": "7"}'), '{"id": 7, "size": 50}', 'a default is filled in');
SELECT throws_ok(format('SELECT pg_temp.v(%L)', args), 'CR422', 'O campo "id" é obrigatório.', 'required: ' || args)
  FROM unnest(ARRAY['{}', '{"id": null}', '{"id": ""}']) AS args;

-- All bad fields in one answer, before the function runs; never a value.
CREATE TEMP TABLE r AS
    WITH u AS (INSERT INTO crm.usuarios (nome, email, papel) VALUES ('Eva Es', 'eva@es.test', 'gerente') RETURNING id),
         s AS (INSERT INTO crm.sessoes (usuario_id, limite_em) SELECT id, now() + interval '1 day' FROM u RETURNING id)
    SELECT id AS sessao FROM s;
SELECT is(a.status || ' ' || (a.corpo::json ->> 'codigo') || ' ' || (SELECT string_agg(e ->> 'campo', ',' ORDER BY e ->> 'campo')
                                                                       FROM json_array_elements(a.corpo::json -> 'erros') AS e),
          '422 campo_desconhecido id,senha,size,x', 'API-2 every bad field is named')
  FROM r, crm.atender('prova', r.sessao, NULL, 'q', NULL, NULL, '{"size": 101, "x": 1, "senha": "segredo"}') AS a;
SELECT unalike(a.corpo, '%segredo%', 'and no value is repeated')
  FROM r, crm.atender('prova', r.sessao, NULL, 'q', NULL, NULL, '{"size": 101, "x": 1, "senha": "segredo"}') AS a;
SELECT is(a.status || a.corpo, '200{"id": 7, "size": 50}', 'the function gets what was converted')
  FROM r, crm.atender('prova', r.sessao, NULL, 'q', NULL, NULL, '{"id": "7"}') AS a;
SELECT is(json_array_length(a.corpo::json -> 'erros'), 20, 'a long list of mistakes is cut')
  FROM r, crm.atender('prova', r.sessao, NULL, 'q', NULL, NULL, (SELECT jsonb_object_agg('f' || i, i) FROM generate_series(1, 999) AS i)) AS a;

SELECT * FROM finish();
ROLLBACK;
