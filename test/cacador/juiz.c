/*
 * juiz.c: whether a state of the database between two of them explains an answer.
 */
#include "cacador.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

const char *const palavras[3] = {"Aroldo", "Benedita", "Custodio"};
const char *const cidades[3] = {"Olinda", "Recife", "Caruaru"};
const char *const ufs[2] = {"PE", "AC"};

static long
inteiro(const json_t *o, const char *campo)
{
    return (long)json_integer_value(json_object_get(o, campo));
}

static const char *
texto(const json_t *o, const char *campo)
{
    const char *s = json_string_value(json_object_get(o, campo));

    return s != NULL ? s : "";
}

static long
centavos(const json_t *v)
{
    return (long)(json_number_value(v) * 100 + 0.5);
}

static long
numero_final(const char *s)
{
    const char *p = s + strlen(s);

    while (p > s && p[-1] >= '0' && p[-1] <= '9')
        p--;
    return atol(p);
}

/* 'Cacaf bcd' -> 123; 0 before the first renaming. */
static long
letras(const char *s)
{
    const char *p = strrchr(s, ' ');
    long n = 0;

    for (p = p != NULL ? p + 1 : s; *p >= 'a' && *p <= 'j'; p++)
        n = n * 10 + (*p - 'a');
    return n;
}

static void
entre(const char *que, long id, long x, long antes, long depois)
{
    if (x < antes)
        violacao("%s of %ld is stale: %ld, before the read it was %ld", que, id, x, antes);
    else if (x > depois)
        violacao("%s of %ld is from the future: %ld, after the read it was %ld", que, id, x, depois);
}

static const Estado *
achar(const Foto *f, long id)
{
    for (int i = 0; i < f->n; i++)
        if (f->e[i].id == id)
            return &f->e[i];
    return NULL;
}

static void
julgar_vendedor(const json_t *vendedor, const Foto *f1, const Foto *f2)
{
    int i = vendedor_indice(inteiro(vendedor, "id"));

    if (i >= 0)
        entre("name of seller", vendedores[i], letras(texto(vendedor, "nome")), f1->nome[i], f2->nome[i]);
}

/* A client as any list or profile shows it: only fields that are there. */
static void
julgar_cliente(const json_t *c, const Estado *e1, const Estado *e2, const Foto *f1, const Foto *f2)
{
    long id = e1->id;
    const json_t *campo;
    const char *nome = texto(c, json_object_get(c, "nome_completo") != NULL ? "nome_completo" : "nome");

    if (e1->tipo == 'e')
    {
        long w = centavos(json_object_get(c, "valor_total"));

        long dias = inteiro(c, "dias_sem_comprar") - (w % 2 == 0 ? 40 : 50);

        entre("valor_total", id, w, e1->w, e2->w);
        /* Written yesterday, when the business day has changed since. */
        if (dias != 0 && dias != 1)
            violacao("dias_sem_comprar of %ld is %ld at %ld", id, inteiro(c, "dias_sem_comprar"), w);
        if ((campo = json_object_get(c, "versao")) != NULL)
        {
            long v = (long)json_integer_value(campo);

            entre("versao", id, v, e1->v, e2->v);
            if (strncmp(nome, palavras[v % 3], strlen(palavras[v % 3])) != 0 ||
                strcmp(texto(c, "cidade"), cidades[v % 3]) != 0 || strcmp(texto(c, "uf"), ufs[v % 2]) != 0)
                violacao("version %ld of %ld is mixed: %s, %s, %s", v, id, nome, texto(c, "cidade"), texto(c, "uf"));
        }
        else if (e1->v == e2->v && strncmp(nome, palavras[e1->v % 3], strlen(palavras[e1->v % 3])) != 0)
            violacao("name of %ld at version %ld is stale: %s", id, e1->v, nome);
        if ((campo = json_object_get(c, "observacoes")) != NULL)
            entre("observacoes", id, numero_final(json_string_value(campo) != NULL ? json_string_value(campo) : ""),
                  e1->obs, e2->obs);
    }
    if ((campo = json_object_get(c, "atribuicao_id")) != NULL)
        entre("assignment", id, (long)json_integer_value(campo), e1->a, e2->a);
    campo = json_object_get(c, "vendedor");
    if (campo == NULL)
        campo = json_object_get(c, "vendedor_atribuido");
    if (json_is_object(campo))
    {
        julgar_vendedor(campo, f1, f2);
        if (e1->a == e2->a && inteiro(campo, "id") != e1->dono)
            violacao("holder of %ld is stale: %ld, not %ld", id, inteiro(campo, "id"), e1->dono);
    }
    else if (json_is_null(campo))
        violacao("%ld without holder", id);
}

