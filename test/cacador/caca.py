"""The hunter around a running product: its world, its program, what it found."""
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from elo_redis import compilar  # noqa: E402
from pilha import RAIZ  # noqa: E402

AQUI = pathlib.Path(__file__).resolve().parent


class Caca:
    def __init__(self, pilha, editados=30, movidos=6, comprados=8):
        self.pilha = pilha
        self.programa = compilar(sorted(AQUI.glob("*.[ch]")), RAIZ / "build/check/bin/cacador", "-ljansson", "-lpq")
        pilha.sql((AQUI / "mundo.sql").read_text())
        pilha.valor("SELECT caca.montar(%s, %s, %s)", (editados, movidos, comprados))
        self.plana = {"base": pilha.plain_url}
        self.admin = pilha.login("admin", **self.plana)
        self.gerente = pilha.login(pilha.novo_usuario("gerente"), **self.plana)
        vendedores = [i for (i,) in pilha.sql("SELECT id FROM caca.vendedores ORDER BY id")]
        pilha.sql("UPDATE crm.usuarios SET trocar_senha = false")
        por_id = {i: e for i, e in pilha.sql("SELECT id, email FROM crm.usuarios")}
        senhas = {v["email"]: v["senha"] for v in pilha.acesso["vendedores"]}
        self.vendedores = [pilha.login({"email": por_id[v], "senha": senhas[por_id[v]]}, **self.plana)
                           for v in vendedores]
        self.operador = pilha.novo_usuario("operador")

    def iniciar(self, segundos, semente=1, leitores=4, escritores=2, pausa_us=8000, plantar=0):
        conf = self.pilha.temp / "cacador.conf"
        linhas = [f"conninfo host={self.pilha.sock} dbname=crm user=postgres connect_timeout=5",
                  f"porta {self.pilha.porta_plana}", f"segundos {segundos}", f"semente {semente}",
                  f"leitores {leitores}", f"escritores {escritores}", f"pausa_us {pausa_us}", f"plantar {plantar}",
                  f"admin {self.admin.dados['token']}", f"gerente {self.gerente.dados['token']}",
                  f"operador {self.operador['email']} {self.operador['senha']}"]
        linhas += [f"vendedor {v.dados['token']}" for v in self.vendedores]
        conf.write_text("\n".join(linhas) + "\n")
        self._erros = open(self.pilha.temp / "cacador.err", "w+")
        self.processo = subprocess.Popen([self.programa, conf], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                         stderr=self._erros, text=True)
        assert self.processo.stdout.readline() == "ready\n", (self.pilha.temp / "cacador.err").read_text()

    def acabou(self):
        return self.processo.poll() is not None

    def colher(self):
        """(counts, lines of the violations)"""
        saida, _ = self.processo.communicate()
        self._erros.seek(0)
        erros = self._erros.read()
        assert self.processo.returncode == 0 and saida, erros
        return json.loads(saida), erros.splitlines()

    def commits(self):
        return self.pilha.valor("SELECT xact_commit FROM pg_stat_database WHERE datname = 'crm'")
