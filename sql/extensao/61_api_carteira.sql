-- Endpoint of the seller's board: /api/vendedor/meus-clientes.
--
-- A reading endpoint is a pair: crm.api_x, which elevates (extension/leitura.c),
-- and its body crm.ler_x, which first says who may read. Bodies are STABLE, so
-- that all their statements see one snapshot: totals and lists agree. No list
-- counts its rows; totals come from crm.contagens.

CREATE FUNCTION crm.ler_vendedor_do_quadro(vendedor bigint) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    pessoa json;
BEGIN
    SELECT json_build_object('id', v.id, 'nome', v.nome, 'online', v.online) INTO pessoa
      FROM crm.vendedores v
     WHERE v.id = vendedor;
    IF NOT FOUND THEN
        PERFORM crm.falha(404, 'vendedor_inexistente', 'id', 'Vendedor não encontrado.');
    END IF;
    RETURN pessoa;
END $$;
COMMENT ON FUNCTION crm.ler_vendedor_do_quadro(bigint) IS 'Whose board it is; CR404 unless the seller exists. Internal.';

-- The cards of the assignments, in the order given.
CREATE FUNCTION crm.ler_cartoes(
    ids  bigint[],              -- cliente_vendedor.id
    meio date                   -- oldest data_ultima_compra of the column 30-45
) RETURNS json
    LANGUAGE C STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
    AS 'MODULE_PATHNAME', 'crm_ler_cartoes';
COMMENT ON FUNCTION crm.ler_cartoes(bigint[], date) IS
    'Cards of the board, in the order of the ids; CPF masked unless the caller may see it. Internal.';

-- Ids of one column after a position: most urgent first, never bought last;
-- recovered ones newest first.
CREATE FUNCTION crm.ler_coluna(
    vendedor  bigint,
    coluna    text,
    meio      date,             -- oldest data_ultima_compra of the column 30-45
    desde     timestamptz,      -- oldest recovery shown
    apos      text,             -- sort key of the row before, or NULL
    apos_id   bigint,
    salto     integer,
    quantos   integer,
    OUT ids     bigint[],
    OUT proximo text            -- cursor, NULL at the end
) LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    chaves text[];
BEGIN
    IF coluna = 'recuperado' THEN
        SELECT array_agg(r.id), array_agg(extract(epoch FROM r.encerrada_em)::text) INTO ids, chaves
          FROM (SELECT v.id, v.encerrada_em
                  FROM crm.cliente_vendedor v
                 WHERE v.vendedor_id = vendedor
                   AND v.resultado = 'recuperado'
                   AND v.encerrada_em >= desde
                   AND (v.encerrada_em, v.id) <
                       (coalesce(to_timestamp(apos::float8), 'infinity'),
                        coalesce(apos_id, 0))
                 ORDER BY v.encerrada_em DESC, v.id DESC
                 LIMIT quantos + 1 OFFSET salto) r;
    ELSE
        DECLARE
            contato  boolean := coluna = 'contatado';
            de       date := CASE coluna WHEN 'a_contatar_30_45' THEN meio ELSE '-infinity' END;
            antes_de date := CASE coluna WHEN 'a_contatar_46_60' THEN meio ELSE 'infinity' END;
            sem_data boolean := coluna <> 'a_contatar_30_45';
            dia      date := coalesce(apos, '-infinity');
            nula     bigint := CASE WHEN dia = 'infinity' THEN apos_id ELSE 0 END;
        BEGIN
            SELECT array_agg(r.id), array_agg(r.chave) INTO ids, chaves
              FROM (SELECT *
                      FROM ((SELECT v.id, v.data_ultima_compra::text AS chave
                               FROM crm.cliente_vendedor v
                              WHERE v.vendedor_id = vendedor
                                AND v.encerrada_em IS NULL
                                AND v.contatado = contato
                                AND v.data_ultima_compra >= de
                                AND v.data_ultima_compra < antes_de
                                AND (v.data_ultima_compra, v.id) > (dia, coalesce(apos_id, 0))
                              ORDER BY v.data_ultima_compra, v.id
                              LIMIT quantos + salto + 1)
                            UNION ALL
                            (SELECT v.id, 'infinity'
                               FROM crm.cliente_vendedor v
                              WHERE sem_data
                                AND v.vendedor_id = vendedor
                                AND v.encerrada_em IS NULL
                                AND v.contatado = contato
                                AND v.data_ultima_compra IS NULL
                                AND v.id > nula
                              ORDER BY v.data_ultima_compra, v.id
                              LIMIT quantos + salto + 1)) t
                     LIMIT quantos + 1 OFFSET salto) r;
        END;
    END IF;

    IF cardinality(ids) > quantos THEN
        ids := ids[:quantos];
        proximo := crm.cursor_fazer(coluna, chaves[quantos], ids[quantos]);
    END IF;
