"""Imports over HTTP: file, preview, run with progress, refused rows, undo (BUSCA-6; I-2, I-3, I-8, Z-10)."""
import json
import pathlib
import sys
import time

import pytest
import websocket

from pilha import esperar

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from clientes_csv import arquivo, cpf  # noqa: E402

IMPORT = "/api/v1/clients/import"
BASE = 5_000_000                # numbers of CPFs that no other test uses
ESPERA_S = 120


@pytest.fixture(scope="module")
def gerente(pilha):
    return pilha.login(pilha.novo_usuario("gerente"))


def enviar(quem, corpo, nome="clientes.csv", tipo="text/csv", **kw):
    return quem.request("POST", IMPORT, params={"nome": nome, **kw}, data=corpo, headers={"Content-Type": tipo})


def criar(quem, corpo, **kw):
    r = enviar(quem, corpo, **kw)
    assert r.status_code == 201, r.text
    return r.json()


def terminar(quem, id_):
    def fim():
        i = quem.get(f"{IMPORT}/{id_}").json()
        return i if i["estado"] not in ("na_fila", "executando") else None
    return esperar(fim, ESPERA_S)


def problema(r, status, codigo):
    assert (r.status_code, r.json().get("codigo")) == (status, codigo), r.text
    assert r.headers["content-type"].startswith("application/problem+json")
    return r.json()


def test_do_arquivo_ao_desfazer(pilha, gerente):
    antes = pilha.valor("SELECT count(*) FROM crm.clientes")
    corpo = arquivo(range(BASE, BASE + 300)) + "529.982.247-24;Maria Errada;;;;;x;;ZZ;\r\n;Sem;;;;;;;;\r\n".encode()
    i = criar(gerente, corpo)
    assert (i["estado"], i["linhas"], i["separador"], i["codificacao"], i["cabecalho"]) == ("enviada", 302, ";", "utf-8", True)
    assert [c["sugestao"] for c in i["colunas"]] == ["cpf", "nome_completo", "data_nascimento", "sexo", "nome_mae",
                                                     "celular", "email", "cidade", "uf", "cep"]
    assert i["colunas"][1]["indice"] == 1 and len(i["colunas"][1]["amostra"]) == 3

    r = gerente.post(f"{IMPORT}/{i['id']}/preview", {"mapa": {"cpf": 0, "nome_completo": 1, "email": 6, "uf": 8}})
    p = r.json()
    assert r.status_code == 200 and p["contagem"] == {"incluir": 300, "atualizar": 0, "igual": 0, "recusar": 2, "entram": 300}, r.text
    assert len(p["linhas"]) == 50 and p["linhas"][0]["linha"] == 2 and p["linhas"][0]["acao"] == "incluir"
    assert p["erros_por_campo"] == {"cpf": 2, "email": 1, "uf": 1}
    p = gerente.post(f"{IMPORT}/{i['id']}/preview", {"acao": "recusar"}).json()
    assert [x["linha"] for x in p["linhas"]] == [302, 303]
    assert {e["campo"] for e in p["linhas"][0]["erros"]} == {"cpf", "email", "uf"}
    assert pilha.valor("SELECT count(*) FROM crm.clientes") == antes

    ws = gerente.ws()
    r = gerente.post(f"{IMPORT}/{i['id']}/run", {"mapa": p["mapa"]})
    assert r.status_code == 200 and r.json()["estado"] == "na_fila", r.text
    i = terminar(gerente, i["id"])
    assert (i["estado"], i["processadas"], i["incluidos"], i["recusadas"]) == ("concluida", 302, 300, 2)
    assert i["pode_desfazer"] and not i["pode_cancelar"]
    assert pilha.valor("SELECT count(*) FROM crm.clientes") == antes + 300

    # Progress came to the owner.
    def fim_pelo_ws():
        try:
            e = json.loads(ws.recv())
        except websocket.WebSocketTimeoutException:
            return None
        return e if e["tipo"] == "importacao_progresso" and e["dados"]["id"] == i["id"] and e["dados"]["estado"] == "concluida" else None
    assert esperar(fim_pelo_ws, ESPERA_S)["dados"]["incluidos"] == 300
    ws.close()

    # Refused rows, mended, imported again.
    r = gerente.get(f"{IMPORT}/{i['id']}/refused")
    assert r.status_code == 200 and r.headers["content-type"] == "text/csv; charset=utf-8"
    assert f"recusadas-{i['id']}.csv" in r.headers["content-disposition"]
    assert "no-store" in r.headers["cache-control"] and r.headers["x-content-type-options"] == "nosniff"
    texto = r.content.decode("utf-8-sig")
    assert texto.split("\r\n")[0].endswith(";motivo") and "Falta o CPF." in texto
    mendado = texto.replace("529.982.247-24", cpf(BASE + 900)).replace(";x;;ZZ;", ";x@y.test;;PE;").replace("\r\n;Sem", f"\r\n{cpf(BASE + 901)};Sem")
    outra = criar(gerente, mendado.encode())
    assert outra["linhas"] == 2 and outra["colunas"][-1]["sugestao"] is None
    gerente.post(f"{IMPORT}/{outra['id']}/run")
    outra = terminar(gerente, outra["id"])
    assert (outra["estado"], outra["incluidos"], outra["recusadas"]) == ("concluida", 2, 0)
    assert gerente.get(f"{IMPORT}/{outra['id']}/refused").content.decode("utf-8-sig").count("\r\n") == 1

    # Undo leaves whom somebody touched.
    pilha.sql("UPDATE crm.clientes SET cidade = 'Caruaru' WHERE cpf = %s::crm.cpf", (cpf(BASE + 7),))
    assert gerente.post(f"{IMPORT}/{i['id']}/undo").status_code == 200
    i = terminar(gerente, i["id"])
    assert (i["estado"], i["operacao"], i["desfeitas"], i["mantidas"]) == ("desfeita", "desfazer", 299, 1)
    assert [x["motivo"] for x in i["mantidas_linhas"]] == ["alterado"] and i["mantidas_linhas"][0]["linha"] == 9
    assert pilha.valor("SELECT count(*) FROM crm.clientes") == antes + 3
    problema(gerente.post(f"{IMPORT}/{i['id']}/undo"), 409, "nao_pode_desfazer")
    problema(gerente.post(f"{IMPORT}/{i['id']}/run"), 409, "estado_invalido")
    problema(gerente.delete(f"{IMPORT}/{i['id']}"), 409, "estado_invalido")
    gerente.post(f"{IMPORT}/{outra['id']}/undo")
    terminar(gerente, outra["id"])


