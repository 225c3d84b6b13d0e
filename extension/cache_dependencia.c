/*
 * cache_dependencia.c: what each answer depends on, and until when it holds.
 *
 * One row of dependencias[] per function whose answers may be kept; one that is
 * not there is never kept. The declaration adds groups for every table the
 * function reads (directly, by a function it calls, by a view), such that whoever
 * writes a row that could change the answer marks, in every group of some table,
 * MASSA or all other tags. It may argue with what cache_projecao.c does at the end
 * of each transaction:
 *
 *   T_CLIENTES    tags of a client are marked when its record, its row of the
 *                 search or any assignment of it is written: a list of clients
 *                 with their holders needs no group of cliente_vendedor but MASSA
 *   E_DO_VENDEDOR is marked for the sellers of the open and recovered assignments
 *                 of a client when record, order, search row or assignment of it
 *                 is written: what a seller sees needs no tag of the clients
 *
 * All depend on crm.configuracoes, and on who asks: papel, rights, own number are
 * in the class of the session (classe_de), which is part of the key, as the
 * business date is. So nothing is said below about rights.
 *
 * ate: an answer ends with the business day, and earlier where something in it
 * changes by the clock alone.
 */
#include "cache_dependencia.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "parser/parse_func.h"
#include "utils/fmgrprotos.h"
#include "utils/inval.h"
#include "utils/json.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "cache_condicao.h"
#include "cache_especies.h"
#include "cache_estado.h"
#include "configuracao.h"
#include "esquema.h"
#include "identidade.h"
#include "pesquisa.h"

enum
{
    TTL_S = 3600,
    MARGEM_S = 1,   /* before midnight */
    CLASSE_MAX = 64, /* characters */
    FAIXAS_MAX = 8
};

typedef struct Dependencia
{
    const char *funcao;
    /* False: this request's answer may not be kept. */
    bool (*grupos)(Grupos *g, Jsonb *args);
    /* The instant (business clock) from which the answer is another with nothing
     * written; NULL: the end of the day. 0: it may not be kept. */
    TimestampTz (*ate)(void);
    /* The groups are made of what is stored too: they must be the same after the
     * answer as before the lease. */
    bool conferir;
} Dependencia;

struct Arrendamento
{
    const Dependencia *dependencia; /* NULL: only the session is kept */
    Grupos grupos;
    int da_funcao; /* of grupos; the rest are the session's */
    uint64 epoca;
    char classe[CLASSE_MAX];
    int dia;
    Oid api;
    Jsonb *args;
};

static bool pesquisa_grupos(Grupos *g, Jsonb *args);
static bool cliente_grupos(Grupos *g, Jsonb *args);
static bool cliente_pedidos_grupos(Grupos *g, Jsonb *args);
static bool quadro_grupos(Grupos *g, Jsonb *args);
static bool vendedor_numeros_grupos(Grupos *g, Jsonb *args);
static bool periodos_grupos(Grupos *g, Jsonb *args);
static bool todos_grupos(Grupos *g, Jsonb *args);
static bool gerais_grupos(Grupos *g, Jsonb *args);
static bool primeira_pagina(Jsonb *args);
static bool faixas_grupos(Grupos *g, int64 size);
static TimestampTz ate_recuperados(void);
static TimestampTz ate_presenca(void);

static const Dependencia dependencias[] = {
    {"pesquisar_clientes", pesquisa_grupos, ate_recuperados},
    {"cliente", cliente_grupos, ate_recuperados},
    {"cliente_linha_do_tempo", cliente_grupos, ate_recuperados},
    {"cliente_pedidos", cliente_pedidos_grupos, ate_recuperados},
    {"meus_clientes", quadro_grupos, NULL},
    {"estatisticas_vendedor", vendedor_numeros_grupos, NULL},
    {"clientes_por_periodo", periodos_grupos, NULL},
    {"todos_clientes", todos_grupos, NULL, true},
    {"estatisticas_gerais", gerais_grupos, ate_presenca},
};

