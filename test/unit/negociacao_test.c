/*
 * server/src/negociacao.c: coding, entity tags, addresses, problem bodies.
 */
#include "../../server/src/negociacao.h"
/* fontes: server/src/log.c server/src/utf8.c */
#include "tap.h"

#include <jansson.h>

/* clang-format off */
static const struct { const char *cabecalho, *nome; bool aceita; } codificacoes[] = {
    {NULL, "br", false}, {"", "br", false}, {"br", "br", true}, {"gzip, br", "br", true},
    {"gzip,BR;q=0.5", "br", true}, {"br;q=0", "br", false}, {"br;q=0.000", "br", false},
    {"br ; q=1", "br", true}, {"brotli", "br", false}, {"gzip;q=0, br", "gzip", false},
    {"*", "br", false}, {",,br", "br", true}, {"br;x", "br", false},
};
static const struct { const char *cabecalho, *etag; bool confere; } etags[] = {
    {NULL, "\"a\"", false}, {"\"a\"", "\"a\"", true}, {"W/\"a\"", "\"a\"", true},
    {"\"b\", \"a\"", "\"a\"", true}, {"*", "\"a\"", true}, {"a", "\"a\"", false}, {"\"ab\"", "\"a\"", false},
    {"W/\"a\"", "W/\"a\"", true}, {"\"a\"", "W/\"a\"", true}, {"W/\"b\"", "W/\"a\"", false}, {"W/", "W/\"a\"", false},
};
static const struct { const char *cabecalho; bool validas; } condicoes[] = {
    {"*", true}, {"\"a\"", true}, {"W/\"a\"", true}, {"\"\"", true}, {"\"3.0a-br\"", true}, {"\"a\", W/\"b\"", true},
    {"\"a\",\"b\"", true}, {" \"a\" ", true}, {"\"a,b\"", true}, {"", false}, {" ", false}, {"a", false}, {"\"a", false},
    {"a\"", false}, {"W/a", false}, {"w/\"a\"", false}, {"\"a\" \"b\"", false}, {"\"a\",", false}, {",\"a\"", false},
    {"*,\"a\"", false}, {"**", false}, {"\"a b\"", false}, {"\"a\x7f\"", false}, {"W/", false}, {"\"a\"b", false},
};
static const struct { const char *nome, *disposicao; } disposicoes[] = {
    {"lote.csv", "attachment; filename=\"lote.csv\"; filename*=UTF-8''lote.csv"},
    {"", "attachment; filename=\"arquivo\"; filename*=UTF-8''arquivo"},
    {"a b", "attachment; filename=\"a b\"; filename*=UTF-8''a%20b"},
    {"a\"\r\nx: y\\", "attachment; filename=\"a___x_ y_\"; filename*=UTF-8''a%22%0D%0Ax%3A%20y%5C"},
    {"../é", "attachment; filename=\".._"  "__\"; filename*=UTF-8''..%2F%C3%A9"},
};
static const struct { const char *cabecalho, *endereco; } enderecos[] = {
    {"1.2.3.4", "1.2.3.4"}, {"9.9.9.9, 1.2.3.4", "1.2.3.4"}, {"9.9.9.9,  ::1 ", "::1"},
    {"1.2.3.4, evil", NULL}, {"", NULL}, {NULL, NULL}, {"1.2.3.4:80", NULL}, {"1.2.3.4\"}", NULL},
};
static const struct { const char *id; bool valido; } ids[] = {
    {"abcDEF12", true}, {"a-b_c.d-0", true}, {"1234567", false}, {NULL, false}, {"", false},
    {"1234567890123456789012345678901234567", false}, {"abc def 123", false}, {"abcdefg\n", false},
};
/* clang-format on */

