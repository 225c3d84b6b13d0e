/*
 * csv.c: a file of separated values, from its bytes to its cells and back; free
 * of PostgreSQL and Kore.
 */
#include "csv.h"

#include "texto_puro.h"

#include <string.h>

enum
{
    AMOSTRA_BYTES = 64 * 1024, /* what the separator is found by */
    AMOSTRA_REGISTROS = 50,
    CONTROLES_PERMILE_MAX = 10, /* more control characters: no text */
    SEP_LINHA = 5               /* "sep=;" */
};

static const char separadores[] = ";,\t|";

static bool comeca(const char *dados, size_t n, const char *com, size_t m);
static bool utf8_valido(const char *dados, size_t n, int *linha);
static int linhas_ate(const char *dados, size_t n);
static int constancia(const char *dados, size_t n, char separador);
static bool sep_indicado(const char *dados, size_t n, char *separador);
static bool registro(CsvLeitor *l, bool *conteudo);
static bool celula(CsvLeitor *l, CsvCelula *c);
static bool entre_aspas(CsvLeitor *l, size_t aspas, CsvCelula *c);
static bool fim_de_linha(CsvLeitor *l);
static bool falhar(CsvLeitor *l, CsvFalha falha, int linha);

/* ---- the bytes as a whole ---- */

CsvFalha
csv_examinar(const char *dados, size_t n, CsvCodificacao *codificacao,
             int *linha)
{
    const char *nulo;
    size_t controles = 0;

    *linha = 0;
    if (n == 0)
        return CSV_VAZIO;
    if (n > CSV_BYTES_MAX)
        return CSV_GRANDE;
    if (comeca(dados, n, "PK\x03\x04", 4) || comeca(dados, n, "PK\x05\x06", 4) ||
        comeca(dados, n, "PK\x07\x08", 4))
        return CSV_PLANILHA;
    if (comeca(dados, n, "\xFF\xFE", 2) || comeca(dados, n, "\xFE\xFF", 2))
        return CSV_UTF16;
    if (comeca(dados, n, "\xD0\xCF\x11\xE0", 4) || comeca(dados, n, "%PDF-", 5))
        return CSV_BINARIO;

    for (size_t i = 0; i < n; i++)
    {
        unsigned char c = (unsigned char)dados[i];

        controles += c < ' ' && c != '\t' && c != '\n' && c != '\r';
    }
    if (controles > 1 && controles * 1000 > n * CONTROLES_PERMILE_MAX)
        return CSV_BINARIO;
    nulo = memchr(dados, '\0', n);
    if (nulo != NULL)
    {
        *linha = linhas_ate(dados, (size_t)(nulo - dados));
        return CSV_NULO;
    }

    *codificacao = utf8_valido(dados, n, linha) ? CSV_UTF8 : CSV_WINDOWS_1252;
    *linha = 0;
    return CSV_OK;
}

CsvFalha
csv_converter(const char *dados, size_t n, CsvCodificacao codificacao,
              char *saida, size_t *m, int *linha)
{
    /* 0x80..0x9F; 0: no character. */
    static const unsigned short alto[32] = {
        0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
        0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
        0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};
    size_t k = 0;

    *linha = 0;
    *m = 0;
    if (codificacao == CSV_UTF8)
    {
        size_t bom = comeca(dados, n, "\xEF\xBB\xBF", 3) ? 3 : 0;

        if (!utf8_valido(dados, n, linha))
            return CSV_CODIFICACAO;
        memcpy(saida, dados + bom, n - bom);
        *m = n - bom;
        return CSV_OK;
    }
    for (size_t i = 0; i < n; i++)
    {
        unsigned c = (unsigned char)dados[i];

        if (c >= 0x80 && c <= 0x9F)
            c = alto[c - 0x80];
        if (c == 0)
        {
            *linha = linhas_ate(dados, i);
            return CSV_CODIFICACAO;
        }
        if (c < 0x80)
            saida[k++] = (char)c;
        else if (c < 0x800)
        {
            saida[k++] = (char)(0xC0 | c >> 6);
            saida[k++] = (char)(0x80 | (c & 0x3F));
        }
        else
        {
            saida[k++] = (char)(0xE0 | c >> 12);
            saida[k++] = (char)(0x80 | (c >> 6 & 0x3F));
            saida[k++] = (char)(0x80 | (c & 0x3F));
        }
    }
    *m = k;
    return CSV_OK;
}

static bool
comeca(const char *dados, size_t n, const char *com, size_t m)
{
    return n >= m && memcmp(dados, com, m) == 0;
}

static bool
utf8_valido(const char *dados, size_t n, int *linha)
{
    for (size_t i = 0; i < n;)
    {
        uint32_t c;
        int k = utf8_caractere(dados + i, n - i, &c);

        if (k == 0)
        {
            *linha = linhas_ate(dados, i);
            return false;
        }
        i += (size_t)k;
    }
    return true;
}

