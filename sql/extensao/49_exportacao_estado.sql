-- Exports: the life of the row. na_fila -> executando -> pronta -> expirada; falhou and
-- cancelada from the first two. Every step says which state it comes from, so that each
-- export ends once. Called by C between sistema_entrar() and sistema_sair().

-- ---- C faces -----------------------------------------------------------------------------

CREATE FUNCTION crm.exportacao_registrar(acao text, id bigint, linhas bigint, depois text) RETURNS void
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_exportacao_registrar';
COMMENT ON FUNCTION crm.exportacao_registrar(text, bigint, bigint, text) IS 'An audit row about an export; id 0: about none. Internal.';

CREATE FUNCTION crm.exportacao_avisar(usuario_id bigint, dados text) RETURNS void
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_exportacao_avisar';
COMMENT ON FUNCTION crm.exportacao_avisar(bigint, text) IS 'Event exportacao, for that user alone. Internal.';

-- linhas: how many are written, where the row does not know it yet.
CREATE FUNCTION crm.exportacao_anunciar(exportacao bigint, escritas bigint DEFAULT NULL) RETURNS void
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
    SELECT crm.exportacao_avisar(e.usuario_id, json_build_object('id', e.id, 'estado', e.estado,
                                     'linhas', coalesce(e.linhas, exportacao_anunciar.escritas, 0),
                                     'linhas_previstas', e.linhas_previstas)::text)
      FROM crm.exportacoes e
     WHERE e.id = exportacao_anunciar.exportacao AND e.usuario_id IS NOT NULL AND NOT e.direta;
$$;
COMMENT ON FUNCTION crm.exportacao_anunciar(bigint, bigint) IS 'Tells the owner how far an export is. Internal.';

-- Rows that COPY has written of the exports that are being made.
CREATE FUNCTION crm.exportacoes_andamento(OUT id bigint, OUT linhas_feitas bigint) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
    SELECT e.id, least(c.param3, e.linhas_previstas)
      FROM crm.exportacoes e
      JOIN pg_stat_get_progress_info('COPY') c ON c.pid = e.pid
     WHERE e.estado = 'executando';
$$;
COMMENT ON FUNCTION crm.exportacoes_andamento() IS 'How far the exports are that are being made. Internal.';

-- Those that wait, as they will be begun: of each user in turn, and of users the one who
-- has waited longest since asking or since the last one was made.
CREATE FUNCTION crm.exportacoes_fila(
    OUT id        bigint,
    OUT na_frente bigint        -- that are made before it, or are being made
) RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL UNSAFE ROWS 20 SET search_path = pg_catalog, crm, pg_temp
    AS $$
    SELECT f.id, f.correm + row_number() OVER (ORDER BY f.vez, f.desde, f.id) - 1
      FROM (SELECT e.id,
                   e.estado,
                   count(*) FILTER (WHERE e.estado = 'executando') OVER () AS correm,
                   row_number() OVER (PARTITION BY e.usuario_id, CASE WHEN e.usuario_id IS NULL THEN e.role_banco END
                                          ORDER BY e.estado = 'executando' DESC, e.id) AS vez,
                   greatest(e.criada_em, u.feita_em) AS desde
              FROM crm.exportacoes e
             CROSS JOIN LATERAL (
                   SELECT max(x.terminada_em) AS feita_em
                     FROM crm.exportacoes x
                    WHERE (x.usuario_id = e.usuario_id OR e.usuario_id IS NULL AND x.usuario_id IS NULL AND x.role_banco = e.role_banco)
                      AND x.terminada_em > e.criada_em
                      AND x.iniciada_em IS NOT NULL
                      AND NOT x.direta) u
             WHERE e.estado IN ('na_fila', 'executando') AND NOT e.direta) f
     WHERE f.estado = 'na_fila';
$$;
COMMENT ON FUNCTION crm.exportacoes_fila() IS 'The exports that wait, and how many come before each. Internal.';

