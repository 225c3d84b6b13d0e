"""What a distribution costs: one login among 1,000 sellers and 1,000,000 clients, and all dealt afresh.

Each beside the bare statement on a copy of the table with the same indexes, no
trigger and no foreign key: a login beside an UPDATE of as many rows, all dealt
afresh beside an INSERT ... SELECT of the same rows. Dealing afresh also ends the
old assignments, which are history, and proves the foreign keys: the lines below
set it beside bare statements that do the same, and show what these cost. CLIENTES and VENDEDORES in
the environment make it smaller. The clock is the server's; medians of some runs.
"""
import os
import statistics
import time

import psycopg2

CLIENTES = int(os.environ.get("CLIENTES", "1000000"))
VENDEDORES = int(os.environ.get("VENDEDORES", "1000"))
LOGINS = 15
TODOS = 3


def main():
    c = psycopg2.connect("dbname=postgres")
    c.autocommit = True
    c.cursor().execute("DROP DATABASE IF EXISTS distribuicao")
    c.cursor().execute("CREATE DATABASE distribuicao TEMPLATE modelo")
    c.close()

    c = psycopg2.connect("dbname=distribuicao")
    c.autocommit = True
    cur = c.cursor()

    def um(sql, *p):
        cur.execute(sql, p)
        return cur.fetchone()[0] if cur.description else None

    def ms(sql, *p):
        inicio = time.perf_counter()
        cur.execute(sql, p)
        return (time.perf_counter() - inicio) * 1000

    um("SELECT crm.popular(%s, %s)", CLIENTES, VENDEDORES)
    um("UPDATE crm.vendedores SET online = true WHERE id <> (SELECT max(id) FROM crm.vendedores)")
    um("UPDATE crm.vendedores SET visto_em = now() + interval '1 day'")
    ultimo = um("SELECT max(id) FROM crm.vendedores")
    cheia = ms("SELECT crm.redistribuir_clientes()")
    um("SELECT crm.contagens_compactar()")
    um("VACUUM ANALYZE")
    abertas = um("SELECT count(*) FROM crm.cliente_vendedor WHERE encerrada_em IS NULL")
    print(f"{CLIENTES} clients, {VENDEDORES} sellers, {abertas} clients held; first deal {cheia:.0f} ms")

    um("CREATE TABLE crm.nua (LIKE crm.cliente_vendedor INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE"
       " INCLUDING INDEXES) WITH (fillfactor = 90)")
    um("INSERT INTO crm.nua SELECT * FROM crm.cliente_vendedor WHERE encerrada_em IS NULL")
    um("VACUUM ANALYZE crm.nua")

    entrar, sair, mexer, movidos = [], [], [], set()
    for i in range(LOGINS):
        entrar.append(ms("SELECT crm.entrar_vendedor(%s)", ultimo))
        n = um("SELECT movimentos FROM crm.lotes ORDER BY id DESC LIMIT 1")
        movidos.add(n)
        ids = [x for x, in _linhas(cur, "SELECT id FROM crm.nua ORDER BY hashint8(id + %s) LIMIT %s", i, n)]
        mexer.append(ms("UPDATE crm.nua SET vendedor_id = %s WHERE id = ANY (%s)", ultimo, ids))
        sair.append(ms("SELECT crm.sair_vendedor(%s)", ultimo))
    nua = statistics.median(mexer)
    print(f"| {'one of many':30} | moved | ms | bare UPDATE ms | ratio |")
    for nome, tempos in (("login", entrar), ("logout", sair)):
        t = statistics.median(tempos)
        print(f"| {nome:30} | {'/'.join(map(str, sorted(movidos)))} | {t:.1f} | {nua:.1f} | {t / nua:.1f} |")

    print(f"| {'all':30} | rows | ms | bare INSERT ms | ratio |")
    todos, inserir, fechar, chaves = [], [], [], []
    for _ in range(TODOS):
        um("TRUNCATE crm.nua")
        um("ALTER TABLE crm.nua ADD CONSTRAINT c FOREIGN KEY (cliente_id) REFERENCES crm.clientes,"
           " ADD CONSTRAINT v FOREIGN KEY (vendedor_id) REFERENCES crm.vendedores")
        chaves.append(ms("INSERT INTO crm.nua SELECT * FROM crm.cliente_vendedor WHERE encerrada_em IS NULL"))
        um("ALTER TABLE crm.nua DROP CONSTRAINT c, DROP CONSTRAINT v")
        um("TRUNCATE crm.nua")
        inserir.append(ms("INSERT INTO crm.nua SELECT * FROM crm.cliente_vendedor WHERE encerrada_em IS NULL"))
        fechar.append(ms("UPDATE crm.nua SET encerrada_em = now(), motivo_fim = 'redistribuir_todos', lote_fim = 1"))
        todos.append(ms("SELECT crm.redistribuir_todos()"))
        um("VACUUM crm.cliente_vendedor")
        um("SELECT crm.contagens_compactar()")
        um("VACUUM crm.contagens")
    t, i, f, k = (statistics.median(x) for x in (todos, inserir, fechar, chaves))
    print(f"| {'redistribuir_todos':30} | {abertas} | {t:.0f} | {i:.0f} | {t / i:.1f} |")
    print(f"| {'  beside INSERT with keys':30} | {abertas} | {t:.0f} | {k:.0f} | {t / k:.1f} |")
    print(f"| {'  beside that and the UPDATE':30} | {abertas} | {t:.0f} | {k + f:.0f} | {t / (k + f):.1f} |")
    print(f"| {'  bare INSERT and bare UPDATE':30} | {abertas} | {i + f:.0f} | {i:.0f} | {(i + f) / i:.1f} |")
    print(f"| {'  the same with foreign keys':30} | {abertas} | {k + f:.0f} | {i:.0f} | {(k + f) / i:.1f} |")
    c.close()


def _linhas(cur, sql, *p):
    cur.execute(sql, p)
    return cur.fetchall()


if __name__ == "__main__":
    main()
