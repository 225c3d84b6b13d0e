"""The client search over HTTP: BUSCA-1..4, LGPD-1, I-3 to I-6, I-10, AUTH-6."""
import json
import re
import unicodedata
import urllib.parse

import pytest

from test_entradas import bruto, conferir_problema

BUSCA = "/api/v1/clients/search"
RESUMO = {"id_cliente", "nome_completo", "cpf", "idade", "data_nascimento", "sexo", "celular", "email", "cidade", "uf",
          "data_ultima_compra", "dias_sem_comprar", "periodo", "situacao", "status", "ativo", "nao_contatar",
          "valor_total", "vendedor", "parecido", "versao"}
RESPOSTA = {"items", "total", "total_exato", "page", "size", "pages", "proximo", "facetas", "interpretado"}
ORDENS = ["relevancia", "nome", "-nome", "cidade", "-cidade", "uf", "-uf", "idade", "-idade", "data_ultima_compra",
          "-data_ultima_compra", "valor_total", "-valor_total", "status", "-status", "situacao", "-situacao", "id", "-id",
          "cpf", "-cpf"]


def buscar(c, **args):
    r = c.get(BUSCA, params=args)
    assert r.status_code == 200, (args, r.status_code, r.text)
    r = r.json()
    assert set(r) == RESPOSTA
    assert all(set(x) == RESUMO for x in r["items"])
    return r


def nomes(r):
    return [x["nome_completo"] for x in r["items"]]


def conferir_campo(r, campo):
    """422 that names the argument; an item of a list by its place: uf[1]."""
    conferir_problema(r, 422)
    assert {re.sub(r"\[\d+\]$", "", e["campo"]) for e in r.json()["erros"]} == {campo}, r.text


@pytest.fixture(scope="module")
def vendedor(pilha):
    return pilha.login(pilha.novo_vendedor())


@pytest.fixture(scope="module")
def zulmira(pilha):
    """A client nobody else is like: {id, cpf, ...}."""
    pilha.sql("""INSERT INTO crm.clientes (cpf, nome_completo, data_nascimento, celular, email, cidade, uf)
                 SELECT '39053344705', 'Zulmira D''Ávila Kubitschek 100%', '1980-02-29', '(81) 99777-1234',
                        'Zulmira_K%@exemplo.test', 'Jaboatão dos Guararapes', 'PE'
                  WHERE NOT EXISTS (SELECT FROM crm.clientes WHERE cpf = '39053344705')""")
    return {"id": pilha.valor("SELECT id_cliente FROM crm.clientes WHERE cpf = '39053344705'")}


