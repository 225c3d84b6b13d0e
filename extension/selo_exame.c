/*
 * selo_exame.c: does the audit still say what was sealed?
 *
 * First the chain: every seal against the one before, its hash and its items, the
 * seals known outside (selo_cabeca.c, and the one the caller holds) against the
 * table. Then rows against items, both in the order of their ids, so that memory
 * does not grow with them. All under one snapshot, taken after the file was read.
 *
 * Of each kind of problem the first is told, with how many more there are:
 *
 *   alterada   a row is not what was sealed, or its instant was changed
 *   faltando   a sealed row is gone, and no removal of its month was sealed
 *   inserida   a row of a time that is sealed already is in no seal
 *   cortada    the newest sealed rows, or the newest seals, are gone
 *   selo       the chain is broken, does not hold a seal that is known outside,
 *              or that one cannot be read
 *   desligada  a trigger that records or keeps the audit is gone or disabled, or
 *              something stands between it and its table
 */
#include "selo.h"

#include "access/transam.h"
#include "access/xlog.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
#include "utils/xid8.h"

#include "trava.h"

enum
{
    LEVA = 500, /* rows fetched at once */
    /* No retention is shorter (auditoria_retencao_meses): six months. */
    RETENCAO_MIN_DIAS = 180
};

typedef enum Problema
{
    ALTERADA,
    FALTANDO,
    INSERIDA,
    CORTADA,
    SELO,
    DESLIGADA,
    PROBLEMAS
} Problema;

static const char *const nomes[PROBLEMAS] = {
    [ALTERADA] = "alterada", [FALTANDO] = "faltando", [INSERIDA] = "inserida",
    [CORTADA] = "cortada",   [SELO] = "selo",         [DESLIGADA] = "desligada"};

typedef struct Achado
{
    int64 vezes;
    int64 id;   /* 0: none */
    int64 selo; /* 0: none */
    char *detalhe;
} Achado;

typedef struct Intervalo
{
    TimestampTz de;
    TimestampTz ate; /* exclusive */
} Intervalo;

/* A seal whose items were dropped with the rows. */
typedef struct SemItens
{
    int64 n;
    TimestampTz primeira_em;
    TimestampTz ultima_em;
} SemItens;

typedef struct Exame
{
    MemoryContext contexto;
    Achado achados[PROBLEMAS];

    /* the chain */
    Selo ultimo; /* n 0: there is no seal */
    int64 maior_id; /* sealed */
    List *removidos; /* Intervalo */
    List *sem_itens; /* SemItens */
    int64 chave_desde; /* 0: no key */
    uint8 chave[SELO_HASH];
    bool ha_cabeca;
    char *cabeca_defeito; /* why it cannot be read */
    CabecaSelo *conhecidos;
    bool *conferidos;
    int n_conhecidos;

    /* what to look at; 0 and no bound: everything */
    int64 desde;
    int64 ate;
    bool por_tempo;
    TimestampTz de_em;
    TimestampTz ate_em;

    /* rows that are not sealed yet */
    bool mesma_origem;
    uint64 xmax;
} Exame;

/* One of the two streams that are compared. */
typedef struct Fonte
{
    Portal portal;
    SPITupleTable *linhas;
    uint64 n;
    uint64 i;
    MemoryContext linha;
} Fonte;

typedef struct Selada
{
    int64 id;
    TimestampTz quando;
    int64 selo;
    uint8 hash[SELO_HASH];
} Selada;

typedef struct Linha
{
    int64 id;
    TimestampTz quando;
    uint64 xid;
    uint8 hash[SELO_HASH];
} Linha;

static void achar(Exame *e, Problema qual, int64 id, int64 selo,
                  const char *detalhe);
