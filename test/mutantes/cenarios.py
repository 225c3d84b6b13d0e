"""Scenarios, one for each way to break the protocol. Each forces the order of
events in which the defect shows, and returns what was served wrongly, or None.
What it needs to be worth anything (a hit before, a commit, a held command) it
asserts itself.

    @cenario(settings of PostgreSQL ...)   other than those of Bancada.usar(), which
                                           leave time for everything that is held;
                                           functions are called at the restart
"""
import datetime
import time

from bancada import LIMITE_S
from pilha import esperar

CENARIOS = {}
# A commit with synchronous_commit = on stays invisible until it is cancelled;
# everybody else's is local.
SEM_REPLICA = {"synchronous_standby_names": "ninguem", "synchronous_commit": "local"}


class Tarde(Exception):
    """The machine was slower than the scenario can wait: it asks for another turn."""


def cenario(**opcoes):
    def registrar(funcao):
        CENARIOS[funcao.__name__] = (funcao, {k.replace("__", "."): v for k, v in opcoes.items()})
        return funcao
    return registrar


def velho(b, cliente):
    """The profile as it was before mudar(), or None."""
    mae = b.mae(cliente)
    return None if mae == "depois" else f"nome_mae is {mae!r} after the commit of 'depois'"


# ---- what a hit must look at -------------------------------------------------------

@cenario()
def matriz_alheia(b):
    """The counters are the right ones, the array is not this epoch's."""
    c = b.novo()
    b.aquecer(b.perfil(c))
    with b.sem_guarda():
        matriz = b.matriz()
        b.redis.cli("COPY", matriz, "copia")
        b.mudar(c)
        b.redis.cli("BITFIELD", "copia", "SET", "u32", "#0", "0")
        b.redis.cli("COPY", "copia", matriz, "REPLACE")
        return velho(b, c)


@cenario()
def lembranca(b):
    """What a worker remembers of the counters ends with the next write."""
    c = b.novo()
    b.aquecer(b.perfil(c))
    for _ in range(40):         # more than CALMA_VIAGENS of the front, whoever else writes
        b.ler(b.perfil(c))
    b.mudar(c)
    return velho(b, c)


@cenario()
def redis_de_copia_velha(b):
    """Redis comes back from a dump with fence, array and entries of before a write."""
    c = b.novo()
    b.aquecer(b.perfil(c))
    with b.sem_guarda():
        b.redis.salvar(b.pasta / "velho.rdb")
        b.mudar(c)
        b.redis.matar()
        b.redis.iniciar(dump=b.pasta / "velho.rdb")
        assert b.redis.chaves("crm:*:fence"), "the fence of the dump has expired"
        # Until the front is connected again: one worker of it says so, another answers.
        esperar(lambda: b.frente_diz("redis") == "ok", LIMITE_S, 0.02)
        for _ in range(30):
            errado = velho(b, c)
            if errado:
                return errado
            time.sleep(0.03)
    return None


@cenario(crm__cache_ttl_ms=1500, crm__cache_espera_ms=200)
def cerca_caida(b):
    """The fence has fallen; entry and counters stand as they stood."""
    c = b.novo()
    b.aquecer(b.perfil(c))
    b.pg.buraco()
    b.mudar(c)                                      # waits until no fence is alive
    assert not b.redis.chaves("crm:*:fence")
    return velho(b, c)


@cenario()
def sessao_encerrada(b):
    """A session that has ended gets no hit."""
    quem = b.p.login(b.p.novo_usuario("gerente"), base=b.p.plain_url)
    c = b.novo()
    b.aquecer(b.perfil(c), quem)
    b.escrever("UPDATE crm.sessoes SET encerrada_em = now(), motivo_fim = 'revogada' WHERE usuario_id = %s", (quem.id,))
    status = b.ler(b.perfil(c), quem).status_code
    return None if status == 401 else f"status {status} for a session that was ended"


@cenario()
def outra_classe(b):
    """What an administrator sees is not for an operator."""
    c = b.novo()
    b.aquecer(b.perfil(b.outro), b.operador)        # whose session is known then
    assert "*" not in b.aquecer(b.perfil(c))["cpf"]
    cpf = b.ler(b.perfil(c), b.operador).json()["cpf"]
    return None if "*" in cpf else f"an operator sees {cpf}"


