-- crm.popular(): deterministic fictitious data, continued without collisions, by an administrador (DADOS-8, DIST-3).
BEGIN;
SELECT no_plan();

SELECT results_eq('SELECT clientes, vendedores FROM crm.popular(55, 3, 1)', 'VALUES (55, 3)', 'the test set');
SELECT is((SELECT count(*) FROM crm.clientes WHERE crm.situacao(data_ultima_compra) = 'elegivel' AND ativo AND NOT nao_contatar
              AND status = 'disponivel'), 55::bigint, '55 eligible clients');
SELECT results_eq('SELECT email::text FROM crm.usuarios ORDER BY id',
                  $$ VALUES ('vendedor1@exemplo.test'), ('vendedor2@exemplo.test'), ('vendedor3@exemplo.test') $$, '3 sellers');
SELECT is((SELECT count(*) FROM crm.vendedores WHERE NOT online AND ativo), 3::bigint, 'offline');
SELECT is((SELECT count(*) FROM crm.usuarios WHERE senha_hash IS NOT NULL), 0::bigint, 'without a password');

SELECT lives_ok('SELECT crm.popular(3000, 2, 2)', 'again');
SELECT is((SELECT count(*) FROM crm.clientes), 3055::bigint, 'exactly as many more');
SELECT is((SELECT count(*) FROM crm.vendedores), 5::bigint, 'sellers too');
SELECT cmp_ok((SELECT count(*) FROM crm.clientes WHERE crm.situacao(data_ultima_compra) = 'elegivel'), '>', 55 + 3000 * 6 / 100::bigint,
              'about 8 % in the window: more than 6 %');
SELECT cmp_ok((SELECT count(*) FROM crm.clientes WHERE crm.situacao(data_ultima_compra) = 'elegivel'), '<', 55 + 3000 * 10 / 100::bigint,
              'less than 10 %');
SELECT is_empty($$ SELECT id_cliente FROM crm.clientes c
                     LEFT JOIN (SELECT cliente_id, max(data_pedido) AS u, sum(valor) AS s, count(*) AS n FROM crm.pedidos GROUP BY 1) p
                       ON p.cliente_id = c.id_cliente
                    WHERE c.data_ultima_compra IS DISTINCT FROM p.u OR c.valor_total <> coalesce(p.s, 0) OR p.n > 8 $$,
                'totals and last purchase are those of the orders');
SELECT is_empty('SELECT * FROM crm.contagens_verificar()', 'counters are right');
SELECT is_empty($$ SELECT 1 FROM crm.pedidos p LEFT JOIN crm.clientes c ON c.id_cliente = p.cliente_id
                     LEFT JOIN crm.produtos d ON d.id = p.produto_id
                    WHERE c.id_cliente IS NULL OR (p.produto_id IS NOT NULL AND d.id IS NULL) $$, 'no reference hangs');
SELECT is_empty($$ SELECT 1 FROM crm.clientes WHERE nome_completo !~ '^[[:upper:]]' OR email NOT LIKE '%@exemplo.test'
                     OR celular !~ '^\([1-9][1-9]\) 9[0-9]{4}-[0-9]{4}$' OR uf IS NULL OR cidade IS NULL $$, 'Brazilian data');
SELECT cmp_ok((SELECT count(DISTINCT uf) FROM crm.clientes), '>=', 20::bigint, 'from everywhere');
SELECT is((SELECT count(*) FROM crm.auditoria WHERE acao = 'popular'), 2::bigint, 'one audit row per call');
SELECT is((SELECT count(*) FROM crm.auditoria WHERE tabela IN ('clientes', 'pedidos')), 0::bigint, 'and none per row');

-- The same seed, the same people.
SELECT results_eq('SELECT g FROM crm.popular_clientes(1, 200, 7, false) AS g', 'SELECT g FROM crm.popular_clientes(1, 200, 7, false) AS g',
                  'deterministic');
SELECT results_ne('SELECT g.nome_mae FROM crm.popular_clientes(1, 200, 7, false) AS g',
                  'SELECT g.nome_mae FROM crm.popular_clientes(1, 200, 8, false) AS g', 'another seed, other people');

-- A CPF, a name or an id that is taken is passed over.
INSERT INTO crm.clientes (cpf, nome_completo)
SELECT g.cpf, 'Já existe' FROM crm.popular_clientes(4000, 4300, 1, false) AS g;
INSERT INTO crm.usuarios (nome, email, papel) VALUES ('José Cardoso', 'jose@exemplo.test', 'operador'), ('Vera', 'vendedor50@exemplo.test', 'vendedor')
ON CONFLICT DO NOTHING;
SELECT lives_ok('SELECT crm.popular(2000, 70, 3)', 'in between strangers');
SELECT is((SELECT count(*) FROM crm.clientes), (3055 + 301 + 2000)::bigint, 'exactly as many more again');
SELECT lives_ok('SELECT crm.popular(0, 0, 1)', 'nothing is nothing');

SELECT throws_ok('SELECT crm.popular(-1, 0, 1)', '22023', NULL, 'negative');
SELECT throws_ok('SELECT crm.popular(2147483647, 0, 1)', '22023', NULL, 'too many clients');
SELECT throws_ok('SELECT crm.popular(0, 2147483647, 1)', '22023', NULL, 'too many sellers');
SELECT throws_ok('SELECT crm.popular(NULL, NULL, 1)', '22023', NULL, 'null');
SELECT cmp_ok((SELECT count(*) FROM crm.popular_clientes(9223372036854775800, 9223372036854775807, 1, false)), '<=', 8::bigint,
              'the last ids end');
SELECT is((SELECT count(*) FROM crm.popular_pedidos(9223372036854775807, 9223372036854775807, 1, false, '{}')), 0::bigint,
          'no order of a client after them');
SELECT is(current_setting('session_replication_role'), 'origin', 'triggers are back on');

SET LOCAL ROLE crm_gerente;
SELECT throws_ok('SELECT crm.popular(1, 1, 1)', '42501', NULL, 'not by a gerente');
RESET ROLE;
GRANT EXECUTE ON FUNCTION crm.popular(integer, integer, integer, text) TO crm_gerente;
SET LOCAL ROLE crm_gerente;
SELECT throws_ok('SELECT crm.popular(1, 1, 1)', 'CR403', NULL, 'even when the grant is there');
RESET ROLE;
SET LOCAL ROLE crm_administrador;
SELECT lives_ok('SELECT crm.popular(10, 1, 1)', 'by an administrador');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