-- An export may take long: its end is not that of the begin of the transaction.
CREATE FUNCTION crm.exportacao_agora() RETURNS timestamptz
    LANGUAGE sql VOLATILE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    AS 'SELECT crm.agora() + (clock_timestamp() - now())';
COMMENT ON FUNCTION crm.exportacao_agora() IS 'crm.agora(), but of this very moment. Internal.';

-- ---- begin -------------------------------------------------------------------------------

CREATE FUNCTION crm.exportacao_inserir(
    origem text, formato text, filtros jsonb, campos text[], ordem text, finalidade text, opcoes jsonb,
    direta boolean, previstas bigint, nome text, em_claro boolean
) RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    eu   CONSTANT record := crm.quem_sou();
    novo bigint;
BEGIN
    IF NOT direta AND (SELECT count(*) FROM crm.exportacoes e
                        WHERE e.estado IN ('na_fila', 'executando')
                          AND CASE WHEN eu.usuario_id <> 0 THEN e.usuario_id = eu.usuario_id
                                   ELSE e.usuario_id IS NULL AND e.role_banco = session_user END) >= 5 THEN
        PERFORM crm.falha(429, 'exportacoes_demais', NULL, 'Você já tem 5 exportações em andamento.',
                          'Espere uma terminar ou cancele uma delas.', '{"tentar_em": 30}');
    END IF;
    PERFORM crm.exportacao_cota(previstas, em_claro);
    INSERT INTO crm.exportacoes (usuario_id, origem, formato, filtros, campos, ordem, finalidade, opcoes, direta, estado,
                                 linhas_previstas, nome_arquivo, criada_em, iniciada_em, endereco, requisicao)
    VALUES (nullif(eu.usuario_id, 0), origem, formato, CASE WHEN direta THEN crm.exportacao_mascarar(filtros) ELSE filtros END,
            campos, ordem, finalidade, opcoes, direta, CASE WHEN direta THEN 'executando' ELSE 'na_fila' END,
            previstas, nome, crm.agora(), CASE WHEN direta THEN crm.agora() END,
            nullif(eu.endereco, ''), nullif(eu.requisicao, ''))
    RETURNING id INTO novo;
    RETURN novo;
END $$;
COMMENT ON FUNCTION crm.exportacao_inserir(text, text, jsonb, text[], text, text, jsonb, boolean, bigint, text, boolean) IS
    'The row of an export; CR429 exportacoes_demais, cota_revelacao. Internal.';

-- Each client in clear is a reveal, for who would have to reveal them one by one.
CREATE FUNCTION crm.exportacao_cota(linhas bigint, em_claro boolean) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    eu     CONSTANT bigint := crm.usuario_id();
    cota   CONSTANT integer := crm.config('revelacao_cota');
    feitas bigint;
BEGIN
    IF NOT em_claro OR crm.pode('cliente.ver_sensivel') THEN
        RETURN;
    END IF;
    SELECT count(*) INTO feitas
      FROM crm.revelacoes r
     WHERE r.usuario_id = eu AND r.quando > crm.agora() - interval '24 hours'
       AND (eu <> 0 OR r.role_banco = session_user);
    IF feitas + linhas > cota THEN
        PERFORM crm.falha(429, 'cota_revelacao', 'fields',
                          format('São %s clientes sem máscara; você ainda pode revelar %s em 24 horas.', linhas, greatest(cota - feitas, 0)),
                          'Exporte com CPF mascarado, ou peça a um administrador.', '{"tentar_em": 3600}');
    END IF;
END $$;
COMMENT ON FUNCTION crm.exportacao_cota(bigint, boolean) IS 'CR429 when an export in clear would pass the quota of reveals. Internal.';

CREATE FUNCTION crm.exportacao_tomar(exportacao bigint) RETURNS boolean
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
AS $$
BEGIN
    UPDATE crm.exportacoes e
       SET estado = 'executando', pid = pg_backend_pid(), iniciada_em = crm.agora(), tentativas = e.tentativas + 1
     WHERE e.id = exportacao AND e.estado = 'na_fila';
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM crm.exportacao_anunciar(exportacao);
    RETURN true;
