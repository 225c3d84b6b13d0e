/*
 * extension/cpf_digitos.c and ficticio.c: reading, judging and writing a CPF;
 * generated clients have valid, distinct ones. DADOS-3, DADOS-8.
 */
#include "tap.h"
#include "cpf_digitos.h"
#include "ficticio.h"

#include <stdlib.h>
#include <string.h>

static const struct
{
    const char *texto;
    CpfErro erro;
    int64_t cpf;
} casos[] = {
    {"52998224725", CPF_OK, INT64_C(52998224725)},
    {"529.982.247-25", CPF_OK, INT64_C(52998224725)},
    {"529982247-25", CPF_OK, INT64_C(52998224725)},
    {" 529.982.247-25\n", CPF_OK, INT64_C(52998224725)},
    {"00000000191", CPF_OK, 191},
    {"000.000.001-91", CPF_OK, 191},
    {"", CPF_FORMATO, 0},
    {" ", CPF_FORMATO, 0},
    {"191", CPF_FORMATO, 0},
    {"5299822472", CPF_FORMATO, 0},
    {"529982247255", CPF_FORMATO, 0},
    {"529.982.247-25-", CPF_FORMATO, 0},
    {"529..982.247-25", CPF_FORMATO, 0},
    {"529-982-247-25", CPF_FORMATO, 0},
    {"529.982.247.25", CPF_FORMATO, 0},
    {".52998224725", CPF_FORMATO, 0},
    {"5299822472a", CPF_FORMATO, 0},
    {"5 2998224725", CPF_FORMATO, 0},
    {"-5299822472", CPF_FORMATO, 0},
    {"\xEF\xBC\x95" "2998224725", CPF_FORMATO, 0},
    {"52998224724", CPF_DIGITO, 0},
    {"52998224735", CPF_DIGITO, 0},
    {"25998224725", CPF_DIGITO, 0},
    {"00000000000", CPF_REPETIDO, 0},
    {"111.111.111-11", CPF_REPETIDO, 0},
    {"99999999999", CPF_REPETIDO, 0},
};

static int
comparar(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

static void
ler(void)
{
    for (size_t i = 0; i < sizeof(casos) / sizeof(casos[0]); i++)
    {
        /* Exactly its bytes, so that the sanitizer sees one read too many. */
        size_t n = strlen(casos[i].texto);
        char *texto = malloc(n ? n : 1);
        int64_t cpf = 0;

        memcpy(texto, casos[i].texto, n);
        CONFERE(cpf_ler(texto, n, &cpf) == casos[i].erro && cpf == casos[i].cpf,
           "case %d ends in %d", (int)i, (int)casos[i].erro);
        free(texto);
    }
    CONFERE(cpf_validar(-1) == CPF_FORMATO, "negative number");
    CONFERE(cpf_validar(INT64_C(100000000000)) == CPF_FORMATO, "twelve digits");
    CONFERE(cpf_validar(INT64_MAX) == CPF_FORMATO, "largest number");
    CONFERE(cpf_validar(INT64_MIN) == CPF_FORMATO, "smallest number");
}

static void
escrever(void)
{
    char d[CPF_TEXTO];
    char f[CPF_FORMATADO];

    cpf_escrever(191, d);
    CONFERE(strcmp(d, "00000000191") == 0, "leading zeros stay");
    cpf_formatar(INT64_C(52998224725), f);
    CONFERE(strcmp(f, "529.982.247-25") == 0, "mask of input");
    cpf_mascarar(INT64_C(52998224725), f);
    CONFERE(strcmp(f, "***.982.247-**") == 0, "hidden digits (LGPD-1)");
    CONFERE(cpf_completar(529982247) == INT64_C(52998224725), "check digits");
    CONFERE(cpf_completar(999999999) == INT64_C(99999999999), "largest number");
}

/* Of the 100 endings of nine digits exactly one is right. */
static void
um_final_em_cem(void)
{
    int erradas = 0;

    for (int32_t nove = 1; nove < 999999999; nove += 9999991)
    {
        int certos = 0;

        for (int fim = 0; fim < 100; fim++)
        {
            CpfErro e = cpf_validar((int64_t)nove * 100 + fim);

            certos += e == CPF_OK || e == CPF_REPETIDO;
        }
        erradas += certos != 1;
    }
    CONFERE(erradas == 0, "one ending in a hundred is right");
}

static void
ficticios(void)
{
    enum
    {
        N = 200000
    };
    int64_t *cpfs = malloc(N * sizeof(*cpfs));
    int invalidos = 0, errados = 0, repetidos = 0, na_janela = 0;
    FicticioCliente c, outra_vez;

    for (int64_t n = 1; n <= N; n++)
    {
        int64_t total = 0;

        if (!ficticio_cliente(7, n, false, &c))
        {
            invalidos++;
            cpfs[n - 1] = -n;
            continue;
        }
        cpfs[n - 1] = c.cpf;
        for (int i = 0; i < c.n_pedidos; i++)
        {
            total += c.pedidos[i].centavos;
            errados += i > 0 && c.pedidos[i].dias <= c.pedidos[i - 1].dias;
        }
        errados += cpf_validar(c.cpf) != CPF_OK || total != c.total ||
                   (c.n_pedidos == 0) != (c.dias_ultima == FICTICIO_NUNCA) ||
                   (c.n_pedidos > 0 && c.pedidos[0].dias != c.dias_ultima) ||
                   c.n_pedidos > FICTICIO_PEDIDOS_MAX ||
                   strchr(c.email, ' ') != NULL;
        na_janela += c.dias_ultima >= 30 && c.dias_ultima <= 60;
    }
    qsort(cpfs, N, sizeof(*cpfs), comparar);
    for (int i = 1; i < N; i++)
        repetidos += cpfs[i] == cpfs[i - 1];

    CONFERE(errados == 0, "totals, dates and CPFs of generated clients are right");
    CONFERE(repetidos == 0, "no CPF twice");
    CONFERE(invalidos < 3, "hardly a number without CPF");
    CONFERE(na_janela > N * 7 / 100 && na_janela < N * 9 / 100,
       "about 8 %% in the window");
    free(cpfs);

    ficticio_cliente(3, 42, false, &c);
    ficticio_cliente(3, 42, false, &outra_vez);
    CONFERE(memcmp(&c, &outra_vez, sizeof(c)) == 0, "the same seed, the same client");
    ficticio_cliente(4, 42, false, &outra_vez);
    CONFERE(c.cpf == outra_vez.cpf && strcmp(c.mae, outra_vez.mae) != 0,
       "another seed, the same CPF and another person");
}

static void
vendedores(void)
{
    const int64_t n = ficticio_nomes_distintos();
    char(*nomes)[FICTICIO_NOME] = malloc((size_t)n * FICTICIO_NOME);
    int iguais = 0;

    for (int64_t i = 0; i < n; i++)
        ficticio_vendedor(i, nomes[i]);
    qsort(nomes, (size_t)n, FICTICIO_NOME,
          (int (*)(const void *, const void *))strcmp);
    for (int64_t i = 1; i < n; i++)
        iguais += strcmp(nomes[i], nomes[i - 1]) == 0;
    CONFERE(iguais == 0, "sellers' names are distinct");
    free(nomes);
}

int
main(void)
{
    ler();
    escrever();
    um_final_em_cem();
    ficticios();
    vendedores();
    return tap_fim();
}
