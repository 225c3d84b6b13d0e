-- crm.contagens: kept counts equal counted ones after every kind of statement; folding and recounting (ADM-1, BOARD-4, cost does not grow with N).
BEGIN;
SELECT no_plan();

INSERT INTO crm.usuarios (id, nome, email, papel) VALUES
    (9011, 'Vera Vendedora', 'vera@exemplo.test', 'vendedor'),
    (9012, 'Vito Vendedor', 'vito@exemplo.test', 'vendedor');
INSERT INTO crm.vendedores (id, nome) VALUES (9011, 'Vera Vendedora'), (9012, 'Vito Vendedor')
ON CONFLICT DO NOTHING;
CREATE FUNCTION pg_temp.cpf(n bigint) RETURNS crm.cpf LANGUAGE plpgsql AS $$
DECLARE
    t text := lpad(n::text, 9, '0');
    s integer;
BEGIN
    FOR k IN 0..1 LOOP
        s := 0;
        FOR i IN 1..9 + k LOOP
            s := s + substr(t, i, 1)::integer * (11 + k - i);
        END LOOP;
        t := t || CASE WHEN s % 11 < 2 THEN 0 ELSE 11 - s % 11 END;
    END LOOP;
    RETURN t::crm.cpf;
END $$;
-- Runs a statement, then compares; also how many differences it wrote.
CREATE FUNCTION pg_temp.exata(comando text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE comando;
    RETURN is_empty('SELECT * FROM crm.contagens_verificar()', left(comando, 90));
END $$;
CREATE FUNCTION pg_temp.vale(escopo_ text, vendedor bigint, estado_ text, OUT qtd bigint, OUT valor numeric) LANGUAGE sql AS $$
    SELECT sum(k.qtd)::bigint, sum(k.valor) FROM crm.contagens k
     WHERE k.escopo = escopo_ AND k.vendedor_id = vendedor AND k.estado = estado_;
$$;

-- ---- statements ----------------------------------------------------------------------
SELECT pg_temp.exata(comando) FROM unnest(ARRAY[
    $$INSERT INTO crm.clientes (id_cliente, cpf, nome_completo, data_ultima_compra, valor_total)
      SELECT 880000 + n, pg_temp.cpf(880000 + n), 'C' || n, CASE WHEN n % 10 > 0 THEN crm.hoje() - n END, n * 1.25
        FROM generate_series(1, 200) n$$,
    $$INSERT INTO crm.clientes (cpf, nome_completo) SELECT pg_temp.cpf(1), 'x' WHERE false$$,
    $$UPDATE crm.clientes SET ativo = false WHERE id_cliente % 9 = 0$$,
    $$UPDATE crm.clientes SET nao_contatar = true WHERE id_cliente % 7 = 0$$,
    $$UPDATE crm.clientes SET ativo = NOT ativo, nao_contatar = NOT nao_contatar WHERE id_cliente % 3 = 0$$,
    $$UPDATE crm.clientes SET data_ultima_compra = NULL WHERE id_cliente = 880001$$,
    $$UPDATE crm.clientes SET data_ultima_compra = data_ultima_compra + 1, valor_total = valor_total + 0.01$$,
    $$UPDATE crm.clientes SET cidade = 'Recife', status = 'atribuido'$$,
    $$INSERT INTO crm.clientes (id_cliente, cpf, nome_completo, valor_total) VALUES (880001, pg_temp.cpf(5), 'u', 7)
      ON CONFLICT (id_cliente) DO UPDATE SET valor_total = excluded.valor_total$$,
    $$MERGE INTO crm.clientes c USING (VALUES (880002), (889999)) v(id) ON c.id_cliente = v.id
      WHEN MATCHED THEN UPDATE SET valor_total = 3
      WHEN NOT MATCHED THEN INSERT (id_cliente, cpf, nome_completo) VALUES (v.id, pg_temp.cpf(6), 'm')$$,
    $$WITH a AS (UPDATE crm.clientes SET valor_total = 1 WHERE id_cliente = 880003 RETURNING 1),
           b AS (UPDATE crm.clientes SET valor_total = 2 WHERE id_cliente = 880004 RETURNING 1)
      SELECT count(*) FROM a, b$$,
    $$DELETE FROM crm.clientes WHERE id_cliente BETWEEN 880190 AND 880195$$,
    $$INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id, data_ultima_compra, valor_total, motivo)
      SELECT id_cliente, 9011 + id_cliente % 2, data_ultima_compra, valor_total, 'distribuicao'
        FROM crm.clientes WHERE id_cliente BETWEEN 880010 AND 880080$$,
    $$UPDATE crm.cliente_vendedor SET fixado = true WHERE cliente_id % 5 = 0$$,
    $$UPDATE crm.cliente_vendedor SET contatado = true, data_contato = now(), resultado = 'recusou' WHERE cliente_id % 4 = 0$$,
    $$UPDATE crm.cliente_vendedor SET observacoes = 'nada que conte'$$,
    $$UPDATE crm.cliente_vendedor SET vendedor_id = 9012 WHERE cliente_id % 11 = 0$$,
    $$UPDATE crm.cliente_vendedor SET encerrada_em = now(), motivo_fim = 'pedido', resultado = 'recuperado', valor_recuperado = 10.5
       WHERE cliente_id % 6 = 0$$,
    $$UPDATE crm.cliente_vendedor SET valor_recuperado = NULL WHERE cliente_id = 880012$$,
    $$UPDATE crm.cliente_vendedor SET encerrada_em = encerrada_em - interval '3 days' WHERE resultado = 'recuperado'$$,
    $$UPDATE crm.cliente_vendedor SET encerrada_em = now(), motivo_fim = 'liberacao'
       WHERE cliente_id % 13 = 0 AND encerrada_em IS NULL$$,
    $$UPDATE crm.cliente_vendedor SET encerrada_em = NULL, motivo_fim = NULL WHERE motivo_fim = 'liberacao'$$,
    $$DELETE FROM crm.cliente_vendedor WHERE cliente_id % 17 = 0$$]) comando;

