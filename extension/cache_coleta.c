/*
 * cache_coleta.c: what the transaction has changed so far, as slots.
 *
 * Statement triggers with transition tables see what SQL writes, in every
 * replication role (ENABLE ALWAYS); applied logical replication fires none of
 * them, so row triggers that only it fires stand beside them. What a rolled back
 * savepoint wrote stays in: marking too much is never wrong.
 */
#include "cache.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/partition.h"
#include "commands/event_trigger.h"
#include "commands/trigger.h"
#include "funcapi.h"
#include "replication/logicalworker.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "cache_especies.h"
#include "cache_estado.h"
#include "cache_projecao.h"
#include "contagem.h"
#include "normalizar.h"
#include "transicao.h"

enum
{
    LINHAS_MAX = COLETA_MAX, /* of one statement; more are not looked at */
    TEXTO_NA_PILHA = 512,
    COLUNAS_MAX = 64 /* of a table, for neutras */
};

typedef struct Coleta
{
    bool ha;
    bool schema;
    bool massa;       /* whole tables only, from here on */
    bool alguma;      /* some table as a whole */
    int n;
    uint32 slots[COLETA_MAX];
    uint64 tabelas;   /* bit by number */
    uint64 bitmap[ETIQUETA_SLOTS / 64];
} Coleta;

/* What of a relation has to be looked at; kept by backend. */
typedef struct Mapa
{
    Oid relid;
    int natts;
    AttrNumber coluna[COLUNAS_MAX]; /* of tabela->colunas[i]; 0: missing */
    Bitmapset *neutras;
} Mapa;

static Coleta coleta;
static Mapa mapas[ETIQUETA_TABELAS_MAX + 1];

static const CacheTabela *tabela_de(Relation relacao);
static void por_comando(TriggerData *gatilho, const CacheTabela *tabela);
static void por_linha(TriggerData *gatilho, const CacheTabela *tabela);
static void marcar_versoes(const CacheTabela *tabela, Relation relacao,
                           TupleTableSlot *velha, TupleTableSlot *nova);
static bool muda_algo(const Mapa *mapa, Relation relacao, TupleTableSlot *velha,
                      TupleTableSlot *nova);
static void marcar_versao(const CacheTabela *tabela, const Mapa *mapa,
                          Relation relacao, TupleTableSlot *linha);
static void marcar_valor(const CacheTabela *tabela, const CacheColuna *coluna,
                         int16 tamanho, bool por_valor, Datum valor);
static void marcar_texto(int tabela, const CacheColuna *coluna, Datum valor);
static const Mapa *mapa_de(const CacheTabela *tabela, Relation relacao);
static void por_slot(void *arg, uint32 slot);
static void em_massa(void);

/* ---- marking ---- */

void
cache_marcar_etiqueta(int tabela, int especie, const void *valor, size_t n)
{
    if (cache_estado == NULL)
        return;
    coleta.ha = true;
    coleta.tabelas |= UINT64CONST(1) << tabela;
    if (coleta.massa)
        return;
    por_slot(NULL, etiqueta_qualquer(tabela));
    por_slot(NULL, etiqueta_slot(tabela, especie, valor, n));
}

void
cache_marcar_massa(int tabela)
{
    if (cache_estado == NULL)
        return;
    coleta.ha = true;
    coleta.tabelas |= UINT64CONST(1) << tabela;
    if (coleta.massa)
        return;
    coleta.alguma = true;
    por_slot(NULL, etiqueta_qualquer(tabela));
    por_slot(NULL, etiqueta_massa(tabela));
}

static void
por_slot(void *arg, uint32 slot)
{
    uint64 *palavra = &coleta.bitmap[slot / 64];
    const uint64 bit = UINT64CONST(1) << (slot % 64);

    if (coleta.massa || (*palavra & bit) != 0)
        return;
    if (coleta.n == COLETA_MAX)
    {
        em_massa();
        return;
    }
    *palavra |= bit;
    coleta.slots[coleta.n++] = slot;
}

/* From here on the tables stand for their rows. */
static void
em_massa(void)
{
    coleta.massa = true;
    coleta.alguma = true;
}

