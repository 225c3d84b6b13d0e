/*
 * expediente.h: working hours, holidays and leave of the sellers.
 */
#ifndef CRM_EXPEDIENTE_H
#define CRM_EXPEDIENTE_H

#include "crm.h"

/*
 * Writes vendedores.expediente of those for whom it may have changed by now
 * (expediente_ate is past); returns for how many it did. Inside SPI_connect and
 * sistema_entrar, behind distribuicao_travar.
 */
extern int64 expediente_atualizar(void);

/*
 * Task: somebody's hours began or ended, a reservation is over. Returns lotes.id
 * of the run that followed, or 0.
 */
extern int64 expediente_cuidar(void);

#endif
