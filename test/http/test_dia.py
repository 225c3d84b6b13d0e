"""The seller's day over HTTP: queue, next step, why a client came, the WhatsApp text (BOARD-2, BOARD-4, BOARD-5, DIST-6, DIST-8, AUTH-7, I-4)."""
import datetime
import secrets

import pytest


@pytest.fixture(scope="module")
def gerente(pilha):
    return pilha.login(pilha.novo_usuario("gerente"))


@pytest.fixture(scope="module")
def colega(pilha):
    return pilha.login(pilha.novo_vendedor())


@pytest.fixture(scope="module")
def eu(pilha, gerente, colega):
    """A seller to whom a manager gave six clients."""
    c = pilha.login(pilha.novo_vendedor())
    ids = [i for (i,) in pilha.sql("SELECT id_cliente FROM crm.clientes WHERE ativo AND NOT nao_contatar"
                                   " AND data_ultima_compra BETWEEN crm.hoje() - 59 AND crm.hoje() - 31 ORDER BY 1 LIMIT 6")]
    assert gerente.post("/api/admin/realocar-lote", {"cliente_ids": ids, "vendedor_id": c.id}).status_code == 200
    c.clientes = ids
    return c


@pytest.fixture(scope="module")
def hoje(gerente):
    return datetime.date.fromisoformat(gerente.get("/api/admin/estatisticas-gerais").json()["hoje"])


def fila(c, de=None):
    r = c.get(f"/api/vendedor/fila/{de or c.id}", params={"size": 100})
    assert r.status_code == 200, r.text
    return r.json()


def passo(c, cliente, retornar_em=None, nota=None, de=None):
    corpo = {"cliente_id": cliente, "retornar_em": retornar_em and str(retornar_em), "nota": nota}
    return c.patch(f"/api/vendedor/proximo-passo/{de or c.id}", corpo)


def test_fila_em_ordem(pilha, eu, hoje):
    """BOARD-5: overdue first, then today's, then who was not contacted, most urgent first; later returns are not of today."""
    um = datetime.timedelta(1)
    a, b, c, d = eu.clientes[:4]
    for cliente, dia in ((a, hoje), (b, hoje), (c, hoje + 5 * um)):
        r = passo(eu, cliente, dia, "ligar")
        assert r.status_code == 200 and r.json()["retornar_em"] == str(dia), r.text
    # Days have gone by.
    pilha.sql("UPDATE crm.cliente_vendedor SET retornar_em = %s WHERE cliente_id = %s AND encerrada_em IS NULL", (hoje - 3 * um, b))
    f = fila(eu)
    assert [x["id"] for x in f["clientes"]][:2] == [b, a]
    assert c not in [x["id"] for x in f["clientes"]]
    livres = [x["id"] for x in f["clientes"] if x["retornar_em"] is None]
    assert d in livres and [x["id"] for x in f["clientes"]][2:] == livres
    urgencia = [x["dias_sem_comprar"] for x in f["clientes"][2:]]
    assert urgencia == sorted(urgencia, reverse=True)
    t = f["totais"]
    assert (t["atrasados"], t["hoje"], t["agendados"]) == (1, 1, 1) and t["a_contatar"] == len(livres)
    assert f["total"] == len(f["clientes"]) == 2 + len(livres) and f["hoje"] == str(hoje)
    pagina = eu.get(f"/api/vendedor/fila/{eu.id}", params={"size": 2, "page": 2}).json()
    assert [x["id"] for x in pagina["clientes"]] == [x["id"] for x in f["clientes"]][2:4]

    # The note of what is overdue, its day as it is; moved to another day of the past it is not.
    r = passo(eu, b, hoje - 3 * um, "ligar de manhã")
    assert r.status_code == 200 and r.json()["proximo_passo"] == "ligar de manhã"
    assert fila(eu)["totais"]["atrasados"] == 1
    r = passo(eu, b, hoje - 2 * um, "x")
    assert (r.status_code, r.json()["codigo"]) == (422, "retorno_invalido")
    # Done: a contact empties its place; the promise of a return fills another.
    r = eu.post(f"/api/vendedor/marcar-contatado/{eu.id}", {"cliente_id": b, "observacoes": "ok", "resultado": "interessado",
                                                            "retornar_em": str(hoje + um)})
    assert r.status_code == 200
    t = fila(eu)["totais"]
    assert (t["atrasados"], t["agendados"]) == (0, 2)
    # Undone within the day, the overdue step is back.
    assert eu.post(f"/api/vendedor/desfazer-contato/{eu.id}", {"cliente_id": b}).status_code == 200
    assert fila(eu)["totais"]["atrasados"] == 1


