-- Why this client came or went: /api/vendedor/por-que.

CREATE FUNCTION crm.movimento_texto(
    tipo   text,                -- ganho, perda
    motivo text,                -- cliente_vendedor.motivo or motivo_fim
    origem text                 -- lotes.origem of the run, or NULL
) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, crm, pg_temp
    RETURN CASE tipo
        WHEN 'ganho' THEN
            CASE motivo
                WHEN 'distribuicao'       THEN 'Veio na distribuição automática'
                WHEN 'realocacao'         THEN 'Um gestor entregou o cliente e o fixou na carteira'
                WHEN 'redistribuir_todos' THEN 'Veio quando um gestor redistribuiu todas as carteiras'
                WHEN 'transferencia'      THEN 'Veio com a transferência de uma carteira inteira'
                WHEN 'desfazer'           THEN 'Voltou porque um gestor desfez uma redistribuição'
                WHEN 'reciclagem'         THEN 'Veio de uma carteira em que ninguém falou com o cliente'
                ELSE 'Entrou na carteira: ' || replace(motivo, '_', ' ')
            END
        ELSE
            CASE motivo
                WHEN 'redistribuicao'     THEN 'Passou a outra carteira para igualar as cargas'
                WHEN 'redistribuir_todos' THEN 'Saiu quando um gestor redistribuiu todas as carteiras'
                WHEN 'vendedor_offline'   THEN 'Saiu porque o vendedor ficou offline'
                WHEN 'fora_da_janela'     THEN 'Saiu porque o tempo sem comprar passou do limite da distribuição'
                WHEN 'realocacao'         THEN 'Um gestor passou o cliente a outra carteira'
                WHEN 'liberacao'          THEN 'Um gestor liberou o cliente'
                WHEN 'pedido'             THEN 'O cliente voltou a comprar'
                WHEN 'desativacao'        THEN 'O cadastro do cliente foi desativado'
                WHEN 'nao_contatar'       THEN 'O cliente pediu para não ser contatado'
                WHEN 'transferencia'      THEN 'A carteira inteira foi transferida'
                WHEN 'desfeita'           THEN 'Saiu porque um gestor desfez uma redistribuição'
                WHEN 'reserva_vencida'    THEN 'Saiu porque o vendedor não voltou dentro do prazo da reserva'
                WHEN 'sem_toque'          THEN 'Passou a outra carteira porque ficou tempo demais sem contato'
                ELSE 'Saiu da carteira: ' || replace(motivo, '_', ' ')
            END
        END
        || CASE WHEN motivo NOT IN ('distribuicao', 'redistribuicao') THEN ''
                ELSE coalesce(CASE origem
                    WHEN 'login'    THEN ', feita quando um vendedor entrou'
                    WHEN 'logout'   THEN ', feita quando um vendedor saiu'
                    WHEN 'ausencia' THEN ', feita quando um vendedor ficou ausente'
                    WHEN 'manual'   THEN ', pedida por um gestor'
                    WHEN 'tarefas'  THEN ', de rotina'
                    WHEN 'cadastro' THEN ', depois de uma mudança nos vendedores'
                    END, '')
           END
        || '.';
COMMENT ON FUNCTION crm.movimento_texto(text, text, text) IS
    'Why a client came or went, as a sentence for the screen.';

-- Public. Why a client came to a seller or went: the ledger in words, newest first.
CREATE FUNCTION crm.por_que(
    vendedor_id bigint,                 -- vendedores.id who asks, or whose client it is
    cliente_id  bigint                  -- clientes.id_cliente
) RETURNS TABLE (
    quando      timestamptz,
    tipo        text,                   -- ganho, perda
    motivo      text,
    texto       text,
    lote        bigint,
    dono_id     bigint,                 -- who gained or lost
    dono        text,
    outro_id    bigint,                 -- from whom, or to whom; NULL: nobody, or not to be told
    outro       text
) LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED ROWS 10
    SET search_path = pg_catalog, crm, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    quem  CONSTANT bigint := $1;
    qual  CONSTANT bigint := $2;
    todos boolean;
