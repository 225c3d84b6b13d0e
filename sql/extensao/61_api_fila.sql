-- Whom to call today: /api/vendedor/fila.

-- Public. Whom to call today: overdue returns, today's, then who was never
-- contacted, most urgent first. A later return is not of today.
CREATE FUNCTION crm.fila_do_dia(
    vendedor_id bigint,                 -- vendedores.id
    quantos     integer DEFAULT 50,     -- 1..10000
    salto       integer DEFAULT 0       -- rows before
) RETURNS TABLE (
    atribuicao_id bigint,               -- cliente_vendedor.id
    cliente_id  bigint,                 -- clientes.id_cliente
    fila        text,                   -- atrasado, hoje, a_contatar
    retornar_em date,
    data_ultima_compra date
) LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED ROWS 50
    SET search_path = pg_catalog, crm, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    hoje    CONSTANT date := crm.hoje();
    quem    CONSTANT bigint := fila_do_dia.vendedor_id;
    ate     CONSTANT integer := fila_do_dia.quantos + fila_do_dia.salto;
BEGIN
    PERFORM crm.exigir_vendedor(quem, 'carteira.ver_todas');
    RETURN QUERY
        SELECT f.id, f.cliente_id,
               CASE WHEN f.retornar_em < hoje THEN 'atrasado'
                    WHEN f.retornar_em = hoje THEN 'hoje'
                    ELSE 'a_contatar' END,
               f.retornar_em, f.data_ultima_compra
          FROM ((SELECT 1 AS parte, v.id, v.cliente_id, v.retornar_em, v.data_ultima_compra
                   FROM crm.cliente_vendedor v
                  WHERE v.vendedor_id = quem
                    AND v.encerrada_em IS NULL
                    AND v.retornar_em <= hoje
                  ORDER BY v.retornar_em, v.id
                  LIMIT ate)
                UNION ALL
                (SELECT 2, v.id, v.cliente_id, v.retornar_em, v.data_ultima_compra
                   FROM crm.cliente_vendedor v
                  WHERE v.vendedor_id = quem
                    AND v.encerrada_em IS NULL
                    AND NOT v.contatado
                    AND v.retornar_em IS NULL
                  ORDER BY v.contatado, v.data_ultima_compra, v.id
                  LIMIT ate)) f
         ORDER BY f.parte, f.retornar_em, f.data_ultima_compra NULLS LAST, f.id
         LIMIT fila_do_dia.quantos OFFSET fila_do_dia.salto;
END $$;
COMMENT ON FUNCTION crm.fila_do_dia(bigint, integer, integer) IS
    'The day queue of a seller: overdue returns first, then those of today, then who was not contacted yet. '
    'Raises CR403 acesso_negado. BOARD-5.';

-- Public. The numbers of the day queue.
CREATE FUNCTION crm.fila_totais(
    vendedor_id    bigint,              -- vendedores.id
    OUT atrasados  bigint,              -- returns before today
    OUT hoje       bigint,              -- returns of today
    OUT a_contatar bigint,              -- not contacted, no return
    OUT agendados  bigint               -- returns of later days
) LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    dia        CONSTANT date := crm.hoje();
    quem       CONSTANT bigint := fila_totais.vendedor_id;
    pendentes  bigint;
BEGIN
    PERFORM crm.exigir_vendedor(quem, 'carteira.ver_todas');
    SELECT coalesce(sum(k.qtd), 0) INTO pendentes
      FROM crm.contagens k
     WHERE k.escopo = 'vendedor'
       AND k.vendedor_id = quem
       AND k.dia = '-infinity'
       AND k.estado IN ('pendente', 'fixado');
    SELECT count(*) FILTER (WHERE v.retornar_em < dia),
           count(*) FILTER (WHERE v.retornar_em = dia),
           count(*) FILTER (WHERE v.retornar_em > dia),
           pendentes - count(*) FILTER (WHERE NOT v.contatado)
      INTO atrasados, fila_totais.hoje, agendados, a_contatar
      FROM crm.cliente_vendedor v
     WHERE v.vendedor_id = quem
       AND v.encerrada_em IS NULL
       AND v.retornar_em IS NOT NULL;
