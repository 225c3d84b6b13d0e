-- The OpenAPI 3.1 document: the routes the front sends, each with what its
-- crm.esquema_<funcao>() says. The front serves it at GET /api/openapi.json.

-- crm.esquema_<funcao>(), or NULL.
CREATE FUNCTION crm.esquema_de(funcao text) RETURNS jsonb
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    esquema jsonb;
BEGIN
    IF to_regprocedure(format('crm.%I()', 'esquema_' || funcao)) IS NOT NULL THEN
        EXECUTE format('SELECT crm.%I()', 'esquema_' || funcao) INTO esquema;
    END IF;
    RETURN esquema;
END $$;
COMMENT ON FUNCTION crm.esquema_de(text) IS 'What crm.esquema_<funcao>() says; NULL without one. Internal.';

CREATE FUNCTION crm.componentes_base() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "Feito": {"type": "object", "additionalProperties": false, "required": ["ok"], "properties": {"ok": {"const": true}}},
        "Par": {"type": "object", "additionalProperties": false, "required": ["id", "nome"],
            "properties": {"id": {"type": "integer"}, "nome": {"type": "string"}}},
        "Problema": {"type": "object", "description": "RFC 9457", "additionalProperties": false,
            "required": ["type", "title", "status", "detail", "codigo", "erros", "requisicao"],
            "properties": {
                "type":   {"type": "string", "description": "urn:crm:erro:<codigo>"},
                "title":  {"type": "string"},
                "status": {"type": "integer", "minimum": 400, "maximum": 599},
                "detail": {"type": "string", "description": "Frase para a tela"},
                "codigo": {"type": "string", "pattern": "^[a-z0-9_]+$"},
                "erros":  {"type": "array", "description": "Todos os campos recusados, até 20", "items": {
                    "type": "object", "additionalProperties": false, "required": ["campo", "mensagem"],
                    "properties": {"campo": {"type": "string"}, "mensagem": {"type": "string"}}}},
                "dica":   {"type": "string"},
                "dados":  {"type": "object", "description": "Depende do codigo"},
                "requisicao": {"type": "string", "description": "Número da requisição, também em x-request-id"}}},
        "Prontidao": {"type": "object", "additionalProperties": false,
            "required": ["pronto", "degradado", "postgresql", "redis", "eventos"],
            "properties": {
                "pronto":     {"type": "boolean"},
                "degradado":  {"type": "boolean"},
                "postgresql": {"type": "string", "enum": ["ok", "fora"]},
                "redis":      {"type": "string", "enum": ["ok", "fora", "desligado"]},
                "eventos":    {"type": "string", "enum": ["ok", "fora"]}}}}$$::jsonb;
COMMENT ON FUNCTION crm.componentes_base() IS 'Schemas of all endpoints.';

CREATE FUNCTION crm.esquema_componentes() RETURNS jsonb
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    todos jsonb := '{}';
    parte jsonb;
    nome  text;
BEGIN
    FOR nome IN
        SELECT p.proname
          FROM pg_proc p
         WHERE p.pronamespace = 'crm'::regnamespace
           AND p.proname LIKE 'componentes\_%'
           AND p.pronargs = 0
         ORDER BY p.proname
    LOOP
        EXECUTE format('SELECT crm.%I()', nome) INTO parte;
        todos := todos || parte;
    END LOOP;
    RETURN todos;
END $$;
COMMENT ON FUNCTION crm.esquema_componentes() IS
    'components/schemas of the document: what the functions crm.componentes_*() say, together.';

-- ---- answers ----------------------------------------------------------------------

