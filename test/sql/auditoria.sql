-- The audit: every write with before and after, compact when bulk, no secret inside, append-only (AUDIT-1, LGPD-1).
BEGIN;
SELECT no_plan();

CREATE FUNCTION pg_temp.ultima(OUT acao text, OUT tabela text, OUT registro_id bigint, OUT linhas integer, OUT antes jsonb, OUT depois jsonb)
    LANGUAGE sql AS 'SELECT acao, tabela, registro_id, linhas, antes, depois FROM crm.auditoria ORDER BY id DESC LIMIT 1';
CREATE FUNCTION pg_temp.quantas(comando text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    n bigint := (SELECT count(*) FROM crm.auditoria);
BEGIN
    EXECUTE comando;
    RETURN (SELECT count(*) FROM crm.auditoria) - n;
END $$;

-- Single rows.
SELECT is(pg_temp.quantas($$ INSERT INTO crm.clientes (id_cliente, cpf, nome_completo, nome_mae, data_nascimento)
                             VALUES (99000001, '52998224725', 'Ana "A"', 'Maria', '1980-05-06') $$), 1::bigint, 'one row inserted, one recorded');
SELECT results_eq('SELECT acao, tabela, registro_id, linhas, antes FROM pg_temp.ultima()',
                  $$ VALUES ('inserir', 'clientes', 99000001::bigint, 1, NULL::jsonb) $$, 'what and which');
SELECT is(depois ->> 'nome_completo', 'Ana "A"', 'values are there') FROM pg_temp.ultima();
SELECT is((depois ->> 'cpf', depois ->> 'nome_mae', depois ->> 'data_nascimento')::text,
          '(***.982.247-**,***,***)', 'CPF masked, mother and birth date hidden (LGPD-1)') FROM pg_temp.ultima();
SELECT results_eq($$ SELECT usuario_id, papel, role_banco FROM crm.auditoria ORDER BY id DESC LIMIT 1 $$,
                  $$ VALUES (NULL::bigint, 'administrador', session_user) $$, 'who: papel and database role');

SELECT is(pg_temp.quantas($$ UPDATE crm.clientes SET nome_completo = 'Bia', nome_mae = 'Rosa', cpf = '00000000191' WHERE id_cliente = 99000001 $$),
          1::bigint, 'one row changed');
SELECT is(antes, '{"nome_completo": "Ana \"A\"", "nome_mae": "***", "cpf": "***.982.247-**"}'::jsonb, 'before: what changed') FROM pg_temp.ultima();
SELECT is(depois, '{"nome_completo": "Bia", "nome_mae": "***", "cpf": "***.000.001-**"}'::jsonb, 'after: what changed') FROM pg_temp.ultima();
SELECT is(pg_temp.quantas('UPDATE crm.clientes SET nome_completo = nome_completo'), 0::bigint, 'no change, no row');
SELECT is(pg_temp.quantas($$ UPDATE crm.clientes SET valor_total = 5 WHERE id_cliente = 99000001 $$), 1::bigint,
          'a derived column written by hand is recorded');
SELECT is(pg_temp.quantas($$ INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) VALUES (99000001, '2026-01-01', 5) $$), 1::bigint,
          'an order is one row, not two: what the product derives is not repeated');
SELECT is(pg_temp.quantas($$ DELETE FROM crm.pedidos WHERE cliente_id = 99000001 $$), 1::bigint, 'deleted');
SELECT is((acao, antes ->> 'valor', depois IS NULL)::text, '(excluir,5.00,t)', 'with what it was') FROM pg_temp.ultima();

-- Nobody hides a change behind a second update of the same table.
SELECT is(pg_temp.quantas($$ WITH x AS (UPDATE crm.produtos SET preco = 1 WHERE false RETURNING 1),
                                  y AS (INSERT INTO crm.usuarios (id, nome, email, papel) VALUES (99000001, 'U', 'u@exemplo.test', 'operador') RETURNING 1)
                             SELECT count(*) FROM x, y $$), 1::bigint, 'in WITH');
