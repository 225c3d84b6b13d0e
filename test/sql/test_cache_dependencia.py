"""What answers of the cache depend on, declared completely and not more than needed (CACHE-1, CACHE-3, TEMPO-5).

Completeness: of every function whose answers are kept, every table it reads has the
triggers of the cache and a group in the answer's dependencies. The clock: midnight,
absence, the end of a recovery, the window. And what must not empty the cache.
"""
import json
import os
import sys
import threading
import time

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
from cache_banco import Frente, Servidor  # noqa: E402
from cache_mundo import Mundo  # noqa: E402

# In the class of the session or its groups; segredos never changes while a database lives.
DA_SESSAO = {"sessoes", "usuarios", "permissoes", "papeis", "segredos"}
# crm.atender() itself looks into vendedores, for the heartbeat; this function does not.
SEM_VENDEDORES = "cliente_pedidos"
FUNCOES = {"pesquisar_clientes", "cliente", "cliente_pedidos", "cliente_linha_do_tempo", "meus_clientes",
           "estatisticas_vendedor", "clientes_por_periodo", "todos_clientes", "estatisticas_gerais", "fila",
           "vendedores", "quadro", "relatorio"}


@pytest.fixture(scope="module")
def servidor():
    with Servidor() as s:
        yield s


@pytest.fixture(scope="module")
def mundo(servidor):
    return Mundo(servidor, 20261122)


@pytest.fixture
def frente(servidor):
    f = Frente(servidor)
    yield f
    f.fechar()


def grupos(servidor, funcao, usuario, args):
    return servidor.valor("SELECT crm.cache_grupos(%s, %s, %s)", (funcao, usuario, json.dumps(args)))


def colhe(mundo, *comandos):
    """Slots of a transaction of these statements, which is undone."""
    with mundo.c.cursor() as cur:
        for c in comandos:
            cur.execute(c)
        cur.execute("SELECT crm.cache_colhidos()")
        slots = cur.fetchone()[0]
    mundo.c.rollback()
    return slots


def test_toda_tabela_lida_esta_declarada(servidor, mundo, frente):
    numeros = dict(servidor.sql("SELECT nome, numero FROM crm.cache_tabelas() WHERE to_regclass('crm.' || nome) IS NOT NULL"))
    com_gatilho = {x for (x,) in servidor.sql("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgfoid = 'crm.cache_coletar()'::regprocedure AND NOT (SELECT relispartition FROM pg_class WHERE oid = tgrelid)")}
    assert {f"crm.{x}" for x in numeros} == com_gatilho
    assert servidor.valor("SELECT crm.cache_defeito()") is None

    vistas = set()
    for _ in range(300):
        funcao, usuario, args = mundo.pedido()
        g = grupos(servidor, funcao, usuario, args)
        if g is None:
            continue
        vistas.add(funcao)
        with mundo.c.cursor() as cur:
            cur.execute("SELECT crm.atender(%s, %s, '', '', '', NULL, %s)", (funcao, mundo.usuarios[usuario], json.dumps(args)))
            # Tables it opened; indexes stand for those that C code opens and closes.
            # A partition stands for its table.
            cur.execute("""SELECT DISTINCT coalesce(t.relname, c.relname) FROM pg_locks l JOIN pg_class c ON c.oid = coalesce(pg_partition_root(l.relation), l.relation)
                             LEFT JOIN pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_class t ON t.oid = i.indrelid
                            WHERE l.pid = pg_backend_pid() AND c.relnamespace = 'crm'::regnamespace AND c.relkind IN ('r', 'p', 'i', 'I')
                              AND l.mode = 'AccessShareLock'""")
            lidas = {x for (x,) in cur.fetchall()}
        mundo.c.rollback()
        if funcao == SEM_VENDEDORES:
            lidas -= {"vendedores"}
        massas = {x[0] for x in g["grupos"]}
        faltam = {t for t in lidas - DA_SESSAO if numeros.get(t) is None or 2 * numeros[t] + 1 not in massas}
        assert not faltam, f"{funcao} {args} reads {faltam}, which its dependencies do not name"
    assert vistas == FUNCOES


