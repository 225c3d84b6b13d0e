"""Random searches against brute force (BUSCA-1, BUSCA-2, BUSCA-4).

Some thousand clients with dirty names, cities and dates; hundreds of random
combinations of filters and orders. Each is walked by cursor, and one of its pages
asked for by number: ids, their order, who is only alike, total and facets must be
those of a model in Python that looks at every client. The model shares the
functions of words (crm.busca_palavras, crm.semelhantes) with the product, not the
search. Every case runs as the product chooses and with walks along the indexes
forced (crm.busca_reunir_ate).

SEMENTE=n replays a run, CASOS=n makes it longer.
"""
import collections
import datetime
import json
import os
import random

SEMENTE = int(os.environ.get("SEMENTE", random.SystemRandom().randrange(10**6)))
CASOS = int(os.environ.get("CASOS", "150"))
CLIENTES = 2500
TOTAL_EXATO = 1000
FORA = 99
PARTE = 3
UFS = ["SP", "RJ", "MG", "AC", "TO", None]
CIDADES = ["São Paulo", "São Pedro", "Santos", "Rio Branco", "  BELÉM ", "Palmas", "", None, "Santo André"]
PRIMEIROS = ["Maria", "MARIA", "José", "Jose", "Luiz", "Luís", "Ana", "Mariana", "Juliana", "João", "Thiago", "Tiago",
             "Zélia", "Xisto", "Kátia", "Cátia", "Anabela", "Rosimaria", "Yuri", "Iuri", "Q"]
FAMILIA = ["Silva", "Sliva", "Souza", "Sousa", "Santos", "Oliveira", "Lima", "Gonçalves", "Goncalves", "Queiroz", "Sá",
           "Araújo", "Pereira", "Perreira", "Fernandes", "Ferandes", "Xavier", "Wagner", "Vagner", "Silveira"]
ORDENS = ["relevancia"] + [s + o for s in ("", "-") for o in (
    "nome", "cidade", "uf", "idade", "data_ultima_compra", "valor_total", "status", "situacao", "id", "cpf")]
TERMOS = ["maria", "mari", "ana", "luis", "luiz", "silva", "sil", "souza", "sousa", "santo", "m", "s", "jo", "iana",
          "goncalves", "Gonçalves", "pereira", "thiago", "x", "queiros", "sá", "de", "rosimar", "fernandes", "oliveria",
          "zzz", "catia"]


def dias(hoje, n):
    return hoje - datetime.timedelta(days=n)


def criar(banco, sorte):
    banco.sql("SELECT crm.popular(%s, 3, 7)", (CLIENTES,))
    hoje = banco.valor("SELECT crm.hoje()")
    linhas = []
    for (ident,) in banco.sql("SELECT id_cliente FROM crm.clientes ORDER BY 1"):
        nome = " ".join([sorte.choice(PRIMEIROS)] + [sorte.choice(FAMILIA) for _ in range(sorte.randint(0, 2))])
        if sorte.random() < 0.2:
            nome = nome.replace(" ", sorte.choice([" de ", " da ", "  ", "-"]), 1)
        linhas.append((ident, nome, sorte.choice(CIDADES), sorte.choice(UFS), None if sorte.random() < 0.1 else
                       dias(hoje, sorte.choice([6574, 6575, 6576, 10957, 10958]) if sorte.random() < 0.2
                            else sorte.randint(18 * 365, 80 * 365)),
                       None if sorte.random() < 0.1 else f"({sorte.choice([11, 21])}) 9{sorte.randint(8000, 8009)}-{sorte.randint(0, 9999):04d}",
                       None if sorte.random() < 0.1 else f"C{ident}@{sorte.choice(['a.test', 'b.test'])}",
                       None if sorte.random() < 0.15 else dias(hoje, sorte.choice([0, 29, 30, 31, 45, 59, 60, 61, 90, 400])),
                       sorte.randint(0, 30) * 100 / 4, sorte.random() < 0.9))
    with banco.conectar().cursor() as cur:
        for i in range(0, len(linhas), 500):
            cur.execute("UPDATE crm.clientes c SET nome_completo = v.nome, cidade = v.cidade, uf = v.uf, data_nascimento = v.nasc::date,"
                        " celular = v.cel, email = v.email, data_ultima_compra = v.data::date, valor_total = v.valor, ativo = v.ativo FROM (VALUES "
                        + ", ".join(cur.mogrify("(%s::bigint,%s,%s,%s,%s::date,%s,%s,%s::date,%s::numeric,%s::boolean)", x).decode()
                                    for x in linhas[i:i + 500])
                        + ") AS v(id, nome, cidade, uf, nasc, cel, email, data, valor, ativo) WHERE c.id_cliente = v.id")
    banco.sql("""INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id, contatado, data_contato, data_ultima_compra, valor_total, motivo)
                 SELECT id_cliente, (SELECT min(id) FROM crm.vendedores), id_cliente % 3 = 0, CASE WHEN id_cliente % 3 = 0 THEN now() END,
                        data_ultima_compra, valor_total, 'distribuicao'
                   FROM crm.clientes WHERE ativo AND NOT nao_contatar AND id_cliente % 4 = 0""")
    banco.sql("""UPDATE crm.clientes c SET status = CASE WHEN v.contatado THEN 'contatado' ELSE 'atribuido' END
                   FROM crm.cliente_vendedor v WHERE v.cliente_id = c.id_cliente""")
    return hoje


