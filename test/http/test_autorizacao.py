"""Who may do what: every route of server/src/rotas.c, by everybody, on every kind of id (Z-1, Z-2, Z-3, AUTH-6, AUTH-7).

The routes are read from the source and the rights from crm.permissoes, so a new
route without its line in CASOS fails here. What is refused changes no row,
sends no event, and is in the audit.
"""
import itertools
import json
import re
import select

import pytest

from pilha import RAIZ, Pilha

ROTA = re.compile(r'^ +\{(GET|POST|PUT|PATCH|DELETE), +"([^"]+)", +"([a-z_]+)"', re.M)
ROTAS = {funcao: (metodo, caminho)
         for metodo, caminho, funcao in ROTA.findall((RAIZ / "server/src/rotas.c").read_text())}
PAPEIS = ["administrador", "gerente", "operador", "vendedor", "ti", "provisoria", "anonimo"]
AUSENTE, RUIM = 999999999, "abc"
SESSAO_AUSENTE = "00000000-0000-4000-8000-000000000000"
COM_SENHA_PROVISORIA = {"login", "redefinir_senha", "publico", "openapi", "eu", "trocar_senha", "logout"}
ANONIMAS = {"login", "redefinir_senha", "publico", "openapi"}
CSV = "nome;cpf\nMaria Matriz;529.982.247-25\n".encode()
_numero = itertools.count(1)


class Alguem:
    def __init__(self, p, papel):
        self.papel = papel
        self.id = self.vendedor = None
        self.cliente = p.cliente()
        if papel == "anonimo":
            return
        u = p.novo_usuario("vendedor" if papel == "provisoria" else papel)
        self.cliente.entrar(u["email"], u["senha"])
        self.usuario, self.id = u, u["id"]
        if papel == "provisoria":
            p.sql("UPDATE crm.usuarios SET trocar_senha = true WHERE id = %s", (self.id,))
        self.outra = p.cliente().entrar(u["email"], u["senha"])    # a second session


class Mundo:
    """The targets: somebody else's user, board, client and session."""

    def __init__(self, p):
        self.p = p
        self.direitos = set(p.sql("SELECT papel, acao FROM crm.permissoes"))
        vera = p.login(0)
        self.vendedor = vera.id
        self.vitima = p.novo_usuario("operador")
        p.cliente().entrar(self.vitima["email"], self.vitima["senha"])
        self.vitima["sessao"] = self.sessao_de(self.vitima["id"])
        admin = p.login("admin")
        self.importacao = admin.request("POST", "/api/v1/clients/import", data=CSV,
                                        headers={"Content-Type": "text/csv"}).json()["id"]
        self.linha_da_auditoria = p.valor("SELECT max(id) FROM crm.auditoria")
        self.exportacao = admin.post("/api/v1/exports?format=csv", {"filters": {"uf": "PE"}}).headers["location"].rsplit("/", 1)[1]

    def sessao_de(self, usuario):
        return self.p.valor("SELECT id::text FROM crm.sessoes WHERE usuario_id = %s AND encerrada_em IS NULL"
                            " ORDER BY criada_em DESC LIMIT 1", (usuario,))

    def pode(self, eu, acao):
        return (eu.papel, acao) in self.direitos

    def cliente_de(self, vendedor):
        return self.p.valor("SELECT min(cliente_id) FROM crm.cliente_vendedor WHERE encerrada_em IS NULL"
                            " AND NOT contatado AND vendedor_id = %s", (vendedor,))

    def outro_cliente_de(self, vendedor):
        """One that the cases of the board do not touch."""
        return self.p.valor("SELECT max(cliente_id) FROM crm.cliente_vendedor WHERE encerrada_em IS NULL"
                            " AND NOT contatado AND vendedor_id = %s", (vendedor,))


def da_carteira(m, eu, corpo=None):
    """{id} is a seller: own, other's, absent, malformed."""
    tem = eu.papel == "vendedor"
    ve = m.pode(eu, "carteira.ver_todas")
    yield eu.id or AUSENTE, corpo, 200 if tem else 404 if ve else 403
    yield m.vendedor, corpo, 200 if ve else 403
    yield AUSENTE, corpo, 404 if ve else 403
    yield RUIM, corpo, 422


