"""Jobs of exports while their processes die: each ends once, right or clearly failed, and leaves no file (EXPORT-1, EXPORT-5, DESIGN 7.3)."""
import io
import json
import os
import pathlib
import signal
import subprocess
import sys
import zipfile

import pytest

from pilha import esperar

RAIZ = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(RAIZ / "test/lib"))
from servidor_exportacao import Recusada, Servidor, parar, soltar  # noqa: E402

CLIENTES = 30000
ESPERA_S = 240


@pytest.fixture(scope="module")
def s():
    with Servidor(CLIENTES) as servidor:
        yield servidor


@pytest.fixture(autouse=True)
def nada_fica(s):
    """After every test: no job under way, no file, an audit row for each that ended."""
    yield
    s.esperar_vazio()
    assert s.valor("SELECT count(*) FROM pg_ls_tmpdir()") == 0
    assert s.sql("""SELECT e.id, e.estado, count(a.id) FROM crm.exportacoes e
                      LEFT JOIN crm.auditoria a ON a.acao = 'exportacao' AND a.registro_id = e.id
                     GROUP BY e.id HAVING count(a.id) <> 1""") == []
    assert s.sql("""SELECT e.id FROM crm.exportacoes e
                     WHERE (SELECT coalesce(sum(octet_length(p.bytes)), 0) FROM crm.exportacao_partes p WHERE p.exportacao_id = e.id)
                           <> CASE e.estado WHEN 'pronta' THEN e.bytes ELSE 0 END""") == []


def pronta(s, trabalho):
    esperar(lambda: s.tentar(f"SELECT estado FROM crm.exportacoes WHERE id = {trabalho}") in ("pronta", "falhou", "cancelada"), ESPERA_S)
    assert s.valor("SELECT estado FROM crm.exportacoes WHERE id = %s", (trabalho,)) == "pronta"
    linhas, previstas = s.sql("SELECT linhas, linhas_previstas FROM crm.exportacoes WHERE id = %s", (trabalho,))[0]
    assert linhas == previstas > 100
    return s.bytes(trabalho)


def test_prontas_uma_vez_e_o_dono_avisado(s):
    """Formats side by side; events go to the owner alone and never backwards."""
    escuta = s.conectar()
    escuta.cursor().execute("LISTEN crm_eventos")
    trabalhos = [s.exportar(f) for f in ("csv", "excel", "pdf")]
    assert {s.valor("SELECT estado FROM crm.exportacoes WHERE id = %s", (t,)) for t in trabalhos} <= {"na_fila", "executando", "pronta"}
    csv, excel, pdf = (pronta(s, t) for t in trabalhos)
    assert csv.count(b"\r\n") == s.valor("SELECT linhas + 1 FROM crm.exportacoes WHERE id = %s", (trabalhos[0],))
    assert zipfile.ZipFile(io.BytesIO(excel)).testzip() is None
    assert pdf.startswith(b"%PDF-") and b"%%EOF" in pdf[-1024:]
    assert s.sql("SELECT DISTINCT tentativas, pid FROM crm.exportacoes WHERE id = ANY (%s)", (trabalhos,)) == [(1, None)]

    eventos = {t: [] for t in trabalhos}

    def todos():
        escuta.poll()
        while escuta.notifies:
            e = json.loads(escuta.notifies.pop(0).payload[33:])
            if e["tipo"] == "exportacao":
                assert e["para"] == [s.gerente]
                eventos[e["dados"]["id"]].append((e["dados"]["estado"], e["dados"]["linhas"]))
        return all(e and e[-1][0] == "pronta" for e in eventos.values())

    esperar(todos, ESPERA_S)
    for e in eventos.values():
        estados = [x for x, _ in e]
        assert estados == sorted(estados, key=("na_fila", "executando", "pronta").index) and "executando" in estados
        assert [n for _, n in e] == sorted(n for _, n in e)


