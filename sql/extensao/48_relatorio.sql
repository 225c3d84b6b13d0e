-- What the reports (sql/instalar/51_relatorios.sql) need besides their views.

CREATE FUNCTION crm.interno_usuario_nome(usuario bigint) RETURNS text
    LANGUAGE sql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, crm, pg_temp
    AS $$
    SELECT u.nome FROM crm.usuarios u WHERE u.id = usuario AND crm.pode('numeros.ver');
$$;
COMMENT ON FUNCTION crm.interno_usuario_nome(bigint) IS 'Body of crm.usuario_nome().';

CREATE FUNCTION crm.usuario_nome(
    usuario bigint              -- usuarios.id
) RETURNS text                  -- NULL: no user, or not the caller's to know
    LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.usuario_nome(bigint) IS
    'Name of a user, for reports about what users did; NULL without the right numeros.ver.';

CREATE FUNCTION crm.previsao_guardar() RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    guarda   CONSTANT integer := 800;   -- days; a report asks for at most 731
    hoje     date := crm.hoje();
    escritas bigint;
BEGIN
    IF EXISTS (SELECT FROM crm.previsoes p WHERE p.feita_em = hoje) THEN
        RETURN 0;
    END IF;
    INSERT INTO crm.previsoes (feita_em, dia, limite, dias, clientes, valor)
    SELECT hoje, p.dia, p.limite, p.dias, p.clientes, p.valor
      FROM crm.previsao_de_hoje p
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS escritas = ROW_COUNT;
    DELETE FROM crm.previsoes p WHERE p.feita_em < hoje - guarda;
    RETURN escritas;
END $$;
COMMENT ON FUNCTION crm.previsao_guardar() IS
    'The task previsao: keeps the forecast of this business day, once; returns the rows written. Internal.';

-- What an export of a report is made of.
CREATE FUNCTION crm.relatorio_campos(
    nome text,                  -- as in GET /api/admin/relatorios/{nome}
    OUT visao  text,            -- view of schema crm whose rows the report is; its column dia is the period
    OUT ordem  integer,
    OUT campo  text,            -- its column
    OUT titulo text,
    OUT tipo   text             -- data, mes, texto, inteiro, moeda
) RETURNS SETOF record
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
BEGIN ATOMIC
    SELECT v.visao, row_number() OVER ()::integer, v.campo, v.titulo, v.tipo
      FROM (VALUES
        ('recuperados', 'v_relatorio_recuperados', 'dia',              'Dia',               'data'),
        ('recuperados', 'v_relatorio_recuperados', 'mes',              'Mês',               'mes'),
        ('recuperados', 'v_relatorio_recuperados', 'vendedor_id',      'Nº do vendedor',    'inteiro'),
        ('recuperados', 'v_relatorio_recuperados', 'vendedor',         'Vendedor',          'texto'),
        ('recuperados', 'v_relatorio_recuperados', 'clientes',         'Clientes',          'inteiro'),
        ('recuperados', 'v_relatorio_recuperados', 'valor',            'R$ recuperado',     'moeda'),
        ('desfechos',   'v_relatorio_desfechos',   'dia',              'Dia',               'data'),
        ('desfechos',   'v_relatorio_desfechos',   'mes',              'Mês',               'mes'),
        ('desfechos',   'v_relatorio_desfechos',   'vendedor_id',      'Nº do vendedor',    'inteiro'),
        ('desfechos',   'v_relatorio_desfechos',   'vendedor',         'Vendedor',          'texto'),
        ('desfechos',   'v_relatorio_desfechos',   'resultado',        'Resultado',         'texto'),
        ('desfechos',   'v_relatorio_desfechos',   'contatos',         'Contatos',          'inteiro'),
        ('desfechos',   'v_relatorio_desfechos',   'valor_recuperado', 'R$ recuperado',     'moeda'),
        ('funil',       'v_relatorio_funil',       'dia',              'Dia',               'data'),
        ('funil',       'v_relatorio_funil',       'mes',              'Mês',               'mes'),
        ('funil',       'v_relatorio_funil',       'vendedor_id',      'Nº do vendedor',    'inteiro'),
        ('funil',       'v_relatorio_funil',       'vendedor',         'Vendedor',          'texto'),
        ('funil',       'v_relatorio_funil',       'recebidos',        'Recebidos',         'inteiro'),
        ('funil',       'v_relatorio_funil',       'contatados',       'Contatados',        'inteiro'),
        ('funil',       'v_relatorio_funil',       'responderam',      'Responderam',       'inteiro'),
        ('funil',       'v_relatorio_funil',       'recuperados',      'Recuperados',       'inteiro'),
        ('funil',       'v_relatorio_funil',       'sem_contato',      'Compraram sem contato', 'inteiro'),
        ('funil',       'v_relatorio_funil',       'valor_recuperado', 'R$ recuperado',     'moeda'),
        ('buscas',      'v_relatorio_buscas',      'dia',              'Dia',               'data'),
        ('buscas',      'v_relatorio_buscas',      'mes',              'Mês',               'mes'),
        ('buscas',      'v_relatorio_buscas',      'usuario_id',       'Nº do usuário',     'inteiro'),
        ('buscas',      'v_relatorio_buscas',      'usuario',          'Usuário',           'texto'),
        ('buscas',      'v_relatorio_buscas',      'papel',            'Papel',             'texto'),
        ('buscas',      'v_relatorio_buscas',      'buscas',           'Buscas',            'inteiro'),
        ('exportacoes', 'v_relatorio_exportacoes', 'dia',              'Dia',               'data'),
        ('exportacoes', 'v_relatorio_exportacoes', 'mes',              'Mês',               'mes'),
        ('exportacoes', 'v_relatorio_exportacoes', 'usuario_id',       'Nº do usuário',     'inteiro'),
        ('exportacoes', 'v_relatorio_exportacoes', 'usuario',          'Usuário',           'texto'),
        ('exportacoes', 'v_relatorio_exportacoes', 'origem',           'O quê',             'texto'),
        ('exportacoes', 'v_relatorio_exportacoes', 'formato',          'Formato',           'texto'),
        ('exportacoes', 'v_relatorio_exportacoes', 'exportacoes',      'Exportações',       'inteiro'),
        ('exportacoes', 'v_relatorio_exportacoes', 'falhas',           'Falhas',            'inteiro'),
        ('exportacoes', 'v_relatorio_exportacoes', 'linhas',           'Linhas',            'inteiro'),
        ('exportacoes', 'v_relatorio_exportacoes', 'bytes',            'Bytes',             'inteiro'),
        ('previsao',    'v_previsao',              'dia',              'Dia',               'data'),
        ('previsao',    'v_previsao',              'limite',           'Limite (dias)',     'inteiro'),
        ('previsao',    'v_previsao',              'dias',             'Dias sem comprar',  'inteiro'),
        ('previsao',    'v_previsao',              'periodo',          'Entra no período',  'texto'),
        ('previsao',    'v_previsao',              'clientes',         'Clientes',          'inteiro'),
        ('previsao',    'v_previsao',              'valor',            'R$ em risco',       'moeda')
      ) AS v(nome, visao, campo, titulo, tipo)
     WHERE v.nome = relatorio_campos.nome;
END;
COMMENT ON FUNCTION crm.relatorio_campos(text) IS
    'The view behind a report and its columns in order, with titles and kinds. No row: no such report.';
