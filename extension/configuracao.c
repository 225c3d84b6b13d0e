/*
 * configuracao.c: crm.configuracoes, cached until the table changes.
 *
 * The whole table is read on first use and kept. A statement trigger on the
 * table sends a relcache invalidation of it, which reaches every backend with
 * the commit (and this one with the command, or with the rollback). The read
 * takes a fresh catalog snapshot: under REPEATABLE READ an older snapshot would
 * be cached beyond its transaction.
 */
#include "crm.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "configuracao.h"

typedef struct Configuracao
{
    char *chave;
    char *valor;
    int inteiro; /* of tipo 'inteiro' */
} Configuracao;

static MemoryContext memoria = NULL;
static Configuracao *tabela = NULL;
static int tabela_n = 0;
static Oid tabela_oid = InvalidOid;
static bool vale = false;
static uint64 versao = 0;
static Janela janela;

static void ao_invalidar(Datum arg, Oid relid);
static void carregar(void);
static const Configuracao *achar(const char *chave);
static char *coluna_texto(HeapTuple linha, TupleDesc forma, const char *nome);

void
configuracao_init(void)
{
    CacheRegisterRelcacheCallback(ao_invalidar, (Datum)0);
}

void
configuracao_esquecer(void)
{
    vale = false;
}

int
config_int(const char *chave)
{
    const Configuracao *c = achar(chave);

    if (c == NULL)
        elog(ERROR, "setting \"%s\" is missing", chave);
    return c->inteiro;
}

const char *
config_texto(const char *chave)
{
    const Configuracao *c = achar(chave);

    if (c == NULL)
        elog(ERROR, "setting \"%s\" is missing", chave);
    return c->valor;
}

const Janela *
config_janela(void)
{
    if (!vale)
        carregar();
    return &janela;
}

uint64
config_versao(void)
{
    if (!vale)
        carregar();
    return versao;
}

/*
 * crm.config(chave text) returns text
 *
 * The value of a setting, as text.
 *
 * Errors: no_data_found (P0002) when there is no such setting.
 */
PG_FUNCTION_INFO_V1(crm_config);
Datum
crm_config(PG_FUNCTION_ARGS)
{
    const char *chave = text_to_cstring(PG_GETARG_TEXT_PP(0));
    const Configuracao *c = achar(chave);

    if (c == NULL)
        ereport(ERROR, (errcode(ERRCODE_NO_DATA_FOUND),
                        errmsg("setting does not exist"),
                        errhint("The table crm.configuracoes lists them.")));
    PG_RETURN_TEXT_P(cstring_to_text(c->valor));
}

/*
 * crm.configurar(chave text, valor text) returns text
 *
 * Changes a setting and returns its new value.
 *
 * Errors: CR403 without the right configuracao.alterar; no_data_found (P0002);
 *         check_violation (23514) when the value does not fit the setting.
 * Source: SPEC ADM-3.
 */
PG_FUNCTION_INFO_V1(crm_configurar);
Datum
crm_configurar(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr mudar = NULL;
    const Oid tipos[] = {TEXTOID, TEXTOID};
    Datum valores[] = {PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)};
    MemoryContext chamador = CurrentMemoryContext;
    char *valor;
    Sistema salvo;

    identidade_exigir("configuracao.alterar");

    SPI_connect();
    sistema_entrar(&salvo);
    plano(&mudar,
          "UPDATE crm.configuracoes"
          "   SET valor = $2, atualizado_em = crm.agora()"
          " WHERE chave OPERATOR(pg_catalog.=) $1 RETURNING valor",
          2, tipos);
    SPI_execute_plan(mudar, valores, NULL, false, 0);
    if (SPI_processed == 0)
        ereport(ERROR, (errcode(ERRCODE_NO_DATA_FOUND),
                        errmsg("setting does not exist"),
                        errhint("The table crm.configuracoes lists them.")));
    valor = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
    valor = MemoryContextStrdup(chamador, valor);
    sistema_sair(&salvo);
    SPI_finish();

    PG_RETURN_TEXT_P(cstring_to_text(valor));
}

/*
 * Statement trigger of crm.configuracoes: tells every backend, and refuses what
 * a single row cannot judge: bounds of the window out of order, a time zone
 * that does not exist.
 *
 * Errors: check_violation (23514).
 */