static void grupos_da_sessao(Grupos *g);
static void classe_de(char classe[CLASSE_MAX], bool trocar_senha);
static bool grupos_da_funcao(Arrendamento *a, Oid api, Jsonb *args);
static bool grupos_conferem(const Arrendamento *a);
static const Dependencia *dependencia_de(const char *funcao);
static void grupo_contagem(Grupos *g, const char *escopo, int64 vendedor_id);
static void grupos_da_carteira(Grupos *g, int64 vendedor_id);
static int64 inteiro_de(Jsonb *args, const char *campo);
static int64 ms(TimestampTz instante);
static void grupos_json(StringInfo s, const CacheGrupo *g, int n);

/* ---- declarations ---- */

/*
 * Rows, totals, facets, order and cursor are made of clients that answer the
 * filter, now or after the change: condicao_grupos(). Which page they are on, how
 * many stand before them and whether those spelled alike are shown (at most 1,000
 * answer) depends on the same clients. With age and situacao the day counts, which
 * is in the key. A row also shows the holder's name. Where only crm.clientes is
 * asked, total and way come from the counters. Who sees the own portfolio alone is
 * searched through it, whatever the filter.
 */
static bool
pesquisa_grupos(Grupos *g, Jsonb *args)
{
    Pesquisa p = {.com_total = true};
    bool palavras = false;

    pesquisa_ler(args, &p);
    if (p.f.propria)
        grupos_da_carteira(g, p.f.vendedor);
    else
    {
        condicao_grupos(g, &p.f, &palavras);
        grupo_massa(g, T_ATRIBUICOES);
        if (!filtro_usa_busca(&p.f))
            grupo_qualquer(g, T_CONTAGENS);
    }
    if (palavras)
        grupo_qualquer(g, T_PALAVRAS);
    grupo_massa(g, T_PALAVRAS);
    grupo_massa(g, T_BUSCA);
    grupo_etiqueta(g, T_VENDEDORES, E_NOME, "", 0);
    return true;
}

/*
 * The record, its holder, the orders with their products, all assignments with
 * their sellers, and the timeline: changes in the audit by the client's number or
 * in blocks that name it inside, and who made them.
 */
static bool
cliente_grupos(Grupos *g, Jsonb *args)
{
    const int64 id = inteiro_de(args, "id_cliente");

    (void)cliente_pedidos_grupos(g, args);
    grupo_etiqueta(g, T_VENDEDORES, E_NOME, "", 0);
    grupo_etiqueta(g, T_USUARIOS, E_NOME, "", 0);
    grupo_id(g, T_AUDITORIA, E_REGISTRO, id);
    grupo_etiqueta(g, T_AUDITORIA, E_BLOCO, "", 0);
    return true;
}

/* Orders and their products; the record and its assignments say who may see them. */
static bool
cliente_pedidos_grupos(Grupos *g, Jsonb *args)
{
    const int64 id = inteiro_de(args, "id_cliente");

    grupo_id(g, T_CLIENTES, E_CLIENTE, id);
    grupo_id(g, T_PEDIDOS, E_DO_CLIENTE, id);
    grupo_id(g, T_ATRIBUICOES, E_DO_CLIENTE, id);
    grupo_qualquer(g, T_PRODUTOS);
    return true;
}

/*
 * Cards are open or recovered assignments of one seller with their clients' records
 * and last orders: E_DO_VENDEDOR. Which recoveries are shown changes at midnight.
 * Totals are the counters of the seller. Name, presence and marks of the seller.
 */
static bool
quadro_grupos(Grupos *g, Jsonb *args)
{
    const int64 id = inteiro_de(args, "id");

    grupos_da_carteira(g, id);
    grupo_contagem(g, "carteira", id);
    grupo_contagem(g, "recuperado", id);
    grupo_id(g, T_VENDEDORES, E_ID, id);
    return true;
}

