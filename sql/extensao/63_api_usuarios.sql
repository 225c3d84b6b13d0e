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
    pagina  integer;
    tamanho integer;
    busca   text;
    total   bigint;
    ids     bigint[];
BEGIN
    PERFORM crm.exigir('usuario.gerir');
    PERFORM crm.arg_somente(args, '{page,size,busca}');
    pagina := crm.arg_int(args, 'page', 1, 1, 1000000);
    tamanho := crm.arg_int(args, 'size', 50, 1, 100);
    busca := lower(btrim(crm.arg_texto(args, 'busca', false, 120)));
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

CREATE FUNCTION crm.interno_api_usuario_criar(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    senha     text := crm.arg_texto(args, 'senha', false);
    gerada    text;
    novo      bigint;
    resposta  jsonb;
BEGIN
    PERFORM crm.exigir('usuario.gerir');
    PERFORM crm.arg_somente(args, '{nome,email,papel,senha,peso,capacidade}');
    IF senha IS NULL THEN
        gerada := crm.senha_gerar();
    END IF;
    novo := crm.criar_usuario(
        crm.arg_texto(args, 'nome', true, 120),
        crm.arg_texto(args, 'email', true, 254),
        crm.arg_opcao(args, 'papel', NULL, '{administrador,gerente,operador,vendedor,ti}'),
        coalesce(senha, gerada),
        crm.arg_int(args, 'peso', 1, 1, 100),
        crm.arg_int(args, 'capacidade', NULL, 0, 1000000),
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

CREATE FUNCTION crm.interno_api_usuario_alterar(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    alvo bigint;
BEGIN
    PERFORM crm.exigir('usuario.gerir');
    PERFORM crm.arg_somente(args, '{id,nome,email,papel,ativo,transferir_para,participa_distribuicao}');
    alvo := crm.arg_bigint(args, 'id', true, 1);
    PERFORM crm.alterar_usuario(
        alvo,
        crm.arg_texto(args, 'nome', false, 120),
        crm.arg_texto(args, 'email', false, 254),
        crm.arg_opcao(args, 'papel', NULL, '{administrador,gerente,operador,vendedor,ti}'),
        crm.arg_booleano(args, 'ativo'),
        crm.arg_bigint(args, 'transferir_para', false, 1),
        crm.arg_booleano(args, 'participa_distribuicao'));
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

CREATE FUNCTION crm.interno_api_usuario_desbloquear(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
BEGIN
    PERFORM crm.exigir('usuario.gerir');
    PERFORM crm.arg_somente(args, '{id}');
    PERFORM crm.desbloquear_usuario(crm.arg_bigint(args, 'id', true, 1));
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

CREATE FUNCTION crm.interno_api_usuario_senha(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    gerada text := crm.senha_gerar();
BEGIN
    PERFORM crm.exigir('usuario.gerir');
    PERFORM crm.arg_somente(args, '{id}');
    PERFORM crm.definir_senha(crm.arg_bigint(args, 'id', true, 1), gerada, true);
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
