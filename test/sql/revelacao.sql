-- Reveal of masked data: purpose, quota of 24 hours, audit before the answer, by role and by door (LGPD-1, AUDIT-1, D-6, Z-1, Z-5, Z-7, Z-8).
BEGIN;
SELECT no_plan();

INSERT INTO crm.usuarios (id, nome, email, papel) VALUES
    (9001, 'Ada Admin', 'ada@exemplo.test', 'administrador'),
    (9003, 'Olga Operadora', 'olga@exemplo.test', 'operador'),
    (9004, 'Tito TI', 'tito@exemplo.test', 'ti'),
    (9005, 'Oto Operador', 'oto@exemplo.test', 'operador'),
    (9011, 'Vera Vendedora', 'vera@exemplo.test', 'vendedor');
INSERT INTO crm.sessoes (id, usuario_id, limite_em)
SELECT format('00000000-0000-4000-8000-%s', lpad(id::text, 12, '0'))::uuid, id, now() + interval '1 day'
  FROM crm.usuarios WHERE id BETWEEN 9001 AND 9012;
CREATE FUNCTION pg_temp.revelar(quem bigint, args jsonb, OUT status integer, OUT corpo jsonb, OUT extra jsonb) LANGUAGE sql AS $$
    SELECT a.status, a.corpo::jsonb, a.extra::jsonb
      FROM crm.atender('cliente_revelar', format('00000000-0000-4000-8000-%s', lpad(quem::text, 12, '0'))::uuid, '127.0.0.1', 'teste', 'pgtap', NULL,
                       '{"id_cliente": "800001", "campos": ["cpf"], "finalidade": "Conferir o documento"}'::jsonb || args) a;
$$;
INSERT INTO crm.clientes (id_cliente, cpf, nome_completo, data_nascimento, nome_mae) VALUES
    (800001, '52998224725', 'Ana Alheia', '1990-01-31', 'Marta Alheia'), (800002, '11144477735', 'Beto', NULL, NULL);
INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id, motivo) VALUES (800001, 9011, 'distribuicao');
UPDATE crm.clientes SET status = 'atribuido' WHERE id_cliente = 800001;

-- ---- SQL callers: before crm.atender() says who acts in this transaction -----------
SELECT is((SELECT array_agg(r ORDER BY r) FROM (VALUES ('crm_administrador'), ('crm_gerente'), ('crm_operador'), ('crm_vendedor'), ('crm_ti'), ('crm_bi'), ('crm_carga'), ('crm_web')) v(r)
            WHERE has_function_privilege(r, 'crm.cliente_revelar(bigint, text[], text)', 'EXECUTE')),
          '{crm_administrador,crm_gerente,crm_operador,crm_vendedor}'::text[], 'Z-7 who may call it');
SET ROLE crm_operador;
SELECT throws_ok('SELECT * FROM crm.revelacoes', '42501', NULL, 'Z-7 nobody reads the table');
SELECT is((SELECT concat_ws(' ', r.cpf, r.restantes) FROM crm.cliente_revelar(800001, '{cpf}', 'Conferir por SQL') r), '529.982.247-25 49', 'a database role reveals too');
SELECT throws_ok($$ SELECT crm.cliente_revelar(800001, '{cpf}', 'x') $$, 'CR422', NULL, 'for a purpose');
SELECT throws_ok($$ SELECT crm.cliente_revelar(800001, '{cpf,NULL}', 'Conferir por SQL') $$, 'CR422', NULL, 'known fields');
SELECT throws_ok($$ SELECT crm.cliente_revelar(800001, '{}', 'Conferir por SQL') $$, 'CR422', NULL, 'at least one');
RESET ROLE;
SELECT is(count(*), 1::bigint, 'D-6 and is recorded with its role') FROM crm.auditoria WHERE acao = 'revelacao' AND usuario_id IS NULL AND papel = 'operador' AND role_banco = session_user AND registro_id = 800001;

