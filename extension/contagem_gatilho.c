/*
 * contagem_gatilho.c: statement triggers of crm.clientes and
 * crm.cliente_vendedor, which keep crm.contagens.
 *
 * They read their transition tables once, add up per key what the statement
 * changed and insert the differences that are not zero.
 */
#include "crm.h"

#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "contagem_linha.h"
#include "transicao.h"

enum
{
    LINHAS_POR_LIMPEZA = 1024 /* rows between resets of the scratch context */
};

/* Where the columns of a ContagemTabela are in the table. */
typedef struct Leitura
{
    const ContagemTabela *tabela;
    AttrNumber posicao[CONTAGEM_MAX_COLUNAS];
    AttrNumber ultima; /* highest of posicao */
    int16 tamanho[CONTAGEM_MAX_COLUNAS];
    bool por_valor[CONTAGEM_MAX_COLUNAS];
} Leitura;

static Datum gatilho(FunctionCallInfo fcinfo, const ContagemTabela *tabela);
static void colunas_localizar(Leitura *l, Relation rel);
static bool nada_mudou(const Leitura *l, const TriggerData *gat);
static void percorrer(const Leitura *l, Apuracao *a, TriggerData *gat);
static void ler(const Leitura *l, TupleTableSlot *slot, ContagemLinha *linha);
static bool linhas_iguais(const Leitura *l, const ContagemLinha *x,
                          const ContagemLinha *y);
static void anular(const char *tabela);

/*
 * crm.contagens_clientes() returns trigger
 *
 * AFTER INSERT/UPDATE/DELETE/TRUNCATE, FOR EACH STATEMENT on crm.clientes, with
 * transition tables.
 *
 * Errors: 22003 when a value is NaN or a sum leaves 64 bits of cents.
 */
PG_FUNCTION_INFO_V1(crm_contagens_clientes);
Datum
crm_contagens_clientes(PG_FUNCTION_ARGS)
{
    return gatilho(fcinfo, &contagem_clientes);
}

/*
 * crm.contagens_atribuicoes() returns trigger
 *
 * The same on crm.cliente_vendedor.
 */
PG_FUNCTION_INFO_V1(crm_contagens_atribuicoes);
Datum
crm_contagens_atribuicoes(PG_FUNCTION_ARGS)
{
    return gatilho(fcinfo, &contagem_atribuicoes);
}

static Datum
gatilho(FunctionCallInfo fcinfo, const ContagemTabela *tabela)
{
    TriggerData *gat = (TriggerData *)fcinfo->context;
    Leitura l = {.tabela = tabela};
    Apuracao *a;
    MemoryContext antes;

    if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_AFTER(gat->tg_event) ||
        !TRIGGER_FIRED_FOR_STATEMENT(gat->tg_event))
        ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                        errmsg("not called as an AFTER statement trigger")));

    if (TRIGGER_FIRED_BY_TRUNCATE(gat->tg_event))
    {
        anular(RelationGetRelationName(gat->tg_relation));
        return PointerGetDatum(NULL);
    }
    if (gat->tg_oldtable == NULL && gat->tg_newtable == NULL)
        ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                        errmsg("the trigger has no transition tables")));

    colunas_localizar(&l, gat->tg_relation);
    if (nada_mudou(&l, gat))
        return PointerGetDatum(NULL);

    a = contagem_iniciar();
    antes = MemoryContextSwitchTo(a->trabalho);
    percorrer(&l, a, gat);
    MemoryContextSwitchTo(antes);
    contagem_terminar(a);
    return PointerGetDatum(NULL);
}

static void
colunas_localizar(Leitura *l, Relation rel)
{
    TupleDesc desc = RelationGetDescr(rel);

    for (int i = 0; i < l->tabela->n; i++)
    {
        AttrNumber att =
            get_attnum(RelationGetRelid(rel), l->tabela->colunas[i].nome);

        if (att <= 0 || TupleDescAttr(desc, att - 1)->atttypid !=
                            l->tabela->colunas[i].tipo)
            ereport(ERROR,
                    (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                     errmsg("table \"%s\" has no column \"%s\" of type %s",
                            RelationGetRelationName(rel),
                            l->tabela->colunas[i].nome,
                            format_type_be(l->tabela->colunas[i].tipo))));
        l->posicao[i] = att;
        l->ultima = Max(l->ultima, att);
        l->tamanho[i] = TupleDescAttr(desc, att - 1)->attlen;
        l->por_valor[i] = TupleDescAttr(desc, att - 1)->attbyval;
    }
}

