"""Headers of every answer, assets, health, metrics, and what happens when parts
of the house die: I-12, I-15, Z-9, OPS-3."""
import json
import os
import signal
import subprocess
import threading

import pytest
import requests

from pilha import RAIZ, Pilha, esperar

CAMINHOS = ["/", "/healthz", "/readyz", "/api/auth/publico", "/api/auth/eu", "/api/nada",
            "/assets/nada.js", "/ws"]


@pytest.mark.parametrize("caminho", CAMINHOS)
@pytest.mark.parametrize("tls", [True, False])
def test_i12_cabecalhos_de_toda_resposta(pilha, caminho, tls):
    c = pilha.cliente(base=None if tls else f"http://127.0.0.1:{pilha.porta_plana}")
    r = c.get(caminho, headers={"Accept-Encoding": "identity"})
    h = r.headers
    assert h["X-Content-Type-Options"] == "nosniff"
    assert "unsafe" not in h["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in h["Content-Security-Policy"]
    assert h["Referrer-Policy"] == "no-referrer"
    assert h["Cross-Origin-Opener-Policy"] == "same-origin"
    assert h["X-Request-Id"] and h["Date"]
    assert ("Strict-Transport-Security" in h) == tls
    assert "Server" not in h
    assert "charset=utf-8" in h["Content-Type"]
    if caminho.startswith(("/api", "/readyz")):
        assert h["Cache-Control"] == "no-store"
    if r.status_code >= 400:
        assert h["Content-Type"].startswith("application/problem+json")
        assert r.json()["requisicao"] == h["X-Request-Id"]


def test_requisicao_de_fora_so_de_proxy_confiavel(pilha):
    """X-Request-Id and X-Forwarded-For of a stranger are not believed."""
    c = pilha.cliente()
    r = c.get("/healthz", headers={"X-Request-Id": "dofora-12345", "X-Forwarded-For": "9.9.9.9"})
    assert r.headers["X-Request-Id"] != "dofora-12345"
    id_ = r.headers["X-Request-Id"]
    linha = esperar(lambda: [x for x in pilha.log("front").splitlines() if id_ in x])[0]
    d = json.loads(linha)
    assert d["endereco"] == "127.0.0.1" and d["evento"] == "requisicao"
    assert d["rota"] == "/healthz" and d["metodo"] == "GET" and d["status"] == 200
    assert d["duracao_ms"] >= 0 and d["bytes"] > 0


@pytest.fixture(scope="module")
def codigo(pilha):
    """The address of a built script."""
    nomes = sorted(p.name for p in (RAIZ / "web/dist/assets").glob("*.js"))
    return "/assets/" + nomes[0]


def test_ativos(pilha, codigo):
    """Hashed names for ever, the page never; br and gzip; 304; HEAD."""
    c = pilha.cliente()
    puro = c.get(codigo, headers={"Accept-Encoding": "identity"})
    assert puro.status_code == 200 and "immutable" in puro.headers["Cache-Control"]
    assert puro.headers["Content-Type"].startswith("text/javascript")
    gz = c.get(codigo, headers={"Accept-Encoding": "gzip"})
    assert gz.headers["Content-Encoding"] == "gzip" and gz.content == puro.content
    br = c.get(codigo, headers={"Accept-Encoding": "gzip, br"})
    assert br.headers["Content-Encoding"] == "br" and br.headers["Vary"] == "accept-encoding"
    assert br.headers["ETag"] != gz.headers["ETag"] != puro.headers["ETag"]
    r = c.get(codigo, headers={"Accept-Encoding": "identity",
                               "If-None-Match": 'W/"x", ' + puro.headers["ETag"]})
    assert r.status_code == 304 and not r.content
    r = c.request("HEAD", codigo, headers={"Accept-Encoding": "identity"})
    assert r.status_code == 200 and not r.content
    assert int(r.headers["Content-Length"]) == len(puro.content)
    for pagina in ("/", "/index.html", "/carteira", "/clientes/12"):
        r = c.get(pagina)
        assert r.status_code == 200 and r.headers["Cache-Control"] == "no-cache"
        assert "<!doctype html>" in r.text.lower()


@pytest.mark.parametrize("caminho", [
    "/.git/config", "/../etc/passwd", "/%2e%2e/etc/passwd", "/assets/../index.html",
    "/web/src/main.ts", "/x~", "/a.bak", "/index.html.br", "/index.html.map", "//index.html",
    "/assets/", "/.env", "/index.html%00.js", "/..%5cetc", "/a;b"])
def test_z9_nada_alem_da_interface(pilha, caminho):
    """Z-9: no listing, no sources, no maps, no dot files."""
    s = requests.Session()
    s.trust_env = False
    p = requests.Request("GET", pilha.url).prepare()
    p.url = pilha.url + caminho     # as it is, not tidied by the client
    r = s.send(p, verify=str(pilha.ca), timeout=30)
    assert r.status_code == 404 and r.json()["codigo"] == "rota_inexistente"


def test_metodos_dos_ativos(pilha):
    r = pilha.cliente().post("/qualquer")
    assert r.status_code == 405 and r.headers["Allow"] == "GET, HEAD"


def test_saude(pilha):
    c = pilha.cliente()
    assert c.get("/healthz").json() == {"ok": True}
    r = esperar(lambda: (lambda x: x if x["redis"] == "ok" else None)(c.get("/readyz").json()))
    assert r["pronto"] and r["postgresql"] == "ok" and r["eventos"] == "ok"
    assert c.post("/healthz").status_code == 405


def test_metricas(pilha):
    """OPS-3: Prometheus text that promtool accepts; only for this machine."""
    c = pilha.cliente()
    c.get("/api/auth/publico")
    r = c.get("/metrics")
    assert r.status_code == 200
    for nome in ("crm_http_requests_total", "crm_http_request_duration_seconds_bucket",
                 "crm_pg_in_flight", "crm_redis_commands_total", "crm_ws_connections",
                 "crm_login_errors_total", "crm_worker_resident_memory_bytes"):
        assert "\n" + nome in r.text
    assert 'route="/api/auth/publico",status="2xx"' in r.text
    p = subprocess.run(["promtool", "check", "metrics"], input=r.text, capture_output=True, text=True)
    assert p.returncode == 0 and not p.stdout + p.stderr, p.stdout + p.stderr
    assert c.get("/metrics", headers={"X-Forwarded-For": "9.9.9.9"}).status_code == 404


# ---- deaths: an instance of their own ------------------------------------------


@pytest.fixture(scope="module")
def outra():
    with Pilha(clientes=60) as p:
        yield p


def pronta(p):
    def agora():
        try:
            r = p.cliente().get("/readyz", timeout=5)
            return r.status_code == 200 and r.json()["eventos"] == "ok"
        except requests.RequestException:
            return False
    return agora


def test_worker_morto_volta(outra):
    """kill -9 of every worker: others take over, the parent starts new ones."""
    velhos = outra.filhos(outra.pid("front"))
    for pid in velhos:
        os.kill(pid, signal.SIGKILL)
    esperar(lambda: len(outra.filhos(outra.pid("front"))) == len(velhos)
            and not set(outra.filhos(outra.pid("front"))) & set(velhos))
    esperar(pronta(outra))
    assert outra.cliente().get("/api/auth/publico").status_code == 200


def test_sighup_nao_muda_nada(outra):
    antes = outra.filhos(outra.pid("front"))
    os.kill(outra.pid("front"), signal.SIGHUP)
    for _ in range(20):
        assert outra.cliente().get("/healthz").status_code == 200
    assert outra.filhos(outra.pid("front")) == antes
    os.kill(antes[0], signal.SIGKILL)       # a worker started after it serves TLS too
    esperar(lambda: len(outra.filhos(outra.pid("front"))) == len(antes))
    esperar(pronta(outra))


def test_i15_postgresql_fora(outra):
    """I-15: 503 as a problem with request id, nothing of the inside; then back."""
    pg = outra.pid("pg")
    os.kill(pg, signal.SIGSTOP)             # frozen first: no answer at all
    try:
        r = outra.cliente().get("/healthz")
        assert r.status_code == 200
    finally:
        os.kill(pg, signal.SIGCONT)
    for pid in outra.filhos(pg) + [pg]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:      # ended by itself meanwhile
            pass
    achados = set()
    for _ in range(50):
        try:
            r = outra.cliente().get("/api/auth/publico", timeout=30)
        except requests.RequestException as e:
            pytest.fail(f"the front gave no answer: {e}")
        achados.add(r.status_code)
        if r.status_code != 200:
            assert r.headers["Content-Type"].startswith("application/problem+json")
            assert r.json()["requisicao"] == r.headers["X-Request-Id"]
            for palavra in ("SELECT", "sqlstate", "PGRES", ".c:", "/tmp", "socket"):
                assert palavra not in r.text
    assert achados <= {200, 500, 503} and 503 in achados
    outra._super = None     # the fixture's own connection died too
    # Each worker comes back by itself: wait until both have.
    esperar(lambda: all(outra.cliente().get("/api/auth/publico").status_code == 200
                        for _ in range(20)), 60)


def test_redis_fora_e_de_volta(outra):
    """Redis frozen, then killed: every request is answered from PostgreSQL."""
    redis = outra.pid("redis")
    c = outra.cliente()
    esperar(pronta(outra), 60)
    # The worker of this connection, too: each finds PostgreSQL again by itself.
    esperar(lambda: c.get("/api/auth/publico").status_code == 200, 60)
    os.kill(redis, signal.SIGSTOP)
    try:
        assert {c.get("/api/auth/publico").status_code for _ in range(20)} == {200}
    finally:
        os.kill(redis, signal.SIGCONT)
    os.kill(redis, signal.SIGKILL)
    assert {c.get("/api/auth/publico").status_code for _ in range(20)} == {200}
    r = c.get("/readyz")
    assert r.status_code == 200
    esperar(lambda: c.get("/readyz").json()["redis"] == "ok", 60)


def test_sigterm_responde_o_que_corre(outra):
    """Drain: a request under way is answered, then the front ends."""
    outra.sql("""CREATE FUNCTION crm.teste_espera() RETURNS trigger LANGUAGE plpgsql AS
                 $$ BEGIN PERFORM pg_advisory_xact_lock_shared(15); RETURN NEW; END $$""")
    outra.sql("""CREATE TRIGGER teste_espera BEFORE INSERT ON crm.sessoes
                 FOR EACH ROW EXECUTE FUNCTION crm.teste_espera()""")
    outra.sql("SELECT pg_advisory_lock(15)")
    resultado = []

    def entra():
        a = outra.acesso["admin"]
        resultado.append(outra.cliente().post("/api/auth/login",
                                              {"email": a["email"], "senha": a["senha"]}))
    front = outra.pid("front")
    t = threading.Thread(target=entra)
    try:
        t.start()
        esperar(lambda: outra.valor("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'") == 1)
        todos = outra.log("front").count('"drenando"') + len(outra.filhos(front))
        os.kill(front, signal.SIGTERM)
        esperar(lambda: outra.log("front").count('"drenando"') == todos)
        outra.sql("SELECT pg_advisory_unlock(15)")
        t.join(60)
        assert resultado and resultado[0].status_code == 200
        assert resultado[0].headers["Connection"] == "close"
    finally:
        outra.sql("SELECT pg_advisory_unlock_all()")
        outra.sql("DROP TRIGGER teste_espera ON crm.sessoes")
        outra.sql("DROP FUNCTION crm.teste_espera")
    esperar(pronta(outra), 60)      # the supervisor starts a new one