def test_nao_declarada_nao_se_guarda(servidor, mundo, frente):
    admin = mundo.usuarios[servidor.valor("SELECT id FROM crm.usuarios WHERE papel = 'administrador'")]
    for funcao in ("verificar_distribuicao", "eu", "sessoes", "realocar_cliente", "inexistente"):
        cache = frente.banco(funcao, admin, {}, True)[2].get("cache", {})
        assert "grupos" not in cache and "ate" not in cache, funcao
    # Nor a refusal, nor without being asked for, nor for nobody.
    assert "grupos" not in frente.banco("cliente", admin, {"id_cliente": 10**9}, True)[2]["cache"]
    assert "cache" not in frente.banco("cliente", admin, {"id_cliente": 1})[2]
    assert "cache" not in frente.banco("cliente", None, {"id_cliente": 1}, True)[2]
    assert "grupos" in frente.banco("cliente", admin, {"id_cliente": 1}, True)[2]["cache"]


def test_o_que_nao_esvazia(servidor, mundo, frente):
    v = mundo.vendedores[0]
    servidor.sql("SELECT crm.entrar_vendedor(%s)", (v,))
    assert colhe(mundo, f"UPDATE crm.vendedores SET visto_em = visto_em + interval '1 s' WHERE id = {v}") == []
    assert colhe(mundo, f"SELECT crm.presenca('{{{v}}}')") == []
    assert colhe(mundo, "SELECT crm.contagens_compactar()") == []
    assert colhe(mundo, "UPDATE crm.clientes SET status = status WHERE id_cliente < 50") == []
    sessao = mundo.usuarios[v]
    assert colhe(mundo, f"SELECT crm.atender('meus_clientes', '{sessao}', '', '', '', NULL, '{{\"id\": {v}}}')",
                 f"SELECT crm.atender('cliente', '{list(mundo.usuarios.values())[0]}', '', '', '', NULL, '{{\"id_cliente\": 1}}')",
                 f"INSERT INTO crm.sessoes (usuario_id, limite_em) VALUES ({v}, now())") == []
    # Presence that goes back, and absence that begins by hand, do.
    assert colhe(mundo, f"UPDATE crm.vendedores SET visto_em = visto_em - interval '1 h' WHERE id = {v}")
    assert colhe(mundo, f"UPDATE crm.vendedores SET online = NOT online WHERE id = {v}")


def test_um_cliente_alheio_nao_suja_o_quadro(servidor, mundo):
    """An order or a change of somebody else's client leaves a seller's board and searches alone."""
    a, b = mundo.vendedores[:2]
    do_a, do_b = (servidor.valor("SELECT cliente_id FROM crm.cliente_vendedor WHERE encerrada_em IS NULL AND vendedor_id = %s LIMIT 1", (x,))
                  for x in (a, b))
    quadros = {x: grupos(servidor, "meus_clientes", x, {"id": x, "por_coluna": True})["grupos"] for x in (a, b)}
    buscas = {x: grupos(servidor, "pesquisar_clientes", x, {"nome": "silva"})["grupos"] for x in (a, b)}

    def suja(gs, slots):
        return any(g[0] in slots or all(x in slots for x in g[1:]) for g in gs)

    for comando in ("UPDATE crm.clientes SET celular = '1133334444' WHERE id_cliente = %s",
                    "INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) VALUES (%s, crm.hoje() - 300, 1)"):
        slots = set(colhe(mundo, comando % do_a))
        assert suja(quadros[a], slots) and suja(buscas[a], slots)
        assert not suja(quadros[b], slots) and not suja(buscas[b], slots)
        slots = set(colhe(mundo, comando % do_b))
        assert suja(quadros[b], slots) and not suja(quadros[a], slots)


