/*
 * pesquisa.c: crm.pesquisar_clientes() and its JSON.
 *
 * What a row shows is decided by view crm.clientes_cadastro.
 *
 * Source: SPEC BUSCA-1..4, LGPD-1, AUDIT-1.
 */
#include "pesquisa_argumentos.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/datetime.h"
#include "utils/guc.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

#include "esquema.h"

static void auditar(const Argumentos *a, int linhas);
static char *json_resposta(Pesquisa *p, const Argumentos *a, const Consulta *q);
static void json_itens(StringInfo s, Pesquisa *p);
static void args_da_pagina(Pesquisa *p, Datum *args);
static void json_faceta(StringInfo s, const char *nome, const int64 *contas,
                        const char *const *nomes, int n);

/*
 * The rule of view crm.clientes_cadastro, written flat: its barrier would read
 * the whole table for the rows of a page. $1 ids, $2 spelled alike, $3 may see
 * CPF and birth date, $4 sees all assignments, $5 who asks, $6 today.
 */
#define COLUNAS                                                               \
    " c.id_cliente, c.nome_completo::text,"                                   \
    " CASE WHEN $3 THEN crm.cpf_formatado(c.cpf)"                             \
    "      ELSE crm.cpf_mascara(c.cpf) END AS cpf,"                           \
    " extract(year FROM age($6, c.data_nascimento))::integer AS idade,"       \
    " CASE WHEN $3 THEN c.data_nascimento END AS data_nascimento,"            \
    " c.sexo::text, c.celular::text, c.email::text, c.cidade::text,"          \
    " c.uf::text, c.data_ultima_compra,"                                      \
    " crm.dias_sem_comprar(c.data_ultima_compra) AS dias_sem_comprar,"        \
    " crm.periodo_de(c.data_ultima_compra) AS periodo,"                       \
    " crm.situacao(c.data_ultima_compra) AS situacao,"                        \
    " c.status, c.ativo, c.nao_contatar, c.valor_total,"
#define FONTES                                                                \
    " FROM unnest($1, $2) WITH ORDINALITY AS u(id, parecido, ordem)"          \
    " JOIN crm.clientes c ON c.id_cliente = u.id"                             \
    " LEFT JOIN crm.cliente_vendedor v"                                       \
    "   ON v.cliente_id = u.id AND v.encerrada_em IS NULL"                    \
    "  AND ($4 OR v.vendedor_id = $5)"                                        \
    " LEFT JOIN crm.vendedores s ON s.id = v.vendedor_id"

static const Oid tipos_da_pagina[] = {INT8ARRAYOID, BOOLARRAYOID, BOOLOID,
                                      BOOLOID,      INT8OID,      DATEOID};

/*
 * crm.pesquisar_clientes(q, cpf, nome, cidade, uf, idade_min, idade_max,
 *     status, situacao, ativo, celular, email, sort, page, size, cursor)
 *     returns setof record
 *
 * Errors: CR403; CR422 naming the argument.
 */
PG_FUNCTION_INFO_V1(crm_pesquisar_clientes);
Datum
crm_pesquisar_clientes(PG_FUNCTION_ARGS)
{
    static SPIPlanPtr guardado = NULL;
    ReturnSetInfo *rsinfo = (ReturnSetInfo *)fcinfo->resultinfo;
    Argumentos a;
    Pesquisa p = {0};
    Consulta *q = NULL;
    Datum args[lengthof(tipos_da_pagina)];
    Datum *valores;
    bool *nulos;
    char *proximo;
    int colunas;
    int n;
    int nivel;
    Sistema salvo;

    InitMaterializedSRF(fcinfo, 0);
    argumentos_ler_sql(fcinfo, &a);
    argumentos_preparar(&a, &p, &q);
    sistema_entrar(&salvo);
    SPI_connect();
    nivel = pesquisa_buscar(&p);
    proximo = p.ha_mais ? cursor_escrever(&p) : NULL;

    args_da_pagina(&p, args);
    if (SPI_execute_plan(plano(&guardado,
                               "SELECT" COLUNAS
                               " s.id, s.nome::text, u.parecido, c.versao" FONTES
                               " ORDER BY u.ordem",
                               lengthof(tipos_da_pagina), tipos_da_pagina),
                         args, NULL, true, 0) != SPI_OK_SELECT)
        elog(ERROR, "could not read the clients found");
    n = (int)SPI_processed;
    colunas = SPI_tuptable->tupdesc->natts;
    if (colunas + 3 != rsinfo->setDesc->natts)
        elog(ERROR, "the clients found do not have the columns of the function");
    valores = palloc(sizeof(Datum) * rsinfo->setDesc->natts);
    nulos = palloc(sizeof(bool) * rsinfo->setDesc->natts);
    for (int i = 0; i < n; i++)
    {
        for (int c = 0; c < colunas; c++)
            valores[c] = SPI_getbinval(SPI_tuptable->vals[i],
                                       SPI_tuptable->tupdesc, c + 1, &nulos[c]);
        valores[colunas] = Int64GetDatum(p.total);
        nulos[colunas] = false;
        valores[colunas + 1] = BoolGetDatum(p.total_exato);
        nulos[colunas + 1] = false;
        nulos[colunas + 2] = proximo == NULL;
        valores[colunas + 2] = proximo ? CStringGetTextDatum(proximo) : (Datum)0;
        tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, valores, nulos);
    }
    AtEOXact_GUC(true, nivel);
    auditar(&a, n);
    SPI_finish();
    sistema_sair(&salvo);
    return (Datum)0;
}

