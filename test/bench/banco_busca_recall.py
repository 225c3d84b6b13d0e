#!/usr/bin/python3
"""What the search finds when names are typed wrongly: recall, precision and rank per kind of error.

A query is part of a stored name with one error of its kind, by a seed. Relevant
is who has all the words that were meant; the search sees only what was typed.
recall@50: relevant among the first 50, of all relevant (50 at most); first R:
share of relevant among as many first rows as there are relevant (50 at most);
precision@50: share of relevant among the rows shown; MRR: mean of one divided by
the place of the first relevant row. Three clients in ten have a family name made
of syllables, so that the dictionary has thousands of words that are alike.
CRM_BENCH_CLIENTES=20000 measures another size, CRM_SEMENTE=1 other queries.
"""
import collections
import os
import random
import subprocess
import unicodedata

import psycopg2

CLIENTES = int(os.environ.get("CRM_BENCH_CLIENTES", "100000").split(",")[0])
SEMENTE = int(os.environ.get("CRM_SEMENTE", "20240607"))
CONSULTAS = 200
PAGINA = 50
DESLIZE_LETRAS = 5      # a slip falls into a word of this length or more
CONECTORES = {"de", "da", "do", "dos", "das", "e"}

SILABAS = ["ba", "be", "bo", "bra", "ca", "car", "ce", "chi", "co", "cu", "da", "del", "do", "fa", "fer", "fi", "fon", "ga",
           "gal", "gue", "ja", "jo", "la", "le", "lho", "li", "lo", "ma", "mar", "me", "mo", "na", "ne", "ni", "nha", "no",
           "pa", "pe", "pi", "por", "que", "ra", "re", "ri", "ro", "sa", "sal", "sca", "so", "ta", "te", "ti", "tor", "tre",
           "va", "ve", "vi", "xa", "ze", "zi"]
FINAIS = ["", "ni", "ti", "no", "ra", "res", "val", "nte", "ga", "s"]

# As people write the names that popular() gives, in other spellings that sound the same.
GEMEOS = {
    "luiz": ["luis"], "luiza": ["luisa"], "souza": ["sousa"], "thiago": ["tiago"], "rafael": ["raphael"],
    "walter": ["valter"], "katia": ["catia"], "cristiane": ["christiane"], "helena": ["elena"], "vitoria": ["victoria"],
    "otavio": ["octavio"], "yuri": ["iuri"], "yasmin": ["iasmim", "yasmim"], "queiroz": ["queiros"], "mateus": ["matheus"],
    "xavier": ["chavier"], "inacio": ["ignacio"], "goncalves": ["gonsalves"], "assuncao": ["assumpcao"],
    "isadora": ["izadora"], "pecanha": ["pessanha"], "mendonca": ["mendonsa"], "nascimento": ["nacimento"],
    "teixeira": ["teicheira"], "cesar": ["sezar"], "henrique": ["enrique"], "conceicao": ["conseicao"],
    "correia": ["coreia"], "barbosa": ["barboza"], "cauan": ["kauan"], "leandro": ["lleandro"], "sergio": ["serjio"],
    "magalhaes": ["magaliaes"], "guimaraes": ["guimarais"], "rosangela": ["rozangela"], "raquel": ["rakel"],
}
CONFUSOES = {"a": "es", "e": "ai", "i": "eu", "o": "iu", "u": "io", "n": "mb", "m": "nv", "s": "da", "r": "te", "t": "ry",
             "d": "sf", "c": "vx", "l": "kp", "v": "cb", "f": "dg", "g": "fh", "p": "lo", "b": "vn"}


def sem_acento(s):
    return "".join(c for c in unicodedata.normalize("NFD", s) if not unicodedata.combining(c)).lower()


def palavras(nome):
    return [p for p in sem_acento(nome).split() if p not in CONECTORES]


def em_palavra_longa(f):
    """The error f(random, word) in one word long enough, or None."""
    def erro(sorte, meio):
        longas = [i for i, p in enumerate(meio) if len(p) >= DESLIZE_LETRAS]
        if not longas:
            return None
        i = sorte.choice(longas)
        p = f(sorte, meio[i])
        return None if p is None or p == meio[i] else " ".join(meio[:i] + [p] + meio[i + 1:])
    return erro


def outra_letra(sorte, p):
    i = sorte.randrange(len(p))
    return p[:i] + sorte.choice(CONFUSOES[p[i]]) + p[i + 1:] if p[i] in CONFUSOES else None


def letra_a_menos(sorte, p):
    i = sorte.randrange(len(p))
    return p[:i] + p[i + 1:]


def letra_a_mais(sorte, p):
    i = sorte.randrange(len(p) + 1)
    return p[:i] + sorte.choice("aeiourst") + p[i:]


def letras_trocadas(sorte, p):
    i = sorte.randrange(len(p) - 1)
    return p[:i] + p[i + 1] + p[i] + p[i + 2:]


