#!/usr/bin/python3
"""Client search at 100,000 and 1,000,000 clients: over 200 shapes of queries, and what the search costs writers.

Each shape runs in a warm session of its own group; wall time and the backend's own
CPU (/proc) are both shown, since other load on the machine disturbs only the first.
"hand" is the same question as one SQL statement over the best indexes there are, for
the ratio. CRM_BENCH_CLIENTES=5000000 measures other sizes, CRM_BENCH_BUSCA_DSN="dbname=..."
a database that is filled already (busca_dados.sql), CRM_BENCH_VOLTAS the rounds.
"""
import itertools
import json
import os
import statistics
import subprocess
import time

import psycopg2

TAMANHOS = [int(n) for n in os.environ.get("CRM_BENCH_CLIENTES", "100000,1000000").split(",")]
PRONTO = os.environ.get("CRM_BENCH_BUSCA_DSN")
VOLTAS = int(os.environ.get("CRM_BENCH_VOLTAS", "7"))
DADOS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "busca_dados.sql")
ORDENS = ["nome", "-nome", "cidade", "-cidade", "uf", "-uf", "idade", "-idade", "data_ultima_compra",
          "-data_ultima_compra", "valor_total", "-valor_total", "status", "-status", "situacao", "-situacao", "id", "-id",
          "cpf", "-cpf"]


def formas(valor):
    """(group, arguments)"""
    cpf = valor("SELECT cpf::text FROM crm.clientes OFFSET 5000 LIMIT 1")
    celular = valor("SELECT celular FROM crm.clientes OFFSET 5000 LIMIT 1")
    email = valor("SELECT email FROM crm.clientes OFFSET 5000 LIMIT 1")
    f = [("point", {"cpf": cpf}), ("point", {"q": cpf}), ("point", {"q": celular}), ("point", {"celular": celular}),
         ("point", {"q": email}), ("point", {"email": email}), ("point", {"q": "00000000191"}), ("point", {"q": celular[-9:]})]
    f += [("start of a number", {"q": celular[1:3] + " 9" + celular[6:8]}), ("start of a number", {"celular": "11"}),
          ("start of a number", {"cpf": cpf[:3]}), ("start of a number", {"cpf": cpf[:6]}), ("start of a number", {"email": "maria"}),
          ("start of a number", {"email": "jo"})]
    nomes = ["maria", "silva", "maria sil", "maria silva", "silva maria", "jose santos", "joão da silva", "ana", "luis",
             "luiz souza", "luis sousa", "marai silva", "thiago", "zuleica", "zuleica xavier", "quitéria sá", "mariana oliveira santos",
             "cledelito", "cledelito zanvenha", "ber", "nner", "eia", "itti", "xyzw", "maria jose da silva santos", "gonsalves",
             "pereira de souza", "ka", "ximzo", "wanda w"]
    f += [("name", {"q": n}) for n in nomes]
    f += [("1-2 letters", {"q": n}) for n in ["a", "m", "z", "q", "ma", "si", "xe", "jo s", "m s", "a b c", "w x", "k z"]]
    f += [("name, other order", {"q": n, "sort": o}) for n in ["maria", "ana", "silva", "zuleica", "maria sil", "luis"]
          for o in ["-nome", "idade", "-valor_total", "data_ultima_compra", "cidade", "-uf"]]
    f += [("no filter", {"sort": o}) for o in ORDENS]
    f += [("page 200", {"sort": o, "page": 200}) for o in ["nome", "-valor_total", "idade", "uf", "cidade", "status", "id"]]
    f += [("page 200", dict(x, page=200)) for x in [{"q": "maria"}, {"uf": "AC"}, {"uf": "AC", "sort": "-valor_total"},
                                                    {"situacao": "elegivel"}, {"q": "silva", "uf": "SP"}]]
    f += [("UF, city, age", dict(a, sort=o)) for a in [{"uf": "AC"}, {"uf": "SP"}, {"uf": "SP,RJ,MG"}, {"cidade": "rio branco"},
                                                       {"cidade": "s"}, {"idade_min": 80}, {"idade_min": 30, "idade_max": 40}]
          for o in ["nome", "-nome", "-valor_total", "cidade", "idade"]]
    f += [("status, situação", dict(a, sort=o)) for a in [{"status": "contatado"}, {"status": "atribuido"}, {"status": "disponivel"},
                                                          {"situacao": "elegivel"}, {"situacao": "sem_compra"}, {"situacao": "inativo"}]
          for o in ["nome", "-valor_total", "data_ultima_compra", "-data_ultima_compra", "id"]]
    f += [("contradicting", a) for a in [
        {"status": "atribuido", "situacao": "inativo"}, {"status": "atribuido", "situacao": "sem_compra", "sort": "-valor_total"},
        {"status": "disponivel", "situacao": "elegivel", "sort": "nome"}, {"situacao": "sem_compra", "sort": "-valor_total", "uf": "SP"},
        {"situacao": "sem_compra", "q": "maria", "sort": "-valor_total"}, {"uf": "AC", "cidade": "são paulo"},
        {"ativo": "false", "status": "atribuido"}, {"ativo": "false"}, {"ativo": "false", "sort": "-valor_total"},
        {"q": "ana", "sort": "-nome"}, {"q": "ana", "sort": "-nome", "uf": "AC"}, {"q": "zuleica", "sort": "nome", "idade_min": 84}]]
    f += [("several filters", dict(a, sort=o)) for a in [
        {"uf": "SP", "idade_min": 30, "idade_max": 50, "status": "contatado"}, {"uf": "AC", "idade_min": 84},
        {"uf": "SP", "situacao": "elegivel", "status": "disponivel"}, {"q": "maria", "uf": "AC", "situacao": "elegivel"},
        {"q": "silva", "uf": "SP", "status": "contatado", "idade_min": 40}, {"q": "zuleica", "uf": "RR"},
        {"cidade": "sao", "situacao": "sem_compra", "idade_max": 25}, {"q": "m", "uf": "TO", "idade_min": 83},
        {"uf": "RR,AP,AC", "situacao": "ativo", "idade_min": 60, "status": "disponivel"}]
        for o in ["nome", "-valor_total", "-data_ultima_compra", "idade"]]
    return f


