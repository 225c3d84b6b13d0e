"""A running product for tests: PostgreSQL, Redis and the front, by "make run".

    with Pilha(clientes=55, vendedores=3) as p:
        admin = p.login("admin")
        admin.get("/api/admin/vendedores").json()

Own directories and free ports; ends only what it started. TLS is verified
against the certificate that the instance made.

As a program it runs a command against a new instance, with CRM_URL,
CRM_PLAIN_URL, CRM_ACESSO (path of acesso.json), CRM_CA (certificate) and
CRM_SOCK (socket directory) set:

    python3 test/lib/pilha.py node --test test/web/x.test.mjs
"""
import contextlib
import fcntl
import itertools
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

import psycopg2
import requests
import websocket

RAIZ = pathlib.Path(__file__).resolve().parents[2]
INICIO_LIMITE_S = 180
_numero = itertools.count(1)
# A time limit of the runner ends this process by SIGTERM: what it started ends too.
if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

# Rows of these say that something was tried, or are bookkeeping, not business.
FORA_DO_HASH = {"auditoria", "tentativas_login", "bloqueios_login", "contagens",
                "sessoes", "idempotencia", "segredos", "auditoria_selos", "tarefas_estado", "previsoes"}
RUIM = re.compile(r"==\d+== |AddressSanitizer|runtime error:|TRAP:|PANIC|write past chunk|reference leak|by signal (4|6|7|8|11|31)\b")
COLUNAS_FORA = ["updated_at", "visto_em", "atualizado_em"]


def portas_livres(n):
    """n ports of loopback that were free a moment ago, all different."""
    with contextlib.ExitStack() as pilha:
        socks = [pilha.enter_context(contextlib.closing(socket.socket())) for _ in range(n)]
        for s in socks:
            s.bind(("127.0.0.1", 0))
        return [s.getsockname()[1] for s in socks]


def esperar(condicao, limite_s=120, passo_s=0.05):
    """Polls until condicao() is true; returns its value, raises TimeoutError."""
    fim = time.monotonic() + limite_s
    while True:
        valor = condicao()
        if valor:
            return valor
        if time.monotonic() > fim:
            raise TimeoutError(f"not true within {limite_s} s: {condicao}")
        time.sleep(passo_s)


def conferir_registro(arquivo):
    """No crash, failed assertion or report of a sanitizer or Valgrind may hide behind a passing test."""
    ruins = [x for x in arquivo.read_text(errors="replace").split("\n") if RUIM.search(x)]
    assert not ruins, f"{arquivo.name}: {ruins[:5]}"


class Cliente:
    """One browser: cookies, Origin, base address. .dados is the login's answer."""

    def __init__(self, pilha, base=None, origem=True):
        self.pilha = pilha
        self.origem = base or pilha.url
        self.base = base or pilha.procurador_url or pilha.url
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.verify = str(pilha.ca)
        if origem:
            self.http.headers["Origin"] = self.origem
        self.dados = None

    def request(self, metodo, caminho, **kw):
        kw.setdefault("timeout", 60)
        return self.http.request(metodo, self.base + caminho, **kw)

    def get(self, caminho, **kw):
        return self.request("GET", caminho, **kw)

    def post(self, caminho, json=None, **kw):
        return self.request("POST", caminho, json={} if json is None else json, **kw)

    def patch(self, caminho, json=None, **kw):
        return self.request("PATCH", caminho, json={} if json is None else json, **kw)

    def delete(self, caminho, **kw):
        return self.request("DELETE", caminho, **kw)

    def entrar(self, email, senha):
        r = self.post("/api/auth/login", {"email": email, "senha": senha})
        r.raise_for_status()
        self.dados = r.json()
        if not self.base.startswith("https"):   # the cookie is Secure
            self.http.headers["Authorization"] = "Bearer " + self.dados["token"]
        return self

    @property
    def id(self):
        return self.dados["id"]

    def sair(self):
        return self.post("/api/auth/logout")

    def cookie(self):
        return "; ".join(f"{c.name}={c.value}" for c in self.http.cookies)

    def ws(self, timeout=30, origin=None):
        """An open WebSocket of this user."""
        tls = self.base.startswith("https")
        autorizacao = self.http.headers.get("Authorization")
        return websocket.create_connection(
            self.origem.replace("http", "ws", 1) + "/ws", timeout=timeout, cookie=self.cookie(),
            header={"Authorization": autorizacao} if autorizacao else {},
            origin=origin or self.origem, enable_multithread=False, suppress_origin=False,
            sslopt={"ca_certs": str(self.pilha.ca), "cert_reqs": ssl.CERT_REQUIRED} if tls else None)


