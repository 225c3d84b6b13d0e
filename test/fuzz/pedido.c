/*
 * What a request may bring: query string, body and path into json_args.c. What
 * is accepted must be one JSON object without NUL that reads back equal.
 * -DDEFEITO_PLANTADO plants a defect that the fuzzer must find.
 */
#include "alvo.h"
#include "../../server/src/caminho.h"
#include "../../server/src/json_args.h"

/* The text up to the next line feed, copied, so that every byte behind it is
 * out of bounds. */
static char *
parte(const uint8_t **dados, size_t *n)
{
    const uint8_t *fim = memchr(*dados, '\n', *n);
    size_t m = fim != NULL ? (size_t)(fim - *dados) : *n;
    char *s = malloc(m + 1);

    memcpy(s, *dados, m);
    s[m] = '\0';
    *dados += m + (fim != NULL);
    *n -= m + (fim != NULL);
    return s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *dados, size_t n)
{
    char *consulta = parte(&dados, &n);
    char *caminho = parte(&dados, &n);
    char *corpo = malloc(n + 1);
    CaminhoParametros p = {0};
    ArgsErro erro = {0};
    json_t *o;
    char *texto;

    memcpy(corpo, dados, n); /* not terminated, like the real one */
    if (!caminho_casar("/x/{id}/y/{outro}", caminho, &p))
        p.n = 0;
    /* As api.c adds If-Match, given or not. */
    p.p[p.n++] = (CaminhoParametro){.nome = "if_match",
                                    .nome_n = 8,
                                    .valor = n % 2 ? "\"1.a\"" : NULL,
                                    .valor_n = n % 2 ? 5 : 0};
    if (strlen(consulta) > 2000)
        consulta[2000] = '\0';
    texto = args_montar(corpo, n, consulta, &p, &erro);
    if (texto == NULL)
        EXIGE((erro.status == 400 || erro.status == 422) &&
              erro.codigo != NULL && erro.mensagem[0] != '\0');
    else
    {
        o = json_loads(texto, JSON_REJECT_DUPLICATES, NULL);
        EXIGE(json_is_object(o));
        EXIGE(n % 2 || json_object_get(o, "if_match") == NULL);
        if (args_ponto(texto))
            EXIGE(json_is_string(json_object_get(o, "cpf")) ||
                  strstr(texto, ":{") != NULL);
        for (int i = 0; i < p.n; i++)
            EXIGE(p.p[i].valor == NULL || json_string_length(json_object_getn(
                      o, p.p[i].nome, p.p[i].nome_n)) == p.p[i].valor_n);
#ifdef DEFEITO_PLANTADO
        EXIGE(json_object_size(o) < 3);
#endif
        json_decref(o);
    }
    free(texto);
    free(corpo);
    free(caminho);
    free(consulta);
    return 0;
}