END $$;
COMMENT ON FUNCTION crm.ler_coluna(bigint, text, date, timestamptz, text, bigint, integer, integer) IS
    'Ids of a column of a board and the cursor behind them. Internal.';

-- The totals of the four columns, in their order, from the counters.
CREATE FUNCTION crm.ler_totais_do_quadro(
    vendedor    bigint,
    OUT qtd     bigint[],
    OUT valor   numeric[],      -- R$
    OUT colunas text[]
) LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    hoje     date := crm.hoje();
    dia_meio date := hoje - crm.config('janela_meio')::integer;
    dia_rec  date := hoje - crm.config('recuperado_dias')::integer;
    n        record;
    r        record;
BEGIN
    colunas := '{a_contatar_30_45,a_contatar_46_60,contatado,recuperado}';
    SELECT coalesce(sum(k.qtd) FILTER (WHERE k.estado <> 'contatado' AND k.dia >= dia_meio), 0) AS q1,
           coalesce(sum(k.valor) FILTER (WHERE k.estado <> 'contatado' AND k.dia >= dia_meio), 0.00) AS v1,
           coalesce(sum(k.qtd) FILTER (WHERE k.estado <> 'contatado' AND k.dia < dia_meio), 0) AS q2,
           coalesce(sum(k.valor) FILTER (WHERE k.estado <> 'contatado' AND k.dia < dia_meio), 0.00) AS v2,
           coalesce(sum(k.qtd) FILTER (WHERE k.estado = 'contatado'), 0) AS q3,
           coalesce(sum(k.valor) FILTER (WHERE k.estado = 'contatado'), 0.00) AS v3
      INTO n
      FROM crm.contagens k
     WHERE k.escopo = 'carteira'
       AND k.vendedor_id = vendedor;
    SELECT coalesce(sum(k.qtd), 0) AS q, coalesce(sum(k.valor), 0.00) AS v
      INTO r
      FROM crm.contagens k
     WHERE k.escopo = 'recuperado'
       AND k.vendedor_id = vendedor
       AND k.dia >= dia_rec;
    qtd := ARRAY[n.q1, n.q2, n.q3, r.q];
    valor := ARRAY[n.v1, n.v2, n.v3, r.v];
END $$;
COMMENT ON FUNCTION crm.ler_totais_do_quadro(bigint) IS
    'Clients and R$ of the columns of a seller''s board: what v_carteira and v_relatorio_recuperados list. Internal.';

-- The same for who changed a card: the answer to a mark brings what it made of the board.
CREATE FUNCTION crm.ler_colunas_do_quadro(vendedor bigint) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
BEGIN
    RETURN (SELECT json_agg(json_build_object('coluna', t.colunas[i], 'total', t.qtd[i], 'valor', t.valor[i]) ORDER BY i)
              FROM crm.ler_totais_do_quadro(vendedor) t
             CROSS JOIN generate_series(1, 4) AS i);
END $$;
COMMENT ON FUNCTION crm.ler_colunas_do_quadro(bigint) IS 'crm.ler_totais_do_quadro() as JSON. Internal.';