def test_palavras_de_um_nome(servidor, mundo):
    """Whoever a search by name finds dirties it; who has one of its words, and another who has the other, do not."""
    gerente = next(u for u in mundo.usuarios if u not in mundo.vendedores)
    nomes = ["Maria Silva", "Maria Souza", "Ana Silva", "Thiago Sousa", "Tiago Souza", "Helena Queiroz", "Elena Keiros", "Walter Sá", "Valter Saá",
             "José D'Ávila", "Joze Davila", "João Peçanha", "Joao Pecanha", "Marcos Simões", "Márcio Simão", "Wó Hu", "Ho Xu Li", "Luiz Luís",
             "Stephany Philippe", "Estefani Felipe", "Mariana Mar", "Amaral Amara", "Ynês Ygor Yuri", "Inez Igor", "Kátia Catia", "Çelso Celso",
             "Gui Guilherme", "Jeovana Geovana Giovana", "Ассоль Пётр", "Sant'Anna Santana", "Maria Aparecida Conceição dos Santos Guimarães Filho"]
    with mundo.c.cursor() as cur:
        cur.execute("INSERT INTO crm.clientes (cpf, nome_completo) SELECT c.cpf, n FROM unnest(%s::text[]) WITH ORDINALITY t (n, i)"
                    " JOIN (SELECT cpf, row_number() OVER () AS i FROM crm.popular_clientes(7000001, 7000100, 3, false)) c USING (i) RETURNING id_cliente, nome_completo", (nomes,))
        ids = dict(cur.fetchall())
    mundo.c.commit()
    marcas = {i: set(colhe(mundo, f"UPDATE crm.clientes SET celular = '1133335555' WHERE id_cliente = {i}")) for i in ids}
    palavras = [n.lower().split() for n in nomes]
    consultas = {" ".join(p) for p in palavras} | {w for p in palavras for w in p} | {f"{p[0]} {q[-1]}" for p in palavras for q in palavras[::3]}
    consultas |= {f"{p[-1][:3]} {p[0]}" for p in palavras} | {f"{p[0][1:]} {p[-1][1:]}" for p in palavras} | {f"{p[0]}x {p[-1][:-1]}" for p in palavras}
    consultas |= {f"{p[0]} {p[0][:3]}" for p in palavras} | {"maria aparecida santos", "filho guimaraes conceisao", "tiago suza", "valter sa", "mar mari"}
    achados = 0

    def suja(nome, slots):
        return any(g[0] in slots or all(x in slots for x in g[1:]) for g in grupos(servidor, "pesquisar_clientes", gerente, {"nome": nome})["grupos"])

    for q in sorted(consultas):
        if sum(map(str.isalnum, q)) < 3:
            continue
        status, corpo = servidor.sql("SELECT status, corpo FROM crm.atender('pesquisar_clientes', %s, '', '', '', NULL, %s)",
                                     (mundo.usuarios[gerente], json.dumps({"nome": q, "size": 100})))[0]
        assert status == 200, (q, corpo)
        gs = grupos(servidor, "pesquisar_clientes", gerente, {"nome": q})["grupos"]
        for i in {x["id_cliente"] for x in json.loads(corpo)["items"]} & set(ids):
            achados += 1
            assert any(g[0] in marcas[i] or all(x in marcas[i] for x in g[1:]) for g in gs), (q, ids[i])
    assert len(ids) == len(nomes) and achados > 200, achados
    de = {n: i for i, n in ids.items()}
    assert suja("maria silva", marcas[de["Maria Silva"]])
    assert not suja("maria silva", marcas[de["Maria Souza"]] | marcas[de["Ana Silva"]])
    assert not suja("thiago souza", marcas[de["Maria Souza"]] | marcas[de["Inez Igor"]])
    servidor.sql("DELETE FROM crm.clientes WHERE id_cliente = ANY (%s)", (list(ids),))


