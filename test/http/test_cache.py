"""Answers out of Redis: CACHE-1, CACHE-2, CACHE-3, CACHE-4, CACHE-6, AUDIT-1, API-4 (304), B-6. A product of its own
with one worker, so that every request meets the same memory."""
import base64
import concurrent.futures
import json
import re
import socket

import pytest
import requests
from pilha import Pilha, esperar

CONTADORES = ("acertos", "faltas", "desvios", "preenchimentos", "esperas", "grandes", "invalidas", "amostras", "violacoes")


@pytest.fixture(scope="module")
def loja():
    # A worker that waits for its turn on a busy machine is no failure of Redis here.
    env = {"CRM_WORKERS": "1", "CRM_CACHE_AMOSTRA": "0", "CRM_REDIS_TIMEOUT_MS": "5000",
           "CRM_CACHE_ENTRADA_MAX": "50000"}
    with Pilha(clientes=300, vendedores=3, env=env) as p:
        p.configurar("presenca_ausente", 86400)
        p.admin = p.login("admin", base=p.plain_url)
        aberto(p)
        yield p


@pytest.fixture(autouse=True)
def tudo_em_pe(loja):
    aberto(loja)
    yield


def aberto(p):
    esperar(lambda: p.admin.get("/readyz").json()["cache"] == "aberto", 60)


def metricas(p):
    texto = requests.get(p.plain_url + "/metrics", timeout=30).text
    return {k: int(re.search(rf"^crm_cache_{k}_total (\d+)$", texto, re.M)[1]) for k in CONTADORES}


class Contagem:
    """What changed in the metrics: with Contagem(p) as c: ...; c.acertos"""

    def __init__(self, p):
        self.p = p

    def __enter__(self):
        self.antes = metricas(self.p)
        return self

    def __exit__(self, *_):
        for k, v in metricas(self.p).items():
            setattr(self, k, v - self.antes[k])


def origem(r):
    return r.headers.get("x-cache")


def pedir(quem, caminho, **kw):
    r = quem.get(caminho, **kw)
    assert r.status_code in (200, 304), (caminho, r.status_code, r.text)
    return r


def aquecer(quem, caminho):
    """Asks until it comes out of the cache: other work may mark tables meanwhile."""
    return esperar(lambda: (r := pedir(quem, caminho)) and origem(r) == "acerto" and r, passo_s=0.02)


def um_cliente(p, vendedor=None):
    return p.valor("SELECT min(cliente_id) FROM crm.cliente_vendedor WHERE encerrada_em IS NULL"
                   " AND (%s IS NULL OR vendedor_id = %s)", (vendedor, vendedor))


def caminhos(p, vendedor):
    c = um_cliente(p, vendedor)
    cpf = p.valor("SELECT cpf::text FROM crm.clientes WHERE id_cliente = %s", (c,))
    return [("admin", f"/api/v1/clients/search?cpf={cpf}"), ("admin", "/api/v1/clients/search?q=maria&size=20"),
            ("admin", f"/api/v1/clients/{c}"), ("admin", f"/api/v1/clients/{c}/orders"), ("admin", f"/api/v1/clients/{c}/timeline"),
            ("admin", "/api/admin/estatisticas-gerais"), ("admin", "/api/admin/vendedores"),
            ("admin", "/api/admin/relatorios/funil"), ("admin", f"/api/admin/relatorios/previsao?vendedor_id={vendedor}"),
            ("admin", "/api/admin/quadro?por=periodo"), ("admin", "/api/admin/quadro?por=vendedor"),
            ("vendedor", f"/api/vendedor/fila/{vendedor}"),
            ("admin", "/api/admin/clientes-por-periodo?size=10"), ("admin", "/api/admin/todos-clientes?size=10"),
            ("vendedor", f"/api/vendedor/meus-clientes/{vendedor}"), ("vendedor", f"/api/vendedor/estatisticas/{vendedor}")]


# ---- hits ----------------------------------------------------------------------------


