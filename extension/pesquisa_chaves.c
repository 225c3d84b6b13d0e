/*
 * pesquisa_chaves.c: the side table of the search and its keys.
 *
 * crm.clientes_busca holds of each client what the search compares, in the form
 * in which it compares it. Its rows change only when a client's name, city, UF,
 * birth date, phone, e-mail or ativo does; orders and distribution, which write
 * crm.clientes all day, are recognised from the transition tables and cost no
 * statement. The triggers derive the rows again from crm.clientes (view
 * clientes_busca_reais), so that one definition serves them, the rebuild and
 * the verifier.
 *
 * Source: SPEC BUSCA-2.
 */
#include "pesquisa.h"
#include "pesquisa_chaves.h"
#include "transicao.h"

#include "catalog/pg_authid.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/datetime.h"
#include "utils/guc.h"
#include "utils/rel.h"

#include "consulta.h"
#include "normalizar.h"
#include "palavras.h"

enum
{
    LINHAS_POR_VEZ = 5000
};

/* Columns of crm.clientes that a row of crm.clientes_busca is made of. */
static const char *const origens[] = {
    "id_cliente", "nome_completo", "cidade", "uf",
    "data_nascimento", "celular", "email", "ativo"};

typedef struct Lote
{
    const char *sql;
    SPIPlanPtr *plano;
    Datum ids[LINHAS_POR_VEZ];
    int n;
} Lote;

static void lote_juntar(Lote *lote, Datum id);
static void lote_executar(Lote *lote);
static bool mudou(const Transicao *t, const AttrNumber *colunas);
static void palavras_novas(const Lote *lote);

/* ---- keys ---- */

/*
 * crm.busca_palavras(nome text) returns text
 */
PG_FUNCTION_INFO_V1(crm_busca_palavras);
Datum
crm_busca_palavras(PG_FUNCTION_ARGS)
{
    text *nome = PG_GETARG_TEXT_PP(0);
    const size_t n = VARSIZE_ANY_EXHDR(nome);
    char *area = palloc(PALAVRAS_AREA(n));
    PalavraNome *palavras = palloc(PALAVRAS_MAX(n) * sizeof(PalavraNome));
    int quantas = palavras_do_nome(VARDATA_ANY(nome), n, area, palavras,
                                   PALAVRAS_MAX(n));
    StringInfoData s;

    initStringInfo(&s);
    for (int i = 0; i < quantas; i++)
    {
        if (i > 0)
            appendStringInfoChar(&s, ' ');
        appendBinaryStringInfo(&s, palavras[i].texto.p, palavras[i].texto.n);
        appendStringInfoChar(&s, ':');
        appendBinaryStringInfo(&s, palavras[i].fonetica.p,
                               palavras[i].fonetica.n);
    }
    PG_RETURN_TEXT_P(cstring_to_text_with_len(s.data, s.len));
}

/*
 * crm.busca_celular(celular text) returns text
 */
PG_FUNCTION_INFO_V1(crm_busca_celular);
Datum
crm_busca_celular(PG_FUNCTION_ARGS)
{
    text *celular = PG_GETARG_TEXT_PP(0);
    char digitos[CONSULTA_CELULAR];
    size_t n = consulta_celular(VARDATA_ANY(celular),
                                VARSIZE_ANY_EXHDR(celular), digitos);

    if (n == 0)
        PG_RETURN_NULL();
    PG_RETURN_TEXT_P(cstring_to_text_with_len(digitos, n));
}

/*
 * crm.busca_email(email text) returns text
 */
PG_FUNCTION_INFO_V1(crm_busca_email);
Datum
crm_busca_email(PG_FUNCTION_ARGS)
{
    text *email = PG_GETARG_TEXT_PP(0);
    char *saida = palloc(VARSIZE_ANY_EXHDR(email) + 1);
    size_t n =
        consulta_email(VARDATA_ANY(email), VARSIZE_ANY_EXHDR(email), saida);

    if (n == 0)
        PG_RETURN_NULL();
    PG_RETURN_TEXT_P(cstring_to_text_with_len(saida, n));
}