bool
coleta_ha(void)
{
    return coleta.ha;
}

bool
coleta_schema(void)
{
    return coleta.schema;
}

bool
coleta_massa(void)
{
    return coleta.alguma;
}

void
coleta_mudou_schema(void)
{
    if (cache_estado == NULL)
        return;
    coleta.ha = true;
    coleta.schema = true;
}

const uint32 *
coleta_slots(int *n)
{
    static uint32 tabelas[2 * (ETIQUETA_TABELAS_MAX + 1)];

    if (!coleta.massa)
    {
        *n = coleta.n;
        return coleta.slots;
    }
    *n = 0;
    for (int t = 1; t <= ETIQUETA_TABELAS_MAX; t++)
        if ((coleta.tabelas & (UINT64CONST(1) << t)) != 0)
        {
            tabelas[(*n)++] = etiqueta_qualquer(t);
            tabelas[(*n)++] = etiqueta_massa(t);
        }
    return tabelas;
}

void
coleta_esquecer(void)
{
    for (int i = 0; i < coleta.n; i++)
        coleta.bitmap[coleta.slots[i] / 64] = 0;
    coleta.n = 0;
    coleta.tabelas = 0;
    coleta.ha = false;
    coleta.schema = false;
    coleta.massa = false;
    coleta.alguma = false;
}

/* ---- triggers ---- */

/*
 * crm.cache_coletar() returns trigger
 *
 * AFTER INSERT, UPDATE, DELETE or TRUNCATE of a table of cache_tabelas: by
 * statement with transition tables, or by row.
 */
PG_FUNCTION_INFO_V1(crm_cache_coletar);
Datum
crm_cache_coletar(PG_FUNCTION_ARGS)
{
    TriggerData *gatilho = transicao_gatilho(fcinfo);
    const CacheTabela *tabela;

    if (cache_estado == NULL)
        return PointerGetDatum(NULL);
    tabela = tabela_de(gatilho->tg_relation);
    if (tabela == NULL)
        elog(ERROR, "no answer depends on table \"%s\"",
             RelationGetRelationName(gatilho->tg_relation));

    if (TRIGGER_FIRED_BY_TRUNCATE(gatilho->tg_event))
        cache_marcar_massa(tabela->numero);
    else if (TRIGGER_FIRED_FOR_ROW(gatilho->tg_event))
        por_linha(gatilho, tabela);
    else
        por_comando(gatilho, tabela);
    return PointerGetDatum(NULL);
}

/*
 * crm.cache_aplicando() returns boolean
 *
 * Does this process apply logical replication, which fires row triggers only?
 */
PG_FUNCTION_INFO_V1(crm_cache_aplicando);
Datum
crm_cache_aplicando(PG_FUNCTION_ARGS)
{
    PG_RETURN_BOOL(IsLogicalWorker());
}

/* crm.cache_tabelas() returns (numero, nome) of each, for the triggers. */
PG_FUNCTION_INFO_V1(crm_cache_tabelas);
Datum
crm_cache_tabelas(PG_FUNCTION_ARGS)
{
    ReturnSetInfo *rsinfo = (ReturnSetInfo *)fcinfo->resultinfo;

    InitMaterializedSRF(fcinfo, 0);
    for (const CacheTabela *t = cache_tabelas; t->numero != 0; t++)
    {
        Datum valores[] = {Int32GetDatum(t->numero),
                           CStringGetTextDatum(t->nome)};
        bool nulos[lengthof(valores)] = {false};

        tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, valores, nulos);
    }
    return (Datum)0;
}

/* A partition stands for its table. */
static const CacheTabela *
tabela_de(Relation relacao)
{
    char *nome = RelationGetRelationName(relacao);

    if (relacao->rd_rel->relispartition)
        nome = get_rel_name(get_partition_parent(RelationGetRelid(relacao), true));
    return nome == NULL ? NULL : cache_tabela(nome);
}

