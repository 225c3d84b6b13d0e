/*
 * contagem.c: counts that are kept instead of counted (crm.contagens).
 *
 * Statement triggers of crm.clientes and crm.cliente_vendedor read their
 * transition tables once, add up per key what the statement changed and insert
 * the differences that are not zero. Nothing is updated, so writers never wait
 * for each other; a rollback takes its differences with it.
 *
 * Differences are folded into one row per key by whoever holds the compaction
 * lock: crm.contagens_compactar(), or a writer that drew the lot. The lock is
 * only ever tried, never waited for, except by crm.recontar(), which takes it
 * before the locks on the tables.
 *
 * A distribution, which closes and opens thousands of rows at once, tells what
 * it wrote (contagem.h) instead of having it read back from transition tables:
 * what a client's old holder loses and the new one gains is one difference.
 */
#include "crm.h"
#include "contagem.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "common/int.h"
#include "common/pg_prng.h"
#include "executor/executor.h"
#include "executor/tuptable.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/datum.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "trava.h"

enum
{
    /*
     * crm.tarefas() folds every half minute. Where it does not run, a writer
     * does, once in about this many differences inserted: 100 marks, which
     * share what the fold costs (some 6 us per difference). Until then readers
     * add the differences up themselves; 2,000 of them would double the cost of
     * the statistics.
     */
    COMPACTAR_A_CADA = 500,
    /* ... and then at most so many, which bounds what it pays. */
    COMPACTAR_NO_MAXIMO = 2000,
    LINHAS_POR_LIMPEZA = 1024, /* rows between resets of the scratch context */
    CASAS_DECIMAIS = 2
};

typedef enum Escopo
{
    ESCOPO_BASE,
    ESCOPO_CLIENTE,
    ESCOPO_CARTEIRA,
    ESCOPO_VENDEDOR,
    ESCOPO_RECUPERADO,
    ESCOPO_ABERTA,
    ESCOPO_CONTATO,
    ESCOPO_FUNIL
} Escopo;

typedef enum Estado
{
    ESTADO_ATIVO,
    ESTADO_INATIVO,
    ESTADO_NAO_CONTATAR,
    ESTADO_PENDENTE,
    ESTADO_FIXADO,
    ESTADO_CONTATADO,
    ESTADO_RECEBIDO,
    ESTADO_CONTATOS,
    ESTADO_RECUPERADO,
    ESTADO_ABERTA,
    ESTADO_SEM_RESPOSTA,
    ESTADO_RECUSOU,
    ESTADO_INTERESSADO,
    ESTADO_NUMERO_ERRADO,
    ESTADO_RESPONDEU,
    ESTADO_SEM_CONTATO
} Estado;

static const char *const escopos[] = {"base",     "cliente",    "carteira",
                                      "vendedor", "recuperado", "aberta",
                                      "contato",  "funil"};
static const char *const estados[] = {
    "ativo",        "inativo",   "nao_contatar", "pendente",
    "fixado",       "contatado", "recebido",     "contatos",
    "recuperado",   "aberta",    "sem_resposta", "recusou",
    "interessado",  "numero_errado", "respondeu", "sem_contato"};
/* cliente_vendedor.resultado, each a state of its own. */
static const Estado resultados[] = {
    ESTADO_CONTATADO, ESTADO_SEM_RESPOSTA, ESTADO_RECUSOU,
    ESTADO_INTERESSADO, ESTADO_NUMERO_ERRADO, ESTADO_RECUPERADO};

typedef struct Chave
{
    int64 vendedor_id; /* 0: none */
    DateADT dia;       /* DATEVAL_NOBEGIN: none */
    int16 escopo;
    int16 estado;
} Chave;

typedef struct Diferenca
{
    Chave chave;
    int64 qtd;
    int64 centavos;
} Diferenca;

/* The columns a trigger reads, in the order of its enum. */
typedef struct Coluna
{
    const char *nome;
    Oid tipo;
} Coluna;

enum
{
    MAX_COLUNAS = 10
};

enum
{
    CLI_DIA,
    CLI_VALOR,
    CLI_ATIVO,
    CLI_NAO_CONTATAR,
    CLI_N
};
static const Coluna colunas_clientes[CLI_N] = {
    [CLI_DIA] = {"data_ultima_compra", DATEOID},
    [CLI_VALOR] = {"valor_total", NUMERICOID},
    [CLI_ATIVO] = {"ativo", BOOLOID},
    [CLI_NAO_CONTATAR] = {"nao_contatar", BOOLOID},
};

