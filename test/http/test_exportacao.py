"""Exports over HTTP: file or job, progress to the owner alone, cancel, download, expiry, rights, audit
(EXPORT-1..5, EVENTOS-1, AUDIT-1, LGPD-1, API-4, Z-10). How the bytes travel is in test_entrega.py."""
import csv
import io
import json
import zipfile
from contextlib import closing

import pytest
import websocket

from pilha import Pilha, esperar

EXPORTS = "/api/v1/exports"
CAMPOS = ["id_cliente", "nome_completo", "cpf", "valor_total", "data_ultima_compra"]
ESPERA_S = 120


@pytest.fixture(scope="module")
def loja():
    """Up to 100 rows are made at once, up to 400 later."""
    with Pilha(clientes=300, vendedores=3) as p:
        p.configurar("presenca_ausente", 86400)
        p.configurar("export_direto", 100)
        p.configurar("export_maximo", 400)
        p.ativos = p.valor("SELECT count(*) FROM crm.clientes WHERE ativo")     # what the search shows unasked
        yield p


@pytest.fixture
def dono(loja):
    return loja.login(loja.novo_usuario("gerente"))


def pedir(quem, formato="csv", **corpo):
    return quem.post(f"{EXPORTS}?format={formato}", {"origem": "clientes", "fields": CAMPOS, **corpo})


def criar(quem, **corpo):
    r = pedir(quem, **corpo)
    assert r.status_code == 202, r.text
    return r.json()


def terminar(quem, id_, estado="pronta"):
    def fim():
        e = quem.get(f"{EXPORTS}/{id_}").json()
        return e if e["estado"] not in ("na_fila", "executando") else None
    e = esperar(fim, ESPERA_S)
    assert e["estado"] == estado, e
    return e


def problema(r, status, codigo):
    assert (r.status_code, r.json().get("codigo")) == (status, codigo), r.text
    assert r.headers["content-type"].startswith("application/problem+json")
    return r.json()


def linhas(r):
    return list(csv.reader(io.StringIO(r.content.decode("utf-8-sig"))))


def eventos(ws, ate):
    """Of exports, until the condition holds or the socket is silent."""
    vistos = []
    while True:
        try:
            e = json.loads(ws.recv())
        except websocket.WebSocketTimeoutException:
            return vistos
        if e["tipo"] == "exportacao":
            vistos.append(e["dados"])
            if ate(e["dados"]):
                return vistos


# ---- file or job ---------------------------------------------------------------------------


def test_trabalho(loja, dono):
    """EXPORT-1: too many rows for an answer: 202, progress to the owner and nobody else, the file when it is ready."""
    outro = loja.login(loja.novo_usuario("administrador"))
    with closing(dono.ws(timeout=60)) as meu, closing(outro.ws(timeout=2)) as alheio:
        r = pedir(dono, sort="id")
        assert r.status_code == 202 and r.headers["location"] == r.json()["url"], r.text
        e = r.json()
        assert (e["estado"], e["direta"], e["linhas_previstas"], e["pode_baixar"]) == ("na_fila", False, loja.ativos, False)
        vistos = eventos(meu, lambda d: d["id"] == e["id"] and d["estado"] == "pronta")
        assert vistos and vistos[-1]["linhas"] == loja.ativos
        assert eventos(alheio, lambda d: True) == []
    e = terminar(dono, e["id"])
    assert (e["linhas"], e["pode_baixar"], e["pode_cancelar"]) == (loja.ativos, True, False)
    r = dono.get(e["url"] + "/download")
    assert r.status_code == 200 and len(r.content) == e["bytes"]
    assert r.headers["content-type"] == "text/csv; charset=utf-8" and r.headers["cache-control"] == "no-store"
    tabela = linhas(r)
    assert len(tabela) == loja.ativos + 1 and len(tabela[0]) == len(CAMPOS)
    assert [x[1] for x in tabela[1:]] == [n for (n,) in loja.sql("SELECT nome_completo FROM crm.clientes WHERE ativo ORDER BY id_cliente")]
    assert all(x[2].startswith("***.") for x in tabela[1:])      # LGPD-1: no purpose, no CPF

    # AUDIT-1: one row says what left, each download another.
    dono.get(e["url"] + "/download")
    feitas = dict(loja.sql("""SELECT acao, count(*) FROM crm.auditoria WHERE usuario_id = %s AND acao LIKE 'exportacao%%'
                               GROUP BY 1""", (dono.id,)))
    assert feitas == {"exportacao": 1, "exportacao_baixada": 2}


