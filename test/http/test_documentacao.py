"""The OpenAPI document and its page: API-4, I-12, S-7, D-5."""
import os
import re
import shutil
import signal
import subprocess
import tempfile

import pytest
import requests
from pilha import RAIZ, Pilha, esperar

DOCUMENTO = "/api/openapi.json"


def rotas_do_codigo():
    """(method, path) of the rows of the table in rotas.c."""
    texto = (RAIZ / "server/src/rotas.c").read_text()
    return set(re.findall(r'^\s+\{(GET|POST|PUT|PATCH|DELETE),\s+"([^"]+)"', texto, re.M))


def test_todas_as_rotas(pilha):
    """Generated from the table that is served: every route of /api, without a session."""
    r = pilha.cliente().get(DOCUMENTO)
    assert r.status_code == 200 and r.headers["content-type"] == "application/json; charset=utf-8"
    d = r.json()
    assert d["openapi"].startswith("3.1")
    do_documento = {(m.upper(), c) for c, item in d["paths"].items() for m in item
                    if m in ("get", "post", "put", "patch", "delete")}
    rotas = rotas_do_codigo()
    assert len(rotas) > 40 and rotas <= do_documento
    assert {c for _, c in do_documento - rotas} <= {"/healthz", "/readyz", "/metrics", "/ws", "/api/docs"}


def test_etag_e_head(pilha):
    c = pilha.cliente()
    r = c.get(DOCUMENTO)
    n = c.get(DOCUMENTO, headers={"If-None-Match": r.headers["etag"]})
    assert n.status_code == 304 and n.content == b"" and n.headers["etag"] == r.headers["etag"]
    cabeca = c.request("HEAD", DOCUMENTO)
    assert cabeca.status_code == 200 and cabeca.headers["etag"] == r.headers["etag"]
    for metodo in ("POST", "PUT", "DELETE"):
        assert c.request(metodo, DOCUMENTO, json={} if metodo != "DELETE" else None).headers["allow"] == "GET, HEAD"


@pytest.fixture(scope="module")
def outra():
    with Pilha(clientes=20, vendedores=3, env={"CRM_WORKERS": "1"}) as p:
        yield p


def chamadas(p):
    return int(re.search(r"^crm_pg_jobs_total (\d+)$", requests.get(p.plain_url + "/metrics", timeout=30).text,
                         re.M).group(1))


def test_guardado_no_worker(outra):
    """Made once, not per request; made anew when the database may be another version."""
    c = outra.cliente(base=outra.plain_url)
    assert c.get(DOCUMENTO).status_code == 200
    antes = chamadas(outra)
    for _ in range(50):
        assert c.get(DOCUMENTO).status_code == 200
    assert chamadas(outra) - antes < 25     # the front's own calls
    versao = c.get(DOCUMENTO).json()["info"]["version"]
    # Another version of the database, which comes with new connections.
    outra.sql("CREATE OR REPLACE FUNCTION crm.versao() RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT '9.9.9'::text$$")
    for pid in outra.filhos(outra.pid("pg")) + [outra.pid("pg")]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def nova():
        r = c.get(DOCUMENTO)
        return r.status_code == 200 and r.json()["info"]["version"] == "9.9.9"
    assert versao != "9.9.9"
    esperar(nova, 60)


def test_nada_do_pedido_entra(pilha):
    """The query string is not looked at: one document for everybody."""
    c = pilha.cliente()
    assert c.get(DOCUMENTO + "?rotas=[]&x=1").content == c.get(DOCUMENTO).content


def navegar(pilha, caminho):
    """(DOM, console) of a page after its scripts ran."""
    perfil = tempfile.mkdtemp(prefix="crm-docs.")
    try:
        p = subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--ignore-certificate-errors",
                            "--enable-logging=stderr", "--virtual-time-budget=20000", "--user-data-dir=" + perfil,
                            "--dump-dom", pilha.url + caminho], capture_output=True, text=True, timeout=180)
        return p.stdout, [x for x in p.stderr.splitlines() if ":CONSOLE" in x]
    finally:
        shutil.rmtree(perfil, ignore_errors=True)


def test_pagina(pilha):
    """Swagger UI under the policy of all pages: every route is there, the console is empty."""
    r = pilha.cliente().get("/api/docs")
    assert r.status_code == 200 and r.headers["content-type"] == "text/html; charset=utf-8"
    csp = r.headers["content-security-policy"]
    assert csp == pilha.cliente().get("/").headers["content-security-policy"]
    assert "unsafe" not in csp and "require-trusted-types-for 'script'" in csp
    dom, console = navegar(pilha, "/api/docs")
    assert console == []
    assert "Failed to load" not in dom
    achadas = re.findall(r'data-path="([^"]+)"', dom)
    # Swagger UI breaks long paths with zero-width spaces.
    assert {c for _, c in rotas_do_codigo()} <= {x.replace("\u200b", "") for x in achadas}


def test_pagina_fora_da_interface(pilha):
    """Its code is a file of its own, which the UI does not load."""
    html = (RAIZ / "web/dist/index.html").read_text()
    (codigo,) = re.findall(r'src="(/assets/docs-[\w-]+\.js)"', (RAIZ / "web/dist/docs.html").read_text())
    assert codigo not in html
    r = pilha.cliente().get(codigo)
    assert r.status_code == 200 and "immutable" in r.headers["cache-control"]
    assert pilha.cliente().get("/api/docs/").status_code == 404
    assert pilha.cliente().request("POST", "/api/docs", json={}).status_code == 405


def test_s7_cpf_fora_dos_registros(pilha, admin):
    """S-7, D-5: a search by CPF, in the address or in the body, leaves the number in no log."""
    cpf = "11144477735"
    for forma in (cpf, "111.444.777-35", "111%2E444%2E777%2D35"):
        assert admin.get(f"/api/v1/clients/search?cpf={forma}").status_code == 200
    assert admin.post("/api/v1/clients/search", {"cpf": cpf}).status_code == 200
    assert admin.get(f"/api/v1/clients/search?cpf={cpf}&inexistente=1").status_code == 422
    assert admin.get(f"/api/v1/clients/search/{cpf}?cpf={cpf}").status_code == 404
    id_ = admin.get("/api/auth/eu").headers["x-request-id"]
    esperar(lambda: id_ in pilha.log("front"))
    tudo = pilha.log("front") + pilha.log("postgresql") + pilha.log("redis")
    for forma in (cpf, "111.444.777-35", "444.777", "444%2E777", "?cpf"):
        assert forma not in tudo
    linhas = esperar(lambda: pilha.sql("SELECT to_jsonb(a)::text FROM crm.auditoria a WHERE acao = 'pesquisa'"))
    assert all("444777" not in x and "444.777" not in x for (x,) in linhas)
