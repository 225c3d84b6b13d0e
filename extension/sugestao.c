/*
 * sugestao.c: which field of a client is a column of a file? Free of PostgreSQL
 * and Kore.
 */
#include "sugestao.h"

#include "cpf_digitos.h"
#include "normalizar.h"

#include <string.h>

enum
{
    TITULO_MAX = 80,         /* bytes; longer is no title */
    POR_PALAVRA = 100,       /* incerteza of a title that only holds the word */
    POR_CONTEUDO_PERCENTO = 80,
    CELULAS_MIN = 1
};

/* Whole titles, as normalizar() leaves them; the surer first. */
static const struct
{
    const char *titulo;
    CampoCliente campo;
} titulos[] = {
    {"cpf", CAMPO_CPF},
    {"nome completo", CAMPO_NOME_COMPLETO},
    {"nome", CAMPO_NOME_COMPLETO},
    {"data nascimento", CAMPO_DATA_NASCIMENTO},
    {"data de nascimento", CAMPO_DATA_NASCIMENTO},
    {"nascimento", CAMPO_DATA_NASCIMENTO},
    {"nome mae", CAMPO_NOME_MAE},
    {"nome da mae", CAMPO_NOME_MAE},
    {"mae", CAMPO_NOME_MAE},
    {"celular", CAMPO_CELULAR},
    {"whatsapp", CAMPO_CELULAR},
    {"telefone celular", CAMPO_CELULAR},
    {"email", CAMPO_EMAIL},
    {"e mail", CAMPO_EMAIL},
    {"cidade", CAMPO_CIDADE},
    {"municipio", CAMPO_CIDADE},
    {"uf", CAMPO_UF},
    {"estado", CAMPO_UF},
    {"cep", CAMPO_CEP},
    {"sexo", CAMPO_SEXO},
    {"genero", CAMPO_SEXO},
    {"cpf cnpj", CAMPO_CPF},
    {"cnpj cpf", CAMPO_CPF},
    {"cpf do cliente", CAMPO_CPF},
    {"documento", CAMPO_CPF},
    {"nome do cliente", CAMPO_NOME_COMPLETO},
    {"nome cliente", CAMPO_NOME_COMPLETO},
    {"cliente", CAMPO_NOME_COMPLETO},
    {"razao social", CAMPO_NOME_COMPLETO},
    {"dt nasc", CAMPO_DATA_NASCIMENTO},
    {"dt nascimento", CAMPO_DATA_NASCIMENTO},
    {"data nasc", CAMPO_DATA_NASCIMENTO},
    {"nasc", CAMPO_DATA_NASCIMENTO},
    {"dtnasc", CAMPO_DATA_NASCIMENTO},
    {"aniversario", CAMPO_DATA_NASCIMENTO},
    {"filiacao", CAMPO_NOME_MAE},
    {"telefone", CAMPO_CELULAR},
    {"fone", CAMPO_CELULAR},
    {"tel", CAMPO_CELULAR},
    {"contato", CAMPO_CELULAR},
    {"zap", CAMPO_CELULAR},
    {"correio eletronico", CAMPO_EMAIL},
    {"mail", CAMPO_EMAIL},
    {"localidade", CAMPO_CIDADE},
    {"sigla uf", CAMPO_UF},
    {"codigo postal", CAMPO_CEP},
};

/* Words that say it wherever they stand; in order. */
static const struct
{
    const char *palavra;
    CampoCliente campo;
} palavras[] = {
    {"cpf", CAMPO_CPF},
    {"mae", CAMPO_NOME_MAE},
    {"nascimento", CAMPO_DATA_NASCIMENTO},
    {"nasc", CAMPO_DATA_NASCIMENTO},
    {"email", CAMPO_EMAIL},
    {"celular", CAMPO_CELULAR},
    {"whatsapp", CAMPO_CELULAR},
    {"telefone", CAMPO_CELULAR},
    {"fone", CAMPO_CELULAR},
    {"cep", CAMPO_CEP},
    {"uf", CAMPO_UF},
    {"cidade", CAMPO_CIDADE},
    {"municipio", CAMPO_CIDADE},
    {"sexo", CAMPO_SEXO},
    {"nome", CAMPO_NOME_COMPLETO},
};

/* Of somebody or something else than the client. */
static const char *const alheias[] = {
    "vendedor", "vendedora", "produto", "empresa", "pai",      "usuario",
    "fantasia", "conjuge",   "filho",   "natal",   "local",    "responsavel",
    "loja",     "atendente", "origem",  "codigo",  "comercial"};

static CampoCliente sugestao_conteudo(const SugestaoColuna *coluna);
static bool tem_palavra(const char *texto, const char *palavra);
static bool serve(CampoCliente campo, CsvCelula celula);

