"""crm.tarefas() and the background worker that calls it (AUTH-9, TEMPO-5)."""
import time

import psycopg2
import psycopg2.errors
import pytest

ESPERA_S = 120
TAREFAS = ["presenca", "expediente", "reciclagem", "dia", "contagens", "limpeza", "importacoes", "previsao", "exportacoes",
           "particoes", "selos"]


def ate(condicao, o_que):
    fim = time.monotonic() + ESPERA_S
    while not condicao():
        assert time.monotonic() < fim, f"not within {ESPERA_S} s: {o_que}"
        time.sleep(0.1)


@pytest.fixture
def despertador(banco):
    """Turns every second; the worker's database is called crm."""
    adm = psycopg2.connect(banco.dsn.replace(banco.nome, "postgres") + " user=postgres")
    adm.autocommit = True
    cur = adm.cursor()
    cur.execute("ALTER SYSTEM SET crm.tarefas_intervalo = 1")
    cur.execute("SELECT pg_reload_conf()")
    yield cur
    cur.execute("ALTER SYSTEM RESET crm.tarefas_intervalo")
    cur.execute("SELECT pg_reload_conf()")
    cur.execute("DROP DATABASE IF EXISTS crm WITH (FORCE)")
    adm.close()


def conectar(cur):
    c = psycopg2.connect(cur.connection.dsn.replace("dbname=postgres", "dbname=crm"))
    c.autocommit = True
    return c


def test_o_processo_espera_trabalha_e_nao_segura_o_banco(despertador, banco):
    def vivo():
        despertador.execute("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'crm despertador'")
        return despertador.fetchone()[0] == 1

    ate(vivo, "the waker runs while its database does not exist")
    # A database without the product is left alone.
    despertador.execute("CREATE DATABASE crm TEMPLATE template0")
    time.sleep(2)
    assert vivo()
    despertador.execute("DROP DATABASE crm")        # nobody is connected for long

    despertador.execute("CREATE DATABASE crm TEMPLATE modelo")
    c = conectar(despertador)
    cur = c.cursor()

    def um(sql, parametros=None):
        cur.execute(sql, parametros)
        return cur.fetchone()[0]

    ate(lambda: um("SELECT count(*) FROM crm.lotes WHERE origem = 'tarefas'") == 1, "the day's run")

    # An absent seller goes offline without anybody asking.
    um("SELECT 1 FROM crm.popular(100, 2)")
    um("SELECT crm.entrar_vendedor(min(id)) FROM crm.vendedores")
    um("SELECT crm.entrar_vendedor(max(id)) FROM crm.vendedores")
    cur.execute("UPDATE crm.vendedores SET visto_em = now() - interval '1 hour'"
                " WHERE id = (SELECT min(id) FROM crm.vendedores)")
    ate(lambda: um("SELECT count(*) FROM crm.vendedores WHERE online") == 1, "offline")
    assert um("SELECT origem FROM crm.lotes ORDER BY id DESC LIMIT 1") == "ausencia"
    assert um("SELECT count(DISTINCT vendedor_id) FROM crm.cliente_vendedor WHERE encerrada_em IS NULL") == 1
    cur.execute("SELECT * FROM crm.verificar_distribuicao()")
    assert cur.fetchall() == []

    # Each says what became of it and when it comes again; the audit is sealed meanwhile.
    # The months of the audit are looked at once an hour, and the hour began before the product was there.
    cada_turno = [t for t in TAREFAS if t != "particoes"]
    ate(lambda: um("SELECT array_agg(tarefa) @> %s FROM crm.v_tarefas WHERE falhas = 0 AND proxima_em > ultima_em", (cada_turno,)),
        "all tasks")
    ate(lambda: um("SELECT count(*) FROM crm.auditoria a WHERE a.xid >= (SELECT max(ate_xid::text::bigint)::text::xid8"
                   " FROM crm.auditoria_selos)") == 0, "sealed")
    cur.execute("SELECT * FROM crm.auditoria_verificar()")
    assert cur.fetchall() == []
    # The task at work is named where a DBA looks.
    segura = conectar(despertador)
    segura.autocommit = False
    segura.cursor().execute("LOCK TABLE crm.tarefas_estado")
    ate(lambda: um("SELECT count(*) FROM pg_stat_activity WHERE backend_type IN ('crm tarefas', 'crm selos')"
                   " AND query ~ '^SELECT . FROM crm.tarefas..[a-z]+..$' AND wait_event_type = 'Lock'") == 2, "named")
    segura.close()
    c.close()
    assert vivo()


