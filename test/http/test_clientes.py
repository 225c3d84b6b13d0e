"""The client record over HTTP: ETag, If-Match, conflicts, refusals that name the field, masks, reveal with quota, audit rows.
BUSCA-5, DADOS-10, LGPD-1, API-4, AUDIT-1, D-6, Z-1, Z-4, Z-5, Z-8, I-4, I-6, I-15.
"""
import itertools
import json

import pytest

_n = itertools.count(1)


@pytest.fixture(scope="module")
def pessoas(pilha):
    return {papel: pilha.login(pilha.novo_usuario(papel)) for papel in ("gerente", "operador", "ti", "vendedor")}


def cpf_novo(pilha):
    """A valid CPF that nobody has: nine digits and their check digits."""
    while True:
        d = f"{313_000_000 + next(_n):09d}"
        for _ in range(2):
            resto = sum(int(x) * p for x, p in zip(d, range(len(d) + 1, 1, -1))) % 11
            d += str(0 if resto < 2 else 11 - resto)
        if not pilha.sql("SELECT 1 FROM crm.clientes WHERE cpf = %s::crm.cpf", (d,)):
            return d


def formatado(cpf):
    return f"{cpf[:3]}.{cpf[3:6]}.{cpf[6:9]}-{cpf[9:]}"


@pytest.fixture
def novo(pilha, pessoas):
    """A client of its own for a test: the answer of its creation."""
    cpf = cpf_novo(pilha)
    r = pessoas["gerente"].post("/api/v1/clients", {
        "cpf": cpf, "nome_completo": "Clara de Teste", "data_nascimento": "1985-04-03", "nome_mae": "Mãe de Clara",
        "celular": "81 91234-5678", "email": "Clara@Exemplo.Test", "cidade": "Recife", "uf": "PE", "cep": "50000000"})
    assert r.status_code == 201
    return {**r.json(), "etag": r.headers["ETag"], "cpf_claro": cpf}


def caminho(c):
    return f"/api/v1/clients/{c['id_cliente']}"


def auditoria(pilha, desde):
    """Rows after a mark, but for those that come in their own time: a presence, a read that the cache answered."""
    return pilha.sql("SELECT acao, tabela, registro_id, usuario_id, requisicao FROM crm.auditoria"
                     " WHERE id > %s AND acao NOT IN ('presenca', 'leitura') ORDER BY id", (desde,))


def marca(pilha):
    return pilha.valor("SELECT coalesce(max(id), 0) FROM crm.auditoria")


def recusa(r):
    c = r.json()
    assert r.headers["content-type"].startswith("application/problem+json")
    assert c["status"] == r.status_code and c["requisicao"]
    return r.status_code, c["codigo"], [e["campo"] for e in c["erros"]]


# ---- create ---------------------------------------------------------------------


def test_criar(pilha, pessoas):
    desde, cpf = marca(pilha), cpf_novo(pilha)
    r = pessoas["operador"].post("/api/v1/clients", {"cpf": formatado(cpf), "nome_completo": " Rui  Novo ", "celular": "+5581991112222"})
    assert r.status_code == 201
    c = r.json()
    assert r.headers["Location"] == caminho(c)
    assert r.headers["ETag"].strip('W/"').split(".")[0] == "1" == str(c["versao"])
    assert (c["nome_completo"], c["celular"], c["cpf"], c["mascarado"]) == ("Rui Novo", "(81) 99111-2222", f"***.{cpf[3:6]}.{cpf[6:9]}-**", True)
    assert r.headers["Cache-Control"] == "no-store"
    assert [x[:4] for x in auditoria(pilha, desde)] == [("inserir", "clientes", c["id_cliente"], pessoas["operador"].id)]
    assert pessoas["operador"].get(r.headers["Location"]).json()["nome_completo"] == "Rui Novo"