class Pilha:
    def __init__(self, clientes=2000, vendedores=6, semente=1, plana=True, env=None,
                 bcrypt_custo=10, limites=False, diretorio=None, raiz=RAIZ):
        """limites=False lifts the rate limits; bcrypt_custo None leaves the default;
        raiz is another tree with what is built of it."""
        self.raiz = raiz
        self.temp = pathlib.Path(diretorio or tempfile.mkdtemp(prefix="crm-t.", dir="/tmp"))
        os.chmod(self.temp, 0o755)
        self.run = self.temp / "run"
        self.porta, self.porta_plana = portas_livres(2)
        self.env = dict(os.environ, CRM_RUN_DIR=str(self.run), CRM_PORT=str(self.porta),
                        CRM_SEM_CONSTRUIR="1", CRM_DEMO_CLIENTES=str(clientes),
                        CRM_DEMO_VENDEDORES=str(vendedores), CRM_DEMO_SEMENTE=str(semente))
        for k in ("PGHOST", "PGUSER", "PGDATABASE", "MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
            self.env.pop(k, None)
        if plana:
            self.env["CRM_PLAIN_PORT"] = str(self.porta_plana)
        if bcrypt_custo:
            self.env["CRM_DEMO_BCRYPT_CUSTO"] = str(bcrypt_custo)
        if not limites:
            self.env["CRM_LIMITE_MINUTO"] = "100000000"
        self.env.update(env or {})
        self.limites = limites
        self.make = None
        self.procurador = self.procurador_url = None
        self.conexoes = []

    def redis(self, *comando):
        """What redis-cli says, as the user who may do everything."""
        env = dict(os.environ, REDISCLI_AUTH=(self.serv / "redis_senha_admin").read_text().strip())
        return subprocess.run(["redis-cli", "-s", str(self.sock / "redis.sock"), "--user", "crm_admin", "--no-auth-warning",
                               *map(str, comando)], check=True, capture_output=True, text=True, env=env).stdout

    # ---- life --------------------------------------------------------------------

    def iniciar(self):
        self.saida = open(self.temp / "make_run.log", "wb")
        self.make = subprocess.Popen(["make", "-s", "run"], cwd=self.raiz, env=self.env,
                                     stdin=subprocess.DEVNULL, stdout=self.saida,
                                     stderr=subprocess.STDOUT, start_new_session=True)
        try:
            esperar(self._anunciou, INICIO_LIMITE_S)
        except TimeoutError:
            self.parar()
            raise
        self.acesso = json.loads((self.run / "acesso.json").read_text())
        self.url, self.plain_url = self.acesso["url"], self.acesso["plain_url"]
        if not self.limites:
            self.sql("""SELECT crm.configurar(chave, maximo::text) FROM crm.configuracoes
                         WHERE chave LIKE 'limite\\_%'""")
        if os.environ.get("CRM_OPENAPI"):
            self._procurar()
        return self

    def _procurar(self):
        """Requests of Cliente without a base of its own go through test/openapi/procurador.mjs."""
        env = dict(self.env, CRM_URL=self.url, CRM_CA=str(self.ca), CRM_CERT=str(self.ca),
                   CRM_CHAVE=str(self.ca.with_name("tls.key")), CRM_VIOLACOES=str(self.temp / "violacoes"))
        self.procurador = subprocess.Popen(["node", RAIZ / "test/openapi/procurador.mjs"], env=env, text=True,
                                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        linha = self.procurador.stdout.readline()
        if not linha.startswith("pronto "):
            self.parar()
            raise RuntimeError("test/openapi/procurador.mjs ended")
        self.procurador_url = self.url.rsplit(":", 1)[0] + ":" + linha.split()[1]

    def violacoes(self):
        """Answers that the OpenAPI document does not allow."""
        with contextlib.suppress(FileNotFoundError):
            return (self.temp / "violacoes").read_text().splitlines()
        return []

    def _anunciou(self):
        if self.make.poll() is not None:
            raise RuntimeError("make run ended:\n" + self.texto())
        return "Ctrl-C para" in self.texto()

    def texto(self):
        return (self.temp / "make_run.log").read_text(errors="replace")

    def parar(self, sinal=signal.SIGTERM):
        """As the user would: a signal to make. Returns the exit status."""
        for c in self.conexoes:
            c.close()
        self.conexoes = []
        if self.procurador:
            self.procurador.terminate()
            self.procurador.wait(30)
            self.procurador = self.procurador_url = None
        rc = None
        if self.make:
            if self.make.poll() is None:
                self.make.send_signal(sinal)
            try:
                rc = self.make.wait(60)
            except subprocess.TimeoutExpired:
                self.make.kill()
            # make goes at once when it is told to; the supervisor a moment later.
            esperar(self._destravou, 90)
            self.saida.close()
            self.make = None
        return rc

    def _destravou(self):
        try:
            with open(self.run / "trava") as f:
                fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
        except FileNotFoundError:
            return True
        except OSError:
            return False

    def conferir_registros(self):
        for nome in ("postgresql", "front"):
            with contextlib.suppress(FileNotFoundError):
                conferir_registro(self.serv / "log" / f"{nome}.log")

    def apagar(self):
        self.parar()
        try:
            self.conferir_registros()
            violacoes = self.violacoes()
            assert not violacoes, "answers that the OpenAPI document does not allow:\n" + "\n".join(violacoes[:20])
        finally:
            self._apagar()

    def _apagar(self):
        subprocess.run([self.raiz / "server/deploy/dev/parar.sh", "--apagar"], env=self.env, check=True,
                       stdout=subprocess.DEVNULL)
        guardar = os.environ.get("CRM_CHECK_GUARDAR")
        if not guardar:
            shutil.rmtree(self.temp, ignore_errors=True)

    def __enter__(self):
        return self.iniciar()

    def __exit__(self, *_):
        self.apagar()

    # ---- places ------------------------------------------------------------------

    def _anunciado(self, nome):
        """The place that make run printed: some are not below run."""
        return pathlib.Path(self.texto().rsplit(nome + ":", 1)[1].split("\n")[0].strip())

    @property
    def serv(self):
        return self._anunciado("registros").parent

    @property
    def ca(self):
        return self.serv / "tls.crt"

    @property
    def sock(self):
        return self._anunciado("soquetes")

    def pid(self, nome):
        """nome: front, redis, pg (postmaster), supervisor"""
        arquivo = {"front": self.serv / "front.pid", "redis": self.serv / "redis.pid",
                   "pg": self.serv / "pg/postmaster.pid", "supervisor": self.run / "supervisor.pid"}[nome]
        return int(arquivo.read_text().split()[0])

    def renasceu(self, nome, antes):
        """Is it another process than before? Its file may be missing or empty meanwhile."""
        try:
            return self.pid(nome) != antes
        except (FileNotFoundError, IndexError):
            return False

    def filhos(self, pid):
        saida = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
        return [int(x) for x in saida.stdout.split()]

    def log(self, nome):
        """nome: front, postgresql, redis"""
        return (self.serv / "log" / f"{nome}.log").read_text(errors="replace")

    def metricas(self, nome=r"\w+"):
        """{'name{labels}': value} of the front, all workers."""
        texto = self.cliente(base=self.plain_url).get("/metrics").text
        return {m[0]: float(m[1]) for m in re.findall(rf"^({nome}(?:\{{[^}}]*\}})?) ([-0-9.e+]+)$", texto, re.M)}

    def acertos(self):
        """Answers served from the cache so far."""
        return sum(v for k, v in self.metricas(r"crm_cache_\w+").items() if "acerto" in k)

    # ---- database ----------------------------------------------------------------

    def conectar(self, usuario="postgres", autocommit=True):
        c = psycopg2.connect(host=str(self.sock), dbname="crm", user=usuario)
        c.autocommit = autocommit
        self.conexoes.append(c)
        return c

    def sql(self, comando, parametros=None):
        """As superuser in a transaction of its own; rows or None."""
        try:
            self._super.cursor().execute("SELECT")
        except (AttributeError, psycopg2.Error):    # none yet, or PostgreSQL went away
            self._super = self.conectar()
        with self._super.cursor() as cur:
            cur.execute(comando, parametros)
            return cur.fetchall() if cur.description else None

    def valor(self, comando, parametros=None):
        return self.sql(comando, parametros)[0][0]

    def banco_responde(self):
        try:
            return self.valor("SELECT 1") == 1
        except psycopg2.Error:
            self._super = None
            return False

    @contextlib.contextmanager
    def clientes_travados(self):
        """The table of clients is locked meanwhile: what reads it takes as long as the test likes."""
        c = self.conectar(autocommit=False)
        c.cursor().execute("LOCK TABLE crm.clientes IN ACCESS EXCLUSIVE MODE")
        try:
            yield
        finally:
            c.rollback()
            c.close()

    def configurar(self, chave, valor):
        self.sql("SELECT crm.configurar(%s, %s)", (chave, str(valor)))

    def hash_do_banco(self):
        """Changes when a business row changes; attempts and audit do not count."""
        tabelas = self.sql("""SELECT c.relname FROM pg_class c
                               WHERE c.relnamespace = 'crm'::regnamespace AND c.relkind = 'r' AND NOT c.relispartition
                               ORDER BY 1""")
        return {t: self.valor(
            f"SELECT count(*) || ':' || coalesce(sum(hashtextextended((to_jsonb(t) - %s)::text, 0)), 0)"
            f" FROM crm.{t} t", (COLUNAS_FORA,)) for (t,) in tabelas if t not in FORA_DO_HASH}

    # ---- people ------------------------------------------------------------------

    def cliente(self, **kw):
        return Cliente(self, **kw)

    def login(self, quem=0, senha=None, **kw):
        """quem: "admin", the number of a seller of acesso.json, a dict with email
        and senha, or an e-mail with senha."""
        if quem == "admin":
            quem = self.acesso["admin"]
        elif isinstance(quem, int):
            quem = self.acesso["vendedores"][quem]
        if isinstance(quem, dict):
            quem, senha = quem["email"], quem["senha"]
        return Cliente(self, **kw).entrar(quem, senha)

    def novo_usuario(self, papel="vendedor"):
        """A user of its own for a test: {id, email, nome, senha}."""
        n = f"{os.getpid()}x{next(_numero)}"
        u = {"email": f"t{n}@exemplo.test", "nome": f"Teste {n}", "senha": f"senha-{n}-longa"}
        self.sql("SELECT crm.criar_usuario(nome => %(nome)s, email => %(email)s, papel => %(papel)s,"
                 " senha => %(senha)s)", dict(u, papel=papel))
        u["id"] = self.valor("SELECT id FROM crm.usuarios WHERE email = %s", (u["email"],))
        return u

    def novo_vendedor(self):
        return self.novo_usuario("vendedor")


def main():
    with Pilha() as p:
        env = dict(os.environ, CRM_URL=p.url, CRM_PLAIN_URL=p.plain_url, CRM_CA=str(p.ca),
                   CRM_ACESSO=str(p.run / "acesso.json"), CRM_SOCK=str(p.sock))
        return subprocess.run(sys.argv[1:], env=env).returncode


if __name__ == "__main__":
    sys.exit(main())