@pytest.mark.parametrize("formato,tipo,comeco", [
    ("csv", "text/csv; charset=utf-8", b""),
    ("pdf", "application/pdf", b"%PDF-1."),
    ("excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04")])
def test_direta_em_cada_formato(dono, formato, tipo, comeco):
    """EXPORT-1: few rows: the answer is the file, whatever the browser says it accepts of these."""
    r = dono.post(f"/api/v1/clients/export?format={formato}", {"filters": {"uf": "PE"}, "fields": CAMPOS},
                  headers={"Accept": tipo.split(";")[0]})
    assert r.status_code == 200 and r.headers["content-type"] == tipo, r.text
    assert r.content.startswith(comeco) and len(r.content) == int(r.headers["content-length"])
    if formato == "excel":
        assert zipfile.ZipFile(io.BytesIO(r.content)).testzip() is None
    e = dono.get(r.headers["location"]).json()
    assert (e["estado"], e["direta"], e["formato"], e["bytes"]) == ("pronta", True, formato, len(r.content))
    assert f'filename="{e["nome_arquivo"]}"' in r.headers["content-disposition"]


def test_ninguem(dono):
    """No rows: a file with its head."""
    r = pedir(dono, filters={"nome": "Zzyx Qwrtp"})
    assert r.status_code == 200 and len(linhas(r)) == 1


def test_grande_demais(loja, dono):
    """EXPORT-1: beyond the limit 422 with the total and what to do; the refusal is audited."""
    loja.configurar("export_maximo", 200)
    try:
        p = problema(pedir(dono), 422, "exportacao_grande")
        assert p["dados"]["total"] == loja.ativos and p["dica"]
    finally:
        loja.configurar("export_maximo", 400)
    assert dono.get(EXPORTS).json()["total"] == 0
    assert loja.valor("SELECT count(*) FROM crm.auditoria WHERE usuario_id = %s AND acao = 'exportacao'", (dono.id,)) == 1


def test_cancelar_e_apagar(loja, dono):
    """A job that runs is ended, a file that is ready is deleted; nothing can be downloaded then."""
    trava = loja.conectar(autocommit=False)
    trava.cursor().execute("LOCK TABLE crm.exportacao_partes IN ACCESS EXCLUSIVE MODE")     # it cannot end
    try:
        e = criar(dono)
        esperar(lambda: dono.get(e["url"]).json()["estado"] == "executando", ESPERA_S)
        problema(dono.get(e["url"] + "/download"), 409, "exportacao_nao_pronta")
        r = dono.delete(e["url"])
        assert r.status_code == 200 and r.json()["estado"] == "cancelada", r.text
        esperar(lambda: loja.valor("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'crm exportacao'") == 0, ESPERA_S)
    finally:
        trava.rollback()
        trava.close()
    assert dono.get(e["url"]).json()["estado"] == "cancelada"
    problema(dono.get(e["url"] + "/download"), 409, "exportacao_nao_pronta")

    r = pedir(dono, filters={"uf": "PE"})
    endereco = r.headers["location"]
    assert dono.get(endereco + "/download").content == r.content
    assert dono.delete(endereco).json()["estado"] == "expirada"
    assert dono.get(endereco + "/download").status_code == 404
    assert loja.valor("SELECT count(*) FROM crm.exportacao_partes WHERE exportacao_id = %s", (int(endereco.rsplit("/", 1)[1]),)) == 0


def test_prazo(loja, dono):
    """EXPORT-5: past its time a file is not handed out, and soon not there."""
    r = pedir(dono, filters={"uf": "PE"})
    id_ = int(r.headers["location"].rsplit("/", 1)[1])
    loja.sql("UPDATE crm.exportacoes SET expira_em = now() - interval '1 second' WHERE id = %s", (id_,))
    assert dono.get(r.headers["location"]).json()["estado"] == "expirada"
    problema(dono.get(r.headers["location"] + "/download"), 404, "exportacao_expirada")
    loja.sql("SELECT crm.tarefas()")
    esperar(lambda: loja.valor("SELECT count(*) FROM crm.exportacao_partes WHERE exportacao_id = %s", (id_,)) == 0)