enum
{
    ATR_VENDEDOR,
    ATR_CONTATADO,
    ATR_FIXADO,
    ATR_DIA,
    ATR_VALOR,
    ATR_ENCERRADA,
    ATR_RESULTADO,
    ATR_RECUPERADO,
    ATR_ATRIBUICAO,
    ATR_CONTATO,
    ATR_N
};
static const Coluna colunas_atribuicoes[ATR_N] = {
    [ATR_VENDEDOR] = {"vendedor_id", INT8OID},
    [ATR_CONTATADO] = {"contatado", BOOLOID},
    [ATR_FIXADO] = {"fixado", BOOLOID},
    [ATR_DIA] = {"data_ultima_compra", DATEOID},
    [ATR_VALOR] = {"valor_total", NUMERICOID},
    [ATR_ENCERRADA] = {"encerrada_em", TIMESTAMPTZOID},
    [ATR_RESULTADO] = {"resultado", TEXTOID},
    [ATR_RECUPERADO] = {"valor_recuperado", NUMERICOID},
    [ATR_ATRIBUICAO] = {"data_atribuicao", TIMESTAMPTZOID},
    [ATR_CONTATO] = {"data_contato", TIMESTAMPTZOID},
};

/* One row of a transition table, the columns above only. */
typedef struct Linha
{
    Datum valor[MAX_COLUNAS];
    bool nulo[MAX_COLUNAS];
} Linha;

/* What one statement, or one run of the distribution, changed. */
struct Apuracao
{
    HTAB *diferencas;
    MemoryContext trabalho; /* all of it */
    MemoryContext rascunho; /* numerics of the rows read */
    const Coluna *colunas;
    int n;
    AttrNumber posicao[MAX_COLUNAS];
    AttrNumber ultima; /* highest of posicao */
    int16 tamanho[MAX_COLUNAS];
    bool por_valor[MAX_COLUNAS];
    void (*contar)(struct Apuracao *a, const Linha *linha, int sinal);
};

static Datum gatilho(FunctionCallInfo fcinfo, const Coluna *colunas, int n,
                     void (*contar)(Apuracao *, const Linha *, int));
static void colunas_localizar(Apuracao *a, Relation rel);
static bool nada_mudou(const Apuracao *a, const TriggerData *gat);
static void percorrer(Apuracao *a, TupleDesc desc, Tuplestorestate *velhas,
                      Tuplestorestate *novas);
static bool ler(const Apuracao *a, Tuplestorestate *linhas, int ponteiro,
                TupleTableSlot *slot, Linha *linha);
static bool linhas_iguais(const Apuracao *a, const Linha *x, const Linha *y);
static void contar_cliente(Apuracao *a, const Linha *linha, int sinal);
static void contar_atribuicao(Apuracao *a, const Linha *linha, int sinal);
static void contar_caminho(Apuracao *a, const Linha *linha, int64 centavos,
                           int sinal);
static Estado resultado_de(const Linha *linha);
static void somar(Apuracao *a, Escopo escopo, int64 vendedor_id, DateADT dia,
                  Estado estado, int64 qtd, int64 centavos);
static int64 recontar(void);
static void apuracao_abrir(Apuracao *a);
static int por_chave(const void *a, const void *b);
static int gravar(Apuracao *a);
static void sortear(int gravadas);
static void anular(const char *tabela);
static bool tentar_trava(void);
static int64 dobrar(int64 limite);
static int64 dobrar_linhas(int64 limite);

static bool dobrando = false;

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
    return gatilho(fcinfo, colunas_clientes, CLI_N, contar_cliente);
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
    return gatilho(fcinfo, colunas_atribuicoes, ATR_N, contar_atribuicao);
}

/*
 * crm.contagens_compactar() returns bigint
 *
 * Folds the differences committed so far into one row per key. Returns how
 * many were folded; 0 without waiting when another session is at it, and in a
 * transaction whose snapshot is older than this statement.
 */
PG_FUNCTION_INFO_V1(crm_contagens_compactar);
Datum
crm_contagens_compactar(PG_FUNCTION_ARGS)
{
    int64 dobradas = 0;

    if (!IsolationUsesXactSnapshot())
    {
        Sistema salvo;

        sistema_entrar(&salvo);
        SPI_connect();
        if (tentar_trava())
            dobradas = dobrar(PG_INT64_MAX);
        SPI_finish();
        sistema_sair(&salvo);
    }
    PG_RETURN_INT64(dobradas);
}

