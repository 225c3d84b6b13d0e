-- AUDIT-1, every table: each is audited by triggers, or it is said here why not; and a write on each that is makes
-- the row it should, with who, from where, by which request, before and after, and nothing secret inside.
BEGIN;
SELECT no_plan();

-- ---- which tables ---------------------------------------------------------------------

CREATE TEMP TABLE sem_gatilho (tabela name PRIMARY KEY, motivo text NOT NULL);
INSERT INTO sem_gatilho VALUES
    ('auditoria',           'the audit itself: nobody but a superuser changes it, and seals tell when one did (AUDIT-2)'),
    ('auditoria_selos',     'its seals: each is bound to the one before and signed'),
    ('tentativas_login',    'a copy of the audit rows login and login_falha, for counting, kept an hour'),
    ('idempotencia',        'the answer of a write, which is recorded by what it wrote'),
    ('importacao_arquivos', 'the file of an import, recorded as importacao_envio; what it changes are clientes'),
    ('importacao_linhas',   'what an import did to each row: the changes of clientes, which are recorded'),
    ('exportacao_partes',   'the bytes of an export, recorded as exportacao and each time they are taken as exportacao_baixada'),
    ('contagens',           'numbers that follow from clientes, pedidos and cliente_vendedor; crm.contagens_verificar() compares'),
    ('clientes_busca',      'search keys that follow from clientes'),
    ('palavras',            'words that occur in clientes'),
    ('previsoes',           'the forecast of a day, as the counters said'),
    ('marcos',              'how far a task of the clock has come'),
    ('tarefas_estado',      'the last run of each task');

SELECT set_eq(
    $$ SELECT c.relname FROM pg_class c
        WHERE c.relnamespace = 'crm'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition $$,
    $$ SELECT t FROM crm.interno_auditoria_tabelas() t UNION ALL SELECT tabela FROM sem_gatilho $$,
    'AUDIT-1 every table is audited, or it is said why not');
SELECT is_empty($$ SELECT t FROM crm.interno_auditoria_tabelas() t JOIN sem_gatilho s ON s.tabela = t $$, 'and none is both');
SELECT is(crm.auditoria_defeito(), NULL, 'AUDIT-2 the triggers of all of them are there');
SELECT is_empty($$ SELECT s.tabela FROM sem_gatilho s, unnest('{anon,crm_web,crm_bi,crm_vendedor,crm_operador,crm_gerente,crm_administrador,crm_ti,crm_carga}'::text[]) r
                    WHERE to_regrole(r) IS NOT NULL AND has_table_privilege(r, 'crm.' || s.tabela, 'INSERT, UPDATE, DELETE, TRUNCATE') $$,
                'AUTH-6 no role writes the others but by the functions of the product');

-- ---- a write on each --------------------------------------------------------------------

INSERT INTO crm.usuarios (id, nome, email, papel) VALUES (9001, 'Ada Admin', 'ada@tab.test', 'administrador'), (9002, 'Vera', 'vera@tab.test', 'vendedor');
INSERT INTO crm.vendedores (id, nome) VALUES (9002, 'Vera') ON CONFLICT DO NOTHING;
INSERT INTO crm.sessoes (id, usuario_id, limite_em) VALUES ('00000000-0000-4000-8000-000000009001', 9001, now() + interval '1 day');
INSERT INTO crm.clientes (id_cliente, cpf, nome_completo) VALUES (800001, '52998224725', 'Ana');