@pytest.mark.parametrize("mudanca,campo", [
    ({"cpf": "52998224724"}, "cpf"), ({"cpf": "５２９98224725"}, "cpf"), ({"cpf": "529982247255"}, "cpf"), ({"cpf": None}, "cpf"),
    ({"nome_completo": ""}, "nome_completo"), ({"nome_completo": "x" * 256}, "nome_completo"), ({"nome_completo": "a\u001bb"}, "nome_completo"), ({"nome_completo": {"$gt": ""}}, "nome_completo"), ({"email": "ana@"}, "email"),
    ({"celular": "1234"}, "celular"), ({"uf": "XX"}, "uf"), ({"cep": "5000"}, "cep"), ({"sexo": "Q"}, "sexo"), ({"data_nascimento": "30/02/1990"}, "data_nascimento"),
    ({"data_nascimento": "0000-01-01"}, "data_nascimento"), ({"data_nascimento": "9999-12-31"}, "data_nascimento"),
    ({"is_admin": True}, "is_admin"), ({"papel": "administrador"}, "papel"), ({"status": "contatado"}, "status"), ({"valor_total": 9}, "valor_total"),
    ({"id_cliente": 7}, "id_cliente"), ({"ativo": False}, "ativo"), ({"created_at": "2020-01-01"}, "created_at"), ({"versao": 3}, "versao"), ({"if_match": "*"}, "if_match")])
def test_criar_recusa_nomeia_o_campo(pilha, pessoas, nada_muda, mudanca, campo):
    desde = marca(pilha)
    r = pessoas["gerente"].post("/api/v1/clients", {"cpf": "52998224725", "nome_completo": "Nome", **mudanca})
    status, codigo, campos = recusa(r)
    assert (status, campos) == (422, [campo])
    assert "529982" not in r.text and auditoria(pilha, desde) == []


def test_cpf_duplicado(pilha, pessoas, nada_muda_apos, novo):
    r = pessoas["operador"].post("/api/v1/clients", {"cpf": novo["cpf_claro"], "nome_completo": "Outra pessoa"})
    assert recusa(r) == (409, "cpf_duplicado", ["cpf"])
    assert r.json()["dados"] == {"id_cliente": novo["id_cliente"], "ativo": True, "pode_reativar": False}
    assert r.headers["Location"] == caminho(novo)
    assert "Clara" not in r.text


@pytest.fixture
def nada_muda_apos(pilha, novo):
    """As nada_muda, but after the client of the test was made."""
    antes = pilha.hash_do_banco()
    yield
    assert pilha.hash_do_banco() == antes


def test_cpf_de_desativado_oferece_reativar(pilha, pessoas, novo):
    """DADOS-10: the row stays, its CPF offers reactivation, reactivation brings it back."""
    g = pessoas["gerente"]
    r = g.delete(caminho(novo))
    assert (r.status_code, r.json()) == (200, {"id_cliente": novo["id_cliente"], "ativo": False, "versao": 2})
    for papel in ("gerente", "operador"):
        r = pessoas[papel].post("/api/v1/clients", {"cpf": novo["cpf_claro"], "nome_completo": "De volta"})
        assert recusa(r)[:2] == (409, "cpf_duplicado")
        assert r.json()["dados"] == {"id_cliente": novo["id_cliente"], "ativo": False, "pode_reativar": papel == "gerente"}
    r = g.post(caminho(novo) + "/reactivate")
    assert (r.status_code, r.json()) == (200, {"id_cliente": novo["id_cliente"], "ativo": True, "versao": 3})
    acoes = [e["acao"] for e in g.get(caminho(novo)).json()["linha_do_tempo"]]
    assert acoes == ["reativacao", "desativacao", "cadastro"]


# ---- read -----------------------------------------------------------------------


