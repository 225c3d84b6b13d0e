"""make run, make stop, make clean-run: OPS-1. Each test starts its own instance."""
import json
import os
import pathlib
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time

import pytest

from pilha import RAIZ, Pilha, esperar

POUCO = {"clientes": 60, "vendedores": 6}


def processos_de(caminho):
    """Processes that name this place or work in it (Kore renames itself)."""
    achados = []
    for p in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if str(caminho) in (p / "cmdline").read_text(errors="replace") + os.readlink(p / "cwd"):
                achados.append(int(p.name))
        except OSError:
            pass
    return achados


def test_acesso_json_e_chaves(pilha):
    """Passwords and keys are for the owner only; the shape is the documented one."""
    f = pilha.run / "acesso.json"
    assert stat.S_IMODE(f.stat().st_mode) == 0o600
    a = json.loads(f.read_text())
    assert set(a) == {"url", "plain_url", "admin", "vendedores"}
    assert a["url"] == f"https://localhost:{pilha.porta}"
    assert a["plain_url"] == f"http://127.0.0.1:{pilha.porta_plana}"
    assert len(a["vendedores"]) == 6
    for u in [a["admin"]] + a["vendedores"]:
        assert set(u) == {"email", "nome", "senha"} and len(u["senha"]) >= 12
    assert len({u["senha"] for u in [a["admin"]] + a["vendedores"]}) == 7
    for n in ("tls.key", "jwt_chaves"):
        assert stat.S_IMODE((pilha.serv / n).stat().st_mode) == 0o600
    assert stat.S_IMODE(pilha.sock.stat().st_mode) == 0o700


def test_todos_entram_com_a_senha_do_arquivo(pilha):
    for u in [pilha.acesso["admin"]] + pilha.acesso["vendedores"]:
        assert pilha.login(u).dados["nome"] == u["nome"]


def test_senha_e_cpf_nao_chegam_aos_registros(pilha):
    """No log of the instance has a password, a parameter or a whole CPF."""
    c = pilha.cliente()
    c.post("/api/auth/login", {"email": "alguem@exemplo.test", "senha": "SenhaQueNaoPodeSair1"})
    cpf = pilha.valor("SELECT cpf::text FROM crm.clientes LIMIT 1")
    with pytest.raises(Exception):
        pilha.sql("INSERT INTO crm.clientes (cpf, nome_completo) VALUES (%s, 'X')", (cpf,))
    with pytest.raises(Exception):
        pilha.sql("SELECT 1 / 0, %s", ("SenhaQueNaoPodeSair2",))
    textos = "".join((pilha.serv / "log" / n).read_text(errors="replace")
                     for n in os.listdir(pilha.serv / "log")) + pilha.texto().split("CRM pronto")[0]
    for segredo in ["SenhaQueNaoPodeSair1", "SenhaQueNaoPodeSair2", cpf,
                    pilha.acesso["admin"]["senha"]] + [v["senha"] for v in pilha.acesso["vendedores"]]:
        assert segredo not in textos


def test_parar_e_voltar_com_os_dados():
    """Ctrl-C ends everything; the next start keeps data, passwords and sessions' keys; a
    start of another build of the same version is refused with a way out."""
    with Pilha(**POUCO) as p:
        assert p.login("admin").dados["is_admin"] is True
        p.sql("UPDATE crm.clientes SET cidade = 'Marca do teste' WHERE id_cliente = 1")
        acesso = (p.run / "acesso.json").read_text()
        inicio = time.monotonic()
        p.parar(signal.SIGINT)
        esperar(lambda: not processos_de(p.run), 20)
        print(f"stopped in {time.monotonic() - inicio:.1f} s")
        inicio = time.monotonic()
        p.iniciar()
        print(f"second start in {time.monotonic() - inicio:.1f} s")
        assert (p.run / "acesso.json").read_text() == acesso
        assert p.valor("SELECT cidade FROM crm.clientes WHERE id_cliente = 1") == "Marca do teste"
        p.login("admin")

        # Another build of the same version has no update step: refused, and nothing is touched.
        dita = p.valor("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = 'crm'")
        versao = p.valor("SELECT extversion FROM pg_extension WHERE extname = 'crm'")
        assert dita.startswith(f"construção {versao} ")
        p.sql(f"COMMENT ON DATABASE crm IS 'construção {versao} de antes'")
        p.parar()
        r = subprocess.run(["make", "-s", "run"], cwd=RAIZ, env=p.env, capture_output=True, text=True, timeout=120)
        assert r.returncode != 0 and f"outra construção da versão {versao}" in r.stderr, r.stdout + r.stderr
        for saida in (f"CRM_RUN_DIR={p.run}.novo make run", f"CRM_RUN_DIR={p.run} make clean-run"):
            assert saida in r.stderr
        assert not processos_de(p.run)
        assert (p.run / "acesso.json").read_text() == acesso


@pytest.mark.parametrize("sinal", [signal.SIGTERM, signal.SIGHUP])
def test_sinais_encerram_tudo(sinal):
    with Pilha(**POUCO) as p:
        os.kill(p.pid("supervisor"), sinal)
        esperar(lambda: not processos_de(p.run))


