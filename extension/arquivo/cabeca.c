/*
 * cabeca.c: the head file: what the rows are, and what the file says of itself;
 * free of PostgreSQL.
 */
#include "cabeca.h"

#include "linhas.h"
#include "texto_puro.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum
{
    VALORES_MAX = 3 /* of a line */
};

static const char versao[] = "crm_arquivo\t1\n";
static const char sem_memoria[] = "out of memory";

static const char *campos(char *linha, size_t n, char **chave, char **valores, int *quantos);
static const char *tratar(Cabeca *c, const char *chave, char **v, int n);
static const char *texto(const char **destino, char **v, int n);
static const char *filtro(Cabeca *c, char **v, int n);
static const char *coluna(Cabeca *c, char **v, int n);
static void *mais_um(void *lista, size_t n, size_t bytes);

const char *
cabeca_ler(Cabeca *c, char *dados, size_t n, int *linha)
{
    const size_t n_versao = sizeof(versao) - 1;
    size_t pos = n_versao;
    bool fim = false;

    *c = (Cabeca){0};
    *linha = 1;
    if (n < n_versao || memcmp(dados, versao, n_versao) != 0)
        return "not a head of version 1";
    while (pos < n && !fim)
    {
        char *lf = memchr(dados + pos, '\n', n - pos);
        char *valores[VALORES_MAX];
        char *chave = dados;
        const char *falha;
        int quantos;

        ++*linha;
        if (lf == NULL)
            return "line has no end";
        falha = campos(dados + pos, (size_t)(lf - dados) - pos, &chave, valores, &quantos);
        if (falha == NULL && strcmp(chave, "fim") == 0)
            fim = true;
        else if (falha == NULL)
            falha = tratar(c, chave, valores, quantos);
        if (falha != NULL)
            return falha;
        pos = (size_t)(lf - dados) + 1;
    }
    *linha = 0;
    if (!fim || pos != n)
        return "\"fim\" is not the last line";
    if (c->titulo == NULL || c->usuario == NULL || c->quando.tipo != VALOR_INSTANTE || c->n_colunas == 0)
        return "titulo, usuario, quando or coluna is missing";
    return NULL;
}

void
cabeca_fechar(Cabeca *c)
{
    free(c->filtros);
    free(c->colunas);
    *c = (Cabeca){0};
}

/* Takes a line apart in place: its key and values, each ended by NUL. */
static const char *
campos(char *linha, size_t n, char **chave, char **valores, int *quantos)
{
    char *fim = linha + n;

    *quantos = -1; /* the key */
    for (char *p = linha; p != NULL;)
    {
        char *tab = memchr(p, '\t', (size_t)(fim - p));
        size_t m = (size_t)((tab != NULL ? tab : fim) - p);

#ifndef DEFEITO_PLANTADO /* the fuzzer must find the overrun without this */
        if (*quantos == VALORES_MAX)
            return "too many values";
#endif
        if (memchr(p, '\0', m) != NULL || !linhas_sem_escapes(p, &m))
            return "value has a NUL or an unknown escape";
        for (size_t i = 0; i < m;)
        {
            uint32_t u;
            int k = utf8_caractere(p + i, m - i, &u);

            if (k == 0)
                return "value is not UTF-8";
            i += (size_t)k;
        }
        p[m] = '\0';
        if (*quantos < 0)
            *chave = p;
        else
            valores[*quantos] = p;
        ++*quantos;
        p = tab != NULL ? tab + 1 : NULL;
    }
    return NULL;
}

static const char *
tratar(Cabeca *c, const char *chave, char **v, int n)
{
    if (strcmp(chave, "titulo") == 0)
        return texto(&c->titulo, v, n);
    if (strcmp(chave, "usuario") == 0)
        return texto(&c->usuario, v, n);
    if (strcmp(chave, "quando") == 0)
    {
        if (n != 1 || !valor_instante(v[0], strlen(v[0]), &c->quando))
            return "quando is not an instant";
        c->quando.tipo = VALOR_INSTANTE;
        return NULL;
    }
    if (strcmp(chave, "filtro") == 0)
        return filtro(c, v, n);
    if (strcmp(chave, "coluna") == 0)
        return coluna(c, v, n);
    return "key is unknown";
}

static const char *
texto(const char **destino, char **v, int n)
{
    if (n != 1 || *destino != NULL)
        return "not one value, said once";
    *destino = v[0];
    return NULL;
}

static const char *
filtro(Cabeca *c, char **v, int n)
{
    Filtro *lista;

    if (n != 2)
        return "filtro is not a name and a value";
    lista = mais_um(c->filtros, c->n_filtros, sizeof(*lista));
    if (lista == NULL)
        return sem_memoria;
    c->filtros = lista;
    lista[c->n_filtros++] = (Filtro){v[0], v[1]};
    return NULL;
}

static const char *
coluna(Cabeca *c, char **v, int n)
{
    int tipo = n == 3 ? coluna_tipo(v[0]) : -1;
    Coluna *lista;
    char *fim;
    long largura;

    if (tipo < 0)
        return "coluna is not type, width and title";
    largura = v[1][0] >= '0' && v[1][0] <= '9' ? strtol(v[1], &fim, 10) : -1;
    if (largura < 0 || largura > CABECA_LARGURA_MAX || *fim != '\0')
        return "width of coluna is not 0 to 255";
    lista = mais_um(c->colunas, c->n_colunas, sizeof(*lista));
    if (lista == NULL)
        return sem_memoria;
    c->colunas = lista;
    lista[c->n_colunas++] = (Coluna){(ColunaTipo)tipo, (int)largura, v[2]};
    return NULL;
}

/* Doubles the list each time n is a power of two; the old one stays when it fails. */
static void *
mais_um(void *lista, size_t n, size_t bytes)
{
    if (n > 0 && (n & (n - 1)) != 0)
        return lista;
    return realloc(lista, (n > 0 ? 2 * n : 1) * bytes);
}
