/*
 * carteira_lote.c: moving many clients by hand (SPEC ADM-2, DIST-6).
 *
 * What carteira.c does with one client is done here with up to LOTE_MAX in one
 * transaction, all or none: the clients are locked in order of id, then their
 * open rows, and each kind of change is one statement. A row of crm.lotes says
 * what was done; the rows closed and opened carry its number, by which
 * crm.desfazer_redistribuicao() takes it back.
 */
#include "crm.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

enum
{
    LOTE_MAX = 500
};

/* Parallel arrays of what a lote changes, as PostgreSQL arrays, by id_cliente. */
typedef struct Mudancas
{
    Datum clientes;   /* clientes.id_cliente */
    Datum abertas;    /* open row to close, 0: none */
    Datum donos;      /* its seller, 0: none */
    Datum para;       /* who gets the client, 0: nobody */
    Datum vendedores; /* all sellers concerned, once each */
    int64 n;
    int64 novas;      /* clients nobody held */
    int64 movimentos; /* clients that change their seller */
    int64 liberados;  /* clients that nobody gets */
} Mudancas;

/* A kind of them. */
typedef struct Lote
{
    bool libera;        /* nobody gets them */
    const char *acao;   /* permissoes.acao */
    const char *origem; /* lotes.origem */
    const char *evento;
    const char *sql;    /* the plan: COLUNAS_DO_PLANO of ids $1 and seller $2 */
    SPIPlanPtr *plano;  /* ... kept */
} Lote;

static Datum fazer(FunctionCallInfo fcinfo, const Lote *l);
static Datum ler_ids(FunctionCallInfo fcinfo);
static void travar(Datum ids);
static void conferir_clientes(Datum ids, bool so_existencia);
static void conferir_destino(int64 vendedor_id);
static void conferir_contatados(Datum ids);
static Mudancas planejar(SPIPlanPtr *guardado, const char *sql, Datum ids,
                         int64 valor);
static int64 aplicar(const Mudancas *m, const char *origem);
static int64 abrir_lote(const Mudancas *m, const char *origem);
static void encerrar(const Mudancas *m, int64 lote);
static void abrir(const Mudancas *m, int64 lote);
static void acertar_status(Datum clientes);
static void avisar(const Mudancas *m, const char *tipo, int64 lote);
static void recusar(int status, const char *codigo, const char *mensagem,
                    const char *dica, const char *ids);
static char *texto_ou_nulo(int coluna);
static Datum resultado(FunctionCallInfo fcinfo, MemoryContext chamador,
                       Datum *valores, bool *nulos);

/* What a plan of changes selects, in the order of Mudancas. */
#define COLUNAS_DO_PLANO                                                       \
    "SELECT coalesce(array_agg(p.cliente ORDER BY p.cliente), '{}'),"          \
    " coalesce(array_agg(p.aberta ORDER BY p.cliente), '{}'),"                 \
    " coalesce(array_agg(p.dono ORDER BY p.cliente), '{}'),"                   \
    " coalesce(array_agg(p.para ORDER BY p.cliente), '{}'),"                   \
    " (SELECT coalesce(array_agg(DISTINCT q.id), '{}') FROM"                   \
    "   (SELECT d.dono AS id FROM plano d UNION"                               \
    "    SELECT d.para FROM plano d) q WHERE q.id <> 0),"                      \
    " count(*),"                                                               \
    " count(*) FILTER (WHERE p.dono = 0 AND p.para <> 0),"                     \
    " count(*) FILTER (WHERE p.dono <> 0 AND p.para NOT IN (0, p.dono)),"      \
    " count(*) FILTER (WHERE p.para = 0)"                                      \
    " FROM plano p"

