/*
 * server/src/ws_quadro.c: frames of a WebSocket client. I-14.
 */
/* fontes: server/src/utf8.c */
#include "ws_quadro.h"
#include "tap.h"

/* clang-format off */
/* One frame each, payload masked with zeros: what is seen is what is meant. */
#define M0 "\0\0\0\0"
static const struct
{
    const char *nome;
    const char *bytes;
    size_t n;
    WsAviso aviso;
    int codigo;
} casos[] = {
#define B(texto) texto, sizeof(texto) - 1
    {"text", B("\x81\x82" M0 "hi"), WS_AVISO_MENSAGEM, 0},
    {"empty text", B("\x81\x80" M0), WS_AVISO_MENSAGEM, 0},
    {"text of two-byte characters", B("\x81\x82" M0 "\xc3\xa9"), WS_AVISO_MENSAGEM, 0},
    {"ping", B("\x89\x81" M0 "x"), WS_AVISO_PING, 0},
    {"pong", B("\x8a\x80" M0), WS_AVISO_QUADRO, 0},
    {"first fragment", B("\x01\x81" M0 "h"), WS_AVISO_QUADRO, 0},
    {"half a header", B("\x81"), WS_AVISO_MAIS, 0},
    {"half a mask", B("\x81\x82\0\0"), WS_AVISO_MAIS, 0},
    {"half a payload", B("\x81\x82" M0 "h"), WS_AVISO_MAIS, 0},
    {"RSV1", B("\xc1"), WS_AVISO_FECHAR, 1002},
    {"RSV2", B("\xa1"), WS_AVISO_FECHAR, 1002},
    {"RSV3", B("\x91"), WS_AVISO_FECHAR, 1002},
    {"opcode 3", B("\x83"), WS_AVISO_FECHAR, 1002},
    {"opcode 7", B("\x87"), WS_AVISO_FECHAR, 1002},
    {"opcode 11", B("\x8b"), WS_AVISO_FECHAR, 1002},
    {"opcode 15", B("\x8f"), WS_AVISO_FECHAR, 1002},
    {"no mask", B("\x81\x02"), WS_AVISO_FECHAR, 1002},
    {"continuation of nothing", B("\x80"), WS_AVISO_FECHAR, 1002},
    {"unfinished ping", B("\x09"), WS_AVISO_FECHAR, 1002},
    {"ping of 126 bytes", B("\x89\xfe"), WS_AVISO_FECHAR, 1002},
    {"close of 64-bit length", B("\x88\xff"), WS_AVISO_FECHAR, 1002},
    {"binary", B("\x82"), WS_AVISO_FECHAR, 1003},
    {"125 in 16 bits", B("\x81\xfe\x00\x7d"), WS_AVISO_FECHAR, 1002},
    {"256 in 16 bits", B("\x81\xfe\x01\x00"), WS_AVISO_MAIS, 0},
    {"257 in 16 bits", B("\x81\xfe\x01\x01"), WS_AVISO_FECHAR, 1009},
    {"65535", B("\x81\xfe\xff\xff"), WS_AVISO_FECHAR, 1009},
    {"65535 in 64 bits", B("\x81\xff\0\0\0\0\0\0\xff\xff"), WS_AVISO_FECHAR, 1002},
    {"65536", B("\x81\xff\0\0\0\0\0\1\0\0"), WS_AVISO_FECHAR, 1009},
    {"2^63 - 1", B("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff"), WS_AVISO_FECHAR, 1009},
    {"2^63", B("\x81\xff\x80\0\0\0\0\0\0\0"), WS_AVISO_FECHAR, 1002},
    {"2^64 - 1", B("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff"), WS_AVISO_FECHAR, 1002},
    {"overlong UTF-8", B("\x81\x82" M0 "\xc0\xaf"), WS_AVISO_FECHAR, 1007},
    {"surrogate", B("\x81\x83" M0 "\xed\xa0\x80"), WS_AVISO_FECHAR, 1007},
    {"above U+10FFFF", B("\x81\x84" M0 "\xf4\x90\x80\x80"), WS_AVISO_FECHAR, 1007},
    {"cut character", B("\x81\x81" M0 "\xc3"), WS_AVISO_FECHAR, 1007},
    {"close", B("\x88\x80" M0), WS_AVISO_FECHAR, 1000},
    {"close of 1 byte", B("\x88\x81" M0 "\x03"), WS_AVISO_FECHAR, 1002},
    {"close 1000", B("\x88\x82" M0 "\x03\xe8"), WS_AVISO_FECHAR, 1000},
    {"close 1001 with a reason", B("\x88\x85" M0 "\x03\xe9" "fim"), WS_AVISO_FECHAR, 1001},
    {"close 4999", B("\x88\x82" M0 "\x13\x87"), WS_AVISO_FECHAR, 4999},
    {"close 0", B("\x88\x82" M0 "\0\0"), WS_AVISO_FECHAR, 1002},
    {"close 999", B("\x88\x82" M0 "\x03\xe7"), WS_AVISO_FECHAR, 1002},
    {"close 1004", B("\x88\x82" M0 "\x03\xec"), WS_AVISO_FECHAR, 1002},
    {"close 1005", B("\x88\x82" M0 "\x03\xed"), WS_AVISO_FECHAR, 1002},
    {"close 1006", B("\x88\x82" M0 "\x03\xee"), WS_AVISO_FECHAR, 1002},
    {"close 1015", B("\x88\x82" M0 "\x03\xf7"), WS_AVISO_FECHAR, 1002},
    {"close 2999", B("\x88\x82" M0 "\x0b\xb7"), WS_AVISO_FECHAR, 1002},
    {"close 5000", B("\x88\x82" M0 "\x13\x88"), WS_AVISO_FECHAR, 1002},
    {"close with a bad reason", B("\x88\x83" M0 "\x03\xe8\xff"), WS_AVISO_FECHAR, 1007},
#undef B
};
/* clang-format on */

