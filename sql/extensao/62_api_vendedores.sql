-- Sellers of the administration: list, settings. Pairs as in 61_api_carteira.sql.

CREATE FUNCTION crm.ler_vendedores(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    v record;
BEGIN
    PERFORM crm.exigir('painel.ver');
    v := crm.ler_lista_vendedores();
    RETURN json_build_object(
        'resumo', json_build_object(
            'total', v.total,
            'online', v.online,
            'ausentes', v.ausentes,
            'disponiveis', v.disponiveis,
            'pendentes', v.pendentes,
            'valor_pendente', v.valor_pendente),
        'vendedores', v.lista);
END $$;
COMMENT ON FUNCTION crm.ler_vendedores(jsonb) IS 'Body of crm.api_vendedores(jsonb).';

CREATE FUNCTION crm.api_vendedores(args jsonb) RETURNS json
    LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_api_leitura';
COMMENT ON FUNCTION crm.api_vendedores(jsonb) IS
    'GET /api/admin/vendedores: active sellers as in the statistics, and their totals.';

CREATE FUNCTION crm.esquema_vendedores() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Vendedores ativos e seus números",
        "argumentos": {},
        "resposta": {"$ref": "#/components/schemas/Vendedores"}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_vendedores() IS 'Arguments and answers of crm.api_vendedores(jsonb).';

CREATE FUNCTION crm.api_vendedor_alterar(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
BEGIN
    args := crm.validar_args('vendedor_alterar', args);
    PERFORM crm.exigir('vendedor.configurar');
    PERFORM crm.configurar_vendedor(
        (args ->> 'id')::bigint,
        (args ->> 'peso')::integer,
        -- null takes the limit away, absent leaves it.
        CASE WHEN args -> 'capacidade' = 'null' THEN -1 ELSE (args ->> 'capacidade')::integer END,
        (args ->> 'participa_distribuicao')::boolean);
    RETURN crm.api_vendedores('{}');
END $$;
COMMENT ON FUNCTION crm.api_vendedor_alterar(jsonb) IS
    'PATCH /api/admin/vendedores/{id}: {peso?, capacidade? (null: no limit), participa_distribuicao?} '
    '-> the list of crm.api_vendedores(jsonb).';

CREATE FUNCTION crm.esquema_vendedor_alterar() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Peso, capacidade e participação de um vendedor",
        "argumentos": {
            "id":         {"type": "integer", "minimum": 1, "description": "Vendedor"},
            "peso":       {"type": "integer", "minimum": 1, "maximum": 100},
            "capacidade": {"type": ["integer", "null"], "minimum": 0, "maximum": 1000000, "description": "null: sem limite"},
            "participa_distribuicao": {"type": "boolean"}},
        "obrigatorios": ["id"],
        "resposta": {"$ref": "#/components/schemas/Vendedores"},
        "erros": {"404": ["vendedor_inexistente"], "409": ["vendedor_inativo"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_vendedor_alterar() IS 'Arguments and answers of crm.api_vendedor_alterar(jsonb).';

-- Schemas that several endpoints share.
CREATE FUNCTION crm.componentes_vendedores() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "Desempenho": {"type": "object", "additionalProperties": false,
            "required": ["id", "nome", "online", "ausente", "peso", "capacidade", "participa_distribuicao",
                         "disponivel_agora", "motivo_indisponivel", "jornada_resumo", "ausencia_ate", "pendentes", "fixados",
                         "a_contatar", "contatados", "recuperados", "recebidos", "contatos", "valor_pendente", "valor_recuperado", "taxa_contato"],
            "properties": {
                "id":               {"type": "integer", "description": "Vendedor"},
                "nome":             {"type": "string"},
                "online":           {"type": "boolean"},
                "ausente":          {"type": "boolean", "description": "Online, mas sem dar sinal"},
                "peso":             {"type": "integer"},
                "capacidade":       {"type": ["integer", "null"], "description": "null: sem limite"},
                "participa_distribuicao": {"type": "boolean"},
                "disponivel_agora":    {"type": "boolean", "description": "Recebe clientes, se tiver capacidade"},
                "motivo_indisponivel": {"type": ["string", "null"],
                    "enum": ["offline", "ausente", "nao_participa", "almoco", "fora_do_horario", "folga", "feriado", "ausencia", null]},
                "jornada_resumo":      {"type": ["string", "null"], "description": "null: sem jornada, sempre disponível"},
                "ausencia_ate":        {"type": ["string", "null"], "format": "date", "description": "Último dia da ausência de agora"},
                "pendentes":        {"type": "integer"},
                "fixados":          {"type": "integer"},
                "a_contatar":       {"type": "integer", "description": "Pendentes e fixados"},
                "contatados":       {"type": "integer"},
                "recuperados":      {"type": "integer", "description": "Desde sempre"},
                "recebidos":        {"type": "integer", "description": "Desde sempre"},
                "contatos":         {"type": "integer", "description": "Desde sempre"},
                "valor_pendente":   {"type": "number", "description": "R$"},
                "valor_recuperado": {"type": "number", "description": "R$"},
                "taxa_contato":     {"type": "number", "description": "Contatos por cliente recebido"}}},
        "Vendedores": {"type": "object", "additionalProperties": false, "required": ["resumo", "vendedores"], "properties": {
            "resumo": {"type": "object", "additionalProperties": false, "description": "Dos vendedores ativos",
                "required": ["total", "online", "ausentes", "disponiveis", "pendentes", "valor_pendente"],
                "properties": {
                    "total":          {"type": "integer"},
                    "online":         {"type": "integer"},
                    "ausentes":       {"type": "integer", "description": "Dos online, os sem dar sinal"},
                    "disponiveis":    {"type": "integer", "description": "Recebem clientes, se tiverem capacidade"},
                    "pendentes":      {"type": "integer", "description": "Clientes a contatar, com os fixados"},
                    "valor_pendente": {"type": "number", "description": "R$"}}},
            "vendedores": {"type": "array", "items": {"$ref": "#/components/schemas/Desempenho"}}}}}$$::jsonb;
COMMENT ON FUNCTION crm.componentes_vendedores() IS 'Schemas of sellers.';
