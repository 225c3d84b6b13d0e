/*
 * contagem_apuracao.c: differences of crm.contagens, added up per key and
 * inserted where they are not zero.
 *
 * Nothing is updated, so writers never wait for each other; a rollback takes
 * its differences with it.
 */
#include "crm.h"

#include "catalog/pg_type.h"
#include "common/int.h"
#include "utils/array.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

#include "contagem_apuracao.h"

enum
{
    CASAS_DECIMAIS = 2
};

static const char *const escopos[] = {
    [ESCOPO_BASE] = "base",
    [ESCOPO_CLIENTE] = "cliente",
    [ESCOPO_CARTEIRA] = "carteira",
    [ESCOPO_VENDEDOR] = "vendedor",
    [ESCOPO_RECUPERADO] = "recuperado",
    [ESCOPO_ABERTA] = "aberta",
    [ESCOPO_CONTATO] = "contato",
    [ESCOPO_FUNIL] = "funil",
};

static const char *const estados[] = {
    [ESTADO_ATIVO] = "ativo",
    [ESTADO_INATIVO] = "inativo",
    [ESTADO_NAO_CONTATAR] = "nao_contatar",
    [ESTADO_PENDENTE] = "pendente",
    [ESTADO_FIXADO] = "fixado",
    [ESTADO_CONTATADO] = "contatado",
    [ESTADO_RECEBIDO] = "recebido",
    [ESTADO_CONTATOS] = "contatos",
    [ESTADO_RECUPERADO] = "recuperado",
    [ESTADO_ABERTA] = "aberta",
    [ESTADO_SEM_RESPOSTA] = "sem_resposta",
    [ESTADO_RECUSOU] = "recusou",
    [ESTADO_INTERESSADO] = "interessado",
    [ESTADO_NUMERO_ERRADO] = "numero_errado",
    [ESTADO_RESPONDEU] = "respondeu",
    [ESTADO_SEM_CONTATO] = "sem_contato",
};

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

static int por_chave(const void *a, const void *b);
static int gravar(Apuracao *a);

Apuracao *
contagem_iniciar(void)
{
    HASHCTL forma = {.keysize = sizeof(Chave), .entrysize = sizeof(Diferenca)};
    Apuracao *a = palloc(sizeof(Apuracao));

    a->trabalho = AllocSetContextCreate(CurrentMemoryContext, "crm contagens",
                                        ALLOCSET_DEFAULT_SIZES);
    a->rascunho = AllocSetContextCreate(a->trabalho, "crm contagens rascunho",
                                        ALLOCSET_SMALL_SIZES);
    forma.hcxt = a->trabalho;
    a->diferencas = hash_create("crm contagens", 64, &forma,
                                HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
    return a;
}

void
contagem_aberta(Apuracao *a, int64 vendedor_id, DateADT dia, bool fixado,
                int64 centavos, int sinal)
{
    Estado estado = fixado ? ESTADO_FIXADO : ESTADO_PENDENTE;

    centavos *= sinal;
    apuracao_somar(a, ESCOPO_VENDEDOR, vendedor_id, DATEVAL_NOBEGIN, estado,
                   sinal, centavos);
    apuracao_somar(a, ESCOPO_CARTEIRA, vendedor_id, dia, estado, sinal,
                   centavos);
    apuracao_somar(a, ESCOPO_ABERTA, 0, dia, ESTADO_ABERTA, sinal, centavos);
}

void
contagem_recebida(Apuracao *a, int64 vendedor_id, DateADT dia)
{
    apuracao_somar(a, ESCOPO_VENDEDOR, vendedor_id, DATEVAL_NOBEGIN,
                   ESTADO_RECEBIDO, 1, 0);
    apuracao_somar(a, ESCOPO_FUNIL, vendedor_id, dia, ESTADO_RECEBIDO, 1, 0);
}

void
contagem_terminar(Apuracao *a)
{
    MemoryContext antes = MemoryContextSwitchTo(a->trabalho);
    int gravadas = gravar(a);

    MemoryContextSwitchTo(antes);
    MemoryContextDelete(a->trabalho);
    pfree(a);
    contagem_sortear(gravadas);
}

const char *
apuracao_estado(Estado estado)
{
    return estados[estado];
}

void
apuracao_somar(Apuracao *a, Escopo escopo, int64 vendedor_id, DateADT dia,
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
        coluna[i] =
            palloc_extended(sizeof(Datum) * Max(max, 1), MCXT_ALLOC_HUGE);

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

    args[0] = PointerGetDatum(
        construct_array(coluna[0], n, TEXTOID, -1, false, TYPALIGN_INT));
    args[1] = PointerGetDatum(construct_array(
        coluna[1], n, INT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
    args[2] = PointerGetDatum(
        construct_array(coluna[2], n, DATEOID, 4, true, TYPALIGN_INT));
    args[3] = PointerGetDatum(
        construct_array(coluna[3], n, TEXTOID, -1, false, TYPALIGN_INT));
    args[4] = PointerGetDatum(construct_array(
        coluna[4], n, INT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
    args[5] = PointerGetDatum(
        construct_array(coluna[5], n, NUMERICOID, -1, false, TYPALIGN_INT));

    sistema_entrar(&salvo);
    SPI_connect();
    if (SPI_execute_plan(plano(&guardado,
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