def test_perfil_por_papel(pilha, pessoas, novo):
    """Z-5, LGPD-1: masks by role, in body and entity tag; D-6: one audit row each."""
    etags = {}
    for papel in ("gerente", "operador"):
        desde = marca(pilha)
        r = pessoas[papel].get(caminho(novo))
        assert r.status_code == 200
        c = r.json()
        ve = papel == "gerente"
        assert c["cpf"] == (formatado(novo["cpf_claro"]) if ve else f"***.{novo['cpf_claro'][3:6]}.{novo['cpf_claro'][6:9]}-**")
        assert (c["data_nascimento"], c["nome_mae"], c["mascarado"]) == (("1985-04-03", "Mãe de Clara", False) if ve else (None, None, True))
        if not ve:
            assert not any(s in r.text for s in (novo["cpf_claro"], formatado(novo["cpf_claro"]), "1985-04-03", "Mãe de Clara"))
        linhas = auditoria(pilha, desde)
        assert [x[:4] for x in linhas] == [("perfil", "clientes", novo["id_cliente"], pessoas[papel].id)]
        assert linhas[0][4] == r.headers["x-request-id"]
        etags[papel] = r.headers["ETag"]
    # A copy of one role is never confirmed to another.
    assert etags["gerente"] != etags["operador"]
    assert pessoas["operador"].get(caminho(novo), headers={"If-None-Match": etags["gerente"]}).status_code == 200
    r = pessoas["gerente"].get(caminho(novo), headers={"If-None-Match": etags["gerente"]})
    assert (r.status_code, r.content) == (304, b"")


@pytest.mark.parametrize("metodo,sufixo,corpo", [("GET", "", None), ("GET", "/orders", None), ("GET", "/timeline", None), ("POST", "/reveal", {"campos": ["cpf"], "finalidade": "Conferir"})])
def test_z1_sem_oraculo(pilha, pessoas, novo, metodo, sufixo, corpo):
    """Another's client and nobody's give a vendedor the same answer, and the refusal is recorded."""
    v, desde = pessoas["vendedor"], marca(pilha)
    respostas = [v.request(metodo, f"/api/v1/clients/{i}{sufixo}", json=corpo) for i in (novo["id_cliente"], 4_242_424_242)]
    assert [recusa(r) for r in respostas] == [(403, "cliente_de_outro_vendedor", ["id_cliente"])] * 2
    corpos = [{k: x for k, x in r.json().items() if k != "requisicao"} for r in respostas]
    assert corpos[0] == corpos[1]
    fora = {"date", "x-request-id", "x-ratelimit-remaining", "ratelimit-remaining", "ratelimit", "ratelimit-reset", "x-ratelimit-reset"}
    cabecalhos = [{k.lower(): x for k, x in r.headers.items() if k.lower() not in fora} for r in respostas]
    assert cabecalhos[0] == cabecalhos[1]
    assert [x[0] for x in auditoria(pilha, desde)] == ["recusa", "recusa"]


def test_vendedor_ve_a_propria_carteira(pilha):
    v = pilha.login(0)
    meus = v.get(f"/api/vendedor/meus-clientes/{v.id}").json()["clientes"]
    c = v.get(f"/api/v1/clients/{meus[0]['id']}").json()
    assert (c["nome_completo"], c["vendedor"], c["mascarado"]) == (meus[0]["nome"], {"id": v.id, "nome": v.dados["nome"]}, True)
    assert {a["vendedor"]["id"] for a in c["atribuicoes"]} == {v.id}
    assert c["pode"] == {"alterar": False, "desativar": False, "revelar": True}
    pedidos = v.get(f"/api/v1/clients/{c['id_cliente']}/orders", params={"size": 100}).json()
    assert (pedidos["total"], round(sum(p["valor"] for p in pedidos["items"]), 2)) == (c["pedidos"]["total"], c["pedidos"]["valor"])
    assert c["valor_total"] == c["pedidos"]["valor"] and c["data_ultima_compra"] == pedidos["items"][0]["data_pedido"]


@pytest.mark.parametrize("alvo,status", [("0", 422), ("-1", 422), ("abc", 422), ("1.5", 422), ("9223372036854775808", 422), ("4242424242", 404), ("%00", (400, 422)), ("1%20or%201=1", 422)])
def test_ids_ruins(pessoas, nada_muda, alvo, status):
    r = pessoas["gerente"].get(f"/api/v1/clients/{alvo}")
    assert r.status_code in (status if isinstance(status, tuple) else (status,))