/* One key: its kind, then its text. */
static Datum
chave(char tipo, const char *p, int n)
{
    text *t = palloc(VARHDRSZ + 1 + n);

    SET_VARSIZE(t, VARHDRSZ + 1 + n);
    VARDATA(t)[0] = tipo;
    memcpy(VARDATA(t) + 1, p, n);
    return PointerGetDatum(t);
}

/*
 * crm.busca_chaves(palavras text, cidade text, uf text, data_nascimento date,
 *                  ativo boolean) returns text[]
 */
PG_FUNCTION_INFO_V1(crm_busca_chaves);
Datum
crm_busca_chaves(PG_FUNCTION_ARGS)
{
    text *palavras = PG_ARGISNULL(0) ? NULL : PG_GETARG_TEXT_PP(0);
    const char *p = palavras ? VARDATA_ANY(palavras) : "";
    const char *fim = p + (palavras ? VARSIZE_ANY_EXHDR(palavras) : 0);
    Datum *chaves = palloc(sizeof(Datum) * ((fim - p) + 8));
    int n = 0;

    while (p < fim)
    {
        const char *meio = memchr(p, ':', fim - p);
        const char *resto;

        if (meio == NULL)
            break;
        resto = memchr(meio, ' ', fim - meio);
        if (resto == NULL)
            resto = fim;
        chaves[n++] = chave('w', p, meio - p);
        if (resto > meio + 1)
            chaves[n++] = chave('s', meio + 1, resto - meio - 1);
        p = resto + 1;
    }
    for (int i = 1; i <= 2; i++)
    {
        text *t = PG_ARGISNULL(i) ? NULL : PG_GETARG_TEXT_PP(i);

        chaves[n++] = chave(i == 1 ? 'c' : 'u', t ? VARDATA_ANY(t) : "",
                            t ? VARSIZE_ANY_EXHDR(t) : 0);
    }
    if (!PG_ARGISNULL(3) && !DATE_NOT_FINITE(PG_GETARG_DATEADT(3)))
    {
        DateADT dia = PG_GETARG_DATEADT(3);
        int ano, mes, d;
        char texto[16];

        j2date(dia + POSTGRES_EPOCH_JDATE, &ano, &mes, &d);
        chaves[n++] = chave('n', texto, snprintf(texto, sizeof(texto), "%04d", ano));
    }
    if (!PG_ARGISNULL(4) && !PG_GETARG_BOOL(4))
        chaves[n++] = chave('i', "", 0);
    PG_RETURN_ARRAYTYPE_P(construct_array(chaves, n, TEXTOID, -1, false, 'i'));
}

int
busca_trechos(const char *palavra, int n, char *area, char **trechos,
              int *tamanhos)
{
    const char *antes = "^";
    int antes_n = 1;
    int quantos = 0;

    for (int i = 0; i <= n;)
    {
        int32_t c;
        const char *este = i < n ? palavra + i : "$";
        int este_n = i < n ? (int)utf8_ler(palavra + i, n - i, &c) : 1;
        char *trecho = area;

        memcpy(trecho, antes, antes_n);
        memcpy(trecho + antes_n, este, este_n);
        area += antes_n + este_n;
        trechos[quantos] = trecho;
        tamanhos[quantos++] = antes_n + este_n;
        antes = este;
        antes_n = este_n;
        i += este_n;
    }
    return quantos;
}

/*
 * crm.busca_trechos(palavra text) returns text[]
 */
PG_FUNCTION_INFO_V1(crm_busca_trechos);
Datum
crm_busca_trechos(PG_FUNCTION_ARGS)
{
    text *palavra = PG_GETARG_TEXT_PP(0);
    const int n = VARSIZE_ANY_EXHDR(palavra);
    char *area = palloc(BUSCA_TRECHOS_AREA(n));
    char **trechos = palloc(sizeof(char *) * (n + 1));
    int *tamanhos = palloc(sizeof(int) * (n + 1));
    int quantos = busca_trechos(VARDATA_ANY(palavra), n, area, trechos, tamanhos);
    Datum *textos = palloc(sizeof(Datum) * quantos);

    for (int i = 0; i < quantos; i++)
        textos[i] =
            PointerGetDatum(cstring_to_text_with_len(trechos[i], tamanhos[i]));
    PG_RETURN_ARRAYTYPE_P(
        construct_array(textos, quantos, TEXTOID, -1, false, 'i'));
}

