-- Exports (EXPORT-1..5) for SQL callers: a row of crm.exportacoes each and the file in
-- parts beside it. Up to export_direto rows are written at once, in the caller's
-- transaction; up to export_maximo by a background worker, or where there is none (crm
-- not preloaded, or not the database crm.banco) at once too; more are refused.

CREATE FUNCTION crm.exportar(
    origem      text,                       -- clientes, carteira, quadro, periodo, relatorio, auditoria
    formato     text,                       -- excel, pdf, csv
    filtros     jsonb   DEFAULT '{}',       -- those of the screen
    campos      text[]  DEFAULT NULL,       -- columns in their order; NULL: the usual ones
    ordem       text    DEFAULT NULL,       -- [-]field; NULL: as the screen
    finalidade  text    DEFAULT NULL,       -- purpose, 10 to 200 characters: sensitive fields in clear
    opcoes      jsonb   DEFAULT '{}'        -- of csv: {separador, bom, excel, cabecalho}
) RETURNS bigint                            -- exportacoes.id
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_exportar';
COMMENT ON FUNCTION crm.exportar(text, text, jsonb, text[], text, text, jsonb) IS
    'Exports what the caller may see. estado of the row is then pronta, or na_fila where a worker does it (more than '
    'export_direto rows, in the database crm.banco of a server that preloads crm). CR403 acesso_negado; CR422 naming the argument; CR422 exportacao_grande with {total} above '
    'export_maximo rows; CR429 exportacoes_demais, cota_revelacao. EXPORT-1..5.';

CREATE FUNCTION crm.exportacao_bytes(id bigint) RETURNS bytea
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.exportacao_bytes(bigint) IS
    'The file of an own export that is pronta; recorded as a download. CR404 exportacao_inexistente, CR409 exportacao_nao_pronta.';

CREATE FUNCTION crm.exportacao_cancelar(id bigint) RETURNS text    -- estado
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_delegar';
COMMENT ON FUNCTION crm.exportacao_cancelar(bigint) IS
    'Ends an own export: cancelada while it waits or runs; of one that is pronta the file is deleted (expirada); one that '
    'ended stays as it is. CR404 exportacao_inexistente.';

CREATE FUNCTION crm.exportacoes_cuidar() RETURNS bigint
    LANGUAGE C VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_exportacoes_cuidar';
COMMENT ON FUNCTION crm.exportacoes_cuidar() IS
    'Task of crm.tarefas(): wakes the leader when exports wait, does one itself where there is no worker, deletes files '
    'past expira_em. Internal.';

-- ---- one export put together -------------------------------------------------------------

-- Who may, what in clear; CR403, CR422.
CREATE FUNCTION crm.exportacao_julgar(
    origem     text,
    filtros    jsonb,
    campos     text[],
    finalidade text,
    OUT em_claro boolean,
    OUT motivo   text           -- finalidade, cleaned; NULL: none
) LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    sensiveis text[];
BEGIN
    IF origem = 'carteira' AND NOT crm.pode('exportar')
       AND coalesce(filtros ->> 'vendedor_id', filtros ->> 'id', crm.usuario_id()::text) = crm.usuario_id()::text THEN
        PERFORM crm.exigir('carteira.exportar');
    ELSE
        PERFORM crm.exigir('exportar');
    END IF;
    sensiveis := ARRAY(SELECT c.campo FROM crm.exportacao_colunas(origem, filtros) c WHERE c.sensivel AND c.campo = ANY (campos));
    em_claro := cardinality(sensiveis) > 0 AND btrim(finalidade) <> '';
    IF em_claro THEN
        IF NOT crm.pode('cliente.revelar') THEN
            PERFORM crm.falha(403, 'acesso_negado', sensiveis[1], 'Você não pode exportar dados pessoais sem máscara.');
        END IF;
        motivo := crm.exportacao_finalidade(finalidade);
    ELSIF sensiveis <> '{cpf}' AND cardinality(sensiveis) > 0 THEN
        IF NOT crm.pode('cliente.revelar') THEN
            PERFORM crm.falha(403, 'acesso_negado', (array_remove(sensiveis, 'cpf'))[1],
                              'Você não pode exportar dados pessoais sem máscara.');
        END IF;
        PERFORM crm.falha(422, 'campo_obrigatorio', 'finalidade', 'Diga a finalidade para exportar dados pessoais.',
                          NULL, jsonb_build_object('campos', to_jsonb(array_remove(sensiveis, 'cpf')))::text);
    END IF;
    em_claro := coalesce(em_claro, false);
