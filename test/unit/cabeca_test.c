/*
 * extension/arquivo/cabeca.c: the head of an export. EXPORT-2, EXPORT-3.
 * fontes: extension/arquivo/linhas.c extension/arquivo/valor.c extension/texto_puro.c
 */
#include "tap.h"
#include "cabeca.h"

#include <stdlib.h>

#define INICIO "crm_arquivo\t1\n"
#define COMUM "titulo\tT\nusuario\tU\nquando\t2026-11-22 05:40:12\n"
#define UMA "coluna\ttexto\t0\tA\n"

static const char *
ler(Cabeca *c, const char *texto, char **dados, int *linha)
{
    size_t n = strlen(texto);

    *dados = malloc(n + 1);
    memcpy(*dados, texto, n);
    return cabeca_ler(c, *dados, n, linha);
}

static void
inteira(void)
{
    Cabeca c;
    char *dados;
    int linha;
    const char *falha = ler(&c, INICIO "titulo\tClientes\\tde \\\\ São Paulo\nusuario\tAna\nquando\t2026-11-22 05:40:12.5\n"
                                       "filtro\tEstado\tSP\nfiltro\tCidade\t\ncoluna\ttexto\t30\tNome\ncoluna\tmoeda\t0\tTotal\n"
                                       "coluna\tdata\t255\t\nfim\n",
                            &dados, &linha);

    CONFERE_TEXTO(falha ? falha : "", "", "a whole head is read");
    CONFERE_TEXTO(c.titulo, "Clientes\tde \\ São Paulo", "with its escapes");
    CONFERE_TEXTO(c.usuario, "Ana", "who");
    CONFERE(c.quando.ano == 2026 && c.quando.hora == 5 && c.quando.segundo == 12, "when");
    CONFERE(c.n_filtros == 2 && strcmp(c.filtros[0].valor, "SP") == 0 && c.filtros[1].valor[0] == '\0', "filters");
    CONFERE(c.n_colunas == 3 && c.colunas[0].largura == 30 && c.colunas[1].tipo == COLUNA_MOEDA && c.colunas[2].largura == 255, "columns");
    cabeca_fechar(&c);
    free(dados);
}

static void
recusadas(void)
{
    static const struct
    {
        const char *texto;
        int linha;
    } casos[] = {
        {"", 1},
        {"crm_arquivo\t2\n", 1},
        {INICIO, 0},
        {INICIO COMUM UMA, 0},
        {INICIO COMUM UMA "fim", 6},
        {INICIO COMUM UMA "fim\nfim\n", 0},
        {INICIO COMUM "fim\n", 0},
        {INICIO "titulo\tT\nusuario\tU\n" UMA "fim\n", 0},
        {INICIO COMUM "titulo\tT\n" UMA "fim\n", 5},
        {INICIO "quando\t2026-02-30 05:40:12\n", 2},
        {INICIO "quando\tontem\n", 2},
        {INICIO "titulo\n", 2},
        {INICIO "titulo\ta\tb\n", 2},
        {INICIO "filtro\ta\n", 2},
        {INICIO "filtro\ta\tb\tc\td\te\n", 2},
        {INICIO "coluna\tlista\t0\tA\n", 2},
        {INICIO "coluna\ttexto\t256\tA\n", 2},
        {INICIO "coluna\ttexto\t-1\tA\n", 2},
        {INICIO "coluna\ttexto\t99999999999999999999\tA\n", 2},
        {INICIO "coluna\ttexto\t 1\tA\n", 2},
        {INICIO "coluna\ttexto\t1x\tA\n", 2},
        {INICIO "coluna\ttexto\t\tA\n", 2},
        {INICIO "\n", 2},
        {INICIO "outra\t1\n", 2},
        {INICIO "titulo\ta\\x\n", 2},
        {INICIO "titulo\ta\\\n", 2},
        {INICIO "titulo\t\xFF\n", 2},
    };

    for (size_t i = 0; i < sizeof(casos) / sizeof(casos[0]); i++)
    {
        Cabeca c;
        char *dados;
        int linha;
        const char *falha = ler(&c, casos[i].texto, &dados, &linha);

        CONFERE(falha != NULL && linha == casos[i].linha, "case %d is refused in line %d: %s", (int)i, linha, falha ? falha : "no");
        cabeca_fechar(&c);
        free(dados);
    }
}

int
main(void)
{
    inteira();
    recusadas();
    return tap_fim();
}
