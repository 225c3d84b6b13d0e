-- Endpoints of the audit: the list with filters, the history of a record, the check of
-- the seals (AUDIT-2, AUDIT-3).

CREATE FUNCTION crm.interno_bloco_linha(
    bloco jsonb,        -- auditoria.antes or depois of a row that speaks of many
    id    bigint
) RETURNS jsonb         -- that row's values; NULL: the block does not speak of it
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
    SELECT (SELECT coalesce(jsonb_object_agg(v.key, v.value -> l.lugar), '{}')
              FROM jsonb_each(bloco - 'ids') AS v)
      FROM crm.bloco_lugar(bloco, id) AS l(lugar)
     WHERE l.lugar IS NOT NULL;
$$;
COMMENT ON FUNCTION crm.interno_bloco_linha(jsonb, bigint) IS 'What a block of the audit says of one row. Internal.';

CREATE FUNCTION crm.componentes_auditoria() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
    "LinhaDaAuditoria": {"type": "object", "additionalProperties": false,
        "required": ["id", "quando", "usuario", "papel", "role_banco", "endereco", "requisicao", "acao", "tabela",
                     "registro_id", "linhas", "antes", "depois", "omitido", "selada"],
        "properties": {
            "id":          {"type": "integer"},
            "quando":      {"type": "string", "format": "date-time"},
            "usuario":     {"oneOf": [{"$ref": "#/components/schemas/Par"}, {"type": "null"}]},
            "papel":       {"type": ["string", "null"]},
            "role_banco":  {"type": "string", "description": "Papel do banco de dados"},
            "endereco":    {"type": ["string", "null"]},
            "requisicao":  {"type": ["string", "null"]},
            "acao":        {"type": "string"},
            "tabela":      {"type": ["string", "null"]},
            "registro_id": {"type": ["integer", "null"], "description": "null: nenhum, ou muitos"},
            "linhas":      {"type": "integer", "description": "De quantas linhas fala"},
            "antes":       {"type": ["object", "array", "null"], "additionalProperties": true, "items": {}},
            "depois":      {"type": ["object", "array", "null"], "additionalProperties": true, "items": {}},
            "omitido":     {"type": "boolean", "description": "antes e depois são grandes demais para a resposta: mais de 16 kB numa lista, de 8 MB sozinha"},
            "selada":      {"type": "boolean", "description": "Já coberta por um selo"}}}}$$::jsonb;
COMMENT ON FUNCTION crm.componentes_auditoria() IS 'Schemas of the audit.';

