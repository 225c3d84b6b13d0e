"""Logins and repeated writes at the same instant, cancelled ones too (L-7, L-8, X-10, API-4, AUTH-8)."""
import json
import threading
import time

import psycopg2
import pytest

SENHA = "cavalo correto bateria"


@pytest.fixture
def preparado(banco):
    banco.sql("UPDATE crm.configuracoes SET valor = '10' WHERE chave = 'bcrypt_custo'")
    banco.adm = banco.valor(f"SELECT crm.criar_usuario('Adm', 'adm@p.test', 'administrador', '{SENHA}')")
    return banco


def atender(c, funcao, args, sessao=None, endereco="10.0.0.1", chave=None):
    with c.cursor() as cur:
        cur.execute("SELECT status, corpo, extra FROM crm.atender(%s, %s, %s, 'req', 'teste', %s, %s)",
                    (funcao, sessao, endereco, chave, json.dumps(args)))
        status, corpo, extra = cur.fetchone()
        return status, json.loads(corpo), json.loads(extra)


def sessao_de(c, email="adm@p.test"):
    status, _, extra = atender(c, "login", {"email": email, "senha": SENHA}, endereco="10.255.0.1")
    assert status == 200
    return extra["abrir_sessao"]["sid"]


def ao_mesmo_tempo(banco, n, fazer):
    """Runs fazer(connection, i) n times, all starting together."""
    conexoes = [banco.conectar() for _ in range(n)]
    largada = threading.Barrier(n)
    saidas = [None] * n

    def um(i):
        largada.wait()
        try:
            saidas[i] = fazer(conexoes[i], i)
        except psycopg2.Error as e:
            saidas[i] = e

    fios = [threading.Thread(target=um, args=(i,)) for i in range(n)]
    for f in fios:
        f.start()
    for f in fios:
        f.join()
    return saidas


def sem_travas(banco):
    return banco.valor("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0


def test_cem_logins_errados_avaliam_cinco(preparado):
    """L-8: of 100 wrong logins in the same instant at most 5 are evaluated."""
    r = ao_mesmo_tempo(preparado, 100, lambda c, i: atender(
        c, "login", {"email": "adm@p.test", "senha": f"errada errada {i}"})[0])
    assert set(r) <= {401, 429}, r
    assert r.count(401) == preparado.valor("SELECT count(*) FROM crm.tentativas_login") <= 5
    assert r.count(401) >= 1
    assert sem_travas(preparado)


def test_muitos_enderecos_ao_mesmo_tempo(preparado):
    """L-7: the hour's ceiling of an account holds for addresses in parallel."""
    preparado.sql("UPDATE crm.configuracoes SET valor = '10' WHERE chave = 'login_conta_hora'")
    r = ao_mesmo_tempo(preparado, 40, lambda c, i: atender(
        c, "login", {"email": "adm@p.test", "senha": f"errada errada {i}"}, endereco=f"10.1.0.{i}")[0])
    assert set(r) <= {401, 429, 503}, r
    assert preparado.valor("SELECT count(*) FROM crm.tentativas_login") <= 10


def test_teto_de_calculos(preparado):
    """AUTH-3: never more than bcrypt_simultaneos computations; who finds no slot hears 503 or waits."""
    preparado.sql("UPDATE crm.configuracoes SET valor = '2' WHERE chave = 'bcrypt_simultaneos'")
    maximo = [0]
    fim = threading.Event()

    def vigiar():
        c = preparado.conectar()
        with c.cursor() as cur:
            while not fim.is_set():
                cur.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
                            " AND classid = %s", (0x63726D42,))
                maximo[0] = max(maximo[0], cur.fetchone()[0])
    v = threading.Thread(target=vigiar)
    v.start()
    r = ao_mesmo_tempo(preparado, 12, lambda c, i: atender(
        c, "login", {"email": "adm@p.test", "senha": SENHA}, endereco=f"10.2.0.{i}"))
    fim.set()
    v.join()
    assert {s for s, _, _ in r} <= {200, 503}
    assert all(e.get("tentar_em") for s, _, e in r if s == 503)
    assert 1 <= maximo[0] <= 2
    assert sem_travas(preparado)


