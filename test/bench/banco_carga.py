"""Rows per second of crm.popular() and of a plain COPY of orders, beside bare COPY
of the same rows into the same table without triggers and policies. DADOS-6, DADOS-8.
"""
import io
import os
import time

import psycopg2

CLIENTES = int(os.environ.get("CRM_BENCH_CLIENTES", 200000))
PEDIDOS = int(os.environ.get("CRM_BENCH_PEDIDOS", 500000))
REPETIR = 3


def conectar(banco):
    c = psycopg2.connect(host=os.environ["PGHOST"], user="postgres", dbname=banco)
    c.autocommit = True
    return c, c.cursor()


def medir(cur, comando, dados=None):
    inicio = time.perf_counter()
    if dados is None:
        cur.execute(comando)
    else:
        dados.seek(0)
        cur.copy_expert(comando, dados)
    return time.perf_counter() - inicio


def linha(nome, n, s, base=None):
    print(f"{nome:<52} {n:>9,} rows {s:>8.2f} s {n / s:>11,.0f} rows/s"
          + (f"   {s / base:5.2f} x bare" if base else ""))


def crua(cur, tabela, chave_estrangeira=False):
    """The same columns, constraints and indexes; no trigger or policy."""
    cur.execute("CREATE SCHEMA IF NOT EXISTS crua")
    cur.execute(f"DROP TABLE IF EXISTS crua.{tabela} CASCADE")
    cur.execute(f"CREATE TABLE crua.{tabela} (LIKE crm.{tabela} INCLUDING ALL)")
    if chave_estrangeira:
        cur.execute("ALTER TABLE crua.pedidos ADD FOREIGN KEY (cliente_id) REFERENCES crua.clientes (id_cliente),"
                    " ADD FOREIGN KEY (produto_id) REFERENCES crm.produtos")


# What keeping totals cannot do without: each client that bought is written once.
TOTAIS = """UPDATE crua.clientes c SET data_ultima_compra = greatest(data_ultima_compra, d.ultima),
                   valor_total = valor_total + d.soma
              FROM (SELECT cliente_id, max(data_pedido) AS ultima, sum(valor) AS soma
                      FROM crua.pedidos GROUP BY 1) AS d
             WHERE d.cliente_id = c.id_cliente"""


def main():
    _c, adm = conectar("postgres")
    adm.execute("CREATE DATABASE carga TEMPLATE modelo")
    _c, cur = conectar("carga")

    # popular: a fresh database each time, bare COPY of what it made beside it.
    t_popular = medir(cur, f"SELECT crm.popular({CLIENTES}, 100, 1)")
    total = {}
    t_cru = 0
    for t in ("clientes", "pedidos"):
        buf = io.BytesIO()
        cur.copy_expert(f"COPY crm.{t} TO STDOUT", buf)
        crua(cur, t)
        cur.execute("CHECKPOINT")
        t_cru += medir(cur, f"COPY crua.{t} FROM STDIN", buf)
        cur.execute(f"SELECT count(*) FROM crm.{t}")
        total[t] = cur.fetchone()[0]
    n = sum(total.values())
    linha("bare COPY of the same clients and orders", n, t_cru)
    linha(f"crm.popular({CLIENTES}, 100, 1): generated and inserted", n, t_popular, t_cru)

    # Orders by COPY on top of the existing ones, interleaved with bare COPY.
    cur.execute("SELECT array_agg(id_cliente ORDER BY id_cliente), crm.hoje() FROM crm.clientes")
    ids, hoje = cur.fetchone()
    casos = {
        "old orders (no client's last purchase changes)": f"{hoje.replace(year=hoje.year - 4)}",
        "new orders of today (every last purchase changes)": f"{hoje}",
    }
    for nome, dia in casos.items():
        t = {"bare": [], "least": [], "crm": []}
        for k in range(REPETIR):
            buf = io.BytesIO("".join(
                f"{ids[(i * 7919 + k) % len(ids)]}\t{dia}\t{i % 90000 / 100:.2f}\n" for i in range(PEDIDOS)).encode())
            colunas = "(cliente_id, data_pedido, valor) FROM STDIN"
            crua(cur, "pedidos")
            cur.execute("CHECKPOINT")
            t["bare"].append(medir(cur, "COPY crua.pedidos " + colunas, buf))
            crua(cur, "pedidos", True)
            cur.execute("CHECKPOINT")
            cur.execute("BEGIN")
            s = medir(cur, "COPY crua.pedidos " + colunas, buf)
            t["least"].append(s + medir(cur, TOTAIS))
            cur.execute("COMMIT")
            cur.execute("CHECKPOINT")
            t["crm"].append(medir(cur, "COPY crm.pedidos " + colunas, buf))
            cur.execute("VACUUM crm.clientes, crm.pedidos, crua.clientes")
        m = {x: sorted(v)[REPETIR // 2] for x, v in t.items()}
        print(nome)
        linha("  bare COPY", PEDIDOS, m["bare"])
        linha("  bare COPY with foreign keys, then one UPDATE", PEDIDOS, m["least"], m["bare"])
        linha("  COPY crm.pedidos", PEDIDOS, m["crm"], m["bare"])
        print(f"{'':<52} {'':>44}   {m['crm'] / m['least']:5.2f} x with keys and UPDATE")
    print(f"median of {REPETIR} runs for COPY; bare = same columns, checks and indexes, no trigger, policy or foreign key")


main()
