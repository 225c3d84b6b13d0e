/*
 * linhas.c: reads rows in COPY's text format, one at a time and with bounded
 * memory; free of PostgreSQL.
 */
#include "linhas.h"

#include "texto_puro.h"

#include <stdlib.h>
#include <string.h>

enum
{
    BLOCO_BYTES = 64 * 1024,
    TEXTO_INICIAL = 256
};

typedef enum Passo
{
    PASSO_CELULA,
    PASSO_LINHA,
    PASSO_FALHA
} Passo;

/* What ends a run of bytes that stand for themselves. */
static const bool especial[256] = {['\t'] = true, ['\n'] = true, ['\\'] = true, ['\0'] = true};

static bool linha(Linhas *l, size_t *celulas);
static Passo celula(Linhas *l, Celula *c);
static bool escape(Linhas *l, Celula *c);
static bool juntar(Linhas *l, Celula *c, const char *bytes, size_t n);
static bool encher(Linhas *l);
static bool conferir_utf8(Linhas *l, Celula *c, char *texto);
static int escapado(char letra);
static bool falhar(Linhas *l, LinhasFalha falha);

bool
linhas_abrir(Linhas *l, LinhasFonte fonte, void *contexto, size_t colunas,
             size_t celula_max)
{
    *l = (Linhas){.fonte = fonte, .contexto = contexto, .colunas = colunas, .celula_max = celula_max};
    l->bloco = malloc(BLOCO_BYTES);
    /* Room for the NULs of a row of empty cells, as juntar() leaves it. */
    l->texto_cabem = TEXTO_INICIAL + colunas + 2;
    l->texto = malloc(l->texto_cabem);
    /* One more for the kind. */
    l->celulas = calloc(colunas + 1, sizeof(Celula));
    l->inicios = calloc(colunas + 1, sizeof(size_t));
    if (l->bloco != NULL && l->texto != NULL && l->celulas != NULL && l->inicios != NULL)
        return true;
    linhas_fechar(l);
    return false;
}

bool
linhas_proxima(Linhas *l)
{
    size_t celulas;
    char tipo;

    if (l->falha != LINHAS_OK)
        return false;
    if (!linha(l, &celulas))
        return l->falha == LINHAS_OK ? falhar(l, LINHAS_CORTADAS) : false;
    tipo = l->celulas[0].n == 1 && !l->celulas[0].nula ? l->texto[0] : '\0';
    if (tipo == LINHA_FIM)
    {
        if (l->pos < l->fim || encher(l))
            return falhar(l, LINHAS_DEPOIS);
        return false;
    }
    if (tipo != LINHA_DADOS && tipo != LINHA_TOTAL)
        return falhar(l, LINHAS_TIPO);
    if (celulas != l->colunas + 1)
        return falhar(l, LINHAS_CELULAS);
    for (size_t i = 0; i < l->colunas; i++)
    {
        l->celulas[i] = l->celulas[i + 1];
        if (!conferir_utf8(l, &l->celulas[i], l->texto + l->inicios[i + 1]))
            return false;
    }
    l->tipo = (LinhaTipo)tipo;
    l->numero += tipo == LINHA_DADOS;
    return true;
}

void
linhas_fechar(Linhas *l)
{
    free(l->bloco);
    free(l->texto);
    free(l->celulas);
    free(l->inicios);
    *l = (Linhas){.falha = l->falha, .numero = l->numero};
}

const char *
linhas_falha_texto(LinhasFalha falha)
{
    switch (falha)
    {
        case LINHAS_OK:
            return "nothing wrong";
        case LINHAS_CORTADAS:
            return "input ends without its last row";
        case LINHAS_DEPOIS:
            return "input goes on behind its last row";
        case LINHAS_TIPO:
            return "kind of a row is unknown";
        case LINHAS_CELULAS:
            return "cells are not as many as columns";
        case LINHAS_ESCAPE:
            return "backslash escape is unknown";
        case LINHAS_UTF8:
            return "bytes are not UTF-8";
        case LINHAS_LEITURA:
            return "could not read";
        case LINHAS_MEMORIA:
            return "out of memory";
    }
    return "";
}

bool
linhas_sem_escapes(char *texto, size_t *n)
{
    size_t m = 0;

    for (size_t i = 0; i < *n; i++)
    {
        if (texto[i] == '\\')
        {
            int c = i + 1 < *n ? escapado(texto[i + 1]) : -1;

            if (c < 0)
                return false;
            texto[m++] = (char)c;
            i++;
        }
        else
            texto[m++] = texto[i];
    }
    *n = m;
    return true;
}

/*
 * One row into l->celulas, the kind first; false: the end, or l->falha. Cells
 * behind the expected ones are counted and forgotten.
 */
