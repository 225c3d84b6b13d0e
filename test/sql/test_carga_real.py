"""Real input: 20,000 clients and 100,000 orders with dirty rows, loaded by an SQL
caller of crm_carga through COPY and INSERT ... SELECT. DADOS-3, DADOS-6, TEMPO-3,
BOARD-1: totals, last purchase, periods and boards against what the generator
knows; a bad CPF is refused with the row's reason and nothing stays half-done.
"""
import datetime
import decimal
import io
import json
import pathlib
import sys

import psycopg2
import pytest

DADOS = pathlib.Path(__file__).resolve().parents[1] / "dados"
sys.path.insert(0, str(DADOS))
from gerar import gerar, cpf_novo, mascarar  # noqa: E402
import random  # noqa: E402

CLIENTES, PEDIDOS, SEMENTE = 20000, 100000, 7


def periodo(dias):
    for nome, ate in (("0-29", 29), ("30-45", 45), ("45-60", 60), ("60-90", 90)):
        if dias <= ate:
            return nome
    return ">90"


@pytest.fixture(scope="module")
def carga(banco_modulo, tmp_path_factory):
    """The loaded database, and what is right: {cpf: {pedidos, centavos, ultima}}."""
    b = banco_modulo
    hoje = b.valor("SELECT crm.hoje()")
    pasta = tmp_path_factory.mktemp("dados")
    pessoas, compras = gerar(pasta, CLIENTES, PEDIDOS, SEMENTE, hoje)
    b.sql("""INSERT INTO crm.usuarios (nome, email, papel)
             SELECT 'Vendedor ' || n, 'v' || n || '@exemplo.test', 'vendedor' FROM generate_series(1, 5) n""")
    b.sql("INSERT INTO crm.vendedores (id, nome) SELECT id, nome FROM crm.usuarios ON CONFLICT DO NOTHING")
    b.sql("DROP ROLE IF EXISTS carga_noturna; CREATE ROLE carga_noturna LOGIN IN ROLE crm_carga")
    # COPY straight into a table with row-level security takes BYPASSRLS: a rule of PostgreSQL.
    b.sql("DROP ROLE IF EXISTS carga_direta; CREATE ROLE carga_direta LOGIN BYPASSRLS IN ROLE crm_carga")
    b.sql(f"GRANT TEMPORARY ON DATABASE {b.nome} TO carga_noturna")
    # Sellers are at work while the load runs.
    vendedores = [i for (i,) in b.sql("SELECT id FROM crm.vendedores ORDER BY id LIMIT 3")]
    for v in vendedores:
        b.sql("SELECT crm.entrar_vendedor(%s)", (v,))
    c = b.conectar("carga_noturna", autocommit=False)
    cur = c.cursor()
    for tabela, arquivo in (("clientes", "clientes.csv"), ("pedidos", "pedidos.csv")):
        with open(pasta / arquivo, encoding="utf-8") as f:
            colunas = f.readline().strip().split(",")
            f.seek(0)
            cur.execute(f"CREATE TEMP TABLE entrada_{tabela} ({', '.join(x + ' text' for x in colunas)})")
            cur.copy_expert(f"COPY entrada_{tabela} FROM STDIN (FORMAT csv, HEADER, FORCE_NOT_NULL "
                            f"({', '.join(colunas)}))", f)
    cur.execute((DADOS / "carregar.sql").read_text())
    c.commit()
    b.sql("SELECT crm.redistribuir_clientes()")
    return b, hoje, pessoas, compras, vendedores


def test_todos_entraram_uma_vez(carga):
    b, _hoje, pessoas, compras, _v = carga
    assert b.valor("SELECT count(*) FROM crm.clientes") == len(pessoas) == CLIENTES
    assert b.valor("SELECT count(*) FROM crm.pedidos") == sum(e["pedidos"] for e in compras.values()) == PEDIDOS
    assert {c for (c,) in b.sql("SELECT cpf::text FROM crm.clientes")} == set(pessoas)


def test_totais_e_ultima_compra(carga):
    """DADOS-6: the sums and the last purchase of every client."""
    b, _hoje, pessoas, compras, _v = carga
    errados = []
    for cpf, ultima, total in b.sql("SELECT cpf::text, data_ultima_compra, valor_total FROM crm.clientes"):
        e = compras.get(cpf)
        certo = (datetime.date.fromisoformat(e["ultima"]), e["centavos"]) if e else (None, 0)
        if (ultima, int(total * 100)) != certo:
            errados.append((cpf[:3], ultima, total, certo))
    assert not errados, f"{len(errados)} clients wrong, first: {errados[:3]}"


def test_periodos(carga):
    """TEMPO-3: each client in exactly one period, the same as counted outside."""
    b, hoje, pessoas, compras, _v = carga
    certo = {}
    for cpf in pessoas:
        e = compras.get(cpf)
        p = periodo((hoje - datetime.date.fromisoformat(e["ultima"])).days) if e else "sem_compra"
        certo[p] = certo.get(p, 0) + 1
    visto = dict(b.sql("""SELECT coalesce(crm.periodo_de(data_ultima_compra), 'sem_compra'), count(*)
                            FROM crm.clientes GROUP BY 1"""))
    assert visto == certo
    assert min(certo.values()) > 0 and len(certo) == 6