def test_mesma_chave_ao_mesmo_tempo(preparado):
    """API-4: the same key from 20 connections at once is done once and answered alike."""
    sid = sessao_de(preparado.conectar())
    pedido = {"nome": "Um Só", "email": "um@p.test", "papel": "operador", "senha": SENHA}
    r = ao_mesmo_tempo(preparado, 20, lambda c, i: atender(c, "usuario_criar", pedido, sid, chave="k"))
    assert {s for s, _, _ in r} == {201}
    assert len({json.dumps(corpo, sort_keys=True) for _, corpo, _ in r}) == 1
    assert sum(1 for _, _, e in r if not e.get("repetida")) == 1
    assert preparado.valor("SELECT count(*) FROM crm.usuarios WHERE nome = 'Um Só'") == 1


def test_dois_administradores_nao_saem_juntos(preparado):
    """AUTH-8: two transactions that each remove the other's administrador: one stays."""
    preparado.sql("SELECT crm.criar_usuario('Adm 2', 'adm2@p.test', 'administrador')")
    emails = ["adm@p.test", "adm2@p.test"]

    def remover(c, i):
        with c.cursor() as cur:
            cur.execute("UPDATE crm.usuarios SET ativo = false WHERE email = %s", (emails[i],))
            return True
    r = ao_mesmo_tempo(preparado, 2, remover)
    assert preparado.valor("SELECT count(*) FROM crm.usuarios WHERE ativo AND papel = 'administrador'") == 1
    assert [x for x in r if x is not True][0].pgcode == "CR409"


def cancelar(banco, c, comando, args, espera):
    """Runs the statement on c, cancels it once espera(pid) is true; returns the SQLSTATE."""
    pid = c.info.backend_pid
    saida = []

    def correr():
        try:
            with c.cursor() as cur:
                cur.execute(comando, args)
                saida.append("acabou")
        except psycopg2.Error as e:
            saida.append(e.pgcode)
    f = threading.Thread(target=correr)
    f.start()
    limite = time.monotonic() + 30
    while f.is_alive() and not espera(pid) and time.monotonic() < limite:
        time.sleep(0.005)
    banco.sql("SELECT pg_cancel_backend(%s)", (pid,))
    f.join(60)
    assert not f.is_alive()
    return saida[0]


def test_cancelar_login_na_fila(preparado):
    """X-10: cancelled while it waits for a slot: no lock, no attempt, no session stays."""
    dono = preparado.conectar(autocommit=False)
    with dono.cursor() as cur:
        cur.execute("SELECT crm.senha_vaga()")
        preparado.sql("UPDATE crm.configuracoes SET valor = '1' WHERE chave = 'bcrypt_simultaneos'")
        c = preparado.conectar()
        estado = cancelar(preparado, c, "SELECT status FROM crm.atender('login', NULL, '10.0.0.1', '', '', NULL, %s)",
                          (json.dumps({"email": "adm@p.test", "senha": SENHA}),),
                          lambda pid: preparado.valor("SELECT coalesce(wait_event_type = 'Extension', false)"
                                                      " FROM pg_stat_activity WHERE pid = %s", (pid,)))
    dono.rollback()
    assert estado == "57014"
    assert sem_travas(preparado)
    assert preparado.valor("SELECT count(*) FROM crm.sessoes") == 0
    assert preparado.valor("SELECT count(*) FROM crm.tentativas_login") == 0
    assert sessao_de(c)


def test_cancelar_durante_o_bcrypt(preparado):
    """X-10: cancelled during the computation: it ends after that one, undone as a whole."""
    preparado.sql("UPDATE crm.configuracoes SET valor = '13' WHERE chave = 'bcrypt_custo'")
    c = preparado.conectar()
    estado = cancelar(preparado, c, "SELECT crm.criar_usuario('Lento', 'lento@p.test', 'ti', %s)", (SENHA,),
                      lambda pid: preparado.valor("SELECT count(*) > 0 FROM pg_locks WHERE pid = %s"
                                                  " AND locktype = 'advisory'", (pid,)))
    assert estado == "57014"
    assert sem_travas(preparado)
    assert preparado.valor("SELECT count(*) FROM crm.usuarios WHERE nome = 'Lento'") == 0


def test_cancelar_redistribuicao(preparado):
    """X-10: a distribution that runs into its time limit leaves nothing but what was before."""
    preparado.sql("SELECT crm.popular(20000, 10, 7)")
    preparado.sql("UPDATE crm.vendedores SET online = true")
    preparado.sql("SELECT crm.redistribuir_clientes()")
    retrato = ("SELECT md5(string_agg(id || ' ' || vendedor_id || ' ' || coalesce(encerrada_em::text, ''), ','"
               " ORDER BY id)) FROM crm.cliente_vendedor")
    antes = preparado.valor(retrato)
    c = preparado.conectar(autocommit=False)
    estados = set()
    for ms in (2, 5, 10, 20, 40):
        with c.cursor() as cur:
            cur.execute(f"SET LOCAL statement_timeout = {ms}")
            try:
                cur.execute("SELECT crm.redistribuir_todos()")
                estados.add("acabou")
            except psycopg2.Error as e:
                estados.add(e.pgcode)
        c.rollback()
    assert "57014" in estados and estados <= {"57014", "acabou"}
    assert preparado.valor(retrato) == antes
    assert preparado.sql("SELECT * FROM crm.verificar_distribuicao()") == []
    assert sem_travas(preparado)


