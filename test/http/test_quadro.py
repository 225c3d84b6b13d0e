"""The manager's board over HTTP: size of its answer, lots moved and taken back, events to who is concerned
(ADM-2, DIST-7, EVENTOS-1, API-4)."""
import gzip
import json
import secrets
import time
from contextlib import closing

import pytest

from pilha import Pilha


@pytest.fixture(scope="module")
def loja():
    with Pilha(clientes=2000, vendedores=6, semente=1) as p:
        yield p


@pytest.fixture(scope="module")
def admin(loja):
    return loja.login("admin")


@pytest.fixture(scope="module")
def vendedores(loja):
    return [loja.login(i) for i in range(3)]


def coluna(c, quem, **params):
    r = c.get("/api/admin/quadro", params={"coluna": quem, **params})
    assert r.status_code == 200, r.text
    return r.json()["colunas"][0]


@pytest.mark.parametrize("por", ["vendedor", "periodo"])
def test_resposta_pequena(admin, vendedores, por):
    """ADM-2: the first answer draws the board and is at most 30 kB compressed."""
    r = admin.get("/api/admin/quadro", params={"por": por})
    assert r.status_code == 200
    assert sum(len(c["clientes"]) for c in r.json()["colunas"]) >= 80
    assert len(gzip.compress(r.content, 6)) <= 30_000


def recebidos(ws, quantos, tipos=("cliente_realocado", "cliente_liberado")):
    vistos = []
    fim = time.monotonic() + 60     # pings keep recv() from giving up
    while len(vistos) < quantos:
        assert time.monotonic() < fim, vistos
        e = json.loads(ws.recv())
        if e["tipo"] in tipos:
            vistos.append((e["tipo"], e["dados"]))
    return vistos


def desfeito(ws):
    """The next undo that is told: what it takes back, and its own number."""
    dados = recebidos(ws, 1, ("redistribuicao_completa",))[0][1]
    return dados["desfaz"], dados["lote"]


def test_realocar_liberar_desfazer(loja, admin, vendedores):
    """ADM-2, DIST-7: forty at once, one event to each concerned, and back again; a repetition with the same
    key answers the same."""
    de, para, alheio = vendedores
    antes = {v.id: coluna(admin, v.id) for v in vendedores}
    ids = [c["id"] for c in antes[de.id]["clientes"]][:40]
    n = len(ids)
    assert n == 40
    with closing(de.ws()) as a, closing(para.ws()) as b, closing(alheio.ws()) as c:
        chave = {"Idempotency-Key": secrets.token_hex(8)}
        corpo = {"cliente_ids": ids, "vendedor_id": para.id}
        r = admin.post("/api/admin/realocar-lote", corpo, headers=chave)
        assert r.status_code == 200 and r.json()["realocados"] == n, r.text
        assert admin.post("/api/admin/realocar-lote", corpo, headers=chave).json() == r.json()
        lote = r.json()["lote"]
        certo = [("cliente_realocado", {"lote": lote, "quantidade": n})]
        assert recebidos(a, 1) == recebidos(b, 1) == certo

        depois = coluna(admin, para.id)
        assert depois["total"] == antes[para.id]["total"] + n
        assert coluna(admin, de.id)["total"] == antes[de.id]["total"] - n
        assert round(depois["valor"] - antes[para.id]["valor"], 2) == round(sum(x["valor_total"] for x in antes[de.id]["clientes"][:n]), 2)

        r = admin.post(f"/api/admin/redistribuicao/{lote}/desfazer")
        assert r.status_code == 200 and (r.json()["restaurados"], r.json()["total_mantidos"]) == (n, 0), r.text
        assert desfeito(a) == desfeito(b) == (lote, r.json()["lote"])
        assert [x["id"] for x in coluna(admin, de.id)["clientes"]] != []
        assert {v.id: (coluna(admin, v.id)["total"], coluna(admin, v.id)["valor"]) for v in vendedores} == \
               {i: (c["total"], c["valor"]) for i, c in antes.items()}

        r = admin.post("/api/admin/liberar-lote", {"cliente_ids": ids[:3]})
        assert r.json()["liberados"] == 3
        assert recebidos(a, 1) == [("cliente_liberado", {"lote": r.json()["lote"], "quantidade": 3})]
        assert admin.post(f"/api/admin/redistribuicao/{r.json()['lote']}/desfazer").status_code == 200
        # Whom nothing concerns heard nothing of it: the next event is another one's.
        loja.sql("SELECT crm.realocar_cliente(%s, %s)", (ids[0], alheio.id))
        assert recebidos(c, 1)[0][1]["cliente_id"] == ids[0]
    assert admin.get("/api/admin/distribuicao/verificar").json() == {"ok": True, "violacoes": []}


def test_lote_recusado_diz_quem(loja, admin, vendedores):
    """ADM-2: all or none; the refusal names who is in the way."""
    ids = [c["id"] for c in coluna(admin, vendedores[1].id)["clientes"][:5]]
    loja.sql("UPDATE crm.clientes SET nao_contatar = true WHERE id_cliente = %s", (ids[2],))
    r = admin.post("/api/admin/realocar-lote", {"cliente_ids": ids, "vendedor_id": vendedores[2].id})
    assert r.status_code == 409 and r.json()["codigo"] == "cliente_nao_contatar"
    assert r.json()["dados"] == {"cliente_ids": [ids[2]]}
    assert {c["id"] for c in coluna(admin, vendedores[1].id)["clientes"]} >= set(ids[:2])