def test_fila_de_outro(pilha, eu, colega, gerente, nada_muda):
    """AUTH-7: the queue is the seller's; a manager may look."""
    assert colega.get(f"/api/vendedor/fila/{eu.id}").status_code == 403
    assert fila(gerente, eu.id)["vendedor"]["id"] == eu.id
    r = passo(colega, eu.clientes[0], None, "x")
    assert (r.status_code, r.json()["codigo"]) == (403, "cliente_de_outro_vendedor")
    assert passo(colega, eu.clientes[0], None, "x", de=eu.id).status_code == 403
    for corpo, campo in (({"cliente_id": 1, "retornar_em": "amanhã"}, "retornar_em"), ({"cliente_id": 0}, "cliente_id"),
                         ({"cliente_id": 1, "nota": "á" * 501}, "nota"), ({}, "cliente_id"), ({"cliente_id": 1, "x": 1}, "x")):
        r = eu.patch(f"/api/vendedor/proximo-passo/{eu.id}", corpo)
        assert r.status_code == 422 and r.json()["erros"][0]["campo"] == campo, r.text
    for consulta, campo in (("size=101", "size"), ("page=0", "page"), ("size=x", "size"), ("y=1", "y")):
        r = eu.get(f"/api/vendedor/fila/{eu.id}?{consulta}")
        assert r.status_code == 422 and r.json()["erros"][0]["campo"] == campo


def test_por_que_e_passo_que_acompanha(pilha, eu, colega, gerente, hoje):
    """DIST-6, DIST-8: a client moved by hand takes the next step along; each side reads why, in words, only its own part."""
    cliente = eu.clientes[4]
    dia = hoje + datetime.timedelta(7)
    assert passo(eu, cliente, dia, "mandar a tabela").status_code == 200
    assert gerente.post("/api/admin/realocar-cliente", {"cliente_id": cliente, "vendedor_id": colega.id}).status_code == 200
    (cartao,) = [x for x in colega.get(f"/api/vendedor/meus-clientes/{colega.id}?size=500").json()["clientes"] if x["id"] == cliente]
    assert (cartao["retornar_em"], cartao["proximo_passo"], cartao["contatado"]) == (str(dia), "mandar a tabela", False)

    def porque(c, de):
        r = c.get(f"/api/vendedor/por-que/{de}/{cliente}")
        assert r.status_code == 200, r.text
        return r.json()["movimentos"]
    minha = porque(eu, eu.id)
    assert [m["tipo"] for m in minha[:2]] == ["perda", "ganho"] and minha[0]["motivo"] == "realocacao"
    assert minha[0]["texto"] == "Um gestor passou o cliente a outra carteira."
    assert {m["vendedor"]["id"] for m in minha} == {eu.id} and all(m["outro"] is None for m in minha)
    toda = porque(gerente, eu.id)
    assert {eu.id, colega.id} <= {m["vendedor"]["id"] for m in toda}
    assert next(m for m in toda if m["tipo"] == "perda")["outro"]["id"] == colega.id
    assert porque(colega, colega.id)[0]["texto"] == "Um gestor entregou o cliente e o fixou na carteira."
    nunca = pilha.valor("SELECT min(id_cliente) FROM crm.clientes c WHERE NOT EXISTS (SELECT FROM crm.cliente_vendedor v"
                        " WHERE v.cliente_id = c.id_cliente AND v.vendedor_id = %s)", (colega.id,))
    r = colega.get(f"/api/vendedor/por-que/{colega.id}/{nunca}")
    assert (r.status_code, r.json()["codigo"]) == (403, "cliente_de_outro_vendedor")


def test_whatsapp(pilha, admin, eu, colega):
    """BOARD-4: an own text, the setting's otherwise; both end at 500 characters."""
    def definir(c, corpo, de=None, **kw):
        return c.request("PUT", f"/api/vendedor/whatsapp/{de or c.id}", json=corpo, **kw)
    padrao = eu.get("/api/auth/eu").json()["whatsapp"]
    assert padrao["proprio"] is False
    r = definir(eu, {"modelo": "Oi! Aqui é {vendedor}, da {empresa}. " + "😀" * 400})
    assert r.status_code == 200 and r.json()["proprio"] is True
    assert eu.get("/api/auth/eu").json()["whatsapp"] == r.json()
    assert definir(colega, {"modelo": "x"}, de=eu.id).status_code == 403
    r = definir(eu, {"modelo": "é" * 501})
    assert r.status_code == 422 and r.json()["erros"][0]["campo"] == "modelo"
    chave = {"Idempotency-Key": secrets.token_hex(8)}
    assert [definir(eu, {}, headers=chave).json() for _ in range(2)] == [padrao] * 2
    r = admin.patch("/api/admin/configuracoes", {"mudancas": {"whatsapp_modelo": "é" * 501}})
    assert r.status_code == 422 and r.json()["erros"][0]["campo"] == "whatsapp_modelo"
    assert admin.patch("/api/admin/configuracoes", {"mudancas": {"whatsapp_modelo": "Olá, {vendedor}."}}).status_code == 200
    assert eu.get("/api/auth/eu").json()["whatsapp"] == {"modelo": "Olá, {vendedor}.", "proprio": False}
    assert admin.patch("/api/admin/configuracoes", {"mudancas": {"whatsapp_modelo": padrao["modelo"]}}).status_code == 200