/* Counters of the seller, who must exist. */
static bool
vendedor_numeros_grupos(Grupos *g, Jsonb *args)
{
    const int64 id = inteiro_de(args, "id");

    grupo_contagem(g, "vendedor", id);
    grupo_id(g, T_VENDEDORES, E_ID, id);
    return true;
}

/*
 * Totals from the counters of all days, or of the seller's portfolio; the clients
 * of a page are any, with their holders' names, or the seller's.
 */
static bool
periodos_grupos(Grupos *g, Jsonb *args)
{
    const int64 vendedor = inteiro_de(args, "vendedor_id");

    if (vendedor != 0)
    {
        grupos_da_carteira(g, vendedor);
        grupo_contagem(g, "carteira", vendedor);
        grupo_id(g, T_VENDEDORES, E_ID, vendedor);
        return true;
    }
    grupo_contagem(g, "base", 0);
    grupo_contagem(g, "cliente", 0);
    grupo_qualquer(g, T_CLIENTES);
    grupo_massa(g, T_ATRIBUICOES);
    grupo_etiqueta(g, T_VENDEDORES, E_NOME, "", 0);
    return true;
}

/*
 * The same in another order; that of the names is in the rows of the search. The
 * first page by number without a filter shows the clients up to one number: they are
 * all that matters, besides the total.
 */
static bool
todos_grupos(Grupos *g, Jsonb *args)
{
    const int64 vendedor = inteiro_de(args, "vendedor_id");

    grupo_massa(g, T_BUSCA);
    if (vendedor != 0)
    {
        grupos_da_carteira(g, vendedor);
        grupo_contagem(g, "carteira", vendedor);
        grupo_id(g, T_VENDEDORES, E_ID, vendedor);
        return true;
    }
    grupo_massa(g, T_ATRIBUICOES);
    grupo_etiqueta(g, T_VENDEDORES, E_NOME, "", 0);
    if (primeira_pagina(args) && faixas_grupos(g, inteiro_de(args, "size")))
        grupo_contagem(g, "base", 0);
    else
    {
        grupo_qualquer(g, T_CLIENTES);
        grupo_qualquer(g, T_CONTAGENS);
    }
    return true;
}

static bool
primeira_pagina(Jsonb *args)
{
    static const char *const outros[] = {"vendedor_id", "status", "situacao",
                                         "cursor"};
    JsonbValue *sort =
        getKeyJsonValueFromContainer(&args->root, "sort", 4, NULL);

    for (int i = 0; i < lengthof(outros); i++)
        if (getKeyJsonValueFromContainer(&args->root, outros[i],
                                         strlen(outros[i]), NULL) != NULL)
            return false;
    return inteiro_de(args, "page") == 1 && sort != NULL &&
           sort->type == jbvString && sort->val.string.len == 2 &&
           memcmp(sort->val.string.val, "id", 2) == 0;
}

/* Up to the client behind the page; false: their numbers are too far apart. */
static bool
faixas_grupos(Grupos *g, int64 size)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID};
    Datum args[] = {Int64GetDatum(size + 1)};
    int64 ultima = FAIXAS_MAX;
    bool nulos[2];
    Datum n, maior;

    SPI_connect();
    if (SPI_execute_plan(plano(&guardado,
                               "SELECT count(*), max(id_cliente) FROM ("
                               " SELECT id_cliente FROM crm.clientes"
                               "  ORDER BY id_cliente LIMIT $1) t",
                               lengthof(tipos), tipos),
                         args, NULL, true, 1) != SPI_OK_SELECT)
        elog(ERROR, "could not read the first clients");
    n = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &nulos[0]);
    maior =
        SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &nulos[1]);
    /* Behind the last client of all anybody may come. */
    if (!nulos[1] && DatumGetInt64(n) == size + 1)
        ultima = DatumGetInt64(maior) / FAIXA_IDS;
    SPI_finish();
    if (ultima >= FAIXAS_MAX)
        return false;
    for (int64 faixa = 0; faixa <= ultima; faixa++)
        grupo_id(g, T_CLIENTES, E_FAIXA, faixa);
    return true;
}

