-- The one function the front calls, and what an api function may say to it.

CREATE FUNCTION crm.atender(
    funcao     text,            -- crm.api_<funcao>(jsonb)
    sessao     uuid,            -- NULL: nobody is logged in
    endereco   text,            -- client address
    requisicao text,            -- request id
    agente     text,            -- user agent
    chave_idempotencia text,    -- NULL: none
    args       jsonb,           -- path, query and body merged
    arquivo    bytea DEFAULT NULL,  -- body of an upload
    cache      boolean DEFAULT false,   -- the front would keep the answer
    OUT status integer,         -- HTTP
    OUT corpo  text,            -- JSON for the client; a file's text when extra has "arquivo"
    OUT extra  text             -- JSON object for the front
) LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_atender';
COMMENT ON FUNCTION crm.atender(text, uuid, text, text, text, text, jsonb, bytea, boolean) IS
    'Runs crm.api_<funcao>(args) as the user of the session, args judged by crm.esquema_<funcao>(); a refusal is a status with problem+json. '
    'For crm_web only.';

CREATE FUNCTION crm.responder(
    status integer,
    corpo  json,                -- NULL: the result of the function
    extra  jsonb DEFAULT NULL   -- object for the front
) RETURNS void
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_responder';
COMMENT ON FUNCTION crm.responder(integer, json, jsonb) IS
    'Sets the outcome of the running crm.atender(); what the function wrote stays, whatever the status.';

CREATE FUNCTION crm.problema(
    status   integer,
    codigo   text,
    campo    text,
    mensagem text,
    dica     text DEFAULT NULL,
    dados    json DEFAULT NULL
) RETURNS json
    LANGUAGE C STABLE PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_problema';
COMMENT ON FUNCTION crm.problema(integer, text, text, text, text, json) IS
    'problem+json (RFC 9457) of a refusal.';

CREATE FUNCTION crm.arquivo() RETURNS bytea
    LANGUAGE C STABLE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_arquivo';
COMMENT ON FUNCTION crm.arquivo() IS
    'The body of the upload that the running crm.atender() serves; NULL: none.';
