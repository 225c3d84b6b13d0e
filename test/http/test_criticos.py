"""The five critical tests of the Kanban document over HTTP, sessions with cookies
as in a browser. DIST-3, AUTH-2, DIST-5, DIST-6; at SQL level: test/sql.
"""
import pytest

from pilha import Pilha


@pytest.fixture(scope="module")
def loja():
    """55 eligible clients, three sellers, nothing else."""
    with Pilha(clientes=55, vendedores=3, semente=1) as p:
        yield p


@pytest.fixture
def zerada(loja):
    """Nobody online, nothing dealt."""
    for (i,) in loja.sql("SELECT id FROM crm.vendedores WHERE online"):
        loja.sql("SELECT crm.sair_vendedor(%s)", (i,))
    loja.sql("DELETE FROM crm.cliente_vendedor")
    loja.sql("UPDATE crm.clientes SET status = 'disponivel' WHERE status <> 'disponivel'")
    assert loja.valor("SELECT count(*) FROM crm.clientes WHERE crm.situacao(data_ultima_compra) = 'elegivel'") == 55
    return loja


def carteira(c, vendedor_id=None):
    r = c.get(f"/api/vendedor/meus-clientes/{vendedor_id or c.id}", params={"size": 500})
    assert r.status_code == 200, r.text
    corpo = r.json()
    assert corpo["total"] == len(corpo["clientes"])
    return {x["id"]: x for x in corpo["clientes"]}


def verificado(admin):
    r = admin.get("/api/admin/distribuicao/verificar").json()
    assert r["ok"] and r["violacoes"] == []


def test_um_vendedor_recebe_todos(zerada):
    """K 1: one seller online gets all the clients."""
    v = zerada.login(0)
    assert len(carteira(v)) == 55
    verificado(zerada.login("admin"))


def test_tres_vendedores_recebem_18_18_19(zerada):
    """K 2: three sellers log in one after another: 55, then 28-27, then 18-18-19."""
    a = zerada.login(0)
    assert len(carteira(a)) == 55
    b = zerada.login(1)
    assert sorted([len(carteira(a)), len(carteira(b))]) == [27, 28]
    c = zerada.login(2)
    partes = [carteira(x) for x in (a, b, c)]
    assert sorted(map(len, partes)) == [18, 18, 19]
    assert len(set().union(*partes)) == 55        # nobody twice
    verificado(zerada.login("admin"))


def test_logout_redistribui(zerada):
    """K 3: who leaves hands over; the other two hold everything."""
    a, b, c = (zerada.login(n) for n in range(3))
    assert b.sair().status_code == 200
    assert sorted([len(carteira(a)), len(carteira(c))]) == [27, 28]
    admin = zerada.login("admin")
    assert carteira(admin, b.id) == {}
    verificado(admin)


def test_contatado_nao_retorna(zerada):
    """K 4: a contacted client stays where it is, whoever comes and goes."""
    a = zerada.login(0)
    alvo = next(iter(carteira(a)))
    r = a.post(f"/api/vendedor/marcar-contatado/{a.id}", {"cliente_id": alvo, "observacoes": "ligou de volta"})
    assert r.status_code == 200 and r.json()["contatado"] is True
    b = zerada.login(1)
    assert a.sair().status_code == 200
    admin = zerada.login("admin")
    assert admin.post("/api/admin/redistribuir-todos").status_code == 200
    assert alvo not in carteira(b)
    assert len(carteira(b)) == 54
    a = zerada.login(0)
    meus = carteira(a)
    assert meus[alvo]["contatado"] is True and meus[alvo]["status"] == "contatado"
    assert alvo not in carteira(b)
    verificado(admin)


def test_realocado_vai_para_o_vendedor_designado(zerada):
    """K 5: the administrator's choice holds, also after the next redistribution."""
    a, b = zerada.login(0), zerada.login(1)
    alvo = next(iter(carteira(a)))
    admin = zerada.login("admin")
    r = admin.post("/api/admin/realocar-cliente", {"cliente_id": alvo, "vendedor_id": b.id})
    assert r.status_code == 200 and r.json()["vendedor_id"] == b.id and r.json()["de_vendedor_id"] == a.id
    assert alvo in carteira(b) and alvo not in carteira(a)
    zerada.login(2)
    assert admin.post("/api/admin/redistribuir-todos").status_code == 200
    assert carteira(b)[alvo]["fixado"] is True
    verificado(admin)
