#!/usr/bin/python3
"""The reads of the board and the administration, and marks, over HTTP: plain
listener, 64 connections of wrk, client and server on the same cores.

Beside requests/s and latency: CPU per request of the front's workers and of
PostgreSQL's backends, which other load on the machine disturbs little, and the
ratio to two limits of the same run: the front's fixed answer and a bare
prepared SELECT of pgbench. "per core" is what one core would answer if it did
only this: 1 s over the CPU of front and database together.

    CRM_BENCH_CLIENTES=200000 CRM_BENCH_VENDEDORES=100 CRM_BENCH_S=5
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from pilha import Pilha  # noqa: E402

CLIENTES = int(os.environ.get("CRM_BENCH_CLIENTES", 200000))
VENDEDORES = int(os.environ.get("CRM_BENCH_VENDEDORES", 100))
DURACAO_S = int(os.environ.get("CRM_BENCH_S", 5))
CONEXOES = 64

# One JSON line at the end; each thread walks its share of the paths.
LUA = """
local pedidos, n = {}, 0
local parte = 0
function setup(thread) thread:set("parte", parte); parte = parte + 1 end
function init(args)
    i = 0
    local k = 0
    for linha in io.lines(args[1]) do
        if k % 2 == parte then
            local caminho, corpo = linha:match("^(%S+) ?(.*)$")
            n = n + 1
            pedidos[n] = corpo == "" and wrk.format("GET", caminho) or wrk.format("POST", caminho, nil, corpo)
        end
        k = k + 1
    end
end
function request()   -- made before: the generator shares the cores with what it measures
    i = i % n + 1
    return pedidos[i]
end
function done(s, l, r)
    io.write(string.format('\\n{"n":%d,"us":%d,"bytes":%d,"erros":%d,"p50":%d,"p99":%d}\\n', s.requests, s.duration, s.bytes,
        s.errors.connect + s.errors.read + s.errors.write + s.errors.status + s.errors.timeout, l:percentile(50), l:percentile(99)))
