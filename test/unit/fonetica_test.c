/*
 * extension/fonetica.c: spelling twins of Brazilian names sound alike, other
 * names do not. BUSCA-2.
 */
#include "tap.h"
#include "fonetica.h"
#include "normalizar.h"

#include <stdlib.h>
#include <string.h>

static const char *const gemeos[][2] = {
    {"Luiz", "Luís"},           {"Souza", "Sousa"},        {"Thiago", "Tiago"},
    {"Raphael", "Rafael"},      {"Philipe", "Filipe"},     {"Christiane", "Cristiane"},
    {"Walter", "Valter"},       {"Mariza", "Marisa"},      {"Yara", "Iara"},
    {"Kátia", "Cátia"},         {"Helena", "Elena"},       {"Nathália", "Natália"},
    {"Sophia", "Sofia"},        {"Thereza", "Teresa"},     {"Luiza", "Luísa"},
    {"Elizabeth", "Elisabet"},  {"Izabel", "Isabel"},      {"Rezende", "Resende"},
    {"Victor", "Vítor"},        {"Victória", "Vitória"},   {"Octávio", "Otávio"},
    {"Baptista", "Batista"},    {"Assumpção", "Assunção"}, {"Ignácio", "Inácio"},
    {"Magdalena", "Madalena"},  {"Mello", "Melo"},         {"Netto", "Neto"},
    {"Vianna", "Viana"},        {"Mattos", "Matos"},       {"Castello", "Castelo"},
    {"Phillippe", "Filipe"},    {"Michelle", "Michele"},   {"Michelly", "Micheli"},
    {"Gisele", "Giselly"},      {"Daniele", "Danielly"},   {"Giovanna", "Jovana"},
    {"Geovana", "Giovana"},     {"Jeane", "Jane"},         {"George", "Jorge"},
    {"Rejane", "Regiane"},      {"Guilherme", "Guilierme"}, {"Jacqueline", "Jaqueline"},
    {"Jackeline", "Jaqueline"}, {"Erick", "Eric"},         {"Erich", "Erik"},
    {"Christopher", "Kristofer"}, {"Stephany", "Estefani"}, {"Stela", "Estela"},
    {"Alexsandro", "Alecsandro"}, {"Alexsandro", "Alexandro"}, {"Jackson", "Jacson"},
    {"Jackson", "Jakson"},      {"Ezequiel", "Exequiel"},  {"Schmidt", "Schmitt"},
    {"Schultz", "Schulz"},      {"Enzo", "Enso"},          {"Elza", "Elsa"},
    {"William", "Wilian"},      {"Ruan", "Rhuan"},         {"Newton", "Neuton"},
    {"Campos", "Canpos"},       {"Kelly", "Kely"},         {"Ruy", "Rui"},
    {"Nayara", "Naiara"},       {"Johnny", "Jony"},        {"Sarah", "Sara"},
    {"Gonçalves", "Gonsalves"}, {"Lourenço", "Lourenso"},  {"Conceição", "Conceisão"},
    {"Nascimento", "Nacimento"}, {"Xavier", "Chavier"},    {"Rosângela", "Rozanjela"},
    {"Monique", "Monike"},      {"Guedes", "Ghedes"},       {"Jesus", "Gesus"},
    {"Cunha", "Cunia"},         {"Moraes", "Morães"},      {"Emanuel", "Emmanuel"},
    {"Tchê", "Chê"},            {"Ghisi", "Guisi"},        {"Yasmin", "Iasmim"},
};

static const char *const distintos[][2] = {
    {"Maria", "Mário"},    {"Ana", "Ani"},       {"Paulo", "Paula"},
    {"Maria", "Mara"},     {"João", "José"},     {"Carla", "Carlos"},
    {"Zilda", "Silda"},    {"Lucas", "Lucia"},   {"Silva", "Selva"},
    {"Rocha", "Roca"},     {"Pedro", "Petra"},   {"Marcos", "Marcio"},
    {"Júlia", "Júlio"},    {"Bruno", "Bruna"},   {"Fábio", "Flávio"},
    {"Gil", "Guil"},       {"Caio", "Saio"},     {"Ramos", "Remos"},
    {"Alice", "Alicia"},   {"Daniel", "Daniela"}, {"Lima", "Linha"},
};

static const struct
{
    const char *palavra;
    const char *chave;
} chaves[] = {
    {"", ""},
    {"h", ""},
    {"hh", ""},
    {"luiz", "LUIS"},
    {"goncalves", "GONKALVES"},
    {"gonçalves", "GONSALVES"},
    {"çç", "S"},
    {"aaaa", "A"},
    {"2024", "2024"},
    {"11", "11"},
    {"мария", "мария"},
    {"山田", "山田"},
    {"ne", "NE"},
    {"jose", "JOSI"},
    {"spq", "ESPK"},
};

static const char *
chave(const char *palavra, char saida[FONETICA_BYTES + 1])
{
    size_t n = strlen(palavra);
    char *marcado = malloc(n ? n : 1);
    size_t m = normalizar_marcado(palavra, n, marcado);

    m = fonetica(marcado, m, saida);
    saida[m] = '\0';
    free(marcado);
    return saida;
}

static void
longas(void)
{
    char texto[400];
    char saida[FONETICA_BYTES + 1];

    memset(texto, 'x', sizeof(texto));
    for (size_t i = 0; i < sizeof(texto); i++)
        texto[i] = i % 2 ? 'a' : 's';
    CONFERE(fonetica(texto, sizeof(texto), saida) == FONETICA_PALAVRA,
            "64 bytes of a long word count");
    texto[1] = 't';
    CONFERE(fonetica(texto, sizeof(texto), saida) == FONETICA_BYTES,
            "the longest key");
    for (size_t i = 0; i + 3 <= sizeof(texto); i += 3)
        memcpy(texto + i, "\xE5\xB1\xB1", 3);
    CONFERE(fonetica(texto, 399, saida) == FONETICA_PALAVRA / 3 * 3,
            "no character is cut in two");
}

int
main(void)
{
    char x[FONETICA_BYTES + 1];
    char y[FONETICA_BYTES + 1];

    for (size_t i = 0; i < sizeof(gemeos) / sizeof(gemeos[0]); i++)
        CONFERE_TEXTO(chave(gemeos[i][0], x), chave(gemeos[i][1], y),
                      "%s sounds like %s", gemeos[i][0], gemeos[i][1]);
    for (size_t i = 0; i < sizeof(distintos) / sizeof(distintos[0]); i++)
        CONFERE(strcmp(chave(distintos[i][0], x), chave(distintos[i][1], y)) != 0,
                "%s does not sound like %s (%s, %s)", distintos[i][0],
                distintos[i][1], x, y);
    for (size_t i = 0; i < sizeof(chaves) / sizeof(chaves[0]); i++)
        CONFERE_TEXTO(chave(chaves[i].palavra, x), chaves[i].chave, "key of \"%s\"",
                      chaves[i].palavra);
    longas();
    return tap_fim();
}
