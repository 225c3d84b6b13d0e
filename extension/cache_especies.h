/*
 * cache_especies.h: numbers of the tables an answer can depend on, and kinds of
 * tags. Both are part of the slots in Redis: never given to something else.
 */
#ifndef CRM_CACHE_ESPECIES_H
#define CRM_CACHE_ESPECIES_H

#include "cache.h"

typedef enum CacheNumero
{
    T_CONFIGURACOES = 1,
    T_PAPEIS,
    T_PERMISSOES,
    T_USUARIOS,
    T_VENDEDORES,
    T_CLIENTES, /* a client as lists show it: record, search row, open assignment */
    T_PRODUTOS,
    T_PEDIDOS,
    T_ATRIBUICOES,
    T_AUDITORIA,
    T_SESSOES,
    T_CONTAGENS,
    T_BUSCA,
    T_PALAVRAS,
    T_JORNADAS,
    T_AUSENCIAS,
    T_PREVISOES,
    T_EXPORTACOES,
    /* Not tables: what changed of them, with a slot that no other tag shares. */
    T_NOMES_VENDEDORES = 29,
    T_NOMES_USUARIOS,
    T_BLOCOS /* of the audit: many records of clients at once, named inside */
} CacheNumero;

/* clientes; from E_UF on of crm.clientes_busca */
enum
{
    E_CLIENTE = 1, /* also of its orders, assignments and audit */
    E_CPF,       /* whole */
    E_CPF_INICIO, /* its first three digits */
    E_STATUS,
    E_UF,
    E_CIDADE,    /* its first 2, 4, 8, 16 bytes */
    E_INICIO,    /* the first 3, 5 letters of a word of the name */
    E_TRECHO,    /* 3 letters further in */
    E_SOM,       /* sound of a word */
    E_CELULAR,   /* its first 4, 8 digits */
    E_CELULAR_FIM, /* its last */
    E_EMAIL,     /* its first 4, 8, 16 bytes */
    E_DIAS,      /* of crm.clientes: 32 days that the last purchase is one of */
    E_SEM_COMPRA,
    E_FAIXA,     /* 64 numbers that the client's is one of */
    E_PAR        /* two slots: classes of words (cache_palavra.h), or E_CIDADE with
                  * E_DIAS or E_SEM_COMPRA */
};

enum
{
    DIAS_JUNTOS = 32,
    FAIXA_IDS = 64
};

/* A CPF divided by this is its first three digits. */
#define CACHE_CPF_RESTO INT64CONST(100000000)

/* cliente_vendedor */
enum
{
    /* What a seller sees: assignments of the seller, and clients of those that
     * are open or recovered (cache_projecao.c). */
    E_DO_VENDEDOR = 2
};

/* vendedores, usuarios, sessoes */
enum
{
    E_ID = 1
};

/* contagens: escopo and vendedor_id */
enum
{
    E_CHAVE = 1,
    E_QUANTOS = 2, /* the number changed, not the sum in R$ alone */
    E_ESCOPO = 3   /* of cache_escopos_dos_relatorios: whatever the vendedor_id */
};

/* Something of this client. */
extern void cache_marcar_do_cliente(int64 id);
/* The tags of a record of a client: number, CPF, status, last purchase. */
extern void cache_marcar_cliente(int64 id, int64 cpf, text *status, bool comprou,
                                 DateADT data);
extern int64 cache_dias(DateADT data); /* value of E_DIAS */
extern bool cache_texto_igual(const text *t, const char *s);

/* The scopes that reports add up over all sellers; ended by NULL. */
extern const char *const cache_escopos_dos_relatorios[];

/* Text of the tags E_CHAVE and E_QUANTOS; its bytes. */
enum
{
    CHAVE_CONTAGEM_MAX = 64
};
extern size_t cache_chave_contagem(char chave[CHAVE_CONTAGEM_MAX],
                                   const char *escopo, size_t n,
                                   int64 vendedor_id);

/* The slots of each of these prefixes that the text has; and the longest of them
 * that a beginning of so many bytes has, 0: none. Ended by 0. */
extern const int cidade_partes[];
extern const int cidade_pares[]; /* of these, in pairs with the last purchase */
extern const int celular_partes[];
extern const int email_partes[];
extern int cache_parte(const int *partes, size_t n);

#endif
