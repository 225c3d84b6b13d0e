/*
 * The text of a cursor (extension/envelope.c, BUSCA-4): any text is refused or
 * is, to the letter, the one that its content gives; any content comes back.
 * -DDEFEITO_PLANTADO plants a defect that the fuzzer must find.
 */
#include "alvo.h"
#include "../../extension/envelope.h"

/*
 * Weak on purpose, so that the fuzzer gets past the check: every MAC is the
 * number of bytes.
 */
static void
mac_fraco(char tipo, const void *dados, size_t n, uint8_t mac[ENVELOPE_MAC])
{
    (void)dados;
    memset(mac, tipo == 'k' ? 0 : (int)(n & 0xff), ENVELOPE_MAC);
}

/* FNV-1a: depends on each byte. */
static void
mac_fnv(char tipo, const void *dados, size_t n, uint8_t mac[ENVELOPE_MAC])
{
    uint64_t h = 14695981039346656037U ^ (uint8_t)tipo;

    for (size_t i = 0; i < n; i++)
        h = (h ^ ((const uint8_t *)dados)[i]) * 1099511628211U;
    for (int i = 0; i < ENVELOPE_MAC; i++)
    {
        h = (h ^ (uint8_t)i) * 1099511628211U;
        mac[i] = (uint8_t)(h >> 32);
    }
}

static void
ida_e_volta(const uint8_t *dados, size_t n, EnvelopeMac mac)
{
    const size_t texto_n = envelope_texto_n(n);
    char *texto = malloc(texto_n + 1);
    uint8_t *volta = malloc(ENVELOPE_MAX);

    envelope_fechar(dados, n, mac, texto);
    EXIGE(strlen(texto) == texto_n);
    EXIGE(envelope_abrir(texto, texto_n, mac, volta) == (int)n);
    EXIGE(memcmp(volta, dados, n) == 0);
    EXIGE(n == 0 || envelope_abrir(texto, texto_n - 1, mac, volta) != (int)n);
    if (mac == mac_fnv && texto_n > 0)
    {
        const size_t onde = dados[0] % texto_n;

        texto[onde] = texto[onde] == 'A' ? 'B' : 'A';
        EXIGE(envelope_abrir(texto, texto_n, mac, volta) == -1);
    }
    free(volta);
    free(texto);
}

int
LLVMFuzzerTestOneInput(const uint8_t *dados, size_t n)
{
    char *texto = malloc(n > 0 ? n : 1); /* exactly its characters */
    uint8_t *conteudo = malloc(ENVELOPE_MAX);
    int aberto;

    if (n > 0)
        memcpy(texto, dados, n);
    aberto = envelope_abrir(texto, n, mac_fraco, conteudo);
    if (aberto >= 0)
    {
        char *outro = malloc(envelope_texto_n((size_t)aberto) + 1);

        envelope_fechar(conteudo, (size_t)aberto, mac_fraco, outro);
        EXIGE(strlen(outro) == n && memcmp(outro, texto, n) == 0);
        free(outro);
#ifdef DEFEITO_PLANTADO
        EXIGE(aberto == 0);
#endif
    }
    if (n > 0 && n <= ENVELOPE_MAX)
    {
        ida_e_volta(dados, n, mac_fraco);
        ida_e_volta(dados, n, mac_fnv);
    }
    free(conteudo);
    free(texto);
    return 0;
}