@pytest.mark.parametrize("parametros,campo", [({"page": "0"}, "page"), ({"page": "1e3"}, "page"), ({"size": "0"}, "size"), ({"size": "101"}, "size"), ({"sort": "x"}, "sort")])
@pytest.mark.parametrize("lista", ["orders", "timeline"])
def test_paginas_ruins(pessoas, novo, lista, parametros, campo):
    assert recusa(pessoas["gerente"].get(f"{caminho(novo)}/{lista}", params=parametros))[::2] == (422, [campo])


@pytest.mark.parametrize("metodo,sufixo,corpo", [
    ("GET", "", None), ("GET", "/orders", None), ("GET", "/timeline", None), ("PUT", "", {"nome_completo": "X"}), ("PATCH", "", {"cidade": "X"}),
    ("DELETE", "", None), ("POST", "/reactivate", {}), ("POST", "/reveal", {"campos": ["cpf"], "finalidade": "Conferir"})])
def test_sem_direito(pilha, pessoas, novo, nada_muda_apos, metodo, sufixo, corpo):
    """Without a session 401; ti has no right at all; a vendedor changes nothing; an operador does not deactivate."""
    h = {"If-Match": "*"}
    assert recusa(pilha.cliente().request(metodo, caminho(novo) + sufixo, json=corpo, headers=h))[:2] == (401, "nao_autenticado")
    assert recusa(pessoas["ti"].request(metodo, caminho(novo) + sufixo, json=corpo, headers=h))[:2] == (403, "acesso_negado")
    if metodo != "GET":
        assert recusa(pessoas["vendedor"].request(metodo, caminho(novo) + sufixo, json=corpo, headers=h))[0] == 403
    if metodo == "DELETE" or sufixo == "/reactivate":
        assert recusa(pessoas["operador"].request(metodo, caminho(novo) + sufixo, json=corpo, headers=h))[:2] == (403, "acesso_negado")


# ---- change ----------------------------------------------------------------------


def test_alterar_com_if_match(pilha, pessoas, novo):
    o, desde = pessoas["operador"], marca(pilha)
    r = o.patch(caminho(novo), {"cidade": "Olinda", "cep": None}, headers={"If-Match": novo["etag"]})
    assert (r.status_code, r.json()["cidade"], r.json()["cep"], r.json()["versao"]) == (200, "Olinda", None, 2)
    assert r.headers["ETag"].strip('W/"').startswith("2.")
    linhas = auditoria(pilha, desde)
    assert [x[:4] for x in linhas] == [("alterar", "clientes", novo["id_cliente"], o.id)]
    # The tag of the answer serves for the next change, and that of a GET too.
    r = o.patch(caminho(novo), {"cidade": "Paulista"}, headers={"If-Match": r.headers["ETag"]})
    assert r.status_code == 200
    etag = o.get(caminho(novo)).headers["ETag"]
    assert o.patch(caminho(novo), {"cidade": "Jaboatão"}, headers={"If-Match": etag}).json()["versao"] == 4
    evento = o.get(caminho(novo)).json()["linha_do_tempo"][0]
    assert (evento["acao"], evento["quem"], evento["campos"]) == ("alteracao", o.dados["nome"], [{"campo": "cidade", "antes": "Paulista", "depois": "Jaboatão"}])


@pytest.mark.parametrize("metodo", ["PUT", "PATCH"])
def test_sem_if_match(pessoas, novo, nada_muda_apos, metodo):
    r = pessoas["gerente"].request(metodo, caminho(novo), json={"nome_completo": "Sem versão", "cpf": novo["cpf_claro"]})
    assert recusa(r) == (428, "if_match_ausente", ["If-Match"])