def test_acerto_sem_banco(loja):
    """CACHE-1: search, profile, boards, periods, statistics come out of Redis, byte for byte, in every coding."""
    vendedor = loja.login(0, base=loja.plain_url)
    for quem, caminho in caminhos(loja, vendedor.id):
        quem = loja.admin if quem == "admin" else vendedor
        aquecer(quem, caminho)
        chamadas = requests.get(loja.plain_url + "/metrics", timeout=30).text
        chamadas = int(re.search(r"^crm_pg_jobs_total (\d+)$", chamadas, re.M)[1])
        corpos = set()
        with Contagem(loja) as c:
            for codificacao in ("identity", "gzip", "br", "br;q=0, gzip", "zstd"):
                r = pedir(quem, caminho, headers={"Accept-Encoding": codificacao}, stream=True)
                assert origem(r) == "acerto", caminho
                cru = r.raw.read(decode_content=False)
                feita = r.headers.get("content-encoding")
                if feita == "br":
                    assert len(cru) < 40000
                    continue
                corpos.add(__import__("gzip").decompress(cru) if feita == "gzip" else cru)
                assert feita in (None, "gzip")
        assert len(corpos) == 1 and json.loads(corpos.pop()), caminho
        assert (c.acertos, c.faltas, c.desvios, c.preenchimentos) == (5, 0, 0, 0), caminho
        depois = requests.get(loja.plain_url + "/metrics", timeout=30).text
        depois = int(re.search(r"^crm_pg_jobs_total (\d+)$", depois, re.M)[1])
        # The batches of audit and heartbeat go on; a profile's own row comes first.
        perfis = 5 if re.search(r"clients/\d+(/orders|/timeline)?$", caminho) else 0
        assert perfis <= depois - chamadas <= perfis + 4, caminho


def test_igual_ao_banco(loja):
    """A hit has the body and the head of the answer it repeats."""
    for caminho in ("/api/v1/clients/search?q=jo&size=5", f"/api/v1/clients/{um_cliente(loja)}", "/api/admin/todos-clientes?size=3"):
        acerto = aquecer(loja.admin, caminho)
        banco = loja.admin.get(caminho, headers={"Accept-Encoding": "gzip, deflate", "X-Nada": "1"})
        sid = json.loads(base64.urlsafe_b64decode(loja.admin.dados["token"].split(".")[1] + "=="))["sid"]
        assert acerto.content == banco.content
        fora = {"date", "x-request-id", "ratelimit", "x-cache"}
        assert {k: v for k, v in acerto.headers.items() if k.lower() not in fora} == {
            k: v for k, v in banco.headers.items() if k.lower() not in fora}
        assert sid not in acerto.text


def test_mesma_pergunta_outra_ordem(loja):
    """The order of parameters, GET or POST: the same question, one entry."""
    aquecer(loja.admin, "/api/v1/clients/search?q=ana&size=7")
    with Contagem(loja) as c:
        assert origem(pedir(loja.admin, "/api/v1/clients/search?size=7&q=ana")) == "acerto"
        r = loja.admin.post("/api/v1/clients/search", {"size": "7", "q": "ana"}, headers={"Origin": loja.plain_url})
        assert r.status_code == 200 and origem(r) == "acerto" and "etag" not in r.headers
    assert c.faltas == 0
    for outra in ("/api/v1/clients/search?q=ana&size=8", "/api/v1/clients/search?q=ana&size=7&page=2",
                  "/api/v1/clients/search?q=ana&size=7&sort=-nome"):
        assert origem(pedir(loja.admin, outra)) == "falta", outra


def test_304(loja):
    """API-4: If-None-Match against an entry; without its body where the worker knows the tag."""
    for caminho in ("/api/v1/clients/search?q=silva&size=20", f"/api/v1/clients/{um_cliente(loja)}"):
        etag = aquecer(loja.admin, caminho).headers["etag"]
        for _ in range(2):
            r = pedir(loja.admin, caminho, headers={"If-None-Match": etag})
            assert r.status_code == 304 and origem(r) == "acerto" and r.content == b"" and r.headers["etag"] == etag
        r = pedir(loja.admin, caminho, headers={"If-None-Match": '"outra"'})
        assert r.status_code == 200 and origem(r) == "acerto"
        # Known to the worker, gone from Redis: the client's own copy is still current.
        for k in loja.redis("KEYS", "crm:*:e:*").split():
            loja.redis("DEL", k)
        r = pedir(loja.admin, caminho, headers={"If-None-Match": etag})
        assert r.status_code == 304 and origem(r) == "acerto"
        assert origem(pedir(loja.admin, caminho)) == "falta"


# ---- writes ----------------------------------------------------------------------------


