"""What a front does with the cache, in a few lines, for tests of the database alone.

    with Servidor() as s:                   # PostgreSQL and Redis, the cache open
        f = Frente(s)
        corpo, origem = f.pedir("cliente", sessao, {"id_cliente": 1})   # origem: "cache" or "banco"

Entries stay in this process; stamps and fence are read from Redis as the protocol
says (extension/README.md).
"""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import uuid

import psycopg2

RAIZ = pathlib.Path(__file__).resolve().parents[2]


class Resp:
    """Redis, one command at a time."""

    def __init__(self, caminho):
        self.s = socket.socket(socket.AF_UNIX)
        self.s.connect(caminho)
        self.f = self.s.makefile("rb")

    def __call__(self, *args):
        partes = [str(a).encode() for a in args]
        self.s.sendall(b"*%d\r\n" % len(partes) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in partes))
        return self.ler()

    def ler(self):
        linha = self.f.readline()
        assert linha, "Redis is gone"
        tipo, resto = linha[:1], linha[1:-2]
        if tipo == b"+":
            return resto.decode()
        if tipo == b"-":
            raise RuntimeError(resto.decode())
        if tipo == b":":
            return int(resto)
        n = int(resto)
        if n < 0:
            return None
        if tipo == b"$":
            return self.f.read(n + 2)[:-2].decode()
        return [self.ler() for _ in range(n)]

    def fechar(self):
        self.f.close()
        self.s.close()


class Servidor:
    """A cluster with the library preloaded and a Redis of its own."""

    def __init__(self, banco="cache", opcoes=""):
        self.pasta = tempfile.mkdtemp(prefix="crm-cache.", dir="/tmp")
        os.chmod(self.pasta, 0o755)
        self.pg = f"{self.pasta}/pg"
        self.nome = banco
        self.redis = None
        # The runner's own PGHOST must not reach the new cluster.
        self.ambiente = {k: v for k, v in os.environ.items() if k not in ("PGHOST", "PGDATABASE", "PGUSER")}
        try:
            self.iniciar_redis()
            self.cluster(f"cluster_start {self.pg} '-c shared_preload_libraries=crm -c jit=off -c autovacuum=off"
                         f" -c crm.redis={self.pasta}/redis.sock -c crm.banco={banco} {opcoes}'")
            with psycopg2.connect(f"host={self.pg} user=postgres dbname=postgres") as c:
                pass
            c.autocommit = True
            c.cursor().execute(f"CREATE DATABASE {banco}")
            c.close()
            self.conexao = self.conectar()
            self.sql("CREATE EXTENSION crm")
            self.sql("SELECT crm.instalar()")
            self.esperar_aberta()
        except BaseException:
            self.fechar()
            raise

    def iniciar_redis(self):
        """Without users, as none is configured."""
        self.redis = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", f"{self.pasta}/redis.sock", "--unixsocketperm", "777",
             "--save", "", "--appendonly", "no", "--dir", self.pasta],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        limite = time.monotonic() + 20
        while not os.path.exists(f"{self.pasta}/redis.sock"):
            assert self.redis.poll() is None and time.monotonic() < limite, "Redis does not start"
            time.sleep(0.01)

    def cluster(self, comando):
        subprocess.run(["bash", "-c", f". test/lib/cluster.sh; {comando}"], check=True, cwd=RAIZ, env=self.ambiente,
                       stdout=subprocess.DEVNULL)

    def conectar(self):
        c = psycopg2.connect(f"host={self.pg} user=postgres dbname={self.nome}")
        c.autocommit = True
        return c

    def sql(self, comando, parametros=None):
        with self.conexao.cursor() as cur:
            cur.execute(comando, parametros)
            return cur.fetchall() if cur.description else None

    def valor(self, comando, parametros=None):
        return self.sql(comando, parametros)[0][0]

    def esperar_aberta(self):
        limite = time.monotonic() + 120
        while (estado := self.sql("SELECT estado, motivo FROM crm.cache_status()")[0])[0] != "aberta":
            assert time.monotonic() < limite, estado
            time.sleep(0.02)

    def sessao(self, usuario_id):
        """A live session of the user."""
        ident = str(uuid.uuid4())
        self.sql("INSERT INTO crm.sessoes (id, usuario_id, limite_em) VALUES (%s, %s, clock_timestamp() + interval '1 day')",
                 (ident, usuario_id))
        return ident

    def fechar(self):
        try:
            if os.path.exists(f"{self.pg}/pg.log"):
                self.cluster(f"cluster_stop {self.pg}; cluster_log_limpo {self.pg}")
        finally:
            if self.redis:
                self.redis.kill()
                self.redis.wait()
            shutil.rmtree(self.pasta)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.fechar()


