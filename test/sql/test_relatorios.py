"""Reports: every figure of the screen and of the view counted again from the tables alone (ADM-4, BI-1, EXPORT-5, AUTH-6, I-4).

The rows are read once and added up here in Python, by business day of a zone the
server is not told about; neither counters nor views take part.
"""
import collections
import csv
import datetime as dt
import io
import json
import random
import zoneinfo
from decimal import Decimal

import psycopg2
import psycopg2.extras
import pytest

FUSO = zoneinfo.ZoneInfo("America/Sao_Paulo")
RESULTADOS = ["interessado", "contatado", "sem_resposta", "recusou", "numero_errado", "recuperado"]
CENTAVOS = Decimal("0.01")
LIMITES = {30: 30, 45: 46, 60: 61, 90: 91}      # limit -> dias_sem_comprar on the day it is crossed
PERIODOS = {30: "30-45", 45: "45-60", 60: "60-90", 90: ">90"}


@pytest.fixture(scope="module")
def mundo(banco_modulo):
    """Some hundred clients, 1,500 assignments of two years with every outcome, searches, and a session for each role."""
    b = banco_modulo
    s = random.Random(6)
    b.sql("SELECT crm.popular(1600, 8, 3)")
    b.sql("INSERT INTO crm.usuarios (nome, email, papel) VALUES ('Ada', 'ada@x.test', 'administrador'), ('Gil', 'gil@x.test', 'gerente'),"
          " ('Olga \"O\"', 'olga@x.test', 'operador'), ('Téo', 'teo@x.test', 'ti')")
    b.sessoes = {}
    for papel, usuario in b.sql("SELECT papel, min(id) FROM crm.usuarios GROUP BY 1"):
        b.sessoes[papel] = b.valor("INSERT INTO crm.sessoes (usuario_id, limite_em) VALUES (%s, now() + interval '1 day') RETURNING id::text", (usuario,))
    b.vendedores = [x for (x,) in b.sql("SELECT id FROM crm.vendedores ORDER BY 1")]
    agora = dt.datetime.now(dt.timezone.utc)
    linhas = []
    for cliente in range(1, 1501):
        em = agora - dt.timedelta(minutes=s.randrange(12 * 1440, 720 * 1440))
        contatado, voltou, encerrada = s.random() < .6, s.random() < .3, s.random() < .7
        contato = em + dt.timedelta(minutes=s.randrange(5 * 1440)) if contatado else None
        resultado = "recuperado" if voltou else s.choice(RESULTADOS[:-1]) if contatado else None
        fim = em + dt.timedelta(minutes=s.randrange(5 * 1440, 12 * 1440)) if voltou or encerrada else None
        linhas.append((cliente, s.choice(b.vendedores[:3]), em, contatado, contato, resultado, fim,
                       None if fim is None else "pedido" if voltou else "liberacao",
                       Decimal(s.randrange(10**6)) / 100 if voltou else None))
    with b.conectar().cursor() as cur:
        psycopg2.extras.execute_values(cur, "INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id, data_atribuicao, contatado, data_contato,"
                                       " resultado, encerrada_em, motivo_fim, valor_recuperado, motivo) VALUES %s", linhas,
                                       template="(%s, %s, %s, %s, %s, %s, %s, %s, %s, 'distribuicao')")
        # What the product does itself is counted as well.
        cur.execute("UPDATE crm.vendedores SET online = true, visto_em = crm.agora()")
        cur.execute("SELECT crm.redistribuir_clientes()")
        cur.execute("SELECT crm.marcar_contatado(vendedor_id, cliente_id, 'oi', 'interessado') FROM crm.cliente_vendedor"
                    " WHERE encerrada_em IS NULL AND NOT contatado ORDER BY id DESC LIMIT 20")
        cur.execute("INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) SELECT cliente_id, crm.hoje(), 12.34 FROM crm.cliente_vendedor"
                    " WHERE encerrada_em IS NULL ORDER BY id DESC LIMIT 30")
        # A portfolio handed over takes its contacts along.
        cur.execute("WITH f AS (UPDATE crm.cliente_vendedor SET encerrada_em = crm.agora(), motivo_fim = 'transferencia'"
                    "  WHERE id IN (SELECT id FROM crm.cliente_vendedor WHERE encerrada_em IS NULL AND contatado ORDER BY id LIMIT 40) RETURNING *)"
                    " INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id, contatado, data_contato, resultado, data_atribuicao, motivo)"
                    " SELECT cliente_id, %s, true, data_contato, resultado, crm.agora(), 'transferencia' FROM f", (b.vendedores[0],))
        revirar(cur, b, s)
        # Searches: as the front counts them, and of SQL callers.
        usuarios = [x for (x,) in b.sql("SELECT id FROM crm.usuarios ORDER BY 1")]
        for _ in range(300):
            em = agora - dt.timedelta(minutes=s.randrange(90 * 1440))
            cur.execute("INSERT INTO crm.auditoria (quando, usuario_id, papel, acao, tabela, linhas, depois) VALUES (%s, %s, 'operador', %s, 'clientes', %s, %s)",
                        (em, s.choice(usuarios), s.choice(["pesquisa", "pesquisa", "leitura"]), s.randrange(1, 9),
                         s.choice(['{"rota": "/api/v1/clients/search"}', '{"filtros": ["nome"]}'])))
        # Exports in every state.
        for _ in range(150):
            em = agora - dt.timedelta(minutes=s.randrange(90 * 1440))
            estado = s.choice(["pronta", "pronta", "expirada", "falhou", "cancelada", "na_fila", "executando"])
            feita = estado in ("pronta", "expirada")
            cur.execute("INSERT INTO crm.exportacoes (usuario_id, origem, formato, campos, estado, direta, linhas_previstas, linhas, bytes, partes,"
                        " nome_arquivo, criada_em, terminada_em) VALUES (%s, %s, %s, '{id}', %s, false, 9, %s, %s, %s, 'x', %s, %s)",
                        (s.choice(usuarios + [None]), s.choice(["clientes", "quadro"]), s.choice(["excel", "pdf", "csv"]), estado,
                         s.randrange(50000) if feita else None, s.randrange(10**7) if feita else None, 1 if feita else None, em,
                         None if estado in ("na_fila", "executando") else em + dt.timedelta(seconds=5)))
    b.hoje = b.valor("SELECT crm.hoje()")
    assert b.hoje == dt.datetime.now(FUSO).date()
    yield b


