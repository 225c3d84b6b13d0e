"""What a request may look like: L-14, I-4 to I-7, I-12, I-15, Z-3, Z-4, API-2."""
import http.client
import json
import pathlib
import re
import socket
import ssl
import struct
import time
import urllib.parse
import uuid

import pytest
import requests

PROBLEMA = {"type", "title", "status", "detail", "codigo", "erros", "requisicao"}


@pytest.fixture(scope="module")
def vendedor(pilha):
    return pilha.login(pilha.novo_vendedor())


def conferir_problema(r, status, codigo=None, campo=None):
    assert r.status_code in (status if isinstance(status, tuple) else (status,)), (r.status_code, r.text)
    assert r.headers["content-type"] == "application/problem+json; charset=utf-8"
    p = r.json()
    assert PROBLEMA <= set(p), p
    assert p["status"] == r.status_code and p["requisicao"] == r.headers["x-request-id"]
    assert re.fullmatch("[a-z0-9_]+", p["codigo"]) and p["detail"].endswith((".", "?", "!"))
    if codigo:
        assert p["codigo"] == codigo, p
    if campo:
        assert campo in [e["campo"] for e in p["erros"]], p


def bruto(pilha, c, metodo, caminho, corpo=None, **cabecalhos):
    """The request target as written: requests would tidy it up."""
    h = {"Cookie": c.cookie(), "Origin": pilha.url} if c else {}
    if corpo is not None:
        h["Content-Type"] = "application/json"
    h.update({k.replace("_", "-"): v for k, v in cabecalhos.items()})
    h = {k: v for k, v in h.items() if v is not None}
    u = urllib.parse.urlsplit(pilha.url)
    k = http.client.HTTPSConnection(u.hostname, u.port, timeout=30,
                                    context=ssl.create_default_context(cafile=str(pilha.ca)))
    k._validate_path = lambda url: None
    k.request(metodo, caminho, body=corpo, headers=h)
    r = k.getresponse()
    resposta = requests.Response()
    resposta.status_code = r.status
    resposta.headers.update(r.headers)
    resposta._content = r.read()
    k.close()
    return resposta


CORPOS = {
    b"[]": (422, "corpo_invalido"), b"null": (422, "corpo_invalido"), b"5": (422, "corpo_invalido"),
    b'"x"': (422, "corpo_invalido"), b"true": (422, "corpo_invalido"), b"{": (400, "json_invalido"),
    b"{}{}": (400, "json_invalido"), b"\xef\xbb\xbf{}": (400, "json_invalido"),
    b'{"email":"a@b.c","email":"a@b.c","senha":"12345678"}': (400, "json_invalido"),
    b'{"email":"a\\u0000@b.c","senha":"12345678"}': (422, "json_invalido"),
    b'{"email":"a@b.c","senha":"1234567\\u0000"}': (422, "json_invalido"),
    b'{"email":"\x00","senha":"12345678"}': (400, "json_invalido"),
    b'{"email":"\\ud800@b.c","senha":"12345678"}': (400, "json_invalido"),
    b'{"email":"\\udc00@b.c","senha":"12345678"}': (400, "json_invalido"),
    b'{"email":"\xff@b.c","senha":"12345678"}': (400, "json_invalido"),
    b'{"email":"\xed\xa0\x80@b.c","senha":"12345678"}': (400, "json_invalido"),
    b'{"email":1e999,"senha":"12345678"}': (422, "numero_invalido"),
    b'{"email":9223372036854775808,"senha":"12345678"}': (422, "numero_invalido"),
    b"[" * 60000: (400, "json_invalido"),
}


@pytest.mark.parametrize("corpo", CORPOS, ids=lambda c: repr(c[:24]))
def test_l14_corpo_do_login(pilha, nada_muda, corpo):
    """L-14: malformed JSON 400, wrong shape 422, never 500."""
    status, codigo = CORPOS[corpo]
    conferir_problema(bruto(pilha, None, "POST", "/api/auth/login", corpo), status, codigo)


