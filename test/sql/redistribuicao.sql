-- crm.redistribuir_clientes() and crm.redistribuir_todos(): dealing the clients.
BEGIN;
SELECT plan(46);
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

-- ---- the five critical tests of "CRM Kanban v2.0" (DIST-3) ------------------

-- DIST-3: 1 seller gets all
SELECT pg_temp.novos(55);
SELECT isnt(crm.entrar_vendedor(9001), NULL, 'a login is a run');
SELECT is(pg_temp.tem(9001), 55::bigint, 'DIST-3: 1 vendedor recebe todos os clientes');
SELECT is((SELECT count(*) FROM crm.clientes WHERE status = 'atribuido'), 55::bigint, 'all are atribuido');

-- DIST-3: 55 clients over 3 sellers, logging in one after another: 18-18-19
SELECT crm.entrar_vendedor(9002);
SELECT is(pg_temp.cargas(), '{27,28}', 'DIST-3: 2 vendedores: 27-28');
SELECT crm.entrar_vendedor(9003);
SELECT is(pg_temp.cargas(), '{18,18,19}', 'DIST-3: 3 vendedores: 18-18-19');
SELECT results_eq('SELECT movimentos, limite_inferior, novas, liberados, trocaram FROM crm.lotes ORDER BY id DESC LIMIT 1',
                  'VALUES (18, 18, 0, 0, 18)', 'the third login moves 18, the least possible (DIST-2, DIST-8)');
SELECT is_empty('SELECT * FROM crm.verificar_distribuicao()', 'all invariants hold');

-- at once, too
SELECT is((SELECT novas FROM crm.redistribuir_todos()), 55, 'all are dealt afresh');
SELECT is(pg_temp.cargas(), '{18,18,19}', 'DIST-3: 55 de uma vez: 18-18-19');
SELECT results_eq('SELECT movimentos, trocaram FROM crm.lotes ORDER BY id DESC LIMIT 1',
                  'SELECT 0, count(*)::integer FROM crm.v_movimentos
                    WHERE tipo = ''ganho'' AND lote = (SELECT max(id) FROM crm.lotes) AND de_vendedor_id <> vendedor_id',
                  'DIST-8: who changed sellers is counted though all were freed first ...');
SELECT cmp_ok((SELECT trocaram FROM crm.lotes ORDER BY id DESC LIMIT 1), '>', 0, '... and some did');

-- DIST-3: logout redistributes
CREATE TEMP TABLE antes AS SELECT cliente_id, vendedor_id FROM crm.cliente_vendedor WHERE encerrada_em IS NULL;
SELECT isnt(crm.sair_vendedor(9003), NULL, 'a logout is a run');
SELECT is(pg_temp.cargas(), '{27,28}', 'DIST-3: logout redistribui');
SELECT is(pg_temp.tem(9003), 0::bigint, 'who left holds nothing');
SELECT is((SELECT count(*) FROM crm.cliente_vendedor a JOIN antes USING (cliente_id)
            WHERE a.encerrada_em IS NULL AND antes.vendedor_id <> 9003
              AND a.vendedor_id <> antes.vendedor_id), 0::bigint, 'nobody else''s client moved');
SELECT is((SELECT count(*) FROM crm.cliente_vendedor WHERE motivo_fim = 'vendedor_offline'
              AND vendedor_id = 9003), (SELECT count(*) FROM antes WHERE vendedor_id = 9003),
          'the ledger names the reason (DIST-8)');

-- DIST-3: a contacted client does not come back
CREATE TEMP TABLE marcado AS
SELECT cliente_id, vendedor_id FROM crm.cliente_vendedor
 WHERE encerrada_em IS NULL AND vendedor_id = 9001 ORDER BY id LIMIT 3;
SELECT lives_ok('SELECT crm.marcar_contatado(vendedor_id, cliente_id) FROM marcado', 'three are contacted');
SELECT crm.redistribuir_todos();
SELECT crm.sair_vendedor(9001);
SELECT crm.entrar_vendedor(9003);
SELECT is((SELECT count(*) FROM crm.cliente_vendedor a JOIN marcado USING (cliente_id, vendedor_id)
            WHERE a.encerrada_em IS NULL AND a.contatado), 3::bigint,
          'DIST-3: cliente contatado não volta para a fila; nem o logout o leva (DIST-2)');
