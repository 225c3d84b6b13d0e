-- Endpoints of redistributions: deal all again, verify, simulate, apply, undo, list
-- (DIST-6, DIST-7).

-- What a run is answered with, however it was asked for.
CREATE FUNCTION crm.json_rodada(lote jsonb) RETURNS json
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN json_build_object(
        'lote', lote -> 'id',
        'vendedores', lote -> 'vendedores',
        'elegiveis', lote -> 'elegiveis',
        'novas', lote -> 'novas',
        'movimentos', lote -> 'movimentos',
        'limite_inferior', lote -> 'limite_inferior',
        'liberados', lote -> 'liberados');
COMMENT ON FUNCTION crm.json_rodada(jsonb) IS 'The schema Rodada of what crm.redistribuir_*() returned. Internal.';

CREATE FUNCTION crm.api_redistribuir_todos(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    lote record;
BEGIN
    args := crm.validar_args('redistribuir_todos', args);
    PERFORM crm.exigir('distribuicao.executar');
    SELECT * INTO lote FROM crm.redistribuir_todos((args ->> 'incluir_fixados')::boolean);
    RETURN crm.json_rodada(to_jsonb(lote));
END $$;
COMMENT ON FUNCTION crm.api_redistribuir_todos(jsonb) IS
    'POST /api/admin/redistribuir-todos: {incluir_fixados?} -> the run. DIST-6.';

CREATE FUNCTION crm.esquema_redistribuir_todos() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Distribuir tudo de novo",
        "argumentos": {
            "incluir_fixados": {"type": "boolean", "default": false}},
        "resposta": {"$ref": "#/components/schemas/Rodada"}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_redistribuir_todos() IS 'Arguments and answers of crm.api_redistribuir_todos(jsonb).';

CREATE FUNCTION crm.api_verificar_distribuicao(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    violacoes json;
BEGIN
    args := crm.validar_args('verificar_distribuicao', args);
    PERFORM crm.exigir('distribuicao.verificar');
    SELECT coalesce(json_agg(r), '[]') INTO violacoes
      FROM (SELECT v.invariante, v.detalhe FROM crm.verificar_distribuicao() v LIMIT 100) r;
    RETURN json_build_object('ok', json_array_length(violacoes) = 0, 'violacoes', violacoes);
END $$;
COMMENT ON FUNCTION crm.api_verificar_distribuicao(jsonb) IS
    'GET /api/admin/distribuicao/verificar: the invariants of the distribution on live data, the first 100 violations. DIST-8.';

CREATE FUNCTION crm.esquema_verificar_distribuicao() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Conferir a distribuição",
        "descricao": "As invariantes sobre os dados de agora; as primeiras 100 violações.",
        "argumentos": {},
        "resposta": {"type": "object", "additionalProperties": false, "required": ["ok", "violacoes"], "properties": {
            "ok": {"type": "boolean"},
            "violacoes": {"type": "array", "maxItems": 100, "items": {"type": "object", "additionalProperties": false,
                "required": ["invariante", "detalhe"],
                "properties": {"invariante": {"type": "string"}, "detalhe": {"type": ["string", "null"]}}}}}}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_verificar_distribuicao() IS 'Arguments and answers of crm.api_verificar_distribuicao(jsonb).';

CREATE FUNCTION crm.ler_simular_redistribuicao(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    s record;
BEGIN
    PERFORM crm.exigir('painel.ver');
    s := crm.simular_redistribuicao((args ->> 'incluir_fixados')::boolean, args ->> 'modo');
    RETURN (
        WITH plano AS MATERIALIZED (
            SELECT p.cliente, nullif(p.de, 0) AS de, nullif(p.para, 0) AS para, p.centavos
              FROM unnest(s.clientes, s.de, s.para, s.centavos) AS p(cliente, de, para, centavos)
        ), mexidos AS (
            SELECT m.vendedor,
                   coalesce(sum(m.ganha), 0) AS ganha,
                   coalesce(sum(m.perde), 0) AS perde,
                   coalesce(sum(m.saldo), 0) AS saldo
              FROM (SELECT p.para AS vendedor, 1 AS ganha, 0 AS perde, p.centavos AS saldo
                      FROM plano p WHERE p.para IS DISTINCT FROM p.de AND p.para IS NOT NULL
                    UNION ALL
                    SELECT p.de, 0, 1, -coalesce(nullif(p.centavos, 0), (c.valor_total * 100)::bigint)
                      FROM plano p JOIN crm.clientes c ON c.id_cliente = p.cliente
                     WHERE p.para IS DISTINCT FROM p.de AND p.de IS NOT NULL) m
             GROUP BY m.vendedor
        )
        SELECT json_build_object(
            'hash', s.hash,
            'vale_ate', (crm.hoje() + 1)::timestamp AT TIME ZONE crm.config('fuso_horario'),
            'vendedores', coalesce((
                SELECT json_agg(json_build_object(
                           'id', v.id,
                           'nome', v.nome,
                           'antes', coalesce(k.qtd, 0),
                           'depois', coalesce(k.qtd, 0) + coalesce(m.ganha, 0) - coalesce(m.perde, 0),
                           'ganha', coalesce(m.ganha, 0),
                           'perde', coalesce(m.perde, 0),
                           'valor_antes', coalesce(k.valor, 0.00),
                           'valor_depois', coalesce(k.valor, 0.00) + round(coalesce(m.saldo, 0) / 100.0, 2))
                           ORDER BY lower(v.nome), v.id)
                  FROM crm.vendedores v
                  LEFT JOIN mexidos m ON m.vendedor = v.id
                  LEFT JOIN (SELECT c.vendedor_id, sum(c.qtd)::bigint AS qtd, sum(c.valor) AS valor
                               FROM crm.contagens c
                              WHERE c.escopo = 'vendedor' AND c.estado IN ('pendente', 'fixado')
                              GROUP BY c.vendedor_id) k ON k.vendedor_id = v.id
                 WHERE m.vendedor IS NOT NULL
                    OR v.ativo AND v.online AND v.participa_distribuicao), '[]'),
            'elegiveis', s.elegiveis,
            'novas', s.novas,
            'movimentos', s.movimentos,
            'limite_inferior', s.limite_inferior,
            'liberados', s.liberados,
            'sem_vendedor', s.sem_vendedor,
            'trocam', (SELECT count(*) FROM plano p WHERE p.de <> p.para),
            'ficam', (SELECT count(*) FROM plano p WHERE p.de = p.para),
            'ganham', (SELECT count(*) FROM plano p WHERE p.de IS NULL AND p.para IS NOT NULL),
            'mudam', (SELECT count(*) FROM plano p WHERE p.de IS DISTINCT FROM p.para),
            'amostra', coalesce((
                SELECT json_agg(json_build_object(
                           'cliente_id', a.cliente,
                           'nome', c.nome_completo,
                           'de', crm.json_par(d.id, d.nome),
                           'para', crm.json_par(g.id, g.nome),
                           'motivo', CASE WHEN a.para IS NULL THEN 'sai'
                                          WHEN a.de IS NULL THEN 'nova'
                                          ELSE 'troca' END)
                           ORDER BY a.cliente)
                  FROM (SELECT p.* FROM plano p
                         WHERE p.de IS DISTINCT FROM p.para
                         ORDER BY p.cliente LIMIT 100) a
                  JOIN crm.clientes c ON c.id_cliente = a.cliente
                  LEFT JOIN crm.vendedores d ON d.id = a.de
                  LEFT JOIN crm.vendedores g ON g.id = a.para), '[]')));
END $$;
COMMENT ON FUNCTION crm.ler_simular_redistribuicao(jsonb) IS 'Body of crm.api_simular_redistribuicao(jsonb).';

CREATE FUNCTION crm.api_simular_redistribuicao(args jsonb) RETURNS json
    LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_api_leitura';
COMMENT ON FUNCTION crm.api_simular_redistribuicao(jsonb) IS
    'POST /api/admin/redistribuicao/simular: who would gain and lose what; changes nothing. DIST-7.';

CREATE FUNCTION crm.esquema_simular_redistribuicao() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Simular uma redistribuição",
        "descricao": "Não muda nada. O hash dá nome ao plano e serve para aplicá-lo enquanto o quadro for o mesmo.",
        "argumentos": {
            "incluir_fixados": {"type": "boolean", "default": false, "description": "Solta também os realocados (só com modo todos)"},
            "modo": {"type": "string", "enum": ["todos", "diferenca"], "default": "todos",
                     "description": "todos: distribui tudo de novo; diferenca: move o mínimo"}},
        "resposta": {"type": "object", "additionalProperties": false,
            "required": ["hash", "vale_ate", "vendedores", "elegiveis", "novas", "movimentos", "limite_inferior", "liberados",
                         "sem_vendedor", "trocam", "ficam", "ganham", "mudam", "amostra"],
            "properties": {
                "hash":            {"type": "string"},
                "vale_ate":        {"type": "string", "format": "date-time", "description": "Fim do dia; antes disso, enquanto o quadro não mudar"},
                "vendedores":      {"type": "array", "items": {"type": "object", "additionalProperties": false,
                    "required": ["id", "nome", "antes", "depois", "ganha", "perde", "valor_antes", "valor_depois"],
                    "properties": {
                        "id":           {"type": "integer", "description": "Vendedor"},
                        "nome":         {"type": "string"},
                        "antes":        {"type": "integer", "description": "Clientes a contatar agora"},
                        "depois":       {"type": "integer"},
                        "ganha":        {"type": "integer"},
                        "perde":        {"type": "integer"},
                        "valor_antes":  {"type": "number", "description": "R$"},
                        "valor_depois": {"type": "number", "description": "R$"}}}},
                "elegiveis":       {"type": "integer", "description": "Clientes com vendedor depois"},
                "novas":           {"type": "integer", "description": "Atribuições novas; com modo todos, todas"},
                "movimentos":      {"type": "integer", "description": "Como o lote contará; com modo todos, zero"},
                "limite_inferior": {"type": "integer"},
                "liberados":       {"type": "integer", "description": "Ficam sem vendedor ou saem da janela"},
                "sem_vendedor":    {"type": "integer", "description": "Elegíveis que ficariam sem vendedor"},
                "trocam":          {"type": "integer", "description": "Clientes que mudam de vendedor"},
                "ficam":           {"type": "integer", "description": "Clientes que ficam com o mesmo"},
                "ganham":          {"type": "integer", "description": "Clientes sem vendedor que passam a ter um"},
                "mudam":           {"type": "integer", "description": "Todos de que amostra traz os primeiros"},
                "amostra":         {"type": "array", "maxItems": 100, "items": {"type": "object", "additionalProperties": false,
                    "required": ["cliente_id", "nome", "de", "para", "motivo"],
                    "properties": {
                        "cliente_id": {"type": "integer"},
                        "nome":       {"type": "string"},
                        "de":         {"oneOf": [{"$ref": "#/components/schemas/Par"}, {"type": "null"}]},
                        "para":       {"oneOf": [{"$ref": "#/components/schemas/Par"}, {"type": "null"}]},
                        "motivo":     {"type": "string", "enum": ["nova", "troca", "sai"]}}}}}}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_simular_redistribuicao() IS 'Arguments and answers of crm.api_simular_redistribuicao(jsonb).';

CREATE FUNCTION crm.api_aplicar_redistribuicao(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    lote record;
BEGIN
    args := crm.validar_args('aplicar_redistribuicao', args);
    PERFORM crm.exigir('distribuicao.executar');
    SELECT * INTO lote FROM crm.aplicar_redistribuicao(args ->> 'hash');
    RETURN crm.json_rodada(to_jsonb(lote));
END $$;
COMMENT ON FUNCTION crm.api_aplicar_redistribuicao(jsonb) IS
    'POST /api/admin/redistribuicao/aplicar: {hash} -> the run, or 409 quadro_mudou with the hash of now. DIST-7.';

CREATE FUNCTION crm.esquema_aplicar_redistribuicao() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Aplicar uma redistribuição simulada",
        "descricao": "Faz exatamente o que a simulação mostrou. Se o quadro mudou, nada acontece e dados.hash nomeia o plano de agora.",
        "argumentos": {
            "hash": {"type": "string", "maxLength": 80}},
        "obrigatorios": ["hash"],
        "resposta": {"$ref": "#/components/schemas/Rodada"},
        "erros": {"409": ["quadro_mudou"], "422": ["hash_invalido"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_aplicar_redistribuicao() IS 'Arguments and answers of crm.api_aplicar_redistribuicao(jsonb).';

CREATE FUNCTION crm.api_desfazer_redistribuicao(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    d record;
BEGIN
    args := crm.validar_args('desfazer_redistribuicao', args);
    PERFORM crm.exigir('distribuicao.executar');
    SELECT * INTO d FROM crm.desfazer_redistribuicao((args ->> 'lote')::bigint);
    RETURN (SELECT json_build_object(
        'lote', d.lote_desfazer,
        'restaurados', d.restaurados,
        'mantidos', coalesce(json_agg(json_build_object('cliente_id', m.cliente, 'motivo', m.motivo) ORDER BY m.n)
                             FILTER (WHERE m.n <= 100), '[]'),
        'total_mantidos', d.total_mantidos)
      FROM unnest(d.mantidos, d.motivos) WITH ORDINALITY AS m(cliente, motivo, n));
END $$;
COMMENT ON FUNCTION crm.api_desfazer_redistribuicao(jsonb) IS
    'POST /api/admin/redistribuicao/{lote}/desfazer -> how many went back, and the first 100 that stay, with the reason. DIST-7.';

CREATE FUNCTION crm.esquema_desfazer_redistribuicao() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Desfazer uma redistribuição",
        "descricao": "Cada cliente em que ninguém mexeu volta a ser de quem era. Vale para o que uma pessoa pediu, também para lotes de realocações e de liberações, dentro do prazo.",
        "argumentos": {
            "lote": {"type": "integer", "minimum": 1}},
        "obrigatorios": ["lote"],
        "resposta": {"type": "object", "additionalProperties": false,
            "required": ["lote", "restaurados", "mantidos", "total_mantidos"],
            "properties": {
                "lote":           {"type": "integer", "description": "Deste desfazer"},
                "restaurados":    {"type": "integer"},
                "mantidos":       {"type": "array", "maxItems": 100, "items": {"type": "object", "additionalProperties": false,
                    "required": ["cliente_id", "motivo"],
                    "properties": {"cliente_id": {"type": "integer"},
                                   "motivo": {"type": "string", "description": "O que aconteceu depois, ou por que o vendedor de antes não pode"}}}},
                "total_mantidos": {"type": "integer"}}},
        "erros": {"404": ["lote_inexistente"], "409": ["lote_nao_desfaz", "lote_ja_desfeito", "lote_antigo"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_desfazer_redistribuicao() IS 'Arguments and answers of crm.api_desfazer_redistribuicao(jsonb).';

-- ---- the list ----------------------------------------------------------------

CREATE FUNCTION crm.ler_redistribuicoes(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    todas boolean := args ->> 'todas';
    p     record;
    total bigint;
    lista json;
BEGIN
    PERFORM crm.exigir('painel.ver');
    p := crm.pagina(args, 20, 100);
    IF todas THEN
        SELECT count(*) INTO total FROM crm.lotes;
    ELSE
        SELECT count(*) INTO total
          FROM crm.lotes l
         WHERE l.origem IN ('manual', 'redistribuir_todos', 'realocacao', 'liberacao', 'desfazer');
    END IF;
    SELECT coalesce(json_agg(json_build_object(
               'id', l.id,
               'quando', l.quando,
               'quem', crm.json_par(u.id, u.nome),
               'origem', l.origem,
               'novas', l.novas,
               'movimentos', l.movimentos,
               'trocaram', l.trocaram,
               'limite_inferior', l.limite_inferior,
               'liberados', l.liberados,
               'desfaz', l.desfaz,
               'desfeito_por', f.id,
               'pode_desfazer', l.origem IN ('manual', 'redistribuir_todos', 'realocacao', 'liberacao')
                                AND f.id IS NULL
                                AND l.quando >= crm.agora() - make_interval(hours => crm.config('desfazer_horas')::integer))
               ORDER BY l.id DESC), '[]') INTO lista
      FROM (SELECT * FROM crm.lotes x
             WHERE todas
                OR x.origem IN ('manual', 'redistribuir_todos', 'realocacao', 'liberacao', 'desfazer')
             ORDER BY x.id DESC LIMIT p.size OFFSET p.salto) l
      LEFT JOIN crm.usuarios u ON u.id = l.usuario_id
      LEFT JOIN crm.lotes f ON f.desfaz = l.id;
    RETURN json_build_object('lotes', lista, 'total', total, 'page', p.page, 'size', p.size,
                             'pages', crm.paginas(total, p.size));
END $$;
COMMENT ON FUNCTION crm.ler_redistribuicoes(jsonb) IS 'Body of crm.api_redistribuicoes(jsonb).';

CREATE FUNCTION crm.api_redistribuicoes(args jsonb) RETURNS json
    LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_api_leitura';
COMMENT ON FUNCTION crm.api_redistribuicoes(jsonb) IS
    'GET /api/admin/redistribuicao: the runs that people asked for, youngest first, or all. DIST-7, DIST-8.';

CREATE FUNCTION crm.esquema_redistribuicoes() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Redistribuições feitas",
        "descricao": "As que pessoas pediram, as mais novas primeiro.",
        "argumentos": {
            "todas": {"type": "boolean", "default": false, "description": "Também as de entradas, saídas e tarefas"},
            "page":  {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 1},
            "size":  {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}},
        "resposta": {"type": "object", "additionalProperties": false, "required": ["lotes", "total", "page", "size", "pages"],
            "properties": {
                "lotes": {"type": "array", "items": {"type": "object", "additionalProperties": false,
                    "required": ["id", "quando", "quem", "origem", "novas", "movimentos", "trocaram", "limite_inferior", "liberados",
                                 "desfaz", "desfeito_por", "pode_desfazer"],
                    "properties": {
                        "id":              {"type": "integer"},
                        "quando":          {"type": "string", "format": "date-time"},
                        "quem":            {"oneOf": [{"$ref": "#/components/schemas/Par"}, {"type": "null"}]},
                        "origem":          {"type": "string"},
                        "novas":           {"type": "integer"},
                        "movimentos":      {"type": "integer", "description": "Com redistribuir_todos, zero: todos são novas"},
                        "trocaram":        {"type": "integer", "description": "Clientes que passaram de um vendedor a outro, em qualquer origem"},
                        "limite_inferior": {"type": "integer"},
                        "liberados":       {"type": "integer"},
                        "desfaz":          {"type": ["integer", "null"], "description": "Lote que este desfez"},
                        "desfeito_por":    {"type": ["integer", "null"], "description": "Lote que desfez este"},
                        "pode_desfazer":   {"type": "boolean"}}}},
                "total": {"type": "integer"},
                "page":  {"type": "integer"},
                "size":  {"type": "integer"},
                "pages": {"type": "integer"}}},
        "erros": {"422": ["pagina_profunda"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_redistribuicoes() IS 'Arguments and answers of crm.api_redistribuicoes(jsonb).';

-- Schemas that several endpoints share.
CREATE FUNCTION crm.componentes_redistribuicao() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "Rodada": {"type": "object", "additionalProperties": false,
            "required": ["lote", "vendedores", "elegiveis", "novas", "movimentos", "limite_inferior", "liberados"],
            "properties": {
                "lote":            {"type": ["integer", "null"], "description": "null: nada mudou"},
                "vendedores":      {"type": "integer", "description": "Que participaram"},
                "elegiveis":       {"type": "integer"},
                "novas":           {"type": "integer", "description": "Clientes que ninguém tinha; com modo todos, todas as atribuições"},
                "movimentos":      {"type": "integer", "description": "Clientes que mudaram de vendedor; com modo todos, zero"},
                "limite_inferior": {"type": "integer", "description": "Menor número possível de movimentos"},
                "liberados":       {"type": "integer"}}}}$$::jsonb;
COMMENT ON FUNCTION crm.componentes_redistribuicao() IS 'Schemas of redistributions.';
