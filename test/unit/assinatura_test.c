/*
 * server/src/assinatura.c: only what the extension signed is an event.
 * EVENTOS-1.
 */
#include "../../server/src/assinatura.h"
#include "tap.h"

/* HMAC-SHA256(20 bytes 0x0b, "Hi There"), RFC 4231, first half. */
#define CERTA "b0344c61d8db38535ca8afceaf0bf12b"

int
main(void)
{
    unsigned char chave[20];

    memset(chave, 0x0b, sizeof chave);
    CONFERE_TEXTO(assinatura_conferir(CERTA " Hi There", chave, 20), "Hi There",
                  "RFC 4231, case 1");
    CONFERE(!assinatura_conferir(CERTA " Hi there", chave, 20), "other text");
    CONFERE(!assinatura_conferir(CERTA " Hi There ", chave, 20), "longer text");
    CONFERE(!assinatura_conferir(CERTA " ", chave, 20), "no text");
    CONFERE(!assinatura_conferir(CERTA, chave, 20), "no space");
    CONFERE(!assinatura_conferir("", chave, 20), "nothing");
    CONFERE(!assinatura_conferir(CERTA "\tHi There", chave, 20), "tab");
    CONFERE(!assinatura_conferir("a0344c61d8db38535ca8afceaf0bf12b Hi There",
                                 chave, 20),
            "first digit");
    CONFERE(!assinatura_conferir("b0344c61d8db38535ca8afceaf0bf12a Hi There",
                                 chave, 20),
            "last digit");
    CONFERE(!assinatura_conferir(CERTA " Hi There", chave, 19), "other key");
    return tap_fim();
}
