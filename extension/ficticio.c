/*
 * ficticio.c: fictitious Brazilian clients, free of PostgreSQL and Kore.
 */
#include "ficticio.h"
#include "cpf_digitos.h"

#include <stdio.h>
#include <string.h>

#define CONTAGEM(v) ((int)(sizeof(v) / sizeof((v)[0])))

static const char *const femininos[] = {
    "Ana",      "Maria",    "Júlia",   "Beatriz", "Luíza",    "Fernanda",
    "Patrícia", "Aline",    "Camila",  "Letícia", "Márcia",   "Cláudia",
    "Renata",   "Tatiane",  "Adriana", "Vitória", "Larissa",  "Sônia",
    "Helena",   "Conceição", "Rosângela", "Débora", "Yasmin", "Kátia",
    "Cristiane", "Simone",  "Lívia",   "Isadora", "Raquel",   "Flávia",
    "Manuela"};
static const char *const masculinos[] = {
    "João",     "José",     "Antônio", "Carlos",  "Luiz",     "Paulo",
    "Marcos",   "Rafael",   "Thiago",  "Bruno",   "Eduardo",  "Fábio",
    "Sérgio",   "Márcio",   "André",   "Vinícius", "Gustavo", "Leandro",
    "Rogério",  "César",    "Flávio",  "Cauã",    "Otávio",   "Davi",
    "Mateus",   "Inácio",   "Raimundo", "Sebastião", "Walter", "Yuri",
    "Murilo"};
static const char *const sobrenomes[] = {
    "Silva",     "Santos",   "Oliveira", "Souza",   "Lima",     "Pereira",
    "Ferreira",  "Costa",    "Rodrigues", "Almeida", "Nascimento", "Araújo",
    "Ribeiro",   "Carvalho", "Gonçalves", "Barbosa", "Rocha",   "Dias",
    "Moreira",   "Nunes",    "Mendonça", "Cardoso", "Teixeira", "Correia",
    "Fernandes", "Magalhães", "Assunção", "Brandão", "Simões",  "Peçanha",
    "Queiroz",   "Xavier",   "Falcão",   "Leitão",  "Sá",       "Guimarães",
    "Figueirêdo"};
static const char *const ligacoes[] = {"", "", "", "de ", "da ", "dos "};

/* Where people live, weighted by repetition; first CEP digits of the city. */
static const struct
{
    const char *cidade;
    const char *uf;
    int ddd;
    int cep; /* first three digits */
} cidades[] = {
    {"São Paulo", "SP", 11, 10},      {"São Paulo", "SP", 11, 40},
    {"São Paulo", "SP", 11, 50},      {"Guarulhos", "SP", 11, 70},
    {"Campinas", "SP", 19, 130},      {"Ribeirão Preto", "SP", 16, 140},
    {"Santos", "SP", 13, 110},        {"Rio de Janeiro", "RJ", 21, 200},
    {"Rio de Janeiro", "RJ", 21, 220}, {"Niterói", "RJ", 21, 240},
    {"Belo Horizonte", "MG", 31, 300}, {"Uberlândia", "MG", 34, 384},
    {"Juiz de Fora", "MG", 32, 360},  {"Vitória", "ES", 27, 290},
    {"Salvador", "BA", 71, 400},      {"Feira de Santana", "BA", 75, 440},
    {"Recife", "PE", 81, 500},        {"Jaboatão dos Guararapes", "PE", 81, 540},
    {"Fortaleza", "CE", 85, 600},     {"Natal", "RN", 84, 590},
    {"João Pessoa", "PB", 83, 580},   {"Maceió", "AL", 82, 570},
    {"Aracaju", "SE", 79, 490},       {"Teresina", "PI", 86, 640},
    {"São Luís", "MA", 98, 650},      {"Belém", "PA", 91, 660},
    {"Manaus", "AM", 92, 690},        {"Porto Velho", "RO", 69, 768},
    {"Rio Branco", "AC", 68, 699},    {"Macapá", "AP", 96, 689},
    {"Boa Vista", "RR", 95, 693},     {"Palmas", "TO", 63, 770},
    {"Brasília", "DF", 61, 700},      {"Goiânia", "GO", 62, 740},
    {"Cuiabá", "MT", 65, 780},        {"Campo Grande", "MS", 67, 790},
    {"Curitiba", "PR", 41, 800},      {"Londrina", "PR", 43, 860},
    {"Florianópolis", "SC", 48, 880}, {"Joinville", "SC", 47, 892},
    {"Porto Alegre", "RS", 51, 900},  {"Caxias do Sul", "RS", 54, 950}};

