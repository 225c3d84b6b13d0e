"""kill -9 while imports run: each row counts exactly once (BUSCA-6, DESIGN 7.3)."""
import os
import pathlib
import signal
import sys

import psycopg2

from pilha import Pilha, esperar

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from clientes_csv import arquivo  # noqa: E402

LINHAS = 40000
MORTES = 3
ESPERA_S = 240


def tentar(p, comando):
    """A value, or None while PostgreSQL is coming back."""
    try:
        return p.valor(comando)
    except psycopg2.Error:
        return None


def test_kill_9_durante_a_importacao():
    with Pilha(clientes=100, vendedores=2) as p:
        antes = p.valor("SELECT count(*) FROM crm.clientes")
        imp = p.valor("SELECT crm.importacao_criar('a.csv', %s)", (arquivo(range(LINHAS)),))
        assert p.valor("SELECT crm.importacao_executar(%s)", (imp,)) == "na_fila"
        processadas = f"SELECT processadas FROM crm.importacoes WHERE id = {imp}"
        estado = f"SELECT estado FROM crm.importacoes WHERE id = {imp}"
        operario = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'crm importacao' AND query ~ ': [0-9]' LIMIT 1"

        mortes = 0
        visto = 0
        while mortes < MORTES and visto < LINHAS:
            # In the middle of a batch, after at least one that was committed.
            visto = esperar(lambda: (n := tentar(p, processadas)) is not None and n > visto and n, ESPERA_S)
            linha = p.sql(operario)
            if not linha:
                continue
            os.kill(linha[0][0], signal.SIGKILL)        # PostgreSQL restarts all its processes
            mortes += 1
            esperar(lambda: (n := tentar(p, processadas)) is not None and n >= visto, ESPERA_S)
        assert mortes >= 1

        esperar(lambda: tentar(p, estado) == "concluida", ESPERA_S)
        assert p.sql("SELECT processadas, incluidos, atualizados, iguais, recusadas FROM crm.importacoes WHERE id = %s", (imp,)) == [
            (LINHAS, LINHAS, 0, 0, 0)]
        assert p.valor("SELECT count(*) FROM crm.clientes") == antes + LINHAS
        assert p.sql("SELECT acao, count(*), count(DISTINCT id_cliente) FROM crm.importacao_linhas WHERE importacao_id = %s GROUP BY 1",
                     (imp,)) == [("incluir", LINHAS, LINHAS)]
        assert p.sql("SELECT * FROM crm.contagens_verificar()") == []
        assert p.valor("SELECT count(*) FROM crm.auditoria WHERE acao = 'importacao' AND registro_id = %s", (imp,)) == 1

        # The undo too.
        p.sql("SELECT crm.importacao_desfazer(%s)", (imp,))
        esperar(lambda: (tentar(p, f"SELECT desfeitas FROM crm.importacoes WHERE id = {imp}") or 0) > 0, ESPERA_S)
        linha = p.sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'crm importacao' LIMIT 1")
        if linha:
            os.kill(linha[0][0], signal.SIGKILL)
        esperar(lambda: tentar(p, estado) == "desfeita", ESPERA_S)
        assert p.sql("SELECT desfeitas, mantidas FROM crm.importacoes WHERE id = %s", (imp,)) == [(LINHAS, 0)]
        assert p.valor("SELECT count(*) FROM crm.clientes") == antes
        assert p.sql("SELECT * FROM crm.contagens_verificar()") == []
