"""What the cache costs a write: the same server with and without the cache (crm.redis, triggers), turn by turn.

  linhas      single rows (one writer: transaction by transaction in turn, median; eight: pgbench, mean latency,
              best of the rounds, since a disk and neighbours only add) without the cache, without it but with one
              bare round trip to Redis before the commit (ida_e_volta.c, as many counters as the write marks, by as
              many writers), and with it. The goal: with <= 1.3 * (without + round trip)
  massa       a statement over as many rows as there are clients, time and CPU of the server process (medians). The
              goal: with <= 1.2 * without
  liberacao   whether what a commit marked is still pending when its client sees the commit: never

CRM_BENCH_PARTES names the parts (all); CLIENTES, PARES, RODADAS, SEGUNDOS make it smaller.
"""
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

import psycopg2

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from redis_servidor import RedisServidor  # noqa: E402
from servidor_cache import RAIZ, ServidorCache  # noqa: E402

CLIENTES = int(os.environ.get("CLIENTES", "200000"))
RODADAS = int(os.environ.get("RODADAS", "3"))
PARES = int(os.environ.get("PARES", "2000"))
ESCRITORES = 8
SEGUNDOS = int(os.environ.get("SEGUNDOS", "3"))
PARTES = os.environ.get("CRM_BENCH_PARTES", "linhas,massa,liberacao").split(",")
PGBENCH = RAIZ / "build/pg/lib/postgresql/15/bin/pgbench"
OPCOES = ("-c fsync=on -c shared_buffers=256MB -c max_wal_size=8GB -c work_mem=16MB -c checkpoint_timeout=30min"
          " -c jit=off -c autovacuum=off")

LINHAS = {
    "mother of a client": "UPDATE crm.clientes SET nome_mae = md5(random()::text) WHERE id_cliente = :c",
    "mobile of a client": "UPDATE crm.clientes SET celular = '(11) 9' || (10000000 + random() * 80000000)::int WHERE id_cliente = :c",
    "city of a client": "UPDATE crm.clientes SET cidade = 'Cidade ' || (random() * 1000)::int WHERE id_cliente = :c",
    "an order": "INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) VALUES (:c, current_date - 400, 1)",
}


def compilar(pasta):
    """The library of the bare round trip, where the server may read it."""
    so = f"{pasta}/ida_e_volta.so"
    incluir = subprocess.run(["pg_config", "--includedir-server"], capture_output=True, text=True, check=True).stdout.strip()
    subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-Wno-unused-parameter", "-Werror", "-shared", "-fPIC", f"-I{incluir}", "-D_GNU_SOURCE",
                    "-o", so, pathlib.Path(__file__).with_name("ida_e_volta.c")], check=True)
    return so


class Lado:
    """A server with or without the cache, or without it and with a round trip of so many counters (opcoes)."""

    def __init__(self, servidor, opcoes=""):
        self.servidor = servidor
        self.opcoes = opcoes
        self.con = psycopg2.connect(host=servidor.pasta, dbname="crm", user="postgres", options=opcoes)
        self.con.autocommit = True
        self.tempos = []
        self.medias = []

    def cpu_ms(self):
        return int(pathlib.Path(f"/proc/{self.con.get_backend_pid()}/schedstat").read_text().split()[0]) / 1e6

    def uma(self, comando):
        with self.con.cursor() as cur:
            inicio = time.perf_counter()
            cur.execute(comando)
            self.tempos.append((time.perf_counter() - inicio) * 1000)

    def pgbench(self, sql, escritores):
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as f:
            f.write(f"\\set c random(1, {CLIENTES})\n{sql};\n")
            f.flush()
            r = subprocess.run([PGBENCH, "-h", self.servidor.pasta, "-U", "postgres", "-n", "-M", "prepared", "-c", str(escritores),
                                "-j", "2", "-T", str(SEGUNDOS), "-f", f.name, "crm"], env=dict(os.environ, PGOPTIONS=self.opcoes),
                               capture_output=True, text=True, check=True)
        self.medias.append(float(re.search(r"latency average = ([0-9.]+) ms", r.stdout).group(1)))


def marcas(com, sql):
    """Counters that such a write marks."""
    with com.conectar() as c:
        c.autocommit = False
        cur = c.cursor()
        cur.execute(sql.replace(":c", "77"))
        cur.execute("SELECT cardinality(crm.cache_colhidos())")
        n = cur.fetchone()[0]
        c.rollback()
    return n


def vez_a_vez(lados, sql):
    """Medians of one transaction each, in ms; and the CPU time of the server processes, which neighbours change less."""
    for lado in lados:
        lado.tempos.clear()
    cpu = [lado.cpu_ms() for lado in lados]
    for n in range(PARES):
        comando = sql.replace(":c", str(n * 7919 % CLIENTES + 1))
        for k in range(len(lados)):
            lados[(n + k) % len(lados)].uma(comando)
    return [statistics.median(x.tempos) for x in lados], [(x.cpu_ms() - antes) / PARES for x, antes in zip(lados, cpu)]