/* A stream of random numbers: splitmix64. */
typedef struct Sorte
{
    uint64_t estado;
} Sorte;

static uint64_t sortear(Sorte *s);
static int entre(Sorte *s, int de, int ate);
static int64_t cpf_de(int64_t n);
static void compor_nome(Sorte *s, bool mulher, char *nome, const char **familia);
static void compor_email(const char *nome, int64_t n, char *email);
static int ultima_compra(Sorte *s);
static void comprar(Sorte *s, FicticioCliente *c);

bool
ficticio_cliente(uint32_t semente, int64_t n, bool todos_na_janela,
                 FicticioCliente *c)
{
    /* Two rounds part the streams of neighbours. */
    Sorte s = {(uint64_t)semente * UINT64_C(0x9E3779B97F4A7C15) ^ (uint64_t)n};

    s.estado = sortear(&s) ^ (uint64_t)n;

    memset(c, 0, sizeof(*c));
    c->cpf = cpf_de(n);
    if (cpf_validar(c->cpf) != CPF_OK)
        return false;

    bool mulher = entre(&s, 0, 99) < 54;
    const char *familia;

    c->sexo = mulher ? 'F' : 'M';
    compor_nome(&s, mulher, c->nome, &familia);
    snprintf(c->mae, sizeof(c->mae), "%s %s %s",
             femininos[entre(&s, 0, CONTAGEM(femininos) - 1)],
             sobrenomes[entre(&s, 0, CONTAGEM(sobrenomes) - 1)], familia);
    compor_email(c->nome, n, c->email);

    int i = entre(&s, 0, CONTAGEM(cidades) - 1);

    c->cidade = cidades[i].cidade;
    c->uf = cidades[i].uf;
    snprintf(c->celular, sizeof(c->celular), "(%02d) 9%04d-%04d",
             cidades[i].ddd, entre(&s, 6000, 9999), entre(&s, 0, 9999));
    snprintf(c->cep, sizeof(c->cep), "%03d%02d-%03d", cidades[i].cep,
             entre(&s, 0, 99), entre(&s, 0, 999));
    c->nascimento = entre(&s, 18 * 365, 85 * 365);

    c->ativo = true;
    c->dias_ultima = todos_na_janela ? entre(&s, 30, 60) : ultima_compra(&s);
    /* The window keeps its clients: a demo is about them. */
    if (c->dias_ultima < 30 || c->dias_ultima > 60)
    {
        c->ativo = entre(&s, 0, 99) >= 2;
        c->nao_contatar = entre(&s, 0, 99) < 1;
    }
    comprar(&s, c);
    return true;
}

void
ficticio_vendedor(int64_t n, char nome[FICTICIO_NOME])
{
    const int primeiros = CONTAGEM(femininos) + CONTAGEM(masculinos);
    const int i = (int)(n % primeiros);
    /* The family name moves on with each round, and with i for variety. */
    const int j = (int)((n / primeiros + i * 7) % CONTAGEM(sobrenomes));

    snprintf(nome, FICTICIO_NOME, "%s %s",
             i % 2 == 0 ? femininos[i / 2] : masculinos[i / 2], sobrenomes[j]);
}

