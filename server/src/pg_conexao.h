/*
 * pg_conexao.h: connecting to PostgreSQL on Kore's loop, for pg.c and
 * pg_escuta.c.
 */
#ifndef CRM_PG_CONEXAO_H
#define CRM_PG_CONEXAO_H

#include <stdbool.h>
#include <stdint.h>

#include <libpq-fe.h>

#include <kore/kore.h>

typedef enum LigacaoEstado
{
    LIGACAO_DESLIGADA,
    LIGACAO_CONECTANDO,
    LIGACAO_FEITA
} LigacaoEstado;

typedef struct Ligacao
{
    struct kore_event evt; /* first: Kore finds the struct by it */
    PGconn *pg;
    LigacaoEstado estado;
    uint64_t desde;     /* ms; since when the state lasts */
    uint64_t tentar_em; /* ms; LIGACAO_DESLIGADA: not before */
    int recuo_ms;
    int eventos;   /* asked of epoll */
    bool quebrada; /* found broken where it could not be ended */
    /* Called on events once LIGACAO_FEITA; fim: the peer closed. */
    void (*ao_evento)(struct Ligacao *l, bool fim);
    void (*ao_ligar)(struct Ligacao *l);
    void (*ao_cair)(struct Ligacao *l);
} Ligacao;

/*
 * Begins to connect; nome is the application_name, the limits those of a
 * statement and of the wait for a lock (0 = none of its own); a statement ends
 * abandono_ms after its client died (0 = it runs to its end).
 */
void ligacao_iniciar(Ligacao *l, const char *nome, int timeout_ms,
                     int trava_ms, int abandono_ms);

/* Ends the connection, tells ao_cair, sets the time of the next attempt. */
void ligacao_cair(Ligacao *l);

/* Closes it without a word; the caller begins another one. */
void ligacao_desfazer(Ligacao *l);

/* Sends what libpq has queued and asks for the events needed. */
bool ligacao_descarregar(Ligacao *l);

/* It works: the next back-off starts small. */
void ligacao_boa(Ligacao *l);

/* For the tick: true when a new attempt is due. Ends attempts that take long. */
bool ligacao_tique(Ligacao *l, uint64_t agora);

#endif