END $$;
COMMENT ON FUNCTION crm.exportacao_julgar(text, jsonb, text[], text) IS
    'CR403 and CR422 unless who acts may export that; are sensitive fields in clear? Internal.';

CREATE FUNCTION crm.exportacao_finalidade(finalidade text) RETURNS text
    LANGUAGE C STABLE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'crm_exportacao_finalidade';
COMMENT ON FUNCTION crm.exportacao_finalidade(text) IS 'A purpose of 10 to 200 characters, cleaned; CR422 finalidade. Internal.';

-- A cell of a CSV file by the type of its column.
CREATE FUNCTION crm.exportacao_celula(
    tipo      text,
    expressao text,
    fuso      text,
    excel     boolean           -- decimal comma, days as dd/mm/aaaa
) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN CASE tipo
           -- = + - @ TAB CR LF and their full-width forms (EXPORT-4)
           -- also behind blanks and what nobody sees: space, no-break space, zero width, byte order mark
           WHEN 'texto' THEN format('CASE WHEN ascii(%1$s) IN (61, 43, 45, 64, 9, 13, 10, 65309, 65291, 65293, 65312, 32, 160, 8203, 65279)'
                                    ' AND ascii(ltrim(%1$s, %2$L)) IN (61, 43, 45, 64, 9, 13, 10, 65309, 65291, 65293, 65312)'
                                    ' THEN '''''''' || %1$s ELSE %1$s END', expressao, ' ' || chr(160) || chr(8203) || chr(65279))
           WHEN 'datahora' THEN CASE WHEN excel
               THEN format('to_char(%s AT TIME ZONE %L, ''DD/MM/YYYY HH24:MI:SS'')', expressao, fuso)
               ELSE format('to_char(%s AT TIME ZONE %L, ''YYYY-MM-DD HH24:MI:SS'')', expressao, fuso) END
           WHEN 'data' THEN CASE WHEN excel THEN format('to_char(%s, ''DD/MM/YYYY'')', expressao) ELSE expressao END
           WHEN 'booleano' THEN CASE WHEN excel THEN format('CASE %s WHEN true THEN ''Sim'' WHEN false THEN ''Não'' END', expressao)
                                ELSE format('(%s)::text', expressao) END
           ELSE CASE WHEN excel AND tipo IN ('decimal', 'moeda', 'percentual')
                THEN format('replace((%s)::text, ''.'', '','')', expressao) ELSE expressao END
           END;
COMMENT ON FUNCTION crm.exportacao_celula(text, text, text, boolean) IS 'Expression of a cell of a CSV file. Internal.';

