/*
 * ws_quadro.h: what a WebSocket client sends, frame by frame. Pure.
 */
#ifndef CRM_WS_QUADRO_H
#define CRM_WS_QUADRO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum
{
    WS_MENSAGEM_MAX = 256, /* bytes of a message, its fragments together */
    WS_CONTROLE_MAX = 125, /* RFC 6455 §5.5 */
    WS_CABECA_MAX = 14,
    WS_FECHO_NORMAL = 1000,
    WS_FECHO_SAINDO = 1001,
    WS_FECHO_PROTOCOLO = 1002,
    WS_FECHO_TIPO = 1003,
    WS_FECHO_UTF8 = 1007,
    WS_FECHO_POLITICA = 1008,
    WS_FECHO_GRANDE = 1009,
    WS_FECHO_CHEIO = 1013
};

typedef enum WsAviso
{
    WS_AVISO_MAIS,     /* all bytes are used, nothing is complete */
    WS_AVISO_QUADRO,   /* a fragment or a pong: nothing to do */
    WS_AVISO_MENSAGEM, /* a text: mensagem, mensagem_n */
    WS_AVISO_PING,     /* to be sent back: controle, controle_n */
    WS_AVISO_FECHAR    /* codigo to close with; nothing may be read after it */
} WsAviso;

/* All zero at the beginning. */
typedef struct WsLeitor
{
    uint8_t cabeca[WS_CABECA_MAX];
    size_t cabeca_n;
    size_t corpo; /* bytes of this frame's payload */
    size_t lidos; /* of these, read */
    uint8_t mensagem[WS_MENSAGEM_MAX];
    size_t mensagem_n;
    bool aberta; /* a message waits for its next fragment */
    uint8_t controle[WS_CONTROLE_MAX];
    size_t controle_n;
    uint16_t codigo;
} WsLeitor;

/*
 * Takes bytes up to the end of one frame. *usados: how many of the n.
 *
 * Errors: WS_AVISO_FECHAR with 1002 (frame against RFC 6455), 1003 (binary),
 *         1007 (text or reason is not UTF-8), 1009 (more than WS_MENSAGEM_MAX);
 *         the peer's own close comes back with its code, 1000 without one.
 * Source: RFC 6455 §5, §7.4, §8.1; security checklist I-14.
 */
WsAviso ws_quadro_ler(WsLeitor *l, const uint8_t *buf, size_t n,
                      size_t *usados);

#endif
