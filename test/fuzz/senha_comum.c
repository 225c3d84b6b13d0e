/*
 * Any password, e-mail and name (three texts apart by NUL): an answer within
 * bounds, and the e-mail itself is always common. -DDEFEITO_PLANTADO reads past
 * the end of a password that begins with "@", for the fuzzer to find.
 */
#include "alvo.h"
#include "../../extension/senha_comum.h"

int
LLVMFuzzerTestOneInput(const uint8_t *dados, size_t n)
{
    char *texto = calloc(1, n + 3);
    const char *email;
    const char *nome;

    memcpy(texto, dados, n);
    email = texto + strlen(texto) + 1;
    if (email > texto + n)
        email = texto + n;
    nome = email + strlen(email) + 1;
    if (nome > texto + n)
        nome = texto + n;

#ifdef DEFEITO_PLANTADO
    if (texto[0] == '@' && texto[n + 3] != 0)
        abort();
#endif
    (void)senha_comum(texto, email, nome);
    (void)senha_comum(texto, NULL, NULL);
    if (!senha_comum(email, email, nome))
        abort();
    free(texto);
    return 0;
}
