-- What can be exported: per origem the columns, and the rows that the screen of the
-- same filters shows, in its order. Everything here is text of SQL put together from
-- fixed pieces; values get into it by %L alone. Rights are judged here too.

-- ---- columns --------------------------------------------------------------------------

-- tipo: texto, fixo (text that never begins like a formula), inteiro, decimal, moeda,
-- percentual, data, datahora, booleano. expressao speaks of c (clientes), v (their
-- assignment), s (its vendedor), a (auditoria), u (its usuario), r (a report).
CREATE FUNCTION crm.exportacao_colunas(
    origem        text,
    filtros       jsonb,
    OUT posicao   integer,
    OUT campo     text,
    OUT titulo    text,
    OUT tipo      text,
    OUT largura   integer,      -- characters
    OUT padrao    boolean,      -- chosen when nothing is said
    OUT sensivel  boolean,      -- in clear only for a purpose
    OUT expressao text,
    OUT em_claro  text          -- the same for a purpose; NULL: expressao
) RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 30
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    visao text;
BEGIN
    IF origem = 'relatorio' THEN
        visao := crm.exportacao_visao(filtros);
        RETURN QUERY
            SELECT att.attnum::integer, att.attname::text,
                   crm.exportacao_titulo(att.attname),
                   CASE WHEN att.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) THEN 'inteiro'
                        WHEN att.atttypid = 'numeric'::regtype AND att.attname ~ '^(valor|risco|media)' THEN 'moeda'
                        WHEN att.atttypid = 'numeric'::regtype AND att.attname ~ '^(taxa|percentual)' THEN 'percentual'
                        WHEN att.atttypid IN ('numeric'::regtype, 'float8'::regtype) THEN 'decimal'
                        WHEN att.atttypid = 'date'::regtype THEN 'data'
                        WHEN att.atttypid = 'timestamptz'::regtype THEN 'datahora'
                        WHEN att.atttypid = 'bool'::regtype THEN 'booleano'
                        ELSE 'texto' END,
                   CASE WHEN att.atttypid IN ('text'::regtype, 'varchar'::regtype) THEN 24 ELSE 14 END,
                   att.attname !~ '_id$', false,
                   CASE WHEN att.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype, 'float8'::regtype,
                                              'date'::regtype, 'timestamptz'::regtype, 'bool'::regtype)
                        THEN format('r.%I', att.attname) ELSE format('r.%I::text', att.attname) END,
                   NULL::text
              FROM pg_attribute att
             WHERE att.attrelid = visao::regclass AND att.attnum > 0 AND NOT att.attisdropped
             ORDER BY att.attnum;
        RETURN;
    END IF;

    RETURN QUERY
        SELECT x.posicao, x.campo, x.titulo, x.tipo, x.largura, x.padrao, x.em_claro IS NOT NULL, x.expressao, x.em_claro
          FROM (VALUES
            (10, '{carteira}'::text[], 'coluna', 'Coluna', 'fixo', 18, true,
                format('CASE WHEN v.encerrada_em IS NOT NULL THEN ''Recuperado'' WHEN v.contatado THEN ''Contatado'''
                       ' WHEN v.data_ultima_compra >= %L THEN %L ELSE %L END',
                       crm.hoje() - crm.config('janela_meio')::integer,
                       format('A contatar %s–%s', crm.config('janela_inicio'), crm.config('janela_meio')),
                       format('A contatar %s–%s', crm.config('janela_meio')::integer + 1, crm.config('janela_fim'))), NULL),
            (11, '{clientes,carteira,quadro,periodo}', 'id_cliente', 'Código', 'inteiro', 10, false, 'c.id_cliente', NULL),
            (12, '{clientes,carteira,quadro,periodo}', 'nome_completo', 'Nome', 'texto', 36, true, 'c.nome_completo::text', NULL),
            (13, '{clientes,carteira,quadro,periodo}', 'cpf', 'CPF', 'fixo', 16, true,
                'crm.cpf_mascara(c.cpf)', 'crm.cpf_formatado(c.cpf)'),
            (14, '{clientes,carteira,quadro,periodo}', 'data_nascimento', 'Nascimento', 'data', 12, false,
                'NULL::date', 'c.data_nascimento'),
            (15, '{clientes,carteira,quadro,periodo}', 'idade', 'Idade', 'inteiro', 8, false,
                format('extract(year FROM age(%L::date, c.data_nascimento))::integer', crm.hoje()), NULL),
            (16, '{clientes,carteira,quadro,periodo}', 'sexo', 'Sexo', 'fixo', 6, false, 'c.sexo::text', NULL),
            (17, '{clientes,carteira,quadro,periodo}', 'nome_mae', 'Nome da mãe', 'texto', 36, false,
                'NULL::text', 'c.nome_mae::text'),
            (18, '{clientes,carteira,quadro,periodo}', 'celular', 'Celular', 'texto', 18, true, 'c.celular::text', NULL),
            (19, '{clientes,carteira,quadro,periodo}', 'email', 'E-mail', 'texto', 30, true, 'c.email::text', NULL),
            (20, '{clientes,carteira,quadro,periodo}', 'cidade', 'Cidade', 'texto', 22, true, 'c.cidade::text', NULL),
            (21, '{clientes,carteira,quadro,periodo}', 'uf', 'UF', 'fixo', 5, true, 'c.uf::text', NULL),
            (22, '{clientes,carteira,quadro,periodo}', 'cep', 'CEP', 'fixo', 11, false, 'c.cep::text', NULL),
            (23, '{clientes,carteira,quadro,periodo}', 'data_ultima_compra', 'Última compra', 'data', 14, true, 'c.data_ultima_compra', NULL),
            (24, '{clientes,carteira,quadro,periodo}', 'dias_sem_comprar', 'Dias sem comprar', 'inteiro', 10, true,
                'crm.dias_sem_comprar(c.data_ultima_compra)', NULL),
            (25, '{clientes,carteira,quadro,periodo}', 'periodo', 'Período', 'fixo', 11, false, 'crm.periodo_de(c.data_ultima_compra)', NULL),
            (26, '{clientes,carteira,quadro,periodo}', 'situacao', 'Situação', 'fixo', 12, true,
                'CASE crm.situacao(c.data_ultima_compra) WHEN ''ativo'' THEN ''Ativo'' WHEN ''elegivel'' THEN ''Elegível'''
                ' WHEN ''inativo'' THEN ''Inativo'' ELSE ''Sem compra'' END', NULL),
            (27, '{clientes,carteira,quadro,periodo}', 'status', 'Status', 'fixo', 12, true,
                'CASE c.status WHEN ''disponivel'' THEN ''Disponível'' WHEN ''atribuido'' THEN ''Atribuído'' ELSE ''Contatado'' END', NULL),
            (28, '{clientes,carteira,quadro,periodo}', 'ativo', 'Cadastro ativo', 'booleano', 9, false, 'c.ativo', NULL),
            (29, '{clientes,carteira,quadro,periodo}', 'nao_contatar', 'Não contatar', 'booleano', 9, false, 'c.nao_contatar', NULL),
            (30, '{clientes,carteira,quadro,periodo}', 'valor_total', 'Total de compras', 'moeda', 16, true, 'c.valor_total', NULL),
            (31, '{clientes,carteira,quadro,periodo}', 'vendedor', 'Vendedor', 'texto', 24, true, 's.nome::text', NULL),
            (32, '{carteira,quadro,periodo}', 'data_atribuicao', 'Atribuído em', 'datahora', 18, false, 'v.data_atribuicao', NULL),
            (33, '{carteira,quadro,periodo}', 'fixado', 'Fixado', 'booleano', 8, false, 'v.fixado', NULL),
            (34, '{carteira,quadro,periodo}', 'contatado', 'Contatado', 'booleano', 10, false, 'v.contatado', NULL),
            (35, '{carteira,quadro,periodo}', 'data_contato', 'Contato em', 'datahora', 18, false, 'v.data_contato', NULL),
            (36, '{carteira,quadro,periodo}', 'resultado', 'Resultado', 'fixo', 16, false,
                'CASE v.resultado WHEN ''contatado'' THEN ''Contatado'' WHEN ''sem_resposta'' THEN ''Sem resposta'''
                ' WHEN ''recusou'' THEN ''Recusou'' WHEN ''interessado'' THEN ''Interessado'''
                ' WHEN ''numero_errado'' THEN ''Número errado'' WHEN ''recuperado'' THEN ''Recuperado'' END', NULL),
            (37, '{carteira,quadro,periodo}', 'observacoes', 'Observações', 'texto', 40, false, 'v.observacoes::text', NULL),
            (38, '{carteira,quadro,periodo}', 'retornar_em', 'Retornar em', 'data', 12, false, 'v.retornar_em', NULL),
            (39, '{carteira,quadro,periodo}', 'proximo_passo', 'Próximo passo', 'texto', 30, false, 'v.proximo_passo::text', NULL),
            (40, '{carteira}', 'valor_recuperado', 'Valor recuperado', 'moeda', 16, false, 'v.valor_recuperado', NULL),
            (41, '{clientes,carteira,quadro,periodo}', 'criado_em', 'Cadastrado em', 'datahora', 18, false, 'c.created_at', NULL),
            (50, '{auditoria}', 'id', 'Número', 'inteiro', 10, true, 'a.id', NULL),
            (51, '{auditoria}', 'quando', 'Quando', 'datahora', 18, true, 'a.quando', NULL),
            (52, '{auditoria}', 'usuario', 'Usuário', 'texto', 24, true, 'u.nome::text', NULL),
            (53, '{auditoria}', 'usuario_id', 'Código do usuário', 'inteiro', 10, false, 'a.usuario_id', NULL),
            (54, '{auditoria}', 'papel', 'Papel', 'fixo', 14, true, 'a.papel', NULL),
            (55, '{auditoria}', 'role_banco', 'Papel no banco', 'texto', 16, false, 'a.role_banco::text', NULL),
            (56, '{auditoria}', 'acao', 'Ação', 'texto', 18, true, 'a.acao', NULL),
            (57, '{auditoria}', 'tabela', 'Tabela', 'texto', 18, true, 'a.tabela', NULL),
            (58, '{auditoria}', 'registro_id', 'Registro', 'inteiro', 12, true, 'a.registro_id', NULL),
            (59, '{auditoria}', 'linhas', 'Linhas', 'inteiro', 8, true, 'a.linhas', NULL),
            (60, '{auditoria}', 'endereco', 'Endereço', 'texto', 18, true, 'a.endereco', NULL),
            (61, '{auditoria}', 'requisicao', 'Requisição', 'texto', 24, false, 'a.requisicao', NULL),
            (62, '{auditoria}', 'antes', 'Antes', 'texto', 40, true, 'a.antes::text', NULL),
            (63, '{auditoria}', 'depois', 'Depois', 'texto', 40, true, 'a.depois::text', NULL)
          ) AS x(posicao, origens, campo, titulo, tipo, largura, padrao, expressao, em_claro)
         WHERE exportacao_colunas.origem = ANY (x.origens)
         ORDER BY x.posicao;
