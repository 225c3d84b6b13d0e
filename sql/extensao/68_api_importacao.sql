-- /api/v1/clients/import: imports of clients, faces of 45_importacao.sql (BUSCA-6).

CREATE FUNCTION crm.componentes_importacao() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
    "ImportacaoMapa": {"type": ["object", "null"], "additionalProperties": false,
        "description": "Campo do cliente → índice da coluna, a partir de 0",
        "properties": {
            "cpf": {"type": ["integer", "null"]}, "nome_completo": {"type": ["integer", "null"]},
            "data_nascimento": {"type": ["integer", "null"]}, "sexo": {"type": ["integer", "null"]},
            "nome_mae": {"type": ["integer", "null"]}, "celular": {"type": ["integer", "null"]},
            "email": {"type": ["integer", "null"]}, "cidade": {"type": ["integer", "null"]},
            "uf": {"type": ["integer", "null"]}, "cep": {"type": ["integer", "null"]}}},
    "ImportacaoColuna": {"type": "object", "additionalProperties": false,
        "required": ["indice", "titulo", "amostra", "sugestao"],
        "properties": {
            "indice": {"type": "integer"}, "titulo": {"type": "string"},
            "amostra": {"type": "array", "items": {"type": "string"}, "description": "Até 3 células; *** sem o direito cliente.ver_sensivel"},
            "sugestao": {"type": ["string", "null"], "description": "Campo do cliente"}}},
    "Importacao": {"type": "object", "additionalProperties": false,
        "required": ["id", "nome", "estado", "operacao", "separador", "codificacao", "cabecalho", "bytes", "linhas", "mapa",
                     "processadas", "incluidos", "atualizados", "iguais", "recusadas", "desfeitas", "mantidas", "falha",
                     "criada_em", "iniciada_em", "terminada_em", "guardada", "pode_desfazer", "pode_cancelar"],
        "properties": {
            "id": {"type": "integer"}, "nome": {"type": "string"},
            "estado": {"type": "string", "enum": ["enviada", "na_fila", "executando", "concluida", "desfeita", "cancelada", "falhou"]},
            "operacao": {"type": "string", "enum": ["executar", "desfazer"], "description": "O que está ou esteve em execução"},
            "separador": {"type": "string", "enum": [",", ";", "\t", "|"]},
            "codificacao": {"type": "string", "enum": ["utf-8", "windows-1252"]},
            "cabecalho": {"type": "boolean"}, "bytes": {"type": "integer"}, "linhas": {"type": "integer"},
            "colunas": {"type": "array", "items": {"$ref": "#/components/schemas/ImportacaoColuna"},
                        "description": "Só na importação por id"},
            "mapa": {"$ref": "#/components/schemas/ImportacaoMapa"},
            "processadas": {"type": "integer"}, "incluidos": {"type": "integer"}, "atualizados": {"type": "integer"},
            "iguais": {"type": "integer"}, "recusadas": {"type": "integer"},
            "desfeitas": {"type": "integer"},
            "mantidas": {"type": "integer", "description": "Linhas que o desfazer deixou como estavam"},
            "mantidas_linhas": {"type": "array", "description": "Até 50 delas, só na importação por id",
                "items": {"type": "object", "additionalProperties": false, "required": ["linha", "id_cliente", "motivo"],
                    "properties": {"linha": {"type": "integer"}, "id_cliente": {"type": ["integer", "null"]},
                        "motivo": {"type": "string", "enum": ["alterado", "com_historico", "excluido"]}}}},
            "falha": {"type": ["string", "null"]},
            "criada_em": {"type": "string", "format": "date-time"},
            "iniciada_em": {"type": ["string", "null"], "format": "date-time"},
            "terminada_em": {"type": ["string", "null"], "format": "date-time"},
            "guardada": {"type": "boolean", "description": "Arquivo e linhas ainda existem"},
            "pode_desfazer": {"type": "boolean"}, "pode_cancelar": {"type": "boolean"}}}}$$::jsonb;
COMMENT ON FUNCTION crm.componentes_importacao() IS 'Schemas of imports.';