-- The codigo that every endpoint may answer; those that only some may, have a
-- condition: corpo (has a JSON body), envio (has a file), sessao (needs one),
-- pagina (no GET), grava (takes an Idempotency-Key), caminho (has a parameter in
-- the path), if_match.
CREATE FUNCTION crm.openapi_recusas(
    OUT status  text,
    OUT titulo  text,
    OUT se      text,
    OUT codigos text[]
) RETURNS SETOF record
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
BEGIN ATOMIC
    SELECT *
      FROM (VALUES
        ('400', 'Pedido malformado', NULL, '{requisicao_malformada,consulta_invalida,corpo_inesperado}'::text[]),
        ('400', 'Pedido malformado', 'corpo', '{json_invalido}'),
        ('400', 'Pedido malformado', 'if_match', '{if_match_invalido}'),
        ('401', 'Sem sessão', 'sessao', '{nao_autenticado,sessao_invalida}'),
        ('403', 'Sem permissão', 'sessao', '{acesso_negado,senha_provisoria}'),
        ('403', 'Sem permissão', 'pagina', '{origem_recusada}'),
        ('406', 'Formato de resposta não atendido', NULL, '{formato_nao_aceito}'),
        ('408', 'O pedido não chegou inteiro a tempo', NULL, '{tempo_esgotado}'),
        ('411', 'Falta o tamanho do corpo', 'pagina', '{tamanho_obrigatorio}'),
        ('413', 'Corpo grande demais', NULL, '{corpo_grande}'),
        ('414', 'Endereço longo demais', NULL, '{endereco_longo}'),
        ('415', 'Tipo do corpo não aceito', 'corpo', '{tipo_nao_suportado}'),
        ('415', 'Tipo do corpo não aceito', 'envio', '{formato_nao_aceito,tipo_nao_suportado}'),
        ('422', 'Dados inválidos', NULL, '{campo_invalido,campo_obrigatorio,campo_desconhecido,valor_invalido,parametro_repetido,parametro_invalido,parametros_demais}'),
        ('422', 'Dados inválidos', 'corpo', '{corpo_invalido,json_invalido,numero_invalido}'),
        ('422', 'Dados inválidos', 'sessao', '{chave_invalida}'),
        ('422', 'Dados inválidos', 'grava', '{chave_reutilizada}'),
        ('429', 'Pedidos demais; Retry-After diz quando repetir', NULL, '{limite_excedido}'),
        ('431', 'Cabeçalhos demais', NULL, '{cabecalhos_demais}'),
        ('500', 'Defeito do sistema', NULL, '{erro_interno}'),
        ('503', 'Indisponível por ora; Retry-After diz quando repetir', NULL, '{tempo_esgotado,ocupado,conflito_passageiro,banco_sobrecarregado,banco_indisponivel,sobrecarga}'),
        ('503', 'Indisponível por ora; Retry-After diz quando repetir', 'envio', '{envios_demais}'),
        ('503', 'Indisponível por ora; Retry-After diz quando repetir', 'grava', '{resultado_desconhecido}'),
        -- Never of all: the words for those that only some endpoints answer.
        ('404', 'Não encontrado', 'caminho', '{rota_inexistente}'),
        ('409', 'O estado dos dados não permite', 'nunca', NULL),
        ('412', 'O registro mudou desde a leitura', 'nunca', NULL),
        ('428', 'Falta If-Match', 'nunca', NULL)
      ) AS r(status, titulo, se, codigos);
END;
COMMENT ON FUNCTION crm.openapi_recusas() IS 'Refusals that endpoints of a kind have in common. Internal.';

CREATE FUNCTION crm.openapi_problema(
    titulo  text,
    codigos text[],             -- NULL: any
    espera  boolean             -- with Retry-After
) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN jsonb_build_object(
        'description', titulo,
        'headers', jsonb_build_object('x-request-id', '{"$ref": "#/components/headers/Requisicao"}'::jsonb)
                   || CASE WHEN espera THEN '{"retry-after": {"$ref": "#/components/headers/TentarEm"}}' ELSE '{}' END::jsonb,
        'content', jsonb_build_object('application/problem+json', jsonb_build_object('schema',
            CASE WHEN codigos IS NULL THEN '{"$ref": "#/components/schemas/Problema"}'::jsonb
                 ELSE jsonb_build_object('allOf', jsonb_build_array(
                     '{"$ref": "#/components/schemas/Problema"}'::jsonb,
                     jsonb_build_object('properties', jsonb_build_object('codigo', jsonb_build_object('enum', to_jsonb(codigos)))))) END)));