@pytest.mark.parametrize("corpo", [
    {"email": 5, "senha": "12345678"}, {"email": ["a@b.c"], "senha": "12345678"},
    {"email": "a@b.c", "senha": 12345678}, {"email": "a@b.c", "senha": None}, {"email": "a@b.c"},
    {"senha": "12345678"}, {}, {"email": "sem-arroba", "senha": "12345678"}, {"email": "a@b.c", "senha": "1234567"},
    {"email": {"$ne": 1}, "senha": "12345678"}, {"email": "a@b.c", "senha": "12345678", "is_admin": True},
    {"email": "a" * 5000 + "@b.c", "senha": "12345678"}, {"email": "a@b.c", "senha": "x" * 200}], ids=str)
def test_l14_campos_do_login(pilha, nada_muda, corpo):
    """L-14, Z-4: wrong types, missing and unknown fields are 422 and named."""
    r = bruto(pilha, None, "POST", "/api/auth/login", json.dumps(corpo).encode())
    conferir_problema(r, 422)
    assert r.json()["erros"], r.text


def test_l14_corpo_grande(pilha, vendedor, nada_muda):
    """L-14, I-8: 70 kB are too much for any of these; 413, and the next request is answered."""
    texto = json.dumps({"email": "a@b.c", "senha": "x" * 70000}).encode()
    conferir_problema(bruto(pilha, None, "POST", "/api/auth/login", texto), 413)
    texto = json.dumps({"cliente_id": 1, "observacoes": "x" * 70000}).encode()
    conferir_problema(bruto(pilha, vendedor, "POST", f"/api/vendedor/marcar-contatado/{vendedor.id}", texto), 413)
    assert vendedor.get("/api/auth/eu").status_code == 200


@pytest.mark.parametrize("campo,valores", {
    "page": ["0", "-1", "1000000001", "9223372036854775808", "1.5", "abc", " 1", "1e3", "٣", "１"],
    "size": ["0", "-5", "100000", "x"],
    "sort": ["senha", "id;drop table", "-", "id,nome"],
    "vendedor_id": ["x", "9223372036854775808", "1.0"],
    "status": ["outro", "disponivel'"],
}.items())
def test_i4_valores(admin, campo, valores):
    """I-4, I-6: out of range, wrong type, other digits: 422 naming the field."""
    for v in valores:
        conferir_problema(admin.get("/api/admin/todos-clientes", params={campo: v}), 422, campo=campo)


def test_i4_identificadores(pilha, admin, vendedor, nada_muda):
    """A malformed id in the path is refused, never decoded, never an error of the server."""
    for ruim in ("abc", "-1", "1.5", "9223372036854775808", "%31", "1%00", "0x1", "1e3", "+1", "1;2", "~", "%2e%2e"):
        for r in (bruto(pilha, admin, "GET", "/api/vendedor/meus-clientes/" + ruim),
                  bruto(pilha, admin, "POST", "/api/admin/liberar-cliente/" + ruim, b"{}"),
                  bruto(pilha, admin, "PATCH", "/api/admin/usuarios/" + ruim, b'{"nome":"x"}')):
            assert r.status_code in (400, 403, 404, 422), (ruim, r.status_code, r.text)


def test_i5_repetidos(admin):
    """I-5: the same parameter twice, or in two places, is refused and named."""
    r = admin.get("/api/admin/todos-clientes?page=1&size=5&page=2")
    conferir_problema(r, 422, "parametro_repetido", "page")
    r = admin.get("/api/admin/todos-clientes?page=1&%70age=2")
    conferir_problema(r, 422, "parametro_repetido", "page")
    r = admin.post("/api/admin/realocar-cliente?cliente_id=1", {"cliente_id": 1, "vendedor_id": 1})
    conferir_problema(r, 422, "parametro_repetido", "cliente_id")
    r = admin.post("/api/admin/realocar-cliente", {"cliente_id": [1], "vendedor_id": 1})
    conferir_problema(r, 422, campo="cliente_id")


def test_consulta_malformada(pilha, admin):
    for consulta, status in (("page=%", 400), ("page=%4", 400), ("page=%zz", 400), ("page=%ff", 400),
                             ("page=%00", 422), ("=1", 422), ("&".join(f"p{i}=1" for i in range(70)), 422),
                             ("desconhecido=1", 422)):
        r = bruto(pilha, admin, "GET", "/api/admin/todos-clientes?" + consulta)
        conferir_problema(r, status)


