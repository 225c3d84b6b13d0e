/*
 * desempenho.c: the sellers with their numbers, as the statistics show them.
 *
 * Inside a reading endpoint (leitura.c). The numbers are those of view
 * v_desempenho_vendedor; here they are added up in one pass over the counters,
 * since the screen of a hundred sellers is asked for often.
 */
#include "crm.h"

#include "catalog/pg_type.h"
#include "common/int.h"
#include "funcapi.h"
#include "utils/fmgrprotos.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

typedef enum Numero
{
    PENDENTE,
    FIXADO,
    CONTATADO,
    RECUPERADO,
    RECEBIDO,
    CONTATOS,
    NUMEROS
} Numero;

static const struct
{
    const char *estado;
    const char *chave;
} numeros[NUMEROS] = {
    [PENDENTE] = {"pendente", "pendentes"},
    [FIXADO] = {"fixado", "fixados"},
    [CONTATADO] = {"contatado", "contatados"},
    [RECUPERADO] = {"recuperado", "recuperados"},
    [RECEBIDO] = {"recebido", "recebidos"},
    [CONTATOS] = {"contatos", "contatos"},
};

typedef struct Desempenho
{
    int64 vendedor_id; /* first: the key */
    int64 qtd[NUMEROS];
    Datum valor_pendente; /* numeric; 0: none */
    Datum valor_recuperado;
} Desempenho;

typedef struct Apanhado
{
    HTAB *por_vendedor;
    MemoryContext contexto;
    int64 qtd[NUMEROS];
    Datum valor_recuperado;
    TimestampTz sinal; /* who was seen last before is absent */
    int64 total; /* from here on of the active sellers */
    int64 online;
    int64 ausentes;
    int64 disponiveis;
    int64 pendentes; /* pinned ones too */
    Datum valor_pendente;
    StringInfoData json;
} Apanhado;

static void contagem_lida(void *arg, const Datum *v, const bool *nulos);
static void vendedor_lido(void *arg, const Datum *v, const bool *nulos);
static void acumular(MemoryContext contexto, Datum *soma, Datum valor);
static Datum valor_ou_zero(Datum valor);
static char *valor_texto(Datum valor);
static const char *indisponivel(bool online, bool ausente, bool participa,
                                const char *expediente);
static void texto_ou_nulo(StringInfo json, const char *s);

/*
 * crm.ler_lista_vendedores() returns (lista json, total, online, atribuido,
 *                   contatado, recuperados bigint, valor_recuperado numeric,
 *                   ausentes, disponiveis, pendentes bigint,
 *                   valor_pendente numeric)
 */