def deslizes(a, b):
    """Letters too many, too few, others, neighbours swapped."""
    d = {(i, -1): i + 1 for i in range(-1, len(a))} | {(-1, j): j + 1 for j in range(-1, len(b))}
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            d[i, j] = min(d[i - 1, j] + 1, d[i, j - 1] + 1, d[i - 1, j - 1] + (x != y))
            if i and j and x == b[j - 1] and a[i - 1] == y:
                d[i, j] = min(d[i, j], d[i - 2, j - 2] + 1)
    return d[len(a) - 1, len(b) - 1]


class Modelo:
    """Every client as it is stored, and what a search must answer."""

    def __init__(self, banco):
        self.banco = banco
        campos = ("id nome palavras cidade uf nascimento idade celular email ativo cpf data situacao valor status").split()
        self.linhas = [dict(zip(campos, x)) for x in banco.sql("""
            SELECT id_cliente, crm.normalizar(nome_completo), crm.busca_palavras(nome_completo),
                   nullif(crm.normalizar(cidade), ''), uf, data_nascimento,
                   extract(year FROM age(crm.hoje(), data_nascimento))::integer, regexp_replace(celular, '[^0-9]', '', 'g'),
                   lower(email), ativo, cpf::text, data_ultima_compra, crm.situacao(data_ultima_compra), valor_total, status
              FROM crm.clientes""")]
        for x in self.linhas:
            x["palavras"] = [tuple(p.split(":")) for p in x["palavras"].split()]
        self.dicionario = sorted({p for x in self.linhas for p, _ in x["palavras"]})

    def niveis(self, q):
        """Level of each client by id: 2 begins so, 3 words, 4 parts, 5 alike,
        and more by the slips, a part of a word counting as three."""
        normal = self.banco.valor("SELECT crm.normalizar(%s)", (q,))
        termos = [tuple(t.split(":")) for t in self.banco.valor("SELECT crm.busca_palavras(%s)", (q,)).split()]
        iguais = {par: deslizes(*par) for par in self.banco.sql(
            "SELECT t, p FROM unnest(%s) t, unnest(%s) p WHERE crm.semelhantes(t, p)",
            ([t for t, _ in termos], self.dicionario))}
        niveis = {}
        for x in self.linhas:
            pior, soma = 3, 0
            for t, som in termos:
                iguala = [0 if s == som else iguais[t, p] for p, s in x["palavras"] if s == som or (t, p) in iguais]
                if any(p.startswith(t) for p, _ in x["palavras"]):
                    nivel = 3
                elif len(t) >= 3 and any(t in p for p, _ in x["palavras"]):
                    nivel = 4
                    soma += min(iguala, default=PARTE)
                else:
                    nivel = 5 if iguala else FORA
                    soma += min(iguala, default=0)
                pior = max(pior, nivel)
            niveis[x["id"]] = (2 if pior == 3 and x["nome"].startswith(normal) else
                               pior + soma if pior == 5 else pior)
        return niveis

    def responder(self, filtros, ordem):
        """(clients in order, set of ids that are only alike)"""
        niveis = collections.defaultdict(lambda: 3)
        if filtros.get("nome"):
            niveis = self.niveis(filtros["nome"])
        achados = [x for x in self.linhas if self.passa(x, filtros)]
        certos = [x for x in achados if niveis[x["id"]] <= 4]
        if filtros.get("nome") and len(certos) <= TOTAL_EXATO:
            certos += [x for x in achados if 5 <= niveis[x["id"]] < FORA]
        chaves = {"relevancia": "nome", "data_ultima_compra": "data", "valor_total": "valor", "idade": "nascimento"}
        coluna = chaves.get(ordem.lstrip("-"), ordem.lstrip("-"))
        desce = ordem.startswith("-") != (coluna == "nascimento")
        def chave(x):
            return x[coluna].encode() if isinstance(x[coluna], str) else x[coluna]
        com = sorted((x for x in certos if x[coluna] is not None), key=lambda x: (chave(x), x["id"]), reverse=desce)
        sem = sorted((x for x in certos if x[coluna] is None), key=lambda x: x["id"], reverse=desce)
        if ordem == "relevancia" and filtros.get("nome"):
            com.sort(key=lambda x: niveis[x["id"]])
        return com + sem, {x["id"] for x in certos if niveis[x["id"]] >= 5}

    @staticmethod
    def passa(x, f):
        return (x["ativo"] == f.get("ativo", True)
                and ("cidade" not in f or (x["cidade"] or "\0").startswith(f["cidade"]))
                and ("uf" not in f or x["uf"] in f["uf"])
                and ("idade_min" not in f or x["idade"] is not None and x["idade"] >= f["idade_min"])
                and ("idade_max" not in f or x["idade"] is not None and x["idade"] <= f["idade_max"])
                and ("status" not in f or x["status"] in f["status"])
                and ("situacao" not in f or x["situacao"] in f["situacao"])
                and ("celular" not in f or bool(x["celular"]) and (x["celular"].startswith(f["celular"]) or x["celular"].endswith(f["celular"])))
                and ("email" not in f or (x["email"] or "").startswith(f["email"]))
                and ("cpf" not in f or x["cpf"].startswith(f["cpf"])))


