"""Exports against the screens they come from, and jobs done by several sessions where there is no worker (EXPORT-1, BUSCA-1..4, BOARD-1, ADM-1)."""
import csv
import io
import json
import threading

import pytest


@pytest.fixture(scope="module")
def cheio(banco_modulo):
    banco_modulo.sql("SELECT crm.popular(2500, 3, 5)")
    banco_modulo.sql("UPDATE crm.vendedores SET online = true, visto_em = crm.agora()")
    banco_modulo.sql("SELECT crm.redistribuir_clientes()")
    return banco_modulo


def exportar(b, origem, filtros, campos, ordem=None):
    """The rows of the file, header apart."""
    conteudo = b.valor("SELECT crm.exportacao_bytes(crm.exportar(%s, 'csv', %s, %s, %s))", (origem, json.dumps(filtros), campos, ordem))
    return list(csv.reader(io.StringIO(bytes(conteudo).decode(), newline="")))[1:]


def pesquisar(b, filtros, ordem):
    """Ids of all pages of the search."""
    ids, cursor = [], None
    while True:
        pagina = b.sql("""SELECT r.id_cliente, r.proximo FROM crm.pesquisar_clientes(q => %s, uf => %s, situacao => %s, ativo => %s,
                          sort => %s, size => 100, cursor => %s) r""",
                       (filtros.get("q"), filtros.get("uf"), filtros.get("situacao"), filtros.get("ativo", True), ordem, cursor))
        ids += [str(p[0]) for p in pagina]
        cursor = pagina[0][1] if pagina else None
        if cursor is None:
            return ids


@pytest.mark.parametrize("ordem", [None, "-id", "nome", "-cidade", "uf", "valor_total", "-data_ultima_compra", "situacao", "idade"])
@pytest.mark.parametrize("filtros", [{}, {"q": "silva"}, {"q": "maria jose"}, {"uf": "SP,PE"}, {"situacao": "elegivel,inativo", "ativo": True}, {"q": "xyzzy"}])
def test_todos_da_pesquisa_na_mesma_ordem(cheio, filtros, ordem):
    assert [linha[0] for linha in exportar(cheio, "clientes", filtros, ["id_cliente"], ordem)] == pesquisar(cheio, filtros, ordem)


@pytest.mark.parametrize("periodo", ["30-45", "45-60", "60-90", ">90", None])
@pytest.mark.parametrize("vendedor", [False, True])
def test_periodo_como_na_tela(cheio, periodo, vendedor):
    args = {"size": 100, **({"periodo": periodo} if periodo else {})}
    if vendedor:
        args["vendedor_id"] = cheio.valor("SELECT min(id) FROM crm.vendedores")
    tela, pagina = {}, 1
    while True:
        resposta = cheio.valor("SELECT crm.api_clientes_por_periodo(%s)", (json.dumps({**args, "page": pagina}),))["periodos"]
        for p in resposta:
            tela.setdefault(p["periodo"], []).extend(str(c["id"]) for c in p["clientes"])
        if all(pagina >= p["pages"] for p in resposta):
            break
        pagina += 1
    filtros = {k: v for k, v in args.items() if k != "size"}
    assert [linha[0] for linha in exportar(cheio, "periodo", filtros, ["id_cliente"])] == [c for p in tela.values() for c in p]


def test_carteira_como_no_quadro(cheio):
    vendedor = cheio.valor("SELECT min(id) FROM crm.vendedores")
    for coluna in ("a_contatar_30_45", "a_contatar_46_60", "contatado", "recuperado"):
        tela = cheio.valor("SELECT crm.api_meus_clientes(%s)", (json.dumps({"id": vendedor, "coluna": coluna, "size": 500}),))
        assert tela["pages"] <= 1
        assert [linha[0] for linha in exportar(cheio, "carteira", {"vendedor_id": vendedor, "coluna": coluna}, ["id_cliente"])] == [
            str(c["id"]) for c in tela["clientes"]]
    todos = cheio.valor("SELECT crm.api_quadro(%s)", (json.dumps({"por": "vendedor", "coluna": str(vendedor), "size": 100}),))["colunas"][0]
    assert len(exportar(cheio, "quadro", {"coluna": str(vendedor)}, ["id_cliente"])) == todos["total"]


