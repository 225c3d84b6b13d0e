"""Token, cookie and session over HTTP: AUTH-1, AUTH-5, S-1 to S-7, S-9, S-11."""
import base64
import hashlib
import hmac
import json
import time
import uuid
from datetime import datetime

import pytest
import requests

HORA = 3600


def b64(b):
    return base64.urlsafe_b64encode(b).rstrip(b"=").decode()


def chave_do_servidor(pilha):
    kid, valor = (pilha.serv / "jwt_chaves").read_text().split("\n")[0].split()
    return kid, base64.b64decode(valor)


def assinar(chave, dados, cabecalho=None, kid="k1"):
    cabecalho = cabecalho or {"alg": "HS256", "kid": kid, "typ": "JWT"}
    texto = b64(json.dumps(cabecalho, separators=(",", ":")).encode()) + "." + b64(
        dados if isinstance(dados, bytes) else json.dumps(dados).encode())
    if chave is None:
        return texto + "."
    return texto + "." + b64(hmac.new(chave, texto.encode(), hashlib.sha256).digest())


def ler(token):
    corpo = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(corpo + "=" * (-len(corpo) % 4)))


def eu(pilha, token=None, cookie=None, caminho="/api/auth/eu"):
    h = {}
    if token is not None:
        h["Authorization"] = "Bearer " + token
    if cookie is not None:
        h["Cookie"] = cookie
    s = requests.Session()
    s.trust_env, s.verify = False, str(pilha.ca)
    return s.get(pilha.url + caminho, headers=h, timeout=30)


@pytest.fixture(scope="module")
def vendedor(pilha):
    return pilha.login(pilha.novo_vendedor())


@pytest.fixture(scope="module")
def outro(pilha):
    return pilha.login(pilha.novo_vendedor())


def test_login_responde_token_e_cookie(pilha):
    """AUTH-1, S-6: token, expira_em and a __Host- cookie with every attribute."""
    u = pilha.novo_vendedor()
    c = pilha.cliente()
    antes = time.time()
    r = c.post("/api/auth/login", {"email": u["email"].upper(), "senha": u["senha"]})
    assert r.status_code == 200
    d = r.json()
    assert {"id", "nome", "is_admin", "papel", "token", "expira_em"} <= set(d)
    assert (d["id"], d["papel"], d["is_admin"]) == (u["id"], "vendedor", False)
    expira = datetime.fromisoformat(d["expira_em"]).timestamp()
    assert abs(expira - antes - 24 * HORA) < 60
    nome, _, resto = r.headers["set-cookie"].partition("=")
    partes = [p.strip().lower() for p in resto.split(";")]
    assert nome == "__Host-crm"
    assert {"secure", "httponly", "samesite=strict", "path=/"} <= set(partes)
    assert not any(p.startswith("domain") for p in partes)
    assert partes[0] == d["token"].lower()
    dados = ler(d["token"])
    # The database set the limit, the front the time of issue, a moment later.
    assert dados["sub"] == str(u["id"]) and 0 <= 7 * 24 * HORA - (dados["limite"] - dados["iat"]) <= 60
    # The plain listener serves a proxy that speaks TLS: the cookie stays Secure.
    r = requests.post(pilha.plain_url + "/api/auth/login", timeout=30,
                      json={"email": u["email"], "senha": u["senha"]})
    assert "; secure;" in r.headers["set-cookie"].lower() and r.headers["set-cookie"].startswith("__Host-")


@pytest.mark.parametrize("cookie", ["lixo", "a.b.c", "", "x" * 3000])
def test_cookie_de_antes_do_login_nao_conta(pilha, cookie):
    """S-5: a cookie set before the login is ignored, a new one is issued."""
    u = pilha.novo_vendedor()
    r = requests.post(pilha.url + "/api/auth/login", verify=str(pilha.ca), timeout=30,
                      json={"email": u["email"], "senha": u["senha"]},
                      headers={"Cookie": "__Host-crm=" + cookie, "Origin": pilha.url})
    assert r.status_code == 200
    assert eu(pilha, r.json()["token"]).json()["id"] == u["id"]


