"""Direct SQL by real logins of every database role, over everything the catalogs list (Z-7, X-8, X-9).

The fence is written down here once more, by hand: a new function, table or
view is closed to everybody until it has a line here as well.
"""
import json

import psycopg2
import pytest

TODOS = {"administrador", "gerente", "operador", "vendedor", "ti", "bi", "carga"}
GESTAO = {"administrador", "gerente"}
# Functions that PUBLIC may call: pure ones. cpf_* too.
PUBLICAS = {"versao", "hoje", "agora", "periodo", "periodo_de", "situacao", "dias_sem_comprar",
            "normalizar", "fonetica", "semelhantes", "classificar_busca",
            "cache_aplicando"}      # the condition of a trigger: whoever writes asks it
EXECUTAM = {
    **dict.fromkeys(["usuario_id", "papel_atual", "pode", "exigir", "exigir_vendedor", "quem_sou", "config"], TODOS),
    **dict.fromkeys(["simular_redistribuicao", "aplicar_redistribuicao", "desfazer_redistribuicao", "definir_jornada",
                     "registrar_ausencia", "cancelar_ausencia", "registrar_feriado", "remover_feriado"], GESTAO),
    **dict.fromkeys(["redistribuir_clientes", "redistribuir_todos", "realocar_cliente", "liberar_cliente",
                     "realocar_lote", "liberar_lote", "configurar_vendedor", "efeito_da_janela"], GESTAO),
    **dict.fromkeys(["marcar_contatado", "desfazer_contato", "definir_proximo_passo", "definir_whatsapp", "fila_do_dia",
                     "fila_totais", "por_que", "entrar_vendedor", "sair_vendedor"], GESTAO | {"vendedor"}),
    **dict.fromkeys(["cliente_criar", "cliente_alterar", "cliente_substituir"], GESTAO | {"operador"}),
    **dict.fromkeys(["cliente_desativar", "cliente_reativar"], GESTAO),
    **dict.fromkeys(["cliente_revelar", "cliente_perfil", "cliente_pedidos", "cliente_linha_do_tempo"],
                    GESTAO | {"operador", "vendedor"}),
    **dict.fromkeys(["importacao_criar", "importacao_previa", "importacao_previa_json", "importacao_executar",
                     "importacao_desfazer", "importacao_cancelar", "importacao_recusadas"], GESTAO),
    **dict.fromkeys(["pesquisar_clientes", "exportar", "exportacao_bytes", "exportacao_cancelar"], GESTAO | {"operador", "vendedor"}),
    "busca_refazer": {"administrador", "ti"}, "busca_verificar": GESTAO | {"ti"},
    **dict.fromkeys(["importacao_criar", "importacao_previa", "importacao_previa_json", "importacao_executar",
                     "importacao_desfazer", "importacao_cancelar", "importacao_recusadas"], GESTAO),
    "verificar_distribuicao": GESTAO | {"ti"},
    **dict.fromkeys(["usuario_nome", "relatorio_instantes"], GESTAO | {"bi"}),
    **dict.fromkeys(["configurar", "criar_usuario", "alterar_usuario", "definir_senha", "desbloquear_usuario",
                     "encerrar_sessao", "popular", "criar_administrador"], {"administrador"}),
    **dict.fromkeys(["tarefas", "auditoria_verificar", "auditoria_selo", "contagens_compactar", "contagens_verificar", "recontar"], {"administrador", "ti"}),
    "cache_status": {"administrador", "ti"},
    **dict.fromkeys(["atender", "web_segredo_evento", "cache_epoca"], {"web"}),
}
LEEM = {
    "clientes": TODOS - {"ti", "bi"}, "pedidos": TODOS - {"ti", "bi"},
    **dict.fromkeys(["cliente_vendedor", "vendedores"], GESTAO | {"operador", "vendedor"}),
    "produtos": TODOS - {"ti", "bi"},
    **dict.fromkeys(["configuracoes", "papeis", "permissoes"], GESTAO | {"operador", "vendedor"}),
    **dict.fromkeys(["importacoes", "importacao_linhas"], GESTAO),
    **dict.fromkeys(["jornadas", "ausencias", "feriados"], GESTAO | {"vendedor"}),
    "lotes": GESTAO, "auditoria": {"administrador"}, "v_auditoria": {"administrador"},
    "v_tarefas": GESTAO | {"ti"}, **dict.fromkeys(["importacoes", "importacao_linhas"], GESTAO),
    **dict.fromkeys(["v_periodos", "v_distribuicao", "v_relatorio_recuperados", "v_relatorio_desfechos",
                     "v_relatorio_funil", "v_relatorio_buscas", "v_relatorio_exportacoes", "v_previsao",
                     "v_previsao_carteira", "v_previsao_acompanhamento"], GESTAO | {"bi"}),
    **dict.fromkeys(["v_carteira", "v_desempenho_vendedor", "v_movimentos"], GESTAO | {"bi", "vendedor"}),
    **dict.fromkeys(["v_clientes", "v_exportacoes"], GESTAO | {"bi", "vendedor", "operador"}), "clientes_cadastro": GESTAO | {"vendedor", "operador"},
}
ESCREVEM = {"clientes": {"carga"}, "pedidos": {"carga"}, "produtos": {"carga"}}
PAPEIS = sorted(TODOS | {"web", "ninguem"})