def revirar(cur, b, s):
    """What changes figures that were counted already: undone contacts, clients that move, corrected and deleted orders, who leaves."""
    cur.execute("SELECT cliente_id, vendedor_id FROM crm.cliente_vendedor WHERE encerrada_em IS NULL AND NOT contatado ORDER BY id LIMIT 30")
    abertas = cur.fetchall()
    for cliente, vendedor in abertas[:15]:
        cur.execute("SELECT crm.marcar_contatado(%s, %s, 'oi', %s)", (vendedor, cliente, s.choice(["interessado", "sem_resposta", "recusou"])))
    for cliente, vendedor in abertas[:8]:
        cur.execute("SELECT crm.desfazer_contato(%s, %s)", (vendedor, cliente))
    for cliente, vendedor in abertas[8:25]:
        cur.execute("SELECT crm.realocar_cliente(%s, %s)", (cliente, s.choice([v for v in b.vendedores if v != vendedor])))
    for cliente, _ in abertas[25:28]:
        cur.execute("SELECT crm.liberar_cliente(%s, true)", (cliente,))
    for cliente, _ in abertas[20:24]:
        cur.execute("SELECT crm.cliente_desativar(%s)", (cliente,))
    # Orders: corrected in value and in day, taken back, also the newest; clients switched off and on in bulk.
    cur.execute("UPDATE crm.pedidos SET valor = valor + 0.01, data_pedido = data_pedido - 20 WHERE id % 7 = 0")
    cur.execute("UPDATE crm.pedidos SET data_pedido = crm.hoje() - (id % 110)::integer WHERE id % 11 = 0")
    cur.execute("DELETE FROM crm.pedidos WHERE id % 13 = 0")
    cur.execute("DELETE FROM crm.pedidos WHERE id IN (SELECT max(id) FROM crm.pedidos GROUP BY cliente_id ORDER BY 1 DESC LIMIT 10)")
    cur.execute("UPDATE crm.clientes SET ativo = (id_cliente % 3 <> 0) WHERE id_cliente % 31 = 0")
    # Who leaves hands over what was contacted; what was done stays theirs.
    cur.execute("SELECT crm.alterar_usuario(%s, ativo => false, transferir_para => %s)", (b.vendedores[2], b.vendedores[1]))
    cur.execute("SELECT count(*) FROM crm.contagens_verificar()")
    assert cur.fetchone()[0] == 0


def pedir(b, args, papel="gerente"):
    status, corpo = b.sql("SELECT status, corpo FROM crm.atender('relatorio', %s, '127.0.0.1', 't', 'pytest', NULL, %s)",
                          (b.sessoes[papel], json.dumps(args, default=str)))[0]
    return status, json.loads(corpo, parse_float=Decimal)


def casos(b):
    h = b.hoje
    mes = h.replace(day=1)
    for de, ate in [(None, None), (h - dt.timedelta(730), h), (h - dt.timedelta(40), h - dt.timedelta(40)),
                    (h - dt.timedelta(90), h - dt.timedelta(3)), ((mes - dt.timedelta(1)).replace(day=1), mes - dt.timedelta(1))]:
        for vendedor in [None, b.vendedores[0], b.vendedores[3]]:
            args = {k: v for k, v in {"de": de, "ate": ate, "vendedor_id": vendedor}.items() if v is not None}
            yield args, de or h - dt.timedelta(29), ate or h, vendedor


def dia(instante):
    return instante and instante.astimezone(FUSO).date()


