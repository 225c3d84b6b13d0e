"""A product whose library and front module are exchanged between scenarios, and
whose links to Redis the scenario commands. Each build is tried on the same data.

    with Bancada(pasta) as b:
        b.usar(crm_so=..., opcoes={"crm.cache_ttl_ms": 5000})
        b.aquecer(url); b.pg.buraco(); b.escrever("UPDATE ...")
"""
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time

import psycopg2

AQUI = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(AQUI.parent / "lib"))
from elo_redis import Elo  # noqa: E402
from pilha import RAIZ, Pilha, esperar  # noqa: E402
from redis_servidor import RedisServidor  # noqa: E402

CRM_SO = "build/pg/lib/postgresql/15/lib/crm.so"
FRONT_SO = "server/crm_front.so"
CLIENTES = 900
LIMITE_S = 60       # of a loaded machine, for what takes a moment
# What scenarios hold is held as long as they like: neither fence nor patience ends before.
PADRAO = {"crm.cache_ttl_ms": 30000, "crm.cache_espera_ms": 20000}


def arvore(destino):
    """What "make run" needs of the checkout, with a library and a module of its own."""
    shutil.rmtree(destino, ignore_errors=True)
    (destino / "build").mkdir(parents=True)
    destino.chmod(0o755)
    for parte in ("Makefile", "crm.control", "server/conf", "server/deploy", "web/dist"):
        if (RAIZ / parte).exists():
            (destino / parte).parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["cp", "-a", RAIZ / parte, destino / parte], check=True)
    # Links: 50 MB that nobody changes. What is exchanged is moved over its name.
    subprocess.run(["cp", "-al", RAIZ / "build/pg", destino / "build/pg"], check=True)
    for parte in (FRONT_SO, "server/crm_config"):
        subprocess.run(["cp", "-a", RAIZ / parte, destino / parte], check=True)
    return destino


def trocar(destino, fonte):
    novo = destino.with_name(destino.name + ".novo")
    shutil.copy(fonte, novo)
    novo.chmod(0o755)
    novo.rename(destino)


