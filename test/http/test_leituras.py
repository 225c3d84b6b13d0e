"""Reads and moves of board and administration over HTTP, by role: Z-1, Z-3, Z-4, Z-5, I-4, BOARD-1, BOARD-3, ADM-1, BUSCA-4."""
import datetime
import gzip

import pytest

ADMIN = [  # every route of /api/admin that reads or moves clients
    ("GET", "/api/admin/clientes-por-periodo", None),
    ("GET", "/api/admin/todos-clientes", None),
    ("GET", "/api/admin/estatisticas-gerais", None),
    ("GET", "/api/admin/vendedores", None),
    ("GET", "/api/admin/relatorios/recuperados", None),
    ("GET", "/api/admin/relatorios/previsao", None),
    ("POST", "/api/admin/realocar-cliente", {"cliente_id": 1, "vendedor_id": 1}),
    ("GET", "/api/admin/quadro", None),
    ("POST", "/api/admin/realocar-lote", {"cliente_ids": [1], "vendedor_id": 1}),
    ("POST", "/api/admin/liberar-lote", {"cliente_ids": [1]}),
    ("POST", "/api/admin/redistribuir-todos", {}),
    ("GET", "/api/admin/redistribuicao", None),
    ("POST", "/api/admin/redistribuicao/simular", {}),
    ("POST", "/api/admin/redistribuicao/aplicar", {"hash": "t" + "0" * 32}),
    ("POST", "/api/admin/redistribuicao/1/desfazer", {}),
    ("GET", "/api/admin/vendedores/1/jornada", None),
    ("PUT", "/api/admin/vendedores/1/jornada", {"dias": []}),
    ("GET", "/api/admin/vendedores/1/ausencias", None),
    ("POST", "/api/admin/vendedores/1/ausencias", {"de": "2031-05-01"}),
    ("DELETE", "/api/admin/vendedores/1/ausencias/1", None),
    ("GET", "/api/admin/feriados", None),
    ("POST", "/api/admin/feriados", {"data": "2031-05-01", "nome": "Dia do Trabalho"}),
    ("DELETE", "/api/admin/feriados/2031-05-01", None),
    ("POST", "/api/admin/liberar-cliente/1", {}),
    ("PATCH", "/api/admin/vendedores/1", {"peso": 2}),
]
VENDEDOR = [("GET", "/api/vendedor/meus-clientes/{}", None), ("GET", "/api/vendedor/estatisticas/{}", None),
            ("POST", "/api/vendedor/marcar-contatado/{}", {"cliente_id": 1})]


@pytest.fixture(scope="module")
def pessoas(pilha):
    return {papel: pilha.login(pilha.novo_usuario(papel)) for papel in ("gerente", "operador", "ti", "vendedor")}


@pytest.mark.parametrize("papel", ["operador", "ti", "vendedor"])
@pytest.mark.parametrize("metodo,caminho,corpo", ADMIN)
def test_z3_administracao_recusada(pessoas, nada_muda, papel, metodo, caminho, corpo):
    r = pessoas[papel].request(metodo, caminho, json=corpo)
    assert (r.status_code, r.json()["codigo"]) == (403, "acesso_negado")


@pytest.mark.parametrize("metodo,caminho,corpo", ADMIN + [(m, c.format(1), b) for m, c, b in VENDEDOR])
def test_ninguem_sem_sessao(pilha, nada_muda, metodo, caminho, corpo):
    r = pilha.cliente().request(metodo, caminho, json=corpo)
    assert (r.status_code, r.json()["codigo"]) == (401, "nao_autenticado")


@pytest.mark.parametrize("metodo,caminho,corpo", VENDEDOR)
def test_z1_de_outro_e_de_ninguem_sao_iguais(pilha, pessoas, nada_muda, metodo, caminho, corpo):
    eu = pessoas["vendedor"]
    outro = pilha.valor("SELECT min(id) FROM crm.vendedores WHERE id <> %s", (eu.id,))
    respostas = []
    for alvo in (outro, 4242424242):
        r = eu.request(metodo, caminho.format(alvo), json=corpo)
        assert r.status_code == 403
        respostas.append({k: v for k, v in r.json().items() if k != "requisicao"})
    assert respostas[0] == respostas[1]
    r = eu.request(metodo, caminho.format("abc"), json=corpo)
    assert r.status_code in (404, 422)


def test_quadro_e_numeros_de_um_vendedor(pilha, admin):
    """BOARD-1, BOARD-3: totals of the columns, the list and the statistics agree; Z-5: the CPF is masked."""
    v = pilha.login(0)
    todos = v.get(f"/api/vendedor/meus-clientes/{v.id}", params={"size": 500}).json()
    colunas = {c["coluna"]: c for c in todos["colunas"]}
    assert todos["total"] == len(todos["clientes"]) == sum(
        colunas[c]["total"] for c in ("a_contatar_30_45", "a_contatar_46_60", "contatado"))
    numeros = v.get(f"/api/vendedor/estatisticas/{v.id}").json()
    assert numeros["total_atribuidos"] == todos["total"]
    assert numeros["total_pendentes"] == numeros["total_atribuidos"] - numeros["contatados"]
    for coluna, c in colunas.items():
        lidos, cursor = [], None
        while True:
            parte = v.get(f"/api/vendedor/meus-clientes/{v.id}",
                          params={"coluna": coluna, "size": 37, **({"cursor": cursor} if cursor else {})}).json()
            lidos += parte["clientes"]
            cursor = {x["coluna"]: x for x in parte["colunas"]}[coluna]["proximo"]
            if cursor is None:
                break
        assert len({x["atribuicao_id"] for x in lidos}) == len(lidos) == c["total"]
        assert all(x["coluna"] == coluna for x in lidos)
        if coluna != "recuperado":
            assert round(sum(x["valor_total"] for x in lidos), 2) == c["valor"]
    assert all(x["cpf"].startswith("***.") and x["cpf"].endswith("-**") for x in todos["clientes"])
    assert not {"data_nascimento", "nome_mae"} & set(todos["clientes"][0])
    visto = admin.get(f"/api/vendedor/meus-clientes/{v.id}", params={"size": 1}).json()["clientes"][0]
    assert "*" not in visto["cpf"]


