/*
 * cache_arrendamento.c: a lease around an answer, and around the session that asks.
 *
 * Before the snapshot of the answer the stamps of all its groups are read, behind
 * it what may be kept is told: stamps, until when, and the class of the session.
 */
#include "cache_dependencia.h"

#include "access/xact.h"
#include "lib/stringinfo.h"
#include "utils/datetime.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "cache_especies.h"
#include "configuracao.h"
#include "esquema.h"
#include "identidade.h"
#include "pesquisa.h"
#include "subtransacao.h"

enum
{
    TTL_S = 3600,
    MARGEM_S = 1 /* before midnight */
};

/* What a dependency is asked for in a subtransaction. */
typedef struct Pergunta
{
    Arrendamento *arrendamento;
    Jsonb *args;
    bool serve;
} Pergunta;

static void grupos_da_sessao(Grupos *g);
static void perguntar(void *arg);
static bool carimbos_ler(Arrendamento *a);
static int por_slot(const void *a, const void *b);
static bool grupos_conferem(const Arrendamento *a);
static void grupos_json(StringInfo s, const CacheGrupo *g, int n);

/* ---- the session ---- */

/*
 * Everything of the caller that an answer can depend on. Who sees all clients and
 * all assignments sees what everybody of the papel does; anybody else is somebody.
 */
void
arrendamento_classe(char classe[CLASSE_MAX], bool trocar_senha)
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
    Janela janela;
    DateADT hoje;

    /* An older snapshot would be read under stamps that are newer. */
    if (!cache_aberta() || IsolationUsesXactSnapshot())
        return NULL;
    janela = *config_janela();
    hoje = tempo_hoje();
    a = palloc0(sizeof(Arrendamento));
    a->dependencia = dependencia_de(funcao);
    if (a->dependencia != NULL && !arrendamento_grupos(a, api, args))
    {
        a->dependencia = NULL;
        a->grupos.n = 0;
        a->grupos.demais = false;
    }
    a->da_funcao = a->grupos.n;
    a->api = api;
    a->args = args;
    grupos_da_sessao(&a->grupos);
    arrendamento_classe(a->classe, trocar_senha);
    if (a->grupos.demais || !carimbos_ler(a))
        return NULL;

    /* A commit is no longer pending before it tells other backends to forget. */
    AcceptInvalidationMessages();
    configuracao_esquecer();
    identidade_esquecer();
    /* The groups were made of them. */
    if (memcmp(config_janela(), &janela, sizeof(janela)) != 0 ||
        tempo_hoje() != hoje)
        return NULL;
    amostras_esquecer();
    a->dia = tempo_hoje() + (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE);
    condicao_observar();
    return a;
}

/* Groups share slots: each is asked for once. */
static bool
carimbos_ler(Arrendamento *a)
{
    const int cabem = a->grupos.n * CACHE_GRUPO_MAX;
    uint32 *slots = palloc(sizeof(uint32) * cabem);
    CacheGrupo *pedidos;
    int n = 0;
    int unicos = 0;

    for (int g = 0; g < a->grupos.n; g++)
        for (int i = 0; i < a->grupos.g[g].n; i++)
            slots[n++] = a->grupos.g[g].slot[i];
    qsort(slots, n, sizeof(uint32), por_slot);
    for (int i = 0; i < n; i++)
        if (i == 0 || slots[i] != slots[unicos - 1])
            slots[unicos++] = slots[i];

    n = (unicos + CACHE_GRUPO_MAX - 1) / CACHE_GRUPO_MAX;
    pedidos = palloc0(sizeof(CacheGrupo) * n);
    for (int i = 0; i < unicos; i++)
    {
        CacheGrupo *g = &pedidos[i / CACHE_GRUPO_MAX];

        g->slot[g->n++] = slots[i];
    }
    if (!cache_arrendar(pedidos, n, &a->epoca))
        return false;
    for (int g = 0; g < a->grupos.n; g++)
        for (int i = 0; i < a->grupos.g[g].n; i++)
        {
            const uint32 *este = bsearch(&a->grupos.g[g].slot[i], slots, unicos,
                                         sizeof(uint32), por_slot);
            const int k = (int)(este - slots);

            a->grupos.g[g].carimbo[i] =
                pedidos[k / CACHE_GRUPO_MAX].carimbo[k % CACHE_GRUPO_MAX];
        }
    return true;
}

static int
por_slot(const void *a, const void *b)
{
    const uint32 x = *(const uint32 *)a;
    const uint32 y = *(const uint32 *)b;

    return (x > y) - (x < y);
}

/* What the request itself is refused for is found out when it is run. */
bool
arrendamento_grupos(Arrendamento *a, Oid api, Jsonb *args)
{
    const Identidade eu = *identidade_atual();
    RegraRecusa recusa;
    Pergunta p = {.arrendamento = a,
                  .args = esquema_aplicar(api, args, &recusa)};
    ErrorData *erro;

    if (p.args == NULL)
        return false;
    erro = subtransacao(perguntar, &p);
    if (erro == NULL)
        return p.serve && !a->grupos.demais;
    if (!crm_falha_foi(erro->sqlerrcode))
        ReThrowError(erro);
    identidade_definir_web(&eu);
    return false;
}

/* Of a Pergunta. */
static void
perguntar(void *arg)
{
    Pergunta *p = arg;
    Arrendamento *a = p->arrendamento;
    Sistema salvo;

    sistema_entrar(&salvo);
    p->serve = a->dependencia->grupos(&a->grupos, p->args);
    grupo_qualquer(&a->grupos, T_CONFIGURACOES);
    sistema_sair(&salvo);
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

    arrendamento_classe(classe, trocar_senha);
    /* Rights or day changed between the lease and now. */
    if (strcmp(classe, a->classe) != 0 ||
        a->dia != tempo_hoje() + (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE))
        return NULL;

    initStringInfo(&s);
    appendStringInfo(&s, "\"cache\":{\"epoca\":\"" UINT64_FORMAT "\"", a->epoca);
    if (a->dependencia != NULL && a->dependencia->estimados != NULL)
        appendStringInfo(&s, ",\"estimados\":%s", a->dependencia->estimados);
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
                             arrendamento_ms(ate == DT_NOEND ? fim : Min(fim, ate - desvio)));
        }
    }
    appendStringInfoString(&s, ",\"sessao\":{\"grupos\":");
    grupos_json(&s, a->grupos.g + a->da_funcao, a->grupos.n - a->da_funcao);
    appendStringInfo(&s, ",\"classe\":\"%s\",\"ate\":" INT64_FORMAT ",\"dia\":%d}}",
                     a->classe, arrendamento_ms(Min(fim, limite)), a->dia);
    return s.data;
}

static bool
grupos_conferem(const Arrendamento *a)
{
    Arrendamento *outro = palloc0(sizeof(Arrendamento));

    outro->dependencia = a->dependencia;
    if (!arrendamento_grupos(outro, a->api, a->args) ||
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

int64
arrendamento_ms(TimestampTz instante)
{
    return (instante +
            (int64)(POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY) /
           1000;
}
