/*
 * Any bytes in the search box: an answer of a known kind whose value has that
 * kind's form, or a refusal for length or words. -DDEFEITO_PLANTADO takes every
 * eleven digits for a CPF. BUSCA-2, BUSCA-3.
 * fontes: extension/palavras.c extension/fonetica.c
 */
#include "alvo.h"
#include "../../extension/consulta.h"
#include "../../extension/cpf_digitos.h"
#include "../../extension/normalizar.h"

static void
conferir(const Consulta *c, const char *texto, size_t n)
{
    const char *area = c->area;
    int64_t cpf;

    EXIGE(c->valor.p >= area && c->valor.p + c->valor.n <= area + sizeof(c->area));
    EXIGE(c->tipo == CONSULTA_NOME || c->n == 0);
    for (int i = 0; i < c->n; i++)
    {
        EXIGE(c->palavras[i].texto.n > 0 && c->palavras[i].texto.p >= area);
        EXIGE(c->palavras[i].fonetica.p + c->palavras[i].fonetica.n <=
              area + sizeof(c->area));
    }
    switch (c->tipo)
    {
        case CONSULTA_VAZIA:
        case CONSULTA_SINAIS:
            EXIGE(c->valor.n == 0);
            break;
        case CONSULTA_CPF:
            EXIGE(cpf_ler(c->valor.p, c->valor.n, &cpf) == CPF_OK);
            break;
        case CONSULTA_CPF_PARCIAL:
#ifdef DEFEITO_PLANTADO
            EXIGE(c->valor.n != CPF_DIGITOS);
#endif
        case CONSULTA_TELEFONE: /* fall through */
            EXIGE(c->valor.n > 0);
            for (size_t i = 0; i < c->valor.n; i++)
                EXIGE(c->valor.p[i] >= '0' && c->valor.p[i] <= '9');
            break;
        case CONSULTA_EMAIL:
            EXIGE(memchr(c->valor.p, '@', c->valor.n) != NULL);
            EXIGE(memchr(c->valor.p, ' ', c->valor.n) == NULL);
            EXIGE(c->valor.n <= n);
            break;
        case CONSULTA_NOME:
            EXIGE(c->n > 0 && c->n <= CONSULTA_PALAVRAS && c->valor.n <= n);
            break;
    }
    EXIGE(strlen(consulta_tipo_nome(c->tipo)) > 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *dados, size_t n)
{
    char *texto = malloc(n ? n : 1);
    char *email = malloc(n ? n : 1);
    char *fone = malloc(CONSULTA_CELULAR);
    Consulta *c = malloc(sizeof(*c));

    memcpy(texto, dados, n);
    for (int nome = 0; nome < 2; nome++)
    {
        ConsultaErro erro = nome ? consulta_nome(texto, n, c) : consulta_ler(texto, n, c);

        EXIGE(erro == CONSULTA_OK || erro == CONSULTA_LONGA || erro == CONSULTA_DEMAIS);
        EXIGE(erro != CONSULTA_LONGA || n > CONSULTA_CARACTERES);
        if (erro == CONSULTA_OK)
        {
            conferir(c, texto, n);
            EXIGE(!nome || c->tipo <= CONSULTA_SINAIS || c->tipo == CONSULTA_NOME);
        }
    }
    EXIGE(consulta_celular(texto, n, fone) <= CONSULTA_CELULAR);
    EXIGE(consulta_email(texto, n, email) <= n);
    free(c);
    free(fone);
    free(email);
    free(texto);
    return 0;
}