def do_contato(m, eu):
    outro = m.pode(eu, "contato.marcar_por_outro")
    proprio = m.cliente_de(eu.id) if eu.papel == "vendedor" else None
    alheio = m.cliente_de(m.vendedor)
    yield eu.id or AUSENTE, {"cliente_id": proprio or alheio}, 200 if proprio else 403
    yield eu.id or AUSENTE, {"cliente_id": alheio}, 403                   # Z-2
    yield eu.id or AUSENTE, {"cliente_id": AUSENTE}, 403
    yield m.vendedor, {"cliente_id": alheio}, 200 if outro else 403
    yield AUSENTE, {"cliente_id": alheio}, 403
    yield RUIM, {"cliente_id": alheio}, 422


def do_porque(m, eu):
    """{id}/{cliente_id}: as the board, and the client must have been there."""
    ve = m.pode(eu, "carteira.ver_todas")
    proprio = m.cliente_de(eu.id) if eu.papel == "vendedor" else None
    alheio = m.cliente_de(m.vendedor)
    yield (eu.id or AUSENTE, proprio or alheio), None, 200 if proprio or ve else 403
    yield (eu.id or AUSENTE, alheio), None, 200 if ve else 403
    yield (m.vendedor, alheio), None, 200 if ve else 403
    yield (m.vendedor, AUSENTE), None, 403
    yield (RUIM, alheio), None, 422
    yield (m.vendedor, RUIM), None, 422


def por_direito(acao, certos, corpo=None):
    """certos: (id or None, expected) of who has the right; everybody else 403, whatever the id.
    What is malformed is 422 for all: it is judged before anybody's right."""
    def casos(m, eu):
        for alvo, esperado in certos(m, eu):
            yield alvo, corpo(m) if callable(corpo) else corpo, esperado if m.pode(eu, acao) or esperado == 422 else 403
    return casos


def sem_id(m, eu):
    yield None, 200


def usuarios(status):
    def certos(m, eu):
        yield m.vitima["id"], status
        yield AUSENTE, 404
        yield RUIM, 422
        yield eu.id or AUSENTE, status          # last: a new password ends the own session
    return certos


def das_sessoes(m, eu):
    gere = m.pode(eu, "usuario.gerir")
    if eu.id:
        yield m.sessao_de(eu.outra.id), None, 200
    yield SESSAO_AUSENTE, None, 404
    yield RUIM, None, 422
    yield m.vitima["sessao"], None, 200 if gere else 404


def das_listas(caminho_extra):
    def casos(m, eu):
        ve = m.pode(eu, "painel.ver")
        for alvo, certo in ((m.vendedor, 200), (AUSENTE, 404), (RUIM, 422)):
            yield f"?vendedor_id={alvo}{caminho_extra}", None, certo if ve or certo == 422 else 403
    return casos


def das_minhas_sessoes(m, eu):
    gere = m.pode(eu, "usuario.gerir")
    yield "", None, 200
    yield f"?usuario_id={eu.id or 1}", None, 200
    yield f"?usuario_id={m.vitima['id']}", None, 200 if gere else 403
    yield f"?usuario_id={AUSENTE}", None, 200 if gere else 403
    yield f"?usuario_id={RUIM}", None, 422


def da_realocacao(m, eu):
    pode = m.pode(eu, "cliente.realocar")
    cliente = m.cliente_de(m.vendedor)
    for c, v, certo in ((cliente, m.vendedor, 200), (AUSENTE, m.vendedor, 404), (cliente, AUSENTE, 404),
                        (RUIM, m.vendedor, 422), (cliente, RUIM, 422), (cliente, -1, 422)):
        yield None, {"cliente_id": c, "vendedor_id": v}, certo if pode or certo == 422 else 403


def da_realocacao_em_lote(m, eu):
    for corpo, caso, certo in da_realocacao(m, eu):
        yield corpo, {"cliente_ids": [caso["cliente_id"]], "vendedor_id": caso["vendedor_id"]}, certo


def da_liberacao_em_lote(m, eu):
    pode = m.pode(eu, "cliente.liberar")
    for c, certo in ((m.cliente_de(m.vendedor), 200), (AUSENTE, 404), (RUIM, 422)):
        yield None, {"cliente_ids": [c]}, certo if pode or certo == 422 else 403


def da_liberacao(m, eu):
    yield m.cliente_de(m.vendedor), 200
    yield AUSENTE, 404
    yield RUIM, 422