PG_FUNCTION_INFO_V1(crm_configuracao_mudou);
Datum
crm_configuracao_mudou(PG_FUNCTION_ARGS)
{
    TriggerData *gatilho = (TriggerData *)fcinfo->context;

    if (!CALLED_AS_TRIGGER(fcinfo))
        elog(ERROR, "not called as a trigger");

    CacheInvalidateRelcacheByRelid(RelationGetRelid(gatilho->tg_relation));

    /* Judge what this statement wrote, then forget it: it may be undone. */
    CommandCounterIncrement();
    vale = false;
    carregar();
    vale = false;

    if (!(janela.inicio <= janela.meio && janela.meio < janela.fim &&
          janela.fim < janela.perdido))
        ereport(ERROR,
                (errcode(ERRCODE_CHECK_VIOLATION),
                 errmsg("bounds of the periods are out of order"),
                 errdetail("They would be %d, %d, %d and %d days.",
                           janela.inicio, janela.meio, janela.fim,
                           janela.perdido),
                 errhint("Keep janela_inicio <= janela_meio < janela_fim < "
                         "periodo_perdido; change several in one statement."),
                 err_generic_string(PG_DIAG_CONSTRAINT_NAME,
                                    "configuracoes_janela_ordenada")));
    const Configuracao *fuso = achar("fuso_horario");

    vale = false;
    if (fuso != NULL && !tempo_fuso_existe(fuso->valor))
        ereport(ERROR, (errcode(ERRCODE_CHECK_VIOLATION),
                        errmsg("time zone does not exist"),
                        errhint("The view pg_timezone_names lists them."),
                        err_generic_string(PG_DIAG_CONSTRAINT_NAME,
                                           "configuracoes_fuso_existe")));

    /* The front keeps some. Rows are only inserted by the installation, when
     * nothing can be signed yet. */
    if (TRIGGER_FIRED_BY_UPDATE(gatilho->tg_event))
        evento_emitir("configuracao_alterada", NULL, -1, "{}");
    return PointerGetDatum(NULL);
}

static void
ao_invalidar(Datum arg, Oid relid)
{
    if (relid == InvalidOid || relid == tabela_oid)
        vale = false;
}

static const Configuracao *
achar(const char *chave)
{
    if (!vale)
        carregar();
    for (int i = 0; i < tabela_n; i++)
        if (strcmp(tabela[i].chave, chave) == 0)
            return &tabela[i];
    return NULL;
}

static void
carregar(void)
{
    Oid esquema = get_namespace_oid("crm", true);
    Oid oid = OidIsValid(esquema)
                  ? get_relname_relid("configuracoes", esquema)
                  : InvalidOid;

    if (!OidIsValid(oid))
        ereport(ERROR,
                (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                 errmsg("the tables of crm do not exist in this database"),
                 errhint("Run SELECT crm.instalar() as a superuser.")));

    /*
     * Built apart and swapped at the end, so that an error in between leaves
     * the former table; the pointers given out die with the old context.
     */
    MemoryContext nova = AllocSetContextCreate(
        CacheMemoryContext, "crm configuracoes", ALLOCSET_SMALL_SIZES);
    Configuracao *linhas = NULL;
    int n = 0;
    int cabem = 0;

    PG_TRY();
    {
        Relation rel = table_open(oid, AccessShareLock);
        TupleDesc forma = RelationGetDescr(rel);
        SysScanDesc busca =
            systable_beginscan(rel, InvalidOid, false, NULL, 0, NULL);
        MemoryContext antes = MemoryContextSwitchTo(nova);
        HeapTuple linha;

        /* What is invalidated from here on may not have been read. */
        tabela_oid = oid;
        vale = true;
        while (HeapTupleIsValid(linha = systable_getnext(busca)))
        {
            if (n == cabem)
            {
                cabem = cabem ? cabem * 2 : 32;
                linhas = linhas
                             ? repalloc(linhas, cabem * sizeof(Configuracao))
                             : palloc(cabem * sizeof(Configuracao));
            }
            linhas[n].chave = coluna_texto(linha, forma, "chave");
            linhas[n].valor = coluna_texto(linha, forma, "valor");
            linhas[n].inteiro = atoi(linhas[n].valor);
            n++;
        }
        MemoryContextSwitchTo(antes);
        systable_endscan(busca);
        table_close(rel, AccessShareLock);
    }
    PG_CATCH();
    {
        vale = false;
        MemoryContextDelete(nova);
        PG_RE_THROW();
    }
    PG_END_TRY();

    if (memoria != NULL)
        MemoryContextDelete(memoria);
    memoria = nova;
    tabela = linhas;
    tabela_n = n;
    versao++;

    /* Before the seeds are in, the bounds of SPEC TEMPO-3. */
    janela = (Janela){30, 45, 60, 90};
    for (int i = 0; i < n; i++)
    {
        if (strcmp(linhas[i].chave, "janela_inicio") == 0)
            janela.inicio = linhas[i].inteiro;
        else if (strcmp(linhas[i].chave, "janela_meio") == 0)
            janela.meio = linhas[i].inteiro;
        else if (strcmp(linhas[i].chave, "janela_fim") == 0)
            janela.fim = linhas[i].inteiro;
        else if (strcmp(linhas[i].chave, "periodo_perdido") == 0)
            janela.perdido = linhas[i].inteiro;
    }
}

static char *
coluna_texto(HeapTuple linha, TupleDesc forma, const char *nome)
{
    bool nulo;

    for (int i = 0; i < forma->natts; i++)
        if (strcmp(NameStr(TupleDescAttr(forma, i)->attname), nome) == 0)
        {
            Datum d = heap_getattr(linha, i + 1, forma, &nulo);

            if (!nulo)
                return TextDatumGetCString(d);
        }
    elog(ERROR, "column \"%s\" of crm.configuracoes is missing", nome);
}