BEGIN
    PERFORM crm.exigir_vendedor(quem, 'carteira.ver_todas');
    -- A seller is told the own gains and losses, not who else had the client.
    todos := crm.pode('carteira.ver_todas');
    IF NOT EXISTS (SELECT FROM crm.cliente_vendedor v
                    WHERE v.cliente_id = qual AND (todos OR v.vendedor_id = quem)) THEN
        PERFORM crm.falha(403, 'cliente_de_outro_vendedor', 'cliente_id',
            'Este cliente não está na carteira deste vendedor.', 'Atualize o quadro.');
    END IF;
    RETURN QUERY
        SELECT m.quando, m.tipo, m.motivo, crm.movimento_texto(m.tipo, m.motivo, l.origem), m.lote,
               m.vendedor_id, s.nome::text, o.id, o.nome::text
          FROM crm.v_movimentos m
          JOIN crm.vendedores s ON s.id = m.vendedor_id
          LEFT JOIN crm.lotes l ON l.id = m.lote
          LEFT JOIN crm.vendedores o
            ON todos
           AND o.id = CASE m.tipo WHEN 'ganho' THEN m.de_vendedor_id ELSE m.para_vendedor_id END
         WHERE m.cliente_id = qual
           AND (todos OR m.vendedor_id = quem)
         ORDER BY m.quando DESC, m.atribuicao_id DESC, m.credito
         LIMIT 100;
END $$;
COMMENT ON FUNCTION crm.por_que(bigint, bigint) IS
    'Why a client came or went, newest first; a seller is told of the own portfolio alone. Raises CR403 '
    'acesso_negado, cliente_de_outro_vendedor. DIST-8.';

CREATE FUNCTION crm.ler_por_que(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SET search_path = pg_catalog, crm, pg_temp
AS $$
BEGIN
    RETURN json_build_object('movimentos', coalesce((
        SELECT json_agg(json_build_object(
                   'quando', p.quando,
                   'tipo', p.tipo,
                   'motivo', p.motivo,
                   'texto', p.texto,
                   'lote', p.lote,
                   'vendedor', crm.json_par(p.dono_id, p.dono),
                   'outro', crm.json_par(p.outro_id, p.outro)) ORDER BY p.ordem)
          FROM crm.por_que((args ->> 'id')::bigint, (args ->> 'cliente_id')::bigint) WITH ORDINALITY
               AS p(quando, tipo, motivo, texto, lote, dono_id, dono, outro_id, outro, ordem)), '[]'));
END $$;
COMMENT ON FUNCTION crm.ler_por_que(jsonb) IS 'Body of crm.api_por_que(jsonb).';

CREATE FUNCTION crm.api_por_que(args jsonb) RETURNS json
    LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'crm_api_leitura';
COMMENT ON FUNCTION crm.api_por_que(jsonb) IS
    'GET /api/vendedor/por-que/{id}/{cliente_id}: why the client came or went, from the ledger in words. DIST-8.';

CREATE FUNCTION crm.esquema_por_que() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Por que este cliente?",
        "descricao": "As entradas e saídas da carteira, da mais nova à mais antiga. Um vendedor vê só as próprias.",
        "argumentos": {
            "id":         {"type": "integer", "minimum": 1, "description": "Vendedor"},
            "cliente_id": {"type": "integer", "minimum": 1}},
        "obrigatorios": ["id", "cliente_id"],
        "resposta": {"type": "object", "additionalProperties": false, "required": ["movimentos"],
            "properties": {
                "movimentos": {"type": "array", "maxItems": 100, "items": {"type": "object", "additionalProperties": false,
                    "required": ["quando", "tipo", "motivo", "texto", "lote", "vendedor", "outro"],
                    "properties": {
                        "quando":   {"type": "string", "format": "date-time"},
                        "tipo":     {"type": "string", "enum": ["ganho", "perda"]},
                        "motivo":   {"type": "string"},
                        "texto":    {"type": "string"},
                        "lote":     {"type": ["integer", "null"], "description": "Distribuição que o fez"},
                        "vendedor": {"$ref": "#/components/schemas/Par"},
                        "outro":    {"oneOf": [{"$ref": "#/components/schemas/Par"}, {"type": "null"}],
                                     "description": "De quem veio ou para quem foi, para quem pode saber"}}}}}},
        "erros": {"403": ["cliente_de_outro_vendedor"]}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_por_que() IS 'Arguments and answers of crm.api_por_que(jsonb).';