def test_quadros(carga):
    """Every eligible client is on one board, shares differ by one, sums are right."""
    b, hoje, _p, compras, vendedores = carga
    janela = {c: e for c, e in compras.items()
              if 30 <= (hoje - datetime.date.fromisoformat(e["ultima"])).days <= 60}
    linhas = b.sql("""SELECT c.cpf::text, a.vendedor_id, a.data_ultima_compra, a.valor_total, c.status
                        FROM crm.cliente_vendedor a JOIN crm.clientes c ON c.id_cliente = a.cliente_id
                       WHERE a.encerrada_em IS NULL""")
    assert {x[0] for x in linhas} == set(janela)
    assert len(linhas) == len(janela)
    for cpf, _v, ultima, total, status in linhas:
        assert (ultima.isoformat(), int(total * 100)) == (janela[cpf]["ultima"], janela[cpf]["centavos"])
        assert status == "atribuido"
    quantos = [sum(1 for x in linhas if x[1] == v) for v in vendedores]
    assert sum(quantos) == len(janela) and max(quantos) - min(quantos) <= 1
    assert b.sql("SELECT * FROM crm.verificar_distribuicao()") == []


def test_cpf_ruim_em_copy_direto(carga):
    """DADOS-3: COPY into the table stops at the line, names it, keeps nothing."""
    b = carga[0]
    antes = b.valor("SELECT count(*) FROM crm.clientes")
    r, usados = random.Random(99), set(carga[2])
    bons = [cpf_novo(r, usados) for _ in range(500)]
    ruim = bons[300][:-1] + str((int(bons[300][-1]) + 1) % 10)
    linhas = [f"{mascarar(c)},Cliente Novo" for c in bons]
    linhas[300] = f"{ruim},Cliente Com CPF Ruim"
    c = b.conectar("carga_direta")
    with pytest.raises(psycopg2.Error) as e:
        c.cursor().copy_expert("COPY crm.clientes (cpf, nome_completo) FROM STDIN (FORMAT csv)",
                               io.StringIO("\n".join(linhas)))
    assert e.value.pgcode == "22P02"
    assert "line 301" in e.value.diag.context and "cpf" in e.value.diag.context
    assert e.value.diag.message_detail and e.value.diag.message_hint
    assert ruim not in e.value.diag.message_primary + e.value.diag.message_detail
    assert b.valor("SELECT count(*) FROM crm.clientes") == antes
    # Without that line the same file is taken.
    del linhas[300]
    c.cursor().copy_expert("COPY crm.clientes (cpf, nome_completo) FROM STDIN (FORMAT csv)",
                           io.StringIO("\n".join(linhas)))
    assert b.valor("SELECT count(*) FROM crm.clientes") == antes + 499


def test_pedidos_por_copy_direto(carga):
    """DADOS-6: plain COPY of orders keeps totals, and ends the cycle of those dealt."""
    b, hoje, _p, _c, _v = carga
    alvo = b.sql("""SELECT cliente_id, valor_total FROM crm.cliente_vendedor
                     WHERE encerrada_em IS NULL ORDER BY cliente_id LIMIT 200""")
    c = b.conectar("carga_direta")
    c.cursor().copy_expert("COPY crm.pedidos (cliente_id, data_pedido, valor) FROM STDIN (FORMAT csv)",
                           io.StringIO("".join(f"{i},{hoje},10.50\n{i},{hoje},0.25\n" for i, _t in alvo)))
    depois = dict(b.sql("SELECT id_cliente, valor_total FROM crm.clientes WHERE id_cliente = ANY(%s)",
                        ([i for i, _t in alvo],)))
    assert all(depois[i] - t == decimal.Decimal("10.75") for i, t in alvo)
    assert b.valor("""SELECT count(*) FROM crm.cliente_vendedor WHERE cliente_id = ANY(%s)
                       AND resultado = 'recuperado' AND encerrada_em IS NOT NULL""", ([i for i, _t in alvo],)) == 200
    assert b.sql("SELECT * FROM crm.verificar_distribuicao()") == []


def test_erro_no_meio_do_insert_select_nao_deixa_nada(carga):
    """A bad CPF in INSERT ... SELECT after thousands of good rows."""
    b = carga[0]
    antes = b.valor("SELECT count(*) FROM crm.clientes")
    r, usados = random.Random(100), set(carga[2])
    c = b.conectar("carga_noturna", autocommit=False)
    cur = c.cursor()
    cur.execute("CREATE TEMP TABLE e (linha int, cpf text)")
    bons = [cpf_novo(r, usados) for _ in range(3000)] + ["111.111.111-11"]
    cur.copy_expert("COPY e FROM STDIN (FORMAT csv)",
                    io.StringIO("".join(f"{n},{x}\n" for n, x in enumerate(bons, 1))))
    with pytest.raises(psycopg2.Error) as erro:
        cur.execute("INSERT INTO crm.clientes (cpf, nome_completo) SELECT cpf::crm.cpf, 'X' FROM e ORDER BY linha")
    assert erro.value.pgcode == "22P02" and erro.value.diag.message_detail
    c.rollback()
    assert b.valor("SELECT count(*) FROM crm.clientes") == antes