@pytest.mark.parametrize("filtros", [{}, {"acao": "alterar"}, {"tabela": "clientes", "registro_id": 5}, {"de": "2026-01-01", "ate": "2199-12-31"}])
def test_auditoria_como_na_tela(cheio, filtros):
    """AUDIT-3: newest first; of a record also what bulk statements did to it."""
    cheio.sql("UPDATE crm.clientes SET cidade = 'Olinda' WHERE id_cliente <= 200")
    tela = cheio.valor("SELECT crm.api_auditoria(%s)", (json.dumps({**filtros, "size": 200}),))["items"]
    linhas = exportar(cheio, "auditoria", filtros, ["id", "acao", "linhas", "depois"])
    assert tela and [linha[:3] for linha in linhas[:len(tela)]] == [[str(x["id"]), x["acao"], str(x["linhas"])] for x in tela]
    if "registro_id" in filtros:
        assert {"cidade": "Olinda"} in [json.loads(linha[3]) for linha in linhas]


def test_relatorios_como_as_visoes(cheio):
    """ADM-4: every column of the view, cell by cell."""
    for nome in ("recuperados", "desfechos", "funil", "buscas", "exportacoes"):
        colunas = [c for c, in cheio.sql("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum",
                                         (f"crm.v_relatorio_{nome}",))]
        antes = cheio.sql(f"SELECT {', '.join(f'{c}::text' for c in colunas)} FROM crm.v_relatorio_{nome}")
        assert sorted(exportar(cheio, "relatorio", {"nome": nome}, colunas)) == sorted([c or "" for c in linha] for linha in antes)


def test_quadro_de_trabalhos_em_varias_sessoes(banco):
    """EXPORT-1: without the worker an export is made at once, however large; of those that came with a copy of
    the database several sessions call the task at once: each job is done by one of them, once."""
    banco.sql("SELECT crm.popular(400, 1, 2)")
    banco.sql("UPDATE crm.configuracoes SET valor = '10' WHERE chave = 'export_direto'")
    trabalhos = [banco.valor("SELECT crm.exportar('clientes', %s)", (f,)) for f in ("csv", "excel", "pdf", "csv", "excel")]
    assert banco.sql("SELECT DISTINCT estado, direta, linhas = linhas_previstas FROM crm.exportacoes") == [("pronta", True, True)]
    banco.sql("DELETE FROM crm.exportacao_partes")
    banco.sql("UPDATE crm.exportacoes SET estado = 'na_fila', direta = false, terminada_em = NULL, linhas = NULL")
    assert banco.sql("SELECT DISTINCT estado, tentativas FROM crm.exportacoes") == [("na_fila", 0)]
    conexoes = [banco.conectar() for _ in range(4)]
    falhas = []

    def cuidar(c):
        try:
            for _ in range(5):
                c.cursor().execute("SELECT crm.exportacoes_cuidar()")
        except Exception as erro:                               # noqa: BLE001 told by the test
            falhas.append(erro)

    sessoes = [threading.Thread(target=cuidar, args=(c,)) for c in conexoes]
    for t in sessoes:
        t.start()
    for t in sessoes:
        t.join()
    assert falhas == []
    assert banco.sql("SELECT DISTINCT estado, tentativas, linhas = linhas_previstas FROM crm.exportacoes") == [("pronta", 1, True)]
    assert banco.sql("SELECT registro_id, count(*) FROM crm.auditoria WHERE acao = 'exportacao' GROUP BY 1 ORDER BY 1") == [(t, 2) for t in trabalhos]
    assert banco.valor("SELECT count(*) FROM pg_ls_tmpdir() WHERE name LIKE '%%.crm%%'") == 0
