"""The timetable of faults: a seed decides which, when, for how long; each kind
comes once before one comes again. Everything that is broken is mended after its
time, or mends itself: nothing here repairs the product.

Links: "pg" stands between PostgreSQL and Redis, "frente" between the front and it.
"""
import contextlib
import os
import random
import signal
import time

import psycopg2

ENTRE_FALTAS_S = (0.3, 1.0)


class Faltas:
    def __init__(self, pilha, redis, elo_pg, elo_frente, semente):
        self.p, self.redis, self.pg, self.frente = pilha, redis, elo_pg, elo_frente
        self.sorte = random.Random(semente)
        self.feitas = []
        self.velho = redis.pasta / "velho.rdb"
        self.tipos = {n[6:]: getattr(self, n) for n in dir(self) if n.startswith("falta_")}

    def rodar(self, ate, depois=lambda: None, acabou=lambda: False):
        """Faults until the monotonic instant ate, or acabou(); depois() after each."""
        fila = []
        while time.monotonic() < ate and not acabou():
            if not fila:
                fila = sorted(self.tipos)
                self.sorte.shuffle(fila)
            nome = fila.pop()
            inicio = time.monotonic()
            try:
                self.tipos[nome]()
                self.feitas.append((nome, inicio))
            except (psycopg2.Error, ProcessLookupError, IndexError, TypeError):
                pass        # the victim of an earlier fault is not back yet
            depois()
            time.sleep(self.sorte.uniform(*ENTRE_FALTAS_S))

    # ---- helpers -----------------------------------------------------------------

    def durar(self, de, ate):
        time.sleep(self.sorte.uniform(de, ate))

    def pid_de(self, quem):
        """guarda, or a session of the front or of a writer"""
        onde = {"guarda": "backend_type = 'crm guarda do cache'",
                "frente": "usename = 'crm_web'",
                "escritor": "usename = 'postgres' AND pid <> pg_backend_pid() AND backend_type = 'client backend'"}[quem]
        return self.p.valor(f"SELECT pid FROM pg_stat_activity WHERE {onde} ORDER BY random() LIMIT 1")

    @contextlib.contextmanager
    def parado(self, *pids):
        try:
            for pid in pids:
                os.kill(pid, signal.SIGSTOP)
            yield
        finally:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def frentes(self):
        return self.p.filhos(self.p.pid("front"))

    @contextlib.contextmanager
    def elo(self, qual, modo, *args):
        getattr(qual, modo)(*args)
        try:
            yield
        finally:
            qual.passar()

    # ---- PostgreSQL --------------------------------------------------------------

    def falta_matar_sessao(self):
        os.kill(self.pid_de("escritor"), signal.SIGKILL)

    def falta_matar_guarda(self):
        os.kill(self.pid_de("guarda"), signal.SIGKILL)

    def falta_matar_postmaster(self):
        os.kill(self.p.pid("pg"), signal.SIGKILL)

    def falta_parar_postmaster_e_guarda(self):
        with self.parado(self.p.pid("pg"), self.pid_de("guarda")):
            self.durar(0.3, 1.5)

    def falta_congelar_sessao(self):
        with self.parado(self.pid_de(self.sorte.choice(("escritor", "frente")))):
            self.durar(0.2, 1.5)

    def falta_congelar_guarda(self):
        with self.parado(self.pid_de("guarda")):
            self.durar(0.3, 2.0)

    def falta_terminar_sessao(self):
        for quem in ("escritor", "frente"):
            self.p.sql("SELECT pg_terminate_backend(%s)", (self.pid_de(quem),))

    def falta_cancelar(self):
        for _ in range(6):
            self.p.sql("SELECT pg_cancel_backend(%s)", (self.pid_de("escritor"),))

    def falta_terminar_guarda(self):
        self.p.sql("SELECT pg_terminate_backend(%s)", (self.pid_de("guarda"),))

    # ---- Redis -------------------------------------------------------------------

    def falta_matar_redis(self):
        self.redis.matar()
        self.durar(0.0, 0.8)
        self.redis.iniciar()

    def falta_redis_de_copia_velha(self):
        """With fence, array and entries as they were a moment ago; half of the time
        nobody is there to notice."""
        self.redis.salvar(self.velho)
        self.durar(0.05, 0.4)
        with self.parado(self.pid_de("guarda")) if self.sorte.random() < 0.5 else contextlib.nullcontext():
            self.redis.matar()
            self.redis.iniciar(dump=self.velho)
            self.durar(0.1, 0.5)

    def falta_congelar_redis(self):
        self.redis.pausar()
        self.durar(0.05, 1.4)
        self.redis.continuar()

    def falta_redis_lento(self):
        self.redis.cli("DEBUG", "SLEEP", round(self.sorte.uniform(0.05, 0.4), 2), erro=False)

    def falta_flushall(self):
        self.redis.cli("FLUSHALL")

    def falta_apagar_matriz(self):
        for k in self.redis.chaves("crm:*:q:*"):
            self.redis.cli("DEL", k)

    def falta_apagar_cerca(self):
        for k in self.redis.chaves("crm:*:fence"):
            self.redis.cli("DEL", k)

    def falta_apagar_dono(self):
        for k in self.redis.chaves("crm:*:owner"):
            self.redis.cli("DEL", k)

    def falta_derrubar_clientes(self):
        self.redis.cli("CLIENT", "KILL", "TYPE", "normal")

    def falta_despejar(self):
        """Too little memory: keys are evicted, the array of counters too."""
        usado = int(self.redis.cli("INFO", "memory").split("used_memory:")[1].split()[0])
        antes = self.redis.ajustar(maxmemory_policy="allkeys-random", maxmemory=max(usado - 200_000, 900_000))
        self.durar(0.2, 0.8)
        self.redis.ajustar(**antes)

    def falta_cheio(self):
        antes = self.redis.ajustar(maxmemory_policy="noeviction", maxmemory="1mb")
        self.durar(0.2, 1.0)
        self.redis.ajustar(**antes)

    # ---- links -------------------------------------------------------------------

    def falta_cortar_elo(self):
        self.sorte.choice((self.pg, self.frente)).cortar()

    def falta_elo_do_banco_some(self):
        """PostgreSQL cannot reach Redis, the front can."""
        with self.elo(self.pg, self.sorte.choice(("congelar", "buraco", "recusar"))):
            self.durar(0.2, 1.8)

    def falta_elo_da_frente_some(self):
        with self.elo(self.frente, self.sorte.choice(("congelar", "buraco", "recusar"))):
            self.durar(0.2, 1.0)

    def falta_elo_do_banco_lento(self):
        with self.elo(self.pg, "atrasar", self.sorte.choice((5, 20, 60, 150))):
            self.durar(0.3, 1.5)

    def falta_elo_da_frente_lento(self):
        with self.elo(self.frente, "atrasar", self.sorte.choice((5, 15, 40))):
            self.durar(0.3, 1.0)

    # ---- front -------------------------------------------------------------------

    def falta_matar_processo_da_frente(self):
        os.kill(self.sorte.choice(self.frentes()), signal.SIGKILL)

    def falta_congelar_processo_da_frente(self):
        with self.parado(self.sorte.choice(self.frentes())):
            self.durar(0.2, 1.2)