/* What is read first of bytes when they come in pieces of passo. */
static WsAviso
ler(WsLeitor *l, const char *bytes, size_t n, size_t passo)
{
    WsAviso aviso = WS_AVISO_MAIS;
    size_t usados;

    for (size_t i = 0; i < n && aviso == WS_AVISO_MAIS; i += usados)
        aviso = ws_quadro_ler(l, (const uint8_t *) bytes + i,
                              n - i < passo ? n - i : passo, &usados);
    return aviso;
}

/* Two fragments, a ping between them, then a whole message: all in one piece. */
static void
sequencia(void)
{
    static const char bytes[] = "\x01\x82\1\2\3\4" "\x69\x6b" /* hi, masked */
                                "\x89\x81" M0 "p"
                                "\x80\x81" M0 "!"
                                "\x81\x83" M0 "dois";
    static const WsAviso esperados[] = {WS_AVISO_QUADRO, WS_AVISO_PING,
                                        WS_AVISO_MENSAGEM, WS_AVISO_MENSAGEM};
    const uint8_t *p = (const uint8_t *) bytes;
    size_t n = sizeof bytes - 2, usados; /* without the "s" */
    WsLeitor l = {0};

    for (int i = 0; i < 4; i++, p += usados, n -= usados)
    {
        WsAviso a = ws_quadro_ler(&l, p, n, &usados);

        CONFERE(a == esperados[i], "sequence, frame %d", i);
        if (i == 1)
            CONFERE(l.controle_n == 1 && l.controle[0] == 'p', "ping payload");
        if (i == 2)
            CONFERE(l.mensagem_n == 3 && memcmp(l.mensagem, "hi!", 3) == 0,
                    "fragments joined and unmasked");
        if (i == 3)
            CONFERE(l.mensagem_n == 3 && memcmp(l.mensagem, "doi", 3) == 0,
                    "the next message begins anew");
    }
    CONFERE(n == 0, "all bytes used");
}

/* The limit holds for the fragments together; a new text must not interrupt. */
static void
fragmentos(void)
{
    char metade[8 + 200] = "\x01\xfe\x00\xc8" M0;
    WsLeitor l = {0};

    memset(metade + 8, 'x', 200);
    CONFERE(ler(&l, metade, sizeof metade, sizeof metade) == WS_AVISO_QUADRO,
            "200 bytes as a fragment");
    CONFERE(ler(&l, "\x80\xb9", 2, 2) == WS_AVISO_FECHAR && l.codigo == 1009,
            "57 more are too many");

    memset(&l, 0, sizeof l);
    (void) ler(&l, "\x01\x81" M0 "h", 7, 7);
    CONFERE(ler(&l, "\x81", 1, 1) == WS_AVISO_FECHAR && l.codigo == 1002,
            "a new text inside a fragmented one");

    memset(&l, 0, sizeof l);
    (void) ler(&l, "\x01\x81" M0 "\xc3", 7, 7);
    CONFERE(ler(&l, "\x80\x81" M0 "\xa9", 7, 7) == WS_AVISO_MENSAGEM,
            "a character may be cut between fragments");
}

int
main(void)
{
    for (size_t i = 0; i < sizeof casos / sizeof *casos; i++)
        for (size_t passo = 1; passo <= 64; passo += 63)
        {
            WsLeitor l = {0};
            WsAviso a = ler(&l, casos[i].bytes, casos[i].n, passo);

            CONFERE(a == casos[i].aviso &&
                        (a != WS_AVISO_FECHAR || l.codigo == casos[i].codigo),
                    "%s, %zu at a time: %d %d", casos[i].nome, passo, a,
                    l.codigo);
        }
    sequencia();
    fragmentos();
    return tap_fim();
}
