-- crm.verificar_distribuicao(): each violation, planted by a superuser, is named (DIST-8).
BEGIN;
SELECT plan(17);
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

SELECT pg_temp.novos(30, 40);
SELECT crm.entrar_vendedor(9001), crm.entrar_vendedor(9002);
SELECT is_empty('SELECT * FROM crm.verificar_distribuicao()', 'nothing to find');

-- What is planted is a past state: nothing changed since the run but by fault.
CREATE FUNCTION pg_temp.plantar(comando text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    achadas text[];
BEGIN
    BEGIN
        SET LOCAL session_replication_role = replica;
        EXECUTE comando;
        -- Judged is what is older than the last run.
        UPDATE crm.lotes SET dia = dia;
        SET LOCAL session_replication_role = origin;
        SELECT array_agg(DISTINCT invariante ORDER BY invariante) INTO achadas
          FROM crm.verificar_distribuicao();
        RAISE EXCEPTION 'desfazer';
    EXCEPTION WHEN raise_exception THEN
        RETURN achadas;
    END;
END
$$;
CREATE FUNCTION pg_temp.um(vendedor bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT cliente_id FROM crm.cliente_vendedor WHERE vendedor_id = vendedor AND encerrada_em IS NULL
     ORDER BY id LIMIT 1
$$;

SELECT is(pg_temp.plantar($$UPDATE crm.clientes SET status = 'contatado' WHERE id_cliente = pg_temp.um(9001)$$),
          '{status_concorda}', 'a wrong status');
SELECT is(pg_temp.plantar($$UPDATE crm.clientes SET status = 'disponivel' WHERE id_cliente = pg_temp.um(9001)$$),
          '{status_concorda}', 'a forgotten status');
SELECT is(pg_temp.plantar($$UPDATE crm.cliente_vendedor SET valor_total = valor_total + 1
                             WHERE cliente_id = pg_temp.um(9001)$$),
          '{contagens_concordam,copia_concorda}', 'a wrong copy of the value');
SELECT is(pg_temp.plantar($$UPDATE crm.cliente_vendedor SET data_ultima_compra = data_ultima_compra + 1
                             WHERE cliente_id = pg_temp.um(9001)$$),
          '{contagens_concordam,copia_concorda}', 'a wrong copy of the day');
SELECT is(pg_temp.plantar($$UPDATE crm.clientes SET ativo = false WHERE id_cliente = pg_temp.um(9001)$$),
          '{cliente_atribuivel,contagens_concordam}', 'an inactive client is held');
SELECT is(pg_temp.plantar($$UPDATE crm.clientes SET nao_contatar = true WHERE id_cliente = pg_temp.um(9001)$$),
          '{cliente_atribuivel,contagens_concordam}', 'a client who refused is held');
SELECT is(pg_temp.plantar($$INSERT INTO crm.contagens (escopo, vendedor_id, estado, qtd) VALUES ('vendedor', 9001, 'pendente', 1)$$),
          '{contagens_concordam}', 'a wrong counter');
SELECT is(pg_temp.plantar($$UPDATE crm.lotes SET movimentos = limite_inferior + 1$$),
          '{movimentos_minimos}', 'a run that moved too many');
SELECT is(pg_temp.plantar($$DROP INDEX crm.cliente_vendedor_uma_aberta;
    INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id, motivo, data_ultima_compra, valor_total, data_atribuicao)
    SELECT cliente_id, 9003, motivo, data_ultima_compra, valor_total, now() - interval '1 day' FROM crm.cliente_vendedor
     WHERE cliente_id = pg_temp.um(9001)$$),
          '{contagens_concordam,quem_nao_participa_nao_segura,uma_aberta_por_cliente}', 'two open rows');
SELECT is(pg_temp.plantar($$UPDATE crm.cliente_vendedor SET vendedor_id = 9003 WHERE cliente_id = pg_temp.um(9001)$$),
          '{contagens_concordam,quem_nao_participa_nao_segura}', 'held by who is offline');
SELECT is(pg_temp.plantar($$UPDATE crm.cliente_vendedor SET vendedor_id = 9002
                             WHERE cliente_id = pg_temp.um(9001) AND encerrada_em IS NULL$$),
          '{contagens_concordam,diferenca_ate_um}', 'out of balance');
SELECT is(pg_temp.plantar($$UPDATE crm.vendedores SET capacidade = 10 WHERE id = 9001$$),
          '{dentro_da_capacidade}', 'above capacity');
SELECT is(pg_temp.plantar($$DELETE FROM crm.cliente_vendedor WHERE cliente_id = pg_temp.um(9001) AND encerrada_em IS NULL;
    UPDATE crm.clientes SET status = 'disponivel' WHERE status = 'atribuido'
       AND NOT EXISTS (SELECT FROM crm.cliente_vendedor WHERE cliente_id = id_cliente AND encerrada_em IS NULL)$$),
          '{contagens_concordam,sem_vendedor_havendo_capacidade}', 'an eligible client is held by nobody');
SELECT is(pg_temp.plantar($$UPDATE crm.clientes SET data_ultima_compra = crm.hoje() - 70 WHERE id_cliente = pg_temp.um(9001);
    UPDATE crm.cliente_vendedor SET data_ultima_compra = crm.hoje() - 70 WHERE cliente_id = pg_temp.um(9001)$$),
          '{contagens_concordam,na_janela}', 'a client outside the window is held');
SELECT is_empty('SELECT * FROM crm.verificar_distribuicao()', 'nothing to find again');

-- Who may verify and not read clients sees what there is to find.
UPDATE crm.clientes SET status = 'disponivel' WHERE id_cliente = pg_temp.um(9001);
CREATE ROLE teste_ti IN ROLE crm_ti;
SET LOCAL ROLE teste_ti;
SELECT results_eq('SELECT invariante FROM crm.verificar_distribuicao()', ARRAY['status_concorda'], 'ti sees it');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