int
main(void)
{
    static const int64_t numeros[] = {0, 7, 10, 99, 100, -1, -10, INT64_MAX, INT64_MIN};
    char s[512];
    json_t *j;

    for (size_t i = 0; i < sizeof(codificacoes) / sizeof(codificacoes[0]); i++)
        CONFERE(aceita_codificacao(codificacoes[i].cabecalho,
                                   codificacoes[i].nome) ==
                    codificacoes[i].aceita,
                "Accept-Encoding %s: %s",
                codificacoes[i].cabecalho ? codificacoes[i].cabecalho : "none",
                codificacoes[i].nome);
    for (size_t i = 0; i < sizeof(etags) / sizeof(etags[0]); i++)
        CONFERE(etag_confere(etags[i].cabecalho, etags[i].etag) ==
                    etags[i].confere,
                "If-None-Match %s", etags[i].cabecalho ? etags[i].cabecalho
                                                       : "none");
    for (size_t i = 0; i < sizeof(condicoes) / sizeof(condicoes[0]); i++)
        CONFERE(etags_validas(condicoes[i].cabecalho) == condicoes[i].validas,
                "If-Match %s", condicoes[i].cabecalho);
    for (size_t i = 0; i < sizeof(disposicoes) / sizeof(disposicoes[0]); i++)
    {
        char d[DISPOSICAO_MAX];

        disposicao_escrever(d, disposicoes[i].nome);
        CONFERE(strcmp(d, disposicoes[i].disposicao) == 0, "file name: %s", d);
    }
    {
        char longo[400] = "";
        char d[DISPOSICAO_MAX];

        for (int i = 0; i < 76; i++)
            strcat(longo, "é"); /* 152 bytes: cut at 150, a whole character */
        disposicao_escrever(d, longo);
        CONFERE(strlen(d) == strlen("attachment; filename=\"\"; filename*=UTF-8''") + 150 + 450,
                "a long file name is cut");
        memset(longo, 'a', 149);
        strcpy(longo + 149, "é");
        disposicao_escrever(d, longo);
        CONFERE(strlen(d) == strlen("attachment; filename=\"\"; filename*=UTF-8''") + 149 + 149,
                "and not within a character");
        hexadecimal(d, (const unsigned char *) "\x00\x9f\xff", 3);
        CONFERE(strcmp(d, "009fff") == 0, "hexadecimal");
        for (size_t i = 0; i < sizeof(numeros) / sizeof(*numeros); i++)
        {
            char certo[32];

            snprintf(certo, sizeof(certo), "%lld", (long long) numeros[i]);
            CONFERE(numero_escrever(s, numeros[i]) == s + strlen(certo) &&
                        strcmp(s, certo) == 0,
                    "a number: %s", certo);
        }
        {
            unsigned char lidos[3];

            CONFERE(hexadecimal_ler(lidos, "009fFf", 3) &&
                        memcmp(lidos, "\x00\x9f\xff", 3) == 0,
                    "hexadecimal read");
            for (int b = 0; b < 256; b++)
            {
                char par[] = {'0', (char) b, '\0'};
                bool e = b != 0 && strchr("0123456789abcdefABCDEF", b) != NULL;

                CONFERE(hexadecimal_ler(lidos, par, 1) == e,
                        "a digit or none: %d", b);
            }
        }
    }
    for (size_t i = 0; i < sizeof(enderecos) / sizeof(enderecos[0]); i++)
    {
        bool tem = encaminhado_por(enderecos[i].cabecalho, s, sizeof(s));

        CONFERE(tem == (enderecos[i].endereco != NULL) &&
                    (!tem || strcmp(s, enderecos[i].endereco) == 0),
                "X-Forwarded-For %s", enderecos[i].cabecalho
                                          ? enderecos[i].cabecalho
                                          : "none");
    }
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
        CONFERE(requisicao_id_valido(ids[i].id) == ids[i].valido,
                "request id %zu", i);
    CONFERE(lista_contem("keep-alive, Close", "close"), "token in a list");
    CONFERE(!lista_contem("closed", "close"), "not a part of a token");
    CONFERE_TEXTO(http_texto(422), "Unprocessable Content", "422 has a text");
    CONFERE_TEXTO(http_texto(599), "Server Error", "so has an unknown status");

    problema_texto(s, sizeof(s), 422, "a\"b", "linha\n\"dois\"", "id");
    j = json_loads(s, 0, NULL);
    CONFERE_TEXTO(json_string_value(json_object_get(j, "detail")),
                  "linha\n\"dois\"", "a problem is JSON");
    CONFERE_TEXTO(json_string_value(json_object_get(j, "codigo")), "a\"b",
                  "with its codigo");
    json_decref(j);
    CONFERE(problema_texto(s, 20, 400, "x", "y", "z") == 19,
            "cut to what fits");
    return tap_fim();
}
