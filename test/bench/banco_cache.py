"""What the cache costs a write: the same server with and without the cache (crm.redis, triggers), turn by turn.

Single rows (one writer: transaction by transaction in turn, median; eight: pgbench,
mean latency, best of the rounds, since a disk and neighbours only add), a statement
over 200,000 rows (median), how long
after a commit its mark is released, and what one round trip to Redis takes.
CLIENTES, PARES and RODADAS in the environment make it smaller.
"""
import os
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from redis_servidor import RedisServidor  # noqa: E402
from servidor_cache import RAIZ, ServidorCache  # noqa: E402

CLIENTES = int(os.environ.get("CLIENTES", "200000"))
RODADAS = int(os.environ.get("RODADAS", "5"))
PARES = int(os.environ.get("PARES", "3000"))
ESCRITORES = 8
SEGUNDOS = int(os.environ.get("SEGUNDOS", "4"))
PGBENCH = RAIZ / "build/pg/lib/postgresql/15/bin/pgbench"
OPCOES = ("-c fsync=on -c shared_buffers=256MB -c max_wal_size=8GB -c work_mem=16MB -c checkpoint_timeout=30min"
          " -c jit=off -c autovacuum=off")

LINHAS = {
    "name of a client": "UPDATE crm.clientes SET nome_mae = md5(random()::text) WHERE id_cliente = :c",
    "city of a client": "UPDATE crm.clientes SET cidade = 'Cidade ' || (random() * 1000)::int WHERE id_cliente = :c",
    "an order": "INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) VALUES (:c, current_date - 400, 1)",
}


class Redis:
    """Just enough of a client to measure one."""

    def __init__(self, caminho):
        self.s = socket.socket(socket.AF_UNIX)
        self.s.connect(str(caminho))
        self.f = self.s.makefile("rb")

    def __call__(self, *palavras):
        self.s.sendall(b"*%d\r\n" % len(palavras) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in
                                                              (str(x).encode() for x in palavras)))
        return self._ler()

    def _ler(self):
        linha = self.f.readline()
        if linha[:1] == b"*":
            return [self._ler() for _ in range(int(linha[1:]))]
        if linha[:1] == b"$":
            n = int(linha[1:])
            return None if n < 0 else self.f.read(n + 2)[:-2]
        return int(linha[1:]) if linha[:1] == b":" else linha


def pgbench(s, sql, escritores):
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as f:
        f.write(f"\\set c random(1, {CLIENTES})\n{sql};\n")
        f.flush()
        r = subprocess.run([PGBENCH, "-h", s.pasta, "-U", "postgres", "-n", "-M", "prepared", "-c", str(escritores),
                            "-j", "2", "-T", str(SEGUNDOS), "-f", f.name, "crm"],
                           capture_output=True, text=True, check=True)
    return float(re.search(r"latency average = ([0-9.]+) ms", r.stdout).group(1))


def vez_a_vez(sem, com, sql):
    """Medians of one transaction each, in ms; and the CPU time of the server process, which neighbours do not change."""
    a, b = [], []
    for s in (sem, com):
        s.sql("SELECT 1")
    cpu = [cpu_ms(s) for s in (sem, com)]
    for n in range(PARES):
        comando = sql.replace(":c", str(n * 7919 % CLIENTES + 1))
        for s, onde in ((sem, a), (com, b)) if n % 2 else ((com, b), (sem, a)):
            with s._super.cursor() as cur:
                inicio = time.perf_counter()
                cur.execute(comando)
                onde.append((time.perf_counter() - inicio) * 1000)
    cpu = [(cpu_ms(s) - antes) / PARES for s, antes in zip((sem, com), cpu)]
    return statistics.median(a), statistics.median(b), *cpu


def cpu_ms(s):
    return int(pathlib.Path(f"/proc/{s._super.get_backend_pid()}/schedstat").read_text().split()[0]) / 1e6


