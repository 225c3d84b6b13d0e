-- Endpoints of the seller's board: /api/vendedor/*.
--
-- A reading endpoint is a pair: crm.api_x, which elevates (extension/leitura.c),
-- and its body crm.ler_x, which first says who may read. Bodies are STABLE, so
-- that all their statements see one snapshot: totals and lists agree. No list
-- counts its rows; totals come from crm.contagens.

-- ---- pages and cursors --------------------------------------------------------

CREATE FUNCTION crm.pagina(
    args        jsonb,
    size_padrao integer,
    size_max    integer,
    OUT page    integer,
    OUT size    integer,
    OUT salto   integer         -- rows before the page
) LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
BEGIN
    size := coalesce((args ->> 'size')::integer, size_padrao);
    page := coalesce((args ->> 'page')::integer, 1);
    IF size > size_max THEN
        PERFORM crm.falha(422, 'campo_invalido', 'size',
            format('O campo "size" deve ser no máximo %s.', size_max));
    END IF;
    IF page::bigint * size > 10000 THEN
        PERFORM crm.falha(422, 'pagina_profunda', 'page',
            'Página profunda demais: use o cursor.',
            'Repita o pedido com cursor = "proximo" da página anterior.');
    END IF;
    salto := (page - 1) * size;
END $$;
COMMENT ON FUNCTION crm.pagina(jsonb, integer, integer) IS
    'page (from 1) and size of a request; CR422 beyond the limits and beyond row 10,000.';

CREATE FUNCTION crm.paginas(
    total bigint,
    size  integer
) RETURNS bigint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (total + size - 1) / size;
COMMENT ON FUNCTION crm.paginas(bigint, integer) IS 'How many pages of size rows total rows take.';

CREATE FUNCTION crm.cursor_fazer(
    ordem text,                 -- of the list the cursor belongs to
    chave text,                 -- sort key of the last row
    id    bigint                -- its id
) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN translate(encode(convert_to(ordem || '|' || id || '|' || chave, 'UTF8'), 'base64'), E'+/=\n', '-_');
COMMENT ON FUNCTION crm.cursor_fazer(text, text, bigint) IS
    'Opaque position after a row; NULL when there is none.';

CREATE FUNCTION crm.cursor_ler(
    args      jsonb,
    ordem     text,
    formato   text,             -- regular expression of the key
    OUT chave text,
    OUT id    bigint
) LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    cifrado text := args ->> 'cursor';
    partes  text[];
BEGIN
    IF cifrado IS NULL THEN
        RETURN;
    END IF;
    BEGIN
        partes := regexp_match(convert_from(decode(
            rpad(translate(cifrado, '-_', '+/'), (length(cifrado) + 3) / 4 * 4, '='), 'base64'), 'UTF8'),
            '^([-a-z0-9_]+)\|([0-9]{1,18})\|(.*)$');
    EXCEPTION WHEN data_exception THEN
        partes := NULL;
    END;
    IF partes IS NULL OR partes[1] <> ordem OR partes[3] !~ formato THEN
        PERFORM crm.falha(422, 'cursor_invalido', 'cursor', 'Cursor inválido.',
            'Recomece a lista pela primeira página.');
    END IF;
    chave := partes[3];
    id := partes[2];
END $$;
COMMENT ON FUNCTION crm.cursor_ler(jsonb, text, text) IS
    'The position of a cursor of that list; NULLs without cursor; CR422 when it is not one.';

