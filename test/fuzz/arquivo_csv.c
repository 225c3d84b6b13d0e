/*
 * Any bytes as an uploaded file: what is read are its own bytes, within the
 * limits, in UTF-8; written again the cells read back equal; a field of a client
 * read out of a cell stays as it is when read again. -DDEFEITO_PLANTADO lets the
 * reader look behind the last byte. BUSCA-6; I-8.
 * fontes: extension/cpf_digitos.c
 */
#include "alvo.h"
#include "campo_cliente.h"
#include "csv.h"
#include "texto_puro.h"

static void
utf8(const char *s, size_t n)
{
    for (size_t i = 0; i < n;)
    {
        uint32_t c;
        int k = utf8_caractere(s + i, n - i, &c);

        EXIGE(k > 0);
        i += (size_t)k;
    }
}

/* Written and read again: the same cell, but for an apostrophe before a formula. */
static void
ida_e_volta(CsvCelula c, char separador)
{
    char *saida = malloc(2 * c.n + 3);
    size_t m = csv_escrever(c.texto, c.n, saida);
    CsvLeitor *l = malloc(sizeof(*l));
    CsvCelula antes = csv_sem_apostrofo(c);

    EXIGE(m <= 2 * c.n + 3);
    EXIGE(!texto_formula(saida, m));
    csv_abrir(l, saida, m, separador);
    if (c.n > 0 && !(m >= 5 && memcmp(saida, "sep=", 4) == 0) &&
        !(m >= 5 && memcmp(saida, "SEP=", 4) == 0))
    {
        EXIGE(csv_proximo(l) && l->n_celulas == 1);

        CsvCelula volta = csv_sem_apostrofo(l->celulas[0]);

        EXIGE(volta.n == antes.n);
        EXIGE(memcmp(volta.texto, antes.texto, antes.n) == 0);
        EXIGE(!csv_proximo(l) && l->falha == CSV_OK);
    }
    free(l);
    free(saida);
}

static void
campos(CsvCelula c)
{
    CampoValor v, w;

    for (int i = 0; i < CAMPOS_CLIENTE; i++)
    {
        if (campo_cliente_ler((CampoCliente)i, c.texto, c.n, 20261121, &v) != NULL)
            continue;
        EXIGE(v.n < CAMPO_CLIENTE_MAX && v.texto[v.n] == '\0');
        utf8(v.texto, v.n);
        EXIGE(v.ausente == (v.n == 0));
        EXIGE(!texto_formula(v.texto, v.n) || i == CAMPO_CELULAR);
        EXIGE(campo_cliente_ler((CampoCliente)i, v.texto, v.n, 20261121, &w) == NULL);
        EXIGE(v.n == w.n && memcmp(v.texto, w.texto, v.n) == 0);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *dados, size_t n)
{
    CsvCodificacao codificacao;
    CsvFalha falha;
    char *texto;
    char *exato;
    size_t m;
    int linha;

    falha = csv_examinar((const char *)dados, n, &codificacao, &linha);
    if (falha != CSV_OK)
        return 0;
    texto = malloc(n * CSV_UTF8_POR_BYTE);
    falha = csv_converter((const char *)dados, n, codificacao, texto, &m, &linha);
    EXIGE(m <= n * CSV_UTF8_POR_BYTE);
    if (falha == CSV_OK)
    {
        CsvLeitor *l = malloc(sizeof(*l));
        char separador;

        /* A copy of exactly m bytes: the sanitizer sees the first one behind it. */
        exato = malloc(m ? m : 1);
        memcpy(exato, texto, m);
        separador = csv_separador(exato, m);
        EXIGE(csv_separador_valido(separador));
        csv_abrir(l, exato, m, separador);
        while (csv_proximo(l))
        {
            bool conteudo = false;

            EXIGE(l->n_celulas > 0 && l->n_celulas <= CSV_COLUNAS_MAX);
            EXIGE(l->linha > 0 && l->linha <= l->linha_atual);
            for (int i = 0; i < l->n_celulas; i++)
            {
                CsvCelula c = l->celulas[i];

                EXIGE(c.texto >= exato && c.texto + c.n <= exato + m);
                EXIGE(c.n <= CSV_CELULA_MAX);
                utf8(c.texto, c.n);
                conteudo |= c.n > 0;
                ida_e_volta(c, separador);
                campos(c);
            }
            EXIGE(conteudo);
        }
        EXIGE(l->falha == CSV_OK ? l->pos >= m : l->falha_linha > 0);
        free(exato);
        free(l);
    }
    else
        EXIGE(linha > 0);
    free(texto);
    return 0;
}
