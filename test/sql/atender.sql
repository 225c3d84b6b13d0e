-- crm.atender(): identity per request, refusals as answers, closed when in doubt (AUTH-5, AUTH-6, API-2, AUDIT-1, L-14, Z-6, I-5, I-15).
BEGIN;
SELECT plan(46);

INSERT INTO crm.usuarios (nome, email, papel) VALUES
    ('Ana At', 'ana@at.test', 'vendedor'), ('Gil At', 'gil@at.test', 'gerente');
CREATE TEMP TABLE s AS
    WITH nova AS (INSERT INTO crm.sessoes (usuario_id, limite_em)
                  SELECT id, now() + interval '1 day' FROM crm.usuarios RETURNING id, usuario_id)
    SELECT u.nome, u.id AS usuario_id, nova.id AS sessao FROM nova JOIN crm.usuarios AS u ON u.id = nova.usuario_id;
CREATE TEMP TABLE r (nome text, status integer, corpo json, extra json);
CREATE FUNCTION pg_temp.pedir(funcao text, quem text, args jsonb DEFAULT '{}', chave text DEFAULT NULL)
RETURNS r LANGUAGE sql AS $$
    SELECT quem, a.status, a.corpo::json, a.extra::json
      FROM crm.atender(funcao, (SELECT s.sessao FROM pg_temp.s WHERE s.nome = quem), '10.0.0.9', 'req-7', 'navegador', chave, args) AS a;
$$;

-- A function of the test that shows, writes and fails as asked.
CREATE FUNCTION crm.api_prova(args jsonb) RETURNS json LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, crm, pg_temp AS $$
BEGIN
    INSERT INTO crm.configuracoes (chave, valor, tipo, descricao) VALUES ('prova', '1', 'texto', 'prova');
    CASE args ->> 'modo'
        WHEN 'falha' THEN PERFORM crm.falha(409, 'prova_ocupada', 'alvo', 'Está ocupado.', 'Espere.', '{"tentar_em": 42}');
        WHEN 'texto' THEN PERFORM (args ->> 'n')::integer;
        WHEN 'unico' THEN INSERT INTO crm.papeis SELECT 'vendedor', 'x', 99, 'x';
        WHEN 'nada' THEN RAISE no_data_found;
        WHEN 'grant' THEN RAISE insufficient_privilege USING MESSAGE = 'permission denied for table segredos';
        WHEN 'interno' THEN RAISE internal_error USING MESSAGE = 'segredo interno';
        WHEN 'serial' THEN RAISE serialization_failure;
        WHEN 'recurso' THEN RAISE out_of_memory;
        WHEN 'recusa' THEN
            PERFORM crm.responder(422, crm.problema(422, 'prova', 'alvo', 'Não.'), '{"tentar_em": 3, "a": {"b": 1}}');
            RETURN NULL;
        WHEN 'nulo' THEN RETURN NULL;
        WHEN 'assume' THEN
            PERFORM crm.identidade_assumir((args ->> 'sessao')::uuid);
            PERFORM crm.falha(409, 'prova', NULL, 'Não.');
        ELSE NULL;
    END CASE;
    RETURN json_build_object('id', crm.usuario_id(), 'papel', crm.papel_atual(), 'endereco', q.endereco,
                             'requisicao', q.requisicao, 'agente', q.agente) FROM crm.quem_sou() AS q;
END;
$$;
ALTER FUNCTION crm.api_prova(jsonb) OWNER TO crm_owner;
REVOKE ALL ON FUNCTION crm.api_prova(jsonb) FROM PUBLIC;

-- Z-6: without the grant it is closed.
SELECT is((pg_temp.pedir('prova', 'Ana At')).status, 403, 'Z-6 a function the front may not execute is refused');
GRANT EXECUTE ON FUNCTION crm.api_prova(jsonb) TO crm_web;

-- Who may come in.
SELECT is(p.status, 401, 'no session: 401') FROM pg_temp.pedir('prova', 'ninguém') AS p;
SELECT is(p.corpo ->> 'codigo', 'nao_autenticado', 'and says so') FROM pg_temp.pedir('prova', 'ninguém') AS p;
SELECT is(p.status, 200, f || ' needs no session') FROM unnest(ARRAY['publico', 'saude']) AS f, pg_temp.pedir(f, 'ninguém') AS p;
SELECT is(a.status || (a.corpo::json ->> 'codigo') || a.extra, '401sessao_invalida{"fechar_sessao":true}', 'a session that does not exist')
  FROM crm.atender('prova', gen_random_uuid(), NULL, NULL, NULL, NULL, '{}') AS a;
SELECT is(p.status, 404, 'L-14 no such function: ' || left(f, 20))
  FROM unnest(ARRAY['', 'nada', 'PROVA', 'prova;drop', 'prova(jsonb)', '../prova', 'interno_api_login', repeat('x', 10000), 'prová']) AS f,
       pg_temp.pedir(f, 'Gil At') AS p;

-- The identity of the request.
SAVEPOINT a;
INSERT INTO r SELECT * FROM pg_temp.pedir('prova', 'Ana At');
SELECT is(r.status, 200, 'a live session is served') FROM r;
SELECT is(r.corpo ->> 'papel', 'vendedor', 'AUTH-6 as its user') FROM r;
SELECT is((r.corpo ->> 'id')::bigint, s.usuario_id, 'AUTH-6 and no other') FROM r JOIN s USING (nome);
SELECT is((r.corpo ->> 'endereco') || (r.corpo ->> 'requisicao') || (r.corpo ->> 'agente'), '10.0.0.9req-7navegador',
          'with address, request and agent') FROM r;
