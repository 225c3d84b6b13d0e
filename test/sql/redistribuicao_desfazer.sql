-- Simulate, apply, undo: crm.simular_redistribuicao(), crm.aplicar_redistribuicao(), crm.desfazer_redistribuicao() (DIST-7).
BEGIN;
SELECT plan(48);
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
CREATE FUNCTION pg_temp.erro(comando text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    codigo text;
BEGIN
    EXECUTE comando;
    RETURN 'certo';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS codigo = CONSTRAINT_NAME;
    RETURN SQLSTATE || ' ' || codigo;
END $$;
CREATE TEMP VIEW quadro AS
SELECT cliente_id, vendedor_id, contatado, fixado FROM crm.cliente_vendedor WHERE encerrada_em IS NULL;
CREATE FUNCTION pg_temp.retrato() RETURNS text LANGUAGE sql AS $$
    SELECT md5(coalesce(string_agg(q::text, ';' ORDER BY q.cliente_id), '')) FROM quadro q
$$;
CREATE FUNCTION pg_temp.ultimo() RETURNS bigint LANGUAGE sql AS $$ SELECT max(id) FROM crm.lotes $$;

SELECT pg_temp.novos(60);
SELECT crm.entrar_vendedor(9001);
SELECT crm.entrar_vendedor(9002);

-- ---- simulating ---------------------------------------------------------------

CREATE TEMP TABLE antes AS SELECT * FROM quadro;
CREATE TEMP TABLE plano AS SELECT * FROM crm.simular_redistribuicao();
SELECT is(pg_temp.retrato(), (SELECT md5(string_agg(a::text, ';' ORDER BY a.cliente_id)) FROM antes a), 'a simulation changes nothing');
SELECT is((SELECT count(*) FROM crm.lotes), 2::bigint, 'and is no run');
SELECT is((SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()
              AND classid = x'63726d31'::integer AND mode = 'ExclusiveLock'), 1::bigint, 'only the logins hold the lock');
SELECT is((SELECT hash FROM crm.simular_redistribuicao()), (SELECT hash FROM plano), 'the same board, the same plan');
SELECT isnt((SELECT hash FROM crm.simular_redistribuicao(true)), (SELECT hash FROM plano), 'with pinned ones it is another');
SELECT is((SELECT array_length(clientes, 1) FROM crm.simular_redistribuicao(modo => 'diferenca')), NULL, 'a fair board: the least is nothing');
SELECT is(pg_temp.erro('SELECT crm.simular_redistribuicao(false, $$outro$$)'), 'CR422 modo_invalido', 'a kind of run that does not exist');

-- ---- applying -----------------------------------------------------------------

SELECT results_eq('SELECT novas, movimentos, limite_inferior, liberados, elegiveis FROM crm.aplicar_redistribuicao((SELECT hash FROM plano))',
                  'SELECT novas, movimentos, limite_inferior, liberados, elegiveis FROM plano', 'DIST-7: what was shown happens');
SELECT set_eq('SELECT cliente_id, vendedor_id FROM quadro',
              'SELECT c, p FROM plano, unnest(clientes, para) AS u(c, p) WHERE p <> 0', 'client by client');
SELECT is((SELECT origem FROM crm.lotes WHERE id = pg_temp.ultimo()), 'redistribuir_todos', 'as the run it is');
SELECT is_empty('SELECT * FROM crm.verificar_distribuicao()', 'all invariants hold');
SELECT is(pg_temp.erro($$SELECT crm.aplicar_redistribuicao((SELECT hash FROM plano))$$), 'CR409 quadro_mudou', 'once: then the board is another');
SELECT is(pg_temp.erro($$SELECT crm.aplicar_redistribuicao('x')$$), 'CR422 hash_invalido', 'what is no hash is said so');

-- Each kind of change makes the plan another.
CREATE FUNCTION pg_temp.muda(comando text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    h    text := (SELECT hash FROM crm.simular_redistribuicao());
    mudou boolean;
BEGIN
    EXECUTE comando;
    mudou := pg_temp.erro(format('SELECT crm.aplicar_redistribuicao(%L)', h)) = 'CR409 quadro_mudou';
    RAISE EXCEPTION USING ERRCODE = 'P0099', MESSAGE = mudou::text;
EXCEPTION WHEN SQLSTATE 'P0099' THEN
    RETURN SQLERRM::boolean;
END $$;
SELECT ok(pg_temp.muda(c), 'DIST-7: refused after ' || n)
  FROM (VALUES
    ('a contact', 'SELECT crm.marcar_contatado(vendedor_id, cliente_id) FROM quadro LIMIT 1'),
    ('an order', 'INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) SELECT cliente_id, crm.hoje(), 10 FROM quadro LIMIT 1'),
    ('a login', 'SELECT crm.entrar_vendedor(9003)'),
    ('a reallocation', 'SELECT crm.realocar_cliente(cliente_id, 9002) FROM quadro WHERE vendedor_id = 9001 LIMIT 1'),
    ('a release', 'SELECT crm.liberar_cliente(cliente_id) FROM quadro LIMIT 1'),
    ('a weight', 'SELECT crm.configurar_vendedor(9001, peso => 2)'),
    ('a capacity', 'SELECT crm.configurar_vendedor(9001, capacidade => 29)'),
    ('an absence', $c$UPDATE crm.vendedores SET visto_em = crm.agora() - interval '200 s' WHERE id = 9001$c$),
    ('a new client', 'SELECT pg_temp.novos(1)'),
    ('an opt-out', 'UPDATE crm.clientes SET nao_contatar = true WHERE id_cliente = (SELECT min(cliente_id) FROM quadro)'),
    ('midnight', 'SET LOCAL crm.relogio_desvio = 86400')) AS v(n, c);

-- ---- taking it back -------------------------------------------------------------

CREATE TEMP TABLE depois AS SELECT * FROM quadro;
CREATE TEMP TABLE lote AS SELECT pg_temp.ultimo() AS id;
-- Meanwhile: a contact, an order, a reallocation, one deactivated.
CREATE TEMP TABLE mexidos AS
SELECT d.cliente_id, row_number() OVER (ORDER BY d.cliente_id) AS n FROM depois d JOIN antes a USING (cliente_id)
 WHERE a.vendedor_id <> d.vendedor_id LIMIT 4;
SELECT crm.marcar_contatado(d.vendedor_id, d.cliente_id) FROM depois d JOIN mexidos m USING (cliente_id) WHERE m.n = 1;
INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) SELECT cliente_id, crm.hoje(), 10 FROM mexidos WHERE n = 2;
SELECT crm.realocar_cliente(cliente_id, 9001) FROM mexidos WHERE n = 3;
UPDATE crm.clientes SET ativo = false WHERE id_cliente = (SELECT cliente_id FROM mexidos WHERE n = 4);
CREATE TEMP TABLE desfeito AS SELECT d.* FROM lote, crm.desfazer_redistribuicao(lote.id) d;
SELECT results_eq('SELECT restaurados, total_mantidos FROM desfeito', 'VALUES (56, 4)', 'DIST-7: what nobody touched goes back');
SELECT set_eq('SELECT m, t FROM desfeito, unnest(mantidos, motivos) AS u(m, t)',
              $$SELECT cliente_id, (ARRAY['contatado', 'pedido', 'realocacao', 'desativacao'])[n] FROM mexidos$$,
              'DIST-7: what stays says why');
SELECT set_eq('SELECT cliente_id, vendedor_id FROM quadro WHERE cliente_id NOT IN (SELECT cliente_id FROM mexidos)',
              'SELECT cliente_id, vendedor_id FROM antes WHERE cliente_id NOT IN (SELECT cliente_id FROM mexidos)', 'to who held it before');
SELECT results_eq('SELECT l.origem, l.desfaz FROM crm.lotes l, desfeito d WHERE l.id = d.lote_desfazer',
                  $$SELECT 'desfazer', id FROM lote$$, 'a run of its own names it');
SELECT is((SELECT count(*) FROM crm.v_movimentos v, desfeito d WHERE v.lote = d.lote_desfazer AND v.tipo = 'ganho'),
          (SELECT movimentos::bigint FROM crm.lotes l, desfeito d WHERE l.id = d.lote_desfazer), 'DIST-8: each return is a gain in the ledger ...');
SELECT is((SELECT count(*) FROM crm.v_movimentos v, desfeito d
            WHERE v.lote = d.lote_desfazer AND v.tipo = 'perda' AND v.motivo = 'desfeita' AND v.para_vendedor_id <> v.vendedor_id),
          (SELECT movimentos::bigint FROM crm.lotes l, desfeito d WHERE l.id = d.lote_desfazer), '... and a loss that tells to whom');
SELECT is_empty('SELECT * FROM crm.verificar_distribuicao()', 'DIST-8: all invariants hold');
SELECT is_empty('SELECT * FROM crm.contagens_verificar()', 'and the counters are exact');
SELECT is(pg_temp.erro('SELECT crm.desfazer_redistribuicao((SELECT id FROM lote))'), 'CR409 lote_ja_desfeito', 'once');
SELECT is(pg_temp.erro('SELECT crm.desfazer_redistribuicao((SELECT lote_desfazer FROM desfeito))'), 'CR409 lote_nao_desfaz', 'and not itself');
SELECT is(pg_temp.erro('SELECT crm.desfazer_redistribuicao((SELECT min(id) FROM crm.lotes))'), 'CR409 lote_nao_desfaz', 'a login is not taken back');
SELECT is(pg_temp.erro('SELECT crm.desfazer_redistribuicao(0)'), 'CR404 lote_inexistente', 'what never was');

-- A seller who is gone gets nothing back; one who was contacted before does.
SELECT crm.redistribuir_todos();
CREATE TEMP TABLE todos AS SELECT pg_temp.ultimo() AS id;
SELECT crm.sair_vendedor(9002);
SELECT ok((SELECT bool_and(t IN ('distribuicao', 'vendedor_indisponivel')) FROM todos, crm.desfazer_redistribuicao(todos.id), unnest(motivos) t),
          'nothing goes back to who is not there');
SELECT is_empty('SELECT * FROM crm.verificar_distribuicao()', 'all invariants hold');

-- What a seller promised stays with who stays, and comes back with who comes back.
SAVEPOINT promessa;
SELECT crm.entrar_vendedor(9002);
UPDATE crm.cliente_vendedor SET proximo_passo = 'levar amostra', retornar_em = crm.hoje() + 1
 WHERE encerrada_em IS NULL AND NOT contatado AND NOT fixado;
CREATE TEMP TABLE promessas AS
SELECT cliente_id, vendedor_id FROM crm.cliente_vendedor WHERE encerrada_em IS NULL AND proximo_passo = 'levar amostra';
SELECT crm.redistribuir_todos();
SELECT set_eq($$SELECT cliente_id FROM crm.cliente_vendedor WHERE encerrada_em IS NULL AND proximo_passo = 'levar amostra' AND retornar_em = crm.hoje() + 1$$,
              'SELECT p.cliente_id FROM promessas p JOIN quadro q USING (cliente_id, vendedor_id)', 'BOARD-5: next steps of who stays');
SELECT ok((SELECT count(*) > 0 FROM promessas p JOIN quadro q USING (cliente_id, vendedor_id)), 'some do');
SELECT is((SELECT total_mantidos FROM crm.desfazer_redistribuicao(pg_temp.ultimo())), 0, 'which is no later touch');
SELECT set_eq($$SELECT cliente_id, vendedor_id FROM crm.cliente_vendedor WHERE encerrada_em IS NULL AND proximo_passo = 'levar amostra'$$,
              'SELECT * FROM promessas', 'and all of them after the undo');
ROLLBACK TO promessa;

-- A batch of a manager: rows with its lote.
CREATE TEMP TABLE dele AS SELECT * FROM quadro WHERE contatado OR vendedor_id = 9001 ORDER BY contatado DESC, cliente_id LIMIT 5;
UPDATE crm.cliente_vendedor SET retornar_em = crm.hoje() - 1, proximo_passo = 'levar amostra'
 WHERE encerrada_em IS NULL AND NOT contatado AND cliente_id IN (SELECT cliente_id FROM dele);
INSERT INTO crm.lotes (dia, origem, vendedores, elegiveis, novas, movimentos, limite_inferior, liberados, duracao_us)
VALUES (crm.hoje(), 'liberacao', 0, 0, 0, 0, 0, 5, 0);
UPDATE crm.cliente_vendedor SET encerrada_em = crm.agora(), motivo_fim = 'liberacao', lote_fim = pg_temp.ultimo()
 WHERE encerrada_em IS NULL AND cliente_id IN (SELECT cliente_id FROM dele);
UPDATE crm.clientes SET status = 'disponivel' WHERE id_cliente IN (SELECT cliente_id FROM dele);
SELECT is((SELECT restaurados FROM crm.desfazer_redistribuicao(pg_temp.ultimo())), 5, 'a batch of releases is taken back');
SELECT set_eq('SELECT q.* FROM quadro q JOIN dele USING (cliente_id)', 'SELECT * FROM dele', 'contacted ones with their contact');
SELECT is((SELECT count(*) FROM crm.cliente_vendedor v JOIN dele USING (cliente_id)
            WHERE v.encerrada_em IS NULL AND v.proximo_passo = 'levar amostra' AND v.retornar_em = crm.hoje() - 1),
          (SELECT count(*) FROM dele WHERE NOT contatado), 'BOARD-5: pending ones with their next step');
SELECT is_empty('SELECT * FROM crm.contagens_verificar()', 'which is counted once');
SELECT is((SELECT count(*) FROM crm.auditoria WHERE acao = 'desfazer' AND tabela = 'lotes'), 3::bigint, 'AUDIT-1: each is one row of the audit');
SET LOCAL crm.relogio_desvio = 90000;
SELECT crm.redistribuir_todos();
SET LOCAL crm.relogio_desvio = 270000;
SELECT is(pg_temp.erro('SELECT crm.desfazer_redistribuicao(pg_temp.ultimo())'), 'CR409 lote_antigo', 'after desfazer_horas it is history');

SELECT * FROM finish();
ROLLBACK;
