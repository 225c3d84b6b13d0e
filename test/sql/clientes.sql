-- Clients: constraints, updated_at, copies in the open assignment, deactivation and opt-out (DADOS-2, DADOS-7, DADOS-10, DIST-1).
BEGIN;
SELECT no_plan();

SELECT has_table('crm', t, t) FROM unnest(ARRAY['usuarios', 'vendedores', 'clientes', 'cliente_vendedor', 'produtos',
                                                'pedidos', 'auditoria', 'configuracoes']) AS t;
SELECT has_index('crm', t, i, i)
  FROM (VALUES ('clientes', 'idx_cliente_data'), ('vendedores', 'idx_vendedor_online'),
               ('cliente_vendedor', 'idx_atribuicao_vendedor'), ('cliente_vendedor', 'idx_atribuicao_contatado')) AS v(t, i);

-- Refused by the table itself.
SELECT throws_ok(format('INSERT INTO crm.clientes (cpf, nome_completo, %s) VALUES (%L, %L, %L)', c, '52998224725', 'A', v), e, NULL,
                 format('%s = %s', c, left(v, 20)))
  FROM (VALUES ('uf', 'XX', '23514'), ('uf', 'sp', '23514'), ('sexo', 'X', '23514'), ('cep', '1234', '23514'),
               ('cep', '12345_678', '23514'), ('data_nascimento', '1200-01-01', '23514'), ('data_nascimento', 'infinity', '23514'),
               ('data_ultima_compra', '-infinity', '23514'), ('valor_total', 'NaN', '23514'), ('valor_total', '1e30', '22003'),
               ('status', 'qualquer', '23514'), ('nome_mae', repeat('x', 256), '22001'),
               ('celular', repeat('1', 21), '22001')) AS c(c, v, e);
SELECT throws_ok($$ INSERT INTO crm.clientes (cpf, nome_completo) VALUES ('52998224725', '  ') $$, '23514', NULL, 'empty name');
SELECT throws_ok($$ INSERT INTO crm.clientes (cpf) VALUES ('52998224725') $$, '23502', NULL, 'no name');
INSERT INTO crm.clientes (id_cliente, cpf, nome_completo) VALUES (99000001, '52998224725', 'Ana');
SELECT throws_ok($$ INSERT INTO crm.clientes (cpf, nome_completo) VALUES ('529.982.247-25', 'Outra') $$, '23505', NULL, 'CPF twice');

-- updated_at follows the record, not what the product derives.
UPDATE crm.clientes SET updated_at = '2000-01-01' WHERE id_cliente = 99000001;
SELECT is(updated_at, crm.agora(), 'cannot be set back') FROM crm.clientes WHERE id_cliente = 99000001;
SET LOCAL crm.relogio_desvio = 60;
UPDATE crm.clientes SET status = 'disponivel', valor_total = 1, data_ultima_compra = crm.hoje() WHERE id_cliente = 99000001;
SELECT isnt(updated_at, crm.agora(), 'derived columns leave it') FROM crm.clientes WHERE id_cliente = 99000001;
UPDATE crm.clientes SET celular = '(11) 91234-5678' WHERE id_cliente = 99000001;
SELECT is(updated_at, crm.agora(), 'a change of the record moves it') FROM crm.clientes WHERE id_cliente = 99000001;
SET LOCAL crm.relogio_desvio = 0;

-- Boards.
SELECT crm.popular(250, 2, 9);
CREATE TEMP TABLE mesa ON COMMIT DROP AS
    SELECT id_cliente, row_number() OVER (ORDER BY id_cliente) AS n FROM crm.clientes WHERE ativo AND NOT nao_contatar AND id_cliente <> 99000001;
INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id, motivo, data_ultima_compra, valor_total)
SELECT id_cliente, (SELECT min(id) FROM crm.vendedores), 'distribuicao', data_ultima_compra, valor_total
  FROM mesa JOIN crm.clientes USING (id_cliente);
UPDATE crm.clientes SET status = 'atribuido' WHERE id_cliente IN (SELECT id_cliente FROM mesa);

UPDATE crm.clientes SET valor_total = valor_total + 1, data_ultima_compra = crm.hoje() - 33;
SELECT is_empty($$ SELECT v.id FROM crm.cliente_vendedor v JOIN crm.clientes c ON c.id_cliente = v.cliente_id
                    WHERE encerrada_em IS NULL AND (v.valor_total <> c.valor_total OR v.data_ultima_compra <> c.data_ultima_compra) $$,
                'open assignments copy totals, in bulk');