def atribuicoes(b):
    nomes = dict(b.sql("SELECT id, nome FROM crm.usuarios"))
    colunas = "vendedor_id data_atribuicao contatado data_contato resultado encerrada_em valor_recuperado".split()
    for linha in b.sql(f"SELECT {', '.join(colunas)} FROM crm.cliente_vendedor"):
        a = dict(zip(colunas, linha))
        a["vendedor"] = nomes[a["vendedor_id"]]
        a["voltou"] = a["resultado"] == "recuperado" and a["encerrada_em"] is not None
        a["valor"] = (a["valor_recuperado"] or Decimal(0)) if a["voltou"] else Decimal(0)
        yield a


def dias(de, ate):
    return [de + dt.timedelta(n) for n in range((ate - de).days + 1)]


def cada_mes(linhas, de, ate):
    """Every month of the interval with its rows."""
    return [(m, [a for a in linhas if f"{a['dia']:%Y-%m}" == m]) for m in sorted({f"{d:%Y-%m}" for d in dias(de, ate)})]


def por_dia(n, de, ate):
    return (Decimal(n) / len(dias(de, ate))).quantize(Decimal("0.1"), "ROUND_HALF_UP")


def soma(linhas, campo="valor"):
    return sum((x[campo] for x in linhas), Decimal(0)).quantize(CENTAVOS)


def por(linhas, *chaves):
    grupos = collections.defaultdict(list)
    for x in linhas:
        grupos[tuple(x[k] for k in chaves)].append(x)
    return grupos


def numeros(x):
    """Dates as text and numbers as they are worth, for comparing with JSON."""
    if isinstance(x, dict):
        return {k: numeros(v) for k, v in x.items()}
    if isinstance(x, list):
        return [numeros(v) for v in x]
    return str(x) if isinstance(x, dt.date) else x


def conferir(b, nome, esperado):
    for args, de, ate, vendedor in casos(b):
        status, corpo = pedir(b, {"nome": nome, **args})
        assert status == 200, corpo
        par = b.sql("SELECT id, nome FROM crm.vendedores WHERE id = %s", (vendedor,))
        assert {k: corpo[k] for k in ("nome", "de", "ate", "hoje")} == {"nome": nome, "de": str(de), "ate": str(ate), "hoje": str(b.hoje)}
        assert corpo["vendedor"] == (dict(zip(("id", "nome"), par[0])) if vendedor else None)
        assert corpo[nome] == numeros(esperado(de, ate, vendedor)), (nome, args)
        assert len(json.dumps(corpo, default=str)) < 400_000


def test_recuperados(mundo):
    todas = list(atribuicoes(mundo))

    def esperado(de, ate, vendedor):
        linhas = [dict(a, dia=dia(a["encerrada_em"])) for a in todas if a["voltou"] and vendedor in (None, a["vendedor_id"])]
        linhas = [dict(a, mes=f"{a['dia']:%Y-%m}") for a in linhas if de <= a["dia"] <= ate]
        n = {"dia": por(linhas, "dia"), "mes": por(linhas, "mes")}

        def conta(grupo):
            return {"clientes": len(grupo), "valor": soma(grupo)}

        def media(grupo):
            return {"por_cliente": (soma(grupo) / len(grupo)).quantize(CENTAVOS, "ROUND_HALF_UP") if grupo else None}

        def por_mes(grupo):
            return [{"mes": m, **conta(x)} for (m,), x in sorted(por(grupo, "mes").items())]
        vendedores = sorted(({"vendedor_id": i, "vendedor": v, **conta(g), **media(g), "meses": por_mes(g)}
                             for (i, v), g in por(linhas, "vendedor_id", "vendedor").items()), key=lambda x: (-x["valor"], x["vendedor_id"]))
        depois = {v["vendedor_id"] for v in vendedores[6:]}
        return {"totais": {**conta(linhas), **media(linhas)}, "dias": [{"dia": d, **conta(n["dia"].get((d,), []))} for d in dias(de, ate)],
                "meses": [{"mes": m, **conta(n["mes"].get((m,), []))} for m in sorted({f"{d:%Y-%m}" for d in dias(de, ate)})],
                "vendedores": vendedores, "outros": por_mes([a for a in linhas if a["vendedor_id"] in depois])}
    conferir(mundo, "recuperados", esperado)


def test_desfechos(mundo):
    todas = list(atribuicoes(mundo))

    def esperado(de, ate, vendedor):
        linhas = [dict(a, dia=dia(a["data_contato"])) for a in todas if a["contatado"] and vendedor in (None, a["vendedor_id"])
                  and a["data_contato"] >= a["data_atribuicao"]]
        linhas = [a for a in linhas if de <= a["dia"] <= ate]
        r, d_ = por(linhas, "resultado"), por(linhas, "dia")

        def recuperados(g):
            return sum(a["resultado"] == "recuperado" for a in g)

        def conta(g):
            return {"contatos": len(g), "recuperados": recuperados(g), "demais": len(g) - recuperados(g)}
        vendedores = [{"vendedor_id": i, "vendedor": v, "contatos": len(g), "valor": soma(g),
                       **{x: sum(a["resultado"] == x for a in g) for x in RESULTADOS}}
                      for (i, v), g in por(linhas, "vendedor_id", "vendedor").items()]
        return {"totais": {"contatos": len(linhas), "recuperados": recuperados(linhas), "por_dia": por_dia(len(linhas), de, ate), "valor": soma(linhas)},
                "resultados": [{"resultado": x, "contatos": len(r.get((x,), [])), "valor": soma(r.get((x,), []))} for x in RESULTADOS],
                "dias": [{"dia": d, **conta(d_.get((d,), []))} for d in dias(de, ate)],
                "meses": [{"mes": m, **conta(g)} for m, g in cada_mes(linhas, de, ate)],
                "vendedores": sorted(vendedores, key=lambda x: (-x["contatos"], x["vendedor_id"]))}
    conferir(mundo, "desfechos", esperado)


