-- crm.api_openapi() and the schemas it is made of: complete, readable, closed (API-4).
BEGIN;
SELECT plan(15);

CREATE TEMP TABLE api AS
    SELECT substr(p.proname, 5) AS funcao FROM pg_proc p
     WHERE p.pronamespace = 'crm'::regnamespace AND p.proname LIKE 'api\_%';
CREATE TEMP TABLE e AS
    SELECT a.funcao, crm.esquema_de(a.funcao) AS esquema FROM api a;

SELECT is((SELECT array_agg(funcao ORDER BY funcao) FROM e WHERE esquema IS NULL), NULL, 'every crm.api_* has its crm.esquema_*');
SELECT is((SELECT array_agg(p.proname ORDER BY p.proname) FROM pg_proc p
            WHERE p.pronamespace = 'crm'::regnamespace AND p.proname LIKE 'esquema\_%' AND p.pronargs = 0
              AND p.proname NOT IN ('esquema_componentes')
              AND substr(p.proname, 9) NOT IN (SELECT funcao FROM api)), NULL, 'and every crm.esquema_* its crm.api_*');
SELECT is((SELECT array_agg(DISTINCT k.chave) FROM e, jsonb_object_keys(e.esquema) AS k(chave)
            WHERE k.chave NOT IN ('resumo', 'descricao', 'argumentos', 'obrigatorios', 'resposta', 'erros', 'status', 'etag', 'cabecalhos',
                                  'arquivo', 'resposta_tipo', 'resposta_arquivos', 'resposta_descricao', 'interna', 'argumentos_da_frente')),
          NULL, 'they say nothing that nobody reads');
SELECT is((SELECT array_agg(funcao) FROM e WHERE NOT (esquema ? 'resumo' AND esquema ? 'argumentos'
                                                       AND (esquema ? 'resposta' OR esquema ? 'resposta_tipo' OR (esquema ->> 'interna')::boolean))),
          NULL, 'each has a summary, arguments and an answer');

-- Each is understood: the call is served or refused for its arguments.
CREATE FUNCTION pg_temp.julgar(funcao text, args jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM crm.validar_args(funcao, args);
    RETURN 'CR422';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || CASE SQLSTATE WHEN 'CR422' THEN '' ELSE ' ' || SQLERRM END;
END $$;
SELECT is((SELECT array_agg(funcao || ': ' || pg_temp.julgar(funcao, '{}')) FROM e WHERE pg_temp.julgar(funcao, '{}') <> 'CR422'),
          NULL, 'each is understood');
SELECT is((SELECT array_agg(e.funcao || '.' || d.campo) FROM e, jsonb_each(e.esquema -> 'argumentos') AS d(campo, regra)
            WHERE d.regra ? 'default'
              AND pg_temp.julgar(e.funcao, jsonb_build_object(d.campo, d.regra -> 'default')) <> 'CR422'), NULL, 'so are their defaults');
SELECT is((SELECT array_agg(e.funcao || '.' || d.campo) FROM e, jsonb_each(e.esquema -> 'argumentos') AS d(campo, regra)
            WHERE d.regra ->> 'type' = 'string' AND NOT d.regra ?| '{maxLength,enum,format,pattern}'), NULL, 'no text without a bound or a form');
SELECT is((SELECT array_agg(e.funcao || ' ' || c.status) FROM e,
                  LATERAL (SELECT k FROM jsonb_object_keys(CASE jsonb_typeof(e.esquema -> 'erros') WHEN 'object' THEN e.esquema -> 'erros' ELSE '{}' END) k
                           UNION ALL
                           SELECT x FROM jsonb_array_elements_text(CASE jsonb_typeof(e.esquema -> 'erros') WHEN 'array' THEN e.esquema -> 'erros' ELSE '[]' END) x
                          ) AS c(status)
            WHERE NOT EXISTS (SELECT FROM crm.openapi_recusas() r WHERE r.status = c.status)), NULL, 'every status has its words');

-- The document of all of them, at paths of the test.
CREATE TEMP TABLE doc AS
    SELECT d.doc, d.doc::jsonb AS j
      FROM (SELECT crm.api_openapi(jsonb_build_object('rotas', jsonb_agg(jsonb_build_object(
                       'metodo', CASE WHEN e.esquema ? 'obrigatorios' THEN 'POST' ELSE 'GET' END, 'caminho', '/api/x/' || e.funcao,
                       'funcao', e.funcao, 'corpo', e.esquema ? 'obrigatorios')))) AS doc FROM e) AS d;
CREATE TEMP TABLE valores AS
    WITH RECURSIVE v(caminho, valor) AS (
        SELECT '$', j FROM doc
        UNION ALL
        SELECT f.caminho, f.valor FROM v, LATERAL (
            SELECT v.caminho || '.' || o.key AS caminho, o.value AS valor
              FROM jsonb_each(CASE jsonb_typeof(v.valor) WHEN 'object' THEN v.valor ELSE '{}' END) AS o
            UNION ALL
            SELECT v.caminho || '[]', a.value FROM jsonb_array_elements(CASE jsonb_typeof(v.valor) WHEN 'array' THEN v.valor ELSE '[]' END) AS a) AS f)
    SELECT * FROM v;
SELECT is((SELECT array_agg(DISTINCT valor #>> '{}') FROM valores, doc
            WHERE caminho LIKE '%.$ref'
              AND doc.j #> string_to_array(substr(valor #>> '{}', 3), '/') IS NULL), NULL, 'every $ref leads somewhere');
SELECT is((SELECT array_agg(s) FROM doc, jsonb_object_keys(doc.j #> '{components,schemas}') AS s
            WHERE strpos((SELECT string_agg(valor #>> '{}', ' ') FROM valores WHERE caminho LIKE '%.$ref') || ' ', '/' || s || ' ') = 0),
          NULL, 'every shared schema is used');
SELECT is((SELECT array_agg(DISTINCT caminho) FROM valores
            WHERE jsonb_typeof(valor) = 'object'
              AND (caminho LIKE '$.components.schemas.%' OR caminho LIKE '%.responses.%')
              AND caminho NOT LIKE '%.Problema.properties.dados' AND caminho NOT LIKE '%api/x/openapi%'
              AND valor -> 'type' @> '"object"' AND valor ? 'properties' AND NOT valor ? 'additionalProperties'), NULL,
          'answers have no fields that are not said');
SELECT is((SELECT array_agg(DISTINCT caminho) FROM valores, LATERAL jsonb_array_elements_text(valor -> 'required') AS r(campo)
            WHERE jsonb_typeof(valor) = 'object' AND jsonb_typeof(valor -> 'required') = 'array' AND valor ? 'properties'
              AND NOT valor -> 'properties' ? r.campo), NULL, 'what is required exists');
SELECT is(j ->> 'openapi', '3.1.0', 'version of the format') FROM doc;
SELECT is(j #>> '{info,version}', crm.versao(), 'version of the product') FROM doc;
SELECT is((SELECT count(*) FROM doc, jsonb_object_keys(doc.j -> 'paths') AS p WHERE p LIKE '/api/x/%'), (SELECT count(*) FROM e),
          'every route is described');

SELECT * FROM finish();
ROLLBACK;
