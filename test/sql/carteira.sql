-- crm.marcar_contatado(), realocar_cliente(), liberar_cliente(), configurar_vendedor().
BEGIN;
SELECT plan(54);
-- Sellers 9001..9003 and a way to make clients: novos(n) are n clients bought
-- 30..60 days ago, novos(n, d) all bought d days ago.
CREATE FUNCTION pg_temp.cpf(n bigint) RETURNS crm.cpf LANGUAGE sql AS $$
    SELECT crm.cpf_de_bigint((n * 10 + a.d) * 10 + b.d)
      FROM (SELECT lpad(n::text, 9, '0') AS t) t,
           LATERAL (SELECT CASE WHEN s % 11 < 2 THEN 0 ELSE 11 - s % 11 END AS d
                      FROM (SELECT sum(substr(t.t, k, 1)::integer * (11 - k)) AS s
                              FROM generate_series(1, 9) k) q) a,
           LATERAL (SELECT CASE WHEN s % 11 < 2 THEN 0 ELSE 11 - s % 11 END AS d
                      FROM (SELECT sum(substr(t.t || a.d, k, 1)::integer * (12 - k)) AS s
                              FROM generate_series(1, 10) k) q) b
$$;
CREATE SEQUENCE pg_temp.cpf_seq START 123456700;
CREATE FUNCTION pg_temp.novos(n integer, dias integer DEFAULT NULL) RETURNS SETOF bigint LANGUAGE sql AS $$
    INSERT INTO crm.clientes (cpf, nome_completo, data_ultima_compra, valor_total)
    SELECT pg_temp.cpf(nextval('pg_temp.cpf_seq')), 'Cliente ' || i,
           crm.hoje() - coalesce(dias, 30 + i % 31), 100 + i * 7 % 50
      FROM generate_series(1, n) i
    RETURNING id_cliente
$$;
INSERT INTO crm.usuarios (id, nome, email, papel)
SELECT i, 'Vendedor ' || i, 'v' || i || '@exemplo.test', 'vendedor' FROM generate_series(9001, 9003) i;
INSERT INTO crm.vendedores (id, nome)
SELECT i, 'Vendedor ' || i FROM generate_series(9001, 9003) i ON CONFLICT DO NOTHING;
-- How many each holds, as a multiset.
CREATE FUNCTION pg_temp.cargas() RETURNS bigint[] LANGUAGE sql AS $$
    SELECT coalesce(array_agg(n ORDER BY n), '{}')
      FROM (SELECT count(*) AS n FROM crm.cliente_vendedor
             WHERE encerrada_em IS NULL GROUP BY vendedor_id) t
$$;
CREATE FUNCTION pg_temp.tem(vendedor bigint) RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM crm.cliente_vendedor
     WHERE vendedor_id = vendedor AND encerrada_em IS NULL AND NOT contatado
$$;

-- The sellers as direct SQL callers.
CREATE ROLE sql_9001 LOGIN IN ROLE crm_vendedor;
CREATE ROLE sql_9002 LOGIN IN ROLE crm_vendedor;
UPDATE crm.usuarios SET role_banco = 'sql_' || id WHERE id IN (9001, 9002);

SELECT pg_temp.novos(20, 40);
SELECT crm.entrar_vendedor(9001), crm.entrar_vendedor(9002);
CREATE TEMP TABLE meu AS
SELECT cliente_id, id, row_number() OVER (ORDER BY id) AS n FROM crm.cliente_vendedor
 WHERE vendedor_id = 9001 AND encerrada_em IS NULL;
CREATE TEMP TABLE alheio AS
SELECT cliente_id, id, row_number() OVER (ORDER BY id) AS n FROM crm.cliente_vendedor
 WHERE vendedor_id = 9002 AND encerrada_em IS NULL;