/* ---- upkeep ---- */

/*
 * crm.busca_mudou() returns trigger
 *
 * AFTER INSERT, UPDATE, DELETE, TRUNCATE of crm.clientes, FOR EACH STATEMENT,
 * with transition tables.
 */
PG_FUNCTION_INFO_V1(crm_busca_mudou);
Datum
crm_busca_mudou(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr plano_excluir = NULL;
    static SPIPlanPtr plano_gravar = NULL;
    TriggerData *gatilho = transicao_gatilho(fcinfo);
    AttrNumber colunas[lengthof(origens)];
    Lote *excluir = NULL;
    Lote *gravar = NULL;
    Transicao t;

    if (TRIGGER_FIRED_BY_TRUNCATE(gatilho->tg_event))
    {
        Sistema salvo;

        sistema_entrar(&salvo);
        SPI_connect();
        SPI_execute("TRUNCATE crm.clientes_busca", false, 0);
        SPI_finish();
        sistema_sair(&salvo);
        return PointerGetDatum(NULL);
    }
    if (transicao_linhas(gatilho) == 0)
        return PointerGetDatum(NULL);

    for (int i = 0; i < lengthof(origens); i++)
        colunas[i] = transicao_coluna(gatilho, origens[i]);
    transicao_abrir(&t, gatilho);
    while (transicao_proxima(&t))
    {
        const bool apagada =
            t.nova == NULL ||
            (t.velha != NULL && !transicao_igual(&t, colunas[0]));
        bool nulo;

        if (t.velha != NULL && t.nova != NULL && !mudou(&t, colunas))
            continue;
        if (apagada)
        {
            if (excluir == NULL)
                excluir = palloc0(sizeof(Lote));
            excluir->sql = "DELETE FROM crm.clientes_busca"
                           " WHERE id_cliente = ANY ($1)";
            excluir->plano = &plano_excluir;
            lote_juntar(excluir, slot_getattr(t.velha, colunas[0], &nulo));
        }
        if (t.nova != NULL)
        {
            if (gravar == NULL)
                gravar = palloc0(sizeof(Lote));
            gravar->sql =
                "INSERT INTO crm.clientes_busca AS b"
                " SELECT r.* FROM unnest($1) AS u(id)"
                "   JOIN crm.clientes_busca_reais r ON r.id_cliente = u.id"
                "  ORDER BY u.id"
                " ON CONFLICT (id_cliente) DO UPDATE SET"
                "  (nome, palavras, cidade, uf, data_nascimento, celular,"
                "   email, ativo) ="
                "  (EXCLUDED.nome, EXCLUDED.palavras, EXCLUDED.cidade,"
                "   EXCLUDED.uf, EXCLUDED.data_nascimento, EXCLUDED.celular,"
                "   EXCLUDED.email, EXCLUDED.ativo)"
                " WHERE (b.nome, b.palavras, b.cidade, b.uf,"
                "        b.data_nascimento, b.celular, b.email, b.ativo)"
                "  IS DISTINCT FROM"
                "  (EXCLUDED.nome, EXCLUDED.palavras, EXCLUDED.cidade,"
                "   EXCLUDED.uf, EXCLUDED.data_nascimento, EXCLUDED.celular,"
                "   EXCLUDED.email, EXCLUDED.ativo)";
            gravar->plano = &plano_gravar;
            lote_juntar(gravar, slot_getattr(t.nova, colunas[0], &nulo));
        }
    }
    transicao_fechar(&t);
    lote_executar(excluir);
    lote_executar(gravar);
    return PointerGetDatum(NULL);
}

static bool
mudou(const Transicao *t, const AttrNumber *colunas)
{
    for (int i = 0; i < lengthof(origens); i++)
        if (!transicao_igual(t, colunas[i]))
            return true;
    return false;
}

