/*
 * cadastro_historia.c: the changes of a client in the audit, month by month.
 *
 * One query over crm.auditoria would open, lock and plan every month there is, for
 * rows that lie in few. Here each month has a plan of its own, made when it is first
 * looked into: the month of created_at, which has the insertion, then from the
 * newest on until as many changes are found as clientes.versao has counted.
 *
 * More than POUCAS_LINHAS rows changed by one statement are recorded in blocks
 * without the client's id; those are looked at only when a change is missing in the
 * end, the newest BLOCOS_MAX of them.
 */
#include "crm.h"

#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "partitioning/partbounds.h"
#include "partitioning/partdesc.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

enum
{
    BLOCOS_MAX = 300,
    COLUNAS = 8, /* of the answer; the last: is it a block */
    COL_MUDANCA = 7 /* of sql_soltas: does it count in versao */
};

static const char sql_soltas[] =
    "SELECT a.id, a.quando, a.acao, a.usuario_id, a.role_banco, a.antes,"
    "       a.depois, a.acao = 'alterar' AND a.depois ?| ARRAY["
    "           'cpf','nome_completo','data_nascimento','sexo','nome_mae',"
    "           'celular','email','cidade','uf','cep','ativo','nao_contatar']"
    "  FROM crm.%s a"
    " WHERE a.tabela = 'clientes' AND a.registro_id = $1"
    "   AND a.acao IN ('inserir', 'alterar')";

static const char sql_blocos[] =
    "SELECT a.id, a.quando, a.acao, a.usuario_id, a.role_banco, a.antes,"
    "       a.depois, true"
    "  FROM crm.%s a"
    " WHERE a.tabela = 'clientes' AND a.registro_id IS NULL"
    "   AND a.acao = 'alterar'"
    " ORDER BY a.id DESC LIMIT $1";

/* A partition. */
typedef struct Mes
{
    Oid tabela;
    TimestampTz de;
    TimestampTz ate; /* exclusive; de = ate: auditoria_padrao */
    bool visto;
} Mes;

typedef struct PlanosDoMes
{
    Oid tabela; /* key */
    SPIPlanPtr soltas;
    SPIPlanPtr blocos;
} PlanosDoMes;

typedef struct Leitura
{
    ReturnSetInfo *saida;
    bool blocos;
    int64 mudancas; /* found that versao counts */
    int64 linhas;
} Leitura;

static void percorrer(int64 id, int64 esperadas, TimestampTz criado,
                      Leitura *leitura);
static int meses_ler(Mes **meses);
static TimestampTz limite(PartitionBoundInfo limites, int i);
static void visitar(Mes *mes, int64 id, Leitura *leitura);
static PlanosDoMes *planos_de(Oid tabela);
static SPIPlanPtr plano_do_mes(SPIPlanPtr *guardado, const char *sql,
                               Oid tabela);
static void guardar_linha(void *arg, const Datum *valores, const bool *nulos);

/*
 * crm.interno_cliente_historia(cliente bigint) returns setof (id bigint,
 * quando timestamptz, acao text, usuario_id bigint, role_banco name, antes jsonb,
 * depois jsonb, bloco boolean)
 */
PG_FUNCTION_INFO_V1(crm_interno_cliente_historia);
Datum
crm_interno_cliente_historia(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID};
    Datum id = PG_GETARG_DATUM(0);
    Leitura leitura = {.saida = (ReturnSetInfo *)fcinfo->resultinfo};
    Sistema salvo;
    bool nulo;

    InitMaterializedSRF(fcinfo, 0);
    /* The months have no policies. */
    sistema_entrar(&salvo);
    SPI_connect();
    SPI_execute_plan(plano(&guardado,
                           "SELECT c.versao - 1, c.created_at"
                           "  FROM crm.clientes c WHERE c.id_cliente = $1",
                           lengthof(tipos), tipos),
                     &id, NULL, true, 1);
    if (SPI_processed == 1)
        percorrer(DatumGetInt64(id),
                  DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[0],
                                              SPI_tuptable->tupdesc, 1, &nulo)),
                  DatumGetTimestampTz(SPI_getbinval(
                      SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &nulo)),
                  &leitura);
    SPI_finish();
    sistema_sair(&salvo);
    return (Datum)0;
}