def test_sinal_de_vida(s):
    """EXPORT-1: the owner hears of a job that reads no rows for a while, too."""
    escuta = s.conectar()
    escuta.cursor().execute("LISTEN crm_eventos")
    trabalho = s.exportar("pdf")
    programa = s.escrevendo(trabalho)[1]
    vistos = []

    def tres():
        escuta.poll()
        vistos.extend(json.loads(n.payload[33:]) for n in escuta.notifies)
        escuta.notifies.clear()
        meus = [e["dados"]["linhas"] for e in vistos if e["tipo"] == "exportacao" and e["dados"]["id"] == trabalho]
        return len(meus) >= 3 and meus[-1] == meus[-2] == meus[-3]

    esperar(tres, ESPERA_S)
    soltar(programa)
    pronta(s, trabalho)


def test_kill_9_do_operario(s):
    trabalho = s.exportar("pdf")
    s.matar_operario(trabalho)
    assert b"%%EOF" in pronta(s, trabalho)[-1024:]
    assert s.valor("SELECT tentativas FROM crm.exportacoes WHERE id = %s", (trabalho,)) == 2


def test_kill_9_do_lider(s):
    trabalho = s.exportar("pdf")
    programa = s.escrevendo(trabalho)[1]
    os.kill(s.valor("SELECT pid FROM pg_stat_activity WHERE backend_type = 'crm exportacoes'"), signal.SIGKILL)
    soltar(programa)
    pronta(s, trabalho)


def test_kill_9_do_postgresql(s):
    trabalho = s.exportar("pdf")
    operario, programa = s.escrevendo(trabalho)
    s.matar()
    soltar(programa)
    esperar(lambda: not os.path.exists(f"/proc/{operario}"), ESPERA_S)
    s.iniciar()
    pronta(s, trabalho)


def test_reinicio_no_meio(s):
    trabalho = s.exportar("pdf")
    soltar(s.escrevendo(trabalho)[1])
    s.parar("fast")
    s.iniciar()
    pronta(s, trabalho)


def test_interrompida_vezes_demais_falha(s):
    trabalho = s.exportar("pdf")
    for vez in (1, 2, 3):
        esperar(lambda: s.tentar(f"SELECT tentativas = {vez} FROM crm.exportacoes WHERE id = {trabalho}"), ESPERA_S)
        s.matar_operario(trabalho)
    esperar(lambda: s.tentar(f"SELECT estado FROM crm.exportacoes WHERE id = {trabalho}") == "falhou", ESPERA_S)
    assert s.valor("SELECT erro FROM crm.exportacoes WHERE id = %s", (trabalho,)) == "A exportação foi interrompida 3 vezes."


def test_o_programa_morre(s):
    """crm_arquivo alone: the job fails, PostgreSQL goes on."""
    inicio = s.valor("SELECT pg_postmaster_start_time()")
    trabalho = s.exportar("pdf")
    os.kill(s.escrevendo(trabalho)[1], signal.SIGKILL)
    esperar(lambda: s.valor("SELECT estado FROM crm.exportacoes WHERE id = %s", (trabalho,)) == "falhou", ESPERA_S)
    assert s.valor("SELECT erro FROM crm.exportacoes WHERE id = %s", (trabalho,)).startswith("Erro interno")
    assert s.valor("SELECT pg_postmaster_start_time()") == inicio


def test_cancelada_na_fila_e_no_meio(s):
    correm = [s.exportar("pdf") for _ in range(2)]
    espera = s.exportar("pdf")
    programas = [s.escrevendo(t) for t in correm]
    assert s.valor("SELECT estado FROM crm.exportacoes WHERE id = %s", (espera,)) == "na_fila"
    for t in (espera, correm[0]):
        assert s.cancelar(t) == "cancelada"
    soltar(programas[0][1])
    esperar(lambda: not os.path.exists(f"/proc/{programas[0][0]}"), ESPERA_S)
    soltar(programas[1][1])
    pronta(s, correm[1])
    assert s.sql("SELECT estado FROM crm.exportacoes WHERE id = ANY (%s)", ([espera, correm[0]],)) == [("cancelada",), ("cancelada",)]


