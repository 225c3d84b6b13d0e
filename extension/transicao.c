/*
 * transicao.c: reading the transition tables of a statement trigger in C.
 */
#include "crm.h"

#include "executor/executor.h"
#include "miscadmin.h"
#include "transicao.h"
#include "utils/datum.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"

static TupleTableSlot *abrir_uma(Tuplestorestate *linhas, TupleDesc forma,
                                 int *ponteiro);
static bool ler_uma(Tuplestorestate *linhas, int ponteiro,
                    TupleTableSlot *slot);

TriggerData *
transicao_gatilho(FunctionCallInfo fcinfo)
{
    if (!CALLED_AS_TRIGGER(fcinfo))
        ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                        errmsg("function can only be called as a trigger")));
    return (TriggerData *)fcinfo->context;
}

int64
transicao_linhas(const TriggerData *gatilho)
{
    Tuplestorestate *linhas =
        gatilho->tg_newtable ? gatilho->tg_newtable : gatilho->tg_oldtable;

    return linhas ? tuplestore_tuple_count(linhas) : 0;
}

void
transicao_abrir(Transicao *t, TriggerData *gatilho)
{
    TupleDesc forma = RelationGetDescr(gatilho->tg_relation);

    t->gatilho = gatilho;
    t->velha = abrir_uma(gatilho->tg_oldtable, forma, &t->ponteiro_velha);
    t->nova = abrir_uma(gatilho->tg_newtable, forma, &t->ponteiro_nova);
}

bool
transicao_proxima(Transicao *t)
{
    bool ha = false;

    CHECK_FOR_INTERRUPTS();
    if (t->velha)
        ha = ler_uma(t->gatilho->tg_oldtable, t->ponteiro_velha, t->velha);
    if (t->nova)
        ha = ler_uma(t->gatilho->tg_newtable, t->ponteiro_nova, t->nova);
    return ha;
}

void
transicao_fechar(Transicao *t)
{
    if (t->velha)
        ExecDropSingleTupleTableSlot(t->velha);
    if (t->nova)
        ExecDropSingleTupleTableSlot(t->nova);
}

AttrNumber
transicao_coluna(const TriggerData *gatilho, const char *nome)
{
    TupleDesc forma = RelationGetDescr(gatilho->tg_relation);

    for (int i = 0; i < forma->natts; i++)
    {
        Form_pg_attribute coluna = TupleDescAttr(forma, i);

        if (!coluna->attisdropped && strcmp(NameStr(coluna->attname), nome) == 0)
            return coluna->attnum;
    }
    elog(ERROR, "column \"%s\" is missing", nome);
}

bool
transicao_igual(const Transicao *t, AttrNumber coluna)
{
    Form_pg_attribute tipo =
        TupleDescAttr(RelationGetDescr(t->gatilho->tg_relation), coluna - 1);
    bool velha_nula;
    bool nova_nula;
    Datum velha = slot_getattr(t->velha, coluna, &velha_nula);
    Datum nova = slot_getattr(t->nova, coluna, &nova_nula);

    if (velha_nula || nova_nula)
        return velha_nula == nova_nula;
    return datum_image_eq(velha, nova, tipo->attbyval, tipo->attlen);
}

static TupleTableSlot *
abrir_uma(Tuplestorestate *linhas, TupleDesc forma, int *ponteiro)
{
    if (linhas == NULL)
        return NULL;

    *ponteiro = tuplestore_alloc_read_pointer(linhas, EXEC_FLAG_REWIND);
    tuplestore_select_read_pointer(linhas, *ponteiro);
    tuplestore_rescan(linhas);
    return MakeSingleTupleTableSlot(forma, &TTSOpsMinimalTuple);
}

static bool
ler_uma(Tuplestorestate *linhas, int ponteiro, TupleTableSlot *slot)
{
    tuplestore_select_read_pointer(linhas, ponteiro);
    return tuplestore_gettupleslot(linhas, true, false, slot);
}
