/*
 * Any bytes as the rows of an export, in pieces of any size: each cell is UTF-8
 * within its limit, and only the row 'f' at the end is the end; the same bytes in
 * one piece read the same. Each cell becomes text for a sheet and for a page within
 * their limits. -DDEFEITO_PLANTADO lets a row grow past its room. EXPORT-2, EXPORT-3.
 */
#include "alvo.h"
#include "cabeca.h"
#include "latino.h"
#include "linhas.h"
#include "planilha_texto.h"
#include "saida.h"
#include "texto_puro.h"
#include "valor.h"

typedef struct Bytes
{
    const char *dados;
    size_t n;
    size_t pos;
    size_t pedaco; /* 0: all at once */
} Bytes;

static ssize_t
dar(void *contexto, char *bytes, size_t max)
{
    Bytes *b = contexto;
    size_t n = b->n - b->pos;

    if (n > max)
        n = max;
    if (b->pedaco > 0 && n > b->pedaco)
        n = b->pedaco;
    memcpy(bytes, b->dados + b->pos, n);
    b->pos += n;
    return (ssize_t)n;
}

static size_t
utf8(const char *s, size_t n)
{
    size_t unidades = 0;

    for (size_t i = 0; i < n;)
    {
        uint32_t c;
        int k = utf8_caractere(s + i, n - i, &c);

        EXIGE(k > 0);
        unidades += c > 0xFFFF ? 2 : 1;
        i += (size_t)k;
    }
    return unidades;
}

static void
celula(const Celula *c, size_t max)
{
    PlanilhaTexto p = {0};
    char *pagina = malloc(c->n + 4);
    char valor[VALOR_TEXTO_MAX];
    uint64_t cortadas = 0;
    const char *t;
    size_t m;

    EXIGE(c->n <= max && c->texto[c->n] == '\0' && strlen(c->texto) == c->n);
    EXIGE(!c->nula || c->n == 0);
    utf8(c->texto, c->n);
    t = planilha_texto(&p, c, &cortadas);
    EXIGE(utf8(t, strlen(t)) <= PLANILHA_CELULA_MAX);
    EXIGE(cortadas == c->cortada || c->n > PLANILHA_CELULA_MAX / 7);
    planilha_texto_fechar(&p);
    m = latino_linha(c->texto, c->n, pagina, c->n);
    EXIGE(m <= c->n);
    utf8(pagina, m);
    for (size_t i = 0; i < m; i++)
        EXIGE((unsigned char)pagina[i] >= ' ');
    free(pagina);
    for (int tipo = 0; tipo < COLUNA_TIPOS; tipo++)
    {
        Valor v = valor_ler((ColunaTipo)tipo, c->texto, c->n);

        if (v.tipo != VALOR_TEXTO)
            EXIGE(valor_legivel((ColunaTipo)tipo, &v, valor) < VALOR_TEXTO_MAX && strlen(valor) > 0);
    }
}

/* A sum of all that is read. */
static uint64_t
ler(Bytes b, size_t colunas, size_t max, LinhasFalha *falha)
{
    uint64_t soma = 14695981039346656037u;
    Linhas l;

    EXIGE(linhas_abrir(&l, dar, &b, colunas, max));
    while (linhas_proxima(&l))
    {
        soma = (soma ^ l.tipo) * 1099511628211u;
        for (size_t i = 0; i < colunas; i++)
        {
            celula(&l.celulas[i], max);
            for (size_t j = 0; j < l.celulas[i].n; j++)
                soma = (soma ^ (unsigned char)l.celulas[i].texto[j]) * 1099511628211u;
            soma = (soma ^ (256u + l.celulas[i].nula * 2u + l.celulas[i].cortada)) * 1099511628211u;
        }
    }
    EXIGE(!linhas_proxima(&l));
    if (l.falha == LINHAS_OK)
    {
        /* The last line begins with the kind 'f'. */
        const char *fim = b.n > 1 ? memrchr(b.dados, '\n', b.n - 1) : NULL;

        fim = fim == NULL ? b.dados : fim + 1;
        EXIGE(b.pos == b.n && b.n > 1 && b.dados[b.n - 1] == '\n' && *fim == 'f');
    }
    *falha = l.falha;
    linhas_fechar(&l);
    return soma;
}

int
LLVMFuzzerTestOneInput(const uint8_t *dados, size_t n)
{
    static const size_t limites[] = {3, 64, 4096, 128 * 1024};
    LinhasFalha falha[2];
    Bytes b;
    size_t colunas;
    size_t max;

    if (n < 2)
        return 0;
    colunas = dados[0] % 6 + 1;
    max = limites[dados[0] / 6 % 4];
    b = (Bytes){.dados = (const char *)dados + 2, .n = n - 2, .pedaco = dados[1] % 17 + 1u};
    if (ler(b, colunas, max, &falha[0]) != ler((Bytes){.dados = b.dados, .n = b.n}, colunas, max, &falha[1]))
        abort();
    EXIGE(falha[0] == falha[1]);
    return 0;
}
