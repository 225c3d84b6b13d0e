"""Two front servers before one database and one Redis: EVENTOS-2, S-3, I-9, OPS-6;
and how a server leaves. Two installations before one PostgreSQL and one Redis: X-12."""
import base64
import concurrent.futures
import json
import os
import pathlib
import select
import signal
import struct
import subprocess
import time

import psycopg2
import pytest
import requests
import websocket
from pilha import Cliente, Pilha, conferir_registro, esperar, portas_livres

RAIZ = pathlib.Path(__file__).resolve().parents[2]


class Segundo:
    """Another front with the settings of a Pilha's, on ports of its own; with
    banco, that of another installation: database, keys and name its own."""

    def __init__(self, pilha, banco="crm"):
        self.pilha = pilha
        porta, clara = portas_livres(2)
        serv, sock = pilha.serv, pilha.sock
        # Kore writes its title over its environment, so the settings are said again.
        env = dict(pilha.env, CRM_TLS_PORT=str(porta), CRM_PLAIN_PORT=str(clara), CRM_DIR=str(serv),
                   CRM_CERT=str(serv / "tls.crt"), CRM_CHAVE=str(serv / "tls.key"),
                   CRM_JWT_CHAVES=str(serv / "jwt_chaves"), CRM_REDIS_SOCKET=str(sock / "redis.sock"),
                   CRM_REDIS_USUARIO="crm_web", CRM_REDIS_SENHA_ARQUIVO=str(serv / "redis_senha_web"),
                   CRM_PG_CONNINFO=f"host={sock} dbname={banco} user=crm_web", CRM_WEB_DIR=str(RAIZ / "web/dist"))
        env.pop("CRM_PORT")
        if banco != "crm":
            env["CRM_JWT_CHAVES"] = str(self._chaves(serv / f"jwt_{banco}", serv / "jwt_chaves"))
        conf = pilha.temp / f"{banco}.conf"
        conf.write_bytes(subprocess.run([RAIZ / "server/conf/gerar_kore.sh"], check=True, capture_output=True,
                                        env=env).stdout)
        dono = os.stat(f"/proc/{pilha.pid('front')}")
        quem = {"user": dono.st_uid, "group": dono.st_gid, "extra_groups": []} if os.getuid() == 0 else {}
        env["LD_PRELOAD"] = env.get("CRM_PRELOAD", "")
        self.registro = pilha.temp / f"segundo_{banco}.log"
        self.log = open(self.registro, "wb")
        self.processo = subprocess.Popen(["kore", "-f", "-n", "-r", "-c", str(conf)], cwd="/", env=env,
                                         stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT, **quem)
        self.url = f"https://localhost:{porta}"
        esperar(self._pronto, 60)

    @staticmethod
    def _chaves(nova, modelo):
        """A keys file with the same kid, owner and mode and another key."""
        kid = modelo.read_text().split()[0]
        nova.touch(0o600)
        nova.write_text(f"{kid} {base64.b64encode(os.urandom(48)).decode()}\n")
        os.chown(nova, modelo.stat().st_uid, modelo.stat().st_gid)
        return nova

    def _pronto(self):
        assert self.processo.poll() is None, self.registro.read_text()
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
            conferir_registro(self.registro)


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


def ler(ws, tipo, limite_s=60):
    ws.settimeout(limite_s)
    while True:
        m = json.loads(ws.recv())
        if m["tipo"] == tipo:
            return m


def test_sessao_vale_nos_dois(dupla):
    """A login here is a login there; a logout there closes the socket here, at once."""
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
    assert time.monotonic() - inicio < 20       # not by a heartbeat, which comes each 30 s: as a rule later
    assert eu(p, p.url, c.dados["token"]) == eu(p, s.url, c.dados["token"]) == 401


def test_eventos_atravessam(dupla):
    """EVENTOS-2: what is marked on one server is told by the other."""
    p, s = dupla
    u = p.acesso["admin"]
    la = Cliente(p, base=s.url).entrar(u["email"], u["senha"])
    w = la.ws()
    ler(w, "ola")
    c = p.login(0)      # whose clients waited for the return
    cartao = c.get(f"/api/vendedor/meus-clientes/{c.id}").json()["clientes"][0]
    assert c.post(f"/api/vendedor/marcar-contatado/{c.id}", {"cliente_id": cartao["id"]}).status_code == 200
    assert ler(w, "cliente_contatado")["dados"]["cliente_id"] == cartao["id"]
    w.close()


def test_i9_orcamento_comum(dupla):
    """I-9: the 101st request in a minute is refused, over 2 workers of 2 servers."""
    p, s = dupla
    token = p.login(2).dados["token"]
    for _ in range(5):
        esperar(lambda: time.time() % 60 < 40, passo_s=0.5)
        p.redis("FLUSHALL")
        minuto = time.time() // 60
        with concurrent.futures.ThreadPoolExecutor(8) as x:
            estados = list(x.map(lambda n: eu(p, (p.url, s.url)[n % 2], token), range(130)))
        if time.time() // 60 == minuto:
            break
    else:
        pytest.fail("no burst fits in a minute here")
    assert estados.count(200) == 100 and estados.count(429) == 30