@pytest.fixture(scope="module")
def povoado(banco_modulo):
    b = banco_modulo
    b.sql("SELECT crm.popular(120, 3, 1)")
    b.sql("UPDATE crm.vendedores SET online = true, visto_em = crm.agora()")
    b.sql("SELECT crm.redistribuir_clientes()")
    b.vendedor = b.valor("SELECT min(id) FROM crm.vendedores")
    for papel in PAPEIS:
        grupo = f" IN ROLE crm_{papel}" if papel not in ("ninguem", "web") else ""
        b.sql(f"DROP ROLE IF EXISTS z7_{papel}")
        b.sql(f"CREATE ROLE z7_{papel} LOGIN{grupo}")
    # The front is crm_web itself; here somebody who has its rights.
    b.sql("GRANT crm_web TO z7_web")
    b.sql("UPDATE crm.usuarios SET role_banco = 'z7_vendedor' WHERE id = %s", (b.vendedor,))
    yield b
    b.sql("UPDATE crm.usuarios SET role_banco = NULL WHERE role_banco LIKE 'z7%'")
    for papel in PAPEIS:
        b.sql(f"DROP OWNED BY z7_{papel}")
        b.sql(f"DROP ROLE z7_{papel}")


def retrato(b):
    """A hash of every table of the product."""
    return {t: b.valor(f"SELECT count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) FROM crm.{t} t")
            for (t,) in b.sql("SELECT relname FROM pg_class WHERE relnamespace = 'crm'::regnamespace AND relkind = 'r'")}


def estado(cur, comando):
    """SQLSTATE of a command, 00000 when it was done; taken back."""
    try:
        cur.execute("BEGIN")
        cur.execute("SET LOCAL statement_timeout = '20s'")
        cur.execute(comando)
        return "00000"
    except psycopg2.Error as e:
        return e.pgcode
    finally:
        cur.execute("ROLLBACK")


def test_listas_conferem_com_o_catalogo(povoado):
    """What is written above exists; what exists and is not above is nobody's."""
    nomes = {n for n, in povoado.sql("SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'crm'::regnamespace")}
    assert set(EXECUTAM) | PUBLICAS <= nomes
    relacoes = {n for n, in povoado.sql("SELECT relname FROM pg_class WHERE relnamespace = 'crm'::regnamespace"
                                        " AND relkind IN ('r', 'v', 'm', 'p')")}
    assert set(LEEM) <= relacoes


@pytest.mark.parametrize("papel", PAPEIS)
def test_z7_funcoes(povoado, papel):
    """Z-7: each function of the catalog is refused unless listed; refusals leave nothing."""
    antes = retrato(povoado)
    cur = povoado.conectar(f"z7_{papel}").cursor()
    erradas = []
    for nome, assinatura, args in povoado.sql("""
            SELECT proname, oid::regprocedure::text,
                   (SELECT string_agg(quote_literal(CASE
                               WHEN t = 'uuid'::regtype THEN '00000000-0000-4000-8000-000000000000'
                               WHEN t IN ('json'::regtype, 'jsonb'::regtype) OR format_type(t, NULL) LIKE '%[]' THEN '{}'
                               WHEN t IN ('date'::regtype, 'timestamptz'::regtype) THEN '2026-01-10'
                               WHEN t = 'crm.cpf'::regtype THEN '52998224725'
                               WHEN t = 'bool'::regtype THEN 'true'
                               ELSE '1' END) || '::' || format_type(t, NULL), ', ' ORDER BY n)
                      FROM unnest(proargtypes) WITH ORDINALITY AS a(t, n))
              FROM pg_proc WHERE pronamespace = 'crm'::regnamespace AND prokind = 'f'
               AND prorettype NOT IN ('trigger'::regtype, 'internal'::regtype)
               AND NOT proargtypes::oid[] && ARRAY['internal'::regtype, 'cstring'::regtype]::oid[]"""):
        pode = nome in PUBLICAS or nome.startswith("cpf_") or papel in EXECUTAM.get(nome, ()) \
            or (papel == "web" and nome.startswith("api_"))
        tem = povoado.valor("SELECT has_function_privilege(%s, %s::regprocedure, 'EXECUTE')", (f"z7_{papel}", assinatura))
        if tem != pode:
            erradas.append(f"{assinatura}: EXECUTE is {tem}")
        if not pode:
            codigo = estado(cur, f"SELECT crm.{nome}({args or ''})")
            if codigo != "42501":
                erradas.append(f"{assinatura}: {codigo}")
    assert not erradas, "\n".join(erradas)
    assert retrato(povoado) == antes


