-- Users: create, change, deactivate with transfer, the last administrador (AUTH-8, AUTH-2, L-1, L-4, L-12, Z-3, Z-4).
BEGIN;
SELECT plan(81);
UPDATE crm.configuracoes SET valor = '10' WHERE chave = 'bcrypt_custo';

-- L-12: the first account.
SELECT is((SELECT count(*) FROM crm.usuarios), 0::bigint, 'L-12 none after the installation');
CREATE TEMP TABLE segredo AS SELECT crm.criar_administrador('Adm Usuario', 'ADM@usuario.test ') AS senha;
SELECT matches(senha, '^[A-Z2-9]{4}(-[A-Z2-9]{4}){3}$', 'L-12 its password is generated and returned once') FROM segredo;
SELECT is((SELECT email FROM crm.usuarios), 'adm@usuario.test', 'e-mail stored in small letters');
SELECT throws_ok($$SELECT crm.criar_usuario('Fraca', 'f@usuario.test', 'ti', 'senha123')$$, 'CR422', NULL, 'L-3 a common password');
SELECT throws_ok($$SELECT crm.criar_usuario('Outro', 'Adm@Usuario.test', 'ti')$$, '23505', NULL, 'e-mail is unique in any case');
SELECT throws_ok($$SELECT crm.criar_usuario('ADM usuario', 'o@usuario.test', 'ti')$$, '23505', NULL, 'name too: it is an alias');
SELECT throws_ok(format('SELECT crm.criar_usuario(%L, %L, %L)', n, e, p), 'CR422', NULL, format('refused: %s %s %s', n, e, p))
  FROM (VALUES ('', 'a@usuario.test', 'ti'), ('  ', 'a@usuario.test', 'ti'), (repeat('n', 121), 'a@usuario.test', 'ti'),
               ('A', 'sem-arroba', 'ti'), ('A', 'a b@usuario.test', 'ti'), ('A', 'a@usuario.test', 'dono'), ('A', 'a@usuario.test', 'bi'),
               -- what nobody sees, or sees as somebody else
               (E'\t', 'a@usuario.test', 'ti'), (E'\u00a0', 'a@usuario.test', 'ti'), (E'\u200b', 'a@usuario.test', 'ti'), (E'Ana\nB', 'a@usuario.test', 'ti'),
               (E'\u202eana', 'a@usuario.test', 'ti'), ('A', E'a\u200b@usuario.test', 'ti'), ('A', 'a@usuario..test', 'ti')) AS t(n, e, p);
SELECT throws_ok($$SELECT crm.criar_usuario(NULL, 'a@usuario.test', 'ti')$$, 'CR422', NULL, 'refused: no name');

CREATE TEMP TABLE u AS
    SELECT (SELECT id FROM crm.usuarios) AS adm,
           crm.criar_usuario('Beto Usuario', 'beto@usuario.test', 'vendedor', 'cavalo correto bateria', 3, 50) AS beto,
           crm.criar_usuario('Caio Usuario', 'caio@usuario.test', 'vendedor', 'cavalo correto bateria') AS caio,
           crm.criar_usuario('Gil Usuario', 'gil@usuario.test', 'gerente', 'cavalo correto bateria') AS gil;
SELECT is(v.peso || '/' || v.capacidade, '3/50', 'DADOS-4 a vendedor has the row that sells') FROM crm.vendedores AS v, u WHERE v.id = beto;
SELECT is((SELECT count(*) FROM crm.vendedores), 2::bigint, 'the others do not');

-- Sessions of the test.
CREATE TEMP TABLE s AS
    WITH nova AS (INSERT INTO crm.sessoes (usuario_id, limite_em) SELECT id, now() + interval '1 day' FROM crm.usuarios RETURNING id, usuario_id)
    SELECT split_part(u.nome, ' ', 1) AS quem, nova.id AS sid FROM nova JOIN crm.usuarios AS u ON u.id = nova.usuario_id;
CREATE FUNCTION pg_temp.pedir(quem text, funcao text, args jsonb DEFAULT '{}')
RETURNS TABLE (status integer, corpo json) LANGUAGE sql AS $$
    SELECT a.status, a.corpo::json
      FROM crm.atender(funcao, (SELECT sid FROM s WHERE s.quem = pedir.quem), '10.1.1.1', NULL, NULL, NULL, args) AS a;
$$;

-- Clients on Beto's board: pending, pinned, contacted.
INSERT INTO crm.clientes (cpf, nome_completo, data_ultima_compra)
SELECT cpf::crm.cpf, 'Cliente ' || n, crm.hoje() - 40
  FROM (VALUES (1, '529.982.247-25'), (2, '111.444.777-35'), (3, '123.456.789-09')) AS t(n, cpf);
