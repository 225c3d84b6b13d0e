"""A PostgreSQL of its own with the worker of exports, which a test stops and kills.

    with Servidor(12000) as s:
        t = s.exportar("pdf")               # a job of the manager's
        operario, programa = s.escrevendo(t)
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import psycopg2

from pilha import esperar

RAIZ = pathlib.Path(__file__).resolve().parents[2]
ESPERA_S = 240


class Servidor:
    def __init__(self, clientes):
        self.pasta = tempfile.mkdtemp(prefix="crm-exportacao.", dir="/tmp")
        os.chmod(self.pasta, 0o755)
        self.pg = f"{self.pasta}/pg"
        self.dsn = f"host={self.pg} user=postgres dbname=postgres"
        self.conexao = None
        # The runner's own PGHOST must not reach the new cluster.
        self.ambiente = {k: v for k, v in os.environ.items() if k not in ("PGHOST", "PGDATABASE", "PGUSER")}
        try:
            self.iniciar()
            self.sql("CREATE EXTENSION crm")
            self.sql("SELECT crm.instalar()")
            self.sql("SELECT crm.popular(%s, 2, 1)", (clientes,))
            self.sql("UPDATE crm.configuracoes SET valor = '100' WHERE chave = 'export_direto'")
            self.gerente, self.outro = (linha[0] for linha in self.sql(
                """INSERT INTO crm.usuarios (nome, email, papel) VALUES
                   ('Gil Exporta', 'gil@exportacao.test', 'gerente'), ('Olga Exporta', 'olga@exportacao.test', 'operador') RETURNING id"""))
            self.sessao = self.valor("INSERT INTO crm.sessoes (usuario_id, limite_em) VALUES (%s, now() + interval '1 day') RETURNING id::text",
                                     (self.gerente,))
        except BaseException:
            self.fechar()
            raise

    def cluster(self, comando):
        subprocess.run(["bash", "-c", f". test/lib/cluster.sh; {comando}"], check=True, cwd=RAIZ, env=self.ambiente, stdout=subprocess.DEVNULL)

    def iniciar(self):
        self.cluster(f"cluster_start {self.pg} '-c shared_preload_libraries=crm -c jit=off -c crm.banco=postgres -c crm.tarefas_intervalo=1 -c crm.exportadores=2'")

    def parar(self, modo):
        self.cluster(f'como_usuario "$CRM_PGBIN/pg_ctl" -D {self.pg}/data -m {modo} -s stop')

    def matar(self):
        """kill -9 of the postmaster; the others end by themselves."""
        pid = int(pathlib.Path(f"{self.pg}/data/postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)
        esperar(lambda: not vivo(pid), ESPERA_S)

    def conectar(self):
        c = psycopg2.connect(self.dsn)
        c.autocommit = True
        return c

    def sql(self, comando, parametros=None):
        """Anew after the server went away."""
        if self.conexao is None or self.conexao.closed:
            self.conexao = esperar(self._tentar_conectar, ESPERA_S)
        with self.conexao.cursor() as cur:
            cur.execute(comando, parametros)
            return cur.fetchall() if cur.description else None

    def _tentar_conectar(self):
        try:
            return self.conectar()
        except psycopg2.OperationalError:
            return None

    def valor(self, comando, parametros=None):
        linhas = self.sql(comando, parametros)
        return linhas[0][0] if linhas else None

    def tentar(self, comando):
        """A value, or None while PostgreSQL is coming back."""
        try:
            return self.valor(comando)
        except psycopg2.Error as erro:
            # A lost connection has no SQLSTATE, one being closed 57P0x.
            if erro.pgcode is not None and not erro.pgcode.startswith("57P"):
                raise
            self.conexao.close()
            return None

    # ---- exports

    def pedir(self, funcao, args):
        status, corpo = self.sql("SELECT status, corpo FROM crm.atender(%s, %s, '127.0.0.1', 'teste', 'pytest', NULL, %s)",
                                 (funcao, self.sessao, json.dumps(args)))[0]
        return status, json.loads(corpo)

    def exportar(self, formato):
        status, corpo = self.pedir("exportar", {"format": formato, "filters": {"ativo": True}})
        if status != 202:
            raise Recusada(status, corpo)
        return corpo["id"]

    def cancelar(self, trabalho):
        return self.pedir("exportacao_cancelar", {"id": trabalho})[1]["estado"]

    def inserir_na_fila(self, usuario):
        """As if asked for before the user lost the right."""
        trabalho = self.valor("""INSERT INTO crm.exportacoes (usuario_id, origem, formato, campos, direta, linhas_previstas, nome_arquivo)
                                 VALUES (%s, 'clientes', 'csv', '{uf}', false, 20000, 'x.csv') RETURNING id""", (usuario,))
        self.sql("SELECT crm.exportacoes_cuidar()")
        return trabalho

    def bytes(self, trabalho):
        return b"".join(bytes(b) for b, in self.sql("SELECT bytes FROM crm.exportacao_partes WHERE exportacao_id = %s ORDER BY n, fatia", (trabalho,)))

    def escrevendo(self, trabalho):
        """(worker, crm_arquivo) of a job once it writes; the latter stopped, until soltar()."""
        def ambos():
            pid = self.tentar(f"SELECT pid FROM crm.exportacoes WHERE id = {trabalho} AND estado = 'executando'")
            filho = pid and self.filho(pid)
            return filho and parar(filho) and (pid, filho)

        return esperar(ambos, ESPERA_S, 0.005)

    def matar_operario(self, trabalho):
        """kill -9 while it writes: PostgreSQL restarts all its processes."""
        operario, programa = self.escrevendo(trabalho)
        os.kill(operario, signal.SIGKILL)
        soltar(programa)

    def filho(self, pid):
        """crm_arquivo, run by that process."""
        try:
            for filho in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
                if pathlib.Path(f"/proc/{filho}/comm").read_text().strip() == "crm_arquivo":
                    return int(filho)
        except OSError:
            pass
        return None

    def esperar_vazio(self):
        esperar(lambda: self.tentar("SELECT count(*) FROM crm.exportacoes WHERE estado IN ('na_fila', 'executando')") == 0, ESPERA_S)
        esperar(lambda: self.tentar("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'crm exportacao'") == 0, ESPERA_S)

    def fechar(self):
        try:
            if self.conexao is not None:
                self.conexao.close()
            if os.path.exists(f"{self.pg}/data/postmaster.pid"):
                self.parar("immediate")
        finally:
            shutil.rmtree(self.pasta)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.fechar()


def parar(pid):
    try:
        os.kill(pid, signal.SIGSTOP)
    except ProcessLookupError:
        return False
    return True


def soltar(pid):
    """Lets it go on, should it live."""
    try:
        os.kill(pid, signal.SIGCONT)
    except ProcessLookupError:
        pass


class Recusada(Exception):
    """status and problem of a refusal."""


def vivo(pid):
    """Not even a zombie."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
