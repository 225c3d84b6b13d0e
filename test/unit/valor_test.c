/*
 * extension/arquivo/valor.c: cells by the type of their column. EXPORT-2, EXPORT-3.
 */
#include "tap.h"
#include "valor.h"

#include <stdlib.h>

/* Text, number or day, and how a person reads it; NULL: it stays text. */
static void
legiveis(void)
{
    static const struct
    {
        const char *tipo;
        const char *texto;
        const char *lido;
    } casos[] = {
        {"inteiro", "0", "0"},
        {"inteiro", "-12", "-12"},
        {"inteiro", "999999999999999", "999999999999999"},
        {"inteiro", "1000000000000000", NULL},
        {"inteiro", "00123", NULL},
        {"inteiro", "12.0", NULL},
        {"inteiro", "", NULL},
        {"inteiro", "-", NULL},
        {"inteiro", "+1", NULL},
        {"inteiro", "1e5", NULL},
        {"inteiro", "NaN", NULL},
        {"decimal", "1234.5", "1.234,50"},
        {"decimal", "-0.004", "0,00"},
        {"decimal", "-0.005", "-0,01"},
        {"decimal", "999.995", "1.000,00"},
        {"decimal", "1234567890123.45", "1.234.567.890.123,45"},
        {"decimal", "12345678901234.56", NULL},
        {"decimal", "1.00000000000000000000", "1,00"},
        {"decimal", "3.3333333333333333", NULL},
        {"decimal", ".5", NULL},
        {"decimal", "5.", NULL},
        {"decimal", "1.2.3", NULL},
        {"decimal", "-Infinity", NULL},
        {"moeda", "0", "R$ 0,00"},
        {"moeda", "-1234.50", "R$ -1.234,50"},
        {"moeda", "100000", "R$ 100.000,00"},
        {"percentual", "0.125", "12,5%"},
        {"percentual", "1", "100,0%"},
        {"percentual", "0.99951", "100,0%"},
        {"percentual", "999999999999999", "99.999.999.999.999.900,0%"},
        {"data", "2026-11-22", "22/11/2026"},
        {"data", "1900-03-01", "01/03/1900"},
        {"data", "1900-02-28", NULL},
        {"data", "9999-12-31", "31/12/9999"},
        {"data", "10000-01-01", NULL},
        {"data", "2026-02-29", NULL},
        {"data", "2024-02-29", "29/02/2024"},
        {"data", "2000-02-29", "29/02/2000"},
        {"data", "2026-13-01", NULL},
        {"data", "2026-00-10", NULL},
        {"data", "2026-04-31", NULL},
        {"data", "infinity", NULL},
        {"data", "0044-03-15 BC", NULL},
        {"datahora", "2026-11-22 05:40:12", "22/11/2026 05:40"},
        {"datahora", "2026-11-22 05:40:12.123456", "22/11/2026 05:40"},
        {"datahora", "2026-11-22 05:40:12-03", NULL},
        {"datahora", "2026-11-22 05:40:12.", NULL},
        {"datahora", "2026-11-22 24:00:00", NULL},
        {"datahora", "2026-11-22", NULL},
        {"booleano", "t", "Sim"},
        {"booleano", "f", "Não"},
        {"booleano", "true", NULL},
        {"texto", "12", NULL},
    };

    for (size_t i = 0; i < sizeof(casos) / sizeof(casos[0]); i++)
    {
        ColunaTipo tipo = (ColunaTipo)coluna_tipo(casos[i].tipo);
        size_t n = strlen(casos[i].texto);
        char *exato = malloc(n + 1); /* its bytes, and the NUL every cell has */
        char lido[VALOR_TEXTO_MAX] = "text";
        Valor v;

        memcpy(exato, casos[i].texto, n + 1);
        v = valor_ler(tipo, exato, n);
        if (v.tipo != VALOR_TEXTO && valor_legivel(tipo, &v, lido) != strlen(lido))
            strcpy(lido, "wrong length");
        CONFERE_TEXTO(lido, casos[i].lido ? casos[i].lido : "text", "%s %s", casos[i].tipo, casos[i].texto);
        free(exato);
    }
}

static void
numeros(void)
{
    static const char *const textos[] = {"0.1", "37.01", "-1234.5", "99999999999.9999", "0.000000000000001", "123456789012345", "1.005"};
    Valor v;

    for (size_t i = 0; i < sizeof(textos) / sizeof(textos[0]); i++)
    {
        v = valor_ler(COLUNA_DECIMAL, textos[i], strlen(textos[i]));
        CONFERE(v.tipo == VALOR_NUMERO && valor_numero(&v) == strtod(textos[i], NULL), "%s is its nearest double", textos[i]);
    }
    /* What spreadsheets count: 1900-03-01 is day 61, a day is 1. */
    v = valor_ler(COLUNA_DATA, "1900-03-01", 10);
    CONFERE(valor_serie(&v) == 61, "1900-03-01 is day 61");
    v = valor_ler(COLUNA_DATA, "2026-11-22", 10);
    CONFERE(valor_serie(&v) == 46348, "2026-11-22 is day 46348");
    v = valor_ler(COLUNA_DATAHORA, "2026-11-22 18:00:00", 19);
    CONFERE(valor_serie(&v) == 46348.75, "18:00 is three quarters");
    CONFERE(coluna_tipo("outro") == -1, "an unknown type");
}

int
main(void)
{
    legiveis();
    numeros();
    return tap_fim();
}