static bool
linha(Linhas *l, size_t *celulas)
{
    Celula demais;
    Passo passo;

    if (l->pos == l->fim && !encher(l))
        return false;
    l->texto_n = 0;
    *celulas = 0;
    do
    {
        size_t i = *celulas;
        size_t inicio = l->texto_n;

        passo = celula(l, i <= l->colunas ? &l->celulas[i] : &demais);
        if (passo == PASSO_FALHA)
            return false;
        if (i <= l->colunas)
            l->inicios[i] = inicio;
        else
            l->texto_n = inicio;
        ++*celulas;
    } while (passo == PASSO_CELULA);
    for (size_t i = 0; i < *celulas && i <= l->colunas; i++)
        l->celulas[i].texto = l->texto + l->inicios[i];
    return true;
}

/* One cell and what ends it, TAB or LF. Its text is in l->texto, NUL behind it. */
static Passo
celula(Linhas *l, Celula *c)
{
    *c = (Celula){0};
    for (;;)
    {
        size_t inicio = l->pos;
        unsigned char b;

        while (l->pos < l->fim && !especial[(unsigned char)l->bloco[l->pos]])
            l->pos++;
        if (l->pos > inicio)
        {
            if (c->nula)
            {
                falhar(l, LINHAS_ESCAPE);
                return PASSO_FALHA;
            }
            if (!juntar(l, c, l->bloco + inicio, l->pos - inicio))
                return PASSO_FALHA;
        }
        if (l->pos == l->fim)
        {
            if (!encher(l))
            {
                if (l->falha == LINHAS_OK)
                    falhar(l, LINHAS_CORTADAS);
                return PASSO_FALHA;
            }
            continue;
        }
        b = (unsigned char)l->bloco[l->pos++];
        if (b == '\\')
        {
            if (!escape(l, c))
                return PASSO_FALHA;
            continue;
        }
        if (b == '\0')
        {
            falhar(l, LINHAS_UTF8);
            return PASSO_FALHA;
        }
        l->texto[l->texto_n++] = '\0';
        return b == '\t' ? PASSO_CELULA : PASSO_LINHA;
    }
}

/* Behind a backslash. */
static bool
escape(Linhas *l, Celula *c)
{
    char letra;
    char byte;
    int valor;

    if (l->pos == l->fim && !encher(l))
        return falhar(l, l->falha != LINHAS_OK ? l->falha : LINHAS_CORTADAS);
    letra = l->bloco[l->pos++];
    if (letra == 'N' && c->n == 0 && !c->nula)
    {
        c->nula = true;
        return juntar(l, c, "", 0);
    }
    valor = escapado(letra);
    if (valor < 0 || c->nula)
        return falhar(l, LINHAS_ESCAPE);
    byte = (char)valor;
    return juntar(l, c, &byte, 1);
}

/* Adds to the cell what still fits; there is always room for the NUL. */
static bool
juntar(Linhas *l, Celula *c, const char *bytes, size_t n)
{
    if (n > l->celula_max - c->n)
    {
        n = l->celula_max - c->n;
        c->cortada = true;
    }
#ifndef DEFEITO_PLANTADO /* the fuzzer must find the overrun without this */
    if (l->texto_cabem - l->texto_n < n + l->colunas + 2)
#else
    if (l->texto_cabem < n + l->colunas + 2)
#endif
    {
        size_t cabem = l->texto_cabem * 2 + n + l->colunas + 2;
        char *novo = realloc(l->texto, cabem);

        if (novo == NULL)
            return falhar(l, LINHAS_MEMORIA);
        l->texto = novo;
        l->texto_cabem = cabem;
    }
    memcpy(l->texto + l->texto_n, bytes, n);
    l->texto_n += n;
    c->n += n;
    return true;
}

static bool
encher(Linhas *l)
{
    ssize_t n = l->fonte(l->contexto, l->bloco, BLOCO_BYTES);

    l->pos = 0;
    l->fim = n > 0 ? (size_t)n : 0;
    if (n < 0)
        return falhar(l, LINHAS_LEITURA);
    return n > 0;
}

/* A cell that was cut loses the rest of its last character. */
static bool
conferir_utf8(Linhas *l, Celula *c, char *texto)
{
    size_t i = 0;

    while (i < c->n)
    {
        uint32_t u;
        int k;

        if ((unsigned char)texto[i] < 0x80)
        {
            i++;
            continue;
        }
        k = utf8_caractere(texto + i, c->n - i, &u);
        if (k == 0)
        {
            if (!c->cortada || c->n - i >= 4)
                return falhar(l, LINHAS_UTF8);
            c->n = i;
            texto[i] = '\0';
            break;
        }
        i += (size_t)k;
    }
    return true;
}

static int
escapado(char letra)
{
    switch (letra)
    {
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        case 'v':
            return '\v';
        case '\\':
            return '\\';
        default:
            return -1;
    }
}

static bool
falhar(Linhas *l, LinhasFalha falha)
{
    l->falha = falha;
    return false;
}
