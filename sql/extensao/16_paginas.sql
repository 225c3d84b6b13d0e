-- Pages and cursors of the lists that endpoints answer with.

CREATE FUNCTION crm.pagina(
    args        jsonb,
    size_padrao integer,
    size_max    integer,
    OUT page    integer,
    OUT size    integer,
    OUT salto   integer         -- rows before the page
) LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
BEGIN
    size := coalesce((args ->> 'size')::integer, size_padrao);
    page := coalesce((args ->> 'page')::integer, 1);
    IF size > size_max THEN
        PERFORM crm.falha(422, 'campo_invalido', 'size',
            format('O campo "size" deve ser no máximo %s.', size_max));
    END IF;
    IF page::bigint * size > 10000 THEN
        PERFORM crm.falha(422, 'pagina_profunda', 'page',
            'Página profunda demais: use o cursor.',
            'Repita o pedido com cursor = "proximo" da página anterior.');
    END IF;
    salto := (page - 1) * size;
END $$;
COMMENT ON FUNCTION crm.pagina(jsonb, integer, integer) IS
    'page (from 1) and size of a request; CR422 beyond the limits and beyond row 10,000.';

CREATE FUNCTION crm.paginas(
    total bigint,
    size  integer
) RETURNS bigint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (total + size - 1) / size;
COMMENT ON FUNCTION crm.paginas(bigint, integer) IS 'How many pages of size rows total rows take.';

CREATE FUNCTION crm.cursor_fazer(
    ordem text,                 -- of the list the cursor belongs to
    chave text,                 -- sort key of the last row
    id    bigint                -- its id
) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN translate(encode(convert_to(ordem || '|' || id || '|' || chave, 'UTF8'), 'base64'), E'+/=\n', '-_');
COMMENT ON FUNCTION crm.cursor_fazer(text, text, bigint) IS
    'Opaque position after a row; NULL when there is none.';

CREATE FUNCTION crm.cursor_ler(
    args      jsonb,
    ordem     text,
    formato   text,             -- regular expression of the key
    OUT chave text,
    OUT id    bigint
) LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    cifrado text := args ->> 'cursor';
    partes  text[];
BEGIN
    IF cifrado IS NULL THEN
        RETURN;
    END IF;
    BEGIN
        partes := regexp_match(convert_from(decode(
            rpad(translate(cifrado, '-_', '+/'), (length(cifrado) + 3) / 4 * 4, '='), 'base64'), 'UTF8'),
            '^([-a-z0-9_]+)\|([0-9]{1,18})\|(.*)$');
    EXCEPTION WHEN data_exception THEN
        partes := NULL;
    END;
    IF partes IS NULL OR partes[1] <> ordem OR partes[3] !~ formato THEN
        PERFORM crm.falha(422, 'cursor_invalido', 'cursor', 'Cursor inválido.',
            'Recomece a lista pela primeira página.');
    END IF;
    chave := partes[3];
    id := partes[2];
END $$;
COMMENT ON FUNCTION crm.cursor_ler(jsonb, text, text) IS
    'The position of a cursor of that list; NULLs without cursor; CR422 when it is not one.';