def test_separador_e_codificacao_ditos(gerente):
    i = criar(gerente, f"nome,cpf\nJoão;x,{cpf(BASE + 400)}\n".encode("cp1252"))
    assert i["codificacao"] == "windows-1252" and i["separador"] == ","
    p = gerente.post(f"{IMPORT}/{i['id']}/preview", {"separador": ";", "cabecalho": False, "mapa": {"cpf": 0}}).json()
    assert (p["separador"], p["total"], p["cabecalho"], len(p["colunas"])) == (";", 2, False, 1)
    problema(gerente.post(f"{IMPORT}/{i['id']}/preview", {"separador": ";", "mapa": {"cpf": 1}}), 422, "mapa_invalido")
    p = gerente.post(f"{IMPORT}/{i['id']}/preview", {"mapa": {"cpf": 1, "nome_completo": 0}}).json()
    assert p["linhas"][0]["valores"]["nome_completo"] == "João;x"
    r = gerente.delete(f"{IMPORT}/{i['id']}")
    assert r.status_code == 200 and r.json()["estado"] == "cancelada"


RECUSAS = {
    "xlsx": (b"PK\x03\x04" + b"\0" * 64, 415, "formato_nao_aceito"),
    "pdf": (b"%PDF-1.7\n", 422, "arquivo_invalido"),
    "noise": (bytes(range(256)) * 8, 422, "arquivo_invalido"),
    "open quote": (b'cpf;nome\n1;"a\n2;b\n', 422, "arquivo_invalido"),
    "header only": (b"cpf;nome\n", 422, "arquivo_invalido"),
    "empty": (b"\n", 422, "arquivo_invalido"),
    "201 columns": (b";".join([b"a"] * 201) + b"\n", 422, "arquivo_invalido"),
}


@pytest.mark.parametrize("nome", RECUSAS)
def test_i8_arquivos_hostis(gerente, nada_muda, nome):
    corpo, status, codigo = RECUSAS[nome]
    p = problema(enviar(gerente, corpo, tipo="application/octet-stream"), status, codigo)
    if nome == "open quote":
        assert p["dados"] == {"linha": 2}
    if nome == "xlsx":
        assert "CSV" in p["detail"] + p.get("dica", "")


def test_i8_linhas_demais(gerente, nada_muda):
    """What is too big for the front, 21 MB, is in test_envio.py."""
    problema(enviar(gerente, b"cpf\n" + b"1\n" * 200001), 422, "arquivo_invalido")


