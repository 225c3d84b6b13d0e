/*
 * selo.c: seals what has become final in crm.auditoria.
 *
 * Writers are not touched: they leave their transaction's id in the row, and one
 * sealer comes after them. Of the transactions before pg_snapshot_xmin() none is
 * under way, so the rows with xid in [end of the last seal, xmin) are a set that
 * nothing can change any more. A transaction that stays open holds the seals back,
 * in whatever database of the cluster.
 *
 * Numbers of transactions mean something only in their cluster. In a copy (another
 * system identifier or database, or numbers that went back) a new segment begins:
 * its first seals, "abertura", take in all that is not sealed, and from then on only
 * rows with an id above piso_id are the segment's. For that moment the table is
 * closed to writers, so that none holds an id that it has not written yet.
 *
 * Source: SPEC AUDIT-2; format: selo.h.
 */
#include "selo.h"

#include "access/transam.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
#include "utils/xid8.h"

#include "subtransacao.h"
#include "trava.h"

enum
{
    LOTE = 10000,      /* rows of a seal, until the end of a transaction */
    LOTE_MAX = 5 * LOTE /* of a transaction that has more there are several */
};
static const char espera_porta[] = "250ms"; /* of writers, once per segment */

/* Rows on their way into a seal. */
typedef struct Coletor
{
    MemoryContext linha;
    StringInfoData itens;
    Selo *modelo; /* the seal that is being filled */
    uint64 ate_xid; /* of the last one */
    int64 linhas;
    int64 primeiro_id;
    int64 ultimo_id;
    TimestampTz primeira_em;
    TimestampTz ultima_em;
    int64 seladas; /* in all */
} Coletor;

static uint8 chave[SELO_HASH]; /* of the seals that are being made */

static bool ler_ultimo(Selo *selo);
static void limites(uint64 *xmin, uint64 *xmax);
static bool conferir_cabeca(const Selo *ultimo, bool ha, Cabeca *cabeca);
static int64 abrir_segmento(Selo *ultimo, bool ha);
static bool fechar_porta(void);
static void trancar_porta(void *arg);
static int64 continuar(Selo *ultimo, uint64 xmin);
static uint64 fim_do_lote(const Selo *ultimo, uint64 xmin);
static void coletor_abrir(Coletor *c, Selo *modelo);
static void coletor_fechar(Coletor *c);
static void coletar(void *arg, const Datum *valores, const bool *nulos);
static void selar_coletado(Coletor *c, bool ultima);
static void gravar(Selo *s, const char *itens, int n);
static int64 inteiro(const char *sql);
static bool selo_achado(const CabecaSelo *procurado);

void
selo_init(void)
{
    cabeca_init();
}

char *
selo_origem(void)
{
    return psprintf(UINT64_FORMAT ":%u", GetSystemIdentifier(), MyDatabaseId);
}

int64
selo_selar(void)
{
    Sistema salvo;
    Selo ultimo;
    Cabeca cabeca;
    uint64 xmin, xmax;
    int64 feito;
    bool ha, contradita, nova;

    if (!trava_pegar(TRAVA_SELOS, 0, false))
        return 0;
    sistema_entrar(&salvo);
    SPI_connect();

    ha = ler_ultimo(&ultimo);
    limites(&xmin, &xmax);
    contradita = conferir_cabeca(&ultimo, ha, &cabeca);
    nova = cabeca_dar_chave(&cabeca, ultimo.n + 1);
    if (nova && ha && strcmp(ultimo.origem, selo_origem()) == 0)
        ereport(WARNING,
                (errcode(ERRCODE_DATA_CORRUPTED),
                 errmsg("the key of the seals of the audit was lost"),
                 errdetail("Seals up to " INT64_FORMAT " are vouched for by what"
                           " is kept of them outside the database.",
                           ultimo.n),
                 errhint("See crm.auditoria_verificar(text).")));
    memcpy(chave, cabeca.chave, SELO_HASH);
    if (!ha || strcmp(ultimo.origem, selo_origem()) != 0 ||
        ultimo.ate_xid > xmax)
        feito = abrir_segmento(&ultimo, ha);
    else
        feito = continuar(&ultimo, xmin);

    if (ultimo.n > 0 && (contradita || nova || cabeca.selo.n != ultimo.n))
    {
        cabeca.selo.n = ultimo.n;
        selo_hex(ultimo.hash, cabeca.selo.hash);
        cabeca_propor(&cabeca);
        /* What it covers must not be lost when the file survives. */
        ForceSyncCommit();
    }
    SPI_finish();
    sistema_sair(&salvo);
    return feito;
}