/*
 * crm.realocar_lote(cliente_ids bigint[], vendedor_id bigint) returns record
 *
 * Gives the clients to a seller as crm.realocar_cliente() gives one: pending and
 * pinned, with what was planned. Those the seller has so already stay as they are; when all do, lote is
 * NULL.
 *
 * Units:  1..500 clients; one that is named twice counts once.
 * Errors: CR403 acesso_negado; CR404 cliente_inexistente, vendedor_inexistente;
 *         CR409 vendedor_inativo, cliente_inativo, cliente_nao_contatar: then
 *         nothing was changed, and detalhe names the first clients. CR422
 *         campo_invalido.
 * Source: SPEC ADM-2, DIST-6.
 */
PG_FUNCTION_INFO_V1(crm_realocar_lote);
Datum
crm_realocar_lote(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr guardado = NULL;
    static const char sql[] =
        "WITH plano AS ("
        " SELECT c.id_cliente AS cliente, coalesce(v.id, 0) AS aberta,"
        "        coalesce(v.vendedor_id, 0) AS dono,"
        "        $2 AS para"
        "   FROM crm.clientes c"
        "   LEFT JOIN crm.cliente_vendedor v"
        "     ON v.cliente_id = c.id_cliente AND v.encerrada_em IS NULL"
        "  WHERE c.id_cliente = ANY ($1)"
        "    AND (v.id IS NULL OR v.vendedor_id <> $2 OR v.contatado"
        "         OR NOT v.fixado)) " COLUNAS_DO_PLANO;
    static const Lote realocacao = {false, "cliente.realocar", "realocacao",
                                    "cliente_realocado", sql, &guardado};

    return fazer(fcinfo, &realocacao);
}

/*
 * crm.liberar_lote(cliente_ids bigint[], forcar boolean) returns record
 *
 * Ends the open assignments of the clients as crm.liberar_cliente() ends one.
 * Clients that nobody holds stay as they are; when nobody holds any, lote is
 * NULL.
 *
 * Units:  1..500 clients.
 * Errors: CR403 acesso_negado; CR404 cliente_inexistente; CR409
 *         cliente_contatado unless forcar; CR422 campo_invalido.
 * Source: SPEC ADM-2, DIST-6.
 */
PG_FUNCTION_INFO_V1(crm_liberar_lote);
Datum
crm_liberar_lote(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr guardado = NULL;
    static const char sql[] =
        "WITH plano AS ("
        " SELECT v.cliente_id AS cliente, v.id AS aberta,"
        "        v.vendedor_id AS dono, $2 AS para"
        "   FROM crm.cliente_vendedor v"
        "  WHERE v.cliente_id = ANY ($1) AND v.encerrada_em IS NULL)"
        " " COLUNAS_DO_PLANO;
    static const Lote liberacao = {true, "cliente.liberar", "liberacao",
                                   "cliente_liberado", sql, &guardado};

    return fazer(fcinfo, &liberacao);
}

/* The second argument is who gets the clients, or whether to free contacted ones. */
static Datum
fazer(FunctionCallInfo fcinfo, const Lote *l)
{
    const int64 para = l->libera ? 0 : PG_GETARG_INT64(1);
    MemoryContext chamador = CurrentMemoryContext;
    Datum ids = ler_ids(fcinfo);
    int64 lote = 0;
    Datum valores[2];
    bool nulos[2] = {false, false};
    Mudancas m;
    Sistema salvo;

    identidade_exigir(l->acao);

    sistema_entrar(&salvo);
    SPI_connect();
    if (!l->libera)
        conferir_destino(para);
    travar(ids);
    conferir_clientes(ids, l->libera);
    if (l->libera && !PG_GETARG_BOOL(1))
        conferir_contatados(ids);
    m = planejar(l->plano, l->sql, ids, para);
    if (m.n > 0)
    {
        lote = aplicar(&m, l->origem);
        avisar(&m, l->evento, lote);
    }
    SPI_finish();
    sistema_sair(&salvo);

    valores[0] = Int64GetDatum(lote);
    nulos[0] = lote == 0;
    valores[1] = Int64GetDatum(m.n);
    return resultado(fcinfo, chamador, valores, nulos);
}