def test_funil(mundo):
    todas = list(atribuicoes(mundo))

    def conta(g):
        return {"recebidos": len(g), "contatados": sum(a["contatado"] for a in g),
                "responderam": sum(a["contatado"] and a["resultado"] not in ("sem_resposta", "numero_errado") for a in g),
                "recuperados": sum(a["contatado"] and a["voltou"] for a in g)}

    def taxa(n, de):
        # Half up, as numeric rounds.
        return (Decimal(n) / de).quantize(Decimal("0.0001"), "ROUND_HALF_UP") if de else 0

    def esperado(de, ate, vendedor):
        linhas = [dict(a, dia=dia(a["data_atribuicao"])) for a in todas if vendedor in (None, a["vendedor_id"])]
        linhas = [a for a in linhas if de <= a["dia"] <= ate]
        d_ = por(linhas, "dia")

        def resto(g):
            return {"sem_contato": sum(a["voltou"] and not a["contatado"] for a in g), "valor": soma(g)}
        t = conta(linhas)
        vendedores = [{"vendedor_id": i, "vendedor": v, **conta(g), **resto(g), "taxa_contato": taxa(conta(g)["contatados"], len(g)),
                       "taxa_recuperacao": taxa(conta(g)["recuperados"], len(g))}
                      for (i, v), g in por(linhas, "vendedor_id", "vendedor").items()]
        assert t["recebidos"] >= t["contatados"] >= t["responderam"] >= t["recuperados"]
        return {"totais": {**t, **resto(linhas)}, "etapas": [{"etapa": e, "atribuicoes": n, "taxa": taxa(n, t["recebidos"])} for e, n in t.items()],
                "dias": [{"dia": d, **conta(d_.get((d,), []))} for d in dias(de, ate)],
                "vendedores": sorted(vendedores, key=lambda x: (-x["recebidos"], x["vendedor_id"]))}
    conferir(mundo, "funil", esperado)


def test_buscas(mundo):
    nomes = dict(mundo.sql("SELECT id, nome FROM crm.usuarios"))
    todas = [{"dia": dia(q), "usuario_id": u, "papel": p, "n": n if "rota" in (d or {}) else 1}
             for q, u, p, n, d in mundo.sql("SELECT quando, usuario_id, papel, linhas, depois FROM crm.auditoria WHERE acao = 'pesquisa'")]

    def esperado(de, ate, vendedor):
        linhas = [a for a in todas if de <= a["dia"] <= ate and vendedor in (None, a["usuario_id"])]
        d_ = por(linhas, "dia")
        total = sum(a["n"] for a in linhas)
        usuarios = [{"usuario_id": u, "usuario": nomes.get(u), "papel": p, "buscas": sum(a["n"] for a in g)}
                    for (u, p), g in por(linhas, "usuario_id", "papel").items()]

        def conta(g):
            return {"buscas": sum(a["n"] for a in g), "usuarios": len({a["usuario_id"] for a in g})}
        return {"totais": {"buscas": total, "usuarios": len({a["usuario_id"] for a in linhas}), "por_dia": por_dia(total, de, ate)},
                "dias": [{"dia": d, **conta(d_.get((d,), []))} for d in dias(de, ate)],
                "meses": [{"mes": m, **conta(g)} for m, g in cada_mes(linhas, de, ate)],
                "usuarios": sorted(usuarios, key=lambda x: (-x["buscas"], x["usuario_id"], x["papel"]))}
    conferir(mundo, "buscas", esperado)


def test_exportacoes(mundo):
    nomes = dict(mundo.sql("SELECT id, nome FROM crm.usuarios"))
    campos = "criada_em usuario_id origem formato estado linhas bytes".split()
    todas = [dict(zip(campos, x)) for x in mundo.sql(f"SELECT {', '.join(campos)} FROM crm.exportacoes")]

    def esperado(de, ate, vendedor):
        linhas = [dict(a, dia=dia(a["criada_em"])) for a in todas if vendedor in (None, a["usuario_id"])]
        linhas = [a for a in linhas if de <= a["dia"] <= ate]
        d_ = por(linhas, "dia")

        def conta(g):
            feitas = [a for a in g if a["estado"] in ("pronta", "expirada")]
            return {"exportacoes": len(feitas), "linhas": sum(a["linhas"] for a in feitas), "bytes": sum(a["bytes"] for a in feitas)}

        def cada(campo):
            return sorted(({campo: k, **conta(g)} for (k,), g in por(linhas, campo).items()), key=lambda x: (-x["exportacoes"], x[campo]))
        usuarios = [{"usuario_id": u, "usuario": nomes.get(u), **conta(g)} for (u,), g in por(linhas, "usuario_id").items()]
        return {"totais": {**conta(linhas), "falhas": sum(a["estado"] == "falhou" for a in linhas)},
                "dias": [{"dia": d, **{k: v for k, v in conta(d_.get((d,), [])).items() if k != "bytes"}} for d in dias(de, ate)],
                "meses": [{"mes": m, **{k: v for k, v in conta(g).items() if k != "bytes"}} for m, g in cada_mes(linhas, de, ate)],
                "formatos": cada("formato"), "origens": cada("origem"),
                "usuarios": sorted(usuarios, key=lambda x: (-x["exportacoes"], x["usuario_id"] is None, x["usuario_id"]))}
    conferir(mundo, "exportacoes", esperado)


