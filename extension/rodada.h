/*
 * rodada.h: one run of the distribution, as its files share it.
 *
 * redistribuicao.c begins and ends it, rodada_leitura.c takes up the rows
 * concerned, rodada_plano.c says who gets what, rodada_escrita.c writes it.
 */
#ifndef CRM_RODADA_H
#define CRM_RODADA_H

#include "crm.h"

#include "portability/instr_time.h"

#include "carta.h"
#include "contagem.h"
#include "redistribuicao.h"
#include "rodizio.h"

typedef struct Rodada
{
    DistribuirModo modo;
    bool so_ler; /* a simulation: the caller's snapshot, nothing locked */
    TimestampTz agora;
    DateADT hoje;
    DateADT de;  /* first purchase day of the window */
    DateADT ate; /* last */
    RodizioVendedor *vendedores;
    int n;
    bool *recebe; /* of vendedores: is there; else only keeps */
    int64 *fora;  /* sellers whose clients must leave them, by id ... */
    int64 *fora_moveis; /* ... and how many these are */
    int n_fora;
    int64 *vencidos; /* of fora: their reservation is over */
    int n_vencidos;
    int64 *reservar; /* sellers whose clients wait for them, by id ... */
    TimestampTz *reserva_ate; /* ... until then */
    int n_reservar;
    int64 *voltaram; /* sellers who are there again: no reservation any more */
    int n_voltaram;
    int64 forcados;
    Cartas vencidas; /* left the window */
    Cartas livres;   /* held by nobody, or freed by DISTRIBUIR_TUDO */
    Cartas excesso;  /* taken from sellers */
    RodizioPlano plano;
    int64 lote;
    Apuracao *contagem; /* NULL: the triggers count, see above */
    int64 novas; /* what was done, after others came in between */
    int64 movimentos;
    int64 trocaram; /* as movimentos, also those freed in between */
    int64 liberados;
} Rodada;

/* redistribuicao.c: as of now; reads and plans, which changes nothing. */
extern Rodada rodada_nova(DistribuirModo modo);
extern void rodada_preparar(Rodada *r);

/* rodada_leitura.c: what there is to move, who takes part, who is free. */
extern void rodada_ler(Rodada *r);
extern void rodada_ler_vendedores(Rodada *r);
/* What sellers have above their target, and all that must leave. */
extern void rodada_ler_excesso(Rodada *r);

/* rodada_plano.c: how many each should hold, then who gets which card. */
extern void rodada_planejar(Rodada *r);
extern void rodada_repartir(Rodada *r);

/*
 * rodada_escrita.c. First the reservations, rows of vendedores, which have to
 * come before those of clients. Then locks the clients concerned, before anything is written, and
 * drops the free ones that somebody took; then does it, with its rows in lotes
 * and auditoria and its event.
 */
extern void rodada_reservar(const Rodada *r);
extern void rodada_travar(Rodada *r);
extern void rodada_gravar(Rodada *r, const char *origem,
                          const instr_time *inicio);

#endif
