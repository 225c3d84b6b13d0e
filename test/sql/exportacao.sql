-- Exports: rights, masks, limits, contents of CSV, audit, whose file it is (EXPORT-1, EXPORT-4, EXPORT-5, AUDIT-1, LGPD-1, AUTH-6, Z-5, Z-7).
BEGIN;
SELECT no_plan();

INSERT INTO crm.usuarios (id, nome, email, papel) VALUES
    (9001, 'Ada Admin', 'ada@exp.test', 'administrador'), (9002, 'Gil Gerente', 'gil@exp.test', 'gerente'),
    (9003, 'Olga Operadora', 'olga@exp.test', 'operador'), (9004, 'Tito TI', 'tito@exp.test', 'ti'),
    (9011, 'Vera Vendedora', 'vera@exp.test', 'vendedor'), (9012, 'Vito Vendedor', 'vito@exp.test', 'vendedor');
INSERT INTO crm.sessoes (id, usuario_id, limite_em)
SELECT format('00000000-0000-4000-8000-%s', lpad(id::text, 12, '0'))::uuid, id, now() + interval '1 day'
  FROM crm.usuarios WHERE id BETWEEN 9001 AND 9012;
INSERT INTO crm.clientes (id_cliente, cpf, nome_completo, data_nascimento, nome_mae, celular, email, cidade, uf, data_ultima_compra, valor_total) VALUES
    (800001, '52998224725', '=1+1', '1990-01-31', 'Marta "Mãe"', '+5581999991234', '@x', 'Recife', 'PE', crm.hoje() - 40, 1234.50),
    (800002, '11144477735', E'Bê; "aspas", e\nlinha', NULL, NULL, NULL, NULL, E'\tTab', 'SP', NULL, 0),
    (800003, '39053344705', '-Ção 张', '2000-02-29', '-2', NULL, NULL, NULL, NULL, crm.hoje() - 70, -5.00),
    (800004, '12345678909', 'Desativada', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0);
UPDATE crm.clientes SET ativo = false WHERE id_cliente = 800004;
INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id, motivo, data_ultima_compra, valor_total, observacoes)
VALUES (800001, 9011, 'distribuicao', crm.hoje() - 40, 1234.50, E'volta\n=já');
UPDATE crm.clientes SET status = 'atribuido' WHERE id_cliente = 800001;

CREATE FUNCTION pg_temp.texto(id bigint) RETURNS text LANGUAGE sql AS $$ SELECT convert_from(crm.exportacao_bytes(id), 'UTF8') $$;
CREATE FUNCTION pg_temp.linhas(n bigint) RETURNS integer LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT e.linhas FROM crm.exportacoes e WHERE e.id = n); END';
CREATE FUNCTION pg_temp.pedir(funcao text, quem bigint, args jsonb, OUT status integer, OUT corpo jsonb, OUT extra jsonb) LANGUAGE sql AS $$
    SELECT a.status, a.corpo::jsonb, a.extra::jsonb
      FROM crm.atender(funcao, format('00000000-0000-4000-8000-%s', lpad(quem::text, 12, '0'))::uuid, '10.0.0.9', 'req-9', 'pgtap', NULL, args) a;
