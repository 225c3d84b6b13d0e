-- crm.api_limites, crm.api_batimento, crm.api_origem_recusada: what the front asks for itself. API-3, AUTH-9, S-3, D-6.
BEGIN;
SELECT plan(27);

SELECT function_returns('crm', f, ARRAY['jsonb'], 'json') FROM unnest(ARRAY['api_limites', 'api_batimento', 'api_origem_recusada']) AS f;
SELECT is(has_function_privilege(papel, 'crm.' || f || '(jsonb)', 'EXECUTE'), papel = 'crm_web', papel || ' and ' || f)
  FROM unnest(ARRAY['crm_web', 'public', 'crm_vendedor', 'crm_administrador']) AS papel,
       unnest(ARRAY['api_limites', 'api_batimento', 'api_origem_recusada']) AS f;

-- crm.atender() makes nobody the identity of this transaction, so the data come first.
SELECT crm.popular(10, 2, 1);
UPDATE crm.vendedores SET online = true WHERE id IN (SELECT id FROM crm.vendedores ORDER BY id LIMIT 2);
UPDATE crm.vendedores SET visto_em = crm.agora() - interval '100 s';
CREATE TEMP TABLE s AS
    SELECT gen_random_uuid() AS id, v.id AS vendedor, n
      FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM crm.vendedores) AS v WHERE n <= 2;
INSERT INTO crm.sessoes (id, usuario_id, limite_em, encerrada_em, motivo_fim)
SELECT id, vendedor, crm.agora() + interval '1 day', CASE n WHEN 2 THEN now() END, CASE n WHEN 2 THEN 'logout' END FROM s;

-- Through crm.atender() without a session, as the front calls them.
SELECT is(status || (corpo::jsonb - 'cache')::text,
          '200' || jsonb_build_object('limite_requisicoes', 100, 'limite_anonimo', crm.config('limite_anonimo')::int,
                                      'limite_login', crm.config('limite_login')::int,
                                      'limite_pesquisa', crm.config('limite_pesquisa')::int)::text,
          'the budgets, as numbers')
  FROM crm.atender('limites', NULL, NULL, 'pgtap', NULL, NULL, '{}');
SELECT is(status || corpo, '200{"reaberta" : false}', 'no epoch here')
  FROM crm.atender('cache_violada', NULL, NULL, 'pgtap', NULL, NULL, '{"epoca": "1"}');
SELECT ok(NOT has_function_privilege('crm_web', 'crm.cache_reabrir(text)', 'EXECUTE'), 'only through it');
SELECT is(corpo::jsonb -> 'cache', '{"prefixo": null, "epoca": null}', 'no cache here')
  FROM crm.atender('limites', NULL, NULL, 'pgtap', NULL, NULL, '{}');

CREATE TEMP TABLE r AS
    SELECT status, corpo::jsonb AS corpo
      FROM crm.atender('batimento', NULL, NULL, 'pgtap', NULL, NULL,
           (SELECT jsonb_build_object('sessoes', jsonb_agg(id) || '["00000000-0000-0000-0000-000000000000"]') FROM s));
SELECT is(status, 200, 'the beat is answered') FROM r;
SELECT is((SELECT array_agg(e ORDER BY e) FROM r, jsonb_array_elements_text(corpo -> 'encerradas') AS e),
          (SELECT array_agg(e ORDER BY e) FROM (SELECT id::text AS e FROM s WHERE n = 2
                                                 UNION SELECT '00000000-0000-0000-0000-000000000000') AS x),
          'ended and unknown sessions are named, live ones are not');
SELECT is((SELECT array_agg(v.visto_em > crm.agora() - interval '60 s' ORDER BY s.n) FROM crm.vendedores v JOIN s ON s.vendedor = v.id),
          ARRAY[true, false], 'the seller of the live session was seen, the other was not');
SELECT is((SELECT status FROM crm.atender('batimento', NULL, NULL, 'pgtap', NULL, NULL, '{"sessoes": []}')), 200, 'nobody there');
SELECT is((SELECT status FROM crm.atender('batimento', NULL, NULL, 'pgtap', NULL, NULL, '{"sessoes": ["x"]}')), 422,
          'a list that is none is refused');

-- A foreign page: nobody's refusal is not written down, a user's is.
SELECT is((SELECT status FROM crm.atender('origem_recusada', NULL, NULL, 'pgtap', NULL, NULL, '{}')), 401, 'nobody: 401');
SELECT is((SELECT status || (corpo::jsonb ->> 'codigo') FROM s, crm.atender('origem_recusada', s.id, NULL, 'pgtap', NULL, NULL, '{}')
            WHERE n = 1), '403origem_recusada', 'a user: 403');
SELECT is((SELECT array_agg(a.usuario_id) FROM crm.auditoria AS a WHERE a.acao = 'recusa' AND a.requisicao = 'pgtap'),
          (SELECT array_agg(vendedor) FROM s WHERE n = 1), 'one row, of the user');

SELECT * FROM finish();
ROLLBACK;