FUSO_S = 3 * 3600   # of the business day: UTC-3
DIA_S = 86400
fim_do_dia_s = 6    # the restart and some requests must fit
hoje = None         # the day that is about to end


def antes_da_meia_noite():
    """crm.relogio_desvio (s): the business day ends a few seconds after the start."""
    global hoje
    dia, hora = divmod(int(time.time() - FUSO_S), DIA_S)
    hoje = datetime.date(1970, 1, 1) + datetime.timedelta(dia)
    return DIA_S - hora - fim_do_dia_s


@cenario(crm__relogio_desvio=antes_da_meia_noite)
def meia_noite(b):
    """Nothing is written; a day ends."""
    global fim_do_dia_s

    def virou():
        return b.p.valor("SELECT crm.hoje()") > hoje

    c = b.novo()
    b.escrever("UPDATE crm.clientes SET data_ultima_compra = %s WHERE id_cliente = %s", (hoje - datetime.timedelta(10), c))
    dias = b.aquecer(b.perfil(c))["dias_sem_comprar"]
    if virou():
        fim_do_dia_s *= 2
        raise Tarde
    assert dias == 10
    esperar(virou, LIMITE_S + fim_do_dia_s)
    dias = b.ler(b.perfil(c)).json()["dias_sem_comprar"]
    return None if dias == 11 else f"{dias} days without buying, it is 11 since midnight"


# ---- what may be kept --------------------------------------------------------------

@cenario()
def marca_sem_commit(b):
    """An answer computed between mark and commit."""
    c = b.novo()
    b.ler(b.perfil(c))
    b.pg.segurar("resposta", "INCRBY")
    escrita = b.ao_lado(b.mudar, c)
    b.pg.esperar_preso()
    for _ in range(3):
        assert b.mae(c) == "antes"
    b.pg.soltar()
    escrita.join()
    return velho(b, c)


@cenario()
def carimbo_de_depois(b):
    """A write passes between the beginning of a request and its lease."""
    c = b.novo()
    b.pg.segurar("pedido", "BITFIELD_RO")
    leitura = b.ao_lado(b.ler, b.perfil(c))
    b.pg.esperar_preso()
    b.mudar(c)
    b.pg.soltar()
    leitura.join()
    return velho(b, c)


@cenario(**SEM_REPLICA)
def commit_invisivel(b):
    """A transaction is in the log and not yet visible."""
    c = b.novo()
    b.aquecer(b.perfil(c))
    escrita = b.ao_lado(b.mudar, c, sincrono=True)
    pid = b.esperar_invisivel()
    for _ in range(3):
        assert b.mae(c) == "antes"
    b.tornar_visivel(pid)
    escrita.join()
    return velho(b, c)


@cenario(**SEM_REPLICA)
def marca_antes_do_carimbo(b):
    """A transaction leaves its mark while the lease is on the way to the stamps."""
    c = b.novo()
    b.pg.segurar("pedido", "BITFIELD_RO")
    leitura = b.ao_lado(b.ler, b.perfil(c))
    b.pg.esperar_preso()
    escrita = b.ao_lado(b.mudar, c, sincrono=True)
    pid = b.esperar_invisivel()
    b.pg.soltar()
    leitura.join()
    b.tornar_visivel(pid)
    escrita.join()
    return velho(b, c)


# ---- writers and guard without Redis -----------------------------------------------

@cenario(crm__cache_ttl_ms=4000, crm__cache_espera_ms=200)
def marca_sem_resposta(b):
    """PostgreSQL has lost Redis, the front has not."""
    c = b.novo()
    b.aquecer(b.perfil(c))
    b.pg.buraco()
    b.mudar(c)
    return velho(b, c)


