-- Orders keep their clients right, bulk or single, and end the purchase cycle (DADOS-6, DIST-5, invariant DESIGN 7.1).
BEGIN;
SELECT no_plan();

SELECT crm.popular(300, 3, 5);
CREATE TEMP VIEW errados AS
    SELECT c.id_cliente
      FROM crm.clientes c
      LEFT JOIN (SELECT cliente_id, max(data_pedido) AS ultima, sum(valor) AS soma
                   FROM crm.pedidos GROUP BY 1) p ON p.cliente_id = c.id_cliente
     WHERE c.data_ultima_compra IS DISTINCT FROM p.ultima
        OR c.valor_total <> coalesce(p.soma, 0);
CREATE TEMP VIEW copias_erradas AS
    SELECT v.id FROM crm.cliente_vendedor v JOIN crm.clientes c ON c.id_cliente = v.cliente_id
     WHERE v.encerrada_em IS NULL
       AND (v.data_ultima_compra IS DISTINCT FROM c.data_ultima_compra OR v.valor_total <> c.valor_total
            OR c.status <> CASE WHEN v.contatado THEN 'contatado' ELSE 'atribuido' END);
-- Runs a statement; then totals, copies and counters must be what counting says.
CREATE FUNCTION pg_temp.certo(comando text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE comando;
    RETURN NEXT is_empty('SELECT * FROM errados', 'totals: ' || left(comando, 70));
    RETURN NEXT is_empty('SELECT * FROM copias_erradas', 'boards: ' || left(comando, 70));
    RETURN NEXT is_empty('SELECT * FROM crm.contagens_verificar()', 'counters: ' || left(comando, 70));
END $$;
SELECT is_empty('SELECT * FROM errados', 'populated right');

-- A board: the first 40 clients of the window and two never bought.
CREATE TEMP TABLE mesa ON COMMIT DROP AS
    SELECT id_cliente, row_number() OVER (ORDER BY data_ultima_compra IS NULL, id_cliente) AS n
      FROM crm.clientes WHERE crm.situacao(data_ultima_compra) IN ('elegivel', 'sem_compra');
INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id, motivo, data_ultima_compra, valor_total, contatado, data_contato, resultado)
SELECT c.id_cliente, (SELECT min(id) FROM crm.vendedores) + m.n % 3, 'distribuicao', c.data_ultima_compra, c.valor_total,
       m.n % 5 = 0, CASE WHEN m.n % 5 = 0 THEN now() END, CASE WHEN m.n % 5 = 0 THEN 'contatado' END
  FROM mesa m JOIN crm.clientes c USING (id_cliente);
UPDATE crm.clientes c SET status = CASE WHEN n % 5 = 0 THEN 'contatado' ELSE 'atribuido' END
  FROM mesa m WHERE m.id_cliente = c.id_cliente;
SELECT is_empty('SELECT * FROM copias_erradas', 'the board is right');

-- One statement that changes the last order and inserts a newer one.
SAVEPOINT lista;
CREATE TEMP TABLE lista ON COMMIT DROP AS
    SELECT p.id, p.cliente_id, p.data_pedido, row_number() OVER (ORDER BY p.id) AS n
      FROM (SELECT DISTINCT ON (o.cliente_id) o.* FROM crm.pedidos o
             ORDER BY o.cliente_id, o.data_pedido DESC, o.id DESC) p
      JOIN crm.cliente_vendedor v ON v.cliente_id = p.cliente_id AND v.encerrada_em IS NULL
     ORDER BY p.id LIMIT 4;
SELECT is((SELECT count(*) FROM lista), 4::bigint, 'four clients on a board who bought');
SELECT pg_temp.certo($$
    INSERT INTO crm.pedidos (id, cliente_id, data_pedido, valor)
    SELECT id, cliente_id, data_pedido, 7 FROM lista WHERE n = 1
    UNION ALL SELECT 9000001, cliente_id, crm.hoje(), 11 FROM lista WHERE n = 1
    ON CONFLICT (id) DO UPDATE SET valor = excluded.valor $$);