class Frente:
    """Keeps answers and serves them while their stamps are clean."""

    def __init__(self, servidor):
        self.s = servidor
        self.redis = Resp(f"{servidor.pasta}/redis.sock")
        self.conexao = servidor.conectar()
        self.run_id = next(x.split(":")[1] for x in self.redis("INFO", "server").splitlines() if x.startswith("run_id:"))
        self.prefixo = servidor.valor("SELECT prefixo FROM crm.cache_status()")
        self.entradas = {}      # (funcao, args, classe, dia) -> entry
        self.sessoes = {}       # session -> what it says of itself

    def banco(self, funcao, sessao, args, guardar=False):
        with self.conexao.cursor() as cur:
            cur.execute("SELECT status, corpo, extra FROM crm.atender(%s, %s, '127.0.0.1', 'r', 'teste', NULL, %s, NULL, %s)",
                        (funcao, sessao, json.dumps(args), guardar))
            status, corpo, extra = cur.fetchone()
        return status, corpo, json.loads(extra)

    def carimbos(self, slots):
        """{slot: stamp}; None when no fence stands. In this order."""
        cerca = self.redis("GET", self.prefixo + "fence")
        epoca = int(cerca.split(":")[0]) if cerca else None
        if cerca is None or cerca.split(":")[1] != self.run_id:
            return None, None
        slots = sorted(slots)
        comando = ["GET", "u32", "#0"]
        for x in slots:
            comando += ["GET", "u32", f"#{x}"]
        v = self.redis("BITFIELD_RO", f"{self.prefixo}q:{epoca}", *comando)
        if self.redis("GET", self.prefixo + "fence") != cerca:
            return None, None
        return epoca, dict(zip(slots, v[1:]))

    def limpa(self, e, epoca, carimbos):
        if epoca != int(e["epoca"]) or e["ate"] <= time.time() * 1000:
            return False
        for g in e["grupos"]:
            pares = [carimbos[g[i]] == g[i + 1] and g[i + 1] >= 0 for i in range(0, len(g), 2)]
            if not pares[0] or not any(pares[1:]):
                return False
        return True

    @staticmethod
    def slots(e):
        return {g[i] for g in e["grupos"] for i in range(0, len(g), 2)}

    def achar(self, funcao, sessao, args):
        """The entry that may be served, or None."""
        s = self.sessoes.get(sessao)
        if s is None:
            return None
        e = self.entradas.get((funcao, json.dumps(args, sort_keys=True), s["classe"], s["dia"]))
        if e is None:
            return None
        epoca, carimbos = self.carimbos(self.slots(e) | self.slots(s))
        if epoca is None or not self.limpa(s, epoca, carimbos) or not self.limpa(e, epoca, carimbos):
            return None
        return e

    def pedir(self, funcao, sessao, args):
        e = self.achar(funcao, sessao, args)
        if e is not None:
            return e["corpo"], "cache"
        status, corpo, extra = self.banco(funcao, sessao, args, True)
        cache = extra.get("cache")
        if cache:
            s = self.sessoes[sessao] = {**cache["sessao"], "epoca": cache["epoca"]}
            if "grupos" in cache:
                assert status == 200
                self.entradas[funcao, json.dumps(args, sort_keys=True), s["classe"], s["dia"]] = {
                    "epoca": cache["epoca"], "grupos": cache["grupos"], "ate": cache["ate"], "corpo": corpo}
        return corpo, "banco"

    def fechar(self):
        self.redis.fechar()
        self.conexao.close()
