-- Type crm.cpf: a Brazilian taxpayer number on eight bytes. Order, hash, sort
-- support and binary output are those of bigint; input judges the check digits.
CREATE TYPE crm.cpf;

CREATE FUNCTION crm.cpf_in(cstring) RETURNS crm.cpf
    LANGUAGE C STRICT IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'crm_cpf_in';
CREATE FUNCTION crm.cpf_out(crm.cpf) RETURNS cstring
    LANGUAGE C STRICT IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'crm_cpf_out';
CREATE FUNCTION crm.cpf_recv(internal) RETURNS crm.cpf
    LANGUAGE C STRICT IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'crm_cpf_recv';
CREATE FUNCTION crm.cpf_send(crm.cpf) RETURNS bytea
    LANGUAGE internal STRICT IMMUTABLE PARALLEL SAFE AS 'int8send';

CREATE TYPE crm.cpf (
    INPUT = crm.cpf_in,
    OUTPUT = crm.cpf_out,
    RECEIVE = crm.cpf_recv,
    SEND = crm.cpf_send,
    LIKE = pg_catalog.int8,
    CATEGORY = 'U'
);
COMMENT ON TYPE crm.cpf IS
    'CPF with right check digits, 11 digits with or without mask on input, 11 digits on output. '
    'A bad one raises 22P02 without repeating the value.';

-- ---- order and hash ---------------------------------------------------------

CREATE FUNCTION crm.cpf_lt(crm.cpf, crm.cpf) RETURNS boolean
    LANGUAGE internal STRICT IMMUTABLE PARALLEL SAFE AS 'int8lt';
CREATE FUNCTION crm.cpf_le(crm.cpf, crm.cpf) RETURNS boolean
    LANGUAGE internal STRICT IMMUTABLE PARALLEL SAFE AS 'int8le';
CREATE FUNCTION crm.cpf_eq(crm.cpf, crm.cpf) RETURNS boolean
    LANGUAGE internal STRICT IMMUTABLE PARALLEL SAFE AS 'int8eq';
CREATE FUNCTION crm.cpf_ne(crm.cpf, crm.cpf) RETURNS boolean
    LANGUAGE internal STRICT IMMUTABLE PARALLEL SAFE AS 'int8ne';
CREATE FUNCTION crm.cpf_ge(crm.cpf, crm.cpf) RETURNS boolean
    LANGUAGE internal STRICT IMMUTABLE PARALLEL SAFE AS 'int8ge';
CREATE FUNCTION crm.cpf_gt(crm.cpf, crm.cpf) RETURNS boolean
    LANGUAGE internal STRICT IMMUTABLE PARALLEL SAFE AS 'int8gt';
CREATE FUNCTION crm.cpf_cmp(crm.cpf, crm.cpf) RETURNS integer
    LANGUAGE internal STRICT IMMUTABLE PARALLEL SAFE AS 'btint8cmp';
CREATE FUNCTION crm.cpf_sortsupport(internal) RETURNS void
    LANGUAGE internal STRICT IMMUTABLE PARALLEL SAFE AS 'btint8sortsupport';
CREATE FUNCTION crm.cpf_hash(crm.cpf) RETURNS integer
    LANGUAGE internal STRICT IMMUTABLE PARALLEL SAFE AS 'hashint8';
CREATE FUNCTION crm.cpf_hash_extended(crm.cpf, bigint) RETURNS bigint
    LANGUAGE internal STRICT IMMUTABLE PARALLEL SAFE AS 'hashint8extended';

