/*
 * cache_condicao.h: groups of slots of a request, and of a condition on clients.
 */
#ifndef CRM_CACHE_CONDICAO_H
#define CRM_CACHE_CONDICAO_H

#include "cache.h"
#include "pesquisa.h"

enum
{
    GRUPOS_MAX = 120
};

typedef struct Grupos
{
    int n;
    bool demais; /* they did not fit: nothing may be kept */
    CacheGrupo g[GRUPOS_MAX];
} Grupos;

/* Each adds a group of the table: any row; no more than MASSA; rows with a tag. */
extern void grupo_qualquer(Grupos *g, int tabela);
extern void grupo_massa(Grupos *g, int tabela);
extern void grupo_etiqueta(Grupos *g, int tabela, int especie, const void *valor,
                           size_t n);
extern void grupo_id(Grupos *g, int tabela, int especie, int64 id);

/*
 * The groups of T_CLIENTES for the clients that answer a filter, now or after a
 * change. *palavras: words of the dictionary were looked up, the answer depends on
 * new ones.
 */
extern void condicao_grupos(Grupos *g, const Filtro *f, bool *palavras);

/* Did a search since then use words of the dictionary that the groups of
 * condicao_grupos() do not name? */
extern void condicao_observar(void);
extern bool condicao_surpresa(void);

#endif
