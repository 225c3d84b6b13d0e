-- Sessions: listed, ended by whom they belong to and by what changes (AUTH-2, AUTH-5, L-4, S-3, S-9).
BEGIN;
SELECT plan(38);
UPDATE crm.configuracoes SET valor = '10' WHERE chave = 'bcrypt_custo';

CREATE TEMP TABLE u AS
    SELECT crm.criar_usuario('Eva Sessao', 'eva@sessao.test', 'vendedor', 'cavalo correto bateria') AS eva,
           crm.criar_usuario('Ivo Sessao', 'ivo@sessao.test', 'operador', 'cavalo correto bateria') AS ivo,
           crm.criar_usuario('Adm Sessao', 'adm@sessao.test', 'administrador', 'cavalo correto bateria') AS adm;
CREATE TEMP TABLE s (nome text PRIMARY KEY, sid uuid);
CREATE FUNCTION pg_temp.entrar(como text, email text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO s SELECT como, (a.extra::json #>> '{abrir_sessao,sid}')::uuid
      FROM crm.atender('login', NULL, '10.1.1.1', NULL, 'agente ' || como, NULL,
                       jsonb_build_object('email', email, 'senha', 'cavalo correto bateria')) AS a
        ON CONFLICT (nome) DO UPDATE SET sid = EXCLUDED.sid;
$$;
CREATE FUNCTION pg_temp.pedir(como text, funcao text, args jsonb DEFAULT '{}')
RETURNS TABLE (status integer, corpo json, extra json) LANGUAGE sql AS $$
    SELECT a.status, a.corpo::json, a.extra::json
      FROM crm.atender(funcao, (SELECT sid FROM s WHERE nome = como), '10.1.1.1', NULL, NULL, NULL, args) AS a;
$$;
CREATE FUNCTION pg_temp.viva(como text) RETURNS boolean LANGUAGE sql AS
    $$ SELECT status <> 401 FROM pg_temp.pedir(como, 'eu') $$;
SELECT pg_temp.entrar(n, e) FROM (VALUES ('eva1', 'eva@sessao.test'), ('eva2', 'eva@sessao.test'), ('ivo', 'ivo@sessao.test'), ('adm', 'adm@sessao.test')) AS t(n, e);

-- S-9: the list.
SELECT is(json_array_length(corpo -> 'sessoes'), 2, 'S-9 one''s own sessions') FROM pg_temp.pedir('eva1', 'sessoes');
SELECT is((SELECT count(*) FROM pg_temp.pedir('eva1', 'sessoes') AS p, json_array_elements(p.corpo -> 'sessoes') AS e WHERE (e ->> 'atual')::boolean), 1::bigint, 'one is the present one');
SELECT is(status, 403, 'S-9 not those of others') FROM u, pg_temp.pedir('ivo', 'sessoes', jsonb_build_object('usuario_id', eva));
SELECT is(json_array_length(corpo -> 'sessoes'), 2, 'S-9 but an administrador sees them') FROM u, pg_temp.pedir('adm', 'sessoes', jsonb_build_object('usuario_id', eva::text));

-- S-9: ending.
SELECT is(status, 404, 'S-9 nobody ends another''s') FROM pg_temp.pedir('ivo', 'encerrar_sessao', (SELECT jsonb_build_object('sessao_id', sid) FROM s WHERE nome = 'eva2'));
SELECT is(status, 404, 'as if it did not exist') FROM pg_temp.pedir('ivo', 'encerrar_sessao', jsonb_build_object('sessao_id', gen_random_uuid()));
SELECT is(status, 422, 'a malformed id') FROM pg_temp.pedir('ivo', 'encerrar_sessao', '{"sessao_id": "1 OR 1=1"}');
SELECT ok(pg_temp.viva('eva2'), 'still alive');
SELECT is(status, 200, 'S-9 one''s own') FROM pg_temp.pedir('eva1', 'encerrar_sessao', (SELECT jsonb_build_object('sessao_id', sid) FROM s WHERE nome = 'eva2'));
SELECT ok(NOT pg_temp.viva('eva2'), 'S-9 dies at once');
SELECT ok(pg_temp.viva('eva1'), 'and no other');
SELECT pg_temp.entrar('eva2', 'eva@sessao.test');
SELECT is(status, 200, 'S-9 an administrador ends any') FROM pg_temp.pedir('adm', 'encerrar_sessao', (SELECT jsonb_build_object('sessao_id', sid) FROM s WHERE nome = 'eva2'));
SELECT ok(NOT pg_temp.viva('eva2'), 'it is dead');

-- S-3: logout.
SELECT pg_temp.entrar('eva2', 'eva@sessao.test');
SELECT is((SELECT online FROM crm.vendedores, u WHERE id = eva), true, 'online');
SELECT is((SELECT extra ->> 'fechar_sessao' FROM pg_temp.pedir('eva2', 'logout')), 'true', 'S-3 logout');
SELECT ok(NOT pg_temp.viva('eva2'), 'S-3 the session is dead');
SELECT is((SELECT online FROM crm.vendedores, u WHERE id = eva), false, 'AUTH-2 explicit logout acts at once');
SELECT ok(pg_temp.viva('eva1'), 'the other session lives');
SELECT is((SELECT count(*) FROM crm.auditoria WHERE acao = 'logout'), 1::bigint, 'AUDIT-1 recorded');

-- L-4: password change.
SELECT pg_temp.entrar('eva2', 'eva@sessao.test');
SELECT is(status, 422, 'L-4 without the present one') FROM pg_temp.pedir('eva1', 'trocar_senha', '{"senha_nova": "uma frase bem longa"}');
SELECT is(status || (corpo ->> 'codigo'), '403senha_atual_invalida', 'L-4 with a wrong one') FROM pg_temp.pedir('eva1', 'trocar_senha', '{"senha_atual": "errada errada", "senha_nova": "uma frase bem longa"}');
SELECT is((SELECT falhas FROM crm.bloqueios_login), 1, 'L-4 and counted');
SELECT is(status || (corpo ->> 'codigo'), '422senha_comum', 'L-3 not a common one') FROM pg_temp.pedir('eva1', 'trocar_senha', '{"senha_atual": "cavalo correto bateria", "senha_nova": "eva@sessao.test"}');
SELECT is(status || (corpo ->> 'codigo'), '422senha_repetida', 'nor the same') FROM pg_temp.pedir('eva1', 'trocar_senha', '{"senha_atual": "cavalo correto bateria", "senha_nova": "cavalo correto bateria"}');
SELECT ok(pg_temp.viva('eva2'), 'nothing ended so far');
SELECT is(status, 200, 'L-4 right') FROM pg_temp.pedir('eva1', 'trocar_senha', '{"senha_atual": "cavalo correto bateria", "senha_nova": "uma frase bem longa"}');
SELECT ok(NOT pg_temp.viva('eva2'), 'L-4 S-3 the others die at once');
SELECT ok(pg_temp.viva('eva1'), 'this one lives');
SELECT is(a.status, 401, 'the old password is none any more') FROM crm.atender('login', NULL, '10.1.1.2', NULL, NULL, NULL, '{"email": "eva@sessao.test", "senha": "cavalo correto bateria"}') AS a;

-- S-3: role change, deactivation, reset by an administrador.
UPDATE crm.usuarios SET papel = 'gerente' WHERE email = 'ivo@sessao.test';
SELECT ok(NOT pg_temp.viva('ivo'), 'S-3 role change ends the sessions, by any door');
SELECT pg_temp.entrar('ivo', 'ivo@sessao.test');
SELECT ok(pg_temp.viva('ivo'), 'in again');
SELECT is(status, 200, 'reset by an administrador') FROM u, pg_temp.pedir('adm', 'usuario_senha', jsonb_build_object('id', ivo));
SELECT ok(NOT pg_temp.viva('ivo'), 'S-3 ends them');
SELECT is((SELECT trocar_senha FROM crm.usuarios WHERE email = 'ivo@sessao.test'), true, 'and the new one is provisional');
SELECT is(status, 200, 'deactivated') FROM u, pg_temp.pedir('adm', 'usuario_alterar', jsonb_build_object('id', eva, 'ativo', false));
SELECT ok(NOT pg_temp.viva('eva1'), 'S-3 deactivation ends the sessions');

-- AUTH-5: the absolute limit.
UPDATE crm.sessoes SET limite_em = clock_timestamp() - interval '1 s' WHERE id = (SELECT sid FROM s WHERE nome = 'adm');
SELECT ok(NOT pg_temp.viva('adm'), 'AUTH-5 past the limit');
SELECT crm.limpar_acessos();
SELECT is((SELECT motivo_fim FROM crm.sessoes WHERE id = (SELECT sid FROM s WHERE nome = 'adm')), 'expirada', 'housekeeping writes it down');

SELECT * FROM finish();
ROLLBACK;
