"""crm.contagens stays exact under concurrency, rollback and compaction (notes: counts are kept).

Eight sessions change clients and assignments at random, in transactions that
commit, roll back or lose a deadlock, while others fold; at the end every kept
count equals the counted one. Replay: CRM_SEMENTE=<printed seed>.
"""
import os
import random
import threading

import psycopg2
from psycopg2 import errors

SESSOES = 8
TRANSACOES = 120
CLIENTES = 400
VENDEDORES = 6

PREPARAR = """
INSERT INTO crm.usuarios (id, nome, email, papel)
SELECT g, 'Vendedor ' || g, 'v' || g || '@exemplo.test', 'vendedor'
  FROM generate_series(9001, 9000 + %(v)s) g;
INSERT INTO crm.vendedores (id, nome)
SELECT g, 'Vendedor ' || g FROM generate_series(9001, 9000 + %(v)s) g
ON CONFLICT DO NOTHING;
CREATE FUNCTION public.cpf_de(n bigint) RETURNS crm.cpf LANGUAGE plpgsql AS $$
DECLARE
    t text := lpad(n::text, 9, '0');
    s integer;
BEGIN
    FOR k IN 0..1 LOOP
        s := 0;
        FOR i IN 1..9 + k LOOP
            s := s + substr(t, i, 1)::integer * (11 + k - i);
        END LOOP;
        t := t || CASE WHEN s %% 11 < 2 THEN 0 ELSE 11 - s %% 11 END;
    END LOOP;
    RETURN t::crm.cpf;
END $$;
INSERT INTO crm.clientes (id_cliente, cpf, nome_completo, data_ultima_compra, valor_total)
SELECT g, public.cpf_de(g), 'Cliente ' || g,
       CASE WHEN g %% 10 > 0 THEN crm.hoje() - (g %% 120)::integer END, g * 1.01
  FROM generate_series(700001, 700000 + %(c)s) g;
"""

COMANDOS = [
    # clients
    "UPDATE crm.clientes SET valor_total = valor_total + {n} WHERE id_cliente % {k} = 1",
    "UPDATE crm.clientes SET data_ultima_compra = crm.hoje() - {n} WHERE id_cliente = 700000 + {c}",
    "UPDATE crm.clientes SET ativo = NOT ativo WHERE id_cliente BETWEEN 700000 + {c} AND 700005 + {c}",
    "UPDATE crm.clientes SET nao_contatar = NOT nao_contatar WHERE id_cliente = 700000 + {c}",
    "UPDATE crm.clientes SET cidade = 'Recife' WHERE id_cliente % {k} = 2",
    "INSERT INTO crm.clientes (cpf, nome_completo, data_ultima_compra, valor_total) "
    "VALUES (public.cpf_de(800000 + {u}), 'Novo', crm.hoje() - {n}, {n})",
    "DELETE FROM crm.clientes WHERE nome_completo = 'Novo' AND NOT EXISTS "
    "(SELECT FROM crm.cliente_vendedor v WHERE v.cliente_id = id_cliente)",
    # assignments
    "INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id, data_ultima_compra, valor_total, motivo) "
    "SELECT id_cliente, {v}, data_ultima_compra, valor_total, 'distribuicao' FROM crm.clientes "
    "WHERE id_cliente BETWEEN 700000 + {c} AND 700010 + {c} ON CONFLICT DO NOTHING",
    "UPDATE crm.cliente_vendedor SET vendedor_id = {v} WHERE encerrada_em IS NULL AND cliente_id % {k} = 0",
    "UPDATE crm.cliente_vendedor SET contatado = true, data_contato = now() "
    "WHERE NOT contatado AND cliente_id = 700000 + {c}",
    "UPDATE crm.cliente_vendedor SET fixado = NOT fixado WHERE cliente_id = 700000 + {c}",
    "UPDATE crm.cliente_vendedor SET encerrada_em = now(), motivo_fim = 'pedido', "
    "resultado = 'recuperado', valor_recuperado = {n} WHERE encerrada_em IS NULL AND cliente_id = 700000 + {c}",
    "UPDATE crm.cliente_vendedor SET encerrada_em = now(), motivo_fim = 'liberacao' "
    "WHERE encerrada_em IS NULL AND cliente_id % {k} = 3",
    "DELETE FROM crm.cliente_vendedor WHERE encerrada_em IS NOT NULL AND id % {k} = 0",
    "SELECT crm.contagens_compactar()",
]


