/*
 * exportacao_partes.c: the bytes of a file into rows of crm.exportacao_partes, as
 * they come: one part of it is in memory.
 *
 * A part is written as slices that fill a page each: PostgreSQL would cut it anyway,
 * four to a page, each with an entry of an index. They go past the executor into
 * table and indexes: neither trigger nor policy has a say, and the foreign key is
 * true, because the export's own row is written in the same transaction.
 *
 * Source: SPEC EXPORT-1.
 */
#include "exportacao.h"

#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "executor/executor.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

enum
{
    COLUNA_EXPORTACAO,
    COLUNA_PARTE,
    COLUNA_BYTES,
    COLUNA_FATIA,
    COLUNAS
};

static void esvaziar(Partes *p);
static void abrir_tabela(Partes *p);

void
partes_abrir(Partes *p, int64 exportacao_id, Gerada *g)
{
    *p = (Partes){.exportacao_id = exportacao_id, .g = g};
    p->contexto = CurrentMemoryContext;
    p->bytes = palloc(EXPORTACAO_FATIAS * (VARHDRSZ + EXPORTACAO_FATIA));
}

void
partes_juntar(Partes *p, const char *bytes, size_t n)
{
    while (n > 0)
    {
        char *fatia = p->bytes + p->cheias * (VARHDRSZ + EXPORTACAO_FATIA);
        const size_t cabem = Min(n, (size_t)(EXPORTACAO_FATIA - p->n));

        memcpy(fatia + VARHDRSZ + p->n, bytes, cabem);
        p->n += (int)cabem;
        bytes += cabem;
        n -= cabem;
        if (p->n == EXPORTACAO_FATIA)
        {
            SET_VARSIZE(fatia, VARHDRSZ + p->n);
            p->g->bytes += p->n;
            p->n = 0;
            p->cheias++;
            if (p->cheias == EXPORTACAO_FATIAS)
                esvaziar(p);
        }
    }
}

void
partes_fechar(Partes *p)
{
    if (p->n > 0)
    {
        SET_VARSIZE(p->bytes + p->cheias * (VARHDRSZ + EXPORTACAO_FATIA),
                    VARHDRSZ + p->n);
        p->g->bytes += p->n;
        p->cheias++;
    }
    if (p->cheias > 0)
        esvaziar(p);
    if (p->alvo != NULL)
    {
        for (int i = 0; i < EXPORTACAO_FATIAS; i++)
            ExecDropSingleTupleTableSlot(p->linhas[i]);
        ExecCloseIndices(p->alvo);
        table_close(p->tabela, NoLock);
        FreeExecutorState(p->estado);
    }
    pfree(p->bytes);
}

/* The slices in memory become rows. */
static void
esvaziar(Partes *p)
{
    MemoryContext antes = MemoryContextSwitchTo(p->contexto);

    if (p->alvo == NULL)
        abrir_tabela(p);
    p->g->partes++;
    for (int i = 0; i < p->cheias; i++)
    {
        TupleTableSlot *linha = p->linhas[i];

        ExecClearTuple(linha);
        linha->tts_values[COLUNA_EXPORTACAO] = Int64GetDatum(p->exportacao_id);
        linha->tts_values[COLUNA_PARTE] = Int32GetDatum(p->g->partes);
        linha->tts_values[COLUNA_BYTES] =
            PointerGetDatum(p->bytes + i * (VARHDRSZ + EXPORTACAO_FATIA));
        linha->tts_values[COLUNA_FATIA] = Int16GetDatum(i);
        memset(linha->tts_isnull, false, COLUNAS);
        ExecStoreVirtualTuple(linha);
    }
    MemoryContextSwitchTo(GetPerTupleMemoryContext(p->estado));
    table_multi_insert(p->tabela, p->linhas, p->cheias,
                       GetCurrentCommandId(true), 0, NULL);
    for (int i = 0; i < p->cheias; i++)
    {
        list_free(ExecInsertIndexTuples(p->alvo, p->linhas[i], p->estado, false,
                                        false, NULL, NIL));
        ExecClearTuple(p->linhas[i]);
    }
    ResetPerTupleExprContext(p->estado);
    MemoryContextSwitchTo(antes);
    p->cheias = 0;
}

static void
abrir_tabela(Partes *p)
{
    p->tabela = table_open(get_relname_relid("exportacao_partes",
                                             get_namespace_oid("crm", false)),
                           RowExclusiveLock);
    if (RelationGetNumberOfAttributes(p->tabela) != COLUNAS)
        elog(ERROR, "table crm.exportacao_partes is another one");
    p->estado = CreateExecutorState();
    p->alvo = makeNode(ResultRelInfo);
    InitResultRelInfo(p->alvo, p->tabela, 1, NULL, 0);
    ExecOpenIndices(p->alvo, false);
    for (int i = 0; i < EXPORTACAO_FATIAS; i++)
        p->linhas[i] = table_slot_create(p->tabela, NULL);
}