PG_FUNCTION_INFO_V1(crm_ler_lista_vendedores);
Datum
crm_ler_lista_vendedores(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr contar = NULL;
    static SPIPlanPtr listar = NULL;
    static const Oid tipos[] = {DATEOID};
    Datum hoje = DateADTGetDatum(tempo_hoje());
    HASHCTL forma = {.keysize = sizeof(int64),
                     .entrysize = sizeof(Desempenho),
                     .hcxt = CurrentMemoryContext};
    Apanhado a = {.contexto = CurrentMemoryContext};
    TupleDesc desc;
    Datum valores[11];
    bool nulos[11] = {false};

    if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
        ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                        errmsg("function returning record called in context "
                               "that cannot accept type record")));
    a.por_vendedor = hash_create("crm desempenho", 128, &forma,
                                 HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
    a.sinal = tempo_agora() -
              (TimestampTz)config_int("presenca_ausente") * USECS_PER_SEC;
    initStringInfo(&a.json);
    appendStringInfoChar(&a.json, '[');

    SPI_connect();
    plano_linhas(plano(&contar,
                       "SELECT vendedor_id, estado, qtd, valor"
                       " FROM crm.contagens WHERE escopo = 'vendedor'",
                       0, NULL),
                 0, NULL, NULL, contagem_lida, &a);
    plano_linhas(plano(&listar,
                       "SELECT v.id, v.nome, v.online, v.visto_em, v.peso,"
                       " v.capacidade, v.participa_distribuicao, v.expediente,"
                       " j.resumo, a.ate::text"
                       " FROM crm.vendedores v"
                       " LEFT JOIN crm.jornadas_resumo j ON j.vendedor_id = v.id"
                       " LEFT JOIN (SELECT vendedor_id, max(ate) AS ate"
                       "   FROM crm.ausencias WHERE $1 BETWEEN de AND ate"
                       "  GROUP BY vendedor_id) a ON a.vendedor_id = v.id"
                       " WHERE v.ativo ORDER BY pg_catalog.lower(v.nome), v.id",
                       lengthof(tipos), tipos),
                 lengthof(tipos), tipos, &hoje, vendedor_lido, &a);
    SPI_finish();
    appendStringInfoChar(&a.json, ']');

    valores[0] = PointerGetDatum(cstring_to_text_with_len(a.json.data, a.json.len));
    valores[1] = Int64GetDatum(a.total);
    valores[2] = Int64GetDatum(a.online);
    valores[3] = Int64GetDatum(a.qtd[PENDENTE] + a.qtd[FIXADO]);
    valores[4] = Int64GetDatum(a.qtd[CONTATADO]);
    valores[5] = Int64GetDatum(a.qtd[RECUPERADO]);
    valores[6] = valor_ou_zero(a.valor_recuperado);
    valores[7] = Int64GetDatum(a.ausentes);
    valores[8] = Int64GetDatum(a.disponiveis);
    valores[9] = Int64GetDatum(a.pendentes);
    valores[10] = valor_ou_zero(a.valor_pendente);
    PG_RETURN_DATUM(HeapTupleGetDatum(
        heap_form_tuple(BlessTupleDesc(desc), valores, nulos)));
}

/* vendedor_id, estado, qtd, valor */
static void
contagem_lida(void *arg, const Datum *v, const bool *nulos)
{
    Apanhado *a = arg;
    int64 vendedor_id = DatumGetInt64(v[0]);
    text *estado = DatumGetTextPP(v[1]);
    int64 qtd = DatumGetInt64(v[2]);
    bool havia;
    Desempenho *d =
        hash_search(a->por_vendedor, &vendedor_id, HASH_ENTER, &havia);

    if (!havia)
        memset((char *)d + sizeof(int64), 0, sizeof(*d) - sizeof(int64));
    for (int i = 0; i < NUMEROS; i++)
    {
        size_t n = strlen(numeros[i].estado);

        if (VARSIZE_ANY_EXHDR(estado) != n ||
            memcmp(VARDATA_ANY(estado), numeros[i].estado, n) != 0)
            continue;
        if (pg_add_s64_overflow(d->qtd[i], qtd, &d->qtd[i]) ||
            pg_add_s64_overflow(a->qtd[i], qtd, &a->qtd[i]))
            ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                            errmsg("bigint out of range")));
        if (i == PENDENTE || i == FIXADO)
            acumular(a->contexto, &d->valor_pendente, v[3]);
        else if (i == RECUPERADO)
        {
            acumular(a->contexto, &d->valor_recuperado, v[3]);
            acumular(a->contexto, &a->valor_recuperado, v[3]);
        }
        return;
    }
}

/* id, nome, online, visto_em, peso, capacidade, participa_distribuicao,
 * expediente, hours in words, last day of the leave */