def duas_letras(sorte, p):
    return outra_letra(sorte, letra_a_menos(sorte, p)) if len(p) > 8 else None


def gemeo(sorte, meio):
    i = [i for i, p in enumerate(meio) if p in GEMEOS]
    if not i:
        return None
    i = sorte.choice(i)
    return " ".join(meio[:i] + [sorte.choice(GEMEOS[meio[i]])] + meio[i + 1:])


def fora_de_ordem(sorte, meio):
    outra = meio[:]
    sorte.shuffle(outra)
    return " ".join(outra) if outra != meio else None


ERROS = {
    "as stored (control)": None,
    "no accents, lower case": lambda s, m: " ".join(m),
    "words in another order": fora_de_ordem,
    "middle names missing": lambda s, m: " ".join(m),
    "last word half typed": lambda s, m: " ".join(m[:-1] + [m[-1][:max(3, len(m[-1]) * 2 // 3)]]),
    "spelling twin": gemeo,
    "another letter": em_palavra_longa(outra_letra),
    "a letter too few": em_palavra_longa(letra_a_menos),
    "a letter too many": em_palavra_longa(letra_a_mais),
    "neighbours swapped": em_palavra_longa(letras_trocadas),
    "two slips in a long word": em_palavra_longa(duas_letras),
    "twin and another order": lambda s, m: gemeo(s, m[::-1]) if len(m) > 1 else None,
}


def banco():
    subprocess.run(["createdb", "-T", "modelo", "recall"], check=True)
    con = psycopg2.connect(f"host={os.environ['PGHOST']} user=postgres dbname=recall")
    con.autocommit = True
    cur = con.cursor()
    sorte = random.Random(SEMENTE)
    cur.execute("SELECT crm.popular(%s, 3, 5)", (CLIENTES,))
    cur.execute("SELECT array_agg(id_cliente ORDER BY id_cliente) FROM crm.clientes WHERE id_cliente % 10 < 3")
    ids = cur.fetchone()[0]
    familias = ["".join(sorte.choice(SILABAS) for _ in range(sorte.choice([2, 3, 3]))) + sorte.choice(FINAIS)
                for _ in range(len(ids) // 3)]
    cur.execute(r"""UPDATE crm.clientes SET nome_completo = regexp_replace(nome_completo, '\S+$', f)
                      FROM unnest(%s, %s) AS v(i, f) WHERE id_cliente = i""",
                (ids, [sorte.choice(familias).capitalize() for _ in ids]))
    cur.execute("VACUUM ANALYZE")
    return con, cur


def main():
    _, cur = banco()
    cur.execute("SELECT id_cliente, nome_completo FROM crm.clientes WHERE ativo ORDER BY id_cliente")
    nomes = cur.fetchall()
    quem = collections.defaultdict(set)
    for i, nome in nomes:
        for p in palavras(nome):
            quem[p].add(i)
    print(f"{len(nomes):,} active clients, {len(quem):,} different words, seed {SEMENTE}\n")
    print(f"{'kind of error':28s}{'queries':>8s}{'recall@50':>11s}{'first R':>9s}{'precision@50':>14s}{'MRR':>7s}   worst example")
    for tipo, erro in ERROS.items():
        sorte = random.Random(f"{SEMENTE} {tipo}")
        soma = collections.Counter()
        pior = (2, "")
        while soma["n"] < CONSULTAS:
            _, nome = sorte.choice(nomes)
            meio = palavras(nome)
            if len(set(meio)) < 2:
                continue
            if tipo == "middle names missing":
                if len(meio) < 3:
                    continue
                meio = [meio[0], meio[-1]]
            texto = nome if erro is None else erro(sorte, meio)
            if texto is None:
                continue
            relevantes = set.intersection(*(quem[p] for p in meio))
            cur.execute("SELECT id_cliente FROM crm.pesquisar_clientes(q => %s, size => %s)", (texto, PAGINA))
            lista = [i for (i,) in cur.fetchall()]
            certos = [n for n, i in enumerate(lista) if i in relevantes]
            r = min(len(relevantes), PAGINA)
            soma["n"] += 1
            soma["recall"] += len(certos) / r
            soma["r"] += sum(n < r for n in certos) / r
            soma["precisao"] += len(certos) / len(lista) if lista else 0
            soma["mrr"] += 1 / (certos[0] + 1) if certos else 0
            pior = min(pior, (len(certos) / r, f"{texto} ({' '.join(meio)})"))
        n = soma["n"]
        exemplo = "" if pior[0] == 1 else f"{pior[0]:.2f} {pior[1]}"
        print(f"{tipo:28s}{n:8d}{soma['recall'] / n:11.3f}{soma['r'] / n:9.3f}{soma['precisao'] / n:14.3f}"
              f"{soma['mrr'] / n:7.3f}   {exemplo}")


if __name__ == "__main__":
    main()