CREATE TEMP TABLE escritas (ordem serial, tabela name, inclusao text, alteracao text, exclusao text, segredo text);
INSERT INTO escritas (tabela, inclusao, alteracao, exclusao, segredo) VALUES
    ('usuarios', $$(id, nome, email, papel, senha_hash) VALUES (9009, 'Nova', 'nova@tab.test', 'operador', '$2b$12$' || repeat('s', 53))$$,
        $$papel = 'gerente', senha_hash = '$2b$12$' || repeat('t', 53) WHERE id = 9009$$, 'id = 9009', '[$]2b'),
    ('vendedores', $$(id, nome) SELECT 9001, 'Ada'$$, 'peso = 3 WHERE id = 9001', 'id = 9001', NULL),
    ('clientes', $$(id_cliente, cpf, nome_completo, nome_mae, data_nascimento) VALUES (800002, '11144477735', 'Bia', 'Rosa Segredo', '1981-02-03')$$,
        $$cidade = 'Olinda', nome_mae = 'Outra Segredo', cpf = '39053344705' WHERE id_cliente = 800002$$, 'id_cliente = 800002', '11144477735|39053344705|111.444.777|Segredo|1981-02'),
    ('produtos', $$(id, nome, preco) VALUES (800001, 'P', 1)$$, 'preco = 2 WHERE id = 800001', 'id = 800001', NULL),
    ('pedidos', $$(id, cliente_id, data_pedido, valor) VALUES (800001, 800001, crm.hoje(), 5)$$, 'valor = 6 WHERE id = 800001', 'id = 800001', NULL),
    ('cliente_vendedor', $$(id, cliente_id, vendedor_id, motivo) VALUES (800001, 800001, 9002, 'distribuicao')$$,
        $$observacoes = 'nota' WHERE id = 800001$$, 'id = 800001', NULL),
    ('configuracoes', NULL, $$valor = '31' WHERE chave = 'janela_inicio'$$, NULL, NULL),
    ('papeis', NULL, 'precedencia = precedencia + 100 WHERE papel = ''ti''', NULL, NULL),
    ('permissoes', $$(papel, acao) VALUES ('ti', 'exportar')$$, NULL, $$papel = 'ti' AND acao = 'exportar'$$, NULL),
    ('sessoes', $$(id, usuario_id, limite_em) VALUES ('00000000-0000-4000-8000-000000009002', 9002, now() + interval '1 day')$$,
        $$endereco = '10.9.9.9' WHERE usuario_id = 9002$$, 'usuario_id = 9002', '000000009002'),
    ('segredos', $$(nome, valor) VALUES ('teste', sha256('a'))$$, $$valor = sha256('b') WHERE nome = 'teste'$$, $$nome = 'teste'$$, '[0-9a-f]{32}'),
    ('jornadas', $$(vendedor_id, dia_semana, inicio, fim) VALUES (9002, 1, '08:00', '12:00')$$, $$fim = '11:00' WHERE vendedor_id = 9002$$, 'vendedor_id = 9002', NULL),
    ('ausencias', $$(vendedor_id, de, ate, motivo) VALUES (9002, '2030-01-01', '2030-01-02', 'ferias')$$, $$ate = '2030-01-03' WHERE vendedor_id = 9002$$, 'vendedor_id = 9002', NULL),
    ('feriados', $$(data, nome) VALUES ('2030-01-01', 'Ano novo')$$, $$nome = 'Ano' WHERE data = '2030-01-01'$$, $$data = '2030-01-01'$$, NULL),
    ('codigos_senha', $$(usuario_id, codigo, expira_em) VALUES (9002, '\x5e67ed02', now())$$, $$codigo = '\x5e67ed03' WHERE usuario_id = 9002$$, 'usuario_id = 9002', '5e67ed'),
    ('bloqueios_login', $$(conta, endereco) VALUES ('\xab', '10.9.9.9')$$, $$bloqueado_ate = now() WHERE conta = '\xab'$$, $$conta = '\xab'$$, NULL),
    ('lotes', $$(id, dia, origem, vendedores, elegiveis, novas, movimentos, limite_inferior, liberados, duracao_us) VALUES (800001, crm.hoje(), 'manual', 1, 1, 1, 1, 1, 0, 1)$$,
        'movimentos = 0 WHERE id = 800001', 'id = 800001', NULL),
    ('importacoes', $$(id, nome, separador, codificacao, cabecalho, bytes, linhas, titulos) VALUES (800001, 'a.csv', ';', 'utf-8', true, 1, 1, '{cpf}')$$,
        $$estado = 'cancelada' WHERE id = 800001$$, 'id = 800001', NULL),
    ('exportacoes', $$(id, origem, formato, campos, direta, linhas_previstas, nome_arquivo, filtros) VALUES (800001, 'clientes', 'csv', '{cpf}', false, 1, 'a.csv', '{"cpf": "52998224725"}')$$,
        $$finalidade = 'outra', filtros = '{"cpf": "11144477735"}' WHERE id = 800001$$, 'id = 800001', '52998224725|11144477735'),
    ('revelacoes', $$(id, quando, usuario_id, cliente_id, campos) VALUES (800001, now(), 9001, 800001, '{cpf}')$$, 'usuario_id = 9002 WHERE id = 800001', 'id = 800001', NULL);