static void conhecer(Exame *e, const char *dado);
static void conhecer_um(Exame *e, int64 n, const char *hash);
static void examinar_selo(void *arg, const Datum *valores, const bool *nulos);
static void examinar_elo(Exame *e, const Selo *s);
static void examinar_itens(Exame *e, const Selo *s, const bytea *itens);
static void encerrar_cadeia(Exame *e);
static bool cabeca_perdida(void);
static void examinar_gatilhos(Exame *e);
static bool removida(const Exame *e, TimestampTz quando);
static void comparar(Exame *e);
static void abrir(Fonte *f, const Exame *e, const char *sql);
static bool avancar(Fonte *f);
static bool ler_item(Fonte *f, Selada *item);
static bool ler_linha(Fonte *f, Linha *linha);
static void sem_linha(Exame *e, const Selada *item, bool ha_depois);
static void sem_item(Exame *e, const Linha *linha);
static void devolver(const Exame *e, ReturnSetInfo *rsinfo);

/*
 * crm.auditoria_verificar(selo text, desde bigint, ate bigint)
 * crm.interno_auditoria_verificar(de timestamptz, ate timestamptz)
 * returns setof (problema text, id bigint, selo bigint, detalhe text)
 *
 * No row: intact. selo is "<n>:<hash>" as crm.auditoria_selo() once told it; desde
 * and ate limit the ids whose rows are compared (the chain is always whole). The
 * second form compares what lies in [de, ate), where nothing may be unsealed.
 *
 * Errors: CR403 acesso_negado; CR422 selo_invalido.
 */
PG_FUNCTION_INFO_V1(crm_auditoria_verificar);
Datum
crm_auditoria_verificar(PG_FUNCTION_ARGS)
{
    static const char sql[] =
        "SELECT " SELO_CAMPOS ", s.itens::bytea FROM crm.auditoria_selos s"
        " ORDER BY s.n";
    Exame e = {.contexto = CurrentMemoryContext};
    SPIPlanPtr plano_selos;
    Sistema salvo;

    if (PG_NARGS() == 3)
    {
        if (!identidade_pode("metricas.ver"))
            identidade_exigir("auditoria.ver");
        conhecer(&e, PG_ARGISNULL(0) ? NULL
                                     : text_to_cstring(PG_GETARG_TEXT_PP(0)));
        e.desde = PG_ARGISNULL(1) ? PG_INT64_MIN : PG_GETARG_INT64(1);
        e.ate = PG_ARGISNULL(2) ? PG_INT64_MAX : PG_GETARG_INT64(2);
    }
    else
    {
        conhecer(&e, NULL);
        e.desde = PG_INT64_MIN;
        e.ate = PG_INT64_MAX;
        e.por_tempo = true;
        e.de_em = PG_GETARG_TIMESTAMPTZ(0);
        e.ate_em = PG_GETARG_TIMESTAMPTZ(1);
    }
    InitMaterializedSRF(fcinfo, 0);

    sistema_entrar(&salvo);
    SPI_connect();
    PushActiveSnapshot(GetLatestSnapshot());
    e.xmax = U64FromFullTransactionId(ReadNextFullTransactionId());

    plano_selos = SPI_prepare(sql, 0, NULL);
    if (plano_selos == NULL)
        elog(ERROR, "could not read the seals");
    plano_linhas(plano_selos, 0, NULL, NULL, examinar_selo, &e);
    encerrar_cadeia(&e);
    if (!e.por_tempo)
        examinar_gatilhos(&e);
    comparar(&e);

    PopActiveSnapshot();
    SPI_finish();
    sistema_sair(&salvo);
    devolver(&e, (ReturnSetInfo *)fcinfo->resultinfo);
    return (Datum)0;
}

/*
 * crm.auditoria_itens(itens bytea)
 * returns setof (id bigint, quando timestamptz, resumo bytea)
 */
PG_FUNCTION_INFO_V1(crm_auditoria_itens);
Datum
crm_auditoria_itens(PG_FUNCTION_ARGS)
{
    ReturnSetInfo *rsinfo = (ReturnSetInfo *)fcinfo->resultinfo;
    bytea *itens = PG_GETARG_BYTEA_PP(0);
    const uint8 *b = (const uint8 *)VARDATA_ANY(itens);
    const int n = VARSIZE_ANY_EXHDR(itens) / SELO_ITEM;
    char resumo[VARHDRSZ + SELO_HASH];
    bool nulos[3] = {false};

    InitMaterializedSRF(fcinfo, 0);
    SET_VARSIZE(resumo, sizeof(resumo));
    for (int i = 0; i < n; i++, b += SELO_ITEM)
    {
        Datum valores[] = {Int64GetDatum(selo_ler_int64(b)),
                           TimestampTzGetDatum(selo_ler_int64(b + 8)),
                           PointerGetDatum(resumo)};

        memcpy(VARDATA(resumo), b + 16, SELO_HASH);
        tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, valores, nulos);
    }
    return (Datum)0;
}

