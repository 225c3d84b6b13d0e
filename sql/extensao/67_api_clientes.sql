-- /api/v1/clients/{id_cliente}: the record of a client. The functions do the work
-- (44_cadastro.sql); here it becomes JSON, entity tags and links.

-- ---- schemas that several endpoints share ---------------------------------------

CREATE FUNCTION crm.componentes_cadastro() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "ClienteCadastro": {"type": "object", "additionalProperties": false,
            "description": "Cadastro de um cliente. Sem o direito cliente.ver_sensivel o CPF vem mascarado e data_nascimento e nome_mae vêm nulos.",
            "required": ["id_cliente", "nome_completo", "cpf", "idade", "data_nascimento", "sexo", "nome_mae", "celular", "email",
                         "cidade", "uf", "cep", "data_ultima_compra", "dias_sem_comprar", "periodo", "situacao", "status", "ativo",
                         "nao_contatar", "valor_total", "vendedor", "versao", "created_at", "updated_at", "mascarado", "pode"],
            "properties": {
                "id_cliente":         {"type": "integer"},
                "nome_completo":      {"type": "string"},
                "cpf":                {"type": ["string", "null"], "description": "529.982.247-25 ou ***.982.247-**"},
                "idade":              {"type": ["integer", "null"], "description": "Anos completos"},
                "data_nascimento":    {"type": ["string", "null"], "format": "date"},
                "sexo":               {"type": ["string", "null"], "enum": ["F", "M", "N", null]},
                "nome_mae":           {"type": ["string", "null"]},
                "celular":            {"type": ["string", "null"]},
                "email":              {"type": ["string", "null"]},
                "cidade":             {"type": ["string", "null"]},
                "uf":                 {"type": ["string", "null"]},
                "cep":                {"type": ["string", "null"]},
                "data_ultima_compra": {"type": ["string", "null"], "format": "date"},
                "dias_sem_comprar":   {"type": ["integer", "null"]},
                "periodo":            {"type": "string"},
                "situacao":           {"type": "string", "enum": ["ativo", "elegivel", "inativo", "sem_compra"]},
                "status":             {"type": "string", "enum": ["disponivel", "atribuido", "contatado"]},
                "ativo":              {"type": "boolean"},
                "nao_contatar":       {"type": "boolean"},
                "valor_total":        {"type": "number", "description": "R$ de todos os pedidos"},
                "vendedor":           {"$ref": "#/components/schemas/ClienteVendedor"},
                "versao":             {"type": "integer", "description": "Cresce a cada mudança do cadastro; é o começo do ETag"},
                "created_at":         {"type": "string", "format": "date-time"},
                "updated_at":         {"type": "string", "format": "date-time"},
                "mascarado":          {"type": "boolean", "description": "CPF, nascimento e mãe estão escondidos de quem pede"},
                "pode":               {"type": "object", "additionalProperties": false, "required": ["alterar", "desativar", "revelar"],
                                       "properties": {"alterar": {"type": "boolean"}, "desativar": {"type": "boolean"}, "revelar": {"type": "boolean"}}}}},
        "ClienteVendedor": {"type": ["object", "null"], "additionalProperties": false, "required": ["id", "nome"],
            "description": "Quem tem o cliente na carteira; nulo: ninguém, ou quem pede não pode saber",
            "properties": {"id": {"type": "integer"}, "nome": {"type": "string"}}},
        "ClientePedido": {"type": "object", "additionalProperties": false, "required": ["id", "data_pedido", "valor", "produto"],
            "properties": {"id": {"type": "integer"}, "data_pedido": {"type": "string", "format": "date"},
                           "valor": {"type": "number"}, "produto": {"type": ["string", "null"]}}},
        "ClienteAtribuicao": {"type": "object", "additionalProperties": false,
            "required": ["id", "vendedor", "motivo", "data_atribuicao", "contatado", "data_contato", "resultado", "observacoes",
                         "fixado", "encerrada_em", "motivo_fim", "valor_recuperado", "retornar_em", "proximo_passo", "marcado_por"],
            "properties": {
                "id":               {"type": "integer"},
                "vendedor":         {"$ref": "#/components/schemas/ClienteVendedor"},
                "motivo":           {"type": "string"},
                "data_atribuicao":  {"type": "string", "format": "date-time"},
                "contatado":        {"type": "boolean"},
                "data_contato":     {"type": ["string", "null"], "format": "date-time"},
                "resultado":        {"type": ["string", "null"]},
                "observacoes":      {"type": ["string", "null"]},
                "fixado":           {"type": "boolean"},
                "encerrada_em":     {"type": ["string", "null"], "format": "date-time"},
                "motivo_fim":       {"type": ["string", "null"]},
                "valor_recuperado": {"type": ["number", "null"]},
                "retornar_em":      {"type": ["string", "null"], "format": "date"},
                "proximo_passo":    {"type": ["string", "null"]},
                "marcado_por":      {"type": ["integer", "null"], "description": "Usuário que marcou, enquanto a marca pode ser desfeita"}}},
        "ClienteEvento": {"type": "object", "additionalProperties": false, "required": ["quando", "acao", "quem", "campos"],
            "properties": {
                "quando": {"type": "string", "format": "date-time"},
                "acao":   {"type": "string", "enum": ["cadastro", "alteracao", "desativacao", "reativacao", "atribuicao", "contato",
                                                      "recuperacao", "encerramento"]},
                "quem":   {"type": ["string", "null"], "description": "Nome do usuário ou do papel no banco; nulo: o próprio sistema"},
                "campos": {"type": "array", "items": {"type": "object", "additionalProperties": false, "required": ["campo", "antes", "depois"],
                    "properties": {"campo": {"type": "string"}, "antes": {"type": ["string", "boolean", "number", "null"]},
                                   "depois": {"type": ["string", "boolean", "number", "null"]}}}}}},
        "ClienteEstado": {"type": "object", "additionalProperties": false, "required": ["id_cliente", "ativo", "versao"],
            "properties": {"id_cliente": {"type": "integer"}, "ativo": {"type": "boolean"}, "versao": {"type": "integer"}}}}$$::jsonb;
