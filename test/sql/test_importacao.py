"""Imports by the background worker, in parallel, cut short and taken back (BUSCA-6, DESIGN 7.3).

The worker works in the database named crm. crm.tarefas_intervalo is 0 here: nothing
but the commit that queued an import wakes it.
"""
import json
import os
import pathlib
import select
import sys
import threading
import time
import unicodedata

import psycopg2
import psycopg2.errors
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from clientes_csv import arquivo, cpf  # noqa: E402

MUITAS = 100000
ESPERA_S = 240


def esperar(condicao, o_que):
    fim = time.monotonic() + ESPERA_S
    while True:
        valor = condicao()
        if valor:
            return valor
        assert time.monotonic() < fim, f"not within {ESPERA_S} s: {o_que}"
        time.sleep(0.05)


class Crm:
    """The database crm."""

    def __init__(self, dsn):
        self.dsn = dsn
        self.abertas = []

    def conectar(self, autocommit=True):
        c = psycopg2.connect(self.dsn)
        c.autocommit = autocommit
        self.abertas.append(c)
        return c

    def sql(self, comando, parametros=None):
        if not self.abertas:
            self.conectar()
        with self.abertas[0].cursor() as cur:
            cur.execute(comando, parametros)
            return cur.fetchall() if cur.description else None

    def valor(self, comando, parametros=None):
        return self.sql(comando, parametros)[0][0]

    def criar(self, numeros, cidade="Recife"):
        return self.valor("SELECT crm.importacao_criar('a.csv', %s)", (arquivo(numeros, cidade),))

    def estado(self, imp):
        return self.sql("SELECT estado, processadas, incluidos, atualizados, iguais, recusadas, desfeitas, mantidas"
                        " FROM crm.importacoes WHERE id = %s", (imp,))[0]

    def terminar(self, imp):
        esperar(lambda: self.estado(imp)[0] not in ("na_fila", "executando"), f"end of import {imp}")
        return self.estado(imp)

    def conferir(self, imp):
        """Rows, outcomes and clients tell the same."""
        linhas = dict(self.sql("SELECT acao, count(*) FROM crm.importacao_linhas WHERE importacao_id = %s GROUP BY 1", (imp,)))
        _, total, *contas = self.estado(imp)[:6]
        assert [linhas.get(a, 0) for a in ("incluir", "atualizar", "igual", "recusar")] == contas
        assert sum(contas) == total
        assert self.sql("SELECT * FROM crm.contagens_verificar()") == []


@pytest.fixture
def crm(banco):
    adm = psycopg2.connect(banco.dsn.replace(banco.nome, "postgres") + " user=postgres")
    adm.autocommit = True
    cur = adm.cursor()
    cur.execute("ALTER SYSTEM SET crm.tarefas_intervalo = 0")
    cur.execute("SELECT pg_reload_conf()")
    cur.execute("DROP DATABASE IF EXISTS crm WITH (FORCE)")
    cur.execute("CREATE DATABASE crm TEMPLATE modelo")
    c = Crm(banco.dsn.replace(f"dbname={banco.nome}", "dbname=crm") + " user=postgres")
    yield c
    for x in c.abertas:
        x.close()
    cur.execute("DROP DATABASE crm WITH (FORCE)")
    cur.execute("ALTER SYSTEM RESET crm.tarefas_intervalo")
    cur.execute("SELECT pg_reload_conf()")
    adm.close()


