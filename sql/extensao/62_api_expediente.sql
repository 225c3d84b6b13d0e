-- Endpoints of working hours, leave and holidays (DIST-10).

-- ---- working hours ---------------------------------------------------------------

CREATE FUNCTION crm.ler_jornada(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    vendedor bigint := args ->> 'id';
BEGIN
    PERFORM crm.exigir('painel.ver');
    PERFORM crm.exigir_que_vendedor_exista(vendedor);
    RETURN (SELECT json_build_object(
        'vendedor_id', v.id,
        'nome', v.nome,
        'situacao', v.expediente,
        'muda_em', v.expediente_ate,
        'reserva_ate', v.reserva_ate,
        'dias', coalesce((SELECT json_agg(json_build_object(
                                    'dia_semana', j.dia_semana,
                                    'inicio', to_char(j.inicio, 'HH24:MI'),
                                    'fim', to_char(j.fim, 'HH24:MI'),
                                    'almoco_inicio', to_char(j.almoco_inicio, 'HH24:MI'),
                                    'almoco_fim', to_char(j.almoco_fim, 'HH24:MI')) ORDER BY j.dia_semana)
                            FROM crm.jornadas j WHERE j.vendedor_id = v.id), '[]'))
      FROM crm.vendedores v WHERE v.id = vendedor);
END $$;
COMMENT ON FUNCTION crm.ler_jornada(jsonb) IS 'Body of crm.api_jornada(jsonb).';

CREATE FUNCTION crm.api_jornada(args jsonb) RETURNS json
    LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_api_leitura';
COMMENT ON FUNCTION crm.api_jornada(jsonb) IS
    'GET /api/admin/vendedores/{id}/jornada: working hours by day of the week; none: always available. DIST-10.';

CREATE FUNCTION crm.esquema_jornada() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Jornada de um vendedor",
        "argumentos": {
            "id": {"type": "integer", "minimum": 1, "description": "Vendedor"}},
        "obrigatorios": ["id"],
        "resposta": {"$ref": "#/components/schemas/Jornada"},
        "erros": {"404": ["vendedor_inexistente"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_jornada() IS 'Arguments and answers of crm.api_jornada(jsonb).';

CREATE FUNCTION crm.api_jornada_definir(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
BEGIN
    args := crm.validar_args('jornada_definir', args);
    PERFORM crm.exigir('vendedor.configurar');
    PERFORM crm.definir_jornada((args ->> 'id')::bigint, args -> 'dias');
    RETURN crm.api_jornada(jsonb_build_object('id', args -> 'id'));
END $$;
COMMENT ON FUNCTION crm.api_jornada_definir(jsonb) IS
    'PUT /api/admin/vendedores/{id}/jornada: {dias} replaces the working hours; [] takes them away. Deals anew. DIST-10.';

CREATE FUNCTION crm.esquema_jornada_definir() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Definir a jornada de um vendedor",
        "descricao": "Substitui a jornada. Sem dia nenhum, o vendedor está sempre disponível; com algum, os outros são folga. Fora da jornada os clientes dele vão para quem trabalha; no almoço ele fica com os que tem.",
        "argumentos": {
            "id":   {"type": "integer", "minimum": 1, "description": "Vendedor"},
            "dias": {"type": "array", "maxItems": 7, "items": {"type": "object", "additionalProperties": false,
                "required": ["dia_semana", "inicio", "fim"],
                "properties": {
                    "dia_semana":    {"type": "integer", "minimum": 0, "maximum": 6, "description": "0: domingo"},
                    "inicio":        {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"},
                    "fim":           {"type": "string", "pattern": "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", "description": "24:00: o fim do dia"},
                    "almoco_inicio": {"type": ["string", "null"], "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"},
                    "almoco_fim":    {"type": ["string", "null"], "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}}}}},
        "obrigatorios": ["id", "dias"],
        "resposta": {"$ref": "#/components/schemas/Jornada"},
        "erros": {"404": ["vendedor_inexistente"], "422": ["jornada_invalida"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_jornada_definir() IS 'Arguments and answers of crm.api_jornada_definir(jsonb).';

-- ---- leave --------------------------------------------------------------------------

CREATE FUNCTION crm.ler_ausencias(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    vendedor bigint := args ->> 'id';
BEGIN
    PERFORM crm.exigir('painel.ver');
    PERFORM crm.exigir_que_vendedor_exista(vendedor);
    RETURN (SELECT json_build_object('ausencias', coalesce(json_agg(json_build_object(
                       'id', a.id, 'de', a.de, 'ate', a.ate, 'motivo', a.motivo) ORDER BY a.de DESC, a.id DESC), '[]'))
              FROM (SELECT * FROM crm.ausencias x
                     WHERE x.vendedor_id = vendedor
                     ORDER BY x.ate DESC, x.id DESC LIMIT 200) a);
END $$;
COMMENT ON FUNCTION crm.ler_ausencias(jsonb) IS 'Body of crm.api_ausencias(jsonb).';

CREATE FUNCTION crm.api_ausencias(args jsonb) RETURNS json
    LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_api_leitura';
COMMENT ON FUNCTION crm.api_ausencias(jsonb) IS
    'GET /api/admin/vendedores/{id}/ausencias: leave of a seller, the last 200. DIST-10.';

CREATE FUNCTION crm.esquema_ausencias() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Ausências de um vendedor",
        "argumentos": {
            "id": {"type": "integer", "minimum": 1, "description": "Vendedor"}},
        "obrigatorios": ["id"],
        "resposta": {"$ref": "#/components/schemas/Ausencias"},
        "erros": {"404": ["vendedor_inexistente"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_ausencias() IS 'Arguments and answers of crm.api_ausencias(jsonb).';

CREATE FUNCTION crm.api_ausencia_registrar(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
BEGIN
    args := crm.validar_args('ausencia_registrar', args);
    PERFORM crm.exigir('vendedor.configurar');
    PERFORM crm.registrar_ausencia((args ->> 'id')::bigint, (args ->> 'de')::date,
                                   coalesce(args ->> 'ate', args ->> 'de')::date, args ->> 'motivo');
    PERFORM crm.responder(201, NULL);
    RETURN crm.api_ausencias(jsonb_build_object('id', args -> 'id'));
END $$;
COMMENT ON FUNCTION crm.api_ausencia_registrar(jsonb) IS
    'POST /api/admin/vendedores/{id}/ausencias: {de, ate?, motivo?} -> 201, the list. Deals anew. DIST-10.';

CREATE FUNCTION crm.esquema_ausencia_registrar() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Registrar uma ausência",
        "descricao": "Férias, licença ou folga. Enquanto dura, os clientes do vendedor vão para os outros.",
        "status": 201,
        "argumentos": {
            "id":     {"type": "integer", "minimum": 1, "description": "Vendedor"},
            "de":     {"type": "string", "format": "date"},
            "ate":    {"type": "string", "format": "date", "description": "Último dia; ausente: o primeiro"},
            "motivo": {"type": "string", "enum": ["ferias", "licenca", "folga", "outro"], "default": "outro"}},
        "obrigatorios": ["id", "de"],
        "resposta": {"$ref": "#/components/schemas/Ausencias"},
        "erros": {"404": ["vendedor_inexistente"], "409": ["ausencia_sobreposta"], "422": ["ausencia_invalida"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_ausencia_registrar() IS 'Arguments and answers of crm.api_ausencia_registrar(jsonb).';

CREATE FUNCTION crm.api_ausencia_cancelar(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
BEGIN
    args := crm.validar_args('ausencia_cancelar', args);
    PERFORM crm.exigir('vendedor.configurar');
    PERFORM crm.cancelar_ausencia((args ->> 'id')::bigint, (args ->> 'ausencia_id')::bigint);
    RETURN crm.api_ausencias(jsonb_build_object('id', args -> 'id'));
END $$;
COMMENT ON FUNCTION crm.api_ausencia_cancelar(jsonb) IS
    'DELETE /api/admin/vendedores/{id}/ausencias/{ausencia_id} -> the list. Deals anew. DIST-10.';

CREATE FUNCTION crm.esquema_ausencia_cancelar() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Cancelar uma ausência",
        "argumentos": {
            "id":          {"type": "integer", "minimum": 1, "description": "Vendedor"},
            "ausencia_id": {"type": "integer", "minimum": 1}},
        "obrigatorios": ["id", "ausencia_id"],
        "resposta": {"$ref": "#/components/schemas/Ausencias"},
        "erros": {"404": ["ausencia_inexistente"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_ausencia_cancelar() IS 'Arguments and answers of crm.api_ausencia_cancelar(jsonb).';

-- ---- holidays -------------------------------------------------------------------------

CREATE FUNCTION crm.ler_feriados(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    ano integer := coalesce((args ->> 'ano')::integer, extract(year FROM crm.hoje())::integer);
BEGIN
    PERFORM crm.exigir('painel.ver');
    RETURN (SELECT json_build_object('ano', ano, 'feriados', coalesce(json_agg(json_build_object(
                       'data', f.data, 'nome', f.nome) ORDER BY f.data), '[]'))
              FROM crm.feriados f
             WHERE f.data BETWEEN make_date(ano, 1, 1) AND make_date(ano, 12, 31));
END $$;
COMMENT ON FUNCTION crm.ler_feriados(jsonb) IS 'Body of crm.api_feriados(jsonb).';

CREATE FUNCTION crm.api_feriados(args jsonb) RETURNS json
    LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_api_leitura';
COMMENT ON FUNCTION crm.api_feriados(jsonb) IS 'GET /api/admin/feriados: holidays of a year, {ano?}. DIST-10.';

CREATE FUNCTION crm.esquema_feriados() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Feriados de um ano",
        "argumentos": {
            "ano": {"type": "integer", "minimum": 2000, "maximum": 2199, "description": "Ausente: o de hoje"}},
        "resposta": {"$ref": "#/components/schemas/Feriados"}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_feriados() IS 'Arguments and answers of crm.api_feriados(jsonb).';

CREATE FUNCTION crm.api_feriado_registrar(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
BEGIN
    args := crm.validar_args('feriado_registrar', args);
    PERFORM crm.exigir('vendedor.configurar');
    PERFORM crm.registrar_feriado((args ->> 'data')::date, args ->> 'nome');
    PERFORM crm.responder(201, NULL);
    RETURN crm.api_feriados(jsonb_build_object('ano', extract(year FROM (args ->> 'data')::date)::integer));
END $$;
COMMENT ON FUNCTION crm.api_feriado_registrar(jsonb) IS
    'POST /api/admin/feriados: {data, nome} -> 201, those of the year; the same day again renames it. Deals anew. DIST-10.';

CREATE FUNCTION crm.esquema_feriado_registrar() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Registrar um feriado",
        "descricao": "Nesse dia ninguém recebe clientes. O mesmo dia de novo muda o nome.",
        "status": 201,
        "argumentos": {
            "data": {"type": "string", "format": "date"},
            "nome": {"type": "string", "minLength": 1, "maxLength": 120}},
        "obrigatorios": ["data", "nome"],
        "resposta": {"$ref": "#/components/schemas/Feriados"},
        "erros": {"422": ["feriado_invalido"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_feriado_registrar() IS 'Arguments and answers of crm.api_feriado_registrar(jsonb).';

CREATE FUNCTION crm.api_feriado_remover(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
BEGIN
    args := crm.validar_args('feriado_remover', args);
    PERFORM crm.exigir('vendedor.configurar');
    PERFORM crm.remover_feriado((args ->> 'data')::date);
    RETURN crm.api_feriados(jsonb_build_object('ano', greatest(2000, extract(year FROM (args ->> 'data')::date)::integer)));
END $$;
COMMENT ON FUNCTION crm.api_feriado_remover(jsonb) IS
    'DELETE /api/admin/feriados/{data} -> those of the year. Deals anew. DIST-10.';

CREATE FUNCTION crm.esquema_feriado_remover() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Remover um feriado",
        "argumentos": {
            "data": {"type": "string", "format": "date"}},
        "obrigatorios": ["data"],
        "resposta": {"$ref": "#/components/schemas/Feriados"},
        "erros": {"404": ["feriado_inexistente"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_feriado_remover() IS 'Arguments and answers of crm.api_feriado_remover(jsonb).';

-- Schemas that several endpoints share.
CREATE FUNCTION crm.componentes_expediente() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "Jornada": {"type": "object", "additionalProperties": false,
            "required": ["vendedor_id", "nome", "situacao", "muda_em", "reserva_ate", "dias"],
            "properties": {
                "vendedor_id": {"type": "integer"},
                "nome":        {"type": "string"},
                "situacao":    {"type": "string", "description": "Agora",
                                "enum": ["disponivel", "almoco", "fora_do_horario", "folga", "feriado", "ausencia"]},
                "muda_em":     {"type": ["string", "null"], "format": "date-time", "description": "Quando pode mudar por si; null: nunca"},
                "reserva_ate": {"type": ["string", "null"], "format": "date-time",
                                "description": "Ninguém estava online: até então os clientes esperam por ele"},
                "dias":        {"type": "array", "maxItems": 7, "items": {"type": "object", "additionalProperties": false,
                    "required": ["dia_semana", "inicio", "fim", "almoco_inicio", "almoco_fim"],
                    "properties": {
                        "dia_semana":    {"type": "integer", "minimum": 0, "maximum": 6, "description": "0: domingo"},
                        "inicio":        {"type": "string", "description": "HH:MM"},
                        "fim":           {"type": "string", "description": "HH:MM"},
                        "almoco_inicio": {"type": ["string", "null"], "description": "HH:MM"},
                        "almoco_fim":    {"type": ["string", "null"], "description": "HH:MM"}}}}}},
        "Ausencias": {"type": "object", "additionalProperties": false, "required": ["ausencias"], "properties": {
            "ausencias": {"type": "array", "items": {"type": "object", "additionalProperties": false,
                "required": ["id", "de", "ate", "motivo"],
                "properties": {
                    "id":     {"type": "integer"},
                    "de":     {"type": "string", "format": "date"},
                    "ate":    {"type": "string", "format": "date", "description": "Último dia"},
                    "motivo": {"type": "string", "enum": ["ferias", "licenca", "folga", "outro"]}}}}}},
        "Feriados": {"type": "object", "additionalProperties": false, "required": ["ano", "feriados"], "properties": {
            "ano":      {"type": "integer"},
            "feriados": {"type": "array", "items": {"type": "object", "additionalProperties": false,
                "required": ["data", "nome"],
                "properties": {"data": {"type": "string", "format": "date"}, "nome": {"type": "string"}}}}}}}$$::jsonb;
COMMENT ON FUNCTION crm.componentes_expediente() IS 'Schemas of working hours, leave and holidays.';