def test_cidade_e_ultima_compra(servidor, mundo):
    """Clients of a city who may be won back: not who is of the city alone, nor who is to be won back elsewhere."""
    gerente = next(u for u in mundo.usuarios if u not in mundo.vendedores)
    casos = {"ali": ("Caxias do Sul", 40), "recente": ("Caxias do Sul", 1), "outra": ("Macapá", 40), "nunca": ("Caxias do Sul", None)}
    ids = {}
    for n, (nome, (cidade, dias)) in enumerate(casos.items()):
        ids[nome] = servidor.valor("INSERT INTO crm.clientes (cpf, nome_completo, cidade, data_ultima_compra) SELECT cpf, 'Zé', %s, crm.hoje() - %s::integer"
                                   " FROM crm.popular_clientes(7000200, 7000300, 3, false) LIMIT 1 OFFSET %s RETURNING id_cliente", (cidade, dias, n))
    marcas = {n: set(colhe(mundo, f"UPDATE crm.clientes SET celular = '1133335555' WHERE id_cliente = {i}")) for n, i in ids.items()}

    def suja(slots, **args):
        return any(g[0] in slots or all(x in slots for x in g[1:]) for g in grupos(servidor, "pesquisar_clientes", gerente, args)["grupos"])

    for cidade in ("caxi", "caxias d", "Caxias do Sul"):
        assert suja(marcas["ali"], cidade=cidade, situacao=["elegivel"]) and suja(marcas["nunca"], cidade=cidade, situacao=["sem_compra"])
        assert not suja(marcas["recente"] | marcas["outra"] | marcas["nunca"], cidade=cidade, situacao=["elegivel"])
        # Who comes, by a purchase or by moving, and who goes.
        for quem, muda in (("recente", "data_ultima_compra = crm.hoje() - 45"), ("nunca", "data_ultima_compra = crm.hoje() - 31"), ("outra", "cidade = 'Caxias do Sul'"),
                           ("ali", "data_ultima_compra = crm.hoje()"), ("ali", "data_ultima_compra = NULL"), ("ali", "cidade = NULL"), ("ali", "cidade = 'Natal'")):
            assert suja(set(colhe(mundo, f"UPDATE crm.clientes SET {muda} WHERE id_cliente = {ids[quem]}")), cidade=cidade, situacao=["elegivel"]), (cidade, quem, muda)
        assert suja(set(colhe(mundo, f"DELETE FROM crm.clientes WHERE id_cliente = {ids['ali']}")), cidade=cidade, situacao=["elegivel"])
        assert suja(set(colhe(mundo, "SAVEPOINT a", f"UPDATE crm.clientes SET cidade = 'Natal' WHERE id_cliente = {ids['recente']}", "ROLLBACK TO a",
                              f"UPDATE crm.clientes SET data_ultima_compra = crm.hoje() - 33 WHERE id_cliente = {ids['recente']}")), cidade=cidade, situacao=["elegivel"])
    servidor.sql("DELETE FROM crm.clientes WHERE id_cliente = ANY (%s)", (list(ids.values()),))


def test_pagina_por_numero_depende_dos_primeiros_clientes(servidor, mundo):
    """The first pages of all clients, by their numbers; a page far behind depends on any client."""
    gerente = next(u for u in mundo.usuarios if u not in mundo.vendedores)
    primeira, segunda, longe = (grupos(servidor, "todos_clientes", gerente, {"page": n, "size": 10, "sort": "id"})["grupos"] for n in (1, 2, 1000))
    assert primeira == segunda != longe
    qualquer = 2 * servidor.valor("SELECT numero FROM crm.cache_tabelas() WHERE nome = 'clientes'")
    assert not any(qualquer in g for g in segunda) and any(qualquer in g for g in longe)