SELECT set_eq('SELECT tabela FROM escritas', 'SELECT t FROM crm.interno_auditoria_tabelas() t', 'each audited table is tried');

-- Who acts from here on, as the front says it.
SELECT is((SELECT status FROM crm.atender('eu', '00000000-0000-4000-8000-000000009001', '10.0.0.9', 'req-tabelas', 'pgtap', NULL, '{}')), 200, 'somebody acts');

-- The row about that table; what follows in others has rows of its own.
CREATE FUNCTION pg_temp.tentar(alvo name, comando text, OUT acao text, OUT quem text, OUT antes jsonb, OUT depois jsonb)
    RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
    ultima bigint := (SELECT max(a.id) FROM crm.auditoria a);
BEGIN
    EXECUTE comando;
    RETURN QUERY SELECT a.acao, concat_ws(' ', a.usuario_id, a.papel, a.role_banco = session_user, a.endereco, a.requisicao, a.linhas), a.antes, a.depois
                   FROM crm.auditoria a WHERE a.id > ultima AND a.tabela = alvo;
END $$;
SELECT results_eq(
           format('SELECT acao, quem, antes IS NOT NULL, depois IS NOT NULL, concat(antes, depois) ~ %L FROM pg_temp.tentar(%L, %L)',
                  coalesce(e.segredo, '^$'), e.tabela, c.comando),
           format('VALUES (%L, %L, %L::boolean, %L::boolean, false)', c.acao, '9001 administrador t 10.0.0.9 req-tabelas 1', c.acao <> 'inserir', c.acao <> 'excluir'),
           format('AUDIT-1 %s %s', c.acao, e.tabela))
  FROM escritas e,
       LATERAL (VALUES (1, 'inserir', format('INSERT INTO crm.%I ', e.tabela) || e.inclusao),
                       (2, 'alterar', format('UPDATE crm.%I SET ', e.tabela) || e.alteracao),
                       (3, 'excluir', format('DELETE FROM crm.%I WHERE ', e.tabela) || e.exclusao)) c(n, acao, comando)
 WHERE c.comando IS NOT NULL
 ORDER BY e.ordem, c.n;

-- All rows at once; the secrets last, for sessions are hashed with one.
SET LOCAL client_min_messages = warning;
SELECT lives_ok(format('TRUNCATE %s CASCADE', string_agg('crm.' || t, ', ')), 'all are emptied') FROM crm.interno_auditoria_tabelas() t WHERE t <> 'segredos';
SELECT lives_ok('TRUNCATE crm.segredos', 'and the secrets');
SELECT set_eq($$ SELECT tabela FROM crm.auditoria WHERE acao = 'esvaziar' AND usuario_id = 9001 AND requisicao = 'req-tabelas' $$,
              'SELECT t FROM crm.interno_auditoria_tabelas() t', 'AUDIT-1 esvaziar, each');

SELECT * FROM finish();
ROLLBACK;