def previsao_esperada(b, vendedor):
    if vendedor is None:
        clientes = b.sql("SELECT data_ultima_compra, valor_total FROM crm.clientes WHERE ativo")
    else:
        clientes = b.sql("SELECT c.data_ultima_compra, c.valor_total FROM crm.clientes c JOIN crm.cliente_vendedor v"
                         " ON v.cliente_id = c.id_cliente WHERE v.encerrada_em IS NULL AND v.vendedor_id = %s", (vendedor,))
    linhas = []
    for n in range(1, 15):
        d = b.hoje + dt.timedelta(n)
        for limite, dias_ in LIMITES.items():
            g = [{"valor": v} for compra, v in clientes if compra is not None and (d - compra).days == dias_]
            linhas.append({"dia": d, "limite": limite, "dias": dias_, "periodo": PERIODOS[limite], "clientes": len(g), "valor": soma(g)})
    return linhas


def test_previsao(mundo):
    b = mundo
    # Copies in assignments written above without them.
    b.sql("UPDATE crm.cliente_vendedor v SET data_ultima_compra = c.data_ultima_compra, valor_total = c.valor_total"
          " FROM crm.clientes c WHERE c.id_cliente = v.cliente_id AND v.encerrada_em IS NULL")
    for vendedor in [None] + b.vendedores:
        # Of who left nothing is forecast.
        saiu = vendedor is not None and not b.valor("SELECT ativo FROM crm.vendedores WHERE id = %s", (vendedor,))
        linhas = [] if saiu else previsao_esperada(b, vendedor)
        assert not saiu or vendedor == b.vendedores[2]
        limites = [{"limite": x, "dias": LIMITES[x], "periodo": PERIODOS[x], "clientes": sum(a["clientes"] for a in g), "valor": soma(g)}
                   for (x,), g in por(linhas, "limite").items()]
        _, corpo = pedir(b, {"nome": "previsao", **({"vendedor_id": vendedor} if vendedor else {})})
        p = corpo["previsao"]
        assert p["linhas"] == numeros(linhas)
        assert p["limites"] == numeros(limites)
        assert p["dias"] == numeros([{"dia": d, "clientes": sum(a["clientes"] for a in g), "valor": soma(g)} for (d,), g in sorted(por(linhas, "dia").items())])
        assert p["totais"] == numeros({"clientes": sum(a["clientes"] for a in linhas), "valor": soma(linhas)})
        if vendedor is None:
            assert p["totais"]["clientes"] > 0


def test_previsao_guardada_contra_o_que_houve(mundo):
    """The task keeps the forecast once a business day; days later the screen shows it beside who really crossed."""
    b = mundo
    assert b.valor("SELECT feito FROM crm.tarefas('previsao')") == 60
    assert b.valor("SELECT feito FROM crm.tarefas('previsao')") == 0, "once a day"
    ontem = {(a["dia"], a["limite"]): a for a in previsao_esperada(b, None)}
    amanha = b.hoje + dt.timedelta(1)
    assert pedir(b, {"nome": "previsao"})[1]["previsao"]["acompanhamento"] == []
    # Some of those who would cross tomorrow buy today.
    compraram = b.sql("SELECT id_cliente, valor_total FROM crm.clientes WHERE ativo AND data_ultima_compra = %s - 30 + 1 LIMIT 2", (b.hoje,))
    assert compraram
    c = b.conectar(autocommit=False)
    with c.cursor() as cur:
        cur.execute("INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) SELECT unnest(%s), crm.hoje(), 1", ([i for i, _ in compraram],))
        cur.execute("SET LOCAL crm.relogio_desvio = 86400")
        cur.execute("SELECT feito FROM crm.tarefas('previsao')")
        assert cur.fetchone()[0] == 60
        cur.execute("SELECT corpo FROM crm.atender('relatorio', %s, '', '', '', NULL, '{\"nome\": \"previsao\"}')", (b.sessoes["gerente"],))
        lida = json.loads(cur.fetchone()[0], parse_float=Decimal)["previsao"]["acompanhamento"]
        colunas = "dia limite dias antecedencia clientes_previstos valor_previsto clientes valor".split()
        cur.execute(f"SELECT {', '.join(colunas)} FROM crm.v_previsao_acompanhamento ORDER BY limite")
        vistas = [dict(zip(colunas, x)) for x in cur.fetchall()]
    c.rollback()
    esperadas = []
    for limite in LIMITES:
        previsto = ontem[amanha, limite]
        falta = compraram if limite == 30 else []
        esperadas.append({"dia": amanha, "limite": limite, "dias": LIMITES[limite], "antecedencia": 1,
                          "clientes_previstos": previsto["clientes"], "valor_previsto": previsto["valor"],
                          "clientes": previsto["clientes"] - len(falta), "valor": previsto["valor"] - sum(v for _, v in falta)})
    assert vistas == esperadas
    # The screen draws a day as one: all limits together.
    cifras = ("clientes_previstos", "valor_previsto", "clientes", "valor")
    assert lida == [numeros({"dia": amanha, "antecedencia": 1, **{k: sum(a[k] for a in esperadas) for k in cifras}})]