def test_quem_pediu_perdeu_o_direito(s):
    s.sql("UPDATE crm.usuarios SET ativo = false WHERE id = %s", (s.outro,))
    trabalho = s.inserir_na_fila(s.outro)
    esperar(lambda: s.valor("SELECT estado FROM crm.exportacoes WHERE id = %s", (trabalho,)) == "falhou", ESPERA_S)
    assert s.valor("SELECT erro FROM crm.exportacoes WHERE id = %s", (trabalho,)) == "Quem pediu a exportação perdeu o direito a ela."


def test_um_lider_e_a_sexta_recusada(s):
    """Five wait, the sixth is refused; however often the leader is rung for, one works."""
    trava = s.conectar()
    trava.autocommit = False
    trava.cursor().execute("LOCK TABLE crm.exportacao_partes IN ACCESS EXCLUSIVE MODE")     # none can end
    try:
        trabalhos = [s.exportar("csv") for _ in range(5)]
        with pytest.raises(Recusada) as recusa:
            s.exportar("csv")
    finally:
        trava.rollback()
        trava.close()
    assert recusa.value.args[0] == 429 and recusa.value.args[1]["codigo"] == "exportacoes_demais"
    lideres = set()

    def acabou():
        s.sql("SELECT crm.exportacoes_cuidar()")
        lideres.add(s.valor("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = x'63726D36'::bigint::oid AND granted"))
        return s.valor("SELECT count(*) FROM crm.exportacoes WHERE estado IN ('na_fila', 'executando')") == 0

    esperar(acabou, ESPERA_S)
    assert lideres <= {0, 1}
    for t in trabalhos:
        pronta(s, t)
    assert s.sql("SELECT DISTINCT tentativas FROM crm.exportacoes WHERE id = ANY (%s)", (trabalhos,)) == [(1,)]


def test_direta_cancelada_nao_deixa_nada(s):
    """EXPORT-1: a client who goes away; the front cancels the query."""
    antes = s.valor("SELECT max(id) FROM crm.exportacoes")
    sessao = subprocess.Popen([sys.executable, "-c", "import psycopg2, sys; c = psycopg2.connect(sys.argv[1]); c.autocommit = True\n"
                               "try: c.cursor().execute(\"SET application_name = 'direta'; SELECT crm.exportar('clientes', 'pdf')\")\n"
                               "except psycopg2.errors.QueryCanceled: sys.exit(9)", s.dsn])
    s.sql("UPDATE crm.configuracoes SET valor = '50000' WHERE chave = 'export_direto'")
    try:
        pid = esperar(lambda: s.tentar("SELECT pid FROM pg_stat_activity WHERE application_name = 'direta'"), ESPERA_S)
        programa = esperar(lambda: (filho := s.filho(pid)) and parar(filho) and filho, ESPERA_S, 0.005)
        s.sql("SELECT pg_cancel_backend(%s)", (pid,))
        soltar(programa)
        assert sessao.wait(ESPERA_S) == 9
    finally:
        s.sql("UPDATE crm.configuracoes SET valor = '100' WHERE chave = 'export_direto'")
    assert s.valor("SELECT max(id) FROM crm.exportacoes") == antes
    esperar(lambda: not os.path.exists(f"/proc/{programa}"), ESPERA_S)


def test_vence_sozinha(s):
    trabalho = s.exportar("csv")
    pronta(s, trabalho)
    s.sql("UPDATE crm.exportacoes SET expira_em = now() - interval '1 second' WHERE id = %s", (trabalho,))
    esperar(lambda: s.valor("SELECT estado FROM crm.exportacoes WHERE id = %s", (trabalho,)) == "expirada", ESPERA_S)
    assert s.valor("SELECT count(*) FROM crm.exportacao_partes WHERE exportacao_id = %s", (trabalho,)) == 0
