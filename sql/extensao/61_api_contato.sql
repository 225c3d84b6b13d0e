-- Endpoints of the seller's work with a client: marking a contact, taking the mark
-- back, the next step, the text of the WhatsApp link.

-- ---- marking a contact ------------------------------------------------------------

CREATE FUNCTION crm.api_marcar_contatado(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    vendedor bigint;
    marca    record;
BEGIN
    args := crm.validar_args('marcar_contatado', args);
    vendedor := args ->> 'id';
    PERFORM crm.exigir('contato.marcar');
    PERFORM crm.exigir_vendedor(vendedor, 'contato.marcar_por_outro');
    SELECT * INTO marca FROM crm.marcar_contatado(
        vendedor,
        (args ->> 'cliente_id')::bigint,
        args ->> 'observacoes',
        args ->> 'resultado',
        (args ->> 'retornar_em')::date);
    RETURN json_build_object(
        'atribuicao_id', marca.atribuicao_id,
        'cliente_id', marca.cliente,
        'contatado', marca.contatado,
        'data_contato', marca.data_contato,
        'resultado', marca.resultado_contato,
        'retornar_em', marca.retorno,
        'repetido', marca.repetido,
        'colunas', crm.ler_colunas_do_quadro(vendedor));
END $$;
COMMENT ON FUNCTION crm.api_marcar_contatado(jsonb) IS
    'POST /api/vendedor/marcar-contatado/{id}: {id: seller, cliente_id, observacoes?, resultado?, '
    'retornar_em?}. '
    'Not the holder: CR403; repeated: the first mark unchanged. BOARD-2.';

CREATE FUNCTION crm.esquema_marcar_contatado() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Marcar um cliente como contatado",
        "descricao": "Repetida, responde a primeira marca com repetido = true.",
        "argumentos": {
            "id":          {"type": "integer", "minimum": 1, "description": "Vendedor"},
            "cliente_id":  {"type": "integer", "minimum": 1},
            "observacoes": {"type": "string", "maxLength": 4000},
            "resultado":   {"type": "string", "enum": ["contatado", "sem_resposta", "recusou", "interessado", "numero_errado"],
                            "default": "contatado"},
            "retornar_em": {"type": "string", "format": "date", "description": "Dia de falar de novo: de hoje até daqui a um ano"}},
        "obrigatorios": ["id", "cliente_id"],
        "resposta": {"type": "object", "additionalProperties": false,
            "required": ["atribuicao_id", "cliente_id", "contatado", "data_contato", "resultado", "retornar_em", "repetido", "colunas"],
            "properties": {
                "atribuicao_id": {"type": "integer"},
                "cliente_id":    {"type": "integer"},
                "contatado":     {"type": "boolean"},
                "data_contato":  {"type": "string", "format": "date-time"},
                "resultado":     {"$ref": "#/components/schemas/Resultado"},
                "retornar_em":   {"type": ["string", "null"], "format": "date"},
                "repetido":      {"type": "boolean"},
                "colunas":       {"$ref": "#/components/schemas/TotaisDoQuadro"}}},
        "erros": {"403": ["cliente_de_outro_vendedor"], "404": ["cliente_inexistente", "vendedor_inexistente"],
                  "409": ["conflito", "cliente_inativo", "cliente_nao_contatar"], "422": ["retorno_invalido"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_marcar_contatado() IS 'Arguments and answers of crm.api_marcar_contatado(jsonb).';

-- ---- taking a mark back -----------------------------------------------------------

CREATE FUNCTION crm.api_desfazer_contato(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    volta record;
BEGIN
    args := crm.validar_args('desfazer_contato', args);
    SELECT * INTO volta FROM crm.desfazer_contato((args ->> 'id')::bigint, (args ->> 'cliente_id')::bigint);
    RETURN json_build_object(
        'atribuicao_id', volta.atribuicao_id,
        'cliente_id', volta.cliente,
        'contatado', false,
        'retornar_em', volta.retorno,
        'proximo_passo', volta.passo,
        'colunas', crm.ler_colunas_do_quadro((args ->> 'id')::bigint));
END $$;
COMMENT ON FUNCTION crm.api_desfazer_contato(jsonb) IS
    'POST /api/vendedor/desfazer-contato/{id}: {id: seller, cliente_id}: the own mark of today is undone while '
    'nothing touched it. BOARD-4.';

CREATE FUNCTION crm.esquema_desfazer_contato() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Desfazer a própria marca de contato",
        "descricao": "No mesmo dia e enquanto nada mudou; tudo volta a ser como antes da marca.",
        "argumentos": {
            "id":         {"type": "integer", "minimum": 1, "description": "Vendedor"},
            "cliente_id": {"type": "integer", "minimum": 1}},
        "obrigatorios": ["id", "cliente_id"],
        "resposta": {"type": "object", "additionalProperties": false,
            "required": ["atribuicao_id", "cliente_id", "contatado", "retornar_em", "proximo_passo", "colunas"],
            "properties": {
                "atribuicao_id": {"type": "integer"},
                "cliente_id":    {"type": "integer"},
                "contatado":     {"type": "boolean"},
                "retornar_em":   {"type": ["string", "null"], "format": "date"},
                "proximo_passo": {"type": ["string", "null"]},
                "colunas":       {"$ref": "#/components/schemas/TotaisDoQuadro"}}},
        "erros": {"403": ["cliente_de_outro_vendedor"], "404": ["cliente_inexistente", "vendedor_inexistente"],
                  "409": ["conflito", "contato_mudou"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_desfazer_contato() IS 'Arguments and answers of crm.api_desfazer_contato(jsonb).';

-- ---- the next step ------------------------------------------------------------------

CREATE FUNCTION crm.api_proximo_passo(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    passo record;
BEGIN
    args := crm.validar_args('proximo_passo', args);
    SELECT * INTO passo FROM crm.definir_proximo_passo(
        (args ->> 'id')::bigint,
        (args ->> 'cliente_id')::bigint,
        (args ->> 'retornar_em')::date,
        args ->> 'nota');
    RETURN json_build_object(
        'atribuicao_id', passo.atribuicao_id,
        'cliente_id', passo.cliente,
        'retornar_em', passo.retorno,
        'proximo_passo', passo.proximo_passo);
END $$;
COMMENT ON FUNCTION crm.api_proximo_passo(jsonb) IS
    'PATCH /api/vendedor/proximo-passo/{id}: {id: seller, cliente_id, retornar_em?, nota?} takes the place of the '
    'next step there was; neither: none. BOARD-5.';

CREATE FUNCTION crm.esquema_proximo_passo() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Próximo passo com um cliente",
        "descricao": "Toma o lugar do que havia; sem retornar_em e sem nota, não há mais próximo passo. Depois disto uma marca de contato não se desfaz.",
        "argumentos": {
            "id":          {"type": "integer", "minimum": 1, "description": "Vendedor"},
            "cliente_id":  {"type": "integer", "minimum": 1},
            "retornar_em": {"type": "string", "format": "date", "description": "De hoje até daqui a um ano"},
            "nota":        {"type": "string", "maxLength": 500}},
        "obrigatorios": ["id", "cliente_id"],
        "resposta": {"type": "object", "additionalProperties": false,
            "required": ["atribuicao_id", "cliente_id", "retornar_em", "proximo_passo"],
            "properties": {
                "atribuicao_id": {"type": "integer"},
                "cliente_id":    {"type": "integer"},
                "retornar_em":   {"type": ["string", "null"], "format": "date"},
                "proximo_passo": {"type": ["string", "null"]}}},
        "erros": {"403": ["cliente_de_outro_vendedor"], "404": ["cliente_inexistente", "vendedor_inexistente"],
                  "409": ["conflito"], "422": ["retorno_invalido"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_proximo_passo() IS 'Arguments and answers of crm.api_proximo_passo(jsonb).';

-- ---- the text of the WhatsApp link ----------------------------------------------------

CREATE FUNCTION crm.api_whatsapp(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
BEGIN
    args := crm.validar_args('whatsapp', args);
    RETURN json_build_object(
        'modelo', crm.definir_whatsapp((args ->> 'id')::bigint, args ->> 'modelo'),
        'proprio', args ->> 'modelo' IS NOT NULL);
END $$;
COMMENT ON FUNCTION crm.api_whatsapp(jsonb) IS
    'PUT /api/vendedor/whatsapp/{id}: {id: seller, modelo?}: own text of the WhatsApp link; none: the setting. BOARD-4.';

CREATE FUNCTION crm.esquema_whatsapp() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Mensagem do WhatsApp de um vendedor",
        "descricao": "{saudacao}, {vendedor} e {empresa} são preenchidos na tela. Sem modelo, vale o da configuração.",
        "argumentos": {
            "id":     {"type": "integer", "minimum": 1, "description": "Vendedor"},
            "modelo": {"type": "string", "maxLength": 500}},
        "obrigatorios": ["id"],
        "resposta": {"type": "object", "additionalProperties": false, "required": ["modelo", "proprio"],
            "properties": {
                "modelo":  {"type": "string", "description": "O que vale"},
                "proprio": {"type": "boolean"}}},
        "erros": {"404": ["vendedor_inexistente"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_whatsapp() IS 'Arguments and answers of crm.api_whatsapp(jsonb).';