/*
 * crm.recontar() returns bigint
 *
 * Counts everything again (view crm.contagens_reais). Writers of clientes and
 * cliente_vendedor wait until the transaction ends. Returns the number of keys.
 *
 * Errors: 25001 in a transaction whose snapshot may miss committed rows.
 */
PG_FUNCTION_INFO_V1(crm_recontar);
Datum
crm_recontar(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(recontar());
}

/*
 * crm.contagens_fuso() returns trigger
 *
 * The business time zone changed, and with it the days of recoveries.
 *
 * Errors: 25001 as crm.recontar().
 */
PG_FUNCTION_INFO_V1(crm_contagens_fuso);
Datum
crm_contagens_fuso(PG_FUNCTION_ARGS)
{
    if (!CALLED_AS_TRIGGER(fcinfo))
        ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                        errmsg("not called as a trigger")));
    recontar();
    return PointerGetDatum(NULL);
}

/*
 * crm.contagens_verificar() returns setof (escopo, vendedor_id, dia, estado,
 *                                          qtd, qtd_real, valor, valor_real)
 *
 * The keys whose kept count differs from the counted one; none when right.
 */
PG_FUNCTION_INFO_V1(crm_contagens_verificar);
Datum
crm_contagens_verificar(PG_FUNCTION_ARGS)
{
    ReturnSetInfo *rsinfo = (ReturnSetInfo *)fcinfo->resultinfo;
    Sistema salvo;

    InitMaterializedSRF(fcinfo, 0);
    sistema_entrar(&salvo);
    SPI_connect();
    if (SPI_execute(
            "SELECT escopo, vendedor_id, dia, estado,"
            " coalesce(c.qtd, 0), coalesce(r.qtd, 0),"
            " coalesce(c.valor, 0), coalesce(r.valor, 0)"
            " FROM (SELECT escopo, vendedor_id, dia, estado,"
            "   sum(qtd)::bigint AS qtd, sum(valor) AS valor"
            "   FROM crm.contagens GROUP BY 1, 2, 3, 4) c"
            " FULL JOIN crm.contagens_reais r"
            "   USING (escopo, vendedor_id, dia, estado)"
            " WHERE coalesce(c.qtd, 0) <> coalesce(r.qtd, 0)"
            "   OR coalesce(c.valor, 0) <> coalesce(r.valor, 0)"
            " ORDER BY 1, 2, 3, 4",
            false, 0) != SPI_OK_SELECT)
        elog(ERROR, "could not compare the counters");
    for (uint64 i = 0; i < SPI_processed; i++)
        tuplestore_puttuple(rsinfo->setResult, SPI_tuptable->vals[i]);
    SPI_finish();
    sistema_sair(&salvo);
    return (Datum)0;
}

/* ---- the triggers ---- */

static Datum
gatilho(FunctionCallInfo fcinfo, const Coluna *colunas, int n,
        void (*contar)(Apuracao *, const Linha *, int))
{
    TriggerData *gat = (TriggerData *)fcinfo->context;
    Apuracao a = {.colunas = colunas, .n = n, .contar = contar};
    MemoryContext antes;
    int gravadas;

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

    colunas_localizar(&a, gat->tg_relation);
    if (nada_mudou(&a, gat))
        return PointerGetDatum(NULL);

    apuracao_abrir(&a);
    antes = MemoryContextSwitchTo(a.trabalho);
    percorrer(&a, RelationGetDescr(gat->tg_relation), gat->tg_oldtable,
              gat->tg_newtable);
    gravadas = gravar(&a);
    MemoryContextSwitchTo(antes);
    MemoryContextDelete(a.trabalho);

    sortear(gravadas);
    return PointerGetDatum(NULL);
}