-- ---- what is answered -----------------------------------------------------------
SELECT is(corpo, '{"id_cliente": 800001, "cpf": "529.982.247-25", "restantes": 49}', 'LGPD-1 the field asked for and no other') FROM pg_temp.revelar(9003, '{}');
SELECT is(corpo, '{"id_cliente": 800001, "nome_mae": "Marta Alheia", "data_nascimento": "1990-01-31", "restantes": 48}', 'two fields, one reveal')
  FROM pg_temp.revelar(9003, '{"campos": ["nome_mae", "data_nascimento", "nome_mae"]}');
SELECT is(corpo, '{"id_cliente": 800002, "nome_mae": null, "restantes": 47}', 'what is empty is null') FROM pg_temp.revelar(9003, '{"id_cliente": 800002, "campos": ["nome_mae"]}');
SELECT is(corpo ->> 'restantes', '49', 'each has an own quota') FROM pg_temp.revelar(9005, '{}');
SELECT is(status, 200, 'a vendedor, of the own portfolio') FROM pg_temp.revelar(9011, '{}');

-- L-1: a repeated request is another reveal; nothing of it is kept to be answered from.
CREATE TEMP TABLE rep AS
SELECT n, a.status, a.corpo::jsonb AS corpo
  FROM generate_series(1, 2) AS n,
       crm.atender('cliente_revelar', '00000000-0000-4000-8000-000000009005', '127.0.0.1', 'teste', 'pgtap', 'chave-' || (n * 0),
                   '{"id_cliente": "800001", "campos": ["cpf"], "finalidade": "Conferir o documento"}') AS a;
SELECT is(array_agg(corpo ->> 'restantes' ORDER BY n), '{48,47}', 'L-1 API-4 a reveal under a key counts each time') FROM rep;
SELECT is(count(*), 0::bigint, 'L-1 and its answer is not stored') FROM crm.idempotencia WHERE funcao = 'cliente_revelar';

-- D-6
SELECT is(count(*), 3::bigint, 'D-6 one audit row each') FROM crm.auditoria WHERE acao = 'revelacao' AND usuario_id = 9003 AND tabela = 'clientes' AND endereco = '127.0.0.1' AND requisicao = 'teste';
SELECT is(depois, '{"campos": ["data_nascimento", "nome_mae"], "finalidade": "Conferir o documento"}', 'AUDIT-1 which fields, and what for')
  FROM (SELECT depois FROM crm.auditoria WHERE acao = 'revelacao' AND usuario_id = 9003 ORDER BY id OFFSET 1 LIMIT 1) x;
SELECT is_empty($$ SELECT * FROM crm.auditoria WHERE concat(antes, depois) ~ '52998224725|529\.982\.247-25|Marta Alheia|1990-01-31' $$, 'AUDIT-1 D-6 and none of what was revealed');

