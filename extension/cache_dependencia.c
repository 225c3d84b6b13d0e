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
 *   E_CLIENTE     of them, by its orders and the audit of its record as well
 *   E_DO_VENDEDOR is marked for the sellers of the open and recovered assignments
 *                 of a client when record, order, search row or assignment of it
 *                 is written: what a seller sees needs no tag of the clients
 *
 * All depend on crm.configuracoes, and on who asks: papel, rights, own number are
 * in the class of the session (cache_arrendamento.c), which is part of the key, as the
 * business date is. So nothing is said below about rights.
 *
 * ate: an answer ends with the business day, and earlier where something in it
 * changes by the clock alone.
 */
#include "cache_dependencia.h"

#include "catalog/pg_type.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

#include "cache_especies.h"
#include "pesquisa.h"

enum
{
    FAIXAS_MAX = 8
};

static bool pesquisa_grupos(Grupos *g, Jsonb *args);
static bool cliente_grupos(Grupos *g, Jsonb *args);
static bool cliente_pedidos_grupos(Grupos *g, Jsonb *args);
static bool quadro_grupos(Grupos *g, Jsonb *args);
static bool fila_grupos(Grupos *g, Jsonb *args);
static bool vendedor_numeros_grupos(Grupos *g, Jsonb *args);
static bool periodos_grupos(Grupos *g, Jsonb *args);
static bool todos_grupos(Grupos *g, Jsonb *args);
static bool gerais_grupos(Grupos *g, Jsonb *args);
static bool quadro_da_gestao_grupos(Grupos *g, Jsonb *args);
static bool relatorio_grupos(Grupos *g, Jsonb *args);
static void contagens_do_relatorio(Grupos *g, const char *escopo,
                                   int64 vendedor_id);
static bool sem_filtro_por_numero(Jsonb *args);
static bool faixas_grupos(Grupos *g, Jsonb *args);
static TimestampTz ate_recuperados(void);
static TimestampTz ate_presenca(void);

static const Dependencia dependencias[] = {
    {"pesquisar_clientes", pesquisa_grupos, ate_recuperados, false,
     "[\"total_exato\",\"total\",\"pages\",\"proximo\",\"facetas\"]"},
    {"cliente", cliente_grupos, ate_recuperados},
    {"cliente_linha_do_tempo", cliente_grupos, ate_recuperados},
    {"cliente_pedidos", cliente_pedidos_grupos, ate_recuperados},
    {"meus_clientes", quadro_grupos, NULL},
    {"fila", fila_grupos, NULL},
    {"estatisticas_vendedor", vendedor_numeros_grupos, NULL},
    {"clientes_por_periodo", periodos_grupos, NULL},
    {"todos_clientes", todos_grupos, NULL, true},
    {"estatisticas_gerais", gerais_grupos, ate_presenca},
    {"vendedores", gerais_grupos, ate_presenca},
    {"quadro", quadro_da_gestao_grupos, ate_presenca},
    {"relatorio", relatorio_grupos, NULL},
};

static void grupo_contagem(Grupos *g, const char *escopo, int64 vendedor_id);
static void grupo_chave(Grupos *g, int especie, const char *escopo,
                        int64 vendedor_id);
static void grupos_da_carteira(Grupos *g, int64 vendedor_id);
static void grupos_dos_nomes(Grupos *g, int tabela, int nomes);
static int64 inteiro_de(Jsonb *args, const char *campo);
static bool texto_de(Jsonb *args, const char *campo, const char *valor);

const Dependencia *
dependencia_de(const char *funcao)
{
    for (int i = 0; i < lengthof(dependencias); i++)
        if (strcmp(dependencias[i].funcao, funcao) == 0)
            return &dependencias[i];
    return NULL;
}

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
    Pesquisa p = {0};
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
    grupos_dos_nomes(g, T_VENDEDORES, T_NOMES_VENDEDORES);
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
    (void)cliente_pedidos_grupos(g, args);
    grupos_dos_nomes(g, T_VENDEDORES, T_NOMES_VENDEDORES);
    grupos_dos_nomes(g, T_USUARIOS, T_NOMES_USUARIOS);
    grupo_massa(g, T_AUDITORIA);
    grupo_qualquer(g, T_BLOCOS);
    return true;
}