typedef bool (*Pertence)(const Estado *e, long arg);

static bool
pertence_palavra(const Estado *e, long arg)
{
    return e->tipo == 'e' && e->v % 3 == arg;
}

static bool
pertence_filtro(const Estado *e, long arg)
{
    return e->tipo == 'e' && e->v % 6 == arg;
}

static bool
pertence_vendedor(const Estado *e, long arg)
{
    return e->dono == arg;
}

static bool
pertence_periodo(const Estado *e, long arg)
{
    return e->tipo == 'e' ? e->w % 2 == arg : arg == 0;
}

/* How many counter steps until a state that belongs, at least one that does not. */
static bool
sempre_ou_nunca(const Estado *a, const Estado *b, Pertence pertence, long arg, bool *dentro)
{
    *dentro = pertence(a, arg);
    return a->v == b->v && a->w == b->w && a->a == b->a && *dentro == pertence(b, arg);
}

/* Who must be in the list is, who must not is not, and each as it was. */
static void
julgar_lista(const json_t *lista, const char *id, const Foto *f1, const Foto *f2, Pertence pertence, long arg)
{
    const json_t *c;
    size_t i;
    bool visto[ALVOS_MAX] = {false};

    json_array_foreach(lista, i, c)
    {
        const Estado *e1 = achar(f1, inteiro(c, id));
        const Estado *e2 = achar(f2, inteiro(c, id));
        bool dentro;

        if (e1 == NULL || e2 == NULL)
            continue;
        if (json_is_true(json_object_get(c, "parecido")))
            continue;
        visto[e1 - f1->e] = true;
        if (sempre_ou_nunca(e1, e2, pertence, arg, &dentro) && !dentro)
            violacao("%ld is listed and does not belong (v %ld, w %ld, holder %ld)", e1->id, e1->v, e1->w, e1->dono);
        julgar_cliente(c, e1, e2, f1, f2);
    }
    for (int k = 0; k < f1->n; k++)
    {
        const Estado *e2 = achar(f2, f1->e[k].id);
        bool dentro;

        if (e2 != NULL && !visto[k] && sempre_ou_nunca(&f1->e[k], e2, pertence, arg, &dentro) && dentro)
            violacao("%ld is missing (v %ld, w %ld, holder %ld)", e2->id, e2->v, e2->w, e2->dono);
    }
}

/* Bounds of the number and the sum of those that belong. */
static void
limites(const Foto *f1, const Foto *f2, Pertence pertence, long arg, long *n1, long *n2, long *s1, long *s2)
{
    *n1 = *n2 = *s1 = *s2 = 0;
    for (int k = 0; k < f1->n; k++)
    {
        const Estado *a = &f1->e[k], *b = achar(f2, a->id);
        bool dentro, certo = b != NULL && sempre_ou_nunca(a, b, pertence, arg, &dentro);

        if (certo && !dentro)
            continue;
        if (certo)
        {
            ++*n1;
            *s1 += a->w;
        }
        ++*n2;
        *s2 += b != NULL ? b->w : a->w;
    }
}

static void
julgar_quadro(const json_t *j, const Foto *f1, const Foto *f2, long vendedor)
{
    const json_t *c;
    size_t i;
    long n1, n2, s1, s2, total = 0, valor_ = 0;

    julgar_vendedor(json_object_get(j, "vendedor"), f1, f2);
    julgar_lista(json_object_get(j, "clientes"), "id", f1, f2, pertence_vendedor, vendedor);
    json_array_foreach(json_object_get(j, "colunas"), i, c)
    {
        total += inteiro(c, "total");
        valor_ += centavos(json_object_get(c, "valor"));
    }
    limites(f1, f2, pertence_vendedor, vendedor, &n1, &n2, &s1, &s2);
    /* Sums of a seller only grow: clients that move are worth nothing. */
    entre("total of the columns", vendedor, total, n1, n2);
    s1 = s2 = 0;
    for (int k = 0; k < f1->n; k++)
        if (f1->e[k].tipo == 'e' && f1->e[k].dono == vendedor)
            s1 += f1->e[k].w;
    for (int k = 0; k < f2->n; k++)
        if (f2->e[k].tipo == 'e' && f2->e[k].dono == vendedor)
            s2 += f2->e[k].w;
    entre("value of the columns", vendedor, valor_, s1, s2);
}