def linhas(sem, com, rtt):
    print(f"{'single row, ms a transaction':34} {'without':>8} {'with':>8} {'ratio':>6} {'(with - round trip) / without':>30}")
    for nome, sql in LINHAS.items():
        a, b, cpu_a, cpu_b = vez_a_vez(sem, com, sql)
        print(f"{nome + ', 1 writer':34} {a:8.3f} {b:8.3f} {b / a:6.2f} {(b - rtt) / a:30.2f}   CPU {cpu_a:.3f} -> {cpu_b:.3f}, {cpu_b / cpu_a:.2f}")
    for nome, sql in LINHAS.items():
        a, b = [], []
        for _ in range(RODADAS):
            a.append(pgbench(sem, sql, ESCRITORES))
            b.append(pgbench(com, sql, ESCRITORES))
        a, b = min(a), min(b)
        print(f"{nome + f', {ESCRITORES} writers':34} {a:8.3f} {b:8.3f} {b / a:6.2f} {(b - rtt) / a:30.2f}")


def muitas(sem, com):
    print(f"\n{'one statement over ' + str(CLIENTES) + ' rows, ms':34} {'without':>8} {'with':>8} {'ratio':>6}")
    for nome, sql in (("UPDATE clientes (name of mother)", "UPDATE crm.clientes SET nome_mae = md5(id_cliente::text || '{}')"),
                      ("UPDATE pedidos (value)", "UPDATE crm.pedidos SET valor = valor + 0.01 WHERE id <= (SELECT min(id) + %d FROM crm.pedidos) AND '{}' <> ''"
                       % CLIENTES)):
        a, b = [], []
        for n in range(RODADAS):
            for s, onde in ((sem, a), (com, b)):
                s.sql("VACUUM crm.clientes, crm.pedidos, crm.contagens")
                inicio = time.perf_counter()
                s.sql(sql.format(n))
                onde.append((time.perf_counter() - inicio) * 1000)
        a, b = statistics.median(a), statistics.median(b)
        print(f"{nome:34} {a:8.0f} {b:8.0f} {b / a:6.2f}")


def liberacao(com, redis):
    st = com.status()
    chave = f"{st['prefixo']}q:{st['epoca']}"
    slot = 2 * com.numero("clientes")
    tempos = []
    for n in range(500):
        com.sql(f"UPDATE crm.clientes SET nome_mae = 'b{n}' WHERE id_cliente = 1")
        inicio = time.perf_counter()
        while True:
            begun, done = redis("BITFIELD_RO", chave, "GET", "u32", f"#{2 * slot}", "GET", "u32", f"#{2 * slot + 1}")
            if begun == done:
                break
        tempos.append((time.perf_counter() - inicio) * 1000)
    q = statistics.quantiles(tempos, n=100)
    print(f"\ncommit seen by its client -> released, ms: p50 {q[49]:.3f}, p95 {q[94]:.3f}, max {max(tempos):.3f} (one look at Redis included)")


def main():
    with tempfile.TemporaryDirectory(prefix="crm-bc.", dir="/tmp") as t:
        os.chmod(t, 0o777)
        with RedisServidor(f"{t}/redis") as r:
            with ServidorCache(f"{t}/com", r.caminho, OPCOES, clientes=CLIENTES) as com:
                com.sql("VACUUM ANALYZE")
                com.parar()
                with ServidorCache(f"{t}/sem", "", OPCOES, copia_de=com.pasta) as sem:
                    # Without the cache: without its triggers, too.
                    for tabela, in sem.sql("SELECT DISTINCT relname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid WHERE tgname = 'cache_incluir'"):
                        for g in ("incluir", "alterar", "excluir", "esvaziar", "aplicar"):
                            sem.sql(f"DROP TRIGGER cache_{g} ON crm.{tabela}")
                    com.iniciar()
                    com.esperar("aberta")
                    redis = Redis(r.caminho)
                    vez = []
                    marca = ["BITFIELD", "banco", *(x for i in range(60) for x in ("INCRBY", "u32", f"#{i}", 1))]
                    for _ in range(2000):
                        inicio = time.perf_counter()
                        redis(*marca)
                        vez.append((time.perf_counter() - inicio) * 1000)
                    rtt = statistics.median(vez)
                    print(f"one round trip to Redis with 60 counters: {rtt:.3f} ms\n")
                    linhas(sem, com, rtt)
                    muitas(sem, com)
                    liberacao(com, redis)
                    st = com.status()
                    print(f"marks {st['marcas']}, whole tables {st['massas']}, failed {st['falhas']}, waits {st['esperas']}, "
                          f"longest {st['maior_espera_ms']:.1f} ms")


if __name__ == "__main__":
    main()