END $$;
COMMENT ON FUNCTION crm.exportacao_tomar(bigint) IS 'na_fila -> executando. Internal.';

-- Who an export is made for: what of the role of who asked holds now.
CREATE FUNCTION crm.exportacao_dono(
    exportacao bigint,
    OUT usuario_id bigint,
    OUT papel      text,        -- NULL: nobody any more
    OUT role_banco text,
    OUT endereco   text,
    OUT requisicao text
) LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
    SELECT coalesce(e.usuario_id, 0),
           CASE WHEN e.usuario_id IS NOT NULL THEN (SELECT u.papel FROM crm.usuarios u WHERE u.id = e.usuario_id AND u.ativo)
                ELSE (SELECT CASE WHEN r.rolsuper THEN 'administrador'
                                  ELSE (SELECT p.papel FROM crm.papeis p JOIN pg_roles g ON g.rolname = p.role_banco
                                         WHERE pg_has_role(r.oid, g.oid, 'MEMBER')
                                         ORDER BY p.precedencia DESC LIMIT 1) END
                        FROM pg_roles r WHERE r.rolname = e.role_banco) END,
           e.role_banco::text, coalesce(e.endereco, ''), coalesce(e.requisicao, '')
      FROM crm.exportacoes e
     WHERE e.id = exportacao_dono.exportacao;
$$;
COMMENT ON FUNCTION crm.exportacao_dono(bigint) IS 'Who asked for an export, as of now. Internal.';

-- ---- end ---------------------------------------------------------------------------------

CREATE FUNCTION crm.exportacao_encerrar(
    exportacao bigint,
    escritas   bigint,
    tamanho    bigint,
    fatias     integer,
    em_claro   boolean
) RETURNS boolean               -- false: it ended meanwhile
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    guarda CONSTANT bigint := 256 * 1024 * 1024;    -- bytes of a person's files; no limit of requests bounds a disk
    e record;
BEGIN
    UPDATE crm.exportacoes x
       SET estado = 'pronta', linhas = escritas, bytes = tamanho, partes = fatias, pid = NULL,
           terminada_em = crm.exportacao_agora(), expira_em = crm.agora() + make_interval(hours => crm.config('export_guarda_horas')::integer),
           filtros = crm.exportacao_mascarar(x.filtros)
     WHERE x.id = exportacao AND x.estado = 'executando'
    RETURNING * INTO e;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    -- The oldest ones go before their time.
    UPDATE crm.exportacoes x
       SET expira_em = crm.agora()
      FROM (SELECT f.id, sum(f.bytes) OVER (ORDER BY f.id DESC) AS ate_aqui
              FROM crm.exportacoes f
             WHERE (f.usuario_id = e.usuario_id OR e.usuario_id IS NULL AND f.usuario_id IS NULL AND f.role_banco = e.role_banco)
               AND f.estado = 'pronta' AND f.expira_em > crm.agora()) g
     WHERE x.id = g.id AND g.ate_aqui > guarda AND x.id <> exportacao;
    IF em_claro AND NOT crm.pode('cliente.ver_sensivel') THEN
        PERFORM crm.exportacao_cota(escritas, em_claro);
        -- By number, not by name: which clients the audit row of the export tells by its filters.
        INSERT INTO crm.revelacoes (quando, usuario_id, cliente_id, campos)
        SELECT crm.agora(), crm.usuario_id(), 0, ARRAY(SELECT c FROM unnest(e.campos) c
                                                        WHERE c IN ('cpf', 'data_nascimento', 'nome_mae'))
          FROM generate_series(1, escritas);
    END IF;
    PERFORM crm.exportacao_registrar('exportacao', exportacao, escritas,
        crm.exportacao_auditoria(e.origem, e.formato, e.filtros, e.campos, e.ordem, e.finalidade, em_claro,
                                 jsonb_build_object('estado', 'pronta', 'bytes', tamanho, 'direta', e.direta)));
    PERFORM crm.exportacao_anunciar(exportacao);
    RETURN true;
