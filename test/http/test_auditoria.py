"""The audit over HTTP: who did what, page by page, the history of a record, the seals (AUDIT-2, AUDIT-3)."""
import pytest

from pilha import esperar

CAMINHO = "/api/admin/auditoria"


@pytest.fixture(scope="module")
def gerente(pilha):
    return pilha.login(pilha.novo_usuario("gerente"))


def test_historia_de_um_cliente(pilha, admin, gerente):
    cliente = pilha.valor("SELECT min(id_cliente) FROM crm.clientes WHERE ativo")
    r = gerente.get(f"/api/v1/clients/{cliente}")
    r = gerente.request("PATCH", f"/api/v1/clients/{cliente}", json={"cidade": "Auditada"}, headers={"If-Match": r.headers["ETag"]})
    assert r.status_code == 200
    linhas = admin.get(f"{CAMINHO}?tabela=clientes&registro_id={cliente}&acao=alterar").json()["items"]
    mudanca = linhas[0]
    assert mudanca["depois"] == {"cidade": "Auditada"} and mudanca["usuario"]["id"] == gerente.id
    assert mudanca["papel"] == "gerente" and mudanca["role_banco"] == "crm_web" and mudanca["endereco"] == "127.0.0.1"
    # The request by its id: the change and nothing of anybody else.
    daquela = admin.get(CAMINHO, params={"requisicao": mudanca["requisicao"]}).json()["items"]
    assert mudanca["id"] in [x["id"] for x in daquela] and {x["usuario"]["id"] for x in daquela} == {gerente.id}
    # Seconds later it is sealed.
    esperar(lambda: next(x for x in admin.get(f"{CAMINHO}?requisicao={mudanca['requisicao']}").json()["items"]
                         if x["id"] == mudanca["id"])["selada"])


def test_paginas(admin):
    primeira = admin.get(f"{CAMINHO}?size=3").json()
    assert len(primeira["items"]) == 3 and primeira["size"] == 3
    segunda = admin.get(f"{CAMINHO}?size=3&cursor={primeira['proximo']}").json()
    ids = [x["id"] for x in primeira["items"] + segunda["items"]]
    assert ids == sorted(set(ids), reverse=True)


def test_conferir(admin):
    r = admin.get(f"{CAMINHO}/verificar").json()
    assert r["ok"] is True and r["problemas"] == [] and r["selo"] and r["seladas"] > 0
    n, h = r["selo"].split(":")
    assert admin.get(f"{CAMINHO}/verificar", params={"selo": r["selo"]}).json()["ok"] is True
    r = admin.get(f"{CAMINHO}/verificar", params={"selo": f"{n}:{h[::-1]}"}).json()
    assert r["ok"] is False and r["problemas"][0]["problema"] == "selo" and r["problemas"][0]["selo"] == int(n)