def test_z4_campos_a_mais(pilha, admin, vendedor, nada_muda):
    """Z-4: what a caller may not set is refused by name, not dropped."""
    caminho = f"/api/vendedor/marcar-contatado/{vendedor.id}"
    for campo in ("is_admin", "papel", "status", "valor_total", "id_cliente", "ativo", "created_at", "__proto__"):
        conferir_problema(vendedor.post(caminho, {"cliente_id": 1, campo: 1}), 422, campo=campo)
        conferir_problema(admin.patch("/api/admin/vendedores/1", {"peso": 2, campo + "_x": 1}), 422)
    for campo in ("is_admin", "senha_hash", "created_at", "online", "sessoes"):
        conferir_problema(admin.patch("/api/admin/usuarios/1", {campo: True}), 422, campo=campo)


def test_i7_formatos(pilha, vendedor):
    """I-7: other content type 415, other Accept 406; a missing type with a body is 415."""
    c = f"/api/vendedor/marcar-contatado/{vendedor.id}"
    for tipo in ("text/xml", "application/xml", "application/x-www-form-urlencoded", "text/json"):
        conferir_problema(bruto(pilha, vendedor, "POST", c, b"{}", Content_Type=tipo), 415, "tipo_nao_suportado")
    conferir_problema(bruto(pilha, vendedor, "POST", c, b"{}", Content_Type=None), 415)
    for aceita in ("application/xml", "text/html", "image/*", "application/json;q=0", "text/html, application/json;q=0.0"):
        conferir_problema(bruto(pilha, vendedor, "GET", "/api/auth/eu", Accept=aceita), 406, "formato_nao_aceito")
    for aceita in ("application/json", "*/*", "application/*;q=0.1", "text/html, application/json;q=0.5", "APPLICATION/JSON"):
        assert bruto(pilha, vendedor, "GET", "/api/auth/eu", Accept=aceita).status_code == 200, aceita
    for tipo in ("application/json; charset=utf-8", "Application/JSON;charset=\"UTF-8\"", "application/json"):
        assert bruto(pilha, vendedor, "POST", c, b"{}", Content_Type=tipo).status_code == 422


def test_z3_metodos(pilha, admin, vendedor, nada_muda):
    """Z-3: 405 names what is allowed, for every caller; an unknown path is 404."""
    casos = {"/api/auth/login": "POST", "/api/auth/eu": "GET, HEAD", "/api/admin/usuarios": "GET, HEAD, POST",
             "/api/admin/usuarios/1": "PATCH", "/api/auth/sessoes/x": "DELETE",
             "/api/admin/estatisticas-gerais": "GET, HEAD"}
    for caminho, permitidos in casos.items():
        for metodo in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} - set(permitidos.split(", ")):
            corpo = b"{}" if metodo in ("POST", "PUT", "PATCH") else None
            r = bruto(pilha, vendedor, metodo, caminho, corpo)
            conferir_problema(r, 405, "metodo_nao_permitido")
            assert r.headers["allow"] == permitidos
    for caminho in ("/api", "/api/", "/api/auth", "/api/auth/eu/", "/api//auth/eu", "/api/auth/EU", "/api/auth/e%75",
                    "/api/auth/eu;x=1", "/api/v1/clients/search/x", "/api/admin/usuarios/1/2/3", "/api/.git/config"):
        for metodo in ("GET", "POST"):
            conferir_problema(bruto(pilha, admin, metodo, caminho, b"{}" if metodo == "POST" else None),
                              404, "rota_inexistente")


def test_toda_rota_tem_funcao(pilha):
    """Every row of the route table has its crm.api_ function for crm_web, and every function a row."""
    tabela = (pathlib.Path(__file__).resolve().parents[2] / "server/src/rotas.c").read_text()
    linhas = re.findall(r'^    {(\w+), +"(/api/[^"]+)", +"(\w+)",', tabela, re.M)
    assert len(linhas) > 20
    existem = {f for (f,) in pilha.sql("""SELECT substr(proname, 5) FROM pg_proc
                 WHERE pronamespace = 'crm'::regnamespace AND proname LIKE 'api\\_%'
                   AND has_function_privilege('crm_web', oid, 'EXECUTE')""")}
    assert {f for _, _, f in linhas} == existem - {"limites", "batimento", "origem_recusada", "saude", "registrar_leituras", "registrar_perfis",
                                              "cache_violada", "exportacao_parte"}