def test_cookie_de_outra_sessao_nao_e_adotado(pilha, vendedor):
    """S-5: logging in with somebody's cookie opens a session of its own."""
    u = pilha.novo_vendedor()
    r = requests.post(pilha.url + "/api/auth/login", verify=str(pilha.ca), timeout=30,
                      json={"email": u["email"], "senha": u["senha"]},
                      headers={"Cookie": vendedor.cookie(), "Origin": pilha.url})
    assert ler(r.json()["token"])["sid"] != ler(vendedor.dados["token"])["sid"]
    assert eu(pilha, vendedor.dados["token"]).json()["id"] == vendedor.id


def test_portador_vence_o_cookie(pilha, vendedor, outro):
    """A bearer token decides; a worthless one is not healed by a good cookie."""
    assert eu(pilha, outro.dados["token"], vendedor.cookie()).json()["id"] == outro.id
    assert eu(pilha, "lixo", vendedor.cookie()).status_code == 401
    assert eu(pilha, None, "a=1; " + vendedor.cookie() + "; b=2").json()["id"] == vendedor.id
    duas = vendedor.cookie() + "; " + outro.cookie()
    assert eu(pilha, None, duas).status_code == 401


def test_s1_cabecalho_do_token(pilha, vendedor, nada_muda):
    """S-1: alg, kid or a key in the header never reach a decision."""
    _, chave = chave_do_servidor(pilha)
    dados = ler(vendedor.dados["token"])
    assert eu(pilha, assinar(chave, dados)).status_code == 200
    ruins = [{"alg": a, "kid": "k1", "typ": "JWT"} for a in ("none", "None", "nOnE", "HS512", "RS256", "")]
    ruins += [{"alg": "HS256", "kid": k, "typ": "JWT"}
              for k in ("k2", "../../etc/passwd", "k1' OR '1'='1", "", None, 1)]
    ruins += [{"alg": "HS256", "kid": "k1", "typ": "JWT", "jwk": {"kty": "oct", "k": b64(b"x" * 32)}},
              {"alg": "HS256", "kid": "k1", "typ": "JWT", "jku": "https://mau.test/"},
              {"alg": "HS256", "kid": "k1", "typ": "JWT", "crit": ["b64"], "b64": False}]
    for cabecalho in ruins:
        for k in (chave, None, b"x" * 32):
            for forma in ("token", "cookie"):
                t = assinar(k, dados, cabecalho)
                r = eu(pilha, t) if forma == "token" else eu(pilha, cookie="__Host-crm=" + t)
                assert r.status_code == 401, (cabecalho, r.text)
                assert r.json()["codigo"] == "sessao_invalida"
    t = vendedor.dados["token"]
    for ruim in (t.rsplit(".", 1)[0] + ".", t.rsplit(".", 1)[0], t + "x", t + ".x", t[:-5], "." + t, ".."):
        assert eu(pilha, ruim).status_code == 401, ruim