def test_le_o_que_escreveu(loja):
    """CACHE-3: own write, then read: new; and so for everybody else."""
    c = um_cliente(loja)
    caminho = f"/api/v1/clients/{c}"
    outro = loja.login(loja.novo_usuario("gerente"), base=loja.plain_url)
    for n in range(5):
        velha = aquecer(loja.admin, caminho).headers["etag"]
        aquecer(outro, caminho)
        nova = f"Cidade {n}"
        e = loja.admin.patch(caminho, {"cidade": nova}, headers={"If-Match": velha})
        assert e.status_code == 200, e.text
        for quem in (loja.admin, outro):
            assert pedir(quem, caminho).json()["cidade"] == nova
            assert pedir(quem, caminho, headers={"If-None-Match": velha}).status_code == 200


def test_sql_de_fora(loja):
    """CACHE-2: psql, COPY-like, TRUNCATE of nothing, rollback, another role: the next read is the database's."""
    c = um_cliente(loja)
    caminho = f"/api/v1/clients/{c}"
    antes = aquecer(loja.admin, caminho).json()["cidade"]
    con = loja.conectar(autocommit=False)
    with con.cursor() as cur:
        cur.execute("UPDATE crm.clientes SET cidade = 'Nunca' WHERE id_cliente = %s", (c,))
        assert pedir(loja.admin, caminho).json()["cidade"] == antes
        con.rollback()
        assert pedir(loja.admin, caminho).json()["cidade"] == antes
        cur.execute("UPDATE crm.clientes SET cidade = 'De Fora' WHERE id_cliente = %s", (c,))
        con.commit()
    assert pedir(loja.admin, caminho).json()["cidade"] == "De Fora"
    total = aquecer(loja.admin, "/api/admin/estatisticas-gerais").json()["total_clientes"]
    loja.sql("UPDATE crm.clientes SET ativo = NOT ativo WHERE id_cliente = %s", (c,))
    r = pedir(loja.admin, "/api/admin/estatisticas-gerais").json()
    banco = loja.valor("SELECT count(*) FROM crm.clientes")
    assert r["total_clientes"] == banco and total == banco
    loja.sql("UPDATE crm.clientes SET ativo = NOT ativo WHERE id_cliente = %s", (c,))


# ---- who ---------------------------------------------------------------------------------


def test_cada_papel_o_seu(loja):
    """CACHE-6, D-6: what a gerente saw is no answer for a vendedor, nor one vendedor's board for another."""
    gerente = loja.login(loja.novo_usuario("gerente"), base=loja.plain_url)
    a, b = (loja.login(i, base=loja.plain_url) for i in (0, 1))
    c = um_cliente(loja, a.id)
    perfil = aquecer(gerente, f"/api/v1/clients/{c}").json()
    r = pedir(a, f"/api/v1/clients/{c}")
    assert origem(r) == "falta" and r.json()["cpf"] != perfil["cpf"] and r.json()["mascarado"]
    assert b.get(f"/api/v1/clients/{c}").status_code in (403, 404)
    aquecer(a, f"/api/vendedor/meus-clientes/{a.id}")
    assert b.get(f"/api/vendedor/meus-clientes/{a.id}").status_code == 403
    todos = aquecer(gerente, "/api/v1/clients/search?q=maria").json()["total"]
    for quem in (a, b):
        so_seus = aquecer(quem, "/api/v1/clients/search?q=maria").json()
        assert so_seus["total"] < todos
        assert {i["vendedor"]["id"] for i in so_seus["items"]} <= {quem.id}


@pytest.mark.parametrize("fim", ["logout", "encerrada", "papel", "desativado", "permissao", "senha"])
def test_sessao_no_acerto(loja, fim):
    """B-6, AUTH: the end of a session, another role, a user or a right that is gone act at once, also on hits."""
    u = loja.novo_usuario("operador")
    quem = loja.login(u, base=loja.plain_url)
    caminho = "/api/v1/clients/search?q=maria&size=3"
    aquecer(quem, caminho)
    if fim == "logout":
        assert quem.sair().status_code == 200
    elif fim == "encerrada":
        loja.sql("UPDATE crm.sessoes SET encerrada_em = now(), motivo_fim = 'logout' WHERE usuario_id = %s", (u["id"],))
    elif fim == "papel":
        loja.sql("UPDATE crm.usuarios SET papel = 'ti' WHERE id = %s", (u["id"],))
    elif fim == "desativado":
        loja.sql("UPDATE crm.usuarios SET ativo = false WHERE id = %s", (u["id"],))
    elif fim == "senha":
        loja.sql("UPDATE crm.usuarios SET trocar_senha = true WHERE id = %s", (u["id"],))
    else:
        tirada = loja.sql("DELETE FROM crm.permissoes WHERE papel = 'operador' AND acao = 'cliente.ver_todos' RETURNING *")
    try:
        r = quem.get(caminho)
        assert r.status_code == (401 if fim in ("logout", "encerrada", "desativado", "papel") else 403), r.text
        assert origem(r) != "acerto"
    finally:
        if fim == "permissao":
            assert tirada
            loja.sql("INSERT INTO crm.permissoes (papel, acao) VALUES ('operador', 'cliente.ver_todos')")
    if fim == "permissao":
        assert quem.get(caminho).status_code == 200