def test_o_que_a_ti_pode_chamar_guarda_a_previsao_inteira(mundo):
    """Who may run the tasks but not see numbers keeps the same forecast."""
    b = mundo
    b.sql("DELETE FROM crm.previsoes")
    b.sql("DROP ROLE IF EXISTS rel_ti")
    b.sql("CREATE ROLE rel_ti LOGIN IN ROLE crm_ti")
    with b.conectar("rel_ti").cursor() as cur:
        cur.execute("SELECT feito FROM crm.tarefas('previsao')")
        assert cur.fetchone()[0] == 60
    assert b.valor("SELECT sum(clientes) FROM crm.previsoes") == b.valor("SELECT sum(clientes) FROM crm.previsao_de_hoje") > 0
    b.abertas.pop().close()
    b.sql("DROP ROLE rel_ti")


def test_a_tela_e_a_visao(mundo):
    """BI-1: a login of crm_bi adds up the view and gets the totals of the screen."""
    b = mundo
    b.sql("DROP ROLE IF EXISTS rel_bi")
    b.sql("CREATE ROLE rel_bi LOGIN IN ROLE crm_bi")
    con = b.conectar("rel_bi")
    somas = {"recuperados": "sum(clientes), sum(valor)", "desfechos": "sum(contatos), sum(valor_recuperado)",
             "funil": "sum(recebidos), sum(valor_recuperado)", "buscas": "sum(buscas), count(DISTINCT usuario_id)", "exportacoes": "sum(exportacoes), sum(falhas)"}
    campos = {"recuperados": ("clientes", "valor"), "desfechos": ("contatos", "valor"), "funil": ("recebidos", "valor"),
              "buscas": ("buscas", "usuarios"), "exportacoes": ("exportacoes", "falhas")}
    with con.cursor() as cur:
        for nome, colunas in somas.items():
            for args, de, ate, vendedor in casos(b):
                quem = "usuario_id" if nome in ("buscas", "exportacoes") else "vendedor_id"
                cur.execute(f"SELECT {colunas} FROM crm.v_relatorio_{nome} WHERE dia BETWEEN %s AND %s AND (%s IS NULL OR {quem} = %s)",
                            (de, ate, vendedor, vendedor))
                totais = pedir(b, {"nome": nome, **args})[1][nome]["totais"]
                assert [x or 0 for x in cur.fetchone()] == [totais[c] for c in campos[nome]], (nome, args)
        cur.execute("SELECT sum(clientes), sum(valor) FROM crm.v_previsao")
        totais = pedir(b, {"nome": "previsao"})[1]["previsao"]["totais"]
        assert cur.fetchone() == (totais["clientes"], totais["valor"])
        cur.execute("SELECT count(*) FROM crm.v_relatorio_buscas WHERE usuario_id > 0 AND usuario IS NULL")
        assert cur.fetchone()[0] == 0, "names of the users"
    con.close()
    b.sql("DROP ROLE rel_bi")


def test_exportar(mundo):
    """EXPORT-1, ADM-4: the file of a report has the rows of its view for the filters of the screen, of a seller too."""
    b = mundo
    de, ate, v = b.hoje - dt.timedelta(200), b.hoje - dt.timedelta(3), b.vendedores[0]
    periodo = f"dia BETWEEN '{de}' AND '{ate}'"
    for nome, campos, filtros, onde in [
            ("recuperados", "dia vendedor clientes valor", {}, f"v_relatorio_recuperados WHERE {periodo}"),
            ("desfechos", "dia resultado contatos", {"vendedor_id": v}, f"v_relatorio_desfechos WHERE {periodo} AND vendedor_id = {v}"),
            ("funil", "dia vendedor recebidos", {"vendedor_id": v}, f"v_relatorio_funil WHERE {periodo} AND vendedor_id = {v}"),
            ("buscas", "dia usuario buscas", {"vendedor_id": v}, f"v_relatorio_buscas WHERE {periodo} AND usuario_id = {v}"),
            ("exportacoes", "dia formato linhas", {}, f"v_relatorio_exportacoes WHERE {periodo}"),
            ("previsao", "dia limite clientes valor", {}, "v_previsao"),
            ("previsao", "dia limite clientes", {"vendedor_id": v}, f"v_previsao_carteira WHERE vendedor_id = {v}")]:
        campos = campos.split()
        filtros = json.dumps({"nome": nome, "de": str(de), "ate": str(ate), **{k: str(x) for k, x in filtros.items()}})
        esperado = sorted(tuple(str("" if x is None else x) for x in linha) for linha in b.sql(f"SELECT {', '.join(campos)} FROM crm.{onde}"))
        n = b.valor("SELECT crm.exportar('relatorio', 'csv', %s, %s, NULL, NULL, '{}')", (filtros, campos))
        linhas = list(csv.reader(io.StringIO(bytes(b.valor("SELECT crm.exportacao_bytes(%s)", (n,))).decode())))
        assert sorted(tuple(x) for x in linhas[1:]) == esperado, nome
        assert esperado, nome
    with pytest.raises(psycopg2.Error) as erro:
        b.sql("SELECT crm.exportar('relatorio', 'csv', '{\"nome\": \"outro\"}', '{dia}', NULL, NULL, '{}')")
    assert erro.value.pgcode == "CR404"