/*
 * crm.auditoria_selar() returns bigint
 *
 * Rows that were sealed; 0 as well when another session is at it.
 *
 * Errors: 25001 unless READ COMMITTED.
 */
PG_FUNCTION_INFO_V1(crm_auditoria_selar);
Datum
crm_auditoria_selar(PG_FUNCTION_ARGS)
{
    if (IsolationUsesXactSnapshot())
        ereport(ERROR,
                (errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
                 errmsg("cannot seal the audit under this isolation level"),
                 errhint("Use READ COMMITTED.")));
    PG_RETURN_INT64(selo_selar());
}

/*
 * crm.interno_auditoria_remocao(de timestamptz, ate timestamptz, linhas bigint)
 * returns bigint
 *
 * Seals that the rows of [de, ate) are being removed; the number of the seal.
 */
PG_FUNCTION_INFO_V1(crm_interno_auditoria_remocao);
Datum
crm_interno_auditoria_remocao(PG_FUNCTION_ARGS)
{
    Selo ultimo, s;
    Cabeca cabeca;
    Sistema salvo;

    (void)trava_pegar(TRAVA_SELOS, 0, true);
    sistema_entrar(&salvo);
    SPI_connect();
    if (!ler_ultimo(&ultimo) || strcmp(ultimo.origem, selo_origem()) != 0)
        ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                        errmsg("nothing is sealed yet in this database")));
    (void)conferir_cabeca(&ultimo, true, &cabeca);
    (void)cabeca_dar_chave(&cabeca, ultimo.n + 1);
    memcpy(chave, cabeca.chave, SELO_HASH);
    s = ultimo;
    s.tipo = "remocao";
    s.de_xid = ultimo.ate_xid;
    s.linhas = PG_GETARG_INT64(2);
    s.primeiro_id = s.ultimo_id = 0;
    s.primeira_em = PG_GETARG_TIMESTAMPTZ(0);
    s.ultima_em = PG_GETARG_TIMESTAMPTZ(1);
    s.n = ultimo.n + 1;
    memcpy(s.anterior, ultimo.hash, SELO_HASH);
    gravar(&s, "", 0);
    cabeca.selo.n = s.n;
    selo_hex(s.hash, cabeca.selo.hash);
    cabeca_propor(&cabeca);
    ForceSyncCommit();
    SPI_finish();
    sistema_sair(&salvo);
    PG_RETURN_INT64(s.n);
}

/* ---- the chain ---- */

void
selo_de_linha(Selo *s, const Datum *v)
{
    struct
    {
        uint8 *para;
        int de;
    } const hashes[] = {
        {s->itens_hash, 13},
        {s->anterior, 14},
        {s->hash, 15},
        {s->autenticacao, 16}};

    s->n = DatumGetInt64(v[0]);
    s->segmento = DatumGetInt32(v[1]);
    s->origem = TextDatumGetCString(v[2]);
    s->tipo = TextDatumGetCString(v[3]);
    s->de_xid = U64FromFullTransactionId(DatumGetFullTransactionId(v[4]));
    s->ate_xid = U64FromFullTransactionId(DatumGetFullTransactionId(v[5]));
    s->piso_id = DatumGetInt64(v[6]);
    s->linhas = DatumGetInt64(v[7]);
    s->primeiro_id = DatumGetInt64(v[8]);
    s->ultimo_id = DatumGetInt64(v[9]);
    s->primeira_em = DatumGetTimestampTz(v[10]);
    s->ultima_em = DatumGetTimestampTz(v[11]);
    s->quando = DatumGetTimestampTz(v[12]);
    for (int i = 0; i < lengthof(hashes); i++)
    {
        bytea *b = DatumGetByteaPP(v[hashes[i].de]);

        memset(hashes[i].para, 0, SELO_HASH);
        memcpy(hashes[i].para, VARDATA_ANY(b),
               Min(VARSIZE_ANY_EXHDR(b), SELO_HASH));
    }
}

