-- GET and POST /api/v1/clients/search.

CREATE FUNCTION crm.api_pesquisar_clientes(args jsonb) RETURNS json
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_api_pesquisar_clientes';
COMMENT ON FUNCTION crm.api_pesquisar_clientes(jsonb) IS
    'GET and POST /api/v1/clients/search: crm.pesquisar_clientes() as JSON, with facets. BUSCA-1..4.';

CREATE FUNCTION crm.esquema_pesquisar_clientes() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Pesquisa de clientes",
        "descricao": "Todos os filtros se combinam. Nomes: parciais, em qualquer ordem, sem acentos; por último, marcados como parecido, os que soam igual ou têm erros de digitação. O total é exato até 1.000; acima disso é uma estimativa, e as facetas são proporcionais. Páginas fundas: repita a pesquisa com cursor = proximo da página anterior; o total é então o da primeira página.",
        "argumentos": {
            "q": {"type": "string", "maxLength": 255, "description": "Busca única: reconhece CPF, celular, e-mail ou nome"},
            "cpf": {"type": "string", "maxLength": 20, "pattern": "^[0-9. -]+$", "description": "CPF com 11 dígitos; com permissão para ver dados sensíveis, também o começo"},
            "nome": {"type": "string", "maxLength": 255, "description": "Parte do nome, palavras em qualquer ordem"},
            "cidade": {"type": "string", "maxLength": 120, "description": "Começo do nome da cidade"},
            "uf": {"type": "array", "items": {"type": "string", "enum": ["AC", "AL", "AM", "AP", "BA", "CE", "DF", "ES", "GO", "MA", "MG", "MS", "MT", "PA", "PB", "PE", "PI", "PR", "RJ", "RN", "RO", "RR", "RS", "SC", "SE", "SP", "TO"]}, "maxItems": 27, "description": "Estados"},
            "idade_min": {"type": "integer", "minimum": 0, "maximum": 150, "description": "Idade mínima, anos completos"},
            "idade_max": {"type": "integer", "minimum": 0, "maximum": 150, "description": "Idade máxima, anos completos"},
            "status": {"type": "array", "items": {"type": "string", "enum": ["disponivel", "atribuido", "contatado"]}, "maxItems": 3, "description": "Etapa do atendimento"},
            "situacao": {"type": "array", "items": {"type": "string", "enum": ["ativo", "elegivel", "inativo", "sem_compra"]}, "maxItems": 4, "description": "Recência da última compra"},
            "ativo": {"type": "boolean", "default": true, "description": "Cadastro ativo ou desativado"},
            "celular": {"type": "string", "maxLength": 30, "description": "Começo ou fim do número"},
            "email": {"type": "string", "maxLength": 254, "description": "Começo do e-mail"},
            "page": {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 1, "description": "Página; page × size até 10.000"},
            "size": {"type": "integer", "minimum": 1, "maximum": 100, "default": 50, "description": "Clientes por página"},
            "sort": {"type": "string", "enum": ["relevancia", "nome", "-nome", "cidade", "-cidade", "uf", "-uf", "idade", "-idade", "data_ultima_compra", "-data_ultima_compra", "valor_total", "-valor_total", "status", "-status", "situacao", "-situacao", "id", "-id", "cpf", "-cpf"], "description": "Ordem; o padrão é relevancia quando há nome, nome quando não há. idade: por anos completos para quem não vê a data de nascimento"},
            "cursor": {"type": "string", "maxLength": 2000, "description": "proximo da página anterior, da mesma pesquisa"}},
        "resposta": {"$ref": "#/components/schemas/PesquisaClientes"},
        "erros": {"403": ["acesso_negado"], "422": ["cursor_invalido", "pagina_profunda", "campo_invalido"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_pesquisar_clientes() IS 'What crm.api_pesquisar_clientes() accepts and answers.';

CREATE FUNCTION crm.componentes_pesquisa() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "ClienteResumo": {"type": "object", "additionalProperties": false,
            "required": ["id_cliente", "nome_completo", "cpf", "idade", "data_nascimento", "sexo", "celular", "email", "cidade", "uf", "data_ultima_compra", "dias_sem_comprar", "periodo", "situacao", "status", "ativo", "nao_contatar", "valor_total", "vendedor", "parecido", "versao"],
            "properties": {
                "id_cliente": {"type": "integer"},
                "nome_completo": {"type": "string"},
                "cpf": {"type": "string", "description": "529.982.247-25, ou ***.982.247-** sem permissão"},
                "idade": {"type": ["integer", "null"]},
                "data_nascimento": {"type": ["string", "null"], "format": "date", "description": "null sem permissão"},
                "sexo": {"type": ["string", "null"], "enum": ["F", "M", "N", null]},
                "celular": {"type": ["string", "null"]},
                "email": {"type": ["string", "null"]},
                "cidade": {"type": ["string", "null"]},
                "uf": {"type": ["string", "null"]},
                "data_ultima_compra": {"type": ["string", "null"], "format": "date"},
                "dias_sem_comprar": {"type": ["integer", "null"]},
                "periodo": {"type": "string", "enum": ["0-29", "30-45", "45-60", "60-90", ">90", "sem_compra"]},
                "situacao": {"type": "string", "enum": ["ativo", "elegivel", "inativo", "sem_compra"]},
                "status": {"type": "string", "enum": ["disponivel", "atribuido", "contatado"]},
                "ativo": {"type": "boolean"},
                "nao_contatar": {"type": "boolean"},
                "valor_total": {"type": "number"},
                "vendedor": {"type": ["object", "null"], "additionalProperties": false, "required": ["id", "nome"],
                    "properties": {"id": {"type": "integer"}, "nome": {"type": "string"}}},
                "parecido": {"type": "boolean", "description": "Soa igual ou tem erro de digitação"},
                "versao": {"type": "integer"}}},
        "PesquisaClientes": {"type": "object", "additionalProperties": false,
            "required": ["items", "total", "total_exato", "page", "size", "pages", "proximo", "facetas", "interpretado"],
            "properties": {
                "items": {"type": "array", "items": {"$ref": "#/components/schemas/ClienteResumo"}},
                "total": {"type": "integer"},
                "total_exato": {"type": "boolean", "description": "false: total é estimativa, maior que 1.000"},
                "page": {"type": "integer"},
                "size": {"type": "integer"},
                "pages": {"type": ["integer", "null"], "description": "null quando o total não é exato"},
                "proximo": {"type": ["string", "null"], "description": "cursor da próxima página; null no fim"},
                "facetas": {"type": "object", "additionalProperties": false, "required": ["situacao", "status", "uf", "exatas"],
                    "properties": {
                        "situacao": {"type": "object", "additionalProperties": {"type": "integer"}},
                        "status": {"type": "object", "additionalProperties": {"type": "integer"}},
                        "uf": {"type": "object", "additionalProperties": {"type": "integer"}},
                        "exatas": {"type": "boolean"}}},
                "interpretado": {"type": "object", "additionalProperties": false, "required": ["tipo", "campo", "valor"],
                    "properties": {
                        "tipo": {"type": "string", "enum": ["cpf", "celular", "email", "nome", "vazio"]},
                        "campo": {"type": ["string", "null"]},
                        "valor": {"type": ["string", "null"]}}}}}}$$::jsonb;
COMMENT ON FUNCTION crm.componentes_pesquisa() IS 'Schemas of the client search in the OpenAPI document.';
