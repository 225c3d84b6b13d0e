"""Two front servers before one database and one Redis: EVENTOS-2, S-3, I-9, OPS-6;
and how a server leaves."""
import concurrent.futures
import json
import os
import pathlib
import signal
import struct
import subprocess
import time

import pytest
import requests
import websocket
from pilha import Cliente, Pilha, esperar, portas_livres

RAIZ = pathlib.Path(__file__).resolve().parents[2]


class Segundo:
    """Another front with the settings of a Pilha's, on ports of its own."""

    def __init__(self, pilha):
        self.pilha = pilha
        porta, clara = portas_livres(2)
        serv, sock = pilha.serv, pilha.sock
        # Kore writes its title over its environment, so the settings are said again.
        env = dict(pilha.env, CRM_TLS_PORT=str(porta), CRM_PLAIN_PORT=str(clara), CRM_DIR=str(serv),
                   CRM_CERT=str(serv / "tls.crt"), CRM_CHAVE=str(serv / "tls.key"),
                   CRM_JWT_CHAVES=str(serv / "jwt_chaves"), CRM_REDIS_SOCKET=str(sock / "redis.sock"),
                   CRM_PG_CONNINFO=f"host={sock} dbname=crm user=crm_web", CRM_WEB_DIR=str(RAIZ / "web/dist"))
        env.pop("CRM_PORT")
        conf = pilha.temp / "segundo.conf"
        conf.write_bytes(subprocess.run([RAIZ / "server/conf/gerar_kore.sh"], check=True, capture_output=True,
                                        env=env).stdout)
        dono = os.stat(f"/proc/{pilha.pid('front')}")
        quem = {"user": dono.st_uid, "group": dono.st_gid, "extra_groups": []} if os.getuid() == 0 else {}
        env["LD_PRELOAD"] = env.get("CRM_PRELOAD", "")
        self.log = open(pilha.temp / "segundo.log", "wb")
        self.processo = subprocess.Popen(["kore", "-f", "-n", "-r", "-c", str(conf)], cwd="/", env=env,
                                         stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT, **quem)
        self.url = f"https://localhost:{porta}"
        esperar(self._pronto, 60)

    def _pronto(self):
        assert self.processo.poll() is None, (self.pilha.temp / "segundo.log").read_text()
        try:
            return requests.get(self.url + "/readyz", verify=str(self.pilha.ca), timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def parar(self):
        if self.processo.poll() is None:
            self.processo.send_signal(signal.SIGTERM)
        try:
            return self.processo.wait(30)
        finally:
            self.log.close()


@pytest.fixture(scope="module")
def dupla():
    with Pilha(clientes=20, vendedores=3, limites=True, env={"CRM_WORKERS": "2", "CRM_REDIS_TIMEOUT_MS": "5000"}) as p:
        p.configurar("limite_requisicoes", 100)
        s = Segundo(p)
        yield p, s
        s.parar()


def eu(pilha, url, token):
    return requests.get(url + "/api/auth/eu", headers={"Authorization": "Bearer " + token},
                        verify=str(pilha.ca), timeout=30).status_code


def ler(ws, tipo, limite_s=10):
    ws.settimeout(limite_s)
    while True:
        m = json.loads(ws.recv())
        if m["tipo"] == tipo:
            return m


def test_sessao_vale_nos_dois(dupla):
    """A login here is a login there; a logout there closes the socket here, within 5 s."""
    p, s = dupla
    c = p.login(0)
    assert eu(p, s.url, c.dados["token"]) == 200
    aqui = c.ws()
    ler(aqui, "ola")
    la = Cliente(p, base=s.url)
    la.http.headers["Authorization"] = "Bearer " + c.dados["token"]
    inicio = time.monotonic()
    assert la.sair().status_code == 200
    ler(aqui, "sessao_encerrada")
    assert aqui.recv_data()[0] == websocket.ABNF.OPCODE_CLOSE
    assert time.monotonic() - inicio < 5
    assert eu(p, p.url, c.dados["token"]) == eu(p, s.url, c.dados["token"]) == 401


def test_eventos_atravessam(dupla):
    """EVENTOS-2: what is marked on one server is told by the other."""
    p, s = dupla
    u = p.acesso["admin"]
    la = Cliente(p, base=s.url).entrar(u["email"], u["senha"])
    w = la.ws()
    ler(w, "ola")
    c = p.login(1)
    cartao = c.get(f"/api/vendedor/meus-clientes/{c.id}").json()["clientes"][0]
    assert c.post(f"/api/vendedor/marcar-contatado/{c.id}", {"cliente_id": cartao["id"]}).status_code == 200
    assert ler(w, "cliente_contatado")["dados"]["cliente_id"] == cartao["id"]
    w.close()


def test_i9_orcamento_comum(dupla):
    """I-9: the 101st request in a minute is refused, over 2 workers of 2 servers."""
    p, s = dupla
    token = p.login(2).dados["token"]
    esperar(lambda: time.time() % 60 < 40, 25, 0.5)
    subprocess.run(["redis-cli", "-s", str(p.sock / "redis.sock"), "FLUSHALL"], check=True, capture_output=True)
    with concurrent.futures.ThreadPoolExecutor(8) as x:
        estados = list(x.map(lambda n: eu(p, (p.url, s.url)[n % 2], token), range(130)))
    assert estados.count(200) == 100 and estados.count(429) == 30


def test_saida_ordeira(dupla):
    """SIGTERM: what runs is answered, sockets are told that the server leaves (1001), the other goes on."""
    p, s = dupla
    p.sql("""CREATE FUNCTION crm.demora() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN PERFORM pg_sleep(1.5); RETURN NEW; END $$""")
    p.sql("CREATE TRIGGER demora BEFORE UPDATE ON crm.vendedores FOR EACH ROW WHEN (NEW.peso = 7) EXECUTE FUNCTION crm.demora()")
    try:
        u = p.acesso["admin"]
        la = Cliente(p, base=s.url).entrar(u["email"], u["senha"])
        w = la.ws()
        ler(w, "ola")
        vid = p.valor("SELECT id FROM crm.vendedores ORDER BY id LIMIT 1")
        with concurrent.futures.ThreadPoolExecutor(1) as x:
            pedido = x.submit(la.patch, f"/api/admin/vendedores/{vid}", {"peso": 7})
            esperar(lambda: p.valor("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"), 10)
            s.processo.send_signal(signal.SIGTERM)
            w.settimeout(10)
            while True:
                op, dados = w.recv_data()
                if op == websocket.ABNF.OPCODE_CLOSE:
                    break
            assert struct.unpack("!H", dados[:2]) == (1001,)
            r = pedido.result(30)
        assert r.status_code == 200 and r.headers["connection"] == "close"
        assert s.processo.wait(30) == 0
    finally:
        p.sql("DROP TRIGGER demora ON crm.vendedores")
        p.sql("DROP FUNCTION crm.demora()")
    assert p.valor("SELECT peso FROM crm.vendedores ORDER BY id LIMIT 1") == 7
    assert requests.get(p.url + "/readyz", verify=str(p.ca), timeout=10).status_code == 200