static void
julgar_periodos(const json_t *j, const Foto *f1, const Foto *f2, bool de_um, long vendedor)
{
    const json_t *p;
    size_t i;

    json_array_foreach(json_object_get(j, "periodos"), i, p)
    {
        if (i >= 2)
            break;
        if (de_um)
        {
            const json_t *c;
            size_t k;

            json_array_foreach(json_object_get(p, "clientes"), k, c)
            {
                const Estado *e1 = achar(f1, inteiro(c, "id")), *e2 = achar(f2, inteiro(c, "id"));

                if (e1 == NULL || e2 == NULL)
                    continue;
                if (e1->a == e2->a && e1->dono != vendedor)
                    violacao("%ld is listed for %ld, its holder is %ld", e1->id, vendedor, e1->dono);
                if (e1->tipo == 'e' && centavos(json_object_get(c, "valor_total")) % 2 != (long)i)
                    violacao("%ld is in the wrong period", e1->id);
                julgar_cliente(c, e1, e2, f1, f2);
            }
        }
        else
        {
            long n1, n2, s1, s2;

            /* Nobody else is in the window. */
            limites(f1, f2, pertence_periodo, (long)i, &n1, &n2, &s1, &s2);
            entre("total of period", (long)i, inteiro(p, "total"), n1, n2);
            entre("value of period", (long)i, centavos(json_object_get(p, "valor")), s1, s2);
        }
    }
}

static void
somas(const Foto *f, long vendedor, long *soma)
{
    *soma = 0;
    for (int k = 0; k < f->n; k++)
        if (f->e[k].tipo == 'e' && (vendedor == 0 || f->e[k].dono == vendedor))
            *soma += f->e[k].w;
}

static void
julgar_gestao(const json_t *j, const Foto *f1, const Foto *f2)
{
    static const char *const periodos[2] = {"30-45", "45-60"};
    const json_t *c;
    size_t i;

    json_array_foreach(json_object_get(j, "colunas"), i, c)
    {
        const json_t *v = json_object_get(c, "vendedor");
        Pertence pertence = tipo_atual == GESTAO ? pertence_periodo : pertence_vendedor;
        long n1, n2, s1, s2;
        long arg = inteiro(v, "id");

        if (tipo_atual == GESTAO)
        {
            for (arg = 0; arg < 2 && strcmp(texto(c, "coluna"), periodos[arg]) != 0; arg++)
                ;
            if (arg == 2)
                continue;
        }
        else if (vendedor_indice(arg) < 0)
            continue;
        else
            julgar_vendedor(v, f1, f2);
        limites(f1, f2, pertence, arg, &n1, &n2, &s1, &s2);
        entre("total of column", arg, inteiro(c, "total"), n1, n2);
        if (tipo_atual == GESTAO_VENDEDOR)
        {
            somas(f1, arg, &s1);
            somas(f2, arg, &s2);
        }
        entre("value of column", arg, centavos(json_object_get(c, "valor")), s1, s2);
        julgar_lista(json_object_get(c, "clientes"), "id", f1, f2, pertence, arg);
    }
}

static void
julgar_gerais(const json_t *j, const Foto *f1, const Foto *f2)
{
    const json_t *v;
    size_t i;
    long s1, s2;

    somas(f1, 0, &s1);
    somas(f2, 0, &s2);
    if (tipo_atual == GERAIS)
        entre("valor_elegivel", 0, centavos(json_object_get(j, "valor_elegivel")), s1, s2);
    json_array_foreach(json_object_get(j, "vendedores"), i, v)
    {
        int k = vendedor_indice(inteiro(v, "id"));

        if (k < 0)
            continue;
        somas(f1, vendedores[k], &s1);
        somas(f2, vendedores[k], &s2);
        entre("valor_pendente", vendedores[k], centavos(json_object_get(v, "valor_pendente")), s1, s2);
        entre("name of seller", vendedores[k], letras(texto(v, "nome")), f1->nome[k], f2->nome[k]);
    }
}

static void
julgar_perfil(const json_t *j, const Foto *f1, const Foto *f2)
{
    const json_t *a;
    size_t i;

    if (f1->n != 1 || f2->n != 1 || inteiro(j, "id_cliente") != f1->e[0].id)
    {
        violacao("another client: %ld", inteiro(j, "id_cliente"));
        return;
    }
    julgar_cliente(j, &f1->e[0], &f2->e[0], f1, f2);
    if (tipo_atual == PERFIL)
        entre("nome_mae", f1->e[0].id, numero_final(texto(j, "nome_mae")), f1->r, f2->r);
    json_array_foreach(json_object_get(j, "atribuicoes"), i, a)
    {
        if (!json_is_null(json_object_get(a, "encerrada_em")))
            continue;
        entre("open assignment", f1->e[0].id, inteiro(a, "id"), f1->e[0].a, f2->e[0].a);
        if (tipo_atual == PERFIL)
            entre("observacoes", f1->e[0].id, numero_final(texto(a, "observacoes")), f1->e[0].obs, f2->e[0].obs);
    }
}

