-- Users. Each public function is the C face (extension/usuario.c, crm_delegar)
-- of crm.interno_<name>, which judges its caller itself.

CREATE FUNCTION crm.usuario_mudou() RETURNS trigger
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_usuario_mudou';
COMMENT ON FUNCTION crm.usuario_mudou() IS
    'Row trigger of crm.usuarios: keeps the last administrador (CR409), ends sessions on change of '
    'password, papel or deactivation, keeps crm.vendedores equal.';

CREATE FUNCTION crm.interno_exigir_nome_email(nome text, email text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    -- Controls, zero widths, directions, line ends of Unicode.
    invisiveis CONSTANT text := '[\u0001-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]';
BEGIN
    IF nome IS NOT NULL AND (nome = '' OR length(nome) > 120) THEN
        PERFORM crm.falha(422, 'campo_invalido', 'nome', 'O nome deve ter de 1 a 120 caracteres.');
    END IF;
    -- One who reads it sees what is compared: nothing invisible, nothing that turns the text.
    IF nome ~ invisiveis OR nome !~ '[^[:space:]\u00a0]' THEN
        PERFORM crm.falha(422, 'campo_invalido', 'nome', 'O nome tem caracteres invisíveis.');
    END IF;
    IF email IS NOT NULL AND (length(email) > 254 OR email ~ invisiveis OR email ~ '\.\.'
       OR email !~ '^[^@[:space:]]+@[^@[:space:]]+\.[^@[:space:]]+$') THEN
        PERFORM crm.falha(422, 'campo_invalido', 'email', 'O e-mail não é válido.');
    END IF;
END;
$$;
COMMENT ON FUNCTION crm.interno_exigir_nome_email(text, text) IS 'Raises CR422 for a bad name or e-mail.';

CREATE FUNCTION crm.interno_exigir_papel(papel text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
BEGIN
    IF papel NOT IN ('administrador', 'gerente', 'operador', 'vendedor', 'ti') THEN
        PERFORM crm.falha(422, 'campo_invalido', 'papel',
            'O papel deve ser um de: administrador, gerente, operador, vendedor, ti.');
    END IF;
END;
$$;
COMMENT ON FUNCTION crm.interno_exigir_papel(text) IS 'Raises CR422 for what is no papel of a person.';

-- ---- create -------------------------------------------------------------------

CREATE FUNCTION crm.interno_criar_usuario(
    nome text, email text, papel text, senha text, peso integer, capacidade integer,
    trocar_senha boolean
) RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
#variable_conflict use_column
DECLARE
    p_nome  text := btrim(interno_criar_usuario.nome);
    p_email text := lower(btrim(interno_criar_usuario.email));
    p_papel text := interno_criar_usuario.papel;
    p_peso  integer := coalesce(interno_criar_usuario.peso, 1);
    novo    bigint;
BEGIN
    PERFORM crm.exigir('usuario.gerir');
    IF p_nome IS NULL OR p_email IS NULL OR p_papel IS NULL THEN
        PERFORM crm.falha(422, 'campo_obrigatorio',
            CASE WHEN p_nome IS NULL THEN 'nome' WHEN p_email IS NULL THEN 'email' ELSE 'papel' END,
            'Nome, e-mail e papel são obrigatórios.');
    END IF;
    PERFORM crm.interno_exigir_nome_email(p_nome, p_email);
    PERFORM crm.interno_exigir_papel(p_papel);
    IF p_peso NOT BETWEEN 1 AND 100 THEN
        PERFORM crm.falha(422, 'campo_invalido', 'peso', 'O peso deve ser de 1 a 100.');
    END IF;
    IF interno_criar_usuario.capacidade < 0 THEN
        PERFORM crm.falha(422, 'campo_invalido', 'capacidade', 'A capacidade não pode ser negativa.');
    END IF;
    IF interno_criar_usuario.senha IS NOT NULL THEN
        PERFORM crm.senha_exigir_boa(interno_criar_usuario.senha, p_email, p_nome, 'senha');
    END IF;

    INSERT INTO crm.usuarios (nome, email, papel, senha_hash, senha_em, trocar_senha)
    VALUES (p_nome, p_email, p_papel,
            crm.senha_cifrar(interno_criar_usuario.senha),
            CASE WHEN interno_criar_usuario.senha IS NOT NULL THEN clock_timestamp() END,
            coalesce(interno_criar_usuario.trocar_senha, false))
    RETURNING id INTO novo;
    IF p_papel = 'vendedor' THEN
        UPDATE crm.vendedores AS v
           SET peso = p_peso, capacidade = interno_criar_usuario.capacidade
         WHERE v.id = novo;
    END IF;
    RETURN novo;
END;
$$;
COMMENT ON FUNCTION crm.interno_criar_usuario(text, text, text, text, integer, integer, boolean) IS
    'Body of crm.criar_usuario().';

CREATE FUNCTION crm.criar_usuario(
    nome         text,
    email        text,
    papel        text,                      -- administrador, gerente, operador, vendedor, ti
    senha        text    DEFAULT NULL,      -- NULL: cannot log in yet
    peso         integer DEFAULT 1,         -- of a vendedor
    capacidade   integer DEFAULT NULL,      -- of a vendedor; NULL: no limit
    trocar_senha boolean DEFAULT false      -- must change it at the first login
) RETURNS bigint                            -- usuarios.id
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.criar_usuario(text, text, text, text, integer, integer, boolean) IS
    'Creates a user, a vendedor with the row in crm.vendedores. Raises CR403; CR422 naming the field; '
    '23505 when name or e-mail is taken.';

CREATE FUNCTION crm.interno_criar_administrador(nome text, email text) RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    senha text := crm.senha_gerar();
BEGIN
    PERFORM crm.interno_criar_usuario(nome, email, 'administrador', senha, NULL, NULL, false);
    RETURN senha;
END;
$$;
COMMENT ON FUNCTION crm.interno_criar_administrador(text, text) IS 'Body of crm.criar_administrador().';

CREATE FUNCTION crm.criar_administrador(
    nome  text,
    email text
) RETURNS text                              -- the generated password, shown this once
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.criar_administrador(text, text) IS
    'Creates an administrador with a generated password and returns that, once: the first step after '
    'crm.instalar(), which creates no account. For superusers and administradores.';

-- ---- change -------------------------------------------------------------------

-- Who stops selling: offline; the carteira goes to another one, contacts and
-- all, or back to the pool (what was contacted stays for the cycle).
CREATE FUNCTION crm.interno_deixar_de_vender(vendedor_id bigint, para bigint) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
#variable_conflict use_variable
DECLARE
    clientes bigint[];
    linhas   bigint[];
BEGIN
    -- A reallocation to this seller has ended or will find who left; before any
    -- client is locked. Inactive from here on: nothing is kept for a return.
    UPDATE crm.vendedores AS v SET ativo = false WHERE v.id = vendedor_id;
    SELECT array_agg(a.cliente_id) INTO clientes
      FROM crm.cliente_vendedor AS a
     WHERE a.vendedor_id = vendedor_id
       AND a.encerrada_em IS NULL;
    -- Locked as every writer does: clientes by id, then assignments by id; with
    -- them those that the distribution below takes, for locks come once.
    PERFORM FROM crm.clientes AS c
      WHERE c.id_cliente = ANY (clientes)
      ORDER BY c.id_cliente FOR NO KEY UPDATE;
    SELECT array_agg(t.id) INTO linhas
      FROM (SELECT a.id FROM crm.cliente_vendedor AS a
             WHERE a.vendedor_id = vendedor_id
               AND a.encerrada_em IS NULL
               AND (para IS NOT NULL OR (a.fixado AND NOT a.contatado))
               AND a.cliente_id = ANY (clientes)
             ORDER BY a.id FOR NO KEY UPDATE) AS t;

    UPDATE crm.cliente_vendedor AS a
       SET encerrada_em = crm.agora(),
           motivo_fim = CASE WHEN para IS NULL THEN 'desativacao' ELSE 'transferencia' END
     WHERE a.id = ANY (linhas);
    IF para IS NULL THEN
        UPDATE crm.clientes AS c
           SET status = 'disponivel'
          FROM crm.cliente_vendedor AS a
         WHERE a.id = ANY (linhas) AND c.id_cliente = a.cliente_id AND c.status <> 'disponivel';
    ELSE
        INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id, de_vendedor_id, contatado, fixado,
               data_ultima_compra, valor_total, data_atribuicao, motivo, data_contato, resultado,
               observacoes, retornar_em, proximo_passo)
        SELECT a.cliente_id, para, vendedor_id, a.contatado, a.fixado,
               a.data_ultima_compra, a.valor_total, crm.agora(), 'transferencia', a.data_contato,
               a.resultado, a.observacoes, a.retornar_em, a.proximo_passo
          FROM crm.cliente_vendedor AS a
         WHERE a.id = ANY (linhas)
         ORDER BY a.id;
    END IF;

    PERFORM crm.sair_vendedor(vendedor_id);
    PERFORM crm.redistribuir_clientes();
END;
$$;
COMMENT ON FUNCTION crm.interno_deixar_de_vender(bigint, bigint) IS
    'Takes a seller offline and empties the carteira, into another one''s when para is given. The caller '
    'holds the lock of the distributions.';

CREATE FUNCTION crm.interno_alterar_usuario(
    usuario_id bigint, nome text, email text, papel text, ativo boolean, transferir_para bigint,
    participa_distribuicao boolean
) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
#variable_conflict use_variable
DECLARE
    p_nome  text := btrim(nome);
    p_email text := lower(btrim(email));
    antes   crm.usuarios;
    vendia  boolean;
    vende   boolean;
BEGIN
    PERFORM crm.exigir('usuario.gerir');
    PERFORM crm.interno_exigir_nome_email(p_nome, p_email);
    PERFORM crm.interno_exigir_papel(papel);
    -- Before the first write, for what follows may distribute.
    IF papel IS NOT NULL OR ativo IS NOT NULL OR participa_distribuicao IS NOT NULL THEN
        PERFORM crm.distribuicao_travar();
    END IF;

    SELECT u.* INTO antes FROM crm.usuarios AS u WHERE u.id = usuario_id FOR NO KEY UPDATE;
    IF antes.id IS NULL THEN
        PERFORM crm.falha(404, 'usuario_inexistente', 'usuario_id', 'Este usuário não existe.');
    END IF;

    SELECT v.ativo INTO vendia FROM crm.vendedores AS v WHERE v.id = usuario_id;
    vendia := coalesce(vendia, false);
    vende := coalesce(ativo, antes.ativo)
             AND (coalesce(papel, antes.papel) = 'vendedor'
                  OR (vendia AND coalesce(papel, antes.papel) = antes.papel
                      AND coalesce(participa_distribuicao, true)));
    IF transferir_para IS NOT NULL THEN
        IF NOT vendia OR vende THEN
            PERFORM crm.falha(422, 'campo_invalido', 'transferir_para',
                'Só se transfere a carteira de quem deixa de vender.');
        END IF;
        IF transferir_para = usuario_id
           OR NOT EXISTS (SELECT FROM crm.vendedores AS v
                           WHERE v.id = transferir_para AND v.ativo) THEN
            PERFORM crm.falha(422, 'campo_invalido', 'transferir_para',
                'A carteira só pode ir para outro vendedor ativo.');
        END IF;
    END IF;
    IF vendia AND NOT vende THEN
        PERFORM crm.interno_deixar_de_vender(usuario_id, transferir_para);
    END IF;

    -- The trigger ends sessions and keeps crm.vendedores equal.
    UPDATE crm.usuarios AS u
       SET nome = coalesce(p_nome, u.nome),
           email = coalesce(p_email, u.email),
           papel = coalesce(interno_alterar_usuario.papel, u.papel),
           ativo = coalesce(interno_alterar_usuario.ativo, u.ativo),
           updated_at = now()
     WHERE u.id = usuario_id
       AND (u.nome, u.email, u.papel, u.ativo) IS DISTINCT FROM
           (coalesce(p_nome, u.nome), coalesce(p_email, u.email),
            coalesce(interno_alterar_usuario.papel, u.papel),
            coalesce(interno_alterar_usuario.ativo, u.ativo));

    IF participa_distribuicao IS NOT NULL THEN
        IF coalesce(papel, antes.papel) NOT IN ('vendedor', 'gerente', 'administrador') THEN
            PERFORM crm.falha(422, 'campo_invalido', 'participa_distribuicao',
                'Este papel não participa da distribuição.');
        END IF;
        INSERT INTO crm.vendedores AS v (id, nome, ativo, participa_distribuicao)
        SELECT u.id, u.nome, u.ativo AND (u.papel = 'vendedor' OR interno_alterar_usuario.participa_distribuicao),
               interno_alterar_usuario.participa_distribuicao
          FROM crm.usuarios AS u
         WHERE u.id = usuario_id
        ON CONFLICT ON CONSTRAINT vendedores_pkey DO UPDATE
           SET ativo = EXCLUDED.ativo,
               online = v.online AND EXCLUDED.ativo,
               participa_distribuicao = EXCLUDED.participa_distribuicao,
               updated_at = now();
        IF vendia THEN
            PERFORM crm.redistribuir_clientes();
        END IF;
    END IF;
END;
$$;
COMMENT ON FUNCTION crm.interno_alterar_usuario(bigint, text, text, text, boolean, bigint, boolean) IS
    'Body of crm.alterar_usuario().';

CREATE FUNCTION crm.alterar_usuario(
    usuario_id             bigint,
    nome                   text    DEFAULT NULL,  -- NULL leaves it
    email                  text    DEFAULT NULL,
    papel                  text    DEFAULT NULL,
    ativo                  boolean DEFAULT NULL,
    transferir_para        bigint  DEFAULT NULL,  -- vendedor who takes the carteira of who stops selling
    participa_distribuicao boolean DEFAULT NULL
) RETURNS void
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.alterar_usuario(bigint, text, text, text, boolean, bigint, boolean) IS
    'Changes a user. Who stops selling goes offline and loses the carteira. Change of papel and '
    'deactivation end the sessions. Raises CR403; CR404 usuario_inexistente; CR409 '
    'ultimo_administrador; CR422 naming the field; 23505.';

CREATE FUNCTION crm.interno_definir_senha(usuario_id bigint, senha text, provisoria boolean) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
#variable_conflict use_variable
DECLARE
    usuario crm.usuarios;
    cifrada text;
BEGIN
    PERFORM crm.exigir('usuario.gerir');
    SELECT u.* INTO usuario FROM crm.usuarios AS u WHERE u.id = usuario_id;
    IF usuario.id IS NULL THEN
        PERFORM crm.falha(404, 'usuario_inexistente', 'usuario_id', 'Este usuário não existe.');
    END IF;
    PERFORM crm.senha_exigir_boa(senha, usuario.email, usuario.nome, 'senha');
    cifrada := crm.senha_cifrar(senha);
    UPDATE crm.usuarios AS u
       SET senha_hash = cifrada,
           senha_em = clock_timestamp(),
           trocar_senha = coalesce(provisoria, false),
           updated_at = now()
     WHERE u.id = usuario_id;
    PERFORM crm.interno_auditar('definir_senha', usuario_id);
END;
$$;
COMMENT ON FUNCTION crm.interno_definir_senha(bigint, text, boolean) IS 'Body of crm.definir_senha().';

CREATE FUNCTION crm.definir_senha(
    usuario_id bigint,
    senha      text,
    provisoria boolean DEFAULT false    -- must be changed at the next login
) RETURNS void
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.definir_senha(bigint, text, boolean) IS
    'Sets a user''s password and ends the sessions. Raises CR403; CR404; CR422 senha_curta, senha_longa, '
    'senha_comum; CR503 ocupado.';

CREATE FUNCTION crm.interno_desbloquear_usuario(usuario_id bigint) RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
#variable_conflict use_variable
DECLARE
    n bigint;
BEGIN
    PERFORM crm.exigir('usuario.gerir');
    IF NOT EXISTS (SELECT FROM crm.usuarios AS u WHERE u.id = usuario_id) THEN
        PERFORM crm.falha(404, 'usuario_inexistente', 'usuario_id', 'Este usuário não existe.');
    END IF;
    DELETE FROM crm.bloqueios_login AS b WHERE b.conta = crm.interno_conta(usuario_id, NULL);
    GET DIAGNOSTICS n = ROW_COUNT;
    DELETE FROM crm.tentativas_login AS t
     WHERE t.conta = crm.interno_conta(usuario_id, NULL) AND NOT t.sucesso;
    PERFORM crm.interno_auditar('desbloquear', usuario_id);
    RETURN n;
END;
$$;
COMMENT ON FUNCTION crm.interno_desbloquear_usuario(bigint) IS 'Body of crm.desbloquear_usuario().';

CREATE FUNCTION crm.desbloquear_usuario(usuario_id bigint) RETURNS bigint
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.desbloquear_usuario(bigint) IS
    'Forgets the failed logins of a user from all addresses; returns the blocks lifted. Raises CR403; CR404.';

GRANT EXECUTE ON FUNCTION
    crm.criar_administrador(text, text),
    crm.alterar_usuario(bigint, text, text, text, boolean, bigint, boolean),
    crm.desbloquear_usuario(bigint)
    TO crm_administrador;