static void
lote_juntar(Lote *lote, Datum id)
{
    lote->ids[lote->n++] = id;
    if (lote->n == LINHAS_POR_VEZ)
        lote_executar(lote);
}

static void
lote_executar(Lote *lote)
{
    const Oid tipos[] = {INT8ARRAYOID};
    Datum args[1];
    Sistema salvo;

    if (lote == NULL || lote->n == 0)
        return;
    args[0] = PointerGetDatum(construct_array(lote->ids, lote->n, INT8OID,
                                              sizeof(int64), true, 'd'));
    sistema_entrar(&salvo);
    SPI_connect();
    SPI_execute_plan(plano(lote->plano, lote->sql, 1, tipos), args, NULL, false,
                     0);
    if (lote->sql[0] == 'I')
        palavras_novas(lote);
    SPI_finish();
    sistema_sair(&salvo);
    pfree(DatumGetPointer(args[0]));
    lote->n = 0;
}

/*
 * The words of these clients that the dictionary lacks. Looked for, not locked:
 * a word that another transaction is just bringing comes in twice, which costs
 * a row and saves a wait, and with it every deadlock.
 */
static void
palavras_novas(const Lote *lote)
{
    static SPIPlanPtr guardado = NULL;
    const Oid tipos[] = {INT8ARRAYOID};
    Datum args[] = {PointerGetDatum(construct_array(
        (Datum *)lote->ids, lote->n, INT8OID, sizeof(int64), true, 'd'))};

    SPI_execute_plan(
        plano(&guardado,
              "INSERT INTO crm.palavras (palavra)"
              " SELECT p.palavra FROM ("
              "  SELECT DISTINCT split_part(x, ':', 1) COLLATE \"C\" AS palavra"
              "    FROM unnest($1) AS u(id)"
              "    JOIN crm.clientes_busca b ON b.id_cliente = u.id,"
              "         string_to_table(b.palavras, ' ') AS x"
              "   WHERE x <> '') p"
              "  WHERE NOT EXISTS (SELECT FROM crm.palavras d"
              "                     WHERE d.palavra = p.palavra)",
              1, tipos),
        args, NULL, false, 0);
}

/* ---- bulk ---- */

void
busca_incluir_faixa(int64 de, int64 ate)
{
    const Oid tipos[] = {INT8OID, INT8OID};
    Datum args[] = {Int64GetDatum(de), Int64GetDatum(ate)};

    if (SPI_execute_with_args(
            "INSERT INTO crm.clientes_busca"
            " SELECT * FROM crm.clientes_busca_reais"
            "  WHERE id_cliente BETWEEN $1 AND $2 ORDER BY id_cliente"
            " ON CONFLICT DO NOTHING",
            2, (Oid *)tipos, args, NULL, false, 0) < 0 ||
        SPI_execute_with_args(
            "INSERT INTO crm.palavras (palavra)"
            " SELECT p.palavra FROM ("
            "  SELECT DISTINCT split_part(x, ':', 1) COLLATE \"C\" AS palavra"
            "    FROM crm.clientes_busca b, string_to_table(b.palavras, ' ') AS x"
            "   WHERE b.id_cliente BETWEEN $1 AND $2 AND x <> '') p"
            "  WHERE NOT EXISTS (SELECT FROM crm.palavras d"
            "                     WHERE d.palavra = p.palavra)",
            2, (Oid *)tipos, args, NULL, false, 0) < 0)
        elog(ERROR, "could not fill the search table");
}

