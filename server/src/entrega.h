/*
 * entrega.h: a file of the database, in parts, to a client at its own pace.
 */
#ifndef CRM_ENTREGA_H
#define CRM_ENTREGA_H

#include <stdbool.h>
#include <stdint.h>

struct http_request;

typedef struct Entrega Entrega;

/* What crm.atender() says of a file; the texts are copied. */
typedef struct EntregaArquivo
{
    int64_t id;
    int64_t bytes;
    int64_t partes; /* numbered from 1 */
    const char *tipo;
    const char *nome; /* UTF-8 */
} EntregaArquivo;

typedef enum EntregaLugar
{
    ENTREGA_CABE,
    ENTREGA_USUARIO_CHEIO, /* this user has too many under way */
    ENTREGA_CHEIA          /* all places are taken */
} EntregaLugar;

/* May this user be handed another file now? */
extern EntregaLugar entrega_lugar(int64_t usuario_id);

/* NULL: what is said of the file cannot be. */
extern Entrega *entrega_comecar(struct http_request *req, const char *sid,
                                int64_t usuario_id, const EntregaArquivo *a);

/*
 * Sends what can be sent. Kore contract: RETRY while the file is under way, and
 * the request is woken when there is more to do; OK when it was answered; ERROR
 * when the connection has to end in the middle of the file.
 */
extern int entrega_seguir(Entrega *e);

/* With the request, whatever came of it. */
extern void entrega_livre(Entrega *e);

/* Every 500 ms: parts that could not be fetched are asked for again. */
extern void entrega_tique(void);

#endif
