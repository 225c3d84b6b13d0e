-- crm.cpf: input, output, order, hash, indexes, casts, binary form, refusals (DADOS-3, LGPD-1, X-9).
BEGIN;
SELECT no_plan();

SELECT has_type('crm', 'cpf', 'type exists');
SELECT results_eq(
    $$ SELECT typlen::int, typbyval, typalign::text FROM pg_type WHERE oid = 'crm.cpf'::regtype $$,
    $$ VALUES (8, true, 'd') $$, '8 bytes, by value');

-- Forms of one CPF.
SELECT is(texto::crm.cpf::text, '52998224725', format('reads "%s"', texto))
  FROM (VALUES ('52998224725'), ('529.982.247-25'), ('529982247-25'), ('  529.982.247-25 ')) AS c(texto);
SELECT is('00000000191'::crm.cpf::text, '00000000191', 'leading zeros stay');
SELECT is(crm.cpf_formatado('52998224725'), '529.982.247-25', 'formatted');
SELECT is(crm.cpf_mascara('52998224725'), '***.982.247-**', 'masked (LGPD-1)');
SELECT is('191'::bigint::crm.cpf::text, '00000000191', 'from bigint');
SELECT is('00000000191'::crm.cpf::bigint, 191::bigint, 'to bigint');

-- Refusals: 22P02 with a hint, and the value in no part of the error.
CREATE FUNCTION pg_temp.recusa(comando text, valor text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    m text; d text; h text; e text;
BEGIN
    EXECUTE comando;
    RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS m = MESSAGE_TEXT, d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT,
                            e = RETURNED_SQLSTATE;
    RETURN e || CASE WHEN h = '' THEN ' no hint' ELSE '' END
             || CASE WHEN valor <> '' AND strpos(m || d || h, valor) > 0 THEN ' echoes' ELSE '' END;
END $$;
SELECT is(pg_temp.recusa(format('SELECT %L::crm.cpf', v), v), '22P02', format('refuses "%s"', v))
  FROM (VALUES (''), ('191'), ('5299822472'), ('529982247255'), ('529..982.247-25'), ('529-982-247-25'),
               ('5299822472a'), ('52998224724'), ('25998224725'), ('111.111.111-11'), ('00000000000'),
               ('-52998224725'), ('52998224725x'), ('５2998224725'), (repeat('5', 1000))) AS c(v);
SELECT is(pg_temp.recusa(format('SELECT (%s)::bigint::crm.cpf', v), v), '22P02', format('refuses the number %s', v))
  FROM (VALUES ('52998224724'), ('11111111111'), ('(-191)'), ('9223372036854775807'), ('100000000000')) AS c(v);
SELECT throws_ok($$ SELECT 191::bigint = '00000000191'::crm.cpf $$, '42883', NULL, 'no implicit cast to bigint');
SELECT throws_ok($$ SELECT lower('00000000191'::crm.cpf) $$, '42883', NULL, 'no implicit cast to text');

-- Order, hash, indexes.
CREATE TEMP TABLE t (c crm.cpf) ON COMMIT DROP;
INSERT INTO t SELECT g.cpf FROM crm.popular_clientes(1, 3000, 1, false) AS g;
SELECT results_eq('SELECT c::text FROM t ORDER BY c', 'SELECT c::text FROM t ORDER BY c::text COLLATE "C"',
                  'order of the digits');
SELECT ok('00000000191'::crm.cpf < '52998224725' AND '52998224725'::crm.cpf > '00000000191'
          AND '00000000191'::crm.cpf <= '00000000191' AND '00000000191'::crm.cpf >= '00000000191'
          AND '00000000191'::crm.cpf <> '52998224725' AND '00000000191'::crm.cpf = '00000000191', 'operators');
SELECT ok(amvalidate(oid), format('operator class %s is valid', opcname))
  FROM pg_opclass WHERE opcintype = 'crm.cpf'::regtype;
SELECT is((SELECT count(*) FROM t a JOIN t b USING (c)), 3000::bigint, 'joins');
CREATE INDEX ON t (c);
CREATE INDEX ON t USING hash (c);
SET LOCAL enable_seqscan = off;
SELECT is((SELECT count(*) FROM t WHERE c = (SELECT min(c::text)::crm.cpf FROM t)), 1::bigint, 'found by index');
SELECT results_eq('SELECT count(DISTINCT c) FROM t', 'SELECT count(*) FROM t', 'distinct');
SELECT is(crm.cpf_hash('00000000191'), hashint8(191), 'hash of the number');

-- Binary form: as judged as text.
SELECT is(encode(crm.cpf_send('00000000191'), 'hex'), '00000000000000bf', 'binary output');

-- Rights and promises.
SELECT is_empty($$ SELECT proname FROM pg_proc WHERE pronamespace = 'crm'::regnamespace AND proleakproof $$,
                'no function claims to be leakproof (X-9)');
SELECT ok(has_function_privilege('public', 'crm.cpf_in(cstring)', 'EXECUTE'), 'everybody reads a CPF');

SELECT * FROM finish();
ROLLBACK;
