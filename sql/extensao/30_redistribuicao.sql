-- Public. Deals what is to be dealt; extension/redistribuicao.c says how.
CREATE FUNCTION crm.redistribuir_clientes(
    OUT id              bigint,         -- lotes.id of the run; the columns are those of crm.lotes
    OUT quando          timestamptz,
    OUT dia             date,
    OUT origem          text,
    OUT usuario_id      bigint,
    OUT vendedores      integer,
    OUT elegiveis       integer,
    OUT novas           integer,
    OUT movimentos      integer,
    OUT limite_inferior integer,
    OUT liberados       integer,
    OUT duracao_us      bigint
) RETURNS record
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_redistribuir_clientes';
COMMENT ON FUNCTION crm.redistribuir_clientes() IS
    'Deals the eligible clients to the sellers online, moving as few as possible; returns the row of '
    'crm.lotes. Raises CR403 acesso_negado; 25001 unless READ COMMITTED.';

-- Public. Frees all that was not contacted and deals it afresh.
CREATE FUNCTION crm.redistribuir_todos(
    incluir_fixados     boolean DEFAULT false, -- free the reallocated (pinned) clients too
    OUT id              bigint,
    OUT quando          timestamptz,
    OUT dia             date,
    OUT origem          text,
    OUT usuario_id      bigint,
    OUT vendedores      integer,
    OUT elegiveis       integer,
    OUT novas           integer,
    OUT movimentos      integer,
    OUT limite_inferior integer,
    OUT liberados       integer,
    OUT duracao_us      bigint
) RETURNS record
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_redistribuir_todos';
COMMENT ON FUNCTION crm.redistribuir_todos(boolean) IS
    'Ends all assignments that were not contacted, pinned ones only when asked, and deals the clients '
    'afresh; all count as novas. Raises CR403 acesso_negado; 25001 unless READ COMMITTED.';

-- Public. What a distribution would do now; changes nothing and waits for nobody.
CREATE FUNCTION crm.simular_redistribuicao(
    incluir_fixados     boolean DEFAULT false,  -- as in crm.redistribuir_todos()
    modo                text DEFAULT 'todos',   -- or diferenca: crm.redistribuir_clientes()
    OUT hash            text,           -- name of the plan, for crm.aplicar_redistribuicao(); good for today
    OUT vendedores      integer,        -- as crm.lotes would say, down to liberados
    OUT elegiveis       integer,
    OUT novas           integer,
    OUT movimentos      integer,
    OUT limite_inferior integer,
    OUT liberados       integer,
    OUT sem_vendedor    integer,        -- clients of the window whom nobody would hold
    OUT clientes        bigint[],       -- what is dealt or freed, in order of id ...
    OUT de              bigint[],       -- ... who holds it, 0: nobody
    OUT para            bigint[],       -- ... who would, 0: nobody
    OUT centavos        bigint[]        -- ... valor_total * 100; 0 when it only leaves the window
) RETURNS record
    LANGUAGE C STABLE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_simular_redistribuicao';
COMMENT ON FUNCTION crm.simular_redistribuicao(boolean, text) IS
    'The plan of a distribution and its hash; changes nothing, locks nothing. Raises CR403 acesso_negado; '
    'CR422 modo_invalido. DIST-7.';

-- Public. Does what a simulation showed, or nothing.
CREATE FUNCTION crm.aplicar_redistribuicao(
    hash                text,           -- of crm.simular_redistribuicao()
    OUT id              bigint,
    OUT quando          timestamptz,
    OUT dia             date,
    OUT origem          text,
    OUT usuario_id      bigint,
    OUT vendedores      integer,
    OUT elegiveis       integer,
    OUT novas           integer,
    OUT movimentos      integer,
    OUT limite_inferior integer,
    OUT liberados       integer,
    OUT duracao_us      bigint
) RETURNS record
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_aplicar_redistribuicao';
COMMENT ON FUNCTION crm.aplicar_redistribuicao(text) IS
    'Does what the simulation with that hash showed; returns the row of crm.lotes. Raises CR403 acesso_negado; '
    'CR409 quadro_mudou with the hash of now; CR422 hash_invalido; 25001 unless READ COMMITTED. DIST-7.';

-- Public. Takes back a run that a person asked for, or a batch of reallocations.
CREATE FUNCTION crm.desfazer_redistribuicao(
    lote                bigint,         -- lotes.id
    OUT lote_desfazer   bigint,         -- lotes.id of taking it back
    OUT restaurados     integer,        -- clients as they were before
    OUT total_mantidos  integer,        -- clients that stay as they are now ...
    OUT mantidos        bigint[],       -- ... which ...
    OUT motivos         text[]          -- ... and why: a motivo or motivo_fim of what came since, contatado, proximo_passo,
                                        -- vendedor_inativo, vendedor_indisponivel, fora_da_janela
) RETURNS record
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_desfazer_redistribuicao';
COMMENT ON FUNCTION crm.desfazer_redistribuicao(bigint) IS
    'Gives back what the run took and takes what it gave, where nobody touched the client since. A batch that '
    'writes lotes.id into lote and lote_fim of its rows can be taken back too. Raises CR403 acesso_negado; CR404 '
    'lote_inexistente; CR409 lote_nao_desfaz, lote_ja_desfeito, lote_antigo; 25001 unless READ COMMITTED. DIST-7.';

CREATE FUNCTION crm.distribuicao_travar() RETURNS void
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_distribuicao_travar';
COMMENT ON FUNCTION crm.distribuicao_travar() IS
    'The lock of all distributions, until the transaction ends. For functions that write usuarios, '
    'vendedores or clientes and distribute afterwards: call it before the first write.';