def test_s2_conteudo_do_token(pilha, vendedor, nada_muda):
    """S-2: edited claims, odd dates, another installation's key."""
    _, chave = chave_do_servidor(pilha)
    bom = ler(vendedor.dados["token"])
    t = vendedor.dados["token"].split(".")
    for troca in ({"papel": "administrador"}, {"sub": "1"}, {"exp": bom["exp"] + 99}):
        corpo = b64(json.dumps(dict(bom, **troca)).encode())
        assert eu(pilha, ".".join([t[0], corpo, t[2]])).status_code == 401, troca
    assert eu(pilha, assinar(b"outra-instalacao-outra-instalacao", bom)).status_code == 401
    agora = int(time.time())
    for troca in ({"exp": str(bom["exp"])}, {"exp": -1}, {"exp": 1e99}, {"exp": None}, {"exp": True},
                  {"exp": agora}, {"exp": float(bom["exp"])}, {"exp": 2 ** 63}, {"nbf": agora + 60},
                  {"iat": agora + 3600}, {"limite": agora}, {"sid": "x"}, {"sid": str(uuid.uuid4()).upper()},
                  {"sub": int(bom["sub"])}, {"sub": "0"}, {"papel": "a b"}):
        assert eu(pilha, assinar(chave, dict(bom, **troca))).status_code == 401, troca
    for campo in ("exp", "iat", "limite", "sid", "sub", "papel"):
        assert eu(pilha, assinar(chave, {k: v for k, v in bom.items() if k != campo})).status_code == 401
    texto = json.dumps(bom)
    assert eu(pilha, assinar(chave, ('{"exp":1,' + texto[1:]).encode())).status_code == 401


def test_s2_assinado_mas_sem_sessao(pilha, vendedor):
    """A right signature on an unknown session, or on another user's, opens nothing."""
    _, chave = chave_do_servidor(pilha)
    bom = ler(vendedor.dados["token"])
    assert eu(pilha, assinar(chave, dict(bom, sid=str(uuid.uuid4())))).status_code == 401
    # The session says who it is; sub and papel of the token are not believed.
    r = eu(pilha, assinar(chave, dict(bom, sub="1", papel="administrador")))
    assert r.status_code == 401 or (r.json()["id"], r.json()["papel"]) == (vendedor.id, "vendedor")


@pytest.mark.parametrize("motivo", ["logout", "senha", "desativacao", "papel", "revogada"])
def test_s3_sessao_encerrada_na_hora(pilha, admin, motivo):
    """S-3, L-4, S-9: a dead session is 401 at once, whichever worker is asked."""
    u = pilha.novo_vendedor()
    c, outra = pilha.login(u), pilha.login(u)
    token = c.dados["token"]
    assert eu(pilha, token).status_code == 200
    if motivo == "logout":
        r = c.sair()
        assert "max-age=0" in r.headers["set-cookie"].lower()
    elif motivo == "senha":
        r = outra.post("/api/auth/senha", {"senha_atual": u["senha"], "senha_nova": u["senha"] + "-nova"})
    elif motivo == "desativacao":
        r = admin.patch(f"/api/admin/usuarios/{u['id']}", {"ativo": False})
    elif motivo == "papel":
        r = admin.patch(f"/api/admin/usuarios/{u['id']}", {"papel": "operador"})
    else:
        r = outra.delete("/api/auth/sessoes/" + ler(token)["sid"])
    assert r.status_code == 200, r.text
    for _ in range(12):      # new connections: both workers
        r = eu(pilha, token)
        assert r.status_code == 401 and r.json()["codigo"] == "sessao_invalida"
    assert eu(pilha, cookie="__Host-crm=" + token).headers["set-cookie"].startswith("__Host-crm=;")
    if motivo in ("senha", "revogada"):
        assert eu(pilha, outra.dados["token"]).status_code == 200


def test_s4_renovacao(pilha, vendedor):
    """S-4: past half its life a token is replaced in the answer, never past the end."""
    _, chave = chave_do_servidor(pilha)
    bom = ler(vendedor.dados["token"])
    agora = int(time.time())
    r = eu(pilha, vendedor.dados["token"])
    assert "x-crm-token" not in r.headers and "set-cookie" not in r.headers

    velho = dict(bom, iat=agora - 13 * HORA, exp=agora + 11 * HORA)
    r = eu(pilha, assinar(chave, velho))
    novo = ler(r.headers["x-crm-token"])
    assert "set-cookie" not in r.headers
    assert novo["sid"] == bom["sid"] and novo["limite"] == bom["limite"]
    assert abs(novo["exp"] - agora - 24 * HORA) < 60
    assert eu(pilha, r.headers["x-crm-token"]).status_code == 200

    r = eu(pilha, cookie="__Host-crm=" + assinar(chave, velho))
    assert r.headers["set-cookie"].startswith("__Host-crm=ey") and "x-crm-token" not in r.headers

    fim = dict(velho, limite=agora + 12 * HORA)
    r = eu(pilha, assinar(chave, fim))
    assert ler(r.headers["x-crm-token"])["exp"] == fim["limite"]
    fim = dict(velho, limite=agora + 11 * HORA)
    assert "x-crm-token" not in eu(pilha, assinar(chave, fim)).headers