/*
 * crm.api_pesquisar_clientes(args jsonb) returns json
 *
 * Errors: CR403; CR422 naming the argument.
 */
PG_FUNCTION_INFO_V1(crm_api_pesquisar_clientes);
Datum
crm_api_pesquisar_clientes(PG_FUNCTION_ARGS)
{
    Jsonb *args =
        DatumGetJsonbP(esquema_exigir(fcinfo->flinfo->fn_oid, PG_GETARG_DATUM(0)));
    MemoryContext contexto = CurrentMemoryContext;
    Argumentos a;
    Pesquisa p = {0};
    Consulta *q = NULL;
    text *resposta;
    char *json;
    int nivel;
    Sistema salvo;

    argumentos_ler_json(args, &a);
    argumentos_preparar(&a, &p, &q);
    sistema_entrar(&salvo);
    SPI_connect();
    nivel = pesquisa_buscar(&p);
    json = json_resposta(&p, &a, q);
    AtEOXact_GUC(true, nivel);
    auditar(&a, p.n);
    resposta = MemoryContextAlloc(contexto, VARHDRSZ + strlen(json));
    SET_VARSIZE(resposta, VARHDRSZ + strlen(json));
    memcpy(VARDATA(resposta), json, strlen(json));
    SPI_finish();
    sistema_sair(&salvo);
    PG_RETURN_TEXT_P(resposta);
}

void
pesquisa_ler(Jsonb *args, Pesquisa *p)
{
    Argumentos a;
    Consulta *q = NULL;

    argumentos_ler_json(args, &a);
    argumentos_preparar(&a, p, &q);
}