COMMENT ON FUNCTION crm.openapi_problema(text, text[], boolean) IS 'A response that is problem+json. Internal.';

CREATE FUNCTION crm.openapi_respostas(
    rota    jsonb,
    esquema jsonb
) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
BEGIN ATOMIC
    WITH tem AS (
        SELECT ARRAY[CASE WHEN esquema ? 'arquivo' THEN 'envio' WHEN (rota ->> 'corpo')::boolean THEN 'corpo' END,
                     CASE WHEN NOT (rota ->> 'anonima')::boolean THEN 'sessao' END,
                     CASE WHEN rota ->> 'metodo' <> 'GET' THEN 'pagina' END,
                     CASE WHEN rota ->> 'metodo' <> 'GET' AND NOT (rota ->> 'anonima')::boolean
                               AND NOT coalesce((rota ->> 'leitura')::boolean, false) THEN 'grava' END,
                     CASE WHEN strpos(rota ->> 'caminho', '{') > 0 THEN 'caminho' END,
                     CASE WHEN esquema -> 'argumentos' ? 'if_match' THEN 'if_match' END] AS tem
    ), comuns AS (
        SELECT r.status, c.codigo
          FROM tem, crm.openapi_recusas() r, unnest(r.codigos) AS c(codigo)
         WHERE r.se IS NULL OR r.se = ANY (tem.tem)
    ), proprios AS (
        SELECT e.status, c.codigo
          FROM jsonb_each(CASE jsonb_typeof(esquema -> 'erros') WHEN 'object' THEN esquema -> 'erros' ELSE '{}' END) AS e(status, codigos),
               jsonb_array_elements_text(e.codigos) AS c(codigo)
        UNION ALL
        -- Without a list any codigo may come.
        SELECT e.status, NULL
          FROM jsonb_array_elements_text(CASE jsonb_typeof(esquema -> 'erros') WHEN 'array' THEN esquema -> 'erros' ELSE '[]' END) AS e(status)
        UNION ALL
        -- What the constraints of the tables say for any endpoint that conflicts.
        SELECT '409', 'conflito'
         WHERE esquema -> 'erros' ? '409'
        UNION ALL
        SELECT '404', 'nao_encontrado'
         WHERE esquema -> 'erros' ? '404'
    ), todos AS (
        SELECT u.status,
               array_agg(DISTINCT u.codigo ORDER BY u.codigo) FILTER (WHERE u.codigo IS NOT NULL) AS codigos,
               bool_or(u.codigo IS NULL) AS abertos
          FROM (SELECT * FROM comuns UNION ALL SELECT * FROM proprios) AS u
         GROUP BY u.status
    )
    SELECT jsonb_object_agg(t.status, crm.openapi_problema(
               coalesce((SELECT min(r.titulo) FROM crm.openapi_recusas() r WHERE r.status = t.status), 'Recusado'),
               CASE WHEN NOT t.abertos THEN t.codigos END,
               t.status IN ('429', '503')))
           || CASE WHEN rota ->> 'metodo' = 'GET'
                   THEN '{"304": {"description": "O mesmo de If-None-Match", "headers": {"etag": {"$ref": "#/components/headers/Etag"}}}}'
                   ELSE '{}' END::jsonb
           || jsonb_build_object(coalesce(esquema ->> 'status', '200'), jsonb_build_object(
               'description', coalesce(esquema ->> 'resposta_descricao', esquema ->> 'resumo', 'Feito'),
               'headers',
               '{"x-request-id": {"$ref": "#/components/headers/Requisicao"},
                 "ratelimit": {"$ref": "#/components/headers/Orcamento"},
                 "ratelimit-policy": {"$ref": "#/components/headers/OrcamentoRegra"}}'::jsonb
               || CASE WHEN rota ->> 'metodo' = 'GET' OR (esquema ->> 'etag')::boolean
                       THEN '{"etag": {"$ref": "#/components/headers/Etag"}}' ELSE '{}' END::jsonb
               || coalesce((SELECT jsonb_object_agg(h.nome, CASE h.nome
                                       WHEN 'location' THEN '{"description": "Endereço do registro criado", "schema": {"type": "string"}}'
                                       ELSE '{"schema": {"type": "string"}}' END::jsonb)
                              FROM jsonb_array_elements_text(esquema -> 'cabecalhos') AS h(nome)), '{}'),
               'content', CASE WHEN esquema ? 'resposta_tipo'
                               THEN jsonb_build_object(esquema ->> 'resposta_tipo', '{"schema": {"type": "string"}}'::jsonb)
                               ELSE jsonb_build_object('application/json',
                                        jsonb_build_object('schema', coalesce(esquema -> 'resposta', '{}'))) END))
           -- A file to save, of one of these types, and not what resposta says.
           || CASE WHEN esquema ? 'resposta_arquivos'
                   THEN jsonb_build_object('200', jsonb_build_object(
                       'description', 'O arquivo',
                       'headers', '{"x-request-id": {"$ref": "#/components/headers/Requisicao"},
                                    "content-disposition": {"description": "Nome do arquivo", "schema": {"type": "string"}}}'::jsonb,
                       'content', (SELECT jsonb_object_agg(t.tipo, '{"schema": {"type": "string"}}'::jsonb)
                                     FROM jsonb_array_elements_text(esquema -> 'resposta_arquivos') AS t(tipo))))
                   ELSE '{}' END
      FROM todos t;