UPDATE crm.vendedores SET online = true FROM u WHERE id = beto;
SELECT lives_ok('SELECT crm.redistribuir_clientes()', 'dealt to the one who is online');
CREATE TEMP TABLE c AS SELECT split_part(nome_completo, ' ', 2)::integer AS n, id_cliente FROM crm.clientes WHERE nome_completo LIKE 'Cliente %';
SELECT crm.realocar_cliente(id_cliente, beto) FROM c, u WHERE n = 2;
SELECT crm.marcar_contatado(beto, id_cliente, 'ligar depois') FROM c, u WHERE n = 3;

-- Z-3: only an administrador.
SELECT is(p.status, 403, format('Z-3 %s may not %s', q, f))
  FROM unnest(ARRAY['Beto', 'Gil']) AS q,
       (VALUES ('usuarios', '{}'), ('usuario_criar', '{"nome": "X", "email": "x@x.test", "papel": "administrador"}'),
               ('usuario_alterar', '{"id": 1, "papel": "administrador"}'), ('usuario_desbloquear', '{"id": 1}'),
               ('usuario_senha', '{"id": 1}')) AS t(f, args),
       LATERAL pg_temp.pedir(q, f, args::jsonb) AS p;

-- Z-4: fields that are nobody's to send.
SELECT is(p.status || (p.corpo ->> 'codigo'), '422campo_desconhecido', 'Z-4 create with ' || campo)
  FROM unnest(ARRAY['is_admin', 'ativo', 'created_at', 'id', 'senha_hash', 'status']) AS campo,
       LATERAL pg_temp.pedir('Adm', 'usuario_criar', jsonb_build_object('nome', 'Zé', 'email', 'ze@usuario.test', 'papel', 'vendedor', campo, 1)) AS p;
SELECT is(p.status || (p.corpo ->> 'codigo'), '422campo_desconhecido', 'Z-4 change with ' || campo)
  FROM unnest(ARRAY['is_admin', 'senha', 'created_at', 'senha_hash']) AS campo, u,
       LATERAL pg_temp.pedir('Adm', 'usuario_alterar', jsonb_build_object('id', caio, campo, 1)) AS p;
SELECT is((SELECT count(*) FROM crm.usuarios WHERE nome = 'Zé'), 0::bigint, 'Z-4 nothing stored');