-- ---- refusals ----------------------------------------------------------------------
CREATE TEMP TABLE antes AS SELECT (SELECT count(*) FROM crm.revelacoes) AS n, (SELECT count(*) FROM crm.auditoria WHERE acao = 'revelacao') AS a;
SELECT is(concat_ws(' ', status, corpo ->> 'codigo', corpo #>> '{erros,0,campo}'), esperado, args)
  FROM (VALUES
    ('{"finalidade": null}', '422 campo_obrigatorio finalidade'), ('{"finalidade": "abcd"}', '422 campo_invalido finalidade'), ('{"finalidade": "        "}', '422 campo_invalido finalidade'),
    (format('{"finalidade": "%s"}', repeat('a', 201)), '422 campo_invalido finalidade'), ('{"finalidade": "cpf 52998224725"}', '422 campo_invalido finalidade'),
    ('{"finalidade": "cpf 529.982.247-25 dele"}', '422 campo_invalido finalidade'), ('{"finalidade": "5 2 9 9 8 2 2 4 7 2 5 x"}', '422 campo_invalido finalidade'),
    ('{"finalidade": "linha\u0007"}', '422 campo_invalido finalidade'),
    ('{"campos": []}', '422 campo_invalido campos'), ('{"campos": ["senha"]}', '422 campo_invalido campos[0]'), ('{"campos": null}', '422 campo_obrigatorio campos'),
    ('{"extra": 1}', '422 campo_desconhecido extra'), ('{"id_cliente": 899999}', '404 cliente_inexistente id_cliente')) AS v(args, esperado),
       LATERAL pg_temp.revelar(9003, args::jsonb);
SELECT is(concat_ws(' ', status, corpo ->> 'codigo'), '403 cliente_de_outro_vendedor', format('Z-1 a vendedor of %s', id)) FROM (VALUES (800002), (899999)) AS c(id), LATERAL pg_temp.revelar(9011, jsonb_build_object('id_cliente', id));
SELECT is(concat_ws(' ', status, corpo ->> 'codigo'), '403 acesso_negado', 'ti reveals nothing') FROM pg_temp.revelar(9004, '{}');
SELECT is((SELECT count(*) FROM crm.revelacoes), n, 'refusals do not count') FROM antes;
SELECT is((SELECT count(*) FROM crm.auditoria WHERE acao = 'revelacao'), a, 'nor are they reveals') FROM antes;

-- ---- quota ---------------------------------------------------------------------------
UPDATE crm.configuracoes SET valor = '4' WHERE chave = 'revelacao_cota';
SELECT is(corpo ->> 'restantes', '0', 'the fourth of four') FROM pg_temp.revelar(9003, '{}');
SELECT is(concat_ws(' ', status, corpo ->> 'codigo', corpo ? 'cpf'), '429 cota_revelacao f', 'Z-8 the fifth is refused') FROM pg_temp.revelar(9003, '{}');
SELECT ok((extra ->> 'tentar_em')::integer BETWEEN 86300 AND 86400, 'Retry-After: when the first leaves the window') FROM pg_temp.revelar(9003, '{}');
SELECT is(count(*), 2::bigint, 'Z-8 each refusal is recorded') FROM crm.auditoria WHERE acao = 'recusa' AND usuario_id = 9003 AND registro_id = 800001 AND requisicao = 'teste' AND depois ->> 'codigo' = 'cota_revelacao';
SELECT is((SELECT count(*) FROM crm.revelacoes WHERE usuario_id = 9003), 4::bigint, 'and changes nothing');
SELECT is(status, 200, 'another user is not affected') FROM pg_temp.revelar(9005, '{}');
SELECT is(status, 429, 'who sees the data anyway has a quota too') FROM (SELECT 1) x, LATERAL (SELECT (pg_temp.revelar(9001, '{}')).status FROM generate_series(1, 5) LIMIT 1 OFFSET 4) y;
-- The window slides.
UPDATE crm.revelacoes SET quando = quando - interval '23 hours 30 minutes' WHERE id = (SELECT min(id) FROM crm.revelacoes WHERE usuario_id = 9003);
SELECT ok((extra ->> 'tentar_em')::integer BETWEEN 1700 AND 1800, 'half an hour to wait') FROM pg_temp.revelar(9003, '{}');
UPDATE crm.revelacoes SET quando = quando - interval '1 hour' WHERE id = (SELECT min(id) FROM crm.revelacoes WHERE usuario_id = 9003);
SELECT is(concat_ws(' ', status, corpo ->> 'restantes'), '200 0', 'one left the window') FROM pg_temp.revelar(9003, '{}');
UPDATE crm.configuracoes SET valor = '2' WHERE chave = 'revelacao_cota';
SELECT is(status, 429, 'a smaller quota holds at once') FROM pg_temp.revelar(9003, '{}');
UPDATE crm.configuracoes SET valor = '0' WHERE chave = 'revelacao_cota';
SELECT is(concat_ws(' ', status, extra ->> 'tentar_em'), '429 86400', 'a quota of none') FROM pg_temp.revelar(9011, '{}');
UPDATE crm.configuracoes SET valor = '50' WHERE chave = 'revelacao_cota';

-- Purged when it counts no more.
SELECT lives_ok('SELECT crm.limpar_acessos()', 'as crm.tarefas() does');
SELECT is_empty($$ SELECT * FROM crm.revelacoes WHERE quando < crm.agora() - interval '24 hours' $$, 'purged');
SELECT isnt_empty('SELECT * FROM crm.revelacoes', 'but not those that count');

SELECT * FROM finish();
ROLLBACK;
