/*
 * ws.h: the live connections of this worker.
 */
#ifndef CRM_WS_H
#define CRM_WS_H

#include <stddef.h>
#include <stdint.h>

/* In the parent: the name of /ws in log and metrics. */
extern void ws_preparar(void);
extern void ws_tique(void);
extern void ws_drenar(void);

/* Every session with an open socket, once per socket. */
extern void ws_cada_sessao(void (*fn)(void *arg, const char *sid), void *arg);
/* Tells the sockets of a session that it ended, and closes them. */
extern void ws_encerrar_sessao(const char *sid);

typedef enum WsAlcance
{
    WS_TODOS,
    WS_PARA,    /* the users of para, every administrador and gerente */
    WS_CONTINUA, /* more users of para; the others have had the event */
    WS_SO_PARA   /* the users of para and nobody else */
} WsAlcance;

/*
 * Sends {"seq": n, "tipo": tipo, "dados": dados} to whoever may see it. tipo and
 * dados (a JSON object) come from the database.
 */
extern void ws_entregar(const char *tipo, const char *dados, WsAlcance alcance,
                        const int64_t *para, size_t n);

#endif
