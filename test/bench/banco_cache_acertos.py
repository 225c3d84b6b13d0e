#!/usr/bin/python3
"""Hit rate of the cache under mixed load against the ideal, by the real tags.

Reads (searches by name and by other filters, profiles, boards, lists, statistics;
popular ones more often, Zipf) and writes (orders, contacts, changed and new records,
reallocations, through the product's functions) alternate at random, 10 and 50 reads
for a write. Each read computes the answer anew. The ideal cache would have known
whether it changed since it was kept; ours goes by the slots that the transactions in
between collected. "By rows" would have known of each client written whether it answers
the search (the exactness that tags aim at: they know of no page). One generation for everything, and one per table, are what simpler
caches would have had. Everything begins cold.

Estimated totals (above 1,000) differ from one look to the next with nothing written:
of those searches only the rows are compared, which makes their ideal look better than
any cache could be; they stand apart, the last line is without them.
CRM_BENCH_CLIENTES=50000 CRM_BENCH_LEITURAS=6000 CRM_BENCH_RAZOES=10,50 SEMENTE=1
"""
import bisect
import collections
import itertools
import json
import os
import pathlib
import random
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from cache_banco import Servidor  # noqa: E402

CLIENTES = int(os.environ.get("CRM_BENCH_CLIENTES", "50000"))
LEITURAS = int(os.environ.get("CRM_BENCH_LEITURAS", "6000"))
SEMENTE = int(os.environ.get("SEMENTE", "1"))
RAZOES = [int(x) for x in os.environ.get("CRM_BENCH_RAZOES", "10,50").split(",")]
VENDEDORES = 30
CONSULTAS = 400     # different searches by name
PERFIS = 2000       # clients whose profile is looked at
ESTIMADA = ", > 1000"
TABELAS_SLOTS = 64   # slots of whole tables


class Zipf:
    def __init__(self, sorte, n):
        self.sorte = sorte
        self.soma = list(itertools.accumulate(1 / i for i in range(1, n + 1)))

    def __call__(self):
        return bisect.bisect(self.soma, self.sorte.random() * self.soma[-1])


