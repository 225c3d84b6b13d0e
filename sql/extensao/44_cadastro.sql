-- The record of a client (extension/cadastro*.c). Each function judges who may
-- see or change the client; the typed ones here are for SQL callers and for the
-- endpoints in 67_api_clientes.sql.

-- Public.
CREATE FUNCTION crm.cliente_criar(
    cpf             crm.cpf,
    nome_completo   text,                   -- at most 255 characters
    data_nascimento date    DEFAULT NULL,   -- from 1900 to today
    sexo            text    DEFAULT NULL,   -- F, M, N
    nome_mae        text    DEFAULT NULL,
    celular         text    DEFAULT NULL,   -- area code and 8 or 9 digits, masked or not
    email           text    DEFAULT NULL,
    cidade          text    DEFAULT NULL,   -- at most 120 characters
    uf              text    DEFAULT NULL,
    cep             text    DEFAULT NULL,   -- 8 digits, masked or not
    nao_contatar    boolean DEFAULT false
) RETURNS bigint                            -- clientes.id_cliente
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_cliente_criar';
COMMENT ON FUNCTION crm.cliente_criar(crm.cpf, text, date, text, text, text, text, text, text, text, boolean) IS
    'Creates a client; returns its number. Raises CR403 acesso_negado; CR409 cpf_duplicado, whose detail names the '
    'existing client as far as the caller may see it; CR422 campo_invalido naming every field that is wrong.';

-- Public.
CREATE FUNCTION crm.cliente_alterar(
    id_cliente bigint,
    campos     jsonb,                       -- {"celular": "...", "email": null}: what changes
    versao     integer DEFAULT NULL         -- clientes.versao that was seen; NULL: whatever it is
) RETURNS integer                           -- clientes.versao now
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_cliente_alterar';
COMMENT ON FUNCTION crm.cliente_alterar(bigint, jsonb, integer) IS
    'Changes the fields named, null empties one. Raises CR403 acesso_negado, cliente_de_outro_vendedor; CR404 '
    'cliente_inexistente; CR409 cpf_duplicado; CR412 versao_antiga; CR422 campo_invalido, campo_desconhecido.';

-- Public.
CREATE FUNCTION crm.cliente_substituir(
    id_cliente bigint,
    campos     jsonb,                       -- the whole record
    versao     integer DEFAULT NULL
) RETURNS integer                           -- clientes.versao now
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_cliente_substituir';
COMMENT ON FUNCTION crm.cliente_substituir(bigint, jsonb, integer) IS
    'As crm.cliente_alterar(), but fields not named are emptied; those hidden from the caller and nao_contatar stay.';

-- Public.
CREATE FUNCTION crm.cliente_desativar(
    id_cliente bigint,
    versao     integer DEFAULT NULL
) RETURNS integer                           -- clientes.versao now
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_cliente_desativar';
COMMENT ON FUNCTION crm.cliente_desativar(bigint, integer) IS
    'Deactivates a client: the row stays, the open assignment ends, no distribution deals it. Raises CR403, CR404, CR412.';

-- Public.
CREATE FUNCTION crm.cliente_reativar(
    id_cliente bigint
) RETURNS integer                           -- clientes.versao now
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_cliente_reativar';
COMMENT ON FUNCTION crm.cliente_reativar(bigint) IS
    'Enables a deactivated client: the next distribution may deal it. Raises CR403, CR404.';

-- Public.
CREATE FUNCTION crm.cliente_revelar(
    id_cliente bigint,
    campos     text[],                      -- of cpf, data_nascimento, nome_mae
    finalidade text,                        -- 5 to 200 characters; goes to the audit
    OUT cpf             text,
    OUT data_nascimento date,
    OUT nome_mae        text,
    OUT restantes       integer             -- reveals left in 24 hours
) RETURNS record
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_cliente_revelar';
COMMENT ON FUNCTION crm.cliente_revelar(bigint, text[], text) IS
    'Hidden data of one client in clear, for a purpose: recorded before it is answered, revelacao_cota times in 24 hours '
    'a user. Raises CR403, CR404, CR422 campo_invalido, CR429 cota_revelacao.';

-- Public.
CREATE FUNCTION crm.cliente_perfil(
    id_cliente bigint,
    OUT id                 bigint,
    OUT nome_completo      text,
    OUT cpf                text,            -- masked without cliente.ver_sensivel, as all below
    OUT idade              integer,         -- years
    OUT data_nascimento    date,
    OUT sexo               text,
    OUT nome_mae           text,
    OUT celular            text,
    OUT email              text,
    OUT cidade             text,
    OUT uf                 text,
    OUT cep                text,
    OUT data_ultima_compra date,
    OUT dias_sem_comprar   integer,
    OUT periodo            text,
    OUT situacao           text,
    OUT status             text,
    OUT ativo              boolean,
    OUT nao_contatar       boolean,
    OUT valor_total        numeric,         -- R$
    OUT vendedor_id        bigint,
    OUT vendedor           text,
    OUT versao             integer,
    OUT created_at         timestamptz,
    OUT updated_at         timestamptz,
    OUT mascarado          boolean
) RETURNS record
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_cliente_perfil';
COMMENT ON FUNCTION crm.cliente_perfil(bigint) IS
    'The record of a client, masked by role (view crm.clientes_cadastro) and recorded as a view. Raises CR403, CR404.';