@cenario(crm__cache_ttl_ms=3000, crm__cache_espera_ms=200)
def renovacao_atrasada(b):
    """A renewal reaches Redis late; then PostgreSQL loses Redis."""
    c = b.novo()
    b.aquecer(b.perfil(c))
    b.pg.segurar("pedido", "EVAL")
    b.pg.esperar_preso()
    b.pg.buraco()
    time.sleep(1.6)                                 # the fence of before lives 2.25 s from here
    b.pg.soltar()
    b.mudar(c)                                      # until the deadline that the guard published
    return velho(b, c)


@cenario(crm__cache_ttl_ms=2000, crm__cache_espera_ms=200, **SEM_REPLICA)
def abertura_com_transacao_em_voo(b):
    """A transaction that began to commit while there was no cache."""
    c = b.novo()
    b.aquecer(b.perfil(c))
    b.pg.recusar()
    esperar(lambda: not b.aberta() and not b.redis.chaves("crm:*:fence"), LIMITE_S)
    escrita = b.ao_lado(b.mudar, c, sincrono=True)
    pid = b.esperar_invisivel()
    b.pg.passar()
    esperar(lambda: b.estado() in ("abrindo", "aberta"), LIMITE_S, 0.02)
    fim = time.monotonic() + 1.5                    # the good build stays there
    while not b.aberta() and time.monotonic() < fim:
        time.sleep(0.02)
    for _ in range(3):
        assert b.mae(c) == "antes"
    b.tornar_visivel(pid)
    escrita.join()
    errado = velho(b, c)
    b.esperar_aberta()
    return errado or velho(b, c)


# ---- what a write marks ------------------------------------------------------------

@cenario()
def saiu_da_lista(b):
    """A client moves away from a city; who asked for that city must not see them."""
    c = b.novo()
    cidade = b.p.valor("SELECT cidade FROM crm.clientes WHERE id_cliente = %s", (c,))
    url = f"/api/v1/clients/search?cidade={cidade}&size=100"
    assert [x["id_cliente"] for x in b.aquecer(url)["items"]] == [c]
    b.escrever("UPDATE crm.clientes SET cidade = 'Longe' WHERE id_cliente = %s", (c,))
    ainda = [x["id_cliente"] for x in b.ler(url).json()["items"]]
    return f"{ainda} still in {cidade}" if ainda else None


@cenario()
def muitas_linhas(b):
    """More rows than can be named."""
    c = b.novo()
    cpf = b.p.valor("SELECT cpf::text FROM crm.clientes WHERE id_cliente = %s", (c,))
    url = f"/api/v1/clients/search?cpf={cpf}"
    antes = b.aquecer(url)["items"][0]["celular"]
    b.escrever("UPDATE crm.clientes SET celular = CASE WHEN celular LIKE '%1' THEN '(81) 90000-0000' ELSE '(81) 90000-0001' END")
    agora = b.ler(url).json()["items"][0]["celular"]
    return f"celular is still {antes}" if antes == agora else None


# ---- who changes the schema ----------------------------------------------------------

# As a replica applies changes: only the cache's own triggers fire.
CALADO = "SET session_replication_role = replica; ALTER TABLE crm.clientes DISABLE TRIGGER cache_alterar"
FALANTE = "ALTER TABLE crm.clientes ENABLE ALWAYS TRIGGER cache_alterar"


@cenario()
def gatilho_calado_na_transacao(b):
    """A transaction silences the trigger, writes, and lets it speak again."""
    c = b.novo()
    b.aquecer(b.perfil(c))
    b.escrever(f"{CALADO}; UPDATE crm.clientes SET nome_mae = 'depois' WHERE id_cliente = {c}; {FALANTE}")
    return velho(b, c)


@cenario()
def gatilho_desligado(b):
    """The trigger is off; the guard must not open."""
    c = b.novo()
    b.escrever(CALADO)
    try:
        esperar(lambda: b.p.valor("SELECT estado = 'aberta' OR estado = 'recusada' AND motivo LIKE '%cache_alterar%' FROM crm.cache_status()"),
                LIMITE_S)
        for _ in range(3):
            assert b.mae(c) == "antes"
        b.escrever(f"SET session_replication_role = replica; UPDATE crm.clientes SET nome_mae = 'depois' WHERE id_cliente = {c}")
        return velho(b, c)
    finally:
        b.escrever(FALANTE)
