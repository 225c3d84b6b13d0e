-- /api/auth: login, logout, who am I, password, sessions.

CREATE FUNCTION crm.interno_api_login(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    novo_hash text;
    vende    boolean;
    quem     record;
    usuario  crm.usuarios;
    digitado text;
    senha    text;
    ende     text;
    veredito record;
    sessao   crm.sessoes;
BEGIN
    digitado := lower(btrim(args ->> 'email'));
    senha := args ->> 'senha';
    IF digitado IS NOT NULL THEN
        IF args ? 'nome' THEN
            PERFORM crm.falha(422, 'campo_invalido', 'nome', 'Informe e-mail ou nome, não ambos.');
        END IF;
        IF digitado !~ '^[^@[:space:]]+@[^@[:space:]]+\.[^@[:space:]]+$' THEN
            PERFORM crm.falha(422, 'campo_invalido', 'email', 'O e-mail não é válido.');
        END IF;
        SELECT u.* INTO usuario FROM crm.usuarios AS u WHERE lower(u.email) = digitado;
    ELSE
        digitado := lower(btrim(args ->> 'nome'));
        IF coalesce(digitado, '') = '' THEN
            PERFORM crm.falha(422, 'campo_obrigatorio', 'email', 'Informe o e-mail.');
        END IF;
        SELECT u.* INTO usuario
          FROM crm.usuarios AS u
         WHERE lower(u.email) = digitado OR lower(u.nome) = digitado
         ORDER BY lower(u.email) = digitado DESC
         LIMIT 1;
    END IF;

    SELECT q.* INTO quem FROM crm.quem_sou() AS q;
    ende := coalesce(nullif(quem.endereco, ''), '-');
    SELECT v.* INTO veredito
      FROM crm.interno_avaliar_senha(
               crm.interno_conta(usuario.id, digitado), usuario.id,
               CASE WHEN usuario.ativo THEN usuario.senha_hash END, senha, ende) AS v;
    IF veredito.resultado <> 'certa' THEN
        IF veredito.resultado = 'errada' THEN
            PERFORM crm.interno_auditar('login_falha', usuario.id);
        END IF;
        PERFORM crm.interno_recusar_senha(veredito.resultado, veredito.tentar_em, 401,
            'credenciais_invalidas', NULL, 'E-mail ou senha inválidos.');
        RETURN NULL;
    END IF;

    -- The cost was raised since: same password, new hash.
    IF substr(usuario.senha_hash, 5, 2) <> lpad(crm.config('bcrypt_custo'), 2, '0') THEN
        novo_hash := crm.senha_cifrar(senha);
    END IF;

    -- The computation took its time: who lost the password or the account
    -- meanwhile gets no session, and what changes from here on finds it. senha_em,
    -- not the hash: another login may have hashed the same password anew. The lock
    -- of the distributions comes before rows of usuarios.
    vende := EXISTS (SELECT FROM crm.vendedores AS v WHERE v.id = usuario.id AND v.ativo);
    IF vende THEN
        PERFORM crm.distribuicao_travar();
    END IF;
    UPDATE crm.usuarios AS u
       SET senha_hash = novo_hash
     WHERE novo_hash IS NOT NULL
       AND u.id = usuario.id AND u.senha_em IS NOT DISTINCT FROM usuario.senha_em
       AND u.ativo AND u.papel = usuario.papel;
    PERFORM FROM crm.usuarios AS u
      WHERE u.id = usuario.id AND u.senha_em IS NOT DISTINCT FROM usuario.senha_em
        AND u.ativo AND u.papel = usuario.papel
        FOR SHARE;
    IF NOT FOUND THEN
        PERFORM crm.falha(401, 'credenciais_invalidas', NULL, 'E-mail ou senha inválidos.');
    END IF;

    INSERT INTO crm.sessoes (usuario_id, criada_em, limite_em, endereco, agente)
    VALUES (usuario.id, clock_timestamp(),
            clock_timestamp() + crm.config('sessao_limite')::integer * interval '1 second',
            nullif(quem.endereco, ''), nullif(quem.agente, ''))
    RETURNING * INTO sessao;
    PERFORM crm.identidade_assumir(sessao.id);
    PERFORM crm.interno_auditar('login', usuario.id);
    IF vende THEN
        PERFORM crm.entrar_vendedor(usuario.id);
    END IF;

    PERFORM crm.responder(200, NULL, jsonb_build_object('abrir_sessao', jsonb_build_object(
        'sid', sessao.id,
        'sub', usuario.id,
        'papel', usuario.papel,
        'nome', usuario.nome,
        'limite', floor(extract(epoch FROM sessao.limite_em))::bigint,
        'duracao', crm.config('sessao_duracao')::integer)));
    RETURN json_build_object(
        'id', usuario.id,
        'nome', usuario.nome,
        'is_admin', usuario.papel = 'administrador',
        'papel', usuario.papel,
        'email', usuario.email,
        'trocar_senha', usuario.trocar_senha);
END;
$$;
COMMENT ON FUNCTION crm.interno_api_login(jsonb) IS 'Body of crm.api_login().';

CREATE FUNCTION crm.api_login(
    args jsonb                  -- {"email" | "nome", "senha"}
) RETURNS json                  -- {"id", "nome", "is_admin", "papel", "email", "trocar_senha"}
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_login(jsonb) IS
    'POST /api/auth/login (AUTH-1, AUTH-2, AUTH-4). 401 credenciais_invalidas, 429 bloqueado or '
    'muitas_tentativas with tentar_em, 503 ocupado.';

CREATE FUNCTION crm.esquema_login() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Entrar",
        "descricao": "Abre uma sessão. O token vai no corpo e também no cookie __Host-crm; informe e-mail ou nome.",
        "argumentos": {
            "email": {"type": "string", "maxLength": 254},
            "nome":  {"type": "string", "maxLength": 254},
            "senha": {"type": "string", "minLength": 8, "maxLength": 128, "format": "password"}},
        "obrigatorios": ["senha"],
        "resposta": {"type": "object", "additionalProperties": false,
            "required": ["id", "nome", "is_admin", "papel", "email", "trocar_senha", "token", "expira_em"],
            "properties": {
                "id":           {"type": "integer"},
                "nome":         {"type": "string"},
                "is_admin":     {"type": "boolean"},
                "papel":        {"$ref": "#/components/schemas/Papel"},
                "email":        {"type": "string"},
                "trocar_senha": {"type": "boolean", "description": "A senha é provisória: só a troca é aceita"},
                "token":        {"type": "string", "description": "Para Authorization: Bearer"},
                "expira_em":    {"type": "string", "format": "date-time"}}},
        "erros": {"401": ["credenciais_invalidas"], "429": ["bloqueado", "muitas_tentativas", "limite_requisicoes"],
                  "503": ["ocupado"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_login() IS 'Arguments and answers of crm.api_login(jsonb).';

CREATE FUNCTION crm.interno_api_logout(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    quem record;
BEGIN
    SELECT q.* INTO quem FROM crm.quem_sou() AS q;
    IF quem.sessao IS NULL THEN
        PERFORM crm.falha(401, 'nao_autenticado', NULL, 'É preciso entrar primeiro.');
    END IF;
    IF EXISTS (SELECT FROM crm.vendedores AS v WHERE v.id = quem.usuario_id AND v.ativo) THEN
        PERFORM crm.sair_vendedor(quem.usuario_id);
    END IF;
    PERFORM crm.encerrar_sessao(quem.sessao, 'logout');
    PERFORM crm.interno_auditar('logout', quem.usuario_id);
    PERFORM crm.responder(200, NULL, '{"fechar_sessao": true}');
    RETURN json_build_object('ok', true);
END;
$$;
COMMENT ON FUNCTION crm.interno_api_logout(jsonb) IS 'Body of crm.api_logout().';

CREATE FUNCTION crm.api_logout(
    args jsonb                  -- {}
) RETURNS json                  -- {"ok": true}
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_logout(jsonb) IS
    'POST /api/auth/logout (AUTH-2): ends the session; a seller is offline at once, whatever other '
    'sessions are open.';

CREATE FUNCTION crm.esquema_logout() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Sair",
        "descricao": "Encerra a sessão; o vendedor fica offline na hora.",
        "argumentos": {},
        "resposta": {"$ref": "#/components/schemas/Feito"}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_logout() IS 'Arguments and answers of crm.api_logout(jsonb).';

CREATE FUNCTION crm.interno_api_eu(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
BEGIN
    RETURN (
        SELECT json_build_object(
                   'id', u.id,
                   'nome', u.nome,
                   'email', u.email,
                   'papel', u.papel,
                   'is_admin', u.papel = 'administrador',
                   'trocar_senha', u.trocar_senha,
                   'vendedor', EXISTS (SELECT FROM crm.vendedores AS v WHERE v.id = u.id AND v.ativo),
                   'permissoes', coalesce((SELECT json_agg(p.acao ORDER BY p.acao)
                                             FROM crm.permissoes AS p
                                            WHERE p.papel = u.papel), '[]'),
                   'empresa', crm.config('empresa'),
                   'contato', crm.config('contato'),
                   'versao', crm.versao(),
                   'hoje', crm.hoje(),
                   'fuso', crm.config('fuso_horario'),
                   'janela', json_build_object(
                       'inicio', crm.config('janela_inicio')::integer,
                       'meio', crm.config('janela_meio')::integer,
                       'fim', crm.config('janela_fim')::integer,
                       'perdido', crm.config('periodo_perdido')::integer),
                   'whatsapp', json_build_object(
                       'modelo', coalesce(w.whatsapp_modelo, crm.config('whatsapp_modelo')),
                       'proprio', w.whatsapp_modelo IS NOT NULL))
          FROM crm.usuarios AS u
          LEFT JOIN crm.vendedores AS w ON w.id = u.id
         WHERE u.id = crm.usuario_id());
END;
$$;
COMMENT ON FUNCTION crm.interno_api_eu(jsonb) IS 'Body of crm.api_eu().';

CREATE FUNCTION crm.api_eu(
    args jsonb                  -- {}
) RETURNS json
    LANGUAGE C STABLE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_eu(jsonb) IS
    'GET /api/auth/eu: who is logged in, what crm.permissoes allows, what every screen needs.';

CREATE FUNCTION crm.esquema_eu() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Quem está na sessão",
        "argumentos": {},
        "resposta": {"type": "object", "additionalProperties": false,
            "required": ["id", "nome", "email", "papel", "is_admin", "trocar_senha", "vendedor", "permissoes", "empresa",
                         "contato", "versao", "hoje", "fuso", "janela", "whatsapp"],
            "properties": {
                "id":           {"type": "integer"},
                "nome":         {"type": "string"},
                "email":        {"type": "string"},
                "papel":        {"$ref": "#/components/schemas/Papel"},
                "is_admin":     {"type": "boolean"},
                "trocar_senha": {"type": "boolean"},
                "vendedor":     {"type": "boolean", "description": "Tem carteira"},
                "permissoes":   {"type": "array", "items": {"type": "string"}},
                "empresa":      {"type": "string"},
                "contato":      {"type": "string"},
                "versao":       {"type": "string"},
                "hoje":         {"type": "string", "format": "date"},
                "fuso":         {"type": "string", "description": "Fuso horário do negócio: os instantes são mostrados nele"},
                "janela":       {"type": "object", "additionalProperties": false, "required": ["inicio", "meio", "fim", "perdido"],
                    "description": "Dias sem comprar que separam os períodos",
                    "properties": {"inicio": {"type": "integer"}, "meio": {"type": "integer"}, "fim": {"type": "integer"},
                                   "perdido": {"type": "integer"}}},
                "whatsapp":     {"type": "object", "additionalProperties": false, "required": ["modelo", "proprio"],
                    "description": "Mensagem do link do WhatsApp; {saudacao}, {vendedor} e {empresa} a preencher",
                    "properties": {"modelo": {"type": "string"}, "proprio": {"type": "boolean"}}}}}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_eu() IS 'Arguments and answers of crm.api_eu(jsonb).';

CREATE FUNCTION crm.interno_api_trocar_senha(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    quem     record;
    usuario  crm.usuarios;
    atual    text := args ->> 'senha_atual';
    nova     text := args ->> 'senha_nova';
    veredito record;
BEGIN
    SELECT q.* INTO quem FROM crm.quem_sou() AS q;
    SELECT u.* INTO usuario FROM crm.usuarios AS u WHERE u.id = quem.usuario_id;

    SELECT v.* INTO veredito
      FROM crm.interno_avaliar_senha(crm.interno_conta(usuario.id, NULL), usuario.id,
               usuario.senha_hash, atual, coalesce(nullif(quem.endereco, ''), '-')) AS v;
    IF veredito.resultado <> 'certa' THEN
        PERFORM crm.interno_recusar_senha(veredito.resultado, veredito.tentar_em, 403,
            'senha_atual_invalida', 'senha_atual', 'A senha atual não confere.');
        RETURN NULL;
    END IF;
    PERFORM crm.senha_exigir_boa(nova, usuario.email, usuario.nome, 'senha_nova');
    IF nova = atual THEN
        PERFORM crm.falha(422, 'senha_repetida', 'senha_nova', 'A senha nova deve ser diferente da atual.');
    END IF;

    -- The trigger ends the other sessions.
    UPDATE crm.usuarios AS u
       SET senha_hash = crm.senha_cifrar(nova),
           senha_em = clock_timestamp(),
           trocar_senha = false,
           updated_at = now()
     WHERE u.id = usuario.id AND u.senha_em IS NOT DISTINCT FROM usuario.senha_em;
    IF NOT FOUND THEN   -- it was changed meanwhile: this is not the present one
        PERFORM crm.falha(403, 'senha_atual_invalida', 'senha_atual', 'A senha atual não confere.');
    END IF;
    PERFORM crm.interno_auditar('trocar_senha', usuario.id);
    RETURN json_build_object('ok', true);
END;
$$;
COMMENT ON FUNCTION crm.interno_api_trocar_senha(jsonb) IS 'Body of crm.api_trocar_senha().';

CREATE FUNCTION crm.api_trocar_senha(
    args jsonb                  -- {"senha_atual", "senha_nova"}
) RETURNS json                  -- {"ok": true}
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_trocar_senha(jsonb) IS
    'POST /api/auth/senha: 403 senha_atual_invalida (counted like a login), 422 for a bad new one; '
    'the other sessions end.';

CREATE FUNCTION crm.esquema_trocar_senha() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Trocar a própria senha",
        "descricao": "As outras sessões terminam.",
        "argumentos": {
            "senha_atual": {"type": "string", "maxLength": 128, "format": "password"},
            "senha_nova":  {"type": "string", "format": "password"}},
        "obrigatorios": ["senha_atual", "senha_nova"],
        "resposta": {"$ref": "#/components/schemas/Feito"},
        "erros": {"403": ["senha_atual_invalida"],
                  "422": ["senha_curta", "senha_longa", "senha_comum", "senha_repetida"],
                  "429": ["bloqueado", "muitas_tentativas"], "503": ["ocupado"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_trocar_senha() IS 'Arguments and answers of crm.api_trocar_senha(jsonb).';

CREATE FUNCTION crm.interno_api_sessoes(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    de bigint := coalesce((args ->> 'usuario_id')::bigint, crm.usuario_id());
BEGIN
    IF de <> crm.usuario_id() THEN
        PERFORM crm.exigir('usuario.gerir');
    END IF;
    RETURN json_build_object('sessoes', coalesce(
        (SELECT json_agg(json_build_object(
                    'id', s.id,
                    'criada_em', s.criada_em,
                    'limite_em', s.limite_em,
                    'endereco', s.endereco,
                    'agente', s.agente,
                    'atual', s.id IS NOT DISTINCT FROM (SELECT q.sessao FROM crm.quem_sou() AS q))
                    ORDER BY s.criada_em DESC)
           FROM crm.sessoes AS s
          WHERE s.usuario_id = de
            AND s.encerrada_em IS NULL
            AND s.limite_em > clock_timestamp()), '[]'));
END;
$$;
COMMENT ON FUNCTION crm.interno_api_sessoes(jsonb) IS 'Body of crm.api_sessoes().';

CREATE FUNCTION crm.api_sessoes(
    args jsonb                  -- {"usuario_id"?}
) RETURNS json                  -- {"sessoes": [...]}
    LANGUAGE C STABLE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_sessoes(jsonb) IS
    'GET /api/auth/sessoes: one''s own live sessions; an administrador''s choice of anybody''s.';

CREATE FUNCTION crm.esquema_sessoes() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Sessões abertas",
        "argumentos": {
            "usuario_id": {"type": "integer", "minimum": 1, "description": "De quem; ausente: as próprias"}},
        "resposta": {"type": "object", "additionalProperties": false, "required": ["sessoes"], "properties": {
            "sessoes": {"type": "array", "items": {"type": "object", "additionalProperties": false,
                "required": ["id", "criada_em", "limite_em", "endereco", "agente", "atual"],
                "properties": {
                    "id":        {"type": "string", "format": "uuid"},
                    "criada_em": {"type": "string", "format": "date-time"},
                    "limite_em": {"type": "string", "format": "date-time"},
                    "endereco":  {"type": ["string", "null"]},
                    "agente":    {"type": ["string", "null"]},
                    "atual":     {"type": "boolean"}}}}}}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_sessoes() IS 'Arguments and answers of crm.api_sessoes(jsonb).';

CREATE FUNCTION crm.interno_api_encerrar_sessao(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    alvo uuid := args ->> 'sessao_id';
    dono bigint;
BEGIN
    SELECT s.usuario_id INTO dono FROM crm.sessoes AS s WHERE s.id = alvo;
    -- Somebody else's session is no more there than one that does not exist.
    IF NOT crm.encerrar_sessao(alvo) THEN
        PERFORM crm.falha(404, 'nao_encontrado', NULL, 'Esta sessão não existe ou já terminou.');
    END IF;
    PERFORM crm.interno_auditar('encerrar_sessao', dono);
    IF alvo = (SELECT q.sessao FROM crm.quem_sou() AS q) THEN
        PERFORM crm.responder(200, NULL, '{"fechar_sessao": true}');
    END IF;
    RETURN json_build_object('ok', true);
END;
$$;
COMMENT ON FUNCTION crm.interno_api_encerrar_sessao(jsonb) IS 'Body of crm.api_encerrar_sessao().';

CREATE FUNCTION crm.api_encerrar_sessao(
    args jsonb                  -- {"sessao_id"}
) RETURNS json                  -- {"ok": true}
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_encerrar_sessao(jsonb) IS
    'DELETE /api/auth/sessoes/{sessao_id}: one''s own, or any with the right usuario.gerir; else 404.';

CREATE FUNCTION crm.esquema_encerrar_sessao() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Encerrar uma sessão",
        "argumentos": {
            "sessao_id": {"type": "string", "format": "uuid"}},
        "obrigatorios": ["sessao_id"],
        "resposta": {"$ref": "#/components/schemas/Feito"},
        "erros": {"404": ["nao_encontrado"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_encerrar_sessao() IS 'Arguments and answers of crm.api_encerrar_sessao(jsonb).';

CREATE FUNCTION crm.api_publico(
    args jsonb                  -- {}
) RETURNS json                  -- {"empresa", "contato", "logo", "versao", "senha_min"}
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SECURITY DEFINER SET search_path = pg_catalog, crm, pg_temp
    AS $$
BEGIN
    RETURN json_build_object(
        'empresa', crm.config('empresa'),
        'contato', crm.config('contato'),
        'logo', crm.config('logo'),
        'versao', crm.versao(),
        'senha_min', crm.config('senha_min')::integer);
END;
$$;
COMMENT ON FUNCTION crm.api_publico(jsonb) IS
    'GET /api/auth/publico: what the screens show before login.';

CREATE FUNCTION crm.esquema_publico() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "O que a tela de entrada mostra",
        "argumentos": {},
        "resposta": {"type": "object", "additionalProperties": false,
            "required": ["empresa", "contato", "logo", "versao", "senha_min"],
            "properties": {
                "empresa":   {"type": "string"},
                "contato":   {"type": "string"},
                "logo":      {"type": "string", "description": "Endereço data: de uma imagem; vazio: nenhum"},
                "versao":    {"type": "string"},
                "senha_min": {"type": "integer", "description": "Caracteres"}}}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_publico() IS 'Arguments and answers of crm.api_publico(jsonb).';

CREATE FUNCTION crm.api_saude(
    args jsonb                  -- {}
) RETURNS json                  -- {"ok": true, "versao"}
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SECURITY DEFINER SET search_path = pg_catalog, crm, pg_temp
    AS $$
BEGIN
    RETURN json_build_object('ok', true, 'versao', crm.versao());
END;
$$;
COMMENT ON FUNCTION crm.api_saude(jsonb) IS 'For the front''s /readyz: the database answers.';

CREATE FUNCTION crm.esquema_saude() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "O banco responde",
        "interna": true,
        "argumentos": {},
        "resposta": {"type": "object", "additionalProperties": false, "required": ["ok", "versao"],
            "properties": {"ok": {"const": true}, "versao": {"type": "string"}}}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_saude() IS 'Arguments and answers of crm.api_saude(jsonb).';
