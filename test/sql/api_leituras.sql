-- crm.api_registrar_leituras, crm.api_registrar_perfis: reads of clients that the front tells of. AUDIT-1, D-6.
BEGIN;
SELECT plan(16);

SELECT function_returns('crm', 'api_registrar_leituras', ARRAY['jsonb'], 'json');
SELECT ok(has_function_privilege('crm_web', 'crm.api_registrar_leituras(jsonb)', 'EXECUTE'), 'the front may');
SELECT ok(NOT has_function_privilege(r, 'crm.api_registrar_leituras(jsonb)', 'EXECUTE'), r || ' may not')
  FROM unnest(ARRAY['public', 'crm_administrador']) AS r;

SELECT crm.criar_usuario(nome => 'Leitora', email => 'leitora@exemplo.test', papel => 'operador', senha => 'uma-senha-longa');
INSERT INTO crm.sessoes (id, usuario_id, limite_em, encerrada_em, motivo_fim)
SELECT '00000000-0000-4000-8000-000000000001'::uuid, id, clock_timestamp() + interval '1 day', clock_timestamp(), 'logout'
  FROM crm.usuarios WHERE email = 'leitora@exemplo.test';

CREATE FUNCTION pg_temp.registrar(repetida boolean, desde bigint) RETURNS bigint LANGUAGE sql AS $$
    SELECT (corpo::json ->> 'ultima')::bigint
      FROM crm.atender('registrar_leituras', NULL, NULL, 'pgtap', NULL, NULL, jsonb_build_object(
        'lote', 'lote-pgtap-1', 'repetida', repetida, 'desde', desde, 'leituras', '[
          {"sessao": "00000000-0000-4000-8000-000000000001", "endereco": "192.0.2.1",
           "rota": "GET /api/v1/clients/search", "funcao": "pesquisar_clientes", "vezes": 3},
          {"sessao": "00000000-0000-4000-8000-000000000001", "endereco": "192.0.2.1",
           "rota": "GET /api/admin/todos-clientes", "funcao": "todos_clientes", "vezes": 2},
          {"sessao": "00000000-0000-4000-8000-00000000dead", "endereco": "192.0.2.2",
           "rota": "GET /api/admin/todos-clientes", "funcao": "todos_clientes", "vezes": 1}]'::jsonb));
$$;
CREATE TEMP TABLE primeira AS SELECT pg_temp.registrar(false, 0) AS ultima;

PREPARE gravadas AS
    SELECT a.acao, u.nome::text, a.papel, a.endereco, a.linhas, a.depois ->> 'rota'
      FROM crm.auditoria AS a LEFT JOIN crm.usuarios AS u ON u.id = a.usuario_id
     WHERE a.requisicao = 'lote-pgtap-1' ORDER BY a.linhas DESC;
SELECT results_eq('gravadas', $$VALUES
    ('pesquisa', 'Leitora'::text, 'operador', '192.0.2.1', 3, 'GET /api/v1/clients/search'),
    ('leitura',  'Leitora', 'operador', '192.0.2.1', 2, 'GET /api/admin/todos-clientes'),
    ('leitura',  NULL,      NULL,       '192.0.2.2', 1, 'GET /api/admin/todos-clientes')$$,
    'one row each; also of an ended session, and of one that is gone');
SELECT is((SELECT ultima FROM primeira), (SELECT max(id) FROM crm.auditoria), 'the answer is the youngest row');
SELECT is(pg_temp.registrar(true, 0), (SELECT ultima FROM primeira), 'sent again: the same answer');
SELECT is((SELECT count(*) FROM crm.auditoria WHERE requisicao = 'lote-pgtap-1'), 3::bigint, 'and no row more');
SELECT cmp_ok(pg_temp.registrar(true, (SELECT ultima FROM primeira)), '>', (SELECT ultima FROM primeira),
    'sent again and not there: written');
SELECT is((SELECT status FROM crm.atender('registrar_leituras', NULL, NULL, 'pgtap', NULL, NULL,
    '{"lote": "x", "repetida": false, "desde": 0, "leituras": [{"sessao": "x"}]}')), 422, 'no uuid: refused');
SELECT is((SELECT corpo FROM crm.atender('registrar_leituras', NULL, NULL, 'pgtap', NULL, NULL,
    '{"lote": "y", "repetida": false, "desde": 7, "leituras": []}')), '{"ultima" : 7}', 'nothing: as before');

-- Profiles out of the cache.
SELECT ok(has_function_privilege('crm_web', 'crm.api_registrar_perfis(jsonb)', 'EXECUTE'), 'the front may');
SELECT ok(NOT has_function_privilege(r, 'crm.api_registrar_perfis(jsonb)', 'EXECUTE'), r || ' may not')
  FROM unnest(ARRAY['public', 'crm_administrador']) AS r;
SELECT is((SELECT corpo FROM crm.atender('registrar_perfis', NULL, NULL, 'pgtap', NULL, NULL, '{"perfis": [
    {"sessao": "00000000-0000-4000-8000-000000000001", "endereco": "192.0.2.1", "requisicao": "r1", "funcao": "cliente", "id_cliente": "7"},
    {"sessao": "00000000-0000-4000-8000-000000000001", "endereco": "", "requisicao": "r2", "funcao": "cliente_pedidos", "id_cliente": 7}]}')),
    '{"gravados" : 2}', 'each view has its row');
SELECT results_eq($$SELECT a.requisicao, u.nome::text, a.papel, a.acao, a.tabela, a.registro_id, a.linhas, a.depois ->> 'parte'
                      FROM crm.auditoria AS a JOIN crm.usuarios AS u ON u.id = a.usuario_id
                     WHERE a.requisicao IN ('r1', 'r2') ORDER BY a.requisicao$$, $$VALUES
    ('r1', 'Leitora'::text, 'operador', 'perfil', 'clientes', 7::bigint, 1, NULL),
    ('r2', 'Leitora', 'operador', 'perfil', 'clientes', 7, 1, 'pedidos')$$, 'as the profile itself writes it');

SELECT * FROM finish();
ROLLBACK;