END;
COMMENT ON FUNCTION crm.openapi_respostas(jsonb, jsonb) IS 'responses of an operation. Internal.';

-- ---- arguments --------------------------------------------------------------------

-- Where an argument of a route is: path, header, query or body.
CREATE FUNCTION crm.openapi_lugar(
    rota    jsonb,
    esquema jsonb,
    campo   text
) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN CASE WHEN strpos(rota ->> 'caminho', '{' || campo || '}') > 0 THEN 'path'
                WHEN campo = 'if_match' THEN 'header'
                WHEN rota ->> 'metodo' IN ('GET', 'DELETE') OR esquema ? 'arquivo' THEN 'query'
                ELSE 'body' END;
COMMENT ON FUNCTION crm.openapi_lugar(jsonb, jsonb, text) IS 'Where an argument of a route is. Internal.';

CREATE FUNCTION crm.openapi_operacao(
    rota    jsonb,              -- {metodo, caminho, funcao, anonima, corpo, leitura?}
    esquema jsonb
) RETURNS json
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
BEGIN ATOMIC
    WITH campos AS (
        SELECT c.campo,
               c.regra,
               crm.openapi_lugar(rota, esquema, c.campo) AS lugar,
               coalesce(esquema -> 'obrigatorios' ? c.campo, false) AS obrigatorio
          FROM jsonb_each(esquema -> 'argumentos') AS c(campo, regra)
         -- Not the client's to send.
         WHERE NOT coalesce((esquema ->> 'argumentos_da_frente')::boolean, false)
    ), parametros AS (
        SELECT jsonb_build_object(
                   'name', CASE c.lugar WHEN 'header' THEN 'If-Match' ELSE c.campo END,
                   'in', c.lugar,
                   'required', c.obrigatorio OR c.lugar = 'path',
                   'schema', c.regra - 'description')
               || CASE WHEN c.regra ? 'description' THEN jsonb_build_object('description', c.regra -> 'description') ELSE '{}' END
               || CASE WHEN c.regra ->> 'type' = 'array' THEN '{"style": "form", "explode": false}'::jsonb ELSE '{}' END AS parametro,
               array_position('{path,query,header}', c.lugar) AS ordem,
               c.campo
          FROM campos c
         WHERE c.lugar <> 'body'
        UNION ALL
        SELECT '{"$ref": "#/components/parameters/IfNoneMatch"}', 4, ''
         WHERE rota ->> 'metodo' = 'GET'
        UNION ALL
        SELECT '{"$ref": "#/components/parameters/IdempotencyKey"}', 5, ''
         WHERE rota ->> 'metodo' <> 'GET'
           AND NOT (rota ->> 'anonima')::boolean
           AND NOT coalesce((rota ->> 'leitura')::boolean, false)
    ), corpo AS (
        SELECT jsonb_build_object('type', 'object', 'additionalProperties', false,
                   'properties', coalesce(jsonb_object_agg(c.campo, c.regra) FILTER (WHERE c.lugar = 'body'), '{}'))
               || CASE WHEN bool_or(c.lugar = 'body' AND c.obrigatorio)
                       THEN jsonb_build_object('required', jsonb_agg(c.campo) FILTER (WHERE c.lugar = 'body' AND c.obrigatorio))
                       ELSE '{}' END AS objeto,
               coalesce(bool_or(c.lugar = 'body' AND c.obrigatorio), false) AS obrigatorio
          FROM campos c
    )
    SELECT json_strip_nulls(json_build_object(
        'operationId', rota ->> 'operacao',
        'summary', esquema ->> 'resumo',
        'description', esquema ->> 'descricao',
        'tags', json_build_array(rota ->> 'grupo')))::jsonb
        || jsonb_build_object(
            'security', CASE WHEN (rota ->> 'anonima')::boolean THEN '[]' ELSE '[{"cookie": []}, {"portador": []}]' END::jsonb,
            'parameters', coalesce((SELECT jsonb_agg(p.parametro ORDER BY p.ordem, p.campo) FROM parametros p), '[]'),
            'responses', crm.openapi_respostas(rota, esquema))
        || CASE WHEN esquema ? 'arquivo'
                THEN jsonb_build_object('requestBody', jsonb_build_object('required', true, 'content',
                         (SELECT jsonb_object_agg(t.tipo, '{"schema": {"type": "string", "format": "binary"}}'::jsonb)
                            FROM jsonb_array_elements_text(esquema -> 'arquivo') AS t(tipo))))
                WHEN (rota ->> 'corpo')::boolean
                THEN jsonb_build_object('requestBody', jsonb_build_object('required', corpo.obrigatorio, 'content',
                         jsonb_build_object('application/json', jsonb_build_object('schema', corpo.objeto))))
                ELSE '{}' END
      FROM corpo;