COMMENT ON FUNCTION crm.componentes_cadastro() IS 'Schemas of the client record.';

-- ---- reading --------------------------------------------------------------------

CREATE FUNCTION crm.api_cliente(
    args jsonb                  -- {"id_cliente"}
) RETURNS json
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_api_leitura';
COMMENT ON FUNCTION crm.api_cliente(jsonb) IS
    'GET /api/v1/clients/{id_cliente}: the profile, masked by role, with orders, assignments, contacts and timeline; '
    'recorded as a view. BUSCA-5.';

CREATE FUNCTION crm.esquema_cliente() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN jsonb_build_object(
        'resumo', 'Perfil de um cliente',
        'descricao', 'Cadastro, os 20 últimos pedidos, as 50 últimas atribuições e os 50 últimos acontecimentos. A consulta fica registrada na auditoria. Vendedores veem os clientes da própria carteira.',
        'argumentos', '{"id_cliente": {"type": "integer", "minimum": 1}}'::jsonb,
        'obrigatorios', '["id_cliente"]'::jsonb,
        'etag', true,
        'resposta', jsonb_build_object(
            'type', 'object', 'additionalProperties', false,
            'required', crm.componentes_cadastro() #> '{ClienteCadastro,required}'
                        || '["pedidos", "atribuicoes", "contatos", "linha_do_tempo"]',
            'properties', crm.componentes_cadastro() #> '{ClienteCadastro,properties}' || '{
                "pedidos": {"type": "object", "additionalProperties": false, "required": ["total", "valor", "media", "items"], "properties": {
                    "total": {"type": "integer"}, "valor": {"type": "number", "description": "R$ de todos"},
                    "media": {"type": ["number", "null"], "description": "R$ por pedido; null: nenhum"},
                    "items": {"type": "array", "maxItems": 20, "items": {"$ref": "#/components/schemas/ClientePedido"}}}},
                "atribuicoes": {"type": "array", "maxItems": 50, "items": {"$ref": "#/components/schemas/ClienteAtribuicao"}},
                "contatos": {"type": "array", "maxItems": 50, "items": {"$ref": "#/components/schemas/ClienteAtribuicao"}},
                "linha_do_tempo": {"type": "array", "maxItems": 50, "items": {"$ref": "#/components/schemas/ClienteEvento"}}}'::jsonb),
        'erros', '{"403": ["acesso_negado", "cliente_de_outro_vendedor"], "404": ["cliente_inexistente"]}'::jsonb);