END $$;
COMMENT ON FUNCTION crm.exportacao_encerrar(bigint, bigint, bigint, integer, boolean) IS 'executando -> pronta. Internal.';

-- na_fila or executando -> falhou or cancelada. false: it ended before.
CREATE FUNCTION crm.exportacao_abandonar(exportacao bigint, novo text, motivo text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    e record;
BEGIN
    UPDATE crm.exportacoes x
       SET estado = novo, erro = motivo, pid = NULL, terminada_em = crm.exportacao_agora(), filtros = crm.exportacao_mascarar(x.filtros)
     WHERE x.id = exportacao AND x.estado IN ('na_fila', 'executando')
    RETURNING * INTO e;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM crm.exportacao_registrar('exportacao', exportacao, 0,
        crm.exportacao_auditoria(e.origem, e.formato, e.filtros, e.campos, e.ordem, e.finalidade, NULL,
                                 jsonb_build_object('estado', novo, 'erro', motivo)));
    PERFORM crm.exportacao_anunciar(exportacao);
    RETURN true;
END $$;
COMMENT ON FUNCTION crm.exportacao_abandonar(bigint, text, text) IS 'Ends an export without a file. Internal.';

-- One whose worker died: again, or no more. The caller has its lock, so nobody is at it.
CREATE FUNCTION crm.exportacao_devolver(exportacao bigint, vezes integer) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
AS $$
BEGIN
    UPDATE crm.exportacoes e SET estado = 'na_fila', pid = NULL
     WHERE e.id = exportacao AND e.estado = 'executando' AND e.tentativas < vezes;
    IF FOUND THEN
        PERFORM crm.exportacao_anunciar(exportacao);
    ELSE
        PERFORM crm.exportacao_abandonar(exportacao, 'falhou', format('A exportação foi interrompida %s vezes.', vezes));
    END IF;
END $$;
COMMENT ON FUNCTION crm.exportacao_devolver(bigint, integer) IS 'executando -> na_fila, or falhou after so many attempts. Internal.';

CREATE FUNCTION crm.exportacoes_expirar(quantas integer) RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    vencidas bigint[];
BEGIN
    vencidas := ARRAY(SELECT e.id FROM crm.exportacoes e
                       WHERE e.estado = 'pronta' AND e.expira_em <= crm.agora()
                       ORDER BY e.expira_em LIMIT quantas FOR UPDATE SKIP LOCKED);
    DELETE FROM crm.exportacao_partes p WHERE p.exportacao_id = ANY (vencidas);
    UPDATE crm.exportacoes e SET estado = 'expirada' WHERE e.id = ANY (vencidas);
    RETURN cardinality(vencidas);
END $$;
COMMENT ON FUNCTION crm.exportacoes_expirar(integer) IS 'pronta -> expirada of those past their time. Internal.';

-- ---- the owner's -------------------------------------------------------------------------

CREATE FUNCTION crm.exportacao_permitir() RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
AS $$
BEGIN
    IF NOT crm.pode('carteira.exportar') THEN
        PERFORM crm.exigir('exportar');
    END IF;
END $$;
COMMENT ON FUNCTION crm.exportacao_permitir() IS 'CR403 unless who acts may export something. Internal.';

-- Another's does not exist.
CREATE FUNCTION crm.exportacao_exigir(exportacao bigint) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    eu CONSTANT bigint := crm.usuario_id();
BEGIN
    PERFORM crm.exportacao_permitir();
    IF NOT EXISTS (SELECT FROM crm.exportacoes e
                    WHERE e.id = exportacao
                      AND CASE WHEN eu <> 0 THEN e.usuario_id = eu
                               ELSE e.usuario_id IS NULL AND e.role_banco = session_user END) THEN
        PERFORM crm.falha(404, 'exportacao_inexistente', 'id', 'Esta exportação não existe.');
    END IF;
END $$;
COMMENT ON FUNCTION crm.exportacao_exigir(bigint) IS 'CR403 without any right to export, CR404 unless the export is the caller''s. Internal.';

CREATE FUNCTION crm.interno_exportacao_cancelar(id bigint) RETURNS text
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    agora text;
BEGIN
    PERFORM crm.exportacao_exigir(id);
    SELECT e.estado INTO agora FROM crm.exportacoes e WHERE e.id = interno_exportacao_cancelar.id FOR UPDATE;
    IF agora IN ('na_fila', 'executando') THEN
        PERFORM crm.exportacao_abandonar(id, 'cancelada', NULL);
        RETURN 'cancelada';
    ELSIF agora = 'pronta' THEN
        DELETE FROM crm.exportacao_partes p WHERE p.exportacao_id = id;
        UPDATE crm.exportacoes e SET estado = 'expirada', expira_em = crm.agora() WHERE e.id = interno_exportacao_cancelar.id;
        RETURN 'expirada';
    END IF;
    RETURN agora;
END $$;
COMMENT ON FUNCTION crm.interno_exportacao_cancelar(bigint) IS 'Body of crm.exportacao_cancelar().';

-- CR404, CR409 unless there is a file; records that it is taken.
CREATE FUNCTION crm.exportacao_baixar(exportacao bigint) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    e record;
BEGIN
    PERFORM crm.exportacao_exigir(exportacao);
    SELECT * INTO e FROM crm.exportacoes x WHERE x.id = exportacao FOR SHARE;
    IF e.estado = 'expirada' OR e.estado = 'pronta' AND e.expira_em <= crm.agora() THEN
        PERFORM crm.falha(404, 'exportacao_expirada', 'id', 'O arquivo desta exportação já foi apagado.', 'Exporte de novo.');
    ELSIF e.estado <> 'pronta' THEN
        PERFORM crm.falha(409, 'exportacao_nao_pronta', 'id', 'Esta exportação não tem arquivo.',
                          CASE WHEN e.estado IN ('na_fila', 'executando') THEN 'Espere ela terminar.' ELSE 'Exporte de novo.' END);
    END IF;
    -- Who made the file had a right that who takes it may have lost.
    PERFORM crm.exportacao_julgar(e.origem, e.filtros, e.campos, e.finalidade);
    CASE e.origem
    WHEN 'carteira' THEN
        PERFORM crm.exigir_vendedor(coalesce(e.filtros ->> 'vendedor_id', e.filtros ->> 'id', crm.usuario_id()::text)::bigint,
                                    'carteira.ver_todas');
    WHEN 'quadro', 'periodo' THEN
        PERFORM crm.exigir('painel.ver');
    WHEN 'relatorio' THEN
        PERFORM crm.exigir('relatorio.ver');
    WHEN 'auditoria' THEN
        PERFORM crm.exigir('auditoria.ver');
    ELSE
    END CASE;
    PERFORM crm.exportacao_registrar('exportacao_baixada', exportacao, e.linhas,
                                     jsonb_build_object('formato', e.formato, 'bytes', e.bytes)::text);
END $$;
COMMENT ON FUNCTION crm.exportacao_baixar(bigint) IS
    'CR404 exportacao_inexistente, exportacao_expirada, CR409 exportacao_nao_pronta, CR403 without the right to make it now; else an audit row. Internal.';

CREATE FUNCTION crm.interno_exportacao_bytes(id bigint) RETURNS bytea
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
AS $$
BEGIN
    PERFORM crm.exportacao_baixar(id);
    RETURN coalesce((SELECT string_agg(p.bytes, '' ORDER BY p.n, p.fatia) FROM crm.exportacao_partes p WHERE p.exportacao_id = id), '');
END $$;
COMMENT ON FUNCTION crm.interno_exportacao_bytes(bigint) IS 'Body of crm.exportacao_bytes().';