/*
 * An UPDATE that names no counted column, and no row trigger to change one.
 * Only the product's: when a statement updates one table twice (WITH), the
 * columns told are those of the last.
 */
static bool
nada_mudou(const Leitura *l, const TriggerData *gat)
{
    if (!TRIGGER_FIRED_BY_UPDATE(gat->tg_event) || !sistema_ativo() ||
        gat->tg_relation->trigdesc->trig_update_before_row)
        return false;
    for (int i = 0; i < l->tabela->n; i++)
        if (bms_is_member(l->posicao[i] - FirstLowInvalidHeapAttributeNumber,
                          gat->tg_updatedcols))
            return false;
    return true;
}

/*
 * Counts the old rows out and the new ones in. An UPDATE leaves its rows in
 * both tables in the same order, so a pair that is equal in what counts here
 * (a change of status, of a phone number) costs a comparison.
 */
static void
percorrer(const Leitura *l, Apuracao *a, TriggerData *gat)
{
    Transicao t;
    ContagemLinha velha;
    ContagemLinha nova;
    int lidas = 0;

    transicao_abrir(&t, gat);
    while (transicao_proxima(&t))
    {
        if (t.velha)
            ler(l, t.velha, &velha);
        if (t.nova)
            ler(l, t.nova, &nova);
        if (!(t.velha && t.nova && linhas_iguais(l, &velha, &nova)))
        {
            if (t.velha)
                l->tabela->contar(a, &velha, -1);
            if (t.nova)
                l->tabela->contar(a, &nova, 1);
        }
        if (++lidas % LINHAS_POR_LIMPEZA == 0)
            MemoryContextReset(a->rascunho);
    }
    transicao_fechar(&t);
}

static void
ler(const Leitura *l, TupleTableSlot *slot, ContagemLinha *linha)
{
    slot_getsomeattrs(slot, l->ultima);
    for (int i = 0; i < l->tabela->n; i++)
    {
        linha->valor[i] = slot->tts_values[l->posicao[i] - 1];
        linha->nulo[i] = slot->tts_isnull[l->posicao[i] - 1];
    }
}

static bool
linhas_iguais(const Leitura *l, const ContagemLinha *x, const ContagemLinha *y)
{
    for (int i = 0; i < l->tabela->n; i++)
    {
        if (x->nulo[i] != y->nulo[i])
            return false;
        if (!x->nulo[i] && !datumIsEqual(x->valor[i], y->valor[i],
                                         l->por_valor[i], l->tamanho[i]))
            return false;
    }
    return true;
}

/*
 * TRUNCATE: cancels what the table's rows had added. Writers of the table have
 * ended, since TRUNCATE waited for them, and a fold under way does not change
 * a sum; so no lock is needed, but a snapshot newer than that wait. The triggers of
 * the counters fire with the INSERT: TRUNCATE would open their table for them and
 * leave it open.
 */
static void
anular(const char *tabela)
{
    static SPIPlanPtr guardado = NULL;
    const Oid tipos[] = {BOOLOID};
    Datum args[1] = {BoolGetDatum(strcmp(tabela, "clientes") == 0)};
    Sistema salvo;

    sistema_entrar(&salvo);
    SPI_connect();
    if (SPI_execute_snapshot(
            plano(&guardado,
                  "INSERT INTO crm.contagens"
                  " (escopo, vendedor_id, dia, estado, qtd, valor)"
                  " SELECT escopo, vendedor_id, dia, estado,"
                  "   -sum(qtd), -sum(valor)"
                  " FROM crm.contagens"
                  " WHERE (escopo IN ('base', 'cliente')) = $1"
                  " GROUP BY 1, 2, 3, 4"
                  " HAVING sum(qtd) <> 0 OR sum(valor) <> 0",
                  1, tipos),
            args, NULL, GetLatestSnapshot(), InvalidSnapshot, false, true,
            0) != SPI_OK_INSERT)
        elog(ERROR, "could not clear the counters");
    SPI_finish();
    sistema_sair(&salvo);
}
