"""Twenty sessions at once: logins, logouts, marks, orders, reallocations, releases (issue point 4).

No deadlock, no double deal, no acknowledged mark lost. SEMENTE=n replays the
choices (not the interleaving).
"""
import os
import random
import threading

import psycopg2

SEMENTE = int(os.environ.get("SEMENTE", "1"))
SESSOES = 20
VOLTAS = 12
CLIENTES = 400


def preparar(banco):
    banco.sql("SELECT crm.popular(%s, 0, 1)", (CLIENTES * 14,))
    banco.sql("INSERT INTO crm.usuarios (id, nome, email, papel) SELECT i, 'V ' || i,"
              " 'v' || i || '@tempestade.test', 'vendedor' FROM generate_series(9001, %s) i", (9000 + SESSOES,))
    banco.sql("INSERT INTO crm.vendedores (id, nome) SELECT i, 'V ' || i"
              " FROM generate_series(9001, %s) i ON CONFLICT DO NOTHING", (9000 + SESSOES,))


def em_paralelo(alvo):
    """alvo(i) in SESSOES threads; raises what the first of them raised."""
    falhas = []
    largada = threading.Barrier(SESSOES)

    def correr(i):
        try:
            largada.wait()
            alvo(i)
        except BaseException as erro:       # noqa: B902 - handed to the test
            falhas.append(erro)

    threads = [threading.Thread(target=correr, args=(i,)) for i in range(SESSOES)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if falhas:
        raise falhas[0]


def conferir(banco):
    """After a run in peace everything holds."""
    banco.sql("SELECT crm.redistribuir_clientes()")
    assert banco.sql("SELECT * FROM crm.verificar_distribuicao()") == []


def test_vinte_logins_ao_mesmo_tempo(banco):
    preparar(banco)
    conexoes = [banco.conectar() for _ in range(SESSOES)]

    def entrar(i):
        conexoes[i].cursor().execute("SELECT crm.entrar_vendedor(%s)", (9001 + i,))

    em_paralelo(entrar)
    elegiveis = banco.valor("SELECT count(*) FROM crm.clientes WHERE ativo AND NOT nao_contatar"
                            " AND crm.situacao(data_ultima_compra) = 'elegivel'")
    cargas = [n for _, n in banco.sql("SELECT vendedor_id, count(*) FROM crm.cliente_vendedor"
                                      " WHERE encerrada_em IS NULL GROUP BY 1")]
    assert len(cargas) == SESSOES and sum(cargas) == elegiveis > 0
    assert max(cargas) - min(cargas) <= 1
    assert banco.sql("SELECT * FROM crm.lotes WHERE movimentos <> limite_inferior") == []
    conferir(banco)


def test_tempestade(banco):
    preparar(banco)
    conexoes = [banco.conectar() for _ in range(SESSOES)]
    marcados = []       # (atribuicao_id, text), acknowledged

    def viver(i):
        acaso = random.Random(SEMENTE * 1000 + i)
        eu = 9001 + i
        cur = conexoes[i].cursor()

        def carteira():
            cur.execute("SELECT cliente_id FROM crm.cliente_vendedor WHERE vendedor_id = %s"
                        " AND encerrada_em IS NULL AND NOT contatado", (eu,))
            return [c for c, in cur.fetchall()]

        cur.execute("SELECT crm.entrar_vendedor(%s)", (eu,))
        for volta in range(VOLTAS):
            meus = carteira()
            passo = acaso.choice(["marcar", "marcar", "marcar", "comprar", "realocar", "liberar", "sair", "todos"])
            if passo == "marcar" and meus:
                texto = f"{i}-{volta}"
                try:
                    cur.execute("SELECT atribuicao_id, repetido FROM crm.marcar_contatado(%s, %s, %s)",
                                (eu, acaso.choice(meus), texto))
                    atribuicao, repetido = cur.fetchone()
                    assert not repetido
                    marcados.append((atribuicao, texto))
                except psycopg2.Error as erro:
                    assert erro.pgcode == "CR403", erro    # moved away meanwhile
            elif passo == "comprar" and len(meus) > 2:
                varios = acaso.sample(meus, 3)             # in no order
                cur.execute("INSERT INTO crm.pedidos (cliente_id, data_pedido, valor)"
                            " SELECT unnest(%s::bigint[]), crm.hoje(), 10", (varios,))
            elif passo == "realocar" and meus:
                cur.execute("SELECT crm.realocar_cliente(%s, %s)",
                            (acaso.choice(meus), 9001 + acaso.randrange(SESSOES)))
            elif passo == "liberar" and meus:
                cur.execute("SELECT crm.liberar_cliente(%s, true)", (acaso.choice(meus),))
            elif passo == "sair":
                cur.execute("SELECT crm.sair_vendedor(%s)", (eu,))
                cur.execute("SELECT crm.entrar_vendedor(%s)", (eu,))
            elif passo == "todos" and i == 0:
                cur.execute("SELECT crm.redistribuir_todos()")
            else:
                cur.execute("SELECT crm.presenca(ARRAY[%s]::bigint[])", (eu,))

    em_paralelo(viver)
    assert len(marcados) == len({a for a, _ in marcados}) > SESSOES
    feitos = dict(banco.sql("SELECT id, observacoes FROM crm.cliente_vendedor WHERE contatado"
                            " AND observacoes IS NOT NULL"))
    assert feitos == dict(marcados), "a mark was lost, doubled or made up"
    conferir(banco)
