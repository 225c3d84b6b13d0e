-- Text as the search compares it: pure functions of their arguments, usable in
-- indexes. They run as their caller and read nothing.
CREATE FUNCTION crm.normalizar(texto text) RETURNS text
    LANGUAGE C STRICT IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'crm_normalizar';
COMMENT ON FUNCTION crm.normalizar(text) IS
    'Lower-case words without accents, one blank between: apostrophes, hyphens, other signs '
    'and emoji part words; NFC and NFD are equal. Never longer than its argument in bytes.';

CREATE FUNCTION crm.fonetica(texto text) RETURNS text
    LANGUAGE C STRICT IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'crm_fonetica';
COMMENT ON FUNCTION crm.fonetica(text) IS
    'How each word sounds in Brazilian Portuguese: spelling twins (Luiz, Luís) have equal keys.';

CREATE FUNCTION crm.semelhantes(a text, b text) RETURNS boolean
    LANGUAGE C STRICT IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'crm_semelhantes';
COMMENT ON FUNCTION crm.semelhantes(text, text) IS
    'Is one the other with typing slips? By letters of the shorter: up to 3 none, 4 to 7 one, '
    'from 8 two; a slip is a letter too many, too few, another, or two swapped.';

CREATE FUNCTION crm.classificar_busca(texto text, OUT tipo text, OUT valor text)
    LANGUAGE C STRICT IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'crm_classificar_busca';
COMMENT ON FUNCTION crm.classificar_busca(text) IS
    'What somebody typed into the search box: tipo is cpf, cpf_parcial, celular, email, nome or '
    'vazio; valor is its digits, the e-mail in lower case or the normalised name '
    '(empty for signs alone, which no name has). '
    'CR422 busca_longa beyond 255 characters, busca_palavras beyond 12 words.';