/* The line of the byte behind n bytes, from 1. */
static int
linhas_ate(const char *dados, size_t n)
{
    int linha = 1;

    for (size_t i = 0; i < n; i++)
        linha += dados[i] == '\n' ||
                 (dados[i] == '\r' && !(i + 1 < n && dados[i + 1] == '\n'));
    return linha;
}

/* ---- the separator ---- */

bool
csv_separador_valido(char separador)
{
    return separador != '\0' && strchr(separadores, separador) != NULL;
}

char
csv_separador(const char *dados, size_t n)
{
    char melhor = ',';
    int pontos = 0;

    if (sep_indicado(dados, n, &melhor))
        return melhor;
    for (const char *s = separadores; *s != '\0'; s++)
    {
        int p = constancia(dados, n, *s);

        if (p > pontos)
        {
            pontos = p;
            melhor = *s;
        }
    }
    return melhor;
}

static bool
sep_indicado(const char *dados, size_t n, char *separador)
{
    if (!(comeca(dados, n, "sep=", 4) || comeca(dados, n, "SEP=", 4)) ||
        n < SEP_LINHA || !csv_separador_valido(dados[4]) ||
        (n > SEP_LINHA && dados[5] != '\r' && dados[5] != '\n'))
        return false;
    *separador = dados[4];
    return true;
}

/*
 * How well the separator explains the first records: the more of them have as
 * many cells as the first one, and the more cells, the better; 0: not at all.
 */
static int
constancia(const char *dados, size_t n, char separador)
{
    bool cortada = n > AMOSTRA_BYTES;
    bool aspas = false;
    bool inicio = true; /* of a cell */
    int registros = 0;
    int iguais = 0;
    int primeiro = 0;
    int colunas = 1;
    size_t vistos = 0;

    if (cortada)
        n = AMOSTRA_BYTES;
    for (size_t i = 0; i <= n && registros < AMOSTRA_REGISTROS; i++)
    {
        char c = i < n ? dados[i] : '\n';

        if (i == n && (cortada || vistos == 0))
            break;
        if (aspas && i < n)
        {
            if (c == '"')
            {
                if (i + 1 < n && dados[i + 1] == '"')
                    i++;
                else
                    aspas = false;
            }
        }
        else if (c == '"' && inicio)
            aspas = true, vistos++;
        else if (c == separador)
            colunas++, inicio = true, vistos++;
        else if (c == '\n' || c == '\r')
        {
            if (vistos > 0)
            {
                if (registros++ == 0)
                    primeiro = colunas;
                iguais += colunas == primeiro;
            }
            colunas = 1, vistos = 0, inicio = true;
        }
        else
            inicio = inicio && c == ' ', vistos++;
    }
    if (primeiro < 2)
        return 0;
    return iguais * 1000 / registros * CSV_COLUNAS_MAX +
           (primeiro < CSV_COLUNAS_MAX ? primeiro : CSV_COLUNAS_MAX - 1);
}

/* ---- the records ---- */

void
csv_abrir(CsvLeitor *l, char *dados, size_t n, char separador)
{
    char indicado;

    memset(l, 0, sizeof(*l));
    l->dados = dados;
    l->n = n;
    l->separador = separador;
    l->linha_atual = 1;
    if (sep_indicado(dados, n, &indicado))
    {
        l->pos = SEP_LINHA;
        (void)fim_de_linha(l);
    }
}

bool
csv_proximo(CsvLeitor *l)
{
    bool conteudo = false;

    while (!conteudo)
    {
        if (l->falha != CSV_OK || l->pos >= l->n || !registro(l, &conteudo))
            return false;
    }
    if (++l->registros > CSV_REGISTROS_MAX + 1)
        return falhar(l, CSV_REGISTROS_DEMAIS, l->linha);
    return true;
}

static bool
registro(CsvLeitor *l, bool *conteudo)
{
    l->linha = l->linha_atual;
    l->n_celulas = 0;
    for (;;)
    {
        CsvCelula *c = &l->celulas[l->n_celulas];

        if (l->n_celulas == CSV_COLUNAS_MAX)
            return falhar(l, CSV_COLUNAS_DEMAIS, l->linha);
        if (!celula(l, c))
            return false;
        if (c->n > CSV_CELULA_MAX)
            return falhar(l, CSV_CELULA_GRANDE, l->linha);
        l->n_celulas++;
        *conteudo |= c->n > 0;
        if (l->pos >= l->n || fim_de_linha(l))
            return true;
        l->pos++; /* the separator */
    }
}