@pytest.mark.parametrize("papel", PAPEIS)
def test_z7_tabelas(povoado, papel):
    """Z-7: direct reads as listed, direct writes for the loader alone."""
    antes = retrato(povoado)
    cur = povoado.conectar(f"z7_{papel}").cursor()
    erradas = []
    for nome, coluna in povoado.sql("""
            SELECT c.relname, (SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0
                                  AND attname <> 'cpf' ORDER BY attnum LIMIT 1)
              FROM pg_class c WHERE relnamespace = 'crm'::regnamespace AND relkind IN ('r', 'v', 'm', 'p')"""):
        le, escreve = papel in LEEM.get(nome, ()), papel in ESCREVEM.get(nome, ())
        comandos = {f"SELECT {coluna} FROM crm.{nome} LIMIT 1": le,
                    f"INSERT INTO crm.{nome} DEFAULT VALUES": escreve,
                    f"UPDATE crm.{nome} SET {coluna} = NULL": False,
                    f"DELETE FROM crm.{nome}": escreve,
                    f"TRUNCATE crm.{nome}": False,
                    f"CREATE TRIGGER t BEFORE INSERT ON crm.{nome} EXECUTE FUNCTION suppress_redundant_updates_trigger()": False,
                    f"CREATE RULE r AS ON SELECT TO crm.{nome} DO NOTHING": False,
                    f"ALTER TABLE crm.{nome} DISABLE ROW LEVEL SECURITY": False,
                    f"CREATE POLICY p ON crm.{nome} USING (true)": False}
        for comando, pode in comandos.items():
            codigo = estado(cur, comando)
            # What is allowed may still break a constraint.
            if (codigo in ("00000", "23502", "23503", "428C9")) != pode and not (escreve and comando.startswith("UPDATE")):
                erradas.append(f"{comando}: {codigo}")
    assert not erradas, "\n".join(erradas)
    assert retrato(povoado) == antes