/*
 * Counters of everything, and each seller with settings, presence and working hours;
 * who is at work now is written down (vendedores.expediente), not told by the clock.
 */
static bool
gerais_grupos(Grupos *g, Jsonb *args)
{
    grupo_qualquer(g, T_CONTAGENS);
    grupo_qualquer(g, T_VENDEDORES);
    grupo_qualquer(g, T_JORNADAS);
    grupo_qualquer(g, T_AUSENCIAS);
    return true;
}

/* Whom a seller sees: clients of the own assignments, open or recovered. */
static void
grupos_da_carteira(Grupos *g, int64 vendedor_id)
{
    grupo_id(g, T_ATRIBUICOES, E_DO_VENDEDOR, vendedor_id);
    grupo_massa(g, T_CLIENTES);
    grupo_massa(g, T_PEDIDOS);
    grupo_massa(g, T_BUSCA);
}

static void
grupo_contagem(Grupos *g, const char *escopo, int64 vendedor_id)
{
    char chave[CHAVE_CONTAGEM_MAX];
    const size_t n =
        cache_chave_contagem(chave, escopo, strlen(escopo), vendedor_id);

    grupo_etiqueta(g, T_CONTAGENS, E_CHAVE, chave, n);
}

/* ---- what changes by the clock ---- */

/*
 * Who does not see all clients sees those recovered lately, until recuperado_dias
 * after the instant of the recovery.
 */
static TimestampTz
ate_recuperados(void)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID, TIMESTAMPTZOID};
    const int64 dias = (int64)config_int("recuperado_dias") * USECS_PER_DAY;
    Datum args[] = {Int64GetDatum(identidade_atual()->usuario_id),
                    TimestampTzGetDatum(tempo_agora() - dias)};
    TimestampTz ate = DT_NOEND;
    Datum primeira;
    bool nulo;
    Sistema salvo;

    if (identidade_pode("cliente.ver_todos"))
        return ate;
    SPI_connect();
    sistema_entrar(&salvo);
    if (SPI_execute_plan(plano(&guardado,
                               "SELECT min(encerrada_em)"
                               "  FROM crm.cliente_vendedor"
                               " WHERE vendedor_id = $1"
                               "   AND resultado = 'recuperado'"
                               "   AND encerrada_em > $2",
                               lengthof(tipos), tipos),
                         args, NULL, true, 1) != SPI_OK_SELECT)
        elog(ERROR, "could not read the recoveries");
    primeira = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1,
                             &nulo);
    if (!nulo)
        ate = DatumGetTimestampTz(primeira) + dias;
    sistema_sair(&salvo);
    SPI_finish();
    return ate;
}

/*
 * A seller is absent presenca_ausente seconds after the last heartbeat, and back
 * with the next, which marks nothing: while somebody is absent nothing is kept.
 */
static TimestampTz
ate_presenca(void)
{
    static SPIPlanPtr guardado = NULL;
    const int64 ausente =
        (int64)config_int("presenca_ausente") * USECS_PER_SEC;
    TimestampTz ate = DT_NOEND;
    Datum primeira;
    bool nulo;
    Sistema salvo;

    SPI_connect();
    sistema_entrar(&salvo);
    if (SPI_execute_plan(plano(&guardado,
                               "SELECT min(visto_em) FROM crm.vendedores"
                               " WHERE ativo AND online",
                               0, NULL),
                         NULL, NULL, true, 1) != SPI_OK_SELECT)
        elog(ERROR, "could not read the presence of the sellers");
    primeira = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1,
                             &nulo);
    if (!nulo)
        ate = DatumGetTimestampTz(primeira) + ausente;
    sistema_sair(&salvo);
    SPI_finish();
    return ate < tempo_agora() ? 0 : ate;
}

/* ---- the session ---- */

