"""A Redis that a test starts, kills, freezes, fills and restarts from an old dump.

    with RedisServidor(pasta, acl=p.serv / "redis.acl") as r:
        r.cli("FLUSHALL")

It runs as the service user does (root: CRM_OS_USER). Beside the users of acl it
has one for the test, who may do everything.
"""
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import time

USUARIO = "teste"


class RedisServidor:
    def __init__(self, pasta, acl=None):
        self.pasta = pathlib.Path(pasta)
        self.pasta.mkdir(exist_ok=True)
        self.caminho = self.pasta / "redis.sock"
        self.dump = self.pasta / "dump.rdb"
        self.acl = self.pasta / "usuarios.acl"
        linhas = pathlib.Path(acl).read_text().splitlines() if acl else ["user default on nopass ~* &* +@all"]
        linhas = [x for x in linhas if x.strip() and not x.startswith("#")]
        self.acl.write_text("\n".join([*linhas, f"user {USUARIO} on nopass ~* &* +@all"]) + "\n")
        self.usuario = None
        if os.getuid() == 0:
            self.usuario = os.environ.get("CRM_OS_USER", "postgres")
            u = pwd.getpwnam(self.usuario)
            for f in (self.pasta, self.acl):
                os.chown(f, u.pw_uid, u.pw_gid)
        self.processo = None
        self.iniciar()

    def iniciar(self, dump=None, opcoes=()):
        """Empty, or from a copy of a dump."""
        self.dump.unlink(missing_ok=True)
        self.caminho.unlink(missing_ok=True)
        if dump:
            shutil.copy(dump, self.dump)
            os.chmod(self.dump, 0o644)
        extra = {"user": self.usuario} if self.usuario else {}
        self.processo = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", str(self.caminho), "--unixsocketperm", "777",
             "--save", "", "--appendonly", "no", "--maxmemory", "128mb", "--maxmemory-policy", "allkeys-lru",
             "--aclfile", str(self.acl), "--dir", str(self.pasta), "--stop-writes-on-bgsave-error", "no", *opcoes],
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
