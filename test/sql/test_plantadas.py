"""X-2: functions, operators and tables planted on the search path are never used.

A role that may create objects in public and pg_temp plants look-alikes of what
the product's SQL uses; each look-alike writes a line when it runs. Then every
function of crm is called with the planted schema in front, by the planter, by
the front's role and by a superuser: the log stays empty and results are those
of an untouched session.
"""
import psycopg2
import pytest

PLANTAS = """
CREATE TABLE public.armadilha (quem text, o_que text);
GRANT INSERT ON public.armadilha TO PUBLIC;
CREATE FUNCTION public.cai(o_que text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.armadilha VALUES (current_user, o_que);
END $$;
CREATE FUNCTION public.lower(text) RETURNS text LANGUAGE plpgsql AS
    $$ BEGIN PERFORM public.cai('lower'); RETURN 'planta'; END $$;
CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE plpgsql AS
    $$ BEGIN PERFORM public.cai('now'); RETURN '2000-01-01'; END $$;
CREATE FUNCTION public.hoje() RETURNS date LANGUAGE plpgsql AS
    $$ BEGIN PERFORM public.cai('hoje'); RETURN '2000-01-01'; END $$;
CREATE FUNCTION public.pode(text) RETURNS boolean LANGUAGE plpgsql AS
    $$ BEGIN PERFORM public.cai('pode'); RETURN true; END $$;
CREATE FUNCTION public.exigir(text) RETURNS void LANGUAGE plpgsql AS
    $$ BEGIN PERFORM public.cai('exigir'); END $$;
CREATE FUNCTION public.usuario_id() RETURNS bigint LANGUAGE plpgsql AS
    $$ BEGIN PERFORM public.cai('usuario_id'); RETURN 1; END $$;
CREATE FUNCTION public.igual(text, text) RETURNS boolean LANGUAGE plpgsql AS
    $$ BEGIN PERFORM public.cai('= text'); RETURN true; END $$;
CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = public.igual);
CREATE FUNCTION public.igual(bigint, bigint) RETURNS boolean LANGUAGE plpgsql AS
    $$ BEGIN PERFORM public.cai('= bigint'); RETURN true; END $$;
CREATE OPERATOR public.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = public.igual);
CREATE FUNCTION public.menor(date, date) RETURNS boolean LANGUAGE plpgsql AS
    $$ BEGIN PERFORM public.cai('<= date'); RETURN true; END $$;
CREATE OPERATOR public.<= (LEFTARG = date, RIGHTARG = date, FUNCTION = public.menor);
"""

# Of the same name as the product's tables and views, where a session looks first.
TEMPORARIAS = """
CREATE TEMP TABLE clientes AS SELECT 1 AS id_cliente, 'planta' AS nome_completo;
CREATE TEMP TABLE usuarios AS SELECT 1 AS id, 'administrador' AS papel;
CREATE TEMP TABLE cliente_vendedor AS SELECT 1 AS id;
CREATE TEMP TABLE permissoes AS SELECT 'vendedor' AS papel, 'usuario.gerir' AS acao;
CREATE TEMP TABLE pg_proc AS SELECT 1 AS oid;
"""

VALORES = {
    "int8": "1", "int4": "1", "int2": "1", "text": "'x'", "bool": "true", "date": "'2026-01-10'",
    "jsonb": "'{}'", "json": "'{}'", "uuid": "'00000000-0000-0000-0000-000000000001'",
    "cpf": "'52998224725'", "_int8": "'{1}'", "_text": "'{a}'", "numeric": "1", "cstring": "'1'",
    "timestamptz": "'2026-01-10'", "bytea": "'x'", "varchar": "'x'", "name": "'x'",
}


def funcoes(banco):
    """Every function of crm a caller can write down: name and an argument list."""
    linhas = banco.sql(
        """SELECT p.oid::regprocedure::text, p.proname, array(
                    SELECT t.typname FROM unnest(p.proargtypes) WITH ORDINALITY a(o, n)
                      JOIN pg_type t ON t.oid = a.o ORDER BY n)
             FROM pg_proc p
            WHERE p.pronamespace = 'crm'::regnamespace AND p.prokind = 'f'
              AND p.prorettype NOT IN ('trigger'::regtype, 'internal'::regtype, 'event_trigger'::regtype)
              AND NOT 'internal' = ANY (SELECT t.typname FROM unnest(p.proargtypes) o
                                          JOIN pg_type t ON t.oid = o)
            ORDER BY 1""")
    return [(f, f"SELECT * FROM crm.{nome}({', '.join(VALORES[t] + '::' + tipo(t) for t in tipos)})")
            for f, nome, tipos in linhas
            if all(t in VALORES for t in tipos) and nome not in ("instalar",)]


