/*
 * extension/csv.c: bytes of a file to cells and back. BUSCA-6; I-3, I-8.
 * fontes: extension/texto_puro.c
 */
#include "tap.h"
#include "csv.h"

#include <stdlib.h>
#include <string.h>

/* Records as "cell|cell/cell": '|' between cells, '/' behind each record. */
static char *
ler(const char *texto, size_t n, char separador, CsvLeitor *l)
{
    static char saida[4096];
    char *dados = malloc(n ? n : 1); /* exactly its bytes */
    size_t m = 0;

    memcpy(dados, texto, n);
    csv_abrir(l, dados, n, separador);
    while (csv_proximo(l))
    {
        for (int i = 0; i < l->n_celulas; i++)
        {
            memcpy(saida + m, l->celulas[i].texto, l->celulas[i].n);
            m += l->celulas[i].n;
            saida[m++] = i + 1 < l->n_celulas ? '|' : '/';
        }
    }
    saida[m] = '\0';
    free(dados);
    return saida;
}

static void
registros(void)
{
    static const struct
    {
        const char *texto;
        char separador;
        const char *lido;
        CsvFalha falha;
        int linha;
    } casos[] = {
        {"a,b\nc,d", ',', "a|b/c|d/", CSV_OK, 0},
        {"a,b\r\nc,d\r\n", ',', "a|b/c|d/", CSV_OK, 0},
        {"a,b\rc,d\r", ',', "a|b/c|d/", CSV_OK, 0},
        {"a;b;\n;;\nc;;d\n\n\n", ';', "a|b|/c||d/", CSV_OK, 0},
        {"a\tb\n", '\t', "a|b/", CSV_OK, 0},
        {"a|b\n", '|', "a|b/", CSV_OK, 0},
        {"\"a,b\",\"c\"\"d\"\n", ',', "a,b|c\"d/", CSV_OK, 0},
        {"\"a\nb\",c\r\n\"d\r\ne\",f", ',', "a\nb|c/d\r\ne|f/", CSV_OK, 0},
        {"a, \"b,c\" ,d", ',', "a|b,c|d/", CSV_OK, 0},
        {"a\"b\",c", ',', "a\"b\"|c/", CSV_OK, 0},
        {"\"\",x", ',', "|x/", CSV_OK, 0},
        {"\"\"", ',', "", CSV_OK, 0},
        {"\"\"\"\"", ',', "\"/", CSV_OK, 0},
        {"sep=;\na;b", ';', "a|b/", CSV_OK, 0},
        {"sep=x\na;b", ';', "sep=x/a|b/", CSV_OK, 0},
        {"", ',', "", CSV_OK, 0},
        {"\n\r\n\r", ',', "", CSV_OK, 0},
        {"a\nb,\"c\nd,e\nf", ',', "a/", CSV_ASPAS_ABERTAS, 2},
        {"a,b\n\"c\nx\"d,e", ',', "a|b/", CSV_ASPAS_NO_MEIO, 3},
        {"\"", ',', "", CSV_ASPAS_ABERTAS, 1},
        {"a,\"\"\"", ',', "", CSV_ASPAS_ABERTAS, 1},
    };

    for (size_t i = 0; i < sizeof(casos) / sizeof(casos[0]); i++)
    {
        CsvLeitor l;
        const char *lido = ler(casos[i].texto, strlen(casos[i].texto),
                               casos[i].separador, &l);

        CONFERE_TEXTO(lido, casos[i].lido, "records of case %d", (int)i);
        CONFERE(l.falha == casos[i].falha && l.falha_linha == casos[i].linha,
                "case %d ends as %d in line %d", (int)i, (int)l.falha,
                l.falha_linha);
    }
}

static void
linhas(void)
{
    static const char texto[] = "a\r\n\r\n\"b\nb\"\rc\n;\nd";
    static const int inicio[] = {1, 3, 5, 7};
    char dados[sizeof(texto)];
    CsvLeitor l;
    int certos = 0;

    memcpy(dados, texto, sizeof(texto));
    csv_abrir(&l, dados, sizeof(texto) - 1, ';');
    for (int i = 0; csv_proximo(&l) && i < 4; i++)
        certos += l.linha == inicio[i];
    CONFERE(certos == 4, "each record knows its line");
}

