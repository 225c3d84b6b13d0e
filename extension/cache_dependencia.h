/*
 * cache_dependencia.h: what an answer depends on, and until when it holds.
 */
#ifndef CRM_CACHE_DEPENDENCIA_H
#define CRM_CACHE_DEPENDENCIA_H

#include "crm.h"
#include "utils/jsonb.h"

typedef struct Arrendamento Arrendamento;

/*
 * For crm.atender(), before anything is looked at: the session's answer to
 * funcao (its oid api, args as they came) may be kept. quem is who has the
 * session, identity of the transaction already. NULL: nothing may be kept. What
 * is read must come from a snapshot taken after this returned.
 */
extern Arrendamento *arrendar(const char *funcao, Oid api, Jsonb *args,
                              bool trocar_senha);

/*
 * After the answer: ',"cache":{…}' without the comma, or NULL. boa: it is the
 * answer of the function and no refusal. limite: end of the session.
 */
extern char *arrendamento_json(Arrendamento *a, bool boa, bool trocar_senha,
                               TimestampTz limite);

#endif
