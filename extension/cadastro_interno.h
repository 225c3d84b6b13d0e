/*
 * cadastro_interno.h: what the files of the client record share.
 *
 *   cadastro.c           SQL faces
 *   cadastro_acesso.c    who may see a client
 *   cadastro_registro.c  what the caller says of a client, field by field
 *   cadastro_gravacao.c  writing it
 */
#ifndef CRM_CADASTRO_INTERNO_H
#define CRM_CADASTRO_INTERNO_H

#include "cadastro.h"

#include "lib/stringinfo.h"
#include "utils/jsonb.h"

#include "campo_cliente.h"

enum
{
    CAMPO_NAO_CONTATAR = CAMPOS_CLIENTE, /* no text: has no rule in there */
    CAMPOS
};

/* What the caller says of a client. */
typedef struct Registro
{
    bool dito[CAMPOS];
    char *valor[CAMPOS]; /* as stored; NULL: empty */
} Registro;

/* What is wrong with it, field by field. */
typedef struct Erros
{
    StringInfoData lista; /* elements of a JSON array */
    bool errado[CAMPOS];
    int n;
    const char *campo; /* of the first */
    const char *mensagem;
} Erros;

/* ---- cadastro_acesso.c ---- */

/* CR404 cliente_inexistente. */
extern void cadastro_inexistente(void) pg_attribute_noreturn();

/* ---- cadastro_registro.c ---- */

/*
 * The fields of an object. CR422 campo_desconhecido; what is wrong with values
 * goes into e.
 */
extern void registro_ler(Registro *r, Erros *e, Jsonb *dito);
/* One field as text; NULL: empty. */
extern void registro_texto(Registro *r, Erros *e, int campo, const char *texto);
/* The field must not be empty. */
extern void registro_exigir(const Registro *r, Erros *e, int campo);
/* CR422 campo_invalido when anything is wrong, with all of it as detail. */
extern void registro_falhar(const Erros *e);
/* Its name, as in crm.clientes. */
extern const char *registro_campo(int campo);

/* ---- cadastro_gravacao.c ---- */

/* clientes.id_cliente of a new client; CR409 cpf_duplicado. */
extern int64 cadastro_incluir(const Registro *r);
/*
 * Writes the fields that are dito; returns the version after it, the same one
 * when nothing changed. tem_versao: CR412 versao_antiga when another was
 * written since versao. CR404, CR409 cpf_duplicado.
 */
extern int32 cadastro_gravar(int64 id, const Registro *r, bool tem_versao,
                             int32 versao);
/* The same for ativo; CR403 as well. */
extern int32 cadastro_ativar(int64 id, bool ativo, bool tem_versao,
                             int32 versao);

#endif