class Carga:
    def __init__(self, s):
        self.s = s
        self.sorte = random.Random(SEMENTE)
        self.con = s.conectar()
        self.con.autocommit = False
        s.sql("SELECT crm.popular(%s, %s, %s)", (CLIENTES, VENDEDORES, SEMENTE))
        s.sql("INSERT INTO crm.usuarios (nome, email, papel) VALUES ('Gil', 'gil@x.test', 'gerente')")
        self.vendedores = [x for (x,) in s.sql("SELECT id FROM crm.vendedores ORDER BY 1")]
        s.sql("UPDATE crm.vendedores SET online = true, visto_em = clock_timestamp() + interval '1 h'")
        s.sql("SELECT crm.redistribuir_todos()")
        s.sql("VACUUM ANALYZE")
        s.sql("SELECT setseed(0)")              # one SEMENTE, the same questions
        self.gerente = s.valor("SELECT id FROM crm.usuarios WHERE papel = 'gerente'")
        self.sessoes = {u: s.sessao(u) for u in [self.gerente, *self.vendedores]}
        palavras = [x.split() for (x,) in s.sql("SELECT crm.normalizar(nome_completo) FROM crm.clientes ORDER BY random() LIMIT 3000")]
        vistas = set()
        while len(vistas) < CONSULTAS:
            p = self.sorte.choice(palavras)
            vistas.add(self.sorte.choice([p[0], p[-1], f"{p[0]} {p[-1]}", f"{p[0]} {p[-1]}", f"{p[0]} {p[-1][:3]}", p[-1][:4], " ".join(p)]))
        self.consultas = sorted(vistas)
        self.sorte.shuffle(self.consultas)
        self.cidades = [x for (x,) in s.sql("SELECT cidade FROM crm.clientes GROUP BY 1 ORDER BY count(*) DESC LIMIT 60")]
        self.perfis = [x for (x,) in s.sql("SELECT id_cliente FROM crm.clientes ORDER BY random() LIMIT %s", (PERFIS,))]
        self.zipf = {n: Zipf(self.sorte, n) for n in (CONSULTAS, len(self.cidades), PERFIS)}

    def ler(self):
        s = self.sorte
        r = s.random()
        if r < 0.40:
            return "busca por nome", "pesquisar_clientes", self.gerente, {"nome": self.consultas[self.zipf[CONSULTAS]()], "size": 20}
        if r < 0.50:
            return "outra busca", "pesquisar_clientes", self.gerente, {"cidade": self.cidades[self.zipf[len(self.cidades)]()], "size": 20,
                                                                      "situacao": ["elegivel"]}
        if r < 0.70:
            return "perfil", "cliente", self.gerente, {"id_cliente": self.perfis[self.zipf[PERFIS]()]}
        if r < 0.84:
            v = s.choice(self.vendedores)
            return "quadro", "meus_clientes", v, {"id": v, "por_coluna": True}
        if r < 0.90:
            v = s.choice(self.vendedores)
            return "numeros do vendedor", "estatisticas_vendedor", v, {"id": v}
        if r < 0.94:
            return "periodos", "clientes_por_periodo", self.gerente, {"vendedor_id": s.choice(self.vendedores)} if s.random() < 0.5 else {}
        if r < 0.97:
            return "todos os clientes", "todos_clientes", self.gerente, {"page": s.choice([1, 1, 2])}
        return "numeros gerais", "estatisticas_gerais", self.gerente, {}

    def escrever(self):
        s = self.sorte
        r = s.random()
        um = s.randint(1, CLIENTES)
        with self.con.cursor() as cur:
            if r < 0.40:
                cur.execute("INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) VALUES (%s, crm.hoje() - %s, %s)",
                            (um, s.choice([0, 0, 0, 1]), s.randint(10, 500)))
            elif r < 0.75:
                cur.execute("SELECT crm.marcar_contatado(vendedor_id, cliente_id) FROM crm.cliente_vendedor"
                            " WHERE encerrada_em IS NULL AND NOT contatado AND cliente_id >= %s LIMIT 1", (um,))
            elif r < 0.87:
                cur.execute("UPDATE crm.clientes SET celular = %s WHERE id_cliente = %s", (f"119{s.randint(10**7, 10**8 - 1)}", um))
            elif r < 0.90:
                cur.execute("UPDATE crm.clientes SET nome_completo = nome_completo || ' ' || %s WHERE id_cliente = %s",
                            (s.choice(["Silva", "Souza", "Lima"]), um))
            elif r < 0.95:
                cur.execute("INSERT INTO crm.clientes (cpf, nome_completo, cidade, uf) SELECT cpf, nome_completo, cidade, uf"
                            " FROM crm.popular_clientes(%s, %s, 3, false) ON CONFLICT DO NOTHING", (n := CLIENTES + s.randint(10**6, 10**7), n))
            else:
                cur.execute("SELECT crm.realocar_cliente(id_cliente, %s) FROM crm.clientes WHERE ativo AND NOT nao_contatar AND id_cliente >= %s"
                            " ORDER BY id_cliente LIMIT 1", (s.choice(self.vendedores), um))
            cur.execute("SELECT crm.cache_colhidos()")
            slots = cur.fetchone()[0]
            cur.execute("SELECT id_cliente, lpad(cpf::bigint::text, 11, '0') FROM crm.clientes WHERE xmin::text::bigint = txid_current() % 4294967296"
                        " UNION SELECT c.id_cliente, lpad(c.cpf::bigint::text, 11, '0') FROM crm.cliente_vendedor v JOIN crm.clientes c"
                        " ON c.id_cliente = v.cliente_id WHERE v.xmin::text::bigint = txid_current() % 4294967296")
            cpfs = [x for _, x in cur.fetchall()]
        self.con.commit()
        return slots, cpfs

    def responder(self, funcao, usuario, args):
        corpo = self.s.valor("SELECT corpo FROM crm.atender(%s, %s, '', '', '', NULL, %s)", (funcao, self.sessoes[usuario], json.dumps(args)))
        if '"total_exato":false' in corpo:
            j = json.loads(corpo)
            corpo = ESTIMADA + json.dumps({"items": j["items"]})
        return corpo

    def responde(self, pedido, cpf):
        funcao, usuario, args = pedido
        return json.loads(self.s.valor("SELECT corpo FROM crm.atender(%s, %s, '', '', '', NULL, %s)", (
            funcao, self.sessoes[usuario], json.dumps({**args, "cpf": cpf}))))["total"] > 0

    def grupos(self, funcao, usuario, args):
        return self.s.valor("SELECT crm.cache_grupos(%s, %s, %s)", (funcao, usuario, json.dumps(args)))["grupos"]