@pytest.mark.parametrize("papel, status", [("administrador", 200), ("gerente", 200), ("vendedor", 403), ("operador", 403), ("ti", 403)])
def test_direitos(mundo, papel, status):
    for nome in ("recuperados", "desfechos", "funil", "buscas", "exportacoes", "previsao"):
        assert pedir(mundo, {"nome": nome}, papel)[0] == status
        assert pedir(mundo, {"nome": nome, "vendedor_id": mundo.vendedores[0]}, papel)[0] == status


def test_argumentos_hostis(mundo):
    h = mundo.hoje
    um = dt.timedelta(1)
    for args, status, codigo in [
            ({}, 422, "campo_obrigatorio"), ({"nome": "outro"}, 422, "campo_invalido"), ({"nome": "v_previsao; --"}, 422, "campo_invalido"),
            ({"nome": ["funil"]}, 422, "campo_invalido"), ({"nome": "funil", "de": "2026-02-30"}, 422, "campo_invalido"),
            ({"nome": "funil", "de": "infinity"}, 422, "campo_invalido"), ({"nome": "funil", "ate": "-infinity"}, 422, "campo_invalido"),
            ({"nome": "funil", "de": "1850-01-01"}, 422, "campo_invalido"), ({"nome": "funil", "de": "1900-01-01"}, 422, "intervalo_invalido"),
            ({"nome": "funil", "de": "1900-01-01", "ate": "1900-01-02"}, 200, None),
            ({"nome": "funil", "de": h, "ate": h - um}, 422, "intervalo_invalido"), ({"nome": "funil", "ate": h + um}, 422, "intervalo_invalido"),
            ({"nome": "funil", "de": h + um}, 422, "intervalo_invalido"), ({"nome": "funil", "de": h - 731 * um}, 422, "intervalo_invalido"),
            ({"nome": "funil", "de": h - 730 * um}, 200, None), ({"nome": "funil", "vendedor_id": 0}, 422, "campo_invalido"),
            ({"nome": "funil", "vendedor_id": 2**63}, 422, "campo_invalido"), ({"nome": "funil", "vendedor_id": "1.5"}, 422, "campo_invalido"),
            ({"nome": "funil", "vendedor_id": 2**62}, 404, "vendedor_inexistente"), ({"nome": "funil", "x": 1}, 422, "campo_desconhecido")]:
        recebido, corpo = pedir(mundo, args)
        assert (recebido, corpo.get("codigo")) == (status, codigo), (args, corpo)
    # A right taken away from the views' door closes this one too.
    with mundo.conectar(autocommit=False).cursor() as cur:
        cur.execute("DELETE FROM crm.permissoes WHERE papel = 'gerente' AND acao = 'numeros.ver'")
        cur.execute("SELECT status FROM crm.atender('relatorio', %s, '', '', '', NULL, '{\"nome\": \"funil\"}')", (mundo.sessoes["gerente"],))
        assert cur.fetchone()[0] == 403


@pytest.mark.parametrize("fuso", ["America/Sao_Paulo", "America/Recife"])
def test_horario_de_verao(mundo, fuso):
    """TEMPO-1: around the hours that clocks skipped and repeated, each search is of its business day, and of one only."""
    c = mundo.conectar(autocommit=False)
    with c.cursor() as cur:
        cur.execute("UPDATE crm.configuracoes SET valor = %s WHERE chave = 'fuso_horario'", (fuso,))
        # Summer time began and ended at midnight: 15/10/2017, 17/02/2018; 04/11/2018, 16/02/2019. Recife had none.
        cur.execute("DELETE FROM crm.auditoria WHERE acao = 'pesquisa'")
        cur.execute("INSERT INTO crm.auditoria (acao, quando, usuario_id, papel, depois) SELECT 'pesquisa', d + make_interval(mins => m), 1, 'gerente', '{}'"
                    "  FROM unnest('{2017-10-13,2018-02-16,2018-11-02,2019-02-15,2024-02-28,2020-02-28}'::timestamptz[]) d, generate_series(0, 3 * 1440, 30) m")
        # Not of any day that a report can name.
        cur.execute("INSERT INTO crm.auditoria (acao, quando, papel, depois) VALUES ('pesquisa', 'infinity', 'ti', '{}'), ('pesquisa', '-infinity', 'ti', '{}'),"
                    " ('pesquisa', '1900-01-01', 'ti', '{}'), ('pesquisa', '9999-12-31', 'ti', '{}')")
        cur.execute("SELECT dia, sum(buscas) FROM crm.v_relatorio_buscas GROUP BY 1 ORDER BY 1")
        pelas_visoes = cur.fetchall()
        cur.execute("SELECT (quando AT TIME ZONE %s)::date, count(*) FROM crm.auditoria WHERE acao = 'pesquisa'"
                    " AND quando BETWEEN '2017-01-01' AND '2025-01-01' GROUP BY 1 ORDER BY 1", (fuso,))
        assert pelas_visoes == cur.fetchall() and sum(n for _, n in pelas_visoes) == 6 * 145
    c.rollback()