def test_periodos_lista_e_estatisticas_concordam(pilha, admin):
    """ADM-1, BUSCA-4: the numbers of three screens are those of the rows."""
    geral = admin.get("/api/admin/estatisticas-gerais").json()
    assert sum(geral["por_status"].values()) == geral["total_clientes"] == geral["ativos"] + geral["inativados"]
    assert sum(geral["por_situacao"].values()) == geral["ativos"]
    periodos = {p["periodo"]: p for p in admin.get("/api/admin/clientes-por-periodo").json()["periodos"]}
    assert list(periodos) == ["30-45", "45-60", "60-90", ">90"]
    assert periodos["30-45"]["total"] + periodos["45-60"]["total"] == geral["por_situacao"]["elegivel"]
    assert periodos["60-90"]["total"] + periodos[">90"]["total"] == geral["por_situacao"]["inativo"]
    for nome, p in periodos.items():
        assert all(c["periodo"] == nome for c in p["clientes"])
        assert len(p["clientes"]) == min(p["size"], p["total"])
    vistos, cursor = [], None
    while True:
        r = admin.get("/api/admin/todos-clientes",
                      params={"sort": "-nome", "size": 100, **({"cursor": cursor} if cursor else {})}).json()
        vistos += [c["id"] for c in r["clientes"]]
        cursor = r["proximo"]
        if cursor is None:
            break
    assert len(vistos) == len(set(vistos)) == r["total"] == geral["total_clientes"]


@pytest.mark.parametrize("caminho,campo", [
    ("todos-clientes?page=0", "page"), ("todos-clientes?page=-1", "page"), ("todos-clientes?page=1e9", "page"),
    ("todos-clientes?page=9223372036854775808", "page"), ("todos-clientes?page=1.5", "page"),
    ("todos-clientes?size=0", "size"), ("todos-clientes?size=101", "size"), ("todos-clientes?sort=senha", "sort"),
    ("todos-clientes?cursor=x", "cursor"), ("clientes-por-periodo?periodo=0-29", "periodo"),
    ("todos-clientes?x=1", "x"), ("relatorios/funil?x=1", "x"), ("relatorios/tudo", "nome"),
    ("relatorios/funil?de=2026-02-30", "de"), ("relatorios/funil?de=2026-01-01&ate=2025-12-31", "de"),
    ("relatorios/funil?ate=2199-01-01", "ate"), ("relatorios/funil?de=1999-01-01", "de"),
    ("relatorios/funil?vendedor_id=0", "vendedor_id"), ("relatorios/funil?vendedor_id=abc", "vendedor_id")])
def test_i4_valores_ruins(admin, caminho, campo):
    r = admin.get("/api/admin/" + caminho)
    assert r.status_code == 422
    assert [e["campo"] for e in r.json()["erros"]] == [campo]


def test_relatorios_pequenos_e_de_agora(pilha, admin):
    """ADM-4, CACHE-3: two years of a report are a small page, with the numbers of the statistics' screen; a contact just
    marked is in the next answer."""
    geral = admin.get("/api/admin/estatisticas-gerais").json()
    hoje = datetime.date.fromisoformat(geral["hoje"])
    longo = {"de": str(hoje - datetime.timedelta(730))}
    for nome in ("recuperados", "desfechos", "funil", "buscas", "previsao"):
        r = admin.get(f"/api/admin/relatorios/{nome}", params=longo)
        assert r.status_code == 200, r.text
        assert len(gzip.compress(r.content, 6)) <= 30_000, nome
    corpo = admin.get("/api/admin/relatorios/recuperados", params=longo).json()["recuperados"]
    assert [corpo["totais"][c] for c in ("clientes", "valor")] == [geral["recuperados"], geral["valor_recuperado"]]
    antes = admin.get("/api/admin/relatorios/desfechos").json()["desfechos"]["totais"]["contatos"]
    v = pilha.login(1)
    cliente = pilha.valor("SELECT min(cliente_id) FROM crm.cliente_vendedor WHERE encerrada_em IS NULL AND NOT contatado"
                          " AND vendedor_id = %s", (v.id,))
    assert v.post(f"/api/vendedor/marcar-contatado/{v.id}", json={"cliente_id": cliente, "resultado": "interessado"}).status_code == 200
    assert admin.get("/api/admin/relatorios/desfechos").json()["desfechos"]["totais"]["contatos"] == antes + 1