-- Public.
CREATE FUNCTION crm.cliente_pedidos(
    id_cliente bigint,
    page       integer DEFAULT 1,           -- from 1
    size       integer DEFAULT 20           -- 1 to 100
) RETURNS TABLE (
    id          bigint,                     -- pedidos.id
    data_pedido date,
    valor       numeric,                    -- R$
    produto     text
)
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_cliente_pedidos';
COMMENT ON FUNCTION crm.cliente_pedidos(bigint, integer, integer) IS
    'Orders of a client, newest first; recorded as a view. Raises CR403, CR404.';

-- Public.
CREATE FUNCTION crm.cliente_linha_do_tempo(
    id_cliente bigint,
    page       integer DEFAULT 1,           -- from 1
    size       integer DEFAULT 50           -- 1 to 100
) RETURNS TABLE (
    quando timestamptz,
    acao   text,        -- cadastro, alteracao, desativacao, reativacao, atribuicao, contato, recuperacao, encerramento
    quem   text,        -- name of a user or of a database role; NULL: the product
    campos json         -- [{"campo", "antes", "depois"}], masked
)
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_cliente_linha_do_tempo';
COMMENT ON FUNCTION crm.cliente_linha_do_tempo(bigint, integer, integer) IS
    'What happened to a client, newest first: changes from the audit (masked) and assignments the caller may see; '
    'recorded as a view. Raises CR403, CR404.';

-- ---- for the endpoints ------------------------------------------------------------

CREATE FUNCTION crm.cliente_json(id_cliente bigint) RETURNS json
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_cliente_json';
COMMENT ON FUNCTION crm.cliente_json(bigint) IS
    'The record of a client as the API shows it to the caller; NULL when there is none. Internal.';

CREATE FUNCTION crm.if_match_versao(
    if_match text,                          -- header as sent
    atual    integer                        -- clientes.versao now
) RETURNS integer                           -- NULL: any will do; atual when listed; else -1
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_if_match_versao';
COMMENT ON FUNCTION crm.if_match_versao(text, integer) IS
    'The version that an If-Match header demands. Internal.';

CREATE FUNCTION crm.bloco_lugar(
    bloco jsonb,                            -- auditoria.antes or depois of a row that speaks of many
    id    bigint
) RETURNS integer                           -- from 0
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_bloco_lugar';
COMMENT ON FUNCTION crm.bloco_lugar(jsonb, bigint) IS
    'Where the values of a row stand in the arrays of a block of the audit; NULL: it does not speak of it. Internal.';

CREATE FUNCTION crm.interno_cliente_historia(
    cliente        bigint,
    OUT id         bigint,
    OUT quando     timestamptz,
    OUT acao       text,
    OUT usuario_id bigint,
    OUT role_banco name,
    OUT antes      jsonb,
    OUT depois     jsonb,
    OUT bloco      boolean      -- it speaks of many, perhaps of this one
) RETURNS SETOF record
    LANGUAGE C STABLE STRICT PARALLEL UNSAFE ROWS 10
    AS 'MODULE_PATHNAME', 'crm_interno_cliente_historia';
COMMENT ON FUNCTION crm.interno_cliente_historia(bigint) IS
    'Rows of crm.auditoria about the record of a client, read from no more months than needed: the insertion from the month of '
    'created_at, changes from the newest on until clientes.versao is explained. Internal.';

CREATE FUNCTION crm.ler_cliente(args jsonb) RETURNS json
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_ler_cliente';
COMMENT ON FUNCTION crm.ler_cliente(jsonb) IS 'Body of crm.api_cliente(jsonb).';

CREATE FUNCTION crm.ler_cliente_pedidos(args jsonb) RETURNS json
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_ler_cliente_pedidos';
COMMENT ON FUNCTION crm.ler_cliente_pedidos(jsonb) IS 'Body of crm.api_cliente_pedidos(jsonb).';

CREATE FUNCTION crm.ler_cliente_linha_do_tempo(args jsonb) RETURNS json
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_ler_cliente_linha_do_tempo';
COMMENT ON FUNCTION crm.ler_cliente_linha_do_tempo(jsonb) IS 'Body of crm.api_cliente_linha_do_tempo(jsonb).';

CREATE FUNCTION crm.revelacao_recusada(id_cliente bigint) RETURNS void
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_revelacao_recusada';
COMMENT ON FUNCTION crm.revelacao_recusada(bigint) IS 'Records that a reveal was refused by the quota. Internal.';
