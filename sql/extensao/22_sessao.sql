-- Passwords, sessions and the evaluation of logins. What is named interno_ runs
-- as crm_owner through its C face (extension/usuario.c) and is granted to nobody.

-- ---- passwords ---------------------------------------------------------------

CREATE FUNCTION crm.senha_vaga() RETURNS void
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_senha_vaga';
COMMENT ON FUNCTION crm.senha_vaga() IS
    'Takes one of the bcrypt_simultaneos slots of this transaction. Raises CR503 ocupado.';

CREATE FUNCTION crm.senha_cifrar(senha text) RETURNS text
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_senha_cifrar';
COMMENT ON FUNCTION crm.senha_cifrar(text) IS
    'bcrypt $2b$ hash of base64(sha256(senha)). Raises CR503 ocupado.';

CREATE FUNCTION crm.senha_confere(
    senha text,
    hash  text                  -- NULL: false after the same time
) RETURNS boolean
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_senha_confere';
COMMENT ON FUNCTION crm.senha_confere(text, text) IS
    'Is it the password of the hash? Raises CR503 ocupado.';

CREATE FUNCTION crm.senha_exigir_boa(
    senha text,
    email text,
    nome  text,
    campo text DEFAULT 'senha'  -- named by the refusal
) RETURNS void
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_senha_exigir_boa';
COMMENT ON FUNCTION crm.senha_exigir_boa(text, text, text, text) IS
    'Raises CR422 senha_curta, senha_longa or senha_comum.';

CREATE FUNCTION crm.senha_e_comum(senha text) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_senha_e_comum';
COMMENT ON FUNCTION crm.senha_e_comum(text) IS
    'Is it a password that attackers try first (words, names, walks, with digits around them)?';

CREATE FUNCTION crm.senha_gerar() RETURNS text
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_senha_gerar';
COMMENT ON FUNCTION crm.senha_gerar() IS 'A random password of 79 bits, in four groups of four.';

CREATE FUNCTION crm.segredo_hmac(nome text, texto text) RETURNS bytea
    LANGUAGE C STABLE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_segredo_hmac';
COMMENT ON FUNCTION crm.segredo_hmac(text, text) IS 'HMAC-SHA-256 under crm.segredos.nome.';

CREATE FUNCTION crm.travar(
    classe    integer,
    chave     integer,
    espera_ms integer
) RETURNS boolean
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_travar';
COMMENT ON FUNCTION crm.travar(integer, integer, integer) IS
    'Advisory lock until the end of the transaction; false when it was not free in time.';

-- ---- sessions ----------------------------------------------------------------

CREATE FUNCTION crm.sessoes_encerrar(
    usuario_id bigint,
    motivo     text,            -- sessoes.motivo_fim
    exceto     uuid DEFAULT NULL
) RETURNS bigint
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_sessoes_encerrar';
COMMENT ON FUNCTION crm.sessoes_encerrar(bigint, text, uuid) IS
    'Ends the live sessions of a user, but exceto, with an event each; returns how many.';

CREATE FUNCTION crm.encerrar_sessao(
    sessao uuid,
    motivo text DEFAULT 'revogada'
) RETURNS boolean
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_encerrar_sessao';
COMMENT ON FUNCTION crm.encerrar_sessao(uuid, text) IS
    'Ends one session, one''s own or with the right usuario.gerir any; false when there is none.';

CREATE FUNCTION crm.identidade_assumir(sessao uuid) RETURNS void
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_identidade_assumir';
COMMENT ON FUNCTION crm.identidade_assumir(uuid) IS
    'After a login inside crm.atender(): the rest of the transaction belongs to the session''s user.';

CREATE FUNCTION crm.limpar_acessos() RETURNS bigint
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_limpar_acessos';
COMMENT ON FUNCTION crm.limpar_acessos() IS
    'Housekeeping of sessions, login attempts, blocks and idempotency keys; returns rows. For crm.tarefas().';

-- ---- is it the password, and may it be asked? -----------------------------------

CREATE FUNCTION crm.interno_conta(
    usuario_id bigint,          -- NULL: no such user
    digitado   text
) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
    SELECT crm.segredo_hmac('conta', coalesce('u:' || usuario_id, 'n:' || lower(digitado)));
$$;
COMMENT ON FUNCTION crm.interno_conta(bigint, text) IS
    'The account whose attempts are counted: all spellings of one user are one, names of nobody count too.';

-- Evaluations of one account from one address stand in line (two at once would
-- both see the fourth failure), and all of them take a slot before they read
-- the hour's count, so that what they cannot see fits in the other slots.
CREATE FUNCTION crm.interno_avaliar_senha(
    conta      bytea,
    usuario_id bigint,
    hash       text,            -- NULL: nobody can log in with it
    senha      text,
    endereco   text,
    OUT resultado text,         -- certa, errada, bloqueada, simultanea
    OUT tentar_em integer       -- s, of bloqueada and simultanea
) LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
#variable_conflict use_variable
DECLARE
    classe_login CONSTANT integer := 1668443468;    -- "crmL"
    espera_ms    CONSTANT integer := 4000;
    bloqueio     crm.bloqueios_login;
    falhas_hora  integer;
    mais_antiga  timestamptz;
    rodada       integer;