/* ---- what is found ---- */

static void
achar(Exame *e, Problema qual, int64 id, int64 selo, const char *detalhe)
{
    Achado *a = &e->achados[qual];

    if (a->vezes++ > 0)
        return;
    a->id = id;
    a->selo = selo;
    a->detalhe = MemoryContextStrdup(e->contexto, detalhe);
}

static void
devolver(const Exame *e, ReturnSetInfo *rsinfo)
{
    for (int i = 0; i < PROBLEMAS; i++)
    {
        const Achado *a = &e->achados[i];
        char *detalhe = a->detalhe;

        if (a->vezes == 0)
            continue;
        if (a->vezes > 1)
            detalhe = psprintf("%s; e mais " INT64_FORMAT, detalhe, a->vezes - 1);

        Datum valores[] = {CStringGetTextDatum(nomes[i]), Int64GetDatum(a->id),
                           Int64GetDatum(a->selo), CStringGetTextDatum(detalhe)};
        bool nulos[] = {false, a->id == 0, a->selo == 0, false};

        tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, valores, nulos);
    }
}

/* ---- seals that are known outside ---- */

static void
conhecer(Exame *e, const char *dado)
{
    Cabeca cabeca;
    char *fim;

    e->conhecidos = palloc((CABECA_DIVERGENTES + 2) * sizeof(CabecaSelo));
    e->conferidos = palloc0((CABECA_DIVERGENTES + 2) * sizeof(bool));
    e->ha_cabeca = cabeca_ler(&cabeca, &e->cabeca_defeito);
    if (e->ha_cabeca)
        conhecer_um(e, cabeca.selo.n, cabeca.selo.hash);
    e->chave_desde = cabeca.chave_desde;
    memcpy(e->chave, cabeca.chave, SELO_HASH);
    for (int i = 0; i < cabeca.n_divergentes; i++)
        conhecer_um(e, cabeca.divergentes[i].n, cabeca.divergentes[i].hash);
    if (dado == NULL)
        return;
    errno = 0;
    const int64 n = strtoll(dado, &fim, 10);

    if (errno != 0 || n <= 0 || *fim != ':' ||
        strlen(fim + 1) != SELO_HEX - 1 ||
        strspn(fim + 1, "0123456789abcdef") != SELO_HEX - 1)
        crm_falha(422, "selo_invalido", "selo",
                  "Um selo é o número, dois-pontos e 64 dígitos hexadecimais.",
                  NULL, NULL);
    conhecer_um(e, n, fim + 1);
}

static void
conhecer_um(Exame *e, int64 n, const char *hash)
{
    CabecaSelo *c = &e->conhecidos[e->n_conhecidos++];

    c->n = n;
    strlcpy(c->hash, hash, sizeof(c->hash));
}

/* ---- the chain ---- */

static void
examinar_selo(void *arg, const Datum *valores, const bool *nulos)
{
    Exame *e = arg;
    MemoryContext antes;
    bytea *itens = NULL;
    Selo s;

    CHECK_FOR_INTERRUPTS();
    antes = MemoryContextSwitchTo(e->contexto);
    selo_de_linha(&s, valores);
    examinar_elo(e, &s);
    if (!nulos[SELO_N_CAMPOS])
        itens = DatumGetByteaPP(valores[SELO_N_CAMPOS]);
    examinar_itens(e, &s, itens);
    if (itens != NULL &&
        (Pointer)itens != DatumGetPointer(valores[SELO_N_CAMPOS]))
        pfree(itens);

    if (strcmp(s.tipo, "remocao") == 0)
    {
        Intervalo *i = palloc(sizeof(Intervalo));

        i->de = s.primeira_em;
        i->ate = s.ultima_em;
        if (s.ultima_em >
            s.quando - RETENCAO_MIN_DIAS * (int64)USECS_PER_DAY)
            achar(e, SELO, 0, s.n,
                  "remoção de linhas mais novas do que qualquer retenção");
        else
            e->removidos = lappend(e->removidos, i);
    }
    if (e->ultimo.n > 0)
    {
        pfree(e->ultimo.origem);
        pfree(e->ultimo.tipo);
    }
    e->ultimo = s;
    e->maior_id = Max(e->maior_id, s.ultimo_id);
    MemoryContextSwitchTo(antes);
}

