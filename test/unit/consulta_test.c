/*
 * extension/consulta.c: what a text in the search box is. BUSCA-2, BUSCA-3, I-6.
 * fontes: extension/normalizar.c extension/palavras.c extension/fonetica.c extension/cpf_digitos.c
 */
#include "tap.h"
#include "consulta.h"

#include <stdlib.h>
#include <string.h>

static const struct
{
    const char *texto;
    const char *tipo;
    const char *valor;
} casos[] = {
    {"", "vazio", ""},
    {"   ", "vazio", ""},
    {"%", "nome", ""},
    {"_ \\ '", "nome", ""},
    {"😀", "nome", ""},
    {"@", "nome", ""},
    {"-", "nome", ""},
    {"()", "nome", ""},

    {"52998224725", "cpf", "52998224725"},
    {"529.982.247-25", "cpf", "52998224725"},
    {" 529.982.247-25 ", "cpf", "52998224725"},
    {"529 982 247 25", "cpf", "52998224725"},
    {"00000000191", "cpf", "00000000191"},
    {"529.982.247-24", "cpf_parcial", "52998224724"}, /* wrong check digit */
    {"11111111111", "cpf_parcial", "11111111111"},
    {"529", "cpf_parcial", "529"},
    {"5", "cpf_parcial", "5"},
    {"529.982", "cpf_parcial", "529982"},
    {"529.982.247-2", "cpf_parcial", "5299822472"},
    {"52998224", "cpf_parcial", "52998224"},

    {"81999991234", "celular", "81999991234"},
    {"(81) 99999-1234", "celular", "81999991234"},
    {"+55 81 99999-1234", "celular", "81999991234"},
    {"5581999991234", "celular", "81999991234"},
    {"081999991234", "celular", "81999991234"},
    {"0(81)99999-1234", "celular", "81999991234"},
    {"99999-1234", "celular", "999991234"},
    {"999991234", "celular", "999991234"},
    {"3333-1234", "celular", "33331234"},
    {"8133331234", "celular", "8133331234"},
    {"(81)", "celular", "81"},
    {"81 9", "cpf_parcial", "819"},
    {"2399999123", "cpf_parcial", "2399999123"}, /* no such area code */

    {"maria@exemplo.com", "email", "maria@exemplo.com"},
    {" Maria@Exemplo.COM ", "email", "maria@exemplo.com"},
    {"@exemplo", "email", "@exemplo"},
    {"maria@", "email", "maria@"},
    {"a%_b\\@x", "email", "a%_b\\@x"},
    {"maria @ exemplo", "nome", "maria exemplo"},

    {"Maria", "nome", "maria"},
    {"m", "nome", "m"},
    {"João 2", "nome", "joao 2"},
    {"%maria_", "nome", "maria"},
    {"５２９９８２２４７２５", "nome", "52998224725"}, /* full width: no CPF */
    {"٥٢٩٩٨٢٢٤٧٢٥", "nome", "٥٢٩٩٨٢٢٤٧٢٥"},
    {"529982247\xE2\x80\x8B" "25", "nome", "52998224725"}, /* zero width */
    {"529.982.247-2a", "nome", "529 982 247 2a"},
    {"123456789012345678901", "nome", "123456789012345678901"},
};

static Consulta *
ler(const char *texto, size_t n, ConsultaErro *erro)
{
    /* Exactly its bytes, so that the sanitizer sees one read too many. */
    char *exato = malloc(n ? n : 1);
    Consulta *c = malloc(sizeof(*c));

    memcpy(exato, texto, n);
    *erro = consulta_ler(exato, n, c);
    free(exato);
    return c;
}

static void
limites(void)
{
    char texto[CONSULTA_BYTES + 8];
    ConsultaErro erro;
    Consulta *c;

    for (int i = 0; i < CONSULTA_CARACTERES; i++)
        memcpy(texto + 4 * i, "\xF0\x90\x90\x80", 4);
    c = ler(texto, CONSULTA_BYTES, &erro);
    CONFERE(erro == CONSULTA_OK && c->valor.n == CONSULTA_BYTES && c->n == 1,
            "255 characters of four bytes");
    free(c);
    texto[CONSULTA_BYTES] = 'a';
    free(ler(texto, CONSULTA_BYTES + 1, &erro));
    CONFERE(erro == CONSULTA_LONGA, "256 characters");
    memset(texto, '\x80', sizeof(texto));
    free(ler(texto, sizeof(texto), &erro));
    CONFERE(erro == CONSULTA_LONGA, "too many bytes that are no characters");

    c = ler("a b c d f g h i j k l m", 23, &erro);
    CONFERE(erro == CONSULTA_OK && c->n == CONSULTA_PALAVRAS, "twelve words");
    free(c);
    c = ler("a de b c d e f g h i j k da l m m", 33, &erro);
    CONFERE(erro == CONSULTA_OK && c->n == CONSULTA_PALAVRAS,
            "connectors and repeated words are not counted");
    free(c);
    free(ler("a b c d f g h i j k l m n", 25, &erro));
    CONFERE(erro == CONSULTA_DEMAIS, "thirteen words");
}

static void
nome_forcado(void)
{
    Consulta *c = malloc(sizeof(*c));

    CONFERE(consulta_nome("52998224725", 11, c) == CONSULTA_OK &&
                c->tipo == CONSULTA_NOME && c->n == 1,
            "digits as a name");
    CONFERE(consulta_nome("a@b", 3, c) == CONSULTA_OK && c->n == 2, "an e-mail as a name");
    CONFERE(consulta_nome("%", 1, c) == CONSULTA_OK && c->tipo == CONSULTA_SINAIS,
            "signs as a name");
    CONFERE(consulta_nome(" \t", 2, c) == CONSULTA_OK && c->tipo == CONSULTA_VAZIA,
            "blanks as a name");
    free(c);
}

static void
celulares(void)
{
    static const struct
    {
        const char *texto;
        const char *digitos;
    } fones[] = {
        {"(81) 99999-1234", "81999991234"}, {"+5581999991234", "81999991234"},
        {"0 81 3333 1234", "8133331234"},   {"55 99999-1234", "55999991234"},
        {"sem telefone", ""},               {"", ""},
        {"1234567890123456", ""},           {"123456789012345678901234", ""},
        {"+351 912 345 678", "351912345678"},
    };
    char saida[CONSULTA_CELULAR + 1];

    for (size_t i = 0; i < sizeof(fones) / sizeof(fones[0]); i++)
    {
        size_t n = consulta_celular(fones[i].texto, strlen(fones[i].texto), saida);

        saida[n] = '\0';
        CONFERE_TEXTO(saida, fones[i].digitos, "digits of \"%s\"", fones[i].texto);
    }
}

int
main(void)
{
    for (size_t i = 0; i < sizeof(casos) / sizeof(casos[0]); i++)
    {
        ConsultaErro erro;
        Consulta *c = ler(casos[i].texto, strlen(casos[i].texto), &erro);
        char valor[64];

        snprintf(valor, sizeof(valor), "%.*s", (int)c->valor.n, c->valor.p);
        CONFERE(erro == CONSULTA_OK &&
                    strcmp(consulta_tipo_nome(c->tipo), casos[i].tipo) == 0,
                "\"%s\" is %s (%s)", casos[i].texto, consulta_tipo_nome(c->tipo),
                casos[i].tipo);
        CONFERE_TEXTO(valor, casos[i].valor, "value of \"%s\"", casos[i].texto);
        free(c);
    }
    limites();
    nome_forcado();
    celulares();
    return tap_fim();
}