-- ---- what a key says --------------------------------------------------------------------
SELECT is((pg_temp.vale('vendedor', 9011, 'recebido')).qtd, (SELECT count(*) FROM crm.cliente_vendedor WHERE vendedor_id = 9011),
          'recebido: ever');
SELECT is((pg_temp.vale('vendedor', 9011, 'recuperado')).valor,
          (SELECT sum(coalesce(valor_recuperado, 0)) FROM crm.cliente_vendedor WHERE vendedor_id = 9011 AND resultado = 'recuperado'),
          'recuperado: R$ of the orders');
SELECT is((SELECT sum(qtd) FROM crm.contagens WHERE escopo = 'base'), (SELECT count(*)::numeric FROM crm.clientes), 'base: all clients');
SELECT is((SELECT sum(qtd) FROM crm.contagens WHERE escopo = 'aberta'),
          (SELECT count(*)::numeric FROM crm.cliente_vendedor WHERE encerrada_em IS NULL), 'aberta: all open');

-- ---- what costs nothing --------------------------------------------------------------------
CREATE TEMP TABLE linhas AS SELECT count(*) AS n FROM crm.contagens;
UPDATE crm.clientes SET status = 'disponivel';
UPDATE crm.clientes SET valor_total = valor_total;
UPDATE crm.cliente_vendedor SET observacoes = 'x';
DELETE FROM crm.clientes WHERE false;
SELECT is((SELECT count(*) FROM crm.contagens), n, 'statements that change no count write nothing') FROM linhas;

-- ---- subtransactions -----------------------------------------------------------------------------
SAVEPOINT s;
UPDATE crm.clientes SET valor_total = valor_total + 100;
DO $$ BEGIN PERFORM crm.contagens_compactar(); END $$;    -- 0 when a writer drew the lot
SELECT is_empty('SELECT FROM crm.contagens WHERE NOT consolidada', 'folding inside a savepoint');
ROLLBACK TO SAVEPOINT s;
SELECT is_empty('SELECT * FROM crm.contagens_verificar()', 'a rollback takes its differences, and its folding, with it');

-- ---- folding --------------------------------------------------------------------------------------
CREATE TEMP TABLE antes AS
SELECT escopo, vendedor_id, dia, estado, sum(qtd) AS qtd, sum(valor) AS valor FROM crm.contagens
 GROUP BY 1, 2, 3, 4 HAVING sum(qtd) <> 0 OR sum(valor) <> 0;
DO $$ BEGIN PERFORM crm.contagens_compactar(); END $$;
SELECT set_eq('SELECT escopo, vendedor_id, dia, estado, qtd::numeric, valor FROM crm.contagens', 'SELECT * FROM antes',
              'folded: one row per key, none at zero, the same values');