int
pesquisa_buscar(Pesquisa *p)
{
    const int nivel = NewGUCNestLevel();

    (void)set_config_option("plan_cache_mode", "force_generic_plan", PGC_USERSET,
                            PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
    p->leitor = leitor_abrir();
    pesquisa_executar(p);
    leitor_fechar(p->leitor);
    return nivel;
}

/* One row for who searched past the front: how many clients, by which filters. */
static void
auditar(const Argumentos *a, int linhas)
{
    StringInfoData s;
    const struct
    {
        const char *nome;
        bool usado;
    } filtros[] = {
        {"q", a->q != NULL},
        {"cpf", a->cpf != NULL},
        {"nome", a->nome != NULL},
        {"cidade", a->cidade != NULL},
        {"uf", a->ufs != 0},
        {"idade", a->idade_min >= 0 || a->idade_max >= 0},
        {"status", a->status != 0},
        {"situacao", a->situacao != 0},
        {"celular", a->celular != NULL},
        {"email", a->email != NULL},
    };
    const char *sep = "";

    if (identidade_atual()->web)
        return;
    initStringInfo(&s);
    appendStringInfoString(&s, "{\"filtros\":[");
    for (int i = 0; i < lengthof(filtros); i++)
        if (filtros[i].usado)
        {
            appendStringInfo(&s, "%s\"%s\"", sep, filtros[i].nome);
            sep = ",";
        }
    appendStringInfoString(&s, "]}");
    auditoria_registrar("pesquisa", "clientes", 0, linhas, NULL, s.data);
}

/* ---- answer ---- */

static char *
json_resposta(Pesquisa *p, const Argumentos *a, const Consulta *q)
{
    StringInfoData s;

    initStringInfo(&s);
    appendStringInfoString(&s, "{\"items\":");
    json_itens(&s, p);
    appendStringInfo(&s, ",\"total\":" INT64_FORMAT ",\"total_exato\":%s",
                     p->total, p->total_exato ? "true" : "false");
    appendStringInfo(&s, ",\"page\":%d,\"size\":%d,\"pages\":", a->page, a->size);
    if (p->total_exato)
        appendStringInfo(&s, INT64_FORMAT, (p->total + a->size - 1) / a->size);
    else
        appendStringInfoString(&s, "null");
    if (p->ha_mais)
        appendStringInfo(&s, ",\"proximo\":\"%s\"", cursor_escrever(p));
    else
        appendStringInfoString(&s, ",\"proximo\":null");
    appendStringInfoString(&s, ",\"facetas\":{");
    json_faceta(&s, "situacao", p->facetas.situacao, situacao_nomes, SITUACAO_N);
    json_faceta(&s, "status", p->facetas.status, status_nomes, STATUS_N);
    json_faceta(&s, "uf", p->facetas.uf, uf_nomes, UF_N);
    appendStringInfo(&s, "\"exatas\":%s}", p->facetas.exatas ? "true" : "false");
    appendStringInfoString(&s, ",\"interpretado\":");
    if (q == NULL || q->tipo == CONSULTA_VAZIA)
        appendStringInfoString(&s, "{\"tipo\":\"vazio\",\"campo\":null,\"valor\":null}");
    else
    {
        const char *tipo = consulta_tipo_nome(
            q->tipo == CONSULTA_CPF_PARCIAL ? CONSULTA_CPF : q->tipo);

        appendStringInfo(&s, "{\"tipo\":\"%s\",\"campo\":\"%s\",\"valor\":", tipo, tipo);
        json_texto(&s, q->valor.p, q->valor.n);
        appendStringInfoChar(&s, '}');
    }
    appendStringInfoChar(&s, '}');
    return s.data;
}

static void
json_itens(StringInfo s, Pesquisa *p)
{
    static SPIPlanPtr guardado = NULL;
    Datum args[lengthof(tipos_da_pagina)];

    args_da_pagina(p, args);
    json_lista_executar(
        s,
        plano(&guardado,
              "SELECT u.ordem," COLUNAS
              " crm.json_par(s.id, s.nome) AS vendedor, u.parecido, c.versao"
              FONTES,
              lengthof(tipos_da_pagina), tipos_da_pagina),
        lengthof(tipos_da_pagina), tipos_da_pagina, args);
}

static void
args_da_pagina(Pesquisa *p, Datum *args)
{
    Datum *ids = palloc(sizeof(Datum) * (p->n + 1));
    Datum *parecidos = palloc(sizeof(Datum) * (p->n + 1));

    for (int i = 0; i < p->n; i++)
    {
        ids[i] = Int64GetDatum(p->pagina[i].id);
        parecidos[i] = BoolGetDatum(p->pagina[i].nivel >= NIVEL_PARECIDO);
    }
    args[0] = PointerGetDatum(
        construct_array(ids, p->n, INT8OID, sizeof(int64), true, 'd'));
    args[1] = PointerGetDatum(
        construct_array(parecidos, p->n, BOOLOID, 1, true, 'c'));
    args[2] = BoolGetDatum(identidade_pode("cliente.ver_sensivel"));
    args[3] = BoolGetDatum(identidade_pode("carteira.ver_todas"));
    args[4] = Int64GetDatum(identidade_atual()->usuario_id);
    args[5] = DateADTGetDatum(tempo_hoje());
}

/* Values nobody has are left out. */
static void
json_faceta(StringInfo s, const char *nome, const int64 *contas,
            const char *const *nomes, int n)
{
    const char *sep = "";

    appendStringInfo(s, "\"%s\":{", nome);
    for (int i = 0; i < n; i++)
        if (contas[i] > 0)
        {
            appendStringInfo(s, "%s\"%s\":" INT64_FORMAT, sep, nomes[i], contas[i]);
            sep = ",";
        }
    appendStringInfoString(s, "},");
}