static void
examinar_elo(Exame *e, const Selo *s)
{
    static const uint8 nenhum[SELO_HASH] = {0};
    const Selo *u = &e->ultimo;
    uint8 hash[SELO_HASH];
    char hex[SELO_HEX];

    if (s->n != u->n + 1)
        achar(e, SELO, 0, u->n + 1, "falta na cadeia");
    else if (memcmp(s->anterior, u->n > 0 ? u->hash : nenhum, SELO_HASH) != 0)
        achar(e, SELO, 0, s->n, "não segue o anterior");
    else if (u->n > 0 && s->segmento == u->segmento &&
             (strcmp(s->origem, u->origem) != 0 ||
              s->piso_id != u->piso_id ||
              (strcmp(s->tipo, "abertura") != 0 && s->de_xid != u->ate_xid)))
        achar(e, SELO, 0, s->n, "não continua onde o anterior termina");
    else if (s->segmento != u->segmento &&
             (s->segmento != u->segmento + 1 ||
              strcmp(s->tipo, "abertura") != 0))
        achar(e, SELO, 0, s->n, "segmento que não foi aberto");

    selo_calcular(s, hash);
    if (memcmp(hash, s->hash, SELO_HASH) != 0)
        achar(e, SELO, 0, s->n, "o hash não confere");
    if (e->chave_desde > 0 && s->n >= e->chave_desde)
    {
        selo_hmac(e->chave, s->hash, hash);
        if (memcmp(hash, s->autenticacao, SELO_HASH) != 0)
            achar(e, SELO, 0, s->n, "não foi feito por este servidor");
    }

    selo_hex(s->hash, hex);
    for (int i = 0; i < e->n_conhecidos; i++)
        if (e->conhecidos[i].n == s->n)
        {
            e->conferidos[i] = true;
            if (strcmp(e->conhecidos[i].hash, hex) != 0)
                achar(e, SELO, 0, s->n, "não é o selo conhecido fora do banco");
        }
}

static void
examinar_itens(Exame *e, const Selo *s, const bytea *itens)
{
    uint8 hash[SELO_HASH];

    if (itens == NULL)
    {
        SemItens *sem = palloc(sizeof(SemItens));

        sem->n = s->n;
        sem->primeira_em = s->primeira_em;
        sem->ultima_em = s->ultima_em;
        e->sem_itens = lappend(e->sem_itens, sem);
        return;
    }
    selo_sha256(VARDATA_ANY(itens), VARSIZE_ANY_EXHDR(itens), hash);
    if (memcmp(hash, s->itens_hash, SELO_HASH) != 0 ||
        (strcmp(s->tipo, "remocao") != 0 &&
         VARSIZE_ANY_EXHDR(itens) != s->linhas * SELO_ITEM))
        achar(e, SELO, 0, s->n, "os itens não conferem");
}

