#!/usr/bin/python3
"""Client search over HTTP at 100,000 clients: plain listener, 64 connections of wrk,
client and server on the same cores, nothing answered from a cache; columns as in
http_leituras.py. Names and CPFs differ from request to request. Goals on two free
cores: a name >= 2,000/s, the page at row 50,000 by cursor >= 4,000/s, a CPF >= 15,000/s.
The CPF travels in the URL only here; screens send it in the body of a POST.

    CRM_BENCH_CLIENTES=20000 CRM_BENCH_S=5
"""
import os
import tempfile
from urllib.parse import quote

os.environ.setdefault("CRM_BENCH_CLIENTES", "100000")
import http_leituras as leituras  # noqa: E402

PESQUISA = "/api/v1/clients/search?"


def cursor_fundo(p, linha):
    """The cursor behind a row deep in the order of the names."""
    cursor, salto = None, 100
    for _ in range(linha // salto):
        cursor = p.sql("SELECT max(proximo) FROM crm.pesquisar_clientes(sort => 'nome', size => 100, cursor => %s)"
                       % (f"'{cursor}'" if cursor else "NULL"))[0][0]
    return cursor


def medir(p, temp):
    for chave in ("limite_requisicoes", "limite_pesquisa"):
        p.configurar(chave, 1000000)
    p.sql("VACUUM ANALYZE")
    cpfs = [c for (c,) in p.sql("SELECT cpf::text FROM crm.clientes ORDER BY md5(cpf::text) LIMIT 20000")]
    nomes = [n for (n,) in p.sql("""SELECT DISTINCT split_part(nome, ' ', 1) || ' ' || left(split_part(nome, ' ', 2), 3)
                                      FROM crm.clientes_busca ORDER BY 1""")]
    m = leituras.Medida(p, temp)
    print(f"{leituras.CLIENTES:,} clients; {leituras.CONEXOES} connections, {leituras.DURACAO_S} s each")
    m.select_nu()
    print(f"{'':34s}{'req/s':>9s}{'p50 ms':>9s}{'p99 ms':>9s}{'errors':>7s}{'kB':>7s}{'front us':>9s}{'db us':>9s}{'per core':>10s}{'fixed':>9s}{'SELECT':>9s}")
    m.linha("fixed answer, /healthz", ["/healthz"])
    m.linha("one CPF", [PESQUISA + "cpf=" + c for c in cpfs])
    m.linha("two words, the second begun", [PESQUISA + "q=" + quote(n) for n in nomes])
    m.linha("maria sil", [PESQUISA + "q=maria%20sil"])
    m.linha("first page by name", [PESQUISA + "sort=nome"])
    fundo = cursor_fundo(p, leituras.CLIENTES // 2)
    m.linha("page 1,000 by cursor", [PESQUISA + "sort=nome&cursor=" + fundo])
    m.linha("UF and situação, by value", [PESQUISA + f"uf={uf}&situacao=elegivel&sort=-valor_total" for uf in ("SP", "RJ", "MG", "PE")])


def main():
    with tempfile.TemporaryDirectory(prefix="crm-bench.", dir="/tmp") as temp, \
         leituras.Pilha(clientes=leituras.CLIENTES, vendedores=10) as p:
        medir(p, temp)


if __name__ == "__main__":
    main()