static void
apuracao_abrir(Apuracao *a)
{
    HASHCTL forma = {.keysize = sizeof(Chave), .entrysize = sizeof(Diferenca)};

    a->trabalho = AllocSetContextCreate(CurrentMemoryContext, "crm contagens",
                                        ALLOCSET_DEFAULT_SIZES);
    a->rascunho = AllocSetContextCreate(a->trabalho, "crm contagens rascunho",
                                        ALLOCSET_SMALL_SIZES);
    forma.hcxt = a->trabalho;
    a->diferencas = hash_create("crm contagens", 64, &forma,
                                HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* The lot: so many differences, so many chances to fold. */
static void
sortear(int gravadas)
{
    Sistema salvo;

    if (gravadas == 0 || IsolationUsesXactSnapshot() ||
        pg_prng_uint64_range(&pg_global_prng_state, 1, COMPACTAR_A_CADA) >
            (uint64)gravadas)
        return;

    sistema_entrar(&salvo);
    SPI_connect();
    if (tentar_trava())
        dobrar(COMPACTAR_NO_MAXIMO);
    SPI_finish();
    sistema_sair(&salvo);
}

/* ---- what a distribution wrote ---- */

Apuracao *
contagem_iniciar(void)
{
    Apuracao *a = palloc0(sizeof(Apuracao));

    apuracao_abrir(a);
    return a;
}

void
contagem_aberta(Apuracao *a, int64 vendedor_id, DateADT dia, bool fixado,
                int64 centavos, int sinal)
{
    Estado estado = fixado ? ESTADO_FIXADO : ESTADO_PENDENTE;

    centavos *= sinal;
    somar(a, ESCOPO_VENDEDOR, vendedor_id, DATEVAL_NOBEGIN, estado, sinal,
          centavos);
    somar(a, ESCOPO_CARTEIRA, vendedor_id, dia, estado, sinal, centavos);
    somar(a, ESCOPO_ABERTA, 0, dia, ESTADO_ABERTA, sinal, centavos);
}

void
contagem_recebida(Apuracao *a, int64 vendedor_id, DateADT dia)
{
    somar(a, ESCOPO_VENDEDOR, vendedor_id, DATEVAL_NOBEGIN, ESTADO_RECEBIDO, 1,
          0);
    somar(a, ESCOPO_FUNIL, vendedor_id, dia, ESTADO_RECEBIDO, 1, 0);
}

void
contagem_terminar(Apuracao *a)
{
    MemoryContext antes = MemoryContextSwitchTo(a->trabalho);
    int gravadas = gravar(a);

    MemoryContextSwitchTo(antes);
    MemoryContextDelete(a->trabalho);
    pfree(a);
    sortear(gravadas);
}

static void
colunas_localizar(Apuracao *a, Relation rel)
{
    TupleDesc desc = RelationGetDescr(rel);

    for (int i = 0; i < a->n; i++)
    {
        AttrNumber att = get_attnum(RelationGetRelid(rel), a->colunas[i].nome);

        if (att <= 0 || TupleDescAttr(desc, att - 1)->atttypid != a->colunas[i].tipo)
            ereport(ERROR,
                    (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                     errmsg("table \"%s\" has no column \"%s\" of type %s",
                            RelationGetRelationName(rel), a->colunas[i].nome,
                            format_type_be(a->colunas[i].tipo))));
        a->posicao[i] = att;
        a->ultima = Max(a->ultima, att);
        a->tamanho[i] = TupleDescAttr(desc, att - 1)->attlen;
        a->por_valor[i] = TupleDescAttr(desc, att - 1)->attbyval;
    }
}

/*
 * An UPDATE that names no counted column, and no row trigger to change one. Only
 * the product's: when a statement updates one table twice (WITH), the columns
 * told are those of the last.
 */
static bool
nada_mudou(const Apuracao *a, const TriggerData *gat)
{
    if (!TRIGGER_FIRED_BY_UPDATE(gat->tg_event) || !sistema_ativo() ||
        gat->tg_relation->trigdesc->trig_update_before_row)
        return false;
    for (int i = 0; i < a->n; i++)
        if (bms_is_member(a->posicao[i] - FirstLowInvalidHeapAttributeNumber,
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
percorrer(Apuracao *a, TupleDesc desc, Tuplestorestate *velhas,
          Tuplestorestate *novas)
{
    TupleTableSlot *slot_velha = MakeSingleTupleTableSlot(desc, &TTSOpsMinimalTuple);
    TupleTableSlot *slot_nova = MakeSingleTupleTableSlot(desc, &TTSOpsMinimalTuple);
    /* Other triggers read the same tables: a pointer of our own. */
    int p_velhas = velhas ? tuplestore_alloc_read_pointer(velhas, EXEC_FLAG_REWIND) : 0;
    int p_novas = novas ? tuplestore_alloc_read_pointer(novas, EXEC_FLAG_REWIND) : 0;
    Linha velha;
    Linha nova;
    int lidas = 0;

    if (velhas)
    {
        tuplestore_select_read_pointer(velhas, p_velhas);
        tuplestore_rescan(velhas);
    }
    if (novas)
    {
        tuplestore_select_read_pointer(novas, p_novas);
        tuplestore_rescan(novas);
    }
    for (;;)
    {
        bool tem_velha = velhas && ler(a, velhas, p_velhas, slot_velha, &velha);
        bool tem_nova = novas && ler(a, novas, p_novas, slot_nova, &nova);

        if (!tem_velha && !tem_nova)
            break;
        if (!(tem_velha && tem_nova && linhas_iguais(a, &velha, &nova)))
        {
            if (tem_velha)
                a->contar(a, &velha, -1);
            if (tem_nova)
                a->contar(a, &nova, 1);
        }
        if (++lidas % LINHAS_POR_LIMPEZA == 0)
        {
            MemoryContextReset(a->rascunho);
            CHECK_FOR_INTERRUPTS();
        }
    }
    ExecDropSingleTupleTableSlot(slot_velha);
    ExecDropSingleTupleTableSlot(slot_nova);
}

static bool
ler(const Apuracao *a, Tuplestorestate *linhas, int ponteiro,
    TupleTableSlot *slot, Linha *linha)
{
    tuplestore_select_read_pointer(linhas, ponteiro);
    if (!tuplestore_gettupleslot(linhas, true, false, slot))
        return false;
    slot_getsomeattrs(slot, a->ultima);
    for (int i = 0; i < a->n; i++)
    {
        linha->valor[i] = slot->tts_values[a->posicao[i] - 1];
        linha->nulo[i] = slot->tts_isnull[a->posicao[i] - 1];
    }
    return true;
}

static bool
linhas_iguais(const Apuracao *a, const Linha *x, const Linha *y)
{
    for (int i = 0; i < a->n; i++)
    {
        if (x->nulo[i] != y->nulo[i])
            return false;
        if (!x->nulo[i] &&
            !datumIsEqual(x->valor[i], y->valor[i], a->por_valor[i], a->tamanho[i]))
            return false;
    }
    return true;
}

static void
contar_cliente(Apuracao *a, const Linha *linha, int sinal)
{
    DateADT dia = linha->nulo[CLI_DIA] ? DATEVAL_NOBEGIN
                                       : DatumGetDateADT(linha->valor[CLI_DIA]);
    int64 centavos;
    Estado estado;
    MemoryContext antes = MemoryContextSwitchTo(a->rascunho);

    centavos = sinal * contagem_centavos(linha->valor[CLI_VALOR]);
    MemoryContextSwitchTo(antes);

    if (!DatumGetBool(linha->valor[CLI_ATIVO]))
        estado = ESTADO_INATIVO;
    else if (DatumGetBool(linha->valor[CLI_NAO_CONTATAR]))
        estado = ESTADO_NAO_CONTATAR;
    else
        estado = ESTADO_ATIVO;

    somar(a, ESCOPO_BASE, 0, DATEVAL_NOBEGIN, estado, sinal, centavos);
    somar(a, ESCOPO_CLIENTE, 0, dia, estado, sinal, centavos);
}

static void
contar_atribuicao(Apuracao *a, const Linha *linha, int sinal)
{
    int64 vendedor_id = DatumGetInt64(linha->valor[ATR_VENDEDOR]);
    bool contatado = DatumGetBool(linha->valor[ATR_CONTATADO]);
    DateADT dia = linha->nulo[ATR_DIA] ? DATEVAL_NOBEGIN
                                       : DatumGetDateADT(linha->valor[ATR_DIA]);
    int64 centavos;
    int64 recuperados;
    MemoryContext antes = MemoryContextSwitchTo(a->rascunho);

    centavos = sinal * contagem_centavos(linha->valor[ATR_VALOR]);
    recuperados = linha->nulo[ATR_RECUPERADO]
                      ? 0
                      : sinal * contagem_centavos(linha->valor[ATR_RECUPERADO]);
    MemoryContextSwitchTo(antes);

    somar(a, ESCOPO_VENDEDOR, vendedor_id, DATEVAL_NOBEGIN, ESTADO_RECEBIDO,
          sinal, 0);
    if (contatado)
        somar(a, ESCOPO_VENDEDOR, vendedor_id, DATEVAL_NOBEGIN,
              ESTADO_CONTATOS, sinal, 0);

    if (linha->nulo[ATR_ENCERRADA])
    {
        Estado estado = contatado ? ESTADO_CONTATADO
                        : DatumGetBool(linha->valor[ATR_FIXADO])
                            ? ESTADO_FIXADO
                            : ESTADO_PENDENTE;

        somar(a, ESCOPO_VENDEDOR, vendedor_id, DATEVAL_NOBEGIN, estado, sinal,
              centavos);
        somar(a, ESCOPO_CARTEIRA, vendedor_id, dia, estado, sinal, centavos);
        somar(a, ESCOPO_ABERTA, 0, dia, ESTADO_ABERTA, sinal, centavos);
    }
    else if (resultado_de(linha) == ESTADO_RECUPERADO)
    {
        DateADT fim =
            tempo_dia(DatumGetTimestampTz(linha->valor[ATR_ENCERRADA]));

        somar(a, ESCOPO_VENDEDOR, vendedor_id, DATEVAL_NOBEGIN,
              ESTADO_RECUPERADO, sinal, recuperados);
        somar(a, ESCOPO_RECUPERADO, vendedor_id, fim, ESTADO_RECUPERADO, sinal,
              recuperados);
    }
    contar_caminho(a, linha, recuperados, sinal);
}

/* How far the assignment came, by the day it began, and the outcome of the
 * contact, by the day of that. centavos: of the order that ended it. */
static void
contar_caminho(Apuracao *a, const Linha *linha, int64 centavos, int sinal)
{
    const int64 vendedor_id = DatumGetInt64(linha->valor[ATR_VENDEDOR]);
    const DateADT dia =
        tempo_dia(DatumGetTimestampTz(linha->valor[ATR_ATRIBUICAO]));
    const Estado resultado = resultado_de(linha);
    const bool contatado = !linha->nulo[ATR_CONTATO];
    const bool voltou =
        resultado == ESTADO_RECUPERADO && !linha->nulo[ATR_ENCERRADA];

    somar(a, ESCOPO_FUNIL, vendedor_id, dia, ESTADO_RECEBIDO, sinal, 0);
    if (contatado)
    {
        const TimestampTz quando =
            DatumGetTimestampTz(linha->valor[ATR_CONTATO]);

        /* An earlier one came with a transferred portfolio: counted there. */
        if (quando >= DatumGetTimestampTz(linha->valor[ATR_ATRIBUICAO]))
            somar(a, ESCOPO_CONTATO, vendedor_id, tempo_dia(quando), resultado,
                  sinal, voltou ? centavos : 0);
        somar(a, ESCOPO_FUNIL, vendedor_id, dia, ESTADO_CONTATADO, sinal, 0);
        if (resultado != ESTADO_SEM_RESPOSTA &&
            resultado != ESTADO_NUMERO_ERRADO)
            somar(a, ESCOPO_FUNIL, vendedor_id, dia, ESTADO_RESPONDEU, sinal,
                  0);
    }
    if (voltou)
        somar(a, ESCOPO_FUNIL, vendedor_id, dia,
              contatado ? ESTADO_RECUPERADO : ESTADO_SEM_CONTATO, sinal,
              centavos);
}

/* Of a contact whose outcome nobody told: that there was one. */
static Estado
resultado_de(const Linha *linha)
{
    text *t;

    if (linha->nulo[ATR_RESULTADO])
        return ESTADO_CONTATADO;
    t = DatumGetTextPP(linha->valor[ATR_RESULTADO]);
    for (int i = 0; i < lengthof(resultados); i++)
    {
        const char *nome = estados[resultados[i]];

        if (VARSIZE_ANY_EXHDR(t) == strlen(nome) &&
            memcmp(VARDATA_ANY(t), nome, strlen(nome)) == 0)
            return resultados[i];
    }
    return ESTADO_CONTATADO;
}

static void
somar(Apuracao *a, Escopo escopo, int64 vendedor_id, DateADT dia,
      Estado estado, int64 qtd, int64 centavos)
{
    Chave chave = {vendedor_id, dia, escopo, estado};
    bool havia;
    Diferenca *d = hash_search(a->diferencas, &chave, HASH_ENTER, &havia);

    if (!havia)
    {
        d->qtd = 0;
        d->centavos = 0;
    }
    d->qtd += qtd;
    if (pg_add_s64_overflow(d->centavos, centavos, &d->centavos))
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("sum of values is out of range")));
}

int64
contagem_centavos(Datum valor)
{
    static Datum cem = 0;

    if (numeric_is_nan(DatumGetNumeric(valor)))
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("value cannot be NaN")));
    if (cem == 0)
    {
        MemoryContext antes = MemoryContextSwitchTo(TopMemoryContext);

        cem = NumericGetDatum(int64_to_numeric(100));
        MemoryContextSwitchTo(antes);
    }
    return DatumGetInt64(DirectFunctionCall1(
        numeric_int8, DirectFunctionCall2(numeric_mul, valor, cem)));
}

/* ---- crm.contagens ---- */

static int64
recontar(void)
{
    static const char *const passos[] = {
        "LOCK TABLE crm.clientes, crm.cliente_vendedor IN SHARE MODE",
        "DELETE FROM crm.contagens",
        "INSERT INTO crm.contagens"
        " (escopo, vendedor_id, dia, estado, qtd, valor, consolidada)"
        " SELECT escopo, vendedor_id, dia, estado, qtd, valor, true"
        " FROM crm.contagens_reais",
    };
    int64 chaves = 0;
    Sistema salvo;

    if (IsolationUsesXactSnapshot())
        ereport(ERROR,
                (errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
                 errmsg("cannot count again under this isolation level"),
                 errhint("Use READ COMMITTED.")));

    (void)trava_pegar(TRAVA_CONTAGENS, 0, true);
    sistema_entrar(&salvo);
    SPI_connect();
    for (int i = 0; i < lengthof(passos); i++)
    {
        if (SPI_execute(passos[i], false, 0) < 0)
            elog(ERROR, "could not count again");
        chaves = (int64)SPI_processed;
    }
    SPI_finish();
    sistema_sair(&salvo);
    return chaves;
}

/* Neighbours of the index contagens_chave come together. */
static int
por_chave(const void *a, const void *b)
{
    const Chave *x = &(*(Diferenca *const *)a)->chave;
    const Chave *y = &(*(Diferenca *const *)b)->chave;

    if (x->escopo != y->escopo)
        return x->escopo < y->escopo ? -1 : 1;
    if (x->vendedor_id != y->vendedor_id)
        return x->vendedor_id < y->vendedor_id ? -1 : 1;
    if (x->dia != y->dia)
        return x->dia < y->dia ? -1 : 1;
    return (x->estado > y->estado) - (x->estado < y->estado);
}

/* Inserts the differences that are not zero; returns how many. */
static int
gravar(Apuracao *a)
{
    static SPIPlanPtr guardado = NULL;
    const Oid tipos[] = {TEXTARRAYOID, INT8ARRAYOID, DATEARRAYOID,
                         TEXTARRAYOID, INT8ARRAYOID, NUMERICARRAYOID};
    long max = hash_get_num_entries(a->diferencas);
    Diferenca **lista;
    Datum *coluna[6];
    Datum args[6];
    HASH_SEQ_STATUS busca;
    Diferenca *d;
    long total = 0;
    int n = 0;
    Sistema salvo;

    for (int i = 0; i < 6; i++)
        coluna[i] = palloc_extended(sizeof(Datum) * Max(max, 1),
                                    MCXT_ALLOC_HUGE);

    lista = palloc_extended(sizeof(Diferenca *) * Max(max, 1), MCXT_ALLOC_HUGE);
    hash_seq_init(&busca, a->diferencas);
    while ((d = hash_seq_search(&busca)) != NULL)
        if (d->qtd != 0 || d->centavos != 0)
            lista[total++] = d;
    qsort(lista, total, sizeof(Diferenca *), por_chave);
    while (n < total)
    {
        d = lista[n];
        coluna[0][n] = CStringGetTextDatum(escopos[d->chave.escopo]);
        coluna[1][n] = Int64GetDatum(d->chave.vendedor_id);
        coluna[2][n] = DateADTGetDatum(d->chave.dia);
        coluna[3][n] = CStringGetTextDatum(estados[d->chave.estado]);
        coluna[4][n] = Int64GetDatum(d->qtd);
        coluna[5][n] = NumericGetDatum(
            int64_div_fast_to_numeric(d->centavos, CASAS_DECIMAIS));
        n++;
    }
    if (n == 0)
        return 0;

    args[0] = PointerGetDatum(construct_array(coluna[0], n, TEXTOID, -1, false, TYPALIGN_INT));
    args[1] = PointerGetDatum(construct_array(coluna[1], n, INT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
    args[2] = PointerGetDatum(construct_array(coluna[2], n, DATEOID, 4, true, TYPALIGN_INT));
    args[3] = PointerGetDatum(construct_array(coluna[3], n, TEXTOID, -1, false, TYPALIGN_INT));
    args[4] = PointerGetDatum(construct_array(coluna[4], n, INT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
    args[5] = PointerGetDatum(construct_array(coluna[5], n, NUMERICOID, -1, false, TYPALIGN_INT));

    sistema_entrar(&salvo);
    SPI_connect();
    if (SPI_execute_plan(
            plano(&guardado,
                  "INSERT INTO crm.contagens"
                  " (escopo, vendedor_id, dia, estado, qtd, valor)"
                  " SELECT * FROM unnest($1, $2, $3, $4, $5, $6)",
                  6, tipos),
            args, NULL, false, 0) != SPI_OK_INSERT)
        elog(ERROR, "could not write the counters");
    SPI_finish();
    sistema_sair(&salvo);
    return n;
}

/*
 * TRUNCATE: cancels what the table's rows had added. Writers of the table have
 * ended, since TRUNCATE waited for them, and a fold under way does not change
 * a sum; so no lock is needed, but a snapshot newer than that wait.
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
            args, NULL, GetLatestSnapshot(), InvalidSnapshot, false, false,
            0) != SPI_OK_INSERT)
        elog(ERROR, "could not clear the counters");
    SPI_finish();
    sistema_sair(&salvo);
}

/* One folds at a time, until its transaction ends; nobody waits for it. */
static bool
tentar_trava(void)
{
    return trava_pegar(TRAVA_CONTAGENS, 0, false);
}

/*
 * Folds up to limite differences; the lock is held. A key that falls to zero
 * is dropped, so that past days leave nothing behind. Returns how many.
 */
static int64
dobrar(int64 limite)
{
    int64 dobradas = 0;

    dobrando = true;
    PG_TRY();
    {
        dobradas = dobrar_linhas(limite);
    }
    PG_FINALLY();
    {
        dobrando = false;
    }
    PG_END_TRY();
    return dobradas;
}

bool
contagem_dobrando(void)
{
    return dobrando;
}

static int64
dobrar_linhas(int64 limite)
{
    static SPIPlanPtr guardado = NULL;
    static SPIPlanPtr limpeza = NULL;
    const Oid tipos[] = {INT8OID};
    const Oid tipos_limpeza[] = {TIDARRAYOID};
    Datum args[1] = {Int64GetDatum(limite)};
    bool nulo;
    int64 dobradas;
    Datum zeradas;

    if (SPI_execute_plan(
            plano(&guardado,
                  "WITH d AS ("
                  "  DELETE FROM crm.contagens WHERE ctid = ANY (ARRAY("
                  "    SELECT ctid FROM crm.contagens"
                  "     WHERE NOT consolidada LIMIT $1))"
                  "  RETURNING escopo, vendedor_id, dia, estado, qtd, valor),"
                  " u AS ("
                  "  INSERT INTO crm.contagens AS c (escopo, vendedor_id, dia,"
                  "    estado, qtd, valor, consolidada)"
                  "  SELECT escopo, vendedor_id, dia, estado, sum(qtd),"
                  "    sum(valor), true FROM d GROUP BY 1, 2, 3, 4"
                  "  ON CONFLICT (escopo, vendedor_id, dia, estado)"
                  "    WHERE consolidada"
                  "  DO UPDATE SET qtd = c.qtd + excluded.qtd,"
                  "    valor = c.valor + excluded.valor"
                  "  RETURNING ctid, qtd, valor)"
                  " SELECT (SELECT count(*) FROM d),"
                  "   array_agg(ctid) FILTER (WHERE qtd = 0 AND valor = 0)"
                  " FROM u",
                  1, tipos),
            args, NULL, false, 0) != SPI_OK_SELECT)
        elog(ERROR, "could not fold the counters");
    dobradas = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0],
                                           SPI_tuptable->tupdesc, 1, &nulo));
    zeradas = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2,
                            &nulo);
    if (!nulo && SPI_execute_plan(
                     plano(&limpeza,
                           "DELETE FROM crm.contagens WHERE ctid = ANY ($1)",
                           1, tipos_limpeza),
                     &zeradas, NULL, false, 0) != SPI_OK_DELETE)
        elog(ERROR, "could not drop the counters at zero");
    return dobradas;
}