@pytest.mark.parametrize("metodo", ["PUT", "PATCH", "DELETE"])
def test_versao_antiga(pilha, pessoas, novo, metodo):
    """412 with the present record, masked for who asks, and one audit row for what it discloses."""
    g = pessoas["gerente"]
    assert g.patch(caminho(novo), {"email": "nova@exemplo.test"}, headers={"If-Match": novo["etag"]}).status_code == 200
    antes, desde = pilha.hash_do_banco(), marca(pilha)
    quem = g if metodo == "DELETE" else pessoas["operador"]
    r = quem.request(metodo, caminho(novo), json=None if metodo == "DELETE" else {"nome_completo": "Atrasada"}, headers={"If-Match": novo["etag"]})
    assert recusa(r) == (412, "versao_antiga", ["If-Match"])
    dados = r.json()["dados"]
    assert (dados["versao"], dados["atual"]["versao"], dados["atual"]["email"]) == (2, 2, "nova@exemplo.test")
    if quem is not g:
        assert novo["cpf_claro"] not in r.text and formatado(novo["cpf_claro"]) not in r.text and "Mãe de Clara" not in r.text
    assert [x[:4] for x in auditoria(pilha, desde)] == [("perfil", "clientes", novo["id_cliente"], quem.id)]
    assert pilha.hash_do_banco() == antes


def test_dois_ao_mesmo_tempo(pilha, pessoas, novo):
    """BUSCA-5: of two edits of one version one wins, whoever comes first."""
    import threading
    respostas = []

    def editar(papel):
        # A connection of its own: requests.Session is not for two threads.
        c = pilha.login(usuarios[papel])
        barreira.wait()
        respostas.append(c.patch(caminho(novo), {"cidade": papel}, headers={"If-Match": novo["etag"]}))
    usuarios = {f"p{i}": pilha.novo_usuario("operador") for i in range(4)}
    barreira = threading.Barrier(len(usuarios))
    linhas = [threading.Thread(target=editar, args=(p,)) for p in usuarios]
    for t in linhas:
        t.start()
    for t in linhas:
        t.join()
    assert sorted(r.status_code for r in respostas) == [200, 412, 412, 412]
    vencedor = next(r.json()["cidade"] for r in respostas if r.status_code == 200)
    assert pilha.sql("SELECT cidade, versao FROM crm.clientes WHERE id_cliente = %s", (novo["id_cliente"],)) == [(vencedor, 2)]


def test_substituir(pilha, pessoas, novo):
    """PUT empties what is not sent; what the caller cannot see stays."""
    r = pessoas["operador"].request("PUT", caminho(novo), json={"nome_completo": "Clara Substituída", "uf": "RN"}, headers={"If-Match": novo["etag"]})
    assert r.status_code == 200
    assert pilha.sql("SELECT nome_completo, uf, celular, email, cidade, cep, nome_mae, data_nascimento::text, cpf::text FROM crm.clientes"
                     " WHERE id_cliente = %s", (novo["id_cliente"],)) == [("Clara Substituída", "RN", None, None, None, None, "Mãe de Clara", "1985-04-03", novo["cpf_claro"])]
    assert recusa(pessoas["gerente"].request("PUT", caminho(novo), json={"nome_completo": "Sem CPF"}, headers={"If-Match": "*"})) == (422, "campo_invalido", ["cpf"])


@pytest.mark.parametrize("corpo,campo", [({"ativo": True}, "ativo"), ({"status": "contatado"}, "status"), ({"versao": 9}, "versao"), ({"nome_completo": None}, "nome_completo"),
                                         ({"cpf": "***.982.247-**"}, "cpf"), ({"celular": "(81) 1"}, "celular")])
def test_alterar_recusa_nomeia_o_campo(pilha, pessoas, novo, nada_muda_apos, corpo, campo):
    r = pessoas["gerente"].patch(caminho(novo), corpo, headers={"If-Match": "*"})
    assert recusa(r)[::2] == (422, [campo])