UPDATE crm.clientes SET ativo = false WHERE id_cliente = (SELECT id_cliente FROM mesa WHERE n = 1);
UPDATE crm.clientes SET nao_contatar = true WHERE id_cliente IN (SELECT id_cliente FROM mesa WHERE n BETWEEN 2 AND 200);
SELECT results_eq($$ SELECT motivo_fim, count(*), bool_and(c.status = 'disponivel') FROM crm.cliente_vendedor v
                       JOIN crm.clientes c ON c.id_cliente = v.cliente_id
                      WHERE encerrada_em IS NOT NULL GROUP BY 1 ORDER BY 1 $$,
                  $$ VALUES ('desativacao', 1::bigint, true), ('nao_contatar', 199::bigint, true) $$,
                  'deactivation and opt-out close the assignment and free the status');
SELECT is_empty($$ SELECT * FROM crm.contagens_verificar() $$, 'counters follow');
UPDATE crm.clientes SET nome_completo = upper(nome_completo);
SELECT is((SELECT count(*) FROM crm.clientes WHERE status = 'atribuido'),
          (SELECT count(*) FROM crm.cliente_vendedor WHERE encerrada_em IS NULL), 'another change closes nothing');
UPDATE crm.clientes SET ativo = true WHERE id_cliente = (SELECT id_cliente FROM mesa WHERE n = 1);
SELECT is(count(*), 1::bigint, 'reactivation opens nothing by itself') FROM crm.cliente_vendedor
 WHERE cliente_id = (SELECT id_cliente FROM mesa WHERE n = 1);

-- A contact counts for the purchase cycle, also of who was away in between (DIST-1, DIST-5).
SELECT crm.marcar_contatado(v.vendedor_id, v.cliente_id)
  FROM crm.cliente_vendedor v JOIN mesa ON id_cliente = cliente_id WHERE n IN (201, 202, 203);
UPDATE crm.clientes SET ativo = false WHERE id_cliente IN (SELECT id_cliente FROM mesa WHERE n BETWEEN 201 AND 204);
UPDATE crm.clientes SET nao_contatar = true WHERE id_cliente = (SELECT id_cliente FROM mesa WHERE n = 202);
INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) SELECT id_cliente, crm.hoje() - 31, 5 FROM mesa WHERE n = 203;
UPDATE crm.clientes SET valor_total = valor_total + 1 WHERE id_cliente = (SELECT id_cliente FROM mesa WHERE n = 201);
UPDATE crm.clientes SET ativo = true WHERE id_cliente IN (SELECT id_cliente FROM mesa WHERE n BETWEEN 201 AND 204);
CREATE TEMP VIEW voltaram AS
    SELECT n, status, v.id IS NOT NULL AS aberta, v.contatado, v.valor_total = c.valor_total AS copia
      FROM mesa JOIN crm.clientes c USING (id_cliente)
      LEFT JOIN crm.cliente_vendedor v ON v.cliente_id = id_cliente AND v.encerrada_em IS NULL
     WHERE n BETWEEN 201 AND 204 ORDER BY n;
SELECT results_eq('SELECT * FROM voltaram',
                  $$ VALUES (201::bigint, 'contatado', true, true, true), (202, 'disponivel', false, NULL, NULL),
                            (203, 'disponivel', false, NULL, NULL), (204, 'disponivel', false, NULL, NULL) $$,
                  'back with the contact, unless still opted out, bought since or never contacted');
UPDATE crm.clientes SET nao_contatar = false WHERE id_cliente = (SELECT id_cliente FROM mesa WHERE n = 202);
SELECT is((SELECT status FROM voltaram WHERE n = 202), 'contatado', 'opted in again: the contact still counts');
SELECT is_empty($$ SELECT * FROM crm.contagens_verificar() $$, 'counters follow');

-- One open assignment per client, whatever the code does (DESIGN 7.1).
SELECT throws_ok($$ INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id, motivo)
                    SELECT cliente_id, vendedor_id, 'realocacao' FROM crm.cliente_vendedor WHERE encerrada_em IS NULL LIMIT 1 $$,
                 '23505', NULL, 'not two open ones');
SELECT throws_ok($$ DELETE FROM crm.clientes WHERE id_cliente = (SELECT id_cliente FROM mesa WHERE n = 3) $$, '23503', NULL,
                 'a client with history cannot be deleted');
SELECT lives_ok($$ DELETE FROM crm.clientes WHERE id_cliente = 99000001 $$, 'one without can');

-- Assignments that a superuser deletes leave no client behind that nobody deals.
DELETE FROM crm.cliente_vendedor WHERE cliente_id IN (SELECT id_cliente FROM mesa WHERE n IN (201, 210, 211));
SELECT is((SELECT count(*) FROM crm.clientes WHERE status <> 'disponivel'),
          (SELECT count(*) FROM crm.cliente_vendedor WHERE encerrada_em IS NULL), 'deleted: free');
TRUNCATE crm.cliente_vendedor;
SELECT is((SELECT count(*) FROM crm.clientes WHERE status <> 'disponivel'), 0::bigint, 'all gone: all free');
SELECT is_empty($$ SELECT * FROM crm.verificar_distribuicao() $$, 'the invariants hold');

SELECT * FROM finish();
ROLLBACK;