def test_guarda_por_pessoa(loja, dono):
    """EXPORT-1, I-10: a person's files take 256 MB at most: the oldest go before their time, another's stay."""
    outro = loja.login(loja.novo_usuario("gerente"))
    velha, dele, nova = (pedir(quem, filters={"uf": "PE"}).headers["location"] for quem in (dono, outro, dono))
    for url in (velha, dele):
        loja.sql("UPDATE crm.exportacoes SET bytes = 256 * 1024 * 1024 - 1 WHERE id = %s", (int(url.rsplit("/", 1)[1]),))
    assert dono.get(velha).json()["estado"] == "pronta"
    ultima = pedir(dono, filters={"uf": "PE"}).headers["location"]
    assert [dono.get(url).json()["estado"] for url in (velha, nova, ultima)] == ["expirada", "pronta", "pronta"]
    problema(dono.get(velha + "/download"), 404, "exportacao_expirada")
    assert outro.get(dele).json()["estado"] == "pronta"


def test_cinco_por_pessoa(loja, dono):
    """EXPORT-5: the sixth job that waits is refused until one ended; others are not concerned."""
    outro = loja.login(loja.novo_usuario("gerente"))
    trava = loja.conectar(autocommit=False)
    trava.cursor().execute("LOCK TABLE crm.exportacao_partes IN ACCESS EXCLUSIVE MODE")     # none can end
    try:
        minhas = [criar(dono)["id"] for _ in range(5)]
        r = pedir(dono)
        problema(r, 429, "exportacoes_demais")
        assert int(r.headers["retry-after"]) >= 1
        dele = criar(outro)["id"]
    finally:
        trava.rollback()
        trava.close()
    for quem, ids in ((dono, minhas), (outro, [dele])):
        for id_ in ids:
            terminar(quem, id_)
    terminar(dono, criar(dono)["id"])


def test_fila_de_cada_um_por_vez(loja, dono):
    """EXPORT-1: with one made at a time, who asks for one waits for one, not for another's three; who waits sees how many
    come first and hears when that changes; what is cancelled in the queue is in nobody's way."""
    outro = loja.login(loja.novo_usuario("operador"))
    trava = loja.conectar(autocommit=False)
    trava.cursor().execute("LOCK TABLE crm.exportacao_partes IN ACCESS EXCLUSIVE MODE")     # none can end
    try:
        d1 = criar(dono)
        esperar(lambda: dono.get(d1["url"]).json()["estado"] == "executando", ESPERA_S)
        d2, d3, d4 = (criar(dono) for _ in range(3))
        assert [e["na_frente"] for e in (d2, d3, d4)] == [1, 2, 3]
        o1 = criar(outro)
        assert (o1["estado"], o1["na_frente"]) == ("na_fila", 1)
        assert dono.delete(d2["url"]).json()["na_frente"] is None

        def na_frente(quem, e):
            return quem.get(e["url"]).json()["na_frente"]
        assert (na_frente(dono, d1), na_frente(outro, o1), na_frente(dono, d3), na_frente(dono, d4)) == (None, 1, 2, 3)
        ws = dono.ws(timeout=60)
    finally:
        trava.rollback()
        trava.close()
    with closing(ws):
        vistos = eventos(ws, lambda d: d["id"] == d4["id"] and d["estado"] == "pronta")
    for quem, e in ((dono, d1), (outro, o1), (dono, d3), (dono, d4)):
        terminar(quem, e["id"])
    assert [id_ for id_, in loja.sql("SELECT id FROM crm.exportacoes WHERE id = ANY (%s) ORDER BY iniciada_em",
                                     ([e["id"] for e in (d1, d3, d4, o1)],))] == [d1["id"], o1["id"], d3["id"], d4["id"]]
    assert {"id": d4["id"], "estado": "na_fila"} in [{"id": d["id"], "estado": d["estado"]} for d in vistos]
    assert dono.get(d2["url"]).json()["estado"] == "cancelada"