def sessao(dsn, semente, numero, falhas):
    acaso = random.Random(f"{semente}/{numero}")
    con = psycopg2.connect(dsn)
    unico = numero * 100_000
    try:
        for _ in range(TRANSACOES):
            con.set_session(isolation_level=acaso.choice(
                ["READ COMMITTED"] * 4 + ["REPEATABLE READ"]))
            cur = con.cursor()
            try:
                for passo in range(acaso.randint(1, 4)):
                    unico += 1
                    cur.execute("SAVEPOINT p")
                    cur.execute(acaso.choice(COMANDOS).format(
                        n=acaso.randint(0, 130), k=acaso.randint(3, 60),
                        c=acaso.randint(1, CLIENTES - 10), u=unico,
                        v=9000 + acaso.randint(1, VENDEDORES)))
                    if acaso.random() < 0.15:
                        cur.execute("ROLLBACK TO SAVEPOINT p")
                con.rollback() if acaso.random() < 0.2 else con.commit()
            except (errors.DeadlockDetected, errors.SerializationFailure,
                    errors.UniqueViolation, errors.ForeignKeyViolation):
                con.rollback()
    except Exception as erro:                       # noqa: BLE001: reported by the test
        falhas.append(f"{numero}: {erro!r}")
    finally:
        con.close()


def test_contagens_sao_exatas_sob_concorrencia(banco):
    semente = os.environ.get("CRM_SEMENTE") or str(random.SystemRandom().randrange(10**9))
    print(f"CRM_SEMENTE={semente}")
    banco.sql("ALTER DATABASE %s SET deadlock_timeout = '50ms'" % banco.nome)
    banco.sql("SET deadlock_timeout = '50ms'")
    banco.sql(PREPARAR, {"v": VENDEDORES, "c": CLIENTES})
    falhas = []
    sessoes = [threading.Thread(target=sessao, args=(banco.dsn + " user=postgres", semente, i, falhas))
               for i in range(1, SESSOES + 1)]
    for s in sessoes:
        s.start()
    # The observer: a statement sees counters and rows of one snapshot, so they agree at any moment.
    while any(s.is_alive() for s in sessoes):
        assert banco.sql("SELECT * FROM crm.contagens_verificar()") == []
        sessoes[0].join(0.2)
    assert falhas == []
    assert banco.sql("SELECT * FROM crm.contagens_verificar()") == []

    antes = banco.sql("""SELECT escopo, vendedor_id, dia::text, estado, sum(qtd), sum(valor) FROM crm.contagens
        GROUP BY 1, 2, 3, 4 HAVING sum(qtd) <> 0 OR sum(valor) <> 0 ORDER BY 1, 2, 3, 4""")
    assert len(antes) > 50
    banco.sql("SELECT crm.contagens_compactar()")
    depois = banco.sql("""SELECT escopo, vendedor_id, dia::text, estado, qtd::numeric, valor FROM crm.contagens
        ORDER BY 1, 2, 3, 4""")
    assert depois == antes, "one row per key, none at zero, nothing lost"
    banco.sql("SELECT crm.recontar()")
    assert banco.sql("SELECT escopo, vendedor_id, dia::text, estado, qtd::numeric, valor FROM crm.contagens"
                     " WHERE qtd <> 0 OR valor <> 0 ORDER BY 1, 2, 3, 4") == antes


def test_recontar_espera_quem_escreve(banco):
    """recontar() sees what a writer in flight commits, and a fold in flight does not stop it for good."""
    banco.sql(PREPARAR, {"v": VENDEDORES, "c": CLIENTES})
    escritor = banco.conectar(autocommit=False)
    contador = banco.conectar()
    with escritor.cursor() as cur:
        cur.execute("UPDATE crm.clientes SET valor_total = valor_total + 1")
        cur.execute("SELECT crm.contagens_compactar()")
    feito = threading.Thread(target=lambda: contador.cursor().execute("SELECT crm.recontar()"))
    feito.start()
    while not banco.valor("SELECT count(*) FROM pg_locks WHERE NOT granted"):
        assert feito.is_alive()
    escritor.commit()
    feito.join(30)
    assert not feito.is_alive()
    assert banco.sql("SELECT * FROM crm.contagens_verificar()") == []


def test_truncate_sob_dobra(banco):
    """TRUNCATE while another session holds the fold: no wait, no lost or doubled count."""
    banco.sql(PREPARAR, {"v": VENDEDORES, "c": CLIENTES})
    banco.sql("""INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id, motivo)
        SELECT id_cliente, 9001, 'distribuicao' FROM crm.clientes""")
    dobra = banco.conectar(autocommit=False)
    with dobra.cursor() as cur:
        cur.execute("SELECT crm.contagens_compactar()")
        assert cur.fetchone()[0] > 0
    banco.sql("SET lock_timeout = '5s'")
    banco.sql("TRUNCATE crm.clientes CASCADE")
    dobra.commit()
    assert banco.sql("SELECT * FROM crm.contagens_verificar()") == []
    assert banco.valor("SELECT coalesce(sum(qtd), 0) FROM crm.contagens") == 0


def test_instalar_conta_o_que_ja_existia(banco):
    """crm.instalar() over rows that no trigger saw (a restore of data alone) counts them."""
    banco.sql(PREPARAR, {"v": VENDEDORES, "c": CLIENTES})
    banco.sql("TRUNCATE crm.contagens")
    banco.sql("SELECT crm.instalar()")
    assert banco.sql("SELECT * FROM crm.contagens_verificar()") == []
    assert banco.valor("SELECT sum(qtd) FROM crm.contagens WHERE escopo = 'base'") == CLIENTES