def test_make_stop_e_clean_run():
    p = Pilha(**POUCO)
    vizinho = p.temp / "vizinho"
    vizinho.write_text("fica")
    try:
        p.iniciar()
        # A supervisor killed with -9 leaves services; make stop ends them.
        os.kill(p.pid("supervisor"), signal.SIGKILL)
        for alvo in ("stop", "clean-run"):
            r = subprocess.run(["make", "-s", alvo], cwd=RAIZ, env=p.env, capture_output=True, text=True)
            assert r.returncode == 0, r.stdout + r.stderr
            assert not processos_de(p.run)
            assert (p.run / "acesso.json").exists() == (alvo == "stop")
        assert not p.run.exists() and vizinho.exists()
        r = subprocess.run(["make", "-s", "stop"], cwd=RAIZ, env=p.env, capture_output=True, text=True)
        assert r.returncode == 0 and "nada roda" in r.stdout
    finally:
        p.apagar()


def test_porta_ocupada_e_instancia_repetida(pilha):
    """Both are said in one clear line, and what runs is not disturbed."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen()
        porta = s.getsockname()[1]
        p = Pilha(**POUCO)
        r = subprocess.run(["make", "-s", "run"], cwd=RAIZ, env=dict(p.env, CRM_PORT=str(porta)),
                           capture_output=True, text=True, timeout=60)
        assert r.returncode != 0 and f"porta {porta} já está em uso" in r.stderr
        p.apagar()
    r = subprocess.run(["make", "-s", "run"], cwd=RAIZ, env=pilha.env, capture_output=True, text=True, timeout=60)
    assert r.returncode != 0 and "já roda uma instância" in r.stderr
    assert pilha.login("admin").get("/api/auth/eu").status_code == 200


def test_duas_instancias_lado_a_lado(pilha):
    with Pilha(clientes=55, vendedores=3) as outra:
        assert outra.url != pilha.url
        assert outra.valor("SELECT count(*) FROM crm.clientes") == 55
        assert pilha.valor("SELECT count(*) FROM crm.clientes") >= 2000
        # A session of one is nothing to the other.
        r = outra.cliente().get("/api/auth/eu", headers={"Cookie": pilha.login("admin").cookie()})
        assert r.status_code == 401


@pytest.mark.parametrize("modo", [0o755, 0o700])
def test_lugar_dificil(modo):
    """A Unix socket's path ends at 107 bytes, the run directory's need not; and the
    services of a root may live below a directory that only root enters."""
    base = pathlib.Path(tempfile.mkdtemp(prefix="crm-t.", dir="/tmp"))
    os.chmod(base, modo)
    longo = base / ("pasta-de-nome-comprido-" * 6)
    longo.mkdir()
    p = Pilha(**POUCO, diretorio=str(longo))
    try:
        p.iniciar()
        assert p.login("admin").get("/api/auth/eu").status_code == 200
        lugares = [p.sock, p.serv]
        assert any(str(base) not in str(x) for x in lugares)
    finally:
        p.apagar()
        shutil.rmtree(base)
    assert not any(x.exists() for x in lugares)


def test_nada_roda_como_root(pilha):
    for nome in ("front", "redis", "pg"):
        pid = pilha.pid(nome)
        for x in [pid] + pilha.filhos(pid):
            assert os.stat(f"/proc/{x}").st_uid != 0, nome


def test_cada_um_no_redis_pode_o_seu(pilha):
    """CACHE-6: the front cannot write fence or counters, PostgreSQL sees no answer, a stranger nothing at all."""
    def diz(nome, *comando):
        env = dict(os.environ)
        usuario = []
        if nome:
            senha = pilha.serv / f"redis_senha_{nome}"
            assert stat.S_IMODE(senha.stat().st_mode) == 0o600
            env["REDISCLI_AUTH"] = senha.read_text().strip()
            usuario = ["--user", f"crm_{nome}", "--no-auth-warning"]
        return subprocess.run(["redis-cli", "-s", str(pilha.sock / "redis.sock"), *usuario, *comando], env=env,
                              capture_output=True, text=True).stdout

    assert stat.S_IMODE((pilha.serv / "redis.acl").stat().st_mode) == 0o600
    for comando in (["SET", "crm:x:fence", "1"], ["DEL", "crm:x:fence"], ["PEXPIRE", "crm:x:fence", "1"], ["SET", "crm:x:owner", "1"],
                    ["BITFIELD", "crm:x:q:1", "SET", "u32", "#0", "1"], ["DEL", "crm:x:q:1"], ["FLUSHALL"], ["KEYS", "*"],
                    ["CONFIG", "GET", "*"], ["SCAN", "0"], ["SET", "outra", "1"]):
        assert diz("web", *comando).startswith("NOPERM"), comando
    for comando in (["GET", "crm:x:fence"], ["BITFIELD_RO", "crm:x:q:1", "GET", "u32", "#0"], ["GET", "crm:x:e:1"], ["INFO", "server"]):
        assert not diz("web", *comando).startswith("NO"), comando
    for comando in (["GET", "crm:x:e:1"], ["SET", "crm:x:e:1", "1"], ["GET", "crm:x:lim:usuario:1"], ["FLUSHALL"], ["CONFIG", "GET", "*"]):
        assert diz("servidor", *comando).startswith("NOPERM"), comando
    assert diz(None, "GET", "crm:x:fence").startswith("NOAUTH")


def test_sem_tcp_no_banco_e_no_redis(pilha):
    """PostgreSQL and Redis listen on their sockets alone."""
    assert pilha.valor("SHOW listen_addresses") == ""
    assert pilha.redis("config", "get", "port").split() == ["port", "0"]