def test_cem_mil_linhas(crm):
    """Woken at the commit; seen at work; events with progress; an undo leaves edited rows."""
    crm.conectar()      # what asks; the other one listens
    ouve = crm.conectar()
    ouve.cursor().execute("LISTEN crm_eventos")
    imp = crm.criar(range(MUITAS))
    assert crm.valor("SELECT crm.importacao_executar(%s)", (imp,)) == "na_fila"
    esperar(lambda: crm.sql("SELECT 1 FROM pg_stat_activity WHERE backend_type = 'crm importacao' AND query ~ %s",
                            (f"^importacao {imp}: [0-9]+/{MUITAS}$",)), "the worker tells what it does")
    assert crm.terminar(imp) == ("concluida", MUITAS, MUITAS, 0, 0, 0, 0, 0)
    crm.conferir(imp)
    assert crm.valor("SELECT count(*) FROM crm.clientes") == MUITAS

    # One of our own comes after all that were sent before it.
    crm.sql("NOTIFY crm_eventos, 'fim'")
    eventos, fim = [], False
    while not fim:
        assert select.select([ouve], [], [], 60)[0]
        ouve.poll()
        fim = any(n.payload == "fim" for n in ouve.notifies)
        eventos += [json.loads(n.payload[33:]) for n in ouve.notifies if n.payload != "fim"]
        ouve.notifies.clear()
    passos = [e["dados"]["processadas"] for e in eventos if e["tipo"] == "importacao_progresso"]
    assert passos == sorted(passos) and passos[-1] == MUITAS and len(passos) >= 2
    assert eventos[-1]["dados"]["estado"] == "concluida" and eventos[-1]["para"] == []

    # The same rows again say the same; newer ones change everybody.
    outra = crm.criar(range(10000))
    crm.valor("SELECT crm.importacao_executar(%s)", (outra,))
    assert crm.terminar(outra) == ("concluida", 10000, 0, 0, 10000, 0, 0, 0)
    mudada = crm.criar(range(50000, 60000), "Olinda")
    crm.valor("SELECT crm.importacao_executar(%s)", (mudada,))
    assert crm.terminar(mudada) == ("concluida", 10000, 0, 10000, 0, 0, 0, 0)
    crm.conferir(mudada)

    # Undo: who was edited since stays.
    crm.sql("UPDATE crm.clientes SET cidade = 'Caruaru' WHERE cpf = %s::crm.cpf", (cpf(50005),))
    crm.sql("UPDATE crm.clientes SET ativo = false WHERE cpf = %s::crm.cpf", (cpf(50006),))
    crm.valor("SELECT crm.importacao_desfazer(%s)", (mudada,))
    assert crm.terminar(mudada)[0:1] + crm.estado(mudada)[6:] == ("desfeita", 9998, 2)
    assert crm.sql("SELECT cidade, count(*) FROM crm.clientes GROUP BY 1 ORDER BY 1") == [
        ("Caruaru", 1), ("Olinda", 1), ("Recife", MUITAS - 2)]
    assert crm.sql("SELECT linha, motivo_mantida FROM crm.importacao_linhas WHERE importacao_id = %s AND NOT desfeita ORDER BY 1",
                   (mudada,)) == [(7, "alterado"), (8, "alterado")]
    assert crm.sql("SELECT * FROM crm.contagens_verificar()") == []


def test_desfazer_com_estatisticas_velhas(crm):
    """An undo right after its import, before anything counted its rows, is as quick as later (BUSCA-6)."""
    crm.sql("ALTER TABLE crm.importacao_linhas SET (autovacuum_enabled = false)")
    for numeros in (range(10), range(100, 30100)):
        imp = crm.criar(numeros)
        crm.valor("SELECT crm.importacao_executar(%s)", (imp,))
        assert crm.terminar(imp)[0] == "concluida"
        if len(numeros) == 10:
            crm.sql("ANALYZE crm.importacao_linhas")
    crm.valor("SELECT crm.importacao_desfazer(%s)", (imp,))
    assert (crm.terminar(imp)[0], *crm.estado(imp)[6:]) == ("desfeita", 30000, 0)
    assert crm.valor("SELECT count(*) FROM crm.clientes") == 10


def test_cancelar_no_meio_e_desfazer(crm):
    imp = crm.criar(range(30000))
    crm.valor("SELECT crm.importacao_executar(%s)", (imp,))
    esperar(lambda: crm.estado(imp)[1] > 0, "the first batch")
    assert crm.valor("SELECT crm.importacao_cancelar(%s)", (imp,)) == "executando"
    estado, feitas, incluidos, *_ = crm.terminar(imp)
    assert estado == "cancelada" and 0 < feitas < 30000 and feitas % 5000 == 0
    crm.conferir(imp)
    assert crm.valor("SELECT count(*) FROM crm.clientes") == feitas == incluidos
    crm.valor("SELECT crm.importacao_desfazer(%s)", (imp,))
    assert crm.terminar(imp)[0] == "desfeita"
    assert crm.valor("SELECT count(*) FROM crm.clientes") == 0