-- A line of the head of crm_arquivo.
CREATE FUNCTION crm.exportacao_linha(partes text[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN (SELECT string_agg(replace(replace(replace(replace(p.parte, '\', '\\'), E'\t', '\t'), E'\n', '\n'), E'\r', '\r'),
                              E'\t' ORDER BY p.i) || E'\n'
              FROM unnest(partes) WITH ORDINALITY AS p(parte, i));
COMMENT ON FUNCTION crm.exportacao_linha(text[]) IS 'A line of the head of crm_arquivo, escaped as COPY does. Internal.';

CREATE FUNCTION crm.exportacao_rotulo(filtro text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN coalesce(
        (SELECT r.rotulo
           FROM (VALUES ('q', 'Pesquisa'), ('cpf', 'CPF'), ('uf', 'UF'), ('email', 'E-mail'), ('idade_min', 'Idade mínima'),
                        ('idade_max', 'Idade máxima'), ('situacao', 'Situação'), ('ativo', 'Cadastro ativo'), ('periodo', 'Período'),
                        ('vendedor_id', 'Vendedor'), ('id', 'Vendedor'), ('usuario_id', 'Usuário'), ('acao', 'Ação'), ('de', 'De'),
                        ('ate', 'Até'), ('registro_id', 'Registro'), ('requisicao', 'Requisição'), ('nome', 'Nome')
                ) AS r(filtro, rotulo)
          WHERE r.filtro = exportacao_rotulo.filtro),
        upper(left(filtro, 1)) || replace(substr(filtro, 2), '_', ' '));
COMMENT ON FUNCTION crm.exportacao_rotulo(text) IS 'Name of a filter as people read it. Internal.';

-- Lists, days, codes and numbers of people as they are read on the screens. What was
-- typed stays as it is.
CREATE FUNCTION crm.exportacao_valor(filtro text, valor jsonb) RETURNS text
    LANGUAGE sql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, crm, pg_temp
    AS $$
    SELECT string_agg(CASE
               WHEN i.valor = 'true' THEN 'Sim'
               WHEN i.valor = 'false' THEN 'Não'
               WHEN filtro IN ('de', 'ate') THEN to_char(t.cru::date, 'DD/MM/YYYY')
               WHEN filtro IN ('vendedor_id', 'id') OR filtro = 'coluna' AND t.cru ~ '^[0-9]+$'
               THEN coalesce((SELECT s.nome FROM crm.vendedores s WHERE s.id::text = t.cru), t.cru)
               WHEN filtro = 'usuario_id' THEN coalesce((SELECT u.nome FROM crm.usuarios u WHERE u.id::text = t.cru), t.cru)
               WHEN filtro IN ('por', 'coluna', 'status', 'situacao') THEN coalesce(
                   (SELECT r.lido
                      FROM (VALUES ('a_contatar_30_45', format('A contatar %s–%s', crm.config('janela_inicio'), crm.config('janela_meio'))),
                                   ('a_contatar_46_60', format('A contatar %s–%s', crm.config('janela_meio')::integer + 1, crm.config('janela_fim'))),
                                   ('contatado', 'Contatado'), ('recuperado', 'Recuperado'), ('sem_vendedor', 'Sem vendedor'),
                                   ('disponivel', 'Disponível'), ('atribuido', 'Atribuído'), ('periodo', 'Período'), ('vendedor', 'Vendedor'),
                                   ('ativo', 'Ativo'), ('elegivel', 'Elegível'), ('inativo', 'Inativo'), ('sem_compra', 'Sem compra')
                           ) AS r(codigo, lido)
                     WHERE r.codigo = t.cru), t.cru)
               ELSE t.cru END, ', ' ORDER BY i.n)
      FROM jsonb_array_elements(CASE jsonb_typeof(valor) WHEN 'array' THEN valor ELSE jsonb_build_array(valor) END)
           WITH ORDINALITY AS i(valor, n),
           LATERAL (SELECT i.valor #>> '{}' AS cru) t
$$;
COMMENT ON FUNCTION crm.exportacao_valor(text, jsonb) IS 'Value of a filter as people read it. Internal.';

-- Everything that is needed to write the file, under the caller's snapshot.
CREATE FUNCTION crm.exportacao_montar(
    origem      text,
    formato     text,
    filtros     jsonb,
    campos      text[],
    ordem       text,
    finalidade  text,
    opcoes      jsonb,
    dono        text,           -- who it is for, when that is no user
    maximo      integer,        -- rows
    OUT total     bigint,
    OUT exato     boolean,      -- is total counted?
    OUT colunas   text[],       -- campos, completed
    OUT em_claro  boolean,
    OUT motivo    text,         -- finalidade, cleaned
    OUT consulta  text,         -- the rows, in this transaction; NULL: more than maximo
    OUT cabeca    text,         -- the head of crm_arquivo; NULL: csv
    OUT separador text,         -- of csv
    OUT bom       boolean,
    OUT cabecalho boolean,
    OUT nome      text          -- of the file
) LANGUAGE plpgsql STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, crm, pg_temp
AS $$
DECLARE
    fuso    CONSTANT text := crm.config('fuso_horario');
    eu      CONSTANT bigint := crm.usuario_id();
    titulos CONSTANT jsonb := '{"clientes": "Clientes", "carteira": "Carteira", "quadro": "Quadro da gestão",
                                "periodo": "Clientes por período", "relatorio": "Relatório", "auditoria": "Auditoria"}';
    limpos  jsonb;
    args    jsonb;
    todas   text[];
    desce   CONSTANT boolean := left(ordem, 1) = '-';
    chave   CONSTANT text := ltrim(ordem, '-');
    fonte   record;
    de      text;
    por     text;
    lista   text;
    excel   boolean;
    titulo  text;
    usuario text;
    f       record;
BEGIN
    IF origem IS NULL OR titulos -> origem IS NULL THEN
        PERFORM crm.falha(422, 'campo_invalido', 'origem', 'Esta origem não existe.');
    ELSIF formato IS NULL OR formato NOT IN ('excel', 'pdf', 'csv') THEN
        PERFORM crm.falha(422, 'campo_invalido', 'format', 'O formato deve ser excel, pdf ou csv.');
    ELSIF jsonb_typeof(filtros) <> 'object' THEN
        PERFORM crm.falha(422, 'campo_invalido', 'filters', 'Os filtros devem ser um objeto.');
    ELSIF jsonb_typeof(opcoes) <> 'object' THEN
        PERFORM crm.falha(422, 'campo_invalido', 'opcoes', 'As opções devem ser um objeto.');
    ELSIF EXISTS (SELECT FROM jsonb_each(opcoes) o
                   WHERE o.key IN ('bom', 'excel', 'cabecalho') AND jsonb_typeof(o.value) NOT IN ('boolean', 'null')) THEN
        PERFORM crm.falha(422, 'campo_invalido', 'opcoes', 'As opções bom, excel e cabecalho devem ser true ou false.');
    ELSIF opcoes ->> 'separador' NOT IN (',', ';', E'\t', '|') THEN
        PERFORM crm.falha(422, 'campo_invalido', 'opcoes.separador', 'O separador deve ser vírgula, ponto e vírgula, tabulação ou barra vertical.');
    END IF;

    -- ---- the columns
    limpos := CASE origem WHEN 'clientes' THEN filtros - '{page,size,cursor,sort}'::text[]
                          ELSE crm.exportacao_filtros(origem, filtros) END;
    SELECT array_agg(c.campo ORDER BY c.posicao), array_agg(c.campo ORDER BY c.posicao) FILTER (WHERE c.padrao)
      INTO todas, colunas
      FROM crm.exportacao_colunas(origem, limpos) c;
    IF cardinality(campos) > 0 THEN
        FOR f IN SELECT x.campo, count(*) AS n FROM unnest(campos) AS x(campo) GROUP BY x.campo
        LOOP
            IF f.campo IS NULL OR f.campo <> ALL (todas) OR f.n > 1 THEN
                PERFORM crm.falha(422, 'campo_invalido', 'fields',
                                  CASE WHEN f.n > 1 THEN format('O campo "%s" está repetido.', left(f.campo, 40))
                                       ELSE format('O campo "%s" não existe.', left(f.campo, 40)) END);
            END IF;
        END LOOP;
        colunas := ARRAY(SELECT unnest(campos));
    END IF;
    SELECT j.em_claro, j.motivo INTO em_claro, motivo FROM crm.exportacao_julgar(origem, limpos, colunas, finalidade) j;

    -- ---- the rows
    exato := true;
    IF origem = 'clientes' THEN
        args := crm.validar_args('pesquisar_clientes',
                                 limpos || CASE WHEN ordem IS NULL THEN '{}' ELSE jsonb_build_object('sort', ordem) END);
        SELECT p.total, p.exato INTO total, exato FROM crm.exportacao_pesquisar(args, maximo) p;
    ELSE
        SELECT * INTO fonte FROM crm.exportacao_fonte(origem, limpos);
        de := fonte.de;
        por := fonte.ordem;
        IF ordem IS NOT NULL THEN
            SELECT format('(%s)%s NULLS LAST, %s', c.expressao, CASE WHEN desce THEN ' DESC' ELSE '' END, por) INTO por
              FROM crm.exportacao_colunas(origem, limpos) c
             WHERE c.campo = chave AND NOT c.sensivel;
            IF NOT FOUND THEN
                PERFORM crm.falha(422, 'campo_invalido', 'sort', 'Não é possível ordenar por este campo.');
            END IF;
        END IF;
        EXECUTE 'SELECT count(*) FROM ' || de INTO total;
    END IF;

    -- ---- the file
    usuario := coalesce((SELECT u.nome FROM crm.usuarios u WHERE u.id = eu), dono);
    nome := format('%s-%s-%s.%s',
                   CASE origem WHEN 'relatorio' THEN 'relatorio-' || replace(limpos ->> 'nome', '_', '-') ELSE origem END,
                   to_char(crm.agora() AT TIME ZONE fuso, 'YYYY-MM-DD-HH24MI'),
                   coalesce(nullif(btrim(left(regexp_replace(lower(crm.normalizar(usuario)), '[^a-z0-9]+', '-', 'g'), 40), '-'), ''),
                            'usuario'),
                   CASE formato WHEN 'excel' THEN 'xlsx' ELSE formato END);
    IF total > maximo THEN
        RETURN;
    END IF;
    excel := coalesce((opcoes ->> 'excel')::boolean, opcoes ->> 'separador' = ';', false);
    separador := coalesce(opcoes ->> 'separador', CASE WHEN excel THEN ';' ELSE ',' END);
    bom := coalesce((opcoes ->> 'bom')::boolean, excel);
    cabecalho := coalesce((opcoes ->> 'cabecalho')::boolean, true);

    SELECT string_agg(CASE WHEN formato = 'csv'
                      THEN format('%s AS %I', crm.exportacao_celula(c.tipo, x.expressao, fuso, excel), c.titulo)
                      WHEN c.tipo = 'datahora' THEN format('date_trunc(''second'', %s AT TIME ZONE %L)', x.expressao, fuso)
                      ELSE x.expressao END, ', ' ORDER BY p.i)
      INTO lista
      FROM unnest(colunas) WITH ORDINALITY AS p(campo, i)
      JOIN crm.exportacao_colunas(origem, limpos) c ON c.campo = p.campo,
           LATERAL (SELECT CASE WHEN exportacao_montar.em_claro THEN coalesce(c.em_claro, c.expressao) ELSE c.expressao END
                        AS expressao) x;
    IF origem = 'clientes' THEN
        SELECT * INTO fonte FROM crm.exportacao_fonte_clientes(total, lista);
        de := fonte.de;
        por := fonte.ordem;
    END IF;
    consulta := format('SELECT %s%s FROM %s ORDER BY %s', CASE formato WHEN 'csv' THEN '' ELSE '''l'', ' END, lista, de, por);
    IF formato = 'csv' THEN
        RETURN;
    END IF;
    -- Its last row says that the end was reached.
    consulta := format('(%s) UNION ALL SELECT ''f''%s', consulta, repeat(', NULL', cardinality(colunas)));

    titulo := titulos ->> origem || CASE origem WHEN 'relatorio' THEN ': ' || crm.exportacao_relatorio(limpos ->> 'nome') ELSE '' END;
    cabeca := crm.exportacao_linha(ARRAY['crm_arquivo', '1']) || crm.exportacao_linha(ARRAY['titulo', titulo])
        || crm.exportacao_linha(ARRAY['usuario', usuario])
        || crm.exportacao_linha(ARRAY['quando', to_char(crm.agora() AT TIME ZONE fuso, 'YYYY-MM-DD HH24:MI:SS')])
        || coalesce((SELECT string_agg(crm.exportacao_linha(ARRAY['filtro', crm.exportacao_rotulo(e.key),
                                crm.exportacao_valor(e.key, e.value)]), '' ORDER BY e.key)
                       FROM jsonb_each(crm.exportacao_mascarar(
                                CASE origem WHEN 'clientes' THEN args - '{page,size,sort}'::text[]
                                            WHEN 'relatorio' THEN limpos - 'nome' ELSE limpos END)) e
                      WHERE e.value <> 'null' AND e.value <> '""'), '')
        || (SELECT string_agg(crm.exportacao_linha(ARRAY['coluna', CASE c.tipo WHEN 'fixo' THEN 'texto' ELSE c.tipo END,
                                                   c.largura::text, c.titulo]), '' ORDER BY p.i)
              FROM unnest(colunas) WITH ORDINALITY AS p(campo, i)
              JOIN crm.exportacao_colunas(origem, limpos) c ON c.campo = p.campo)
        || crm.exportacao_linha(ARRAY['fim']);
END $$;
COMMENT ON FUNCTION crm.exportacao_montar(text, text, jsonb, text[], text, text, jsonb, text, integer) IS
    'Judges an export and puts together what writes it. Internal.';

-- What the audit says of an export, refused ones too.
CREATE FUNCTION crm.exportacao_auditoria(
    origem text, formato text, filtros jsonb, campos text[], ordem text, finalidade text, em_claro boolean, mais jsonb
) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, crm, pg_temp
    RETURN jsonb_strip_nulls(jsonb_build_object('origem', origem, 'formato', formato, 'filtros', crm.exportacao_mascarar(filtros),
                                                'campos', to_jsonb(campos), 'ordem', ordem, 'finalidade', finalidade,
                                                'em_claro', em_claro) || mais)::text;
COMMENT ON FUNCTION crm.exportacao_auditoria(text, text, jsonb, text[], text, text, boolean, jsonb) IS
    'Content of the audit row of an export. Internal.';