# ---- who -----------------------------------------------------------------------------------


def test_z10_de_outra_pessoa(loja, dono):
    """Z-10: list, state, cancel and download are the owner's; an administrator's too is another one."""
    endereco = pedir(dono, filters={"uf": "PE"}).headers["location"]
    for quem in (loja.login("admin"), loja.login(0)):
        for metodo, fim in (("GET", ""), ("GET", "/download"), ("DELETE", "")):
            problema(quem.request(metodo, endereco + fim), 404, "exportacao_inexistente")
        assert endereco not in [e["url"] for e in quem.get(EXPORTS, params={"size": 100}).json()["items"]]
    assert dono.get(EXPORTS).json()["items"][0]["url"] == endereco


def test_vendedor_so_a_carteira(loja):
    """EXPORT-4, Z-5: a seller takes the own board, and nothing else."""
    v = loja.login(0)
    problema(pedir(v), 403, "acesso_negado")
    problema(pedir(v, origem="auditoria", fields=[]), 403, "acesso_negado")
    outro = loja.acesso["vendedores"][1]["email"]
    outro = loja.valor("SELECT id FROM crm.usuarios WHERE email = %s", (outro,))
    problema(pedir(v, origem="carteira", filters={"vendedor_id": outro}, fields=["nome_completo"]), 403, "acesso_negado")
    r = pedir(v, origem="carteira", fields=["nome_completo"])
    assert r.status_code in (200, 202), r.text


def test_dados_pessoais_so_com_finalidade(loja, dono):
    """LGPD-1: in clear only with a purpose; what was taken why is in the audit."""
    uf = loja.valor("SELECT uf FROM crm.clientes WHERE ativo AND uf IS NOT NULL GROUP BY 1 ORDER BY count(*) LIMIT 1")
    campos = ["cpf", "data_nascimento", "nome_mae"]
    p = problema(pedir(dono, filters={"uf": uf}, fields=campos), 422, "campo_obrigatorio")
    assert p["erros"][0]["campo"] == "finalidade"
    assert pedir(dono, filters={"uf": uf}, fields=campos, finalidade="curta").status_code == 422
    r = pedir(dono, filters={"uf": uf}, fields=campos, finalidade="Conferência com o cartório")
    assert r.status_code == 200, r.text
    assert "*" not in "".join(x[0] for x in linhas(r)[1:])
    assert loja.valor("SELECT count(*) FROM crm.auditoria WHERE usuario_id = %s AND acao = 'exportacao'"
                      " AND depois::text LIKE '%%cartório%%'", (dono.id,)) == 1
    ti = loja.login(loja.novo_usuario("ti"))
    problema(pedir(ti, fields=["nome_completo"]), 403, "acesso_negado")


@pytest.mark.parametrize("corpo", [
    {"origem": "segredos"}, {"fields": ["senha_hash"]}, {"fields": {"cpf": 1}}, {"fields": ["cpf"] * 2}, {"sort": "id; DROP TABLE x"},
    {"sort": "senha_hash"}, {"filters": {"uf'": "x"}}, {"filters": []}, {"opcoes": {"separador": "x"}}, {"opcoes": {"nada": 1}},
    {"finalidade": "x" * 201}, {"outro": 1}])
def test_argumentos(dono, corpo):
    r = pedir(dono, **corpo)
    assert r.status_code == 422 and r.json()["codigo"], r.text


@pytest.mark.parametrize("formato", ["", "xlsx", "csv'", "../csv", "csv&format=pdf"])
def test_formato(dono, formato):
    assert pedir(dono, formato=formato).status_code == 422


def test_campos(loja, dono):
    """Every origem tells its columns; those in clear need a right."""
    for origem in ("clientes", "carteira", "quadro", "periodo", "auditoria"):
        quem = loja.login("admin") if origem == "auditoria" else dono
        r = quem.get(f"{EXPORTS}/campos", params={"origem": origem})
        assert r.status_code == 200, r.text
        campos = r.json()["campos"]
        assert any(c["padrao"] for c in campos) and all(c["titulo"] for c in campos)