COMMENT ON FUNCTION crm.esquema_cliente() IS 'Arguments and answers of crm.api_cliente(jsonb).';

CREATE FUNCTION crm.api_cliente_pedidos(
    args jsonb                  -- {"id_cliente", "page"?, "size"?}
) RETURNS json
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_api_leitura';
COMMENT ON FUNCTION crm.api_cliente_pedidos(jsonb) IS
    'GET /api/v1/clients/{id_cliente}/orders: orders of a client, newest first; recorded as a view. BUSCA-5.';

CREATE FUNCTION crm.esquema_cliente_pedidos() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Pedidos de um cliente",
        "argumentos": {
            "id_cliente": {"type": "integer", "minimum": 1},
            "page": {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 1},
            "size": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}},
        "obrigatorios": ["id_cliente"],
        "resposta": {"type": "object", "additionalProperties": false, "required": ["items", "total", "page", "size", "pages"], "properties": {
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/ClientePedido"}},
            "total": {"type": "integer"}, "page": {"type": "integer"}, "size": {"type": "integer"}, "pages": {"type": "integer"}}},
        "erros": {"403": ["acesso_negado", "cliente_de_outro_vendedor"], "404": ["cliente_inexistente"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_cliente_pedidos() IS 'Arguments and answers of crm.api_cliente_pedidos(jsonb).';

CREATE FUNCTION crm.api_cliente_linha_do_tempo(
    args jsonb                  -- {"id_cliente", "page"?, "size"?}
) RETURNS json
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_api_leitura';
COMMENT ON FUNCTION crm.api_cliente_linha_do_tempo(jsonb) IS
    'GET /api/v1/clients/{id_cliente}/timeline: what happened to a client, newest first; recorded as a view. BUSCA-5.';

CREATE FUNCTION crm.esquema_cliente_linha_do_tempo() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Linha do tempo de um cliente",
        "argumentos": {
            "id_cliente": {"type": "integer", "minimum": 1},
            "page": {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 1},
            "size": {"type": "integer", "minimum": 1, "maximum": 100, "default": 50}},
        "obrigatorios": ["id_cliente"],
        "resposta": {"type": "object", "additionalProperties": false, "required": ["items", "total", "page", "size", "pages"], "properties": {
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/ClienteEvento"}},
            "total": {"type": "integer"}, "page": {"type": "integer"}, "size": {"type": "integer"}, "pages": {"type": "integer"}}},
        "erros": {"403": ["acesso_negado", "cliente_de_outro_vendedor"], "404": ["cliente_inexistente"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_cliente_linha_do_tempo() IS 'Arguments and answers of crm.api_cliente_linha_do_tempo(jsonb).';

-- ---- creating -------------------------------------------------------------------

-- Fields of the record as arguments; PATCH and PUT tell null (empty it) from absent.
CREATE FUNCTION crm.regras_cliente() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "nome_completo":   {"type": ["string", "null"], "maxLength": 255},
        "data_nascimento": {"type": ["string", "null"], "format": "date", "description": "De 1900 até hoje"},
        "sexo":            {"type": ["string", "null"], "enum": ["F", "M", "N"]},
        "nome_mae":        {"type": ["string", "null"], "maxLength": 255},
        "celular":         {"type": ["string", "null"], "maxLength": 40, "description": "DDD e 8 ou 9 algarismos, com ou sem máscara"},
        "email":           {"type": ["string", "null"], "maxLength": 254},
        "cidade":          {"type": ["string", "null"], "maxLength": 120},
        "uf":              {"type": ["string", "null"], "enum": ["AC", "AL", "AM", "AP", "BA", "CE", "DF", "ES", "GO", "MA", "MG", "MS", "MT",
                                "PA", "PB", "PE", "PI", "PR", "RJ", "RN", "RO", "RR", "RS", "SC", "SE", "SP", "TO"]},
        "cep":             {"type": ["string", "null"], "maxLength": 12, "description": "8 algarismos, com ou sem hífen"},
        "cpf":             {"type": ["string", "null"], "format": "cpf"},
        "nao_contatar":    {"type": "boolean", "description": "Pediu para não ser contatado; ausente: fica como está"}}$$::jsonb;
COMMENT ON FUNCTION crm.regras_cliente() IS 'Rules of the fields of a client as arguments. Internal.';

CREATE FUNCTION crm.interno_api_cliente_criar(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    novo     bigint;
    outro    jsonb;
    mensagem text;
    dica     text;
    detalhe  text;
BEGIN
    novo := crm.cliente_criar(
        (args ->> 'cpf')::crm.cpf,
        args ->> 'nome_completo',
        (args ->> 'data_nascimento')::date,
        args ->> 'sexo',
        args ->> 'nome_mae',
        args ->> 'celular',
        args ->> 'email',
        args ->> 'cidade',
        args ->> 'uf',
        args ->> 'cep',
        (args ->> 'nao_contatar')::boolean);
    PERFORM crm.responder(201, NULL, jsonb_build_object('etag', '1',
        'cabecalhos', jsonb_build_object('location', '/api/v1/clients/' || novo)));
    RETURN crm.cliente_json(novo);
EXCEPTION WHEN SQLSTATE 'CR409' THEN
    -- The answer points to the client who has the CPF.
    GET STACKED DIAGNOSTICS mensagem = MESSAGE_TEXT, dica = PG_EXCEPTION_HINT, detalhe = PG_EXCEPTION_DETAIL;
    outro := detalhe::jsonb;
    PERFORM crm.responder(409,
        crm.problema(409, 'cpf_duplicado', 'cpf', mensagem, nullif(dica, ''), detalhe::json),
        CASE WHEN outro ->> 'id_cliente' IS NOT NULL THEN jsonb_build_object('cabecalhos',
            jsonb_build_object('location', '/api/v1/clients/' || (outro ->> 'id_cliente'))) END);
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION crm.interno_api_cliente_criar(jsonb) IS 'Body of crm.api_cliente_criar().';

CREATE FUNCTION crm.api_cliente_criar(
    args jsonb                  -- the fields of the record
) RETURNS json                  -- the record
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_cliente_criar(jsonb) IS
    'POST /api/v1/clients: 201 with Location. A CPF that exists: 409 cpf_duplicado with dados {id_cliente, ativo, '
    'pode_reativar} and Location of that client, as far as the caller may see it. BUSCA-5, DADOS-10.';

CREATE FUNCTION crm.esquema_cliente_criar() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN jsonb_build_object(
        'resumo', 'Cadastrar um cliente',
        'argumentos', crm.regras_cliente() || '{
            "cpf": {"type": "string", "format": "cpf"},
            "nome_completo": {"type": "string", "minLength": 1, "maxLength": 255},
            "nao_contatar": {"type": "boolean", "default": false, "description": "Pediu para não ser contatado"}}'::jsonb,
        'obrigatorios', '["cpf", "nome_completo"]'::jsonb,
        'status', 201,
        'etag', true,
        'cabecalhos', '["location"]'::jsonb,
        'resposta', '{"$ref": "#/components/schemas/ClienteCadastro"}'::jsonb,
        'erros', '{"403": ["acesso_negado"], "409": ["cpf_duplicado"]}'::jsonb);
COMMENT ON FUNCTION crm.esquema_cliente_criar() IS 'Arguments and answers of crm.api_cliente_criar(jsonb).';

-- ---- changing -------------------------------------------------------------------

-- PATCH (parcial) and PUT: what both do besides the change itself.
CREATE FUNCTION crm.interno_cliente_gravar(
    args    jsonb,              -- {"id_cliente", "if_match", fields}
    parcial boolean
) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    cliente  bigint := args ->> 'id_cliente';
    campos   jsonb := args - '{id_cliente,if_match}'::text[];
    antes    integer;
    depois   integer;
    codigo   text;
    mensagem text;
    dica     text;
    detalhe  text;
    dados    json;
BEGIN
    PERFORM crm.exigir('cliente.alterar');
    IF args ->> 'if_match' IS NULL THEN
        PERFORM crm.falha(428, 'if_match_ausente', 'If-Match',
            'Diga qual versão do cadastro está sendo alterada.',
            'Envie If-Match com o ETag recebido ao abrir o cliente.');
    END IF;
    SELECT c.versao INTO antes FROM crm.clientes c WHERE c.id_cliente = cliente;
    BEGIN
        IF parcial THEN
            depois := crm.cliente_alterar(cliente, campos, crm.if_match_versao(args ->> 'if_match', antes));
        ELSE
            depois := crm.cliente_substituir(cliente, campos, crm.if_match_versao(args ->> 'if_match', antes));
        END IF;
    EXCEPTION WHEN SQLSTATE 'CR412' OR SQLSTATE 'CR409' THEN
        GET STACKED DIAGNOSTICS codigo = CONSTRAINT_NAME, mensagem = MESSAGE_TEXT, dica = PG_EXCEPTION_HINT,
            detalhe = PG_EXCEPTION_DETAIL;
    END;

    IF codigo = 'versao_antiga' THEN
        -- What it is now, for the merge on the screen: a disclosure, so recorded.
        PERFORM FROM crm.cliente_perfil(cliente);
        dados := crm.cliente_json(cliente);
        PERFORM crm.responder(412, crm.problema(412, codigo, 'If-Match', mensagem, dica,
            json_build_object('versao', (dados ->> 'versao')::integer, 'atual', dados)));
        RETURN NULL;
    ELSIF codigo IS NOT NULL THEN
        dados := detalhe;
        PERFORM crm.responder(409, crm.problema(409, codigo, 'cpf', mensagem, nullif(dica, ''), dados),
            CASE WHEN dados ->> 'id_cliente' IS NOT NULL THEN jsonb_build_object('cabecalhos',
                jsonb_build_object('location', '/api/v1/clients/' || (dados ->> 'id_cliente'))) END);
        RETURN NULL;
    END IF;

    IF depois = antes THEN
        -- Nothing changed and nothing is in the audit: the answer is a view.
        PERFORM FROM crm.cliente_perfil(cliente);
    END IF;
    PERFORM crm.responder(200, NULL, jsonb_build_object('etag', depois::text));
    RETURN crm.cliente_json(cliente);
END;
$$;
COMMENT ON FUNCTION crm.interno_cliente_gravar(jsonb, boolean) IS
    'Body of crm.api_cliente_alterar() and crm.api_cliente_substituir().';

CREATE FUNCTION crm.interno_api_cliente_alterar(args jsonb) RETURNS json
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$ SELECT crm.interno_cliente_gravar(args, true) $$;
COMMENT ON FUNCTION crm.interno_api_cliente_alterar(jsonb) IS 'Body of crm.api_cliente_alterar().';

CREATE FUNCTION crm.interno_api_cliente_substituir(args jsonb) RETURNS json
    LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$ SELECT crm.interno_cliente_gravar(args, false) $$;
COMMENT ON FUNCTION crm.interno_api_cliente_substituir(jsonb) IS 'Body of crm.api_cliente_substituir().';

CREATE FUNCTION crm.api_cliente_alterar(
    args jsonb                  -- {"id_cliente", "if_match", fields that change}
) RETURNS json                  -- the record
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_cliente_alterar(jsonb) IS
    'PATCH /api/v1/clients/{id_cliente}: changes the fields named, null empties one. Without If-Match 428; with one of an '
    'older version 412 versao_antiga with dados {versao, atual}. BUSCA-5.';

CREATE FUNCTION crm.api_cliente_substituir(
    args jsonb                  -- {"id_cliente", "if_match", all fields}
) RETURNS json                  -- the record
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_cliente_substituir(jsonb) IS
    'PUT /api/v1/clients/{id_cliente}: the whole record; fields not sent are emptied, but for those hidden from the '
    'caller and nao_contatar. If-Match as PATCH. BUSCA-5.';

CREATE FUNCTION crm.esquema_cliente_alterar() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN jsonb_build_object(
        'resumo', 'Alterar campos de um cliente',
        'descricao', 'Só os campos enviados mudam; null esvazia um campo.',
        'argumentos', crm.regras_cliente() || '{
            "id_cliente": {"type": "integer", "minimum": 1},
            "if_match": {"type": "string", "maxLength": 1000, "description": "ETag recebido ao abrir o cliente, ou *"}}'::jsonb,
        'obrigatorios', '["id_cliente"]'::jsonb,
        'etag', true,
        'resposta', '{"$ref": "#/components/schemas/ClienteCadastro"}'::jsonb,
        'erros', '{"403": ["acesso_negado", "cliente_de_outro_vendedor"], "404": ["cliente_inexistente"], "409": ["cpf_duplicado"],
                   "412": ["versao_antiga"], "428": ["if_match_ausente"]}'::jsonb);
COMMENT ON FUNCTION crm.esquema_cliente_alterar() IS 'Arguments and answers of crm.api_cliente_alterar(jsonb).';

CREATE FUNCTION crm.esquema_cliente_substituir() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN crm.esquema_cliente_alterar() || jsonb_build_object(
        'resumo', 'Substituir o cadastro de um cliente',
        'descricao', 'Campos não enviados são esvaziados, menos os que quem pede não pode ver e nao_contatar. Quem vê o CPF deve enviá-lo.',
        'argumentos', (crm.esquema_cliente_alterar() -> 'argumentos') || '{
            "nome_completo": {"type": "string", "minLength": 1, "maxLength": 255}}'::jsonb,
        'obrigatorios', '["id_cliente", "nome_completo"]'::jsonb);
COMMENT ON FUNCTION crm.esquema_cliente_substituir() IS 'Arguments and answers of crm.api_cliente_substituir(jsonb).';

-- ---- deactivating, reactivating -------------------------------------------------

CREATE FUNCTION crm.interno_api_cliente_desativar(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    cliente  bigint := args ->> 'id_cliente';
    versao   integer;
    mensagem text;
    dica     text;
    dados    json;
BEGIN
    BEGIN
        versao := crm.cliente_desativar(cliente, crm.if_match_versao(args ->> 'if_match',
            (SELECT c.versao FROM crm.clientes c WHERE c.id_cliente = cliente)));
    EXCEPTION WHEN SQLSTATE 'CR412' THEN
        GET STACKED DIAGNOSTICS mensagem = MESSAGE_TEXT, dica = PG_EXCEPTION_HINT;
        PERFORM FROM crm.cliente_perfil(cliente);
        dados := crm.cliente_json(cliente);
        PERFORM crm.responder(412, crm.problema(412, 'versao_antiga', 'If-Match', mensagem, dica,
            json_build_object('versao', (dados ->> 'versao')::integer, 'atual', dados)));
        RETURN NULL;
    END;
    PERFORM crm.responder(200, NULL, jsonb_build_object('etag', versao::text));
    RETURN json_build_object('id_cliente', cliente, 'ativo', false, 'versao', versao);
END;
$$;
COMMENT ON FUNCTION crm.interno_api_cliente_desativar(jsonb) IS 'Body of crm.api_cliente_desativar().';

CREATE FUNCTION crm.api_cliente_desativar(
    args jsonb                  -- {"id_cliente", "if_match"?}
) RETURNS json                  -- {"id_cliente", "ativo": false, "versao"}
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_cliente_desativar(jsonb) IS
    'DELETE /api/v1/clients/{id_cliente}: deactivates; the row stays, the open assignment ends. If-Match may be left out. '
    'DADOS-10.';

CREATE FUNCTION crm.esquema_cliente_desativar() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Desativar um cliente",
        "descricao": "O cadastro fica; o cliente sai da carteira e da distribuição.",
        "argumentos": {
            "id_cliente": {"type": "integer", "minimum": 1},
            "if_match": {"type": "string", "maxLength": 1000, "description": "ETag recebido ao abrir o cliente; ausente: qualquer versão"}},
        "obrigatorios": ["id_cliente"],
        "etag": true,
        "resposta": {"$ref": "#/components/schemas/ClienteEstado"},
        "erros": {"403": ["acesso_negado", "cliente_de_outro_vendedor"], "404": ["cliente_inexistente"], "412": ["versao_antiga"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_cliente_desativar() IS 'Arguments and answers of crm.api_cliente_desativar(jsonb).';

CREATE FUNCTION crm.interno_api_cliente_reativar(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    versao integer := crm.cliente_reativar((args ->> 'id_cliente')::bigint);
BEGIN
    PERFORM crm.responder(200, NULL, jsonb_build_object('etag', versao::text));
    RETURN json_build_object('id_cliente', (args ->> 'id_cliente')::bigint, 'ativo', true, 'versao', versao);
END;
$$;
COMMENT ON FUNCTION crm.interno_api_cliente_reativar(jsonb) IS 'Body of crm.api_cliente_reativar().';

CREATE FUNCTION crm.api_cliente_reativar(
    args jsonb                  -- {"id_cliente"}
) RETURNS json                  -- {"id_cliente", "ativo": true, "versao"}
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_cliente_reativar(jsonb) IS
    'POST /api/v1/clients/{id_cliente}/reactivate: enables a deactivated client. DADOS-10.';

CREATE FUNCTION crm.esquema_cliente_reativar() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Reativar um cliente",
        "argumentos": {"id_cliente": {"type": "integer", "minimum": 1}},
        "obrigatorios": ["id_cliente"],
        "etag": true,
        "resposta": {"$ref": "#/components/schemas/ClienteEstado"},
        "erros": {"403": ["acesso_negado", "cliente_de_outro_vendedor"], "404": ["cliente_inexistente"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_cliente_reativar() IS 'Arguments and answers of crm.api_cliente_reativar(jsonb).';

-- ---- revealing ------------------------------------------------------------------

CREATE FUNCTION crm.interno_api_cliente_revelar(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    campos   text[] := ARRAY(SELECT jsonb_array_elements_text(args -> 'campos'));
    r        record;
    mensagem text;
    dica     text;
    detalhe  text;
BEGIN
    BEGIN
        SELECT * INTO r FROM crm.cliente_revelar((args ->> 'id_cliente')::bigint, campos, args ->> 'finalidade');
    EXCEPTION WHEN SQLSTATE 'CR429' THEN
        -- Refused, and yet recorded: who asks for more than the quota stands out.
        GET STACKED DIAGNOSTICS mensagem = MESSAGE_TEXT, dica = PG_EXCEPTION_HINT, detalhe = PG_EXCEPTION_DETAIL;
        PERFORM crm.revelacao_recusada((args ->> 'id_cliente')::bigint);
        PERFORM crm.responder(429, crm.problema(429, 'cota_revelacao', NULL, mensagem, dica, detalhe::json),
                              detalhe::jsonb);
        RETURN NULL;
    END;
    RETURN (SELECT json_object_agg(v.campo, v.valor)
              FROM (VALUES ('id_cliente', args -> 'id_cliente'),
                           ('cpf', to_jsonb(r.cpf)),
                           ('data_nascimento', to_jsonb(r.data_nascimento)),
                           ('nome_mae', to_jsonb(r.nome_mae)),
                           ('restantes', to_jsonb(r.restantes))) AS v(campo, valor)
             WHERE v.campo IN ('id_cliente', 'restantes') OR v.campo = ANY (campos));
END;
$$;
COMMENT ON FUNCTION crm.interno_api_cliente_revelar(jsonb) IS 'Body of crm.api_cliente_revelar().';

CREATE FUNCTION crm.api_cliente_revelar(
    args jsonb                  -- {"id_cliente", "campos", "finalidade"}
) RETURNS json                  -- {"id_cliente", the fields asked for, "restantes"}
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_cliente_revelar(jsonb) IS
    'POST /api/v1/clients/{id_cliente}/reveal: hidden data in clear for a stated purpose, recorded before the answer; '
    'beyond the quota 429 cota_revelacao with Retry-After. LGPD-1.';

CREATE FUNCTION crm.esquema_cliente_revelar() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Revelar dados pessoais de um cliente",
        "descricao": "Fica registrado na auditoria, com a finalidade, antes da resposta. Há um limite por usuário em 24 horas.",
        "argumentos": {
            "id_cliente": {"type": "integer", "minimum": 1},
            "campos": {"type": "array", "minItems": 1, "maxItems": 3, "items": {"type": "string", "enum": ["cpf", "data_nascimento", "nome_mae"]}},
            "finalidade": {"type": "string", "minLength": 5, "maxLength": 200, "description": "Para que os dados são precisos; sem CPF no texto"}},
        "obrigatorios": ["id_cliente", "campos", "finalidade"],
        "resposta": {"type": "object", "additionalProperties": false, "required": ["id_cliente", "restantes"], "properties": {
            "id_cliente": {"type": "integer"},
            "cpf": {"type": ["string", "null"]},
            "data_nascimento": {"type": ["string", "null"], "format": "date"},
            "nome_mae": {"type": ["string", "null"]},
            "restantes": {"type": "integer", "description": "Revelações que ainda cabem nas 24 horas"}}},
        "erros": {"403": ["acesso_negado", "cliente_de_outro_vendedor"], "404": ["cliente_inexistente"], "429": ["cota_revelacao"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_cliente_revelar() IS 'Arguments and answers of crm.api_cliente_revelar(jsonb).';