def test_uma_tarefa_que_falha_nao_impede_as_outras(banco):
    c = banco.conectar(autocommit=False)
    cur = c.cursor()
    cur.execute("ALTER TABLE crm.contagens RENAME COLUMN consolidada TO outra")
    cur.execute("SELECT tarefa, feito IS NULL FROM crm.tarefas()")
    feito = dict(cur.fetchall())
    assert feito == {t: t == "contagens" for t in TAREFAS}
    assert any('task "contagens" failed' in n for n in c.notices)
    cur.execute("SELECT tarefa, feito, vezes, falhas, ultimo_erro ~ 'consolidada' FROM crm.v_tarefas WHERE falhas > 0")
    assert cur.fetchall() == [("contagens", None, 1, 1, True)]
    c.rollback()


def test_janela_mudada_vale_na_rodada_seguinte(banco):
    """TEMPO-5, DIST-8: who is outside a window that was moved leaves the boards without waiting for midnight."""
    banco.sql("SELECT crm.popular(300, 2, 1)")
    banco.sql("UPDATE crm.vendedores SET online = true, visto_em = crm.agora()")
    banco.sql("SELECT crm.redistribuir_clientes()")
    fora = ("SELECT count(*) FROM crm.cliente_vendedor WHERE encerrada_em IS NULL AND NOT contatado"
            " AND data_ultima_compra < crm.hoje() - 50")
    assert banco.valor(fora) > 0
    assert dict(banco.sql("SELECT * FROM crm.tarefas()"))["dia"] == 0
    banco.sql("SELECT crm.configurar('janela_fim', '50')")
    assert dict(banco.sql("SELECT * FROM crm.tarefas()"))["dia"] > 0
    assert banco.valor(fora) == 0
    assert banco.sql("SELECT * FROM crm.verificar_distribuicao()") == []
    assert dict(banco.sql("SELECT * FROM crm.tarefas()"))["dia"] == 0        # once


def test_dois_ao_mesmo_tempo(banco):
    assert len(banco.sql("SELECT * FROM crm.tarefas()")) == len(TAREFAS)
    a = banco.conectar(autocommit=False)
    a.cursor().execute("SELECT * FROM crm.tarefas()")
    assert banco.sql("SELECT * FROM crm.tarefas()") == []       # at once, without waiting
    a.commit()
    assert len(banco.sql("SELECT * FROM crm.tarefas()")) == len(TAREFAS)


def test_quem_pode(banco):
    banco.sql("CREATE ROLE tarefas_vendedor LOGIN IN ROLE crm_vendedor")
    banco.sql("CREATE ROLE tarefas_ti LOGIN IN ROLE crm_ti")
    try:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            banco.conectar("tarefas_vendedor").cursor().execute("SELECT * FROM crm.tarefas()")
        cur = banco.conectar("tarefas_ti").cursor()
        cur.execute("SELECT * FROM crm.tarefas()")
        assert len(cur.fetchall()) == len(TAREFAS)
    finally:
        for c in banco.abertas[1:]:
            c.close()
        banco.sql("DROP ROLE tarefas_vendedor, tarefas_ti")


def test_o_caminho_de_quem_chama_nao_roda_como_superusuario(banco):
    """X-8, AUDIT-2: months are made as a superuser, but no operator of the caller is."""
    banco.sql("CREATE ROLE tarefas_ti LOGIN IN ROLE crm_ti")
    try:
        banco.sql("CREATE SCHEMA alheio AUTHORIZATION tarefas_ti")
        cur = banco.conectar("tarefas_ti", autocommit=False).cursor()
        cur.execute("CREATE FUNCTION alheio.soma(bigint, bigint) RETURNS bigint LANGUAGE plpgsql"
                    " AS $$ BEGIN RAISE 'run as %', current_user; END $$")
        cur.execute("CREATE OPERATOR alheio.+ (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = alheio.soma)")
        cur.execute("SET search_path = alheio, pg_catalog")
        cur.execute("SET lock_timeout = '7s'")
        cur.execute("SELECT tarefa, feito IS NULL FROM crm.tarefas()")
        assert dict(cur.fetchall()) == dict.fromkeys(TAREFAS, False)
        # What is set for a task ends with it.
        cur.execute("SELECT current_setting('search_path'), current_setting('lock_timeout')")
        assert cur.fetchone() == ("alheio, pg_catalog", "7s")
    finally:
        for c in banco.abertas[1:]:
            c.close()
        banco.sql("DROP SCHEMA IF EXISTS alheio CASCADE")
        banco.sql("DROP ROLE tarefas_ti")
