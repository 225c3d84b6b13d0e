"""The sampler: CACHE-5. A product of its own that puts every hit to the database."""
import base64
import hashlib
import json
import re
import struct

import pytest
import requests
from pilha import Pilha, esperar


@pytest.fixture(scope="module")
def loja():
    env = {"CRM_WORKERS": "1", "CRM_CACHE_AMOSTRA": "1", "CRM_REDIS_TIMEOUT_MS": "5000"}
    with Pilha(clientes=60, vendedores=2, env=env) as p:
        p.configurar("presenca_ausente", 86400)
        p.admin = p.login("admin", base=p.plain_url)
        esperar(lambda: p.admin.get("/readyz").json()["cache"] == "aberto", 60)
        yield p


def metrica(p, nome):
    return float(re.search(rf"^crm_cache_{nome} (\S+)$", requests.get(p.plain_url + "/metrics", timeout=30).text, re.M)[1])


def perguntar(p, caminho):
    r = p.admin.get(caminho, headers={"Accept-Encoding": "identity"})
    assert r.status_code == 200, r.text
    return r


def entradas(p):
    return set(p.redis("KEYS", "crm:*:e:*").split())


def ler(p, chave):
    """The bytes of a key: redis-cli would change them."""
    return base64.b64decode(p.redis("EVAL", """
        local s, b = redis.call('GET', KEYS[1]), 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
        local o = {}
        for i = 1, #s, 3 do
            local x, y, z = string.byte(s, i, i + 2)
            local n = x * 65536 + (y or 0) * 256 + (z or 0)
            for k = 0, 3 do
                local d = math.floor(n / 64 ^ (3 - k)) % 64
                o[#o + 1] = ((k == 2 and not y) or (k == 3 and not z)) and '=' or string.sub(b, d + 1, d + 1)
            end
        end
        return table.concat(o)""", 1, chave).strip())


def por(p, chave, dados):
    p.redis("EVAL", "redis.call('SET', KEYS[1], (ARGV[1]:gsub('..', function(h) return string.char(tonumber(h, 16)) end)),"
            " 'PX', 600000)", 1, chave, dados.hex())


def test_certas(loja):
    """Hits that are right: answered by the database, counted, consistency 1."""
    caminho = "/api/v1/clients/search?q=maria&size=1"
    antes = metrica(loja, "amostras_total")
    r = esperar(lambda: (r := perguntar(loja, caminho)) and metrica(loja, "amostras_total") >= antes + 5 and r, passo_s=0.02)
    assert r.headers["x-cache"] == "desvio"
    assert metrica(loja, "violacoes_total") == 0 and metrica(loja, "consistencia") == 1


def test_estimativa(loja):
    """Where an answer says that its total is estimated, another estimate is no violation: nobody wrote, but a VACUUM or
    clients that do not matter make another one. What is not estimated is compared."""
    cpf = loja.valor("SELECT cpf::text FROM crm.clientes WHERE ativo ORDER BY id_cliente DESC LIMIT 1")
    caminho = f"/api/v1/clients/search?cpf={cpf}"
    antigas = entradas(loja)
    certa = perguntar(loja, caminho).content
    (chave,) = entradas(loja) - antigas
    dados = ler(loja, chave)
    outra = json.loads(certa)
    assert outra["total_exato"] is True
    outra.update(total_exato=False, total=1234, pages=25, proximo="x", facetas={})
    corpo = json.dumps(outra).encode()
    cabeca = bytearray(dados[:-len(certa)])
    cabeca[24:28], cabeca[36:48] = struct.pack("<I", len(corpo)), hashlib.sha256(corpo).digest()[:12]
    por(loja, chave, bytes(cabeca) + corpo)
    antes = metrica(loja, "amostras_total")
    esperar(lambda: perguntar(loja, caminho).content == certa and metrica(loja, "amostras_total") >= antes + 3, passo_s=0.02)
    assert ler(loja, chave) == bytes(cabeca) + corpo, "checked, not replaced"
    assert metrica(loja, "violacoes_total") == 0 and metrica(loja, "consistencia") == 1


def test_fuso_da_conexao(loja):
    """Instants are written alike by every connection, whatever the database, the role or the environment of one front
    say of their zone: a kept answer is the answer of all."""
    id_cliente = loja.valor("SELECT min(id_cliente) FROM crm.clientes")
    caminho = f"/api/v1/clients/{id_cliente}"
    certa = perguntar(loja, caminho).json()
    banco = loja.valor("SELECT current_database()")
    loja.sql(f"ALTER DATABASE {banco} SET timezone = 'Asia/Tokyo'")
    try:
        pids = "SELECT pid FROM pg_stat_activity WHERE usename = 'crm_web'"
        antigos = {x for (x,) in loja.sql(pids)}
        assert antigos
        loja.sql(f"SELECT pg_terminate_backend(pid) FROM ({pids}) AS t")
        esperar(lambda: not antigos & {x for (x,) in loja.sql(pids)})
        outra = esperar(lambda: (r := loja.admin.get(caminho)).status_code == 200 and r.json())
        assert outra["created_at"] == certa["created_at"]
        assert outra["created_at"].endswith("+00:00")
    finally:
        loja.sql(f"ALTER DATABASE {banco} RESET timezone")
    assert metrica(loja, "violacoes_total") == 0


def test_errada(loja):
    """An entry with valid stamps and another body: the client gets the truth, an alert is written, nothing more is
    served from that epoch, and a new one heals."""
    cpf = loja.valor("SELECT cpf::text FROM crm.clientes WHERE ativo ORDER BY id_cliente LIMIT 1")
    caminho = f"/api/v1/clients/search?cpf={cpf}"
    antigas = entradas(loja)
    certa = perguntar(loja, caminho).content
    assert len(certa) < 1024, "stored as it is"
    (chave,) = entradas(loja) - antigas
    dados = ler(loja, chave)
    assert dados.startswith(b"crm\x02") and dados.endswith(certa)
    assert hashlib.sha256(certa).digest()[:12] == dados[36:48] and struct.unpack("<I", dados[24:28])[0] == len(certa)
    cabeca = dados[:-len(certa)]
    nome = json.loads(certa)["items"][0]["nome_completo"]
    errada = certa.replace(nome.encode(), b"X" * len(nome.encode()))
    assert errada != certa

    epoca = loja.valor("SELECT epoca FROM crm.cache_epoca()")
    por(loja, chave, cabeca + errada)
    assert perguntar(loja, caminho).content == certa
    esperar(lambda: metrica(loja, "violacoes_total") == 1)
    assert metrica(loja, "consistencia") < 1
    alerta = [json.loads(x) for x in loja.log("front").splitlines() if '"cache_violacao"' in x]
    assert len(alerta) == 1 and alerta[0]["nivel"] == "alerta" and alerta[0]["funcao"] == "pesquisar_clientes"
    assert cpf not in json.dumps(alerta)

    esperar(lambda: loja.valor("SELECT epoca FROM crm.cache_epoca()") not in (None, epoca))
    assert "the cache has served a wrong answer" in loja.log("postgresql")
    # Put there once more: it is of an epoch that is over.
    por(loja, chave, cabeca + errada)
    antes = metrica(loja, "amostras_total")
    for _ in range(3):
        assert perguntar(loja, caminho).content == certa
    esperar(lambda: perguntar(loja, caminho).content == certa and metrica(loja, "amostras_total") > antes)
    assert metrica(loja, "violacoes_total") == 1