def medir(c, razao):
    vez = {}                                    # slot -> number of the last write that marked it
    escritas = ultima = massas = 0
    entradas = {}
    n = collections.defaultdict(collections.Counter)
    etiquetas = []
    escritos = []                               # (number of the write, CPFs of the clients written)
    while sum(x["leituras"] for x in n.values()) < LEITURAS:
        if c.sorte.random() < 1 / (1 + razao):
            slots, cpfs = c.escrever()
            escritos.append((escritas + 1, cpfs))
            if slots:
                escritas += 1
                ultima = escritas
                vez.update(dict.fromkeys(slots, escritas))
                etiquetas.append(len(slots))
                massas += any(x < TABELAS_SLOTS and x % 2 for x in slots)
            continue
        tipo, *pedido = c.ler()
        chave = json.dumps(pedido)
        corpo = c.responder(*pedido)
        if corpo.startswith(ESTIMADA):
            tipo += ESTIMADA
        e = entradas.get(chave)
        t = n[tipo]
        t["leituras"] += 1
        novo = {"corpo": corpo, "ideal": True}
        if e is None:
            g = c.grupos(*pedido)
            entradas[chave] = {"corpo": corpo, "grupos": g, "desde": escritas, "uma": escritas, "tabela": escritas}
            continue
        igual = e["corpo"] == corpo
        t["ideal"] += igual
        limpo = all(vez.get(g[0], 0) <= e["desde"] and any(vez.get(x, 0) <= e["desde"] for x in g[1:]) for g in e["grupos"])
        assert not limpo or e["corpo_nosso"] == corpo if "corpo_nosso" in e else True, (pedido, e["corpo_nosso"], corpo)
        t["nosso"] += limpo
        # Dirty, but no client that answers the search was written?
        t["linhas"] += limpo or (pedido[0] == "pesquisar_clientes" and not any(
            c.responde(pedido, x) for numero, cpfs in escritos if numero > e["desde"] for x in cpfs))
        t["uma"] += e["uma"] == ultima
        # Any row of a table that the answer depends on.
        por_tabela = all(vez.get(g[0] - 1, 0) <= e["tabela"] and vez.get(g[0], 0) <= e["tabela"] for g in e["grupos"])
        t["tabela"] += por_tabela
        e["corpo"] = corpo
        e["uma"] = escritas
        if not por_tabela:
            e["tabela"] = escritas
        if not limpo:
            e["grupos"] = c.grupos(*pedido)
            e["desde"] = escritas
            e["corpo_nosso"] = corpo
    return n, escritas, sum(etiquetas) / max(len(etiquetas), 1), massas


def main():
    print(f"{CLIENTES} clients, {VENDEDORES} sellers, {LEITURAS} reads each, SEMENTE={SEMENTE}")
    for razao in RAZOES:
        with Servidor() as s:
            c = Carga(s)
            inicio = time.monotonic()
            n, escritas, etiquetas, massas = medir(c, razao)
            print(f"\n{razao} reads for a write: {escritas} writes of {etiquetas:.0f} slots ({massas} of whole tables), {time.monotonic() - inicio:.0f} s; % of the reads")
            print(f"{'':22}{'reads':>8}{'one gen.':>10}{'per table':>10}{'tags':>8}{'by rows':>9}{'ideal':>8}{'of rows':>9}{'of ideal':>10}")
            total, exatas = collections.Counter(), collections.Counter()
            for tipo, t in n.items():
                total.update(t)
                if not tipo.endswith(ESTIMADA):
                    exatas.update(t)
            for tipo, t in [*sorted(n.items(), key=lambda x: -x[1]["leituras"]), ("all", total), ("all but > 1000", exatas)]:
                por = [100 * t[k] / t["leituras"] for k in ("uma", "tabela", "nosso", "linhas", "ideal")]
                print(f"{tipo:22}{t['leituras']:>8}{por[0]:>10.1f}{por[1]:>10.1f}{por[2]:>8.1f}{por[3]:>9.1f}{por[4]:>8.1f}"
                      f"{100 * t['nosso'] / max(t['linhas'], 1):>8.0f}%{100 * t['nosso'] / max(t['ideal'], 1):>9.0f}%")


main()
