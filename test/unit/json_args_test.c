/*
 * server/src/json_args.c and caminho.c: body, query string and path become one
 * JSON object, or an error with status and codigo. L-14, I-4, I-5, I-6.
 */
#include "../../server/src/caminho.h"
#include "../../server/src/json_args.h"
#include "tap.h"

#include <stdlib.h>

typedef struct Caso
{
    const char *nome;
    const char *padrao;
    const char *caminho;
    const char *consulta;
    const char *corpo;
    size_t n; /* 0: strlen */
    int status; /* 0: accepted */
    const char *esperado; /* the object, or codigo */
    const char *campo;
} Caso;

#define A "/a"

/* clang-format off */
static const Caso casos[] = {
    {"empty body is {}", A, A, NULL, "", 0, 0, "{}", ""},
    {"object, by its names", A, A, NULL, "{\"b\":1,\"a\":[true,null,\"é\"]}", 0, 0, "{\"a\":[true,null,\"é\"],\"b\":1}", ""},
    {"blanks around", A, A, NULL, " \n{}\t", 0, 0, "{}", ""},
    {"numbers keep their text", A, A, NULL, "{\"v\":1.1,\"w\":-0.5,\"x\":9223372036854775807}", 0, 0, "{\"v\":1.1,\"w\":-0.5,\"x\":9223372036854775807}", ""},
    {"escapes are read", A, A, NULL, "{\"a\":\"\\u00e9\\ud83d\\ude00\\n\"}", 0, 0, "{\"a\":\"é😀\\n\"}", ""},
    {"null", A, A, NULL, "null", 0, 422, "corpo_invalido", ""},
    {"list", A, A, NULL, "[]", 0, 422, "corpo_invalido", ""},
    {"scalar", A, A, NULL, "5", 0, 422, "corpo_invalido", ""},
    {"string", A, A, NULL, "\"x\"", 0, 422, "corpo_invalido", ""},
    {"broken", A, A, NULL, "{\"a\":", 0, 400, "json_invalido", ""},
    {"trailing text", A, A, NULL, "{} x", 0, 400, "json_invalido", ""},
    {"duplicate key", A, A, NULL, "{\"a\":1,\"a\":2}", 0, 400, "json_invalido", ""},
    {"duplicate key below", A, A, NULL, "{\"z\":{\"a\":1,\"a\":2}}", 0, 400, "json_invalido", ""},
    {"duplicate key, escaped", A, A, NULL, "{\"a\":1,\"\\u0061\":2}", 0, 400, "json_invalido", ""},
    {"NUL escaped", A, A, NULL, "{\"a\":\"x\\u0000y\"}", 0, 422, "json_invalido", ""},
    {"NUL in a key", A, A, NULL, "{\"a\\u0000\":1}", 0, 422, "json_invalido", ""},
    {"NUL byte", A, A, NULL, "{\"a\":\"\0\"}", 9, 400, "json_invalido", ""},
    {"lone high surrogate", A, A, NULL, "{\"a\":\"\\ud800\"}", 0, 400, "json_invalido", ""},
    {"lone low surrogate", A, A, NULL, "{\"a\":\"\\udc00\"}", 0, 400, "json_invalido", ""},
    {"invalid UTF-8", A, A, NULL, "{\"a\":\"\xff\"}", 0, 400, "json_invalido", ""},
    {"overlong UTF-8", A, A, NULL, "{\"a\":\"\xc0\x80\"}", 0, 400, "json_invalido", ""},
    {"control byte", A, A, NULL, "{\"a\":\"\x01\"}", 0, 400, "json_invalido", ""},
    {"comment", A, A, NULL, "{/**/}", 0, 400, "json_invalido", ""},
    {"NaN", A, A, NULL, "{\"a\":NaN}", 0, 400, "json_invalido", ""},
    {"2^63 names its field", A, A, NULL, "{\"cliente_id\": 9223372036854775808}", 0, 422, "numero_invalido", "cliente_id"},
    {"1e999 names its field", A, A, NULL, "{\"x\":1,\"peso\":1e999}", 0, 422, "numero_invalido", "peso"},

    {"query", A, A, "b=2&a=1", "", 0, 0, "{\"a\":\"1\",\"b\":\"2\"}", ""},
    {"plus and percent", A, A, "n=Jo%c3%A3o+da+Silva%2B", "", 0, 0, "{\"n\":\"João da Silva+\"}", ""},
    {"no value, empty pairs", A, A, "&a&b=&&c==&", "", 0, 0, "{\"a\":\"\",\"b\":\"\",\"c\":\"=\"}", ""},
    {"percent in the name", A, A, "%61=1", "", 0, 0, "{\"a\":\"1\"}", ""},
    {"repeated", A, A, "a=1&b=2&a=1", "", 0, 422, "parametro_repetido", "a"},
    {"repeated, encoded", A, A, "a=1&%61=2", "", 0, 422, "parametro_repetido", "a"},
    {"nameless", A, A, "=1", "", 0, 422, "parametro_invalido", ""},
    {"half a percent", A, A, "a=%", "", 0, 400, "consulta_invalida", "a"},
    {"percent, one digit", A, A, "a=%4", "", 0, 400, "consulta_invalida", "a"},
    {"percent, no hex", A, A, "a=%zz", "", 0, 400, "consulta_invalida", "a"},
    {"percent over the next pair", A, A, "a=%4&b=1", "", 0, 400, "consulta_invalida", "a"},
    {"NUL", A, A, "a=x%00y", "", 0, 422, "parametro_invalido", "a"},
    {"invalid UTF-8 in the query", A, A, "a=%ff", "", 0, 400, "consulta_invalida", "a"},
    {"surrogate in the query", A, A, "a=%ed%a0%80", "", 0, 400, "consulta_invalida", "a"},
    {"in query and body", A, A, "a=1", "{\"a\":1}", 0, 422, "parametro_repetido", "a"},
    {"query and body", A, A, "a=1", "{\"b\":1}", 0, 0, "{\"a\":\"1\",\"b\":1}", ""},

    {"path", "/u/{id}/s", "/u/12/s", NULL, "", 0, 0, "{\"id\":\"12\"}", ""},
    {"two parameters", "/{a}/x/{b}", "/1/x/2", NULL, "", 0, 0, "{\"a\":\"1\",\"b\":\"2\"}", ""},
    {"the path is not decoded", "/u/{id}", "/u/%31", NULL, "", 0, 0, "{\"id\":\"%31\"}", ""},
    {"the path wins over the body", "/u/{id}", "/u/1", NULL, "{\"id\":2}", 0, 0, "{\"id\":\"1\"}", ""},
    {"the path wins over the query", "/u/{id}", "/u/1", "id=2", "", 0, 0, "{\"id\":\"1\"}", ""},
};