static void
julgar_linha(const json_t *j, const Foto *f1, const Foto *f2)
{
    const json_t *item, *campo;
    size_t i, k;

    if (f1->e[0].v != f2->e[0].v)
        return;
    json_array_foreach(json_object_get(j, "items"), i, item)
        json_array_foreach(json_object_get(item, "campos"), k, campo)
        {
            const char *palavra = palavras[f1->e[0].v % 3];

            if (strcmp(texto(campo, "campo"), "nome_completo") != 0 && strcmp(texto(campo, "campo"), "nome") != 0)
                continue;
            if (strncmp(texto(campo, "depois"), palavra, strlen(palavra)) != 0)
                violacao("newest name in the timeline of %ld is %s at version %ld", f1->e[0].id, texto(campo, "depois"),
                         f1->e[0].v);
            return;
        }
}

static void
julgar_novato(const json_t *j, const Foto *f1, const Foto *f2)
{
    const json_t *c, *lista = json_object_get(j, "items");
    size_t i;
    int n = 0;

    json_array_foreach(lista, i, c)
        if (strncmp(texto(c, "nome_completo"), "Novato Cacado", 13) == 0)
        {
            n++;
            entre("the new client", inteiro(c, "id_cliente"), letras(texto(c, "nome_completo")), f1->relogio, f2->relogio);
        }
    if (n != 1)
        violacao("%d new clients at once", n);
}

void
julgar(const char *dados, const Foto *f1, const Foto *f2, long alvo, long arg)
{
    json_t *j = json_loads(dados, 0, NULL);

    if (j == NULL)
    {
        violacao("no JSON: %.100s", dados);
        return;
    }
    switch (tipo_atual)
    {
    case PERFIL:
    case PERFIL_MOVIDO:
        julgar_perfil(j, f1, f2);
        break;
    case PERFIL_COMPRADO:
    case PEDIDOS:
    {
        const json_t *p = tipo_atual == PEDIDOS ? j : json_object_get(j, "pedidos");

        entre("orders", alvo, inteiro(p, "total"), f1->pedidos, f2->pedidos);
        if (tipo_atual == PERFIL_COMPRADO)
        {
            entre("value of the orders", alvo, centavos(json_object_get(p, "valor")), f1->pedidos, f2->pedidos);
            if (centavos(json_object_get(j, "valor_total")) != inteiro(p, "total"))
                violacao("valor_total of %ld and its orders are of two moments", alvo);
        }
        break;
    }
    case CPF:
    {
        const json_t *c = json_array_get(json_object_get(j, "items"), 0);

        if (c == NULL || inteiro(c, "id_cliente") != alvo)
            violacao("CPF of %ld found %ld", alvo, c != NULL ? inteiro(c, "id_cliente") : 0);
        else
            julgar_cliente(c, &f1->e[0], &f2->e[0], f1, f2);
        break;
    }
    case NOME:
        julgar_lista(json_object_get(j, "items"), "id_cliente", f1, f2, pertence_palavra, arg);
        break;
    case FILTRO:
        julgar_lista(json_object_get(j, "items"), "id_cliente", f1, f2, pertence_filtro, arg);
        break;
    case NOVATO:
        julgar_novato(j, f1, f2);
        break;
    case QUADRO:
        julgar_quadro(j, f1, f2, alvo);
        break;
    case ESTATISTICAS:
    {
        long s1, s2;

        somas(f1, alvo, &s1);
        somas(f2, alvo, &s2);
        entre("valor_pendente", alvo, centavos(json_object_get(j, "valor_pendente")), s1, s2);
        break;
    }
    case PERIODOS:
    case PERIODOS_VENDEDOR:
        julgar_periodos(j, f1, f2, tipo_atual == PERIODOS_VENDEDOR, alvo);
        break;
    case GERAIS:
    case VENDEDORES_TODOS:
        julgar_gerais(j, f1, f2);
        break;
    case FILA:
        julgar_vendedor(json_object_get(j, "vendedor"), f1, f2);
        julgar_lista(json_object_get(j, "clientes"), "id", f1, f2, pertence_vendedor, alvo);
        break;
    case GESTAO:
    case GESTAO_VENDEDOR:
        julgar_gestao(j, f1, f2);
        break;
    case TODOS:
        julgar_lista(json_object_get(j, "clientes"), "id", f1, f2, pertence_vendedor, alvo);
        break;
    case LINHA:
        julgar_linha(j, f1, f2);
        break;
    case PAINEL:
    case TIPOS:
        break;
    }
    json_decref(j);
}
