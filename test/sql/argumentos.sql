-- crm.arg_*: strict arguments of requests, each refusal names its field (API-2, I-4, I-5, Z-4).
BEGIN;
SELECT plan(79);

-- Whole numbers: JSON numbers and strings of digits.
SELECT is(crm.arg_bigint(args::jsonb, 'n', true), valor, args)
  FROM (VALUES ('{"n": 7}', 7::bigint), ('{"n": "7"}', 7), ('{"n": -7}', -7), ('{"n": "-7"}', -7),
               ('{"n": 0}', 0), ('{"n": "007"}', 7), ('{"n": 1e2}', 100),
               ('{"n": 9223372036854775807}', 9223372036854775807),
               ('{"n": "-9223372036854775808"}', (-9223372036854775808)::bigint)) AS t(args, valor);
SELECT throws_ok(format('SELECT crm.arg_bigint(%L, %L, true, 0, 1000)', args, 'n'), 'CR422', NULL, 'I-4 ' || args)
  FROM unnest(ARRAY['{"n": 1.5}', '{"n": "1.5"}', '{"n": "1e3"}', '{"n": 1e30}', '{"n": " 1"}', '{"n": "1 "}',
                    '{"n": "+1"}', '{"n": "0x10"}', '{"n": "-"}', '{"n": ""}', '{"n": true}', '{"n": [1]}',
                    '{"n": {"a": 1}}', '{"n": 9223372036854775808}', '{"n": "99999999999999999999"}',
                    '{"n": "٣"}', '{"n": "１"}', '{"n": -1}', '{"n": 1001}', '{"n": null}', '{}', '[]', '7', '"x"',
                    'null']) AS args;
SELECT is(crm.arg_bigint('{}', 'n'), NULL, 'absent and not required');
SELECT is(crm.arg_bigint(NULL, 'n'), NULL, 'no arguments at all');
SELECT is(crm.arg_int('{}', 'page', 1, 1, 10), 1, 'default');
SELECT is(crm.arg_int('{"page": "10"}', 'page', 1, 1, 10), 10, 'upper bound included');
SELECT throws_ok(format('SELECT crm.arg_int(%L, %L, 1, 1, 100)', args, 'page'), 'CR422', NULL, 'I-4 page ' || args)
  FROM unnest(ARRAY['{"page": 0}', '{"page": -1}', '{"page": 1000000000}', '{"page": 9223372036854775808}',
                    '{"page": "1.5"}', '{"page": 101}']) AS args;

-- Text.
SELECT is(crm.arg_texto('{"t": " João "}', 't', true, 10), ' João ', 'nothing is trimmed');
SELECT is(crm.arg_texto('{"t": "ãããã"}', 't', true, 4), 'ãããã', 'length counts characters');
SELECT is(crm.arg_texto('{"t": ""}', 't'), NULL, 'empty is absent');
SELECT throws_ok(format('SELECT crm.arg_texto(%L, %L, true, 4)', args, 't'), 'CR422', NULL, 'text ' || args)
  FROM unnest(ARRAY['{"t": "12345"}', '{"t": ""}', '{"t": null}', '{}', '{"t": 5}', '{"t": ["a"]}',
                    '{"t": {"a": 1}}', '{"t": true}']) AS args;

-- Truth, days, words.
SELECT is(crm.arg_booleano(args::jsonb, 'b', false), valor, args)
  FROM (VALUES ('{"b": true}', true), ('{"b": "true"}', true), ('{"b": "false"}', false), ('{}', false)) AS t(args, valor);
SELECT throws_ok(format('SELECT crm.arg_booleano(%L, %L)', args, 'b'), 'CR422', NULL, 'boolean ' || args)
  FROM unnest(ARRAY['{"b": 1}', '{"b": "1"}', '{"b": "sim"}', '{"b": []}']) AS args;
SELECT is(crm.arg_data('{"d": "2024-02-29"}', 'd'), '2024-02-29'::date, 'a leap day');
SELECT throws_ok(format('SELECT crm.arg_data(%L, %L, true)', args, 'd'), 'CR422', NULL, 'I-4 date ' || args)
  FROM unnest(ARRAY['{"d": "2023-02-30"}', '{"d": "2023-02-29"}', '{"d": "0000-01-01"}', '{"d": "10000-01-01"}',
                    '{"d": "2023-13-01"}', '{"d": "01/02/2023"}', '{"d": "infinity"}', '{"d": 20230101}',
                    '{"d": "2023-01-01T00"}', '{}']) AS args;
SELECT is(crm.arg_opcao('{"o": "b"}', 'o', 'a', '{a,b}'), 'b', 'one of the words');
SELECT is(crm.arg_opcao('{}', 'o', 'a', '{a,b}'), 'a', 'default word');
SELECT throws_ok($$SELECT crm.arg_opcao('{"o": "senha"}', 'o', 'a', '{a,b}')$$, 'CR422', NULL, 'I-4 sort=senha');

-- Z-4: fields that are not there.
SELECT lives_ok($$SELECT crm.arg_somente('{"a": 1}', '{a,b}')$$, 'known fields');
SELECT throws_ok($$SELECT crm.arg_somente('{"a": 1, "is_admin": true}', '{a,b}')$$, 'CR422',
                 'O campo "is_admin" não existe aqui.', 'Z-4 unknown field named');

SELECT * FROM finish();
ROLLBACK;