static const struct
{
    const char *padrao, *caminho;
} alheios[] = {
    {"/u/{id}", "/u/"}, {"/u/{id}", "/u"}, {"/u/{id}", "/u/1/"}, {"/u/{id}", "/u/1/s"},
    {"/u/{id}", "/u//1"}, {"/u/{id}/s", "/u/1"}, {"/u/{id}", "/U/1"}, {"/a", "/a/"}, {"/a", "/"},
    {"/u/{id}", "/u/1\x7f"}, {"/u/{id}", "/u/\xc3\xa9"}, {"/u/{id}", "/u/1 "},
};
/* clang-format on */

static void
caso_conferir(const Caso *c)
{
    CaminhoParametros p;
    ArgsErro erro;
    char *texto;

    if (!caminho_casar(c->padrao, c->caminho, &p))
    {
        CONFERE(0, "%s: path fits", c->nome);
        return;
    }
    texto = args_montar(c->corpo, c->n ? c->n : strlen(c->corpo), c->consulta,
                        &p, &erro);
    if (c->status == 0)
        CONFERE_TEXTO(texto, c->esperado, "%s", c->nome);
    else
    {
        CONFERE(texto == NULL && erro.status == c->status &&
                    strcmp(erro.codigo, c->esperado) == 0 &&
                    strcmp(erro.campo, c->campo) == 0 && erro.mensagem[0],
                "%s: %d %s %s", c->nome, c->status, c->esperado, c->campo);
        if (texto == NULL)
            printf("# %d %s \"%s\" %s\n", erro.status, erro.codigo, erro.campo,
                   erro.mensagem);
    }
    free(texto);
}