def sortear(sorte, modelo):
    f = {}
    if sorte.random() < 0.6:
        f["nome"] = " ".join(sorte.choice(TERMOS) for _ in range(sorte.choice([1, 1, 2, 3])))
    for nome, chance, valores in (("cidade", 0.15, ["sao", "sao p", "santos", "rio branco", "belem", "nenhures"]),
                                  ("idade_min", 0.2, [0, 18, 30, 60]), ("idade_max", 0.2, [17, 18, 30, 79]),
                                  ("email", 0.05, ["c1", "c2"]), ("celular", 0.1, ["11", "219800", "77", "1"]),
                                  ("ativo", 0.1, [False]), ("cpf", 0.05, [sorte.choice(modelo.linhas)["cpf"], "1000"])):
        if sorte.random() < chance:
            f[nome] = sorte.choice(valores)
    for nome, chance, valores in (("uf", 0.25, UFS[:-1]), ("status", 0.25, ["disponivel", "atribuido", "contatado"]),
                                  ("situacao", 0.25, ["ativo", "elegivel", "inativo", "sem_compra"])):
        if sorte.random() < chance:
            f[nome] = sorted(sorte.sample(valores, sorte.randint(1, 2)))
    return f, sorte.choice(ORDENS)


def chamar(cur, f, **resto):
    args = {k: ",".join(v) if isinstance(v, list) else v for k, v in f.items()}
    args.update(resto)
    cur.execute("SELECT * FROM crm.pesquisar_clientes(" + ", ".join(f"{k} => %s" for k in args) + ")", list(args.values()))
    nomes = [d[0] for d in cur.description]
    return [dict(zip(nomes, r)) for r in cur.fetchall()]


def test_pesquisas_sorteadas(banco):
    print(f"SEMENTE={SEMENTE}")
    sorte = random.Random(SEMENTE)
    criar(banco, sorte)
    assert banco.sql("SELECT * FROM crm.busca_verificar()") == []
    banco.sql("VACUUM ANALYZE")
    modelo = Modelo(banco)
    con = banco.conectar()
    cur = con.cursor()
    for caso in range(CASOS):
        f, ordem = sortear(sorte, modelo)
        esperados, parecidos = modelo.responder(f, "nome" if ordem == "relevancia" and "nome" not in f else ordem)
        ids = [x["id"] for x in esperados]
        for caminho in (2000, 5):
            onde = f"SEMENTE={SEMENTE} caso {caso} caminho {caminho}: {f} {ordem}"
            cur.execute("SET crm.busca_reunir_ate = %s", (caminho,))
            # By cursor, all pages.
            size = sorte.choice([1, 7, 40, 100]) if len(ids) < 200 else 100
            vistos, cursor, total = [], None, None
            while True:
                pagina = chamar(cur, f, sort=ordem, size=size, cursor=cursor)
                vistos += pagina
                if total is None and pagina:
                    total, exato = pagina[0]["total"], pagina[0]["total_exato"]
                cursor = pagina[-1]["proximo"] if pagina else None
                if cursor is None:
                    break
                assert len(pagina) == size, onde
            assert [x["id_cliente"] for x in vistos] == ids, onde
            assert {x["id_cliente"] for x in vistos if x["parecido"]} == parecidos, onde
            if ids:
                if caminho == 2000:
                    assert exato == (len(ids) - len(parecidos) <= TOTAL_EXATO and len(ids) <= TOTAL_EXATO), onde
                if exato:
                    assert total == len(ids), onde
            # A page by number.
            pagina = sorte.randint(1, max(1, len(ids) // 20 + 1))
            por_numero = chamar(cur, f, sort=ordem, size=20, page=pagina)
            assert [x["id_cliente"] for x in por_numero] == ids[(pagina - 1) * 20:pagina * 20], onde
            # Facets, when they are exact.
            cur.execute("SELECT crm.api_pesquisar_clientes(%s)", (json.dumps(dict(f, sort=ordem, size=1)),))
            r = cur.fetchone()[0]
            if r["facetas"]["exatas"]:
                for nome in ("uf", "status", "situacao"):
                    contas = collections.Counter(x[nome] for x in esperados if x[nome] is not None)
                    assert r["facetas"][nome] == dict(contas), f"{onde} {nome}"
            else:
                assert r["total"] > TOTAL_EXATO and not r["total_exato"], onde