END $$;
COMMENT ON FUNCTION crm.fila_totais(bigint) IS
    'How many stand in the day queue of a seller, by kind, and how many are due later. Raises CR403 acesso_negado.';

CREATE FUNCTION crm.ler_fila(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    vendedor bigint := args ->> 'id';
    p        record;
    pessoa   json;
    n        record;
    ids      bigint[];
    total    bigint;
BEGIN
    PERFORM crm.exigir_vendedor(vendedor, 'carteira.ver_todas');
    p := crm.pagina(args, 50, 100);
    pessoa := crm.ler_vendedor_do_quadro(vendedor);
    n := crm.fila_totais(vendedor);
    SELECT array_agg(f.atribuicao_id ORDER BY f.ordem) INTO ids
      FROM crm.fila_do_dia(vendedor, p.size, p.salto) WITH ORDINALITY
           AS f(atribuicao_id, cliente_id, fila, retornar_em, data_ultima_compra, ordem);
    total := n.atrasados + n.hoje + n.a_contatar;
    RETURN json_build_object(
        'vendedor', pessoa,
        'hoje', crm.hoje(),
        'totais', json_build_object('atrasados', n.atrasados, 'hoje', n.hoje, 'a_contatar', n.a_contatar,
                                    'agendados', n.agendados),
        'clientes', crm.ler_cartoes(ids, crm.hoje() - crm.config('janela_meio')::integer),
        'total', total,
        'page', p.page,
        'size', p.size,
        'pages', crm.paginas(total, p.size));
END $$;
COMMENT ON FUNCTION crm.ler_fila(jsonb) IS 'Body of crm.api_fila(jsonb).';

CREATE FUNCTION crm.api_fila(args jsonb) RETURNS json
    LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_api_leitura';
COMMENT ON FUNCTION crm.api_fila(jsonb) IS
    'GET /api/vendedor/fila/{id}: {id, page?, size? (<= 100)} -> {vendedor, hoje, totais, clientes, total, page, '
    'size, pages}: the day queue, overdue first. BOARD-5.';

CREATE FUNCTION crm.esquema_fila() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Fila do dia de um vendedor",
        "descricao": "Retornos atrasados, os de hoje e quem ainda não foi contatado, do mais urgente ao menos.",
        "argumentos": {
            "id":   {"type": "integer", "minimum": 1, "description": "Vendedor"},
            "page": {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 1},
            "size": {"type": "integer", "minimum": 1, "maximum": 100, "default": 50}},
        "obrigatorios": ["id"],
        "resposta": {"type": "object", "additionalProperties": false,
            "required": ["vendedor", "hoje", "totais", "clientes", "total", "page", "size", "pages"],
            "properties": {
                "vendedor": {"$ref": "#/components/schemas/VendedorDoQuadro"},
                "hoje":     {"type": "string", "format": "date"},
                "totais":   {"type": "object", "additionalProperties": false,
                    "required": ["atrasados", "hoje", "a_contatar", "agendados"],
                    "properties": {
                        "atrasados":  {"type": "integer"},
                        "hoje":       {"type": "integer"},
                        "a_contatar": {"type": "integer", "description": "Não contatados, sem dia de retorno"},
                        "agendados":  {"type": "integer", "description": "Retornos de outros dias; fora da fila de hoje"}}},
                "clientes": {"type": "array", "items": {"$ref": "#/components/schemas/Cartao"}},
                "total":    {"type": "integer"},
                "page":     {"type": "integer"},
                "size":     {"type": "integer"},
                "pages":    {"type": "integer"}}},
        "erros": {"404": ["vendedor_inexistente"], "422": ["pagina_profunda"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_fila() IS 'Arguments and answers of crm.api_fila(jsonb).';
