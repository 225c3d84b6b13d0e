/*
 * selo.h: seals over crm.auditoria.
 *
 * A seal covers the rows of transactions that have all ended, so its set can no
 * longer change, and holds for each row an item: id, quando (microseconds since
 * 2000-01-01 UTC) and the SHA-256 of the row's canonical bytes, 8 + 8 + 32 bytes,
 * numbers big-endian, by id. Seals form one chain:
 *
 *   hash = SHA-256("crm selo 1" ‖ anterior ‖ n ‖ segmento ‖ tipo ‖ origem ‖
 *                  de_xid ‖ ate_xid ‖ piso_id ‖ linhas ‖ primeiro_id ‖ ultimo_id ‖
 *                  primeira_em ‖ ultima_em ‖ quando ‖ SHA-256(itens))
 *
 * A transaction of more rows than a seal takes is in several: all but the last end
 * where they begin (ate_xid = de_xid).
 *
 * integers are 8 bytes big-endian (what is NULL in the table is 0), texts a length
 * of 4 bytes and the bytes.
 *
 * autenticacao = HMAC-SHA-256(key, hash); the key is in the file of selo_cabeca.c.
 *
 * Canonical bytes of a row (selo_linha.c): 0x01, then each column in the order of
 * SELO_COLUNAS: 0x00 for NULL, else 0x01 and the value: bigint, timestamptz
 * (microseconds), xid8 8 bytes, integer 4 bytes, texts a length of 4 bytes and the
 * bytes, jsonb as a tree: 'n' null, 't' 'f' booleans, '#' a number and '"' a string
 * (as texts), '[' count of 4 bytes and the elements, '{' count and key (as text) and
 * value in the order in which jsonb keeps its keys. No output function of jsonb has
 * a part in it, so that no version of PostgreSQL changes it.
 */
#ifndef CRM_SELO_H
#define CRM_SELO_H

#include "crm.h"

#include "common/sha2.h"
#include "datatype/timestamp.h"

/* Cast, so that no column whose type the owner changed is read as another one. */
#define SELO_COLUNAS                                                           \
    "a.id::bigint, a.quando::timestamptz, a.xid::xid8, a.usuario_id::bigint,"  \
    " a.papel::text, a.role_banco::name, a.endereco::text,"                    \
    " a.requisicao::text, a.acao::text, a.tabela::text,"                       \
    " a.registro_id::bigint, a.linhas::integer, a.antes::jsonb,"               \
    " a.depois::jsonb"

enum
{
    SELO_HASH = PG_SHA256_DIGEST_LENGTH,
    SELO_HEX = 2 * SELO_HASH + 1,
    SELO_ITEM = 8 + 8 + SELO_HASH,
    SELO_N_COLUNAS = 14
};

/* A row of crm.auditoria_selos without its items. */
typedef struct Selo
{
    int64 n;
    int32 segmento;
    char *origem;
    char *tipo;
    uint64 de_xid;
    uint64 ate_xid; /* exclusive */
    int64 piso_id;
    int64 linhas;
    int64 primeiro_id;
    int64 ultimo_id;
    TimestampTz primeira_em;
    TimestampTz ultima_em;
    TimestampTz quando;
    uint8 itens_hash[SELO_HASH];
    uint8 anterior[SELO_HASH];
    uint8 hash[SELO_HASH];
    uint8 autenticacao[SELO_HASH];
} Selo;

/* Columns of crm.auditoria_selos in the order that selo_de_linha() reads. */
#define SELO_CAMPOS                                                            \
    "s.n::bigint, s.segmento::integer, s.origem::text, s.tipo::text,"          \
    " s.de_xid::xid8, s.ate_xid::xid8, s.piso_id::bigint, s.linhas::bigint,"   \
    " coalesce(s.primeiro_id::bigint, 0), coalesce(s.ultimo_id::bigint, 0),"   \
    " coalesce(s.primeira_em::timestamptz, '2000-01-01 00:00:00+00'),"         \
    " coalesce(s.ultima_em::timestamptz, '2000-01-01 00:00:00+00'),"           \
    " s.quando::timestamptz, s.itens_hash::bytea, s.anterior::bytea,"          \
    " s.hash::bytea, s.autenticacao::bytea"

enum
{
    SELO_N_CAMPOS = 17
};

/* ---- selo.c ---- */
extern void selo_init(void);
/* Task: seals what has become final; rows. 0 as well when another is at it. */
extern int64 selo_selar(void);
/* This database of this cluster, palloc'd. */
extern char *selo_origem(void);
extern void selo_de_linha(Selo *selo, const Datum *valores);
extern void selo_calcular(const Selo *selo, uint8 hash[SELO_HASH]);

/* ---- selo_linha.c ---- */
/* SHA-256 of the canonical bytes of a row of SELO_COLUNAS. */
extern void selo_linha(const Datum *valores, const bool *nulos,
                       uint8 hash[SELO_HASH]);
extern void selo_item(StringInfo itens, const Datum *valores,
                      const bool *nulos);
extern void selo_hmac(const uint8 chave[SELO_HASH], const uint8 hash[SELO_HASH],
                      uint8 mac[SELO_HASH]);
extern void selo_sha256(const void *bytes, size_t n, uint8 hash[SELO_HASH]);
extern void selo_hex(const uint8 hash[SELO_HASH], char hex[SELO_HEX]);
/* Big-endian numbers and texts, as said above. */
extern void selo_por_int64(StringInfo b, int64 v);
extern void selo_por_texto(StringInfo b, const char *s, int n);
extern int64 selo_ler_int64(const uint8 *b);

/* ---- selo_cabeca.c: the newest seal, kept outside the table ---- */

enum
{
    CABECA_DIVERGENTES = 16 /* kept; the first ones */
};

typedef struct CabecaSelo
{
    int64 n; /* 0: none */
    char hash[SELO_HEX];
} CabecaSelo;

typedef struct Cabeca
{
    CabecaSelo selo;
    TimestampTz registrada; /* when it was last in the server log */
    int64 chave_desde; /* first seal that chave made; 0: there is no key */
    uint8 chave[SELO_HASH];
    CabecaSelo divergentes[CABECA_DIVERGENTES]; /* not found in the table */
    int n_divergentes;
} Cabeca;

/*
 * false: there is no seal in it, or no file. What cannot be read is an error, or
 * when defeito is not NULL its message there.
 */
extern bool cabeca_ler(Cabeca *cabeca, char **defeito);
/* A key, unless there is one, for the seals from n on; true: it is new. */
extern bool cabeca_dar_chave(Cabeca *cabeca, int64 n);
/* To be written when the transaction commits. */
extern void cabeca_propor(const Cabeca *cabeca);
extern bool cabeca_proposta(void);
extern void cabeca_init(void);

#endif
