/*
 * ws_quadro.c: reads WebSocket frames strictly.
 *
 * Pure: no Kore here, so that unit tests and the fuzzer run it alone. Kore's own
 * reader knows no fragments, closes without a code and answers pings without
 * limit. A frame is refused at its header: no byte of a payload that is too
 * large or of the wrong kind is waited for.
 */
#include "ws_quadro.h"

#include "utf8.h"

#include <string.h>

enum
{
    OP_CONTINUACAO = 0,
    OP_TEXTO = 1,
    OP_BINARIO = 2,
    OP_FECHO = 8,
    OP_PING = 9,
    OP_PONG = 10,
    OP_DE_CONTROLE = 8, /* this bit */
    BIT_FIM = 0x80,
    BITS_RSV = 0x70,
    BITS_OP = 0x0f,
    BIT_MASCARA = 0x80,
    MASCARA_N = 4
};

static WsAviso cabeca_conferir(WsLeitor *l);
static size_t cabeca_tamanho(const WsLeitor *l);
static uint64_t comprimento(const WsLeitor *l);
static void corpo_guardar(WsLeitor *l, const uint8_t *buf, size_t n);
static WsAviso quadro_completo(WsLeitor *l);
static WsAviso fecho_completo(WsLeitor *l);
static WsAviso fechar(WsLeitor *l, uint16_t codigo);

WsAviso
ws_quadro_ler(WsLeitor *l, const uint8_t *buf, size_t n, size_t *usados)
{
    size_t i = 0;

    *usados = 0;
    while (l->cabeca_n < cabeca_tamanho(l))
    {
        if (i == n)
        {
            *usados = i;
            return WS_AVISO_MAIS;
        }
        l->cabeca[l->cabeca_n++] = buf[i++];
        if (cabeca_conferir(l) == WS_AVISO_FECHAR)
        {
            *usados = i;
            return WS_AVISO_FECHAR;
        }
    }

    if (n - i > l->corpo - l->lidos)
        n = i + (l->corpo - l->lidos);
    corpo_guardar(l, buf + i, n - i);
    *usados = n;
    return l->lidos == l->corpo ? quadro_completo(l) : WS_AVISO_MAIS;
}

/* 2 bytes, the longer length, the mask: as far as is known yet. */
static size_t
cabeca_tamanho(const WsLeitor *l)
{
    size_t extra = 0;

    if (l->cabeca_n < 2)
        return 2;
    if ((l->cabeca[1] & ~BIT_MASCARA) == 126)
        extra = 2;
    else if ((l->cabeca[1] & ~BIT_MASCARA) == 127)
        extra = 8;
    return 2 + extra + MASCARA_N;
}

/* Called for each byte of the header. */
static WsAviso
cabeca_conferir(WsLeitor *l)
{
    uint8_t op = l->cabeca[0] & BITS_OP;
    bool fim = (l->cabeca[0] & BIT_FIM) != 0;
    uint64_t n;

    if (l->cabeca_n == 1)
    {
        if ((l->cabeca[0] & BITS_RSV) != 0 ||
            (op > OP_BINARIO && op < OP_FECHO) || op > OP_PONG)
            return fechar(l, WS_FECHO_PROTOCOLO);
        if ((op & OP_DE_CONTROLE) ? !fim
                                  : (op == OP_CONTINUACAO) != l->aberta)
            return fechar(l, WS_FECHO_PROTOCOLO);
        if (op == OP_BINARIO)
            return fechar(l, WS_FECHO_TIPO);
        if (op == OP_TEXTO)
            l->mensagem_n = 0;
    }
    if (l->cabeca_n == 2 &&
        (!(l->cabeca[1] & BIT_MASCARA) ||
         ((op & OP_DE_CONTROLE) &&
          (l->cabeca[1] & ~BIT_MASCARA) > WS_CONTROLE_MAX)))
        return fechar(l, WS_FECHO_PROTOCOLO);
    /* The length is complete before the mask is. */
    if (l->cabeca_n < 2 || l->cabeca_n + MASCARA_N != cabeca_tamanho(l))
        return WS_AVISO_MAIS;

    n = comprimento(l);
    if ((l->cabeca_n == 4 && n < 126) ||
        (l->cabeca_n == 10 && (n <= UINT16_MAX || n > INT64_MAX)))
        return fechar(l, WS_FECHO_PROTOCOLO);
    if (!(op & OP_DE_CONTROLE) && n > WS_MENSAGEM_MAX - l->mensagem_n)
        return fechar(l, WS_FECHO_GRANDE);
    l->corpo = (size_t) n;
    l->lidos = 0;
    if (op & OP_DE_CONTROLE)
        l->controle_n = 0;
    return WS_AVISO_MAIS;
}

static uint64_t
comprimento(const WsLeitor *l)
{
    uint64_t n = 0;

    if (l->cabeca_n == 2)
        return l->cabeca[1] & ~BIT_MASCARA;
    for (size_t i = 2; i < l->cabeca_n; i++)
        n = n << 8 | l->cabeca[i];
    return n;
}

/* Unmasked. That it fits was seen in the header. */
static void
corpo_guardar(WsLeitor *l, const uint8_t *buf, size_t n)
{
    const uint8_t *mascara = l->cabeca + l->cabeca_n - MASCARA_N;
    bool controle = (l->cabeca[0] & OP_DE_CONTROLE) != 0;
    uint8_t *para = controle ? l->controle + l->controle_n
                             : l->mensagem + l->mensagem_n;

    for (size_t i = 0; i < n; i++)
        para[i] = buf[i] ^ mascara[(l->lidos + i) % MASCARA_N];
    l->lidos += n;
    *(controle ? &l->controle_n : &l->mensagem_n) += n;
}

static WsAviso
quadro_completo(WsLeitor *l)
{
    uint8_t op = l->cabeca[0] & BITS_OP;

    l->cabeca_n = 0;
    if (op == OP_FECHO)
        return fecho_completo(l);
    if (op == OP_PING)
        return WS_AVISO_PING;
    if (op == OP_PONG)
        return WS_AVISO_QUADRO;
    l->aberta = !(l->cabeca[0] & BIT_FIM);
    if (l->aberta)
        return WS_AVISO_QUADRO;
    return utf8_valido(l->mensagem, l->mensagem_n) ? WS_AVISO_MENSAGEM
                                                   : fechar(l, WS_FECHO_UTF8);
}

/* The codes that may be on the wire: RFC 6455 §7.4.1 and the IANA registry. */
static WsAviso
fecho_completo(WsLeitor *l)
{
    unsigned codigo;

    if (l->controle_n == 0)
        return fechar(l, WS_FECHO_NORMAL);
    if (l->controle_n == 1)
        return fechar(l, WS_FECHO_PROTOCOLO);
    codigo = (unsigned) l->controle[0] << 8 | l->controle[1];
    if (!((codigo >= 1000 && codigo <= 1003) ||
          (codigo >= 1007 && codigo <= 1014) ||
          (codigo >= 3000 && codigo <= 4999)))
        return fechar(l, WS_FECHO_PROTOCOLO);
    if (!utf8_valido(l->controle + 2, l->controle_n - 2))
        return fechar(l, WS_FECHO_UTF8);
    return fechar(l, (uint16_t) codigo);
}

static WsAviso
fechar(WsLeitor *l, uint16_t codigo)
{
    l->codigo = codigo;
    return WS_AVISO_FECHAR;
}