A_MAO = {
    "maria sil": """SELECT id_cliente FROM crm.clientes_busca WHERE crm.busca_chaves(palavras, cidade, uf, data_nascimento, ativo)
                    @> ARRAY['wmaria', 'wsilva'] AND ativo ORDER BY nome LIMIT 51""",
    "uf": """SELECT id_cliente FROM crm.clientes_busca WHERE uf = 'AC' AND ativo ORDER BY nome, id_cliente LIMIT 51""",
    "valor": """SELECT id_cliente FROM crm.clientes WHERE ativo ORDER BY valor_total DESC, id_cliente DESC LIMIT 51""",
    "sem_compra": """SELECT id_cliente FROM crm.clientes WHERE ativo AND data_ultima_compra IS NULL ORDER BY valor_total DESC LIMIT 51""",
    "página 200": """SELECT id_cliente FROM crm.clientes_busca WHERE ativo ORDER BY nome, id_cliente LIMIT 50 OFFSET 9950""",
}
IGUAIS = {"maria sil": {"q": "maria silva"}, "uf": {"uf": "AC", "sort": "nome"}, "valor": {"sort": "-valor_total"},
          "sem_compra": {"situacao": "sem_compra", "sort": "-valor_total"}, "página 200": {"sort": "nome", "page": 200}}


def cpu_ms(pid):
    """CPU the process has used, in ms (schedstat counts nanoseconds)."""
    return int(open(f"/proc/{pid}/schedstat").read().split()[0]) / 1e6