def test_relatorio_suja_so_o_que_ele_conta(servidor, mundo):
    """A contact tells the outcomes and the funnel, an order the recoveries, a client's value the forecast; searches are not kept."""
    admin = servidor.valor("SELECT id FROM crm.usuarios WHERE papel = 'administrador'")
    v = mundo.vendedores[0]

    def sujos(*comandos):
        slots = set(colhe(mundo, *comandos))
        return {n for n in ("recuperados", "desfechos", "funil", "previsao")
                if any(g[0] in slots or all(x in slots for x in g[1:]) for g in grupos(servidor, "relatorio", admin, {"nome": n})["grupos"])}
    servidor.sql("SELECT crm.entrar_vendedor(%s)", (v,))
    aberto = servidor.valor("SELECT cliente_id FROM crm.cliente_vendedor WHERE encerrada_em IS NULL AND NOT contatado AND vendedor_id = %s LIMIT 1", (v,))
    assert sujos(f"SELECT crm.marcar_contatado({v}, {aberto}, 'x', 'interessado')") == {"desfechos", "funil"}
    assert sujos("UPDATE crm.clientes SET valor_total = valor_total + 1 WHERE id_cliente IN"
                 " (SELECT id_cliente FROM crm.clientes c WHERE NOT EXISTS (SELECT FROM crm.cliente_vendedor WHERE cliente_id = c.id_cliente) LIMIT 1)") == {"previsao"}
    assert sujos(f"INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) VALUES ({aberto}, crm.hoje(), 5)") == {"recuperados", "funil", "previsao"}
    assert sujos("UPDATE crm.clientes SET celular = '1133334444' WHERE id_cliente = 1") == set()
    assert sujos("DELETE FROM crm.previsoes", "SELECT crm.previsao_guardar()") == {"previsao"}
    # Of one seller: not what another does.
    outro = grupos(servidor, "relatorio", admin, {"nome": "funil", "vendedor_id": mundo.vendedores[1]})["grupos"]
    slots = set(colhe(mundo, f"SELECT crm.marcar_contatado({v}, {aberto}, 'x', 'interessado')"))
    assert not any(g[0] in slots or all(x in slots for x in g[1:]) for g in outro)
    assert grupos(servidor, "relatorio", admin, {"nome": "buscas"}) is None
    assert grupos(servidor, "relatorio", admin, {"nome": "exportacoes"})


def test_meia_noite(servidor, mundo, frente):
    """Seconds before the business midnight answers are kept; none of them is served after it."""
    admin = mundo.usuarios[servidor.valor("SELECT id FROM crm.usuarios WHERE papel = 'administrador'")]
    vendedor = mundo.vendedores[0]
    servidor.sql("SELECT crm.entrar_vendedor(%s)", (vendedor,))
    servidor.sql("UPDATE crm.vendedores SET online = false WHERE id <> %s", (vendedor,))
    pedidos = [("estatisticas_gerais", admin, {}), ("todos_clientes", admin, {"size": 5}), ("clientes_por_periodo", admin, {}),
               ("pesquisar_clientes", admin, {"nome": "silva"}), ("cliente", admin, {"id_cliente": 3}),
               ("meus_clientes", mundo.usuarios[vendedor], {"id": vendedor})]
    with frente.conexao.cursor() as cur:
        cur.execute("SELECT (crm.hoje() + 1)::timestamp AT TIME ZONE crm.config('fuso_horario') - now()")
        falta = cur.fetchone()[0].total_seconds()
        cur.execute("SET crm.relogio_desvio = %s", (int(falta) - 3,))     # midnight in three to four seconds
        cur.execute("SELECT crm.hoje()")
        ontem = cur.fetchone()[0]
        cur.execute("UPDATE crm.vendedores SET visto_em = crm.agora() WHERE online")
    for p in pedidos:
        assert frente.pedir(*p)[1] == "banco"
    assert {frente.pedir(*p)[1] for p in pedidos} == {"cache"}
    fim = max(e["ate"] for e in frente.entradas.values())
    # Absence comes first for who shows presence; nothing outlives the day, by a second.
    with frente.conexao.cursor() as cur:
        cur.execute("SELECT extract(epoch FROM ((%s::date + 1)::timestamp AT TIME ZONE crm.config('fuso_horario'))"
                    " - (crm.agora() - now())) * 1000", (ontem,))
        assert fim <= float(cur.fetchone()[0]) - 900
    while time.time() * 1000 < fim + 1100:
        time.sleep(0.05)
    for p in pedidos:
        assert frente.achar(*p) is None, p
    with frente.conexao.cursor() as cur:
        cur.execute("SELECT crm.hoje()")
        assert (cur.fetchone()[0] - ontem).days == 1
    antes = frente.sessoes[admin]["dia"]
    for p in pedidos:
        corpo, origem = frente.pedir(*p)
        assert origem == "banco" and corpo == frente.banco(*p)[1]
    assert frente.sessoes[admin]["dia"] == antes + 1
    assert json.loads(frente.pedir("estatisticas_gerais", admin, {})[0])["hoje"] != str(ontem)
    assert frente.pedir(*pedidos[1])[1] == "cache"


