/*
 * extension/senha_comum.c: what attackers try first, and what they do not. L-3.
 */
#include "senha_comum.h"
#include "tap.h"

/* clang-format off */
static const struct
{
    const char *senha;
    const char *email;
    const char *nome;
    bool comum;
} casos[] = {
    /* words in their decorations */
    {"senha", NULL, NULL, true},
    {"Senha", NULL, NULL, true},
    {"senha123456", NULL, NULL, true},
    {"senha1234567", NULL, NULL, false},
    {"123senha123", NULL, NULL, true},
    {"S3nh@2024", NULL, NULL, true},
    {"$enha", NULL, NULL, true},
    {"se.nh-a", NULL, NULL, true},
    {"senhasenha1", NULL, NULL, true},
    {"SÃOPAULO1", NULL, NULL, true},
    {"minha senha!", NULL, NULL, true},
    {"senhadobanco", NULL, NULL, false},
    /* walks, repetitions, figures */
    {"qwerty", NULL, NULL, true},
    {"poiuytrewq", NULL, NULL, true},
    {"qwerty!2024", NULL, NULL, true},
    {"1qaz2wsx", NULL, NULL, true},
    {"zyxwvuts", NULL, NULL, true},
    {"abababab", NULL, NULL, true},
    {"abcdabcdab", NULL, NULL, true},
    {"abcdeabcde", NULL, NULL, true},
    {"xk3pqxk3pq", NULL, NULL, false},
    {"11/12/1990", NULL, NULL, true},
    {"83719264051", NULL, NULL, true},
    {"837192640517", NULL, NULL, false},
    /* the owner */
    {"ana@loja.test", "Ana@Loja.test", "Ana", true},
    {"ana.maria77", "ana.maria@loja.test", NULL, true},
    {"beatriz!!", NULL, "Zulmira Beatriz Prado", true},
    {"Zulmira Prado", NULL, "Zulmira Prado", true},
    {"zulmiraprado1", NULL, "Zulmíra Prado", true},
    {"zulmiraprado1", NULL, NULL, false},
    {"zul9", NULL, "Zul", true},
    {"zulx9", NULL, "Zul", false},
    /* nothing to object to */
    {"cavalo correto bateria", NULL, NULL, false},
    {"🐘🦊🐝🐙", NULL, NULL, false},
    {"", NULL, NULL, true},
    {"K7xq-92Lm-TTwa", "a@b.test", "A", false},
};
/* clang-format on */

int
main(void)
{
    char longa[4000];

    for (size_t i = 0; i < sizeof(casos) / sizeof(casos[0]); i++)
        CONFERE(senha_comum(casos[i].senha, casos[i].email, casos[i].nome) ==
                    casos[i].comum,
                "%s is %scommon", casos[i].senha, casos[i].comum ? "" : "not ");

    /* Longer than any buffer: cut, not overrun. */
    memset(longa, 'x', sizeof(longa));
    longa[sizeof(longa) - 1] = '\0';
    CONFERE(senha_comum(longa, longa, longa), "4000 times x is common");
    for (size_t i = 0; i + 1 < sizeof(longa); i++)
        longa[i] = (char)('a' + i * i % 26);
    CONFERE(senha_comum(longa, longa, longa), "one's own e-mail, cut or not");
    CONFERE(!senha_comum(longa, NULL, NULL), "4000 letters are not");
    return tap_fim();
}
