/*
 * crm.h: what the files of the extension share.
 *
 * Each block names the file that implements it.
 */
#ifndef CRM_H
#define CRM_H

#include "postgres.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/uuid.h"

/* ---- erro.c: errors of class CR, SQLSTATE 'CR' + HTTP status ---- */

/*
 * Raises SQLSTATE CR<status> (status 400..599). The reader of the error finds
 * codigo in the constraint-name field and campo in the column-name field.
 * mensagem is a Portuguese sentence for the screen; dica and detalhe may be
 * NULL; detalhe is a JSON object ({"tentar_em": seconds} or {"erros": [...]}).
 */
extern void crm_falha(int status, const char *codigo, const char *campo,
                      const char *mensagem, const char *dica,
                      const char *detalhe) pg_attribute_noreturn();
/* Was it raised by crm_falha, so that its message is for the screen? */
extern bool crm_falha_foi(int sqlerrcode);

/* ---- sistema.c: run SQL as the owner of the tables ---- */

/*
 * Between sistema_entrar and sistema_sair SPI runs as role crm_owner with
 * row-level security of its own tables off. An error in between needs no
 * care: (sub)transaction abort restores the caller.
 */
typedef struct Sistema
{
    Oid usuario;
    int contexto;
} Sistema;
extern void sistema_entrar(Sistema *salvo);
extern void sistema_sair(const Sistema *salvo);
/* Is this statement run by the product itself, inside sistema_entrar? */
extern bool sistema_ativo(void);

/* ---- plano.c: SPI plans prepared once per backend and kept ---- */

/* Prepares *plano on first use (inside SPI_connect) and keeps it. */
extern SPIPlanPtr plano(SPIPlanPtr *guardado, const char *sql, int n,
                        const Oid *tipos);
/*
 * Rows of a SELECT one by one, under the active snapshot; the values live
 * until the next row. Costs less than a table of copies.
 */
typedef void (*LinhaLida)(void *arg, const Datum *valores, const bool *nulos);
extern void plano_linhas(SPIPlanPtr plano, int n, const Oid *tipos,
                         const Datum *args, LinhaLida linha, void *arg);
extern void plano_destino(SPIPlanPtr plano, int n, const Oid *tipos,
                          const Datum *args, DestReceiver *destino);

/*
 * Between NewGUCNestLevel() and AtEOXact_GUC(): memory for the hashes of a
 * statement over many rows, and no JIT, which costs seconds where estimates of
 * transition tables and arrays are far off.
 */
extern void plano_muitas_linhas(void);

/* ---- identidade.c: who acts in this transaction ---- */

typedef struct Identidade
{
    int64 usuario_id;     /* 0: no row in crm.usuarios (DBA, BI, anonymous) */
    char papel[32];       /* administrador … vendedor, bi, carga, "" = none */
    bool web;             /* set by the front, not derived from the role */
    bool tem_sessao;
    pg_uuid_t sessao;     /* valid when tem_sessao */
    char endereco[64];    /* client address as the front saw it, or "" */
    char requisicao[64];  /* request id of the front, or "" */
    char agente[400];     /* user agent as the front saw it, or "" */
} Identidade;

/* Never NULL. Cached for the transaction. */
extern const Identidade *identidade_atual(void);
/* Is the action allowed to the present papel by crm.permissoes? */
extern bool identidade_pode(const char *acao);
/* CR403 acesso_negado unless allowed. */
extern void identidade_exigir(const char *acao);
/* CR403 unless the caller is that vendedor or may do acao_sobre_outros. */
extern void identidade_exigir_vendedor(int64 vendedor_id,
                                       const char *acao_sobre_outros);

/* ---- configuracao.c: crm.configuracoes, cached until the table changes ---- */
extern int config_int(const char *chave);
/* The text lives until the settings change: use it at once or copy it. */
extern const char *config_texto(const char *chave);

/* Bounds of the periods, days since the last purchase (SPEC TEMPO-3). */
typedef struct Janela
{
    int inicio;  /* first day of the eligible window, 30 */
    int meio;    /* last day of '30-45' */
    int fim;     /* last day of the eligible window, 60 */
    int perdido; /* last day of '60-90' */
} Janela;
extern const Janela *config_janela(void);

/* Grows with each read of the table: what was derived before is out of date. */
extern uint64 config_versao(void);

/* ---- tempo.c ---- */
extern void tempo_init(void);
extern DateADT tempo_hoje(void);         /* business date */
extern TimestampTz tempo_agora(void);    /* now() plus crm.relogio_desvio */
extern int tempo_desvio(void);           /* crm.relogio_desvio */
extern DateADT tempo_dia(TimestampTz instante); /* its business date */
extern TimestampTz tempo_inicio(DateADT dia);   /* of a business day */
extern bool tempo_fuso_existe(const char *nome);

/* ---- auditoria.c: append-only record of who did what ---- */

/*
 * Writes one row: tabela NULL when it is about none, registro_id 0 when about
 * many (linhas says how many), antes and depois JSON objects or NULL. The
 * caller keeps passwords, tokens and whole CPFs out of them.
 */
extern void auditoria_registrar(const char *acao, const char *tabela,
                                int64 registro_id, int64 linhas,
                                const char *antes, const char *depois);

/*
 * While true, changes of rows are not recorded one by one: the caller records
 * the whole with auditoria_registrar. Ends with the (sub)transaction that set
 * it, if not before.
 */
extern void auditoria_suspender(bool sim);

/* ---- evento.c: signed NOTIFY on channel crm_eventos, delivered on commit ---- */

/*
 * vendedores: who may see it (n ids), besides administrador and gerente; n < 0:
 * everybody. dados: JSON object of ids and counts only, at most 1 kB.
 */
extern void evento_emitir(const char *tipo, const int64 *vendedores, int n,
                          const char *dados);

/* HMAC-SHA-256 of texto under crm.segredos.nome, 32 bytes, palloc'd. */
extern bytea *segredo_hmac(const char *nome, const char *texto);

/* ---- json_lista.c: rows as a JSON array, see there ---- */
extern void json_lista_executar(StringInfo texto, SPIPlanPtr plano, int n,
                                const Oid *tipos, const Datum *args);
/* As escape_json(), but whole runs of what needs no escape at once. */
extern void json_texto(StringInfo texto, const char *s, int n);

/* ---- senha.c ---- */

/* bcrypt hash of a password; CR503 ocupado when no slot is free in time. */
extern char *senha_cifrar(const char *senha);

#endif
