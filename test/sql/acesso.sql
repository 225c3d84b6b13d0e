-- Access of another one: single-use code, all sessions, portfolio before a deactivation (AUTH-8, Z-3, L-1, S-3, AUDIT-1).
BEGIN;
SELECT plan(26);
UPDATE crm.configuracoes SET valor = '10' WHERE chave = 'bcrypt_custo';

CREATE TEMP TABLE u AS
    SELECT crm.criar_usuario('Vera Acesso', 'vera@acesso.test', 'vendedor', 'cavalo correto bateria') AS vera,
           crm.criar_usuario('Ivo Acesso', 'ivo@acesso.test', 'operador', 'cavalo correto bateria') AS ivo,
           crm.criar_usuario('Adm Acesso', 'adm@acesso.test', 'administrador', 'cavalo correto bateria') AS adm;
CREATE TEMP TABLE s (nome text PRIMARY KEY, sid uuid);
CREATE FUNCTION pg_temp.entrar(como text, email text, senha text DEFAULT 'cavalo correto bateria') RETURNS integer LANGUAGE sql AS $$
    WITH a AS (SELECT * FROM crm.atender('login', NULL, '10.2.1.1', NULL, 'agente', NULL,
                                         jsonb_build_object('email', email, 'senha', senha))),
    i AS (INSERT INTO s SELECT como, (a.extra::json #>> '{abrir_sessao,sid}')::uuid FROM a
            ON CONFLICT (nome) DO UPDATE SET sid = EXCLUDED.sid)
    SELECT status FROM a;
$$;
CREATE FUNCTION pg_temp.pedir(como text, funcao text, args jsonb DEFAULT '{}')
RETURNS TABLE (status integer, corpo json) LANGUAGE sql AS $$
    SELECT a.status, a.corpo::json
      FROM crm.atender(funcao, (SELECT sid FROM s WHERE nome = como), '10.2.1.1', NULL, NULL, NULL, args) AS a;
$$;
CREATE FUNCTION pg_temp.redefinir(codigo text, senha text DEFAULT 'outra frase bem longa', quem text DEFAULT 'vera@acesso.test')
RETURNS text LANGUAGE sql AS $$
    SELECT p.status || coalesce(p.corpo ->> 'codigo', '')
      FROM pg_temp.pedir(NULL, 'redefinir_senha', jsonb_build_object('usuario', quem, 'codigo', codigo, 'senha_nova', senha)) AS p;
$$;
SELECT pg_temp.entrar(n, e) FROM (VALUES ('vera', 'vera@acesso.test'), ('vera2', 'vera@acesso.test'), ('ivo', 'ivo@acesso.test'), ('adm', 'adm@acesso.test')) AS t(n, e);

-- Z-3: only who manages users.
SELECT is(p.status, 403, 'Z-3 an operador may not ' || f)
  FROM unnest(ARRAY['usuario_codigo', 'usuario_carteira', 'usuario_sessoes_encerrar']) AS f, u,
       LATERAL pg_temp.pedir('ivo', f, jsonb_build_object('id', vera)) AS p;
SELECT is(p.status, 404, 'nobody: ' || f)
  FROM unnest(ARRAY['usuario_codigo', 'usuario_carteira', 'usuario_sessoes_encerrar']) AS f,
       LATERAL pg_temp.pedir('adm', f, '{"id": 999999}') AS p;

-- AUTH-8: the code.
CREATE TEMP TABLE k AS SELECT corpo ->> 'codigo' AS velho FROM u, pg_temp.pedir('adm', 'usuario_codigo', jsonb_build_object('id', vera));
ALTER TABLE k ADD novo text;
UPDATE k SET novo = (SELECT corpo ->> 'codigo' FROM u, pg_temp.pedir('adm', 'usuario_codigo', jsonb_build_object('id', vera)));
SELECT isnt(velho, novo, 'another each time') FROM k;
SELECT is((SELECT count(*) FROM crm.codigos_senha), 1::bigint, 'one of a user');
SELECT is_empty($$ SELECT FROM crm.codigos_senha, k WHERE position(convert_to(novo, 'UTF8') IN codigo) > 0 $$, 'L-1 not stored in clear');
SELECT is(pg_temp.entrar('vera3', 'vera@acesso.test'), 200, 'the password holds until the code is used');
SELECT is(pg_temp.redefinir(velho), '401codigo_invalido', 'the former code ended') FROM k;
SELECT is(pg_temp.redefinir('AAAA-AAAA-AAAA-AAAA'), '401codigo_invalido', 'a wrong code');
SELECT is(pg_temp.redefinir(novo, quem => 'ninguem@acesso.test'), '401codigo_invalido', 'nobody, the same answer') FROM k;
SELECT is(pg_temp.redefinir(novo, quem => 'ivo@acesso.test'), '401codigo_invalido', 'not for another user') FROM k;
SELECT is(pg_temp.redefinir(novo, '12345678'), '422senha_comum', 'L-3 a bad password does not spend it') FROM k;
SELECT is(pg_temp.redefinir(lower(replace(novo, '-', ' '))), '200', 'as it was read aloud') FROM k;
SELECT is(pg_temp.redefinir(novo), '401codigo_invalido', 'AUTH-8 once') FROM k;
SELECT is((SELECT status FROM pg_temp.pedir('vera', 'eu')), 401, 'S-3 the sessions ended');
SELECT is(pg_temp.entrar('vera', 'vera@acesso.test', 'outra frase bem longa'), 200, 'in with the new password');
SELECT is((SELECT array_agg(acao::text ORDER BY id) FROM crm.auditoria, u WHERE acao IN ('codigo_senha', 'redefinir_senha') AND registro_id = vera),
          '{codigo_senha,codigo_senha,redefinir_senha}', 'AUDIT-1 recorded');
UPDATE k SET novo = (SELECT corpo ->> 'codigo' FROM u, pg_temp.pedir('adm', 'usuario_codigo', jsonb_build_object('id', vera)));
UPDATE crm.codigos_senha SET expira_em = clock_timestamp();
SELECT is(pg_temp.redefinir(novo), '401codigo_invalido', 'too old') FROM k;

-- All sessions.
SELECT pg_temp.entrar('vera2', 'vera@acesso.test', 'outra frase bem longa');
SELECT is(corpo ->> 'encerradas', '2', 'S-9 both ended') FROM u, pg_temp.pedir('adm', 'usuario_sessoes_encerrar', jsonb_build_object('id', vera));
SELECT is((SELECT status FROM pg_temp.pedir('vera', 'eu')), 401, 'at once');
SELECT pg_temp.entrar('adm2', 'adm@acesso.test');
SELECT is(corpo ->> 'encerradas', '1', 'of oneself the others') FROM u, pg_temp.pedir('adm', 'usuario_sessoes_encerrar', jsonb_build_object('id', adm));
SELECT is((SELECT status FROM pg_temp.pedir('adm', 'eu')), 200, 'the present one stays');

-- The portfolio as a deactivation would move it.
INSERT INTO crm.clientes (cpf, nome_completo, data_ultima_compra, valor_total)
SELECT cpf::crm.cpf, 'Cliente ' || n, crm.hoje() - 40, 100 * n
  FROM (VALUES (1, '529.982.247-25'), (2, '111.444.777-35'), (3, '123.456.789-09')) AS t(n, cpf);
UPDATE crm.vendedores SET online = true FROM u WHERE id = vera;
SELECT crm.redistribuir_clientes();
SELECT crm.marcar_contatado(vera, c.id_cliente) FROM u, crm.clientes AS c WHERE c.nome_completo = 'Cliente 3';
SELECT is((corpo ->> 'pendentes') || ' ' || (corpo ->> 'contatados') || ' ' || (corpo ->> 'valor'), '2 1 300.00',
          'AUTH-8 counts and value') FROM u, pg_temp.pedir('adm', 'usuario_carteira', jsonb_build_object('id', vera));

SELECT * FROM finish();
ROLLBACK;