void
selo_calcular(const Selo *s, uint8 hash[SELO_HASH])
{
    StringInfoData b;

    initStringInfo(&b);
    appendStringInfoString(&b, "crm selo 1");
    appendBinaryStringInfo(&b, (const char *)s->anterior, SELO_HASH);
    selo_por_int64(&b, s->n);
    selo_por_int64(&b, s->segmento);
    selo_por_texto(&b, s->tipo, strlen(s->tipo));
    selo_por_texto(&b, s->origem, strlen(s->origem));
    selo_por_int64(&b, (int64)s->de_xid);
    selo_por_int64(&b, (int64)s->ate_xid);
    selo_por_int64(&b, s->piso_id);
    selo_por_int64(&b, s->linhas);
    selo_por_int64(&b, s->primeiro_id);
    selo_por_int64(&b, s->ultimo_id);
    selo_por_int64(&b, s->primeira_em);
    selo_por_int64(&b, s->ultima_em);
    selo_por_int64(&b, s->quando);
    appendBinaryStringInfo(&b, (const char *)s->itens_hash, SELO_HASH);
    selo_sha256(b.data, b.len, hash);
    pfree(b.data);
}

typedef struct Lido
{
    Selo *selo;
    MemoryContext para;
} Lido;

static void
copiar_ultimo(void *arg, const Datum *valores, const bool *nulos)
{
    const Lido *lido = arg;
    MemoryContext antes = MemoryContextSwitchTo(lido->para);

    selo_de_linha(lido->selo, valores);
    MemoryContextSwitchTo(antes);
}

static bool
ler_ultimo(Selo *selo)
{
    static SPIPlanPtr guardado = NULL;
    Lido lido = {selo, CurrentMemoryContext};

    memset(selo, 0, sizeof(*selo));
    PushActiveSnapshot(GetTransactionSnapshot());
    plano_linhas(plano(&guardado,
                       "SELECT " SELO_CAMPOS " FROM crm.auditoria_selos s"
                       " ORDER BY s.n DESC LIMIT 1",
                       0, NULL),
                 0, NULL, NULL, copiar_ultimo, &lido);
    PopActiveSnapshot();
    return selo->n > 0;
}

/*
 * Is the newest seal outside in the table? If not, it is kept as a witness and
 * sealing goes on: true.
 */
static bool
conferir_cabeca(const Selo *ultimo, bool ha, Cabeca *cabeca)
{
    if (!cabeca_ler(cabeca, NULL) || (ha && selo_achado(&cabeca->selo)))
        return false;
    ereport(WARNING,
            (errcode(ERRCODE_DATA_CORRUPTED),
             errmsg("seal " INT64_FORMAT " of the audit is not what was sealed",
                    cabeca->selo.n),
             errhint("See crm.auditoria_verificar().")));
    for (int i = 0; i < cabeca->n_divergentes; i++)
        if (cabeca->divergentes[i].n == cabeca->selo.n &&
            strcmp(cabeca->divergentes[i].hash, cabeca->selo.hash) == 0)
            return true;
    if (cabeca->n_divergentes < CABECA_DIVERGENTES)
        cabeca->divergentes[cabeca->n_divergentes++] = cabeca->selo;
    return true;
}

static bool
selo_achado(const CabecaSelo *procurado)
{
    const Oid tipos[] = {INT8OID, TEXTOID};
    Datum valores[] = {Int64GetDatum(procurado->n),
                       CStringGetTextDatum(procurado->hash)};

    if (SPI_execute_with_args("SELECT FROM crm.auditoria_selos s"
                              " WHERE s.n = $1"
                              "   AND s.hash = pg_catalog.decode($2, 'hex')",
                              lengthof(tipos), (Oid *)tipos, valores, NULL,
                              false, 1) != SPI_OK_SELECT)
        elog(ERROR, "could not read the seals");
    return SPI_processed == 1;
}