def tipo(t):
    if t == "cpf":
        return "crm.cpf"
    return {"_int8": "bigint[]", "_text": "text[]"}.get(t, "pg_catalog." + t)


def chamar_todas(conexao, lista):
    """Each in its own transaction, taken back; how many ran to their end."""
    certas = 0
    for _, chamada in lista:
        with conexao.cursor() as cur:
            try:
                cur.execute("BEGIN")
                cur.execute("SET LOCAL statement_timeout = '20s'")
                cur.execute(chamada)
                certas += 1
            except psycopg2.Error:
                pass
            # What ran before may have written to the trap: keep that, drop the rest.
            finally:
                try:
                    cur.execute("SELECT quem, o_que FROM public.armadilha")
                    assert cur.fetchall() == [], chamada
                except psycopg2.errors.InFailedSqlTransaction:
                    pass
                cur.execute("ROLLBACK")
    return certas


@pytest.fixture
def plantado(banco):
    banco.sql("SELECT * FROM crm.popular(300, 3, 7)")
    banco.sql("DROP ROLE IF EXISTS x2_plantador; CREATE ROLE x2_plantador LOGIN IN ROLE crm_vendedor")
    banco.sql("UPDATE crm.usuarios SET role_banco = 'x2_plantador' WHERE id ="
              " (SELECT min(id) FROM crm.vendedores)")
    banco.sql("GRANT CREATE ON SCHEMA public TO x2_plantador")
    quem = banco.conectar("x2_plantador")
    with quem.cursor() as cur:
        cur.execute(PLANTAS)
        cur.execute("GRANT SELECT ON public.armadilha TO PUBLIC")
    yield banco, quem
    banco.fechar()
    banco.sql("DROP OWNED BY x2_plantador CASCADE")
    banco.sql("UPDATE crm.usuarios SET role_banco = NULL WHERE role_banco = 'x2_plantador'")
    banco.sql("DROP ROLE x2_plantador")


def test_x2_plantador_chama_tudo(plantado):
    """X-2: the planter gains nothing and sees nothing he may not."""
    banco, quem = plantado
    with quem.cursor() as cur:
        cur.execute(TEMPORARIAS)
        cur.execute("SET search_path = public, pg_temp, crm, pg_catalog")
        cur.execute("SELECT crm.papel_atual(), crm.pode('usuario.gerir')")
        assert cur.fetchone() == ("vendedor", False)
    assert chamar_todas(quem, funcoes(banco)) > 10
    assert banco.sql("SELECT * FROM public.armadilha") == []


@pytest.mark.parametrize("role", ["postgres", "crm_web"])
def test_x2_vitima_com_caminho_plantado(plantado, role):
    """X-2: who calls with the planted schema in front runs none of it."""
    banco, _ = plantado
    if role == "crm_web":
        banco.sql("ALTER ROLE crm_web LOGIN")
    vitima = banco.conectar(role)
    with vitima.cursor() as cur:
        cur.execute("SET search_path = public, crm, pg_catalog")
    chamadas = funcoes(banco)
    sessao = banco.valor(
        "INSERT INTO crm.sessoes (usuario_id, limite_em) SELECT min(id), pg_catalog.now() + interval '1 day'"
        " FROM crm.vendedores RETURNING id::text")
    for api in banco.sql("SELECT substr(proname, 5) FROM pg_proc"
                         " WHERE pronamespace = 'crm'::regnamespace AND proname LIKE 'api\\_%'"):
        chamadas.append((api[0], "SELECT * FROM crm.atender('%s', '%s', '127.0.0.1', 'x2', 'x2', NULL,"
                                 " '{\"id\": \"1\"}')" % (api[0], sessao)))
    assert chamar_todas(vitima, chamadas) > 10
    assert banco.sql("SELECT * FROM public.armadilha") == []