def test_argumentos(gerente):
    i = criar(gerente, arquivo([BASE + 500]))
    try:
        for corpo in ({"mapa": {"senha": 0}}, {"mapa": {"cpf": 200}}, {"mapa": {"cpf": -1}}, {"mapa": {"cpf": "x"}}, {"mapa": []},
                      {"mapa": {"cpf": 0, "uf": 0}}, {"mapa": {"nome_completo": 1}}, {"separador": "x"}, {"codificacao": "latin1"},
                      {"cabecalho": "talvez"}, {"acao": "apagar"}, {"outro": 1}):
            r = gerente.post(f"{IMPORT}/{i['id']}/preview", corpo)
            assert r.status_code == 422, (corpo, r.text)
        for id_ in ("0", "-1", "x", "9" * 30):
            assert gerente.get(f"{IMPORT}/{id_}").status_code in (404, 422)
        assert enviar(gerente, b"cpf\n1\n", separador="x").status_code == 422
        assert enviar(gerente, b"cpf\n1\n", nome="a" * 256).status_code == 422
    finally:
        gerente.delete(f"{IMPORT}/{i['id']}")


def test_z10_de_outra_pessoa(pilha, gerente, admin):
    i = criar(gerente, arquivo(range(BASE + 600, BASE + 603)))
    for metodo, caminho in (("GET", ""), ("POST", "/preview"), ("POST", "/run"), ("POST", "/undo"), ("GET", "/refused"), ("DELETE", "")):
        problema(admin.request(metodo, f"{IMPORT}/{i['id']}{caminho}", json={} if metodo == "POST" else None), 404, "importacao_inexistente")
        problema(admin.request(metodo, f"{IMPORT}/999999999{caminho}", json={} if metodo == "POST" else None), 404, "importacao_inexistente")
    assert i["id"] in [x["id"] for x in gerente.get(IMPORT).json()["items"]]
    assert i["id"] not in [x["id"] for x in admin.get(IMPORT, params={"size": 100}).json()["items"]]
    assert gerente.delete(f"{IMPORT}/{i['id']}").json()["estado"] == "cancelada"


@pytest.mark.parametrize("papel", ["operador", "vendedor", "ti"])
def test_quem_nao_pode(pilha, papel):
    quem = pilha.login(pilha.novo_usuario(papel))
    problema(enviar(quem, arquivo([BASE])), 403, "acesso_negado")
    problema(quem.get(IMPORT), 403, "acesso_negado")
    problema(quem.get(f"{IMPORT}/1"), 403, "acesso_negado")


def test_repetir_com_a_mesma_chave(pilha, gerente):
    """API-4: the same key is the same import; the same key with another file is refused."""
    chave = f"chave-{time.time_ns()}"
    corpo = arquivo([BASE + 700])
    cab = {"Content-Type": "text/csv", "Idempotency-Key": chave}
    a = gerente.request("POST", IMPORT, data=corpo, headers=cab)
    b = gerente.request("POST", IMPORT, data=corpo, headers=cab)
    assert a.status_code == b.status_code == 201 and a.json()["id"] == b.json()["id"]
    assert a.headers["location"] == b.headers["location"] == f"{IMPORT}/{a.json()['id']}"
    problema(gerente.request("POST", IMPORT, data=arquivo([BASE + 701]), headers=cab), 422, "chave_reutilizada")
    gerente.delete(f"{IMPORT}/{a.json()['id']}")


def test_i2_texto_inerte(pilha, gerente):
    """I-2, I-3: mark-up is a text, a formula a refusal."""
    i = criar(gerente, f"cpf;nome;cidade\n{cpf(BASE + 800)};<script>alert(1)</script>;\"</script>\"\n{cpf(BASE + 801)};=HYPERLINK(1);x\n".encode())
    gerente.post(f"{IMPORT}/{i['id']}/run")
    i = terminar(gerente, i["id"])
    assert (i["incluidos"], i["recusadas"]) == (1, 1)
    assert pilha.valor("SELECT nome_completo FROM crm.clientes WHERE cpf = %s::crm.cpf", (cpf(BASE + 800),)) == "<script>alert(1)</script>"
    assert '"\'=HYPERLINK(1)"' in gerente.get(f"{IMPORT}/{i['id']}/refused").content.decode()
    gerente.post(f"{IMPORT}/{i['id']}/undo")
    assert terminar(gerente, i["id"])["estado"] == "desfeita"