-- AUTH-8: the list.
SELECT is((corpo ->> 'total')::integer, 4, 'AUTH-8 list') FROM pg_temp.pedir('Adm', 'usuarios');
SELECT is(corpo #>> '{usuarios,0,email}', 'beto@usuario.test', 'AUTH-8 search') FROM pg_temp.pedir('Adm', 'usuarios', '{"busca": "BETO@"}');
SELECT is((corpo ->> 'total')::integer, 0, 'I-10 % is a character') FROM pg_temp.pedir('Adm', 'usuarios', '{"busca": "%"}');
SELECT is((corpo ->> 'pages')::integer, 2, 'pages') FROM pg_temp.pedir('Adm', 'usuarios', '{"page": "2", "size": "2"}');
SELECT unalike(corpo::text, '%$2b$%', 'L-1 no hash in the answer') FROM pg_temp.pedir('Adm', 'usuarios');
SELECT is(p.status, 201, 'AUTH-8 create with a generated password') FROM pg_temp.pedir('Adm', 'usuario_criar', '{"nome": "Novo", "email": "novo@usuario.test", "papel": "operador"}') AS p;
SELECT is((SELECT trocar_senha FROM crm.usuarios WHERE nome = 'Novo'), true, 'to be changed at the first login');
SELECT is(status || (corpo ->> 'codigo'), '409email_em_uso', 'taken e-mail') FROM pg_temp.pedir('Adm', 'usuario_criar', '{"nome": "Novo 2", "email": "NOVO@usuario.test", "papel": "operador"}');
SELECT is(status, 404, 'change of nobody') FROM pg_temp.pedir('Adm', 'usuario_alterar', '{"id": 999999999, "nome": "X"}');

-- Renaming keeps both tables equal.
SELECT is(status, 200, 'renamed') FROM u, pg_temp.pedir('Adm', 'usuario_alterar', jsonb_build_object('id', beto, 'nome', 'Beto Novo'));
SELECT is((SELECT nome FROM crm.vendedores, u WHERE id = beto), 'Beto Novo', 'DADOS-4 vendedores.nome follows');

-- AUTH-8: deactivation with transfer.
SELECT is(status, 422, 'not to oneself') FROM u, pg_temp.pedir('Adm', 'usuario_alterar', jsonb_build_object('id', beto, 'ativo', false, 'transferir_para', beto));
SELECT is(status, 422, 'not to who does not sell') FROM u, pg_temp.pedir('Adm', 'usuario_alterar', jsonb_build_object('id', beto, 'ativo', false, 'transferir_para', gil));
UPDATE crm.cliente_vendedor AS a SET retornar_em = crm.hoje() + 2, proximo_passo = 'levar amostra' FROM c WHERE c.id_cliente = a.cliente_id AND n = 2 AND a.encerrada_em IS NULL;
UPDATE crm.vendedores SET online = true FROM u WHERE id = caio;
SELECT is(status, 200, 'AUTH-8 deactivated with transfer') FROM u, pg_temp.pedir('Adm', 'usuario_alterar', jsonb_build_object('id', beto, 'ativo', false, 'transferir_para', caio));
SELECT is((SELECT count(*) FROM crm.cliente_vendedor, u WHERE vendedor_id = caio AND encerrada_em IS NULL AND motivo = 'transferencia'), 3::bigint, 'AUTH-8 the whole carteira moved');
SELECT is((SELECT a.contatado || a.observacoes FROM crm.cliente_vendedor AS a JOIN c ON c.id_cliente = a.cliente_id WHERE n = 3 AND a.encerrada_em IS NULL), 'trueligar depois', 'with its contacts');
SELECT is((SELECT a.fixado FROM crm.cliente_vendedor AS a JOIN c ON c.id_cliente = a.cliente_id WHERE n = 2 AND a.encerrada_em IS NULL), true, 'and pins');
SELECT is((SELECT a.retornar_em - crm.hoje() || a.proximo_passo FROM crm.cliente_vendedor AS a JOIN c ON c.id_cliente = a.cliente_id WHERE n = 2 AND a.encerrada_em IS NULL), '2levar amostra', 'BOARD-5 and next steps');
SELECT is((SELECT online OR ativo FROM crm.vendedores, u WHERE id = beto), false, 'the seller is offline and inactive');

-- Without transfer: pinned and pending go back to the pool, contacted stay.
SELECT is(status, 200, 'AUTH-8 stops selling by a change of papel') FROM u, pg_temp.pedir('Adm', 'usuario_alterar', jsonb_build_object('id', caio, 'papel', 'operador'));
SELECT is((SELECT string_agg(n || status, ' ' ORDER BY n) FROM crm.clientes JOIN c USING (id_cliente)), '1disponivel 2disponivel 3contatado', 'back to the pool but what was contacted');
SELECT is((SELECT count(*) FROM crm.cliente_vendedor, u WHERE vendedor_id = caio AND encerrada_em IS NULL), 1::bigint, 'the contacted one stays for the cycle');
SELECT is((SELECT count(*) FROM crm.verificar_distribuicao()), 0::bigint, 'the invariants hold');

-- AUTH-2: an administrador or gerente sells only when asked to.
SELECT is(status, 200, 'a gerente takes part') FROM u, pg_temp.pedir('Adm', 'usuario_alterar', jsonb_build_object('id', gil, 'participa_distribuicao', true));
SELECT is((SELECT ativo AND participa_distribuicao FROM crm.vendedores, u WHERE id = gil), true, 'AUTH-2 and has the row that sells');
UPDATE crm.vendedores SET online = true FROM u WHERE id = gil;
SELECT lives_ok(format('SELECT crm.realocar_cliente(%s, %s)', id_cliente, gil), 'and gets a client by hand') FROM c, u WHERE n = 1;
SELECT is(status, 200, 'and no more') FROM u, pg_temp.pedir('Adm', 'usuario_alterar', jsonb_build_object('id', gil, 'participa_distribuicao', false));
SELECT is((SELECT ativo OR online OR participa_distribuicao FROM crm.vendedores, u WHERE id = gil), false, 'then it is off');
SELECT is((SELECT status FROM crm.clientes JOIN c USING (id_cliente) WHERE n = 1), 'disponivel', 'and the client goes back to the pool');
SELECT is(status, 422, 'an operador never') FROM u, pg_temp.pedir('Adm', 'usuario_alterar', jsonb_build_object('id', caio, 'participa_distribuicao', true));

-- The last administrador.
SELECT is(status || (corpo ->> 'codigo'), '409ultimo_administrador', 'AUTH-8 by the API: ' || mudanca)
  FROM unnest(ARRAY['{"ativo": false}', '{"papel": "gerente"}']) AS mudanca, u,
       LATERAL pg_temp.pedir('Adm', 'usuario_alterar', mudanca::jsonb || jsonb_build_object('id', adm));
SELECT throws_ok(c, 'CR409', NULL, 'AUTH-8 by SQL: ' || c)
  FROM unnest(ARRAY[$$UPDATE crm.usuarios SET ativo = false$$, $$UPDATE crm.usuarios SET papel = 'ti' WHERE papel = 'administrador'$$]) AS c;
SELECT is(status, 200, 'another administrador') FROM u, pg_temp.pedir('Adm', 'usuario_alterar', jsonb_build_object('id', gil, 'papel', 'administrador'));
SELECT is(status, 200, 'then the first may go') FROM u, pg_temp.pedir('Adm', 'usuario_alterar', jsonb_build_object('id', adm, 'papel', 'gerente'));

SELECT * FROM finish();
ROLLBACK;
