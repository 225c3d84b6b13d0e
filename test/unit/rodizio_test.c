/*
 * extension/rodizio.c against exhaustive enumeration: every target of small
 * random cases is tried; the planner's must be fair, complete and cheapest.
 * DIST-2, DIST-3. SEMENTE and CASOS in the environment replay and lengthen it.
 */
#include "rodizio.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum
{
    VENDEDORES_MAX = 4,
    CASOS_PADRAO = 20000
};

typedef struct Caso
{
    RodizioVendedor v[VENDEDORES_MAX];
    int n;
    int64_t forcados;
    int64_t livres;
} Caso;

static int falhas;
static int testes;

#define CONFERE(condicao, ...)                                                 \
    do                                                                         \
    {                                                                          \
        testes++;                                                              \
        if (!(condicao))                                                       \
        {                                                                      \
            falhas++;                                                          \
            fprintf(stderr, "not ok %s:%d: ", __FILE__, __LINE__);             \
            fprintf(stderr, __VA_ARGS__);                                      \
            fputc('\n', stderr);                                               \
        }                                                                      \
    } while (0)

static int relatadas;

static void
relatar(int n, const char *nome)
{
    printf("%sok %d - %s (%d checks)\n", falhas > relatadas ? "not " : "", n,
           nome, testes);
    relatadas = falhas;
    testes = 0;
}

static uint64_t estado;

static int64_t
sorteio(int64_t menor, int64_t maior)
{
    estado ^= estado << 13;
    estado ^= estado >> 7;
    estado ^= estado << 17;
    return menor + (int64_t)(estado % (uint64_t)(maior - menor + 1));
}

static int64_t
espaco(const RodizioVendedor *v)
{
    if (v->capacidade < 0)
        return INT64_MAX / 8;
    return v->capacidade > v->fixados ? v->capacidade - v->fixados : 0;
}

/* Straight from the definition, pair by pair. */
static bool
justo(const Caso *c, const int64_t *alvo)
{
    for (int i = 0; i < c->n; i++)
        for (int j = 0; j < c->n; j++)
        {
            const RodizioVendedor *a = &c->v[i];
            const RodizioVendedor *b = &c->v[j];

            if (alvo[i] > 0 && alvo[j] < espaco(b) &&
                (alvo[i] + a->fixados) * b->peso -
                        (alvo[j] + b->fixados) * a->peso >
                    (int64_t)a->peso * b->peso)
                return false;
        }
    return true;
}

static int64_t
recebidos(const Caso *c, const int64_t *alvo)
{
    int64_t soma = 0;

    for (int i = 0; i < c->n; i++)
        if (alvo[i] > c->v[i].moveis)
            soma += alvo[i] - c->v[i].moveis;
    return soma;
}

/* Fewest receptions over all fair targets with this sum; -1: none. */
static int64_t
enumerar(const Caso *c, int64_t *alvo, int i, int64_t resta)
{
    int64_t melhor = -1;

    if (i == c->n)
    {
        if (resta != 0 || !justo(c, alvo))
            return -1;
        return recebidos(c, alvo);
    }
    for (alvo[i] = 0; alvo[i] <= resta && alvo[i] <= espaco(&c->v[i]);
         alvo[i]++)
    {
        int64_t este = enumerar(c, alvo, i + 1, resta - alvo[i]);

        if (este >= 0 && (melhor < 0 || este < melhor))
            melhor = este;
    }
    return melhor;
}

static void
conferir(Caso *c, uint64_t semente)
{
    int trabalho[VENDEDORES_MAX];
    int64_t alvo[VENDEDORES_MAX];
    int64_t moveis = c->forcados + c->livres;
    int64_t cabem = 0;
    int64_t soma = 0;
    int64_t menor;
    RodizioPlano p;

    for (int i = 0; i < c->n; i++)
    {
        moveis += c->v[i].moveis;
        cabem += espaco(&c->v[i]);
    }
    if (cabem > moveis)
        cabem = moveis;

    rodizio_planejar(c->v, c->n, c->forcados, c->livres, trabalho, &p);
    for (int i = 0; i < c->n; i++)
    {
        alvo[i] = c->v[i].alvo;
        soma += alvo[i];
        CONFERE(alvo[i] >= 0 && alvo[i] <= espaco(&c->v[i]),
                "case %llu: capacity", (unsigned long long)semente);
    }
    CONFERE(soma == cabem, "case %llu: %lld held, not %lld",
            (unsigned long long)semente, (long long)soma, (long long)cabem);
    CONFERE(justo(c, alvo), "case %llu: not fair", (unsigned long long)semente);
    CONFERE(recebidos(c, alvo) == p.recebimentos,
            "case %llu: counts its receptions wrong",
            (unsigned long long)semente);
    CONFERE(p.novas + p.movimentos == p.recebimentos && p.novas >= 0 &&
                p.movimentos >= 0 && p.liberados >= 0,
            "case %llu: plan does not add up", (unsigned long long)semente);

    menor = c->n ? enumerar(c, alvo, 0, cabem) : 0;
    CONFERE(menor == p.recebimentos, "case %llu: %lld received, %lld do",
            (unsigned long long)semente, (long long)p.recebimentos,
            (long long)menor);
}

