/*
 * extension/normalizar.c and palavras.c: text as the search compares it, and the
 * words a name is found by. BUSCA-2.
 * fontes: extension/fonetica.c
 */
#include "tap.h"
#include "normalizar.h"
#include "palavras.h"

#include <stdlib.h>
#include <string.h>

enum
{
    PALAVRAS = 16
};

static const struct
{
    const char *texto;
    const char *esperado;
    const char *marcado; /* NULL: the same */
} casos[] = {
    {"", "", NULL},
    {" \t\r\n ", "", NULL},
    {"Maria", "maria", NULL},
    {"  JOÃO   da\tSilva ", "joao da silva", NULL},
    {"Conceição Gonçalves", "conceicao goncalves", "conceiçao gonçalves"},
    {"CONCEIÇÃO", "conceicao", "conceiçao"},
    {"c\xCC\xA7", "c", "ç"},                     /* NFD */
    {"C\xCC\x81\xCC\xA7" "a", "ca", "ça"},       /* another mark between */
    {"Joa\xCC\x83o Jose\xCC\x81", "joao jose", NULL},
    {"ÀÁÂÃÄÅ àáâãäå Āāăą", "aaaaaa aaaaaa aaaa", NULL},
    {"ÈÉÊË ÌÍÎÏ ÒÓÔÕÖØ ÙÚÛÜ Ýÿ Ñ", "eeee iiii oooooo uuuu yy n", NULL},
    {"Straße Æsir Œuvre Þór Đặng Łódź", "strasse aesir oeuvre thor dang lodz", NULL},
    {"ẽĩũỹ Ǝ", "eiuy e", NULL},                  /* Guarani, Tupi */
    {"İstanbul ışık ŉ ĸ ſ", "istanbul isik n k s", NULL},
    {"D'Ávila", "d avila", "d'avila"},
    {"D\xE2\x80\x99\xC3\x81" "vila", "d avila", "d'avila"},
    {"D\xC2\xB4" "Avila d`avila d\xCA\xBC" "avila", "d avila d avila d avila",
     "d'avila d'avila d'avila"},
    {"D' Ávila", "d avila", NULL},               /* a blank too: two words */
    {"'Maria'", "maria", NULL},
    {"Jose\xC2\xB4", "jose", NULL},              /* a dead key that missed */
    {"Maria-José", "maria jose", NULL},
    {"Maria\xE2\x80\x90José\xE2\x80\x93" "Ana\xE2\x88\x92" "Eva", "maria jose ana eva", NULL},
    {"Silva, João (Zé) & Cia. Ltda/SP", "silva joao ze cia ltda sp", NULL},
    {"100% _x_ a\\b", "100 x a b", NULL},
    {"Maria😀Silva 👩‍👩‍👧 ❤️", "maria silva", NULL},
    {"Ma\xC2\xADri\xE2\x80\x8B" "a\xEF\xBB\xBF", "maria", NULL}, /* invisible */
    {"Mª do Socorro nº 1", "ma do socorro no 1", NULL},
    {"Ｍａｒｉａ１２", "maria12", NULL},
    {"ΑΘΗΝΑ", "αθηνα", NULL},
    {"МАРИЯ Ёж", "мария ёж", NULL},
    {"山田 太郎", "山田 太郎", NULL},
    {"a\xC3", "a", NULL},
    {"\xFF\xC0\xAF" "x\xED\xA0\x80" "y\xF4\x90\x80\x80", "xy", NULL},
    {"\x80" "abc\x80" "def", "abcdef", NULL},
};

static const struct
{
    const char *nome;
    const char *indice;   /* words of a stored name */
    const char *consulta; /* words of the same text as a query */
} nomes[] = {
    {"", "", ""},
    {"Maria da Silva e Souza", "maria silva souza", "maria silva souza"},
    {"Ana ana ANA", "ana", "ana"},
    {"de da", "de da", "de da"},
    {"das", "das", "das"},
    {"D'Ávila", "d davila avila", "davila"},
    {"d avila", "d davila avila", "d avila"},
    {"Maria D. Alves", "maria d dalves alves", "maria d alves"},
    {"Sant'Anna", "sant santanna anna", "santanna"},
    {"sant anna", "sant santanna anna", "santanna"},
    {"Sant Clara", "sant clara", "sant clara"},
    {"O'Connor", "o oconnor connor", "oconnor"},
    {"Maria do Ó", "maria o", "maria o"},
    {"d e", "d", "d"},
    {"D d'Água", "d dagua agua", "d dagua"},
    {"Maria-José", "maria jose", "maria jose"},
};