class Bancada:
    def __init__(self, pasta):
        self.pasta = pathlib.Path(pasta)
        self.arvore = arvore(RAIZ / "build/mutantes/arvore")
        self.pg = Elo(self.pasta, "pg", "/dev/null")
        self.frente = Elo(self.pasta, "frente", "/dev/null")
        (self.pasta / "pilha").mkdir()
        self.p = Pilha(clientes=CLIENTES, vendedores=2, diretorio=self.pasta / "pilha", raiz=self.arvore,
                       env={"CRM_REDIS_SOCKET": self.frente.caminho, "CRM_WORKERS": "1", "CRM_REDIS_TIMEOUT_MS": "5000",
                            "CRM_PG_TIMEOUT_MS": f"{LIMITE_S}000", "CRM_PG_TIMEOUT_BUSCA_MS": f"{LIMITE_S}000",
                            "CRM_PG_OPCOES": f"-c crm.redis={self.pg.caminho}"})
        self.fios = []
        self.p.iniciar()
        self.redis = RedisServidor(self.pasta / "redis", self.p)
        for elo in (self.pg, self.frente):
            elo.destino(self.redis.caminho)
        plana = {"base": self.p.plain_url}
        self.admin = self.p.login("admin", **plana)
        self.operador = self.p.login(self.p.novo_usuario("operador"), **plana)
        # Rows of the scenarios, each used once: what was marked before is another epoch's.
        self.p.sql("UPDATE crm.clientes SET cidade = 'Antiga' || translate(to_char(id_cliente, 'FM0000'), '0123456789', 'abcdefghij'),"
                   " nome_mae = 'antes', celular = NULL")
        self.intocados = [i for (i,) in self.p.sql("SELECT id_cliente FROM crm.clientes WHERE ativo ORDER BY 1")]
        self.outro = self.novo()
        self.em_uso = None
        self.original = {parte: RAIZ / parte for parte in (CRM_SO, FRONT_SO)}

    def usar(self, crm_so=None, front_so=None, opcoes=None, amostra=0):
        """Runs these builds with these settings; the front checks every amostra-th hit
        against the database (0: none)."""
        self.arrumar()
        pedido = (crm_so, front_so, opcoes, amostra)
        if pedido != self.em_uso or any(map(callable, (opcoes or {}).values())):
            self.reiniciar(*pedido)
            self.em_uso = pedido
        self.esperar_epoca_nova()
        self.aquecer(self.perfil(self.outro))       # the front knows it too, and this session

    def reiniciar(self, crm_so, front_so, opcoes, amostra):
        self.p.parar()
        trocar(self.arvore / CRM_SO, crm_so or self.original[CRM_SO])
        trocar(self.arvore / FRONT_SO, front_so or self.original[FRONT_SO])
        todas = {k: str(v() if callable(v) else v) for k, v in ({"crm.redis": self.pg.caminho} | PADRAO | (opcoes or {})).items()}
        self.p.env["CRM_PG_OPCOES"] = " ".join(f"-c {k}={v}" for k, v in todas.items())
        self.p.env["CRM_CACHE_AMOSTRA"] = str(amostra)
        self.redis.cli("FLUSHALL")
        self.p.iniciar()
        # PostgreSQL starts with the default of a setting of ours that is out of range.
        em_vigor = dict(self.p.sql("SELECT name, setting FROM pg_settings"))
        assert todas.items() <= em_vigor.items(), {k: em_vigor[k] for k in todas}

    def arrumar(self):
        """Whatever the scenario left: links, frozen processes, sessions."""
        for elo in (self.pg, self.frente):
            elo.soltar()
            elo.passar()
        if self.redis.processo is None:
            self.redis.iniciar()
        self.redis.continuar()
        for f in self.fios:
            f.join(LIMITE_S)
        self.fios = []

    def fechar(self):
        try:
            self.arrumar()
            self.p.apagar()
        finally:
            self.redis.fechar()
            self.pg.fechar()
            self.frente.fechar()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.fechar()

    # ---- state of the cache ------------------------------------------------------

    def estado(self):
        return self.p.valor("SELECT estado FROM crm.cache_status()")

    def aberta(self):
        return self.estado() == "aberta"

    def esperar_aberta(self):
        esperar(self.aberta, LIMITE_S, 0.02)

    def esperar_epoca_nova(self):
        """The guard notices at once what the scenario before has left in Redis."""
        def epoca():
            return self.p.valor("SELECT epoca::text FROM crm.cache_status()")

        velha = epoca()
        while not (self.aberta() and epoca() != velha):
            self.p.sql("SELECT crm.cache_reabrir(%s)", (velha,))
            self.esperar_aberta()

    def acertos(self):
        return self.p.acertos()

    def frente_diz(self, de_que):
        """"redis" or "cache" of /readyz"""
        return self.p.cliente(base=self.p.plain_url).get("/readyz").json()[de_que]

    def matriz(self):
        (chave,) = self.redis.chaves("crm:*:q:*")
        return chave

    # ---- requests ----------------------------------------------------------------

    def ler(self, url, quem=None):
        return (quem or self.admin).get(url, timeout=LIMITE_S)

    def aquecer(self, url, quem=None):
        """Until the answer comes from the cache; returns it."""
        fim = time.monotonic() + LIMITE_S
        while True:
            antes = self.acertos()
            r = self.ler(url, quem)
            if self.acertos() > antes:
                return r.json()
            assert time.monotonic() < fim, f"{url} is never served from the cache ({r.status_code})"
            time.sleep(0.01)

    def novo(self):
        """A client that no scenario has touched."""
        return self.intocados.pop(0)

    @staticmethod
    def perfil(cliente):
        return f"/api/v1/clients/{cliente}"

    def mae(self, cliente, quem=None):
        """What the profile shows of the field that scenarios write."""
        return self.ler(self.perfil(cliente), quem).json()["nome_mae"]

    # ---- writes ------------------------------------------------------------------

    def escrever(self, comando, parametros=None, sincrono=False):
        """In a session of its own, which ends; the commit is done when it returns."""
        c = psycopg2.connect(host=str(self.p.sock), dbname="crm", user="postgres",
                             application_name="escrita")
        with contextlib.closing(c):
            c.autocommit = True
            with c.cursor() as cur:
                cur.execute(f"SET synchronous_commit = {'on' if sincrono else 'local'}")
                cur.execute(comando, parametros)

    def mudar(self, cliente, **kw):
        self.escrever("UPDATE crm.clientes SET nome_mae = 'depois' WHERE id_cliente = %s", (cliente,), **kw)

    def ao_lado(self, funcao, *args, **kw):
        """In a thread; arrumar() and the caller wait for it."""
        f = threading.Thread(target=funcao, args=args, kwargs=kw)
        f.start()
        self.fios.append(f)
        return f

    # ---- PostgreSQL --------------------------------------------------------------

    @contextlib.contextmanager
    def sem_guarda(self):
        """The guard is frozen: it neither renews nor repairs."""
        pid = self.p.valor("SELECT pid FROM pg_stat_activity WHERE backend_type = 'crm guarda do cache'")
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def esperar_invisivel(self):
        """A commit that is in the log and not visible: it waits for a standby that
        does not exist (setting SEM_REPLICA). Returns its process."""
        return esperar(lambda: self.p.sql("SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'"), LIMITE_S, 0.01)[0][0]

    def tornar_visivel(self, pid):
        self.p.sql("SELECT pg_cancel_backend(%s)", (pid,))
