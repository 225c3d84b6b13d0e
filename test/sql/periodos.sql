-- crm.periodo(), periodo_de(), situacao(), dias_sem_comprar(): each client in exactly one bucket (TEMPO-2, TEMPO-3, TEMPO-4).
BEGIN;
SELECT no_plan();

SELECT function_returns('crm', 'periodo', ARRAY['integer'], 'text');
SELECT function_returns('crm', 'periodo_de', ARRAY['date'], 'text');

-- Boundaries: the last day of each bucket and the first of the next.
SELECT is(crm.periodo(dias), rotulo, format('%s days is %s', dias, rotulo))
  FROM (VALUES (0, '0-29'), (29, '0-29'), (30, '30-45'), (45, '30-45'), (46, '45-60'), (60, '45-60'),
               (61, '60-90'), (90, '60-90'), (91, '>90'), (2147483647, '>90'), (NULL, 'sem_compra')
       ) AS caso(dias, rotulo);
SELECT is(crm.situacao(crm.hoje() - dias), rotulo, format('%s days: %s', dias, rotulo))
  FROM (VALUES (-1, 'ativo'), (0, 'ativo'), (29, 'ativo'), (30, 'elegivel'), (60, 'elegivel'), (61, 'inativo'),
               (5000, 'inativo'), (NULL, 'sem_compra')) AS caso(dias, rotulo);
SELECT is(crm.periodo_de(crm.hoje() + 1), '0-29', 'a purchase dated in the future is recent');

SELECT throws_ok('SELECT crm.periodo(-1)', '22023',
                 'days since last purchase cannot be negative', 'negative days are refused');
SELECT throws_ok(format('SELECT crm.%s(''%s''::date)', f, d), '22008', NULL, format('%s refuses %s', f, d))
  FROM unnest(ARRAY['periodo_de', 'situacao', 'dias_sem_comprar']) AS f, unnest(ARRAY['infinity', '-infinity']) AS d;
SELECT lives_ok(format('SELECT crm.%s(''%s''::date)', f, d), format('%s of %s', f, d))
  FROM unnest(ARRAY['periodo_de', 'situacao', 'dias_sem_comprar']) AS f,
       unnest(ARRAY['4714-11-24 BC', '5874897-12-31']) AS d;

SELECT is(crm.dias_sem_comprar(crm.hoje() - 45), 45, 'days to today (TEMPO-2)');
SELECT is(crm.dias_sem_comprar(NULL), NULL::integer, 'never bought: NULL (TEMPO-2)');

-- Property, over 2,000 generated clients and every day around the bounds.
SELECT crm.popular(2000, 0, 11);
CREATE TEMP TABLE dias ON COMMIT DROP AS
    SELECT data_ultima_compra AS d FROM crm.clientes
    UNION ALL SELECT crm.hoje() - n FROM generate_series(-40, 800) AS n;
CREATE FUNCTION pg_temp.particao() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT is((SELECT count(*) FROM dias
                WHERE (CASE WHEN d IS NULL THEN 1 ELSE 0 END)
                    + (CASE WHEN crm.hoje() - d < j.i THEN 1 ELSE 0 END)
                    + (CASE WHEN crm.hoje() - d BETWEEN j.i AND j.m THEN 1 ELSE 0 END)
                    + (CASE WHEN crm.hoje() - d BETWEEN j.m + 1 AND j.f THEN 1 ELSE 0 END)
                    + (CASE WHEN crm.hoje() - d BETWEEN j.f + 1 AND j.p THEN 1 ELSE 0 END)
                    + (CASE WHEN crm.hoje() - d > j.p THEN 1 ELSE 0 END) <> 1
                   OR crm.periodo_de(d) <> CASE WHEN d IS NULL THEN 'sem_compra'
                                                WHEN crm.hoje() - d < j.i THEN '0-29'
                                                WHEN crm.hoje() - d <= j.m THEN '30-45'
                                                WHEN crm.hoje() - d <= j.f THEN '45-60'
                                                WHEN crm.hoje() - d <= j.p THEN '60-90'
                                                ELSE '>90' END),
              0::bigint, 'each client is in exactly one period, the one its days say')
      FROM (SELECT crm.config('janela_inicio')::int AS i, crm.config('janela_meio')::int AS m,
                   crm.config('janela_fim')::int AS f, crm.config('periodo_perdido')::int AS p) AS j
    UNION ALL
    SELECT is((SELECT count(*) FROM dias
                WHERE (crm.situacao(d) = 'elegivel') <> (crm.periodo_de(d) IN ('30-45', '45-60'))
                   OR (crm.situacao(d) = 'ativo') <> (crm.periodo_de(d) = '0-29')
                   OR (crm.situacao(d) = 'sem_compra') <> (crm.periodo_de(d) = 'sem_compra')),
              0::bigint, '30-45 and 45-60 are exactly the eligible window (TEMPO-4)');
$$;
SELECT * FROM pg_temp.particao();

-- The bounds are settings.
SELECT lives_ok($$ UPDATE crm.configuracoes c SET valor = v.valor
                     FROM (VALUES ('janela_inicio', '10'), ('janela_meio', '20'), ('janela_fim', '100'),
                                  ('periodo_perdido', '200')) AS v(chave, valor)
                    WHERE c.chave = v.chave $$, 'other bounds');
SELECT is(crm.periodo(10) || ',' || crm.periodo(21) || ',' || crm.periodo(101) || ',' || crm.periodo(201),
          '30-45,45-60,60-90,>90', 'the names stay, the days move');
SELECT * FROM pg_temp.particao();
SELECT throws_ok($$ UPDATE crm.configuracoes SET valor = '5' WHERE chave = 'janela_meio' $$, '23514', NULL,
                 'bounds out of order are refused');

-- TEMPO-4: three columns, never one.
SELECT has_column('crm', 'clientes', c, c) FROM unnest(ARRAY['ativo', 'status']) AS c;
SELECT hasnt_column('crm', 'clientes', 'situacao', 'situacao is computed');

SELECT * FROM finish();
ROLLBACK;