def do_cliente(acao=None, corpo=None):
    """{id_cliente}: in somebody else's portfolio, in the own one, absent, malformed."""
    def casos(m, eu):
        todos = m.pode(eu, "cliente.ver_todos")
        pode = acao is None or m.pode(eu, acao)
        alheio = m.outro_cliente_de(m.vendedor)
        proprio = m.outro_cliente_de(eu.id) if eu.papel == "vendedor" else None
        yield AUSENTE, corpo, 404 if pode and todos else 403
        yield RUIM, corpo, 422
        yield alheio, corpo, 200 if pode and todos else 403
        if proprio:
            yield proprio, corpo, 200 if pode and m.pode(eu, "carteira.ver_propria") else 403
    return casos


def da_substituicao(m, eu):
    """Who sees the CPF sends it; the others' PUT leaves it."""
    for alvo, _, certo in do_cliente("cliente.alterar")(m, eu):
        corpo = {"nome_completo": "Matriz Substituída"}
        cpf = m.p.sql("SELECT cpf::text FROM crm.clientes WHERE id_cliente::text = %s", (str(alvo),))
        if cpf and m.pode(eu, "cliente.ver_sensivel"):
            corpo["cpf"] = cpf[0][0]
        yield alvo, corpo, certo


def da_importacao(corpo=None):
    """{id}: somebody else's import does not exist."""
    return por_direito("cliente.importar", lambda m, eu: [(m.importacao, 404), (AUSENTE, 404), (RUIM, 422)], corpo)


def das_exportacoes(m, eu):
    """By right, or of the own board alone; what is malformed is 422 for all."""
    tudo, propria = m.pode(eu, "exportar"), m.pode(eu, "carteira.exportar")
    for origem, certo in (("clientes", tudo), ("periodo", tudo and m.pode(eu, "painel.ver")), ("carteira", eu.papel == "vendedor" and propria),
                          ("auditoria", tudo and m.pode(eu, "auditoria.ver"))):
        if origem == "carteira" and not certo and (tudo or propria):
            continue                                # has no board
        yield None, {"format": "csv", "origem": origem}, 200 if certo else 403
    alheia = tudo and m.pode(eu, "carteira.ver_todas")
    yield None, {"format": "csv", "origem": "carteira", "filters": {"vendedor_id": m.vendedor}}, 200 if alheia else 403
    yield None, {"format": "ods"}, 422


def dos_campos(m, eu):
    tudo = m.pode(eu, "exportar")
    for origem, certo in (("clientes", tudo), ("carteira", tudo or m.pode(eu, "carteira.exportar")),
                          ("auditoria", tudo and m.pode(eu, "auditoria.ver"))):
        yield f"?origem={origem}", None, 200 if certo else 403
    yield f"?origem={RUIM}", None, 422


def da_exportacao(m, eu):
    """{id}: somebody else's file does not exist."""
    algum = m.pode(eu, "exportar") or m.pode(eu, "carteira.exportar")
    for alvo, certo in ((m.exportacao, 404 if algum else 403), (AUSENTE, 404 if algum else 403), (RUIM, 422)):
        yield alvo, None, certo


def das_proprias_exportacoes(m, eu):
    yield None, None, 200 if m.pode(eu, "exportar") or m.pode(eu, "carteira.exportar") else 403


def da_pesquisa(m, eu):
    ve = m.pode(eu, "cliente.ver_todos") or m.pode(eu, "carteira.ver_propria")
    yield None, {"q": "maria"}, 200 if ve else 403
    yield None, {"uf": "XX"}, 422


def cadastro_novo(m):
    """Nine digits that nobody has, and their check digits."""
    d = f"{314_000_000 + next(_numero):09d}"
    for _ in range(2):
        resto = sum(int(x) * p for x, p in zip(d, range(len(d) + 1, 1, -1))) % 11
        d += str(0 if resto < 2 else 11 - resto)
    return {"cpf": d, "nome_completo": "Matriz Nova"}


def dos_vendedores(m, eu):
    yield m.vendedor, 200
    yield eu.id if eu.papel == "vendedor" else AUSENTE, 404
    yield AUSENTE, 404
    yield RUIM, 422


def fixo(corpo, esperado):
    def casos(m, eu):
        yield None, corpo, esperado
    return casos