CampoCliente
sugestao_titulo(const char *titulo, size_t n, int *incerteza)
{
    char limpo[TITULO_MAX + 1];

    *incerteza = 0;
    if (n == 0 || n > TITULO_MAX)
        return CAMPOS_CLIENTE;
    limpo[normalizar(titulo, n, limpo)] = '\0';

    for (size_t i = 0; i < sizeof(titulos) / sizeof(titulos[0]); i++)
        if (strcmp(titulos[i].titulo, limpo) == 0)
        {
            *incerteza = (int)i;
            return titulos[i].campo;
        }
    for (size_t i = 0; i < sizeof(alheias) / sizeof(alheias[0]); i++)
        if (tem_palavra(limpo, alheias[i]))
            return CAMPOS_CLIENTE;
    for (size_t i = 0; i < sizeof(palavras) / sizeof(palavras[0]); i++)
        if (tem_palavra(limpo, palavras[i].palavra))
        {
            *incerteza = POR_PALAVRA + (int)i;
            return palavras[i].campo;
        }
    return CAMPOS_CLIENTE;
}

static bool
tem_palavra(const char *texto, const char *palavra)
{
    size_t n = strlen(palavra);

    for (const char *p = strstr(texto, palavra); p != NULL;
         p = strstr(p + 1, palavra))
        if ((p == texto || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
            return true;
    return false;
}

/* The field most cells fit that need no title to be known: cpf, email, uf, cep. */
static CampoCliente
sugestao_conteudo(const SugestaoColuna *coluna)
{
    static const CampoCliente claros[] = {CAMPO_CPF, CAMPO_EMAIL, CAMPO_UF,
                                          CAMPO_CEP};

    if (coluna->n < CELULAS_MIN)
        return CAMPOS_CLIENTE;
    for (size_t k = 0; k < sizeof(claros) / sizeof(claros[0]); k++)
    {
        int bons = 0;

        for (int i = 0; i < coluna->n; i++)
            bons += serve(claros[k], coluna->celulas[i]);
        if (bons * 100 >= coluna->n * POR_CONTEUDO_PERCENTO)
            return claros[k];
    }
    return CAMPOS_CLIENTE;
}

/* Stricter than the field itself: eight digits alone are not a CEP for sure. */
static bool
serve(CampoCliente campo, CsvCelula c)
{
    CampoValor v;

    if (campo == CAMPO_UF && c.n != 2)
        return false;
    if (campo == CAMPO_CEP && (c.n < 9 || memchr(c.texto, '-', c.n) == NULL))
        return false;
    return campo_cliente_ler(campo, c.texto, c.n, 0, &v) == NULL && !v.ausente;
}

void
sugestao_colunas(const SugestaoColuna *colunas, int n, CampoCliente *campos)
{
    int coluna_de[CAMPOS_CLIENTE];
    int incerteza_de[CAMPOS_CLIENTE];

    for (int c = 0; c < CAMPOS_CLIENTE; c++)
        coluna_de[c] = -1;
    for (int i = 0; i < n; i++)
    {
        int incerteza;
        CampoCliente c = sugestao_titulo(colunas[i].titulo.texto,
                                         colunas[i].titulo.n, &incerteza);

        campos[i] = CAMPOS_CLIENTE;
        if (c == CAMPOS_CLIENTE ||
            (coluna_de[c] >= 0 && incerteza_de[c] <= incerteza))
            continue;
        if (coluna_de[c] >= 0)
            campos[coluna_de[c]] = CAMPOS_CLIENTE;
        coluna_de[c] = i;
        incerteza_de[c] = incerteza;
        campos[i] = c;
    }
    for (int i = 0; i < n; i++)
    {
        CampoCliente c;

        if (campos[i] != CAMPOS_CLIENTE)
            continue;
        c = sugestao_conteudo(&colunas[i]);
        if (c == CAMPOS_CLIENTE || coluna_de[c] >= 0)
            continue;
        coluna_de[c] = i;
        campos[i] = c;
    }
}

bool
sugestao_cabecalho(const CsvCelula *celulas, int n)
{
    static const CampoCliente valores[] = {CAMPO_CPF, CAMPO_EMAIL, CAMPO_CEP,
                                           CAMPO_CELULAR,
                                           CAMPO_DATA_NASCIMENTO};
    int incerteza;

    for (int i = 0; i < n; i++)
        if (sugestao_titulo(celulas[i].texto, celulas[i].n, &incerteza) !=
            CAMPOS_CLIENTE)
            return true;
    for (int i = 0; i < n; i++)
        for (size_t k = 0; k < sizeof(valores) / sizeof(valores[0]); k++)
        {
            CampoValor v;

            if (campo_cliente_ler(valores[k], celulas[i].texto, celulas[i].n, 0,
                                  &v) == NULL &&
                !v.ausente)
                return false;
        }
    return true;
}

bool
sugestao_sensivel(const SugestaoColuna *coluna, CampoCliente campo)
{
    int64_t cpf;

    if (campo == CAMPO_CPF || campo == CAMPO_DATA_NASCIMENTO ||
        campo == CAMPO_NOME_MAE)
        return true;
    for (int i = 0; i < coluna->n; i++)
        if (cpf_ler(coluna->celulas[i].texto, coluna->celulas[i].n, &cpf) ==
            CPF_OK)
            return true;
    return false;
}