static void
limites(void)
{
    size_t n = CSV_CELULA_MAX + 1;
    char *grande = malloc(n);
    char largura[CSV_COLUNAS_MAX + 1];
    CsvLeitor l;

    memset(grande, 'x', n);
    csv_abrir(&l, grande, n - 1, ',');
    CONFERE(csv_proximo(&l) && l.celulas[0].n == CSV_CELULA_MAX, "64 kB");
    csv_abrir(&l, grande, n, ',');
    CONFERE(!csv_proximo(&l) && l.falha == CSV_CELULA_GRANDE, "one byte more");
    free(grande);

    memset(largura, ',', sizeof(largura));
    largura[0] = 'a';
    csv_abrir(&l, largura, CSV_COLUNAS_MAX, ',');
    CONFERE(csv_proximo(&l) && l.n_celulas == CSV_COLUNAS_MAX, "200 columns");
    csv_abrir(&l, largura, CSV_COLUNAS_MAX + 1, ',');
    CONFERE(!csv_proximo(&l) && l.falha == CSV_COLUNAS_DEMAIS, "201 columns");

    n = 2 * (size_t)(CSV_REGISTROS_MAX + 2);
    grande = malloc(n);
    for (size_t i = 0; i < n; i += 2)
        memcpy(grande + i, "a\n", 2);
    csv_abrir(&l, grande, n - 2, ',');
    while (csv_proximo(&l))
        ;
    CONFERE(l.falha == CSV_OK && l.registros == CSV_REGISTROS_MAX + 1,
            "200,000 rows and a header");
    csv_abrir(&l, grande, n, ',');
    while (csv_proximo(&l))
        ;
    CONFERE(l.falha == CSV_REGISTROS_DEMAIS &&
                l.falha_linha == CSV_REGISTROS_MAX + 2,
            "one row more");
    free(grande);
}

static void
bytes(void)
{
    static const struct
    {
        const char *dados;
        size_t n;
        CsvFalha falha;
        CsvCodificacao codificacao;
        int linha;
    } casos[] = {
        {"", 0, CSV_VAZIO, 0, 0},
        {"nome\njos\xC3\xA9", 10, CSV_OK, CSV_UTF8, 0},
        {"nome\njos\xE9", 9, CSV_OK, CSV_WINDOWS_1252, 0},
        {"\xC0\xAF", 2, CSV_OK, CSV_WINDOWS_1252, 0},     /* overlong */
        {"\xED\xA0\x80", 3, CSV_OK, CSV_WINDOWS_1252, 0}, /* surrogate */
        {"\xF4\x90\x80\x80", 4, CSV_OK, CSV_WINDOWS_1252, 0},
        {"\xC3", 1, CSV_OK, CSV_WINDOWS_1252, 0},
        {"PK\x03\x04zip", 7, CSV_PLANILHA, 0, 0},
        {"\xFF\xFE" "a\0", 4, CSV_UTF16, 0, 0},
        {"%PDF-1.4", 8, CSV_BINARIO, 0, 0},
        {"\xD0\xCF\x11\xE0\xA1", 5, CSV_BINARIO, 0, 0},
        {"\0\0\1\2abc", 7, CSV_BINARIO, 0, 0},
        {"a\nb\0c", 5, CSV_NULO, 0, 2},
    };
    char saida[64];
    size_t m;
    int linha;

    for (size_t i = 0; i < sizeof(casos) / sizeof(casos[0]); i++)
    {
        CsvCodificacao codificacao = 0;
        CsvFalha falha;

        falha = csv_examinar(casos[i].dados, casos[i].n, &codificacao, &linha);
        CONFERE(falha == casos[i].falha && linha == casos[i].linha &&
                    (falha != CSV_OK || codificacao == casos[i].codificacao),
                "bytes of case %d", (int)i);
    }

    CONFERE(csv_converter("\xEF\xBB\xBFjo", 5, CSV_UTF8, saida, &m, &linha) ==
                    CSV_OK && m == 2 && memcmp(saida, "jo", 2) == 0,
            "the byte order mark goes");
    CONFERE(csv_converter("\x80\xE9", 2, CSV_WINDOWS_1252, saida, &m, &linha) ==
                    CSV_OK && m == 5 &&
                memcmp(saida, "\xE2\x82\xAC\xC3\xA9", 5) == 0,
            "Windows-1252 to UTF-8");
    CONFERE(csv_converter("a\nb\x81", 4, CSV_WINDOWS_1252, saida, &m, &linha) ==
                    CSV_CODIFICACAO && linha == 2,
            "a byte that Windows-1252 does not have");
    CONFERE(csv_converter("a\n\xE9", 3, CSV_UTF8, saida, &m, &linha) ==
                    CSV_CODIFICACAO && linha == 2,
            "asked for UTF-8, given something else");
}

