-- /api/admin/usuarios: list, create, change, unblock, reset. Each function judges
-- its caller by crm.exigir('usuario.gerir').

CREATE FUNCTION crm.interno_usuarios_json(ids bigint[]) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
BEGIN
    RETURN coalesce((
        SELECT json_agg(json_build_object(
                   'id', u.id,
                   'nome', u.nome,
                   'email', u.email,
                   'papel', u.papel,
                   'ativo', u.ativo,
                   'online', coalesce(v.online, false),
                   'participa_distribuicao', coalesce(v.ativo AND v.participa_distribuicao, false),
                   'trocar_senha', u.trocar_senha,
                   'bloqueado', EXISTS (SELECT FROM crm.bloqueios_login AS b
                                         WHERE b.conta = crm.interno_conta(u.id, NULL)
                                           AND b.bloqueado_ate > clock_timestamp()),
                   'ultimo_acesso', (SELECT max(s.criada_em) FROM crm.sessoes AS s
                                      WHERE s.usuario_id = u.id),
                   'sessoes', (SELECT count(*) FROM crm.sessoes AS s
                                WHERE s.usuario_id = u.id
                                  AND s.encerrada_em IS NULL
                                  AND s.limite_em > clock_timestamp()))
               ORDER BY p.ordem)
          FROM unnest(ids) WITH ORDINALITY AS p(id, ordem)
          JOIN crm.usuarios AS u ON u.id = p.id
          LEFT JOIN crm.vendedores AS v ON v.id = u.id), '[]');
END;
$$;
COMMENT ON FUNCTION crm.interno_usuarios_json(bigint[]) IS 'Users as the API shows them, in the order given.';