# ---- one for all ---------------------------------------------------------------------------


def test_um_pergunta_por_todos(loja):
    """CACHE-1: many who want the same at the same time cost one call of the database."""
    aquecer(loja.admin, "/api/v1/clients/search?q=maria")     # the session is known
    con = loja.conectar(autocommit=False)
    cur = con.cursor()
    n = 12
    # The search waits for this lock; the mark of nobody is pending.
    cur.execute("LOCK TABLE crm.clientes_busca IN ACCESS EXCLUSIVE MODE")
    with Contagem(loja) as c, concurrent.futures.ThreadPoolExecutor(n) as x:
        pedidos = [x.submit(requests.get, loja.plain_url + "/api/v1/clients/search?q=todos+juntos",
                            headers={"Authorization": "Bearer " + loja.admin.dados["token"]}, timeout=30) for _ in range(n)]
        esperar(lambda: metricas(loja)["esperas"] - c.antes["esperas"] == n - 1)
        con.rollback()
        respostas = [f.result() for f in pedidos]
    assert {r.status_code for r in respostas} == {200} and len({r.content for r in respostas}) == 1
    assert sorted(origem(r) for r in respostas) == ["acerto"] * (n - 1) + ["falta"]
    assert (c.faltas, c.preenchimentos, c.acertos) == (1, 1, n - 1)


def test_o_primeiro_desiste(loja):
    """BUSCA-3: who asks for all goes away: the next one asks, and all the others are answered."""
    aquecer(loja.admin, "/api/v1/clients/search?q=maria")
    caminho = "/api/v1/clients/search?q=primeiro+desiste"
    cabeca = f"GET {caminho} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {loja.admin.dados['token']}\r\n\r\n"
    con = loja.conectar(autocommit=False)
    con.cursor().execute("LOCK TABLE crm.clientes_busca IN ACCESS EXCLUSIVE MODE")
    with Contagem(loja) as c:
        sockets = [socket.create_connection(("127.0.0.1", loja.porta_plana), timeout=30) for _ in range(4)]
        for n, s in enumerate(sockets):
            s.sendall(cabeca.encode())
            esperar(lambda: metricas(loja)["faltas"] + metricas(loja)["esperas"] - c.antes["faltas"] - c.antes["esperas"] == n + 1)
        sockets[0].close()
        esperar(lambda: metricas(loja)["faltas"] - c.antes["faltas"] == 2)
        con.rollback()
        for s in sockets[1:]:
            assert s.recv(12) == b"HTTP/1.1 200"
            s.close()
    assert (c.faltas, c.esperas, c.acertos, c.preenchimentos) == (2, 3, 2, 1)


# ---- audit -----------------------------------------------------------------------------------


def test_auditoria_dos_acertos(loja):
    """AUDIT-1: each view of a profile has its row before the answer; searches are counted."""
    u = loja.novo_usuario("gerente")
    quem = loja.login(u, base=loja.plain_url)
    c = um_cliente(loja)
    for fim, parte in (("", None), ("/orders", "pedidos"), ("/timeline", "linha_do_tempo")):
        aquecer(quem, f"/api/v1/clients/{c}{fim}")
        for _ in range(3):
            r = pedir(quem, f"/api/v1/clients/{c}{fim}")
            linhas = loja.sql("""SELECT usuario_id, papel, acao, tabela, registro_id, host(endereco::inet), depois ->> 'parte'
                                   FROM crm.auditoria WHERE requisicao = %s""", (r.headers["x-request-id"],))
            assert origem(r) == "acerto" and linhas == [(u["id"], "gerente", "perfil", "clientes", c, "127.0.0.1", parte)]
    vistas = 0
    for _ in range(4):
        vistas += origem(pedir(quem, "/api/v1/clients/search?q=pedro")) is not None

    def contadas():
        return loja.valor("SELECT coalesce(sum(linhas), 0) FROM crm.auditoria WHERE usuario_id = %s AND acao = 'pesquisa'", (u["id"],))
    esperar(lambda: contadas() == vistas)


