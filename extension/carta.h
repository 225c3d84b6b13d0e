/*
 * carta.h: clients that change hands in a run of the distribution.
 */
#ifndef CRM_CARTA_H
#define CRM_CARTA_H

#include "crm.h"

/* Why an open row ends. */
typedef enum Motivo
{
    MOTIVO_REDISTRIBUICAO,
    MOTIVO_OFFLINE,
    MOTIVO_RESERVA,    /* the holder did not come back in time */
    MOTIVO_SEM_TOQUE,  /* the holder did nothing for too long */
    MOTIVO_FORA_DA_JANELA,
    MOTIVO_TODOS,
    MOTIVO_N
} Motivo;

/* A client that changes hands. */
typedef struct Carta
{
    int64 cliente;
    int64 atribuicao; /* open row to close, 0: nobody holds the client */
    int64 de;         /* its seller, 0: none */
    int64 para;       /* who gets the client, 0: nobody */
    int64 centavos;
    DateADT compra;
    Motivo motivo; /* why the open row ends */
} Carta;

typedef struct Cartas
{
    Carta *c;
    int64 n;
    int64 espaco;
} Cartas;

/* Appends one; the list grows in the context where its first one was added. */
extern void carta_somar(Cartas *cartas, const Carta *nova);
/* Adds the rows (atribuicao, cliente, vendedor, purchase day, cents) just read. */
extern void cartas_ler(Cartas *cartas, Motivo motivo);

/* For qsort and bsearch. */
extern int carta_por_urgencia(const void *a, const void *b);
extern int carta_por_vendedor(const void *a, const void *b);
extern int carta_por_cliente(const void *a, const void *b);

#endif