static void
limites(uint64 *xmin, uint64 *xmax)
{
    static const char sql[] =
        "SELECT pg_snapshot_xmin(s), pg_snapshot_xmax(s)"
        "  FROM pg_current_snapshot() AS s";
    bool nulo;

    if (SPI_execute(sql, false, 1) != SPI_OK_SELECT || SPI_processed != 1)
        elog(ERROR, "could not read the snapshot");
    *xmin = U64FromFullTransactionId(DatumGetFullTransactionId(SPI_getbinval(
        SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &nulo)));
    *xmax = U64FromFullTransactionId(DatumGetFullTransactionId(SPI_getbinval(
        SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &nulo)));
}

/* ---- a new segment ---- */

/* ultimo becomes the last seal there is. */
static int64
abrir_segmento(Selo *ultimo, bool ha)
{
    static const char sql[] =
        "SELECT " SELO_COLUNAS "  FROM crm.auditoria a"
        " WHERE NOT EXISTS (SELECT FROM crm.auditoria_selos s,"
        "                          crm.auditoria_itens(s.itens) i"
        "                    WHERE i.id = a.id AND i.quando = a.quando)"
        " ORDER BY a.id";
    SPIPlanPtr lido = NULL;
    uint64 xmin, xmax;
    Coletor c;

    if (!fechar_porta())
        return 0; /* next time */
    if (ha)
        (void)ler_ultimo(ultimo);
    limites(&xmin, &xmax);
    if (!ha)
        memset(ultimo, 0, sizeof(*ultimo));
    ultimo->segmento++;
    ultimo->origem = selo_origem();
    ultimo->tipo = "abertura";
    ultimo->de_xid = ultimo->ate_xid = xmin;
    ultimo->piso_id =
        inteiro("SELECT greatest((SELECT max(a.id) FROM crm.auditoria a),"
                "                (SELECT max(s.ultimo_id)"
                "                   FROM crm.auditoria_selos s), 0)");

    coletor_abrir(&c, ultimo);
    PushActiveSnapshot(GetTransactionSnapshot());
    plano_linhas(plano(&lido, sql, 0, NULL), 0, NULL, NULL, coletar, &c);
    PopActiveSnapshot();
    selar_coletado(&c, true); /* also when there is no row: the segment begins */
    SPI_freeplan(lido);
    coletor_fechar(&c);
    return c.seladas;
}

/* Nobody is writing and nobody will; false: somebody did not end in time. */
static bool
fechar_porta(void)
{
    ErrorData *erro = subtransacao(trancar_porta, NULL);

    if (erro != NULL && erro->sqlerrcode != ERRCODE_LOCK_NOT_AVAILABLE)
        ReThrowError(erro);
    return erro == NULL;
}

static void
trancar_porta(void *arg)
{
    Oid tabela = get_relname_relid("auditoria", get_namespace_oid("crm", false));
    int nivel = NewGUCNestLevel();

    set_config_option("lock_timeout", espera_porta, PGC_USERSET, PGC_S_SESSION,
                      GUC_ACTION_SAVE, true, 0, false);
    LockRelationOid(tabela, ShareRowExclusiveLock);
    AtEOXact_GUC(true, nivel);
}

/* ---- the same segment goes on ---- */