/* Leaves pos at the separator, the end of the line or of the file. */
static bool
celula(CsvLeitor *l, CsvCelula *c)
{
    const char separador = l->separador;
    size_t i = l->pos;

    while (i < l->n && l->dados[i] == ' ')
        i++;
    if (i < l->n && l->dados[i] == '"')
        return entre_aspas(l, i, c);

    while (i < l->n && l->dados[i] != separador && l->dados[i] != '\n' &&
           l->dados[i] != '\r')
        i++;
    c->texto = l->dados + l->pos;
    c->n = i - l->pos;
    l->pos = i;
    return true;
}

static bool
entre_aspas(CsvLeitor *l, size_t aspas, CsvCelula *c)
{
    const int abertas_em = l->linha_atual;
    char *d = l->dados;
    size_t i = aspas + 1;
    size_t w = i;

    c->texto = d + i;
    for (;; i++)
    {
        if (i >= l->n)
            return falhar(l, CSV_ASPAS_ABERTAS, abertas_em);
        if (d[i] == '"')
        {
#ifndef DEFEITO_PLANTADO /* the fuzzer must find the overrun without this */
            if (i + 1 >= l->n)
                break;
#endif
            if (d[i + 1] != '"')
                break;
            i++;
        }
        else if (d[i] == '\n' ||
                 (d[i] == '\r' && !(i + 1 < l->n && d[i + 1] == '\n')))
            l->linha_atual++;
        d[w++] = d[i];
    }
    c->n = (size_t)(d + w - c->texto);

    i++; /* the closing quote */
    while (i < l->n && d[i] == ' ')
        i++;
    l->pos = i;
    if (i < l->n && d[i] != l->separador && d[i] != '\n' && d[i] != '\r')
        return falhar(l, CSV_ASPAS_NO_MEIO, l->linha_atual);
    return true;
}

static bool
fim_de_linha(CsvLeitor *l)
{
    if (l->pos >= l->n ||
        (l->dados[l->pos] != '\n' && l->dados[l->pos] != '\r'))
        return false;
    if (l->dados[l->pos] == '\r' && l->pos + 1 < l->n &&
        l->dados[l->pos + 1] == '\n')
        l->pos++;
    l->pos++;
    l->linha_atual++;
    return true;
}

static bool
falhar(CsvLeitor *l, CsvFalha falha, int linha)
{
    l->falha = falha;
    l->falha_linha = linha;
    return false;
}

const char *
csv_falha_texto(CsvFalha falha)
{
    switch (falha)
    {
    case CSV_OK:
        break;
    case CSV_VAZIO:
        return "O arquivo está vazio.";
    case CSV_GRANDE:
        return "O arquivo passa de 20 MB.";
    case CSV_PLANILHA:
        return "O arquivo é uma planilha, não um texto CSV.";
    case CSV_BINARIO:
        return "O arquivo não é um texto CSV.";
    case CSV_UTF16:
        return "O arquivo está em UTF-16; salve como CSV UTF-8.";
    case CSV_NULO:
        return "O arquivo tem um byte nulo: não é um texto CSV.";
    case CSV_CODIFICACAO:
        return "Há bytes que não existem na codificação do arquivo.";
    case CSV_ASPAS_ABERTAS:
        return "Há aspas abertas nesta linha que nada fecha.";
    case CSV_ASPAS_NO_MEIO:
        return "Há texto depois das aspas que fecham uma célula.";
    case CSV_COLUNAS_DEMAIS:
        return "A linha passa de 200 colunas.";
    case CSV_CELULA_GRANDE:
        return "Uma célula passa de 64 kB.";
    case CSV_REGISTROS_DEMAIS:
        return "O arquivo passa de 200.000 linhas.";
    }
    return "";
}

/* ---- and back ---- */

size_t
csv_escrever(const char *texto, size_t n, char *saida)
{
    bool aspas = texto_formula(texto, n) || (n > 0 && (texto[0] == ' ' || texto[n - 1] == ' '));
    size_t m = 0;

    for (size_t i = 0; i < n && !aspas; i++)
        aspas = texto[i] == '"' || texto[i] == '\n' || texto[i] == '\r' ||
                csv_separador_valido(texto[i]);
    if (!aspas)
    {
        memcpy(saida, texto, n);
        return n;
    }
    saida[m++] = '"';
    if (texto_formula(texto, n))
        saida[m++] = '\'';
    for (size_t i = 0; i < n; i++)
    {
        if (texto[i] == '"')
            saida[m++] = '"';
        saida[m++] = texto[i];
    }
    saida[m++] = '"';
    return m;
}

CsvCelula
csv_sem_apostrofo(CsvCelula celula)
{
    if (celula.n > 1 && celula.texto[0] == '\'' &&
        texto_formula(celula.texto + 1, celula.n - 1))
    {
        celula.texto++;
        celula.n--;
    }
    return celula;
}