def test_x12_duas_instalacoes(dupla):
    """X-12: two databases on one server and one Redis: no token, event, key or lock is common."""
    p, _ = dupla
    p.sql("CREATE DATABASE crm_outra")
    outra = psycopg2.connect(host=str(p.sock), dbname="crm_outra", user="postgres")
    outra.autocommit = True
    sql = outra.cursor()
    sql.execute("CREATE EXTENSION crm; SELECT crm.instalar(); SELECT crm.popular(20, 3, 1);"
                " SELECT crm.configurar('bcrypt_custo', '10')")
    # The same people, ids and sessions: only the keys tell the installations apart.
    admin = p.acesso["admin"]
    sql.execute("SELECT crm.criar_usuario('Administração', %s, 'administrador', %s)", (admin["email"], admin["senha"]))
    quantos = "SELECT count(*) FROM crm.contagens"
    vizinha = Segundo(p, "crm_outra")
    try:
        p.redis("FLUSHALL")

        def chaves():
            return {k for k in p.redis("--scan").split() if ":lim:" in k}

        aqui = p.login("admin")
        daqui = chaves()
        la = Cliente(p, base=vizinha.url).entrar(admin["email"], admin["senha"])
        dela = chaves() - daqui
        assert daqui and dela
        assert {k.split(":lim")[0] for k in daqui}.isdisjoint(k.split(":lim")[0] for k in dela)

        # A live session of the one, copied with its id into the other: its token is still a stranger's.
        for sid, in p.sql("SELECT id::text FROM crm.sessoes WHERE encerrada_em IS NULL AND usuario_id = %s", (aqui.id,)):
            sql.execute("INSERT INTO crm.sessoes (id, usuario_id, limite_em) VALUES (%s, %s, now() + interval '1 day')", (sid, la.id))
        assert eu(p, vizinha.url, aqui.dados["token"]) == eu(p, p.url, la.dados["token"]) == 401
        assert eu(p, vizinha.url, la.dados["token"]) == eu(p, p.url, aqui.dados["token"]) == 200

        # What happens here is told here alone; here's event, sent in the other database, is believed by nobody.
        w, nosso = la.ws(), aqui.ws()
        ler(w, "ola")
        ler(nosso, "ola")
        escuta = p.conectar()
        escuta.cursor().execute("LISTEN crm_eventos")
        sql.execute(quantos)
        antes = sql.fetchone()
        c = p.login(p.novo_vendedor())
        ler(nosso, "vendedor_online")
        # Each listener is told in its own time.
        while not escuta.notifies:
            assert select.select([escuta], [], [], 60)[0]
            escuta.poll()
        for n in escuta.notifies:
            sql.execute("SELECT pg_notify('crm_eventos', %s)", (n.payload,))
        sql.execute("UPDATE crm.configuracoes SET valor = 'Outra' WHERE chave = 'empresa'")
        # Its own event is the first that arrives.
        w.settimeout(60)
        while True:
            m = json.loads(w.recv())
            if m["tipo"] not in ("ola", "batimento"):
                break
        assert m["tipo"] == "configuracao_alterada", m
        sql.execute(quantos)
        assert sql.fetchone() == antes
        w.close()
        nosso.close()

        # A run of the one does not wait for a run of the other.
        preso = psycopg2.connect(host=str(p.sock), dbname="crm_outra", user="postgres")
        preso.cursor().execute("SELECT crm.redistribuir_clientes()")
        assert c.sair().status_code == 200
        preso.rollback()
        preso.close()
    finally:
        vizinha.parar()
        outra.close()
        p.sql("DROP DATABASE crm_outra WITH (FORCE)")


def test_saida_ordeira(dupla):
    """SIGTERM: what runs is answered, sockets are told that the server leaves (1001), the other goes on."""
    p, s = dupla
    p.sql("""CREATE FUNCTION crm.demora() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN PERFORM pg_advisory_xact_lock_shared(7); RETURN NEW; END $$""")
    p.sql("SELECT pg_advisory_lock(7)")
    p.sql("CREATE TRIGGER demora BEFORE UPDATE ON crm.vendedores FOR EACH ROW WHEN (NEW.peso = 7) EXECUTE FUNCTION crm.demora()")
    try:
        u = p.acesso["admin"]
        la = Cliente(p, base=s.url).entrar(u["email"], u["senha"])
        w = la.ws()
        ler(w, "ola")
        vid = p.valor("SELECT id FROM crm.vendedores ORDER BY id LIMIT 1")
        with concurrent.futures.ThreadPoolExecutor(1) as x:
            pedido = x.submit(la.patch, f"/api/admin/vendedores/{vid}", {"peso": 7})
            esperar(lambda: p.valor("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'"))
            s.processo.send_signal(signal.SIGTERM)
            w.settimeout(60)
            while True:
                op, dados = w.recv_data()
                if op == websocket.ABNF.OPCODE_CLOSE:
                    break
            assert struct.unpack("!H", dados[:2]) == (1001,)
            p.sql("SELECT pg_advisory_unlock(7)")
            r = pedido.result(60)
        assert r.status_code == 200 and r.headers["connection"] == "close"
        assert s.processo.wait(60) == 0
    finally:
        p.sql("SELECT pg_advisory_unlock_all()")
        p.sql("DROP TRIGGER demora ON crm.vendedores")
        p.sql("DROP FUNCTION crm.demora()")
    assert p.valor("SELECT peso FROM crm.vendedores ORDER BY id LIMIT 1") == 7
    assert requests.get(p.url + "/readyz", verify=str(p.ca), timeout=10).status_code == 200