end
"""


def cpu_us(pids):
    total = 0
    for pid in pids:
        try:
            total += int(pathlib.Path(f"/proc/{pid}/schedstat").read_text().split()[0])
        except (FileNotFoundError, ProcessLookupError):
            pass   # ended meanwhile
    return total / 1000


class Medida:
    def __init__(self, pilha, temp):
        self.p, self.temp = pilha, pathlib.Path(temp)
        (self.temp / "medir.lua").write_text(LUA)
        self.base = f"http://127.0.0.1:{pilha.porta_plana}"
        self.token = pilha.login("admin", base=self.base).dados["token"]
        self.fixa = self.nua = None

    def backends(self):
        return [pid for (pid,) in self.p.sql("SELECT pid FROM pg_stat_activity WHERE usename = 'crm_web'")]

    def wrk(self, caminhos, cabecalhos=(), segundos=DURACAO_S):
        lista = self.temp / "caminhos"
        lista.write_text("\n".join(caminhos) + "\n")
        front, banco = self.p.filhos(self.p.pid("front")), self.backends()
        antes = cpu_us(front), cpu_us(banco)
        saida = subprocess.run(
            ["wrk", "-t2", f"-c{CONEXOES}", f"-d{segundos}s", "--timeout", "10s", "-s", str(self.temp / "medir.lua"),
             "-H", f"Authorization: Bearer {self.token}", "-H", f"Origin: {self.base}",
             "-H", "Content-Type: application/json"]
            + [x for c in cabecalhos for x in ("-H", c)] + [self.base + "/", "--", str(lista)],
            check=True, capture_output=True, text=True).stdout
        r = json.loads(saida.strip().splitlines()[-1])
        r["front"], r["banco"] = ((cpu_us(g) - a) / r["n"] for g, a in zip((front, banco), antes))
        r["por_s"] = r["n"] / (r["us"] / 1e6)
        return r

    def linha(self, nome, caminhos, cabecalhos=()):
        self.wrk(caminhos[:200], cabecalhos, 1)   # plans, caches
        r = self.wrk(caminhos[200:] or caminhos, cabecalhos)
        if self.fixa is None:
            self.fixa = r["por_s"]
        print(f"{nome:34s}{r['por_s']:>9,.0f}{r['p50'] / 1000:>9.1f}{r['p99'] / 1000:>9.1f}{r['erros']:>7d}"
              f"{r['bytes'] / r['n'] / 1000:>7.1f}{r['front']:>9.0f}{r['banco']:>9.0f}"
              f"{1e6 / (r['front'] + r['banco']):>10,.0f}{r['por_s'] / self.fixa:>9.3f}{r['por_s'] / self.nua:>9.3f}",
              flush=True)

    def select_nu(self):
        """Bare prepared SELECT, as many connections as the front has backends."""
        roteiro = self.temp / "nu.sql"
        roteiro.write_text("SELECT 1;\n")
        n = len(self.backends())
        saida = subprocess.run(["pgbench", "-n", "-M", "prepared", "-c", str(n), "-j2", "-T", str(DURACAO_S),
                                "-f", str(roteiro), "-h", str(self.p.sock), "-U", "postgres", "crm"],
                               check=True, capture_output=True, text=True).stdout
        self.nua = float(re.search(r"tps = ([0-9.]+)", saida).group(1))
        print(f"limits: SELECT 1, pgbench prepared, {n} connections: {self.nua:,.0f}/s; the front's fixed answer: first row")


def medir(p, temp):
    p.configurar("presenca_ausente", 86400)   # who only reads is not sent offline
    p.sql("UPDATE crm.vendedores SET online = true, visto_em = crm.agora()")
    p.sql("SELECT crm.redistribuir_clientes()")
    p.sql("SELECT crm.contagens_compactar()")
    p.sql("VACUUM ANALYZE")
    vendedores = [v for (v,) in p.sql("SELECT id FROM crm.vendedores WHERE online ORDER BY id")]
    marcas = [f'/api/vendedor/marcar-contatado/{v} {{"cliente_id":{c},"observacoes":"medida"}}' for v, c in p.sql(
        "SELECT vendedor_id, cliente_id FROM crm.cliente_vendedor WHERE encerrada_em IS NULL AND NOT contatado"
        " ORDER BY md5(id::text)")]
    quadro = [f"/api/vendedor/meus-clientes/{v}?" for v in vendedores]
    m = Medida(p, temp)
    print(f"{CLIENTES:,} clients, {len(marcas):,} held by {len(vendedores)} sellers; {CONEXOES} connections, {DURACAO_S} s each")
    m.select_nu()
    print(f"{'':34s}{'':9s}{'p50':>9s}{'p99':>9s}{'':7s}{'':7s}{'CPU us per request':>18s}{'per':>10s}{'ratio to':>18s}")
    print(f"{'':34s}{'req/s':>9s}{'ms':>9s}{'ms':>9s}{'errors':>7s}{'kB':>7s}{'front':>9s}{'database':>9s}{'core':>10s}"
          f"{'fixed':>9s}{'SELECT':>9s}")
    m.linha("fixed answer, /healthz", ["/healthz"])
    m.linha("who am I", ["/api/auth/eu"])
    m.linha("board, 50 cards", [c + "size=50" for c in quadro])
    m.linha("board, 50 cards, br", [c + "size=50" for c in quadro], ["Accept-Encoding: gzip, br"])
    m.linha("board, one column, 20 cards", [c + "coluna=a_contatar_30_45&size=20" for c in quadro])
    m.linha("board as the screen asks", [c + "por_coluna=true" for c in quadro])
    m.linha("seller's statistics", [f"/api/vendedor/estatisticas/{v}" for v in vendedores])
    m.linha("clients by period, 4 x 20", ["/api/admin/clientes-por-periodo"])
    m.linha(f"overall statistics, {len(vendedores)} sellers", ["/api/admin/estatisticas-gerais"])
    m.linha("all clients, 50", ["/api/admin/todos-clientes"])
    antes = p.sql("SELECT count(*) FROM crm.cliente_vendedor WHERE contatado")[0][0]
    m.linha("mark contacted", marcas)
    feitas = p.sql("SELECT count(*) FROM crm.cliente_vendedor WHERE contatado")[0][0] - antes
    print(f"{feitas:,} of {len(marcas):,} clients were marked; marks beyond them are repetitions")
    m.linha("overall statistics, after the marks", ["/api/admin/estatisticas-gerais"])
    erradas, = p.sql("SELECT count(*) FROM crm.contagens_verificar()")[0]
    print(f"counters that differ from a count: {erradas}")


def main():
    with tempfile.TemporaryDirectory(prefix="crm-bench.", dir="/tmp") as temp, \
         Pilha(clientes=CLIENTES, vendedores=VENDEDORES) as p:
        medir(p, temp)


if __name__ == "__main__":
    main()