SELECT is(r.extra ->> 'papel', 'vendedor', 'and the front is told') FROM r;
ROLLBACK TO a;

-- Refused after it took another identity: the answer is still to the one who asked.
INSERT INTO r SELECT p.* FROM pg_temp.pedir('prova', 'Gil At', (SELECT jsonb_build_object('modo', 'assume', 'sessao', sessao)
                                                                  FROM s WHERE nome = 'Ana At')) AS p;
SELECT is(r.corpo ->> 'requisicao', 'req-7', 'the refusal names the request') FROM r;
SELECT is(r.extra ->> 'papel', 'gerente', 'and the session''s user') FROM r;
DELETE FROM r;

-- A read stays one though a heartbeat is due: a standby may serve it.
SAVEPOINT a;
UPDATE crm.vendedores SET visto_em = now() - interval '10 min';
SET LOCAL transaction_read_only = on;
SELECT is((pg_temp.pedir('meus_clientes', 'Ana At', jsonb_build_object('id', usuario_id))).status, 200,
          'a board in a read-only transaction') FROM s WHERE nome = 'Ana At';
ROLLBACK TO a;

-- AUTH-5: an end counts for the next request.
SAVEPOINT a;
UPDATE crm.sessoes SET limite_em = now() - interval '1 s' WHERE usuario_id = (SELECT usuario_id FROM s WHERE nome = 'Ana At');
SELECT is((pg_temp.pedir('prova', 'Ana At')).status, 401, 'AUTH-5 past the absolute limit');
ROLLBACK TO a;
SAVEPOINT a;
UPDATE crm.usuarios SET trocar_senha = true WHERE nome = 'Ana At';
SELECT is(p.status || (p.corpo ->> 'codigo'), '403senha_provisoria', 'a provisional password opens nothing') FROM pg_temp.pedir('prova', 'Ana At') AS p;
SELECT is(p.status, 200, 'but who I am') FROM pg_temp.pedir('eu', 'Ana At') AS p;
ROLLBACK TO a;

-- Refusals: rolled back as a whole, told as problem+json.
INSERT INTO r SELECT 'falha', p.status, p.corpo, p.extra FROM pg_temp.pedir('prova', 'Gil At', '{"modo": "falha"}') AS p;
SELECT is(status, 409, 'API-2 class CR is its status') FROM r WHERE nome = 'falha';
SELECT is(corpo ->> 'codigo', 'prova_ocupada', 'API-2 codigo') FROM r WHERE nome = 'falha';
SELECT is(corpo ->> 'detail', 'Está ocupado.', 'API-2 message') FROM r WHERE nome = 'falha';
SELECT is(corpo #>> '{erros,0,campo}', 'alvo', 'API-2 field') FROM r WHERE nome = 'falha';
SELECT is(corpo ->> 'requisicao', 'req-7', 'I-15 request id') FROM r WHERE nome = 'falha';
SELECT is(extra ->> 'tentar_em', '42', 'Retry-After for the front') FROM r WHERE nome = 'falha';
SELECT is((SELECT count(*) FROM crm.configuracoes WHERE chave = 'prova'), 0::bigint, 'a refusal leaves nothing behind');
SELECT is(p.status || ' ' || (p.corpo ->> 'codigo'), esperado, args)
  FROM (VALUES ('{"modo": "texto", "n": "x1"}', '422 valor_invalido'), ('{"modo": "unico"}', '409 conflito'),
               ('{"modo": "nada"}', '404 nao_encontrado'), ('{"modo": "grant"}', '403 acesso_negado')) AS t(args, esperado),
       pg_temp.pedir('prova', 'Gil At', args::jsonb) AS p;
SELECT unalike(corpo, '%segredos%', 'I-15 no name of a table gets out')
  FROM crm.atender('prova', (SELECT sessao FROM s WHERE nome = 'Gil At'), NULL, NULL, NULL, NULL, '{"modo": "grant"}');
SELECT throws_ok(format('SELECT * FROM pg_temp.pedir(%L, %L, %L)', 'prova', 'Gil At', format('{"modo": "%s"}', modo)), estado, NULL,
                 'not the caller''s fault: ' || modo)
  FROM (VALUES ('interno', 'XX000'), ('serial', '40001'), ('recurso', '53200')) AS t(modo, estado);

-- crm.responder(): a refusal that keeps what it wrote.
SAVEPOINT a;
INSERT INTO r SELECT 'recusa', p.status, p.corpo, p.extra FROM pg_temp.pedir('prova', 'Gil At', '{"modo": "recusa"}') AS p;
SELECT is(status || (corpo ->> 'codigo') || (extra ->> 'tentar_em') || (extra #>> '{a,b}'), '422prova31', 'crm.responder() decides') FROM r WHERE nome = 'recusa';
SELECT is((SELECT count(*) FROM crm.configuracoes WHERE chave = 'prova'), 1::bigint, 'and the write stays');
ROLLBACK TO a;
SELECT is(corpo, 'null', 'no result is null') FROM crm.atender('prova', (SELECT sessao FROM s WHERE nome = 'Gil At'), NULL, NULL, NULL, NULL, '{"modo": "nulo"}');

-- AUDIT-1: refusals of known users.
SELECT is((SELECT count(*) FROM crm.auditoria WHERE acao = 'recusa'), 3::bigint, 'AUDIT-1 403s are recorded, 401 of strangers are not');
SELECT is(depois ->> 'funcao', 'prova', 'with the function') FROM crm.auditoria WHERE acao = 'recusa' LIMIT 1;

SELECT * FROM finish();
ROLLBACK;
