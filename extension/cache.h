/*
 * cache.h: what the rest of the extension sees of the cache.
 *
 * Writers: the triggers of 36_cache_gatilhos.sql collect the tags of every row
 * version written (cache_coleta.c, by the table below), the transaction marks
 * them in Redis before it becomes visible, and nobody counts on them until then
 * (cache_marca.c).
 * Readers: crm.atender() takes a lease (cache_arrendar) before it looks at
 * anything; what it then reads may be kept under the stamps of the lease.
 * README.md has the protocol.
 */
#ifndef CRM_CACHE_H
#define CRM_CACHE_H

#include "crm.h"

#include "executor/tuptable.h"
#include "utils/relcache.h"

#include "etiqueta.h"

/* ---- cache_tabelas.c: which tables, and by which tags their rows are found ---- */

/* How a column's value becomes a tag. */
typedef enum CacheForma
{
    CACHE_INTEIRO, /* smallint, integer, bigint: the same number, the same tag */
    CACHE_TEXTO,   /* text, varchar, char (without its padding): its bytes */
    CACHE_NORMAL,  /* text: normalizar() of the whole */
    CACHE_GRAMAS,  /* text: each run of 3 and of 5 letters of normalizar() */
    CACHE_BRUTO,   /* other types: the bytes of the stored value (date, cpf, uuid) */
    CACHE_PROPRIA  /* as marcar() says */
} CacheForma;

typedef struct CacheColuna
{
    const char *nome;
    int especie; /* 1 to 255, distinct within the table */
    CacheForma forma;
    /* CACHE_PROPRIA: calls cache_marcar_etiqueta() as often as it likes; NULL
     * values do not come here. */
    void (*marcar)(int tabela, int especie, Datum valor);
} CacheColuna;

typedef struct CacheTabela
{
    int numero;       /* 1 to ETIQUETA_TABELAS_MAX, never another table's again */
    const char *nome; /* in schema crm */
    const CacheColuna *colunas;      /* ended by nome NULL; NULL: none */
    const char *const *neutras;      /* ended by NULL; NULL: none. No answer depends
                                      * on these: an UPDATE that changes nothing else
                                      * marks nothing. */
    /*
     * Is asked first, before neutras, of every row version written (velha, nova:
     * NULL as in a trigger), also when whole tables are marked already; not of
     * statements with more rows than are looked at, of which MASSA tells. May mark
     * further tags, of other tables too. False: this row marks nothing, QUALQUER
     * neither. NULL: no such rule.
     */
    bool (*linha)(Relation relacao, TupleTableSlot *velha, TupleTableSlot *nova);
} CacheTabela;

extern const CacheTabela cache_tabelas[]; /* ended by numero 0 */
/* By its name in schema crm; NULL: no answer depends on it. */
extern const CacheTabela *cache_tabela(const char *nome);

/* ---- cache_coleta.c: what the transaction has changed so far ---- */

/*
 * For code that knows more than the triggers: a tag, and everything of a table.
 * QUALQUER of the table is marked with either. Nothing happens where no cache is.
 */
extern void cache_marcar_etiqueta(int tabela, int especie, const void *valor,
                                  size_t n);
extern void cache_marcar_massa(int tabela);

/*
 * cache_projecao.c: cache_marca.c calls it first thing in PRE_COMMIT, with or
 * without anything collected: rows of one table tell on answers about others.
 * Reads, may lock rows, may raise errors, and calls cache_marcar_*().
 */
extern void cache_projetar(void);

/* ---- cache_marca.c: the lease of a reader ---- */

enum
{
    CACHE_GRUPO_MAX = 12,
    CACHE_CARIMBO_PENDENTE = -1
};

/*
 * Of one table: slot[0] is its MASSA, which must stay clean; of the others at
 * least one. n counts slot[0] too.
 */
typedef struct CacheGrupo
{
    int n;
    uint32 slot[CACHE_GRUPO_MAX];
    int64 carimbo[CACHE_GRUPO_MAX]; /* out; CACHE_CARIMBO_PENDENTE: unusable */
} CacheGrupo;

/* Is it worth asking for a lease? False costs nothing and is never wrong. */
extern bool cache_aberta(void);

/*
 * Reads the stamps of all groups and then the fence, over this backend's own
 * connection to Redis, within crm.cache_espera_ms. True: what a snapshot taken
 * from now on shows may be kept under *epoca and the stamps. False: it may not.
 * Raises nothing.
 */
extern bool cache_arrendar(CacheGrupo *grupos, int n, uint64 *epoca);

#endif