int64
busca_reconstruir(void)
{
    int64 clientes;
    Oid usuario;
    int contexto;

    if (SPI_execute("LOCK TABLE crm.clientes IN SHARE ROW EXCLUSIVE MODE", false,
                    0) < 0 ||
        SPI_execute("TRUNCATE crm.clientes_busca, crm.palavras", false, 0) < 0 ||
        SPI_execute("DROP INDEX IF EXISTS crm.clientes_busca_nome,"
                    " crm.clientes_busca_nascimento,"
                    " crm.clientes_busca_celular,"
                    " crm.clientes_busca_celular_fim,"
                    " crm.clientes_busca_email, crm.clientes_busca_chaves,"
                    " crm.palavras_palavra, crm.palavras_trechos",
                    false, 0) < 0 ||
        SPI_execute("INSERT INTO crm.clientes_busca"
                    " SELECT * FROM crm.clientes_busca_reais"
                    "  ORDER BY id_cliente",
                    false, 0) < 0)
        elog(ERROR, "could not fill the search table");
    clientes = (int64)SPI_processed;
    if (SPI_execute("INSERT INTO crm.palavras"
                    " SELECT palavra FROM crm.palavras_reais ORDER BY palavra",
                    false, 0) < 0)
        elog(ERROR, "could not fill the dictionary");

    /* crm_owner may not create in the schema; nor may who called. */
    GetUserIdAndSecContext(&usuario, &contexto);
    SetUserIdAndSecContext(BOOTSTRAP_SUPERUSERID,
                           contexto | SECURITY_LOCAL_USERID_CHANGE);
    if (SPI_execute("SELECT crm.busca_indices()", false, 0) < 0)
        elog(ERROR, "could not build the search indexes");
    SetUserIdAndSecContext(usuario, contexto);
    return clientes;
}

/*
 * crm.busca_refazer() returns bigint
 *
 * Errors: CR403.
 */
PG_FUNCTION_INFO_V1(crm_busca_refazer);
Datum
crm_busca_refazer(PG_FUNCTION_ARGS)
{
    int64 clientes;
    int nivel;
    Sistema salvo;

    identidade_exigir("distribuicao.verificar");
    sistema_entrar(&salvo);
    SPI_connect();
    nivel = NewGUCNestLevel();
    plano_muitas_linhas();
    clientes = busca_reconstruir();
    AtEOXact_GUC(true, nivel);
    SPI_finish();
    sistema_sair(&salvo);
    PG_RETURN_INT64(clientes);
}

/*
 * crm.busca_verificar() returns setof (id_cliente bigint, divergencia text)
 *
 * Errors: CR403.
 */
PG_FUNCTION_INFO_V1(crm_busca_verificar);
Datum
crm_busca_verificar(PG_FUNCTION_ARGS)
{
    ReturnSetInfo *rsinfo = (ReturnSetInfo *)fcinfo->resultinfo;
    int nivel;
    Sistema salvo;

    identidade_exigir("distribuicao.verificar");
    InitMaterializedSRF(fcinfo, 0);
    sistema_entrar(&salvo);
    SPI_connect();
    nivel = NewGUCNestLevel();
    plano_muitas_linhas();
    if (SPI_execute(
            "SELECT coalesce(b.id_cliente, r.id_cliente),"
            "       CASE WHEN b.id_cliente IS NULL THEN 'falta'"
            "            WHEN r.id_cliente IS NULL THEN 'sobra'"
            "            ELSE 'difere' END"
            "  FROM crm.clientes_busca b"
            "  FULL JOIN crm.clientes_busca_reais r"
            "    ON r.id_cliente = b.id_cliente"
            " WHERE (b.nome, b.palavras, b.cidade, b.uf, b.data_nascimento,"
            "        b.celular, b.email, b.ativo)"
            "       IS DISTINCT FROM"
            "       (r.nome, r.palavras, r.cidade, r.uf, r.data_nascimento,"
            "        r.celular, r.email, r.ativo)"
            " UNION ALL "
            "SELECT NULL, 'palavra ' || p.palavra FROM crm.palavras_reais p"
            " WHERE NOT EXISTS (SELECT FROM crm.palavras d"
            "                    WHERE d.palavra = p.palavra)",
            true, 0) != SPI_OK_SELECT)
        elog(ERROR, "could not compare the search table");
    for (uint64 i = 0; i < SPI_processed; i++)
    {
        Datum valores[2];
        bool nulos[2];

        for (int c = 0; c < 2; c++)
            valores[c] = SPI_getbinval(SPI_tuptable->vals[i],
                                       SPI_tuptable->tupdesc, c + 1, &nulos[c]);
        tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, valores, nulos);
    }
    AtEOXact_GUC(true, nivel);
    SPI_finish();
    sistema_sair(&salvo);
    return (Datum)0;
}