BEGIN
    IF NOT crm.travar(classe_login, hashtext(encode(conta, 'hex') || ' ' || endereco), espera_ms) THEN
        resultado := 'simultanea';
        tentar_em := 5;
        RETURN;
    END IF;

    SELECT b.* INTO bloqueio
      FROM crm.bloqueios_login AS b
     WHERE b.conta = conta AND b.endereco = endereco;
    IF bloqueio.bloqueado_ate > clock_timestamp() THEN
        resultado := 'bloqueada';
        tentar_em := ceil(extract(epoch FROM bloqueio.bloqueado_ate - clock_timestamp()));
        RETURN;
    END IF;

    PERFORM crm.senha_vaga();
    SELECT count(*), min(t.quando) INTO falhas_hora, mais_antiga
      FROM crm.tentativas_login AS t
     WHERE t.conta = conta
       AND t.quando > clock_timestamp() - interval '1 hour'
       AND NOT t.sucesso;
    IF falhas_hora + crm.config('bcrypt_simultaneos')::integer > crm.config('login_conta_hora')::integer
       AND NOT EXISTS (SELECT FROM crm.tentativas_login AS t
                        WHERE t.conta = conta AND t.endereco = endereco AND t.sucesso)
    THEN
        resultado := 'bloqueada';
        tentar_em := greatest(60, ceil(extract(epoch FROM
                         mais_antiga + interval '1 hour' - clock_timestamp())));
        RETURN;
    END IF;

    IF crm.senha_confere(senha, hash) THEN
        DELETE FROM crm.bloqueios_login AS b WHERE b.conta = conta AND b.endereco = endereco;
        INSERT INTO crm.tentativas_login (quando, conta, usuario_id, endereco, sucesso)
        VALUES (clock_timestamp(), conta, usuario_id, endereco, true);
        resultado := 'certa';
        RETURN;
    END IF;

    resultado := 'errada';
    INSERT INTO crm.tentativas_login (quando, conta, usuario_id, endereco, sucesso)
    VALUES (clock_timestamp(), conta, usuario_id, endereco, false);

    -- A quiet day forgives what came before.
    IF bloqueio.atualizado_em < clock_timestamp() - interval '1 day'
       AND coalesce(bloqueio.bloqueado_ate < clock_timestamp() - interval '1 day', true)
    THEN
        bloqueio.falhas := 0;
        bloqueio.rodada := 0;
    END IF;
    bloqueio.falhas := coalesce(bloqueio.falhas, 0) + 1;
    rodada := coalesce(bloqueio.rodada, 0);
    IF bloqueio.falhas >= crm.config('login_tentativas')::integer THEN
        bloqueio.falhas := 0;
        bloqueio.bloqueado_ate := clock_timestamp() + least(86400,
            crm.config('login_bloqueio')::integer * 2 ^ least(rodada, 16)) * interval '1 second';
        rodada := least(rodada + 1, 1000);
    END IF;
    INSERT INTO crm.bloqueios_login AS b (conta, endereco, falhas, rodada, bloqueado_ate, atualizado_em)
    VALUES (conta, endereco, bloqueio.falhas, rodada, bloqueio.bloqueado_ate, clock_timestamp())
    ON CONFLICT ON CONSTRAINT bloqueios_login_pkey DO UPDATE
       SET falhas = EXCLUDED.falhas,
           rodada = EXCLUDED.rodada,
           bloqueado_ate = EXCLUDED.bloqueado_ate,
           atualizado_em = EXCLUDED.atualizado_em;
END;
$$;
COMMENT ON FUNCTION crm.interno_avaliar_senha(bytea, bigint, text, text, text) IS
    'Counts and judges one attempt (SPEC AUTH-4): 5 wrong block account and address for login_bloqueio '
    'seconds, doubling up to a day; at most login_conta_hora failures per account and hour, beyond '
    'that only addresses with an earlier success are evaluated.';

-- Answers a refused attempt through crm.responder(), so that the counters stay.
CREATE FUNCTION crm.interno_recusar_senha(
    resultado text,
    tentar_em integer,
    status    integer,          -- of a wrong password
    codigo    text,
    campo     text,
    mensagem  text
) RETURNS void
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
BEGIN
    IF resultado = 'errada' THEN
        PERFORM crm.responder(status, crm.problema(status, codigo, campo, mensagem));
    ELSE
        PERFORM crm.responder(429,
            crm.problema(429,
                CASE resultado WHEN 'bloqueada' THEN 'bloqueado' ELSE 'muitas_tentativas' END,
                NULL,
                CASE resultado WHEN 'bloqueada'
                    THEN format('Muitas tentativas. Tente de novo em %s.',
                             CASE WHEN tentar_em > 90 THEN ceil(tentar_em / 60.0) || ' minutos'
                                  ELSE tentar_em || ' segundos' END)
                    ELSE 'Há outra tentativa em andamento.' END,
                NULL,
                json_build_object('tentar_em', tentar_em)),
            jsonb_build_object('tentar_em', tentar_em));
    END IF;
END;
$$;
COMMENT ON FUNCTION crm.interno_recusar_senha(text, integer, integer, text, text, text) IS
    'Makes the outcome of crm.interno_avaliar_senha() the answer of the request.';

CREATE FUNCTION crm.interno_auditar(
    acao        text,
    registro_id bigint,
    depois      jsonb DEFAULT NULL
) RETURNS void
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
    INSERT INTO crm.auditoria (usuario_id, papel, endereco, requisicao, acao, tabela, registro_id, depois)
    SELECT nullif(q.usuario_id, 0), nullif(q.papel, ''), nullif(q.endereco, ''),
           nullif(q.requisicao, ''), acao, 'usuarios', registro_id, depois
      FROM crm.quem_sou() AS q;
$$;
COMMENT ON FUNCTION crm.interno_auditar(text, bigint, jsonb) IS
    'One audit row about a user that no table change tells.';
