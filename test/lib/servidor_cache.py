"""A throwaway PostgreSQL whose cache is a Redis of the test.

    with ServidorCache(pasta, redis.caminho) as s:
        s.esperar("aberta")
        s.sql("UPDATE ...")

The database is crm, installed and populated. Everything ends with the test.
"""
import contextlib
import os
import pathlib
import signal
import subprocess
import threading
import time

import psycopg2

RAIZ = pathlib.Path(__file__).resolve().parents[2]
LIMITE_S = 120


def ate(condicao, o_que, limite_s=LIMITE_S):
    fim = time.monotonic() + limite_s
    while True:
        valor = condicao()
        if valor:
            return valor
        assert time.monotonic() < fim, f"not within {limite_s} s: {o_que}"
        time.sleep(0.01)


def bash(comando, **kw):
    r = subprocess.run(["bash", "-c", f". test/lib/cluster.sh; {comando}"], cwd=RAIZ, capture_output=True, text=True, **kw)
    assert r.returncode == 0, f"{comando}: {r.stdout}{r.stderr}"
    return r.stdout


class Escrita:
    """A statement under way in a session of its own."""

    def __init__(self, servidor, *comandos):
        self.conexao = servidor.conectar()
        self.pid = self.conexao.get_backend_pid()
        self.erro = None
        self._comandos = comandos
        self._linha = threading.Thread(target=self._rodar)
        self._linha.start()

    def _rodar(self):
        try:
            for c in self._comandos:
                self.conexao.cursor().execute(c)
        except psycopg2.Error as e:
            self.erro = e

    def acabou(self):
        return not self._linha.is_alive()

    def fim(self):
        self._linha.join(LIMITE_S)
        assert self.acabou(), "a write that does not end"
        if self.erro:
            raise self.erro


class ServidorCache:
    def __init__(self, pasta, redis, opcoes="", clientes=60, copia_de=None, preload=True):
        self.pasta = pathlib.Path(pasta)
        self.redis = redis
        self.clientes = clientes
        self.opcoes = opcoes
        self.preload = preload
        self._super = None
        if copia_de:
            self.pasta.mkdir()
            bash(f"dar_ao_servico {self.pasta}; cp -a {copia_de}/data {self.pasta}/data")
        self.iniciar()
        if copia_de is None and not (self.pasta / "instalado").exists():
            self._instalar()

    def iniciar(self, redis=..., opcoes=None):
        redis = self.redis if redis is ... else redis
        opcoes = self.opcoes if opcoes is None else opcoes
        cache = f"-c shared_preload_libraries=crm -c crm.tarefas_intervalo=0 -c crm.redis={redis}" if self.preload else ""
        bash(f"cluster_start {self.pasta} {cache} {opcoes}")

    def _instalar(self):
        with_admin = self.conectar("postgres")
        with_admin.cursor().execute("CREATE DATABASE crm TEMPLATE template0")
        with_admin.close()
        self.sql("CREATE EXTENSION crm; SELECT crm.instalar()")
        self.sql("SELECT crm.popular(%s, 3, 1)", (self.clientes,))
        (self.pasta / "instalado").touch()

    # ---- SQL ---------------------------------------------------------------------

    def conectar(self, banco="crm"):
        c = psycopg2.connect(host=str(self.pasta), dbname=banco, user="postgres")
        c.autocommit = True
        return c

    def sql(self, comando, parametros=None):
        if self._super is None or self._super.closed:
            self._super = self.conectar()
        with self._super.cursor() as cur:
            cur.execute(comando, parametros)
            return cur.fetchall() if cur.description else None

    def valor(self, comando, parametros=None):
        return self.sql(comando, parametros)[0][0]

    # ---- cache -------------------------------------------------------------------

    def status(self):
        with contextlib.closing(self.conectar()) as c, c.cursor() as cur:
            cur.execute("SELECT * FROM crm.cache_status()")
            return dict(zip([d[0] for d in cur.description], cur.fetchone()))

    def esperar(self, *estados):
        return ate(lambda: (s := self.status())["estado"] in estados and s, f"cache {estados}: {self.status()}")

    def numero(self, tabela):
        return self.valor("SELECT numero FROM crm.cache_tabelas() WHERE nome = %s", (tabela,))

    def pid_da_guarda(self):
        return ate(lambda: self.sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'crm guarda do cache'"),
                   "the guard")[0][0]

    # ---- life --------------------------------------------------------------------

    def pid(self):
        return int((self.pasta / "data/postmaster.pid").read_text().split()[0])

    def parar(self, modo="fast"):
        if self._super is not None:
            self._super.close()
            self._super = None
        bash(f"como_usuario $CRM_PGBIN/pg_ctl -D {self.pasta}/data -m {modo} -s -w stop")

    def matar(self):
        """kill -9 of the postmaster; its children follow by themselves."""
        pid = self.pid()
        filhos = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout.split()
        os.kill(pid, signal.SIGKILL)
        if self._super is not None:
            self._super.close()
            self._super = None
        ate(lambda: not any(os.path.exists(f"/proc/{f}") for f in filhos), "children of a postmaster that is gone")

    def fechar(self):
        try:
            self.parar("immediate")
        except AssertionError:
            pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.fechar()
