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

CREATE FUNCTION crm.distribuicao_travar() RETURNS void
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_distribuicao_travar';
COMMENT ON FUNCTION crm.distribuicao_travar() IS
    'The lock of all distributions, until the transaction ends. For functions that write usuarios, '
    'vendedores or clientes and distribute afterwards: call it before the first write.';
