-- Lists of clients of the administration: by period, all. Pairs as in
-- 61_api_carteira.sql.

-- Clients in the order of the ids, as the lists of the administration show them.
CREATE FUNCTION crm.ler_clientes(
    ids bigint[]                -- clientes.id_cliente
) RETURNS json
    LANGUAGE C STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
    AS 'MODULE_PATHNAME', 'crm_ler_clientes';
COMMENT ON FUNCTION crm.ler_clientes(bigint[]) IS
    'Rows of the client lists, in the order of the ids; CPF masked unless the caller may see it. Internal.';

-- ---- clients by period ------------------------------------------------------------

CREATE FUNCTION crm.ler_clientes_por_periodo(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    periodos CONSTANT text[] := '{30-45,45-60,60-90,>90}';
    hoje     date := crm.hoje();
    inicio   integer := crm.config('janela_inicio');
    meio     integer := crm.config('janela_meio');
    fim      integer := crm.config('janela_fim');
    perdido  integer := crm.config('periodo_perdido');
    titulos  text[] := ARRAY[format('%s–%s dias', inicio, meio), format('%s–%s dias', meio + 1, fim),
                             format('%s–%s dias', fim + 1, perdido), format('Mais de %s dias', perdido)];
    -- Days of each period: de[i] <= data_ultima_compra <= ate[i].
    de       date[] := ARRAY[hoje - meio, hoje - fim, hoje - perdido, '0001-01-01'];
    ate      date[] := ARRAY[hoje - inicio, hoje - meio - 1, hoje - fim - 1, hoje - perdido - 1];
    ultimo   date := ate[1];
    de1      date := de[1];
    de2      date := de[2];
    de3      date := de[3];
    vendedor bigint := args ->> 'vendedor_id';
    pedido   text := args ->> 'periodo';
    p        record;
    qtd      bigint[];
    valor    numeric[];
    base     record;
    nunca    record;
    ids      bigint[];
    listas   json[] := '{}';
    par      json;
BEGIN
    PERFORM crm.exigir('painel.ver');
    p := crm.pagina(args, 20, 100);

    IF vendedor IS NULL THEN
        SELECT ARRAY[coalesce(sum(t.qtd) FILTER (WHERE t.i = 1), 0),
                     coalesce(sum(t.qtd) FILTER (WHERE t.i = 2), 0),
                     coalesce(sum(t.qtd) FILTER (WHERE t.i = 3), 0),
                     -coalesce(sum(t.qtd), 0)],
               ARRAY[coalesce(sum(t.valor) FILTER (WHERE t.i = 1), 0.00),
                     coalesce(sum(t.valor) FILTER (WHERE t.i = 2), 0.00),
                     coalesce(sum(t.valor) FILTER (WHERE t.i = 3), 0.00),
                     -coalesce(sum(t.valor), 0.00)]
          INTO qtd, valor
          FROM (SELECT CASE WHEN k.dia > ultimo THEN 0
                            WHEN k.dia >= de1 THEN 1
                            WHEN k.dia >= de2 THEN 2
                            ELSE 3 END AS i,
                       sum(k.qtd) AS qtd,
                       sum(k.valor) AS valor
                  FROM crm.contagens k
                 WHERE k.escopo = 'cliente'
                   AND k.vendedor_id = 0
                   AND k.dia >= de3
                   AND k.estado <> 'inativo'
                 GROUP BY 1) t;
        -- '>90' is all clients without those since de[3] and without those who never bought.
        SELECT coalesce(sum(k.qtd), 0)::bigint AS qtd, coalesce(sum(k.valor), 0.00) AS valor INTO base
          FROM crm.contagens k
         WHERE k.escopo = 'base'
           AND k.estado <> 'inativo';
        SELECT coalesce(sum(k.qtd), 0)::bigint AS qtd, coalesce(sum(k.valor), 0.00) AS valor INTO nunca
          FROM crm.contagens k
         WHERE k.escopo = 'cliente'
           AND k.vendedor_id = 0
           AND k.dia = '-infinity'
           AND k.estado <> 'inativo';
        qtd[4] := qtd[4] + base.qtd - nunca.qtd;
        valor[4] := valor[4] + base.valor - nunca.valor;
    ELSE
        PERFORM crm.exigir_que_vendedor_exista(vendedor);
        SELECT crm.json_par(v.id, v.nome) INTO par FROM crm.vendedores v WHERE v.id = vendedor;
        SELECT ARRAY[coalesce(sum(k.qtd) FILTER (WHERE k.dia BETWEEN de[1] AND ate[1]), 0),
                     coalesce(sum(k.qtd) FILTER (WHERE k.dia BETWEEN de[2] AND ate[2]), 0),
                     coalesce(sum(k.qtd) FILTER (WHERE k.dia BETWEEN de[3] AND ate[3]), 0),
                     coalesce(sum(k.qtd) FILTER (WHERE k.dia BETWEEN de[4] AND ate[4]), 0)],
               ARRAY[coalesce(sum(k.valor) FILTER (WHERE k.dia BETWEEN de[1] AND ate[1]), 0.00),
                     coalesce(sum(k.valor) FILTER (WHERE k.dia BETWEEN de[2] AND ate[2]), 0.00),
                     coalesce(sum(k.valor) FILTER (WHERE k.dia BETWEEN de[3] AND ate[3]), 0.00),
                     coalesce(sum(k.valor) FILTER (WHERE k.dia BETWEEN de[4] AND ate[4]), 0.00)]
          INTO qtd, valor
          FROM crm.contagens k
         WHERE k.escopo = 'carteira'
           AND k.vendedor_id = vendedor;
    END IF;

    FOR i IN 1..4 LOOP
        CONTINUE WHEN pedido <> periodos[i];
        -- Who leaves the period first comes first; in '>90', who left last.
        IF vendedor IS NOT NULL THEN
            SELECT array_agg(t.cliente_id) INTO ids
              FROM (SELECT v.cliente_id
                      FROM crm.cliente_vendedor v
                     WHERE v.vendedor_id = vendedor
                       AND v.encerrada_em IS NULL
                       AND v.contatado IN (false, true)
                       AND v.data_ultima_compra BETWEEN de[i] AND ate[i]
                     ORDER BY CASE WHEN i = 4 THEN ate[4] - v.data_ultima_compra
                                   ELSE v.data_ultima_compra - de[i] END, v.cliente_id
                     LIMIT p.size OFFSET p.salto) t;
        ELSIF i = 4 THEN
            SELECT array_agg(t.id_cliente) INTO ids
              FROM (SELECT c.id_cliente
                      FROM crm.clientes c
                     WHERE c.data_ultima_compra BETWEEN de[4] AND ate[4]
                       AND c.ativo
                     ORDER BY c.data_ultima_compra DESC, c.id_cliente DESC
                     LIMIT p.size OFFSET p.salto) t;
        ELSE
            SELECT array_agg(t.id_cliente) INTO ids
              FROM (SELECT c.id_cliente
                      FROM crm.clientes c
                     WHERE c.data_ultima_compra BETWEEN de[i] AND ate[i]
                       AND c.ativo
                     ORDER BY c.data_ultima_compra, c.id_cliente
                     LIMIT p.size OFFSET p.salto) t;
        END IF;
        listas := listas || json_build_object(
            'periodo', periodos[i],
            'titulo', titulos[i],
            'total', qtd[i],
            'valor', valor[i],
            'clientes', crm.ler_clientes(ids),
            'page', p.page,
            'size', p.size,
            'pages', crm.paginas(qtd[i], p.size));
    END LOOP;

    RETURN json_build_object('vendedor', par, 'periodos', array_to_json(listas));
END $$;
COMMENT ON FUNCTION crm.ler_clientes_por_periodo(jsonb) IS 'Body of crm.api_clientes_por_periodo(jsonb).';

CREATE FUNCTION crm.api_clientes_por_periodo(args jsonb) RETURNS json
    LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_api_leitura';
COMMENT ON FUNCTION crm.api_clientes_por_periodo(jsonb) IS
    'GET /api/admin/clientes-por-periodo: active clients of the four periods, counted, summed (R$) and paged. '
    '{periodo?, page?, size? (20, <= 100), vendedor_id?}; with vendedor_id, that seller''s open assignments. ADM-1.';

CREATE FUNCTION crm.esquema_clientes_por_periodo() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Clientes por período",
        "descricao": "Os quatro períodos contados, somados e paginados; com vendedor_id, as atribuições abertas dele.",
        "argumentos": {
            "periodo":     {"type": "string", "enum": ["30-45", "45-60", "60-90", ">90"]},
            "page":        {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 1},
            "size":        {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
            "vendedor_id": {"type": "integer", "minimum": 1}},
        "resposta": {"type": "object", "additionalProperties": false, "required": ["vendedor", "periodos"], "properties": {
            "vendedor": {"oneOf": [{"$ref": "#/components/schemas/Par"}, {"type": "null"}], "description": "O pedido"},
            "periodos": {"type": "array", "maxItems": 4, "items": {"type": "object", "additionalProperties": false,
                "required": ["periodo", "titulo", "total", "valor", "clientes", "page", "size", "pages"],
                "properties": {
                    "periodo":  {"$ref": "#/components/schemas/Periodo"},
                    "titulo":   {"type": "string"},
                    "total":    {"type": "integer"},
                    "valor":    {"type": "number", "description": "R$"},
                    "clientes": {"type": "array", "items": {"$ref": "#/components/schemas/ClienteDaLista"}},
                    "page":     {"type": "integer"},
                    "size":     {"type": "integer"},
                    "pages":    {"type": "integer"}}}}}},
        "erros": {"404": ["vendedor_inexistente"], "422": ["pagina_profunda"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_clientes_por_periodo() IS 'Arguments and answers of crm.api_clientes_por_periodo(jsonb).';

-- ---- all clients --------------------------------------------------------------------

-- Clients in the list: days de..ate of the last purchase (NULL: any), never
-- bought or not, all or those of a seller and a status. From the counters.
CREATE FUNCTION crm.ler_total_clientes(
    vendedor  bigint,
    fase    text,             -- clientes.status, or NULL
    situacao  text,
    de        date,             -- of that situacao
    ate       date
) RETURNS bigint
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    todos   bigint := 0;
    abertos bigint := 0;
    -- sem_compra is day -infinity.
    d1      date := CASE situacao WHEN 'sem_compra' THEN '-infinity' ELSE de END;
    d2      date := CASE situacao WHEN 'sem_compra' THEN '-infinity' ELSE ate END;
    recente date;
BEGIN
    IF vendedor IS NOT NULL AND fase IS NOT DISTINCT FROM 'disponivel' THEN
        RETURN 0;
    END IF;

    IF vendedor IS NOT NULL OR fase IN ('atribuido', 'contatado') THEN
        IF vendedor IS NOT NULL THEN
            SELECT coalesce(sum(k.qtd), 0) INTO abertos
              FROM crm.contagens k
             WHERE k.escopo = 'carteira'
               AND k.vendedor_id = vendedor
               AND (fase IS NULL OR (k.estado = 'contatado') = (fase = 'contatado'))
               AND (d1 IS NULL OR k.dia BETWEEN d1 AND d2);
        ELSIF situacao IS NULL THEN
            SELECT coalesce(sum(k.qtd), 0) INTO abertos
              FROM crm.contagens k
             WHERE k.escopo = 'vendedor'
               AND k.estado = ANY (CASE fase WHEN 'contatado' THEN '{contatado}'
                                               ELSE '{pendente,fixado}' END::text[]);
        ELSE
            SELECT coalesce(sum(k.qtd), 0) INTO abertos
              FROM crm.contagens k
             WHERE k.escopo = 'carteira'
               AND (k.estado = 'contatado') = (fase = 'contatado')
               AND k.dia BETWEEN d1 AND d2;
        END IF;
        RETURN abertos;
    END IF;

    IF situacao IS NULL THEN
        SELECT coalesce(sum(k.qtd), 0) INTO todos FROM crm.contagens k WHERE k.escopo = 'base';
        IF fase = 'disponivel' THEN
            SELECT coalesce(sum(k.qtd), 0) INTO abertos
              FROM crm.contagens k WHERE k.escopo = 'aberta';
        END IF;
    ELSIF situacao = 'inativo' THEN
        -- All but those since and those who never bought: few days instead of many.
        recente := ate + 1;
        SELECT coalesce(sum(k.qtd), 0) INTO todos FROM crm.contagens k WHERE k.escopo = 'base';
        SELECT todos - coalesce(sum(k.qtd), 0) INTO todos
          FROM crm.contagens k
         WHERE k.escopo = 'cliente' AND k.vendedor_id = 0
           AND (k.dia >= recente OR k.dia = '-infinity');
        IF fase = 'disponivel' THEN
            SELECT coalesce(sum(k.qtd), 0) INTO abertos
              FROM crm.contagens k
             WHERE k.escopo = 'aberta' AND k.dia BETWEEN d1 AND d2;
        END IF;
    ELSE
        SELECT coalesce(sum(k.qtd), 0) INTO todos
          FROM crm.contagens k
         WHERE k.escopo = 'cliente' AND k.vendedor_id = 0 AND k.dia BETWEEN d1 AND d2;
        IF fase = 'disponivel' THEN
            SELECT coalesce(sum(k.qtd), 0) INTO abertos
              FROM crm.contagens k
             WHERE k.escopo = 'aberta' AND k.dia BETWEEN d1 AND d2;
        END IF;
    END IF;
    RETURN todos - abertos;
END $$;
COMMENT ON FUNCTION crm.ler_total_clientes(bigint, text, text, date, date) IS
    'How many clients the list of that filter has, from the counters. Internal.';

CREATE FUNCTION crm.ler_todos_clientes(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    hoje      date := crm.hoje();
    inicio    integer := crm.config('janela_inicio');
    fim       integer := crm.config('janela_fim');
    ordem     text := args ->> 'sort';
    coluna    text;
    desce     boolean;
    vendedor  bigint := args ->> 'vendedor_id';
    fase      text := args ->> 'status';
    situacao  text := args ->> 'situacao';
    p         record;
    apos      record;
    de        date;
    ate       date;
    fonte     text := 'crm.clientes c';
    onde      text := '';
    expr      text;
    id        text := 'c.id_cliente';
    sentido   text;
    antes     text := '';
    nulos     text := '';
    consulta  text;
    ids       bigint[];
    chaves    text[];
    proximo   text;
    total     bigint;
BEGIN
    PERFORM crm.exigir('painel.ver');
    p := crm.pagina(args, 50, 100);
    desce := ordem LIKE '-%';
    coluna := ltrim(ordem, '-');
    apos := crm.cursor_ler(args, ordem,
        CASE coluna WHEN 'id' THEN '^$'
                    WHEN 'nome' THEN ''
                    WHEN 'data_ultima_compra' THEN '^(nunca|[0-9]{4}-[0-9]{2}-[0-9]{2})$'
                    ELSE '^-?[0-9]{1,13}\.[0-9]{2}$' END);
    IF apos.id IS NOT NULL AND p.page > 1 THEN
        PERFORM crm.falha(422, 'campo_invalido', 'page', 'Use page ou cursor, não os dois.');
    END IF;
    IF vendedor IS NOT NULL THEN
        PERFORM crm.exigir_que_vendedor_exista(vendedor);
    END IF;
    CASE situacao
        WHEN 'ativo' THEN de := hoje - inicio + 1; ate := '9999-12-31';
        WHEN 'elegivel' THEN de := hoje - fim; ate := hoje - inicio;
        WHEN 'inativo' THEN de := '0001-01-01'; ate := hoje - fim - 1;
        ELSE NULL;
    END CASE;

    total := crm.ler_total_clientes(vendedor, fase, situacao, de, ate);

    -- The statement is put together from fixed pieces; values stay parameters:
    -- $1 vendedor, $2 de, $3 ate, $4 key, $5 id, $6 limit, $7 offset.
    IF vendedor IS NOT NULL OR fase IN ('atribuido', 'contatado') THEN
        -- Open assignments carry what all orders but the name need.
        fonte := 'crm.cliente_vendedor v';
        id := 'v.cliente_id';
        onde := ' AND v.encerrada_em IS NULL';
        IF vendedor IS NOT NULL THEN
            onde := onde || ' AND v.vendedor_id = $1';
        END IF;
        onde := onde || CASE fase WHEN 'contatado' THEN ' AND v.contatado'
                                    WHEN 'atribuido' THEN ' AND NOT v.contatado'
                                    WHEN 'disponivel' THEN ' AND false'
                                    ELSE '' END;
        IF coluna = 'nome' THEN
            fonte := fonte || ' JOIN crm.clientes_busca b ON b.id_cliente = v.cliente_id';
        END IF;
    ELSIF fase = 'disponivel' THEN
        onde := ' AND c.status = ''disponivel''';
    END IF;
    -- The names in order are those of the search (11_busca.sql).
    expr := CASE WHEN coluna = 'id' THEN NULL
                 WHEN coluna = 'nome' THEN 'b.nome'
                 ELSE left(id, 2) || coluna END;
    IF situacao = 'sem_compra' THEN
        onde := onde || format(' AND %sdata_ultima_compra IS NULL', left(id, 2));
    ELSIF situacao IS NOT NULL THEN
        onde := onde || format(' AND %sdata_ultima_compra BETWEEN $2 AND $3', left(id, 2));
    END IF;

    -- Walking the order and skipping what the filter refuses reads about
    -- size x all / total rows; reading the days of the situacao and sorting, all
    -- of those days. The counters know which is less.
    IF situacao IS NOT NULL AND fonte = 'crm.clientes c' AND coluna <> 'data_ultima_compra'
       AND crm.ler_total_clientes(NULL, NULL, situacao, de, ate) * total
           < p.size * crm.ler_total_clientes(NULL, NULL, NULL, NULL, NULL) THEN
        fonte := format('(SELECT c.id_cliente, c.valor_total'
                        ' FROM crm.clientes c WHERE true%s OFFSET 0) c', onde);
        onde := '';
        IF coluna = 'nome' THEN
            fonte := fonte || ' JOIN crm.clientes_busca b ON b.id_cliente = c.id_cliente';
        END IF;
    ELSIF fonte = 'crm.clientes c' AND coluna = 'nome' THEN
        id := 'b.id_cliente';
        fonte := CASE WHEN onde = '' THEN 'crm.clientes_busca b'
                      ELSE 'crm.clientes_busca b JOIN crm.clientes c ON c.id_cliente = b.id_cliente' END;
    END IF;

    sentido := CASE WHEN desce THEN ' DESC' ELSE '' END;
    IF coluna = 'id' THEN
        IF apos.id IS NOT NULL THEN
            antes := format(' AND %s %s $5', id, CASE WHEN desce THEN '<' ELSE '>' END);
        END IF;
        consulta := format('SELECT %1$s AS id, '''' AS chave FROM %2$s WHERE true%3$s%4$s'
            ' ORDER BY %1$s%5$s LIMIT $6 OFFSET $7', id, fonte, onde, antes, sentido);
    ELSIF coluna <> 'data_ultima_compra' THEN
        IF apos.id IS NOT NULL THEN
            antes := format(' AND (%s, %s) %s ($4%s, $5)', expr, id, CASE WHEN desce THEN '<' ELSE '>' END,
                            CASE coluna WHEN 'nome' THEN '' ELSE '::numeric' END);
        END IF;
        consulta := format('SELECT %1$s AS id, (%6$s)::text AS chave FROM %2$s WHERE true%3$s%4$s'
            ' ORDER BY %6$s%5$s, %1$s%5$s LIMIT $6 OFFSET $7', id, fonte, onde, antes, sentido, expr);
    ELSE
        -- Who never bought comes last in both directions.
        IF apos.id IS NOT NULL THEN
            antes := CASE WHEN apos.chave = 'nunca' THEN ' AND false'
                          ELSE format(' AND (%s, %s) %s ($4::date, $5)', expr, id,
                                      CASE WHEN desce THEN '<' ELSE '>' END) END;
            IF apos.chave = 'nunca' THEN
                nulos := format(' AND %s %s $5', id, CASE WHEN desce THEN '<' ELSE '>' END);
            END IF;
        END IF;
        consulta := format('SELECT t.id, t.chave FROM ('
            '(SELECT %1$s AS id, (%6$s)::text AS chave FROM %2$s WHERE %6$s IS NOT NULL%3$s%4$s'
            ' ORDER BY %6$s%5$s, %1$s%5$s LIMIT $6 + $7)'
            ' UNION ALL '
            '(SELECT %1$s, ''nunca'' FROM %2$s WHERE %6$s IS NULL%3$s%7$s'
            ' ORDER BY %6$s%5$s, %1$s%5$s LIMIT $6 + $7)) t LIMIT $6 OFFSET $7',
            id, fonte, onde, antes, sentido, expr, nulos);
    END IF;
    IF total > 0 THEN
        EXECUTE format('SELECT array_agg(q.id), array_agg(q.chave) FROM (%s) q', consulta)
           INTO ids, chaves
          USING vendedor, de, ate, nullif(apos.chave, 'nunca'), apos.id, p.size + 1, p.salto;
    END IF;

    IF cardinality(ids) > p.size THEN
        ids := ids[:p.size];
        proximo := crm.cursor_fazer(ordem, chaves[p.size], ids[p.size]);
    END IF;

    RETURN json_build_object(
        'clientes', crm.ler_clientes(ids),
        'total', total,
        'page', p.page,
        'size', p.size,
        'pages', crm.paginas(total, p.size),
        'proximo', proximo);
END $$;
COMMENT ON FUNCTION crm.ler_todos_clientes(jsonb) IS 'Body of crm.api_todos_clientes(jsonb).';

CREATE FUNCTION crm.api_todos_clientes(args jsonb) RETURNS json
    LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_api_leitura';
COMMENT ON FUNCTION crm.api_todos_clientes(jsonb) IS
    'GET /api/admin/todos-clientes: every client, deactivated ones too. {page?, size? (50, <= 100), '
    'sort? [-]id|nome|data_ultima_compra|valor_total, vendedor_id?, status?, situacao?, cursor?}; proximo is '
    'the cursor of the next page, the way beyond row 10,000. ADM-1.';

CREATE FUNCTION crm.esquema_todos_clientes() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Todos os clientes",
        "descricao": "Também os desativados. proximo é o cursor da página seguinte, o caminho além da linha 10.000.",
        "argumentos": {
            "page":        {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 1},
            "size":        {"type": "integer", "minimum": 1, "maximum": 100, "default": 50},
            "sort":        {"type": "string", "default": "id",
                            "enum": ["id", "nome", "data_ultima_compra", "valor_total",
                                     "-id", "-nome", "-data_ultima_compra", "-valor_total"]},
            "vendedor_id": {"type": "integer", "minimum": 1},
            "status":      {"type": "string", "enum": ["disponivel", "atribuido", "contatado"]},
            "situacao":    {"type": "string", "enum": ["ativo", "elegivel", "inativo", "sem_compra"]},
            "cursor":      {"type": "string", "maxLength": 2000}},
        "resposta": {"type": "object", "additionalProperties": false,
            "required": ["clientes", "total", "page", "size", "pages", "proximo"],
            "properties": {
                "clientes": {"type": "array", "items": {"$ref": "#/components/schemas/ClienteDaLista"}},
                "total":    {"type": "integer"},
                "page":     {"type": "integer"},
                "size":     {"type": "integer"},
                "pages":    {"type": "integer"},
                "proximo":  {"type": ["string", "null"]}}},
        "erros": {"404": ["vendedor_inexistente"], "422": ["cursor_invalido", "pagina_profunda"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_todos_clientes() IS 'Arguments and answers of crm.api_todos_clientes(jsonb).';
