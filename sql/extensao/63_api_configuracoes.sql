-- /api/admin/configuracoes: read, change, see the effect before (ADM-3).

CREATE FUNCTION crm.configuracao_grupo(chave text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE
        WHEN chave IN ('empresa', 'contato', 'logo', 'fuso_horario', 'whatsapp_modelo') THEN 'empresa'
        WHEN chave LIKE 'janela\_%' OR chave IN ('periodo_perdido', 'recuperado_dias', 'dias_sem_toque') THEN 'janela'
        WHEN chave LIKE 'presenca\_%' OR chave LIKE 'reserva\_%' OR chave IN ('desfazer_horas') THEN 'distribuicao'
        WHEN chave LIKE 'senha\_%' OR chave LIKE 'login\_%' OR chave LIKE 'bcrypt\_%' OR chave LIKE 'sessao\_%'
             OR chave IN ('revelacao_cota', 'codigo_horas') THEN 'acesso'
        WHEN chave LIKE 'limite\_%' THEN 'limites'
        ELSE 'outras' END;
COMMENT ON FUNCTION crm.configuracao_grupo(text) IS 'Where the screen shows a setting.';

-- What is wrong with a value, as a sentence; NULL: nothing.
CREATE FUNCTION crm.interno_configuracao_erro(tipo text, minimo integer, maximo integer, valor text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
    SELECT CASE tipo
        WHEN 'inteiro' THEN
            CASE WHEN valor !~ '^-?[0-9]{1,9}$' THEN 'Use um número inteiro.'
                 WHEN valor::integer NOT BETWEEN coalesce(minimo, -999999999) AND coalesce(maximo, 999999999)
                 THEN format('Use um número de %s a %s.', coalesce(minimo, -999999999), coalesce(maximo, 999999999))
            END
        WHEN 'booleano' THEN CASE WHEN valor NOT IN ('true', 'false') THEN 'Escolha sim ou não.' END
        WHEN 'imagem' THEN
            CASE WHEN length(valor) > 16384 THEN 'A imagem é grande demais: até 12 kB.'
                 WHEN valor <> '' AND valor !~ '^data:image/(png|webp|jpeg);base64,[A-Za-z0-9+/]+={0,2}$'
                 THEN 'A imagem tem de ser PNG, WebP ou JPEG.' END
        ELSE
            CASE WHEN length(valor) > coalesce(maximo, 2000) THEN format('Use até %s caracteres.', coalesce(maximo, 2000))
                 WHEN length(btrim(valor)) < coalesce(minimo, 0) THEN 'Preencha este campo.'
                 WHEN valor ~ '[\u0001-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]'
                 THEN 'O texto tem caracteres invisíveis.' END
        END;
$$;
COMMENT ON FUNCTION crm.interno_configuracao_erro(text, integer, integer, text) IS 'Judges a value by the row of its setting.';

-- Settings as they would be; refuses what does not fit, naming the setting.
CREATE FUNCTION crm.interno_configuracoes_propostas(mudancas jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    m      record;
    c      crm.configuracoes;
    erro   text;
    todas  jsonb;
    i integer; me integer; f integer; p integer;
BEGIN
    IF mudancas IS NULL OR mudancas = '{}' THEN
        PERFORM crm.falha(422, 'campo_obrigatorio', 'mudancas', 'Diga o que muda.');
    END IF;
    SELECT jsonb_object_agg(k.chave, k.valor) INTO todas FROM crm.configuracoes AS k;
    FOR m IN SELECT e.key AS chave, coalesce(e.value, '') AS valor FROM jsonb_each_text(mudancas) AS e ORDER BY 1 LOOP
        SELECT k.* INTO c FROM crm.configuracoes AS k WHERE k.chave = m.chave;
        IF c.chave IS NULL THEN
            PERFORM crm.falha(422, 'campo_desconhecido', left(m.chave, 60), 'Esta configuração não existe.');
        END IF;
        erro := crm.interno_configuracao_erro(c.tipo, c.minimo, c.maximo, m.valor);
        IF erro IS NOT NULL THEN
            PERFORM crm.falha(422, 'campo_invalido', m.chave, erro);
        END IF;
        todas := todas || jsonb_build_object(m.chave, m.valor);
    END LOOP;

    IF mudancas ? 'fuso_horario' AND NOT crm.fuso_existe(todas ->> 'fuso_horario') THEN
        PERFORM crm.falha(422, 'campo_invalido', 'fuso_horario', 'Este fuso horário não existe. Exemplo: America/Sao_Paulo.');
    END IF;

    i := todas ->> 'janela_inicio'; me := todas ->> 'janela_meio';
    f := todas ->> 'janela_fim';    p := todas ->> 'periodo_perdido';
    IF i > me THEN
        PERFORM crm.falha(422, 'campo_invalido', 'janela_inicio',
            format('O primeiro dia da janela (%s) não pode passar do último do primeiro período (%s).', i, me));
    ELSIF me >= f THEN
        PERFORM crm.falha(422, 'campo_invalido', 'janela_fim',
            format('O último dia da janela (%s) tem de vir depois do último do primeiro período (%s).', f, me));
    ELSIF f >= p THEN
        PERFORM crm.falha(422, 'campo_invalido', 'periodo_perdido',
            format('O último dia em risco (%s) tem de vir depois do último da janela (%s).', p, f));
    ELSIF (todas ->> 'sessao_duracao')::integer > (todas ->> 'sessao_limite')::integer THEN
        PERFORM crm.falha(422, 'campo_invalido', 'sessao_duracao',
            'A validade do token não pode passar do fim absoluto da sessão.');
    END IF;
    RETURN todas;
END;
$$;
COMMENT ON FUNCTION crm.interno_configuracoes_propostas(jsonb) IS
    'All settings with the changes in; CR422 naming the setting that does not fit, alone or with the others.';

-- ---- effect of other bounds ---------------------------------------------------------

-- From the counts per day of purchase: as many rows as days, however many clients.
CREATE FUNCTION crm.interno_efeito_da_janela(inicio integer, meio integer, fim integer, perdido integer)
    RETURNS TABLE (medida text, antes bigint, depois bigint, valor_antes numeric, valor_depois numeric)
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
#variable_conflict use_column
DECLARE
    hoje date := crm.hoje();
    a int4range := int4range(crm.config('janela_inicio')::integer, crm.config('janela_fim')::integer, '[]');
    d int4range := int4range(inicio, fim, '[]');
    p_antes integer[] := ARRAY[crm.config('janela_inicio')::integer, crm.config('janela_meio')::integer + 1,
                               crm.config('janela_fim')::integer + 1, crm.config('periodo_perdido')::integer + 1];
    p_depois integer[] := ARRAY[inicio, meio + 1, fim + 1, perdido + 1];
BEGIN
    PERFORM crm.exigir('painel.ver');
    RETURN QUERY
    WITH dia AS MATERIALIZED (
        SELECT CASE WHEN k.dia = '-infinity' THEN NULL ELSE hoje - k.dia END AS dias,
               sum(k.qtd)::bigint AS qtd,
               sum(k.valor) AS valor,
               coalesce(sum(k.qtd) FILTER (WHERE k.estado = 'ativo'), 0)::bigint AS qtd_ativo,
               coalesce(sum(k.valor) FILTER (WHERE k.estado = 'ativo'), 0) AS valor_ativo
          FROM crm.contagens AS k
         WHERE k.escopo = 'cliente' AND k.vendedor_id = 0 AND k.estado <> 'inativo'
         GROUP BY 1
    ), bolso AS (
        SELECT d.*, width_bucket(greatest(d.dias, 0), p_antes) AS pa, width_bucket(greatest(d.dias, 0), p_depois) AS pd
          FROM dia AS d
    ), aberta AS (
        SELECT sum(k.qtd)::bigint AS qtd, sum(k.valor) AS valor
          FROM crm.contagens AS k
         WHERE k.escopo = 'carteira' AND k.estado IN ('pendente', 'fixado')
           AND k.dia BETWEEN hoje - upper(a) + 1 AND hoje - lower(a)
           AND NOT hoje - k.dia <@ d
    )
    SELECT n.nome,
           coalesce(sum(b.qtd) FILTER (WHERE b.pa = n.i), 0)::bigint,
           coalesce(sum(b.qtd) FILTER (WHERE b.pd = n.i), 0)::bigint,
           coalesce(sum(b.valor) FILTER (WHERE b.pa = n.i), 0.00),
           coalesce(sum(b.valor) FILTER (WHERE b.pd = n.i), 0.00)
      FROM (VALUES ('0-29', 0), ('30-45', 1), ('45-60', 2), ('60-90', 3), ('>90', 4)) AS n(nome, i)
      LEFT JOIN bolso AS b ON b.dias IS NOT NULL
     GROUP BY n.nome, n.i
    UNION ALL
    SELECT m.nome,
           coalesce(sum(b.qtd_ativo) FILTER (WHERE m.antes AND b.dias <@ a), 0)::bigint,
           coalesce(sum(b.qtd_ativo) FILTER (WHERE CASE m.nome WHEN 'elegiveis' THEN b.dias <@ d
                                                  WHEN 'entram' THEN b.dias <@ d AND NOT b.dias <@ a
                                                  ELSE b.dias <@ a AND NOT b.dias <@ d END), 0)::bigint,
           coalesce(sum(b.valor_ativo) FILTER (WHERE m.antes AND b.dias <@ a), 0.00),
           coalesce(sum(b.valor_ativo) FILTER (WHERE CASE m.nome WHEN 'elegiveis' THEN b.dias <@ d
                                                    WHEN 'entram' THEN b.dias <@ d AND NOT b.dias <@ a
                                                    ELSE b.dias <@ a AND NOT b.dias <@ d END), 0.00)
      FROM (VALUES ('elegiveis', true), ('entram', false), ('saem', false)) AS m(nome, antes)
      LEFT JOIN bolso AS b ON b.dias IS NOT NULL
     GROUP BY m.nome
    UNION ALL
    SELECT 'saem_da_carteira', 0, coalesce(o.qtd, 0), 0.00, coalesce(o.valor, 0.00) FROM aberta AS o;
END;
$$;
COMMENT ON FUNCTION crm.interno_efeito_da_janela(integer, integer, integer, integer) IS 'Body of crm.efeito_da_janela().';

CREATE FUNCTION crm.efeito_da_janela(
    inicio  integer,            -- days, as the settings janela_inicio, janela_meio, janela_fim, periodo_perdido
    meio    integer,
    fim     integer,
    perdido integer
) RETURNS TABLE (
    medida       text,          -- a period; elegiveis, entram, saem; saem_da_carteira: not contacted, held by a seller
    antes        bigint,        -- clients now
    depois       bigint,        -- with these bounds
    valor_antes  numeric,       -- R$
    valor_depois numeric
)
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, crm, pg_temp
    AS $$
BEGIN
    PERFORM crm.exigir('painel.ver');
    IF (inicio >= 1 AND inicio <= meio AND meio < fim AND fim < perdido AND perdido <= 3650) IS NOT TRUE THEN
        PERFORM crm.falha(422, 'campo_invalido', 'inicio', 'Os limites não estão em ordem.',
            'De 1 a 3650 dias, com inicio <= meio < fim < perdido.');
    END IF;
    RETURN QUERY SELECT * FROM crm.interno_efeito_da_janela(inicio, meio, fim, perdido);
END;
$$;
COMMENT ON FUNCTION crm.efeito_da_janela(integer, integer, integer, integer) IS
    'What other bounds of the periods would do to the clients of today, from the counts. Needs painel.ver. '
    'Raises CR422 campo_invalido. ADM-3.';
GRANT EXECUTE ON FUNCTION crm.efeito_da_janela(integer, integer, integer, integer) TO crm_administrador, crm_gerente;

-- ---- read ---------------------------------------------------------------------------

CREATE FUNCTION crm.interno_api_configuracoes(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
BEGIN
    PERFORM crm.exigir('configuracao.alterar');
    RETURN json_build_object('configuracoes', (
        SELECT json_agg(json_build_object(
                   'chave', c.chave,
                   'grupo', crm.configuracao_grupo(c.chave),
                   'valor', c.valor,
                   'tipo', c.tipo,
                   'minimo', c.minimo,
                   'maximo', c.maximo,
                   'unidade', c.unidade,
                   'descricao', c.descricao,
                   'atualizado_em', c.atualizado_em)
                   ORDER BY c.chave)
          FROM crm.configuracoes AS c));
END;
$$;
COMMENT ON FUNCTION crm.interno_api_configuracoes(jsonb) IS 'Body of crm.api_configuracoes().';

CREATE FUNCTION crm.api_configuracoes(
    args jsonb                  -- {}
) RETURNS json                  -- {"configuracoes": [...]}
    LANGUAGE C STABLE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_configuracoes(jsonb) IS 'GET /api/admin/configuracoes: every setting with its bounds. ADM-3.';

CREATE FUNCTION crm.esquema_configuracoes() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Configurações do sistema",
        "argumentos": {},
        "resposta": {"type": "object", "additionalProperties": false, "required": ["configuracoes"], "properties": {
            "configuracoes": {"type": "array", "items": {"$ref": "#/components/schemas/Configuracao"}}}}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_configuracoes() IS 'Arguments and answers of crm.api_configuracoes(jsonb).';

-- ---- preview ------------------------------------------------------------------------

CREATE FUNCTION crm.interno_api_configuracoes_previa(args jsonb) RETURNS json
    LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    novas jsonb;
BEGIN
    PERFORM crm.exigir('configuracao.alterar');
    novas := crm.interno_configuracoes_propostas(args -> 'mudancas');
    RETURN (
        SELECT json_build_object(
                   'periodos', json_agg(json_build_object('periodo', e.medida, 'antes', e.antes, 'depois', e.depois,
                                                          'diferenca', e.depois - e.antes,
                                                          'valor_antes', e.valor_antes, 'valor_depois', e.valor_depois)
                                        ORDER BY array_position('{0-29,30-45,45-60,60-90,>90}', e.medida))
                               FILTER (WHERE e.medida IN ('0-29', '30-45', '45-60', '60-90', '>90')),
                   'elegiveis_antes', max(e.antes) FILTER (WHERE e.medida = 'elegiveis'),
                   'elegiveis_depois', max(e.depois) FILTER (WHERE e.medida = 'elegiveis'),
                   'valor_antes', max(e.valor_antes) FILTER (WHERE e.medida = 'elegiveis'),
                   'valor_depois', max(e.valor_depois) FILTER (WHERE e.medida = 'elegiveis'),
                   'entram', max(e.depois) FILTER (WHERE e.medida = 'entram'),
                   'saem', max(e.depois) FILTER (WHERE e.medida = 'saem'),
                   'saem_da_carteira', max(e.depois) FILTER (WHERE e.medida = 'saem_da_carteira'))
          FROM crm.interno_efeito_da_janela((novas ->> 'janela_inicio')::integer, (novas ->> 'janela_meio')::integer,
                                            (novas ->> 'janela_fim')::integer, (novas ->> 'periodo_perdido')::integer) AS e);
END;
$$;
COMMENT ON FUNCTION crm.interno_api_configuracoes_previa(jsonb) IS 'Body of crm.api_configuracoes_previa().';

CREATE FUNCTION crm.api_configuracoes_previa(
    args jsonb                  -- {"mudancas": {chave: valor}}
) RETURNS json
    LANGUAGE C STABLE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_configuracoes_previa(jsonb) IS
    'POST /api/admin/configuracoes/previa: judges the changes and tells what they would do; changes nothing. ADM-3.';

CREATE FUNCTION crm.esquema_configuracoes_previa() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Efeito de outras configurações, antes de gravar",
        "argumentos": {
            "mudancas": {"type": "object", "additionalProperties": {"type": ["string", "null"], "maxLength": 16384},
                         "description": "Chave e valor novo, como texto"}},
        "obrigatorios": ["mudancas"],
        "resposta": {"type": "object", "additionalProperties": false,
            "required": ["periodos", "elegiveis_antes", "elegiveis_depois", "valor_antes", "valor_depois", "entram", "saem",
                         "saem_da_carteira"],
            "properties": {
                "periodos": {"type": "array", "items": {"type": "object", "additionalProperties": false,
                    "required": ["periodo", "antes", "depois", "diferenca", "valor_antes", "valor_depois"],
                    "properties": {
                        "periodo":      {"type": "string", "enum": ["0-29", "30-45", "45-60", "60-90", ">90"]},
                        "antes":        {"type": "integer", "description": "Clientes agora"},
                        "depois":       {"type": "integer"},
                        "diferenca":    {"type": "integer", "description": "depois menos antes"},
                        "valor_antes":  {"type": "number", "description": "R$"},
                        "valor_depois": {"type": "number", "description": "R$"}}}},
                "elegiveis_antes":  {"type": "integer", "description": "Clientes na janela agora"},
                "elegiveis_depois": {"type": "integer"},
                "valor_antes":      {"type": "number", "description": "R$ dos elegíveis"},
                "valor_depois":     {"type": "number", "description": "R$ dos elegíveis"},
                "entram":           {"type": "integer", "description": "Passam a ser elegíveis"},
                "saem":             {"type": "integer", "description": "Deixam de ser"},
                "saem_da_carteira": {"type": "integer", "description": "Dos que saem, os que um vendedor ainda ia contatar"}}}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_configuracoes_previa() IS 'Arguments and answers of crm.api_configuracoes_previa(jsonb).';

-- ---- change -------------------------------------------------------------------------

CREATE FUNCTION crm.interno_api_configuracoes_alterar(args jsonb) RETURNS json
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
DECLARE
    mudancas jsonb := args -> 'mudancas';
    redistribui boolean;
BEGIN
    PERFORM crm.exigir('configuracao.alterar');
    PERFORM crm.interno_configuracoes_propostas(mudancas);
    redistribui := EXISTS (SELECT FROM jsonb_object_keys(mudancas) AS k WHERE crm.configuracao_grupo(k) = 'janela');
    -- Before the first write, for other bounds deal anew.
    IF redistribui THEN
        PERFORM crm.distribuicao_travar();
    END IF;
    -- One statement: judged together, told once.
    UPDATE crm.configuracoes AS c
       SET valor = coalesce(m.value, ''), atualizado_em = crm.agora()
      FROM jsonb_each_text(mudancas) AS m
     WHERE c.chave = m.key AND c.valor <> coalesce(m.value, '');
    IF redistribui THEN
        PERFORM crm.redistribuir_clientes();
    END IF;
    RETURN crm.interno_api_configuracoes('{}');
END;
$$;
COMMENT ON FUNCTION crm.interno_api_configuracoes_alterar(jsonb) IS 'Body of crm.api_configuracoes_alterar().';

CREATE FUNCTION crm.api_configuracoes_alterar(
    args jsonb                  -- {"mudancas": {chave: valor}}
) RETURNS json                  -- all settings
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.api_configuracoes_alterar(jsonb) IS
    'PATCH /api/admin/configuracoes: all or nothing; CR422 names the setting. Other bounds deal anew. ADM-3.';

CREATE FUNCTION crm.esquema_configuracoes_alterar() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "resumo": "Mudar configurações",
        "descricao": "Todas ou nenhuma. Novos limites da janela redistribuem a carteira.",
        "argumentos": {
            "mudancas": {"type": "object", "additionalProperties": {"type": ["string", "null"], "maxLength": 16384},
                         "description": "Chave e valor novo, como texto"}},
        "obrigatorios": ["mudancas"],
        "resposta": {"type": "object", "additionalProperties": false, "required": ["configuracoes"], "properties": {
            "configuracoes": {"type": "array", "items": {"$ref": "#/components/schemas/Configuracao"}}}}}$$::jsonb;
COMMENT ON FUNCTION crm.esquema_configuracoes_alterar() IS 'Arguments and answers of crm.api_configuracoes_alterar(jsonb).';

CREATE FUNCTION crm.componentes_configuracoes() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN $${
        "Configuracao": {"type": "object", "additionalProperties": false,
            "required": ["chave", "grupo", "valor", "tipo", "minimo", "maximo", "unidade", "descricao", "atualizado_em"],
            "properties": {
                "chave":         {"type": "string"},
                "grupo":         {"type": "string", "enum": ["empresa", "janela", "distribuicao", "acesso", "limites", "outras"]},
                "valor":         {"type": "string"},
                "tipo":          {"type": "string", "enum": ["inteiro", "texto", "booleano", "imagem"]},
                "minimo":        {"type": ["integer", "null"], "description": "De um inteiro; de um texto, menos caracteres"},
                "maximo":        {"type": ["integer", "null"], "description": "De um inteiro; de um texto, mais caracteres"},
                "unidade":       {"type": ["string", "null"]},
                "descricao":     {"type": "string"},
                "atualizado_em": {"type": "string", "format": "date-time"}}}}$$::jsonb;
COMMENT ON FUNCTION crm.componentes_configuracoes() IS 'Schemas of settings.';
