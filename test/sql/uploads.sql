-- crm.atender() with a body that is a file, and answers with headers or a file (API-2, API-4).
BEGIN;
SELECT plan(12);

CREATE TEMP TABLE s AS
    WITH u AS (INSERT INTO crm.usuarios (nome, email, papel) VALUES ('Ivo Up', 'ivo@up.test', 'gerente') RETURNING id)
    SELECT gen_random_uuid() AS sessao, id AS usuario_id FROM u;
INSERT INTO crm.sessoes (id, usuario_id, limite_em) SELECT sessao, usuario_id, now() + interval '1 day' FROM s;
CREATE FUNCTION crm.api_prova(args jsonb) RETURNS json LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, crm, pg_temp AS $$
BEGIN
    CASE args ->> 'modo'
        WHEN 'arquivo' THEN
            PERFORM crm.responder(200, to_json(E'a;b\n"ç";2\n'::text), '{"arquivo": {"tipo": "text/csv; charset=utf-8", "nome": "x.csv"}}');
        WHEN 'mau_arquivo' THEN
            PERFORM crm.responder(200, '{"a": 1}', '{"arquivo": {"tipo": "text/csv", "nome": "x.csv"}}');
        WHEN 'cabecalhos' THEN
            PERFORM crm.responder(201, NULL, '{"cabecalhos": {"location": "/api/x/1"}, "etag": "7", "so_agora": true}');
        WHEN 'erros' THEN
            PERFORM crm.falha(422, 'campo_invalido', NULL, 'Há campos a corrigir.', NULL,
                '{"erros": [{"campo": "a", "mensagem": "A."}, {"campo": "b", "mensagem": "B."}], "x": 1}');
        ELSE NULL;
    END CASE;
    RETURN json_build_object('arquivo', convert_from(crm.arquivo(), 'UTF8'));
END $$;
ALTER FUNCTION crm.api_prova(jsonb) OWNER TO crm_owner;
GRANT EXECUTE ON FUNCTION crm.api_prova(jsonb) TO crm_web;
CREATE FUNCTION pg_temp.pedir(modo text, arquivo text, chave text DEFAULT NULL, OUT status int, OUT corpo text, OUT extra jsonb)
LANGUAGE sql AS $$
    SELECT a.status, a.corpo, a.extra::jsonb - 'usuario_id' - 'papel'
      FROM crm.atender('prova', (SELECT sessao FROM pg_temp.s), NULL, 'q', NULL, chave, jsonb_build_object('modo', modo),
                       convert_to(arquivo, 'UTF8')) AS a;
$$;

SELECT is(corpo::jsonb, '{"arquivo": "1;São"}', 'the function reads the upload') FROM pg_temp.pedir('x', '1;São');
SELECT is(corpo::jsonb, '{"arquivo": null}', 'none without one') FROM pg_temp.pedir('x', NULL);
SELECT is(crm.arquivo(), NULL, 'nor outside of a call');

SELECT is(corpo, E'a;b\n"ç";2\n', 'a file is its plain text') FROM pg_temp.pedir('arquivo', NULL);
SELECT is(extra #>> '{arquivo,nome}', 'x.csv', 'and the front is told its name') FROM pg_temp.pedir('arquivo', NULL);
SELECT throws_ok($$SELECT * FROM pg_temp.pedir('mau_arquivo', NULL)$$, 'XX000', NULL, 'a file that is no text is a mistake of the function');

-- The same key: the same headers; another file is another request.
SELECT is(status || extra::text, '201{"etag": "7", "so_agora": true, "cabecalhos": {"location": "/api/x/1"}}', 'headers for the front')
  FROM pg_temp.pedir('cabecalhos', 'um', 'k1');
SELECT is(status || extra::text, '201{"etag": "7", "repetida": true, "cabecalhos": {"location": "/api/x/1"}}', 'API-4 again for the same request')
  FROM pg_temp.pedir('cabecalhos', 'um', 'k1');
SELECT is(status || (corpo::json ->> 'codigo'), '422chave_reutilizada', 'API-4 the file is part of the request')
  FROM pg_temp.pedir('cabecalhos', 'dois', 'k1');
SELECT is(status || (corpo::json ->> 'codigo'), '422chave_reutilizada', 'API-4 so is that there is none')
  FROM pg_temp.pedir('cabecalhos', NULL, 'k1');

-- Several mistakes found by a function.
SELECT is(corpo::json #>> '{erros,1,campo}', 'b', 'API-2 erros of the function are those of the answer') FROM pg_temp.pedir('erros', NULL);
SELECT is((corpo::jsonb -> 'dados')::text, '{"x": 1}', 'the rest stays dados') FROM pg_temp.pedir('erros', NULL);

SELECT * FROM finish();
ROLLBACK;
