-- crm.entrar_vendedor(), sair_vendedor(), presenca(), tarefas(): who is there (AUTH-2, AUTH-9).
BEGIN;
SELECT plan(28);
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

CREATE FUNCTION pg_temp.online() RETURNS bigint[] LANGUAGE sql AS
    'SELECT coalesce(array_agg(id ORDER BY id), ''{}'') FROM crm.vendedores WHERE online AND id > 9000';
SELECT pg_temp.novos(30, 40);
SELECT is(crm.entrar_vendedor(-1), NULL, 'who does not sell can log in: nothing is dealt');
SELECT is(crm.sair_vendedor(-1), NULL, 'and out');
SELECT isnt(crm.entrar_vendedor(9001), NULL, 'AUTH-2: login distributes in the same transaction');
SELECT is(pg_temp.online(), '{9001}', 'AUTH-2: online');
SELECT is(crm.entrar_vendedor(9001), NULL, 'AUTH-9: several tabs count as one');
SELECT crm.entrar_vendedor(9002), crm.entrar_vendedor(9003);
SELECT is(pg_temp.cargas(), '{10,10,10}', 'three share');

-- Heartbeats.
SELECT is(crm.presenca('{9001,9002,-7}'), 0, 'a fresh heartbeat is not written again');
SET LOCAL crm.relogio_desvio = 100;
SELECT is(crm.presenca('{9001,9002,-7}'), 2, 'after 30 s it is');
SELECT is((SELECT count(*) FROM crm.auditoria WHERE tabela = 'vendedores' AND quando >= now()
              AND acao NOT IN ('inserir') AND depois ? 'peso'), 0::bigint, 'heartbeats are not audited as changes');

-- 9003 was last seen at 0; 185 s later it is absent.
SET LOCAL crm.relogio_desvio = 185;
SELECT pg_temp.novos(7, 40);
SELECT is((SELECT novas FROM crm.redistribuir_clientes()), 7, 'new clients');
SELECT is(pg_temp.tem(9003), 10::bigint, 'AUTH-9: the absent get nothing new');
SELECT is(pg_temp.tem(9001) + pg_temp.tem(9002), 27::bigint, 'the others do');
SELECT is_empty('SELECT * FROM crm.verificar_distribuicao()', 'which is no violation');
SELECT is((SELECT feito FROM crm.tarefas() WHERE tarefa = 'presenca'), 0::bigint, 'nothing moves in the grace');
SELECT is(pg_temp.tem(9003), 10::bigint, 'AUTH-9: the absent keep what they have');

-- A reconnect inside the grace moves nothing.
SET LOCAL crm.relogio_desvio = 400;
SELECT is(crm.presenca('{9001,9002,9003}'), 3, 'all are seen again');
SELECT is((SELECT feito FROM crm.tarefas() WHERE tarefa = 'presenca'), 0::bigint, 'AUTH-9: nothing moved');
SELECT is(pg_temp.online(), '{9001,9002,9003}', 'all online');

-- 480 s without a heartbeat: offline, the untouched move.
SELECT crm.marcar_contatado(9003, min(cliente_id)) FROM crm.cliente_vendedor
 WHERE vendedor_id = 9003 AND encerrada_em IS NULL;
SET LOCAL crm.relogio_desvio = 700;
SELECT crm.presenca('{9001,9002}');
SET LOCAL crm.relogio_desvio = 885;
SELECT crm.presenca('{9001,9002}');
SELECT is((SELECT feito > 0 FROM crm.tarefas() WHERE tarefa = 'presenca'), true, 'AUTH-9: after the grace');
SELECT is(pg_temp.online(), '{9001,9002}', 'AUTH-9: offline');
SELECT is(pg_temp.tem(9003), 0::bigint, 'AUTH-9: the untouched moved');
SELECT is((SELECT count(*) FROM crm.cliente_vendedor WHERE vendedor_id = 9003 AND encerrada_em IS NULL),
          1::bigint, 'the contacted one stays');
SELECT is((SELECT origem FROM crm.lotes ORDER BY id DESC LIMIT 1), 'ausencia', 'the run says why');

-- Seen again: back, without a login.
SELECT is(crm.presenca('{9003}'), 1, 'a heartbeat of who is offline by absence');
SELECT is((SELECT feito > 0 FROM crm.tarefas() WHERE tarefa = 'presenca'), true, 'brings a run');
SELECT is(pg_temp.online(), '{9001,9002,9003}', 'and the seller back');

-- Who logged out stays out.
SELECT crm.sair_vendedor(9003);
SET LOCAL crm.relogio_desvio = 1000;
SELECT is(crm.presenca('{9003}'), 0, 'AUTH-9: a late heartbeat does not undo a logout');

-- online set by hand counts as seen.
UPDATE crm.vendedores SET online = true WHERE id = 9003;
SELECT is((SELECT visto_em FROM crm.vendedores WHERE id = 9003), crm.agora(), 'online by hand is seen now');

SELECT * FROM finish();
ROLLBACK;
