-- What the front asks for itself. No route leads here; crm.atender() lets the
-- first two pass without a session.

CREATE FUNCTION crm.api_limites(
    args jsonb                  -- {}
) RETURNS json                  -- requests per minute, by kind of caller; where the cache is
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, crm, pg_temp
    AS $$
    SELECT json_build_object(
        'limite_requisicoes', crm.config('limite_requisicoes')::integer,
        'limite_anonimo',     crm.config('limite_anonimo')::integer,
        'limite_login',       crm.config('limite_login')::integer,
        'limite_pesquisa',    crm.config('limite_pesquisa')::integer,
        'cache',              (SELECT row_to_json(e) FROM crm.cache_epoca() AS e));
$$;
COMMENT ON FUNCTION crm.api_limites(jsonb) IS
    'For the front: the request budgets (per minute) of users, of anonymous addresses, of logins and of searches; '
    'prefix and epoch of the cache, null while there is none.';

CREATE FUNCTION crm.esquema_limites() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Orçamentos de pedidos por minuto",
        "interna": true,
        "argumentos": {},
        "resposta": {"type": "object", "additionalProperties": false,
            "required": ["limite_requisicoes", "limite_anonimo", "limite_login", "limite_pesquisa", "cache"],
            "properties": {"limite_requisicoes": {"type": "integer"}, "limite_anonimo": {"type": "integer"},
                           "limite_login": {"type": "integer"}, "limite_pesquisa": {"type": "integer"},
                           "cache": {"type": "object", "additionalProperties": false, "properties": {
                               "prefixo": {"type": ["string", "null"]}, "epoca": {"type": ["string", "null"]}}}}}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_limites() IS 'Arguments and answers of crm.api_limites(jsonb).';

CREATE FUNCTION crm.interno_api_batimento(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    sessoes    uuid[] := ARRAY(SELECT s::uuid FROM jsonb_array_elements_text(args -> 'sessoes') AS s);
    vendedores bigint[];
BEGIN
    SELECT array_agg(DISTINCT v.id ORDER BY v.id)
      INTO vendedores
      FROM crm.sessoes AS s
      JOIN crm.vendedores AS v ON v.id = s.usuario_id
     WHERE s.id = ANY (sessoes)
       AND s.encerrada_em IS NULL
       AND s.limite_em > clock_timestamp();
    IF vendedores IS NOT NULL THEN
        PERFORM crm.presenca(vendedores);
    END IF;

    RETURN json_build_object('encerradas', coalesce(
        (SELECT json_agg(pedida.id)
           FROM unnest(sessoes) AS pedida(id)
           LEFT JOIN crm.sessoes AS s
             ON s.id = pedida.id
            AND s.encerrada_em IS NULL
            AND s.limite_em > clock_timestamp()
          WHERE s.id IS NULL),
        '[]'));
END;
$$;
COMMENT ON FUNCTION crm.interno_api_batimento(jsonb) IS 'Body of crm.api_batimento().';

-- No session stands behind it, so row-level security would hide all of them.
CREATE FUNCTION crm.api_batimento(
    args jsonb                  -- {"sessoes": [uuid, ...]} in use now
) RETURNS json                  -- {"encerradas": [uuid, ...]} of these, dead
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_batimento(jsonb) IS
    'For the front: marks the sellers of the sessions as seen and answers which of the sessions have ended.';

CREATE FUNCTION crm.esquema_batimento() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Sessões em uso",
        "interna": true,
        "argumentos": {
            "sessoes": {"type": "array", "items": {"type": "string", "format": "uuid"}}},
        "obrigatorios": ["sessoes"],
        "resposta": {"type": "object", "additionalProperties": false, "required": ["encerradas"],
            "properties": {"encerradas": {"type": "array", "items": {"type": "string", "format": "uuid"}}}}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_batimento() IS 'Arguments and answers of crm.api_batimento(jsonb).';

CREATE FUNCTION crm.api_origem_recusada(
    args jsonb                  -- {}
) RETURNS json                  -- never: 403
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, crm, pg_temp
    AS $$
BEGIN
    PERFORM crm.falha(403, 'origem_recusada', NULL, 'O pedido não veio de uma página deste sistema.');
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION crm.api_origem_recusada(jsonb) IS
    'For the front, in place of what a foreign page asked for with a user''s session: the refusal is audited as every other one.';

CREATE FUNCTION crm.esquema_origem_recusada() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Pedido de uma página alheia",
        "interna": true,
        "argumentos": {},
        "erros": {"403": ["origem_recusada"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_origem_recusada() IS 'Arguments and answers of crm.api_origem_recusada(jsonb).';

CREATE FUNCTION crm.api_cache_violada(
    args jsonb                  -- {"epoca": "..."} in which an answer was wrong
) RETURNS json                  -- {"reaberta": true: that epoch ends}
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, crm, pg_temp
    AS $$
    SELECT json_build_object('reaberta', crm.cache_reabrir(args ->> 'epoca'));
$$;
COMMENT ON FUNCTION crm.api_cache_violada(jsonb) IS
    'For the front, whose sample has found an answer of the cache that differs from the database: ends the epoch.';

CREATE FUNCTION crm.esquema_cache_violada() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Resposta errada no cache",
        "interna": true,
        "argumentos": {"epoca": {"type": "string", "maxLength": 20}},
        "obrigatorios": ["epoca"],
        "resposta": {"type": "object", "additionalProperties": false, "required": ["reaberta"],
            "properties": {"reaberta": {"type": "boolean"}}}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_cache_violada() IS 'Arguments and answers of crm.api_cache_violada(jsonb).';