SELECT is((SELECT count(*) FROM crm.cliente_vendedor JOIN marcado USING (cliente_id)
            WHERE motivo <> 'distribuicao' AND NOT contatado AND encerrada_em IS NULL), 0::bigint,
          'and nobody else got them');

-- DIST-3: reallocation goes to the named seller
SELECT crm.entrar_vendedor(9001);
CREATE TEMP TABLE escolhido AS
SELECT min(cliente_id) AS cliente_id FROM crm.cliente_vendedor
 WHERE encerrada_em IS NULL AND vendedor_id = 9002 AND NOT contatado;
SELECT crm.realocar_cliente(cliente_id, 9001) FROM escolhido;
SELECT crm.redistribuir_todos();
SELECT crm.sair_vendedor(9001);
SELECT is((SELECT vendedor_id FROM crm.cliente_vendedor JOIN escolhido USING (cliente_id)
            WHERE encerrada_em IS NULL), 9001::bigint, 'DIST-3: realocado vai para o vendedor indicado e fica');
SELECT crm.redistribuir_todos(incluir_fixados => true);
SELECT isnt((SELECT vendedor_id FROM crm.cliente_vendedor JOIN escolhido USING (cliente_id)
              WHERE encerrada_em IS NULL), 9001::bigint, 'DIST-6: incluir_fixados frees it too');
SELECT crm.entrar_vendedor(9001);
SELECT is_empty('SELECT * FROM crm.verificar_distribuicao()',
                'all invariants hold after all that');

-- ---- nobody there, and nobody waited for (what waits: expediente.sql) ---------

UPDATE crm.configuracoes SET valor = '0' WHERE chave = 'reserva_dias';
SELECT crm.sair_vendedor(v) FROM generate_series(9001, 9003) v;
SELECT is((SELECT count(*) FROM crm.cliente_vendedor WHERE encerrada_em IS NULL AND NOT contatado),
          0::bigint, 'the last logout closes what is untouched');
SELECT results_eq('SELECT status, count(*) FROM crm.clientes GROUP BY 1 ORDER BY 1',
                  $$VALUES ('contatado', 3::bigint), ('disponivel', 52)$$, 'those clients are disponivel');
SELECT results_eq('SELECT vendedores, elegiveis, movimentos, limite_inferior FROM crm.redistribuir_clientes()',
                  'VALUES (0, 0, 0, 0)', 'a run with nobody online does nothing');

-- ---- weights, capacity, participation (DIST-1, DIST-2) -----------------------

SELECT crm.configurar_vendedor(9002, peso => 3);
SELECT crm.entrar_vendedor(9001);
SELECT crm.entrar_vendedor(9002);
SELECT ok(abs(pg_temp.tem(9001) - pg_temp.tem(9002) / 3.0) <= 1, 'loads follow the weights');
SELECT is(pg_temp.tem(9001) + pg_temp.tem(9002), 52::bigint, 'and all are held');
SELECT crm.configurar_vendedor(9001, capacidade => 5);
SELECT is(pg_temp.tem(9001), 5::bigint, 'a lowered capacity is obeyed at once');
SELECT is(pg_temp.tem(9002), 47::bigint, 'the rest goes to who has room');
SELECT crm.configurar_vendedor(9002, capacidade => 40);
SELECT is((SELECT count(*) FROM crm.clientes WHERE status = 'disponivel'), 7::bigint,
          'what nobody has room for is disponivel');
SELECT is((SELECT liberados FROM crm.lotes ORDER BY id DESC LIMIT 1), 7, 'and counted as liberados');
SELECT crm.configurar_vendedor(9001, capacidade => -1);
SELECT is(pg_temp.tem(9001) + pg_temp.tem(9002), 52::bigint, 'room again, all held again');
SELECT crm.configurar_vendedor(9001, participa => false);
SELECT is(pg_temp.tem(9001), 0::bigint, 'who does not take part holds nothing');
SELECT is_empty($$SELECT * FROM crm.verificar_distribuicao()$$,
                'all invariants hold');