CASOS = {
    "login": fixo({}, 422),
    "publico": fixo(None, 200),
    "eu": fixo(None, 200),
    "trocar_senha": fixo({"senha_atual": "não é esta aqui", "senha_nova": "cavalo correto bateria"}, 403),
    "sessoes": das_minhas_sessoes,
    "encerrar_sessao": das_sessoes,
    "meus_clientes": da_carteira,
    "estatisticas_vendedor": da_carteira,
    "marcar_contatado": do_contato,
    "desfazer_contato": do_contato,                  # of the clients just marked
    "proximo_passo": do_contato,
    "fila": da_carteira,
    "por_que": do_porque,
    "whatsapp": lambda m, eu: da_carteira(m, eu, {"modelo": "Oi"}),
    "clientes_por_periodo": das_listas("&size=1"),
    "todos_clientes": das_listas("&size=1"),
    "estatisticas_gerais": por_direito("painel.ver", sem_id),
    "realocar_cliente": da_realocacao,
    "liberar_cliente": por_direito("cliente.liberar", da_liberacao, {}),
    "quadro": por_direito("painel.ver", lambda m, eu: [("", 200), ("?por=periodo", 200), (f"?coluna={m.vendedor}", 200),
                                                      ("?coluna=x", 404), ("?page=x", 422)]),
    "realocar_lote": da_realocacao_em_lote,
    "liberar_lote": da_liberacao_em_lote,
    "redistribuir_todos": por_direito("distribuicao.executar", sem_id, {}),
    "redistribuicoes": por_direito("painel.ver", lambda m, eu: [("", 200), ("?size=0", 422), ("?page=x", 422)]),
    "simular_redistribuicao": por_direito("distribuicao.executar", sem_id, {}),
    "aplicar_redistribuicao": por_direito("distribuicao.executar", lambda m, eu: [(None, 409)], {"hash": "t" + "0" * 32}),
    "desfazer_redistribuicao": por_direito("distribuicao.executar", lambda m, eu: [(AUSENTE, 404), (RUIM, 422)], {}),
    "relatorio": por_direito("relatorio.ver", lambda m, eu: [("funil", 200), (f"previsao?vendedor_id={m.vendedor}", 200),
                             (f"buscas?vendedor_id={AUSENTE}", 404), (RUIM, 422), (f"funil?de={RUIM}", 422)]),
    "auditoria": por_direito("auditoria.ver", lambda m, eu: [("", 200), (f"?tabela=clientes&registro_id={AUSENTE}", 200), ("?size=0", 422),
                                                             ("?cursor=x", 422), (f"?de={RUIM}", 422)]),
    "auditoria_linha": por_direito("auditoria.ver", lambda m, eu: [(m.linha_da_auditoria, 200), (AUSENTE, 404), (RUIM, 422), (0, 422),
                                                                   (2**63, 422), ("1.5", 422)]),
    "auditoria_verificar": por_direito("auditoria.ver", lambda m, eu: [("", 200), ("?selo=x", 422)]),
    "verificar_distribuicao": por_direito("distribuicao.verificar", sem_id),
    "vendedores": por_direito("painel.ver", sem_id),
    "vendedor_alterar": por_direito("vendedor.configurar", dos_vendedores, {"peso": 2}),
    "jornada": por_direito("painel.ver", lambda m, eu: [(m.vendedor, 200), (AUSENTE, 404), (RUIM, 422)]),
    "jornada_definir": por_direito("vendedor.configurar", lambda m, eu: [(m.vendedor, 200), (AUSENTE, 404), (RUIM, 422)],
                                   {"dias": []}),
    "ausencias": por_direito("painel.ver", lambda m, eu: [(m.vendedor, 200), (AUSENTE, 404), (RUIM, 422)]),
    "ausencia_registrar": por_direito("vendedor.configurar", lambda m, eu: [(m.vendedor, 201), (AUSENTE, 404), (RUIM, 422)],
                                      lambda m: {"de": f"20{31 + next(_numero) % 60}-05-{next(_numero) % 28 + 1:02d}", "motivo": "folga"}),
    "ausencia_cancelar": por_direito("vendedor.configurar", lambda m, eu: [((m.vendedor, AUSENTE), 404), ((RUIM, 1), 422),
                                                                           ((m.vendedor, RUIM), 422)]),
    "feriados": por_direito("painel.ver", sem_id),
    "feriado_registrar": por_direito("vendedor.configurar", lambda m, eu: [(None, 201)], {"data": "2031-09-07", "nome": "Sete"}),
    "feriado_remover": por_direito("vendedor.configurar", lambda m, eu: [("2031-09-07", 200), ("2031-09-08", 404), (RUIM, 422)]),
    "usuarios": por_direito("usuario.gerir", lambda m, eu: [("", 200), ("?size=0", 422), ("?page=x", 422)]),
    "usuario_criar": por_direito("usuario.gerir", lambda m, eu: [(None, 201)], lambda m: {
        "nome": f"Matriz {next(_numero)}", "email": f"matriz{next(_numero)}@exemplo.test", "papel": "administrador"}),
    "usuario_alterar": por_direito("usuario.gerir", usuarios(200), lambda m: {"nome": f"Mudado {next(_numero)}"}),
    "usuario_desbloquear": por_direito("usuario.gerir", usuarios(200), {}),
    "redefinir_senha": fixo({"usuario": "ninguem@exemplo.test", "codigo": "AAAA", "senha_nova": "cavalo correto bateria"}, 401),
    "usuario_codigo": por_direito("usuario.gerir", usuarios(200), {}),
    "usuario_carteira": por_direito("usuario.gerir", usuarios(200)),
    "configuracoes": por_direito("configuracao.alterar", sem_id),
    "configuracoes_previa": por_direito("configuracao.alterar", sem_id, {"mudancas": {"janela_fim": "61"}}),
    "configuracoes_alterar": por_direito("configuracao.alterar", sem_id, {"mudancas": {"contato": "Ramal 1"}}),
    "openapi": fixo(None, 200),
    "pesquisar_clientes": da_pesquisa,
    "cliente": do_cliente(),
    "cliente_pedidos": do_cliente(),
    "cliente_linha_do_tempo": do_cliente(),
    "cliente_criar": por_direito("cliente.criar", lambda m, eu: [(None, 201)], cadastro_novo),
    "cliente_substituir": da_substituicao,
    "cliente_alterar": do_cliente("cliente.alterar", {"cidade": "Recife"}),
    "cliente_revelar": do_cliente("cliente.revelar", {"campos": ["cpf"], "finalidade": "Conferir a matriz"}),
    "cliente_desativar": do_cliente("cliente.desativar"),
    "cliente_reativar": do_cliente("cliente.desativar", {}),
    "importacoes": por_direito("cliente.importar", sem_id),
    "importacao_criar": por_direito("cliente.importar", lambda m, eu: [(None, 201)], CSV),
    "importacao": da_importacao(),
    "importacao_previa": da_importacao({}),
    "importacao_executar": da_importacao({"mapa": {"nome_completo": 0, "cpf": 1}}),
    "importacao_desfazer": da_importacao({}),
    "importacao_recusadas": da_importacao(),
    "importacao_cancelar": da_importacao(),
    "exportar": das_exportacoes,
    "exportacoes": das_proprias_exportacoes,
    "exportacao_campos": dos_campos,
    "exportacao": da_exportacao,
    "exportacao_baixar": da_exportacao,
    "exportacao_cancelar": da_exportacao,
    # The three that may end the session of who asks come last.
    "usuario_sessoes_encerrar": por_direito("usuario.gerir", usuarios(200)),
    "logout": fixo({}, 200),
    "usuario_senha": por_direito("usuario.gerir", usuarios(200), {}),
}