/*
 * Everything of the caller that an answer can depend on. Who sees all clients and
 * all assignments sees what everybody of the papel does; anybody else is somebody.
 */
static void
classe_de(char classe[CLASSE_MAX], bool trocar_senha)
{
    const Identidade *eu = identidade_atual();
    const bool todos = identidade_pode("cliente.ver_todos") &&
                       identidade_pode("carteira.ver_todas");

    snprintf(classe, CLASSE_MAX, "%s.%lld.%016llx%s", eu->papel,
             todos ? 0LL : (long long)eu->usuario_id,
             (unsigned long long)identidade_direitos_hash(),
             trocar_senha ? ".s" : "");
}

static void
grupos_da_sessao(Grupos *g)
{
    const Identidade *eu = identidade_atual();

    grupo_etiqueta(g, T_SESSOES, E_ID, &eu->sessao, sizeof(eu->sessao));
    grupo_id(g, T_USUARIOS, E_ID, eu->usuario_id);
    grupo_qualquer(g, T_PERMISSOES);
    grupo_qualquer(g, T_PAPEIS);
    grupo_qualquer(g, T_CONFIGURACOES);
}

/* ---- lease and outcome ---- */

Arrendamento *
arrendar(const char *funcao, Oid api, Jsonb *args, bool trocar_senha)
{
    Arrendamento *a;

    /* An older snapshot would be read under stamps that are newer. */
    if (!cache_aberta() || IsolationUsesXactSnapshot())
        return NULL;
    a = palloc0(sizeof(Arrendamento));
    a->dependencia = dependencia_de(funcao);
    if (a->dependencia != NULL && !grupos_da_funcao(a, api, args))
    {
        a->dependencia = NULL;
        a->grupos.n = 0;
        a->grupos.demais = false;
    }
    a->da_funcao = a->grupos.n;
    a->api = api;
    a->args = args;
    grupos_da_sessao(&a->grupos);
    classe_de(a->classe, trocar_senha);
    if (a->grupos.demais ||
        !cache_arrendar(a->grupos.g, a->grupos.n, &a->epoca))
        return NULL;

    /* A commit releases its stamps before it tells other backends to forget. */
    AcceptInvalidationMessages();
    configuracao_esquecer();
    identidade_esquecer();
    a->dia = tempo_hoje() + (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE);
    condicao_observar();
    return a;
}

static const Dependencia *
dependencia_de(const char *funcao)
{
    for (int i = 0; i < lengthof(dependencias); i++)
        if (strcmp(dependencias[i].funcao, funcao) == 0)
            return &dependencias[i];
    return NULL;
}

/* What the request itself is refused for is found out when it is run. */
static bool
grupos_da_funcao(Arrendamento *a, Oid api, Jsonb *args)
{
    MemoryContext contexto = CurrentMemoryContext;
    ResourceOwner dono = CurrentResourceOwner;
    const Identidade eu = *identidade_atual();
    volatile bool serve = false;
    RegraRecusa recusa;

    args = esquema_aplicar(api, args, &recusa);
    if (args == NULL)
        return false;
    BeginInternalSubTransaction(NULL);
    MemoryContextSwitchTo(contexto);
    PG_TRY();
    {
        Sistema salvo;

        sistema_entrar(&salvo);
        serve = a->dependencia->grupos(&a->grupos, args);
        grupo_qualquer(&a->grupos, T_CONFIGURACOES);
        sistema_sair(&salvo);
        ReleaseCurrentSubTransaction();
        MemoryContextSwitchTo(contexto);
        CurrentResourceOwner = dono;
    }
    PG_CATCH();
    {
        const int codigo = geterrcode();

        MemoryContextSwitchTo(contexto);
        if (strncmp(unpack_sql_state(codigo), "CR", 2) != 0)
            PG_RE_THROW();
        FlushErrorState();
        RollbackAndReleaseCurrentSubTransaction();
        MemoryContextSwitchTo(contexto);
        CurrentResourceOwner = dono;
        identidade_definir_web(&eu);
        serve = false;
    }
    PG_END_TRY();
    return serve && !a->grupos.demais;
}