def linhas(sem, com, redis, so):
    print(f"{'single row, ms a transaction':34} {'counters':>8} {'without':>8} {'+ trip':>8} {'with':>8} {'(with - trip) / without':>24} {'with / + trip':>14}")

    def linha(nome, n, a, v, b, resto=""):
        print(f"{nome:34} {n:8} {a:8.3f} {v:8.3f} {b:8.3f} {(b - (v - a)) / a:24.2f} {b / v:14.2f}   {resto}", flush=True)

    lados = {}
    for nome, sql in LINHAS.items():
        n = marcas(com, sql)
        lados[nome] = n, [Lado(sem), Lado(sem, f"-c session_preload_libraries={so} -c ida_e_volta.redis={redis} -c ida_e_volta.contadores={n}"), Lado(com)]
    for nome, sql in LINHAS.items():
        n, tres = lados[nome]
        tempos, cpu = vez_a_vez(tres, sql)
        linha(nome + ", 1 writer", n, *tempos, f"CPU of the server process {cpu[0]:.3f}, {cpu[1]:.3f}, {cpu[2]:.3f}")
    for nome, sql in LINHAS.items():
        n, tres = lados[nome]
        for _ in range(RODADAS):
            for lado in tres:
                lado.pgbench(sql, ESCRITORES)
        linha(nome + f", {ESCRITORES} writers", n, *(min(x.medias) for x in tres))


def massa(sem, com):
    print(f"\n{'one statement over ' + str(CLIENTES) + ' rows, ms':34} {'without':>8} {'with':>8} {'ratio':>6} {'CPU':>8} {'with':>8} {'ratio':>6}")
    for nome, sql in (("UPDATE clientes (name of mother)", "UPDATE crm.clientes SET nome_mae = md5(id_cliente::text || '{}')"),
                      ("UPDATE pedidos (value)", "UPDATE crm.pedidos SET valor = valor + 0.01 WHERE id <= (SELECT min(id) + %d FROM crm.pedidos) AND '{}' <> ''"
                       % CLIENTES)):
        lados = [Lado(sem), Lado(com)]
        cpu = [[], []]
        for n in range(RODADAS):
            for k in (n % 2, 1 - n % 2):
                lados[k].servidor.sql("VACUUM crm.clientes, crm.pedidos, crm.contagens")
                antes = lados[k].cpu_ms()
                lados[k].uma(sql.format(n))
                cpu[k].append(lados[k].cpu_ms() - antes)
        a, b = (statistics.median(x.tempos) for x in lados)
        c, d = (statistics.median(x) for x in cpu)
        print(f"{nome:34} {a:8.0f} {b:8.0f} {b / a:6.2f} {c:8.0f} {d:8.0f} {d / c:6.2f}", flush=True)


def liberacao(com):
    """What is pending would be a miss; it ends before the client is told."""
    with com.conectar() as con:
        con.autocommit = True
        cur = con.cursor()
        pendentes = 0
        for n in range(PARES):
            cur.execute(LINHAS["mother of a client"].replace(":c", "1"))
            cur.execute("SELECT pendentes FROM crm.cache_status()")
            pendentes += cur.fetchone()[0] > 0
    print(f"\ncommits seen by their client: {PARES}; what they marked still pending then: {pendentes}", flush=True)


def main():
    with tempfile.TemporaryDirectory(prefix="crm-bc.", dir="/tmp") as t:
        os.chmod(t, 0o777)
        with RedisServidor(f"{t}/redis") as r:
            with ServidorCache(f"{t}/com", r.caminho, OPCOES, clientes=CLIENTES) as com:
                com.sql("VACUUM ANALYZE")
                com.parar()
                with ServidorCache(f"{t}/sem", "", OPCOES, copia_de=com.pasta) as sem:
                    # Without the cache: without its triggers, too.
                    for tabela, in sem.sql("SELECT DISTINCT relname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid WHERE tgname = 'cache_incluir' AND NOT relispartition"):
                        for g in ("incluir", "alterar", "excluir", "esvaziar", "aplicar"):
                            sem.sql(f"DROP TRIGGER cache_{g} ON crm.{tabela}")
                    com.iniciar()
                    com.esperar("aberta")
                    if "linhas" in PARTES:
                        linhas(sem, com, r.caminho, compilar(t))
                    if "massa" in PARTES:
                        massa(sem, com)
                    if "liberacao" in PARTES:
                        liberacao(com)
                    st = com.status()
                    print(f"marks {st['marcas']}, whole tables {st['massas']}, failed {st['falhas']}, waits {st['esperas']}, "
                          f"longest {st['maior_espera_ms']:.1f} ms")


if __name__ == "__main__":
    main()
