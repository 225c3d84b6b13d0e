-- Endpoints of the manager's board: /api/admin/quadro and what it moves. Reading
-- ones are pairs as in 61_api_carteira.sql.

-- The days of the window on which more clients can be dealt than are held: there
-- alone are clients without a seller. From the counters.
CREATE FUNCTION crm.ler_sem_vendedor(
    OUT dias  date[],
    OUT total bigint,           -- as elegiveis_sem_vendedor of the statistics
    OUT valor numeric           -- R$
) LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    primeiro date := crm.hoje() - crm.config('janela_fim')::integer;
    ultimo   date := crm.hoje() - crm.config('janela_inicio')::integer;
BEGIN
    SELECT coalesce(array_agg(d.dia ORDER BY d.dia) FILTER (WHERE d.qtd > 0), '{}'),
           greatest(coalesce(sum(d.qtd), 0), 0)::bigint,
           greatest(coalesce(sum(d.valor), 0.00), 0.00)
      INTO dias, total, valor
      FROM (SELECT k.dia,
                   sum(CASE k.escopo WHEN 'cliente' THEN k.qtd ELSE -k.qtd END) AS qtd,
                   sum(CASE k.escopo WHEN 'cliente' THEN k.valor ELSE -k.valor END) AS valor
              FROM crm.contagens k
             WHERE k.vendedor_id = 0
               AND k.dia BETWEEN primeiro AND ultimo
               AND (k.escopo = 'cliente' AND k.estado = 'ativo' OR k.escopo = 'aberta')
             GROUP BY k.dia) d;
END $$;
COMMENT ON FUNCTION crm.ler_sem_vendedor() IS
    'Clients of the window that can be dealt and nobody holds: the days they are on, how many, R$. Internal.';

-- One page of a column of the board by seller: who leaves the window first comes
-- first; the contacted ones at the end.
CREATE FUNCTION crm.ler_coluna_quadro(
    vendedor bigint,            -- NULL: clients without a seller
    dias     date[],            -- of crm.ler_sem_vendedor()
    quantos  integer,
    salto    integer
) RETURNS bigint[]              -- clientes.id_cliente
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
BEGIN
    IF vendedor IS NULL THEN
        RETURN (SELECT array_agg(t.id_cliente)
                  FROM (SELECT c.id_cliente
                          FROM crm.clientes c
                         WHERE c.data_ultima_compra = ANY (dias)
                           AND c.status = 'disponivel'
                           AND c.ativo
                           AND NOT c.nao_contatar
                         ORDER BY c.data_ultima_compra, c.id_cliente
                         LIMIT quantos OFFSET salto) t);
    END IF;
    RETURN (SELECT array_agg(t.cliente_id)
              FROM (SELECT v.cliente_id
                      FROM crm.cliente_vendedor v
                     WHERE v.vendedor_id = vendedor
                       AND v.encerrada_em IS NULL
                     ORDER BY v.contatado, v.data_ultima_compra, v.id
                     LIMIT quantos OFFSET salto) t);
END $$;
COMMENT ON FUNCTION crm.ler_coluna_quadro(bigint, date[], integer, integer) IS
    'Clients of one page of a column of the board by seller. Internal.';