END;
COMMENT ON FUNCTION crm.openapi_operacao(jsonb, jsonb) IS 'One operation of the document. Internal.';

-- ---- the document -----------------------------------------------------------------

-- What the front answers by itself.
CREATE FUNCTION crm.openapi_da_frente() RETURNS json
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "/api/docs": {"get": {"operationId": "docs", "tags": ["Documento"], "summary": "Este documento como página", "security": [],
            "responses": {
                "200": {"description": "Página", "content": {"text/html": {"schema": {"type": "string"}}}},
                "304": {"description": "O mesmo de If-None-Match"},
                "404": {"$ref": "#/components/responses/NaoEncontrado"},
                "414": {"$ref": "#/components/responses/Malformado"}}}},
        "/healthz": {"get": {"operationId": "healthz", "tags": ["Operação"], "summary": "O processo responde", "security": [],
            "responses": {
                "200": {"description": "Vivo", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Feito"}}}},
                "400": {"$ref": "#/components/responses/Malformado"},
                "414": {"$ref": "#/components/responses/Malformado"},
                "503": {"$ref": "#/components/responses/Indisponivel"}}}},
        "/readyz": {"get": {"operationId": "readyz", "tags": ["Operação"], "summary": "O que este trabalhador alcança", "security": [],
            "responses": {
                "200": {"description": "Pronto", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Prontidao"}}}},
                "400": {"$ref": "#/components/responses/Malformado"},
                "414": {"$ref": "#/components/responses/Malformado"},
                "503": {"description": "Sem o banco, ou terminando", "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/Prontidao"}},
                    "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problema"}}}}}}},
        "/metrics": {"get": {"operationId": "metrics", "tags": ["Operação"], "summary": "Métricas para o Prometheus",
            "description": "Só para esta máquina, na porta sem TLS; para os outros não existe.", "security": [],
            "responses": {
                "200": {"description": "Texto do Prometheus 0.0.4", "content": {"text/plain": {"schema": {"type": "string"}}}},
                "404": {"$ref": "#/components/responses/NaoEncontrado"},
                "503": {"$ref": "#/components/responses/Indisponivel"}}}},
        "/ws": {"get": {"operationId": "ws", "tags": ["Operação"], "summary": "Eventos ao vivo (WebSocket, RFC 6455)",
            "description": "Depois do 101 chegam mensagens {\"seq\", \"tipo\", \"dados\"}; tipo recarregar: houve perda, leia de novo. O cliente não envia nada.",
            "security": [{"cookie": []}, {"portador": []}],
            "responses": {
                "101": {"description": "A conexão passa a WebSocket"},
                "400": {"description": "Não segue o RFC 6455", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problema"}}}},
                "401": {"description": "Sem sessão", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problema"}}}},
                "403": {"description": "De outra página", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problema"}}}},
                "426": {"description": "Falta o pedido de WebSocket", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problema"}}}},
                "429": {"description": "Pedidos ou conexões demais", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problema"}}}},
                "503": {"$ref": "#/components/responses/Indisponivel"}}}}}$$::json;
COMMENT ON FUNCTION crm.openapi_da_frente() IS 'Paths that the front answers by itself. Internal.';

CREATE FUNCTION crm.api_openapi(
    args jsonb                  -- {"rotas": [{metodo, caminho, funcao, anonima, corpo, leitura?}]}
) RETURNS json
    LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    caminhos json;
BEGIN
    args := crm.validar_args('openapi', args);
    -- A function of several routes: the first keeps its name.
    WITH rotas AS (
        SELECT r.rota || jsonb_build_object(
                   'operacao', CASE WHEN row_number() OVER (PARTITION BY r.rota ->> 'funcao' ORDER BY r.ordem) = 1
                                    THEN r.rota ->> 'funcao'
                                    ELSE format('%s_%s', r.rota ->> 'funcao', lower(r.rota ->> 'metodo')) END,
                   'grupo', CASE WHEN r.rota ->> 'caminho' LIKE '/api/auth/%' THEN 'Sessão'
                                 WHEN r.rota ->> 'caminho' LIKE '/api/vendedor/%' THEN 'Carteira'
                                 WHEN r.rota ->> 'caminho' LIKE '/api/admin/usuarios%' THEN 'Usuários'
                                 WHEN r.rota ->> 'caminho' LIKE '/api/admin/%' THEN 'Administração'
                                 WHEN r.rota ->> 'caminho' LIKE '/api/v1/clients/import%' THEN 'Importação'
                                 WHEN r.rota ->> 'caminho' LIKE '/api/v1/clients%' THEN 'Clientes'
                                 ELSE 'Documento' END) AS rota,
               crm.esquema_de(r.rota ->> 'funcao') AS esquema,
               r.ordem
          FROM jsonb_array_elements(args -> 'rotas') WITH ORDINALITY AS r(rota, ordem)
    ), caminho AS (
        SELECT r.rota ->> 'caminho' AS caminho,
               json_object_agg(lower(r.rota ->> 'metodo'), crm.openapi_operacao(r.rota, r.esquema) ORDER BY r.ordem) AS metodos,
               min(r.ordem) AS ordem
          FROM rotas r
         WHERE r.esquema IS NOT NULL
         GROUP BY 1
        UNION ALL
        SELECT f.key, f.value, 1000000 + row_number() OVER ()
          FROM json_each(crm.openapi_da_frente()) AS f
    )
    SELECT json_object_agg(c.caminho, c.metodos ORDER BY c.ordem) INTO caminhos FROM caminho c;

    RETURN json_build_object(
        'openapi', '3.1.0',
        'info', json_build_object(
            'title', 'CRM',
            'version', crm.versao(),
            'summary', 'Clientes distribuídos, trabalhados e recuperados',
            'description', 'Toda resposta que não é um sucesso é application/problem+json com um codigo. Todo GET leva ETag e atende '
                           'If-None-Match e HEAD. Quem grava pode mandar Idempotency-Key: a repetição recebe a primeira resposta. '
                           'O navegador usa o cookie da sessão e só é atendido a partir das páginas deste sistema; programas usam Authorization: Bearer.',
            'license', json_build_object('name', 'PostgreSQL License', 'identifier', 'PostgreSQL')),
        'servers', json_build_array(json_build_object('url', '/')),
        'tags', (SELECT json_agg(json_build_object('name', t.nome, 'description', t.texto))
                   FROM (VALUES ('Sessão', 'Entrar, sair, senha, sessões'),
                                ('Carteira', 'O quadro do vendedor'),
                                ('Administração', 'Períodos, números, distribuição, vendedores'),
                                ('Usuários', 'Quem entra no sistema'),
                                ('Clientes', 'Pesquisa e cadastro'),
                                ('Importação', 'Planilhas de clientes'),
                                ('Documento', 'Esta descrição'),
                                ('Operação', 'O que a frente responde sobre si')) AS t(nome, texto)),
        'paths', caminhos,
        'components', json_build_object(
            'securitySchemes', '{
                "cookie":   {"type": "apiKey", "in": "cookie", "name": "__Host-crm", "description": "Do navegador; também exige Origin deste sistema para gravar"},
                "portador": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "token da resposta de /api/auth/login"}}'::json,
            'parameters', '{
                "IfNoneMatch": {"name": "If-None-Match", "in": "header", "description": "ETag que já se tem", "schema": {"type": "string"}},
                "IdempotencyKey": {"name": "Idempotency-Key", "in": "header", "description": "A mesma chave, a mesma resposta, por um dia",
                                   "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]+$"}}}'::json,
            'headers', '{
                "Requisicao":     {"description": "Número da requisição", "schema": {"type": "string"}},
                "TentarEm":       {"description": "Segundos", "schema": {"type": "integer", "minimum": 1}},
                "Etag":           {"description": "Fraco, do corpo; forte, com a versão do registro antes do ponto, para If-Match", "schema": {"type": "string"}},
                "Orcamento":      {"description": "draft-ietf-httpapi-ratelimit-headers: r restam, t segundos", "schema": {"type": "string"}},
                "OrcamentoRegra": {"description": "q pedidos em w segundos", "schema": {"type": "string"}}}'::json,
            'responses', '{
                "Malformado":    {"description": "Pedido malformado", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problema"}}}},
                "NaoEncontrado": {"description": "Não existe", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problema"}}}},
                "Indisponivel":  {"description": "Indisponível por ora", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problema"}}}}}'::json,
            'schemas', crm.esquema_componentes()));
END $$;
COMMENT ON FUNCTION crm.api_openapi(jsonb) IS
    'GET /api/openapi.json: the OpenAPI 3.1 document of the routes that the front names. API-4.';

CREATE FUNCTION crm.esquema_openapi() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Este documento",
        "argumentos_da_frente": true,
        "argumentos": {
            "rotas": {"type": "array", "items": {"type": "object",
                "properties": {
                    "metodo":  {"type": "string", "enum": ["GET", "POST", "PUT", "PATCH", "DELETE"]},
                    "caminho": {"type": "string", "pattern": "^/"},
                    "funcao":  {"type": "string", "pattern": "^[a-z0-9_]+$"},
                    "anonima": {"type": "boolean", "default": false},
                    "corpo":   {"type": "boolean", "default": false},
                    "leitura": {"type": "boolean", "default": false}},
                "required": ["metodo", "caminho", "funcao"]}}},
        "obrigatorios": ["rotas"],
        "resposta": {"type": "object"}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_openapi() IS 'Arguments and answers of crm.api_openapi(jsonb).';