def test_janela_direitos_e_sessao(servidor, mundo, frente):
    admin = mundo.usuarios[servidor.valor("SELECT id FROM crm.usuarios WHERE papel = 'administrador'")]
    p = ("todos_clientes", admin, {"situacao": "elegivel"})
    assert frente.pedir(*p)[1] == "banco"
    assert frente.pedir(*p)[1] == "cache"
    servidor.sql("UPDATE crm.configuracoes SET valor = '35' WHERE chave = 'janela_inicio'")
    corpo, origem = frente.pedir(*p)
    assert origem == "banco" and corpo == frente.banco(*p)[1]
    servidor.sql("UPDATE crm.configuracoes SET valor = '30' WHERE chave = 'janela_inicio'")
    corpo, origem = frente.pedir(*p)
    assert origem == "banco" and corpo == frente.banco(*p)[1]

    # A right taken away: another class, and the answers of the former are nobody's.
    gil = servidor.valor("SELECT id FROM crm.usuarios WHERE nome = 'Gil'")
    p = ("cliente", mundo.usuarios[gil], {"id_cliente": 2})
    frente.pedir(*p)
    classe = frente.sessoes[mundo.usuarios[gil]]["classe"]
    assert frente.pedir(*p)[1] == "cache" and not json.loads(frente.pedir(*p)[0])["mascarado"]
    servidor.sql("DELETE FROM crm.permissoes WHERE papel = 'gerente' AND acao = 'cliente.ver_sensivel'")
    corpo, origem = frente.pedir(*p)
    assert origem == "banco" and json.loads(corpo)["mascarado"] and frente.sessoes[mundo.usuarios[gil]]["classe"] != classe
    servidor.sql("INSERT INTO crm.permissoes VALUES ('gerente', 'cliente.ver_sensivel')")

    # A session that ended serves nothing.
    sessao = servidor.sessao(gil)
    p = ("cliente", sessao, {"id_cliente": 2})
    frente.pedir(*p)
    assert frente.pedir(*p)[1] == "cache"
    servidor.sql("UPDATE crm.sessoes SET encerrada_em = now(), motivo_fim = 'revogada' WHERE id = %s", (sessao,))
    assert frente.achar(*p) is None and frente.banco(*p)[0] == 401


def test_o_que_muda_com_o_relogio(servidor, mundo):
    """Absence begins, and a recovery leaves the portfolio, with nothing written."""
    admin = servidor.valor("SELECT id FROM crm.usuarios WHERE papel = 'administrador'")
    v = mundo.vendedores[0]
    servidor.sql("UPDATE crm.vendedores SET online = false")
    assert grupos(servidor, "estatisticas_gerais", admin, {})["ate"] is None
    servidor.sql("UPDATE crm.vendedores SET online = true, visto_em = crm.agora() - interval '100 s' WHERE id = %s", (v,))
    ate = grupos(servidor, "estatisticas_gerais", admin, {})["ate"]
    assert ate == servidor.valor("SELECT floor(extract(epoch FROM visto_em + crm.config('presenca_ausente')::integer * interval '1 s')"
                                 " * 1000)::bigint FROM crm.vendedores WHERE id = %s", (v,))
    servidor.sql("UPDATE crm.vendedores SET visto_em = crm.agora() - interval '1000 s' WHERE id = %s", (v,))
    assert grupos(servidor, "estatisticas_gerais", admin, {}) is None

    servidor.sql("DELETE FROM crm.cliente_vendedor WHERE vendedor_id = %s AND resultado = 'recuperado'", (v,))
    assert grupos(servidor, "pesquisar_clientes", v, {})["ate"] is None
    servidor.sql("""UPDATE crm.cliente_vendedor SET encerrada_em = crm.agora() - interval '29 days', motivo_fim = 'pedido', resultado = 'recuperado'
                     WHERE id = (SELECT min(id) FROM crm.cliente_vendedor WHERE vendedor_id = %s AND encerrada_em IS NULL)""", (v,))
    fim = servidor.valor("SELECT floor(extract(epoch FROM max(encerrada_em) + interval '30 days') * 1000)::bigint FROM crm.cliente_vendedor"
                         " WHERE vendedor_id = %s AND resultado = 'recuperado'", (v,))
    for funcao, args in (("pesquisar_clientes", {}), ("cliente_pedidos", {"id_cliente": 1})):
        assert grupos(servidor, funcao, v, args)["ate"] == fim
    assert grupos(servidor, "pesquisar_clientes", admin, {})["ate"] is None


