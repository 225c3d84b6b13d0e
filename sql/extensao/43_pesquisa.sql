-- Client search: keys of the side table crm.clientes_busca, its upkeep, and the
-- search itself (extension/pesquisa*.c).

-- ---- keys: pure functions of what a client's row says ------------------------------

CREATE FUNCTION crm.busca_palavras(nome text) RETURNS text
    LANGUAGE C STRICT IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_busca_palavras';
COMMENT ON FUNCTION crm.busca_palavras(text) IS
    'Words a stored name is found by, each word:sound, blanks between. Internal.';

CREATE FUNCTION crm.busca_celular(celular text) RETURNS text
    LANGUAGE C STRICT IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_busca_celular';
COMMENT ON FUNCTION crm.busca_celular(text) IS
    'Digits of a phone without country code; NULL when there are none. Internal.';

CREATE FUNCTION crm.busca_email(email text) RETURNS text
    LANGUAGE C STRICT IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_busca_email';
COMMENT ON FUNCTION crm.busca_email(text) IS 'An e-mail as it is compared; NULL when blank. Internal.';

CREATE FUNCTION crm.busca_chaves(
    palavras        text,       -- crm.busca_palavras()
    cidade          text,
    uf              text,
    data_nascimento date,
    ativo           boolean
) RETURNS text[]
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_busca_chaves';
COMMENT ON FUNCTION crm.busca_chaves(text, text, text, date, boolean) IS
    'Keys of a row in the GIN index: w word, s sound, c city, u UF, n year of birth, i inactive; c and u alone: none. Internal.';

CREATE FUNCTION crm.busca_trechos(palavra text) RETURNS text[]
    LANGUAGE C STRICT IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'crm_busca_trechos';
COMMENT ON FUNCTION crm.busca_trechos(text) IS
    'Pairs of neighbouring characters of a word, with its ends: what words with a part in common share. Internal.';

-- ---- upkeep -------------------------------------------------------------------------

CREATE FUNCTION crm.busca_mudou() RETURNS trigger
    LANGUAGE C
    AS 'MODULE_PATHNAME', 'crm_busca_mudou';
COMMENT ON FUNCTION crm.busca_mudou() IS 'Keeps crm.clientes_busca and crm.palavras. Trigger.';

CREATE FUNCTION crm.busca_indices() RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, crm, pg_temp
AS $$
BEGIN
    CREATE INDEX IF NOT EXISTS clientes_busca_nome ON crm.clientes_busca (nome, id_cliente);
    CREATE INDEX IF NOT EXISTS clientes_busca_nascimento ON crm.clientes_busca (data_nascimento, id_cliente);
    CREATE INDEX IF NOT EXISTS clientes_busca_celular ON crm.clientes_busca (celular) WHERE celular IS NOT NULL;
    CREATE INDEX IF NOT EXISTS clientes_busca_celular_fim ON crm.clientes_busca (reverse(celular) COLLATE "C")
        WHERE celular IS NOT NULL;
    CREATE INDEX IF NOT EXISTS clientes_busca_email ON crm.clientes_busca (email) WHERE email IS NOT NULL;
    -- fastupdate off: pesquisa_mapa.c reads the lists of the keys, no pending one.
    CREATE INDEX IF NOT EXISTS clientes_busca_chaves ON crm.clientes_busca
        USING gin (crm.busca_chaves(palavras, cidade, uf, data_nascimento, ativo) COLLATE "C")
        WITH (fastupdate = off);
    CREATE INDEX IF NOT EXISTS palavras_palavra ON crm.palavras (palavra);
    CREATE INDEX IF NOT EXISTS palavras_trechos ON crm.palavras
        USING gin (crm.busca_trechos(palavra) COLLATE "C") WITH (fastupdate = off);
END $$;
COMMENT ON FUNCTION crm.busca_indices() IS 'Makes the indexes of the search that are missing. Internal.';