def test_s4_fim_absoluto(pilha):
    """S-4: the database ends the session too, whatever the token says."""
    c = pilha.login(pilha.novo_vendedor())
    pilha.sql("UPDATE crm.sessoes SET limite_em = now() - interval '1 second' WHERE id = %s",
              (ler(c.dados["token"])["sid"],))
    assert eu(pilha, c.dados["token"]).status_code == 401


def test_s9_sessoes_so_as_proprias(vendedor, outro, nada_muda):
    """S-9: list and end own sessions; another's is refused like an absent one."""
    alheia = ler(outro.dados["token"])["sid"]
    minhas = vendedor.get("/api/auth/sessoes").json()["sessoes"]
    assert [s["id"] for s in minhas if s["atual"]] == [ler(vendedor.dados["token"])["sid"]]
    assert alheia not in [s["id"] for s in minhas]
    a = vendedor.delete("/api/auth/sessoes/" + alheia)
    b = vendedor.delete("/api/auth/sessoes/" + str(uuid.uuid4()))
    assert a.status_code == b.status_code and a.status_code in (403, 404)
    assert a.json()["codigo"] == b.json()["codigo"]
    assert outro.get("/api/auth/eu").status_code == 200
    for ruim in ("x", "1", "' OR 1=1", "%00", "0123abcd-0123-4567-89ab-0123456789ab0"):
        assert vendedor.delete("/api/auth/sessoes/" + ruim).status_code in (400, 404, 422), ruim


def test_s7_nada_secreto_no_registro(pilha):
    """S-7: no token, password or query value in the log of the front."""
    u = pilha.novo_vendedor()
    c = pilha.login(u)
    c.get("/api/auth/eu", params={"token": "segredo-na-consulta", "cpf": "52998224725"})
    eu(pilha, c.dados["token"])
    pilha.login(u).sair()
    requests.post(pilha.url + "/api/auth/login", verify=str(pilha.ca), timeout=30,
                  json={"email": u["email"], "senha": "errada-mas-secreta"})
    log = pilha.log("front")
    for segredo in (c.dados["token"], c.dados["token"].split(".")[2], u["senha"], "errada-mas-secreta",
                    "segredo-na-consulta", "52998224725"):
        assert segredo not in log
    assert '"/api/auth/eu"' in log


def test_anonimo_so_o_que_pode(pilha, nada_muda):
    """Without a session: 401 and how to authenticate; the front's own functions have no route."""
    for metodo, caminho in (("GET", "/api/auth/eu"), ("POST", "/api/auth/logout"),
                            ("GET", "/api/admin/usuarios"), ("GET", "/api/vendedor/meus-clientes/1")):
        r = requests.request(metodo, pilha.url + caminho, verify=str(pilha.ca), timeout=30)
        assert r.status_code == 401 and r.json()["codigo"] == "nao_autenticado"
        assert r.headers["www-authenticate"] == "Bearer"
    assert requests.get(pilha.url + "/api/auth/publico", verify=str(pilha.ca), timeout=30).status_code == 200
    for f in ("limites", "batimento", "origem_recusada"):
        for p in ("/api/", "/api/auth/"):
            assert requests.post(pilha.url + p + f, json={}, verify=str(pilha.ca), timeout=30).status_code == 404