@pytest.mark.parametrize("papel", ["vendedor", "ninguem", "web", "ti"])
def test_x9_nada_escapa_pelas_bordas(povoado, papel):
    """X-9: functions with side effects, wherever a query lets them stand, see no hidden row."""
    c = povoado.conectar(f"z7_{papel}", autocommit=False)
    cur = c.cursor()
    cur.execute("""CREATE FUNCTION pg_temp.espiar(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS
                   $$ BEGIN RAISE NOTICE 'vi %', $1; RETURN true; END $$""")
    cur.execute("""CREATE FUNCTION pg_temp.igual(bigint, bigint) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS
                   $$ BEGIN RAISE NOTICE 'vi %', $1; RETURN $1 IS NOT DISTINCT FROM $2; END $$""")
    cur.execute("CREATE OPERATOR pg_temp.=== (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = pg_temp.igual)")
    c.commit()
    seus = {str(i) for i, in povoado.sql("SELECT cliente_id FROM crm.cliente_vendedor WHERE vendedor_id = %s",
                                         (povoado.vendedor,))} if papel == "vendedor" else set()
    for tabela, coluna in (("clientes", "id_cliente"), ("pedidos", "cliente_id"), ("cliente_vendedor", "cliente_id"),
                           ("v_clientes", "cliente_id"), ("v_carteira", "cliente_id"), ("v_movimentos", "cliente_id")):
        for q in (f"SELECT 1 FROM crm.{tabela} t WHERE pg_temp.espiar({coluna}::text)",
                  f"SELECT 1 FROM crm.{tabela} t WHERE {coluna} OPERATOR(pg_temp.===) 1",
                  f"SELECT 1 FROM crm.{tabela} t JOIN generate_series(1, 2) g ON pg_temp.espiar({coluna}::text)",
                  f"SELECT 1 FROM crm.{tabela} t LEFT JOIN LATERAL (SELECT pg_temp.espiar({coluna}::text) OFFSET 0) x ON true",
                  f"SELECT count(*) FROM crm.{tabela} t GROUP BY {coluna} HAVING pg_temp.espiar({coluna}::text)",
                  f"SELECT 1 FROM crm.{tabela} t ORDER BY pg_temp.espiar({coluna}::text)",
                  f"SELECT 1 FROM (SELECT * FROM crm.{tabela} WHERE pg_temp.espiar({coluna}::text) OFFSET 0) t",
                  f"WITH t AS (SELECT {coluna} FROM crm.{tabela}) SELECT 1 FROM t WHERE pg_temp.espiar({coluna}::text)"):
            del c.notices[:]
            try:
                cur.execute(q)
                c.commit()
            except psycopg2.errors.InsufficientPrivilege:
                c.rollback()
            vistos = {n.split("vi ", 1)[1].split("\n")[0].strip() for n in c.notices if "vi " in n}
            assert vistos <= seus, (q, sorted(vistos - seus)[:5])
    # An error message, a plan and the statistics tell as little.
    if papel == "vendedor":
        alheio = povoado.valor("SELECT min(cliente_id) FROM crm.cliente_vendedor WHERE vendedor_id <> %s", (povoado.vendedor,))
        for q in (f"SELECT 1 / (id_cliente - {alheio}) FROM crm.clientes",
                  f"SELECT 1 / (cliente_id - {alheio}) FROM crm.v_clientes WHERE 1 / (cliente_id - {alheio}) > -2"):
            cur.execute(q)
        cur.execute("EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF) SELECT 1 FROM crm.v_clientes WHERE cliente_id = %s", (alheio,))
        assert "rows=0 loops" in cur.fetchall()[0][0]
    c.rollback()


# ---- who one is ---------------------------------------------------------


@pytest.fixture(scope="module")
def pessoas(povoado):
    b = povoado
    b.sql("UPDATE crm.configuracoes SET valor = '10' WHERE chave = 'bcrypt_custo'")
    ids = [b.valor("SELECT crm.criar_usuario(%s, %s, %s)", (f"X8 {p}", f"x8{p}@papeis.test", p)) for p in ("administrador", "operador")]
    b.sids = [b.valor("INSERT INTO crm.sessoes (usuario_id, limite_em) VALUES (%s, now() + interval '1 day') RETURNING id::text", (i,))
              for i in ids]
    return b


def atender(cur, funcao, sid, args=None):
    cur.execute("SELECT status, corpo FROM crm.atender(%s, %s, '10.0.0.1', 'r', 'a', NULL, %s)", (funcao, sid, json.dumps(args or {})))
    status, corpo = cur.fetchone()
    return status, json.loads(corpo)


def test_x8_a_identidade_acaba_com_a_transacao(pessoas):
    """X-8: nothing of a request is left for the next one of the same connection."""
    adm, operador = pessoas.sids
    c = pessoas.conectar("z7_web", autocommit=False)
    cur = c.cursor()
    lista = "SELECT crm.api_usuarios('{}')"
    cur.execute(f"PREPARE lista AS {lista}")
    c.commit()

    def recusada(comando="EXECUTE lista"):
        cur.execute("SAVEPOINT antes")
        with pytest.raises(psycopg2.Error) as e:
            cur.execute(comando)
        cur.execute("ROLLBACK TO antes")
        return e.value.pgcode in ("CR403", "42501")

    assert recusada()                               # nobody yet
    assert atender(cur, "eu", adm)[1]["papel"] == "administrador"
    c.commit()
    assert recusada()                               # another transaction
    c.rollback()
    cur.execute("SAVEPOINT s")
    atender(cur, "eu", adm)
    cur.execute("ROLLBACK TO s")
    assert recusada()                               # taken back with its savepoint
    atender(cur, "eu", adm)
    atender(cur, "eu", operador)
    assert recusada()                               # the last one counts
    atender(cur, "eu", adm)
    assert atender(cur, "usuarios", None)[0] == 401
    assert recusada()                               # and so does nobody
    atender(cur, "eu", adm)
    assert atender(cur, "usuarios", "00000000-0000-4000-8000-00000000dead")[0] == 401
    assert recusada()
    c.rollback()
    # An error inside, in the middle of one, ends it as well.
    atender(cur, "eu", adm)
    with pytest.raises(psycopg2.Error):
        cur.execute("SELECT 1 / 0")
    c.rollback()
    assert recusada()
    c.rollback()
    # A cursor runs on with the rights of its own transaction only.
    atender(cur, "eu", adm)
    cur.execute("DECLARE aberto CURSOR FOR SELECT crm.api_usuarios('{}') FROM generate_series(1, 3)")
    cur.execute("FETCH 1 FROM aberto")
    assert len(cur.fetchall()) == 1
    assert atender(cur, "eu", operador)[1]["papel"] == "operador"
    assert recusada("FETCH 1 FROM aberto")
    c.rollback()