def test_o_caminho_e_o_cabecalho_mandam(pilha, pessoas, novo):
    """Z-4: another id or version in the body changes nothing: path and header say which; NUL is no text."""
    outro = pilha.valor("SELECT min(id_cliente) FROM crm.clientes")
    r = pessoas["gerente"].patch(caminho(novo), {"id_cliente": outro, "if_match": "*", "cidade": "Alheia"}, headers={"If-Match": '"99"'})
    assert recusa(r)[:2] == (412, "versao_antiga")
    r = pessoas["gerente"].patch(caminho(novo), {"id_cliente": outro, "cidade": "Alheia"}, headers={"If-Match": "*"})
    assert r.json()["id_cliente"] == novo["id_cliente"]
    assert pilha.valor("SELECT count(*) FROM crm.clientes WHERE cidade = 'Alheia'") == 1
    assert pessoas["gerente"].patch(caminho(novo), {"cidade": "a\u0000b"}, headers={"If-Match": "*"}).status_code == 422


@pytest.mark.parametrize("valor", ["5", "abc", '"1', "W/", '"a" "b"'])
def test_if_match_malformado(pessoas, novo, nada_muda_apos, valor):
    assert pessoas["gerente"].patch(caminho(novo), {"cidade": "X"}, headers={"If-Match": valor}).status_code in (400, 412)


def test_repetir_com_a_mesma_chave(pilha, pessoas):
    """API-4: a repeated creation gives the first answer, with its link and tag."""
    h, corpo = {"Idempotency-Key": f"cliente-{cpf_novo(pilha)}"}, {"cpf": cpf_novo(pilha), "nome_completo": "Uma só"}
    a, b = (pessoas["gerente"].post("/api/v1/clients", corpo, headers=h) for _ in range(2))
    assert (a.status_code, b.status_code, a.json()) == (201, 201, b.json())
    assert (a.headers["Location"], a.headers["ETag"]) == (b.headers["Location"], b.headers["ETag"])
    assert pilha.valor("SELECT count(*) FROM crm.clientes WHERE cpf = %s::crm.cpf", (corpo["cpf"],)) == 1
    # A refusal is not kept: the same key may be tried again.
    h = {"Idempotency-Key": f"conflito-{corpo['cpf']}", "If-Match": '"77.x"'}
    assert pessoas["gerente"].patch(a.headers["Location"], {"cidade": "Natal"}, headers=h).status_code == 412
    assert pilha.valor("SELECT count(*) FROM crm.idempotencia WHERE chave = %s", (h["Idempotency-Key"],)) == 0


def test_desativar_tira_da_carteira(pilha, admin):
    """DADOS-10: the open assignment ends with 'desativacao', the board loses the card, its totals follow."""
    v = pilha.login(1)
    antes = v.get(f"/api/vendedor/meus-clientes/{v.id}").json()
    c = antes["clientes"][0]
    r = admin.delete(f"/api/v1/clients/{c['id']}")
    assert r.status_code == 200
    assert pilha.valor("SELECT motivo_fim FROM crm.cliente_vendedor WHERE id = %s", (c["atribuicao_id"],)) == "desativacao"
    depois = v.get(f"/api/vendedor/meus-clientes/{v.id}").json()
    assert depois["total"] == antes["total"] - 1 and c["id"] not in {x["id"] for x in depois["clientes"]}
    assert recusa(v.get(f"/api/v1/clients/{c['id']}"))[:2] == (403, "cliente_de_outro_vendedor")
    assert admin.post("/api/admin/redistribuir-todos").status_code == 200
    assert pilha.valor("SELECT count(*) FROM crm.cliente_vendedor WHERE cliente_id = %s AND encerrada_em IS NULL", (c["id"],)) == 0
    assert admin.post(f"/api/v1/clients/{c['id']}/reactivate").status_code == 200
    assert admin.post("/api/admin/redistribuir-todos").status_code == 200
    assert pilha.valor("SELECT count(*) FROM crm.cliente_vendedor WHERE cliente_id = %s AND encerrada_em IS NULL", (c["id"],)) == 1
    assert pilha.valor("SELECT count(*) FROM crm.contagens_verificar()") == 0


# ---- reveal ----------------------------------------------------------------------


