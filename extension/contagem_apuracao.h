/*
 * contagem_apuracao.h: what a statement changes, added up per key.
 *
 * contagem_linha.c says what a row counts for, contagem_apuracao.c adds up and
 * writes, contagem_dobra.c folds what was written.
 */
#ifndef CRM_CONTAGEM_APURACAO_H
#define CRM_CONTAGEM_APURACAO_H

#include "contagem.h"

#include "utils/hsearch.h"

/* crm.contagens.escopo */
typedef enum Escopo
{
    ESCOPO_BASE,
    ESCOPO_CLIENTE,
    ESCOPO_CARTEIRA,
    ESCOPO_VENDEDOR,
    ESCOPO_RECUPERADO,
    ESCOPO_ABERTA,
    ESCOPO_CONTATO,
    ESCOPO_FUNIL
} Escopo;

/* crm.contagens.estado */
typedef enum Estado
{
    ESTADO_ATIVO,
    ESTADO_INATIVO,
    ESTADO_NAO_CONTATAR,
    ESTADO_PENDENTE,
    ESTADO_FIXADO,
    ESTADO_CONTATADO,
    ESTADO_RECEBIDO,
    ESTADO_CONTATOS,
    ESTADO_RECUPERADO,
    ESTADO_ABERTA,
    ESTADO_SEM_RESPOSTA,
    ESTADO_RECUSOU,
    ESTADO_INTERESSADO,
    ESTADO_NUMERO_ERRADO,
    ESTADO_RESPONDEU,
    ESTADO_SEM_CONTATO
} Estado;

/* What one statement, or one run of the distribution, changed. */
struct Apuracao
{
    HTAB *diferencas;
    MemoryContext trabalho; /* all of it */
    MemoryContext rascunho; /* numerics of the rows read; may be reset */
};

/* The word for it in crm.contagens. */
extern const char *apuracao_estado(Estado estado);

/*
 * Adds to a key. vendedor_id 0 and dia DATEVAL_NOBEGIN: none.
 *
 * Errors: 22003 when the sum leaves 64 bits of cents.
 */
extern void apuracao_somar(Apuracao *a, Escopo escopo, int64 vendedor_id,
                           DateADT dia, Estado estado, int64 qtd,
                           int64 centavos);

/* ---- contagem_dobra.c ---- */

/* After so many differences written: folds, if the lot falls on the caller. */
extern void contagem_sortear(int gravadas);

#endif