GRANT SELECT ON meu, alheio TO PUBLIC;
CREATE FUNCTION pg_temp.m(i integer) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT cliente_id FROM meu WHERE n = i';
CREATE FUNCTION pg_temp.a(i integer) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT cliente_id FROM alheio WHERE n = i';
-- SQLSTATE, codigo and message of what a statement raises.
CREATE FUNCTION pg_temp.erro(comando text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    codigo text;
BEGIN
    EXECUTE comando;
    RETURN 'nenhum';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS codigo = CONSTRAINT_NAME;
    RETURN SQLSTATE || ' ' || codigo;
END
$$;
CREATE FUNCTION pg_temp.mensagem(comando text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE comando;
    RETURN 'nenhuma';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLERRM;
END
$$;

-- ---- marcar_contatado (BOARD-2, DIST-5) -------------------------------------

SET LOCAL ROLE sql_9001;
SELECT results_eq($$SELECT cliente, contatado, resultado_contato, repetido
                      FROM crm.marcar_contatado(9001, pg_temp.m(1), 'ligar amanhã', 'interessado')$$,
                  $$VALUES (pg_temp.m(1), true, 'interessado', false)$$, 'BOARD-2: the holder marks');
SELECT results_eq($$SELECT cliente, contatado, resultado_contato, repetido
                      FROM crm.marcar_contatado(9001, pg_temp.m(1), 'outra', 'recusou')$$,
                  $$VALUES (pg_temp.m(1), true, 'interessado', true)$$, 'BOARD-2: repeated, nothing changes');
SELECT is(pg_temp.erro($$SELECT crm.marcar_contatado(9001, pg_temp.a(1))$$),
          'CR403 cliente_de_outro_vendedor', 'BOARD-2: not the holder');
SELECT is(pg_temp.erro($$SELECT crm.marcar_contatado(9001, -5)$$),
          'CR403 cliente_de_outro_vendedor', 'a client that does not exist looks the same');
SELECT is(pg_temp.mensagem($$SELECT crm.marcar_contatado(9001, -5)$$),
          pg_temp.mensagem($$SELECT crm.marcar_contatado(9001, pg_temp.a(1))$$), 'in every word');
SELECT matches(pg_temp.erro($$SELECT crm.marcar_contatado(9002, pg_temp.a(1))$$), '^CR403 ',
          'AUTH-7: not on another''s board');
SELECT is(pg_temp.erro($$SELECT crm.marcar_contatado(9001, pg_temp.m(2), NULL, 'recuperado')$$),
          'CR422 resultado_invalido', 'recuperado is written by an order alone');
SELECT is(pg_temp.erro($$SELECT crm.marcar_contatado(9001, pg_temp.m(2), repeat('á', 4001))$$),
          'CR422 observacoes_longas', '4001 characters are too many');
SELECT is(pg_temp.erro($$SELECT crm.marcar_contatado(9001, pg_temp.m(2), repeat('á', 4000))$$),
          'nenhum', '4000 are not');
SELECT is(pg_temp.erro($$SELECT crm.marcar_contatado(NULL, 1)$$), '22004 ', 'NULL is refused');
SELECT matches(pg_temp.erro($$SELECT crm.realocar_cliente(pg_temp.m(3), 9001)$$), '^(42501|CR403)',
          'AUTH-6: a seller does not reallocate');
SELECT matches(pg_temp.erro($$SELECT crm.liberar_cliente(pg_temp.m(3))$$), '^(42501|CR403)',
          'AUTH-6: nor releases');
SELECT matches(pg_temp.erro($$SELECT crm.configurar_vendedor(9001, 100)$$), '^(42501|CR403)',
          'AUTH-6: nor sets weights');
SELECT matches(pg_temp.erro($$SELECT crm.redistribuir_todos()$$), '^(42501|CR403)',
          'AUTH-6: nor redistributes');
SELECT matches(pg_temp.erro($$SELECT crm.sair_vendedor(9002)$$), '^CR403', 'nor logs another out');
RESET ROLE;
SELECT results_eq($$SELECT c.status, a.observacoes::text, a.data_contato = crm.agora()
                      FROM crm.clientes c JOIN crm.cliente_vendedor a ON a.cliente_id = c.id_cliente
                     WHERE c.id_cliente = pg_temp.m(1) AND a.encerrada_em IS NULL$$,
                  $$VALUES ('contatado', 'ligar amanhã', true)$$, 'DIST-5: status and notes are kept');
SELECT is((SELECT repetido FROM crm.marcar_contatado(9002, pg_temp.a(2))), false,
          'an administrator marks for another');
SELECT is(pg_temp.erro($$SELECT crm.marcar_contatado(9001, pg_temp.a(2))$$),
          'CR403 cliente_de_outro_vendedor', 'but not on the wrong board');

-- ---- realocar_cliente (DIST-6) ----------------------------------------------

CREATE TEMP TABLE feita AS SELECT crm.realocar_cliente(pg_temp.m(3), 9003) AS id;
SELECT results_eq($$SELECT vendedor_id, de_vendedor_id, fixado, contatado, motivo FROM crm.cliente_vendedor
                     WHERE id = (SELECT id FROM feita)$$,
                  $$VALUES (9003::bigint, 9001::bigint, true, false, 'realocacao')$$,
                  'DIST-6: a new pinned assignment, also of a seller who is offline');
SELECT is((SELECT motivo_fim FROM crm.cliente_vendedor WHERE id = (SELECT id FROM meu WHERE n = 3)),
          'realocacao', 'DIST-6: the old one ended');
SELECT is(crm.realocar_cliente(pg_temp.m(3), 9003), (SELECT id FROM feita), 'repeated: the same');
SELECT isnt(crm.realocar_cliente(pg_temp.m(3), 9001), (SELECT id FROM feita), 'and back');
SELECT isnt(crm.realocar_cliente(pg_temp.m(4), 9001), (SELECT id FROM meu WHERE n = 4),
            'to the holder: pinned from now on');
SELECT isnt(crm.realocar_cliente(pg_temp.m(1), 9002), NULL, 'a contacted client can be given to another');
SELECT results_eq($$SELECT contatado, fixado FROM crm.cliente_vendedor
                     WHERE cliente_id = pg_temp.m(1) AND encerrada_em IS NULL$$,
                  'VALUES (false, true)', 'who has to contact again');
SELECT is((SELECT status FROM crm.clientes WHERE id_cliente = pg_temp.m(1)), 'atribuido', 'status follows');
SELECT is((SELECT contatado AND observacoes = 'ligar amanhã' FROM crm.cliente_vendedor
            WHERE id = (SELECT id FROM meu WHERE n = 1)), true, 'the history keeps the contact');
SELECT is(pg_temp.erro($$SELECT crm.realocar_cliente(-1, 9001)$$), 'CR404 cliente_inexistente', 'unknown client');
SELECT is(pg_temp.erro($$SELECT crm.realocar_cliente(pg_temp.m(5), -1)$$), 'CR404 vendedor_inexistente',
          'unknown seller');
UPDATE crm.vendedores SET ativo = false WHERE id = 9003;
SELECT is(pg_temp.erro($$SELECT crm.realocar_cliente(pg_temp.m(5), 9003)$$), 'CR409 vendedor_inativo',
          'inactive seller');
UPDATE crm.clientes SET ativo = false WHERE id_cliente = pg_temp.m(6);
SELECT is(pg_temp.erro($$SELECT crm.realocar_cliente(pg_temp.m(6), 9001)$$), 'CR409 cliente_inativo',
          'inactive client');
UPDATE crm.clientes SET nao_contatar = true WHERE id_cliente = pg_temp.m(7);
SELECT is(pg_temp.erro($$SELECT crm.realocar_cliente(pg_temp.m(7), 9001)$$), 'CR409 cliente_nao_contatar',
          'LGPD: who does not want to be contacted');
SELECT is((SELECT count(*) FROM crm.cliente_vendedor WHERE encerrada_em IS NULL
              AND cliente_id IN (pg_temp.m(6), pg_temp.m(7))), 0::bigint, 'neither is held any more');

-- ---- liberar_cliente (DIST-6) -----------------------------------------------

SELECT is(crm.liberar_cliente(pg_temp.m(5)), (SELECT id FROM meu WHERE n = 5), 'DIST-6: released');
SELECT is((SELECT status FROM crm.clientes WHERE id_cliente = pg_temp.m(5)), 'disponivel',
          'DIST-6: disponivel');
SELECT is(crm.liberar_cliente(pg_temp.m(5)), NULL, 'repeated: nothing to end, no error');
SELECT is(pg_temp.erro($$SELECT crm.liberar_cliente(pg_temp.a(2))$$), 'CR409 cliente_contatado',
          'DIST-6: contacted only by force');
SELECT is((SELECT status FROM crm.clientes WHERE id_cliente = pg_temp.a(2)), 'contatado', 'nothing changed');
SELECT is(crm.liberar_cliente(pg_temp.a(2), forcar => true), (SELECT id FROM alheio WHERE n = 2), 'by force');
SELECT is(pg_temp.erro($$SELECT crm.liberar_cliente(-1)$$), 'CR404 cliente_inexistente', 'unknown client');
SELECT isnt(crm.liberar_cliente(pg_temp.m(3)), NULL, 'a pinned one, too');
SELECT is((SELECT novas FROM crm.redistribuir_clientes()), 3, 'the next run deals what was released');

-- ---- what was planned goes along ------------------------------------------------------
SAVEPOINT prometido;
CREATE TEMP TABLE prometido AS SELECT pg_temp.novos(1, 40) AS c;
CREATE FUNCTION pg_temp.plano() RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', v.vendedor_id, v.retornar_em - crm.hoje(), v.proximo_passo)
      FROM crm.cliente_vendedor v, prometido WHERE v.cliente_id = c AND v.encerrada_em IS NULL
$$;
SELECT crm.realocar_cliente(c, 9001) FROM prometido;
SELECT is(pg_temp.plano(), '9001', 'nothing planned');
SELECT crm.definir_proximo_passo(9001, c, crm.hoje() + 4, 'mandar a tabela') FROM prometido;
SELECT crm.realocar_cliente(c, 9002) FROM prometido;
SELECT is(pg_temp.plano(), '9002 4 mandar a tabela', 'BOARD-5: the next step goes to the new holder');
SELECT crm.marcar_contatado(9002, c, 'falamos', 'interessado', crm.hoje() + 9) FROM prometido;
SELECT crm.realocar_cliente(c, 9001) FROM prometido;
SELECT is(pg_temp.plano(), '9001 9', 'the return that a contact promised, too');
SELECT crm.liberar_cliente(c) FROM prometido;
SELECT crm.realocar_cliente(c, 9002) FROM prometido;
SELECT is(pg_temp.plano(), '9002', 'who is set free starts afresh');
ROLLBACK TO prometido;

-- ---- configurar_vendedor ----------------------------------------------------

SELECT is(pg_temp.erro('SELECT crm.configurar_vendedor(9001, 0)'), 'CR422 peso_invalido', 'weight 0');
SELECT is(pg_temp.erro('SELECT crm.configurar_vendedor(9001, 101)'), 'CR422 peso_invalido', 'weight 101');
SELECT is(pg_temp.erro('SELECT crm.configurar_vendedor(9001, NULL, -2)'), 'CR422 capacidade_invalida',
          'capacity -2');
SELECT is(pg_temp.erro('SELECT crm.configurar_vendedor(-1, 2)'), 'CR404 vendedor_inexistente', 'unknown seller');
SELECT is(crm.configurar_vendedor(9001), NULL, 'nothing given, nothing dealt');
SELECT crm.configurar_vendedor(9001, 2, 50, false);
SELECT results_eq('SELECT peso, capacidade, participa_distribuicao FROM crm.vendedores WHERE id = 9001',
                  'VALUES (2, 50, false)', 'all three');
SELECT crm.configurar_vendedor(9001, NULL, -1);
SELECT results_eq('SELECT peso, capacidade, participa_distribuicao FROM crm.vendedores WHERE id = 9001',
                  'VALUES (2, NULL::integer, false)', 'NULL leaves, -1 lifts the limit');
SELECT is_empty('SELECT * FROM crm.verificar_distribuicao()', 'all invariants hold');

SELECT * FROM finish();
ROLLBACK;
