"""What an administrator does over HTTP beyond the matrix of rights: settings, codes for a new password, leave (ADM-3, AUTH-8, DIST-10, API-4, I-4)."""
import json
import secrets
from contextlib import closing

import pytest

CONFIGURACOES = "/api/admin/configuracoes"


def valores(admin):
    return {c["chave"]: c for c in admin.get(CONFIGURACOES).json()["configuracoes"]}


def muda(admin, mudancas, **kw):
    return admin.patch(CONFIGURACOES, {"mudancas": mudancas}, **kw)


def test_configuracoes_uma_forma(pilha, admin):
    """ADM-3: what is stored is what it means: no leading zeros; the answer, the list and the database say the same."""
    antes = valores(admin)["limite_pesquisa"]["valor"]
    r = muda(admin, {"limite_pesquisa": "000000301", "contato": "Ramal 0030"})
    assert r.status_code == 200
    assert {c["chave"]: c["valor"] for c in r.json()["configuracoes"] if c["chave"] in ("limite_pesquisa", "contato")} == {
        "limite_pesquisa": "301", "contato": "Ramal 0030"}
    assert valores(admin)["limite_pesquisa"]["valor"] == pilha.valor("SELECT crm.config('limite_pesquisa')") == "301"
    assert pilha.cliente().get("/api/auth/publico").json()["contato"] == "Ramal 0030"
    assert muda(admin, {"limite_pesquisa": antes, "contato": ""}).status_code == 200


@pytest.mark.parametrize("mudancas, campo", [
    ({"fuso_horario": "BRT3"}, "fuso_horario"), ({"fuso_horario": "<A>99"}, "fuso_horario"), ({"fuso_horario": "x" * 5000}, "fuso_horario"),
    ({"janela_fim": "030"}, "janela_fim"), ({"janela_inicio": "1e2"}, "janela_inicio"), ({"janela_inicio": "٣٠"}, "janela_inicio"),
    ({"whatsapp_modelo": "x" * 501}, "whatsapp_modelo"), ({"logo": "data:image/svg+xml;base64,AA=="}, "logo"),
    ({"nada": "1"}, "nada"), ({"janela_inicio": 30}, "mudancas.janela_inicio"), ({}, "mudancas")])
def test_previa_recusa_o_que_gravar_recusa(pilha, admin, mudancas, campo, nada_muda):
    """ADM-3: preview and change judge alike, name the setting, and change nothing."""
    respostas = [admin.post(CONFIGURACOES + "/previa", {"mudancas": mudancas}), muda(admin, mudancas)]
    assert [r.status_code for r in respostas] == [422, 422], [r.text for r in respostas]
    a, b = ([e["campo"] for e in r.json()["erros"]] for r in respostas)
    assert a == b == [campo]


def test_previa_diz_o_que_acontece(pilha, admin):
    """ADM-3: the numbers of the preview are those of the periods once it is saved."""
    efeito = admin.post(CONFIGURACOES + "/previa", {"mudancas": {"janela_meio": "050", "janela_fim": "65"}}).json()
    with closing(admin.ws()) as w:
        assert muda(admin, {"janela_meio": "050", "janela_fim": "65"}).status_code == 200
        while json.loads(w.recv())["tipo"] != "configuracao_alterada":
            pass
    try:
        periodos = {p["periodo"]: p["total"] for p in admin.get("/api/admin/clientes-por-periodo").json()["periodos"]}
        assert periodos == {p["periodo"]: p["depois"] for p in efeito["periodos"] if p["periodo"] in periodos}
        assert valores(admin)["janela_meio"]["valor"] == "50"
    finally:
        assert muda(admin, {"janela_meio": "45", "janela_fim": "60"}).status_code == 200


def test_codigo_vale_uma_vez(pilha, admin):
    """AUTH-8: a code opens one new password, once; it ends the sessions, and is told once."""
    u = pilha.novo_usuario("operador")
    c = pilha.login(u)
    caminho = f"/api/admin/usuarios/{u['id']}/codigo"
    chave = {"Idempotency-Key": secrets.token_hex(8)}
    primeiro = admin.post(caminho, headers=chave).json()["codigo"]
    repetido = admin.post(caminho, headers=chave)
    assert repetido.status_code == 200 and "codigo" not in repetido.json()
    codigo = admin.post(caminho).json()["codigo"]
    nova = "nova senha comprida " + secrets.token_hex(4)

    def redefinir(codigo, senha=nova, usuario=u["email"]):
        return pilha.cliente().post("/api/auth/redefinir", {"usuario": usuario, "codigo": codigo, "senha_nova": senha})
    for errado, quem in ((primeiro, u["email"]), ("0000-0000", u["email"]), (codigo, "ninguem@exemplo.test"), (codigo, pilha.acesso["admin"]["email"])):
        r = redefinir(errado, usuario=quem)
        assert (r.status_code, r.json()["codigo"]) == (401, "codigo_invalido")
    r = redefinir(codigo, "12345678")
    assert r.status_code == 422 and r.json()["erros"][0]["campo"] == "senha_nova", "a bad password does not spend the code"
    assert c.get("/api/auth/eu").status_code == 200
    assert redefinir(codigo, usuario=u["nome"].upper()).json() == {"ok": True}
    assert c.get("/api/auth/eu").status_code == 401, "the sessions ended"
    assert redefinir(codigo).status_code == 401, "once"
    assert pilha.login(u["email"], nova).get("/api/auth/eu").json()["id"] == u["id"]
    segredos = [codigo, primeiro, nova]
    audita = str(pilha.sql("SELECT antes::text, depois::text FROM crm.auditoria WHERE registro_id = %s", (u["id"],)))
    assert not [s for s in segredos if s in audita or s in pilha.log("front") or s in pilha.log("postgresql")]


def test_ausencias_nao_se_sobrepoem(pilha, admin):
    """DIST-10: one leave at a time; the refusal says which is in the way."""
    caminho = f"/api/admin/vendedores/{pilha.novo_vendedor()['id']}/ausencias"
    r = admin.post(caminho, {"de": "2032-05-10", "ate": "2032-05-14", "motivo": "ferias"})
    assert r.status_code == 201
    (dela,) = r.json()["ausencias"]
    for de, ate in (("2032-05-14", "2032-05-20"), ("2032-05-01", "2032-05-10"), ("2032-05-11", None), ("2032-05-01", "2032-06-01")):
        r = admin.post(caminho, {"de": de, "ate": ate})
        assert (r.status_code, r.json()["codigo"]) == (409, "ausencia_sobreposta")
        assert r.json()["dados"] == {"id": dela["id"], "de": "2032-05-10", "ate": "2032-05-14"}
    assert admin.post(caminho, {"de": "2032-05-15", "ate": "2032-05-15"}).status_code == 201
    assert len(admin.get(caminho).json()["ausencias"]) == 2