def test_busca1_forma(admin, zulmira):
    """BUSCA-1: the answer's form; everything known of one client; facets add up."""
    r = buscar(admin, q="zulmira kubitschek")
    assert [x["id_cliente"] for x in r["items"]] == [zulmira["id"]]
    assert (r["total"], r["total_exato"], r["page"], r["size"], r["pages"], r["proximo"]) == (1, True, 1, 50, 1, None)
    assert r["interpretado"]["tipo"] == "nome"
    x = r["items"][0]
    assert (x["cpf"], x["data_nascimento"], x["uf"], x["parecido"], x["versao"]) == (
        "390.533.447-05", "1980-02-29", "PE", False, 1)
    assert x["situacao"] == "sem_compra" and x["status"] == "disponivel" and x["vendedor"] is None
    r = buscar(admin, q="silva", size=3)
    f = r["facetas"]
    assert len(r["items"]) == 3 and r["proximo"] and r["total_exato"] and r["pages"] == -(-r["total"] // 3)
    assert f["exatas"] and all(sum(f[k].values()) == r["total"] for k in ("situacao", "status", "uf"))


@pytest.mark.parametrize("args,tipo", [
    ({"q": "390.533.447-05"}, "cpf"), ({"q": "39053344705"}, "cpf"), ({"q": " 39053344705 "}, "cpf"),
    ({"q": "390.533"}, "cpf"), ({"cpf": "390.533.447-05"}, None), ({"cpf": "39053344705"}, None),
    ({"q": "(81) 99777-1234"}, "celular"), ({"q": "+55 81 997771234"}, "celular"), ({"q": "99777-1234"}, "celular"),
    ({"celular": "81997771234"}, None), ({"celular": "997771234"}, None),
    ({"q": "ZULMIRA_K%@EXEMPLO.TEST"}, "email"), ({"q": "zulmira_k%@"}, "email"), ({"email": "zulmira_k%"}, None),
    ({"q": "kubitschek zulmira"}, "nome"), ({"q": "zulmira davila"}, "nome"), ({"q": "ZULMIRA d'avila 100%"}, "nome"),
    ({"q": "zulmira kubitscheck"}, "nome"), ({"nome": "zulmira"}, None),
    ({"q": unicodedata.normalize("NFD", "Zulmira D'Ávila")}, "nome"),
    ({"nome": "zulmira", "cidade": "jaboatao", "uf": "PE,SP", "idade_min": "40", "idade_max": "60", "status": "disponivel",
      "situacao": "sem_compra,inativo", "ativo": "true"}, None),
], ids=str)
def test_busca3_uma_caixa(admin, zulmira, args, tipo):
    """BUSCA-2, BUSCA-3: CPF, phone, e-mail and name find the client, by GET and by POST."""
    r = buscar(admin, **args)
    assert [x["id_cliente"] for x in r["items"]] == [zulmira["id"]]
    if tipo:
        assert r["interpretado"]["tipo"] == tipo
    corpo = {k: v.split(",") if k in ("uf", "status", "situacao") else int(v) if k.startswith("idade") else
             v == "true" if k == "ativo" else v for k, v in args.items()}
    p = admin.post(BUSCA, corpo)
    assert p.status_code == 200 and p.json() == r
    for filtro in ({"uf": "AC"}, {"idade_max": 10}, {"ativo": "false"}, {"cidade": "recife"}, {"situacao": "elegivel"},
                   {"email": "outro@"}):
        assert buscar(admin, **{**args, **filtro})["total"] == 0, filtro


@pytest.mark.parametrize("campo,valores", {
    "page": ["0", "-1", "1000000001", "9223372036854775808", "1.5", "abc", " 1", "1e3", "٣", "１"],
    "size": ["0", "-5", "101", "100000", "x", "1.0"],
    "sort": ["senha", "id;drop table", "-", "id,nome", "--nome", "NOME", "-relevancia", "data_nascimento"],
    "uf": ["XX", "pe", "SP,XX", "SP;PE", "'"], "status": ["outro", "disponivel'", "disponivel,"],
    "situacao": ["outra", "ativo,nada"], "ativo": ["talvez", "2", "yes"],
    "idade_min": ["-1", "151", "x", "1.5"], "idade_max": ["-1", "151", "'"],
    "q": ["a" * 256, "á" * 256, "a b c d f g h i j k l m n"], "nome": ["a" * 256, "a b c d f g h i j k l m n"],
    "cursor": ["x", "AAAA", "a" * 1000, "' OR 1=1"],
}.items())
def test_i4_valores(admin, campo, valores):
    """BUSCA-1, I-4: out of range, unknown, too long: 422 naming the field, in the query and in a body."""
    for v in valores:
        for r in (admin.get(BUSCA, params={campo: v}), admin.post(BUSCA, {campo: v})):
            conferir_campo(r, campo)


def test_i5_duas_vezes(admin):
    """I-5: a parameter twice, in query and body, a list where one value is meant, an unknown one."""
    conferir_problema(admin.get(BUSCA + "?q=ana&q=bia"), 422, "parametro_repetido", "q")
    conferir_problema(admin.get(BUSCA + "?q=ana&%71=bia"), 422, "parametro_repetido", "q")
    conferir_problema(admin.post(BUSCA + "?q=ana", {"q": "ana"}), 422, "parametro_repetido", "q")
    for campo, v in (("q", ["ana"]), ("nome", {"$ne": 1}), ("page", [1]), ("q", 5), ("size", "5x"), ("uf", {"a": 1}),
                     ("uf", [["SP"]]), ("ativo", "sim"), ("cursor", 1)):
        conferir_campo(admin.post(BUSCA, {campo: v}), campo)
    for campo in ("nome_completo", "id_cliente", "senha", "vendedor_id", "__proto__", "limit"):
        conferir_problema(admin.get(BUSCA, params={campo: "1"}), 422, "campo_desconhecido", campo)


CPF_RUINS = ["3905334470", "390533447055", "39053344704", "11111111111", "00000000000", "3905334470a",
             "３９０５３３４４７０５", "٣٩٠٥٣٣٤٤٧٠٥", "390533447\u200b05", "39053344705'", "-39053344705x"]


@pytest.mark.parametrize("cpf", CPF_RUINS)
def test_i6_cpf(admin, vendedor, zulmira, cpf):
    """I-6: what is no CPF is refused and named; nothing is cut to fit. The box takes it for something else."""
    conferir_problema(vendedor.post(BUSCA, {"cpf": cpf}), (403, 422), campo="cpf")
    if len(re.sub("[^0-9]", "", cpf)) != 10:     # ten digits are the beginning of a CPF
        conferir_problema(admin.post(BUSCA, {"cpf": cpf}), 422, campo="cpf")
        assert zulmira["id"] not in [x["id_cliente"] for x in buscar(admin, q=cpf)["items"]]


def test_i6_nul(pilha, admin):
    """I-6: NUL never arrives."""
    for campo in ("q", "nome", "cpf", "cidade", "celular", "email", "cursor"):
        conferir_problema(bruto(pilha, admin, "GET", f"{BUSCA}?{campo}=a%00b"), 422)
        conferir_problema(bruto(pilha, admin, "POST", BUSCA, b'{"%s":"a\\u0000b"}' % campo.encode()), 422)
        conferir_problema(bruto(pilha, admin, "GET", f"{BUSCA}?{campo}=%ff%fe"), 400)
        conferir_problema(bruto(pilha, admin, "POST", BUSCA, b'{"%s":"\\ud800"}' % campo.encode()), 400)


HOSTIS = [
    "%", "_", "\\", "%%", "\\%", "'", "\"", "''", "`", ";", "--", "/*", "*/", "$$", "$1", "?", ":", "(", ")", "[", "]", "^$",
    "' OR '1'='1", "'; DROP TABLE crm.clientes; --", "\\'; SELECT 1", "1; SELECT pg_sleep(10)", "UNION SELECT", "{{7*7}}",
    "${7*7}", "<script>alert(1)</script>", "a\u0301" * 80, "%s%n%x", "..\\..", "../../etc/passwd", "null", "true", "NaN",
    # I-3
    "=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠SUM",
    # I-10
    "a", "ç", "Á", "1", "x" * 255, "á" * 255, "😀", "😀" * 255, "👩\u200d👩\u200d👧", "(a+)+$", "(((((((((((a", ".*.*.*.*b",
    "a b c d f g h i j k l m", "\u202e\u200b\ufeff", "\u00a0", "\ufffd", "\U0010ffff", "山田", "ﷺ" * 60, "i̇", "ß" * 255,
]


@pytest.mark.parametrize("texto", HOSTIS, ids=lambda t: ascii(t[:20]))
def test_i10_textos_hostis(pilha, admin, nada_muda, texto):
    """I-3, I-10: any text is only looked for: 200 with rows that answer it, in every field of text, never all clients."""
    todos = buscar(admin)["total"]
    for campo in ("q", "nome", "cidade", "email"):
        for r in (admin.get(BUSCA, params={campo: texto}), admin.post(BUSCA, {campo: texto})):
            if r.status_code == 414 and r.request.method == "GET":
                assert len(r.request.path_url) > 2000, campo    # what a URL cannot hold, the body does
            elif campo == "email" and len(texto.encode()) > 254 or campo == "cidade" and len(texto) > 120:
                assert r.status_code in (200, 422), (campo, r.text)
            else:
                assert r.status_code == 200, (campo, r.status_code, r.text)
            if r.status_code == 200 and texto.strip("\t\r\n \u00a0"):
                assert r.json()["total"] < todos, (campo, r.json()["total"])


@pytest.mark.parametrize("texto", ["%", "_", "%%", "\\", "%a%b%c%z", "zul%ira_ek", "zulm%ek"])
def test_i10_sem_curingas(admin, zulmira, texto):
    """I-10: "%" and "_" are no wildcards: in a name they part words, in an e-mail they are themselves."""
    assert zulmira["id"] not in [x["id_cliente"] for x in buscar(admin, q=texto, size=100)["items"]]
    assert buscar(admin, email="zulmira%k")["total"] == 0 and buscar(admin, email="zulmira_k_")["total"] == 0
    assert buscar(admin, email="zulmira_k%")["total"] == 1


@pytest.mark.parametrize("sort", ORDENS)
def test_busca1_ordens(admin, sort):
    """BUSCA-1, BUSCA-4: every order; the pages by cursor are those by number, no row twice."""
    campo = sort.lstrip("-")
    args = {"q": "souza", "sort": sort, "size": 40}
    r = buscar(admin, **args)
    itens, n = list(r["items"]), 1
    while r["proximo"]:
        r = buscar(admin, cursor=r["proximo"], **args)
        n += 1
        assert r["items"] == buscar(admin, page=n, **args)["items"]
        itens += r["items"]
    assert len(itens) == len({x["id_cliente"] for x in itens}) == buscar(admin, q="souza")["total"] > 40
    if campo in ("uf", "data_ultima_compra", "valor_total", "idade"):
        valores = [x[campo] for x in itens if x[campo] is not None]
        assert valores == sorted(valores, reverse=sort[0] == "-")
        assert all(x[campo] is None for x in itens[len(valores):])      # no value: last, both ways
    if campo in ("id", "cpf"):
        valores = [x["id_cliente" if campo == "id" else "cpf"] for x in itens]
        assert valores == sorted(valores, reverse=sort[0] == "-")
    if campo == "relevancia":
        parecidos = [x["parecido"] for x in itens]
        assert parecidos == sorted(parecidos)


def test_busca4_pagina_profunda(admin):
    """BUSCA-4: a page by number beyond 10,000 rows points to the cursor; both at once are refused."""
    conferir_problema(admin.get(BUSCA, params={"page": 101, "size": 100}), 422, "pagina_profunda", "page")
    assert buscar(admin, page=100, size=100)["items"] == []
    cursor = buscar(admin, size=5)["proximo"]
    conferir_problema(admin.get(BUSCA, params={"page": 2, "cursor": cursor}), 422)
    conferir_problema(admin.get(BUSCA, params={"q": "ana", "cursor": cursor}), 422, "cursor_invalido", "cursor")


def test_auth6_quem_pesquisa(pilha, admin, zulmira):
    """AUTH-6, LGPD-1: no session 401; a seller sees the own portfolio alone and no CPF, birth date or mother."""
    conferir_problema(bruto(pilha, None, "GET", BUSCA + "?q=zulmira"), 401, "nao_autenticado")
    conferir_problema(bruto(pilha, None, "POST", BUSCA, b'{"q":"zulmira"}'), 401)
    v = pilha.login(0)
    meus = {c["id"] for c in v.get(f"/api/vendedor/meus-clientes/{v.id}", params={"size": 500}).json()["clientes"]}
    assert meus
    r = buscar(v, size=100)
    assert {x["id_cliente"] for x in r["items"]} <= meus and 0 < r["total"] <= len(meus)
    for x in r["items"]:
        assert re.fullmatch(r"\*{3}\.\d{3}\.\d{3}-\*\*", x["cpf"]) and x["data_nascimento"] is None
        assert x["vendedor"]["id"] == v.id
    for q in ("zulmira", "390.533.447-05", "(81) 99777-1234", "zulmira_k%@exemplo.test"):
        assert buscar(v, q=q)["total"] == 0, q
    # A part of a CPF would tell digits that are hidden; so would its order.
    conferir_problema(v.post(BUSCA, {"cpf": "390.533"}), (403, 422), campo="cpf")
    conferir_problema(v.get(BUSCA, params={"sort": "cpf"}), 403, "acesso_negado")
    conferir_problema(v.get(BUSCA, params={"sort": "-cpf"}), 403, "acesso_negado")
    # The own client by its whole CPF.
    um = r["items"][0]["id_cliente"]
    cpf = pilha.valor("SELECT cpf::text FROM crm.clientes WHERE id_cliente = %s", (um,))
    assert [x["id_cliente"] for x in buscar(v, q=cpf)["items"]] == [um]
    assert um not in [x["id_cliente"] for x in buscar(v, q=cpf[:6])["items"]]


def test_lgpd1_operador(pilha, zulmira):
    """LGPD-1: an operador finds everybody, by a whole CPF too, and reads it masked."""
    o = pilha.login(pilha.novo_usuario("operador"))
    ve = pilha.valor("SELECT EXISTS (SELECT FROM crm.permissoes WHERE papel = 'operador' AND acao = 'cliente.ver_sensivel')")
    x, = buscar(o, cpf="390.533.447-05")["items"]
    assert x["id_cliente"] == zulmira["id"] and not ve
    assert (x["cpf"], x["data_nascimento"]) == ("***.533.447-**", None) and x["idade"] >= 45


def test_lgpd1_sem_rastro(pilha, admin, zulmira):
    """LGPD-1: the POST form leaves neither CPF nor name in a log; the audit counts searches, not what was typed."""
    marca = "Qwertzuiop Yxcvbnm"
    for corpo in ({"cpf": "390.533.447-05"}, {"q": "39053344705"}, {"q": marca}, {"cpf": "390.533.447-00"},
                  {"q": marca * 20}):
        assert admin.post(BUSCA, corpo).status_code in (200, 422)
    for nome in ("front", "postgresql"):
        texto = pilha.log(nome)
        assert marca not in texto and "39053344705" not in texto and "390.533.447" not in texto
    assert pilha.valor("SELECT count(*) FROM crm.auditoria a WHERE to_jsonb(a)::text ILIKE %s", (f"%{marca}%",)) == 0


def test_busca1_tudo_se_combina(pilha, admin):
    """BUSCA-1: all filters together answer as one plain statement does."""
    for args, onde in (
            ({"uf": "SP,PE", "situacao": "elegivel"}, "uf IN ('SP', 'PE') AND crm.situacao(data_ultima_compra) = 'elegivel'"),
            ({"status": "atribuido", "idade_min": 30, "idade_max": 40},
             "status = 'atribuido' AND extract(year FROM age(crm.hoje(), data_nascimento)) BETWEEN 30 AND 40"),
            ({"nome": "ana silva"}, None), ({"cidade": "São Paulo", "uf": "SP"}, "cidade LIKE 'São Paulo%%' AND uf = 'SP'"),
            ({"idade_min": 60, "sort": "-idade"}, "extract(year FROM age(crm.hoje(), data_nascimento)) >= 60"),
            ({"ativo": "false"}, None)):
        if onde is None:
            onde = {"nome": "crm.normalizar(nome_completo) ~ '\\mana' AND crm.normalizar(nome_completo) ~ '\\msilva'",
                    "ativo": "NOT ativo"}[next(iter(args))]
        if "ativo" not in args:
            onde += " AND ativo"
        esperados = {i for (i,) in pilha.sql(f"SELECT id_cliente FROM crm.clientes WHERE {onde}".replace("%%", "%"))}
        achados, cursor = set(), None
        while True:
            r = buscar(admin, size=100, **args, **({"cursor": cursor} if cursor else {}))
            achados |= {x["id_cliente"] for x in r["items"] if not x["parecido"]}
            cursor = r["proximo"]
            if cursor is None:
                break
        if "nome" in args:      # parts of words are answers too
            assert esperados <= achados, args
        else:
            assert achados == esperados, (args, len(achados), len(esperados))


def test_busca3_url(pilha, admin, zulmira):
    """What the URL escapes is what is looked for; "+" is a blank in a query string."""
    for consulta in ("q=zulmira+kubitschek", "q=zulmira%20kubitschek", "q=Zulmira%20D%27%C3%81vila", "nome=z%C3%BAlmira+dav",
                     "q=390.533.447-05", "q=%2B55+81+997771234", "q=zulmira_k%25%40"):
        r = bruto(pilha, admin, "GET", f"{BUSCA}?{consulta}")
        assert r.status_code == 200, consulta
        quem = [x["id_cliente"] for x in json.loads(r.content)["items"]]
        assert quem == [zulmira["id"]], (consulta, urllib.parse.unquote(consulta))
