/*
 * limite.h: how often may this user, or this address, ask?
 */
#ifndef CRM_LIMITE_H
#define CRM_LIMITE_H

#include <stdbool.h>
#include <stdint.h>

struct http_request;

typedef enum LimiteClasse
{
    LIMITE_USUARIO, /* configuration limite_requisicoes */
    LIMITE_SOCKET,  /* handshakes of one user, same limit, own budget */
    LIMITE_ANONIMO, /* limite_anonimo, per address */
    LIMITE_LOGIN,   /* limite_login, per address */
    LIMITE_PESQUISA, /* limite_pesquisa, searches of one user, as they type */
    LIMITE_CLASSES
} LimiteClasse;

typedef struct LimiteDecisao
{
    LimiteClasse classe;
    bool permitido;
    int64_t limite; /* requests per minute */
    int64_t restam;
    int64_t espera_s; /* refused: until one is allowed; else: window's rest */
} LimiteDecisao;

typedef void (*LimiteRetorno)(void *arg, const LimiteDecisao *d);

/* One question under way; lives in the asker's own state. */
typedef struct LimiteConsulta
{
    LimiteClasse classe;
    char chave[80];
    int64_t limite;
    LimiteRetorno fn;
    void *arg;
    struct LimiteGrupo *grupo; /* those of one subject, asked together */
    struct LimiteConsulta *antes;
    struct LimiteConsulta *depois;
} LimiteConsulta;

/* Before the fork; false: no shared memory. */
extern bool limite_preparar(void);
extern void limite_iniciar(void);
extern void limite_tique(void);
extern void limite_atualizar(void);
extern bool limite_consultar(LimiteConsulta *c, LimiteClasse classe,
                             int64_t usuario_id, const char *endereco,
                             LimiteRetorno fn, void *arg,
                             LimiteDecisao *decisao);
extern void limite_abandonar(LimiteConsulta *c);
extern void limite_cabecalhos(struct http_request *req,
                              const LimiteDecisao *d);
extern void limite_recusar(struct http_request *req, const LimiteDecisao *d);

#endif
