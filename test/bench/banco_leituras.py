#!/usr/bin/python3
"""Database CPU per read at 100,000 and 1,000,000 clients: boards, periods, statistics, pages of all clients.

CPU is the backend's own (user + system, /proc), so other load on the machine
disturbs it little. "bare" is the board as one json_agg statement written by
hand, "counted" the statistics by counting: what the numbers are to be compared with.
CRM_BENCH_CLIENTES=20000,100000 measures other sizes.
"""
import json
import os
import subprocess

import psycopg2

TAMANHOS = [int(n) for n in os.environ.get("CRM_BENCH_CLIENTES", "100000,1000000").split(",")]
VENDEDORES = 100
VOLTAS = 300
AQUECER = 30
TIQUES_POR_S = os.sysconf("SC_CLK_TCK")

QUADRO_A_MAO = """SELECT json_agg(t) FROM (
    SELECT c.id_cliente AS id, c.nome_completo AS nome, c.celular, c.email, c.cidade, c.uf, c.data_ultima_compra,
           c.ativo, c.status, c.valor_total, v.id AS atribuicao_id, v.data_atribuicao, v.contatado, v.data_contato,
           v.resultado, v.observacoes, v.fixado
      FROM crm.cliente_vendedor v JOIN crm.clientes c ON c.id_cliente = v.cliente_id
     WHERE v.vendedor_id = ($1 ->> 'id')::bigint AND v.encerrada_em IS NULL
     ORDER BY v.contatado, v.data_ultima_compra, v.id LIMIT 50) t"""
CONTADAS = """SELECT json_build_object('total', count(*), 'ativos', count(*) FILTER (WHERE ativo),
    'janela', count(*) FILTER (WHERE crm.hoje() - data_ultima_compra BETWEEN 30 AND 60),
    'valor', sum(valor_total)) FROM crm.clientes WHERE $1 IS NOT NULL"""


def api(nome):
    return f"SELECT crm.api_{nome}($1)"


def cpu_ms(pid):
    campos = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return 1000 * (int(campos[11]) + int(campos[12])) / TIQUES_POR_S


class Medida:
    """One database and the calls made on it."""

    def __init__(self, dsn):
        self.dsn = dsn
        self.con = psycopg2.connect(dsn)
        self.con.autocommit = True
        self.cur = self.con.cursor()

    def valor(self, sql):
        self.cur.execute(sql)
        return self.cur.fetchone()[0]

    def chamar(self, comando, args):
        """(CPU ms, answer bytes) of one call, the mean of VOLTAS in a fresh session."""
        con = psycopg2.connect(self.dsn)
        con.autocommit = True
        cur = con.cursor()
        cur.execute("PREPARE p(jsonb) AS SELECT octet_length((" + comando + ")::text)")
        voltas = VOLTAS if "count(" not in comando else 5
        for i in range(min(AQUECER, voltas)):
            cur.execute("EXECUTE p(%s)", (json.dumps(args(i)),))
            tamanho = cur.fetchone()[0]
        antes = cpu_ms(con.get_backend_pid())
        for i in range(voltas):
            cur.execute("EXECUTE p(%s)", (json.dumps(args(i)),))
        gasto = (cpu_ms(con.get_backend_pid()) - antes) / voltas
        con.close()
        return gasto, tamanho

    def cursor_na_pagina(self, sort, posicao):
        """The cursor before a row deep in the list, as a reader of all pages would hold it."""
        coluna = {"nome": 'crm.normalizar(nome_completo) COLLATE "C"', "id": "id_cliente",
                  "-valor_total": "valor_total"}[sort]
        sentido = "DESC" if sort[0] == "-" else "ASC"
        self.cur.execute(f"""SELECT crm.cursor_fazer(%s, {"''" if sort == "id" else coluna + "::text"}, id_cliente)
            FROM crm.clientes ORDER BY {coluna} {sentido}, id_cliente {sentido} OFFSET %s LIMIT 1""", (sort, posicao))
        return self.cur.fetchone()[0]


