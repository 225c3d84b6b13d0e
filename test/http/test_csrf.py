"""Foreign pages: S-8, I-13."""
import pytest
import requests

ALHEIAS = ["https://mau.test", "null", "https://localhost", "http://localhost", "https://localhost:1",
           "https://localhost.mau.test", "file://", "https://mau.test:8443"]


@pytest.fixture(scope="module")
def vendedor(pilha):
    return pilha.login(pilha.novo_vendedor())


def pedir(pilha, c, metodo, caminho, base=None, **cabecalhos):
    """With the cookie and nothing else that a Cliente adds."""
    corpo = cabecalhos.pop("corpo", b"{}")
    cabecalhos = {k.replace("_", "-"): v for k, v in cabecalhos.items() if v is not None}
    if corpo is not None:
        cabecalhos.setdefault("content-type", "application/json")
    return requests.request(metodo, (base or pilha.url) + caminho, data=corpo, timeout=30,
                            verify=str(pilha.ca), headers=dict(cabecalhos, Cookie=c.cookie()))


MUDAM = [("POST", "/api/auth/logout"), ("POST", "/api/vendedor/marcar-contatado/1"),
         ("POST", "/api/admin/redistribuir-todos"), ("PATCH", "/api/admin/vendedores/1")]


@pytest.mark.parametrize("metodo,caminho", MUDAM)
def test_s8_origem(pilha, vendedor, nada_muda, metodo, caminho):
    """S-8: a state change with the cookie from a foreign page, or from who knows where: 403."""
    for origem in ALHEIAS:
        r = pedir(pilha, vendedor, metodo, caminho, Origin=origem)
        assert r.status_code == 403 and r.json()["codigo"] == "origem_recusada", origem
    assert pedir(pilha, vendedor, metodo, caminho).status_code == 403
    for site in ("cross-site", "same-site", "Same-Origin", "x"):
        assert pedir(pilha, vendedor, metodo, caminho, Sec_Fetch_Site=site).status_code == 403
    r = pedir(pilha, vendedor, metodo, caminho, Origin="https://mau.test", Sec_Fetch_Site="same-origin")
    assert r.status_code == 403
    assert vendedor.get("/api/auth/eu").status_code == 200


def test_s8_recusa_auditada(pilha):
    """D-6: a user's request from a foreign page leaves one audit row, a stranger's none."""
    c = pilha.login(pilha.novo_vendedor())

    def recusas():
        return [d for (d,) in pilha.sql("SELECT depois FROM crm.auditoria WHERE acao = 'recusa' AND usuario_id = %s"
                                        " ORDER BY id", (c.id,))]

    r = pedir(pilha, c, "POST", "/api/auth/logout", Origin="https://mau.test")
    assert r.status_code == 403 and r.json()["codigo"] == "origem_recusada" and "set-cookie" not in r.headers
    esperada = {"status": 403, "funcao": "origem_recusada", "codigo": "origem_recusada"}
    assert recusas() == [esperada]
    assert pilha.valor("SELECT requisicao FROM crm.auditoria WHERE acao = 'recusa' AND usuario_id = %s",
                       (c.id,)) == r.headers["x-request-id"]
    aperto = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
              "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    r = pedir(pilha, c, "GET", "/ws", corpo=None, Origin="https://mau.test", **aperto)
    assert r.status_code == 403 and recusas() == [esperada] * 2
    todas = pilha.valor("SELECT count(*) FROM crm.auditoria")
    r = requests.post(pilha.url + "/api/auth/login", json={"email": "x@y.test", "senha": "x"}, verify=str(pilha.ca),
                      headers={"Origin": "https://mau.test"}, timeout=30)
    assert r.status_code == 403 and pilha.valor("SELECT count(*) FROM crm.auditoria") == todas


def test_s8_delete(pilha, vendedor, nada_muda):
    r = pedir(pilha, vendedor, "DELETE", "/api/auth/sessoes/0123abcd-0123-4567-89ab-0123456789ab",
              corpo=None, Origin="https://mau.test")
    assert r.status_code == 403 and r.json()["codigo"] == "origem_recusada"


@pytest.mark.parametrize("tipo", ["text/plain", "text/plain;charset=UTF-8", "application/x-www-form-urlencoded",
                                  "multipart/form-data; boundary=x", "application/jsonp", "application/json-seq",
                                  "application/json; charset=latin1", "application/json, text/plain", "json"])
def test_s8_tipo(pilha, vendedor, nada_muda, tipo):
    """S-8: what a form can send is 415, from any page."""
    for origem in (pilha.url, "https://mau.test", None):
        r = pedir(pilha, vendedor, "POST", "/api/auth/logout", Origin=origem, content_type=tipo)
        assert r.status_code == 415 and r.json()["codigo"] == "tipo_nao_suportado"


def test_s8_aceitos(pilha):
    """Own origin, own fetch without Origin, and programs with a bearer token pass."""
    u = pilha.novo_vendedor()
    for cabecalhos in ({"Origin": pilha.url}, {"Origin": pilha.url.upper().replace("HTTPS", "https")},
                       {"Sec_Fetch_Site": "same-origin"}, {"Origin": pilha.url, "Sec_Fetch_Site": "same-origin"}):
        c = pilha.login(u)
        assert pedir(pilha, c, "POST", "/api/auth/logout", **cabecalhos).status_code == 200, cabecalhos
    c = pilha.login(u)
    r = requests.post(pilha.url + "/api/auth/logout", verify=str(pilha.ca), timeout=30,
                      headers={"Authorization": "Bearer " + c.dados["token"], "Origin": "https://mau.test"})
    assert r.status_code == 200


@pytest.fixture
def visitante(pilha):
    return pilha.novo_vendedor()


def test_s8_login_de_pagina_alheia(pilha, visitante, nada_muda):
    """No page may log its visitor in as somebody else."""
    u = visitante
    corpo = {"email": u["email"], "senha": u["senha"]}
    for h in ({"Origin": "https://mau.test"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        r = requests.post(pilha.url + "/api/auth/login", json=corpo, headers=h, verify=str(pilha.ca), timeout=30)
        assert r.status_code == 403 and "set-cookie" not in r.headers
    assert pilha.valor("SELECT count(*) FROM crm.sessoes WHERE usuario_id = %s", (u["id"],)) == 0


def test_i13_sem_cors(pilha, vendedor):
    """I-13: no access-control header, whoever asks and however."""
    for origem in ("https://mau.test", "null", pilha.url):
        for metodo in ("OPTIONS", "GET", "HEAD", "POST"):
            for caminho in ("/api/auth/eu", "/api/auth/login", "/api/nada", "/", "/ws"):
                r = requests.request(metodo, pilha.url + caminho, verify=str(pilha.ca), timeout=30,
                                     data=b"" if metodo == "POST" else None,
                                     headers={"Origin": origem, "Cookie": vendedor.cookie(),
                                              "Access-Control-Request-Method": "POST",
                                              "Access-Control-Request-Headers": "content-type"})
                assert not [k for k in r.headers if k.lower().startswith("access-control")]
                if metodo == "OPTIONS":
                    assert r.status_code in (404, 405)