/* esperadas: changes that versao counts. */
static void
percorrer(int64 id, int64 esperadas, TimestampTz criado, Leitura *leitura)
{
    Mes *meses;
    const int n = meses_ler(&meses);

    for (int i = 0; i < n; i++)
        if (meses[i].de == meses[i].ate ||
            (criado >= meses[i].de && criado < meses[i].ate))
            visitar(&meses[i], id, leitura);
    for (int i = n - 1; i >= 0 && leitura->mudancas < esperadas; i--)
        visitar(&meses[i], id, leitura);
    if (leitura->mudancas >= esperadas)
        return;
    leitura->blocos = true;
    leitura->linhas = 0;
    for (int i = n - 1; i >= 0 && leitura->linhas < BLOCOS_MAX; i--)
    {
        meses[i].visto = false;
        visitar(&meses[i], BLOCOS_MAX - leitura->linhas, leitura);
    }
}

/* The partitions, oldest first; what none of them takes lies before all. */
static int
meses_ler(Mes **meses)
{
    Relation mae = table_open(
        get_relname_relid("auditoria", get_namespace_oid("crm", false)),
        AccessShareLock);
    PartitionDesc partes = RelationGetPartitionDesc(mae, true);
    PartitionBoundInfo limites = partes->boundinfo;
    int n = 0;

    *meses = palloc(Max(partes->nparts, 1) * sizeof(Mes));
    if (limites != NULL)
    {
        if (partition_bound_has_default(limites))
            (*meses)[n++] =
                (Mes){.tabela = partes->oids[limites->default_index]};
        for (int i = 1; i < limites->ndatums; i++)
            if (limites->indexes[i] >= 0 &&
                limites->indexes[i] != limites->default_index)
                (*meses)[n++] = (Mes){
                    .tabela = partes->oids[limites->indexes[i]],
                    .de = limite(limites, i - 1),
                    .ate = limite(limites, i)};
    }
    table_close(mae, NoLock);
    return n;
}

static TimestampTz
limite(PartitionBoundInfo limites, int i)
{
    switch (limites->kind[i][0])
    {
    case PARTITION_RANGE_DATUM_MINVALUE:
        return DT_NOBEGIN;
    case PARTITION_RANGE_DATUM_MAXVALUE:
        return DT_NOEND;
    default:
        return DatumGetTimestampTz(limites->datums[i][0]);
    }
}

/* id: of the client; of blocks, how many. */
static void
visitar(Mes *mes, int64 id, Leitura *leitura)
{
    static const Oid tipos[] = {INT8OID};
    const Datum valores[] = {Int64GetDatum(id)};
    PlanosDoMes *planos;

    if (mes->visto)
        return;
    CHECK_FOR_INTERRUPTS();
    mes->visto = true;
    planos = planos_de(mes->tabela);
    plano_linhas(leitura->blocos
                     ? plano_do_mes(&planos->blocos, sql_blocos, mes->tabela)
                     : plano_do_mes(&planos->soltas, sql_soltas, mes->tabela),
                 lengthof(tipos), tipos, valores, guardar_linha, leitura);
}

static PlanosDoMes *
planos_de(Oid tabela)
{
    static HTAB *todos = NULL;
    PlanosDoMes *planos;
    bool ha;

    if (todos == NULL)
    {
        HASHCTL forma = {.keysize = sizeof(Oid),
                         .entrysize = sizeof(PlanosDoMes)};

        todos = hash_create("crm historia", 64, &forma, HASH_ELEM | HASH_BLOBS);
    }
    planos = hash_search(todos, &tabela, HASH_ENTER, &ha);
    if (!ha)
        planos->soltas = planos->blocos = NULL;
    return planos;
}

static SPIPlanPtr
plano_do_mes(SPIPlanPtr *guardado, const char *sql, Oid tabela)
{
    static const Oid tipos[] = {INT8OID};

    if (*guardado != NULL)
        return *guardado;
    return plano(guardado, psprintf(sql, quote_identifier(get_rel_name(tabela))),
                 lengthof(tipos), tipos);
}

static void
guardar_linha(void *arg, const Datum *valores, const bool *nulos)
{
    Leitura *leitura = arg;
    Datum copia[COLUNAS];
    bool vazios[COLUNAS];

    memcpy(copia, valores, sizeof(copia));
    memcpy(vazios, nulos, sizeof(vazios));
    leitura->linhas++;
    if (!leitura->blocos && !nulos[COL_MUDANCA])
        leitura->mudancas += DatumGetBool(valores[COL_MUDANCA]);
    copia[COLUNAS - 1] = BoolGetDatum(leitura->blocos);
    vazios[COLUNAS - 1] = false;
    tuplestore_putvalues(leitura->saida->setResult, leitura->saida->setDesc,
                         copia, vazios);
}