SELECT pg_temp.certo($$
    MERGE INTO crm.pedidos p
    USING (SELECT id, cliente_id, data_pedido AS dia FROM lista WHERE n IN (2, 3)
           UNION ALL SELECT 9000000 + n, cliente_id, crm.hoje() FROM lista WHERE n IN (2, 3)) x ON x.id = p.id
    WHEN MATCHED AND x.id % 2 = 0 THEN DELETE
    WHEN MATCHED THEN UPDATE SET data_pedido = x.dia - 200
    WHEN NOT MATCHED THEN INSERT (id, cliente_id, data_pedido, valor) VALUES (x.id, x.cliente_id, x.dia, 11) $$);
SELECT pg_temp.certo($$
    WITH novo AS (INSERT INTO crm.pedidos (cliente_id, data_pedido, valor)
                  SELECT cliente_id, crm.hoje(), 11 FROM lista WHERE n = 4 RETURNING 1)
    DELETE FROM crm.pedidos WHERE id = (SELECT id FROM lista WHERE n = 4) $$);
SELECT results_eq('SELECT motivo_fim, resultado, valor_recuperado FROM lista l
                     JOIN LATERAL (SELECT * FROM crm.cliente_vendedor v WHERE v.cliente_id = l.cliente_id
                                    ORDER BY v.id DESC LIMIT 1) v ON true ORDER BY n',
                  $$ SELECT 'pedido', 'recuperado', 11.00 FROM generate_series(1, 4) $$,
                  'the new order recovers each, whichever trigger comes first');
ROLLBACK TO lista;

-- Single rows.
SELECT pg_temp.certo(format($$INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) VALUES (%s, crm.hoje() - 200, 10)$$, id_cliente))
  FROM mesa WHERE n = 1;
SELECT is(count(*), 1::bigint, 'an older order leaves the board alone')
  FROM crm.cliente_vendedor v JOIN mesa m ON m.id_cliente = v.cliente_id AND m.n = 1 WHERE encerrada_em IS NULL;
SELECT pg_temp.certo(format($$INSERT INTO crm.pedidos (cliente_id, data_pedido, valor)
                              VALUES (%s, crm.hoje(), 100.01), (%1$s, crm.hoje() - 1, 1), (%1$s, crm.hoje() - 300, 7)$$, id_cliente))
  FROM mesa WHERE n = 2;
SELECT results_eq(
    $$ SELECT motivo_fim, resultado, contatado, valor_recuperado, encerrada_em = crm.agora(), c.status
         FROM crm.cliente_vendedor v JOIN mesa m ON m.id_cliente = v.cliente_id AND m.n = 2
         JOIN crm.clientes c ON c.id_cliente = v.cliente_id $$,
    $$ VALUES ('pedido', 'recuperado', false, 101.01::numeric, true, 'disponivel') $$,
    'a newer order ends the cycle; what is newer counts');
SELECT pg_temp.certo(format($$INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) VALUES (%s, crm.hoje(), 50)$$, id_cliente))
  FROM mesa WHERE n = 5;
SELECT results_eq(
    $$ SELECT motivo_fim, resultado, contatado, valor_recuperado FROM crm.cliente_vendedor v
         JOIN mesa m ON m.id_cliente = v.cliente_id AND m.n = 5 $$,
    $$ VALUES ('pedido', 'recuperado', true, 50::numeric) $$, 'a contacted one too');

-- Bulk: plans for few and for many rows.
SELECT pg_temp.certo($$INSERT INTO crm.pedidos (cliente_id, data_pedido, valor)
    SELECT id_cliente, crm.hoje() - (n * 7 % 400)::int, n FROM mesa, generate_series(1, 20) AS k$$);
SELECT pg_temp.certo($$UPDATE crm.pedidos SET valor = valor + 1 WHERE id % 3 = 0$$);
SELECT pg_temp.certo($$UPDATE crm.pedidos SET data_pedido = data_pedido - 100 WHERE id % 7 = 0$$);
SELECT pg_temp.certo($$UPDATE crm.pedidos SET data_pedido = crm.hoje() - 1 WHERE id % 50 = 0$$);
SELECT pg_temp.certo($$UPDATE crm.pedidos SET produto_id = NULL$$);
SELECT pg_temp.certo($$UPDATE crm.pedidos SET cliente_id = (SELECT min(id_cliente) FROM crm.clientes) WHERE id % 11 = 0$$);
SELECT pg_temp.certo($$DELETE FROM crm.pedidos WHERE id % 4 = 0$$);
SELECT pg_temp.certo($$DELETE FROM crm.pedidos WHERE id = (SELECT max(id) FROM crm.pedidos)$$);
SELECT pg_temp.certo($$WITH x AS (DELETE FROM crm.pedidos WHERE id % 5 = 0 RETURNING cliente_id)
    INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) SELECT cliente_id, crm.hoje() - 2, 3 FROM x$$);