/* Orders and their products; the record and its assignments say who may see them. */
static bool
cliente_pedidos_grupos(Grupos *g, Jsonb *args)
{
    grupo_id(g, T_CLIENTES, E_CLIENTE, inteiro_de(args, "id_cliente"));
    grupo_massa(g, T_PEDIDOS);
    grupo_massa(g, T_ATRIBUICOES);
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

/* Cards of the same assignments, by the day of their return; counted there too. */
static bool
fila_grupos(Grupos *g, Jsonb *args)
{
    const int64 id = inteiro_de(args, "id");

    grupos_da_carteira(g, id);
    grupo_contagem(g, "vendedor", id);
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
    grupos_dos_nomes(g, T_VENDEDORES, T_NOMES_VENDEDORES);
    return true;
}

/*
 * The same in another order; that of the names is in the rows of the search. One of
 * the first pages by number without a filter depends on the clients up to one number:
 * they are all that matters, besides the total.
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
    grupos_dos_nomes(g, T_VENDEDORES, T_NOMES_VENDEDORES);
    if (sem_filtro_por_numero(args) && faixas_grupos(g, args))
        grupo_chave(g, E_QUANTOS, "base", 0);
    else
    {
        grupo_qualquer(g, T_CLIENTES);
        grupo_qualquer(g, T_CONTAGENS);
    }
    return true;
}

static bool
sem_filtro_por_numero(Jsonb *args)
{
    static const char *const outros[] = {"vendedor_id", "status", "situacao",
                                         "cursor"};
    JsonbValue *sort =
        getKeyJsonValueFromContainer(&args->root, "sort", 4, NULL);

    for (int i = 0; i < lengthof(outros); i++)
        if (getKeyJsonValueFromContainer(&args->root, outros[i],
                                         strlen(outros[i]), NULL) != NULL)
            return false;
    return sort != NULL && sort->type == jbvString && sort->val.string.len == 2 &&
           memcmp(sort->val.string.val, "id", 2) == 0;
}

/* Up to the client behind the page; false: their numbers are too far apart. */
static bool
faixas_grupos(Grupos *g, Jsonb *args)
{
    static SPIPlanPtr guardado = NULL;
    static const Oid tipos[] = {INT8OID};
    const int64 page = inteiro_de(args, "page");
    const int64 size = inteiro_de(args, "size");
    Datum ate[] = {Int64GetDatum(0)};
    int64 ultima = FAIXAS_MAX;
    bool nulos[2];
    Datum n, maior;

    if (page < 1 || size < 1 || page > FAIXAS_MAX * FAIXA_IDS / size)
        return false;
    ate[0] = Int64GetDatum(page * size + 1);
    SPI_connect();
    if (SPI_execute_plan(plano(&guardado,
                               "SELECT count(*), max(id_cliente) FROM ("
                               " SELECT id_cliente FROM crm.clientes"
                               "  ORDER BY id_cliente LIMIT $1) t",
                               lengthof(tipos), tipos),
                         ate, NULL, true, 1) != SPI_OK_SELECT)
        elog(ERROR, "could not read the first clients");
    n = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &nulos[0]);
    maior =
        SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &nulos[1]);
    /* Behind the last client of all anybody may come. */
    if (!nulos[1] && DatumGetInt64(n) == page * size + 1)
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

/* By period as periodos_grupos(); by seller everybody's numbers, presence and first
 * clients, and those nobody holds. */
static bool
quadro_da_gestao_grupos(Grupos *g, Jsonb *args)
{
    JsonbValue *por =
        getKeyJsonValueFromContainer(&args->root, "por", 3, NULL);

    if (por != NULL && por->type == jbvString && por->val.string.len == 7 &&
        memcmp(por->val.string.val, "periodo", 7) == 0)
        return periodos_grupos(g, args);
    grupo_qualquer(g, T_CLIENTES);
    grupo_massa(g, T_ATRIBUICOES);
    return gerais_grupos(g, args);
}

/*
 * Recovered, outcomes and funnel are counters of one scope, of one seller or of all,
 * with the sellers' names. Exports are rows of their table with the names of the
 * users. The forecast is made of the counters of the clients by day (of the seller's
 * portfolio), and of what was kept of earlier ones. With vendedor_id the seller is
 * named and must exist. All days are business days: the zone is a setting. The
 * searches are not kept: every search would have to be told to the cache.
 */
static bool
relatorio_grupos(Grupos *g, Jsonb *args)
{
    const int64 vendedor = inteiro_de(args, "vendedor_id");

    if (vendedor != 0)
        grupo_id(g, T_VENDEDORES, E_ID, vendedor);
    else
        grupos_dos_nomes(g, T_VENDEDORES, T_NOMES_VENDEDORES);

    if (texto_de(args, "nome", "recuperados"))
        contagens_do_relatorio(g, "recuperado", vendedor);
    else if (texto_de(args, "nome", "desfechos"))
        contagens_do_relatorio(g, "contato", vendedor);
    else if (texto_de(args, "nome", "funil"))
        contagens_do_relatorio(g, "funil", vendedor);
    else if (texto_de(args, "nome", "previsao"))
    {
        if (vendedor != 0)
            grupo_contagem(g, "carteira", vendedor);
        else
            grupo_contagem(g, "cliente", 0);
        grupo_qualquer(g, T_PREVISOES);
    }
    else if (texto_de(args, "nome", "exportacoes"))
    {
        grupo_qualquer(g, T_EXPORTACOES);
        grupos_dos_nomes(g, T_USUARIOS, T_NOMES_USUARIOS);
    }
    else
        return false;
    return true;
}

static void
contagens_do_relatorio(Grupos *g, const char *escopo, int64 vendedor_id)
{
    if (vendedor_id != 0)
        grupo_contagem(g, escopo, vendedor_id);
    else
        grupo_etiqueta(g, T_CONTAGENS, E_ESCOPO, escopo, strlen(escopo));
}

/* Names alone: what else changes of the rows is not shown. */
static void
grupos_dos_nomes(Grupos *g, int tabela, int nomes)
{
    grupo_massa(g, tabela);
    grupo_qualquer(g, nomes);
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
    grupo_chave(g, E_CHAVE, escopo, vendedor_id);
}

static void
grupo_chave(Grupos *g, int especie, const char *escopo, int64 vendedor_id)
{
    char chave[CHAVE_CONTAGEM_MAX];
    const size_t n =
        cache_chave_contagem(chave, escopo, strlen(escopo), vendedor_id);

    grupo_etiqueta(g, T_CONTAGENS, especie, chave, n);
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

/* ---- arguments ---- */

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

static bool
texto_de(Jsonb *args, const char *campo, const char *valor)
{
    JsonbValue *v =
        JB_ROOT_IS_OBJECT(args)
            ? getKeyJsonValueFromContainer(&args->root, campo, strlen(campo),
                                           NULL)
            : NULL;

    return v != NULL && v->type == jbvString &&
           (size_t)v->val.string.len == strlen(valor) &&
           memcmp(v->val.string.val, valor, v->val.string.len) == 0;
}