static void
separador(void)
{
    static const struct
    {
        const char *texto;
        char separador;
    } casos[] = {
        {"cpf;nome\n1;Silva, Ana\n2;Souza, Luiz", ';'},
        {"cpf,nome\n1,\"Silva; Ana\"\n2,b", ','},
        {"cpf\tnome\n1\ta,b;c\n", '\t'},
        {"cpf|nome\n1|b\n", '|'},
        {"cpf\n1\n", ','},
        {"sep=|\na;b|c\n", '|'},
        {"", ','},
        {"\"a;b;c\",d\n\"e;f;g\",h\n", ','},
    };

    for (size_t i = 0; i < sizeof(casos) / sizeof(casos[0]); i++)
        CONFERE(csv_separador(casos[i].texto, strlen(casos[i].texto)) ==
                    casos[i].separador,
                "separator of case %d", (int)i);
    CONFERE(csv_separador_valido(';') && !csv_separador_valido('x') &&
                !csv_separador_valido('\0') && !csv_separador_valido('"'),
            "what may separate");
}

static void
escrever(void)
{
    static const struct
    {
        const char *texto;
        const char *escrito;
    } casos[] = {
        {"Ana", "Ana"},
        {"", ""},
        {"a;b", "\"a;b\""},
        {"a\"b", "\"a\"\"b\""},
        {"a\nb", "\"a\nb\""},
        {"=1+1", "\"'=1+1\""},
        {"+55 81", "\"'+55 81\""},
        {"-1", "\"'-1\""},
        {"@x", "\"'@x\""},
        {"\tx", "\"'\tx\""},
        {"\nx", "\"'\nx\""},
        {"\xEF\xBC\x9D" "1", "\"'\xEF\xBC\x9D" "1\""},
        {" a", "\" a\""},
    };

    for (size_t i = 0; i < sizeof(casos) / sizeof(casos[0]); i++)
    {
        char saida[64];
        size_t n = strlen(casos[i].texto);
        size_t m = csv_escrever(casos[i].texto, n, saida);
        CsvLeitor l;
        CsvCelula volta;

        saida[m] = '\0';
        CONFERE_TEXTO(saida, casos[i].escrito, "cell %d written", (int)i);
        csv_abrir(&l, saida, m, ';');
        if (!csv_proximo(&l))
            continue;
        volta = csv_sem_apostrofo(l.celulas[0]);
        CONFERE(l.n_celulas == 1 && volta.n == n &&
                    memcmp(volta.texto, casos[i].texto, n) == 0,
                "cell %d reads back", (int)i);
    }
}

int
main(void)
{
    registros();
    linhas();
    limites();
    bytes();
    separador();
    escrever();
    for (int i = CSV_VAZIO; i <= CSV_REGISTROS_DEMAIS; i++)
        CONFERE(strlen(csv_falha_texto((CsvFalha)i)) > 0, "failure %d has a text", i);
    return tap_fim();
}
