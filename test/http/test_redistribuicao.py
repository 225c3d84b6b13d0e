"""Simulate, apply and undo a redistribution over HTTP: DIST-7, DIST-8, AUDIT-1, Z-3, I-4."""
import json

import pytest


@pytest.fixture(scope="module")
def gerente(pilha):
    pilha.login(0)
    pilha.login(1)
    return pilha.login(pilha.novo_usuario("gerente"))


def quadro(pilha):
    return dict(pilha.sql("SELECT cliente_id, vendedor_id FROM crm.cliente_vendedor WHERE encerrada_em IS NULL"))


def test_dist7_simular_aplicar_desfazer(pilha, gerente):
    antes = quadro(pilha)
    r = gerente.post("/api/admin/redistribuicao/simular", {})
    assert r.status_code == 200 and len(r.content) < 30_000
    plano = r.json()
    assert quadro(pilha) == antes                               # shown, not done
    assert sum(v["ganha"] for v in plano["vendedores"]) >= plano["trocam"] > 0
    assert sum(v["perde"] for v in plano["vendedores"]) >= plano["trocam"]
    assert all(v["depois"] == v["antes"] + v["ganha"] - v["perde"] for v in plano["vendedores"])
    assert 0 < len(plano["amostra"]) <= 100

    feito = gerente.post("/api/admin/redistribuicao/aplicar", {"hash": plano["hash"]})
    assert feito.status_code == 200
    feito = feito.json()
    assert {k: feito[k] for k in ("novas", "movimentos", "liberados", "elegiveis")} == \
        {k: plano[k] for k in ("novas", "movimentos", "liberados", "elegiveis")}
    depois = quadro(pilha)
    assert sum(antes[c] != v for c, v in depois.items() if c in antes) == plano["trocam"]
    assert sum(c not in antes for c in depois) == plano["ganham"]
    assert sum(antes.get(c) != depois.get(c) for c in antes.keys() | depois) == plano["mudam"] >= len(plano["amostra"])
    reais = dict(pilha.sql("SELECT vendedor_id, count(*) FROM crm.cliente_vendedor WHERE encerrada_em IS NULL"
                           " AND NOT contatado GROUP BY 1"))
    assert {v["id"]: v["depois"] for v in plano["vendedores"] if v["depois"]} == reais

    # F3: the list, the run and BI say the same
    lote = gerente.get("/api/admin/redistribuicao").json()["lotes"][0]
    assert (lote["id"], lote["novas"], lote["trocaram"], lote["pode_desfazer"], lote["quem"]["id"]) == \
        (feito["lote"], feito["novas"], plano["trocam"], True, gerente.id)
    assert pilha.sql("SELECT trocaram FROM crm.v_distribuicao WHERE lote = %s", (feito["lote"],)) == [(plano["trocam"],)]

    cliente, dono = next(iter(depois.items()))
    assert gerente.post(f"/api/vendedor/marcar-contatado/{dono}", {"cliente_id": cliente}).status_code == 200
    r = gerente.post(f"/api/admin/redistribuicao/{feito['lote']}/desfazer", {})
    assert r.status_code == 200
    assert r.json()["mantidos"] == [{"cliente_id": cliente, "motivo": "contatado"}]
    assert r.json()["total_mantidos"] == 1
    agora = quadro(pilha)
    assert {c: v for c, v in agora.items() if c != cliente} == {c: v for c, v in antes.items() if c != cliente}
    assert pilha.sql("SELECT * FROM crm.verificar_distribuicao()") == []

    lotes = gerente.get("/api/admin/redistribuicao?size=2").json()["lotes"]
    assert [(x["origem"], x["pode_desfazer"]) for x in lotes] == [("desfazer", False), ("redistribuir_todos", False)]
    assert lotes[1]["desfeito_por"] == lotes[0]["id"] and lotes[0]["desfaz"] == lotes[1]["id"]
    assert lotes[0]["trocaram"] == lotes[0]["movimentos"]
    r = gerente.post(f"/api/admin/redistribuicao/{feito['lote']}/desfazer", {})
    assert (r.status_code, r.json()["codigo"]) == (409, "lote_ja_desfeito")
    acoes = [a for a, in pilha.sql("SELECT acao FROM crm.auditoria WHERE tabela = 'lotes' AND usuario_id = %s ORDER BY id",
                                   (gerente.id,))]
    assert acoes == ["distribuicao", "desfazer"]


def test_dist7_quadro_mudou(pilha, gerente):
    hash_ = gerente.post("/api/admin/redistribuicao/simular", {"incluir_fixados": True}).json()["hash"]
    cliente, dono = pilha.sql("SELECT cliente_id, vendedor_id FROM crm.cliente_vendedor WHERE encerrada_em IS NULL"
                              " AND NOT contatado ORDER BY id LIMIT 1")[0]
    assert gerente.post(f"/api/vendedor/marcar-contatado/{dono}", {"cliente_id": cliente}).status_code == 200
    antes = quadro(pilha)
    r = gerente.post("/api/admin/redistribuicao/aplicar", {"hash": hash_})
    assert (r.status_code, r.json()["codigo"]) == (409, "quadro_mudou")
    novo = r.json()["dados"]["hash"]
    assert quadro(pilha) == antes and novo != hash_
    assert gerente.post("/api/admin/redistribuicao/simular", {"incluir_fixados": True}).json()["hash"] == novo
    assert gerente.post("/api/admin/redistribuicao/aplicar", {"hash": novo}).status_code == 200


@pytest.mark.parametrize("caminho,corpo,campo", [
    ("simular", {"modo": "outro"}, "modo"), ("simular", {"incluir_fixados": "talvez"}, "incluir_fixados"),
    ("aplicar", {}, "hash"), ("aplicar", {"hash": "x" * 81}, "hash"), ("aplicar", {"hash": "x"}, "hash"),
    ("x/desfazer", {}, "lote")])
def test_i4_argumentos(gerente, nada_muda, caminho, corpo, campo):
    r = gerente.post("/api/admin/redistribuicao/" + caminho, corpo)
    assert r.status_code == 422
    assert [e["campo"] for e in r.json()["erros"]] == [campo], json.dumps(r.json())