char *
arrendamento_json(Arrendamento *a, bool boa, bool trocar_senha,
                  TimestampTz limite)
{
    const TimestampTz desvio =
        tempo_agora() - GetCurrentTransactionStartTimestamp();
    const TimestampTz fim_do_dia =
        tempo_inicio(tempo_hoje() + 1) - desvio - MARGEM_S * USECS_PER_SEC;
    const TimestampTz fim =
        Min(fim_do_dia, GetCurrentTimestamp() + TTL_S * USECS_PER_SEC);
    const bool surpresa = condicao_surpresa();
    char classe[CLASSE_MAX];
    StringInfoData s;

    classe_de(classe, trocar_senha);
    /* Rights or day changed between the lease and now. */
    if (strcmp(classe, a->classe) != 0 ||
        a->dia != tempo_hoje() + (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE))
        return NULL;

    initStringInfo(&s);
    appendStringInfo(&s, "\"cache\":{\"epoca\":\"" UINT64_FORMAT "\"", a->epoca);
    if (boa && a->dependencia != NULL && !surpresa &&
        (!a->dependencia->conferir || grupos_conferem(a)))
    {
        TimestampTz ate =
            a->dependencia->ate != NULL ? a->dependencia->ate() : DT_NOEND;

        if (ate != 0)
        {
            appendStringInfoString(&s, ",\"grupos\":");
            grupos_json(&s, a->grupos.g, a->da_funcao);
            appendStringInfo(&s, ",\"ate\":" INT64_FORMAT,
                             ms(ate == DT_NOEND ? fim : Min(fim, ate - desvio)));
        }
    }
    appendStringInfoString(&s, ",\"sessao\":{\"grupos\":");
    grupos_json(&s, a->grupos.g + a->da_funcao, a->grupos.n - a->da_funcao);
    appendStringInfo(&s, ",\"classe\":\"%s\",\"ate\":" INT64_FORMAT ",\"dia\":%d}}",
                     a->classe, ms(Min(fim, limite)), a->dia);
    return s.data;
}

static bool
grupos_conferem(const Arrendamento *a)
{
    Arrendamento *outro = palloc0(sizeof(Arrendamento));

    outro->dependencia = a->dependencia;
    if (!grupos_da_funcao(outro, a->api, a->args) ||
        outro->grupos.n != a->da_funcao)
        return false;
    for (int i = 0; i < a->da_funcao; i++)
        if (outro->grupos.g[i].n != a->grupos.g[i].n ||
            memcmp(outro->grupos.g[i].slot, a->grupos.g[i].slot,
                   sizeof(uint32) * a->grupos.g[i].n) != 0)
            return false;
    return true;
}

static void
grupos_json(StringInfo s, const CacheGrupo *g, int n)
{
    appendStringInfoChar(s, '[');
    for (int i = 0; i < n; i++)
    {
        appendStringInfoString(s, i > 0 ? ",[" : "[");
        for (int k = 0; k < g[i].n; k++)
            appendStringInfo(s, "%s%u," INT64_FORMAT, k > 0 ? "," : "",
                             g[i].slot[k], g[i].carimbo[k]);
        appendStringInfoChar(s, ']');
    }
    appendStringInfoChar(s, ']');
}

