-- /api/v1/exports and /api/v1/clients/export: exports, faces of 48_exportacao.sql
-- (EXPORT-1..5). What is a file is told to the front in extra.exportacao; it then asks
-- for the parts one by one with crm.api_exportacao_parte().

CREATE FUNCTION crm.componentes_exportacao() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
    "Exportacao": {"type": "object", "additionalProperties": false,
        "required": ["id", "origem", "formato", "estado", "na_frente", "direta", "linhas_previstas", "linhas", "bytes", "nome_arquivo", "campos",
                     "ordem", "filtros", "opcoes", "finalidade", "criada_em", "iniciada_em", "terminada_em", "expira_em", "erro",
                     "pode_cancelar", "pode_baixar", "url"],
        "properties": {
            "id": {"type": "integer"},
            "origem": {"type": "string", "enum": ["clientes", "carteira", "quadro", "periodo", "relatorio", "auditoria"]},
            "formato": {"type": "string", "enum": ["excel", "pdf", "csv"]},
            "estado": {"type": "string", "enum": ["na_fila", "executando", "pronta", "falhou", "cancelada", "expirada"]},
            "na_frente": {"type": ["integer", "null"], "description": "Na fila: quantas são feitas antes dela"},
            "direta": {"type": "boolean", "description": "Feita na própria requisição"},
            "linhas_previstas": {"type": "integer"},
            "linhas": {"type": ["integer", "null"], "description": "Do arquivo; enquanto é feita, as já escritas"},
            "bytes": {"type": ["integer", "null"]},
            "nome_arquivo": {"type": "string"},
            "campos": {"type": "array", "items": {"type": "string"}},
            "ordem": {"type": ["string", "null"]},
            "filtros": {"type": "object", "additionalProperties": true, "description": "Como pedidos, CPF mascarado"},
            "opcoes": {"type": "object", "additionalProperties": true},
            "finalidade": {"type": ["string", "null"]},
            "criada_em": {"type": "string", "format": "date-time"},
            "iniciada_em": {"type": ["string", "null"], "format": "date-time"},
            "terminada_em": {"type": ["string", "null"], "format": "date-time"},
            "expira_em": {"type": ["string", "null"], "format": "date-time"},
            "erro": {"type": ["string", "null"]},
            "pode_cancelar": {"type": "boolean"},
            "pode_baixar": {"type": "boolean"},
            "url": {"type": "string", "description": "Andamento; o arquivo em url/download"}}}}$$::jsonb;
COMMENT ON FUNCTION crm.componentes_exportacao() IS 'Schemas of exports.';

CREATE FUNCTION crm.exportacao_json(exportacao bigint) RETURNS json
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
    SELECT (jsonb_build_object(
                'id', e.id, 'origem', e.origem, 'formato', e.formato, 'estado', s.estado, 'direta', e.direta,
                'na_frente', CASE e.estado WHEN 'na_fila' THEN (SELECT f.na_frente FROM crm.exportacoes_fila() f WHERE f.id = e.id) END,
                'linhas_previstas', e.linhas_previstas,
                'linhas', CASE e.estado WHEN 'executando'
                          THEN (SELECT a.linhas_feitas FROM crm.exportacoes_andamento() a WHERE a.id = e.id) ELSE e.linhas END,
                'bytes', e.bytes, 'nome_arquivo', e.nome_arquivo, 'campos', to_jsonb(e.campos), 'ordem', e.ordem,
                'filtros', crm.exportacao_mascarar(e.filtros), 'opcoes', e.opcoes, 'finalidade', e.finalidade)
            || jsonb_build_object(
                'criada_em', e.criada_em, 'iniciada_em', e.iniciada_em, 'terminada_em', e.terminada_em,
                'expira_em', e.expira_em, 'erro', e.erro,
                'pode_cancelar', e.estado IN ('na_fila', 'executando'), 'pode_baixar', s.estado = 'pronta',
                'url', '/api/v1/exports/' || e.id))::json
      FROM crm.exportacoes e,
           -- Past its time is expired, deleted yet or not.
           LATERAL (SELECT CASE WHEN e.estado = 'pronta' AND e.expira_em <= crm.agora() THEN 'expirada' ELSE e.estado END AS estado) s
     WHERE e.id = exportacao_json.exportacao;