CREATE FUNCTION crm.ler_quadro(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    -- Cards of an answer without coluna, so that it stays small however many
    -- sellers there are: each column gets its part, the last ones none.
    cartoes CONSTANT integer := 200;
    poucos  CONSTANT integer := 10;
    coluna   text := args ->> 'coluna';
    porque   text := args ->> 'por';
    p        record;
    livres   record;
    linhas   jsonb;
    valores  jsonb;             -- R$ of the open assignments, by seller
    v        jsonb;
    n        integer;
    parte    integer;
    total    bigint;
    listas   json[] := '{}';
BEGIN
    PERFORM crm.exigir('painel.ver');
    p := crm.pagina(args, 50, 100);

    IF porque = 'periodo' THEN
        IF coluna IS NOT NULL AND NOT coluna = ANY ('{30-45,45-60,60-90,>90}') THEN
            PERFORM crm.falha(404, 'coluna_inexistente', 'coluna', 'Esta coluna não existe.');
        END IF;
        RETURN (SELECT json_build_object('por', porque, 'colunas', json_agg(json_build_object(
                    'coluna', c ->> 'periodo',
                    'titulo', c ->> 'titulo',
                    'vendedor', NULL,
                    'total', c -> 'total',
                    'valor', c -> 'valor',
                    'clientes', c -> 'clientes',
                    'page', p.page,
                    'size', p.size,
                    'pages', c -> 'pages')))
                  FROM json_array_elements(crm.ler_clientes_por_periodo(jsonb_strip_nulls(jsonb_build_object(
                           'periodo', coluna, 'vendedor_id', args -> 'vendedor_id',
                           'page', p.page, 'size', p.size))) -> 'periodos') c);
    END IF;

    livres := crm.ler_sem_vendedor();
    linhas := (crm.ler_lista_vendedores()).lista;
    SELECT coalesce(jsonb_object_agg(k.vendedor_id, k.valor), '{}') INTO valores
      FROM (SELECT c.vendedor_id, sum(c.valor) AS valor
              FROM crm.contagens c
             WHERE c.escopo = 'vendedor'
               AND c.estado IN ('pendente', 'fixado', 'contatado')
             GROUP BY c.vendedor_id) k;
    n := 1 + jsonb_array_length(linhas);
    parte := least(p.size, greatest(poucos, cartoes / n));
    FOR i IN 0..n - 1 LOOP
        v := CASE WHEN i > 0 THEN linhas -> (i - 1) END;
        CONTINUE WHEN coluna <> coalesce(v ->> 'id', 'sem_vendedor');
        total := CASE i WHEN 0 THEN livres.total
                        ELSE (v ->> 'pendentes')::bigint + (v ->> 'fixados')::bigint + (v ->> 'contatados')::bigint END;
        listas := listas || json_build_object(
            'coluna', coalesce(v ->> 'id', 'sem_vendedor'),
            'titulo', coalesce(v ->> 'nome', 'Sem vendedor'),
            'vendedor', CASE WHEN i > 0 THEN v END,
            'total', total,
            'valor', CASE i WHEN 0 THEN to_jsonb(livres.valor) ELSE coalesce(valores -> (v ->> 'id'), '0.00') END,
            'clientes', crm.ler_clientes(CASE
                WHEN total = 0 THEN NULL
                WHEN coluna IS NOT NULL THEN
                    crm.ler_coluna_quadro((v ->> 'id')::bigint, livres.dias, p.size, p.salto)
                WHEN i < cartoes / parte THEN
                    crm.ler_coluna_quadro((v ->> 'id')::bigint, livres.dias, parte, 0) END),
            'page', p.page,
            'size', p.size,
            'pages', crm.paginas(total, p.size));
    END LOOP;
    IF cardinality(listas) = 0 THEN
        PERFORM crm.falha(404, 'coluna_inexistente', 'coluna', 'Esta coluna não existe.', 'Atualize o quadro.');
    END IF;
    RETURN json_build_object('por', porque, 'colunas', array_to_json(listas));
END $$;
COMMENT ON FUNCTION crm.ler_quadro(jsonb) IS 'Body of crm.api_quadro(jsonb).';

CREATE FUNCTION crm.api_quadro(args jsonb) RETURNS json
    LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_api_leitura';
COMMENT ON FUNCTION crm.api_quadro(jsonb) IS
    'GET /api/admin/quadro: the manager''s board, a column per period or per seller, with true totals and R$. '
    '{por?, coluna?, vendedor_id?, page?, size? (50)}; with coluna, one page of that column. Numbers of sellers as '
    'in view v_desempenho_vendedor, of periods as in v_periodos. ADM-2.';

CREATE FUNCTION crm.esquema_quadro() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Quadro da gestão",
        "descricao": "Uma coluna por período ou por vendedor, com totais verdadeiros. Sem coluna, os primeiros cartões de cada uma, 200 ao todo; com coluna, uma página dela.",
        "argumentos": {
            "por":         {"type": "string", "enum": ["periodo", "vendedor"], "default": "vendedor"},
            "coluna":      {"type": "string", "maxLength": 20, "description": "30-45, 45-60, 60-90, >90; sem_vendedor ou o id de um vendedor"},
            "vendedor_id": {"type": "integer", "minimum": 1, "description": "Por período: só as atribuições abertas dele"},
            "page":        {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 1},
            "size":        {"type": "integer", "minimum": 1, "maximum": 100, "default": 50}},
        "resposta": {"type": "object", "additionalProperties": false, "required": ["por", "colunas"], "properties": {
            "por":     {"type": "string", "enum": ["periodo", "vendedor"]},
            "colunas": {"type": "array", "items": {"type": "object", "additionalProperties": false,
                "required": ["coluna", "titulo", "vendedor", "total", "valor", "clientes", "page", "size", "pages"],
                "properties": {
                    "coluna":   {"type": "string"},
                    "titulo":   {"type": "string"},
                    "vendedor": {"oneOf": [{"$ref": "#/components/schemas/Desempenho"}, {"type": "null"}]},
                    "total":    {"type": "integer", "description": "Clientes da coluna; de um vendedor, todas as atribuições abertas"},
                    "valor":    {"type": "number", "description": "R$"},
                    "clientes": {"type": "array", "items": {"$ref": "#/components/schemas/ClienteDaLista"}},
                    "page":     {"type": "integer"},
                    "size":     {"type": "integer"},
                    "pages":    {"type": "integer"}}}}}},
        "erros": {"404": ["coluna_inexistente", "vendedor_inexistente"], "422": ["pagina_profunda"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_quadro() IS 'Arguments and answers of crm.api_quadro(jsonb).';

-- ---- moving many ----------------------------------------------------------------------

CREATE FUNCTION crm.api_realocar_lote(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    ids   bigint[];
    feito record;
BEGIN
    args := crm.validar_args('realocar_lote', args);
    PERFORM crm.exigir('cliente.realocar');
    SELECT array_agg(e::bigint) INTO ids FROM jsonb_array_elements_text(args -> 'cliente_ids') e;
    feito := crm.realocar_lote(ids, (args ->> 'vendedor_id')::bigint);
    RETURN json_build_object('lote', feito.lote, 'realocados', feito.realocados);
END $$;
COMMENT ON FUNCTION crm.api_realocar_lote(jsonb) IS
    'POST /api/admin/realocar-lote: {cliente_ids (1..500), vendedor_id}; all or none. ADM-2.';

CREATE FUNCTION crm.esquema_realocar_lote() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Dar muitos clientes a um vendedor",
        "descricao": "Todos ou nenhum. O lote desfaz-se em redistribuicao/{lote}/desfazer.",
        "argumentos": {
            "cliente_ids": {"type": "array", "minItems": 1, "maxItems": 500, "items": {"type": "integer", "minimum": 1}},
            "vendedor_id": {"type": "integer", "minimum": 1}},
        "obrigatorios": ["cliente_ids", "vendedor_id"],
        "resposta": {"type": "object", "additionalProperties": false, "required": ["lote", "realocados"], "properties": {
            "lote":       {"type": ["integer", "null"], "description": "null: já estavam todos com ele"},
            "realocados": {"type": "integer"}}},
        "erros": {"404": ["cliente_inexistente", "vendedor_inexistente"],
                  "409": ["cliente_inativo", "cliente_nao_contatar", "vendedor_inativo"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_realocar_lote() IS 'Arguments and answers of crm.api_realocar_lote(jsonb).';

CREATE FUNCTION crm.api_liberar_lote(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    ids   bigint[];
    feito record;
BEGIN
    args := crm.validar_args('liberar_lote', args);
    PERFORM crm.exigir('cliente.liberar');
    SELECT array_agg(e::bigint) INTO ids FROM jsonb_array_elements_text(args -> 'cliente_ids') e;
    feito := crm.liberar_lote(ids, (args ->> 'forcar')::boolean);
    RETURN json_build_object('lote', feito.lote, 'liberados', feito.liberados);
END $$;
COMMENT ON FUNCTION crm.api_liberar_lote(jsonb) IS
    'POST /api/admin/liberar-lote: {cliente_ids (1..500), forcar?}; all or none; contacted ones without forcar are CR409. ADM-2.';

CREATE FUNCTION crm.esquema_liberar_lote() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Soltar muitos clientes",
        "descricao": "Todos ou nenhum. O lote desfaz-se em redistribuicao/{lote}/desfazer.",
        "argumentos": {
            "cliente_ids": {"type": "array", "minItems": 1, "maxItems": 500, "items": {"type": "integer", "minimum": 1}},
            "forcar":      {"type": "boolean", "default": false, "description": "Também os já contatados"}},
        "obrigatorios": ["cliente_ids"],
        "resposta": {"type": "object", "additionalProperties": false, "required": ["lote", "liberados"], "properties": {
            "lote":      {"type": ["integer", "null"], "description": "null: ninguém os tinha"},
            "liberados": {"type": "integer"}}},
        "erros": {"404": ["cliente_inexistente"], "409": ["cliente_contatado"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_liberar_lote() IS 'Arguments and answers of crm.api_liberar_lote(jsonb).';