def test_head(pilha, vendedor):
    """HEAD answers as GET does, without the body."""
    g = bruto(pilha, vendedor, "GET", "/api/auth/eu")
    h = bruto(pilha, vendedor, "HEAD", "/api/auth/eu")
    assert h.status_code == 200 and h.content == b""
    assert h.headers["content-length"] == str(len(g.content)) or "content-encoding" in g.headers
    assert bruto(pilha, vendedor, "HEAD", "/api/auth/login").status_code == 405


def test_chave_de_idempotencia(pilha, vendedor, nada_muda):
    """The header is ASCII of 1 to 200 characters."""
    c = f"/api/vendedor/marcar-contatado/{vendedor.id}"
    for ruim in ("x" * 201, "\xe9"):
        r = bruto(pilha, vendedor, "POST", c, b"{}", Idempotency_Key=ruim)
        assert r.status_code in (400, 422)
    r = bruto(pilha, vendedor, "POST", c, b"{}", Idempotency_Key="x" * 201)
    conferir_problema(r, 422, "chave_invalida", "Idempotency-Key")


def test_chave_repetida(pilha):
    """API-4: the same key gives the same answer once more and changes nothing; other content is 422."""
    c = pilha.login(pilha.novo_vendedor())
    cartoes = c.get(f"/api/vendedor/meus-clientes/{c.id}").json()["clientes"]
    caminho, chave = f"/api/vendedor/marcar-contatado/{c.id}", str(uuid.uuid4())
    corpo = {"cliente_id": cartoes[0]["id"], "observacoes": "primeira"}
    a = c.post(caminho, corpo, headers={"Idempotency-Key": chave})
    b = c.post(caminho, corpo, headers={"Idempotency-Key": chave})
    assert a.status_code == b.status_code == 200 and a.json() == b.json() and a.json()["repetido"] is False
    r = c.post(caminho, dict(corpo, observacoes="outra"), headers={"Idempotency-Key": chave})
    conferir_problema(r, 422, "chave_reutilizada")
    assert pilha.valor("SELECT count(*) FROM crm.auditoria WHERE usuario_id = %s AND acao = 'contato'",
                       (c.id,)) <= 1


SEGURANCA = {"x-content-type-options": "nosniff", "cache-control": "no-store", "referrer-policy": "no-referrer"}


def test_i12_cabecalhos(pilha, vendedor):
    """I-12: every answer of the API carries the security headers, refusals too."""
    respostas = [vendedor.get("/api/auth/eu"), bruto(pilha, None, "GET", "/api/auth/eu"),
                 bruto(pilha, None, "POST", "/api/auth/login", b"{"), bruto(pilha, vendedor, "GET", "/api/nada"),
                 bruto(pilha, vendedor, "PUT", "/api/auth/eu", b"{}"), vendedor.get("/api/admin/usuarios"),
                 bruto(pilha, vendedor, "GET", "/ws")]
    assert {r.status_code for r in respostas} == {200, 400, 401, 403, 404, 405, 426}
    for r in respostas:
        for nome, valor in SEGURANCA.items():
            assert r.headers[nome] == valor, (r.status_code, nome)
        assert "charset=utf-8" in r.headers["content-type"]
        assert "max-age=" in r.headers["strict-transport-security"]
        csp = r.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in csp and "unsafe" not in csp
        assert "kore" not in r.headers.get("server", "").lower()
        assert r.headers["x-request-id"]
        assert ("www-authenticate" in r.headers) == (r.status_code == 401)
    clara = requests.get(pilha.plain_url + "/api/auth/publico", timeout=30)
    assert "strict-transport-security" not in clara.headers


@pytest.mark.parametrize("erro,status,codigo", [
    ("RAISE EXCEPTION 'segredo interno de tabela_x' USING ERRCODE = 'XX000'", 500, "erro_interno"),
    ("RAISE EXCEPTION 'segredo' USING ERRCODE = '40001'", 503, "conflito_passageiro"),
    ("RAISE EXCEPTION 'segredo' USING ERRCODE = '40P01'", 503, "conflito_passageiro"),
    ("RAISE EXCEPTION 'segredo' USING ERRCODE = '53200'", 503, "banco_sobrecarregado"),
    ("RAISE EXCEPTION 'segredo' USING ERRCODE = '57014'", 503, "tempo_esgotado"),
    ("PERFORM segredo.nada()", 500, "erro_interno")])