CREATE FUNCTION crm.importacao_json(
    importacao bigint,
    inteira    boolean                  -- with colunas and mantidas_linhas
) RETURNS json
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
    SELECT (jsonb_build_object(
                'id', i.id, 'nome', i.nome, 'estado', i.estado, 'operacao', i.operacao,
                'separador', i.separador, 'codificacao', i.codificacao, 'cabecalho', i.cabecalho,
                'bytes', i.bytes, 'linhas', i.linhas, 'mapa', i.mapa,
                'processadas', i.processadas, 'incluidos', i.incluidos, 'atualizados', i.atualizados,
                'iguais', i.iguais, 'recusadas', i.recusadas,
                'desfeitas', i.desfeitas, 'mantidas', i.mantidas, 'falha', i.falha,
                'criada_em', i.criada_em, 'iniciada_em', i.iniciada_em, 'terminada_em', i.terminada_em,
                'guardada', i.guardada)
            || jsonb_build_object(
                'pode_desfazer', i.guardada AND i.estado IN ('concluida', 'cancelada', 'falhou')
                                 AND i.operacao = 'executar' AND i.incluidos + i.atualizados > 0,
                'pode_cancelar', i.estado IN ('enviada', 'na_fila', 'executando')
                                 AND i.operacao = 'executar' AND NOT i.cancelar)
            || CASE WHEN inteira THEN jsonb_build_object(
                'colunas', coalesce(
                    (SELECT jsonb_agg(jsonb_build_object(
                                'indice', c.i - 1,
                                'titulo', c.coluna ->> 'titulo',
                                'amostra', CASE WHEN (c.coluna -> 'sensivel')::boolean AND NOT crm.pode('cliente.ver_sensivel')
                                                THEN (SELECT coalesce(jsonb_agg('***'::text), '[]')
                                                        FROM jsonb_array_elements(c.coluna -> 'amostra'))
                                                ELSE c.coluna -> 'amostra' END,
                                'sugestao', c.coluna -> 'sugestao') ORDER BY c.i)
                       FROM crm.importacao_arquivos a,
                            jsonb_array_elements(a.colunas) WITH ORDINALITY AS c(coluna, i)
                      WHERE a.importacao_id = i.id), '[]'),
                'mantidas_linhas', coalesce(
                    (SELECT jsonb_agg(jsonb_build_object('linha', m.linha, 'id_cliente', m.id_cliente,
                                                         'motivo', m.motivo_mantida) ORDER BY m.linha)
                       FROM (SELECT l.linha, l.id_cliente, l.motivo_mantida
                               FROM crm.importacao_linhas l
                              WHERE i.mantidas > 0 AND l.importacao_id = i.id AND l.motivo_mantida IS NOT NULL
                              ORDER BY l.linha LIMIT 50) AS m), '[]'))
               ELSE '{}' END)::json
      FROM crm.importacoes i
     WHERE i.id = importacao;
$$;
COMMENT ON FUNCTION crm.importacao_json(bigint, boolean) IS 'One import as the API shows it, whoever asks. Internal.';

-- CR404 unless the caller may import and the import is the caller's.
CREATE FUNCTION crm.importacao_exigir(id bigint) RETURNS void
    LANGUAGE C STABLE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_importacao_exigir';
COMMENT ON FUNCTION crm.importacao_exigir(bigint) IS 'CR403 without cliente.importar, CR404 unless the import is the caller''s. Internal.';

-- ---- the file ---------------------------------------------------------------

