/*
 * plano.c: SPI plans prepared once per backend, and their rows without a copy.
 */
#include "crm.h"

#include "executor/tuptable.h"
#include "miscadmin.h"
#include "nodes/params.h"
#include "tcop/dest.h"
#include "utils/guc.h"

enum
{
    MUITAS_LINHAS_WORK_MEM_KB = 64 * 1024 /* at least */
};

typedef struct Leitor
{
    DestReceiver pub; /* first */
    LinhaLida linha;
    void *arg;
} Leitor;

static void leitor_abrir(DestReceiver *self, int operacao, TupleDesc desc);
static bool leitor_linha(TupleTableSlot *slot, DestReceiver *self);
static void leitor_fechar(DestReceiver *self);

SPIPlanPtr
plano(SPIPlanPtr *guardado, const char *sql, int n, const Oid *tipos)
{
    if (*guardado == NULL)
    {
        SPIPlanPtr novo = SPI_prepare(sql, n, (Oid *)tipos);

        if (novo == NULL)
            elog(ERROR, "could not prepare \"%s\": %s", sql,
                 SPI_result_code_string(SPI_result));
        SPI_keepplan(novo);
        *guardado = novo;
    }
    return *guardado;
}

void
plano_muitas_linhas(void)
{
    if (work_mem < MUITAS_LINHAS_WORK_MEM_KB)
        set_config_option("work_mem",
                          psprintf("%dkB", MUITAS_LINHAS_WORK_MEM_KB),
                          PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
                          false);
    set_config_option("jit", "off", PGC_USERSET, PGC_S_SESSION,
                      GUC_ACTION_SAVE, true, 0, false);
}

void
plano_destino(SPIPlanPtr plano, int n, const Oid *tipos, const Datum *args,
              DestReceiver *destino)
{
    SPIExecuteOptions opcoes = {.read_only = true, .dest = destino};

    opcoes.params = makeParamList(n);
    for (int i = 0; i < n; i++)
        opcoes.params->params[i] = (ParamExternData){
            .value = args[i], .pflags = PARAM_FLAG_CONST, .ptype = tipos[i]};
    if (SPI_execute_plan_extended(plano, &opcoes) != SPI_OK_SELECT)
        elog(ERROR, "could not read the rows of a plan");
}

void
plano_linhas(SPIPlanPtr plano, int n, const Oid *tipos, const Datum *args,
             LinhaLida linha, void *arg)
{
    Leitor leitor = {.pub = {.receiveSlot = leitor_linha,
                             .rStartup = leitor_abrir,
                             .rShutdown = leitor_fechar,
                             .rDestroy = leitor_fechar,
                             .mydest = DestTuplestore},
                     .linha = linha,
                     .arg = arg};

    plano_destino(plano, n, tipos, args, &leitor.pub);
}

static void
leitor_abrir(DestReceiver *self, int operacao, TupleDesc desc)
{
}

static bool
leitor_linha(TupleTableSlot *slot, DestReceiver *self)
{
    Leitor *leitor = (Leitor *)self;

    slot_getallattrs(slot);
    leitor->linha(leitor->arg, slot->tts_values, slot->tts_isnull);
    return true;
}

static void
leitor_fechar(DestReceiver *self)
{
}