def test_x8_a_frente_sem_pedido_nao_e_ninguem(pessoas):
    """X-8: the front's role calling the api functions directly, or with sessions that do not live, gets nothing."""
    antes = retrato(pessoas)
    c = pessoas.conectar("z7_web")
    cur = c.cursor()
    for nome, in pessoas.sql("SELECT proname FROM pg_proc WHERE pronamespace = 'crm'::regnamespace AND proname LIKE 'api\\_%'"):
        if nome in ("api_publico", "api_saude", "api_limites", "api_cache_violada"):
            continue
        for args in ("{}", '{"id": 1, "cliente_id": 1, "vendedor_id": 1, "usuario_id": 1, "nome": "x"}', '{"sessoes": []}'):
            try:
                cur.execute(f"SELECT crm.{nome}(%s)", (args,))
                r = cur.fetchone()[0]
                assert r is None or (nome == "api_batimento" and r == {"encerradas": []}) or r == {"sessoes": []}, (nome, r)
            except psycopg2.Error as e:
                assert e.pgcode[:2] in ("CR", "42", "22", "23"), (nome, e.pgcode, str(e))
    for comando in ("SET ROLE crm_owner", "SET ROLE crm_administrador", "SET SESSION AUTHORIZATION z7_administrador",
                    "SELECT crm.identidade_assumir(gen_random_uuid())", "SELECT * FROM crm.sessoes",
                    "SELECT crm.responder(200, '{}', '{}')", "SELECT crm.tarefas()"):
        assert estado(cur, comando) == "42501", comando
    assert retrato(pessoas) == antes


def test_x8_funcoes_do_atacante(pessoas):
    """X-8: a function that an administrador calls, or that belongs to one, lends its caller no identity."""
    adm, _ = pessoas.sids
    pessoas.sql("CREATE SCHEMA x8 AUTHORIZATION z7_administrador; GRANT USAGE ON SCHEMA x8 TO PUBLIC")
    try:
        dono = pessoas.conectar("z7_administrador").cursor()
        dono.execute("""CREATE FUNCTION x8.emprestada(comando text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS
                        $$ DECLARE r text; BEGIN EXECUTE comando INTO r; RETURN r; END $$""")
        bi = pessoas.conectar("z7_bi").cursor()
        # The rights of the tables are lent, as PostgreSQL has it; the identity is not, so no policy lets a row through.
        bi.execute("SELECT x8.emprestada('SELECT crm.papel_atual()'), x8.emprestada('SELECT count(*) FROM crm.clientes'),"
                   " x8.emprestada('SELECT count(*) FROM crm.auditoria')")
        assert bi.fetchone() == ("bi", "0", "0")
        for comando in ("SELECT crm.configurar(''empresa'', ''x'')", "SELECT crm.redistribuir_todos()",
                        "SELECT crm.criar_usuario(''x'', ''x@x.test'', ''administrador'')",
                        f"SELECT crm.atender(''eu'', ''{adm}'', '''', '''', '''', NULL, ''{{}}'')"):
            assert estado(bi, f"SELECT x8.emprestada('{comando}')") in ("CR403", "42501"), comando
        # A deactivated user does not come back by SET ROLE to a group.
        pessoas.sql("UPDATE crm.usuarios SET ativo = false WHERE role_banco = 'z7_vendedor'")
        v = pessoas.conectar("z7_vendedor").cursor()
        for troca in ("RESET ROLE", "SET ROLE crm_vendedor"):
            v.execute(troca)
            v.execute("SELECT crm.papel_atual(), (SELECT count(*) FROM crm.clientes)")
            assert v.fetchone() == ("", 0)
    finally:
        pessoas.sql("UPDATE crm.usuarios SET ativo = true WHERE role_banco = 'z7_vendedor'")
        pessoas.sql("DROP SCHEMA x8 CASCADE")