def test_i15_falha_provocada(pilha, vendedor, erro, status, codigo):
    """I-15: a bug shows a request id and no SQL; what passes by itself says when to retry."""
    original = pilha.valor("SELECT pg_get_functiondef('crm.api_estatisticas_vendedor(jsonb)'::regprocedure)")
    pilha.sql("""CREATE OR REPLACE FUNCTION crm.api_estatisticas_vendedor(args jsonb) RETURNS json
                 LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, crm, pg_temp
                 AS $f$ BEGIN """ + erro + "; RETURN '{}'; END $f$")
    try:
        r = vendedor.get(f"/api/vendedor/estatisticas/{vendedor.id}")
    finally:
        pilha.sql(original)
    conferir_problema(r, status, codigo)
    assert "segredo" not in r.text and "crm." not in r.text and "SQL" not in r.text
    assert ("retry-after" in r.headers) == (status == 503)
    assert r.json()["requisicao"] in pilha.log("front")
    assert vendedor.get(f"/api/vendedor/estatisticas/{vendedor.id}").status_code == 200


def test_i15_conexao_perdida_na_escrita(pilha, vendedor):
    """A write whose connection dies: the outcome is unknown and said to be; a read may just be retried."""
    original = pilha.valor("SELECT pg_get_functiondef('crm.api_{}(jsonb)'::regprocedure)".format("marcar_contatado"))
    pilha.sql("""CREATE OR REPLACE FUNCTION crm.api_marcar_contatado(args jsonb) RETURNS json
                 LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, crm, pg_temp
                 AS $f$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); RETURN '{}'; END $f$""")
    try:
        pilha.sql("GRANT pg_signal_backend TO crm_owner")
        r = vendedor.post(f"/api/vendedor/marcar-contatado/{vendedor.id}", {"cliente_id": 1})
    finally:
        pilha.sql("REVOKE pg_signal_backend FROM crm_owner")
        pilha.sql(original)
    conferir_problema(r, 503, "resultado_desconhecido")
    assert "retry-after" in r.headers


def test_cliente_que_desiste(pilha, vendedor):
    """Clients that leave while their request waits for the database harm nobody."""
    def trocar(nome, corpo):
        original = pilha.valor(f"SELECT pg_get_functiondef('crm.api_{nome}(jsonb)'::regprocedure)")
        pilha.sql(f"""CREATE OR REPLACE FUNCTION crm.api_{nome}(args jsonb) RETURNS json
                      LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, crm, pg_temp
                      AS $f$ BEGIN {corpo} END $f$""")
        return original

    trabalhadores = pilha.filhos(pilha.pid("front"))
    originais = [trocar("estatisticas_vendedor", "PERFORM pg_sleep(0.3); RETURN '{}';"),
                 trocar("eu", "PERFORM pg_sleep(0.3); RETURN '{}';")]
    porta = int(pilha.plain_url.rsplit(":", 1)[1])
    token = vendedor.dados["token"]
    pedidos = {f"GET /api/vendedor/estatisticas/{vendedor.id} HTTP/1.1\r\n": "",
               "GET /ws HTTP/1.1\r\n": "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"}
    try:
        for n in range(40):
            for linha, resto in pedidos.items():
                s = socket.create_connection(("127.0.0.1", porta))
                if n % 2:     # a reset instead of an orderly end
                    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                s.sendall((linha + "Host: x\r\nAuthorization: Bearer " + token + "\r\n" + resto + "\r\n").encode())
                time.sleep(0.002 * (n % 5))
                s.close()
    finally:
        for original in originais:
            pilha.sql(original)
    assert vendedor.get(f"/api/vendedor/estatisticas/{vendedor.id}").json()["contatados"] == 0
    assert vendedor.get("/api/auth/eu").status_code == 200
    assert pilha.filhos(pilha.pid("front")) == trabalhadores