CREATE FUNCTION crm.ler_auditoria(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    tamanho  integer := (args ->> 'size')::integer;
    cursor_  bigint;
    fuso     text := crm.config('fuso_horario');
    registro bigint := (args ->> 'registro_id')::bigint;
    linha    bigint := (args ->> 'linha')::bigint;      -- of crm.api_auditoria_linha() alone
    teto     integer := CASE WHEN args ? 'linha' THEN 8388608 ELSE 16384 END;
    condicao text := 'true';
    ate_xid  xid8;
    piso     bigint;
    linhas   json;
    ultima   bigint;
    quantas  bigint;
BEGIN
    PERFORM crm.exigir('auditoria.ver');
    IF args ? 'cursor' THEN
        cursor_ := (args ->> 'cursor')::bigint;
        condicao := condicao || ' AND a.id < $1';
    END IF;
    IF registro IS NOT NULL AND NOT args ? 'tabela' THEN
        PERFORM crm.falha(422, 'campo_invalido', 'tabela', 'Informe a tabela do registro.');
    END IF;
    IF args ? 'chave' AND NOT args ? 'tabela' THEN
        PERFORM crm.falha(422, 'campo_invalido', 'tabela', 'Informe a tabela da chave.');
    END IF;
    -- The instants are constants, so that only the months asked for are read.
    IF args ? 'de' THEN
        condicao := condicao || format(' AND a.quando >= %L', (args ->> 'de')::timestamp AT TIME ZONE fuso);
    END IF;
    IF args ? 'ate' THEN
        condicao := condicao || format(' AND a.quando < %L', ((args ->> 'ate')::date + 1)::timestamp AT TIME ZONE fuso);
    END IF;
    IF args ? 'usuario_id' THEN condicao := condicao || ' AND a.usuario_id = $2'; END IF;
    IF args ? 'acao'       THEN condicao := condicao || ' AND a.acao = $3'; END IF;
    IF args ? 'tabela'     THEN condicao := condicao || ' AND a.tabela = $4'; END IF;
    -- What has no number, but a key: a setting.
    IF args ? 'chave'      THEN condicao := condicao || ' AND coalesce(a.depois, a.antes) ->> ''chave'' = $10'; END IF;
    IF args ? 'requisicao' THEN condicao := condicao || ' AND a.requisicao = $6'; END IF;
    IF args ? 'linha'      THEN condicao := condicao || ' AND a.id = $11'; END IF;

    SELECT s.ate_xid, s.piso_id INTO ate_xid, piso FROM crm.auditoria_selos AS s ORDER BY s.n DESC LIMIT 1;

    -- Too large: as it is stored, which may be compressed, or as it would be sent.
    EXECUTE
        'WITH achadas AS MATERIALIZED ('
        || CASE WHEN registro IS NULL
           THEN 'SELECT a.*, a.antes AS de, a.depois AS para FROM crm.auditoria AS a WHERE ' || condicao
           -- Of a block that speaks of many the part about this one.
           ELSE '(SELECT a.*, a.antes AS de, a.depois AS para FROM crm.auditoria AS a'
                '  WHERE a.registro_id = $5 AND ' || condicao || ' ORDER BY a.id DESC LIMIT $7)'
                ' UNION ALL'
                ' (SELECT a.*, crm.interno_bloco_linha(a.antes, $5), crm.interno_bloco_linha(a.depois, $5)'
                '    FROM crm.auditoria AS a'
                '   WHERE a.registro_id IS NULL AND a.linhas > 1'
                '     AND crm.bloco_lugar(coalesce(a.depois, a.antes), $5) IS NOT NULL AND ' || condicao
                || ' ORDER BY a.id DESC LIMIT $7)' END
        || ' ORDER BY id DESC LIMIT $7)'
        ' SELECT coalesce(json_agg(json_build_object('
        '            ''id'', a.id,'
        '            ''quando'', a.quando,'
        '            ''usuario'', crm.json_par(u.id, u.nome),'
        '            ''papel'', a.papel,'
        '            ''role_banco'', a.role_banco,'
        '            ''endereco'', a.endereco,'
        '            ''requisicao'', a.requisicao,'
        '            ''acao'', a.acao,'
        '            ''tabela'', a.tabela,'
        '            ''registro_id'', a.registro_id,'
        '            ''linhas'', a.linhas,'
        '            ''antes'', CASE WHEN t.cabe THEN a.de END,'
        '            ''depois'', CASE WHEN t.cabe THEN a.para END,'
        '            ''omitido'', NOT t.cabe,'
        '            ''selada'', coalesce(a.id <= $9 OR a.xid < $8, false)) ORDER BY a.id DESC), ''[]''),'
        '        min(a.id), count(*)'
        '   FROM achadas AS a'
        '   LEFT JOIN crm.usuarios AS u ON u.id = a.usuario_id'
        '  CROSS JOIN LATERAL (SELECT CASE WHEN coalesce(pg_column_size(a.de), 0) + coalesce(pg_column_size(a.para), 0) <= $12'
        '                             THEN coalesce(octet_length(a.de::text), 0) + coalesce(octet_length(a.para::text), 0) <= $12'
        '                             ELSE false END AS cabe) AS t'
       INTO linhas, ultima, quantas
      USING cursor_, (args ->> 'usuario_id')::bigint, args ->> 'acao', args ->> 'tabela', registro,
            args ->> 'requisicao', tamanho, ate_xid, piso, args ->> 'chave', linha, teto;
    RETURN json_build_object('items', linhas, 'size', tamanho,
                             'proximo', CASE WHEN quantas = tamanho THEN ultima::text END);
END $$;
COMMENT ON FUNCTION crm.ler_auditoria(jsonb) IS 'Body of crm.api_auditoria(jsonb).';

CREATE FUNCTION crm.api_auditoria(args jsonb) RETURNS json
    LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_api_leitura';
COMMENT ON FUNCTION crm.api_auditoria(jsonb) IS
    'GET /api/admin/auditoria: the audit, youngest first, with filters; with tabela and registro_id the history of a '
    'record, blocks of bulk statements included. AUDIT-3.';

CREATE FUNCTION crm.esquema_auditoria() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Auditoria",
        "descricao": "As linhas mais novas primeiro; a próxima página com cursor = proximo. Com tabela e registro_id, a história de um registro, também as mudanças feitas em massa: delas só os valores deste registro.",
        "argumentos": {
            "cursor":      {"type": "string", "pattern": "^[0-9]{1,18}$", "description": "proximo da página anterior"},
            "size":        {"type": "integer", "minimum": 1, "maximum": 200, "default": 50},
            "de":          {"type": "string", "format": "date", "description": "Primeiro dia"},
            "ate":         {"type": "string", "format": "date", "description": "Último dia, inclusive"},
            "usuario_id":  {"type": "integer", "minimum": 1},
            "acao":        {"type": "string", "maxLength": 60, "description": "inserir, alterar, excluir, login, recusa, pesquisa, exportacao …"},
            "tabela":      {"type": "string", "maxLength": 60},
            "registro_id": {"type": "integer", "minimum": 1, "description": "Exige tabela"},
            "chave":       {"type": "string", "maxLength": 60, "description": "De um registro sem número: a configuração. Exige tabela"},
            "requisicao":  {"type": "string", "maxLength": 100}},
        "resposta": {"type": "object", "additionalProperties": false, "required": ["items", "size", "proximo"],
            "properties": {
                "items": {"type": "array", "items": {"$ref": "#/components/schemas/LinhaDaAuditoria"}},
                "size":    {"type": "integer"},
                "proximo": {"type": ["string", "null"], "description": "cursor da próxima página; null no fim"}}},
        "erros": {"422": ["campo_invalido"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_auditoria() IS 'Arguments and answers of crm.api_auditoria(jsonb).';

CREATE FUNCTION crm.ler_auditoria_linha(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    linha json := crm.ler_auditoria(jsonb_build_object('linha', args -> 'id', 'size', 1)) -> 'items' -> 0;
BEGIN
    IF linha IS NULL THEN
        PERFORM crm.falha(404, 'linha_inexistente', 'id', 'Esta linha da auditoria não existe.');
    END IF;
    RETURN linha;
END $$;
COMMENT ON FUNCTION crm.ler_auditoria_linha(jsonb) IS 'Body of crm.api_auditoria_linha(jsonb).';

CREATE FUNCTION crm.api_auditoria_linha(args jsonb) RETURNS json
    LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_api_leitura';
COMMENT ON FUNCTION crm.api_auditoria_linha(jsonb) IS
    'GET /api/admin/auditoria/{id}: one row of the audit whole, also what is too large for the list. AUDIT-3.';

CREATE FUNCTION crm.esquema_auditoria_linha() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Uma linha da auditoria",
        "descricao": "Inteira, também o que é grande demais para a lista (omitido).",
        "argumentos": {
            "id": {"type": "integer", "minimum": 1, "description": "Número da linha"}},
        "obrigatorios": ["id"],
        "resposta": {"$ref": "#/components/schemas/LinhaDaAuditoria"},
        "erros": {"404": ["linha_inexistente"], "422": ["campo_invalido"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_auditoria_linha() IS 'Arguments and answers of crm.api_auditoria_linha(jsonb).';

CREATE FUNCTION crm.ler_auditoria_verificar(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    problemas json;
    ultimo    record;
BEGIN
    PERFORM crm.exigir('auditoria.ver');
    SELECT coalesce(json_agg(json_build_object('problema', v.problema, 'id', v.id, 'selo', v.selo_n, 'detalhe', v.detalhe)), '[]')
      INTO problemas
      FROM crm.auditoria_verificar(args ->> 'selo') AS v;
    SELECT s.n || ':' || encode(s.hash, 'hex') AS selo, s.quando, s.ate_xid, s.piso_id INTO ultimo
      FROM crm.auditoria_selos AS s ORDER BY s.n DESC LIMIT 1;
    RETURN json_build_object('ok', json_array_length(problemas) = 0,
                             'problemas', problemas,
                             'selo', ultimo.selo,
                             'selado_em', ultimo.quando,
                             'seladas', (SELECT coalesce(sum(s.linhas), 0) FROM crm.auditoria_selos AS s WHERE s.tipo <> 'remocao'),
                             'sem_selo', (SELECT count(*) FROM crm.auditoria AS a
                                           WHERE ultimo.ate_xid IS NULL
                                              OR a.xid >= ultimo.ate_xid AND a.id > ultimo.piso_id));
END $$;
COMMENT ON FUNCTION crm.ler_auditoria_verificar(jsonb) IS 'Body of crm.api_auditoria_verificar(jsonb).';

CREATE FUNCTION crm.api_auditoria_verificar(args jsonb) RETURNS json
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_api_leitura';
COMMENT ON FUNCTION crm.api_auditoria_verificar(jsonb) IS
    'GET /api/admin/auditoria/verificar: the audit against its seals; the first of each kind of problem. AUDIT-2.';

CREATE FUNCTION crm.esquema_auditoria_verificar() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Conferir a auditoria",
        "descricao": "Compara as linhas com os selos, os selos entre si e com o mais novo guardado fora do banco; com selo, também com um anotado antes. De cada tipo de problema o primeiro.",
        "argumentos": {
            "selo": {"type": "string", "pattern": "^[1-9][0-9]{0,17}:[0-9a-f]{64}$", "description": "Um selo anotado antes, número:hash"}},
        "resposta": {"type": "object", "additionalProperties": false,
            "required": ["ok", "problemas", "selo", "selado_em", "seladas", "sem_selo"], "properties": {
            "ok":        {"type": "boolean"},
            "problemas": {"type": "array", "items": {"type": "object", "additionalProperties": false,
                "required": ["problema", "id", "selo", "detalhe"],
                "properties": {
                    "problema": {"type": "string", "enum": ["alterada", "faltando", "inserida", "cortada", "selo", "desligada"]},
                    "id":       {"type": ["integer", "null"], "description": "Linha da auditoria"},
                    "selo":     {"type": ["integer", "null"], "description": "Número do selo"},
                    "detalhe":  {"type": "string"}}}},
            "selo":      {"type": ["string", "null"], "description": "O mais novo, número:hash; anote-o fora do sistema"},
            "selado_em": {"type": ["string", "null"], "format": "date-time"},
            "seladas":   {"type": "integer", "description": "Linhas seladas até hoje, também as já removidas"},
            "sem_selo":  {"type": "integer", "description": "Linhas à espera de um selo"}}},
        "erros": {"422": ["campo_invalido"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_auditoria_verificar() IS 'Arguments and answers of crm.api_auditoria_verificar(jsonb).';