CREATE FUNCTION crm.ler_meus_clientes(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    vendedor   bigint := args ->> 'id';
    hoje       date := crm.hoje();
    inicio     integer := crm.config('janela_inicio');
    meio       integer := crm.config('janela_meio');
    fim        integer := crm.config('janela_fim');
    dia_meio   date := hoje - meio;
    dia_rec    date := hoje - crm.config('recuperado_dias')::integer;
    desde      timestamptz := dia_rec::timestamp AT TIME ZONE crm.config('fuso_horario');
    pedida     text := args ->> 'coluna';
    por_coluna boolean := args ->> 'por_coluna';
    apos       record;
    p          record;
    pessoa     json;
    n          record;
    c          record;
    ids        bigint[] := '{}';
    proximos   text[] := '{NULL,NULL,NULL,NULL}';
    no_quadro  bigint;
    total      bigint;
BEGIN
    PERFORM crm.exigir_vendedor(vendedor, 'carteira.ver_todas');
    p := crm.pagina(args, CASE WHEN por_coluna THEN 50 ELSE 100 END,
                    CASE WHEN por_coluna THEN 100 ELSE 500 END);
    apos := crm.cursor_ler(args, coalesce(pedida, ''),
        CASE pedida WHEN 'recuperado' THEN '^[0-9]{1,12}\.[0-9]{6}$'
             ELSE '^(infinity|[0-9]{4}-[0-9]{2}-[0-9]{2})$' END);
    IF apos.id IS NOT NULL AND p.page > 1 THEN
        PERFORM crm.falha(422, 'campo_invalido', 'page', 'Use page ou cursor, não os dois.');
    END IF;

    pessoa := crm.ler_vendedor_do_quadro(vendedor);
    n := crm.ler_totais_do_quadro(vendedor);
    no_quadro := n.qtd[1] + n.qtd[2] + n.qtd[3] + n.qtd[4];

    IF pedida IS NOT NULL THEN
        c := crm.ler_coluna(vendedor, pedida, dia_meio, desde, apos.chave, apos.id, p.salto, p.size);
        ids := c.ids;
        proximos[array_position(n.colunas, pedida)] := c.proximo;
        total := n.qtd[array_position(n.colunas, pedida)];
    ELSIF por_coluna THEN
        FOR i IN 1..4 LOOP
            c := crm.ler_coluna(vendedor, n.colunas[i], dia_meio, desde, NULL, NULL, p.salto, p.size);
            ids := ids || c.ids;
            proximos[i] := c.proximo;
        END LOOP;
        total := no_quadro;
    ELSE
        SELECT array_agg(t.id) INTO ids
          FROM (SELECT v.id
                  FROM crm.cliente_vendedor v
                 WHERE v.vendedor_id = vendedor
                   AND v.encerrada_em IS NULL
                 ORDER BY v.contatado, v.data_ultima_compra, v.id
                 LIMIT p.size OFFSET p.salto) t;
        total := no_quadro - n.qtd[4];
    END IF;

    RETURN json_build_object(
        'vendedor', pessoa,
        'colunas', json_build_array(
            json_build_object('coluna', n.colunas[1], 'titulo', format('A contatar %s–%s', inicio, meio),
                              'total', n.qtd[1], 'valor', n.valor[1], 'proximo', proximos[1]),
            json_build_object('coluna', n.colunas[2], 'titulo', format('A contatar %s–%s', meio + 1, fim),
                              'total', n.qtd[2], 'valor', n.valor[2], 'proximo', proximos[2]),
            json_build_object('coluna', n.colunas[3], 'titulo', 'Contatado',
                              'total', n.qtd[3], 'valor', n.valor[3], 'proximo', proximos[3]),
            json_build_object('coluna', n.colunas[4], 'titulo', 'Recuperado',
                              'total', n.qtd[4], 'valor', n.valor[4], 'proximo', proximos[4])),
        'no_quadro', no_quadro,
        'clientes', crm.ler_cartoes(ids, dia_meio),
        'total', total,
        'page', p.page,
        'size', p.size,
        'pages', CASE WHEN por_coluna AND pedida IS NULL
                      THEN crm.paginas((SELECT max(q) FROM unnest(n.qtd) AS q), p.size)
                      ELSE crm.paginas(total, p.size) END);
END $$;
COMMENT ON FUNCTION crm.ler_meus_clientes(jsonb) IS 'Body of crm.api_meus_clientes(jsonb).';

CREATE FUNCTION crm.api_meus_clientes(args jsonb) RETURNS json
    LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_api_leitura';
COMMENT ON FUNCTION crm.api_meus_clientes(jsonb) IS
    'GET /api/vendedor/meus-clientes/{id}: the board. {id, coluna?, por_coluna?, page?, size? (<= 500; '
    'por_coluna <= 100), cursor?} -> {vendedor, colunas, clientes, total, page, size, pages}. Columns '
    'partition the open assignments: a_contatar_46_60 also holds what is older or never bought. BOARD-1, BOARD-4.';

CREATE FUNCTION crm.esquema_meus_clientes() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Quadro de um vendedor",
        "descricao": "As quatro colunas com seus totais e os clientes: a lista das atribuições abertas, os primeiros de cada coluna (por_coluna) ou uma coluna só.",
        "argumentos": {
            "id":         {"type": "integer", "minimum": 1, "description": "Vendedor"},
            "coluna":     {"type": "string", "enum": ["a_contatar_30_45", "a_contatar_46_60", "contatado", "recuperado"]},
            "por_coluna": {"type": "boolean", "default": false, "description": "Os primeiros size de cada coluna"},
            "page":       {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 1},
            "size":       {"type": "integer", "minimum": 1, "maximum": 500, "description": "100; com por_coluna 50, no máximo 100"},
            "cursor":     {"type": "string", "maxLength": 2000, "description": "proximo da coluna; no lugar de page"}},
        "obrigatorios": ["id"],
        "resposta": {"type": "object", "additionalProperties": false,
            "required": ["vendedor", "colunas", "no_quadro", "clientes", "total", "page", "size", "pages"],
            "properties": {
                "vendedor": {"$ref": "#/components/schemas/VendedorDoQuadro"},
                "colunas": {"type": "array", "minItems": 4, "maxItems": 4, "items": {"type": "object", "additionalProperties": false,
                    "required": ["coluna", "titulo", "total", "valor", "proximo"],
                    "properties": {
                        "coluna":  {"$ref": "#/components/schemas/Coluna"},
                        "titulo":  {"type": "string"},
                        "total":   {"type": "integer"},
                        "valor":   {"type": "number", "description": "R$"},
                        "proximo": {"type": ["string", "null"], "description": "Cursor"}}}},
                "no_quadro": {"type": "integer", "description": "Clientes das quatro colunas"},
                "clientes": {"type": "array", "items": {"$ref": "#/components/schemas/Cartao"}},
                "total":    {"type": "integer", "description": "Clientes do que foi pedido"},
                "page":     {"type": "integer"},
                "size":     {"type": "integer"},
                "pages":    {"type": "integer"}}},
        "erros": {"404": ["vendedor_inexistente"], "422": ["cursor_invalido", "pagina_profunda"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_meus_clientes() IS 'Arguments and answers of crm.api_meus_clientes(jsonb).';

-- Schemas that several endpoints share. A card and a row of the lists say the same of
-- the client (CLIENTE of extension/cartao.c); all that they have is always there.
CREATE FUNCTION crm.componentes_carteira() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "Coluna":    {"type": "string", "enum": ["a_contatar_30_45", "a_contatar_46_60", "contatado", "recuperado"]},
        "Resultado": {"type": "string", "enum": ["contatado", "sem_resposta", "recusou", "interessado", "numero_errado", "recuperado"]},
        "Periodo":   {"type": "string", "enum": ["0-29", "30-45", "45-60", "60-90", ">90", "sem_compra"],
                      "description": "Dias desde a última compra"},
        "Situacao":  {"type": "string", "enum": ["ativo", "elegivel", "inativo", "sem_compra"]},
        "Status":    {"type": "string", "enum": ["disponivel", "atribuido", "contatado"]},
        "TotaisDoQuadro": {"type": "array", "minItems": 4, "maxItems": 4, "description": "As colunas, depois da mudança",
            "items": {"type": "object", "additionalProperties": false, "required": ["coluna", "total", "valor"], "properties": {
                "coluna": {"$ref": "#/components/schemas/Coluna"},
                "total":  {"type": "integer"},
                "valor":  {"type": "number", "description": "R$"}}}},
        "VendedorDoQuadro": {"type": "object", "additionalProperties": false, "required": ["id", "nome", "online"],
            "properties": {"id": {"type": "integer"}, "nome": {"type": "string"}, "online": {"type": "boolean"}}}}$$::jsonb
        || (SELECT jsonb_object_agg(o.nome, jsonb_build_object(
                       'type', 'object',
                       'additionalProperties', false,
                       'properties', o.campos,
                       'required', (SELECT jsonb_agg(c.campo) FROM jsonb_object_keys(o.campos) AS c(campo))))
              FROM (SELECT e.nome, e.campos || $${
                "id":                 {"type": "integer", "description": "Cliente"},
                "nome":               {"type": "string"},
                "cpf":                {"type": "string", "description": "Mascarado para quem não pode ver"},
                "celular":            {"type": ["string", "null"]},
                "email":              {"type": ["string", "null"]},
                "cidade":             {"type": ["string", "null"]},
                "uf":                 {"type": ["string", "null"]},
                "data_ultima_compra": {"type": ["string", "null"], "format": "date"},
                "dias_sem_comprar":   {"type": ["integer", "null"]},
                "periodo":            {"$ref": "#/components/schemas/Periodo"},
                "situacao":           {"$ref": "#/components/schemas/Situacao"},
                "ativo":              {"type": "boolean"},
                "status":             {"$ref": "#/components/schemas/Status"},
                "valor_total":        {"type": "number", "description": "R$"}}$$::jsonb AS campos
                      FROM (VALUES ('Cartao', $${
                "coluna":             {"$ref": "#/components/schemas/Coluna"},
                "atribuicao_id":      {"type": "integer"},
                "data_atribuicao":    {"type": "string", "format": "date-time"},
                "contatado":          {"type": "boolean"},
                "data_contato":       {"type": ["string", "null"], "format": "date-time"},
                "resultado":          {"oneOf": [{"$ref": "#/components/schemas/Resultado"}, {"type": "null"}]},
                "observacoes":        {"type": ["string", "null"]},
                "fixado":             {"type": "boolean"},
                "encerrada_em":       {"type": ["string", "null"], "format": "date-time"},
                "valor_recuperado":   {"type": ["number", "null"], "description": "R$"},
                "retornar_em":        {"type": ["string", "null"], "format": "date", "description": "Dia de falar de novo"},
                "proximo_passo":      {"type": ["string", "null"]},
                "marcado_por":        {"type": ["integer", "null"], "description": "Usuário que marcou, enquanto a marca pode ser desfeita"},
                "reciclagem_em":      {"type": ["string", "null"], "format": "date-time",
                                       "description": "Sem contato nem próximo passo até então, vai para outro vendedor; null: não vai"},
                "esfriando":          {"type": "boolean", "description": "80 % desse prazo passaram"},
                "ultimo_pedido":      {"type": ["object", "null"], "additionalProperties": false, "required": ["data", "valor"],
                    "properties": {"data": {"type": "string", "format": "date"}, "valor": {"type": "number"}}}}$$::jsonb),
                                   ('ClienteDaLista', $${
                "vendedor_atribuido": {"oneOf": [{"$ref": "#/components/schemas/Par"}, {"type": "null"}]},
                "contatado":          {"type": "boolean"},
                "fixado":             {"type": "boolean"},
                "atribuicao_id":      {"type": ["integer", "null"]}}$$::jsonb)) AS e(nome, campos)) AS o);
COMMENT ON FUNCTION crm.componentes_carteira() IS 'Schemas of the boards.';