static int64
ms(TimestampTz instante)
{
    return (instante +
            (int64)(POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY) /
           1000;
}

/* A whole number of the arguments, 0: absent. */
static int64
inteiro_de(Jsonb *args, const char *campo)
{
    JsonbValue *v =
        JB_ROOT_IS_OBJECT(args)
            ? getKeyJsonValueFromContainer(&args->root, campo, strlen(campo),
                                           NULL)
            : NULL;

    if (v == NULL || v->type != jbvNumeric)
        return 0;
    return DatumGetInt64(DirectFunctionCall1(
        numeric_int8, NumericGetDatum(v->val.numeric)));
}

/* ---- for tests: the same without a Redis ---- */

/*
 * crm.cache_colhidos() returns integer[]
 *
 * The slots that this transaction would mark if it ended now. Superusers only.
 */
PG_FUNCTION_INFO_V1(crm_cache_colhidos);
Datum
crm_cache_colhidos(PG_FUNCTION_ARGS)
{
    const uint32 *slots;
    Datum *valores;
    int n;

    cache_projetar();
    slots = coleta_slots(&n);
    valores = palloc(sizeof(Datum) * (n + 1));
    for (int i = 0; i < n; i++)
        valores[i] = Int32GetDatum((int32)slots[i]);
    PG_RETURN_ARRAYTYPE_P(construct_array(valores, n, INT4OID, sizeof(int32), true,
                                          TYPALIGN_INT));
}

static void
papel_ler(Identidade *quem)
{
    const Oid tipos[] = {INT8OID};
    Datum args[] = {Int64GetDatum(quem->usuario_id)};

    SPI_connect();
    if (SPI_execute_with_args("SELECT papel FROM crm.usuarios WHERE id = $1", 1,
                              (Oid *)tipos, args, NULL, true, 1) !=
            SPI_OK_SELECT ||
        SPI_processed != 1)
        ereport(ERROR, (errcode(ERRCODE_NO_DATA_FOUND),
                        errmsg("user does not exist")));
    strlcpy(quem->papel,
            SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1),
            sizeof(quem->papel));
    SPI_finish();
}

/*
 * crm.cache_grupos(funcao text, usuario_id bigint, args jsonb) returns jsonb
 *
 * {"classe", "grupos": [[slot, …], …], "ate"} of a request of that user, without
 * stamps; NULL: it is not kept. Superusers only.
 */
PG_FUNCTION_INFO_V1(crm_cache_grupos);
Datum
crm_cache_grupos(PG_FUNCTION_ARGS)
{
    char *funcao = text_to_cstring(PG_GETARG_TEXT_PP(0));
    Arrendamento a = {.dependencia = dependencia_de(funcao)};
    Identidade quem = {.usuario_id = PG_GETARG_INT64(1)};
    StringInfoData s;
    TimestampTz ate;
    Oid api;

    if (a.dependencia == NULL)
        PG_RETURN_NULL();
    papel_ler(&quem);
    identidade_definir_web(&quem);
    api = LookupFuncName(list_make2(makeString("crm"),
                                    makeString(psprintf("api_%s", funcao))),
                         1, (Oid[]){JSONBOID}, false);
    ate = DT_NOEND;
    if (!grupos_da_funcao(&a, api, PG_GETARG_JSONB_P(2)) ||
        (a.dependencia->ate != NULL && (ate = a.dependencia->ate()) == 0))
    {
        identidade_deixar_web();
        PG_RETURN_NULL();
    }
    classe_de(a.classe, false);
    identidade_deixar_web();
    initStringInfo(&s);
    appendStringInfo(&s, "{\"classe\":\"%s\",\"ate\":", a.classe);
    if (ate == DT_NOEND)
        appendStringInfoString(&s, "null");
    else
        appendStringInfo(&s, INT64_FORMAT, ms(ate));
    appendStringInfoString(&s, ",\"grupos\":[");
    for (int i = 0; i < a.grupos.n; i++)
    {
        appendStringInfoString(&s, i > 0 ? ",[" : "[");
        for (int k = 0; k < a.grupos.g[i].n; k++)
            appendStringInfo(&s, "%s%u", k > 0 ? "," : "",
                             a.grupos.g[i].slot[k]);
        appendStringInfoChar(&s, ']');
    }
    appendStringInfoString(&s, "]}");
    PG_RETURN_DATUM(DirectFunctionCall1(jsonb_in, CStringGetDatum(s.data)));
}
