/*
 * pesquisa.c: crm.pesquisar_clientes() and its JSON.
 *
 * Who may search: cliente.ver_todos all clients, carteira.ver_propria the own
 * portfolio. What a row shows is decided by view crm.clientes_cadastro.
 *
 * Source: SPEC BUSCA-1..4, LGPD-1, AUDIT-1.
 */
#include "pesquisa.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/datetime.h"
#include "utils/guc.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

#include "cpf_digitos.h"
#include "esquema.h"
#include "normalizar.h"

enum
{
    TAMANHO_PADRAO = 50,
    TAMANHO_MAX = 100,
    LINHA_MAX = 10000, /* of a page by number; deeper ones need the cursor */
    IDADE_MAX = 150,
    CPF_PARTE_MIN = 3
};

/* The arguments as they came; NULL: absent. */
typedef struct Argumentos
{
    text *q;
    text *cpf;
    text *nome;
    text *cidade;
    text *celular;
    text *email;
    text *sort;
    text *cursor;
    uint32 ufs;
    uint8 status;
    uint8 situacao;
    int8 ativo;
    int idade_min; /* -1: absent */
    int idade_max;
    int page;
    int size;
} Argumentos;

static const char *const ordens[ORDEM_N] = {
    "relevancia", "nome",        "cidade", "uf",       "idade", "data_ultima_compra",
    "valor_total", "status", "situacao", "id", "cpf"};

static void ler_args_sql(FunctionCallInfo fcinfo, Argumentos *a);
static void ler_args_json(Jsonb *args, Argumentos *a);
static void preparar(const Argumentos *a, Pesquisa *p, Consulta **q);
static void interpretar(const Argumentos *a, Pesquisa *p, Consulta **q);
static void por_nome(Filtro *f, Consulta *c, text *t, const char *campo);
static void por_cpf(Filtro *f, const char *digitos, int n);
static void por_idade(Pesquisa *p);
static void ordenar(const Argumentos *a, Pesquisa *p);
static uint32 lista_ler(text *t, const char *campo, const char *const *nomes,
                        int n);