# ---- Redis --------------------------------------------------------------------------------------


def test_chaves_sem_dados_pessoais(loja):
    """CACHE-6: keys are a keyed hash; none is plain, all but the guard's have an end."""
    c = um_cliente(loja)
    nome, cpf = loja.sql("SELECT nome_completo, cpf::text FROM crm.clientes WHERE id_cliente = %s", (c,))[0]
    aquecer(loja.admin, f"/api/v1/clients/search?cpf={cpf}")
    aquecer(loja.admin, "/api/v1/clients/search?q=" + nome.split()[0])
    chaves = loja.redis("KEYS", "*").split()
    entradas = [k for k in chaves if re.fullmatch(r"crm:[0-9a-f]{16}:e:[0-9a-f]{40}", k)]
    assert len(entradas) >= 2
    for k in chaves:
        assert re.fullmatch(r"crm:([0-9a-f]{16}:(fence|owner|q:\d+|e:[0-9a-f]{40})|[0-9a-f]{8}:lim:[a-z]+:[0-9a-f]+:\d+)", k), k
        assert not re.search(re.sub(r"\D", "", cpf), k)
    assert all(0 < int(loja.redis("PTTL", k)) <= 3600 * 1000 for k in entradas)


def test_frente_nao_escreve_na_guarda(loja):
    """CACHE-1: the front's user of Redis may read the guard's keys and nothing else of them."""
    import os
    import subprocess
    env = dict(os.environ, REDISCLI_AUTH=(loja.serv / "redis_senha_web").read_text().strip())
    for comando in (["SET", "crm:0123456789abcdef:fence", "1"], ["DEL", "crm:0123456789abcdef:q:1"], ["FLUSHALL"],
                    ["KEYS", "*"], ["CONFIG", "GET", "*"], ["GET", "outra"]):
        r = subprocess.run(["redis-cli", "-s", str(loja.sock / "redis.sock"), "--user", "crm_web", "--no-auth-warning", *comando],
                           capture_output=True, text=True, env=env)
        assert "NOPERM" in r.stdout + r.stderr, comando


@pytest.mark.parametrize("mal", ["flush", "cerca", "matriz", "lixo", "cortada", "trocada", "tipo"])
def test_redis_estragado(loja, mal):
    """CACHE-4: whatever Redis holds, the answer is the database's, and the cache comes back."""
    a, b = "/api/v1/clients/search?q=maria&size=4", "/api/v1/clients/search?q=jose&size=4"
    certo = aquecer(loja.admin, a).json()
    aquecer(loja.admin, b)
    chaves = loja.redis("KEYS", "crm:*:e:*").split()
    if mal == "flush":
        loja.redis("FLUSHALL")
    elif mal in ("cerca", "matriz"):
        for k in loja.redis("KEYS", "crm:*:fence" if mal == "cerca" else "crm:*:q:*").split():
            loja.redis("DEL", k)
    for k in chaves:
        if mal == "lixo":
            loja.redis("SET", k, "lixo")
        elif mal == "cortada":
            loja.redis("EVAL", "redis.call('SET',KEYS[1],string.sub(redis.call('GET',KEYS[1]),1,200))", 1, k)
        elif mal == "trocada":
            loja.redis("COPY", chaves[0], k, "REPLACE") if k != chaves[0] else None
        elif mal == "tipo":
            loja.redis("DEL", k)
            loja.redis("LPUSH", k, "x")
    for _ in range(3):
        assert pedir(loja.admin, a).json() == certo
    if mal in ("lixo", "cortada"):
        assert metricas(loja)["invalidas"] > 0
    aquecer(loja.admin, a)


def test_resposta_grande_nao_guardada(loja):
    """CACHE-6: an answer beyond cache_entrada_max is answered, not kept."""
    with Contagem(loja) as c:
        for _ in range(2):
            r = pedir(loja.admin, "/api/admin/clientes-por-periodo?size=100")
            assert len(r.content) > 50000 and origem(r) == "falta"
    assert (c.acertos, c.preenchimentos, c.grandes) == (0, 0, 2)