END $$;
COMMENT ON FUNCTION crm.exportacao_colunas(text, jsonb) IS 'Columns of an origem and how they are read. Internal.';

-- The view of a report by its name: crm.v_relatorio_<nome>, or v_previsao…; the
-- forecast of a seller's clients, v_previsao_carteira.
CREATE FUNCTION crm.exportacao_visao(filtros jsonb) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    nome  text := filtros ->> 'nome';
    visao text := CASE WHEN nome = 'previsao' AND filtros ? 'vendedor_id' THEN 'crm.v_previsao_carteira'
                       WHEN nome LIKE 'previsao%' THEN 'crm.v_' || nome ELSE 'crm.v_relatorio_' || nome END;
BEGIN
    IF nome IS NULL THEN
        PERFORM crm.falha(422, 'campo_obrigatorio', 'filters.nome', 'Diga qual relatório.');
    END IF;
    IF nome !~ '^[a-z][a-z_]{0,40}$' OR to_regclass(visao) IS NULL THEN
        PERFORM crm.falha(404, 'relatorio_inexistente', 'filters.nome', 'Este relatório não existe.');
    END IF;
    RETURN visao;
END $$;
COMMENT ON FUNCTION crm.exportacao_visao(jsonb) IS 'The view of the report that filtros names; CR404 relatorio_inexistente. Internal.';