static int64
continuar(Selo *ultimo, uint64 xmin)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {XID8OID, XID8OID, INT8OID};
    int64 seladas = 0;
    uint64 ate;

    /* What came after a seal has the same segment, or is in the next one. */
    while ((ate = fim_do_lote(ultimo, xmin)) != 0)
    {
        const Datum valores[] = {
            FullTransactionIdGetDatum(FullTransactionIdFromU64(ultimo->ate_xid)),
            FullTransactionIdGetDatum(FullTransactionIdFromU64(ate)),
            Int64GetDatum(ultimo->piso_id)};
        Coletor c;

        ultimo->tipo = "selo";
        ultimo->de_xid = ultimo->ate_xid;
        ultimo->ate_xid = ate;
        coletor_abrir(&c, ultimo);
        PushActiveSnapshot(GetTransactionSnapshot());
        plano_linhas(plano(&guardado,
                           "SELECT " SELO_COLUNAS "  FROM crm.auditoria a"
                           " WHERE a.xid >= $1 AND a.xid < $2 AND a.id > $3"
                           " ORDER BY a.id",
                           lengthof(tipos), tipos),
                     lengthof(tipos), tipos, valores, coletar, &c);
        PopActiveSnapshot();
        selar_coletado(&c, true);
        coletor_fechar(&c);
        seladas += c.seladas;
    }
    return seladas;
}

/*
 * End of the next seal, exclusive: LOTE rows and the rest of their last
 * transaction, or xmin; 0: there is nothing to seal.
 */
static uint64
fim_do_lote(const Selo *ultimo, uint64 xmin)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {XID8OID, XID8OID, INT8OID, INT8OID};
    static const int64 saltos[] = {LOTE - 1, 0};

    for (int i = 0; i < lengthof(saltos); i++)
    {
        Datum valores[] = {
            FullTransactionIdGetDatum(FullTransactionIdFromU64(ultimo->ate_xid)),
            FullTransactionIdGetDatum(FullTransactionIdFromU64(xmin)),
            Int64GetDatum(ultimo->piso_id), Int64GetDatum(saltos[i])};
        bool nulo;

        SPI_execute_plan(plano(&guardado,
                               "SELECT a.xid FROM crm.auditoria a"
                               " WHERE a.xid >= $1 AND a.xid < $2 AND a.id > $3"
                               " ORDER BY a.xid OFFSET $4 LIMIT 1",
                               lengthof(tipos), tipos),
                         valores, NULL, false, 1);
        if (SPI_processed == 0)
            continue;
        return saltos[i] == 0
                   ? xmin
                   : U64FromFullTransactionId(
                         DatumGetFullTransactionId(SPI_getbinval(
                             SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1,
                             &nulo))) +
                         1;
    }
    return 0;
}

/* ---- collecting ---- */

static void
coletor_abrir(Coletor *c, Selo *modelo)
{
    memset(c, 0, sizeof(*c));
    c->modelo = modelo;
    c->ate_xid = modelo->ate_xid;
    c->linha = AllocSetContextCreate(CurrentMemoryContext, "crm selo linha",
                                     ALLOCSET_DEFAULT_SIZES);
    initStringInfo(&c->itens);
}

static void
coletor_fechar(Coletor *c)
{
    MemoryContextDelete(c->linha);
    pfree(c->itens.data);
}

static void
coletar(void *arg, const Datum *valores, const bool *nulos)
{
    Coletor *c = arg;
    const int64 id = DatumGetInt64(valores[0]);
    const TimestampTz quando = DatumGetTimestampTz(valores[1]);
    MemoryContext antes;

    CHECK_FOR_INTERRUPTS();
    if (c->linhas == LOTE_MAX)
        selar_coletado(c, false);

    /* itens grows in its own context whatever the present one. */
    antes = MemoryContextSwitchTo(c->linha);
    selo_item(&c->itens, valores, nulos);
    MemoryContextSwitchTo(antes);
    MemoryContextReset(c->linha);

    if (c->linhas == 0)
    {
        c->primeiro_id = id;
        c->primeira_em = c->ultima_em = quando;
    }
    c->ultimo_id = id;
    c->primeira_em = Min(c->primeira_em, quando);
    c->ultima_em = Max(c->ultima_em, quando);
    c->linhas++;
}

