/*
 * Any bytes of a WebSocket client: what is reported keeps the promises of
 * ws_quadro.h, and the same bytes one at a time are read alike.
 * -DDEFEITO_PLANTADO plants a defect to be found.
 */
#include "alvo.h"
#include "../../server/src/ws_quadro.h"
#include "../../server/src/utf8.h"

/* Reads one event from at most n bytes given in pieces of passo. */
static WsAviso
ler(WsLeitor *l, const uint8_t *p, size_t n, size_t passo, size_t *usados)
{
    WsAviso aviso = WS_AVISO_MAIS;
    size_t k;

    for (*usados = 0; *usados < n && aviso == WS_AVISO_MAIS; *usados += k)
    {
        size_t m = n - *usados < passo ? n - *usados : passo;

        aviso = ws_quadro_ler(l, p + *usados, m, &k);
        if (k > m || (aviso == WS_AVISO_MAIS && k != m))
            abort();
    }
    return aviso;
}

int
LLVMFuzzerTestOneInput(const uint8_t *dados, size_t n)
{
    WsLeitor inteiro = {0}, aos_poucos = {0};
    size_t i = 0, u, v;

    while (i < n)
    {
        WsAviso a = ler(&inteiro, dados + i, n - i, n, &u);
        WsAviso b = ler(&aos_poucos, dados + i, n - i, 1, &v);

        if (a != b || u != v || inteiro.codigo != aos_poucos.codigo)
            abort();
        if (inteiro.mensagem_n > WS_MENSAGEM_MAX ||
            inteiro.controle_n > WS_CONTROLE_MAX)
            abort();
        if (a == WS_AVISO_MENSAGEM &&
            !utf8_valido(inteiro.mensagem, inteiro.mensagem_n))
            abort();
        if (a == WS_AVISO_FECHAR &&
            (inteiro.codigo < 1000 || inteiro.codigo > 4999))
            abort();
#ifdef DEFEITO_PLANTADO
        if (a == WS_AVISO_PING && inteiro.controle_n > 1)
            abort();
#endif
        if (a == WS_AVISO_FECHAR)
            break;
        i += u;
    }
    return 0;
}
