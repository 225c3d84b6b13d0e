"""A link to Redis that a test commands (elo_redis.c, which says what each word does).

    with Elo(pasta, "pg", "/path/of/redis.sock") as elo:
        elo.caminho                       # give this to the client
        elo.segurar("resposta", "BITFIELD crm")
        elo.esperar_preso(); elo.soltar()
"""
import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

FONTE = pathlib.Path(__file__).with_name("elo_redis.c")


def compilar(fontes, saida, *bibliotecas):
    """gcc, once per version of the sources (*.c and *.h)."""
    saida = pathlib.Path(saida)
    if not saida.exists() or saida.stat().st_mtime < max(f.stat().st_mtime for f in fontes):
        saida.parent.mkdir(parents=True, exist_ok=True)
        parcial = saida.with_name(f"{saida.name}.{os.getpid()}")
        subprocess.run(["gcc", "-std=gnu11", "-O2", "-g", "-Wall", "-Wextra", "-Werror", "-D_GNU_SOURCE",
                        "-I/usr/include/postgresql", "-o", parcial, *(f for f in fontes if f.suffix == ".c"), *bibliotecas], check=True)
        parcial.rename(saida)
    return saida


@contextlib.contextmanager
def pasta_aberta():
    """A directory that the service user may enter; pytest closes those it makes."""
    pasta = pathlib.Path(tempfile.mkdtemp(prefix="crm-e.", dir="/tmp"))
    pasta.chmod(0o755)
    try:
        yield pasta
    finally:
        shutil.rmtree(pasta, ignore_errors=True)


class Elo:
    def __init__(self, pasta, nome, destino, cru=False):
        self.caminho = f"{pasta}/{nome}.sock"
        self._controle = f"{pasta}/{nome}.ctl"
        programa = compilar([FONTE], FONTE.parents[2] / "build/check/bin/elo_redis")
        self.processo = subprocess.Popen([programa, self.caminho, str(destino), self._controle]
                                         + (["cru"] if cru else []), stdin=subprocess.DEVNULL)
        limite = time.monotonic() + 10
        while True:
            try:
                self._canal = socket.socket(socket.AF_UNIX)
                self._canal.connect(self._controle)
                break
            except OSError:
                self._canal.close()
                if time.monotonic() > limite:
                    raise
                time.sleep(0.01)
        self._linhas = self._canal.makefile("r")

    def mandar(self, linha):
        self._canal.sendall(linha.encode() + b"\n")
        resposta = self._linhas.readline().rstrip("\n")
        assert not resposta.startswith("erro"), resposta
        return resposta

    def passar(self):
        self.mandar("passar")

    def atrasar(self, ms):
        self.mandar(f"atrasar {ms}")

    def congelar(self):
        self.mandar("congelar")

    def buraco(self):
        self.mandar("buraco")

    def recusar(self):
        self.mandar("recusar")

    def cortar(self):
        self.mandar("cortar")

    def segurar(self, que, texto, pular=0):
        self.mandar(f"segurar {que} {pular} {texto}")

    def soltar(self):
        self.mandar("soltar")

    def destino(self, caminho):
        self.mandar(f"destino {caminho}")

    def presos(self):
        return int(self.mandar("presos"))

    def conexoes(self):
        return int(self.mandar("conexoes"))

    def vistos(self):
        """The last commands, newest first."""
        return self.mandar("vistos").split(" ; ")

    def esperar_preso(self, limite_s=60):
        fim = time.monotonic() + limite_s
        while not self.presos():
            assert time.monotonic() < fim, "nothing was held; last commands: " + str(self.vistos()[:5])
            time.sleep(0.002)

    def fechar(self):
        self._canal.close()
        self.processo.terminate()
        self.processo.wait(10)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.fechar()
