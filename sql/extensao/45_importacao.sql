-- Import of clients out of a file of separated values. One after the other:
-- importacao_criar (the file), importacao_previa (what would happen), importacao_executar,
-- and perhaps importacao_recusadas, importacao_desfazer. Who may: cliente.importar, each
-- for the own imports only; what others have does not exist for them (CR404).

CREATE FUNCTION crm.importacao_criar(
    nome        text,                   -- of the file
    conteudo    bytea,                  -- at most 20 MB
    separador   text    DEFAULT NULL,   -- , ; TAB or |; NULL: found out
    codificacao text    DEFAULT NULL,   -- utf-8 or windows-1252; NULL: found out
    cabecalho   boolean DEFAULT NULL    -- the first row is the titles; NULL: found out
) RETURNS bigint                        -- importacoes.id
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_importacao_criar';
COMMENT ON FUNCTION crm.importacao_criar(text, bytea, text, text, boolean) IS
    'Keeps a file of clients for an import. CR415 formato_nao_aceito for a spreadsheet; CR413 arquivo_grande '
    'over 20 MB; CR422 arquivo_invalido, with the line, for what is no CSV, more than 200,000 rows or 200 columns.';

CREATE FUNCTION crm.importacao_previa(
    id          bigint,
    mapa        jsonb   DEFAULT NULL,   -- {"cpf": 0, "nome_completo": 1, …}: field to column, from 0; NULL: as suggested
    separador   text    DEFAULT NULL,   -- as in crm.importacao_criar()
    codificacao text    DEFAULT NULL,
    cabecalho   boolean DEFAULT NULL,
    limite      integer DEFAULT NULL,   -- rows; NULL: all
    so_acao     text    DEFAULT NULL,   -- only rows of this acao
    OUT linha   integer,                -- of the file, from 1
    OUT acao    text,                   -- incluir, atualizar, igual, recusar
    OUT id_cliente bigint,              -- who has the CPF already
    OUT valores jsonb,                  -- field to value, as it would be stored; masked by right
    OUT erros   jsonb                   -- [{campo, mensagem}]
) RETURNS SETOF record
    LANGUAGE C STABLE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_importacao_previa';
COMMENT ON FUNCTION crm.importacao_previa(bigint, jsonb, text, text, boolean, integer, text) IS
    'What the import would do with each row; writes nothing. CR422 mapa when it names no column for the CPF.';

CREATE FUNCTION crm.importacao_previa_json(
    id          bigint,
    mapa        jsonb,
    separador   text,
    codificacao text,
    cabecalho   boolean,
    limite      integer,
    so_acao     text
) RETURNS json
    LANGUAGE C STABLE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_importacao_previa_json';
COMMENT ON FUNCTION crm.importacao_previa_json(bigint, jsonb, text, text, boolean, integer, text) IS
    'The same with counts over the whole file, as /api/v1/clients/import/{id}/preview answers.';

CREATE FUNCTION crm.importacao_executar(
    id          bigint,
    mapa        jsonb   DEFAULT NULL,   -- as in crm.importacao_previa()
    separador   text    DEFAULT NULL,
    codificacao text    DEFAULT NULL,
    cabecalho   boolean DEFAULT NULL
) RETURNS text                          -- estado: na_fila, or concluida
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_importacao_executar';
COMMENT ON FUNCTION crm.importacao_executar(bigint, jsonb, text, text, boolean) IS
    'Inserts new clients and updates known ones by CPF; an empty cell changes nothing. Queued for the background '
    'worker, which does a batch a transaction, when crm is preloaded and this is the database crm.banco; else done '
    'at once, in the caller''s transaction. CR409 estado_invalido unless the import is enviada.';

CREATE FUNCTION crm.importacao_desfazer(id bigint) RETURNS text
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_importacao_desfazer';
COMMENT ON FUNCTION crm.importacao_desfazer(bigint) IS
    'Takes an ended import back: clients it inserted are deleted, clients it changed get their former values; both '
    'only where nobody changed the client since, and a new one has neither orders nor assignments. The rest is left '
    'alone and counted (mantidas). Runs like crm.importacao_executar(). CR409 nao_pode_desfazer.';

CREATE FUNCTION crm.importacao_cancelar(id bigint) RETURNS text
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_importacao_cancelar';
COMMENT ON FUNCTION crm.importacao_cancelar(bigint) IS
    'Drops an import that has not begun; one that runs stops after the present batch and can be undone. '
    'CR409 estado_invalido when it has ended.';

CREATE FUNCTION crm.importacao_recusadas(id bigint) RETURNS text
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_importacao_recusadas';
COMMENT ON FUNCTION crm.importacao_recusadas(bigint) IS
    'The refused rows as CSV: the columns as they came and one more, motivo; to be mended and imported again. Cells '
    'that a spreadsheet would take for formulas get an apostrophe in front, which the import takes away.';

CREATE FUNCTION crm.importacoes_cuidar() RETURNS bigint
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_importacoes_cuidar';
COMMENT ON FUNCTION crm.importacoes_cuidar() IS
    'Task of crm.tarefas(): wakes the worker when imports wait, does one itself where there is no worker, deletes '
    'files and rows older than importacao_guarda days. Internal.';