/* What only the end of the chain tells. */
static void
encerrar_cadeia(Exame *e)
{
    MemoryContext antes = MemoryContextSwitchTo(e->contexto);
    ListCell *c;

    foreach (c, e->sem_itens)
    {
        const SemItens *s = lfirst(c);

        if (!removida(e, s->primeira_em) || !removida(e, s->ultima_em))
            achar(e, SELO, 0, s->n, "os itens faltam");
    }
    for (int i = 0; i < e->n_conhecidos; i++)
        if (!e->conferidos[i])
            achar(e, CORTADA, 0, e->conhecidos[i].n,
                  psprintf("selo conhecido fora do banco; o último aqui é o " INT64_FORMAT,
                           e->ultimo.n));
    e->mesma_origem =
        e->ultimo.n > 0 && strcmp(e->ultimo.origem, selo_origem()) == 0;
    if (e->cabeca_defeito != NULL)
        achar(e, SELO, 0, 0, e->cabeca_defeito);
    else if (e->mesma_origem && !e->ha_cabeca && cabeca_perdida())
        achar(e, SELO, 0, e->ultimo.n,
              "falta o arquivo que guarda o selo mais novo fora do banco");
    MemoryContextSwitchTo(antes);
}

/*
 * There are seals of this database and there was no file. It is written after the
 * commit of its seal, while the sealer still holds its lock. A standby has what a
 * base backup took along.
 */
static bool
cabeca_perdida(void)
{
    Cabeca cabeca;
    char *defeito = NULL;
    bool perdida;

    if (RecoveryInProgress() || cabeca_proposta())
        return false;
    (void)trava_pegar(TRAVA_SELOS, 0, true);
    perdida = !cabeca_ler(&cabeca, &defeito);
    trava_soltar(TRAVA_SELOS, 0);
    return perdida;
}

/* Is all that records the audit still in place? */
static void
examinar_gatilhos(Exame *e)
{
    char *defeito;

    if (SPI_execute("SELECT crm.auditoria_defeito()", true, 1) != SPI_OK_SELECT ||
        SPI_processed != 1)
        elog(ERROR, "could not look at the triggers of the audit");
    defeito = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
    if (defeito != NULL)
        achar(e, DESLIGADA, 0, 0, defeito);
}

static bool
removida(const Exame *e, TimestampTz quando)
{
    ListCell *c;

    foreach (c, e->removidos)
    {
        const Intervalo *i = lfirst(c);

        if (quando >= i->de && quando < i->ate)
            return true;
    }
    return false;
}

/* ---- rows against items ---- */

static void
comparar(Exame *e)
{
    Fonte itens, linhas;
    Selada item, anterior = {0};
    Linha linha;
    bool ha_item, ha_linha;

    abrir(&itens, e,
          "SELECT i.id, i.quando, s.n, i.resumo"
          "  FROM crm.auditoria_selos s,"
          "       LATERAL crm.auditoria_itens(s.itens) i"
          " WHERE s.ultimo_id >= $1 AND s.primeiro_id <= $2"
          "   AND i.id BETWEEN $1 AND $2"
          "   AND (NOT $3 OR i.quando >= $4 AND i.quando < $5)"
          " ORDER BY i.id, i.quando");
    abrir(&linhas, e,
          "SELECT " SELO_COLUNAS "  FROM crm.auditoria a"
          " WHERE a.id BETWEEN $1 AND $2"
          "   AND (NOT $3 OR a.quando >= $4 AND a.quando < $5)"
          " ORDER BY a.id, a.quando");

    ha_item = ler_item(&itens, &item);
    ha_linha = ler_linha(&linhas, &linha);
    while (ha_item || ha_linha)
    {
        CHECK_FOR_INTERRUPTS();
        if (ha_item && (!ha_linha || item.id < linha.id))
        {
            sem_linha(e, &item, ha_linha || e->por_tempo || e->ate != PG_INT64_MAX);
            anterior = item;
            ha_item = ler_item(&itens, &item);
        }
        else if (!ha_item || linha.id < item.id)
        {
            sem_item(e, &linha);
            ha_linha = ler_linha(&linhas, &linha);
        }
        else
        {
            if (memcmp(item.hash, linha.hash, SELO_HASH) != 0)
                achar(e, ALTERADA, item.id, item.selo,
                      item.quando != linha.quando
                          ? "o instante não é o que foi selado"
                          : "o conteúdo não é o que foi selado");
            if (removida(e, item.quando))
                achar(e, INSERIDA, linha.id, item.selo,
                      "de um mês cuja remoção foi selada");
            anterior = item;
            ha_item = ler_item(&itens, &item);
            ha_linha = ler_linha(&linhas, &linha);
        }
        if (ha_item && item.id == anterior.id && anterior.selo != 0)
            achar(e, SELO, item.id, item.selo, "sela outra vez a mesma linha");
    }
    SPI_cursor_close(itens.portal);
    SPI_cursor_close(linhas.portal);
    MemoryContextDelete(itens.linha);
    MemoryContextDelete(linhas.linha);
}