static void
casos_ao_acaso(uint64_t semente, long casos)
{
    for (long i = 0; i < casos; i++)
    {
        Caso c = {0};
        int64_t peso_max = (int64_t[]){1, 2, 3, 7, 100}[i % 5];
        int64_t max = i % 3 == 0 ? 4 : 8;

        estado = (semente + i) * 0x9E3779B97F4A7C15u + 1;
        c.n = (int)sorteio(0, VENDEDORES_MAX);
        c.forcados = sorteio(0, 3);
        c.livres = sorteio(0, 6);
        for (int j = 0; j < c.n; j++)
            c.v[j] = (RodizioVendedor){
                .id = j + 1,
                .peso = (int32_t)sorteio(1, peso_max),
                .capacidade = sorteio(0, 2) ? RODIZIO_SEM_LIMITE
                                            : sorteio(0, 10),
                .moveis = sorteio(0, max),
                .fixados = sorteio(0, 3) ? 0 : sorteio(0, 5),
                .recebidos = sorteio(0, 50)};
        conferir(&c, semente + i);
    }
}

static int
crescente(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* 55 clients and three sellers who arrive one after another. */
static void
cinquenta_e_cinco(void)
{
    RodizioVendedor v[3] = {
        {.id = 1, .peso = 1, .capacidade = -1},
        {.id = 2, .peso = 1, .capacidade = -1},
        {.id = 3, .peso = 1, .capacidade = -1},
    };
    int trabalho[3];
    int64_t contagem[3];
    RodizioPlano p;

    rodizio_planejar(v, 1, 0, 55, trabalho, &p);
    CONFERE(v[0].alvo == 55 && p.novas == 55 && p.movimentos == 0, "1 seller");

    v[0].moveis = 55;
    rodizio_planejar(v, 2, 0, 0, trabalho, &p);
    CONFERE(v[0].alvo + v[1].alvo == 55 && p.movimentos == 27, "2 sellers");

    v[0].moveis = v[0].alvo;
    v[1].moveis = v[1].alvo;
    rodizio_planejar(v, 3, 0, 0, trabalho, &p);
    for (int i = 0; i < 3; i++)
        contagem[i] = v[i].alvo;
    qsort(contagem, 3, sizeof *contagem, crescente);
    CONFERE(contagem[0] == 18 && contagem[1] == 18 && contagem[2] == 19 &&
                p.movimentos == 18,
            "3 sellers");

    for (int i = 0; i < 3; i++)
        v[i].moveis = 0;
    v[0].recebidos = 9;
    v[1].recebidos = 3;
    v[2].recebidos = 4;
    rodizio_planejar(v, 3, 0, 55, trabalho, &p);
    CONFERE(v[0].alvo == 18 && v[1].alvo == 19 && v[2].alvo == 18,
            "the extra goes to who received least");
}

/* Each card once, each quota kept, and values within one card of each other. */
static void
repartir_conferir(void)
{
    for (int caso = 0; caso < 500; caso++)
    {
        enum
        {
            N = 7,
            MAX = 40
        };
        int64_t quota[N];
        int64_t recebeu[N] = {0};
        int dono[N * MAX];
        int rodada[N * MAX + 1];
        int64_t cartas = 0;

        estado = caso * 77777u + 5;
        for (int i = 0; i < N; i++)
            cartas += quota[i] = sorteio(0, caso % 2 ? MAX : 3);
        rodizio_repartir(quota, N, dono, rodada);
        for (int64_t c = 0; c < cartas; c++)
        {
            CONFERE(dono[c] >= 0 && dono[c] < N, "dealt to a receiver");
            recebeu[dono[c]]++;
        }
        CONFERE(memcmp(recebeu, quota, sizeof quota) == 0, "quota kept");
    }

    int64_t iguais[3] = {2, 2, 2};
    int dono[6];
    int rodada[7];

    rodizio_repartir(iguais, 3, dono, rodada);
    CONFERE(memcmp(dono, (int[]){0, 1, 2, 2, 1, 0}, sizeof dono) == 0, "snake");
}

int
main(void)
{
    const char *semente = getenv("SEMENTE");
    const char *casos = getenv("CASOS");

    cinquenta_e_cinco();
    relatar(1, "55 clients over 1, 2, 3 sellers");
    repartir_conferir();
    relatar(2, "dealing snake-wise");
    casos_ao_acaso(semente ? strtoull(semente, NULL, 10) : 1,
                   casos ? atol(casos) : CASOS_PADRAO);
    relatar(3, "random cases against enumeration");
    printf("1..3\n");
    return relatadas != 0;
}
