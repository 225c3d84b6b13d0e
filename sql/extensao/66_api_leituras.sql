-- Reads of personal data, the audit's own among them, that the front counts: one row for each session, address
-- and route of a batch. No route leads here, and no session stands behind the call.

CREATE FUNCTION crm.interno_api_registrar_leituras(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    lote   text   := args ->> 'lote';
    ultima bigint := (args ->> 'desde')::bigint;
BEGIN
    -- The batch was sent before and its answer got lost: it may be there, or the
    -- first attempt may still be running.
    PERFORM pg_advisory_xact_lock(hashtextextended('crm leituras ' || lote, 0));
    IF (args ->> 'repetida')::boolean THEN
        SELECT max(a.id) INTO ultima
          FROM crm.auditoria AS a
         WHERE a.id > (args ->> 'desde')::bigint
           AND a.requisicao = lote;
        IF ultima IS NOT NULL THEN
            RETURN json_build_object('ultima', ultima);
        END IF;
        ultima := (args ->> 'desde')::bigint;
    END IF;

    -- Who it was, the session says, also one that has ended meanwhile.
    WITH lidas AS (
        SELECT l.sessao, l.endereco, l.rota, l.funcao, l.vezes
          FROM jsonb_to_recordset(args -> 'leituras')
               AS l(sessao uuid, endereco text, rota text, funcao text, vezes integer)
    ), gravadas AS (
        INSERT INTO crm.auditoria (usuario_id, papel, endereco, requisicao, acao, tabela, linhas, depois)
        SELECT u.id,
               u.papel,
               l.endereco,
               lote,
               CASE l.funcao WHEN 'pesquisar_clientes' THEN 'pesquisa' ELSE 'leitura' END,
               CASE WHEN l.funcao IN ('auditoria', 'auditoria_linha') THEN 'auditoria' ELSE 'clientes' END,
               l.vezes,
               jsonb_build_object('rota', l.rota)
          FROM lidas AS l
          LEFT JOIN crm.sessoes AS s ON s.id = l.sessao
          LEFT JOIN crm.usuarios AS u ON u.id = s.usuario_id
        RETURNING id
    )
    SELECT coalesce(max(g.id), ultima) INTO ultima FROM gravadas AS g;
    RETURN json_build_object('ultima', ultima);
END;
$$;
COMMENT ON FUNCTION crm.interno_api_registrar_leituras(jsonb) IS 'Body of crm.api_registrar_leituras().';

CREATE FUNCTION crm.api_registrar_leituras(
    args jsonb                  -- {"lote", "repetida", "desde", "leituras": [{sessao, endereco, rota, funcao, vezes}]}
) RETURNS json                  -- {"ultima": id of the youngest row}
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_registrar_leituras(jsonb) IS
    'For the front: audits searches, lists of clients and reads of the audit as counts (acao pesquisa, leitura); a batch sent twice '
    'is written once.';

CREATE FUNCTION crm.esquema_registrar_leituras() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Leituras contadas pela frente",
        "interna": true,
        "argumentos": {
            "lote":     {"type": "string", "maxLength": 100},
            "repetida": {"type": "boolean"},
            "desde":    {"type": "integer"},
            "leituras": {"type": "array", "items": {"type": "object",
                "properties": {
                    "sessao":   {"type": "string", "format": "uuid"},
                    "endereco": {"type": "string"},
                    "rota":     {"type": "string"},
                    "funcao":   {"type": "string"},
                    "vezes":    {"type": "integer", "minimum": 1}},
                "required": ["sessao", "rota", "funcao", "vezes"]}}},
        "obrigatorios": ["lote", "repetida", "desde", "leituras"],
        "resposta": {"type": "object", "additionalProperties": false, "required": ["ultima"],
            "properties": {"ultima": {"type": ["integer", "null"]}}}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_registrar_leituras() IS 'Arguments and answers of crm.api_registrar_leituras(jsonb).';

-- Profiles, or parts of them, that the front answers out of the cache: the same
-- row that crm.api_cliente() writes, one for each view, before the answer.

CREATE FUNCTION crm.interno_api_registrar_perfis(args jsonb) RETURNS json
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
    WITH gravados AS (
        INSERT INTO crm.auditoria (usuario_id, papel, endereco, requisicao, acao, tabela, registro_id, depois)
        SELECT u.id, u.papel, p.endereco, p.requisicao, 'perfil', 'clientes', p.id_cliente,
               CASE p.funcao
                   WHEN 'cliente_pedidos' THEN '{"parte": "pedidos"}'::jsonb
                   WHEN 'cliente_linha_do_tempo' THEN '{"parte": "linha_do_tempo"}'::jsonb
               END
          FROM jsonb_to_recordset(args -> 'perfis')
               AS p(sessao uuid, endereco text, requisicao text, funcao text, id_cliente bigint)
          LEFT JOIN crm.sessoes AS s ON s.id = p.sessao
          LEFT JOIN crm.usuarios AS u ON u.id = s.usuario_id
        RETURNING id
    )
    SELECT json_build_object('gravados', count(*)) FROM gravados;
$$;
COMMENT ON FUNCTION crm.interno_api_registrar_perfis(jsonb) IS 'Body of crm.api_registrar_perfis().';

CREATE FUNCTION crm.api_registrar_perfis(
    args jsonb                  -- {"perfis": [{sessao, endereco, requisicao, funcao, id_cliente}]}
) RETURNS json                  -- {"gravados": rows}
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_registrar_perfis(jsonb) IS
    'For the front: audits views of profiles that it answers out of the cache (acao perfil).';

CREATE FUNCTION crm.esquema_registrar_perfis() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Perfis respondidos do cache",
        "interna": true,
        "argumentos": {
            "perfis": {"type": "array", "items": {"type": "object",
                "properties": {
                    "sessao":     {"type": "string", "format": "uuid"},
                    "endereco":   {"type": "string"},
                    "requisicao": {"type": "string"},
                    "funcao":     {"type": "string", "enum": ["cliente", "cliente_pedidos", "cliente_linha_do_tempo"]},
                    "id_cliente": {"type": "integer", "minimum": 1}},
                "required": ["sessao", "requisicao", "funcao", "id_cliente"]}}},
        "obrigatorios": ["perfis"],
        "resposta": {"type": "object", "additionalProperties": false, "required": ["gravados"],
            "properties": {"gravados": {"type": "integer"}}}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_registrar_perfis() IS 'Arguments and answers of crm.api_registrar_perfis(jsonb).';