def leituras(m, clientes, vendedores):
    um = lambda i: {"id": vendedores[i % len(vendedores)]}
    fundo = {s: m.cursor_na_pagina(s, clientes * 9 // 10) for s in ("id", "nome", "-valor_total")}
    return [
        # The same cards at both sizes: a seller holds more when there are more clients.
        ("board, four columns of 10", api("meus_clientes"), lambda i: {**um(i), "por_coluna": True, "size": 10}),
        ("board, first 50", api("meus_clientes"), lambda i: {**um(i), "size": 50}),
        ("  bare: the same 50 by json_agg", QUADRO_A_MAO, um),
        ("board, one column, page of 20", api("meus_clientes"),
         lambda i: {**um(i), "coluna": "a_contatar_30_45", "size": 20}),
        ("board as the screen asks, 4 x <= 50", api("meus_clientes"), lambda i: {**um(i), "por_coluna": True}),
        ("seller's statistics", api("estatisticas_vendedor"), um),
        ("clients by period, 4 x 20", api("clientes_por_periodo"), lambda i: {}),
        ("overall statistics, %d sellers" % len(vendedores), api("estatisticas_gerais"), lambda i: {}),
        ("  counted: four numbers of them", CONTADAS, lambda i: {}),
        ("all clients, first page by id", api("todos_clientes"), lambda i: {}),
        ("all clients, first page by name", api("todos_clientes"), lambda i: {"sort": "nome"}),
        ("all clients, page 200 by name", api("todos_clientes"), lambda i: {"sort": "nome", "page": 200}),
        ("all clients, at 90 % by id", api("todos_clientes"), lambda i: {"cursor": fundo["id"]}),
        ("all clients, at 90 % by name", api("todos_clientes"), lambda i: {"sort": "nome", "cursor": fundo["nome"]}),
        ("all clients, at 90 % by value", api("todos_clientes"),
         lambda i: {"sort": "-valor_total", "cursor": fundo["-valor_total"]}),
        ("all clients of a seller", api("todos_clientes"), lambda i: {"vendedor_id": um(i)["id"]}),
        ("all clients, eligible, by id", api("todos_clientes"), lambda i: {"situacao": "elegivel"}),
        ("all clients, contacted, by date", api("todos_clientes"),
         lambda i: {"status": "contatado", "sort": "data_ultima_compra"}),
    ]


def main():
    subprocess.run(["createdb", "-T", "modelo", "leituras"], check=True)
    dsn = f"host={os.environ['PGHOST']} user=postgres dbname=leituras"
    m = Medida(dsn)
    resultados = []
    existentes = 0
    for n in TAMANHOS:
        m.cur.execute("SELECT crm.popular(%s, %s, 7)", (n - existentes, 0 if existentes else VENDEDORES))
        existentes = n
        m.cur.execute("UPDATE crm.vendedores SET online = true, visto_em = crm.agora()")
        m.cur.execute("SELECT crm.redistribuir_clientes()")
        m.cur.execute("""SELECT count(*) FROM crm.cliente_vendedor v,
            LATERAL crm.marcar_contatado(v.vendedor_id, v.cliente_id) WHERE v.encerrada_em IS NULL AND v.id % 40 = 0""")
        m.valor("SELECT crm.contagens_compactar()")
        m.cur.execute("VACUUM ANALYZE")
        m.cur.execute("SELECT array_agg(id ORDER BY id) FROM crm.vendedores WHERE online")
        vendedores = m.cur.fetchone()[0]
        assert m.valor("SELECT count(*) FROM crm.contagens_verificar()") == 0
        resultados.append([(nome,) + m.chamar(c, a) for nome, c, a in leituras(m, n, vendedores)])
        abertas = m.valor("SELECT count(*) FROM crm.cliente_vendedor WHERE encerrada_em IS NULL")
        print(f"{n:,} clients, {abertas:,} held by {len(vendedores)} sellers")

    print(f"\n{'CPU ms per call':36s}" + "".join(f"{n:>12,}" for n in TAMANHOS) + f"{'ratio':>8s}{'kB':>7s}")
    for linhas in zip(*resultados):
        gastos = [l[1] for l in linhas]
        razao = gastos[-1] / gastos[0] if gastos[0] else float("nan")
        print(f"{linhas[0][0]:36s}" + "".join(f"{g:12.3f}" for g in gastos)
              + f"{razao:8.2f}{linhas[-1][2] / 1000:7.1f}")
    m.con.close()


if __name__ == "__main__":
    main()
