-- Login: answers, counters, blocks (AUTH-1, AUTH-2, AUTH-4, L-5, L-6, L-7, L-9, L-10, L-14, S-5, AUDIT-1).
BEGIN;
SELECT plan(60);
UPDATE crm.configuracoes SET valor = '10' WHERE chave = 'bcrypt_custo';

CREATE TEMP TABLE u AS
    SELECT crm.criar_usuario('Zoé Login', 'zoe@login.test', 'vendedor', 'cavalo correto bateria') AS zoe,
           crm.criar_usuario('Adm Login', 'adm@login.test', 'administrador', 'cavalo correto bateria') AS adm,
           crm.criar_usuario('Sem Senha', 'sem@login.test', 'operador') AS sem;
CREATE TEMP TABLE r (passo text PRIMARY KEY, status integer, corpo json, extra json);
CREATE FUNCTION pg_temp.entrar(conta text, senha text, endereco text DEFAULT '10.1.1.1', campo text DEFAULT 'email')
RETURNS TABLE (status integer, corpo json, extra json) LANGUAGE sql AS $$
    SELECT a.status, a.corpo::json, a.extra::json
      FROM crm.atender('login', NULL, endereco, 'req', 'agente', NULL,
                       jsonb_build_object(campo, conta, 'senha', senha)) AS a;
$$;
CREATE FUNCTION pg_temp.errar(n integer, conta text, endereco text, campo text DEFAULT 'email')
RETURNS integer[] LANGUAGE sql AS $$
    SELECT array_agg((SELECT e.status FROM pg_temp.entrar(conta, 'errada errada ' || i, endereco, campo) AS e) ORDER BY i)
      FROM generate_series(1, n) AS i;
$$;
-- Makes a block of the past.
CREATE FUNCTION pg_temp.passar(s integer) RETURNS void LANGUAGE sql AS $$
    UPDATE crm.bloqueios_login SET bloqueado_ate = bloqueado_ate - s * interval '1 s', atualizado_em = atualizado_em - s * interval '1 s';
    UPDATE crm.tentativas_login SET quando = quando - s * interval '1 s';
$$;

-- AUTH-1: the answer.
INSERT INTO r SELECT 'certa', * FROM pg_temp.entrar('zoe@login.test', 'cavalo correto bateria');
SELECT is(status, 200, 'AUTH-1 right password') FROM r WHERE passo = 'certa';
SELECT is(corpo::jsonb, jsonb_build_object('id', zoe, 'nome', 'Zoé Login', 'is_admin', false, 'papel', 'vendedor',
                                           'email', 'zoe@login.test', 'trocar_senha', false), 'AUTH-1 body')
  FROM r, u WHERE passo = 'certa';