$$;
COMMENT ON FUNCTION crm.exportacao_json(bigint) IS 'One export as the API shows it, whoever asks. Internal.';

-- What the front needs to send the file.
CREATE FUNCTION crm.exportacao_entrega(exportacao bigint) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
    SELECT jsonb_build_object(
               'exportacao', jsonb_build_object(
                   'id', e.id, 'bytes', e.bytes, 'partes', e.partes, 'nome', e.nome_arquivo,
                   'tipo', CASE e.formato WHEN 'excel' THEN 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
                                          WHEN 'pdf' THEN 'application/pdf' ELSE 'text/csv; charset=utf-8' END),
               'cabecalhos', jsonb_build_object('location', '/api/v1/exports/' || e.id))
      FROM crm.exportacoes e
     WHERE e.id = exportacao_entrega.exportacao;
$$;
COMMENT ON FUNCTION crm.exportacao_entrega(bigint) IS 'extra of an answer that is the file of an export. Internal.';

-- ---- asking for one -------------------------------------------------------------------

CREATE FUNCTION crm.interno_api_exportar(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    origem   CONSTANT text := args ->> 'origem';
    formato  CONSTANT text := args ->> 'format';
    campos   CONSTANT text[] := ARRAY(SELECT jsonb_array_elements_text(args -> 'fields'));
    novo     bigint;
    estado   text;
    codigo   text;
    mensagem text;
    dica     text;
    detalhe  text;
BEGIN
    BEGIN
        novo := crm.exportar(origem, formato, coalesce(args -> 'filters', '{}'), nullif(campos, '{}'), args ->> 'sort',
                             args ->> 'finalidade', coalesce(args -> 'opcoes', '{}'));
    EXCEPTION WHEN SQLSTATE 'CR422' OR SQLSTATE 'CR429' THEN
        GET STACKED DIAGNOSTICS estado = RETURNED_SQLSTATE, codigo = CONSTRAINT_NAME, mensagem = MESSAGE_TEXT,
                                dica = PG_EXCEPTION_HINT, detalhe = PG_EXCEPTION_DETAIL;
        -- Others are mistakes of the request and tell nothing.
        IF codigo NOT IN ('exportacao_grande', 'exportacoes_demais', 'cota_revelacao') THEN
            RAISE;
        END IF;
        PERFORM crm.exportacao_registrar('exportacao', 0, 0, crm.exportacao_auditoria(
            origem, formato, coalesce(args -> 'filters', '{}'), campos, args ->> 'sort', NULL, NULL,
            jsonb_build_object('estado', 'recusada', 'codigo', codigo) || detalhe::jsonb));
        PERFORM crm.responder(substr(estado, 3)::integer,
                              crm.problema(substr(estado, 3)::integer, codigo, NULL, mensagem, nullif(dica, ''), detalhe::json),
                              CASE WHEN detalhe::jsonb ? 'tentar_em' THEN detalhe::jsonb END);
        RETURN NULL;
    END;
    SELECT e.estado INTO estado FROM crm.exportacoes e WHERE e.id = novo;
    IF estado = 'pronta' THEN
        PERFORM crm.responder(200, crm.exportacao_json(novo), crm.exportacao_entrega(novo));
    ELSE
        PERFORM crm.responder(202, crm.exportacao_json(novo), jsonb_build_object('cabecalhos', jsonb_build_object(
            'location', '/api/v1/exports/' || novo)));
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION crm.interno_api_exportar(jsonb) IS 'Body of crm.api_exportar().';

CREATE FUNCTION crm.api_exportar(args jsonb) RETURNS json
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_exportar(jsonb) IS
    'POST /api/v1/exports, POST /api/v1/clients/export: crm.exportar(). 200 with the file, or 202 with the job. CR403, CR404, '
    'CR422, CR429. EXPORT-1.';

CREATE FUNCTION crm.esquema_exportar() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Exporta para Excel, PDF ou CSV",
        "descricao": "Até 10.000 linhas a resposta é o arquivo (200); até 50.000, um trabalho em segundo plano (202), cujo andamento está em /api/v1/exports/{id}; acima, 422 com o total. CPF sai mascarado, a menos que o papel e a finalidade permitam.",
        "argumentos": {
            "origem": {"type": "string", "enum": ["clientes", "carteira", "quadro", "periodo", "relatorio", "auditoria"], "default": "clientes",
                       "description": "A tela de onde vêm as linhas"},
            "format": {"type": "string", "enum": ["excel", "pdf", "csv"], "description": "Na consulta: ?format="},
            "filters": {"type": "object", "additionalProperties": true, "description": "Os filtros daquela tela; de relatorio, também nome"},
            "fields": {"type": "array", "items": {"type": "string", "maxLength": 60}, "maxItems": 60, "description": "Colunas, na ordem; ausente: as usuais"},
            "sort": {"type": "string", "maxLength": 60, "pattern": "^-?[a-z_]+$", "description": "Campo, com - na frente em ordem decrescente; ausente: a ordem da tela"},
            "finalidade": {"type": "string", "maxLength": 200, "description": "De 10 a 200 caracteres: dados pessoais sem máscara"},
            "opcoes": {"type": "object", "additionalProperties": false, "description": "Do CSV",
                "properties": {
                    "separador": {"type": "string", "enum": [",", ";", "\t", "|"]},
                    "bom": {"type": "boolean", "description": "Marca de ordem de bytes no começo"},
                    "excel": {"type": "boolean", "description": "Ponto e vírgula, marca de ordem, vírgula decimal e dias dd/mm/aaaa"},
                    "cabecalho": {"type": "boolean", "description": "Primeira linha com os títulos"}}}},
        "obrigatorios": ["format"],
        "status": 202,
        "resposta": {"$ref": "#/components/schemas/Exportacao"},
        "resposta_descricao": "Fica para depois: o trabalho",
        "resposta_arquivos": ["text/csv", "application/pdf", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
        "cabecalhos": ["location"],
        "erros": {"403": ["acesso_negado"], "404": ["vendedor_inexistente", "relatorio_inexistente", "coluna_inexistente"],
                  "422": ["exportacao_grande"], "429": ["exportacoes_demais", "cota_revelacao", "downloads_demais"],
                  "503": ["exportacao_demorada", "exportacao_ocupada", "downloads_demais"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_exportar() IS 'What crm.api_exportar() accepts and answers.';

CREATE FUNCTION crm.interno_api_exportacao_campos(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    origem CONSTANT text := args ->> 'origem';
BEGIN
    IF origem <> 'carteira' OR NOT crm.pode('carteira.exportar') THEN
        PERFORM crm.exigir('exportar');
    END IF;
    IF origem = 'relatorio' THEN
        PERFORM crm.exigir('relatorio.ver');
    ELSIF origem = 'auditoria' THEN
        PERFORM crm.exigir('auditoria.ver');
    END IF;
    RETURN json_build_object('campos', (
        SELECT json_agg(json_build_object('campo', c.campo, 'titulo', c.titulo,
                                          'tipo', CASE c.tipo WHEN 'fixo' THEN 'texto' ELSE c.tipo END,
                                          'padrao', c.padrao, 'sensivel', c.sensivel) ORDER BY c.posicao)
          FROM crm.exportacao_colunas(origem, jsonb_build_object('nome', args ->> 'relatorio')) c
         WHERE NOT c.sensivel OR c.campo = 'cpf' OR crm.pode('cliente.revelar')));
END $$;
COMMENT ON FUNCTION crm.interno_api_exportacao_campos(jsonb) IS 'Body of crm.api_exportacao_campos().';

CREATE FUNCTION crm.api_exportacao_campos(args jsonb) RETURNS json
    LANGUAGE C STABLE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_exportacao_campos(jsonb) IS
    'GET /api/v1/exports/campos: columns that a file of that origem may have. CR403, CR404 relatorio_inexistente.';

CREATE FUNCTION crm.esquema_exportacao_campos() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Colunas que se podem exportar",
        "argumentos": {
            "origem": {"type": "string", "enum": ["clientes", "carteira", "quadro", "periodo", "relatorio", "auditoria"]},
            "relatorio": {"type": "string", "maxLength": 41, "pattern": "^[a-z][a-z_]*$", "description": "Nome do relatório, com origem relatorio"}},
        "obrigatorios": ["origem"],
        "resposta": {"type": "object", "additionalProperties": false, "required": ["campos"], "properties": {
            "campos": {"type": "array", "items": {"type": "object", "additionalProperties": false,
                "required": ["campo", "titulo", "tipo", "padrao", "sensivel"],
                "properties": {
                    "campo": {"type": "string"}, "titulo": {"type": "string"},
                    "tipo": {"type": "string", "enum": ["texto", "inteiro", "decimal", "moeda", "percentual", "data", "datahora", "booleano"]},
                    "padrao": {"type": "boolean", "description": "Vem quando nada é escolhido"},
                    "sensivel": {"type": "boolean", "description": "Sem máscara só com finalidade"}}}}}},
        "erros": {"403": ["acesso_negado"], "404": ["relatorio_inexistente"], "422": ["campo_obrigatorio"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_exportacao_campos() IS 'What crm.api_exportacao_campos() accepts and answers.';

-- ---- the own ones -----------------------------------------------------------------------

CREATE FUNCTION crm.interno_api_exportacoes(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    page  CONSTANT integer := args ->> 'page';
    size  CONSTANT integer := args ->> 'size';
    eu    CONSTANT bigint := crm.usuario_id();
    total integer;
BEGIN
    PERFORM crm.exportacao_permitir();
    SELECT count(*) INTO total
      FROM crm.exportacoes e
     WHERE e.usuario_id = eu OR (eu = 0 AND e.usuario_id IS NULL AND e.role_banco = session_user);
    RETURN json_build_object(
        'items', coalesce(
            (SELECT json_agg(crm.exportacao_json(p.id) ORDER BY p.id DESC)
               FROM (SELECT e.id
                       FROM crm.exportacoes e
                      WHERE e.usuario_id = eu OR (eu = 0 AND e.usuario_id IS NULL AND e.role_banco = session_user)
                      ORDER BY e.id DESC LIMIT size OFFSET (page - 1) * size) AS p), '[]'),
        'total', total, 'page', page, 'size', size, 'pages', (total + size - 1) / size);
END $$;
COMMENT ON FUNCTION crm.interno_api_exportacoes(jsonb) IS 'Body of crm.api_exportacoes().';

CREATE FUNCTION crm.api_exportacoes(args jsonb) RETURNS json
    LANGUAGE C STABLE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_exportacoes(jsonb) IS 'GET /api/v1/exports: the caller''s exports, newest first.';

CREATE FUNCTION crm.esquema_exportacoes() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "As próprias exportações",
        "argumentos": {
            "page": {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 1},
            "size": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}},
        "resposta": {"type": "object", "additionalProperties": false, "required": ["items", "total", "page", "size", "pages"], "properties": {
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/Exportacao"}},
            "total": {"type": "integer"}, "page": {"type": "integer"}, "size": {"type": "integer"}, "pages": {"type": "integer"}}}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_exportacoes() IS 'What crm.api_exportacoes() accepts and answers.';

CREATE FUNCTION crm.interno_api_exportacao(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
BEGIN
    PERFORM crm.exportacao_exigir((args ->> 'id')::bigint);
    RETURN crm.exportacao_json((args ->> 'id')::bigint);
END $$;
COMMENT ON FUNCTION crm.interno_api_exportacao(jsonb) IS 'Body of crm.api_exportacao().';

CREATE FUNCTION crm.api_exportacao(args jsonb) RETURNS json
    LANGUAGE C STABLE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_exportacao(jsonb) IS 'GET /api/v1/exports/{id}: how far it is. CR404 exportacao_inexistente.';

CREATE FUNCTION crm.esquema_exportacao() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Uma exportação: estado e andamento",
        "argumentos": {"id": {"type": "integer", "minimum": 1}},
        "obrigatorios": ["id"],
        "resposta": {"$ref": "#/components/schemas/Exportacao"},
        "erros": {"404": ["exportacao_inexistente"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_exportacao() IS 'What crm.api_exportacao() accepts and answers.';

CREATE FUNCTION crm.interno_api_exportacao_cancelar(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
BEGIN
    PERFORM crm.exportacao_cancelar((args ->> 'id')::bigint);
    RETURN crm.exportacao_json((args ->> 'id')::bigint);
END $$;
COMMENT ON FUNCTION crm.interno_api_exportacao_cancelar(jsonb) IS 'Body of crm.api_exportacao_cancelar().';

CREATE FUNCTION crm.api_exportacao_cancelar(args jsonb) RETURNS json
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_exportacao_cancelar(jsonb) IS 'DELETE /api/v1/exports/{id}: crm.exportacao_cancelar(). CR404.';

CREATE FUNCTION crm.esquema_exportacao_cancelar() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Cancela uma exportação ou apaga o arquivo dela",
        "argumentos": {"id": {"type": "integer", "minimum": 1}},
        "obrigatorios": ["id"],
        "resposta": {"$ref": "#/components/schemas/Exportacao"},
        "erros": {"404": ["exportacao_inexistente"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_exportacao_cancelar() IS 'What crm.api_exportacao_cancelar() accepts and answers.';

-- ---- the file -----------------------------------------------------------------------------

CREATE FUNCTION crm.interno_api_exportacao_baixar(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    id CONSTANT bigint := args ->> 'id';
BEGIN
    PERFORM crm.exportacao_baixar(id);
    PERFORM crm.responder(200, crm.exportacao_json(id), crm.exportacao_entrega(id) - 'cabecalhos');
    RETURN NULL;
END $$;
COMMENT ON FUNCTION crm.interno_api_exportacao_baixar(jsonb) IS 'Body of crm.api_exportacao_baixar().';

CREATE FUNCTION crm.api_exportacao_baixar(args jsonb) RETURNS json
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_exportacao_baixar(jsonb) IS
    'GET /api/v1/exports/{id}/download: the file, recorded as taken. CR404 exportacao_inexistente, exportacao_expirada, CR409 exportacao_nao_pronta.';

CREATE FUNCTION crm.esquema_exportacao_baixar() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "O arquivo de uma exportação pronta",
        "argumentos": {"id": {"type": "integer", "minimum": 1}},
        "obrigatorios": ["id"],
        "resposta": {"type": "string", "description": "O arquivo"},
        "resposta_arquivos": ["text/csv", "application/pdf", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
        "erros": {"404": ["exportacao_inexistente", "exportacao_expirada"], "409": ["exportacao_nao_pronta"],
                  "429": ["downloads_demais"], "503": ["downloads_demais"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_exportacao_baixar() IS 'What crm.api_exportacao_baixar() accepts and answers.';

CREATE FUNCTION crm.interno_api_exportacao_parte(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    parte json;
BEGIN
    PERFORM crm.exportacao_exigir((args ->> 'id')::bigint);
    SELECT to_json(encode(string_agg(p.bytes, '' ORDER BY p.fatia), 'hex')) INTO parte
      FROM crm.exportacao_partes p
     WHERE p.exportacao_id = (args ->> 'id')::bigint AND p.n = (args ->> 'n')::integer;
    IF parte IS NULL THEN
        PERFORM crm.falha(404, 'exportacao_expirada', 'id', 'O arquivo desta exportação já foi apagado.', 'Exporte de novo.');
    END IF;
    RETURN parte;
END $$;
COMMENT ON FUNCTION crm.interno_api_exportacao_parte(jsonb) IS 'Body of crm.api_exportacao_parte().';

CREATE FUNCTION crm.api_exportacao_parte(args jsonb) RETURNS json
    LANGUAGE C STABLE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_exportacao_parte(jsonb) IS
    'A part of the file, hexadecimal, for the front alone, which asked for the file before. CR404.';

CREATE FUNCTION crm.esquema_exportacao_parte() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Uma parte do arquivo de uma exportação",
        "interna": true,
        "argumentos": {
            "id": {"type": "integer", "minimum": 1},
            "n": {"type": "integer", "minimum": 1, "maximum": 1000000, "description": "A partir de 1"}},
        "obrigatorios": ["id", "n"],
        "resposta": {"type": "string", "description": "Hexadecimal"}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_exportacao_parte() IS 'What crm.api_exportacao_parte() accepts and answers.';