SELECT crm.configurar_vendedor(9001, participa => true);
SELECT crm.configurar_vendedor(9002, peso => 1, capacidade => -1);

-- ---- the window (TEMPO-5, DIST-1) -------------------------------------------

SELECT pg_temp.novos(2, 29), pg_temp.novos(2, 61), pg_temp.novos(1, 30), pg_temp.novos(1, 60);
SELECT is((SELECT novas FROM crm.redistribuir_clientes()), 2, '30 and 60 days are in the window, 29 and 61 not');
UPDATE crm.clientes SET nao_contatar = true WHERE id_cliente = (SELECT max(id_cliente) FROM crm.clientes);
SELECT is((SELECT novas FROM crm.redistribuir_clientes()), 0, 'who does not want to be contacted is not dealt');
SET LOCAL crm.relogio_desvio = 86400;
CREATE TEMP TABLE sai AS SELECT count(*) AS n FROM crm.cliente_vendedor
 WHERE encerrada_em IS NULL AND NOT contatado AND data_ultima_compra < crm.hoje() - 60;
UPDATE crm.vendedores SET visto_em = crm.agora() WHERE online;
SELECT is((SELECT feito > 0 FROM crm.tarefas() WHERE tarefa = 'dia'), true, 'the new day is a run');
SELECT is((SELECT count(*) FROM crm.cliente_vendedor WHERE motivo_fim = 'fora_da_janela'),
          (SELECT n FROM sai), 'TEMPO-5: who left the window was released by name');
SELECT is((SELECT count(*) FROM crm.cliente_vendedor WHERE encerrada_em IS NULL AND NOT contatado
              AND data_ultima_compra NOT BETWEEN crm.hoje() - 60 AND crm.hoje() - 30), 0::bigint,
          'TEMPO-5: and nobody outside is held');
SET LOCAL crm.relogio_desvio = 0;

-- ---- balance of urgency and value (DIST-2) ----------------------------------

UPDATE crm.vendedores SET visto_em = crm.agora() WHERE online;
SELECT crm.redistribuir_todos();
SELECT ok((SELECT max(d) - min(d) < 3 FROM (SELECT avg(crm.hoje() - data_ultima_compra) AS d
             FROM crm.cliente_vendedor WHERE encerrada_em IS NULL AND NOT contatado GROUP BY vendedor_id) t),
          'each gets a like mixture of urgent and recent clients');

-- ---- somebody else's trigger on the table: it fires, the counters are as right ----

CREATE TEMP TABLE vistas (id bigint);
CREATE FUNCTION pg_temp.ver() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO pg_temp.vistas VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER alheio AFTER INSERT ON crm.cliente_vendedor FOR EACH ROW EXECUTE FUNCTION pg_temp.ver();
CREATE TEMP TABLE rodada AS SELECT * FROM crm.redistribuir_todos();
SELECT is((SELECT novas::bigint FROM rodada), (SELECT count(*) FROM vistas),
          'a trigger that is not the product''s fires for each row of a run');
SELECT is_empty('SELECT * FROM crm.contagens_verificar()', 'and the counters are exact');
DROP TRIGGER alheio ON crm.cliente_vendedor;

-- ---- rights and isolation ---------------------------------------------------

SELECT is((SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()
              AND classid = x'63726d31'::integer AND objsubid NOT IN (1, 2)), 1::bigint,
          'the lock of the distributions is one that SQL callers cannot take');
SET LOCAL ROLE crm_web;
SELECT throws_ok('SELECT crm.redistribuir_clientes()', '42501', NULL, 'the front has no direct right');
RESET ROLE;
SELECT is((SELECT count(*) FROM crm.auditoria WHERE acao = 'distribuicao' AND tabela = 'lotes'),
          (SELECT count(*) FROM crm.lotes), 'each run is one row of the audit (AUDIT-1)');
SELECT is((SELECT count(*) FROM crm.auditoria WHERE tabela = 'cliente_vendedor' AND acao = 'inserir'), 1::bigint,
          'its assignments are not audited one by one; the reallocation is');

SELECT * FROM finish();
ROLLBACK;
