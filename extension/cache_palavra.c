/*
 * cache_palavra.c: by what tags the words of names are found.
 */
#include "cache_palavra.h"

#include "cache_especies.h"
#include "fonetica.h"
#include "normalizar.h"

enum
{
    ESCRITA_BYTES = 2 * FONETICA_BYTES
};

static size_t escrever_som(Palavra som, char saida[ESCRITA_BYTES]);
static size_t inicio_do_som(Palavra som, char saida[ESCRITA_BYTES]);

size_t
palavra_inicio(Palavra palavra, int letras)
{
    size_t fim = 0;
    int32_t c;

    for (; letras > 0 && fim < palavra.n; letras--)
        fim += utf8_ler(palavra.p + fim, palavra.n - fim, &c);
    return letras == 0 ? fim : 0;
}

/*
 * Words that begin as their sound is most often written have no other class: most
 * of them. Any rule would do, as long as it looks at the sound alone.
 */
int
palavra_classes(Palavra palavra, Palavra som, uint32 classes[CLASSES_MAX])
{
    const size_t inicio = palavra_inicio(palavra, ETIQUETA_GRAMA_CURTA);
    char escrita[ESCRITA_BYTES];
    size_t escrito;
    int n = 0;

    if (inicio > 0)
        classes[n++] = inicio_classe(palavra.p, inicio);
    if (som.n == 0)
        return n;
    escrito = inicio_do_som(som, escrita);
    if (inicio == 0 || inicio != escrito ||
        memcmp(palavra.p, escrita, escrito) != 0)
        classes[n++] = som_classe(som);
    return n;
}

uint32
som_classe_inicio(Palavra som)
{
    char escrita[ESCRITA_BYTES];
    const size_t n = inicio_do_som(som, escrita);

    return n > 0 ? inicio_classe(escrita, n) : 0;
}

uint32
som_classe(Palavra som)
{
    return etiqueta_slot(T_CLIENTES, E_SOM, som.p, som.n);
}

uint32
inicio_classe(const char *p, size_t n)
{
    return etiqueta_slot(T_CLIENTES, E_INICIO, p, n);
}

uint32
par_slot(uint32 a, uint32 b)
{
    const uint32 par[2] = {Min(a, b), Max(a, b)};

    return etiqueta_slot(T_CLIENTES, E_PAR, par, sizeof(par));
}

void
par_marcar(uint32 a, uint32 b)
{
    const uint32 par[2] = {Min(a, b), Max(a, b)};

    if (a != b)
        cache_marcar_etiqueta(T_CLIENTES, E_PAR, par, sizeof(par));
}

static size_t
inicio_do_som(Palavra som, char saida[ESCRITA_BYTES])
{
    const size_t n = escrever_som(som, saida);

    return palavra_inicio((Palavra){saida, n}, ETIQUETA_GRAMA_CURTA);
}

/* As such a sound is most often written: K is C or QU, G is G or GU. */
static size_t
escrever_som(Palavra som, char saida[ESCRITA_BYTES])
{
    size_t n = 0;

    for (size_t i = 0; i < som.n && i < FONETICA_BYTES; i++)
    {
        const char c = som.p[i];
        const bool branda =
            i + 1 < som.n && (som.p[i + 1] == 'E' || som.p[i + 1] == 'I');

        if (c == 'K')
            saida[n++] = branda ? 'q' : 'c';
        else
            saida[n++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        if (branda && (c == 'K' || c == 'G'))
            saida[n++] = 'u';
    }
    return n;
}
