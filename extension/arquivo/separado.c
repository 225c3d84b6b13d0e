/*
 * separado.c: csv. RFC 4180, or as Excel in Brazil reads it.
 */
#include "arquivo.h"

#include "csv.h"
#include "saida.h"

#include <stdlib.h>
#include <string.h>

static const char fim_de_linha[] = "\r\n";

typedef struct Separado
{
    const Cabeca *c;
    FILE *f;
    char *celula; /* room for one as it is written */
    size_t cabem;
} Separado;

static void titulos(Separado *s);
static void linha(Separado *s, const Linhas *l);
static void texto(Separado *s, const char *t, size_t n);
static bool como_esta(const char *t, size_t n);
static size_t legivel(const Separado *s, ColunaTipo tipo, const Celula *celula, char *saida);
static void rodape(Separado *s, unsigned long long linhas);

void
separado_fazer(const Cabeca *c, LinhasFonte fonte, void *contexto, const char *saida, Relato *relato)
{
    Separado s = {.c = c};
    Linhas l;

    s.f = saida_criar(saida);
    if (c->bom)
        fputs("\xEF\xBB\xBF", s.f);
    if (c->titulos)
        titulos(&s);
    arquivo_abrir_linhas(&l, c, fonte, contexto, SIZE_MAX / 4);
    while (linhas_proxima(&l))
        linha(&s, &l);
    relato->linhas = l.numero;
    arquivo_fechar_linhas(&l);
    if (c->rodape)
        rodape(&s, relato->linhas);
    saida_fechar(s.f);
    free(s.celula);
    relato->motor = "csv";
}

static void
titulos(Separado *s)
{
    for (size_t i = 0; i < s->c->n_colunas; i++)
    {
        const char *titulo = s->c->colunas[i].titulo;

        if (i > 0)
            putc_unlocked(s->c->separador, s->f);
        texto(s, titulo, strlen(titulo));
    }
    fputs(fim_de_linha, s->f);
}

static void
linha(Separado *s, const Linhas *l)
{
    for (size_t i = 0; i < l->colunas; i++)
    {
        const Celula *celula = &l->celulas[i];
        char valor[VALOR_TEXTO_MAX];
        size_t n;

        if (i > 0)
            putc_unlocked(s->c->separador, s->f);
        if (celula->nula)
            continue;
        n = legivel(s, s->c->colunas[i].tipo, celula, valor);
        if (n == 0)
            texto(s, celula->texto, celula->n);
        else if (memchr(valor, s->c->separador, n) != NULL)
            fprintf(s->f, "\"%.*s\"", (int)n, valor);
        else
            fwrite_unlocked(valor, 1, n, s->f);
    }
    fputs_unlocked(fim_de_linha, s->f);
    if (ferror(s->f))
        falhar_disco("could not write");
}

static void
texto(Separado *s, const char *t, size_t n)
{
    if (como_esta(t, n))
    {
        fwrite_unlocked(t, 1, n, s->f);
        return;
    }
    if (s->cabem < 2 * n + 3)
    {
        s->cabem = 2 * (2 * n + 3);
        s->celula = exigir(realloc(s->celula, s->cabem));
    }
    n = csv_escrever(t, n, s->celula);
    fwrite_unlocked(s->celula, 1, n, s->f);
}

/* Surely nothing to quote or to make harmless: csv_escrever() judges the rest. */
static bool
como_esta(const char *t, size_t n)
{
    static const bool talvez[256] = {['"'] = true, ['\n'] = true, ['\r'] = true, [','] = true, [';'] = true, ['\t'] = true, ['|'] = true};

    if (n == 0)
        return true;
    if (!((t[0] >= 'a' && t[0] <= 'z') || (t[0] >= 'A' && t[0] <= 'Z') || (t[0] >= '0' && t[0] <= '9')) || t[n - 1] == ' ')
        return false;
    for (size_t i = 0; i < n; i++)
        if (talvez[(unsigned char)t[i]])
            return false;
    return true;
}

/* What has a value of its type; 0: it is text. */
static size_t
legivel(const Separado *s, ColunaTipo tipo, const Celula *celula, char *saida)
{
    Valor v;

    if (tipo == COLUNA_TEXTO)
        return 0;
    v = valor_ler(tipo, celula->texto, celula->n);
    switch (v.tipo)
    {
        case VALOR_TEXTO:
            return 0;
        case VALOR_NUMERO:
            if (celula->n >= VALOR_TEXTO_MAX)
                return 0;
            memcpy(saida, celula->texto, celula->n);
            if (s->c->excel)
            {
                char *ponto = memchr(saida, '.', celula->n);

                if (ponto != NULL)
                    *ponto = ',';
            }
            return celula->n;
        case VALOR_LOGICO:
            if (!s->c->excel)
            {
                strcpy(saida, v.logico ? "true" : "false");
                return strlen(saida);
            }
            break;
        case VALOR_DIA:
        case VALOR_INSTANTE:
            if (!s->c->excel)
            {
                size_t n = v.tipo == VALOR_DIA ? strlen("2026-11-22") : strlen("2026-11-22 05:40:12");

                memcpy(saida, celula->texto, n);
                return n;
            }
            break;
    }
    return valor_legivel(tipo, &v, true, saida);
}

static void
rodape(Separado *s, unsigned long long linhas)
{
    char quando[VALOR_TEXTO_MAX];
    char *t;
    int n;

    valor_legivel(COLUNA_DATAHORA, &s->c->quando, true, quando);
    n = asprintf(&t, "Gerado por %s em %s; %llu linhas", s->c->usuario, quando, linhas);
    if (n < 0)
        falhar(CODIGO_MEMORIA, "out of memory");
    texto(s, t, (size_t)n);
    fputs(fim_de_linha, s->f);
    free(t);
}