SELECT is((extra #>> '{abrir_sessao,sub}')::bigint, zoe, 'the front opens a session of that user') FROM r, u WHERE passo = 'certa';
SELECT is((extra #>> '{abrir_sessao,duracao}')::integer, 86400, 'AUTH-5 24 h') FROM r WHERE passo = 'certa';
SELECT cmp_ok((extra #>> '{abrir_sessao,limite}')::numeric - extract(epoch FROM clock_timestamp()), '<=', 604801.0, 'AUTH-5 7 days at most') FROM r WHERE passo = 'certa';
SELECT is(s.usuario_id, u.zoe, 'the session is kept') FROM crm.sessoes AS s, r, u WHERE passo = 'certa' AND s.id = (r.extra #>> '{abrir_sessao,sid}')::uuid;
SELECT is((SELECT online FROM crm.vendedores, u WHERE id = zoe), true, 'AUTH-2 the seller is online');
SELECT is((SELECT count(*) FROM crm.auditoria, u WHERE acao = 'login' AND registro_id = zoe), 1::bigint, 'AUDIT-1 recorded');
SELECT is(p.status, 200, 'L-9 accepted: ' || quote_literal(conta))
  FROM (VALUES ('ZOE@LOGIN.TEST', 'email'), (' zoe@login.test ', 'email'), ('Zoé Login', 'nome'), ('ZOÉ LOGIN', 'nome'), ('zoe@login.test', 'nome')) AS t(conta, campo),
       pg_temp.entrar(conta, 'cavalo correto bateria', '10.1.1.1', campo) AS p;
SELECT is((SELECT corpo ->> 'is_admin' FROM pg_temp.entrar('adm@login.test', 'cavalo correto bateria')), 'true', 'is_admin from the papel');
SELECT is((SELECT count(*) FROM crm.vendedores, u WHERE id = adm), 0::bigint, 'AUTH-2 an administrador does not sell');

-- Shapes: 422, and no attempt is counted.
SELECT is(a.status, 422, 'L-14 ' || left(args, 60))
  FROM unnest(ARRAY['{"email": 5, "senha": "cavalo correto"}', '[]', 'null', '{}', '{"email": "zoe@login.test"}', '{"senha": "cavalo correto"}',
                    '{"email": "sem-arroba", "senha": "cavalo correto"}', '{"email": "a@b", "senha": "cavalo correto"}',
                    '{"email": "zoe@login.test", "senha": "curta12"}', '{"email": "zoe@login.test", "nome": "Zoé Login", "senha": "cavalo correto"}',
                    '{"email": "zoe@login.test", "senha": "cavalo correto", "papel": "administrador"}',
                    '{"email": "zoe@login.test", "senha": ["cavalo correto"]}', '{"nome": "   ", "senha": "cavalo correto"}',
                    format('{"email": "zoe@login.test", "senha": "%s"}', repeat('x', 129)),
                    format('{"email": "%s@x.test", "senha": "cavalo correto"}', repeat('x', 70000))]) AS args,
       crm.atender('login', NULL, '10.1.1.1', NULL, NULL, NULL, args::jsonb) AS a;
SELECT is((SELECT count(*) FROM crm.tentativas_login WHERE NOT sucesso), 0::bigint, 'none of them was an attempt');

-- L-10: who does not exist, is inactive or has no password is answered alike.
SAVEPOINT a;
INSERT INTO r SELECT 'errada', * FROM pg_temp.entrar('zoe@login.test', 'errada errada', '10.9.0.1');
INSERT INTO r SELECT 'ninguem', * FROM pg_temp.entrar('ninguem@login.test', 'errada errada', '10.9.0.1');
INSERT INTO r SELECT 'semsenha', * FROM pg_temp.entrar('sem@login.test', 'errada errada', '10.9.0.1');
UPDATE crm.usuarios SET ativo = false WHERE email = 'zoe@login.test';
INSERT INTO r SELECT 'inativo', * FROM pg_temp.entrar('zoe@login.test', 'cavalo correto bateria', '10.9.0.1');
SELECT is((SELECT status || (corpo ->> 'codigo') FROM r WHERE passo = 'errada'), '401credenciais_invalidas', 'AUTH-1 wrong password');
SELECT is((SELECT row(status, corpo::text, extra::text) FROM r WHERE passo = p), (SELECT row(status, corpo::text, extra::text) FROM r WHERE passo = 'errada'),
          'L-10 same answer: ' || p)
  FROM unnest(ARRAY['ninguem', 'semsenha', 'inativo']) AS p;
SELECT is((SELECT count(*) FROM crm.auditoria WHERE acao = 'login_falha' AND xid = pg_current_xact_id()), 4::bigint, 'AUDIT-1 failures recorded');
ROLLBACK TO a;

-- L-5: five, then closed, doubling.
SELECT is(pg_temp.errar(5, 'zoe@login.test', '10.2.0.1'), '{401,401,401,401,401}', 'L-5 1 to 5');
INSERT INTO r SELECT 'bloqueada', * FROM pg_temp.entrar('zoe@login.test', 'cavalo correto bateria', '10.2.0.1');
SELECT is((SELECT status || (corpo ->> 'codigo') FROM r WHERE passo = 'bloqueada'), '429bloqueado', 'L-5 6th, even when right');
SELECT is((SELECT (extra ->> 'tentar_em')::integer BETWEEN 890 AND 900 FROM r WHERE passo = 'bloqueada'), true, 'L-5 for 15 minutes');
SELECT is((SELECT count(*) FROM crm.tentativas_login WHERE endereco = '10.2.0.1'), 5::bigint, 'L-5 the 6th is not evaluated');
SELECT is(p.status, 429, 'L-9 blocked under every spelling: ' || quote_literal(conta))
  FROM (VALUES ('ZOE@login.test', 'email'), ('zoe@login.test ', 'email'), ('zoé login', 'nome')) AS t(conta, campo),
       pg_temp.entrar(conta, 'cavalo correto bateria', '10.2.0.1', campo) AS p;
SELECT is((SELECT status FROM pg_temp.entrar('zoe@login.test', 'cavalo correto bateria', '10.2.0.2')), 200, 'L-6 another address is free');
SELECT is((SELECT status FROM pg_temp.entrar('adm@login.test', 'cavalo correto bateria', '10.2.0.1')), 200, 'another account is free');
SELECT pg_temp.passar(901);
SELECT is(pg_temp.errar(5, 'zoe@login.test', '10.2.0.1'), '{401,401,401,401,401}', 'L-5 next round');
SELECT is((SELECT (extra ->> 'tentar_em')::integer BETWEEN 1790 AND 1800 FROM pg_temp.entrar('zoe@login.test', 'errada errada', '10.2.0.1')), true,
          'L-5 twice as long');
SELECT pg_temp.passar(1801);
SELECT is((SELECT status FROM pg_temp.entrar('zoe@login.test', 'cavalo correto bateria', '10.2.0.1')), 200, 'after its end the right one opens');
SELECT is((SELECT count(*) FROM crm.bloqueios_login WHERE endereco = '10.2.0.1'), 0::bigint, 'and forgives');

-- An account of nobody is blocked just the same.
SELECT is(pg_temp.errar(7, 'ninguem@login.test', '10.2.0.3'), '{401,401,401,401,401,429,429}', 'L-10 also for unknown accounts');

-- AUTH-4: unblocked by an administrador.
SELECT is(pg_temp.errar(6, 'zoe@login.test', '10.2.0.4'), '{401,401,401,401,401,429}', 'blocked again');
INSERT INTO r SELECT 'adm', * FROM pg_temp.entrar('adm@login.test', 'cavalo correto bateria');
SELECT is(a.status, 200, 'AUTH-4 unblocked')
  FROM u, r, crm.atender('usuario_desbloquear', (r.extra #>> '{abrir_sessao,sid}')::uuid, NULL, NULL, NULL, NULL, jsonb_build_object('id', zoe)) AS a
 WHERE r.passo = 'adm';
SELECT is((SELECT status FROM pg_temp.entrar('zoe@login.test', 'cavalo correto bateria', '10.2.0.4')), 200, 'AUTH-4 and in');

-- L-7: an attack from many addresses.
UPDATE crm.configuracoes SET valor = '10' WHERE chave = 'login_conta_hora';
CREATE TEMP TABLE ataque AS
    SELECT i, (SELECT e.status FROM pg_temp.entrar('zoe@login.test', 'errada errada', '10.3.0.' || i) AS e) AS status FROM generate_series(1, 20) AS i;
SELECT cmp_ok((SELECT count(*) FROM ataque WHERE status = 401), '<=', 10::bigint, 'L-7 at most login_conta_hora evaluated');
SELECT is((SELECT count(*) FROM ataque WHERE status NOT IN (401, 429)), 0::bigint, 'L-7 the rest 429');
SELECT is((SELECT status FROM pg_temp.entrar('zoe@login.test', 'cavalo correto bateria', '10.3.1.1')), 429, 'L-7 a new address waits');
SELECT is((SELECT status FROM pg_temp.entrar('zoe@login.test', 'cavalo correto bateria', '10.1.1.1')), 200, 'L-7 one with an earlier success does not');
SELECT pg_temp.passar(3601);
SELECT is((SELECT status FROM pg_temp.entrar('zoe@login.test', 'cavalo correto bateria', '10.3.1.1')), 200, 'L-7 an hour later it is over');

-- The cost was raised: the next login brings a new hash, no session ends.
UPDATE crm.configuracoes SET valor = '11' WHERE chave = 'bcrypt_custo';
SELECT is((SELECT status FROM pg_temp.entrar('adm@login.test', 'cavalo correto bateria')), 200, 'login after a new cost');
SELECT matches((SELECT senha_hash FROM crm.usuarios WHERE email = 'adm@login.test'), '^\$2b\$11\$', 'AUTH-3 hash renewed');

SELECT * FROM finish();
ROLLBACK;