static void
sem_linha(Exame *e, const Selada *item, bool ha_depois)
{
    if (removida(e, item->quando))
        return;
    achar(e, ha_depois ? FALTANDO : CORTADA, item->id, item->selo,
          ha_depois ? "foi selada e não está mais lá"
                    : "foi selada e não está mais lá, nem as seguintes");
}

/* Not sealed yet, or too late for that? */
static void
sem_item(Exame *e, const Linha *linha)
{
    const Selo *u = &e->ultimo;
    bool nova;

    if (e->por_tempo)
    {
        achar(e, INSERIDA, linha->id, 0, "não está em selo nenhum");
        return;
    }
    if (u->n == 0)
        return;
    if (e->mesma_origem)
        nova = linha->id > u->piso_id && linha->xid >= u->ate_xid &&
               linha->xid < e->xmax;
    else /* restored: the segment has not been opened yet */
        nova = linha->xid >= u->ate_xid || linha->id > e->maior_id;
    if (!nova)
        achar(e, INSERIDA, linha->id, 0,
              "de transação já selada, mas não está em selo nenhum");
}

/* ---- streams ---- */

static void
abrir(Fonte *f, const Exame *e, const char *sql)
{
    Oid tipos[] = {INT8OID, INT8OID, BOOLOID, TIMESTAMPTZOID, TIMESTAMPTZOID};
    Datum valores[] = {Int64GetDatum(e->desde), Int64GetDatum(e->ate),
                       BoolGetDatum(e->por_tempo), TimestampTzGetDatum(e->de_em),
                       TimestampTzGetDatum(e->ate_em)};

    memset(f, 0, sizeof(*f));
    f->linha = AllocSetContextCreate(CurrentMemoryContext, "crm exame linha",
                                     ALLOCSET_DEFAULT_SIZES);
    f->portal = SPI_cursor_open_with_args(NULL, sql, lengthof(tipos), tipos,
                                          valores, NULL, true, 0);
}

static bool
avancar(Fonte *f)
{
    if (++f->i < f->n)
        return true;
    if (f->linhas != NULL)
        SPI_freetuptable(f->linhas);
    SPI_cursor_fetch(f->portal, true, LEVA);
    f->linhas = SPI_tuptable;
    f->n = SPI_processed;
    f->i = 0;
    return f->n > 0;
}

static bool
ler_item(Fonte *f, Selada *item)
{
    bytea *resumo;
    Datum v[4];
    bool nulos[4];

    if (!avancar(f))
        return false;
    heap_deform_tuple(f->linhas->vals[f->i], f->linhas->tupdesc, v, nulos);
    item->id = DatumGetInt64(v[0]);
    item->quando = DatumGetTimestampTz(v[1]);
    item->selo = DatumGetInt64(v[2]);
    resumo = DatumGetByteaPP(v[3]);
    memcpy(item->hash, VARDATA_ANY(resumo), SELO_HASH);
    return true;
}

static bool
ler_linha(Fonte *f, Linha *linha)
{
    Datum v[SELO_N_COLUNAS];
    bool nulos[SELO_N_COLUNAS];
    MemoryContext antes;

    if (!avancar(f))
        return false;
    antes = MemoryContextSwitchTo(f->linha);
    heap_deform_tuple(f->linhas->vals[f->i], f->linhas->tupdesc, v, nulos);
    linha->id = DatumGetInt64(v[0]);
    linha->quando = DatumGetTimestampTz(v[1]);
    linha->xid = U64FromFullTransactionId(DatumGetFullTransactionId(v[2]));
    selo_linha(v, nulos, linha->hash);
    MemoryContextSwitchTo(antes);
    MemoryContextReset(f->linha);
    return true;
}
