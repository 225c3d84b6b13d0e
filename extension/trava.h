/*
 * trava.h: the advisory locks of the product.
 */
#ifndef CRM_TRAVA_H
#define CRM_TRAVA_H

#include "crm.h"

#include "storage/lock.h"

/* Also classid in pg_locks; crm.travar() brings classes of its own. */
typedef enum TravaClasse
{
    TRAVA_DISTRIBUICAO = 0x63726D31,  /* runs */
    TRAVA_TAREFAS = 0x63726D32,       /* crm.tarefas() */
    TRAVA_CONTAGENS = 0x63726D33,     /* folding and counting again */
    TRAVA_IMPORTACAO = 0x63726D34,    /* batches of imports */
    TRAVA_IMPORTADOR = 0x63726D35,    /* the worker that does them */
    TRAVA_EXPORTADOR = 0x63726D36,    /* the leader of exports */
    TRAVA_EXPORTACAO = 0x63726D37,    /* an export being made; key: id */
    TRAVA_SELOS = 0x63726D38,         /* sealing the audit */
    TRAVA_ADMINISTRADOR = 0x63726D41, /* taking an administrador away */
    TRAVA_VAGA = 0x63726D42,          /* computations of passwords; key: slot */
    TRAVA_REVELACAO = 0x63726D43      /* reveals; key: who asks */
} TravaClasse;

/* Of the present database. */
extern LOCKTAG trava_nome(uint32 classe, uint32 chave);

/* Until the transaction ends. false: esperar was false and another has it. */
extern bool trava_pegar(uint32 classe, uint32 chave, bool esperar);
/* Before that. */
extern void trava_soltar(uint32 classe, uint32 chave);

#endif
