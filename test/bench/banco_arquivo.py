#!/usr/bin/python3
"""Files of 10,000 and 50,000 clients × 12: rows per second and peak memory.

First crm.exportar(), from its arguments to its parts in the table, beside a COPY into the
least program that writes the same cells with the same library (arquivo_planilha.c,
arquivo_pagina.c; csv: into a file). What is copied is written by hand: the same expressions of
the same clients in the same order, read as directly as the tables allow and, like the export,
by one process. What the export adds is the search, the judging, the audit row and the parts.
Then crm_arquivo beside that program, both from a file of rows; "any script" is the same pdf
with one Chinese name, which pango and cairo draw. Seconds are the shortest of
CRM_BENCH_REPETIR (5) runs. EXPORT-1 to EXPORT-4.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import psycopg2

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from arquivo import cabeca  # noqa: E402

TAMANHOS = [10000, 50000]
REPETIR = int(os.environ.get("CRM_BENCH_REPETIR", 5))
AQUI = pathlib.Path(__file__).resolve().parent
COLUNAS = [("texto", "Nome"), ("texto", "CPF"), ("texto", "Celular"), ("texto", "E-mail"), ("texto", "Cidade"), ("texto", "UF"),
           ("data", "Nascimento"), ("data", "Última compra"), ("datahora", "Criado em"), ("moeda", "Total"), ("inteiro", "Código"),
           ("texto", "Situação")]
LETRAS = {"texto": "t", "booleano": "t", "data": "d", "datahora": "h"}
CONSULTA = """SELECT 'l', nome_completo, cpf::text, celular, email, cidade, uf, data_nascimento, data_ultima_compra,
    timestamp '2026-01-01' + id_cliente * interval '61 s', valor_total, id_cliente, status FROM crm.clientes ORDER BY id_cliente LIMIT {n}"""
NU = {"xlsx": ("arquivo_planilha", "-lxlsxwriter"), "pdf": ("arquivo_pagina", "-lhpdf")}


def conectar(banco):
    c = psycopg2.connect(host=os.environ["PGHOST"], user="postgres", dbname=banco)
    c.autocommit = True
    return c.cursor()


def letras(tipos):
    return "".join(LETRAS.get(t, "n") for t in tipos)


class Medida:
    def __init__(self, s, cpu, kib):
        self.s, self.cpu, self.kib = s, cpu, kib


def rodar(comando, entrada, saida, pico):
    """The shortest run of a program over a file of rows."""
    melhor = None
    for _ in range(REPETIR):
        for f in saida.parent.glob(saida.name + "*"):
            f.unlink()
        with open(entrada) as e:
            inicio = time.perf_counter()
            p = subprocess.Popen(comando, stdin=e, stdout=subprocess.PIPE, text=True)
            impresso = p.stdout.read()
            _, status, uso = os.wait4(p.pid, 0)
            s = time.perf_counter() - inicio
        p.returncode = status
        assert status == 0, comando
        if melhor is None or s < melhor.s:
            melhor = Medida(s, uso.ru_utime + uso.ru_stime, pico(impresso))
    return melhor


def linha(nome, n, m, limite=None):
    print(f"{nome:42} {n:6,d}  {m.s:6.2f} s {m.cpu:6.2f} s {n / m.s:9,.0f} " + (f" {m.kib / 1024:6.1f} MB" if m.kib else "")
          + (f"   × {m.s / limite.s:.2f}, CPU × {m.cpu / limite.cpu:.2f}" if limite else ""))


def sozinhos(cur, pasta, programa):
    print(f"\n{'alone, rows from a file':42} {'rows':>6}  {'':>8} {'CPU':>8} {'rows/s':>9} {'peak':>10}")
    for n in TAMANHOS:
        for formato in ("xlsx", "pdf", "any script"):
            entrada, saida, relato = pasta / "linhas", pasta / "saida", pasta / "saida.relato"
            with open(entrada, "w") as f:
                cur.copy_expert(f"COPY ({CONSULTA.format(n=n)}) TO STDOUT", f)
                f.write("f\n")
            if formato == "any script":
                entrada.write_text(re.sub(r"^l\t[^\t]*", "l\t李小龙", entrada.read_text(), count=1))
            (pasta / "cabecalho").write_text(cabeca(COLUNAS))
            f = "pdf" if formato == "any script" else formato
            nu = rodar([pasta / NU[f][0], letras(c[0] for c in COLUNAS), saida], entrada, saida, int) if formato in NU else None
            m = rodar([programa, f, pasta / "cabecalho", saida, relato], entrada, saida,
                      lambda _: int(re.search(r"rss_kib=(\d+)", relato.read_text()).group(1)))
            if nu:
                linha(f"bare {NU[formato][1][2:]}", n, nu)
            linha(f"crm_arquivo {formato}", n, m, nu)


def cpu_do_sistema(cur):
    """Of the backend (to the nanosecond) and the children it has waited for."""
    processo = pathlib.Path(f"/proc/{cur.connection.info.backend_pid}")
    filhos = (processo / "stat").read_text().rsplit(")", 1)[1].split()[13:15]
    return int((processo / "schedstat").read_text().split()[0]) / 1e9 + sum(int(x) for x in filhos) / os.sysconf("SC_CLK_TCK")


def no_banco(cur, comandos, apagar):
    """Each (command, parameters) in turn, so that all see the same load: shortest seconds, mean CPU."""
    vistos = [[] for _ in comandos]
    for _ in range(REPETIR):
        for i, (comando, parametros) in enumerate(comandos):
            apagar.unlink(missing_ok=True)
            inicio, antes = time.perf_counter(), cpu_do_sistema(cur)
            cur.execute(comando, parametros)
            vistos[i].append((time.perf_counter() - inicio, cpu_do_sistema(cur) - antes))
    return [Medida(min(s for s, _ in v), sum(c for _, c in v) / len(v), None) for v in vistos]


def a_mao(cur, campos, formato):
    """The clients of an export without filters, in its order, as who knows the tables asks for them."""
    cur.execute("""SELECT string_agg(CASE WHEN %s = 'csv' THEN crm.exportacao_celula(c.tipo, c.expressao, crm.config('fuso_horario'), false)
                       ELSE c.expressao END, ', ' ORDER BY p.i)
                     FROM unnest(%s) WITH ORDINALITY AS p(campo, i)
                     JOIN crm.exportacao_colunas('clientes', '{}') c ON c.campo = p.campo""", (formato, campos))
    celulas = cur.fetchone()[0]
    marca = "" if formato == "csv" else "'l', "
    return (f"SELECT {marca}{celulas} FROM crm.clientes c"
            " JOIN crm.clientes_busca b ON b.id_cliente = c.id_cliente WHERE c.ativo ORDER BY b.nome, c.id_cliente")


def inteiros(cur, pasta):
    print(f"{'crm.exportar(), from call to parts':42} {'rows':>6}  {'':>8} {'CPU':>8} {'rows/s':>9}")
    cur.execute("UPDATE crm.configuracoes SET valor = '50000' WHERE chave = 'export_direto'")
    cur.execute("SET max_parallel_workers_per_gather = 0")
    for n in TAMANHOS:
        cur.execute("SELECT crm.popular(%s - (SELECT count(*)::integer FROM crm.clientes), 10)", (n,))
        cur.execute("VACUUM ANALYZE crm.clientes, crm.clientes_busca")    # as autovacuum leaves them
        cur.execute("SELECT array_agg(campo ORDER BY posicao), array_agg(tipo ORDER BY posicao) FROM (SELECT * FROM "
                    "crm.exportacao_colunas('clientes', '{}') WHERE NOT sensivel OR campo = 'cpf' ORDER BY posicao LIMIT 12) AS c")
        campos, tipos = cur.fetchone()
        for formato in ("excel", "pdf", "csv"):
            consulta = a_mao(cur, campos, formato)
            saida = pasta / "saida"
            if formato == "csv":
                copia = f"COPY ({consulta}) TO '{saida}' WITH (FORMAT csv)"
            else:
                programa = pasta / NU["xlsx" if formato == "excel" else "pdf"][0]
                copia = f"COPY ({consulta}) TO PROGRAM 'exec {programa} {letras(tipos)} {saida} >/dev/null'"
            nu, m = no_banco(cur, [(copia, None), ("SELECT crm.exportar('clientes', %s, '{}', %s)", (formato, campos))], saida)
            linha(f"bare COPY {formato}", n, nu)
            linha(f"crm.exportar {formato}, {len(campos)} columns", n, m, nu)
            if formato == "csv":
                cur.execute(copia)
                cur.execute("SELECT crm.exportacao_bytes(max(id)) FROM crm.exportacoes")
                _, linhas = bytes(cur.fetchone()[0]).split(b"\r\n", 1)
                assert linhas.replace(b"\r\n", b"\n") == saida.read_bytes(), "not the same cells in the same order"


def main():
    cur = conectar("modelo")
    cur.execute("SELECT setting FROM pg_config() WHERE name = 'BINDIR'")
    programa = os.path.join(cur.fetchone()[0], "crm_arquivo")
    pasta = pathlib.Path(tempfile.mkdtemp(prefix="crm-arquivo."))
    pasta.chmod(0o777)
    try:
        for nome, biblioteca in NU.values():
            subprocess.run(["gcc", "-std=gnu11", "-O2", "-o", pasta / nome, AQUI / f"{nome}.c", biblioteca], check=True)
        inteiros(cur, pasta)
        sozinhos(cur, pasta, programa)
    finally:
        shutil.rmtree(pasta)


if __name__ == "__main__":
    main()
