-- Statistics: of a seller, of all. Pairs as in 61_api_carteira.sql.

-- ---- a seller's ------------------------------------------------------------

CREATE FUNCTION crm.ler_estatisticas_vendedor(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    vendedor bigint := args ->> 'id';
    n        record;
BEGIN
    PERFORM crm.exigir_vendedor(vendedor, 'carteira.ver_todas');
    PERFORM crm.exigir_que_vendedor_exista(vendedor, 'id');

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

-- ---- of all -----------------------------------------------------------------

-- The numbers are those of view v_desempenho_vendedor.
CREATE FUNCTION crm.ler_lista_vendedores(
    OUT lista            json,  -- active sellers by name
    OUT total            bigint,    -- active sellers
    OUT online           bigint,
    OUT atribuido        bigint,    -- of all sellers, as what follows
    OUT contatado        bigint,
    OUT recuperados      bigint,
    OUT valor_recuperado numeric,
    OUT ausentes         bigint,    -- of the active sellers, as what follows
    OUT disponiveis      bigint,
    OUT pendentes        bigint,    -- pinned ones too
    OUT valor_pendente   numeric
) LANGUAGE C STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
    AS 'MODULE_PATHNAME', 'crm_ler_lista_vendedores';
COMMENT ON FUNCTION crm.ler_lista_vendedores() IS
    'Active sellers by name with their numbers, and totals, from the counters. Internal.';

CREATE FUNCTION crm.ler_estatisticas_gerais(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    hoje     date := crm.hoje();
    primeiro date := hoje - crm.config('janela_fim')::integer;      -- oldest day of the window
    ultimo   date := hoje - crm.config('janela_inicio')::integer;   -- its newest
    base     record;
    dias     record;
    abertas  bigint;
    v        record;
BEGIN
    PERFORM crm.exigir('painel.ver');

    SELECT coalesce(sum(k.qtd), 0)::bigint AS total,
           coalesce(sum(k.qtd) FILTER (WHERE k.estado = 'inativo'), 0)::bigint AS inativados
      INTO base
      FROM crm.contagens k
     WHERE k.escopo = 'base';
    SELECT coalesce(sum(k.qtd) FILTER (WHERE k.dia > ultimo), 0)::bigint AS ativo,
           coalesce(sum(k.qtd) FILTER (WHERE k.dia <= ultimo), 0)::bigint AS elegivel,
           coalesce(sum(k.qtd) FILTER (WHERE k.dia <= ultimo AND k.estado = 'ativo'), 0)::bigint AS a_distribuir,
           coalesce(sum(k.valor) FILTER (WHERE k.dia <= ultimo), 0.00) AS valor_elegivel
      INTO dias
      FROM crm.contagens k
     WHERE k.escopo = 'cliente'
       AND k.vendedor_id = 0
       AND k.dia >= primeiro
       AND k.estado <> 'inativo';
    SELECT coalesce(sum(k.qtd), 0)::bigint INTO abertas
      FROM crm.contagens k
     WHERE k.escopo = 'aberta'
       AND k.vendedor_id = 0
       AND k.dia BETWEEN primeiro AND ultimo;
    v := crm.ler_lista_vendedores();

    RETURN (SELECT json_build_object(
        'hoje', hoje,
        'total_clientes', base.total,
        'ativos', base.total - base.inativados,
        'inativados', base.inativados,
        'por_status', json_build_object(
            'disponivel', base.total - v.atribuido - v.contatado,
            'atribuido', v.atribuido,
            'contatado', v.contatado),
        'por_situacao', json_build_object(
            'ativo', dias.ativo,
            'elegivel', dias.elegivel,
            'inativo', base.total - base.inativados - dias.ativo - dias.elegivel - nunca.qtd,
            'sem_compra', nunca.qtd),
        'elegiveis_sem_vendedor', greatest(dias.a_distribuir - abertas, 0),
        'valor_elegivel', dias.valor_elegivel,
        'vendedores_online', v.online,
        'vendedores_total', v.total,
        'recuperados', v.recuperados,
        'valor_recuperado', v.valor_recuperado,
        'vendedores', v.lista)
      FROM (SELECT coalesce(sum(k.qtd), 0)::bigint AS qtd
              FROM crm.contagens k
             WHERE k.escopo = 'cliente'
               AND k.vendedor_id = 0
               AND k.dia = '-infinity'
               AND k.estado <> 'inativo') nunca);
END $$;
COMMENT ON FUNCTION crm.ler_estatisticas_gerais(jsonb) IS 'Body of crm.api_estatisticas_gerais(jsonb).';

CREATE FUNCTION crm.api_estatisticas_gerais(args jsonb) RETURNS json
    LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_api_leitura';
COMMENT ON FUNCTION crm.api_estatisticas_gerais(jsonb) IS
    'GET /api/admin/estatisticas-gerais: all metrics and the performance per seller, from the counters. '
    'por_status counts all clients, por_situacao the active ones. ADM-1.';

CREATE FUNCTION crm.esquema_estatisticas_gerais() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Números da empresa",
        "descricao": "por_status conta todos os clientes, por_situacao os ativos.",
        "argumentos": {},
        "resposta": {"type": "object", "additionalProperties": false,
            "required": ["hoje", "total_clientes", "ativos", "inativados", "por_status", "por_situacao", "elegiveis_sem_vendedor",
                         "valor_elegivel", "vendedores_online", "vendedores_total", "recuperados", "valor_recuperado", "vendedores"],
            "properties": {
                "hoje":           {"type": "string", "format": "date"},
                "total_clientes": {"type": "integer"},
                "ativos":         {"type": "integer"},
                "inativados":     {"type": "integer"},
                "por_status": {"type": "object", "additionalProperties": false, "required": ["disponivel", "atribuido", "contatado"],
                    "properties": {"disponivel": {"type": "integer"}, "atribuido": {"type": "integer"}, "contatado": {"type": "integer"}}},
                "por_situacao": {"type": "object", "additionalProperties": false,
                    "required": ["ativo", "elegivel", "inativo", "sem_compra"],
                    "properties": {"ativo": {"type": "integer"}, "elegivel": {"type": "integer"}, "inativo": {"type": "integer"},
                                   "sem_compra": {"type": "integer"}}},
                "elegiveis_sem_vendedor": {"type": "integer"},
                "valor_elegivel":    {"type": "number", "description": "R$"},
                "vendedores_online": {"type": "integer"},
                "vendedores_total":  {"type": "integer"},
                "recuperados":       {"type": "integer"},
                "valor_recuperado":  {"type": "number", "description": "R$"},
                "vendedores":        {"type": "array", "items": {"$ref": "#/components/schemas/Desempenho"}}}}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_estatisticas_gerais() IS 'Arguments and answers of crm.api_estatisticas_gerais(jsonb).';
