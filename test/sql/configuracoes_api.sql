-- Settings over the API: judged by the database in Portuguese, all or nothing, previewed from counts (ADM-3, F3, AUDIT-1, EVENTOS-1).
BEGIN;
SELECT no_plan();

SELECT crm.popular(300, 3, 7);

-- Every setting has a group that the screen knows.
SELECT is_empty($$ SELECT chave FROM crm.configuracoes
                    WHERE crm.configuracao_grupo(chave) NOT IN ('empresa', 'janela', 'distribuicao', 'acesso', 'limites', 'outras') $$,
                'groups');

-- What does not fit names its setting, in a sentence.
CREATE FUNCTION pg_temp.recusa(mudancas jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE campo text; mensagem text;
BEGIN
    PERFORM crm.api_configuracoes_alterar(jsonb_build_object('mudancas', mudancas));
    RETURN 'aceita';
EXCEPTION WHEN SQLSTATE 'CR422' THEN
    GET STACKED DIAGNOSTICS campo = COLUMN_NAME, mensagem = MESSAGE_TEXT;
    RETURN campo || ': ' || mensagem;
END $$;
SELECT is(pg_temp.recusa(m::jsonb), esperado, m)
  FROM (VALUES
    ('{"janela_fim": "abc"}', 'janela_fim: Use um número inteiro.'),
    ('{"janela_fim": ""}', 'janela_fim: Use um número inteiro.'),
    ('{"janela_fim": "3651"}', 'janela_fim: Use um número de 1 a 3650.'),
    ('{"bcrypt_custo": "9"}', 'bcrypt_custo: Use um número de 10 a 15.'),
    ('{"janela_inicio": "46"}', 'janela_inicio: O primeiro dia da janela (46) não pode passar do último do primeiro período (45).'),
    ('{"janela_fim": "45"}', 'janela_fim: O último dia da janela (45) tem de vir depois do último do primeiro período (45).'),
    ('{"janela_fim": "90"}', 'periodo_perdido: O último dia em risco (90) tem de vir depois do último da janela (90).'),
    ('{"fuso_horario": "Marte/Olimpo"}', 'fuso_horario: Este fuso horário não existe. Exemplo: America/Sao_Paulo.'),
    ('{"fuso_horario": "BRT3"}', 'fuso_horario: Este fuso horário não existe. Exemplo: America/Sao_Paulo.'),
    ('{"fuso_horario": "<A>99"}', 'fuso_horario: Este fuso horário não existe. Exemplo: America/Sao_Paulo.'),
    (format('{"whatsapp_modelo": "%s"}', repeat('x', 501)), 'whatsapp_modelo: Use até 500 caracteres.'),
    ('{"empresa": " "}', 'empresa: Preencha este campo.'),
    ('{"logo": "data:image/svg+xml;base64,PHN2Zz4="}', 'logo: A imagem tem de ser PNG, WebP ou JPEG.'),
    ('{"logo": "https://exemplo.test/a.png"}', 'logo: A imagem tem de ser PNG, WebP ou JPEG.'),
    ('{"nada": "1"}', 'nada: Esta configuração não existe.'),
    ('{"sessao_duracao": "604800", "sessao_limite": "300"}',
     'sessao_duracao: A validade do token não pode passar do fim absoluto da sessão.'),
    ('{}', 'mudancas: Diga o que muda.')) AS t(m, esperado);

-- All or nothing.
SELECT is(pg_temp.recusa('{"empresa": "Nova", "janela_fim": "x"}'), 'janela_fim: Use um número inteiro.', 'one bad');
SELECT is(crm.config('empresa'), 'CRM', 'the good one did not stay');

-- The preview changes nothing and agrees with counting the rows.
SELECT throws_ok($$SELECT crm.api_configuracoes_previa('{"mudancas": {"fuso_horario": "BRT3"}}')$$, 'CR422', NULL,
                 'TEMPO-1 the preview refuses a zone that saving would refuse');
SELECT lives_ok($$SELECT crm.api_configuracoes_previa('{"mudancas": {"fuso_horario": "America/Recife"}}')$$, 'and takes one that exists');
CREATE TEMP TABLE previa AS
SELECT crm.api_configuracoes_previa('{"mudancas": {"janela_inicio": "20", "janela_fim": "70"}}')::jsonb AS p;
SELECT is(crm.config('janela_fim'), '60', 'nothing changed');
SELECT is((p ->> 'elegiveis_depois')::bigint,
          (SELECT count(*) FROM crm.clientes WHERE ativo AND NOT nao_contatar AND crm.hoje() - data_ultima_compra BETWEEN 20 AND 70),
          'eligible afterwards, counted') FROM previa;
SELECT is((p ->> 'elegiveis_antes')::bigint + (p ->> 'entram')::bigint - (p ->> 'saem')::bigint, (p ->> 'elegiveis_depois')::bigint,
          'before + enter - leave = after') FROM previa;
SELECT is((SELECT sum((x ->> 'diferenca')::bigint) FILTER (WHERE x ->> 'diferenca' = ((x ->> 'depois')::bigint - (x ->> 'antes')::bigint)::text)
             FROM previa, jsonb_array_elements(p -> 'periodos') x), 0::numeric, 'the differences of the periods add up to nothing');
SELECT is((SELECT sum((x ->> 'antes')::bigint) FROM jsonb_array_elements(p -> 'periodos') AS x),
          (SELECT sum((x ->> 'depois')::bigint) FROM jsonb_array_elements(p -> 'periodos') AS x),
          'nobody gets lost between the periods') FROM previa;
SELECT is((SELECT (x ->> 'depois')::bigint FROM jsonb_array_elements(p -> 'periodos') AS x WHERE x ->> 'periodo' = '60-90'),
          (SELECT count(*) FROM crm.clientes WHERE ativo AND crm.hoje() - data_ultima_compra BETWEEN 71 AND 90),
          'a period afterwards, counted') FROM previa;
SELECT is((crm.api_configuracoes_previa('{"mudancas": {"janela_meio": "30", "janela_fim": "31"}}')::jsonb ->> 'saem')::bigint,
          (SELECT count(*) FROM crm.clientes WHERE ativo AND NOT nao_contatar AND crm.hoje() - data_ultima_compra BETWEEN 32 AND 60),
          'who leaves');
SELECT is((SELECT antes FROM crm.efeito_da_janela(30, 45, 60, 90) WHERE medida = 'elegiveis'),
          (SELECT depois FROM crm.efeito_da_janela(30, 45, 60, 90) WHERE medida = 'elegiveis'), 'no change, no effect');
SELECT throws_ok(format('SELECT * FROM crm.efeito_da_janela(%s)', limites), 'CR422', 'Os limites não estão em ordem.', limites)
  FROM unnest('{"1, 1, 1, 1","10, 5, 20, 90","0, 45, 60, 90","30, 45, 60, 2147483647","NULL, 45, 60, 90"}'::text[]) AS limites;
SELECT throws_ok($$SELECT crm.api_configuracoes_previa('{"mudancas": {"fuso_horario": "Marte/Olimpo"}}')$$, 'CR422',
                 'Este fuso horário não existe. Exemplo: America/Sao_Paulo.', 'a preview judges as the change does');

-- A change: stored, audited once each, told once.
SELECT is(pg_temp.recusa('{"empresa": "Padaria", "contato": null, "logo": "data:image/png;base64,AAAA"}'), 'aceita', 'taken');
SELECT is((SELECT array_agg(depois ->> 'chave' ORDER BY depois ->> 'chave') FROM crm.auditoria
            WHERE tabela = 'configuracoes' AND acao = 'alterar'), '{empresa,logo}', 'audited; what was so already is not');
SELECT is(crm.api_publico('{}')::jsonb ->> 'logo', 'data:image/png;base64,AAAA', 'the logo is shown before login');

-- Other bounds deal anew: nobody outside of the window is still to be called.
SELECT is(pg_temp.recusa('{"janela_fim": "50"}'), 'aceita', 'a smaller window');
SELECT is_empty($$ SELECT FROM crm.cliente_vendedor WHERE encerrada_em IS NULL AND NOT contatado AND NOT fixado
                      AND crm.hoje() - data_ultima_compra > 50 $$, 'portfolios follow');

SELECT * FROM finish();
ROLLBACK;