int64_t
ficticio_nomes_distintos(void)
{
    return (int64_t)(CONTAGEM(femininos) + CONTAGEM(masculinos)) *
           CONTAGEM(sobrenomes);
}

static uint64_t
sortear(Sorte *s)
{
    uint64_t z = (s->estado += UINT64_C(0x9E3779B97F4A7C15));

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static int
entre(Sorte *s, int de, int ate)
{
    return de + (int)(sortear(s) % (uint64_t)(ate - de + 1));
}

/* 3^18 has no factor in common with 10^9, so distinct n below it stay distinct. */
static int64_t
cpf_de(int64_t n)
{
    const int64_t modulo = 1000000000;

    return cpf_completar(
        (int32_t)((n % modulo * 387420489 + 123456789) % modulo));
}

static void
compor_nome(Sorte *s, bool mulher, char *nome, const char **familia)
{
    const char *primeiro =
        mulher ? femininos[entre(s, 0, CONTAGEM(femininos) - 1)]
               : masculinos[entre(s, 0, CONTAGEM(masculinos) - 1)];
    const char *segundo = "";
    const char *meio = "";

    if (entre(s, 0, 99) < 25)
        segundo = mulher ? "Clara " : "Henrique ";
    if (entre(s, 0, 99) < 60)
        meio = sobrenomes[entre(s, 0, CONTAGEM(sobrenomes) - 1)];
    *familia = sobrenomes[entre(s, 0, CONTAGEM(sobrenomes) - 1)];
    snprintf(nome, FICTICIO_NOME, "%s %s%s%s%s%s", primeiro, segundo, meio,
             *meio ? " " : "", ligacoes[entre(s, 0, CONTAGEM(ligacoes) - 1)],
             *familia);
}

/* Letters of the first word without accents, and n: unique. */
static void
compor_email(const char *nome, int64_t n, char *email)
{
    static const char base[] = "aaaaaaaceeeeiiiidnooooo*ouuuuypsaaaaaaaceeeeiiii"
                               "dnooooo/ouuuuypy";
    int i = 0;

    for (const unsigned char *p = (const unsigned char *)nome;
         *p != '\0' && *p != ' '; p++)
    {
        if (*p == 0xC3 && p[1] >= 0x80 && p[1] <= 0xBF)
            email[i++] = base[*++p - 0x80];
        else if (*p < 0x80)
            email[i++] = (char)(*p | 0x20);
    }
    snprintf(email + i, (size_t)(FICTICIO_NOME - i), ".%lld@exemplo.test",
             (long long)n);
}

static int
ultima_compra(Sorte *s)
{
    int sorte = entre(s, 0, 99);

    if (sorte < 8)
        return entre(s, 30, 60);
    if (sorte < 33)
        return entre(s, 0, 29);
    if (sorte < 45)
        return entre(s, 61, 90);
    if (sorte < 97)
        return entre(s, 91, 720);
    return FICTICIO_NUNCA;
}

/* 1 to 8 orders back from the last one, over about two years. */
static void
comprar(Sorte *s, FicticioCliente *c)
{
    int dias = c->dias_ultima;

    c->cadastro = (dias == FICTICIO_NUNCA ? 0 : dias) + entre(s, 1, 30);
    if (dias == FICTICIO_NUNCA)
        return;

    int n = entre(s, 1, FICTICIO_PEDIDOS_MAX);

    for (int i = 0; i < n; i++)
    {
        FicticioPedido *p = &c->pedidos[c->n_pedidos++];
        /* Many small orders and few large ones. */
        int64_t faixa = entre(s, 0, 99) < 85 ? 40000 : 400000;

        p->dias = dias;
        p->centavos = 1990 + (int64_t)(sortear(s) % (uint64_t)faixa);
        p->produto = entre(s, 0, 9) == 0 ? -1 : entre(s, 0, 999);
        c->total += p->centavos;
        dias += entre(s, 5, 180);
    }
    c->cadastro = c->pedidos[n - 1].dias + entre(s, 0, 30);
}