@pytest.fixture(scope="module")
def mundo():
    with Pilha(clientes=300, vendedores=2) as p:
        p.configurar("presenca_ausente", 86400)     # nobody goes offline meanwhile
        p.configurar("login_tentativas", 100)
        yield Mundo(p)


def test_z_toda_rota_tem_casos():
    assert set(ROTAS) == set(CASOS) and len(ROTAS) >= 43


def esperado_de(eu, funcao, certo):
    if eu.papel == "anonimo":
        return certo if funcao in ANONIMAS else 401
    if eu.papel == "provisoria" and funcao not in COM_SENHA_PROVISORIA:
        return 403
    return certo


@pytest.mark.parametrize("papel", PAPEIS)
def test_z_matriz(mundo, papel):
    """Z-1, Z-2, Z-3: the answer of each cell, and no trace of the refused ones."""
    p = mundo.p
    eu = Alguem(p, papel)
    if papel == "vendedor":                          # has clients now
        assert mundo.cliente_de(eu.id)
    ouvinte = p.conectar()
    ouvinte.cursor().execute("LISTEN crm_eventos")
    recusados, certos, errados = [], [], []
    for funcao, casos in CASOS.items():
        metodo, caminho = ROTAS[funcao]
        for alvo, corpo, certo in casos(mundo, eu):
            onde = caminho
            if alvo is not None:
                ids = iter(alvo if isinstance(alvo, tuple) else (alvo,))
                onde = re.sub(r"\{\w+\}", lambda _: str(next(ids)), caminho) if "{" in caminho else caminho + str(alvo)
            espera = esperado_de(eu, funcao, certo)
            (recusados if espera >= 400 else certos).append((funcao, metodo, onde, corpo, espera))

    def pedir(caso):
        funcao, metodo, onde, corpo, espera = caso
        cabecalhos = {"If-Match": "*"} if ROTAS[funcao][1] == "/api/v1/clients/{id_cliente}" and metodo != "GET" else {}
        if isinstance(corpo, bytes):
            r = eu.cliente.request(metodo, onde, data=corpo, headers={"Content-Type": "text/csv"})
        else:
            r = eu.cliente.request(metodo, onde, json=corpo if metodo in ("POST", "PUT", "PATCH") else None, headers=cabecalhos)
        if r.status_code != espera:
            errados.append((funcao, metodo, onde, corpo, f"expected {espera}, got {r.status_code}", r.text[:200]))
        if r.status_code >= 400:
            assert r.headers["content-type"].startswith("application/problem+json"), r.text
        return r

    def recusas():
        return p.valor("SELECT count(*) FROM crm.auditoria WHERE acao = 'recusa' AND usuario_id = %s", (eu.id,))

    antes, auditadas = p.hash_do_banco(), recusas()
    negados = [r for r in map(pedir, recusados) if r.status_code == 403]
    assert not errados, "\n".join(map(str, errados))
    assert p.hash_do_banco() == antes
    if eu.id:
        assert recusas() - auditadas == len(negados)
    # One of our own comes after all that were sent before it.
    p.sql("NOTIFY crm_eventos, 'fim'")
    eventos = []
    while "fim" not in eventos:
        assert select.select([ouvinte], [], [], 60)[0]
        ouvinte.poll()
        eventos += [n.payload for n in ouvinte.notifies]
        ouvinte.notifies.clear()
    assert eventos == ["fim"]

    for caso in certos:
        pedir(caso)
        if caso[0] == "logout" and eu.id:
            eu.cliente.entrar(eu.usuario["email"], eu.usuario["senha"])
    assert not errados, "\n".join(map(str, errados))
    assert json.loads(json.dumps(p.sql("SELECT invariante FROM crm.verificar_distribuicao()"))) == []


