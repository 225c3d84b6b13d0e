-- Access of another one, by who manages users: single-use code, all sessions, the
-- portfolio before a deactivation (AUTH-8); and the use of a code, before login.

-- ---- single-use code ----------------------------------------------------------------

CREATE FUNCTION crm.interno_codigo(usuario_id bigint, digitado text) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
    -- As it is read aloud or typed: case, blanks and dashes say nothing.
    SELECT crm.segredo_hmac('conta', 'c:' || usuario_id || ':' || upper(regexp_replace(digitado, '[[:space:]-]', '', 'g')));
$$;
COMMENT ON FUNCTION crm.interno_codigo(bigint, text) IS 'What crm.codigos_senha keeps of a code.';

CREATE FUNCTION crm.interno_api_usuario_codigo(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    alvo   bigint := args ->> 'id';
    codigo text := crm.senha_gerar();
    ate    timestamptz := clock_timestamp() + make_interval(hours => crm.config('codigo_horas')::integer);
    ativo  boolean;
BEGIN
    PERFORM crm.exigir('usuario.gerir');
    SELECT u.ativo INTO ativo FROM crm.usuarios AS u WHERE u.id = alvo;
    IF ativo IS NULL THEN
        PERFORM crm.falha(404, 'usuario_inexistente', 'id', 'Este usuário não existe.');
    ELSIF NOT ativo THEN
        PERFORM crm.falha(409, 'usuario_inativo', 'id', 'Este usuário está desativado.', 'Reative-o antes.');
    END IF;
    INSERT INTO crm.codigos_senha AS c (usuario_id, codigo, expira_em, criado_por)
    VALUES (alvo, crm.interno_codigo(alvo, codigo), ate, crm.usuario_id())
    ON CONFLICT ON CONSTRAINT codigos_senha_pkey DO UPDATE
       SET codigo = EXCLUDED.codigo, expira_em = EXCLUDED.expira_em, criado_por = EXCLUDED.criado_por,
           criado_em = clock_timestamp();
    PERFORM crm.interno_auditar('codigo_senha', alvo);
    RETURN json_build_object('codigo', codigo, 'expira_em', ate);
END;
$$;
COMMENT ON FUNCTION crm.interno_api_usuario_codigo(jsonb) IS 'Body of crm.api_usuario_codigo().';

CREATE FUNCTION crm.api_usuario_codigo(
    args jsonb                  -- {"id"}
) RETURNS json                  -- {"codigo", "expira_em"}, once
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_usuario_codigo(jsonb) IS
    'POST /api/admin/usuarios/{id}/codigo: a code with which the user chooses a new password, once (AUTH-8). '
    'The former code ends; the password holds until the code is used.';

CREATE FUNCTION crm.esquema_usuario_codigo() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Dar um código para trocar a senha",
        "descricao": "Vale uma vez, por codigo_horas; mostrado esta única vez. O anterior deixa de valer.",
        "argumentos": {
            "id": {"type": "integer", "minimum": 1}},
        "obrigatorios": ["id"],
        "resposta": {"type": "object", "additionalProperties": false, "required": ["expira_em"], "properties": {
            "codigo":    {"type": "string", "description": "Ausente na repetição da mesma Idempotency-Key"},
            "expira_em": {"type": "string", "format": "date-time"}}},
        "erros": {"404": ["usuario_inexistente"], "409": ["usuario_inativo"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_usuario_codigo() IS 'Arguments and answers of crm.api_usuario_codigo(jsonb).';

CREATE FUNCTION crm.interno_api_redefinir_senha(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    digitado text := lower(btrim(args ->> 'usuario'));
    nova     text := args ->> 'senha_nova';
    usuario  crm.usuarios;
    gasto    boolean;
BEGIN
    SELECT u.* INTO usuario
      FROM crm.usuarios AS u
     WHERE lower(u.email) = digitado OR lower(u.nome) = digitado
     ORDER BY lower(u.email) = digitado DESC
     LIMIT 1;
    -- Unknown, wrong, used and too old are one answer.
    IF usuario.id IS NULL OR NOT usuario.ativo OR NOT EXISTS (
           SELECT FROM crm.codigos_senha AS c
            WHERE c.usuario_id = usuario.id AND c.expira_em > clock_timestamp()
              AND c.codigo = crm.interno_codigo(usuario.id, args ->> 'codigo')) THEN
        PERFORM crm.falha(401, 'codigo_invalido', 'codigo', 'O código não confere, já foi usado ou venceu.',
                          'Peça outro a um administrador.');
    END IF;
    -- A code is not spent on a password that is refused.
    PERFORM crm.senha_exigir_boa(nova, usuario.email, usuario.nome, 'senha_nova');
    DELETE FROM crm.codigos_senha AS c
     WHERE c.usuario_id = usuario.id AND c.codigo = crm.interno_codigo(usuario.id, args ->> 'codigo')
    RETURNING true INTO gasto;
    IF gasto IS NULL THEN   -- by somebody else, a moment ago
        PERFORM crm.falha(401, 'codigo_invalido', 'codigo', 'O código não confere, já foi usado ou venceu.');
    END IF;
    -- The trigger ends the sessions.
    UPDATE crm.usuarios AS u
       SET senha_hash = crm.senha_cifrar(nova), senha_em = clock_timestamp(), trocar_senha = false, updated_at = now()
     WHERE u.id = usuario.id;
    DELETE FROM crm.bloqueios_login AS b WHERE b.conta = crm.interno_conta(usuario.id, NULL);
    PERFORM crm.interno_auditar('redefinir_senha', usuario.id);
    RETURN json_build_object('ok', true);
END;
$$;
COMMENT ON FUNCTION crm.interno_api_redefinir_senha(jsonb) IS 'Body of crm.api_redefinir_senha().';

CREATE FUNCTION crm.api_redefinir_senha(
    args jsonb                  -- {"usuario", "codigo", "senha_nova"}
) RETURNS json                  -- {"ok": true}
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_redefinir_senha(jsonb) IS
    'POST /api/auth/redefinir: a new password by single-use code (AUTH-8). 401 codigo_invalido, 422 for a bad '
    'password; the sessions end.';

CREATE FUNCTION crm.esquema_redefinir_senha() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Escolher uma senha nova com um código",
        "descricao": "O código vem de um administrador e vale uma vez. As sessões abertas terminam.",
        "argumentos": {
            "usuario":    {"type": "string", "maxLength": 254, "description": "E-mail ou nome"},
            "codigo":     {"type": "string", "maxLength": 40},
            "senha_nova": {"type": "string", "maxLength": 128, "format": "password"}},
        "obrigatorios": ["usuario", "codigo", "senha_nova"],
        "resposta": {"$ref": "#/components/schemas/Feito"},
        "erros": {"401": ["codigo_invalido"], "422": ["senha_curta", "senha_longa", "senha_comum"], "503": ["ocupado"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_redefinir_senha() IS 'Arguments and answers of crm.api_redefinir_senha(jsonb).';

-- ---- all sessions of a user ----------------------------------------------------------

CREATE FUNCTION crm.interno_api_usuario_sessoes_encerrar(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    alvo bigint := args ->> 'id';
    n    bigint;
BEGIN
    PERFORM crm.exigir('usuario.gerir');
    IF NOT EXISTS (SELECT FROM crm.usuarios AS u WHERE u.id = alvo) THEN
        PERFORM crm.falha(404, 'usuario_inexistente', 'id', 'Este usuário não existe.');
    END IF;
    -- One's own present one stays.
    n := crm.sessoes_encerrar(alvo, 'revogada', (SELECT q.sessao FROM crm.quem_sou() AS q WHERE q.usuario_id = alvo));
    PERFORM crm.interno_auditar('encerrar_sessoes', alvo, jsonb_build_object('encerradas', n));
    RETURN json_build_object('encerradas', n);
END;
$$;
COMMENT ON FUNCTION crm.interno_api_usuario_sessoes_encerrar(jsonb) IS 'Body of crm.api_usuario_sessoes_encerrar().';

CREATE FUNCTION crm.api_usuario_sessoes_encerrar(
    args jsonb                  -- {"id"}
) RETURNS json                  -- {"encerradas"}
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_usuario_sessoes_encerrar(jsonb) IS
    'DELETE /api/admin/usuarios/{id}/sessoes: ends the open sessions of a user; of oneself the others (AUTH-8).';

CREATE FUNCTION crm.esquema_usuario_sessoes_encerrar() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Encerrar as sessões de um usuário",
        "descricao": "De si mesmo, as outras.",
        "argumentos": {
            "id": {"type": "integer", "minimum": 1}},
        "obrigatorios": ["id"],
        "resposta": {"type": "object", "additionalProperties": false, "required": ["encerradas"], "properties": {
            "encerradas": {"type": "integer"}}},
        "erros": {"404": ["usuario_inexistente"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_usuario_sessoes_encerrar() IS 'Arguments and answers of crm.api_usuario_sessoes_encerrar(jsonb).';

-- ---- the portfolio, before its holder stops selling -----------------------------------

CREATE FUNCTION crm.interno_api_usuario_carteira(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    alvo bigint := args ->> 'id';
BEGIN
    PERFORM crm.exigir('usuario.gerir');
    IF NOT EXISTS (SELECT FROM crm.usuarios AS u WHERE u.id = alvo) THEN
        PERFORM crm.falha(404, 'usuario_inexistente', 'id', 'Este usuário não existe.');
    END IF;
    RETURN (
        WITH k AS (
            SELECT c.vendedor_id,
                   coalesce(sum(c.qtd) FILTER (WHERE c.estado = 'pendente'), 0)::bigint AS pendentes,
                   coalesce(sum(c.qtd) FILTER (WHERE c.estado = 'fixado'), 0)::bigint AS fixados,
                   coalesce(sum(c.qtd) FILTER (WHERE c.estado = 'contatado'), 0)::bigint AS contatados,
                   coalesce(sum(c.valor) FILTER (WHERE c.estado IN ('pendente', 'fixado')), 0.00) AS valor
              FROM crm.contagens AS c
             WHERE c.escopo = 'vendedor' AND c.estado IN ('pendente', 'fixado', 'contatado')
             GROUP BY c.vendedor_id)
        SELECT json_build_object(
            'pendentes', coalesce((SELECT k.pendentes FROM k WHERE k.vendedor_id = alvo), 0),
            'fixados', coalesce((SELECT k.fixados FROM k WHERE k.vendedor_id = alvo), 0),
            'a_contatar', coalesce((SELECT k.pendentes + k.fixados FROM k WHERE k.vendedor_id = alvo), 0),
            'contatados', coalesce((SELECT k.contatados FROM k WHERE k.vendedor_id = alvo), 0),
            'valor', coalesce((SELECT k.valor FROM k WHERE k.vendedor_id = alvo), 0.00),
            'recebem', coalesce((
                SELECT json_agg(json_build_object('id', v.id, 'nome', v.nome, 'online', v.online,
                                                  'a_contatar', coalesce(k.pendentes + k.fixados, 0))
                                ORDER BY lower(v.nome), v.id)
                  FROM crm.vendedores AS v LEFT JOIN k ON k.vendedor_id = v.id
                 WHERE v.ativo AND v.id <> alvo), '[]')));
END;
$$;
COMMENT ON FUNCTION crm.interno_api_usuario_carteira(jsonb) IS 'Body of crm.api_usuario_carteira().';

CREATE FUNCTION crm.api_usuario_carteira(
    args jsonb                  -- {"id"}
) RETURNS json                  -- {"pendentes", "fixados", "a_contatar", "contatados", "valor", "recebem"}
    LANGUAGE C STABLE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_usuario_carteira(jsonb) IS
    'GET /api/admin/usuarios/{id}/carteira: what a deactivation would move, and who could take it (AUTH-8).';

CREATE FUNCTION crm.esquema_usuario_carteira() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Carteira de um usuário, antes de desativá-lo",
        "argumentos": {
            "id": {"type": "integer", "minimum": 1}},
        "obrigatorios": ["id"],
        "resposta": {"type": "object", "additionalProperties": false,
            "required": ["pendentes", "fixados", "a_contatar", "contatados", "valor", "recebem"],
            "properties": {
                "pendentes":  {"type": "integer", "description": "A contatar, que a distribuição move"},
                "fixados":    {"type": "integer", "description": "A contatar, fixados por realocação"},
                "a_contatar": {"type": "integer", "description": "Pendentes e fixados"},
                "contatados": {"type": "integer", "description": "Contatados neste ciclo"},
                "valor":      {"type": "number", "description": "R$ a recuperar"},
                "recebem":    {"type": "array", "items": {"type": "object", "additionalProperties": false,
                    "required": ["id", "nome", "online", "a_contatar"],
                    "properties": {
                        "id":         {"type": "integer", "description": "Vendedor"},
                        "nome":       {"type": "string"},
                        "online":     {"type": "boolean"},
                        "a_contatar": {"type": "integer"}}}}}},
        "erros": {"404": ["usuario_inexistente"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_usuario_carteira() IS 'Arguments and answers of crm.api_usuario_carteira(jsonb).';