$$;
-- status and codigo of a refusal, or estado.
CREATE FUNCTION pg_temp.exportar(quem bigint, args jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT p.status || ' ' || coalesce(p.corpo ->> 'codigo', p.corpo ->> 'estado')
           || coalesce(' ' || (p.corpo #>> '{erros,0,campo}'), '')
      FROM pg_temp.pedir('exportar', quem, '{"format": "csv"}' || args) p;
$$;

-- ---- SQL callers, before crm.atender() says who acts ------------------------------------

SELECT is((SELECT array_agg(r ORDER BY r) FROM unnest('{crm_administrador,crm_gerente,crm_operador,crm_vendedor,crm_ti,crm_bi,crm_carga,crm_web}'::text[]) r
            WHERE has_function_privilege(r, 'crm.exportar(text, text, jsonb, text[], text, text, jsonb)', 'EXECUTE')),
          '{crm_administrador,crm_gerente,crm_operador,crm_vendedor}'::text[], 'Z-7 who may call it');
SELECT is((SELECT array_agg(p.proname::text ORDER BY 1) FROM pg_proc p
            WHERE p.pronamespace = 'crm'::regnamespace AND p.proname LIKE 'exportac%' AND has_function_privilege('crm_gerente', p.oid, 'EXECUTE')),
          '{exportacao_bytes,exportacao_cancelar}'::text[], 'and nothing that helps it');

-- EXPORT-4: RFC 4180, cells that a spreadsheet would run are not.
SELECT is(pg_temp.texto(crm.exportar('clientes', 'csv', '{"ativo": true}', '{id_cliente,nome_completo,celular,email,cidade,uf,data_ultima_compra,valor_total}', 'id')),
          E'Código,Nome,Celular,E-mail,Cidade,UF,Última compra,Total de compras\r\n'
          || E'800001,''=1+1,''+5581999991234,''@x,Recife,PE,' || (crm.hoje() - 40) || E',1234.50\r\n'
          || E'800002,"Bê; ""aspas"", e\nlinha",,,''\tTab,SP,,0.00\r\n'
          || E'800003,''-Ção 张,,,,,' || (crm.hoje() - 70) || E',-5.00\r\n', 'EXPORT-4 CSV by default');
SELECT is(pg_temp.texto(crm.exportar('clientes', 'csv', '{}', '{nome_completo,data_ultima_compra,valor_total,ativo,criado_em}', 'id', NULL,
                                     '{"separador": ";", "bom": true}')) ~
          (E'^\uFEFFNome;Última compra;Total de compras;Cadastro ativo;Cadastrado em\r\n''=1\\+1;'
           || to_char(crm.hoje() - 40, 'DD/MM/YYYY') || E';1234,50;Sim;[0-9]{2}/[0-9]{2}/[0-9]{4} [0-9:]{8}\r\n"Bê; ""aspas"", e\n'),
          true, 'EXPORT-4 as Excel in Brazil reads it');
SELECT is(pg_temp.texto(crm.exportar('clientes', 'csv', '{"ativo": false}', '{cpf,status,situacao}', NULL, NULL, '{"cabecalho": false}')),
          E'***.456.789-**,Disponível,Sem compra\r\n', 'without titles');
SELECT is(pg_temp.texto(crm.exportar('clientes', 'csv', '{"nome": "ninguém assim"}', '{nome_completo}')), E'Nome\r\n', 'nobody: a file with its head');
SELECT is(pg_temp.texto(crm.exportar('clientes', 'csv', '{"ativo": true}', '{uf,nome_completo}', '-id')) ~ E'^UF,Nome\r\n,''-Ção', true, 'columns in the order asked for');
SELECT is((SELECT string_agg(x, '|') FROM regexp_split_to_table(pg_temp.texto(crm.exportar('periodo', 'csv', '{}', '{id_cliente,vendedor,observacoes}')), E'\r\n') x),
          E'Código,Vendedor,Observações|800001,Vera Vendedora,"volta\n=já"|800003,,|', 'by period, in its order');
-- EXPORT-3: what the head of a file says of it.
SELECT is(crm.exportacao_valor(filtro, valor), lido::text, 'EXPORT-3 a filter as it is read: ' || filtro || ' ' || lido)
  FROM (VALUES ('de', '"2026-11-02"'::jsonb, '02/11/2026'), ('ativo', 'true', 'Sim'), ('q', '"true"', 'true'), ('q', '"de"', 'de'), ('status', '["disponivel", "contatado"]', 'Disponível, Contatado'),
               ('situacao', '"elegivel"', 'Elegível'), ('coluna', '"a_contatar_46_60"', 'A contatar 46–60'), ('coluna', '">90"', '>90'),
               ('coluna', '"sem_vendedor"', 'Sem vendedor'), ('por', '"vendedor"', 'Vendedor'), ('uf', '["SP", "AC"]', 'SP, AC'),
               ('coluna', to_jsonb((SELECT min(id)::text FROM crm.vendedores)), (SELECT nome::text FROM crm.vendedores ORDER BY id LIMIT 1)),
               ('usuario_id', to_jsonb((SELECT min(id)::text FROM crm.usuarios)), (SELECT nome::text FROM crm.usuarios ORDER BY id LIMIT 1)),
               ('vendedor_id', '"987654321"', '987654321')) AS v(filtro, valor, lido);
SELECT is((SELECT array_agg(linha ORDER BY n)
             FROM crm.exportacao_montar('relatorio', 'pdf', '{"nome": "exportacoes", "de": "2026-11-02"}', NULL, NULL, NULL, '{}', 'Ana', 100) m,
                  regexp_split_to_table(m.cabeca, E'\n') WITH ORDINALITY AS l(linha, n)
            WHERE linha ~ '^(titulo|filtro)'),
          ARRAY[E'titulo\tRelatório: exportações', E'filtro\tDe\t02/11/2026'], 'EXPORT-3 the title says which report it is, the filters the rest');
SELECT is((SELECT string_agg(a.attname, ' ')
             FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
            WHERE c.relnamespace = 'crm'::regnamespace AND c.relname ~ '^v_(relatorio|previsao)' AND a.attnum > 0
              AND crm.exportacao_titulo(a.attname) ~ '(cao|coes|encia|^Mes|^Usuario|^Codigo)( |$)'), NULL, 'titles of columns have their accents');
SELECT is(pg_temp.linhas(crm.exportar('quadro', 'csv', f)), n, 'ADM-2 the board: ' || f::text)
  FROM (VALUES ('{}'::jsonb, 1), ('{"coluna": "9011"}', 1), ('{"coluna": "sem_vendedor"}', 0), ('{"por": "periodo", "coluna": "60-90"}', 1),
               ('{"coluna": "9011", "status": "atribuido", "situacao": "elegivel"}', 1), ('{"coluna": "9011", "status": "contatado"}', 0),
               ('{"coluna": "9011", "situacao": "inativo"}', 0)) v(f, n);
SELECT throws_ok(format('SELECT crm.exportar(%L, %L, %L, %L, %L)', origem, formato, filtros, campos, ordem), estado, NULL, onde)
  FROM (VALUES
    ('nada', 'csv', '{}', NULL, NULL, 'CR422', 'an origem that is none'),
    (NULL, 'csv', '{}', NULL, NULL, 'CR422', 'no origem'),
    ('clientes', 'ods', '{}', NULL, NULL, 'CR422', 'a format that is none'),
    ('clientes', 'csv', '[]', NULL, NULL, 'CR422', 'filters that are none'),
    ('clientes', 'csv', '{"x": 1}', NULL, NULL, 'CR422', 'a filter that is none'),
    ('clientes', 'csv', '{}', '{senha_hash}', NULL, 'CR422', 'a column that is none'),
    ('clientes', 'csv', '{}', '{uf,uf}', NULL, 'CR422', 'a column twice'),
    ('clientes', 'csv', '{}', '{NULL}', NULL, 'CR422', 'a column without name'),
    ('clientes', 'csv', '{}', NULL, 'senha', 'CR422', 'an order that is none'),
    ('periodo', 'csv', '{}', NULL, 'cpf', 'CR422', 'LGPD-1 no order by what is masked'),
    ('periodo', 'csv', '{"periodo": "30-45'' OR true --"}', NULL, NULL, 'CR422', 'no SQL in a filter'),
    ('periodo', 'csv', '{"vendedor_id": 77}', NULL, NULL, 'CR404', 'a seller who is none'),
    ('carteira', 'csv', '{"vendedor_id": "9011", "coluna": "x"}', NULL, NULL, 'CR422', 'a column of the board that is none'),
    ('auditoria', 'csv', '{"de": "2026-02-31"}', NULL, NULL, 'CR422', 'a day that is none'),
    ('relatorio', 'csv', '{}', NULL, NULL, 'CR422', 'no report'),
    ('relatorio', 'csv', '{"nome": "segredos"}', NULL, NULL, 'CR404', 'a report that is none'),
    ('clientes', 'csv', '{}', '{nome_mae}', NULL, 'CR422', 'LGPD-1 a sensitive field without purpose')
  ) AS v(origem, formato, filtros, campos, ordem, estado, onde);
SELECT throws_ok($$ SELECT crm.exportar('clientes', 'csv', '{}', NULL, NULL, NULL, '{"separador": "x"}') $$, 'CR422', NULL, 'a separator that is none');
SELECT throws_ok(format('SELECT crm.exportar(''clientes'', ''csv'', ''{}'', NULL, NULL, NULL, %L)', o), 'CR422', NULL, 'options that are none: ' || o)
  FROM unnest('{[],"null","\"x\"","{\"bom\": \"talvez\"}","{\"cabecalho\": 7}"}'::text[]) o;
SELECT throws_ok($$ SELECT crm.exportar('quadro', 'csv', '{"por": "periodo", "coluna": "sem_vendedor"}') $$, 'CR404', NULL, 'a period that is none');
SELECT is((SELECT split_part(pg_temp.texto(crm.exportar('clientes', 'csv', '{}', '{{uf,cidade},{email,celular}}')), E'\r\n', 1)), 'UF,Cidade,E-mail,Celular', 'a list of lists is a list');
SELECT is((SELECT count(*) FROM crm.exportacoes WHERE array_ndims(campos) <> 1), 0::bigint, 'and kept as one');

-- EXPORT-4: a sign behind blanks is neutralised too, other blanks are left alone.
CREATE FUNCTION pg_temp.celula(x text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE y text; BEGIN EXECUTE 'SELECT ' || crm.exportacao_celula('texto', quote_literal(x), 'UTC', false) INTO y; RETURN y; END $$;
SELECT is(pg_temp.celula(x), y, 'EXPORT-4 ' || quote_literal(x))
  FROM (VALUES (' =1+1', ''' =1+1'), (U&'\00A0\200B\FEFF@SUM(1)', U&'''\00A0\200B\FEFF@SUM(1)'), ('  Ana', '  Ana'), (U&'\FF1D1', U&'''\FF1D1'), ('a=1', 'a=1')) v(x, y);

-- AUDIT-1: a CPF typed into whatever filter does not stay; what only looks like one does.
SELECT is(crm.exportacao_mascarar(f), m, 'AUDIT-1 ' || f::text)
  FROM (VALUES ('{"nome": "529.982.247-25"}'::jsonb, '{"nome": "***"}'::jsonb), ('{"cidade": "x 52998224725"}', '{"cidade": "***"}'),
               ('{"email": "52998224725@x.com"}', '{"email": "***"}'), ('{"celular": "529.982.247-25"}', '{"celular": "***"}'),
               ('{"celular": "81999991234"}', '{"celular": "81999991234"}'), ('{"chave": 52998224725}', '{"chave": "***"}'),
               (jsonb_build_object('q', U&'\FF15\FF12\FF19\FF19\FF18\FF12\FF12\FF14\FF17\FF12\FF15'), '{"q": "***.982.247-**"}'),
               ('{"de": "2026-01-31", "vendedor_id": "9011", "uf": ["PE"]}', '{"de": "2026-01-31", "vendedor_id": "9011", "uf": ["PE"]}')) v(f, m);
SELECT is((SELECT count(*) FROM crm.exportacoes WHERE estado <> 'pronta'), 0::bigint, 'a refusal leaves no row');

-- Database roles are judged like users; own files only.
CREATE TEMP TABLE de_outro AS SELECT max(id) AS id FROM crm.exportacoes;
GRANT SELECT ON de_outro TO PUBLIC;
SET ROLE crm_operador;
SELECT lives_ok($$ SELECT crm.exportar('clientes', 'csv') $$, 'an operador may');
SELECT throws_ok($$ SELECT crm.exportar('quadro', 'csv') $$, 'CR403', NULL, 'but not the board');
SELECT throws_ok($$ SELECT crm.exportar('auditoria', 'csv') $$, 'CR403', NULL, 'not the audit');
SELECT throws_ok($$ SELECT crm.exportar('relatorio', 'csv', '{"nome": "funil"}') $$, 'CR403', NULL, 'not the reports');
SELECT throws_ok($$ SELECT crm.exportar('carteira', 'csv', '{"vendedor_id": 9011}') $$, 'CR403', NULL, 'not the portfolios');
SELECT throws_ok('SELECT bytes FROM crm.exportacao_partes', '42501', NULL, 'Z-7 nobody reads the parts');
SELECT throws_ok($$ SELECT crm.exportacao_parte_ler(1) $$, '42883', NULL, 'there is no other door');
RESET ROLE;
SET ROLE crm_vendedor;
SELECT throws_ok($$ SELECT crm.exportar('clientes', 'csv') $$, 'CR403', NULL, 'a vendedor may not');
RESET ROLE;

-- ---- through the front ----------------------------------------------------------------

SELECT is(pg_temp.exportar(quem, args), esperado, format('%s exports %s: %s', quem, args, esperado))
  FROM (VALUES
    (9001, '{}'::jsonb, '200 pronta'), (9002, '{}', '200 pronta'), (9003, '{}', '200 pronta'),
    (9004, '{}', '403 acesso_negado'), (9011, '{}', '403 acesso_negado'),
    (9011, '{"origem": "carteira"}', '200 pronta'), (9011, '{"origem": "carteira", "filters": {"id": 9011}}', '200 pronta'),
    (9011, '{"origem": "carteira", "filters": {"vendedor_id": 9012}}', '403 acesso_negado'),
    (9011, '{"origem": "periodo"}', '403 acesso_negado'), (9011, '{"origem": "relatorio", "filters": {"nome": "funil"}}', '403 acesso_negado'),
    (9002, '{"origem": "carteira", "filters": {"vendedor_id": 9011}}', '200 pronta'),
    (9002, '{"origem": "auditoria"}', '403 acesso_negado'), (9001, '{"origem": "auditoria"}', '200 pronta'),
    (9002, '{"origem": "relatorio", "filters": {"nome": "funil"}}', '200 pronta'),
    (9003, '{"fields": ["nome_completo", "cpf"], "finalidade": "curta"}', '422 campo_invalido finalidade'),
    (9003, '{"fields": ["nome_mae"]}', '422 campo_obrigatorio finalidade'),
    (9003, '{"fields": ["nome_mae"], "finalidade": "O CPF 529.982.247-25 pediu"}', '422 campo_invalido finalidade'),
    (9003, '{"sort": "cpf"}', '403 acesso_negado sort'),
    (9003, '{"format": "doc"}', '422 campo_invalido format'),
    (9003, '{"opcoes": {"separador": "x"}}', '422 campo_invalido opcoes.separador'),
    (9003, '{"linhas": 1}', '422 campo_desconhecido linhas')
  ) AS v(quem, args, esperado);
SELECT is((SELECT count(*) FROM crm.exportacoes e WHERE e.usuario_id = 9011 AND e.linhas <> 1), 0::bigint, 'a vendedor gets the own portfolio');

-- The file as the front fetches it.
CREATE TEMP TABLE pedido AS
    SELECT (extra #>> '{exportacao,id}')::bigint AS id, p.*
      FROM pg_temp.pedir('exportar', 9003, '{"format": "csv", "fields": ["nome_completo", "cpf"], "filters": {"q": "529.982.247-25"}}') p;
SELECT is(extra #- '{exportacao,id}' #- '{exportacao,nome}' #- '{cabecalhos}',
          '{"exportacao": {"bytes": 32, "tipo": "text/csv; charset=utf-8", "partes": 1}, "usuario_id": 9003, "papel": "operador"}', 'EXPORT-1 what the front needs') FROM pedido;
SELECT matches(extra #>> '{exportacao,nome}', '^clientes-[0-9-]{15}-olga-operadora\.csv$', 'EXPORT-5 the name says what, when, who') FROM pedido;
SELECT is((SELECT convert_from(decode(p.corpo #>> '{}', 'hex'), 'UTF8') FROM pg_temp.pedir('exportacao_parte', 9003, jsonb_build_object('id', id, 'n', 1)) p),
          E'Nome,CPF\r\n''=1+1,***.982.247-**\r\n', 'LGPD-1 masked without a purpose') FROM pedido;
SELECT is((SELECT p.status FROM pg_temp.pedir(f, quem, jsonb_build_object('id', pedido.id) || CASE f WHEN 'exportacao_parte' THEN '{"n": 1}' ELSE '{}' END::jsonb) p),
          404, format('Z-5 %s of another does not exist for %s', f, quem))
  FROM pedido, unnest('{exportacao,exportacao_baixar,exportacao_parte,exportacao_cancelar}'::text[]) f, unnest('{9001,9011}'::bigint[]) quem;
SELECT is((SELECT p.status FROM pg_temp.pedir('exportacao_parte', 9003, jsonb_build_object('id', id, 'n', 2)) p), 404, 'there is no second part') FROM pedido;
SELECT is((SELECT p.status || ' ' || (p.extra #>> '{exportacao,partes}') FROM pg_temp.pedir('exportacao_baixar', 9003, jsonb_build_object('id', id)) p), '200 1', 'taken again') FROM pedido;
SELECT is((SELECT count(*) FROM crm.auditoria a WHERE a.acao = 'exportacao_baixada' AND a.registro_id = pedido.id AND a.usuario_id = 9003), 1::bigint, 'AUDIT-1 a download is recorded') FROM pedido;
SELECT is((SELECT a.depois || jsonb_build_object('linhas', a.linhas, 'de', a.endereco) FROM crm.auditoria a WHERE a.acao = 'exportacao' AND a.registro_id = pedido.id),
          '{"origem": "clientes", "formato": "csv", "filtros": {"q": "***.982.247-**"}, "campos": ["nome_completo", "cpf"], "em_claro": false, "estado": "pronta", "bytes": 32, "direta": true, "linhas": 1, "de": "10.0.0.9"}',
          'EXPORT-5 so is the export: filters, fields, rows; no CPF') FROM pedido;
SELECT is((SELECT filtros FROM crm.exportacoes e WHERE e.id = pedido.id), '{"q": "***.982.247-**"}', 'nor is one in the row') FROM pedido;

-- A purpose shows them, each client counting as a reveal for who sees masks.
SELECT is((SELECT convert_from(decode(t.corpo #>> '{}', 'hex'), 'UTF8') FROM pg_temp.pedir('exportacao_parte', 9003, jsonb_build_object('id', p.extra #> '{exportacao,id}', 'n', 1)) t),
          E'CPF,Nascimento,Nome da mãe\r\n529.982.247-25,1990-01-31,"Marta ""Mãe"""\r\n111.444.777-35,,\r\n390.533.447-05,2000-02-29,''-2\r\n', 'LGPD-1 in clear for a purpose')
  FROM pg_temp.pedir('exportar', 9003, '{"format": "csv", "fields": ["cpf", "data_nascimento", "nome_mae"], "sort": "id", "finalidade": "Conferência com o cartório"}') p;
SELECT is((SELECT concat_ws('|', a.depois ->> 'finalidade', a.depois ->> 'em_claro') FROM crm.auditoria a WHERE a.acao = 'exportacao' ORDER BY a.id DESC LIMIT 1), 'Conferência com o cartório|true', 'AUDIT-1 and why');
SELECT is((SELECT count(*) FROM crm.revelacoes WHERE usuario_id = 9003), 3::bigint, 'LGPD-1 three reveals');
-- Who lost a right to what is in the file does not get it any more.
CREATE TEMP TABLE em_claro AS SELECT max(id) AS id FROM crm.exportacoes WHERE usuario_id = 9003 AND finalidade IS NOT NULL;
SELECT is((SELECT p.status FROM em_claro e, pg_temp.pedir('exportacao_baixar', 9003, jsonb_build_object('id', e.id)) p), 200, 'Z-10 with the right the file is there');
DELETE FROM crm.permissoes WHERE papel = 'operador' AND acao = 'cliente.revelar';
SELECT is((SELECT p.status FROM em_claro e, pg_temp.pedir('exportacao_baixar', 9003, jsonb_build_object('id', e.id)) p), 403, 'Z-10, LGPD-1 without it, it is not');
SELECT is((SELECT p.status FROM pedido, pg_temp.pedir('exportacao_baixar', 9003, jsonb_build_object('id', pedido.id)) p), 200, 'a masked one is');
INSERT INTO crm.permissoes (papel, acao) VALUES ('operador', 'cliente.revelar');
UPDATE crm.configuracoes SET valor = '5' WHERE chave = 'revelacao_cota';
SELECT is(pg_temp.exportar(9003, '{"fields": ["cpf"], "finalidade": "Conferência com o cartório"}'), '429 cota_revelacao', 'LGPD-1 no file goes round the quota');
SELECT is(pg_temp.exportar(9003, '{"fields": ["cpf"]}'), '200 pronta', 'masked it may');
SELECT is(pg_temp.exportar(9002, '{"fields": ["cpf"], "finalidade": "Conferência com o cartório"}'), '200 pronta', 'who sees them anyway has no quota');
SELECT is((SELECT a.depois ->> 'codigo' FROM crm.auditoria a WHERE a.acao = 'exportacao' AND a.depois ->> 'estado' = 'recusada' AND a.usuario_id = 9003), 'cota_revelacao', 'AUDIT-1 the refusal is recorded');

-- ---- limits ---------------------------------------------------------------------------

UPDATE crm.configuracoes SET valor = '2' WHERE chave = 'export_maximo';
SELECT is((SELECT concat_ws(' ', p.status, p.corpo ->> 'codigo', (p.corpo #>> '{dados,total}')::integer >= 3, p.corpo #>> '{dados,maximo}') FROM pg_temp.pedir('exportar', 9003, '{"format": "csv"}') p),
          '422 exportacao_grande t 2', 'EXPORT-1 too many, and how many');
SELECT is((SELECT concat_ws(' ', p.status, p.corpo ->> 'dica') FROM pg_temp.pedir('exportar', 9001, '{"format": "csv", "origem": "auditoria"}') p),
          '422 Escolha menos dias, um usuário, uma ação ou uma tabela, e exporte em partes.', 'EXPORT-1 how to have less of what was asked for');
SELECT is((SELECT concat_ws(' ', p.status, p.corpo -> 'dados') FROM pg_temp.pedir('exportar', 9002, '{"format": "csv", "origem": "quadro", "filters": {"por": "periodo"}}') p), '200', 'as many as may be');
SELECT is((SELECT a.depois ->> 'codigo' FROM crm.auditoria a WHERE a.acao = 'exportacao' ORDER BY a.id DESC OFFSET 1 LIMIT 1), 'exportacao_grande', 'AUDIT-1 the refusal is recorded');
UPDATE crm.configuracoes SET valor = '50000' WHERE chave = 'export_maximo';
UPDATE crm.configuracoes SET valor = '1' WHERE chave = 'export_direto';
SELECT is(pg_temp.exportar(9003, '{"filters": {"uf": "SP"}}'), '200 pronta', 'EXPORT-1 few are answered');
CREATE TEMP TABLE trabalhos AS
    SELECT n, p.status, (p.corpo ->> 'id')::bigint AS id, p.corpo, p.extra FROM generate_series(1, 6) n, LATERAL pg_temp.pedir('exportar', 9003, '{"format": "csv", "filters": {"ativo": true}}' || jsonb_build_object('sort', CASE WHEN n > 0 THEN 'id' END)) p;
SELECT is((SELECT array_agg(DISTINCT concat_ws(' ', status, corpo ->> 'estado', corpo ->> 'direta', corpo ->> 'linhas')) FROM trabalhos), '{"200 pronta true 3"}',
          'EXPORT-1 where no worker comes, so are more');
-- As they wait where one does, and come into this database with a copy.
DELETE FROM crm.exportacao_partes WHERE exportacao_id IN (SELECT id FROM trabalhos);
UPDATE crm.exportacoes SET estado = 'na_fila', direta = false, terminada_em = NULL, expira_em = NULL, linhas = NULL WHERE id IN (SELECT id FROM trabalhos);
SELECT is((SELECT concat_ws(' ', p.status, p.corpo ->> 'codigo') FROM trabalhos, pg_temp.pedir('exportacao_baixar', 9003, jsonb_build_object('id', id)) p WHERE n = 1), '409 exportacao_nao_pronta', 'no file yet');
SELECT is((SELECT concat_ws(' ', p.status, p.corpo ->> 'estado') FROM trabalhos, pg_temp.pedir('exportacao_cancelar', 9003, jsonb_build_object('id', id)) p WHERE n = 1), '200 cancelada', 'EXPORT-1 cancelled');
SELECT is((SELECT concat_ws(' ', p.status, p.corpo ->> 'estado') FROM trabalhos, pg_temp.pedir('exportacao_cancelar', 9003, jsonb_build_object('id', id)) p WHERE n = 1), '200 cancelada', 'once');
SELECT is((SELECT count(*) FROM crm.auditoria a, trabalhos t WHERE t.n = 1 AND a.acao = 'exportacao' AND a.registro_id = t.id AND a.depois ->> 'estado' = 'cancelada'), 1::bigint, 'AUDIT-1 recorded once');
SELECT is((SELECT (p.corpo ->> 'total')::integer >= 5 AND p.corpo #>> '{items,0,estado}' = 'na_fila' FROM pg_temp.pedir('exportacoes', 9003, '{}') p), true, 'the own ones, newest first');
SELECT is((SELECT p.status FROM pg_temp.pedir(f, 9004, args) p), 403, 'Z-7 who may export nothing has nothing: ' || f)
  FROM (VALUES ('exportacoes', '{}'::jsonb), ('exportacao', '{"id": 1}'), ('exportacao_baixar', '{"id": 1}'), ('exportacao_parte', '{"id": 1, "n": 1}')) v(f, args);
SELECT is((SELECT count(*) FROM pg_temp.pedir('exportacoes', 9012, '{}') p, jsonb_array_elements(p.corpo -> 'items')), 0::bigint, 'Z-5 and nobody else''s');
SELECT is((SELECT string_agg(c ->> 'campo', ' ') FROM pg_temp.pedir('exportacao_campos', 9003, '{"origem": "clientes"}') p, jsonb_array_elements(p.corpo -> 'campos') c WHERE (c ->> 'sensivel')::boolean),
          'cpf data_nascimento nome_mae', 'which columns there are');
SELECT is((SELECT p.status FROM pg_temp.pedir('exportacao_campos', 9003, '{"origem": "auditoria"}') p), 403, 'of what one may see');

-- ---- expiry ---------------------------------------------------------------------------

SET LOCAL crm.relogio_desvio = 90000;
SELECT is((SELECT concat_ws(' ', p.status, p.corpo ->> 'codigo') FROM pedido, pg_temp.pedir('exportacao_baixar', 9003, jsonb_build_object('id', pedido.id)) p), '404 exportacao_expirada', 'EXPORT-1 past its time there is no file');
SELECT is((SELECT p.corpo ->> 'estado' FROM pedido, pg_temp.pedir('exportacao', 9003, jsonb_build_object('id', pedido.id)) p), 'expirada', 'and it says so');
SELECT cmp_ok(crm.exportacoes_expirar(1000), '>', 5::bigint, 'the task deletes them');
SELECT is((SELECT count(*) FROM crm.exportacao_partes), 0::bigint, 'all parts');
SELECT is((SELECT array_agg(DISTINCT estado ORDER BY estado) FROM crm.exportacoes), '{cancelada,expirada,na_fila}', 'the rows stay');

SELECT * FROM finish();
ROLLBACK;