class Medida:
    def __init__(self, dsn):
        self.con = psycopg2.connect(dsn)
        self.con.autocommit = True
        self.cur = self.con.cursor()
        self.pid = self.con.get_backend_pid()
        self.cur.execute("PREPARE p(jsonb) AS SELECT octet_length(crm.api_pesquisar_clientes($1)::text)")

    def valor(self, sql, args=None):
        self.cur.execute(sql, args)
        return self.cur.fetchone()[0]

    def medir(self, sql, args=(), voltas=VOLTAS):
        """[(wall ms, CPU ms)] of each round, the first left out."""
        tempos = []
        for _ in range(voltas + 1):
            c, t = cpu_ms(self.pid), time.perf_counter()
            self.cur.execute(sql, args)
            self.cur.fetchall()
            tempos.append(((time.perf_counter() - t) * 1000, cpu_ms(self.pid) - c))
        return tempos[1:]

    def buscar(self, args, voltas=VOLTAS):
        return self.medir("EXECUTE p(%s)", (json.dumps(args),), voltas)


def quantil(v, q):
    v = sorted(v)
    return v[min(len(v) - 1, int(q * len(v)))]


def shapes(m):
    grupos = {}
    piores = []
    for grupo, args in formas(m.valor):
        tempos = m.buscar(args)
        grupos.setdefault(grupo, []).append(tempos)
        piores.append((statistics.median(c for _, c in tempos), args))
    n = sum(len(g) for g in grupos.values())
    print(f"  {n} shapes, {VOLTAS} rounds each; ms\n  {'group':22}{'shapes':>7}{'p50':>8}{'p95':>8}{'p99':>8}{'worst':>8}   CPU{'p50':>7}{'p99':>8}{'worst':>8}")
    todos = list(itertools.chain.from_iterable(grupos.values()))
    for nome, g in list(grupos.items()) + [("all", todos)]:
        parede = [w for t in g for w, _ in t]
        cpu = [c for t in g for _, c in t]
        print(f"  {nome:22}{len(g):7}{quantil(parede, .5):8.2f}{quantil(parede, .95):8.1f}{quantil(parede, .99):8.1f}{max(parede):8.1f}"
              f"      {quantil(cpu, .5):7.2f}{quantil(cpu, .99):8.1f}{max(cpu):8.1f}")
    print("  most CPU (median ms): " + "; ".join(f"{c:.0f} {a}" for c, a in sorted(piores, key=lambda x: -x[0])[:12]))


def a_mao(m):
    for nome, sql in A_MAO.items():
        mao = statistics.median(c for _, c in m.medir(sql))
        nossa = statistics.median(c for _, c in m.buscar(IGUAIS[nome]))
        print(f"  {nome:12} search (with total, facets, JSON) {nossa:8.2f} ms CPU, hand (ids alone) {mao:8.2f}, ratio {nossa / max(mao, .001):6.2f}")


