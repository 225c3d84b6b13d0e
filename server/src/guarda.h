/*
 * guarda.h: the framing guard between the socket and Kore's HTTP parser.
 */
#ifndef CRM_GUARDA_H
#define CRM_GUARDA_H

struct connection;
struct http_request;

/* Connect callback of every listener ("bind IP PORT guarda_conexao"). */
void guarda_conexao(struct connection *c);

/*
 * The head has gone to the application. What comes before the answer is told by
 * epoll, edge-triggered: without that guarda_liberar() spares itself a read that
 * finds nothing.
 */
void guarda_ocupar(struct connection *c);

/*
 * The request was answered: the next one of the connection may be read.
 * Whoever answers calls it: resposta.c and resposta_envio.c.
 */
void guarda_liberar(struct connection *c);

/* A request that Kore does not know was answered: reads on. */
void guarda_seguir(struct connection *c);

/* A part of a long answer has left: the client takes it, if slowly. */
void guarda_progredir(struct connection *c);

/*
 * State of a websocket. Kore frees c->hdlr_extra, and the guard lives there, so
 * the websocket keeps its own state here; it frees it in its disconnect callback.
 */
void guarda_definir_extra(struct connection *c, void *extra);
void *guarda_extra(struct connection *c);

/*
 * The last bytes for this client are queued: they are sent, whatever still comes
 * is thrown away, and after a second at most the connection is closed. Closing
 * at once would reset it and lose them.
 */
void guarda_encerrar(struct connection *c);

/* An upload that aplicacao_corpo() let in has ended, whatever its end. */
void guarda_envio_fim(void);

/* 500 ms tick: limits slow clients, wakes connections held for a full queue. */
void guarda_tique(void);

#endif