-- ---- the board ------------------------------------------------------------------

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
    pessoa     record;
    n          record;
    recuperado record;
    c          record;
    ids        bigint[] := '{}';
    proximos   text[] := '{NULL,NULL,NULL,NULL}';
    colunas    CONSTANT text[] := '{a_contatar_30_45,a_contatar_46_60,contatado,recuperado}';
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

    SELECT v.id, v.nome, v.online INTO pessoa FROM crm.vendedores v WHERE v.id = vendedor;
    IF NOT FOUND THEN
        PERFORM crm.falha(404, 'vendedor_inexistente', 'id', 'Vendedor não encontrado.');
    END IF;

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
      INTO recuperado
      FROM crm.contagens k
     WHERE k.escopo = 'recuperado'
       AND k.vendedor_id = vendedor
       AND k.dia >= dia_rec;

    IF pedida IS NOT NULL THEN
        c := crm.ler_coluna(vendedor, pedida, dia_meio, desde, apos.chave, apos.id, p.salto, p.size);
        ids := c.ids;
        proximos[array_position(colunas, pedida)] := c.proximo;
        total := CASE pedida WHEN 'a_contatar_30_45' THEN n.q1 WHEN 'a_contatar_46_60' THEN n.q2
                             WHEN 'contatado' THEN n.q3 ELSE recuperado.q END;
    ELSIF por_coluna THEN
        FOR i IN 1..4 LOOP
            c := crm.ler_coluna(vendedor, colunas[i], dia_meio, desde, NULL, NULL, p.salto, p.size);
            ids := ids || c.ids;
            proximos[i] := c.proximo;
        END LOOP;
        total := n.q1 + n.q2 + n.q3 + recuperado.q;
    ELSE
        SELECT array_agg(t.id) INTO ids
          FROM (SELECT v.id
                  FROM crm.cliente_vendedor v
                 WHERE v.vendedor_id = vendedor
                   AND v.encerrada_em IS NULL
                 ORDER BY v.contatado, v.data_ultima_compra, v.id
                 LIMIT p.size OFFSET p.salto) t;
        total := n.q1 + n.q2 + n.q3;
    END IF;

    RETURN json_build_object(
        'vendedor', json_build_object('id', pessoa.id, 'nome', pessoa.nome, 'online', pessoa.online),
        'colunas', json_build_array(
            json_build_object('coluna', colunas[1], 'titulo', format('A contatar %s–%s', inicio, meio),
                              'total', n.q1, 'valor', n.v1, 'proximo', proximos[1]),
            json_build_object('coluna', colunas[2], 'titulo', format('A contatar %s–%s', meio + 1, fim),
                              'total', n.q2, 'valor', n.v2, 'proximo', proximos[2]),
            json_build_object('coluna', colunas[3], 'titulo', 'Contatado',
                              'total', n.q3, 'valor', n.v3, 'proximo', proximos[3]),
            json_build_object('coluna', colunas[4], 'titulo', 'Recuperado',
                              'total', recuperado.q, 'valor', recuperado.v, 'proximo', proximos[4])),
        'clientes', crm.ler_cartoes(ids, dia_meio),
        'total', total,
        'page', p.page,
        'size', p.size,
        'pages', CASE WHEN por_coluna AND pedida IS NULL
                      THEN crm.paginas(greatest(n.q1, n.q2, n.q3, recuperado.q)::bigint, p.size)
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
            "required": ["vendedor", "colunas", "clientes", "total", "page", "size", "pages"],
            "properties": {
                "vendedor": {"type": "object", "additionalProperties": false, "required": ["id", "nome", "online"],
                    "properties": {"id": {"type": "integer"}, "nome": {"type": "string"}, "online": {"type": "boolean"}}},
                "colunas": {"type": "array", "minItems": 4, "maxItems": 4, "items": {"type": "object", "additionalProperties": false,
                    "required": ["coluna", "titulo", "total", "valor", "proximo"],
                    "properties": {
                        "coluna":  {"$ref": "#/components/schemas/Coluna"},
                        "titulo":  {"type": "string"},
                        "total":   {"type": "integer"},
                        "valor":   {"type": "number", "description": "R$"},
                        "proximo": {"type": ["string", "null"], "description": "Cursor"}}}},
                "clientes": {"type": "array", "items": {"$ref": "#/components/schemas/Cartao"}},
                "total":    {"type": "integer"},
                "page":     {"type": "integer"},
                "size":     {"type": "integer"},
                "pages":    {"type": "integer"}}},
        "erros": {"404": ["vendedor_inexistente"], "422": ["cursor_invalido", "pagina_profunda"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_meus_clientes() IS 'Arguments and answers of crm.api_meus_clientes(jsonb).';

-- ---- seller's numbers -----------------------------------------------------------

CREATE FUNCTION crm.ler_estatisticas_vendedor(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    vendedor bigint := args ->> 'id';
    n        record;
BEGIN
    PERFORM crm.exigir_vendedor(vendedor, 'carteira.ver_todas');
    IF NOT EXISTS (SELECT FROM crm.vendedores v WHERE v.id = vendedor) THEN
        PERFORM crm.falha(404, 'vendedor_inexistente', 'id', 'Vendedor não encontrado.');
    END IF;

    SELECT coalesce(sum(k.qtd) FILTER (WHERE k.estado IN ('pendente', 'fixado', 'contatado')), 0) AS atribuidos,
           coalesce(sum(k.qtd) FILTER (WHERE k.estado = 'contatado'), 0) AS contatados,
           coalesce(sum(k.qtd) FILTER (WHERE k.estado = 'recuperado'), 0) AS recuperados,
           coalesce(sum(k.valor) FILTER (WHERE k.estado IN ('pendente', 'fixado')), 0.00) AS valor_pendente,
           coalesce(sum(k.valor) FILTER (WHERE k.estado = 'recuperado'), 0.00) AS valor_recuperado
      INTO n
      FROM crm.contagens k
     WHERE k.escopo = 'vendedor'
       AND k.vendedor_id = vendedor;

    RETURN json_build_object(
        'total_atribuidos', n.atribuidos,
        'contatados', n.contatados,
        'total_pendentes', n.atribuidos - n.contatados,
        'recuperados', n.recuperados,
        'valor_pendente', n.valor_pendente,
        'valor_recuperado', n.valor_recuperado);
END $$;
COMMENT ON FUNCTION crm.ler_estatisticas_vendedor(jsonb) IS 'Body of crm.api_estatisticas_vendedor(jsonb).';

CREATE FUNCTION crm.api_estatisticas_vendedor(args jsonb) RETURNS json
    LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_api_leitura';
COMMENT ON FUNCTION crm.api_estatisticas_vendedor(jsonb) IS
    'GET /api/vendedor/estatisticas/{id}: open assignments, of which contacted; total_pendentes is the '
    'difference; recoveries ever. BOARD-3.';

CREATE FUNCTION crm.esquema_estatisticas_vendedor() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Números de um vendedor",
        "argumentos": {
            "id": {"type": "integer", "minimum": 1, "description": "Vendedor"}},
        "obrigatorios": ["id"],
        "resposta": {"type": "object", "additionalProperties": false,
            "required": ["total_atribuidos", "contatados", "total_pendentes", "recuperados", "valor_pendente", "valor_recuperado"],
            "properties": {
                "total_atribuidos": {"type": "integer"},
                "contatados":       {"type": "integer"},
                "total_pendentes":  {"type": "integer"},
                "recuperados":      {"type": "integer", "description": "Desde sempre"},
                "valor_pendente":   {"type": "number", "description": "R$"},
                "valor_recuperado": {"type": "number", "description": "R$"}}},
        "erros": {"404": ["vendedor_inexistente"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_estatisticas_vendedor() IS 'Arguments and answers of crm.api_estatisticas_vendedor(jsonb).';

-- ---- marking a contact ------------------------------------------------------------

CREATE FUNCTION crm.api_marcar_contatado(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    vendedor bigint;
    marca    record;
BEGIN
    args := crm.validar_args('marcar_contatado', args);
    vendedor := args ->> 'id';
    PERFORM crm.exigir('contato.marcar');
    PERFORM crm.exigir_vendedor(vendedor, 'contato.marcar_por_outro');
    SELECT * INTO marca FROM crm.marcar_contatado(
        vendedor,
        (args ->> 'cliente_id')::bigint,
        args ->> 'observacoes',
        args ->> 'resultado',
        (args ->> 'retornar_em')::date);
    RETURN json_build_object(
        'atribuicao_id', marca.atribuicao_id,
        'cliente_id', marca.cliente,
        'contatado', marca.contatado,
        'data_contato', marca.data_contato,
        'resultado', marca.resultado_contato,
        'retornar_em', marca.retorno,
        'repetido', marca.repetido);
END $$;
COMMENT ON FUNCTION crm.api_marcar_contatado(jsonb) IS
    'POST /api/vendedor/marcar-contatado/{id}: {id: seller, cliente_id, observacoes?, resultado?, '
    'retornar_em?}. '
    'Not the holder: CR403; repeated: the first mark unchanged. BOARD-2.';

CREATE FUNCTION crm.esquema_marcar_contatado() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Marcar um cliente como contatado",
        "descricao": "Repetida, responde a primeira marca com repetido = true.",
        "argumentos": {
            "id":          {"type": "integer", "minimum": 1, "description": "Vendedor"},
            "cliente_id":  {"type": "integer", "minimum": 1},
            "observacoes": {"type": "string", "maxLength": 4000},
            "resultado":   {"type": "string", "enum": ["contatado", "sem_resposta", "recusou", "interessado", "numero_errado"],
                            "default": "contatado"},
            "retornar_em": {"type": "string", "format": "date", "description": "Dia de falar de novo: de hoje até daqui a um ano"}},
        "obrigatorios": ["id", "cliente_id"],
        "resposta": {"type": "object", "additionalProperties": false,
            "required": ["atribuicao_id", "cliente_id", "contatado", "data_contato", "resultado", "retornar_em", "repetido"],
            "properties": {
                "atribuicao_id": {"type": "integer"},
                "cliente_id":    {"type": "integer"},
                "contatado":     {"type": "boolean"},
                "data_contato":  {"type": "string", "format": "date-time"},
                "resultado":     {"$ref": "#/components/schemas/Resultado"},
                "retornar_em":   {"type": ["string", "null"], "format": "date"},
                "repetido":      {"type": "boolean"}}},
        "erros": {"403": ["cliente_de_outro_vendedor"], "404": ["cliente_inexistente", "vendedor_inexistente"],
                  "409": ["conflito", "cliente_inativo", "cliente_nao_contatar"], "422": ["retorno_invalido"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_marcar_contatado() IS 'Arguments and answers of crm.api_marcar_contatado(jsonb).';

-- ---- taking a mark back -----------------------------------------------------------

CREATE FUNCTION crm.api_desfazer_contato(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    volta record;
BEGIN
    args := crm.validar_args('desfazer_contato', args);
    SELECT * INTO volta FROM crm.desfazer_contato((args ->> 'id')::bigint, (args ->> 'cliente_id')::bigint);
    RETURN json_build_object(
        'atribuicao_id', volta.atribuicao_id,
        'cliente_id', volta.cliente,
        'contatado', false,
        'retornar_em', volta.retorno,
        'proximo_passo', volta.passo);
END $$;
COMMENT ON FUNCTION crm.api_desfazer_contato(jsonb) IS
    'POST /api/vendedor/desfazer-contato/{id}: {id: seller, cliente_id}: the own mark of today is undone while '
    'nothing touched it. BOARD-4.';

CREATE FUNCTION crm.esquema_desfazer_contato() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Desfazer a própria marca de contato",
        "descricao": "No mesmo dia e enquanto nada mudou; tudo volta a ser como antes da marca.",
        "argumentos": {
            "id":         {"type": "integer", "minimum": 1, "description": "Vendedor"},
            "cliente_id": {"type": "integer", "minimum": 1}},
        "obrigatorios": ["id", "cliente_id"],
        "resposta": {"type": "object", "additionalProperties": false,
            "required": ["atribuicao_id", "cliente_id", "contatado", "retornar_em", "proximo_passo"],
            "properties": {
                "atribuicao_id": {"type": "integer"},
                "cliente_id":    {"type": "integer"},
                "contatado":     {"type": "boolean"},
                "retornar_em":   {"type": ["string", "null"], "format": "date"},
                "proximo_passo": {"type": ["string", "null"]}}},
        "erros": {"403": ["cliente_de_outro_vendedor"], "404": ["cliente_inexistente", "vendedor_inexistente"],
                  "409": ["conflito", "contato_mudou"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_desfazer_contato() IS 'Arguments and answers of crm.api_desfazer_contato(jsonb).';

-- ---- the next step ------------------------------------------------------------------

CREATE FUNCTION crm.api_proximo_passo(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    passo record;
BEGIN
    args := crm.validar_args('proximo_passo', args);
    SELECT * INTO passo FROM crm.definir_proximo_passo(
        (args ->> 'id')::bigint,
        (args ->> 'cliente_id')::bigint,
        (args ->> 'retornar_em')::date,
        args ->> 'nota');
    RETURN json_build_object(
        'atribuicao_id', passo.atribuicao_id,
        'cliente_id', passo.cliente,
        'retornar_em', passo.retorno,
        'proximo_passo', passo.proximo_passo);
END $$;
COMMENT ON FUNCTION crm.api_proximo_passo(jsonb) IS
    'PATCH /api/vendedor/proximo-passo/{id}: {id: seller, cliente_id, retornar_em?, nota?} takes the place of the '
    'next step there was; neither: none. BOARD-5.';

CREATE FUNCTION crm.esquema_proximo_passo() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Próximo passo com um cliente",
        "descricao": "Toma o lugar do que havia; sem retornar_em e sem nota, não há mais próximo passo. Depois disto uma marca de contato não se desfaz.",
        "argumentos": {
            "id":          {"type": "integer", "minimum": 1, "description": "Vendedor"},
            "cliente_id":  {"type": "integer", "minimum": 1},
            "retornar_em": {"type": "string", "format": "date", "description": "De hoje até daqui a um ano"},
            "nota":        {"type": "string", "maxLength": 500}},
        "obrigatorios": ["id", "cliente_id"],
        "resposta": {"type": "object", "additionalProperties": false,
            "required": ["atribuicao_id", "cliente_id", "retornar_em", "proximo_passo"],
            "properties": {
                "atribuicao_id": {"type": "integer"},
                "cliente_id":    {"type": "integer"},
                "retornar_em":   {"type": ["string", "null"], "format": "date"},
                "proximo_passo": {"type": ["string", "null"]}}},
        "erros": {"403": ["cliente_de_outro_vendedor"], "404": ["cliente_inexistente", "vendedor_inexistente"],
                  "409": ["conflito"], "422": ["retorno_invalido"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_proximo_passo() IS 'Arguments and answers of crm.api_proximo_passo(jsonb).';

-- ---- the day queue --------------------------------------------------------------------

-- Public. Whom to call today: overdue returns, today's, then who was never
-- contacted, most urgent first. A later return is not of today.
CREATE FUNCTION crm.fila_do_dia(
    vendedor_id bigint,                 -- vendedores.id
    quantos     integer DEFAULT 50,     -- 1..10000
    salto       integer DEFAULT 0       -- rows before
) RETURNS TABLE (
    atribuicao_id bigint,               -- cliente_vendedor.id
    cliente_id  bigint,                 -- clientes.id_cliente
    fila        text,                   -- atrasado, hoje, a_contatar
    retornar_em date,
    data_ultima_compra date
) LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED ROWS 50
    SET search_path = pg_catalog, crm, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    hoje    CONSTANT date := crm.hoje();
    quem    CONSTANT bigint := fila_do_dia.vendedor_id;
    ate     CONSTANT integer := fila_do_dia.quantos + fila_do_dia.salto;
BEGIN
    PERFORM crm.exigir_vendedor(quem, 'carteira.ver_todas');
    RETURN QUERY
        SELECT f.id, f.cliente_id,
               CASE WHEN f.retornar_em < hoje THEN 'atrasado'
                    WHEN f.retornar_em = hoje THEN 'hoje'
                    ELSE 'a_contatar' END,
               f.retornar_em, f.data_ultima_compra
          FROM ((SELECT 1 AS parte, v.id, v.cliente_id, v.retornar_em, v.data_ultima_compra
                   FROM crm.cliente_vendedor v
                  WHERE v.vendedor_id = quem
                    AND v.encerrada_em IS NULL
                    AND v.retornar_em <= hoje
                  ORDER BY v.retornar_em, v.id
                  LIMIT ate)
                UNION ALL
                (SELECT 2, v.id, v.cliente_id, v.retornar_em, v.data_ultima_compra
                   FROM crm.cliente_vendedor v
                  WHERE v.vendedor_id = quem
                    AND v.encerrada_em IS NULL
                    AND NOT v.contatado
                    AND v.retornar_em IS NULL
                  ORDER BY v.contatado, v.data_ultima_compra, v.id
                  LIMIT ate)) f
         ORDER BY f.parte, f.retornar_em, f.data_ultima_compra NULLS LAST, f.id
         LIMIT fila_do_dia.quantos OFFSET fila_do_dia.salto;
END $$;
COMMENT ON FUNCTION crm.fila_do_dia(bigint, integer, integer) IS
    'The day queue of a seller: overdue returns first, then those of today, then who was not contacted yet. '
    'Raises CR403 acesso_negado. BOARD-5.';

-- Public. The numbers of the day queue.
CREATE FUNCTION crm.fila_totais(
    vendedor_id    bigint,              -- vendedores.id
    OUT atrasados  bigint,              -- returns before today
    OUT hoje       bigint,              -- returns of today
    OUT a_contatar bigint,              -- not contacted, no return
    OUT agendados  bigint               -- returns of later days
) LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    dia        CONSTANT date := crm.hoje();
    quem       CONSTANT bigint := fila_totais.vendedor_id;
    pendentes  bigint;
BEGIN
    PERFORM crm.exigir_vendedor(quem, 'carteira.ver_todas');
    SELECT coalesce(sum(k.qtd), 0) INTO pendentes
      FROM crm.contagens k
     WHERE k.escopo = 'vendedor'
       AND k.vendedor_id = quem
       AND k.dia = '-infinity'
       AND k.estado IN ('pendente', 'fixado');
    SELECT count(*) FILTER (WHERE v.retornar_em < dia),
           count(*) FILTER (WHERE v.retornar_em = dia),
           count(*) FILTER (WHERE v.retornar_em > dia),
           pendentes - count(*) FILTER (WHERE NOT v.contatado)
      INTO atrasados, fila_totais.hoje, agendados, a_contatar
      FROM crm.cliente_vendedor v
     WHERE v.vendedor_id = quem
       AND v.encerrada_em IS NULL
       AND v.retornar_em IS NOT NULL;
END $$;
COMMENT ON FUNCTION crm.fila_totais(bigint) IS
    'How many stand in the day queue of a seller, by kind, and how many are due later. Raises CR403 acesso_negado.';

CREATE FUNCTION crm.ler_fila(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    vendedor bigint := args ->> 'id';
    p        record;
    pessoa   record;
    n        record;
    ids      bigint[];
    total    bigint;
BEGIN
    PERFORM crm.exigir_vendedor(vendedor, 'carteira.ver_todas');
    p := crm.pagina(args, 50, 100);
    SELECT v.id, v.nome, v.online INTO pessoa FROM crm.vendedores v WHERE v.id = vendedor;
    IF NOT FOUND THEN
        PERFORM crm.falha(404, 'vendedor_inexistente', 'id', 'Vendedor não encontrado.');
    END IF;
    n := crm.fila_totais(vendedor);
    SELECT array_agg(f.atribuicao_id ORDER BY f.ordem) INTO ids
      FROM crm.fila_do_dia(vendedor, p.size, p.salto) WITH ORDINALITY
           AS f(atribuicao_id, cliente_id, fila, retornar_em, data_ultima_compra, ordem);
    total := n.atrasados + n.hoje + n.a_contatar;
    RETURN json_build_object(
        'vendedor', json_build_object('id', pessoa.id, 'nome', pessoa.nome, 'online', pessoa.online),
        'hoje', crm.hoje(),
        'totais', json_build_object('atrasados', n.atrasados, 'hoje', n.hoje, 'a_contatar', n.a_contatar,
                                    'agendados', n.agendados),
        'clientes', crm.ler_cartoes(ids, crm.hoje() - crm.config('janela_meio')::integer),
        'total', total,
        'page', p.page,
        'size', p.size,
        'pages', crm.paginas(total, p.size));
END $$;
COMMENT ON FUNCTION crm.ler_fila(jsonb) IS 'Body of crm.api_fila(jsonb).';

CREATE FUNCTION crm.api_fila(args jsonb) RETURNS json
    LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_api_leitura';
COMMENT ON FUNCTION crm.api_fila(jsonb) IS
    'GET /api/vendedor/fila/{id}: {id, page?, size? (<= 100)} -> {vendedor, hoje, totais, clientes, total, page, '
    'size, pages}: the day queue, overdue first. BOARD-5.';

CREATE FUNCTION crm.esquema_fila() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Fila do dia de um vendedor",
        "descricao": "Retornos atrasados, os de hoje e quem ainda não foi contatado, do mais urgente ao menos.",
        "argumentos": {
            "id":   {"type": "integer", "minimum": 1, "description": "Vendedor"},
            "page": {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 1},
            "size": {"type": "integer", "minimum": 1, "maximum": 100, "default": 50}},
        "obrigatorios": ["id"],
        "resposta": {"type": "object", "additionalProperties": false,
            "required": ["vendedor", "hoje", "totais", "clientes", "total", "page", "size", "pages"],
            "properties": {
                "vendedor": {"type": "object", "additionalProperties": false, "required": ["id", "nome", "online"],
                    "properties": {"id": {"type": "integer"}, "nome": {"type": "string"}, "online": {"type": "boolean"}}},
                "hoje":     {"type": "string", "format": "date"},
                "totais":   {"type": "object", "additionalProperties": false,
                    "required": ["atrasados", "hoje", "a_contatar", "agendados"],
                    "properties": {
                        "atrasados":  {"type": "integer"},
                        "hoje":       {"type": "integer"},
                        "a_contatar": {"type": "integer", "description": "Não contatados, sem dia de retorno"},
                        "agendados":  {"type": "integer", "description": "Retornos de outros dias; fora da fila de hoje"}}},
                "clientes": {"type": "array", "items": {"$ref": "#/components/schemas/Cartao"}},
                "total":    {"type": "integer"},
                "page":     {"type": "integer"},
                "size":     {"type": "integer"},
                "pages":    {"type": "integer"}}},
        "erros": {"404": ["vendedor_inexistente"], "422": ["pagina_profunda"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_fila() IS 'Arguments and answers of crm.api_fila(jsonb).';

-- ---- why this client? -------------------------------------------------------------------

CREATE FUNCTION crm.movimento_texto(
    tipo   text,                -- ganho, perda
    motivo text,                -- cliente_vendedor.motivo or motivo_fim
    origem text                 -- lotes.origem of the run, or NULL
) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, crm, pg_temp
    RETURN CASE tipo
        WHEN 'ganho' THEN
            CASE motivo
                WHEN 'distribuicao'       THEN 'Veio na distribuição automática'
                WHEN 'realocacao'         THEN 'Um gestor entregou o cliente e o fixou na carteira'
                WHEN 'redistribuir_todos' THEN 'Veio quando um gestor redistribuiu todas as carteiras'
                WHEN 'transferencia'      THEN 'Veio com a transferência de uma carteira inteira'
                WHEN 'desfazer'           THEN 'Voltou porque um gestor desfez uma redistribuição'
                WHEN 'reciclagem'         THEN 'Veio de uma carteira em que ninguém falou com o cliente'
                ELSE 'Entrou na carteira: ' || replace(motivo, '_', ' ')
            END
        ELSE
            CASE motivo
                WHEN 'redistribuicao'     THEN 'Passou a outra carteira para igualar as cargas'
                WHEN 'redistribuir_todos' THEN 'Saiu quando um gestor redistribuiu todas as carteiras'
                WHEN 'vendedor_offline'   THEN 'Saiu porque o vendedor ficou offline'
                WHEN 'fora_da_janela'     THEN 'Saiu porque o tempo sem comprar passou do limite da distribuição'
                WHEN 'realocacao'         THEN 'Um gestor passou o cliente a outra carteira'
                WHEN 'liberacao'          THEN 'Um gestor liberou o cliente'
                WHEN 'pedido'             THEN 'O cliente voltou a comprar'
                WHEN 'desativacao'        THEN 'O cadastro do cliente foi desativado'
                WHEN 'nao_contatar'       THEN 'O cliente pediu para não ser contatado'
                WHEN 'transferencia'      THEN 'A carteira inteira foi transferida'
                WHEN 'desfeita'           THEN 'Saiu porque um gestor desfez uma redistribuição'
                WHEN 'reserva_vencida'    THEN 'Saiu porque o vendedor não voltou dentro do prazo da reserva'
                WHEN 'sem_toque'          THEN 'Passou a outra carteira porque ficou tempo demais sem contato'
                ELSE 'Saiu da carteira: ' || replace(motivo, '_', ' ')
            END
        END
        || CASE WHEN motivo NOT IN ('distribuicao', 'redistribuicao') THEN ''
                ELSE coalesce(CASE origem
                    WHEN 'login'    THEN ', feita quando um vendedor entrou'
                    WHEN 'logout'   THEN ', feita quando um vendedor saiu'
                    WHEN 'ausencia' THEN ', feita quando um vendedor ficou ausente'
                    WHEN 'manual'   THEN ', pedida por um gestor'
                    WHEN 'tarefas'  THEN ', de rotina'
                    WHEN 'cadastro' THEN ', depois de uma mudança nos vendedores'
                    END, '')
           END
        || '.';
COMMENT ON FUNCTION crm.movimento_texto(text, text, text) IS
    'Why a client came or went, as a sentence for the screen.';

-- Public. Why a client came to a seller or went: the ledger in words, newest first.
CREATE FUNCTION crm.por_que(
    vendedor_id bigint,                 -- vendedores.id who asks, or whose client it is
    cliente_id  bigint                  -- clientes.id_cliente
) RETURNS TABLE (
    quando      timestamptz,
    tipo        text,                   -- ganho, perda
    motivo      text,
    texto       text,
    lote        bigint,
    dono_id     bigint,                 -- who gained or lost
    dono        text,
    outro_id    bigint,                 -- from whom, or to whom; NULL: nobody, or not to be told
    outro       text
) LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED ROWS 10
    SET search_path = pg_catalog, crm, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    quem  CONSTANT bigint := $1;
    qual  CONSTANT bigint := $2;
    todos boolean;
BEGIN
    PERFORM crm.exigir_vendedor(quem, 'carteira.ver_todas');
    -- A seller is told the own gains and losses, not who else had the client.
    todos := crm.pode('carteira.ver_todas');
    IF NOT EXISTS (SELECT FROM crm.cliente_vendedor v
                    WHERE v.cliente_id = qual AND (todos OR v.vendedor_id = quem)) THEN
        PERFORM crm.falha(403, 'cliente_de_outro_vendedor', 'cliente_id',
            'Este cliente não está na carteira deste vendedor.', 'Atualize o quadro.');
    END IF;
    RETURN QUERY
        SELECT m.quando, m.tipo, m.motivo, crm.movimento_texto(m.tipo, m.motivo, l.origem), m.lote,
               m.vendedor_id, s.nome::text, o.id, o.nome::text
          FROM crm.v_movimentos m
          JOIN crm.vendedores s ON s.id = m.vendedor_id
          LEFT JOIN crm.lotes l ON l.id = m.lote
          LEFT JOIN crm.vendedores o
            ON todos
           AND o.id = CASE m.tipo WHEN 'ganho' THEN m.de_vendedor_id ELSE m.para_vendedor_id END
         WHERE m.cliente_id = qual
           AND (todos OR m.vendedor_id = quem)
         ORDER BY m.quando DESC, m.atribuicao_id DESC, m.credito
         LIMIT 100;
END $$;
COMMENT ON FUNCTION crm.por_que(bigint, bigint) IS
    'Why a client came or went, newest first; a seller is told of the own portfolio alone. Raises CR403 '
    'acesso_negado, cliente_de_outro_vendedor. DIST-8.';

CREATE FUNCTION crm.ler_por_que(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
BEGIN
    RETURN json_build_object('movimentos', coalesce((
        SELECT json_agg(json_build_object(
                   'quando', p.quando,
                   'tipo', p.tipo,
                   'motivo', p.motivo,
                   'texto', p.texto,
                   'lote', p.lote,
                   'vendedor', crm.json_par(p.dono_id, p.dono),
                   'outro', crm.json_par(p.outro_id, p.outro)) ORDER BY p.ordem)
          FROM crm.por_que((args ->> 'id')::bigint, (args ->> 'cliente_id')::bigint) WITH ORDINALITY
               AS p(quando, tipo, motivo, texto, lote, dono_id, dono, outro_id, outro, ordem)), '[]'));
END $$;
COMMENT ON FUNCTION crm.ler_por_que(jsonb) IS 'Body of crm.api_por_que(jsonb).';

CREATE FUNCTION crm.api_por_que(args jsonb) RETURNS json
    LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_api_leitura';
COMMENT ON FUNCTION crm.api_por_que(jsonb) IS
    'GET /api/vendedor/por-que/{id}/{cliente_id}: why the client came or went, from the ledger in words. DIST-8.';

CREATE FUNCTION crm.esquema_por_que() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Por que este cliente?",
        "descricao": "As entradas e saídas da carteira, da mais nova à mais antiga. Um vendedor vê só as próprias.",
        "argumentos": {
            "id":         {"type": "integer", "minimum": 1, "description": "Vendedor"},
            "cliente_id": {"type": "integer", "minimum": 1}},
        "obrigatorios": ["id", "cliente_id"],
        "resposta": {"type": "object", "additionalProperties": false, "required": ["movimentos"],
            "properties": {
                "movimentos": {"type": "array", "maxItems": 100, "items": {"type": "object", "additionalProperties": false,
                    "required": ["quando", "tipo", "motivo", "texto", "lote", "vendedor", "outro"],
                    "properties": {
                        "quando":   {"type": "string", "format": "date-time"},
                        "tipo":     {"type": "string", "enum": ["ganho", "perda"]},
                        "motivo":   {"type": "string"},
                        "texto":    {"type": "string"},
                        "lote":     {"type": ["integer", "null"], "description": "Distribuição que o fez"},
                        "vendedor": {"$ref": "#/components/schemas/Par"},
                        "outro":    {"oneOf": [{"$ref": "#/components/schemas/Par"}, {"type": "null"}],
                                     "description": "De quem veio ou para quem foi, para quem pode saber"}}}}}},
        "erros": {"403": ["cliente_de_outro_vendedor"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_por_que() IS 'Arguments and answers of crm.api_por_que(jsonb).';

-- ---- the text of the WhatsApp link ----------------------------------------------------

CREATE FUNCTION crm.api_whatsapp(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
BEGIN
    args := crm.validar_args('whatsapp', args);
    RETURN json_build_object(
        'modelo', crm.definir_whatsapp((args ->> 'id')::bigint, args ->> 'modelo'),
        'proprio', args ->> 'modelo' IS NOT NULL);
END $$;
COMMENT ON FUNCTION crm.api_whatsapp(jsonb) IS
    'PUT /api/vendedor/whatsapp/{id}: {id: seller, modelo?}: own text of the WhatsApp link; none: the setting. BOARD-4.';

CREATE FUNCTION crm.esquema_whatsapp() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Mensagem do WhatsApp de um vendedor",
        "descricao": "{saudacao}, {vendedor} e {empresa} são preenchidos na tela. Sem modelo, vale o da configuração.",
        "argumentos": {
            "id":     {"type": "integer", "minimum": 1, "description": "Vendedor"},
            "modelo": {"type": "string", "maxLength": 500}},
        "obrigatorios": ["id"],
        "resposta": {"type": "object", "additionalProperties": false, "required": ["modelo", "proprio"],
            "properties": {
                "modelo":  {"type": "string", "description": "O que vale"},
                "proprio": {"type": "boolean"}}},
        "erros": {"404": ["vendedor_inexistente"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_whatsapp() IS 'Arguments and answers of crm.api_whatsapp(jsonb).';

-- Schemas that several endpoints share.
CREATE FUNCTION crm.componentes_carteira() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "Coluna":    {"type": "string", "enum": ["a_contatar_30_45", "a_contatar_46_60", "contatado", "recuperado"]},
        "Resultado": {"type": "string", "enum": ["contatado", "sem_resposta", "recusou", "interessado", "numero_errado", "recuperado"]},
        "Periodo":   {"type": "string", "enum": ["0-29", "30-45", "45-60", "60-90", ">90", "sem_compra"],
                      "description": "Dias desde a última compra"},
        "Situacao":  {"type": "string", "enum": ["ativo", "elegivel", "inativo", "sem_compra"]},
        "Status":    {"type": "string", "enum": ["disponivel", "atribuido", "contatado"]},
        "Cartao": {"type": "object", "additionalProperties": false,
            "required": ["id", "nome", "cpf", "celular", "email", "cidade", "uf", "data_ultima_compra", "dias_sem_comprar",
                         "periodo", "situacao", "ativo", "status", "valor_total", "coluna", "atribuicao_id", "data_atribuicao",
                         "contatado", "data_contato", "resultado", "observacoes", "fixado", "encerrada_em", "valor_recuperado",
                         "retornar_em", "proximo_passo", "marcado_por", "reciclagem_em", "esfriando", "ultimo_pedido"],
            "properties": {
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
                "valor_total":        {"type": "number", "description": "R$"},
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
                    "properties": {"data": {"type": "string", "format": "date"}, "valor": {"type": "number"}}}}},
        "ClienteDaLista": {"type": "object", "additionalProperties": false,
            "required": ["id", "nome", "cpf", "celular", "email", "cidade", "uf", "data_ultima_compra", "dias_sem_comprar",
                         "periodo", "situacao", "ativo", "status", "valor_total", "vendedor_atribuido", "contatado", "fixado",
                         "atribuicao_id"],
            "properties": {
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
                "valor_total":        {"type": "number", "description": "R$"},
                "vendedor_atribuido": {"oneOf": [{"$ref": "#/components/schemas/Par"}, {"type": "null"}]},
                "contatado":          {"type": "boolean"},
                "fixado":             {"type": "boolean"},
                "atribuicao_id":      {"type": ["integer", "null"]}}}}$$::jsonb;
COMMENT ON FUNCTION crm.componentes_carteira() IS 'Schemas of the boards.';
