"""Entity tags: API-4 (ETag, 304), BUSCA-5 (If-Match), I-12."""
import gzip

import pytest

LEITURAS = ["/api/auth/eu", "/api/auth/publico", "/api/auth/sessoes", "/api/admin/todos-clientes?size=5",
            "/api/admin/clientes-por-periodo", "/api/admin/estatisticas-gerais", "/api/admin/vendedores",
            "/api/admin/relatorios/recuperados", "/api/admin/relatorios/previsao",
            "/api/admin/usuarios", "/api/v1/clients/search?q=maria", "/api/v1/clients/1"]


def quieto(c, caminho, **cabecalhos):
    return c.get(caminho, headers=dict({"Accept-Encoding": "identity"}, **cabecalhos))


@pytest.mark.parametrize("caminho", LEITURAS)
def test_304(admin, caminho):
    """API-4: what has not changed is not sent again; still no-store (I-12)."""
    r = quieto(admin, caminho)
    assert r.status_code == 200, r.text
    etag = r.headers["etag"]
    assert etag.startswith('"' if caminho.endswith("/clients/1") else 'W/"')
    for lista in (etag, f'"x", {etag}', "*", etag.removeprefix("W/")):
        n = quieto(admin, caminho, **{"If-None-Match": lista})
        assert n.status_code == 304 and n.content == b"", lista
        assert n.headers["etag"] == etag and n.headers["cache-control"] == "no-store"
        assert "content-type" not in n.headers
    for lista in ('"x"', 'W/"x"', etag[:-2] + '"', ""):
        n = quieto(admin, caminho, **({"If-None-Match": lista} if lista else {}))
        assert n.status_code == 200 and n.json(), lista
    cabeca = admin.request("HEAD", caminho, headers={"Accept-Encoding": "identity"})
    assert cabeca.status_code == 200 and cabeca.headers["etag"] == etag and cabeca.content == b""


def test_muda_com_o_conteudo(pilha, admin):
    antes = quieto(admin, "/api/admin/usuarios?size=100").headers["etag"]
    pilha.novo_vendedor()
    r = quieto(admin, "/api/admin/usuarios?size=100", **{"If-None-Match": antes})
    assert r.status_code == 200 and r.headers["etag"] != antes


def test_cada_um_o_seu(pilha, admin):
    """Somebody else's tag is no key to one's own answer."""
    outro = pilha.login(pilha.novo_vendedor())
    etag = quieto(admin, "/api/auth/eu").headers["etag"]
    r = quieto(outro, "/api/auth/eu", **{"If-None-Match": etag})
    assert r.status_code == 200 and r.json()["id"] == outro.id


def test_so_leituras(pilha, admin):
    """Refusals and writes have none; If-None-Match means nothing to them."""
    for r in (admin.get("/api/nada", headers={"If-None-Match": "*"}),
              admin.get("/api/admin/todos-clientes?size=x", headers={"If-None-Match": "*"}),
              pilha.cliente().get("/api/auth/eu", headers={"If-None-Match": "*"}),
              admin.post("/api/v1/clients/search", {"q": "maria"}, headers={"If-None-Match": "*"})):
        assert r.status_code in (200, 401, 404, 422) and "etag" not in r.headers


def test_forte_por_codificacao(admin):
    """RFC 9110 8.8.3.3: of a strong tag there is one for each coding; the version leads it."""
    caminho = "/api/v1/clients/1"
    puro = quieto(admin, caminho)
    versao = str(puro.json()["versao"])
    tags = {puro.headers["etag"]}
    for codificacao in ("gzip", "br"):
        r = admin.http.get(admin.base + caminho, headers={"Accept-Encoding": codificacao}, stream=True, timeout=30)
        cru = r.raw.read(decode_content=False)
        if r.headers.get("content-encoding") == "gzip":
            assert gzip.decompress(cru) == puro.content
        if "content-encoding" in r.headers:
            tags.add(r.headers["etag"])
            n = admin.get(caminho, headers={"Accept-Encoding": codificacao, "If-None-Match": r.headers["etag"]})
            assert n.status_code == 304
    assert len(tags) in (1, 3)
    assert {t.strip('"').split(".")[0] for t in tags} == {versao}


def test_if_match(pilha, admin, nada_muda):
    """BUSCA-5: a header that is none is 400; no body or query stands in for it."""
    caminho = "/api/v1/clients/1"
    for ruim in ("1", '"1', "W/1", '"a" "b"', ",", '"a",', "**"):
        r = admin.request("PATCH", caminho, json={"cidade": "X"}, headers={"If-Match": ruim})
        assert r.status_code == 400 and r.json()["codigo"] == "if_match_invalido", ruim
    for corpo, consulta in (({"if_match": "*", "cidade": "X"}, ""), ({"cidade": "X"}, "?if_match=*")):
        r = admin.request("PATCH", caminho + consulta, json=corpo)
        assert r.status_code == 422 and r.json()["codigo"] == "campo_desconhecido"
        assert r.json()["erros"][0]["campo"] == "if_match"
    r = admin.request("PATCH", caminho, json={"cidade": "X"})
    assert r.status_code == 428 and r.json()["codigo"] == "if_match_ausente"
    r = admin.request("PATCH", caminho, json={"cidade": "X"}, headers={"If-Match": '"0.x"'})
    assert r.status_code == 412 and r.json()["codigo"] == "versao_antiga"


def test_if_match_do_que_se_leu(admin):
    """The tag of a GET, of whatever coding, opens one PATCH; the answer's tag the next."""
    caminho = "/api/v1/clients/2"
    for codificacao in ("identity", "gzip", "br"):
        r = admin.get(caminho, headers={"Accept-Encoding": codificacao})
        etag = r.headers["etag"]
        r = admin.request("PATCH", caminho, json={"cidade": "Olinda " + codificacao}, headers={"If-Match": etag})
        assert r.status_code == 200, r.text
        novo = r.headers["etag"]
        assert novo != etag and novo.strip('"').split(".")[0] == str(r.json()["versao"])
        r = admin.request("PATCH", caminho, json={"cidade": "Caruaru"}, headers={"If-Match": etag})
        assert r.status_code == 412
        r = admin.request("PATCH", caminho, json={"cidade": "Caruaru"}, headers={"If-Match": novo})
        assert r.status_code == 200