@pytest.mark.parametrize("mudanca", ["ativo = false", "papel = 'operador'"])
@pytest.mark.parametrize("papel", ["vendedor", "gerente"])
def test_conta_perdida_durante_a_avaliacao(preparado, papel, mudanca):
    """S-3: a login that waits for its slot while the account is deactivated or changes its papel gets no session."""
    preparado.sql(f"SELECT crm.criar_usuario('Vera', 'vera@p.test', %s, '{SENHA}')", (papel,))
    preparado.sql("UPDATE crm.configuracoes SET valor = '1' WHERE chave = 'bcrypt_simultaneos'")
    dono = preparado.conectar(autocommit=False)
    dono.cursor().execute("SELECT crm.senha_vaga()")
    c = preparado.conectar()
    saida = []
    fio = threading.Thread(target=lambda: saida.append(atender(c, "login", {"email": "vera@p.test", "senha": SENHA})))
    fio.start()
    while not preparado.valor("SELECT coalesce(wait_event_type = 'Extension', false) FROM pg_stat_activity"
                              " WHERE pid = %s", (c.get_backend_pid(),)):
        assert fio.is_alive()
        time.sleep(0.01)
    dono.cursor().execute(f"UPDATE crm.usuarios SET {mudanca} WHERE email = 'vera@p.test'")
    dono.commit()
    fio.join()
    assert saida[0][0] == 401 and saida[0][1]["codigo"] == "credenciais_invalidas"
    assert preparado.valor("SELECT count(*) FROM crm.sessoes WHERE encerrada_em IS NULL") == 0
    assert preparado.valor("SELECT count(*) FROM crm.vendedores WHERE online") == 0


def test_custo_novo_em_logins_simultaneos(preparado):
    """AUTH-3: after the cost was raised, logins at the same instant hash anew, and all of them get in."""
    preparado.sql("UPDATE crm.configuracoes SET valor = '11' WHERE chave = 'bcrypt_custo'")
    r = ao_mesmo_tempo(preparado, 4, lambda c, i: atender(
        c, "login", {"email": "adm@p.test", "senha": SENHA}, endereco=f"10.4.0.{i}")[0])
    assert r == [200] * 4
    assert preparado.valor("SELECT substr(senha_hash, 5, 2) FROM crm.usuarios WHERE email = 'adm@p.test'") == "11"


@pytest.mark.parametrize("custo", [10, 11])
@pytest.mark.parametrize("funcao, args, status", [
    ("login", {"email": "ana@p.test", "senha": SENHA}, 401),
    ("trocar_senha", {"senha_atual": SENHA, "senha_nova": "outra frase bem longa"}, 403)])
def test_senha_trocada_durante_a_avaliacao(preparado, custo, funcao, args, status):
    """AUTH-5: who knew the former password neither gets in nor overwrites the new one."""
    ana = preparado.valor(f"SELECT crm.criar_usuario('Ana', 'ana@p.test', 'gerente', '{SENHA}')")
    c = preparado.conectar()
    sessao = sessao_de(c, "ana@p.test") if funcao != "login" else None
    preparado.sql(f"UPDATE crm.configuracoes SET valor = '{custo}' WHERE chave = 'bcrypt_custo'")
    administra = preparado.conectar(autocommit=False)
    with administra.cursor() as cur:
        cur.execute("SELECT crm.definir_senha(%s, 'senha nova de ana maria')", (ana,))
    saida = []
    fio = threading.Thread(target=lambda: saida.append(atender(c, funcao, args, sessao)))
    fio.start()
    while not preparado.valor("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"):
        assert fio.is_alive()
        time.sleep(0.02)
    administra.commit()
    fio.join()
    assert saida[0][0] == status, saida
    assert preparado.valor("SELECT crm.senha_confere('senha nova de ana maria', senha_hash)"
                           " FROM crm.usuarios WHERE nome = 'Ana'")
    assert preparado.valor("SELECT count(*) FROM crm.sessoes WHERE encerrada_em IS NULL") == 0