/* ---- steps ---- */

/* The first argument without repetitions; CR422 unless 1..LOTE_MAX ids. */
static Datum
ler_ids(FunctionCallInfo fcinfo)
{
    ArrayType *ids = PG_GETARG_ARRAYTYPE_P(0);
    int n = ArrayGetNItems(ARR_NDIM(ids), ARR_DIMS(ids));

    if (n == 0 || n > LOTE_MAX || array_contains_nulls(ids))
        crm_falha(422, "campo_invalido", "cliente_ids",
                  "Escolha de 1 a 500 clientes.", NULL, NULL);
    return PointerGetDatum(ids);
}

/* The clients in order of id, then their open rows in order of id. */
static void
travar(Datum ids)
{
    static SPIPlanPtr clientes = NULL;
    static SPIPlanPtr abertas = NULL;
    static const Oid tipos[] = {INT8ARRAYOID};
    static const char clientes_sql[] =
        "SELECT FROM crm.clientes WHERE id_cliente = ANY ($1)"
        " ORDER BY id_cliente FOR NO KEY UPDATE";
    static const char abertas_sql[] =
        "SELECT FROM crm.cliente_vendedor"
        " WHERE cliente_id = ANY ($1) AND encerrada_em IS NULL"
        " ORDER BY id FOR NO KEY UPDATE";

    SPI_execute_plan(plano(&clientes, clientes_sql, lengthof(tipos), tipos),
                     &ids, NULL, false, 0);
    SPI_execute_plan(plano(&abertas, abertas_sql, lengthof(tipos), tipos), &ids,
                     NULL, false, 0);
}

/* All exist and, unless so_existencia, may be given to a seller. */
static void
conferir_clientes(Datum ids, bool so_existencia)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8ARRAYOID};
    static const char sql[] =
        "SELECT (json_agg(u.id) FILTER (WHERE c.id_cliente IS NULL))::text,"
        "       (json_agg(u.id) FILTER (WHERE NOT c.ativo))::text,"
        "       (json_agg(u.id) FILTER (WHERE c.nao_contatar))::text"
        "  FROM (SELECT DISTINCT id FROM unnest($1) AS t(id)) u"
        "  LEFT JOIN crm.clientes c ON c.id_cliente = u.id";
    char *ausentes;
    char *inativos;
    char *avessos;

    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), &ids, NULL,
                     false, 1);
    ausentes = texto_ou_nulo(1);
    inativos = texto_ou_nulo(2);
    avessos = texto_ou_nulo(3);
    if (ausentes != NULL)
        recusar(404, "cliente_inexistente", "Há clientes que não existem.",
                "Atualize o quadro.", ausentes);
    if (so_existencia)
        return;
    if (inativos != NULL)
        recusar(409, "cliente_inativo", "Há clientes desativados na seleção.",
                "Tire-os da seleção, ou reative o cadastro antes.", inativos);
    if (avessos != NULL)
        recusar(409, "cliente_nao_contatar",
                "Há clientes na seleção que pediram para não ser contatados.",
                "Tire-os da seleção.", avessos);
}

/* FOR SHARE, before any client is locked: see carteira.c. */
static void
conferir_destino(int64 vendedor_id)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID};
    static const char sql[] =
        "SELECT ativo FROM crm.vendedores WHERE id = $1 FOR SHARE";
    Datum valor = Int64GetDatum(vendedor_id);
    bool nulo;

    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), &valor,
                     NULL, false, 0);
    if (SPI_processed == 0)
        crm_falha(404, "vendedor_inexistente", "vendedor_id",
                  "Vendedor não encontrado.", NULL, NULL);
    if (!DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0],
                                    SPI_tuptable->tupdesc, 1, &nulo)))
        crm_falha(409, "vendedor_inativo", "vendedor_id",
                  "Este vendedor está desativado.",
                  "Escolha um vendedor ativo.", NULL);
}