CREATE FUNCTION crm.interno_api_usuarios(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    pagina  integer := args ->> 'page';
    tamanho integer := args ->> 'size';
    busca   text := lower(btrim(args ->> 'busca'));
    total   bigint;
    ids     bigint[];
BEGIN
    PERFORM crm.exigir('usuario.gerir');
    SELECT count(*) INTO total
      FROM crm.usuarios AS u
     WHERE busca IS NULL OR strpos(lower(u.nome), busca) > 0 OR strpos(u.email, busca) > 0;
    SELECT array_agg(t.id ORDER BY t.nome, t.id) INTO ids
      FROM (SELECT u.id, u.nome
              FROM crm.usuarios AS u
             WHERE busca IS NULL OR strpos(lower(u.nome), busca) > 0 OR strpos(u.email, busca) > 0
             ORDER BY u.nome, u.id
             LIMIT tamanho OFFSET (pagina - 1)::bigint * tamanho) AS t;
    RETURN json_build_object(
        'usuarios', crm.interno_usuarios_json(ids),
        'total', total,
        'page', pagina,
        'size', tamanho,
        'pages', greatest(1, ceil(total / tamanho::numeric)));
END;
$$;
COMMENT ON FUNCTION crm.interno_api_usuarios(jsonb) IS 'Body of crm.api_usuarios().';

CREATE FUNCTION crm.api_usuarios(
    args jsonb                  -- {"page"?, "size"?, "busca"?}
) RETURNS json                  -- {"usuarios": [...], "total", "page", "size", "pages"}
    LANGUAGE C STABLE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_usuarios(jsonb) IS 'GET /api/admin/usuarios: users by name.';

CREATE FUNCTION crm.esquema_usuarios() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Usuários por nome",
        "argumentos": {
            "page":  {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 1},
            "size":  {"type": "integer", "minimum": 1, "maximum": 100, "default": 50},
            "busca": {"type": "string", "maxLength": 120, "description": "Parte do nome ou do e-mail"}},
        "resposta": {"type": "object", "additionalProperties": false, "required": ["usuarios", "total", "page", "size", "pages"],
            "properties": {
                "usuarios": {"type": "array", "items": {"$ref": "#/components/schemas/Usuario"}},
                "total":    {"type": "integer"},
                "page":     {"type": "integer"},
                "size":     {"type": "integer"},
                "pages":    {"type": "integer"}}}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_usuarios() IS 'Arguments and answers of crm.api_usuarios(jsonb).';

CREATE FUNCTION crm.interno_api_usuario_criar(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    senha     text := args ->> 'senha';
    gerada    text;
    novo      bigint;
    resposta  jsonb;
BEGIN
    PERFORM crm.exigir('usuario.gerir');
    IF senha IS NULL THEN
        gerada := crm.senha_gerar();
    END IF;
    novo := crm.criar_usuario(
        args ->> 'nome',
        args ->> 'email',
        args ->> 'papel',
        coalesce(senha, gerada),
        (args ->> 'peso')::integer,
        (args ->> 'capacidade')::integer,
        gerada IS NOT NULL);
    resposta := (crm.interno_usuarios_json(ARRAY[novo]) -> 0)::jsonb;
    IF gerada IS NOT NULL THEN
        resposta := resposta || jsonb_build_object('senha_provisoria', gerada);
    END IF;
    PERFORM crm.responder(201, NULL);
    RETURN resposta;
END;
$$;
COMMENT ON FUNCTION crm.interno_api_usuario_criar(jsonb) IS 'Body of crm.api_usuario_criar().';

CREATE FUNCTION crm.api_usuario_criar(
    args jsonb                  -- {"nome", "email", "papel", "senha"?, "peso"?, "capacidade"?}
) RETURNS json                  -- the user; without senha also "senha_provisoria", once
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_usuario_criar(jsonb) IS
    'POST /api/admin/usuarios, 201. Without senha one is generated, to be changed at the first login.';

CREATE FUNCTION crm.esquema_usuario_criar() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Criar um usuário",
        "descricao": "Sem senha, uma provisória é gerada e mostrada esta única vez.",
        "argumentos": {
            "nome":       {"type": "string", "maxLength": 120},
            "email":      {"type": "string", "maxLength": 254},
            "papel":      {"type": "string", "enum": ["administrador", "gerente", "operador", "vendedor", "ti"]},
            "senha":      {"type": "string", "format": "password"},
            "peso":       {"type": "integer", "minimum": 1, "maximum": 100, "default": 1, "description": "De um vendedor"},
            "capacidade": {"type": "integer", "minimum": 0, "maximum": 1000000, "description": "De um vendedor; ausente: sem limite"}},
        "obrigatorios": ["nome", "email", "papel"],
        "status": 201,
        "resposta": {"$ref": "#/components/schemas/Usuario"},
        "erros": {"409": ["email_em_uso", "nome_em_uso"], "422": ["senha_curta", "senha_longa", "senha_comum"],
                  "503": ["ocupado"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_usuario_criar() IS 'Arguments and answers of crm.api_usuario_criar(jsonb).';

CREATE FUNCTION crm.interno_api_usuario_alterar(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    alvo bigint := args ->> 'id';
BEGIN
    PERFORM crm.exigir('usuario.gerir');
    PERFORM crm.alterar_usuario(
        alvo,
        args ->> 'nome',
        args ->> 'email',
        args ->> 'papel',
        (args ->> 'ativo')::boolean,
        (args ->> 'transferir_para')::bigint,
        (args ->> 'participa_distribuicao')::boolean);
    RETURN crm.interno_usuarios_json(ARRAY[alvo]) -> 0;
END;
$$;
COMMENT ON FUNCTION crm.interno_api_usuario_alterar(jsonb) IS 'Body of crm.api_usuario_alterar().';

CREATE FUNCTION crm.api_usuario_alterar(
    args jsonb                  -- {"id", "nome"?, "email"?, "papel"?, "ativo"?, "transferir_para"?, "participa_distribuicao"?}
) RETURNS json                  -- the user
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_usuario_alterar(jsonb) IS
    'PATCH /api/admin/usuarios/{id} (AUTH-8). 404 usuario_inexistente, 409 ultimo_administrador, 422.';

CREATE FUNCTION crm.esquema_usuario_alterar() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Alterar um usuário",
        "argumentos": {
            "id":    {"type": "integer", "minimum": 1},
            "nome":  {"type": "string", "maxLength": 120},
            "email": {"type": "string", "maxLength": 254},
            "papel": {"type": "string", "enum": ["administrador", "gerente", "operador", "vendedor", "ti"]},
            "ativo": {"type": "boolean"},
            "transferir_para":        {"type": "integer", "minimum": 1, "description": "Vendedor que recebe a carteira"},
            "participa_distribuicao": {"type": "boolean"}},
        "obrigatorios": ["id"],
        "resposta": {"$ref": "#/components/schemas/Usuario"},
        "erros": {"404": ["usuario_inexistente"], "409": ["email_em_uso", "nome_em_uso", "ultimo_administrador"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_usuario_alterar() IS 'Arguments and answers of crm.api_usuario_alterar(jsonb).';

CREATE FUNCTION crm.interno_api_usuario_desbloquear(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
BEGIN
    PERFORM crm.exigir('usuario.gerir');
    PERFORM crm.desbloquear_usuario((args ->> 'id')::bigint);
    RETURN json_build_object('ok', true);
END;
$$;
COMMENT ON FUNCTION crm.interno_api_usuario_desbloquear(jsonb) IS 'Body of crm.api_usuario_desbloquear().';

CREATE FUNCTION crm.api_usuario_desbloquear(
    args jsonb                  -- {"id"}
) RETURNS json                  -- {"ok": true}
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_usuario_desbloquear(jsonb) IS 'POST /api/admin/usuarios/{id}/desbloquear.';

CREATE FUNCTION crm.esquema_usuario_desbloquear() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Desbloquear o login de um usuário",
        "argumentos": {
            "id": {"type": "integer", "minimum": 1}},
        "obrigatorios": ["id"],
        "resposta": {"$ref": "#/components/schemas/Feito"},
        "erros": {"404": ["usuario_inexistente"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_usuario_desbloquear() IS 'Arguments and answers of crm.api_usuario_desbloquear(jsonb).';

CREATE FUNCTION crm.interno_api_usuario_senha(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    gerada text := crm.senha_gerar();
BEGIN
    PERFORM crm.exigir('usuario.gerir');
    PERFORM crm.definir_senha((args ->> 'id')::bigint, gerada, true);
    RETURN json_build_object('senha_provisoria', gerada);
END;
$$;
COMMENT ON FUNCTION crm.interno_api_usuario_senha(jsonb) IS 'Body of crm.api_usuario_senha().';

CREATE FUNCTION crm.api_usuario_senha(
    args jsonb                  -- {"id"}
) RETURNS json                  -- {"senha_provisoria"}, once
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_usuario_senha(jsonb) IS
    'POST /api/admin/usuarios/{id}/senha: a generated password, to be changed at the next login.';

CREATE FUNCTION crm.esquema_usuario_senha() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Dar uma senha provisória a um usuário",
        "descricao": "Mostrada esta única vez; as sessões dele terminam.",
        "argumentos": {
            "id": {"type": "integer", "minimum": 1}},
        "obrigatorios": ["id"],
        "resposta": {"type": "object", "additionalProperties": false,
            "properties": {"senha_provisoria": {"type": "string", "description": "Ausente na repetição da mesma Idempotency-Key"}}},
        "erros": {"404": ["usuario_inexistente"], "503": ["ocupado"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_usuario_senha() IS 'Arguments and answers of crm.api_usuario_senha(jsonb).';

-- Schemas that several endpoints share.
CREATE FUNCTION crm.componentes_usuarios() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "Papel": {"type": "string", "enum": ["administrador", "gerente", "operador", "vendedor", "ti"]},
        "Usuario": {"type": "object", "additionalProperties": false,
            "required": ["id", "nome", "email", "papel", "ativo", "online", "participa_distribuicao", "trocar_senha", "bloqueado",
                         "ultimo_acesso", "sessoes"],
            "properties": {
                "id":               {"type": "integer"},
                "nome":             {"type": "string"},
                "email":            {"type": "string"},
                "papel":            {"$ref": "#/components/schemas/Papel"},
                "ativo":            {"type": "boolean"},
                "online":           {"type": "boolean"},
                "participa_distribuicao": {"type": "boolean"},
                "trocar_senha":     {"type": "boolean", "description": "A senha é provisória"},
                "bloqueado":        {"type": "boolean", "description": "Login bloqueado por tentativas"},
                "ultimo_acesso":    {"type": ["string", "null"], "format": "date-time"},
                "sessoes":          {"type": "integer", "description": "Abertas agora"},
                "senha_provisoria": {"type": "string", "description": "Só na criação sem senha, uma vez"}}}}$$::jsonb;
COMMENT ON FUNCTION crm.componentes_usuarios() IS 'Schemas of users.';