@pytest.mark.parametrize("quantas", [1, 300])
def test_quem_move_espera_quem_altera(servidor, mundo, quantas):
    """An assignment moved past the product waits for who is changing the client: each sees the other's seller, or none.

    Else the change would mark the former seller's answers alone, and the new seller's would show the client as it was.
    """
    a, b = mundo.vendedores[:2]
    servidor.sql("DELETE FROM crm.cliente_vendedor")
    servidor.sql("INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id, motivo) SELECT id_cliente, %s, 'transferencia'"
                 " FROM crm.clientes ORDER BY id_cliente LIMIT %s", (a, quantas))
    cliente = servidor.valor("SELECT min(cliente_id) FROM crm.cliente_vendedor")
    altera, move = servidor.conectar(), servidor.conectar()
    altera.autocommit = move.autocommit = False
    slots = {}

    def mover():
        with move.cursor() as cur:
            cur.execute("SET LOCAL session_replication_role = replica")
            cur.execute("UPDATE crm.cliente_vendedor SET vendedor_id = %s", (b,))
        move.commit()

    with altera.cursor() as cur:
        cur.execute("UPDATE crm.clientes SET celular = '1144445555' WHERE id_cliente = %s", (cliente,))
        fio = threading.Thread(target=mover)
        fio.start()
        limite = time.monotonic() + 30
        while not servidor.valor("SELECT count(*) FROM pg_stat_activity WHERE pid = %s AND wait_event_type = 'Lock'", (move.info.backend_pid,)):
            assert fio.is_alive() and time.monotonic() < limite, "who moves does not wait"
            time.sleep(0.01)
        # Nobody sees the move yet, and this one ends first: the former seller is the one who matters.
        cur.execute("SELECT crm.cache_colhidos()")
        slots = set(cur.fetchone()[0])
    altera.commit()
    fio.join(30)
    assert not fio.is_alive()
    quadro = {x: grupos(servidor, "meus_clientes", x, {"id": x})["grupos"] for x in (a, b)}
    assert any(all(x in slots for x in g[1:]) for g in quadro[a]) and not any(all(x in slots for x in g[1:]) for g in quadro[b])
    assert servidor.valor("SELECT count(*) FROM crm.cliente_vendedor WHERE vendedor_id = %s", (b,)) == quantas
    altera.close()
    move.close()


def test_sem_indice_colhe_o_mesmo(mundo):
    """What a commit looks up of a client it finds without its indexes too, as while one is built (CACHE-1)."""
    escrita = ("UPDATE crm.clientes SET nome_mae = 'outra' WHERE id_cliente ="
               " (SELECT min(cliente_id) FROM crm.cliente_vendedor WHERE encerrada_em IS NULL)")
    sem = ("UPDATE pg_index SET indisvalid = false WHERE indexrelid IN"
           " ('crm.atribuicao_historia'::regclass, 'crm.clientes_busca_pkey'::regclass)")
    com_indice, sem_indice = set(colhe(mundo, escrita)), set(colhe(mundo, sem, escrita))
    assert com_indice == sem_indice and len(com_indice) > 20