def test_processo_encerrado_no_meio(crm):
    """Whatever ends the worker between two commits, each row counts once."""
    imp = crm.criar(range(30000))
    crm.valor("SELECT crm.importacao_executar(%s)", (imp,))
    vezes = 0
    while vezes < 3 and crm.estado(imp)[0] in ("na_fila", "executando"):
        antes = crm.estado(imp)[1]
        esperar(lambda: crm.estado(imp)[1] > antes or crm.estado(imp)[0] == "concluida", "a batch")
        vezes += len(crm.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'crm importacao'"))
        esperar(lambda: not crm.sql("SELECT 1 FROM pg_stat_activity WHERE backend_type = 'crm importacao'"), "its end")
        crm.sql("SELECT * FROM crm.tarefas('importacoes')")         # as every turn does
    assert vezes >= 2
    assert crm.terminar(imp) == ("concluida", 30000, 30000, 0, 0, 0, 0, 0)
    crm.conferir(imp)
    assert crm.valor("SELECT count(*) FROM crm.clientes") == 30000


def test_erro_no_meio(crm):
    """A failure is told, what was committed stays counted and can be undone."""
    crm.sql("ALTER TABLE crm.clientes ADD CONSTRAINT prova CHECK (email <> 'c7000@exemplo.test')")
    imp = crm.criar(range(10000))
    crm.valor("SELECT crm.importacao_executar(%s)", (imp,))
    assert crm.terminar(imp) == ("falhou", 5000, 5000, 0, 0, 0, 0, 0)
    assert crm.valor("SELECT falha FROM crm.importacoes") == "Erro interno (23514)."
    crm.valor("SELECT crm.importacao_desfazer(%s)", (imp,))
    assert crm.terminar(imp)[0] == "desfeita"
    assert crm.valor("SELECT count(*) FROM crm.clientes") == 0


def test_quem_perdeu_o_direito(crm):
    imp = crm.criar(range(10))
    crm.sql("INSERT INTO crm.usuarios (nome, email, papel, ativo) VALUES ('Fulana', 'fulana@imp.test', 'gerente', false)")
    crm.sql("UPDATE crm.importacoes SET usuario_id = (SELECT id FROM crm.usuarios), estado = 'na_fila', mapa = '{\"cpf\": 0}' WHERE id = %s", (imp,))
    crm.sql("SELECT * FROM crm.tarefas('importacoes')")
    assert crm.terminar(imp)[0] == "falhou"
    assert crm.valor("SELECT count(*) FROM crm.clientes") == 0


def test_auditoria_diz_quem(crm):
    """AUDIT-1: the rows the worker writes bear who started the import."""
    imp = crm.criar(range(10))
    crm.sql("INSERT INTO crm.usuarios (nome, email, papel) VALUES ('Fulana', 'fulana@imp.test', 'gerente')")
    crm.sql("UPDATE crm.importacoes SET usuario_id = (SELECT id FROM crm.usuarios), endereco = '192.0.2.7', requisicao = 'req1',"
            " estado = 'na_fila', mapa = '{\"cpf\": 0, \"nome_completo\": 1}' WHERE id = %s", (imp,))
    crm.sql("SELECT * FROM crm.tarefas('importacoes')")
    assert crm.terminar(imp)[:3] == ("concluida", 10, 10)
    assert crm.sql("SELECT DISTINCT u.nome, a.endereco, a.requisicao FROM crm.auditoria a JOIN crm.usuarios u ON u.id = a.usuario_id"
                   " WHERE a.tabela = 'clientes' OR a.acao = 'importacao'") == [("Fulana", "192.0.2.7", "req1")]


def test_duas_ao_mesmo_tempo(banco):
    """The same people in opposite order, by two sessions at once: no deadlock, the last word counts."""
    banco.sql("SELECT 1")
    numeros = list(range(12000))
    metade = banco.valor("SELECT crm.importacao_criar('0.csv', %s)", (arquivo(numeros[::3], "Natal"),))
    assert banco.valor("SELECT crm.importacao_executar(%s)", (metade,)) == "concluida"
    imps = [banco.valor("SELECT crm.importacao_criar('a.csv', %s)", (arquivo(numeros, "Recife"),)),
            banco.valor("SELECT crm.importacao_criar('b.csv', %s)", (arquivo(numeros[::-1], "Olinda"),))]
    conexoes = [banco.conectar() for _ in imps]
    erros = []

    def executar(c, imp):
        try:
            c.cursor().execute("SELECT crm.importacao_executar(%s)", (imp,))
        except psycopg2.Error as e:
            erros.append(e)

    fios = [threading.Thread(target=executar, args=x) for x in zip(conexoes, imps)]
    for f in fios:
        f.start()
    for f in fios:
        f.join()
    assert erros == []
    assert banco.valor("SELECT count(*) FROM crm.clientes") == len(numeros)
    assert banco.sql("SELECT sum(incluidos), sum(atualizados) FROM crm.importacoes WHERE id = ANY(%s)", (imps,)) == [(8000, 16000)]
    assert len(banco.sql("SELECT DISTINCT cidade FROM crm.clientes")) == 1
    assert banco.sql("SELECT * FROM crm.contagens_verificar()") == []


def test_quem_insere_os_mesmos_enquanto_isso(banco):
    """A CPF that another transaction inserts and commits while the import waits for it is updated, not lost."""
    imp = banco.valor("SELECT crm.importacao_criar('a.csv', %s)", (arquivo(range(100)),))
    outra = banco.conectar(autocommit=False)
    outra.cursor().execute("INSERT INTO crm.clientes (cpf, nome_completo) VALUES (%s, 'Outra'), (%s, 'Mais uma')", (cpf(50), cpf(99)))
    espera = banco.conectar()
    fio = threading.Thread(target=lambda: espera.cursor().execute("SELECT crm.importacao_executar(%s)", (imp,)))
    fio.start()
    esperar(lambda: banco.sql("SELECT 1 FROM pg_stat_activity WHERE pid = %s AND wait_event_type = 'Lock'",
                              (espera.get_backend_pid(),)), "the import waits")
    outra.commit()
    fio.join()
    assert banco.sql("SELECT estado, incluidos, atualizados FROM crm.importacoes WHERE id = %s", (imp,)) == [("concluida", 98, 2)]
    assert banco.valor("SELECT count(*) FROM crm.clientes WHERE versao = 2 AND cidade = 'Recife'") == 2


def test_interrompida_pelo_chamador(banco):
    """A cancel of the statement leaves nothing of a run in the caller's transaction."""
    imp = banco.valor("SELECT crm.importacao_criar('a.csv', %s)", (arquivo(range(50000)),))
    c = banco.conectar()
    cur = c.cursor()
    cur.execute("SET statement_timeout = '400ms'")
    with pytest.raises(psycopg2.errors.QueryCanceled):
        cur.execute("SELECT crm.importacao_executar(%s)", (imp,))
    assert banco.sql("SELECT estado, processadas FROM crm.importacoes WHERE id = %s", (imp,)) == [("enviada", 0)]
    assert banco.valor("SELECT count(*) FROM crm.clientes") == 0


def test_memoria_da_previa(banco):
    """The preview of a long file whose rows are all refused by what the database says needs memory for a batch, not for the file."""
    banco.sql("SELECT 1")
    c = banco.conectar()
    cur = c.cursor()

    def pico_kb():
        with open(f"/proc/{c.get_backend_pid()}/status") as f:
            return next(int(linha.split()[1]) for linha in f if linha.startswith("VmHWM"))

    def prever(linhas):
        cur.execute("SELECT crm.importacao_criar('a.csv', %s)", (("CPF\n" + "\n".join(map(cpf, range(linhas)))).encode(),))
        cur.execute("SELECT crm.importacao_previa_json(%s, '{\"cpf\": 0}', NULL, NULL, NULL, 50, NULL)", (cur.fetchone()[0],))
        dito = cur.fetchone()[0]
        assert (dito if isinstance(dito, dict) else json.loads(dito))["contagem"]["recusar"] == linhas

    prever(20000)
    antes = pico_kb()
    prever(120000)
    assert pico_kb() - antes < 64 * 1024 or os.environ.get("CRM_PRELOAD")  # a sanitizer keeps what was freed


def test_desfazer_em_outra_escrita_de_datas(banco):
    """What an import changed comes back whatever DateStyle the run and the undo have: 3 February stays 3 February."""
    numero = 7
    banco.sql("INSERT INTO crm.clientes (cpf, nome_completo, data_nascimento) VALUES (%s, 'Ana Dias', '1980-02-03')", (cpf(numero),))
    imp = banco.valor("SELECT crm.importacao_criar('a.csv', %s)", (arquivo([numero]),))
    for estilo, passo, estado in (("SQL, DMY", "importacao_executar", "concluida"), ("SQL, MDY", "importacao_desfazer", "desfeita")):
        cur = banco.conectar().cursor()
        cur.execute("SET datestyle = %s", (estilo,))
        cur.execute(f"SELECT crm.{passo}(%s)", (imp,))
        assert cur.fetchone() == (estado,)
    assert banco.sql("SELECT desfeitas, mantidas FROM crm.importacoes WHERE id = %s", (imp,)) == [(1, 0)]
    assert banco.valor("SELECT to_char(data_nascimento, 'YYYY-MM-DD') FROM crm.clientes WHERE cpf = %s::crm.cpf", (cpf(numero),)) == "1980-02-03"


def test_acentos_separados(banco):
    """A file whose accents stand apart from their letters (NFD) says the same as the record, which keeps them as one (NFC)."""
    banco.sql("INSERT INTO crm.clientes (cpf, nome_completo, cidade) VALUES (%s, 'José Conceição', 'São Luís')", (cpf(7),))
    linhas = [f"{cpf(n)};{nome};{cidade}" for n, nome, cidade in ((7, "José Conceição", "São Luís"), (8, "Antônia D'Ávila", "Brasília"))]
    csv = unicodedata.normalize("NFD", "\n".join(["CPF;Nome;Cidade", *linhas])).encode()
    imp = banco.valor("SELECT crm.importacao_criar('mac.csv', %s)", (csv,))
    assert banco.valor("SELECT crm.importacao_executar(%s)", (imp,)) == "concluida"
    assert banco.sql("SELECT incluidos, atualizados, iguais, recusadas FROM crm.importacoes WHERE id = %s", (imp,)) == [(1, 0, 1, 0)]
    assert banco.sql("SELECT nome_completo, cidade FROM crm.clientes ORDER BY cpf = %s::crm.cpf", (cpf(8),)) == [
        ("José Conceição", "São Luís"), ("Antônia D'Ávila", "Brasília")]