INSERT INTO crm.usuarios (id, nome, email, papel) VALUES (99000002, 'W', 'w@exemplo.test', 'operador');
SELECT is(pg_temp.quantas($$ WITH x AS (UPDATE crm.usuarios SET papel = 'gerente' WHERE id = 99000001)
                             UPDATE crm.usuarios SET updated_at = '2030-01-01' WHERE id = 99000002 $$), 1::bigint, 'two updates of one table');
SELECT is(depois, '{"papel": "gerente"}'::jsonb, 'the first is recorded') FROM pg_temp.ultima();

-- Secrets.
SELECT is(pg_temp.quantas($$ UPDATE crm.usuarios SET senha_hash = '$2b$12$' || repeat('a', 53) WHERE id = 99000001 $$), 1::bigint, 'a password');
SELECT is((antes -> 'senha_hash', depois ->> 'senha_hash')::text, '(null,***)', 'is recorded without the hash') FROM pg_temp.ultima();

-- A session changed by hand is recorded without its id; a login by the product once, as such.
SELECT is(pg_temp.quantas($$ INSERT INTO crm.sessoes (usuario_id, limite_em) VALUES (99000001, now() + interval '1 day') $$), 1::bigint, 'a session');
SELECT is((depois ->> 'usuario_id', depois ->> 'id')::text, '(99000001,***)', 'of whom, not which') FROM pg_temp.ultima();
SELECT is(pg_temp.quantas($$ UPDATE crm.segredos SET valor = sha256(valor) WHERE nome = 'conta' $$), 1::bigint, 'a secret');
SELECT is(depois, '{"nome": "conta", "valor": "***"}'::jsonb, 'its name alone') FROM pg_temp.ultima();

-- Presence.
INSERT INTO crm.vendedores (id, nome) VALUES (99000001, 'U');
SELECT is(pg_temp.quantas('UPDATE crm.vendedores SET visto_em = now() WHERE id = 99000001'), 0::bigint, 'a heartbeat is no change');
SELECT is(pg_temp.quantas('UPDATE crm.vendedores SET online = true WHERE id = 99000001'), 1::bigint, 'going online is');
SELECT is((acao, depois ->> 'online')::text, '(presenca,true)', 'a presence') FROM pg_temp.ultima();
SELECT is(pg_temp.quantas('UPDATE crm.vendedores SET online = false, peso = 3 WHERE id = 99000001'), 1::bigint, 'with more');
SELECT is(acao, 'alterar', 'it is a change') FROM pg_temp.ultima();

-- Tables without an id.
SELECT is(pg_temp.quantas($$ DELETE FROM crm.permissoes WHERE papel = 'ti' AND acao = 'metricas.ver' $$), 1::bigint, 'a right');
SELECT is(antes, '{"papel": "ti", "acao": "metricas.ver"}'::jsonb, 'by its key') FROM pg_temp.ultima();

-- 100 rows one by one, 101 in a chunk; 2,500 in three.
SELECT is(pg_temp.quantas($$ INSERT INTO crm.produtos (id, nome, preco) SELECT 99000000 + n, 'P' || n, n FROM generate_series(1, 100) n $$),
          100::bigint, '100 rows');
SELECT is(pg_temp.quantas($$ INSERT INTO crm.produtos (id, nome, preco) SELECT 99000100 + n, 'P' || n, n FROM generate_series(1, 101) n $$),
          1::bigint, '101 rows');
SELECT is(depois, '{"ids": [[99000101, 99000201]]}'::jsonb, 'a bulk insert is its ids') FROM pg_temp.ultima();
SELECT is(pg_temp.quantas($$ INSERT INTO crm.produtos (id, nome, preco) SELECT 99001000 + n, 'P' || n, n FROM generate_series(1, 2500) n $$),
          3::bigint, '2,500 rows');
SELECT is(pg_temp.quantas($$ UPDATE crm.produtos SET preco = preco + 1 WHERE id > 99001000 AND id % 2 = 0 $$), 2::bigint, '1,250 changed');
SELECT is((SELECT sum(linhas) FROM (SELECT linhas FROM crm.auditoria ORDER BY id DESC LIMIT 2) AS u), 1250::bigint, 'all of them counted');
SELECT is((jsonb_array_length(antes -> 'ids'), jsonb_array_length(antes -> 'preco'), jsonb_array_length(depois -> 'preco'), antes ? 'nome')::text,
          '(250,250,250,f)', 'ids and the changed column, in step') FROM pg_temp.ultima();
