/*
 * cliente.h: what pedido.c needs of cliente.c.
 */
#ifndef CLIENTE_H
#define CLIENTE_H

/*
 * While true, a change of data_ultima_compra or valor_total is not copied into
 * the open assignment. The caller sets it back, also on an error.
 */
extern void cliente_copias_suspender(bool sim);

/*
 * One event per row of SPI_tuptable (vendedor_id, count, one cliente_id), or a
 * single one for all when there are many.
 */
extern void cliente_avisar(const char *tipo);

#endif
