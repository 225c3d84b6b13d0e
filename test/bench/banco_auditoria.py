"""What the audit costs a write, and its seals the writers.

Single rows: two copies of one database, with the audit triggers and without, one
transaction each in turn (median, ms, and CPU of the server process); a statement
over many rows (median, per row). What the partitions of five years cost a reader of
a client's history. Sealing: eight writers on the database that the background worker
seals (crm.banco), rounds with and without it in turn; how old the oldest committed
row without a seal is meanwhile, looked at twenty times a second; how fast all is
verified. CLIENTES, PARES, RODADAS and SEGUNDOS in the environment change its size.
"""
import os
import pathlib
import re
import statistics
import subprocess
import tempfile
import threading
import time

import psycopg2

RAIZ = pathlib.Path(__file__).resolve().parents[2]
PGBENCH = RAIZ / "build/pg/lib/postgresql/15/bin/pgbench"
CLIENTES = int(os.environ.get("CLIENTES", "20000"))
PARES = int(os.environ.get("PARES", "1000"))
RODADAS = int(os.environ.get("RODADAS", "3"))
SEGUNDOS = int(os.environ.get("SEGUNDOS", "6"))
ESCRITORES = 8

LINHAS = {
    "city of a client": "UPDATE crm.clientes SET cidade = 'Cidade ' || (random() * 1000)::int WHERE id_cliente = :c",
    "an order": "INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) VALUES (:c, current_date - 400, 1)",
}
MASSA = {
    "city of clients": "UPDATE crm.clientes SET cidade = cidade || 'x' WHERE id_cliente % 2 = {n} % 2",
    "orders": "INSERT INTO crm.pedidos (cliente_id, data_pedido, valor)"
              " SELECT id_cliente, current_date - 400, 1 FROM crm.clientes WHERE id_cliente % 2 = {n} % 2",
}


