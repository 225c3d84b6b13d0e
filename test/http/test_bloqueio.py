"""Guessing passwords at the door: L-1, L-5, L-6, L-9, L-10 as a client meets them."""

import pytest
from requests.adapters import HTTPAdapter

# Differ from answer to answer, whoever asks.
PROPRIOS = {"x-request-id", "date", "ratelimit", "ratelimit-policy", "ratelimit-remaining", "ratelimit-reset",
            "x-ratelimit-remaining", "x-ratelimit-reset", "content-length"}


class De(HTTPAdapter):
    """Connections from another address of the loopback."""

    def __init__(self, endereco):
        self.endereco = endereco
        super().__init__()

    def init_poolmanager(self, *a, **kw):
        super().init_poolmanager(*a, source_address=(self.endereco, 0), **kw)


def tentar(pilha, endereco="127.0.0.1", **corpo):
    c = pilha.cliente()
    c.http.mount("https://", De(endereco))
    return c.post("/api/auth/login", corpo)


def sem_os_proprios(r):
    corpo = r.json()
    corpo.pop("requisicao", None)
    return r.status_code, corpo, {k.lower(): v for k, v in r.headers.items() if k.lower() not in PROPRIOS}


@pytest.fixture
def alguem(pilha):
    return pilha.novo_vendedor()


def test_l5_bloqueio(pilha, alguem, nada_muda):
    """L-5, L-9: five wrong passwords, by any spelling of the account, block it for this address, Redis or not."""
    grafias = [{"email": alguem["email"]}, {"email": alguem["email"].upper()}, {"email": f"  {alguem['email']} "},
               {"nome": alguem["nome"]}, {"nome": alguem["nome"].lower()}]
    respostas = [tentar(pilha, senha=f"errada errada {n}", **g) for n, g in enumerate(grafias)]
    assert {r.status_code for r in respostas} == {401}
    for r in respostas:
        assert sem_os_proprios(r) == sem_os_proprios(respostas[0])
    assert all("set-cookie" not in r.headers for r in respostas)

    pilha.redis("FLUSHALL")
    for senha in ("errada errada 6", alguem["senha"]):
        r = tentar(pilha, email=alguem["email"], senha=senha)
        assert r.status_code == 429 and r.json()["codigo"] == "bloqueado", r.text
        assert 880 <= int(r.headers["retry-after"]) <= 900
    assert pilha.valor("SELECT count(*) FROM crm.sessoes WHERE usuario_id = %s", (alguem["id"],)) == 0


def test_l6_outro_endereco(pilha, alguem):
    """L-6: who guesses does not lock the owner out; the header of an untrusted proxy is no address."""
    for n in range(6):
        r = tentar(pilha, email=alguem["email"], senha=f"errada errada {n}")
    assert r.status_code == 429
    c = pilha.cliente()
    r = c.post("/api/auth/login", {"email": alguem["email"], "senha": alguem["senha"]},
               headers={"X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9", "Forwarded": "for=203.0.113.9"})
    assert r.status_code == 429
    assert tentar(pilha, "127.0.0.2", email=alguem["email"], senha=alguem["senha"]).status_code == 200
    assert tentar(pilha, email=alguem["email"], senha=alguem["senha"]).status_code == 429


def test_l10_desconhecido(pilha, alguem, nada_muda):
    """L-10: an unknown name is answered, counted and blocked like a known one."""
    conhecido, nenhum = alguem["email"], "ninguem-" + alguem["email"]
    pares = [(tentar(pilha, email=conhecido, senha=f"errada errada {n}"), tentar(pilha, email=nenhum, senha=f"errada errada {n}"))
             for n in range(6)]
    for a, b in pares[:5]:
        assert sem_os_proprios(a) == sem_os_proprios(b)
    (a, b) = pares[5]
    assert a.status_code == b.status_code == 429
    assert {k.lower() for k in a.headers} == {k.lower() for k in b.headers}
    assert abs(int(a.headers["retry-after"]) - int(b.headers["retry-after"])) <= 5
    assert a.json()["detail"].split()[:4] == b.json()["detail"].split()[:4]


def test_l1_nenhuma_resposta_tem_o_hash(pilha, admin, alguem):
    """L-1, S-7: neither hash nor password in an answer, a log or the audit."""
    c = pilha.login(alguem)
    segredos = [pilha.valor("SELECT senha_hash FROM crm.usuarios WHERE id = %s", (alguem["id"],)), alguem["senha"], c.dados["token"]]
    r = admin.patch(f"/api/admin/usuarios/{alguem['id']}", {"nome": alguem["nome"] + " Filho"})
    assert r.status_code == 200
    textos = [r.text, admin.get("/api/admin/usuarios?busca=" + alguem["email"]).text, c.get("/api/auth/eu").text,
              c.get("/api/auth/sessoes").text, pilha.log("front"), pilha.log("postgresql"), pilha.log("redis"),
              str(pilha.sql("SELECT antes::text, depois::text FROM crm.auditoria"))]
    for segredo in segredos:
        assert len(segredo) > 8 and not [t[:80] for t in textos if segredo in t]
    assert not [t[:80] for t in textos if "$2b$" in t]