-- A report as its file is entitled.
CREATE FUNCTION crm.exportacao_relatorio(nome text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN coalesce(
        (SELECT t.titulo
           FROM (VALUES ('recuperados', 'clientes recuperados'), ('desfechos', 'desfechos dos contatos'), ('buscas', 'buscas por dia'),
                        ('exportacoes', 'exportações'), ('previsao', 'previsão'),
                        ('previsao_acompanhamento', 'previsão e o que houve')) AS t(nome, titulo)
          WHERE t.nome = exportacao_relatorio.nome),
        replace(nome, '_', ' '));
COMMENT ON FUNCTION crm.exportacao_relatorio(text) IS 'Name of a report as people read it. Internal.';

-- Titles of columns of reports, of their names.
CREATE FUNCTION crm.exportacao_titulo(nome text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN coalesce(
        (SELECT t.titulo
           FROM (VALUES ('mes', 'Mês'), ('periodo', 'Período'), ('situacao', 'Situação'), ('vendedor_id', 'Código do vendedor'),
                        ('usuario', 'Usuário'), ('usuario_id', 'Código do usuário'), ('valor', 'Valor'), ('acao', 'Ação'),
                        ('valor_recuperado', 'Valor recuperado'), ('valor_em_risco', 'Valor em risco'), ('exportacoes', 'Exportações'),
                        ('formato', 'Formato'), ('previsao', 'Previsão'), ('proporcao', 'Proporção'), ('atribuicoes', 'Atribuições'),
                        ('antecedencia', 'Antecedência')
                ) AS t(campo, titulo)
          WHERE t.campo = nome),
        upper(left(nome, 1)) || replace(substr(nome, 2), '_', ' '));
COMMENT ON FUNCTION crm.exportacao_titulo(text) IS 'Title of a column of a report. Internal.';

-- ---- filters --------------------------------------------------------------------------

-- What the screens send besides filters is passed over.
CREATE FUNCTION crm.exportacao_filtros(
    origem  text,
    filtros jsonb
) RETURNS jsonb                 -- names known, values texts
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    inteiro CONSTANT text := '^[1-9][0-9]{0,17}$';
    dia     CONSTANT text := '^(19|2[01])[0-9]{2}-[0-9]{2}-[0-9]{2}$';
    regras  CONSTANT jsonb := jsonb_build_object(
        'carteira',  jsonb_build_object('id', inteiro, 'vendedor_id', inteiro,
                                        'coluna', '^(a_contatar_30_45|a_contatar_46_60|contatado|recuperado)$'),
        'quadro',    jsonb_build_object('por', '^(periodo|vendedor)$', 'vendedor_id', inteiro,
                                        'coluna', '^(30-45|45-60|60-90|>90|sem_vendedor|[1-9][0-9]{0,17})$',
                                        'status', '^(disponivel|atribuido|contatado)$',
                                        'situacao', '^(ativo|elegivel|inativo|sem_compra)$'),
        'periodo',   jsonb_build_object('periodo', '^(30-45|45-60|60-90|>90)$', 'vendedor_id', inteiro),
        'relatorio', jsonb_build_object('nome', '^[a-z][a-z_]{0,40}$', 'de', dia, 'ate', dia, 'vendedor_id', inteiro),
        'auditoria', jsonb_build_object('de', dia, 'ate', dia, 'usuario_id', inteiro, 'acao', '^.{1,60}$',
                                        'tabela', '^.{1,60}$', 'registro_id', inteiro, 'chave', '^.{1,60}$',
                                        'requisicao', '^.{1,100}$')) -> origem;
    limpos  jsonb := '{}';
    f       record;
BEGIN
    FOR f IN SELECT e.key AS chave, e.value AS valor, e.value #>> '{}' AS texto FROM jsonb_each(filtros) e ORDER BY e.key
    LOOP
        CONTINUE WHEN f.chave IN ('page', 'size', 'cursor', 'sort', 'por_coluna') OR coalesce(f.texto, '') = '';
        IF NOT regras ? f.chave THEN
            PERFORM crm.falha(422, 'campo_desconhecido', 'filters.' || left(f.chave, 40), 'Este filtro não existe aqui.');
        END IF;
        IF jsonb_typeof(f.valor) NOT IN ('string', 'number') OR f.texto !~ (regras ->> f.chave) THEN
            PERFORM crm.falha(422, 'campo_invalido', 'filters.' || f.chave, 'O valor deste filtro não é válido.');
        END IF;
        IF regras ->> f.chave = dia THEN
            BEGIN
                PERFORM f.texto::date;
            EXCEPTION WHEN data_exception THEN
                PERFORM crm.falha(422, 'campo_invalido', 'filters.' || f.chave, 'Este dia não existe.');
            END;
        END IF;
        limpos := limpos || jsonb_build_object(f.chave, f.texto);
    END LOOP;
    RETURN limpos;
END $$;
COMMENT ON FUNCTION crm.exportacao_filtros(text, jsonb) IS
    'Filters of all origens but clientes, judged. CR422 names the filter. Internal.';

-- CPFs in what was asked for do not stay.
CREATE FUNCTION crm.exportacao_mascarar(filtros jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN (SELECT coalesce(jsonb_object_agg(e.key, CASE
                WHEN jsonb_typeof(e.value) NOT IN ('string', 'number')
                     OR e.value #>> '{}' ~ '^\*\*\*(\.[0-9]{3}\.[0-9]{3}-\*\*)?$' THEN e.value
                -- Elsewhere it is a slip of the hand; without its signs a celular looks alike.
                WHEN e.key NOT IN ('q', 'cpf') AND d.texto ~ CASE e.key WHEN 'celular' THEN '\d{3}\.\d{3}\.\d{3}-?\d{2}'
                                                             ELSE '(^|\D)\d{3}[. ]?\d{3}[. ]?\d{3}[- ]?\d{2}($|\D)' END THEN '"***"'
                WHEN e.key NOT IN ('q', 'cpf') THEN e.value
                WHEN length(d.digitos) = 11
                THEN to_jsonb('***.' || substr(d.digitos, 4, 3) || '.' || substr(d.digitos, 7, 3) || '-**')
                WHEN e.key = 'cpf' OR length(d.digitos) > 5 THEN '"***"'
                ELSE e.value END), '{}')
              FROM jsonb_each(filtros) e,
                   LATERAL (SELECT n.texto, regexp_replace(n.texto, '[^0-9]', '', 'g') AS digitos
                              FROM (SELECT normalize(e.value #>> '{}', NFKC) AS texto) n) d);
COMMENT ON FUNCTION crm.exportacao_mascarar(jsonb) IS 'Filters without CPFs. Internal.';

-- ---- rows -----------------------------------------------------------------------------

-- All clients of a search, in its order. The caller is judged as by the search itself.
CREATE FUNCTION crm.exportacao_pesquisar(
    args      jsonb,            -- of crm.api_pesquisar_clientes(), judged
    maximo    integer,
    OUT total bigint,
    OUT exato boolean           -- false: an estimate, more than maximo
) LANGUAGE C STABLE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_exportacao_pesquisar';
COMMENT ON FUNCTION crm.exportacao_pesquisar(jsonb, integer) IS
    'Finds all clients that answer a search, when they are at most maximo, and keeps them for the transaction: '
    'crm.exportacao_achados(), crm.exportacao_lugar(). Internal.';

CREATE FUNCTION crm.exportacao_achados() RETURNS bigint[]
    LANGUAGE C STABLE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_exportacao_achados';
COMMENT ON FUNCTION crm.exportacao_achados() IS 'Ids of the clients that the last crm.exportacao_pesquisar() found, in order. Internal.';

CREATE FUNCTION crm.exportacao_lugar(id bigint) RETURNS integer
    LANGUAGE C STABLE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_exportacao_lugar';
COMMENT ON FUNCTION crm.exportacao_lugar(bigint) IS
    'Place of a client among those of the last crm.exportacao_pesquisar(), from 1; NULL: not found. Internal.';

-- FROM … WHERE … and the order of the clients of that search.
CREATE FUNCTION crm.exportacao_fonte_clientes(
    total      bigint,
    expressoes text,            -- what is read of them
    OUT de     text,
    OUT ordem  text
) LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    uma_em CONSTANT integer := 30;      -- a client fetched costs as much as so many read in turn
BEGIN
    IF total * uma_em >= (SELECT t.reltuples FROM pg_class t WHERE t.oid = 'crm.clientes'::regclass) THEN
        de := 'crm.clientes c';
        ordem := 'crm.exportacao_lugar(c.id_cliente)';
    ELSE
        -- By OFFSET 0 one after the other, in order; the planner would make a table of all clients first.
        de := 'unnest(crm.exportacao_achados()) WITH ORDINALITY AS q(id, n),'
              ' LATERAL (SELECT * FROM crm.clientes x WHERE x.id_cliente = q.id OFFSET 0) AS c';
        ordem := 'q.n';
    END IF;
    IF expressoes ~ '\m[vs]\.' THEN
        de := de || ' LEFT JOIN crm.cliente_vendedor v ON v.cliente_id = c.id_cliente AND v.encerrada_em IS NULL'
                 || CASE WHEN crm.pode('carteira.ver_todas') THEN '' ELSE format(' AND v.vendedor_id = %s', crm.usuario_id()) END
                 || ' LEFT JOIN crm.vendedores s ON s.id = v.vendedor_id';
    END IF;
    de := de || CASE ordem WHEN 'q.n' THEN ' WHERE true' ELSE format(' WHERE %s IS NOT NULL', ordem) END;
END $$;
COMMENT ON FUNCTION crm.exportacao_fonte_clientes(bigint, text) IS
    'FROM, WHERE and ORDER BY of the clients that the last crm.exportacao_pesquisar() found. Internal.';

-- FROM … WHERE … and the order of the rows of an origem for these filters. Raises
-- CR403 unless who acts may see them all.
CREATE FUNCTION crm.exportacao_fonte(
    origem     text,
    filtros    jsonb,           -- of crm.exportacao_filtros()
    OUT de     text,
    OUT ordem  text
) LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    hoje     CONSTANT date := crm.hoje();
    fuso     CONSTANT text := crm.config('fuso_horario');
    meio     CONSTANT date := hoje - crm.config('janela_meio')::integer;
    vendedor bigint := coalesce(filtros ->> 'vendedor_id', filtros ->> 'id');
    pedido   text := coalesce(filtros ->> 'periodo', filtros ->> 'coluna');
    dias     date[];
    visao    text;
    onde     text;
    quem     name;
BEGIN
    CASE
    WHEN origem = 'carteira' THEN
        vendedor := coalesce(vendedor, crm.usuario_id());
        PERFORM crm.exigir_vendedor(vendedor, 'carteira.ver_todas');
        PERFORM crm.exigir_que_vendedor_exista(vendedor);
        de := format('crm.cliente_vendedor v JOIN crm.clientes c ON c.id_cliente = v.cliente_id'
                     ' JOIN crm.vendedores s ON s.id = v.vendedor_id WHERE v.vendedor_id = %s AND ', vendedor)
              || CASE pedido
                 WHEN 'recuperado' THEN 'v.encerrada_em IS NOT NULL AND '
                 WHEN 'contatado' THEN 'v.encerrada_em IS NULL AND v.contatado AND '
                 WHEN 'a_contatar_30_45' THEN format('v.encerrada_em IS NULL AND NOT v.contatado AND v.data_ultima_compra >= %L AND ', meio)
                 WHEN 'a_contatar_46_60' THEN format('v.encerrada_em IS NULL AND NOT v.contatado'
                                                     ' AND (v.data_ultima_compra < %L OR v.data_ultima_compra IS NULL) AND ', meio)
                 ELSE '' END
              || format('(v.encerrada_em IS NULL OR v.resultado = ''recuperado'' AND v.encerrada_em >= %L)',
                        (hoje - crm.config('recuperado_dias')::integer)::timestamp AT TIME ZONE fuso);
        ordem := format('CASE WHEN v.encerrada_em IS NOT NULL THEN 4 WHEN v.contatado THEN 3'
                        ' WHEN v.data_ultima_compra >= %L THEN 1 ELSE 2 END,'
                        ' v.encerrada_em DESC, v.data_ultima_compra, v.id', meio);

    WHEN origem = 'periodo' OR origem = 'quadro' AND filtros ->> 'por' = 'periodo' THEN
        PERFORM crm.exigir('painel.ver');
        IF vendedor IS NOT NULL THEN
            PERFORM crm.exigir_que_vendedor_exista(vendedor);
        END IF;
        IF pedido NOT IN ('30-45', '45-60', '60-90', '>90') THEN
            PERFORM crm.falha(404, 'coluna_inexistente', 'filters.coluna', 'Esta coluna não existe.');
        END IF;
        -- Who leaves the period first comes first; in '>90', who left last.
        de := format('(VALUES (1, ''30-45'', %L::date, %L::date), (2, ''45-60'', %L, %L), (3, ''60-90'', %L, %L),'
                     ' (4, ''>90'', ''0001-01-01'', %L)) AS p(i, periodo, de, ate)',
                     meio, hoje - crm.config('janela_inicio')::integer,
                     hoje - crm.config('janela_fim')::integer, meio - 1,
                     hoje - crm.config('periodo_perdido')::integer, hoje - crm.config('janela_fim')::integer - 1,
                     hoje - crm.config('periodo_perdido')::integer - 1)
              || CASE WHEN vendedor IS NULL
                 THEN ' JOIN crm.clientes c ON c.data_ultima_compra BETWEEN p.de AND p.ate AND c.ativo'
                      ' LEFT JOIN crm.cliente_vendedor v ON v.cliente_id = c.id_cliente AND v.encerrada_em IS NULL'
                      ' LEFT JOIN crm.vendedores s ON s.id = v.vendedor_id'
                 ELSE format(' JOIN crm.cliente_vendedor v ON v.vendedor_id = %s AND v.encerrada_em IS NULL'
                             ' AND v.data_ultima_compra BETWEEN p.de AND p.ate'
                             ' JOIN crm.clientes c ON c.id_cliente = v.cliente_id'
                             ' JOIN crm.vendedores s ON s.id = v.vendedor_id', vendedor) END
              || ' WHERE ' || CASE WHEN pedido IS NULL THEN 'true' ELSE format('p.periodo = %L', pedido) END;
        ordem := CASE WHEN vendedor IS NULL
                 THEN 'p.i, CASE WHEN p.i = 4 THEN p.ate - c.data_ultima_compra ELSE c.data_ultima_compra - p.de END,'
                      ' CASE WHEN p.i = 4 THEN -c.id_cliente ELSE c.id_cliente END'
                 ELSE 'p.i, CASE WHEN p.i = 4 THEN p.ate - v.data_ultima_compra ELSE v.data_ultima_compra - p.de END, v.cliente_id' END;

    WHEN origem = 'quadro' THEN
        PERFORM crm.exigir('painel.ver');
        IF pedido <> 'sem_vendedor' THEN
            IF pedido !~ '^[0-9]+$' THEN
                PERFORM crm.falha(404, 'coluna_inexistente', 'filters.coluna', 'Esta coluna não existe.');
            END IF;
            PERFORM crm.exigir_que_vendedor_exista(pedido::bigint);
        END IF;
        SELECT l.dias INTO dias FROM crm.ler_sem_vendedor() l;
        de := format('(SELECT x.cliente_id AS id FROM crm.cliente_vendedor x WHERE x.encerrada_em IS NULL AND %s'
                     ' UNION ALL SELECT x.id_cliente FROM crm.clientes x WHERE %s AND x.data_ultima_compra = ANY (%L::date[])'
                     ' AND x.status = ''disponivel'' AND x.ativo AND NOT x.nao_contatar) AS q'
                     ' JOIN crm.clientes c ON c.id_cliente = q.id'
                     ' LEFT JOIN crm.cliente_vendedor v ON v.cliente_id = q.id AND v.encerrada_em IS NULL'
                     ' LEFT JOIN crm.vendedores s ON s.id = v.vendedor_id WHERE true',
                     CASE WHEN pedido IS NULL THEN 'true' WHEN pedido = 'sem_vendedor' THEN 'false'
                          ELSE 'x.vendedor_id = ' || pedido END,
                     CASE WHEN pedido IS NULL OR pedido = 'sem_vendedor' THEN 'true' ELSE 'false' END, dias);
        ordem := 's.nome NULLS FIRST, s.id, v.contatado, c.data_ultima_compra, coalesce(v.id, c.id_cliente)';

    WHEN origem = 'relatorio' THEN
        PERFORM crm.exigir('relatorio.ver');
        visao := crm.exportacao_visao(filtros);
        -- Who sold, or who did it.
        SELECT att.attname INTO quem
          FROM pg_attribute att
         WHERE att.attrelid = visao::regclass
           AND att.attname IN ('vendedor_id', 'usuario_id');
        de := format('%s AS r WHERE true', visao)
              || coalesce((SELECT string_agg(CASE f.key
                                  WHEN 'de' THEN format(' AND r.dia >= %L', f.value)
                                  WHEN 'ate' THEN format(' AND r.dia <= %L', f.value)
                                  ELSE format(' AND r.%I = %L', quem, f.value) END, '')
                             FROM jsonb_each_text(filtros - 'nome') f
                            -- Of the forecast they are the days of what came true.
                            WHERE f.key = 'vendedor_id' OR filtros ->> 'nome' <> 'previsao'), '');
        ordem := coalesce((SELECT string_agg(format('r.%I', att.attname), ', ' ORDER BY att.attnum)
                             FROM pg_attribute att
                            WHERE att.attrelid = visao::regclass AND att.attnum > 0 AND NOT att.attisdropped
                              AND att.attname IN ('dia', 'mes', 'vendedor', 'vendedor_id', 'ordem', 'etapa', 'resultado', 'limite',
                                                  'origem', 'formato')), 'true');

    WHEN origem = 'auditoria' THEN
        PERFORM crm.exigir('auditoria.ver');
        IF (filtros ? 'registro_id' OR filtros ? 'chave') AND NOT filtros ? 'tabela' THEN
            PERFORM crm.falha(422, 'campo_invalido', 'filters.tabela', 'Informe a tabela do registro.');
        END IF;
        onde := coalesce((SELECT string_agg(CASE f.key
                                 WHEN 'de' THEN format(' AND x.quando >= %L', f.value::timestamp AT TIME ZONE fuso)
                                 WHEN 'ate' THEN format(' AND x.quando < %L', (f.value::date + 1)::timestamp AT TIME ZONE fuso)
                                 WHEN 'chave' THEN format(' AND coalesce(x.depois, x.antes) ->> ''chave'' = %L', f.value)
                                 ELSE format(' AND x.%I = %L', f.key, f.value) END, '')
                            FROM jsonb_each_text(filtros - 'registro_id') f), '');
        de := CASE WHEN filtros ? 'registro_id'
              -- Of a block that speaks of many the part about this one, as on the screen.
              THEN format('(SELECT x.id, x.quando, x.usuario_id, x.papel, x.role_banco, x.endereco, x.requisicao,'
                          ' x.acao, x.tabela, x.registro_id, x.linhas, x.antes, x.depois FROM crm.auditoria x WHERE x.registro_id = %1$L%2$s'
                          ' UNION ALL SELECT x.id, x.quando, x.usuario_id, x.papel, x.role_banco, x.endereco, x.requisicao,'
                          ' x.acao, x.tabela, x.registro_id, x.linhas, crm.interno_bloco_linha(x.antes, %1$L),'
                          ' crm.interno_bloco_linha(x.depois, %1$L) FROM crm.auditoria x WHERE x.registro_id IS NULL AND x.linhas > 1'
                          ' AND crm.bloco_lugar(coalesce(x.depois, x.antes), %1$L) IS NOT NULL%2$s)', filtros ->> 'registro_id', onde)
              ELSE '(SELECT x.* FROM crm.auditoria x WHERE true' || onde || ')' END
              || ' AS a LEFT JOIN crm.usuarios u ON u.id = a.usuario_id WHERE true';
        ordem := 'a.id DESC';
    END CASE;
    -- Of the list of portfolios; the board itself has none of them.
    IF origem = 'quadro' THEN
        de := de || CASE WHEN filtros ? 'status' THEN format(' AND c.status = %L', filtros ->> 'status') ELSE '' END
                 || CASE WHEN filtros ? 'situacao' THEN format(' AND crm.situacao(c.data_ultima_compra) = %L', filtros ->> 'situacao') ELSE '' END;
    END IF;
END $$;
COMMENT ON FUNCTION crm.exportacao_fonte(text, jsonb) IS
    'FROM, WHERE and ORDER BY of the rows of an origem; CR403 unless they may be seen. Internal.';