SELECT pg_temp.certo($$WITH x AS (UPDATE crm.pedidos SET valor = valor * 2 WHERE id % 6 = 0)
    UPDATE crm.pedidos SET produto_id = NULL WHERE id % 6 = 1$$);
SELECT pg_temp.certo($$INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) SELECT id_cliente, crm.hoje(), 1 FROM mesa WHERE false$$);
SELECT pg_temp.certo($$UPDATE crm.pedidos SET valor = 1 WHERE false$$);
SELECT pg_temp.certo($$MERGE INTO crm.pedidos p USING (SELECT id, cliente_id FROM crm.pedidos WHERE id % 9 < 2) s ON p.id = s.id AND p.id % 9 = 0
    WHEN MATCHED THEN UPDATE SET valor = 77
    WHEN NOT MATCHED THEN INSERT (cliente_id, data_pedido, valor) VALUES (s.cliente_id, crm.hoje() - 3, 5)$$);

-- A rollback takes everything back.
SAVEPOINT s;
CREATE TEMP TABLE antes ON COMMIT DROP AS SELECT id_cliente, data_ultima_compra, valor_total, status FROM crm.clientes;
SAVEPOINT t;
INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) SELECT id_cliente, crm.hoje(), 9 FROM crm.clientes;
ROLLBACK TO t;
SELECT set_eq('SELECT * FROM antes', 'SELECT id_cliente, data_ultima_compra, valor_total, status FROM crm.clientes',
              'rolled back');
SELECT is_empty('SELECT * FROM errados', 'and right');

-- An imported last purchase is not lost to a change of an older order.
INSERT INTO crm.clientes (id_cliente, cpf, nome_completo, data_ultima_compra, valor_total)
VALUES (99000001, '52998224725', 'Importada', crm.hoje() - 10, 500);
INSERT INTO crm.pedidos (id, cliente_id, data_pedido, valor) VALUES (99000001, 99000001, crm.hoje() - 100, 20);
UPDATE crm.pedidos SET valor = 30 WHERE id = 99000001;
SELECT results_eq('SELECT data_ultima_compra, valor_total FROM crm.clientes WHERE id_cliente = 99000001',
                  'SELECT crm.hoje() - 10, 530::numeric', 'imported values are the base');
DELETE FROM crm.pedidos WHERE id = 99000001;
SELECT results_eq('SELECT data_ultima_compra, valor_total FROM crm.clientes WHERE id_cliente = 99000001',
                  'SELECT crm.hoje() - 10, 500::numeric', 'and stay');

-- What is refused leaves nothing.
SELECT throws_ok($$ INSERT INTO crm.pedidos (cliente_id, data_pedido, valor)
                    SELECT id_cliente, crm.hoje(), -1 FROM mesa $$, '23514', NULL, 'negative value');
SELECT throws_ok($$ INSERT INTO crm.pedidos (cliente_id, data_pedido, valor)
                    SELECT id_cliente, crm.hoje(), 'NaN' FROM mesa $$, '23514', NULL, 'not a number');
SELECT throws_ok($$ INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) VALUES (1, 'infinity', 1) $$,
                 '23514', NULL, 'a date without end');
SELECT throws_ok($$ INSERT INTO crm.pedidos (cliente_id, data_pedido, valor)
                    SELECT id_cliente, crm.hoje(), 1 FROM mesa UNION ALL SELECT -5, crm.hoje(), 1 $$, '23503', NULL,
                 'a client that does not exist');
ROLLBACK TO s;

SELECT pg_temp.certo('TRUNCATE crm.pedidos');
SELECT is((SELECT count(*) FROM crm.clientes WHERE data_ultima_compra IS NOT NULL OR valor_total <> 0), 0::bigint,
          'after TRUNCATE nobody bought');

SELECT * FROM finish();
ROLLBACK;