def test_previsao_contra_os_dias_que_passam(mundo):
    """Nobody buys and the clock goes on: each day those cross who were forecast, and each period changes by them."""
    c = mundo.conectar(autocommit=False)
    with c.cursor() as cur:
        cur.execute("SELECT dia, limite, clientes, valor FROM crm.v_previsao")
        previsto = {(d, n): (q, v) for d, n, q, v in cur.fetchall()}
        assert len(previsto) == 56

        def periodos():
            cur.execute("SELECT periodo, clientes, valor FROM crm.v_periodos")
            return {p: (q, v) for p, q, v in cur.fetchall()}
        ontem = periodos()
        for n in range(1, 15):
            cur.execute("SELECT set_config('crm.relogio_desvio', %s, true)", (str(n * 86400),))
            cur.execute("SELECT crm.hoje()")
            d = cur.fetchone()[0]
            assert d == mundo.hoje + dt.timedelta(n)
            entram = {PERIODOS[x]: previsto[d, x] for x in LIMITES}
            saem = dict(zip(["0-29", "30-45", "45-60", "60-90"], (previsto[d, x] for x in LIMITES)))
            hoje = periodos()
            nada = (0, Decimal(0))
            for p in ["0-29", *PERIODOS.values()]:
                e, f = entram.get(p, nada), saem.get(p, nada)
                assert hoje.get(p, nada)[0] - ontem.get(p, nada)[0] == e[0] - f[0], (d, p)
                assert hoje.get(p, nada)[1] - ontem.get(p, nada)[1] == e[1] - f[1], (d, p)
            ontem = hoje
    c.rollback()


def test_fuso_muda_os_dias(mundo):
    """TEMPO-1: another business zone, other days; every counter follows."""
    c = mundo.conectar(autocommit=False)
    with c.cursor() as cur:
        cur.execute("UPDATE crm.configuracoes SET valor = 'Asia/Tokyo' WHERE chave = 'fuso_horario'")
        cur.execute("SELECT count(*) FROM crm.contagens_verificar()")
        assert cur.fetchone()[0] == 0
        cur.execute("SELECT dia, sum(contatos) FROM crm.v_relatorio_desfechos GROUP BY 1 ORDER BY 1")
        pelas_visoes = cur.fetchall()
        cur.execute("SELECT (data_contato AT TIME ZONE 'Asia/Tokyo')::date, count(*) FROM crm.cliente_vendedor"
                    " WHERE contatado AND data_contato >= data_atribuicao GROUP BY 1 ORDER BY 1")
        assert pelas_visoes == cur.fetchall()
    c.rollback()


def test_custo_por_periodo(mundo):
    """The forecast and a month read counters and index ranges, not all clients, assignments or audit."""
    b = mundo
    b.sql("ANALYZE crm.contagens")
    c = b.conectar(autocommit=False)
    with c.cursor() as cur:
        lidas = {}
        for nome in ("recuperados", "desfechos", "funil", "previsao"):
            cur.execute("SELECT relname, seq_scan, idx_scan FROM pg_stat_xact_user_tables WHERE schemaname = 'crm'")
            antes = {r: (s, i) for r, s, i in cur.fetchall()}
            cur.execute("SELECT corpo FROM crm.atender('relatorio', %s, '', '', '', NULL, %s)", (b.sessoes["gerente"], json.dumps({"nome": nome})))
            cur.execute("SELECT relname, seq_scan, idx_scan FROM pg_stat_xact_user_tables WHERE schemaname = 'crm'")
            lidas[nome] = {r for r, s, i in cur.fetchall() if (s, i) != antes.get(r, (0, 0))}
        for nome, tabelas in lidas.items():
            assert not tabelas & {"clientes", "cliente_vendedor", "pedidos", "auditoria"}, (nome, tabelas)
        cur.execute("SET LOCAL enable_seqscan = off")
        cur.execute("EXPLAIN SELECT * FROM crm.v_relatorio_buscas WHERE dia BETWEEN crm.hoje() - 3 AND crm.hoje()")
        plano = "\n".join(x for (x,) in cur.fetchall())
        assert "Index Cond: ((quando >= d.inicio) AND (quando < d.fim))" in plano, plano
    c.rollback()