/* clang-format off */
static const struct { const char *corpo, *consulta, *valor, *esperado; } de_cabecalho[] = {
    {"{}", NULL, NULL, "{}"}, {"{}", NULL, "*", "{\"if_match\":\"*\"}"},
    {"{\"a\":1}", NULL, "\"3.ab\"", "{\"a\":1,\"if_match\":\"\\\"3.ab\\\"\"}"},
    {"{\"if_match\":\"*\"}", NULL, NULL, NULL}, {"{\"if_match\":null}", NULL, NULL, NULL}, {"", "if_match=*", NULL, NULL},
    {"{\"if_match\":\"*\"}", NULL, "\"1.x\"", "{\"if_match\":\"\\\"1.x\\\"\"}"},
};
static const struct { const char *args; bool ponto; } pontos[] = {
    {"{\"cpf\":\"52998224725\"}", true}, {"{\"page\":1,\"cpf\":\"529.982.247-25\"}", true}, {"{}", false},
    {"{\"cpf\":\"5299822472\"}", false}, {"{\"cpf\":\"529982247255\"}", false}, {"{\"cpf\":\"5299822472x\"}", false},
    {"{\"cpf\":52998224725}", false}, {"{\"q\":\"\\\"cpf\\\":\\\"52998224725\\\"\"}", false}, {"{\"cpf\":\"\"}", false},
    {"{\"cpf\":\"529982247", false}, {"{\"\\\"cpf\":\"52998224725\"}", false},
};
/* clang-format on */

int
main(void)
{
    char longo[200], consulta[1200] = "";
    CaminhoParametros p;
    ArgsErro erro;

    for (size_t i = 0; i < sizeof casos / sizeof *casos; i++)
        caso_conferir(&casos[i]);
    for (size_t i = 0; i < sizeof alheios / sizeof *alheios; i++)
        CONFERE(!caminho_casar(alheios[i].padrao, alheios[i].caminho, &p),
                "case %zu does not fit %s", i, alheios[i].padrao);

    snprintf(longo, sizeof longo, "/u/%0*d", CAMINHO_VALOR_MAX, 1);
    CONFERE(caminho_casar("/u/{id}", longo, &p), "longest parameter");
    snprintf(longo, sizeof longo, "/u/%0*d", CAMINHO_VALOR_MAX + 1, 1);
    CONFERE(!caminho_casar("/u/{id}", longo, &p), "too long a parameter");

    for (int i = 0; i <= ARGS_CAMPOS_MAX; i++)
        sprintf(consulta + strlen(consulta), "p%d=1&", i);
    p.n = 0;
    CONFERE(args_montar(NULL, 0, consulta, &p, &erro) == NULL &&
                erro.status == 422 &&
                strcmp(erro.codigo, "parametros_demais") == 0,
            "too many parameters");

    /* What only a header may say. */
    p = (CaminhoParametros){.n = 1, .p = {{.nome = "if_match", .nome_n = 8}}};
    for (size_t i = 0; i < sizeof de_cabecalho / sizeof *de_cabecalho; i++)
    {
        const char *corpo = de_cabecalho[i].corpo;
        char *texto;

        p.p[0].valor = de_cabecalho[i].valor;
        p.p[0].valor_n = p.p[0].valor != NULL ? strlen(p.p[0].valor) : 0;
        texto = args_montar(corpo, strlen(corpo), de_cabecalho[i].consulta, &p,
                            &erro);
        CONFERE(de_cabecalho[i].esperado != NULL
                    ? texto != NULL &&
                          strcmp(texto, de_cabecalho[i].esperado) == 0
                    : texto == NULL && erro.status == 422 &&
                          strcmp(erro.codigo, "campo_desconhecido") == 0 &&
                          strcmp(erro.campo, "if_match") == 0,
                "header: %s %s", corpo,
                texto != NULL ? texto : "refused");
        free(texto);
    }
    for (size_t i = 0; i < sizeof pontos / sizeof *pontos; i++)
        CONFERE(args_ponto(pontos[i].args) == pontos[i].ponto, "one row: %s",
                pontos[i].args);
    return tap_fim();
}