def test_z1_sem_oraculo(mundo):
    """Z-1, Z-2: somebody else's and nobody's are answered with the same words."""
    eu = Alguem(mundo.p, "vendedor")

    def corpo(metodo, caminho, json=None):
        r = eu.cliente.request(metodo, caminho, json=json)
        assert r.status_code == 403
        d = r.json()
        d.pop("requisicao")
        return d
    for rota in ("meus-clientes", "estatisticas", "fila"):
        assert corpo("GET", f"/api/vendedor/{rota}/{mundo.vendedor}") == corpo("GET", f"/api/vendedor/{rota}/{AUSENTE}")
    cliente = mundo.cliente_de(mundo.vendedor)
    for metodo, rota in (("POST", "marcar-contatado"), ("POST", "desfazer-contato"), ("PATCH", "proximo-passo")):
        caminho = f"/api/vendedor/{rota}/"
        assert corpo(metodo, caminho + str(mundo.vendedor), {"cliente_id": cliente}) == \
            corpo(metodo, caminho + str(AUSENTE), {"cliente_id": cliente})
        assert corpo(metodo, caminho + str(eu.id), {"cliente_id": cliente}) == \
            corpo(metodo, caminho + str(eu.id), {"cliente_id": AUSENTE})
    porque = f"/api/vendedor/por-que/{eu.id}/"
    assert corpo("GET", porque + str(cliente)) == corpo("GET", porque + str(AUSENTE))