CREATE FUNCTION crm.busca_refazer() RETURNS bigint
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_busca_refazer';
COMMENT ON FUNCTION crm.busca_refazer() IS
    'Fills crm.clientes_busca and crm.palavras anew from crm.clientes and builds their indexes; returns the '
    'number of clients. Writers of clients wait meanwhile. distribuicao.verificar only (CR403).';

CREATE FUNCTION crm.busca_verificar() RETURNS TABLE (id_cliente bigint, divergencia text)
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_busca_verificar';
COMMENT ON FUNCTION crm.busca_verificar() IS
    'Clients whose row in crm.clientes_busca is missing, stale or too much, and words missing in crm.palavras '
    '(id_cliente NULL); no row when all is right. distribuicao.verificar only (CR403).';

-- ---- the search -----------------------------------------------------------------------

-- A row of the answer: what crm.clientes_cadastro shows the caller, and how it was found.
CREATE TYPE crm.cliente_encontrado AS (
    id_cliente      bigint,
    nome_completo   text,
    cpf             text,           -- masked unless the caller may see it
    idade           integer,
    data_nascimento date,           -- NULL unless the caller may see it
    sexo            text,
    celular         text,
    email           text,
    cidade          text,
    uf              text,
    data_ultima_compra date,
    dias_sem_comprar integer,
    periodo         text,
    situacao        text,
    status          text,
    ativo           boolean,
    nao_contatar    boolean,
    valor_total     numeric,
    vendedor_id     bigint,
    vendedor        text,
    parecido        boolean,        -- sounds alike, or with typing slips
    versao          integer,
    total           bigint,         -- of all pages; an estimate above 1,000
    total_exato     boolean,
    proximo         text            -- cursor behind this page; NULL: it is the last
);
COMMENT ON TYPE crm.cliente_encontrado IS 'A row of crm.pesquisar_clientes().';

CREATE FUNCTION crm.pesquisar_clientes(
    q               text DEFAULT NULL,      -- CPF, phone, e-mail or name, recognised
    cpf             text DEFAULT NULL,      -- whole; with cliente.ver_sensivel its beginning
    nome            text DEFAULT NULL,
    cidade          text DEFAULT NULL,      -- its beginning
    uf              text DEFAULT NULL,      -- several parted by commas
    idade_min       integer DEFAULT NULL,   -- whole years on crm.hoje()
    idade_max       integer DEFAULT NULL,
    status          text DEFAULT NULL,      -- disponivel, atribuido, contatado; several
    situacao        text DEFAULT NULL,      -- ativo, elegivel, inativo, sem_compra; several
    ativo           boolean DEFAULT true,   -- NULL: deactivated ones too
    celular         text DEFAULT NULL,      -- its beginning or its end
    email           text DEFAULT NULL,      -- its beginning
    sort            text DEFAULT NULL,      -- relevancia, [-] nome, cidade, uf, idade, data_ultima_compra,
                                            -- valor_total, status, situacao, id, cpf
    page            integer DEFAULT 1,
    size            integer DEFAULT 50,     -- 1..100
    cursor          text DEFAULT NULL       -- proximo of the page before
) RETURNS SETOF crm.cliente_encontrado
    LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 50
    AS 'MODULE_PATHNAME', 'crm_pesquisar_clientes';
COMMENT ON FUNCTION crm.pesquisar_clientes(text, text, text, text, text, integer, integer, text, text, boolean,
                                           text, text, text, integer, integer, text) IS
    'Clients that answer all the filters, as the caller may see them. Names: partial, in any order, without '
    'accents; first exact ones, then those that begin so, those with all words, parts of words, and last, marked '
    'parecido, spelling twins and typing slips (when at most 1,000 answer better; of at most 20,000 candidates). Needs cliente.ver_todos, or '
    'carteira.ver_propria for the own portfolio. CR403; CR422 names the argument. BUSCA-1..4.';