static void
por_comando(TriggerData *gatilho, const CacheTabela *tabela)
{
    const int64 linhas = transicao_linhas(gatilho);
    Transicao t;

    /* Folded differences of the counters, thousands at a time, change no sum. */
    if (linhas == 0 ||
        (tabela->numero == T_CONTAGENS && contagem_dobrando()))
        return;
    if (linhas > LINHAS_MAX)
    {
        cache_marcar_massa(tabela->numero);
        if (tabela->numero == T_ATRIBUICOES)
            projecao_muitas(PROJECAO_ATRIBUICAO);
        else if (tabela->numero == T_PEDIDOS)
            projecao_muitas(PROJECAO_PEDIDO);
        else if (tabela->numero == T_BUSCA)
            projecao_muitas(PROJECAO_BUSCA);
        return;
    }
    transicao_abrir(&t, gatilho);
    while (transicao_proxima(&t))
        marcar_versoes(tabela, gatilho->tg_relation, t.velha, t.nova);
    transicao_fechar(&t);
}

static void
por_linha(TriggerData *gatilho, const CacheTabela *tabela)
{
    TupleTableSlot *velha = NULL;
    TupleTableSlot *nova = NULL;

    if (TRIGGER_FIRED_BY_INSERT(gatilho->tg_event))
        nova = gatilho->tg_trigslot;
    else
        velha = gatilho->tg_trigslot;
    if (TRIGGER_FIRED_BY_UPDATE(gatilho->tg_event))
        nova = gatilho->tg_newslot;
    marcar_versoes(tabela, gatilho->tg_relation, velha, nova);
}

/* Both versions: an answer that had the row and one that will have it change. */
static void
marcar_versoes(const CacheTabela *tabela, Relation relacao,
               TupleTableSlot *velha, TupleTableSlot *nova)
{
    const Mapa *mapa;

    if (tabela->linha != NULL && !tabela->linha(relacao, velha, nova))
        return;
    mapa = mapa_de(tabela, relacao);
    if (velha != NULL && nova != NULL && !muda_algo(mapa, relacao, velha, nova))
        return;
    coleta.ha = true;
    coleta.tabelas |= UINT64CONST(1) << tabela->numero;
    if (coleta.massa)
        return;
    por_slot(NULL, etiqueta_qualquer(tabela->numero));
    if (velha != NULL)
        marcar_versao(tabela, mapa, relacao, velha);
    if (nova != NULL)
        marcar_versao(tabela, mapa, relacao, nova);
}

static bool
muda_algo(const Mapa *mapa, Relation relacao, TupleTableSlot *velha,
          TupleTableSlot *nova)
{
    TupleDesc forma = RelationGetDescr(relacao);

    for (int i = 1; i <= forma->natts; i++)
    {
        Form_pg_attribute a = TupleDescAttr(forma, i - 1);
        bool velha_nula;
        bool nova_nula;
        Datum de;
        Datum para;

        if (a->attisdropped || bms_is_member(i, mapa->neutras))
            continue;
        de = slot_getattr(velha, i, &velha_nula);
        para = slot_getattr(nova, i, &nova_nula);
        if (velha_nula != nova_nula ||
            (!nova_nula && !datum_image_eq(de, para, a->attbyval, a->attlen)))
            return true;
    }
    return false;
}

static void
marcar_versao(const CacheTabela *tabela, const Mapa *mapa, Relation relacao,
              TupleTableSlot *linha)
{
    if (tabela->colunas == NULL)
        return;
    for (int i = 0; tabela->colunas[i].nome != NULL; i++)
    {
        Form_pg_attribute a =
            TupleDescAttr(RelationGetDescr(relacao), mapa->coluna[i] - 1);
        bool nulo;
        Datum valor = slot_getattr(linha, mapa->coluna[i], &nulo);

        if (!nulo)
            marcar_valor(tabela, &tabela->colunas[i], a->attlen, a->attbyval,
                         valor);
        else if (tabela->colunas[i].forma != CACHE_PROPRIA)
            por_slot(NULL, etiqueta_slot(tabela->numero,
                                         tabela->colunas[i].especie, "", 0));
    }
}

