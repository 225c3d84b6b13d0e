/*
 * Any token: never believed, because none is signed with the key of this run;
 * and a token that was, with one thing changed. -DDEFEITO_PLANTADO plants a
 * defect to be found.
 */
#include "alvo.h"
#include "../../server/src/jwt.h"

#include <stdio.h>
#include <unistd.h>

#define AGORA 1800000000

static char bom[JWT_TOKEN_MAX];

static void
preparar(void)
{
    JwtDados d = {.sid = "0123abcd-0123-4567-89ab-0123456789ab",
                  .sub = 7,
                  .papel = "vendedor",
                  .iat = AGORA,
                  .exp = AGORA + 86400,
                  .limite = AGORA + 604800};
    char nome[] = "/tmp/crm_fuzz_token.XXXXXX", erro[256];
    int fd = mkstemp(nome);
    FILE *f = fdopen(fd, "w");

    fputs("k1 MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n", f);
    fclose(f);
    if (!jwt_carregar(nome, erro, sizeof erro) ||
        !jwt_assinar(&d, bom, sizeof bom))
        abort();
    unlink(nome);
}

int
LLVMFuzzerTestOneInput(const uint8_t *dados, size_t n)
{
    char token[JWT_TOKEN_MAX];
    size_t cabecalho, m;
    JwtDados d;

    if (bom[0] == '\0')
        preparar();
    if (jwt_verificar((const char *)dados, n, AGORA, &d) &&
        (n != strlen(bom) || memcmp(dados, bom, n) != 0))
        abort();

    /* Behind a header of ours, where the parsing begins. */
    cabecalho = (size_t)(strchr(bom, '.') - bom) + 1;
    m = n < sizeof token - cabecalho ? n : sizeof token - cabecalho;
    memcpy(token, bom, cabecalho);
    memcpy(token + cabecalho, dados, m);
    if (jwt_verificar(token, cabecalho + m, AGORA, &d) &&
        (cabecalho + m != strlen(bom) || memcmp(token, bom, cabecalho + m) != 0))
        abort();
#ifdef DEFEITO_PLANTADO
    if (m > 2 && memchr(dados, '.', m) != NULL)
        abort();
#endif
    return 0;
}