/* The words, one blank between; each is read from exactly its bytes. */
static const char *
palavras(const char *nome, int (*ler)(const char *, size_t, char *, PalavraNome *, int))
{
    static char saida[256];
    size_t n = strlen(nome);
    char *texto = malloc(n ? n : 1);
    char *area = malloc(PALAVRAS_AREA(n));
    PalavraNome p[PALAVRAS];
    size_t m = 0;

    memcpy(texto, nome, n);
    int k = ler(texto, n, area, p, PALAVRAS);

    for (int i = 0; i < k; i++)
        m += (size_t)sprintf(saida + m, "%s%.*s", i ? " " : "", (int)p[i].texto.n,
                             p[i].texto.p);
    saida[m] = '\0';
    free(texto);
    free(area);
    return saida;
}

static const char *
forma(const char *texto, size_t (*f)(const char *, size_t, char *))
{
    static char saida[256];
    size_t n = strlen(texto);
    char *exato = malloc(n ? n : 1);
    char *s = malloc(n ? n : 1);
    size_t m;

    memcpy(exato, texto, n);
    m = f(exato, n, s);
    memcpy(saida, s, m);
    saida[m] = '\0';
    free(exato);
    free(s);
    return saida;
}

/* All of Latin-1 and Latin Extended-A are ASCII afterwards. */
static void
latim(void)
{
    int sobra = 0;

    for (int c = 0xC0; c <= 0x17F; c++)
    {
        char t[3] = {(char)(0xC0 | c >> 6), (char)(0x80 | (c & 0x3F)), '\0'};
        const char *s = forma(t, normalizar);

        for (size_t i = 0; s[i] != '\0'; i++)
            sobra += !(s[i] >= 'a' && s[i] <= 'z');
        sobra += s[0] == '\0' && c != 0xD7 && c != 0xF7;
    }
    CONFERE(sobra == 0, "U+00C0..U+017F become a to z");
}

static void
fonetica_do_nome(void)
{
    char area[PALAVRAS_AREA(32)];
    PalavraNome p[4];
    int k = palavras_do_nome("Gonçalves", strlen("Gonçalves"), area, p, 4);

    CONFERE(k == 1 && p[0].texto.n == 9 && memcmp(p[0].texto.p, "goncalves", 9) == 0,
            "a word without its cedilla");
    CONFERE(p[0].fonetica.n == 9 && memcmp(p[0].fonetica.p, "GONSALVES", 9) == 0,
            "its sound with it");
    k = palavras_do_nome("a b c d e f", 11, area, p, 4);
    CONFERE(k == 4, "words beyond the caller's limit are left out");
}

int
main(void)
{
    for (size_t i = 0; i < sizeof(casos) / sizeof(casos[0]); i++)
    {
        CONFERE_TEXTO(forma(casos[i].texto, normalizar), casos[i].esperado,
                      "normalised, case %d", (int)i);
        CONFERE_TEXTO(forma(casos[i].texto, normalizar_marcado),
                      casos[i].marcado ? casos[i].marcado : casos[i].esperado,
                      "marked, case %d", (int)i);
    }
    for (size_t i = 0; i < sizeof(nomes) / sizeof(nomes[0]); i++)
    {
        CONFERE_TEXTO(palavras(nomes[i].nome, palavras_do_nome), nomes[i].indice,
                      "words of the stored \"%s\"", nomes[i].nome);
        CONFERE_TEXTO(palavras(nomes[i].nome, palavras_da_consulta), nomes[i].consulta,
                      "words of the query \"%s\"", nomes[i].nome);
    }
    latim();
    fonetica_do_nome();
    CONFERE(utf8_contar("aé😀", 7) == 3, "characters are counted");
    return tap_fim();
}
