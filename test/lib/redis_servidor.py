"""A Redis that a test starts, kills, freezes, fills and restarts from an old dump.

    with RedisServidor(pasta, pilha) as r:
        r.cli("FLUSHALL")

Settings, users and passwords are those of the product; one user more, of the
test, may do everything. Without pilha nobody needs a password. As root it runs as
CRM_OS_USER.
"""
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import time

USUARIO = "teste"
CONF = pathlib.Path(__file__).resolve().parents[2] / "server/deploy/redis/redis.conf"


class RedisServidor:
    def __init__(self, pasta, pilha=None):
        self.pasta = pathlib.Path(pasta)
        self.pasta.mkdir(exist_ok=True)
        self.caminho = self.pasta / "redis.sock"
        self.dump = self.pasta / "dump.rdb"
        self.acl = self.pasta / "usuarios.acl"
        self.conf = self.pasta / "redis.conf"
        shutil.copy(pilha.serv / "redis.conf" if pilha else CONF, self.conf)
        usuarios = (pilha.serv / "redis.acl").read_text().rstrip("\n") if pilha else "user default on nopass ~* &* +@all"
        self.acl.write_text(f"{usuarios}\nuser {USUARIO} on nopass ~* &* +@all\n")
        self.usuario = None
        if os.getuid() == 0:
            self.usuario = os.environ.get("CRM_OS_USER", "postgres")
            u = pwd.getpwnam(self.usuario)
            for f in (self.pasta, self.acl, self.conf):
                os.chown(f, u.pw_uid, u.pw_gid)
        self.processo = None
        self.iniciar()

    def iniciar(self, dump=None):
        """Empty, or from a copy of a dump."""
        self.dump.unlink(missing_ok=True)
        self.caminho.unlink(missing_ok=True)
        if dump:
            shutil.copy(dump, self.dump)
            os.chmod(self.dump, 0o644)
        extra = {"user": self.usuario} if self.usuario else {}
        self.processo = subprocess.Popen(
            ["redis-server", str(self.conf), "--unixsocket", str(self.caminho), "--unixsocketperm", "777",
             "--aclfile", str(self.acl), "--dir", str(self.pasta), "--maxmemory", "128mb"],
            stdin=subprocess.DEVNULL, stdout=open(self.pasta / "redis.log", "ab"), stderr=subprocess.STDOUT,
            cwd=self.pasta, **extra)
        limite = time.monotonic() + 20
        while self.cli("PING", erro=False) != "PONG":
            assert self.processo.poll() is None and time.monotonic() < limite, (self.pasta / "redis.log").read_text()
            time.sleep(0.01)

    def cli(self, *comando, erro=True):
        r = subprocess.run(["timeout", "10", "redis-cli", "-s", str(self.caminho), "--user", USUARIO, "--pass", "x",
                            "--no-auth-warning", *map(str, comando)], capture_output=True, text=True)
        saida = r.stdout.rstrip("\n")
        assert not erro or (r.returncode == 0 and not saida.startswith(("ERR", "NOAUTH", "WRONGPASS", "NOPERM"))), \
            f"{comando}: {saida} {r.stderr}"
        return saida

    def chaves(self, padrao):
        return sorted(self.cli("--scan", "--pattern", padrao).split())

    def salvar(self, destino):
        """A dump as it is now, for iniciar(dump=...)."""
        self.cli("SAVE")
        shutil.copy(self.dump, destino)
        self.dump.unlink()

    def matar(self):
        if self.processo:
            self.processo.kill()
            self.processo.wait()
            self.processo = None

    def ajustar(self, **valores):
        """CONFIG SET (_ for -); returns what was before."""
        antes = {}
        for nome, valor in valores.items():
            nome = nome.replace("_", "-")
            antes[nome.replace("-", "_")] = self.cli("CONFIG", "GET", nome).split("\n")[1]
            self.cli("CONFIG", "SET", nome, valor)
        return antes

    def pausar(self):
        self.processo.send_signal(signal.SIGSTOP)

    def continuar(self):
        self.processo.send_signal(signal.SIGCONT)

    def fechar(self):
        if self.processo:
            self.continuar()
        self.matar()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.fechar()