static void invalido(const char *campo, const char *mensagem) pg_attribute_noreturn();
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
    Pesquisa p = {.com_total = true};
    Consulta *q = NULL;
    Datum args[lengthof(tipos_da_pagina)];
    char *proximo;
    int n;
    int nivel;
    Sistema salvo;

    InitMaterializedSRF(fcinfo, 0);
    ler_args_sql(fcinfo, &a);
    preparar(&a, &p, &q);
    sistema_entrar(&salvo);
    SPI_connect();
    nivel = NewGUCNestLevel();
    (void)set_config_option("plan_cache_mode", "force_generic_plan", PGC_USERSET,
                            PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
    p.leitor = leitor_abrir();
    pesquisa_executar(&p);
    leitor_fechar(p.leitor);
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
    for (int i = 0; i < n; i++)
    {
        const int colunas = SPI_tuptable->tupdesc->natts;
        Datum valores[32];
        bool nulos[32];

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
    Pesquisa p = {.com_total = true};
    Consulta *q = NULL;
    text *resposta;
    char *json;
    int nivel;
    Sistema salvo;

    ler_args_json(args, &a);
    preparar(&a, &p, &q);
    sistema_entrar(&salvo);
    SPI_connect();
    nivel = NewGUCNestLevel();
    (void)set_config_option("plan_cache_mode", "force_generic_plan", PGC_USERSET,
                            PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
    p.leitor = leitor_abrir();
    pesquisa_executar(&p);
    leitor_fechar(p.leitor);
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

    ler_args_json(args, &a);
    preparar(&a, p, &q);
}

/* ---- arguments ---- */

static text *
arg_texto(FunctionCallInfo fcinfo, int i)
{
    return PG_ARGISNULL(i) || VARSIZE_ANY_EXHDR(PG_GETARG_TEXT_PP(i)) == 0
               ? NULL
               : PG_GETARG_TEXT_PP(i);
}

static void
ler_args_sql(FunctionCallInfo fcinfo, Argumentos *a)
{
    text *status = arg_texto(fcinfo, 7);
    text *situacao = arg_texto(fcinfo, 8);
    text *uf = arg_texto(fcinfo, 4);

    memset(a, 0, sizeof(*a));
    a->q = arg_texto(fcinfo, 0);
    a->cpf = arg_texto(fcinfo, 1);
    a->nome = arg_texto(fcinfo, 2);
    a->cidade = arg_texto(fcinfo, 3);
    a->ufs = uf ? lista_ler(uf, "uf", uf_nomes, UF_N) : 0;
    a->idade_min = PG_ARGISNULL(5) ? -1 : PG_GETARG_INT32(5);
    a->idade_max = PG_ARGISNULL(6) ? -1 : PG_GETARG_INT32(6);
    a->status = status ? lista_ler(status, "status", status_nomes, STATUS_N) : 0;
    a->situacao =
        situacao ? lista_ler(situacao, "situacao", situacao_nomes, SITUACAO_N) : 0;
    a->ativo = PG_ARGISNULL(9) ? -1 : PG_GETARG_BOOL(9);
    a->celular = arg_texto(fcinfo, 10);
    a->email = arg_texto(fcinfo, 11);
    a->sort = arg_texto(fcinfo, 12);
    a->page = PG_ARGISNULL(13) ? 1 : PG_GETARG_INT32(13);
    a->size = PG_ARGISNULL(14) ? TAMANHO_PADRAO : PG_GETARG_INT32(14);
    a->cursor = arg_texto(fcinfo, 15);
    if (!PG_ARGISNULL(5) && (a->idade_min < 0 || a->idade_min > IDADE_MAX))
        invalido("idade_min", "A idade vai de 0 a 150 anos.");
    if (!PG_ARGISNULL(6) && (a->idade_max < 0 || a->idade_max > IDADE_MAX))
        invalido("idade_max", "A idade vai de 0 a 150 anos.");
    if (a->page < 1)
        invalido("page", "A página começa em 1.");
    if (a->size < 1 || a->size > TAMANHO_MAX)
        invalido("size", "O tamanho da página vai de 1 a 100.");
}

/* Commas part the names of a list. */
static uint32
lista_ler(text *t, const char *campo, const char *const *nomes, int n)
{
    const char *p = VARDATA_ANY(t);
    const char *fim = p + VARSIZE_ANY_EXHDR(t);
    uint32 achados = 0;

    while (p <= fim)
    {
        const char *virgula = memchr(p, ',', fim - p);
        const char *ate = virgula ? virgula : fim;
        int i = 0;

        while (i < n && (strlen(nomes[i]) != ate - p ||
                         memcmp(nomes[i], p, ate - p) != 0))
            i++;
        if (i == n)
            invalido(campo, "Valor desconhecido.");
        achados |= UINT32_C(1) << i;
        p = ate + 1;
    }
    return achados;
}

static uint32
json_lista_ler(JsonbValue *v, const char *const *nomes, int n)
{
    uint32 achados = 0;
    JsonbIterator *it;
    JsonbValue item;
    JsonbIteratorToken token;

    it = JsonbIteratorInit(v->val.binary.data);
    while ((token = JsonbIteratorNext(&it, &item, true)) != WJB_DONE)
        if (token == WJB_ELEM && item.type == jbvString)
            for (int i = 0; i < n; i++)
                if (strlen(nomes[i]) == item.val.string.len &&
                    memcmp(nomes[i], item.val.string.val,
                           item.val.string.len) == 0)
                    achados |= UINT32_C(1) << i;
    return achados;
}

/* Judged and converted by the schema before. */
static void
ler_args_json(Jsonb *args, Argumentos *a)
{
    JsonbIterator *it = JsonbIteratorInit(&args->root);
    JsonbValue v;
    JsonbIteratorToken token;

    memset(a, 0, sizeof(*a));
    a->ativo = 1;
    a->idade_min = -1;
    a->idade_max = -1;
    a->page = 1;
    a->size = TAMANHO_PADRAO;
    while ((token = JsonbIteratorNext(&it, &v, true)) != WJB_DONE)
    {
        JsonbValue chave;
        char nome[32];

        if (token != WJB_KEY)
            continue;
        chave = v;
        snprintf(nome, sizeof(nome), "%.*s", chave.val.string.len,
                 chave.val.string.val);
        (void)JsonbIteratorNext(&it, &v, true);
        if (v.type == jbvString)
        {
            text *t = v.val.string.len == 0
                          ? NULL
                          : cstring_to_text_with_len(v.val.string.val,
                                                     v.val.string.len);

            if (strcmp(nome, "q") == 0)
                a->q = t;
            else if (strcmp(nome, "cpf") == 0)
                a->cpf = t;
            else if (strcmp(nome, "nome") == 0)
                a->nome = t;
            else if (strcmp(nome, "cidade") == 0)
                a->cidade = t;
            else if (strcmp(nome, "celular") == 0)
                a->celular = t;
            else if (strcmp(nome, "email") == 0)
                a->email = t;
            else if (strcmp(nome, "sort") == 0)
                a->sort = t;
            else if (strcmp(nome, "cursor") == 0)
                a->cursor = t;
        }
        else if (v.type == jbvNumeric)
        {
            int32 n = DatumGetInt32(DirectFunctionCall1(
                numeric_int4, NumericGetDatum(v.val.numeric)));

            if (strcmp(nome, "idade_min") == 0)
                a->idade_min = n;
            else if (strcmp(nome, "idade_max") == 0)
                a->idade_max = n;
            else if (strcmp(nome, "page") == 0)
                a->page = n;
            else if (strcmp(nome, "size") == 0)
                a->size = n;
        }
        else if (v.type == jbvBool)
            a->ativo = v.val.boolean;
        else if (v.type == jbvBinary)
        {
            if (strcmp(nome, "uf") == 0)
                a->ufs = json_lista_ler(&v, uf_nomes, UF_N);
            else if (strcmp(nome, "status") == 0)
                a->status = json_lista_ler(&v, status_nomes, STATUS_N);
            else if (strcmp(nome, "situacao") == 0)
                a->situacao = json_lista_ler(&v, situacao_nomes, SITUACAO_N);
        }
    }
}

/* Judges the caller and turns the arguments into filters. */
static void
preparar(const Argumentos *a, Pesquisa *p, Consulta **q)
{
    Filtro *f = &p->f;

    f->propria = !identidade_pode("cliente.ver_todos");
    if (f->propria)
    {
        identidade_exigir("carteira.ver_propria");
        f->vendedor = identidade_atual()->usuario_id;
    }
    f->ufs = a->ufs;
    f->status = a->status;
    f->situacao = a->situacao;
    f->ativo = a->ativo;
    f->idade_min = a->idade_min;
    f->idade_max = a->idade_max;
    if (f->idade_min >= 0 || f->idade_max >= 0)
        por_idade(p);
    if (a->cidade)
    {
        char *cidade = palloc(VARSIZE_ANY_EXHDR(a->cidade) + 1);

        f->cidade.p = cidade;
        f->cidade.n = normalizar(VARDATA_ANY(a->cidade),
                                 VARSIZE_ANY_EXHDR(a->cidade), cidade);
        if (f->cidade.n == 0)
            f->nada = true;
    }
    interpretar(a, p, q);
    ordenar(a, p);
    p->size = a->size;
    p->salto = 0;
    if (a->cursor && a->page > 1)
        invalido("page", "Use page ou cursor, não os dois.");
    if ((int64)a->page * a->size > LINHA_MAX)
        crm_falha(422, "pagina_profunda", "page",
                  "Página profunda demais: use o cursor.",
                  "Repita o pedido com cursor = \"proximo\" da página anterior.",
                  NULL);
    p->salto = (a->page - 1) * a->size;
    if (a->cursor)
        cursor_ler(p, VARDATA_ANY(a->cursor), VARSIZE_ANY_EXHDR(a->cursor));
}

/* What the box holds, and the fields that say what they hold. */
static void
interpretar(const Argumentos *a, Pesquisa *p, Consulta **q)
{
    Filtro *f = &p->f;
    const bool ve_sensivel = identidade_pode("cliente.ver_sensivel");

    if (a->q)
    {
        ConsultaErro erro;

        *q = palloc(sizeof(Consulta));
        erro = consulta_ler(VARDATA_ANY(a->q), VARSIZE_ANY_EXHDR(a->q), *q);
        if (erro != CONSULTA_OK)
            invalido("q", erro == CONSULTA_LONGA
                              ? "A pesquisa tem no máximo 255 caracteres."
                              : "A pesquisa tem no máximo 12 palavras.");
        /* A part of a CPF is not everybody's to look for. */
        if ((*q)->tipo == CONSULTA_CPF_PARCIAL && !ve_sensivel)
            (*q)->tipo = CONSULTA_TELEFONE;
        switch ((*q)->tipo)
        {
        case CONSULTA_VAZIA:
            break;
        case CONSULTA_SINAIS:
            f->nada = true;
            break;
        case CONSULTA_CPF:
        case CONSULTA_CPF_PARCIAL:
            por_cpf(f, (*q)->valor.p, (*q)->valor.n);
            break;
        case CONSULTA_TELEFONE:
            f->celulares[f->celulares_n++] = (*q)->valor;
            break;
        case CONSULTA_EMAIL:
            f->emails[f->emails_n++] = (*q)->valor;
            break;
        case CONSULTA_NOME:
            por_nome(f, *q, NULL, NULL);
            break;
        }
    }
    if (a->nome)
    {
        Consulta *c = palloc(sizeof(Consulta));

        por_nome(f, c, a->nome, "nome");
    }
    if (a->cpf)
    {
        char digitos[CPF_DIGITOS + 1];
        int n = 0;
        int64 cpf = 0;

        for (int i = 0; i < VARSIZE_ANY_EXHDR(a->cpf); i++)
        {
            const char c = VARDATA_ANY(a->cpf)[i];

            if (strchr(".- ", c) != NULL && c != '\0')
                continue;
            if (c < '0' || c > '9' || n == CPF_DIGITOS)
                invalido("cpf", "Informe os 11 dígitos do CPF.");
            digitos[n++] = c;
            cpf = cpf * 10 + (c - '0');
        }
        if (n < CPF_PARTE_MIN || (n == CPF_DIGITOS && cpf_validar(cpf) != CPF_OK))
            invalido("cpf", "CPF inválido.");
        if (n < CPF_DIGITOS && !ve_sensivel)
            crm_falha(403, "acesso_negado", "cpf",
                      "Você não pode pesquisar por parte de um CPF.",
                      "Informe os 11 dígitos.", NULL);
        por_cpf(f, digitos, n);
    }
    if (a->celular)
    {
        char *digitos = palloc(CONSULTA_CELULAR);
        size_t n = consulta_celular(VARDATA_ANY(a->celular),
                                    VARSIZE_ANY_EXHDR(a->celular), digitos);

        if (n == 0)
            invalido("celular", "Informe os dígitos do celular.");
        f->celulares[f->celulares_n++] = (Palavra){digitos, n};
    }
    if (a->email)
    {
        char *email = palloc(VARSIZE_ANY_EXHDR(a->email) + 1);
        size_t n = consulta_email(VARDATA_ANY(a->email),
                                  VARSIZE_ANY_EXHDR(a->email), email);

        if (n > 0)
            f->emails[f->emails_n++] = (Palavra){email, n};
    }
}

static void
por_nome(Filtro *f, Consulta *c, text *t, const char *campo)
{
    if (t)
    {
        ConsultaErro erro =
            consulta_nome(VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t), c);

        if (erro != CONSULTA_OK)
            invalido(campo, erro == CONSULTA_LONGA
                                ? "O nome tem no máximo 255 caracteres."
                                : "O nome tem no máximo 12 palavras.");
    }
    f->nada |= c->tipo == CONSULTA_SINAIS;
    if (f->nome.p == NULL)
        f->nome = c->valor;
    for (int i = 0; i < c->n; i++)
        f->termos[f->termos_n++] = (Termo){
            c->palavras[i].texto, c->palavras[i].fonetica,
            (int)utf8_contar(c->palavras[i].texto.p, c->palavras[i].texto.n)};
}

/* The CPFs that begin with these digits. */
static void
por_cpf(Filtro *f, const char *digitos, int n)
{
    int64 de = 0;
    int64 largura = 1;

    for (int i = 0; i < CPF_DIGITOS; i++)
    {
        de = de * 10 + (i < n ? digitos[i] - '0' : 0);
        if (i >= n)
            largura *= 10;
    }
    if (n > CPF_DIGITOS)
        f->nada = true;
    f->cpf_de = f->tem_cpf ? Max(f->cpf_de, de) : de;
    f->cpf_ate = f->tem_cpf ? Min(f->cpf_ate, de + largura - 1) : de + largura - 1;
    f->tem_cpf = true;
    if (f->cpf_de > f->cpf_ate)
        f->nada = true;
}

static void
por_idade(Pesquisa *p)
{
    Filtro *f = &p->f;
    const int max = f->idade_max >= 0 ? f->idade_max : IDADE_MAX;
    const int min = Max(f->idade_min, 0);

    filtro_da_idade(f, tempo_hoje(), min, max);
    if (min > max)
        f->nada = true;
}

static void
ordenar(const Argumentos *a, Pesquisa *p)
{
    const char *s = a->sort ? VARDATA_ANY(a->sort) : "";
    int n = a->sort ? VARSIZE_ANY_EXHDR(a->sort) : 0;

    p->ordem = p->f.termos_n > 0 ? ORDEM_RELEVANCIA : ORDEM_NOME;
    if (a->sort)
    {
        int i = 0;

        if (n > 0 && s[0] == '-')
        {
            p->desce = true;
            s++;
            n--;
        }
        while (i < ORDEM_N &&
               (strlen(ordens[i]) != n || memcmp(ordens[i], s, n) != 0))
            i++;
        if (i == ORDEM_N || (i == ORDEM_RELEVANCIA && p->desce))
            invalido("sort", "Ordem desconhecida.");
        if (i != ORDEM_RELEVANCIA)
            p->ordem = i;
    }
    if (p->ordem == ORDEM_CPF && !identidade_pode("cliente.ver_sensivel"))
        crm_falha(403, "acesso_negado", "sort",
                  "Você não pode ordenar por CPF.", NULL, NULL);
    /* Who stands before whom would tell the birth date to the day. */
    p->por_anos = p->ordem == ORDEM_IDADE &&
                  !identidade_pode("cliente.ver_sensivel");
    p->hoje = tempo_hoje();
}

static void
invalido(const char *campo, const char *mensagem)
{
    crm_falha(422, "campo_invalido", campo, mensagem, NULL, NULL);
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