CREATE FUNCTION crm.interno_api_importacao_criar(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    novo bigint;
BEGIN
    novo := crm.importacao_criar(args ->> 'nome', crm.arquivo(), args ->> 'separador', args ->> 'codificacao',
                                 (args ->> 'cabecalho')::boolean);
    PERFORM crm.responder(201, NULL, jsonb_build_object('cabecalhos', jsonb_build_object(
        'location', '/api/v1/clients/import/' || novo)));
    RETURN crm.importacao_json(novo, true);
END $$;
COMMENT ON FUNCTION crm.interno_api_importacao_criar(jsonb) IS 'Body of crm.api_importacao_criar().';

CREATE FUNCTION crm.api_importacao_criar(args jsonb) RETURNS json
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_importacao_criar(jsonb) IS
    'POST /api/v1/clients/import: keeps the uploaded file. CR413 arquivo_grande, CR415 formato_nao_aceito, CR422 arquivo_invalido.';

CREATE FUNCTION crm.esquema_importacao_criar() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Envia um arquivo de clientes",
        "descricao": "CSV de até 20 MB, 200.000 linhas e 200 colunas. Separador, codificação e cabeçalho são descobertos quando não informados.",
        "argumentos": {
            "nome": {"type": "string", "maxLength": 255, "default": "arquivo.csv", "description": "Nome do arquivo"},
            "separador": {"type": "string", "enum": [",", ";", "\t", "|"]},
            "codificacao": {"type": "string", "enum": ["utf-8", "windows-1252"]},
            "cabecalho": {"type": "boolean", "description": "A primeira linha são os títulos"}},
        "arquivo": ["text/csv", "application/octet-stream"],
        "status": 201,
        "cabecalhos": ["location"],
        "resposta": {"$ref": "#/components/schemas/Importacao"},
        "erros": {"413": ["arquivo_grande"], "415": ["formato_nao_aceito"], "422": ["arquivo_invalido"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_importacao_criar() IS 'What crm.api_importacao_criar() accepts and answers.';

-- ---- reading ----------------------------------------------------------------

CREATE FUNCTION crm.interno_api_importacoes(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    page  CONSTANT integer := args ->> 'page';
    size  CONSTANT integer := args ->> 'size';
    eu    CONSTANT bigint := crm.usuario_id();
    total integer;
BEGIN
    PERFORM crm.exigir('cliente.importar');
    SELECT count(*) INTO total
      FROM crm.importacoes i
     WHERE i.usuario_id = eu OR (eu = 0 AND i.usuario_id IS NULL AND i.role_banco = session_user);
    RETURN json_build_object(
        'items', coalesce(
            (SELECT json_agg(crm.importacao_json(p.id, false) ORDER BY p.id DESC)
               FROM (SELECT i.id
                       FROM crm.importacoes i
                      WHERE i.usuario_id = eu OR (eu = 0 AND i.usuario_id IS NULL AND i.role_banco = session_user)
                      ORDER BY i.id DESC LIMIT size OFFSET (page - 1) * size) AS p), '[]'),
        'total', total, 'page', page, 'size', size, 'pages', (total + size - 1) / size);
END $$;
COMMENT ON FUNCTION crm.interno_api_importacoes(jsonb) IS 'Body of crm.api_importacoes().';

CREATE FUNCTION crm.api_importacoes(args jsonb) RETURNS json
    LANGUAGE C STABLE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_importacoes(jsonb) IS 'GET /api/v1/clients/import: the caller''s imports, newest first.';

CREATE FUNCTION crm.esquema_importacoes() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "As próprias importações",
        "argumentos": {
            "page": {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 1},
            "size": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}},
        "resposta": {"type": "object", "additionalProperties": false, "required": ["items", "total", "page", "size", "pages"], "properties": {
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/Importacao"}},
            "total": {"type": "integer"}, "page": {"type": "integer"}, "size": {"type": "integer"}, "pages": {"type": "integer"}}}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_importacoes() IS 'What crm.api_importacoes() accepts and answers.';

CREATE FUNCTION crm.interno_api_importacao(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
BEGIN
    PERFORM crm.importacao_exigir((args ->> 'id')::bigint);
    RETURN crm.importacao_json((args ->> 'id')::bigint, true);
END $$;
COMMENT ON FUNCTION crm.interno_api_importacao(jsonb) IS 'Body of crm.api_importacao().';

CREATE FUNCTION crm.api_importacao(args jsonb) RETURNS json
    LANGUAGE C STABLE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_importacao(jsonb) IS 'GET /api/v1/clients/import/{id}. CR404 importacao_inexistente.';

CREATE FUNCTION crm.esquema_importacao() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Uma importação: estado, andamento, colunas",
        "argumentos": {"id": {"type": "integer", "minimum": 1}},
        "obrigatorios": ["id"],
        "resposta": {"$ref": "#/components/schemas/Importacao"},
        "erros": {"404": ["importacao_inexistente"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_importacao() IS 'What crm.api_importacao() accepts and answers.';

CREATE FUNCTION crm.interno_api_importacao_previa(args jsonb) RETURNS json
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
    SELECT crm.importacao_previa_json((args ->> 'id')::bigint, args -> 'mapa', args ->> 'separador', args ->> 'codificacao',
                                      (args ->> 'cabecalho')::boolean, 50, args ->> 'acao');
$$;
COMMENT ON FUNCTION crm.interno_api_importacao_previa(jsonb) IS 'Body of crm.api_importacao_previa().';

CREATE FUNCTION crm.api_importacao_previa(args jsonb) RETURNS json
    LANGUAGE C STABLE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_importacao_previa(jsonb) IS
    'POST /api/v1/clients/import/{id}/preview: what each row would do. CR404, CR422.';

CREATE FUNCTION crm.esquema_importacao_previa() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Prévia de uma importação",
        "descricao": "Confere o arquivo inteiro sem gravar nada. Sem mapa, vale o sugerido; se nem o CPF é reconhecido, só as colunas são respondidas.",
        "argumentos": {
            "id": {"type": "integer", "minimum": 1},
            "mapa": {"type": ["object", "null"], "additionalProperties": false,
                "description": "Campo do cliente → índice da coluna, a partir de 0; cpf é obrigatório",
                "properties": {
                    "cpf": {"type": ["integer", "null"], "minimum": 0, "maximum": 199}, "nome_completo": {"type": ["integer", "null"], "minimum": 0, "maximum": 199},
                    "data_nascimento": {"type": ["integer", "null"], "minimum": 0, "maximum": 199}, "sexo": {"type": ["integer", "null"], "minimum": 0, "maximum": 199},
                    "nome_mae": {"type": ["integer", "null"], "minimum": 0, "maximum": 199}, "celular": {"type": ["integer", "null"], "minimum": 0, "maximum": 199},
                    "email": {"type": ["integer", "null"], "minimum": 0, "maximum": 199}, "cidade": {"type": ["integer", "null"], "minimum": 0, "maximum": 199},
                    "uf": {"type": ["integer", "null"], "minimum": 0, "maximum": 199}, "cep": {"type": ["integer", "null"], "minimum": 0, "maximum": 199}}},
            "separador": {"type": "string", "enum": [",", ";", "\t", "|"]},
            "codificacao": {"type": "string", "enum": ["utf-8", "windows-1252"]},
            "cabecalho": {"type": "boolean"},
            "acao": {"type": "string", "enum": ["incluir", "atualizar", "igual", "recusar"], "description": "Mostra só estas linhas"}},
        "obrigatorios": ["id"],
        "resposta": {"type": "object", "additionalProperties": false,
            "required": ["separador", "codificacao", "cabecalho", "total", "colunas", "mapa", "linhas", "contagem", "erros_por_campo"],
            "properties": {
                "separador": {"type": "string"}, "codificacao": {"type": "string"}, "cabecalho": {"type": "boolean"},
                "total": {"type": "integer", "description": "Linhas com conteúdo, sem o cabeçalho"},
                "colunas": {"type": "array", "items": {"$ref": "#/components/schemas/ImportacaoColuna"}},
                "mapa": {"$ref": "#/components/schemas/ImportacaoMapa"},
                "linhas": {"type": "array", "description": "As 50 primeiras", "items": {"type": "object", "additionalProperties": false,
                    "required": ["linha", "acao", "id_cliente", "valores", "erros"], "properties": {
                        "linha": {"type": "integer", "description": "Linha do arquivo, a partir de 1"},
                        "acao": {"type": "string", "enum": ["incluir", "atualizar", "igual", "recusar"]},
                        "id_cliente": {"type": ["integer", "null"]},
                        "valores": {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
                        "erros": {"type": "array", "items": {"type": "object", "additionalProperties": false,
                            "required": ["campo", "mensagem"],
                            "properties": {"campo": {"type": "string"}, "mensagem": {"type": "string"}}}}}}},
                "contagem": {"type": "object", "additionalProperties": false, "required": ["incluir", "atualizar", "igual", "recusar", "entram"],
                    "properties": {"incluir": {"type": "integer"}, "atualizar": {"type": "integer"},
                                   "igual": {"type": "integer"}, "recusar": {"type": "integer"},
                                   "entram": {"type": "integer", "description": "As que incluem ou atualizam"}}},
                "erros_por_campo": {"type": "object", "additionalProperties": {"type": "integer"}}}},
        "erros": {"404": ["importacao_inexistente"], "409": ["arquivo_apagado"], "422": ["arquivo_invalido", "mapa_invalido"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_importacao_previa() IS 'What crm.api_importacao_previa() accepts and answers.';

-- ---- running, undoing, cancelling ------------------------------------------------

CREATE FUNCTION crm.interno_api_importacao_executar(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
BEGIN
    PERFORM crm.importacao_executar((args ->> 'id')::bigint, args -> 'mapa', args ->> 'separador', args ->> 'codificacao',
                                    (args ->> 'cabecalho')::boolean);
    RETURN crm.importacao_json((args ->> 'id')::bigint, true);
END $$;
COMMENT ON FUNCTION crm.interno_api_importacao_executar(jsonb) IS 'Body of crm.api_importacao_executar().';

CREATE FUNCTION crm.api_importacao_executar(args jsonb) RETURNS json
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_importacao_executar(jsonb) IS
    'POST /api/v1/clients/import/{id}/run: crm.importacao_executar(). CR404, CR409, CR422.';

CREATE FUNCTION crm.esquema_importacao_executar() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN jsonb_build_object(
        'resumo', 'Executa uma importação',
        'descricao', 'Inclui clientes novos e atualiza os de mesmo CPF; célula vazia não apaga nada. Sem mapa, vale o sugerido. '
                     'O andamento chega pelo evento importacao_progresso.',
        'argumentos', (crm.esquema_importacao_previa() -> 'argumentos') - 'acao',
        'obrigatorios', '["id"]'::jsonb,
        'resposta', '{"$ref": "#/components/schemas/Importacao"}'::jsonb,
        'erros', '{"404": ["importacao_inexistente"], "409": ["estado_invalido", "arquivo_apagado"],
                   "422": ["arquivo_invalido", "mapa_invalido"]}'::jsonb);
COMMENT ON FUNCTION crm.esquema_importacao_executar() IS 'What crm.api_importacao_executar() accepts and answers.';

CREATE FUNCTION crm.interno_api_importacao_desfazer(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
BEGIN
    PERFORM crm.importacao_desfazer((args ->> 'id')::bigint);
    RETURN crm.importacao_json((args ->> 'id')::bigint, true);
END $$;
COMMENT ON FUNCTION crm.interno_api_importacao_desfazer(jsonb) IS 'Body of crm.api_importacao_desfazer().';

CREATE FUNCTION crm.api_importacao_desfazer(args jsonb) RETURNS json
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_importacao_desfazer(jsonb) IS
    'POST /api/v1/clients/import/{id}/undo: crm.importacao_desfazer(). CR404, CR409 nao_pode_desfazer.';

CREATE FUNCTION crm.esquema_importacao_desfazer() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Desfaz uma importação",
        "descricao": "Exclui os clientes que ela incluiu e devolve os valores que ela alterou, exceto onde alguém mexeu depois.",
        "argumentos": {"id": {"type": "integer", "minimum": 1}},
        "obrigatorios": ["id"],
        "resposta": {"$ref": "#/components/schemas/Importacao"},
        "erros": {"404": ["importacao_inexistente"], "409": ["nao_pode_desfazer"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_importacao_desfazer() IS 'What crm.api_importacao_desfazer() accepts and answers.';

CREATE FUNCTION crm.interno_api_importacao_cancelar(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
BEGIN
    PERFORM crm.importacao_cancelar((args ->> 'id')::bigint);
    RETURN crm.importacao_json((args ->> 'id')::bigint, true);
END $$;
COMMENT ON FUNCTION crm.interno_api_importacao_cancelar(jsonb) IS 'Body of crm.api_importacao_cancelar().';

CREATE FUNCTION crm.api_importacao_cancelar(args jsonb) RETURNS json
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_importacao_cancelar(jsonb) IS
    'DELETE /api/v1/clients/import/{id}: crm.importacao_cancelar(). CR404, CR409 estado_invalido.';

CREATE FUNCTION crm.esquema_importacao_cancelar() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Cancela uma importação",
        "descricao": "A que está em execução para depois do lote atual e pode ser desfeita.",
        "argumentos": {"id": {"type": "integer", "minimum": 1}},
        "obrigatorios": ["id"],
        "resposta": {"$ref": "#/components/schemas/Importacao"},
        "erros": {"404": ["importacao_inexistente"], "409": ["estado_invalido"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_importacao_cancelar() IS 'What crm.api_importacao_cancelar() accepts and answers.';

-- ---- refused rows -----------------------------------------------------------------

CREATE FUNCTION crm.interno_api_importacao_recusadas(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
BEGIN
    PERFORM crm.responder(200, to_json(crm.importacao_recusadas((args ->> 'id')::bigint)),
        jsonb_build_object('arquivo', jsonb_build_object(
            'tipo', 'text/csv; charset=utf-8', 'nome', 'recusadas-' || (args ->> 'id') || '.csv')));
    RETURN NULL;
END $$;
COMMENT ON FUNCTION crm.interno_api_importacao_recusadas(jsonb) IS 'Body of crm.api_importacao_recusadas().';

CREATE FUNCTION crm.api_importacao_recusadas(args jsonb) RETURNS json
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_importacao_recusadas(jsonb) IS
    'GET /api/v1/clients/import/{id}/refused: crm.importacao_recusadas() as a file. CR404, CR409 arquivo_apagado.';

CREATE FUNCTION crm.esquema_importacao_recusadas() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "As linhas recusadas, para corrigir e importar de novo",
        "argumentos": {"id": {"type": "integer", "minimum": 1}},
        "obrigatorios": ["id"],
        "resposta": {"type": "string", "description": "CSV: as colunas do arquivo e motivo"},
        "resposta_tipo": "text/csv",
        "erros": {"404": ["importacao_inexistente"], "409": ["arquivo_apagado"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_importacao_recusadas() IS 'What crm.api_importacao_recusadas() accepts and answers.';