class Banco:
    def __init__(self, nome):
        self.c = psycopg2.connect(dbname=nome)
        self.c.autocommit = True
        self.cur = self.c.cursor()
        self.pid = self.valor("SELECT pg_backend_pid()")

    def sql(self, comando, *args):
        self.cur.execute(comando, args or None)
        return self.cur.fetchall() if self.cur.description else None

    def valor(self, comando, *args):
        return self.sql(comando, *args)[0][0]

    def cpu_ms(self):
        campos = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(campos[11]) + int(campos[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def sem_auditoria(b):
    for t in ("clientes", "pedidos", "cliente_vendedor", "vendedores", "produtos"):
        for g in ("inclusao", "alteracao", "exclusao"):
            b.sql(f"ALTER TABLE crm.{t} DISABLE TRIGGER z_auditar_{g}")


def vez_a_vez(sem, com, comando):
    tempos = {sem: [], com: []}
    antes = {b: b.cpu_ms() for b in tempos}
    for n in range(PARES):
        texto = comando.replace(":c", str(n * 7919 % CLIENTES + 1))
        for b in (sem, com) if n % 2 else (com, sem):
            t = time.perf_counter()
            b.sql(texto)
            tempos[b].append((time.perf_counter() - t) * 1000)
    return [(statistics.median(tempos[b]), (b.cpu_ms() - antes[b]) / PARES) for b in (sem, com)]


def em_massa(sem, com, comando):
    tempos, cpu = {sem: [], com: []}, {sem: [], com: []}
    linhas = 0
    for n in range(RODADAS):
        for b in (sem, com) if n % 2 else (com, sem):
            t, c = time.perf_counter(), b.cpu_ms()
            b.sql(comando.format(n=n))
            tempos[b].append((time.perf_counter() - t) * 1e6)
            cpu[b].append((b.cpu_ms() - c) * 1000)
            linhas = b.cur.rowcount
    return [(statistics.median(tempos[b]) / linhas, statistics.mean(cpu[b]) / linhas) for b in (sem, com)], linhas     # CPU is told in ticks of 10 ms


def pgbench(segundos):
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as f:
        f.write(f"\\set c random(1, {CLIENTES})\n{LINHAS['city of a client']};\n")
        f.flush()
        r = subprocess.run([PGBENCH, "-n", "-M", "prepared", "-c", str(ESCRITORES), "-j", "2", "-T", str(segundos), "-f", f.name, "crm"],
                           capture_output=True, text=True, check=True)
    return float(re.search(r"tps = ([0-9.]+)", r.stdout).group(1))


def atraso(fim, amostras):
    """Age of the oldest committed row that no seal covers."""
    b = Banco("crm")
    while not fim.is_set():
        linha = b.sql("""SELECT extract(epoch FROM clock_timestamp() - a.quando) FROM crm.auditoria a
                          WHERE a.xid >= (SELECT s.ate_xid FROM crm.auditoria_selos s ORDER BY s.n DESC LIMIT 1)
                          ORDER BY a.xid LIMIT 1""")
        amostras.append(float(linha[0][0]) if linha else 0)
        time.sleep(0.05)
    b.c.close()


def esperar_selos(b):
    while b.valor("""SELECT count(*) FROM crm.auditoria a
                      WHERE a.xid >= coalesce((SELECT s.ate_xid FROM crm.auditoria_selos s ORDER BY s.n DESC LIMIT 1), '0')"""):
        time.sleep(0.1)


def escritores(adm):
    b = Banco("crm")
    tps = {0: [], 2: []}
    amostras = []
    for n in range(RODADAS):
        for intervalo in (0, 2) if n % 2 else (2, 0):
            adm.sql(f"ALTER SYSTEM SET crm.selos_intervalo = {intervalo}")
            adm.sql("SELECT pg_reload_conf()")
            if intervalo:
                esperar_selos(b)
            else:
                time.sleep(1)
            fim = threading.Event()
            f = threading.Thread(target=atraso, args=(fim, amostras))
            if intervalo:
                f.start()
            tps[intervalo].append(pgbench(SEGUNDOS))
            fim.set()
            if intervalo:
                f.join()
    adm.sql("ALTER SYSTEM RESET crm.selos_intervalo")
    adm.sql("SELECT pg_reload_conf()")
    esperar_selos(b)
    sem, com = statistics.median(tps[0]), statistics.median(tps[2])
    print(f"\n{ESCRITORES} writers of single rows, {RODADAS} rounds of {SEGUNDOS} s each")
    print(f"  not sealed   {sem:8.0f} tps   ({min(tps[0]):.0f} to {max(tps[0]):.0f})")
    print(f"  sealed, 2 s  {com:8.0f} tps   ({min(tps[2]):.0f} to {max(tps[2]):.0f})   ratio {com / sem:.3f}")
    amostras.sort()
    print(f"  age of the oldest row without a seal: p50 {statistics.median(amostras):.2f} s, p99 {amostras[int(len(amostras) * .99)]:.2f} s,"
          f" max {amostras[-1]:.2f} s ({len(amostras)} samples)")
    ms, vezes = b.sql("SELECT duracao_ms, vezes FROM crm.v_tarefas WHERE tarefa = 'selos'")[0]
    linhas, selos, bytes_ = b.sql("SELECT sum(linhas), count(*), sum(pg_column_size(s.*)) FROM crm.auditoria_selos s")[0]
    print(f"  {linhas} rows in {selos} seals, {bytes_ / linhas:.0f} bytes a row; turns of the task: {vezes}, the last {ms:.1f} ms")
    t = time.perf_counter()
    problemas = b.sql("SELECT * FROM crm.auditoria_verificar()")
    s = time.perf_counter() - t
    print(f"  verified in {s:.2f} s, {int(linhas) / s:.0f} rows/s; problems: {problemas}")
    b.c.close()


def particoes(adm):
    """A reader that goes through all months: five years of them against the four of a new installation."""
    adm.sql("CREATE DATABASE meses TEMPLATE com")
    poucos, muitos = Banco("com"), Banco("meses")
    muitos.sql("INSERT INTO crm.auditoria (acao, quando) SELECT 'x', now() - make_interval(months => g) FROM generate_series(1, 59) g")
    muitos.sql("SELECT crm.interno_auditoria_particoes()")
    tempos = {poucos: [], muitos: []}
    for n in range(PARES // 4):
        for b in (poucos, muitos):
            t = time.perf_counter()
            b.sql("SELECT crm.api_cliente(jsonb_build_object('id_cliente', %s))", n * 7919 % CLIENTES + 1)
            tempos[b].append((time.perf_counter() - t) * 1000)
    a, z = (statistics.median(tempos[b]) for b in (poucos, muitos))
    print(f"\nProfile of a client, median: {a:.2f} ms with {poucos.valor('SELECT count(*) FROM crm.interno_auditoria_meses()')} months,"
          f" {z:.2f} ms with {muitos.valor('SELECT count(*) FROM crm.interno_auditoria_meses()')}")
    poucos.c.close()
    muitos.c.close()


def main():
    adm = Banco("postgres")
    m = Banco("modelo")
    m.sql("SELECT crm.popular(%s, 10)", CLIENTES)
    m.sql("VACUUM ANALYZE")
    m.c.close()
    for nome in ("sem", "com", "crm"):
        adm.sql(f"CREATE DATABASE {nome} TEMPLATE modelo")
    sem, com = Banco("sem"), Banco("com")
    sem_auditoria(sem)
    for b in (sem, com):
        b.sql("CHECKPOINT")
        for comando in LINHAS.values():     # plans
            for n in range(20):
                b.sql(comando.replace(":c", str(n + 1)))
    print(f"One writer, {PARES} transactions each in turn, {CLIENTES} clients        without audit   with audit    more   (CPU, ms)")
    for nome, comando in LINHAS.items():
        (a, ca), (z, cz) = vez_a_vez(sem, com, comando)
        print(f"  {nome:24} {a:26.3f} ms {z:9.3f} ms {z - a:7.3f}   ({ca:.3f}, {cz:.3f}: +{cz - ca:.3f})")
    print("\nOne statement over many rows, per row")
    for nome, comando in MASSA.items():
        ((a, ca), (z, cz)), linhas = em_massa(sem, com, comando)
        print(f"  {nome:24} {a:26.2f} us {z:9.2f} us {z - a:7.2f}   ({linhas} rows; CPU, us: {ca:.2f}, {cz:.2f}: +{cz - ca:.2f})")
    sem.c.close()
    com.c.close()
    particoes(adm)
    escritores(adm)


main()