static void
vendedor_lido(void *arg, const Datum *v, const bool *nulos)
{
    static const Desempenho nada;
    static const char *const logico[] = {"false", "true"};
    Apanhado *a = arg;
    StringInfo json = &a->json;
    int64 id = DatumGetInt64(v[0]);
    text *nome = DatumGetTextPP(v[1]);
    bool online = DatumGetBool(v[2]);
    bool ausente =
        online && !nulos[3] && DatumGetTimestampTz(v[3]) < a->sinal;
    const char *situacao;
    const Desempenho *d = hash_search(a->por_vendedor, &id, HASH_FIND, NULL);

    if (d == NULL)
        d = &nada;
    a->total++;
    a->online += online;
    a->ausentes += ausente;
    if (pg_add_s64_overflow(a->pendentes, d->qtd[PENDENTE], &a->pendentes) ||
        pg_add_s64_overflow(a->pendentes, d->qtd[FIXADO], &a->pendentes))
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("bigint out of range")));
    if (d->valor_pendente != 0)
        acumular(a->contexto, &a->valor_pendente, d->valor_pendente);

    appendStringInfo(json, "%s{\"id\":" INT64_FORMAT ",\"nome\":",
                     a->total > 1 ? "," : "", id);
    json_texto(json, VARDATA_ANY(nome), VARSIZE_ANY_EXHDR(nome));
    appendStringInfo(json, ",\"online\":%s,\"ausente\":%s,\"peso\":%d,\"capacidade\":",
                     logico[online], logico[ausente], DatumGetInt32(v[4]));
    if (nulos[5])
        appendStringInfoString(json, "null");
    else
        appendStringInfo(json, "%d", DatumGetInt32(v[5]));
    appendStringInfo(json, ",\"participa_distribuicao\":%s",
                     logico[DatumGetBool(v[6])]);
    situacao = indisponivel(online, ausente, DatumGetBool(v[6]),
                            TextDatumGetCString(v[7]));
    a->disponiveis += situacao == NULL;
    appendStringInfo(json, ",\"disponivel_agora\":%s,\"motivo_indisponivel\":",
                     logico[situacao == NULL]);
    texto_ou_nulo(json, situacao);
    appendStringInfoString(json, ",\"jornada_resumo\":");
    texto_ou_nulo(json, nulos[8] ? NULL : TextDatumGetCString(v[8]));
    appendStringInfoString(json, ",\"ausencia_ate\":");
    texto_ou_nulo(json, nulos[9] ? NULL : TextDatumGetCString(v[9]));
    for (int i = 0; i < NUMEROS; i++)
        appendStringInfo(json, ",\"%s\":" INT64_FORMAT, numeros[i].chave,
                         d->qtd[i]);
    appendStringInfo(json, ",\"a_contatar\":" INT64_FORMAT,
                     d->qtd[PENDENTE] + d->qtd[FIXADO]);
    appendStringInfo(json, ",\"valor_pendente\":%s,\"valor_recuperado\":%s",
                     valor_texto(d->valor_pendente),
                     valor_texto(d->valor_recuperado));
    if (d->qtd[RECEBIDO] == 0)
        appendStringInfoString(json, ",\"taxa_contato\":0}");
    else
    {
        /* contatos / recebidos, rounded to four places; neither is negative. */
        int64 taxa = (d->qtd[CONTATOS] * 20000 + d->qtd[RECEBIDO]) /
                     (d->qtd[RECEBIDO] * 2);

        appendStringInfo(json, ",\"taxa_contato\":" INT64_FORMAT ".%04d}",
                         taxa / 10000, (int)(taxa % 10000));
    }
}

/* Why the seller receives nothing now; NULL: receives. */
static const char *
indisponivel(bool online, bool ausente, bool participa, const char *expediente)
{
    if (!participa)
        return "nao_participa";
    if (strcmp(expediente, "disponivel") != 0)
        return expediente;
    if (!online)
        return "offline";
    return ausente ? "ausente" : NULL;
}

static void
texto_ou_nulo(StringInfo json, const char *s)
{
    if (s == NULL)
        appendStringInfoString(json, "null");
    else
        json_texto(json, s, strlen(s));
}

static void
acumular(MemoryContext contexto, Datum *soma, Datum valor)
{
    MemoryContext antes = MemoryContextSwitchTo(contexto);

    /* Adding to zero also copies, whatever the form of the value. */
    *soma = DirectFunctionCall2(
        numeric_add,
        *soma != 0 ? *soma : NumericGetDatum(int64_div_fast_to_numeric(0, 2)),
        valor);
    MemoryContextSwitchTo(antes);
}

static Datum
valor_ou_zero(Datum valor)
{
    return valor != 0 ? valor
                      : NumericGetDatum(int64_div_fast_to_numeric(0, 2));
}

static char *
valor_texto(Datum valor)
{
    return valor == 0 ? "0.00"
                      : DatumGetCString(DirectFunctionCall1(numeric_out, valor));
}
