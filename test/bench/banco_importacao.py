"""Rows per second of an import of 100,000 clients: preview, run and undo, beside a bare
COPY of the same values into a staging table and INSERT … ON CONFLICT DO UPDATE from
there, into crm.clientes (its triggers on) and into a copy of it without triggers.

New clients, then the same file with another city (all change), then as it is (nothing
changes). BUSCA-6.
"""
import io
import os
import pathlib
import sys
import time

import psycopg2

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from clientes_csv import arquivo, linha  # noqa: E402

LINHAS = int(os.environ.get("CRM_BENCH_IMPORTACAO", 100000))
CAMPOS = "cpf, nome_completo, data_nascimento, sexo, nome_mae, celular, email, cidade, uf, cep"
REPETIR = int(os.environ.get("CRM_BENCH_REPETIR", 3))


def conectar(banco):
    c = psycopg2.connect(host=os.environ["PGHOST"], user="postgres", dbname=banco)
    c.autocommit = True
    return c.cursor()


def copia(cidade):
    """The same values in COPY's text format, dates as PostgreSQL reads them."""
    saida = io.StringIO()
    for n in range(LINHAS):
        c = linha(n, cidade).replace('"', "").split(";")
        d, m, a = c[2].split("/")
        c[0] = c[0].replace(".", "").replace("-", "")
        c[2] = f"{a}-{m}-{d}"
        saida.write("\t".join(c) + "\n")
    return saida


class Tempo:
    """Seconds by the clock and of the backend's CPU; the latter tells more on a busy machine."""

    def __init__(self, s, cpu):
        self.s, self.cpu = s, cpu

    def __lt__(self, outro):
        return self.cpu < outro.cpu


def cpu(cur):
    campos = pathlib.Path(f"/proc/{cur.connection.info.backend_pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(campos[11]) + int(campos[12])) / os.sysconf("SC_CLK_TCK")


def medir(cur, f):
    inicio, antes = time.perf_counter(), cpu(cur)
    f()
    return Tempo(time.perf_counter() - inicio, cpu(cur) - antes)


def cru(cur, tabela, dados):
    """COPY to a staging table, one upsert."""
    dados.seek(0)
    cur.execute("CREATE TEMP TABLE palco (cpf crm.cpf, nome_completo text, data_nascimento date, sexo text, nome_mae text,"
                " celular text, email text, cidade text, uf text, cep text)")

    def fazer():
        cur.copy_expert("COPY palco FROM STDIN", dados)
        cur.execute(f"INSERT INTO {tabela} AS c ({CAMPOS}) SELECT * FROM palco ORDER BY cpf ON CONFLICT (cpf) DO UPDATE SET "
                    + ", ".join(f"{x} = excluded.{x}" for x in CAMPOS.split(", ")[1:])
                    + " WHERE (" + ", ".join(f"c.{x}" for x in CAMPOS.split(", ")[1:]) + ") IS DISTINCT FROM ("
                    + ", ".join(f"excluded.{x}" for x in CAMPOS.split(", ")[1:]) + ")")

    s = medir(cur, fazer)
    cur.execute("DROP TABLE palco")
    return s


def linha_da_tabela(nome, t, base=None):
    print(f"{nome:<50} {t.s:>8.2f} s {LINHAS / t.s:>9,.0f} rows/s {t.cpu:>8.2f} s CPU {LINHAS / max(t.cpu, 0.01):>9,.0f} rows/s"
          + (f"   {t.cpu / max(base.cpu, 0.01):5.2f} x CPU" if base else ""))


def main():
    adm = conectar("postgres")
    adm.execute("DROP DATABASE IF EXISTS importa")
    casos = (("new clients", "Recife"), ("every client changes", "Olinda"), ("nothing changes", "Olinda"))
    textos = {c: copia(c) for c in ("Recife", "Olinda")}
    arquivos = {c: arquivo(range(LINHAS), c) for c in ("Recife", "Olinda")}
    t = {}
    for _ in range(REPETIR):
        for quem in ("bare", "upsert", "import"):
            adm.execute("CREATE DATABASE importa TEMPLATE modelo")
            cur = conectar("importa")
            if quem == "bare":
                cur.execute("CREATE TABLE crua (LIKE crm.clientes INCLUDING ALL)")
            for nome, cidade in casos:
                cur.execute("CHECKPOINT")
                if quem == "bare":
                    s = cru(cur, "crua", textos[cidade])
                elif quem == "upsert":
                    s = cru(cur, "crm.clientes", textos[cidade])
                else:
                    s = medir(cur, lambda: cur.execute("SELECT crm.importacao_criar('a.csv', %s)", (psycopg2.Binary(arquivos[cidade]),)))
                    t.setdefault((nome, "upload"), []).append(s)
                    i = cur.fetchone()[0]
                    s = medir(cur, lambda: cur.execute("SELECT crm.importacao_previa_json(%s, NULL, NULL, NULL, NULL, 50, NULL)", (i,)))
                    t.setdefault((nome, "preview"), []).append(s)
                    s = medir(cur, lambda: cur.execute("SELECT crm.importacao_executar(%s)", (i,)))
                    cur.execute("SELECT processadas FROM crm.importacoes WHERE id = %s AND estado = 'concluida'", (i,))
                    assert cur.fetchone() == (LINHAS,)
                t.setdefault((nome, quem), []).append(s)
                cur.execute("VACUUM ANALYZE")
                if quem == "import" and nome == "every client changes":
                    s = medir(cur, lambda: cur.execute("SELECT crm.importacao_desfazer(%s)", (i,)))
                    t.setdefault((nome, "undo"), []).append(s)
                    # As it was before the undo, for the third case.
                    cur.execute("SELECT crm.importacao_executar(crm.importacao_criar('a.csv', %s))", (psycopg2.Binary(arquivos[cidade]),))
                    cur.execute("VACUUM ANALYZE")
            cur.connection.close()
            adm.execute("DROP DATABASE importa WITH (FORCE)")

    m = {k: sorted(v)[len(v) // 2] for k, v in t.items()}
    for nome, _ in casos:
        print(nome)
        linha_da_tabela("  bare COPY + INSERT ON CONFLICT, no triggers", m[nome, "bare"])
        linha_da_tabela("  the same into crm.clientes", m[nome, "upsert"], m[nome, "bare"])
        linha_da_tabela("  import: run", m[nome, "import"], m[nome, "upsert"])
        linha_da_tabela("  import: upload and examine", m[nome, "upload"])
        linha_da_tabela("  import: preview of the whole file", m[nome, "preview"])
        if (nome, "undo") in m:
            linha_da_tabela("  import: undo", m[nome, "undo"])
    print(f"{LINHAS:,} rows, median of {REPETIR}; run by one session in one transaction, as without the worker; x: the run to the"
          " upsert into crm.clientes, that one to the upsert without triggers")


main()