-- In pg_catalog, so that "WHERE cpf = '...'" means this in every search_path: a
-- restore's empty one, a BI tool's own.
CREATE OPERATOR pg_catalog.< (
    LEFTARG = crm.cpf, RIGHTARG = crm.cpf, FUNCTION = crm.cpf_lt,
    COMMUTATOR = OPERATOR(pg_catalog.>), NEGATOR = OPERATOR(pg_catalog.>=), RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
CREATE OPERATOR pg_catalog.<= (
    LEFTARG = crm.cpf, RIGHTARG = crm.cpf, FUNCTION = crm.cpf_le,
    COMMUTATOR = OPERATOR(pg_catalog.>=), NEGATOR = OPERATOR(pg_catalog.>), RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
CREATE OPERATOR pg_catalog.= (
    LEFTARG = crm.cpf, RIGHTARG = crm.cpf, FUNCTION = crm.cpf_eq,
    COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(pg_catalog.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
CREATE OPERATOR pg_catalog.<> (
    LEFTARG = crm.cpf, RIGHTARG = crm.cpf, FUNCTION = crm.cpf_ne,
    COMMUTATOR = OPERATOR(pg_catalog.<>), NEGATOR = OPERATOR(pg_catalog.=), RESTRICT = neqsel, JOIN = neqjoinsel
);
CREATE OPERATOR pg_catalog.>= (
    LEFTARG = crm.cpf, RIGHTARG = crm.cpf, FUNCTION = crm.cpf_ge,
    COMMUTATOR = OPERATOR(pg_catalog.<=), NEGATOR = OPERATOR(pg_catalog.<), RESTRICT = scalargesel, JOIN = scalargejoinsel
);
CREATE OPERATOR pg_catalog.> (
    LEFTARG = crm.cpf, RIGHTARG = crm.cpf, FUNCTION = crm.cpf_gt,
    COMMUTATOR = OPERATOR(pg_catalog.<), NEGATOR = OPERATOR(pg_catalog.<=), RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

CREATE OPERATOR CLASS crm.cpf_ops DEFAULT FOR TYPE crm.cpf USING btree AS
    OPERATOR 1 pg_catalog.<,
    OPERATOR 2 pg_catalog.<=,
    OPERATOR 3 pg_catalog.=,
    OPERATOR 4 pg_catalog.>=,
    OPERATOR 5 pg_catalog.>,
    FUNCTION 1 crm.cpf_cmp(crm.cpf, crm.cpf),
    FUNCTION 2 crm.cpf_sortsupport(internal),
    FUNCTION 4 pg_catalog.btequalimage(oid);

CREATE OPERATOR CLASS crm.cpf_hash_ops DEFAULT FOR TYPE crm.cpf USING hash AS
    OPERATOR 1 pg_catalog.=,
    FUNCTION 1 crm.cpf_hash(crm.cpf),
    FUNCTION 2 crm.cpf_hash_extended(crm.cpf, bigint);

-- ---- casts, all explicit ----------------------------------------------------

CREATE FUNCTION crm.cpf_de_bigint(bigint) RETURNS crm.cpf
    LANGUAGE C STRICT IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'crm_cpf_de_bigint';
CREATE FUNCTION crm.cpf_para_bigint(crm.cpf) RETURNS bigint
    LANGUAGE C STRICT IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'crm_cpf_para_bigint';

CREATE CAST (crm.cpf AS text) WITH INOUT;
CREATE CAST (text AS crm.cpf) WITH INOUT;
CREATE CAST (crm.cpf AS bigint) WITH FUNCTION crm.cpf_para_bigint(crm.cpf);
CREATE CAST (bigint AS crm.cpf) WITH FUNCTION crm.cpf_de_bigint(bigint);

-- ---- output -----------------------------------------------------------------

CREATE FUNCTION crm.cpf_formatado(cpf crm.cpf) RETURNS text
    LANGUAGE C STRICT IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'crm_cpf_formatado';
COMMENT ON FUNCTION crm.cpf_formatado(crm.cpf) IS 'The CPF as 000.000.000-00.';

CREATE FUNCTION crm.cpf_mascara(cpf crm.cpf) RETURNS text
    LANGUAGE C STRICT IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'crm_cpf_mascara';
COMMENT ON FUNCTION crm.cpf_mascara(crm.cpf) IS
    'The CPF as ***.456.789-**, for who may not see it whole.';

COMMENT ON FUNCTION crm.cpf_in(cstring) IS 'Input of crm.cpf; 22P02 on a bad CPF.';
COMMENT ON FUNCTION crm.cpf_out(crm.cpf) IS 'Output of crm.cpf: 11 digits.';
COMMENT ON FUNCTION crm.cpf_recv(internal) IS 'Binary input of crm.cpf, judged like text.';
COMMENT ON FUNCTION crm.cpf_send(crm.cpf) IS 'Binary output of crm.cpf: 8 bytes, big endian.';
COMMENT ON FUNCTION crm.cpf_lt(crm.cpf, crm.cpf) IS 'Implementation of <.';
COMMENT ON FUNCTION crm.cpf_le(crm.cpf, crm.cpf) IS 'Implementation of <=.';
COMMENT ON FUNCTION crm.cpf_eq(crm.cpf, crm.cpf) IS 'Implementation of =.';
COMMENT ON FUNCTION crm.cpf_ne(crm.cpf, crm.cpf) IS 'Implementation of <>.';
COMMENT ON FUNCTION crm.cpf_ge(crm.cpf, crm.cpf) IS 'Implementation of >=.';
COMMENT ON FUNCTION crm.cpf_gt(crm.cpf, crm.cpf) IS 'Implementation of >.';
COMMENT ON FUNCTION crm.cpf_cmp(crm.cpf, crm.cpf) IS 'Btree comparison: -1, 0, 1.';
COMMENT ON FUNCTION crm.cpf_sortsupport(internal) IS 'Btree sort support.';
COMMENT ON FUNCTION crm.cpf_hash(crm.cpf) IS 'Hash of 32 bits.';
COMMENT ON FUNCTION crm.cpf_hash_extended(crm.cpf, bigint) IS 'Hash of 64 bits with a seed.';
COMMENT ON FUNCTION crm.cpf_de_bigint(bigint) IS 'Cast; leading zeros are implied, 22P02 on a bad CPF.';
COMMENT ON FUNCTION crm.cpf_para_bigint(crm.cpf) IS 'Cast; leading zeros are lost.';