SELECT is(crm.contagens_compactar(), 0::bigint, 'nothing left to fold');
-- Where nobody else folds, writers do: differences do not pile up for ever.
DO $$
BEGIN
    FOR i IN 1..200 LOOP
        UPDATE crm.clientes SET valor_total = valor_total + 1;
    END LOOP;
END $$;
SELECT cmp_ok((SELECT count(*) FROM crm.contagens WHERE NOT consolidada), '<', 35000::bigint,
              'of some 50,000 differences, writers folded part themselves');
SELECT is_empty('SELECT * FROM crm.contagens_verificar()', 'and kept the sums');

-- ---- recounting ---------------------------------------------------------------------------------------
UPDATE crm.contagens SET qtd = qtd + 5 WHERE escopo = 'base';
DELETE FROM crm.contagens WHERE escopo = 'carteira';
SELECT isnt_empty('SELECT * FROM crm.contagens_verificar()', 'damage is found');
SELECT cmp_ok(crm.recontar(), '>', 50::bigint, 'recontar() says how many keys');
SELECT is_empty('SELECT * FROM crm.contagens_verificar()', 'recontar() repairs');

-- The business day of a recovery follows the time zone setting.
UPDATE crm.cliente_vendedor SET encerrada_em = '2026-03-10 23:30-03' WHERE resultado = 'recuperado';
SELECT is((SELECT array_agg(DISTINCT dia) FROM crm.contagens WHERE escopo = 'recuperado' AND dia >= '2026-01-01' AND qtd <> 0
            AND dia < '2026-03-12'), '{2026-03-10}'::date[], 'recovered on the day of the business');
UPDATE crm.configuracoes SET valor = 'Asia/Tokyo' WHERE chave = 'fuso_horario';
SELECT is((SELECT array_agg(DISTINCT dia) FROM crm.contagens WHERE escopo = 'recuperado' AND qtd <> 0), '{2026-03-11}'::date[],
          'a new time zone counts again');
UPDATE crm.cliente_vendedor SET encerrada_em = encerrada_em - interval '1 day' WHERE resultado = 'recuperado' AND cliente_id % 12 = 0;
SELECT is_empty('SELECT * FROM crm.contagens_verificar()', 'and goes on in it');

-- ---- refusals -------------------------------------------------------------------------------------------
SELECT throws_ok($$UPDATE crm.cliente_vendedor SET valor_recuperado = 'NaN'$$, '22003', NULL, 'NaN cannot be summed');
SELECT is(has_function_privilege(r, f, 'EXECUTE'), false, format('%s may not run %s', r, f))
  FROM unnest(ARRAY['crm_vendedor', 'crm_bi', 'crm_web']) r, unnest(ARRAY['crm.recontar()', 'crm.contagens_verificar()']) f;
SELECT is(has_table_privilege(r, 'crm.contagens', p), false, format('%s has no %s on contagens', r, p))
  FROM unnest(ARRAY['crm_vendedor', 'crm_bi', 'crm_web', 'crm_carga', 'crm_gerente']) r, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) p;

SELECT pg_temp.exata($$
    WITH a AS (UPDATE crm.cliente_vendedor SET observacoes = 'nota'
                WHERE id = (SELECT min(id) FROM crm.cliente_vendedor WHERE encerrada_em IS NULL) RETURNING 1)
    UPDATE crm.cliente_vendedor SET fixado = NOT fixado
     WHERE id = (SELECT max(id) FROM crm.cliente_vendedor WHERE encerrada_em IS NULL) $$);

-- ---- TRUNCATE ----------------------------------------------------------------------------------------------
SELECT pg_temp.exata('TRUNCATE crm.cliente_vendedor');
SELECT is((SELECT sum(qtd) FROM crm.contagens WHERE escopo = 'aberta'), 0::numeric, 'no assignment left');
SELECT is((SELECT sum(qtd) FROM crm.contagens WHERE escopo = 'base'), (SELECT count(*)::numeric FROM crm.clientes), 'the clients stay');
SELECT pg_temp.exata('TRUNCATE crm.clientes CASCADE');
SELECT ok(crm.contagens_compactar() > 0, 'folded');
SELECT is_empty('SELECT * FROM crm.contagens', 'nothing is left');

SELECT * FROM finish();
ROLLBACK;