def test_revelar(pilha, novo):
    """LGPD-1: one click with a purpose; D-6: its row is there, without what was shown."""
    o, desde = pilha.login(pilha.novo_usuario("operador")), marca(pilha)
    desde = marca(pilha)
    r = o.post(caminho(novo) + "/reveal", {"campos": ["cpf", "nome_mae"], "finalidade": "Conferir o documento"})
    assert (r.status_code, r.json()) == (200, {"id_cliente": novo["id_cliente"], "cpf": formatado(novo["cpf_claro"]), "nome_mae": "Mãe de Clara", "restantes": 49})
    assert r.headers["Cache-Control"] == "no-store"
    assert [x[:4] for x in auditoria(pilha, desde)] == [("revelacao", "clientes", novo["id_cliente"], o.id)]
    depois = pilha.valor("SELECT depois FROM crm.auditoria WHERE acao = 'revelacao' AND usuario_id = %s", (o.id,))
    assert depois == {"campos": ["cpf", "nome_mae"], "finalidade": "Conferir o documento"}


@pytest.mark.parametrize("corpo,campo", [
    ({"finalidade": "Conferir"}, "campos"), ({"campos": ["cpf"]}, "finalidade"), ({"campos": ["cpf"], "finalidade": "abc"}, "finalidade"),
    ({"campos": ["cpf"], "finalidade": "x" * 201}, "finalidade"), ({"campos": ["senha"], "finalidade": "Conferir"}, "campos[0]"), ({"campos": [], "finalidade": "Conferir"}, "campos"),
    ({"campos": "cpf", "finalidade": "cliente 529.982.247-25"}, "finalidade"), ({"campos": ["cpf"], "finalidade": "Conferir", "todos": True}, "todos")])
def test_revelar_recusa_nomeia_o_campo(pilha, pessoas, novo, nada_muda_apos, corpo, campo):
    desde = marca(pilha)
    r = pessoas["operador"].post(caminho(novo) + "/reveal", corpo)
    assert recusa(r)[::2] == (422, [campo])
    assert novo["cpf_claro"] not in r.text and auditoria(pilha, desde) == []


def test_cota_de_revelacoes(pilha, novo):
    """Z-8: beyond the quota 429 with Retry-After, recorded; other users are not affected."""
    pilha.configurar("revelacao_cota", 3)
    try:
        o, outro = pilha.login(pilha.novo_usuario("operador")), pilha.login(pilha.novo_usuario("operador"))
        pedido = {"campos": ["cpf"], "finalidade": "Conferir o documento"}
        assert [o.post(caminho(novo) + "/reveal", pedido).json()["restantes"] for _ in range(3)] == [2, 1, 0]
        desde = marca(pilha)
        r = o.post(caminho(novo) + "/reveal", pedido)
        assert recusa(r) == (429, "cota_revelacao", [])
        assert 86_000 < int(r.headers["Retry-After"]) <= 86_400
        assert novo["cpf_claro"] not in r.text and formatado(novo["cpf_claro"]) not in r.text
        assert [x[:4] for x in auditoria(pilha, desde)] == [("recusa", "clientes", novo["id_cliente"], o.id)]
        assert outro.post(caminho(novo) + "/reveal", pedido).status_code == 200
    finally:
        pilha.configurar("revelacao_cota", 50)


def test_registros_sem_dados_pessoais(pilha, novo, pessoas):
    """D-5: neither log of the front nor of PostgreSQL has the CPF of a client that was created, changed and revealed."""
    pessoas["operador"].post(caminho(novo) + "/reveal", {"campos": ["cpf"], "finalidade": "Conferir o documento"})
    pessoas["gerente"].post("/api/v1/clients", {"cpf": novo["cpf_claro"], "nome_completo": "Repetida"})
    for nome in ("front", "postgresql"):
        log = pilha.log(nome)
        assert novo["cpf_claro"] not in log and formatado(novo["cpf_claro"]) not in log and "Mãe de Clara" not in log
