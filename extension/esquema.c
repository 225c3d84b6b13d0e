/*
 * esquema.c: what crm.api_<funcao>() accepts, said once by crm.esquema_<funcao>().
 *
 * The rules are compiled on first use and kept in the backend until a function
 * changes. "" and null are absence; see regra.c for the rest.
 */
#include "esquema.h"

#include "catalog/pg_type.h"
#include "parser/parse_func.h"
#include "utils/fmgrprotos.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

enum
{
    STATUS_INVALIDO = 422,
    ESQUEMAS = 64 /* at first; the table grows */
};

static const char prefixo_api[] = "api_";

typedef struct Esquema
{
    Oid api;           /* key */
    uint64 versao;     /* of the catalog it was read from */
    MemoryContext memoria;
    Regra *regra;      /* NULL: crm.esquema_<funcao>() does not exist */
} Esquema;

static HTAB *esquemas = NULL;
static uint64 versao = 1;
static const Jsonb *julgado = NULL; /* passed already, see esquema_exigir() */

static void esquema_falha(const RegraRecusa *recusa) pg_attribute_noreturn();
static void ao_invalidar(Datum arg, int cacheid, uint32 hash);
static const Regra *regra_da(Oid api);
static void ler(Esquema *e, const char *funcao);
static Jsonb *esquema_ler(const char *funcao);
static JsonbValue *parte(Jsonb *esquema, const char *nome);

void
esquema_init(void)
{
    CacheRegisterSyscacheCallback(PROCOID, ao_invalidar, (Datum)0);
}

static void
ao_invalidar(Datum arg, int cacheid, uint32 hash)
{
    versao++;
}

Jsonb *
esquema_aplicar(Oid api, Jsonb *args, RegraRecusa *recusa)
{
    const Regra *regra = regra_da(api);
    Jsonb *aceitos;

    aceitos = regra == NULL ? args : regra_aplicar(regra, args, recusa);
    julgado = aceitos;
    return aceitos;
}

Datum
esquema_exigir(Oid api, Datum args)
{
    Jsonb *j = DatumGetJsonbP(args);
    const Regra *regra;
    RegraRecusa recusa;

    if (j == julgado || (regra = regra_da(api)) == NULL)
        return args;
    j = regra_aplicar(regra, j, &recusa);
    if (j == NULL)
        esquema_falha(&recusa);
    return JsonbPGetDatum(j);
}

void
esquema_esquecer(void)
{
    julgado = NULL;
}

/* Raises CR422 of a refusal. */
static void
esquema_falha(const RegraRecusa *recusa)
{
    crm_falha(STATUS_INVALIDO, recusa->codigo, recusa->campo, recusa->mensagem,
              NULL, recusa->n > 1 ? psprintf("{\"erros\":%s}", recusa->erros.data)
                                  : NULL);
}

/* ---- the rules of a function, kept ---- */

static const Regra *
regra_da(Oid api)
{
    Esquema *e;
    bool achado;
    char *nome;

    if (esquemas == NULL)
    {
        HASHCTL ctl = {.keysize = sizeof(Oid), .entrysize = sizeof(Esquema)};

        esquemas = hash_create("crm schemas", ESQUEMAS, &ctl,
                               HASH_ELEM | HASH_BLOBS);
    }
    e = hash_search(esquemas, &api, HASH_ENTER, &achado);
    if (!achado)
    {
        e->versao = 0;
        e->memoria = NULL;
        e->regra = NULL;
    }
    if (e->versao == versao)
        return e->regra;

    nome = get_func_name(api);
    if (nome == NULL || strncmp(nome, prefixo_api, strlen(prefixo_api)) != 0)
        return NULL;
    ler(e, nome + strlen(prefixo_api));
    return e->regra;
}

static void
ler(Esquema *e, const char *funcao)
{
    uint64 lida = versao;
    MemoryContext nova, antes;
    Regra *regra = NULL;
    Jsonb *esquema;

    /* Goes with the caller's context when the schema is a bad one. */
    nova = AllocSetContextCreate(CurrentMemoryContext, "crm schema",
                                 ALLOCSET_SMALL_SIZES);
    antes = MemoryContextSwitchTo(nova);
    esquema = esquema_ler(funcao);
    if (esquema != NULL)
        regra = regra_compilar(funcao, parte(esquema, "argumentos"),
                               parte(esquema, "obrigatorios"));
    MemoryContextSwitchTo(antes);
    MemoryContextSetParent(nova, TopMemoryContext);

    if (e->memoria != NULL)
        MemoryContextDelete(e->memoria);
    e->memoria = nova;
    e->regra = regra;
    e->versao = lida;
}

/* A copy of what crm.esquema_<funcao>() says; NULL: there is no such function. */
static Jsonb *
esquema_ler(const char *funcao)
{
    Sistema salvo;
    Jsonb *copia;
    Datum dito;
    Oid oid = LookupFuncName(
        list_make2(makeString("crm"), makeString(psprintf("esquema_%s", funcao))),
        0, NULL, true);

    if (!OidIsValid(oid) || get_func_rettype(oid) != JSONBOID)
        return NULL;
    sistema_entrar(&salvo);
    dito = OidFunctionCall0(oid);
    sistema_sair(&salvo);
    copia = (Jsonb *)PG_DETOAST_DATUM_COPY(dito);
    if (!JB_ROOT_IS_OBJECT(copia))
        elog(ERROR, "crm.esquema_%s does not give an object", funcao);
    return copia;
}

static JsonbValue *
parte(Jsonb *esquema, const char *nome)
{
    return getKeyJsonValueFromContainer(&esquema->root, nome, strlen(nome),
                                        NULL);
}

/*
 * crm.validar_args(funcao text, args jsonb) returns jsonb
 *
 * The arguments as crm.api_<funcao>() reads them.
 *
 * Errors: CR422, naming every bad field.
 */
PG_FUNCTION_INFO_V1(crm_validar_args);
Datum
crm_validar_args(PG_FUNCTION_ARGS)
{
    const Oid tipos[] = {JSONBOID};
    char *nome = psprintf("%s%s", prefixo_api,
                          text_to_cstring(PG_GETARG_TEXT_PP(0)));
    Oid api = LookupFuncName(list_make2(makeString("crm"), makeString(nome)), 1,
                             tipos, false);

    PG_RETURN_DATUM(esquema_exigir(api, PG_GETARG_DATUM(1)));
}
