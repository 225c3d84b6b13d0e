"""Events of orders and of clients that leave the pool: after the commit, to whom it
concerns, ids and counts only, one for all when there are many. EVENTOS-1, DADOS-6.
"""
import json


def escutar(banco):
    c = banco.conectar()
    c.cursor().execute("LISTEN crm_eventos")
    return c


def avisos(c):
    """What arrived; a round trip makes the server send what was committed before."""
    c.cursor().execute("SELECT 1")
    c.poll()
    lidos = [json.loads(n.payload.split(" ", 1)[1]) for n in c.notifies]
    c.notifies.clear()
    return [a for a in lidos if a["tipo"] in ("cliente_recuperado", "cliente_liberado")]


def montar(banco, clientes, vendedores):
    banco.sql("SELECT crm.popular(%s, %s, 1)", (clientes, vendedores))
    banco.sql("""INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id, motivo, data_ultima_compra, valor_total)
                 SELECT c.id_cliente, v.id, 'distribuicao', c.data_ultima_compra, c.valor_total
                   FROM (SELECT *, row_number() OVER (ORDER BY id_cliente) - 1 AS n FROM crm.clientes) c
                   JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n, count(*) OVER () AS k FROM crm.vendedores) v
                     ON v.n = c.n % v.k""")
    banco.sql("UPDATE crm.clientes SET status = 'atribuido'")


def test_um_por_vendedor(banco):
    montar(banco, 5, 2)
    v = [i for (i,) in banco.sql("SELECT id FROM crm.vendedores ORDER BY id")]
    c = [i for (i,) in banco.sql("SELECT id_cliente FROM crm.clientes ORDER BY id_cliente")]
    ouvinte = escutar(banco)
    escritor = banco.conectar(autocommit=False)
    escritor.cursor().execute("INSERT INTO crm.pedidos (cliente_id, data_pedido, valor)"
                              " SELECT unnest(%s), crm.hoje(), 10", ([c[0], c[1], c[2]],))
    assert avisos(ouvinte) == []  # not before the commit
    escritor.commit()
    assert avisos(ouvinte) == [
        {"tipo": "cliente_recuperado", "para": [v[0]], "dados": {"vendedor_id": v[0], "quantidade": 2}},
        {"tipo": "cliente_recuperado", "para": [v[1]],
         "dados": {"vendedor_id": v[1], "quantidade": 1, "cliente_id": c[1]}},
    ]
    escritor.cursor().execute("UPDATE crm.clientes SET nao_contatar = true WHERE id_cliente = %s", (c[3],))
    escritor.commit()
    assert avisos(ouvinte) == [{"tipo": "cliente_liberado", "para": [v[1]],
                                "dados": {"vendedor_id": v[1], "quantidade": 1, "cliente_id": c[3]}}]


def test_desfeito_nao_avisa(banco):
    montar(banco, 2, 1)
    ouvinte = escutar(banco)
    escritor = banco.conectar(autocommit=False)
    cur = escritor.cursor()
    cur.execute("INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) SELECT id_cliente, crm.hoje(), 1 FROM crm.clientes")
    escritor.rollback()
    cur.execute("SAVEPOINT s; UPDATE crm.clientes SET ativo = false; ROLLBACK TO s")
    escritor.commit()
    assert avisos(ouvinte) == []


def test_muitos_sao_um(banco):
    montar(banco, 101, 101)
    ouvinte = escutar(banco)
    banco.sql("INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) SELECT id_cliente, crm.hoje(), 1 FROM crm.clientes"
              " WHERE id_cliente IN (SELECT cliente_id FROM crm.cliente_vendedor)")
    lidos = avisos(ouvinte)
    abertas = banco.valor("SELECT count(*) FROM crm.cliente_vendedor WHERE motivo_fim = 'pedido'")
    assert lidos == [{"tipo": "cliente_recuperado", "para": "*", "dados": {"quantidade": abertas}}]
    assert banco.valor("SELECT count(*) FROM crm.cliente_vendedor WHERE encerrada_em IS NULL") == 0