static void
conferir_contatados(Datum ids)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8ARRAYOID};
    static const char sql[] =
        "SELECT (json_agg(v.cliente_id ORDER BY v.cliente_id))::text"
        "  FROM crm.cliente_vendedor v"
        " WHERE v.cliente_id = ANY ($1) AND v.encerrada_em IS NULL"
        "   AND v.contatado";
    char *contatados;

    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), &ids, NULL,
                     false, 1);
    contatados = texto_ou_nulo(1);
    if (contatados != NULL)
        recusar(409, "cliente_contatado",
                "Há clientes já contatados na seleção.",
                "Confirme para liberar mesmo assim.", contatados);
}

static Mudancas
planejar(SPIPlanPtr *guardado, const char *sql, Datum ids, int64 valor)
{
    static const Oid tipos[] = {INT8ARRAYOID, INT8OID};
    Datum args[] = {ids, Int64GetDatum(valor)};
    Mudancas m = {0};
    Datum *arrays[] = {&m.clientes, &m.abertas, &m.donos, &m.para,
                       &m.vendedores};
    int64 *contas[] = {&m.n, &m.novas, &m.movimentos, &m.liberados};
    bool nulo;

    SPI_execute_plan(plano(guardado, sql, lengthof(tipos), tipos), args, NULL,
                     false, 1);
    for (int i = 0; i < lengthof(arrays); i++)
        *arrays[i] = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc,
                                   i + 1, &nulo);
    for (int i = 0; i < lengthof(contas); i++)
        *contas[i] = DatumGetInt64(
            SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc,
                          (int)lengthof(arrays) + i + 1, &nulo));
    return m;
}

/* Writes all of it; returns lotes.id. */
static int64
aplicar(const Mudancas *m, const char *origem)
{
    int64 lote = abrir_lote(m, origem);

    encerrar(m, lote);
    abrir(m, lote);
    acertar_status(m->clientes);
    return lote;
}

static int64
abrir_lote(const Mudancas *m, const char *origem)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {TIMESTAMPTZOID, DATEOID, TEXTOID, INT8OID,
                                INT8ARRAYOID,   INT8OID, INT8OID, INT8OID,
                                INT8OID};
    /* Who chose the clients chose each move: as many as it takes, no less. */
    static const char sql[] =
        "INSERT INTO crm.lotes (quando, dia, origem, usuario_id, vendedores,"
        "  elegiveis, novas, movimentos, limite_inferior, trocaram, liberados,"
        "  duracao_us)"
        " VALUES ($1, $2, $3, nullif($4, 0), cardinality($5), $6, $7, $8, $8,"
        "  $8, $9, 0)"
        " RETURNING id";
    Datum valores[] = {TimestampTzGetDatum(tempo_agora()),
                       DateADTGetDatum(tempo_hoje()),
                       CStringGetTextDatum(origem),
                       Int64GetDatum(identidade_atual()->usuario_id),
                       m->vendedores,
                       Int64GetDatum(m->n),
                       Int64GetDatum(m->novas),
                       Int64GetDatum(m->movimentos),
                       Int64GetDatum(m->liberados)};
    bool nulo;

    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                     NULL, false, 0);
    return DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0],
                                       SPI_tuptable->tupdesc, 1, &nulo));
}

static void
encerrar(const Mudancas *m, int64 lote)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8ARRAYOID, INT8ARRAYOID, TIMESTAMPTZOID,
                                INT8OID};
    static const char sql[] =
        "UPDATE crm.cliente_vendedor v"
        "   SET encerrada_em = $3, lote_fim = $4,"
        "       motivo_fim = CASE x.para WHEN 0 THEN 'liberacao'"
        "                    ELSE 'realocacao' END"
        "  FROM unnest($1, $2) AS x(aberta, para)"
        " WHERE v.id = x.aberta";
    Datum valores[] = {m->abertas, m->para, TimestampTzGetDatum(tempo_agora()),
                       Int64GetDatum(lote)};

    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                     NULL, false, 0);
}

