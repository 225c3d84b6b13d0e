-- Import of clients out of a file: suggestions, preview, run, undo, refused rows, rights
-- (BUSCA-6, DADOS-10, AUDIT-1, LGPD-1; D-11, I-2, I-3, I-8, Z-10).
BEGIN;
SELECT no_plan();

CREATE TEMP TABLE imp (nome text PRIMARY KEY, id bigint);
CREATE FUNCTION pg_temp.enviar(chave text, texto text) RETURNS bigint LANGUAGE sql AS $$
    INSERT INTO pg_temp.imp SELECT chave, crm.importacao_criar(chave || '.csv', convert_to(texto, 'UTF8')) RETURNING id;
$$;
CREATE FUNCTION pg_temp.id(chave text) RETURNS bigint LANGUAGE sql AS 'SELECT i.id FROM pg_temp.imp i WHERE i.nome = chave';
CREATE FUNCTION pg_temp.previa(chave text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(format('%s %s %s', p.linha, p.acao,
                      (SELECT string_agg(e ->> 'campo', ',') FROM jsonb_array_elements(p.erros) e)), '; ' ORDER BY p.linha)
      FROM crm.importacao_previa(pg_temp.id(chave)) p;
$$;
CREATE FUNCTION pg_temp.contas(chave text) RETURNS text LANGUAGE sql AS $$
    SELECT format('%s: %s = %s+%s+%s+%s', estado, processadas, incluidos, atualizados, iguais, recusadas)
      FROM crm.importacoes WHERE id = pg_temp.id(chave);
$$;
CREATE FUNCTION pg_temp.cliente(c crm.cpf) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws('|', nome_completo, data_nascimento, sexo, nome_mae, celular, email, cidade, uf, cep, 'v' || versao)
      FROM crm.clientes WHERE cpf = c;
$$;

INSERT INTO crm.clientes (cpf, nome_completo, email, cidade, uf, ativo, nao_contatar) VALUES
    ('00000000191', 'Zélia Antiga', 'zelia@velho.test', 'Olinda', 'PE', true, true),
    ('11144477735', 'Igual Sempre', NULL, 'Recife', 'PE', true, false),
    ('98765432100', 'Desativada', NULL, NULL, NULL, false, false);

-- ---- a file with one row of each kind ------------------------------------------

SELECT isnt(pg_temp.enviar('tudo', E'\uFEFFcpf/cnpj;Nome Completo;Dt. Nasc.;Mãe;Fone;Município;Estado;E-mail;obs\r\n'
    '529.982.247-25;"Silva, ""Ana""";01/02/1980;Rita;81 99999-1234;Recife;pernambuco;ANA@X.TEST;a\r\n'
    '000.000.001-91;;;;;;;zelia@novo.test;b\r\n'
    '111.444.777-35;Igual Sempre;;;;Recife;pe;;\r\n'
    '987.654.321-00;Outra;;;;;;;\r\n'
    '529.982.247-25;De novo;;;;;;;\r\n'
    '123.456.789-09;;;;;;;;\r\n'
    '123.456.789-00;=1+1;31/02/1980;-2;1;@x;XX;x;\r\n'
    ';Sem CPF;;;;;;;\r\n'
    ';;;;;;;;\r\n'
    '390.533.447-05;Comprida;;;;;;;;;x\r\n'), NULL, 'a file comes in');
SELECT is((SELECT concat_ws(' ', estado, separador, codificacao, cabecalho, linhas) FROM crm.importacoes WHERE id = pg_temp.id('tudo')),
          'enviada ; utf-8 t 9', 'separator, encoding and header are found out; empty lines do not count');
SELECT is((SELECT string_agg(coalesce(c ->> 'sugestao', '-'), ' ') FROM json_array_elements(crm.importacao_json(pg_temp.id('tudo'), true) -> 'colunas') c),
          'cpf nome_completo data_nascimento nome_mae celular cidade uf email -', 'columns are suggested');
SELECT is(pg_temp.previa('tudo'), '2 incluir ; 3 atualizar ; 4 igual ; 5 recusar cpf; 6 recusar cpf; 7 recusar nome_completo; '
          '8 recusar cpf,nome_completo,data_nascimento,nome_mae,celular,email,cidade,uf; 9 recusar cpf; 11 recusar linha',
          'the preview says what each row would do and why not');
SELECT is((SELECT valores::text FROM crm.importacao_previa(pg_temp.id('tudo'), limite => 1)),
          '{"uf": "PE", "cpf": "52998224725", "email": "ana@x.test", "cidade": "Recife", "celular": "(81) 99999-1234", '
          '"nome_mae": "Rita", "nome_completo": "Silva, \"Ana\"", "data_nascimento": "1980-02-01"}', 'and the values as they would be stored');
SELECT is((SELECT count(*) FROM crm.importacao_previa(pg_temp.id('tudo'), so_acao => 'recusar', limite => 3)), 3::bigint, 'rows of one kind, some of them');
SELECT is((crm.importacao_previa_json(pg_temp.id('tudo'), NULL, NULL, NULL, NULL, 50, NULL) -> 'contagem')::text,
          '{"incluir":1,"atualizar":1,"igual":1,"recusar":6,"entram":2}', 'counts of the whole');
SELECT is((SELECT count(*) FROM crm.clientes), 3::bigint, 'a preview writes nothing');

SELECT is(crm.importacao_executar(pg_temp.id('tudo')), 'concluida', 'without a worker it runs at once');
SELECT is(pg_temp.contas('tudo'), 'concluida: 9 = 1+1+1+6', 'each row counts once');
SELECT is(pg_temp.cliente('52998224725'), 'Silva, "Ana"|1980-02-01|Rita|(81) 99999-1234|ana@x.test|Recife|PE|v1', 'the new client');
SELECT is(pg_temp.cliente('00000000191'), 'Zélia Antiga|zelia@novo.test|Olinda|PE|v2', 'an empty cell erases nothing');
SELECT is(pg_temp.cliente('11144477735'), 'Igual Sempre|Recife|PE|v1', 'who says the same keeps the versao');
SELECT is(pg_temp.cliente('98765432100'), 'Desativada|v1', 'DADOS-10 a deactivated client is not touched');
SELECT is((SELECT erros -> 0 ->> 'mensagem' FROM crm.importacao_linhas WHERE importacao_id = pg_temp.id('tudo') AND linha = 5),
          'O cliente com este CPF está desativado: reative o cadastro antes.', 'DADOS-10 and the reason says so');
SELECT is((SELECT nao_contatar FROM crm.clientes WHERE cpf = '00000000191'), true, 'D-11 whoever is not to be contacted stays so');
SELECT is((SELECT count(*) FROM crm.importacao_linhas WHERE importacao_id = pg_temp.id('tudo')), 9::bigint, 'an outcome for each row');
SELECT results_eq($$ SELECT acao, linhas, usuario_id FROM crm.auditoria WHERE tabela = 'importacoes' AND registro_id = pg_temp.id('tudo') ORDER BY id $$,
                  $$ VALUES ('importacao_envio', 9, NULL::bigint), ('importacao', 9, NULL) $$, 'AUDIT-1 file and run are recorded');
SELECT is((SELECT count(*) FROM crm.auditoria WHERE tabela = 'clientes' AND acao = 'inserir' AND depois ->> 'nome_completo' = 'Silva, "Ana"'),
          1::bigint, 'AUDIT-1 so is each client');
SELECT is_empty($$ SELECT id FROM crm.auditoria WHERE antes::text || depois::text ~ '52998224725|529\.982\.247-25' $$, 'AUDIT-1 no CPF in clear');
SELECT throws_ok(format('SELECT crm.importacao_executar(%s)', pg_temp.id('tudo')), 'CR409', NULL, 'once');
SELECT throws_ok(format('SELECT crm.importacao_cancelar(%s)', pg_temp.id('tudo')), 'CR409', NULL, 'too late to cancel');
SELECT is_empty('SELECT * FROM crm.contagens_verificar()', 'counters agree');

-- ---- refused rows: mended and imported again -------------------------------------

SELECT is(crm.importacao_recusadas(pg_temp.id('tudo')), E'\uFEFFcpf/cnpj;Nome Completo;Dt. Nasc.;Mãe;Fone;Município;Estado;E-mail;obs;motivo\r\n'
    '987.654.321-00;Outra;;;;;;;;CPF: O cliente com este CPF está desativado: reative o cadastro antes.\r\n'
    '529.982.247-25;De novo;;;;;;;;CPF: O CPF já está na linha 2 deste arquivo.\r\n'
    '123.456.789-09;;;;;;;;;"Nome: Falta o nome, e não há cliente com este CPF."\r\n'
    '123.456.789-00;"''=1+1";31/02/1980;"''-2";1;"''@x";XX;x;;"CPF: CPF inválido: os dígitos verificadores não conferem. '
    'Nome: O texto não pode começar com =, +, - ou @. Nascimento: Esta data não existe. '
    'Nome da mãe: O texto não pode começar com =, +, - ou @. Celular: O telefone deve ter DDD e 8 ou 9 algarismos. '
    'E-mail: Este não é um endereço de e-mail. Cidade: O texto não pode começar com =, +, - ou @. UF: A UF deve ser a sigla de um estado."\r\n'
    ';Sem CPF;;;;;;;;CPF: Falta o CPF.\r\n'
    '390.533.447-05;Comprida;;;;;;;;Linha: A linha tem mais colunas que o cabeçalho.;;x\r\n',
    'I-3 the refused rows with reasons, formulas made text');
SELECT pg_temp.enviar('de_novo', replace(replace(replace(crm.importacao_recusadas(pg_temp.id('tudo')),
    '123.456.789-09;;', '123.456.789-09;Agora Vai;'), '''=1+1', 'Sem Fórmula'), ';x' || E'\r\n', E'\r\n'));
SELECT is(pg_temp.previa('de_novo'), '2 recusar cpf; 3 atualizar ; 4 incluir ; '
          '5 recusar cpf,data_nascimento,nome_mae,celular,email,cidade,uf; 6 recusar cpf; 7 incluir ', 'mended rows pass, the others are refused for what is left');
SELECT is(crm.importacao_executar(pg_temp.id('de_novo')), 'concluida', 'the mended file runs');
SELECT is((SELECT count(*) FROM regexp_matches(crm.importacao_recusadas(pg_temp.id('de_novo')), 'motivo', 'g')), 1::bigint,
          'the new reasons take the place of the old ones');
SELECT is((SELECT array_agg(nome_completo::text ORDER BY nome_completo) FROM crm.clientes WHERE nome_completo IN ('Agora Vai', 'Comprida', 'De novo')),
          '{"Agora Vai",Comprida,"De novo"}', 'as if the file had been right from the start');

-- ---- undo ------------------------------------------------------------------------

SELECT pg_temp.enviar('desfazer', E'CPF,Nome,E-mail,Cidade\n39053344705,Comprida Nova,,Olinda\n11144477735,,igual@x.test,\n00000000191,Outro Nome,,\n'
    '71428793860,Nova Um,,\n87748248800,Nova Dois,,\n74697131401,Nova Tres,,\n52998224725,Ana Mudada,,\n');
SELECT is(crm.importacao_executar(pg_temp.id('desfazer'), '{"cpf": 0, "nome_completo": 1, "email": 2, "cidade": 3}'), 'concluida', 'run');
SELECT is(pg_temp.contas('desfazer'), 'concluida: 7 = 3+4+0+0', 'three new, four changed');
UPDATE crm.clientes SET cidade = 'Caruaru' WHERE cpf IN ('00000000191', '71428793860');      -- somebody edits
INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) SELECT id_cliente, crm.hoje(), 10 FROM crm.clientes WHERE cpf IN ('87748248800', '39053344705');
DELETE FROM crm.pedidos WHERE cliente_id = (SELECT id_cliente FROM crm.clientes WHERE cpf = '52998224725');
SELECT is(crm.importacao_desfazer(pg_temp.id('desfazer')), 'desfeita', 'undo');
SELECT is((SELECT format('%s %s', desfeitas, mantidas) FROM crm.importacoes WHERE id = pg_temp.id('desfazer')), '4 3', 'what was taken back and what was not is counted');
SELECT is((SELECT string_agg(linha || ' ' || coalesce(motivo_mantida, 'desfeita'), ', ' ORDER BY linha) FROM crm.importacao_linhas
            WHERE importacao_id = pg_temp.id('desfazer')),
          '2 desfeita, 3 desfeita, 4 alterado, 5 alterado, 6 com_historico, 7 desfeita, 8 desfeita', 'and listed');
SELECT is(pg_temp.cliente('39053344705'), 'Comprida|v3', 'former values are back, an order does not hinder that');
SELECT is(pg_temp.cliente('11144477735'), 'Igual Sempre|Recife|PE|v3', 'also those that were empty');
SELECT is(pg_temp.cliente('00000000191'), 'Outro Nome|zelia@novo.test|Caruaru|PE|v4', 'who was edited since is left alone');
SELECT is(pg_temp.cliente('71428793860'), 'Nova Um|Caruaru|v2', 'a new client who was edited stays');
SELECT is(pg_temp.cliente('87748248800'), 'Nova Dois|v1', 'a new client who bought stays');
SELECT is(pg_temp.cliente('74697131401'), NULL, 'a new client whom nobody touched goes');
SELECT is((SELECT antes ->> 'nome_completo' FROM crm.auditoria WHERE tabela = 'clientes' AND acao = 'excluir' ORDER BY id DESC LIMIT 1), 'Nova Tres',
          'and the audit keeps that they were there');
SELECT is((SELECT linhas FROM crm.auditoria WHERE acao = 'importacao_desfeita' AND registro_id = pg_temp.id('desfazer')), 4, 'AUDIT-1 the undo is recorded');
SELECT is(json_array_length(crm.importacao_json(pg_temp.id('desfazer'), true) -> 'mantidas_linhas'), 3, 'the API lists what was left alone');
SELECT throws_ok(format('SELECT crm.importacao_desfazer(%s)', pg_temp.id('desfazer')), 'CR409', NULL, 'once');
SELECT throws_ok(format('SELECT crm.importacao_cancelar(%s)', pg_temp.id('desfazer')), 'CR409', NULL, 'an undo is not cancelled');
SELECT is_empty('SELECT * FROM crm.contagens_verificar()', 'counters agree after the undo');

-- ---- what a spreadsheet does to numbers; encodings; no header ---------------------

SELECT is(valores ->> 'cpf' || ' ' || (valores ->> 'cep') || ' ' || acao, '01234567890 01310-100 incluir', 'zeros that a spreadsheet dropped come back')
  FROM crm.importacao_previa(pg_temp.enviar('zeros', E'cpf;nome;cep\n1234567890;Zero;1310100\n'));
SELECT is(acao, 'recusar', 'but not more than it can have dropped')
  FROM crm.importacao_previa(pg_temp.enviar('zeros2', E'cpf;nome\n191;Zero\n'));
SELECT is(valores ->> 'nome_completo', 'João', 'Windows-1252')
  FROM crm.importacao_previa(crm.importacao_criar('l.csv', convert_to(E'cpf;nome\n52998224725;João\n', 'WIN1252')));
SELECT is((SELECT codificacao FROM crm.importacoes ORDER BY id DESC LIMIT 1), 'windows-1252', 'is noticed');
SELECT is(linha || valores::text, '1{"cpf": "52998224725", "nome_completo": "Ana"}', 'without a header the caller names the columns')
  FROM crm.importacao_previa(pg_temp.enviar('sem', E'Ana\t52998224725\n'), '{"cpf": 1, "nome_completo": 0}');
SELECT is((SELECT cabecalho FROM crm.importacoes WHERE id = pg_temp.id('sem')), false, 'noticed too');
SELECT is((SELECT string_agg(valores ->> 'nome_completo', ',') FROM crm.importacao_previa(pg_temp.enviar('sep', E'cpf,nome\n52998224725,"a;b"\n'), '{"cpf": 0, "nome_completo": 1}', ',')),
          'a;b', 'a separator that is said');
SELECT is((SELECT valores ->> 'celular' FROM crm.importacao_previa(pg_temp.enviar('mais', E'cpf;nome;fone\n52998224725;a;"''+55 81 99999-1234"\n'))),
          '(81) 99999-1234', 'I-3 an apostrophe before a sign is taken away');
SELECT is(valores ->> 'nome_completo', '<img src=x onerror=alert(1)>', 'I-2 mark-up is a text as any other')
  FROM crm.importacao_previa(pg_temp.enviar('html', E'cpf;nome\n52998224725;<img src=x onerror=alert(1)>\n'));

SELECT is((SELECT json_array_length(p -> 'colunas') || (p ->> 'mapa') || (p -> 'contagem' ->> 'recusar') || json_array_length(p -> 'linhas')
             FROM crm.importacao_previa_json(pg_temp.enviar('nada', E'x;y\n1;2\n'), NULL, NULL, NULL, NULL, 50, NULL) AS p), '2{}00',
          'who has to choose yet sees the columns');
SELECT throws_ok(format('SELECT crm.importacao_executar(%s)', pg_temp.id('nada')), 'CR422', NULL, 'but nothing runs without a CPF');

-- Where there is no worker cron runs what a worker left.
UPDATE crm.importacoes SET estado = 'na_fila', mapa = '{"cpf": 0, "nome_completo": 1}' WHERE id = pg_temp.id('html');
SELECT is((SELECT feito FROM crm.tarefas('importacoes')), 1::bigint, 'crm.tarefas() does one that waits');
SELECT is(pg_temp.contas('html'), 'concluida: 1 = 0+1+0+0', 'to its end');
UPDATE crm.importacoes SET estado = 'na_fila', operacao = 'desfazer' WHERE id = pg_temp.id('html');
SELECT is((SELECT feito FROM crm.tarefas('importacoes')), 1::bigint, 'an undo too');
SELECT is((SELECT estado || desfeitas FROM crm.importacoes WHERE id = pg_temp.id('html')), 'desfeita1', 'to its end');
SELECT pg_temp.enviar('html2', E'cpf;nome\n52998224725;Ana\n');

-- The columns chosen last for the same titles are suggested.
SELECT pg_temp.enviar('memoria1', E'a1;b1\n52998224725;Ana Mudada\n');
CREATE TEMP TABLE u AS
    WITH n AS (INSERT INTO crm.usuarios (nome, email, papel, role_banco) VALUES
                   ('Imp Um', 'um@imp.test', 'gerente', 'imp_um'), ('Imp Dois', 'dois@imp.test', 'gerente', 'imp_dois'),
                   ('Imp Op', 'op@imp.test', 'operador', 'imp_op') RETURNING id, role_banco)
    SELECT * FROM n;
CREATE ROLE imp_um IN ROLE crm_gerente;
CREATE ROLE imp_dois IN ROLE crm_gerente;
CREATE ROLE imp_op IN ROLE crm_operador;
SET LOCAL ROLE imp_um;
SELECT lives_ok($$ SELECT crm.importacao_executar(crm.importacao_criar('m.csv', convert_to(E'a1;b1\n52998224725;Ana Mudada\n', 'UTF8')), '{"cpf": 0, "nome_completo": 1}') $$,
                'a gerente imports by SQL');
SELECT is((crm.importacao_previa_json(crm.importacao_criar('m.csv', convert_to(E'a1;b1\n11144477735;X\n', 'UTF8')), NULL, NULL, NULL, NULL, 1, NULL) -> 'mapa')::text,
          '{"cpf":0,"nome_completo":1}', 'what was chosen before is remembered');

SELECT is_empty($$ SELECT relname FROM pg_class WHERE relnamespace = 'crm'::regnamespace AND relname LIKE 'importac%' AND relkind = 'r'
                    AND NOT (relrowsecurity AND relforcerowsecurity) $$, 'X-7 row-level security is on and forced');

-- ---- rights ---------------------------------------------------------------------------

SELECT is((SELECT count(*) FROM crm.importacoes), 2::bigint, 'who imports sees the own imports');
SELECT isnt_empty('SELECT linha, acao FROM crm.importacao_linhas', 'and their rows');
SELECT throws_ok('SELECT conteudo FROM crm.importacao_arquivos', '42501', NULL, 'the files nobody selects');
SELECT throws_ok('SELECT antes FROM crm.importacao_linhas', '42501', NULL, 'nor former values');
SELECT throws_ok('UPDATE crm.importacoes SET estado = $q$desfeita$q$', '42501', NULL, 'nor does anybody write');
RESET ROLE;
CREATE FUNCTION pg_temp.como(papel name, comando text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', papel);
    EXECUTE comando;
    RESET ROLE;
    RETURN 'ok';
EXCEPTION WHEN OTHERS THEN
    RESET ROLE;
    RETURN SQLSTATE;
END $$;
SELECT is(pg_temp.como('imp_dois', format('SELECT crm.%s(%s)', f, (SELECT max(id) FROM crm.importacoes))), 'CR404', 'Z-10 ' || f || ' of another user''s import')
  FROM unnest(ARRAY['importacao_previa', 'importacao_executar', 'importacao_desfazer', 'importacao_cancelar', 'importacao_recusadas']) AS f;
SELECT is(pg_temp.como('imp_dois', 'DO $q$ BEGIN ASSERT NOT EXISTS (SELECT FROM crm.importacoes) AND NOT EXISTS (SELECT FROM crm.importacao_linhas); END $q$'), 'ok',
          'Z-10 nor are they seen by SELECT');
SELECT is(pg_temp.como(papel, $$ SELECT crm.importacao_criar('x.csv', 'cpf') $$), '42501', papel || ' may not import')
  FROM unnest(ARRAY['imp_op', 'crm_vendedor', 'crm_bi', 'crm_web']) AS papel;
DELETE FROM crm.permissoes WHERE papel = 'gerente' AND acao = 'cliente.importar';
SELECT is(pg_temp.como('imp_um', $$ SELECT crm.importacao_criar('x.csv', 'cpf') $$), 'CR403', 'a right that was taken away');
SELECT is(pg_temp.como('imp_um', format('SELECT crm.importacao_previa(%s)', (SELECT max(id) FROM crm.importacoes))), 'CR403', 'hides the own imports too');
INSERT INTO crm.permissoes VALUES ('gerente', 'cliente.importar');

-- LGPD-1: masked for who may import but not see.
DELETE FROM crm.permissoes WHERE papel = 'gerente' AND acao = 'cliente.ver_sensivel';
SET LOCAL ROLE imp_um;
CREATE TEMP TABLE oculto AS
    SELECT crm.importacao_previa_json(crm.importacao_criar('x.csv', convert_to(E'cpf;nome;nascimento;mae\n52998224725;Ana;01/02/1980;Rita\n11144477735;x;99/99/1980;y\n', 'UTF8')),
                                      NULL, NULL, NULL, NULL, 50, NULL)::jsonb AS p;
RESET ROLE;
SELECT is(p #>> '{linhas,0,valores}', '{"cpf": "***.982.247-**", "nome_mae": null, "nome_completo": "Ana", "data_nascimento": null}', 'LGPD-1 masked values') FROM oculto;
SELECT is(p #>> '{colunas,0,amostra}', '["***", "***"]', 'LGPD-1 masked samples') FROM oculto;
SELECT is(p #>> '{colunas,1,amostra}', '["Ana", "x"]', 'of these columns') FROM oculto;
SELECT ok(p::text !~ '52998224725|1980|Rita', 'LGPD-1 nowhere else') FROM oculto;
INSERT INTO crm.permissoes VALUES ('gerente', 'cliente.ver_sensivel');

-- ---- refusals of whole files -------------------------------------------------------------

CREATE FUNCTION pg_temp.recusa(conteudo bytea, OUT r text) LANGUAGE plpgsql AS $$
DECLARE
    codigo text;
    detalhe text;
BEGIN
    PERFORM crm.importacao_criar('x.csv', conteudo);
    r := 'aceito';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS codigo = CONSTRAINT_NAME, detalhe = PG_EXCEPTION_DETAIL;
    r := concat_ws(' ', SQLSTATE, codigo, nullif(detalhe, ''));
END $$;
SELECT is(pg_temp.recusa(conteudo), esperado, 'I-8 ' || nome)
  FROM (VALUES
    ('xlsx',                 '\x504b0304140000'::bytea,                    'CR415 formato_nao_aceito'),
    ('old spreadsheet',      '\xd0cf11e0a1b11ae1',                         'CR422 arquivo_invalido'),
    ('pdf',                  convert_to('%PDF-1.4', 'UTF8'),               'CR422 arquivo_invalido'),
    ('nothing',              '',                                           'CR422 arquivo_invalido'),
    ('blanks',               convert_to(E'\n\n', 'UTF8'),                  'CR422 arquivo_invalido'),
    ('a header alone',       convert_to(E'cpf;nome\n', 'UTF8'),            'CR422 arquivo_invalido'),
    ('UTF-16',               '\xfffe63007000',                             'CR422 arquivo_invalido'),
    ('a NUL',                convert_to(E'cpf\n1', 'UTF8') || '\x00' || convert_to(repeat('a', 200), 'UTF8'), 'CR422 arquivo_invalido {"linha":2}'),
    ('an open quote',        convert_to(E'cpf;nome\n1;a\n2;"b\n3;c\n', 'UTF8'), 'CR422 arquivo_invalido {"linha":3}'),
    ('text after a quote',   convert_to(E'cpf;nome\n1;"a" b\n', 'UTF8'),   'CR422 arquivo_invalido {"linha":2}'),
    ('201 columns',          convert_to(repeat('a;', 200) || E'b\n', 'UTF8'), 'CR422 arquivo_invalido {"linha":1}'),
    ('a huge cell',          convert_to(E'cpf\n' || repeat('a', 65537), 'UTF8'), 'CR422 arquivo_invalido {"linha":2}'),
    ('200,001 rows',         convert_to(E'cpf\n' || repeat(E'1\n', 200001), 'UTF8'), 'CR422 arquivo_invalido {"linha":200002}'),
    ('21 MB',                convert_to(repeat('a', 21 * 1024 * 1024), 'UTF8'), 'CR413 arquivo_grande')
  ) AS v(nome, conteudo, esperado);
SELECT is(pg_temp.recusa(convert_to(E'cpf\n' || repeat(E'1\n', 200000), 'UTF8')), 'aceito', '200,000 rows');
SELECT throws_ok('SELECT crm.importacao_criar($q$x$q$, NULL)', 'CR422', NULL, 'no file');
SELECT throws_ok(format('SELECT crm.importacao_previa(%s, %L)', pg_temp.id('sem'), mapa), 'CR422', NULL, 'a map that is wrong: ' || mapa)
  FROM unnest(ARRAY['{}', '{"nome_completo": 0}', '{"cpf": 0, "nome_completo": 0}', '{"cpf": 2}', '{"cpf": -1}', '{"cpf": 1.5e9}', '{"cpf": "0"}', '{"senha": 0, "cpf": 1}',
                    '[]', '5', '{"cpf": 99999999999999999999}']) AS mapa;
SELECT throws_ok(format('SELECT crm.importacao_previa(%s, NULL, %L)', pg_temp.id('sem'), s), 'CR422', NULL, 'a separator that is none: ' || s)
  FROM unnest(ARRAY['', 'x', ';;', '"']) AS s;
SELECT throws_ok(format('SELECT crm.importacao_previa(%s, NULL, NULL, %L)', pg_temp.id('sem'), 'latin1'), 'CR422', NULL, 'an encoding that is none');
SELECT throws_ok('SELECT crm.' || f || '(999999)', 'CR404', NULL, f || ' of nothing')
  FROM unnest(ARRAY['importacao_previa', 'importacao_executar', 'importacao_desfazer', 'importacao_cancelar', 'importacao_recusadas']) AS f;
SELECT throws_ok('SELECT crm.importacao_executar(NULL)', 'CR404', NULL, 'nor of NULL');

-- ---- cancelled before it runs, deleted after a while ---------------------------------------

SELECT is(crm.importacao_cancelar(pg_temp.id('zeros')), 'cancelada', 'an import that has not begun is dropped');
SELECT is_empty(format('SELECT FROM crm.importacao_arquivos WHERE importacao_id = %s', pg_temp.id('zeros')), 'with its file');
SELECT throws_ok(format('SELECT crm.importacao_executar(%s)', pg_temp.id('zeros')), 'CR409', NULL, 'and does not run');
SELECT throws_ok(format('SELECT crm.importacao_previa(%s)', pg_temp.id('zeros')), 'CR409', NULL, 'nor is there anything to see');
UPDATE crm.importacoes SET terminada_em = crm.agora() - interval '31 days' WHERE id = pg_temp.id('tudo');
UPDATE crm.importacoes SET criada_em = crm.agora() - interval '31 days' WHERE id = pg_temp.id('html2');
SELECT is((SELECT feito FROM crm.tarefas('importacoes')), 2::bigint, 'what is older than importacao_guarda is deleted');
SELECT is_empty(format('SELECT FROM crm.importacao_arquivos WHERE importacao_id IN (%s, %s)', pg_temp.id('tudo'), pg_temp.id('html2')), 'its file');
SELECT is_empty(format('SELECT FROM crm.importacao_linhas WHERE importacao_id = %s', pg_temp.id('tudo')), 'and its rows');
SELECT is((SELECT guardada::text || estado FROM crm.importacoes WHERE id = pg_temp.id('html2')), 'falsecancelada', 'one that never ran is over');
SELECT throws_ok(format('SELECT crm.importacao_desfazer(%s)', pg_temp.id('tudo')), 'CR409', NULL, 'no undo then');
SELECT throws_ok(format('SELECT crm.importacao_recusadas(%s)', pg_temp.id('tudo')), 'CR409', NULL, 'nor refused rows');
SELECT is((SELECT processadas FROM crm.importacoes WHERE id = pg_temp.id('tudo')), 9, 'the counts stay');

SELECT * FROM finish();
ROLLBACK;
