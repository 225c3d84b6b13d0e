"""Working hours, leave and holidays over HTTP: DIST-9, DIST-10, I-4, I-6, AUDIT-1."""
import pytest


@pytest.fixture(scope="module")
def gerente(pilha):
    return pilha.login(pilha.novo_usuario("gerente"))


@pytest.fixture
def vendedor(pilha):
    eu = pilha.login(pilha.novo_usuario("vendedor"))
    yield eu
    eu.sair()


def linha(gerente, vendedor):
    return next(v for v in gerente.get("/api/admin/vendedores").json()["vendedores"] if v["id"] == vendedor.id)


def tem(pilha, vendedor):
    return pilha.valor("SELECT count(*) FROM crm.cliente_vendedor WHERE encerrada_em IS NULL AND NOT contatado"
                       " AND vendedor_id = %s", (vendedor.id,))


def test_dist10_jornada(pilha, gerente, vendedor):
    pilha.login(0)
    caminho = f"/api/admin/vendedores/{vendedor.id}/jornada"
    assert gerente.get(caminho).json()["dias"] == []
    v = linha(gerente, vendedor)
    assert (v["disponivel_agora"], v["motivo_indisponivel"], v["jornada_resumo"]) == (True, None, None)
    assert tem(pilha, vendedor) > 0

    # Only on another day than today's and its neighbours: free now.
    outro = pilha.valor("SELECT (extract(dow FROM crm.hoje())::integer + 3) %% 7", ())
    dia = {"dia_semana": outro, "inicio": "09:00", "fim": "18:00", "almoco_inicio": "12:00", "almoco_fim": "13:00"}
    r = gerente.request("PUT", caminho, json={"dias": [dia]})
    assert r.status_code == 200
    assert r.json()["dias"] == [dia] and r.json()["situacao"] == "folga" and r.json()["muda_em"]
    assert r.json() == gerente.get(caminho).json()
    v = linha(gerente, vendedor)
    assert (v["disponivel_agora"], v["motivo_indisponivel"]) == (False, "folga")
    assert v["jornada_resumo"].endswith(" 09:00–18:00 (almoço 12:00–13:00)")
    assert tem(pilha, vendedor) == 0                        # with somebody else at work
    assert pilha.sql("SELECT * FROM crm.verificar_distribuicao()") == []

    assert gerente.request("PUT", caminho, json={"dias": []}).json()["situacao"] == "disponivel"
    assert tem(pilha, vendedor) > 0
    quem = pilha.sql("SELECT DISTINCT usuario_id FROM crm.auditoria WHERE tabela = 'jornadas'")
    assert quem == [(gerente.id,)]


def test_dist10_ausencias(pilha, gerente, vendedor):
    caminho = f"/api/admin/vendedores/{vendedor.id}/ausencias"
    hoje = pilha.valor("SELECT crm.hoje()::text")
    r = gerente.post(caminho, {"de": hoje, "motivo": "ferias"})
    assert r.status_code == 201
    (a,) = r.json()["ausencias"]
    assert (a["de"], a["ate"], a["motivo"]) == (hoje, hoje, "ferias")
    v = linha(gerente, vendedor)
    assert (v["motivo_indisponivel"], v["ausencia_ate"]) == ("ausencia", hoje)
    assert tem(pilha, vendedor) == 0
    assert gerente.get(caminho).json() == r.json()
    alheio = pilha.valor("SELECT min(id) FROM crm.vendedores WHERE id <> %s", (vendedor.id,))
    r = gerente.delete(f"/api/admin/vendedores/{alheio}/ausencias/{a['id']}")
    assert (r.status_code, r.json()["codigo"]) == (404, "ausencia_inexistente")
    assert gerente.delete(f"{caminho}/{a['id']}").json() == {"ausencias": []}
    assert linha(gerente, vendedor)["disponivel_agora"] and tem(pilha, vendedor) > 0


def test_dist10_feriados(pilha, gerente, vendedor):
    hoje = pilha.valor("SELECT crm.hoje()::text")
    antes = tem(pilha, vendedor)
    r = gerente.post("/api/admin/feriados", {"data": hoje, "nome": "Aniversário da cidade"})
    assert r.status_code == 201 and {"data": hoje, "nome": "Aniversário da cidade"} in r.json()["feriados"]
    assert linha(gerente, vendedor)["motivo_indisponivel"] == "feriado"
    assert tem(pilha, vendedor) == antes > 0                 # DIST-9: nobody is there, they wait
    assert gerente.get(f"/api/admin/vendedores/{vendedor.id}/jornada").json()["reserva_ate"]
    assert gerente.post("/api/admin/feriados", {"data": hoje, "nome": "Outro nome"}).status_code == 201
    assert gerente.get(f"/api/admin/feriados?ano={hoje[:4]}").json()["feriados"] == [{"data": hoje, "nome": "Outro nome"}]
    assert gerente.delete(f"/api/admin/feriados/{hoje}").json()["feriados"] == []
    assert gerente.get(f"/api/admin/vendedores/{vendedor.id}/jornada").json()["reserva_ate"] is None
    assert pilha.sql("SELECT * FROM crm.verificar_distribuicao()") == []


@pytest.mark.parametrize("metodo,resto,corpo,campo", [
    ("PUT", "vendedores/1/jornada", {}, "dias"), ("PUT", "vendedores/1/jornada", {"dias": [{"dia_semana": 8}]}, "dias"),
    ("PUT", "vendedores/1/jornada", {"dias": [{"dia_semana": 1, "inicio": "9", "fim": "18:00"}]}, "dias"),
    ("POST", "vendedores/1/ausencias", {}, "de"), ("POST", "vendedores/1/ausencias", {"de": "2031-02-30"}, "de"),
    ("POST", "vendedores/1/ausencias", {"de": "2031-02-01", "motivo": "praia"}, "motivo"),
    ("POST", "feriados", {"data": "2031-02-01"}, "nome"), ("POST", "feriados", {"data": "x", "nome": "X"}, "data"),
    ("DELETE", "feriados/x", None, "data")])
def test_i4_argumentos(gerente, nada_muda, metodo, resto, corpo, campo):
    r = gerente.request(metodo, "/api/admin/" + resto, json=corpo)
    assert r.status_code == 422
    assert r.json()["erros"][0]["campo"].split(".")[0].split("[")[0] == campo


@pytest.mark.parametrize("dias", [
    [{"dia_semana": 1, "inicio": "18:00", "fim": "09:00"}],
    [{"dia_semana": 1, "inicio": "09:00", "fim": "18:00"}] * 2,
    [{"dia_semana": 1, "inicio": "09:00", "fim": "18:00", "almoco_inicio": "08:00", "almoco_fim": "10:00"}]])
def test_i6_horarios_impossiveis(pilha, gerente, vendedor, nada_muda, dias):
    r = gerente.request("PUT", f"/api/admin/vendedores/{vendedor.id}/jornada", json={"dias": dias})
    assert (r.status_code, r.json()["codigo"]) == (422, "jornada_invalida")