static void
abrir(const Mudancas *m, int64 lote)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8ARRAYOID, INT8ARRAYOID, INT8ARRAYOID,
                                TIMESTAMPTZOID, INT8OID, INT8ARRAYOID};
    static const char sql[] =
        "INSERT INTO crm.cliente_vendedor (cliente_id, vendedor_id,"
        "  de_vendedor_id, fixado, data_ultima_compra, valor_total,"
        "  data_atribuicao, motivo, lote, retornar_em, proximo_passo)"
        " SELECT c.id_cliente, x.para, nullif(x.dono, 0), true,"
        "  c.data_ultima_compra, c.valor_total, $4, 'realocacao', $5,"
        "  a.retornar_em, a.proximo_passo"
        "  FROM unnest($1, $2, $3, $6) AS x(cliente, dono, para, aberta)"
        "  JOIN crm.clientes c ON c.id_cliente = x.cliente"
        "  LEFT JOIN crm.cliente_vendedor a ON a.id = x.aberta"
        " WHERE x.para <> 0"
        " ORDER BY c.id_cliente";
    Datum valores[] = {m->clientes, m->donos, m->para,
                       TimestampTzGetDatum(tempo_agora()),
                       Int64GetDatum(lote), m->abertas};

    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), valores,
                     NULL, false, 0);
}

static void
acertar_status(Datum clientes)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8ARRAYOID};
    static const char sql[] =
        "UPDATE crm.clientes c SET status = t.status"
        "  FROM (SELECT u.id, CASE WHEN v.id IS NULL THEN 'disponivel'"
        "                          WHEN v.contatado THEN 'contatado'"
        "                          ELSE 'atribuido' END AS status"
        "          FROM unnest($1) AS u(id)"
        "          LEFT JOIN crm.cliente_vendedor v"
        "            ON v.cliente_id = u.id AND v.encerrada_em IS NULL) t"
        " WHERE c.id_cliente = t.id AND c.status <> t.status";

    SPI_execute_plan(plano(&guardado, sql, lengthof(tipos), tipos), &clientes,
                     NULL, false, 0);
}

/* One event for all; names no client, so that boards read again. */
static void
avisar(const Mudancas *m, const char *tipo, int64 lote)
{
    Datum *ids;
    int64 *vendedores;
    int n;

    deconstruct_array(DatumGetArrayTypeP(m->vendedores), INT8OID, sizeof(int64),
                      FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &ids, NULL, &n);
    vendedores = palloc(sizeof(int64) * Max(n, 1));
    for (int i = 0; i < n; i++)
        vendedores[i] = DatumGetInt64(ids[i]);
    evento_emitir(tipo, vendedores, n,
                  psprintf("{\"lote\":" INT64_FORMAT ",\"quantidade\":" INT64_FORMAT
                           "}",
                           lote, m->n));
}

/* Refuses the whole lote; ids is the JSON array of the clients in its way. */
static void
recusar(int status, const char *codigo, const char *mensagem, const char *dica,
        const char *ids)
{
    crm_falha(status, codigo, "cliente_ids", mensagem, dica,
              psprintf("{\"cliente_ids\": %s}", ids));
}

static char *
texto_ou_nulo(int coluna)
{
    return SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, coluna);
}

static Datum
resultado(FunctionCallInfo fcinfo, MemoryContext chamador, Datum *valores,
          bool *nulos)
{
    TupleDesc forma;

    MemoryContextSwitchTo(chamador);
    if (get_call_result_type(fcinfo, NULL, &forma) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "return type must be a row type");
    return HeapTupleGetDatum(
        heap_form_tuple(BlessTupleDesc(forma), valores, nulos));
}