SELECT is((SELECT count(*) FROM pg_temp.ultima() u,
                  jsonb_array_elements(u.antes -> 'preco') WITH ORDINALITY AS a(v, i)
                  JOIN jsonb_array_elements((SELECT depois FROM pg_temp.ultima()) -> 'preco') WITH ORDINALITY AS d(v, i) USING (i)
            WHERE a.v::numeric + 1 <> d.v::numeric), 0::bigint, 'before and after belong together');
SELECT is(pg_temp.quantas($$ DELETE FROM crm.produtos WHERE id > 99001000 $$), 3::bigint, 'deleted in bulk');
SELECT is((linhas, jsonb_array_length(antes -> 'nome'), depois IS NULL)::text, '(500,500,t)', 'with what they were') FROM pg_temp.ultima();
INSERT INTO crm.clientes (cpf, nome_completo, nome_mae, data_nascimento)
SELECT g.cpf, g.nome_completo, g.nome_mae, g.data_nascimento FROM crm.popular_clientes(500000, 500300, 1, false) AS g;
UPDATE crm.clientes SET nome_mae = nome_mae || 'x', data_nascimento = data_nascimento + 1 WHERE id_cliente <> 99000001;
SELECT is((SELECT count(DISTINCT e) FROM pg_temp.ultima() u, jsonb_array_elements_text(u.depois -> 'nome_mae') AS e), 1::bigint,
          'bulk hides the same') FROM pg_temp.ultima();
SELECT is(pg_temp.quantas('TRUNCATE crm.pedidos'), 1::bigint, 'TRUNCATE');
SELECT is((acao, tabela)::text, '(esvaziar,pedidos)', 'is recorded') FROM pg_temp.ultima();

-- No clear CPF, hash or birth date anywhere (AUDIT-1).
SELECT is_empty($$ SELECT a.id FROM crm.auditoria a WHERE concat(a.antes, a.depois) ~ '\$2b\$' $$, 'no hash');
SELECT is_empty($$ SELECT a.id FROM crm.auditoria a JOIN crm.clientes c ON concat(a.antes, a.depois) ~ ('[^0-9]' || c.cpf::text) $$, 'no CPF');
SELECT is_empty($$ SELECT a.id FROM crm.auditoria a WHERE a.tabela = 'clientes' AND concat(a.antes, a.depois) ~ '1980-05-06' $$, 'no birth date');

-- A rolled back change leaves no row, a kept one its row.
SAVEPOINT s;
UPDATE crm.clientes SET nome_completo = 'X' WHERE id_cliente = 99000001;
ROLLBACK TO s;
SELECT isnt(depois ->> 'nome_completo', 'X', 'rolled back with the change') FROM pg_temp.ultima();

-- Append-only, for the owner too.
SELECT is_empty($$ SELECT grantee, privilege_type FROM information_schema.role_table_grants
                    WHERE table_schema = 'crm' AND table_name = 'auditoria' AND grantee <> 'crm_owner' AND privilege_type <> 'SELECT' $$,
                'nobody may write it');
SET LOCAL ROLE crm_owner;
SELECT throws_ok(c, '42501', NULL, c)
  FROM unnest(ARRAY['UPDATE crm.auditoria SET acao = ''x''', 'DELETE FROM crm.auditoria', 'TRUNCATE crm.auditoria']) AS c;
RESET ROLE;
SET LOCAL ROLE crm_gerente;
SELECT throws_ok('SELECT * FROM crm.auditoria', '42501', NULL, 'a gerente does not read it');
RESET ROLE;
SET LOCAL ROLE crm_administrador;
SELECT cmp_ok((SELECT count(*) FROM crm.auditoria), '>', 100::bigint, 'an administrador does');
SELECT throws_ok('DELETE FROM crm.auditoria', '42501', NULL, 'and no more');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
