/*
 * pesquisa_argumentos.c: what a search is asked for, as filters, order and page.
 *
 * Who may search: cliente.ver_todos all clients, carteira.ver_propria the own
 * portfolio.
 *
 * Source: SPEC BUSCA-1..4, LGPD-1.
 */
#include "pesquisa_argumentos.h"

#include "cpf_digitos.h"
#include "normalizar.h"

enum
{
    TAMANHO_PADRAO = 50,
    TAMANHO_MAX = 100,
    LINHA_MAX = 10000, /* of a page by number; deeper ones need the cursor */
    IDADE_MAX = 150,
    CPF_PARTE_MIN = 3
};

static const char *const ordens[ORDEM_N] = {
    "relevancia", "nome",        "cidade", "uf",       "idade", "data_ultima_compra",
    "valor_total", "status", "situacao", "id", "cpf"};

static text *arg_texto(FunctionCallInfo fcinfo, int i);
static uint32 lista_ler(text *t, const char *campo, const char *const *nomes,
                        int n);
static uint32 json_lista_ler(JsonbValue *v, const char *const *nomes, int n);
static void interpretar(const Argumentos *a, Pesquisa *p, Consulta **q);
static void por_nome(Filtro *f, Consulta *c, text *t, const char *campo);
static void por_cpf(Filtro *f, const char *digitos, int n);
static void por_idade(Pesquisa *p);
static void ordenar(const Argumentos *a, Pesquisa *p);
static void invalido(const char *campo, const char *mensagem)
    pg_attribute_noreturn();

static text *
arg_texto(FunctionCallInfo fcinfo, int i)
{
    return PG_ARGISNULL(i) || VARSIZE_ANY_EXHDR(PG_GETARG_TEXT_PP(i)) == 0
               ? NULL
               : PG_GETARG_TEXT_PP(i);
}

void
argumentos_ler_sql(FunctionCallInfo fcinfo, Argumentos *a)
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

void
argumentos_ler_json(Jsonb *args, Argumentos *a)
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

void
argumentos_preparar(const Argumentos *a, Pesquisa *p, Consulta **q)
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