static void
selar_coletado(Coletor *c, bool ultima)
{
    Selo *s = c->modelo;

    s->ate_xid = ultima ? c->ate_xid : s->de_xid;
    s->linhas = c->linhas;
    s->primeiro_id = c->primeiro_id;
    s->ultimo_id = c->ultimo_id;
    s->primeira_em = c->linhas ? c->primeira_em : 0;
    s->ultima_em = c->linhas ? c->ultima_em : 0;
    memcpy(s->anterior, s->hash, SELO_HASH);
    s->n++;
    gravar(s, c->itens.data, c->itens.len);

    c->seladas += c->linhas;
    c->linhas = 0;
    c->primeiro_id = c->ultimo_id = 0;
    resetStringInfo(&c->itens);
}

/* Computes the hashes and writes the row; also while rows are being read. */
static void
gravar(Selo *s, const char *itens, int n)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {
        INT8OID, INT4OID,        TEXTOID,        TEXTOID,        XID8OID,
        XID8OID, INT8OID,        INT8OID,        INT8OID,        INT8OID,
        TIMESTAMPTZOID, TIMESTAMPTZOID, TIMESTAMPTZOID, BYTEAOID, BYTEAOID,
        BYTEAOID, BYTEAOID, BYTEAOID};
    Datum valores[lengthof(tipos)];
    char nulos[lengthof(tipos) + 1];
    int i = 0;

    SPI_connect();
    s->quando = GetCurrentTimestamp();
    selo_sha256(itens, n, s->itens_hash);
    selo_calcular(s, s->hash);
    selo_hmac(chave, s->hash, s->autenticacao);

    memset(nulos, ' ', sizeof(nulos));
    valores[i++] = Int64GetDatum(s->n);
    valores[i++] = Int32GetDatum(s->segmento);
    valores[i++] = CStringGetTextDatum(s->origem);
    valores[i++] = CStringGetTextDatum(s->tipo);
    valores[i++] =
        FullTransactionIdGetDatum(FullTransactionIdFromU64(s->de_xid));
    valores[i++] =
        FullTransactionIdGetDatum(FullTransactionIdFromU64(s->ate_xid));
    valores[i++] = Int64GetDatum(s->piso_id);
    valores[i++] = Int64GetDatum(s->linhas);
    nulos[i] = nulos[i + 1] = n == 0 ? 'n' : ' ';
    valores[i++] = Int64GetDatum(s->primeiro_id);
    valores[i++] = Int64GetDatum(s->ultimo_id);
    nulos[i] = nulos[i + 1] =
        n == 0 && strcmp(s->tipo, "remocao") != 0 ? 'n' : ' ';
    valores[i++] = TimestampTzGetDatum(s->primeira_em);
    valores[i++] = TimestampTzGetDatum(s->ultima_em);
    valores[i++] = TimestampTzGetDatum(s->quando);
    valores[i++] = PointerGetDatum(
        cstring_to_text_with_len((char *)s->itens_hash, SELO_HASH));
    valores[i++] = PointerGetDatum(
        cstring_to_text_with_len((char *)s->anterior, SELO_HASH));
    valores[i++] =
        PointerGetDatum(cstring_to_text_with_len((char *)s->hash, SELO_HASH));
    valores[i++] = PointerGetDatum(
        cstring_to_text_with_len((char *)s->autenticacao, SELO_HASH));
    valores[i++] = PointerGetDatum(cstring_to_text_with_len(itens, n));
    Assert(i == lengthof(tipos));

    if (SPI_execute_plan(
            plano(&guardado,
                  "INSERT INTO crm.auditoria_selos"
                  " (n, segmento, origem, tipo, de_xid, ate_xid, piso_id,"
                  "  linhas, primeiro_id, ultimo_id, primeira_em, ultima_em,"
                  "  quando, itens_hash, anterior, hash, autenticacao, itens)"
                  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,"
                  "         $13, $14, $15, $16, $17, $18)",
                  lengthof(tipos), tipos),
            valores, nulos, false, 0) != SPI_OK_INSERT)
        elog(ERROR, "could not write a seal");
    SPI_finish();
}

static int64
inteiro(const char *sql)
{
    bool nulo;

    if (SPI_execute(sql, false, 1) != SPI_OK_SELECT || SPI_processed != 1)
        elog(ERROR, "could not read the audit");
    return DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0],
                                       SPI_tuptable->tupdesc, 1, &nulo));
}