static void
marcar_valor(const CacheTabela *tabela, const CacheColuna *coluna,
             int16 tamanho, bool por_valor, Datum valor)
{
    int64 numero;

    switch (coluna->forma)
    {
        case CACHE_INTEIRO:
            numero = tamanho == sizeof(int64)   ? DatumGetInt64(valor)
                     : tamanho == sizeof(int32) ? DatumGetInt32(valor)
                                                : DatumGetInt16(valor);
            por_slot(NULL, etiqueta_slot(tabela->numero, coluna->especie,
                                         &numero, sizeof(numero)));
            break;
        case CACHE_TEXTO:
        case CACHE_NORMAL:
        case CACHE_GRAMAS:
            marcar_texto(tabela->numero, coluna, valor);
            break;
        case CACHE_BRUTO:
            if (por_valor)
                por_slot(NULL, etiqueta_slot(tabela->numero, coluna->especie,
                                             &valor, sizeof(valor)));
            else if (tamanho > 0)
                por_slot(NULL, etiqueta_slot(tabela->numero, coluna->especie,
                                             DatumGetPointer(valor), tamanho));
            else
            {
                struct varlena *v = PG_DETOAST_DATUM_PACKED(valor);

                por_slot(NULL, etiqueta_slot(tabela->numero, coluna->especie,
                                             VARDATA_ANY(v),
                                             VARSIZE_ANY_EXHDR(v)));
            }
            break;
        case CACHE_PROPRIA:
            coluna->marcar(tabela->numero, coluna->especie, valor);
            break;
    }
}

static void
marcar_texto(int tabela, const CacheColuna *coluna, Datum valor)
{
    text *t = DatumGetTextPP(valor);
    const char *texto = VARDATA_ANY(t);
    size_t n = VARSIZE_ANY_EXHDR(t);
    char pilha[TEXTO_NA_PILHA];
    char *normal;

    if (coluna->forma == CACHE_TEXTO)
    {
        while (n > 0 && texto[n - 1] == ' ')
            n--;
        por_slot(NULL, etiqueta_slot(tabela, coluna->especie, texto, n));
        return;
    }
    normal = n <= sizeof(pilha) ? pilha : palloc(n);
    n = normalizar(texto, n, normal);
    if (coluna->forma == CACHE_NORMAL)
        por_slot(NULL, etiqueta_slot(tabela, coluna->especie, normal, n));
    else
    {
        (void)etiqueta_gramas(tabela, coluna->especie, normal, n,
                              ETIQUETA_GRAMA_CURTA, por_slot, NULL);
        (void)etiqueta_gramas(tabela, coluna->especie, normal, n,
                              ETIQUETA_GRAMA_LONGA, por_slot, NULL);
    }
    if (normal != pilha)
        pfree(normal);
}

/* Columns are never dropped here without a change of natts or a new relation. */
static const Mapa *
mapa_de(const CacheTabela *tabela, Relation relacao)
{
    Mapa *m = &mapas[tabela->numero];
    TupleDesc forma = RelationGetDescr(relacao);
    MemoryContext antes;
    int i = 0;

    if (m->relid == RelationGetRelid(relacao) && m->natts == forma->natts)
        return m;
    m->relid = InvalidOid;
    for (; tabela->colunas != NULL && tabela->colunas[i].nome != NULL; i++)
    {
        if (i == COLUNAS_MAX)
            elog(ERROR, "too many tags in table \"%s\"", tabela->nome);
        m->coluna[i] = get_attnum(RelationGetRelid(relacao),
                                  tabela->colunas[i].nome);
        if (m->coluna[i] == InvalidAttrNumber)
            elog(ERROR, "column \"%s\" of \"%s\" is missing",
                 tabela->colunas[i].nome, tabela->nome);
    }
    antes = MemoryContextSwitchTo(TopMemoryContext);
    bms_free(m->neutras);
    m->neutras = NULL;
    for (i = 0; tabela->neutras != NULL && tabela->neutras[i] != NULL; i++)
    {
        AttrNumber n = get_attnum(RelationGetRelid(relacao), tabela->neutras[i]);

        if (n != InvalidAttrNumber)
            m->neutras = bms_add_member(m->neutras, n);
    }
    MemoryContextSwitchTo(antes);
    m->natts = forma->natts;
    m->relid = RelationGetRelid(relacao);
    return m;
}