def cursor_fundo(m):
    """The page behind a cursor costs what the first one does."""
    for args in ({"sort": "nome"}, {"q": "maria"}, {"sort": "-valor_total"}):
        cursor = None
        for _ in range(1000 // 10):
            r = m.valor("SELECT crm.api_pesquisar_clientes(%s)", (json.dumps(dict(args, size=100, **({"cursor": cursor} if cursor else {}))),))
            if not r["proximo"]:
                break
            cursor = r["proximo"]
        p1 = statistics.median(c for _, c in m.buscar(dict(args, size=50), 50))
        fundo = statistics.median(c for _, c in m.buscar(dict(args, size=50, cursor=cursor), 50)) if cursor else 0
        print(f"  {str(args):28} page 1 {p1:.2f} ms CPU, behind a cursor at row 10,000 {fundo:.2f}")


def tamanhos(m):
    m.cur.execute("""SELECT relname, pg_relation_size(oid) / 1048576.0 FROM pg_class
                      WHERE relname ~ '^(clientes_busca|palavras)' AND relkind IN ('r', 'i') ORDER BY 1""")
    linhas = m.cur.fetchall()
    print("  MB: " + ", ".join(f"{n} {t:.1f}" for n, t in linhas) + f"; together {sum(t for _, t in linhas):.0f}, "
          f"clientes with its indexes {m.valor('SELECT pg_total_relation_size(%s::regclass) / 1048576', ('crm.clientes',))}")


def escritores(m):
    """CPU of writers with the triggers of the search and without."""
    ids = m.valor("SELECT max(id_cliente) FROM crm.clientes")
    casos = {
        "insert 1,000 clients at once": ("""INSERT INTO crm.clientes (id_cliente, cpf, nome_completo, data_nascimento, celular, email, cidade, uf)
             SELECT g.id_cliente, g.cpf, g.nome_completo, g.data_nascimento, g.celular, g.email, g.cidade, g.uf
               FROM crm.popular_clientes(%s::bigint, %s::bigint, 3, false) g""", (ids * 2, ids * 2 + 1010)),
        "insert 1 client": ("""INSERT INTO crm.clientes (id_cliente, cpf, nome_completo, data_nascimento, celular, email, cidade, uf)
             SELECT g.id_cliente, g.cpf, g.nome_completo, g.data_nascimento, g.celular, g.email, g.cidade, g.uf
               FROM crm.popular_clientes(%s::bigint, %s::bigint, 3, false) g LIMIT 1""", (ids * 3, ids * 3 + 30)),
        "insert 1,000 orders": ("""INSERT INTO crm.pedidos (cliente_id, data_pedido, valor)
             SELECT id_cliente, crm.hoje(), 10 FROM crm.clientes ORDER BY id_cliente LIMIT 1000""", None),
        "insert 1 order": ("""INSERT INTO crm.pedidos (cliente_id, data_pedido, valor)
             SELECT id_cliente, crm.hoje(), 10 FROM crm.clientes ORDER BY id_cliente LIMIT 1""", None),
    }
    for nome, (sql, args) in casos.items():
        custo = {}
        for modo in ("ENABLE", "DISABLE"):
            tempos = []
            for i in range(12):
                m.cur.execute("BEGIN")
                for g in ("incluir", "alterar"):
                    m.cur.execute(f"ALTER TABLE crm.clientes {modo} TRIGGER busca_{g}")
                c = cpu_ms(m.pid)
                m.cur.execute(sql, args)
                m.cur.execute("SET CONSTRAINTS ALL IMMEDIATE")
                tempos.append(cpu_ms(m.pid) - c)
                m.cur.execute("ROLLBACK")
            custo[modo] = statistics.median(tempos[2:])
        print(f"  {nome:30} with the search {custo['ENABLE']:8.2f} ms CPU, without {custo['DISABLE']:8.2f}")


def medir(dsn, clientes, construcao=None):
    m = Medida(dsn)
    print(f"\n{clientes:,} clients" + (f"; side table, dictionary and indexes built in {construcao:.1f} s" if construcao else ""))
    tamanhos(m)
    shapes(m)
    a_mao(m)
    cursor_fundo(m)
    escritores(m)
    m.con.close()


def main():
    if PRONTO:
        con = psycopg2.connect(PRONTO)
        with con.cursor() as cur:
            cur.execute("SELECT count(*) FROM crm.clientes")
            clientes = cur.fetchone()[0]
        con.close()
        medir(PRONTO, clientes)
        return
    for clientes in TAMANHOS:
        nome = f"busca_{clientes}"
        subprocess.run(["createdb", "-T", "modelo", nome], check=True)
        dsn = f"dbname={nome}"
        con = psycopg2.connect(dsn)
        con.autocommit = True
        con.cursor().execute("SELECT crm.popular(0, 100, 1)")
        subprocess.run(["psql", "-Xq", "-d", nome, "-v", f"n={clientes}", "-f", DADOS], check=True, stdout=subprocess.DEVNULL)
        t = time.perf_counter()
        con.cursor().execute("SELECT crm.busca_refazer()")
        construcao = time.perf_counter() - t
        con.cursor().execute("VACUUM ANALYZE")
        con.close()
        medir(dsn, clientes, construcao)
        subprocess.run(["dropdb", nome], check=True)


main()
