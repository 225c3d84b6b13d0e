/*
 * regra.h: the rules of arguments, compiled from their JSON Schema.
 *
 * What a rule may say is the part of JSON Schema that requests need: type (one,
 * or one and "null"), minimum, maximum, minLength, maxLength, minItems,
 * maxItems, enum of texts, pattern, format date | uuid | cpf | int32, default,
 * items, properties, required, additionalProperties. Any other word but plain
 * annotations is a mistake of the schema and an error when it is compiled.
 */
#ifndef CRM_REGRA_H
#define CRM_REGRA_H

#include "crm.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

typedef enum RegraTipo
{
    REGRA_QUALQUER, /* no type said */
    REGRA_INTEIRO,
    REGRA_NUMERO,
    REGRA_TEXTO,
    REGRA_BOOLEANO,
    REGRA_LISTA,
    REGRA_OBJETO
} RegraTipo;

typedef enum RegraFormato
{
    REGRA_LIVRE,
    REGRA_DATA, /* YYYY-MM-DD of the years 1900 to 2200 */
    REGRA_UUID,
    REGRA_CPF   /* 11 digits with or without mask, check digits right */
} RegraFormato;

struct RegraCampo;

typedef struct Regra
{
    RegraTipo tipo;
    bool aceita_nulo;    /* null is a value, not absence */
    RegraFormato formato;
    int64 min;           /* integer: value */
    int64 max;
    Numeric numero_min;  /* number: value, NULL: no bound */
    Numeric numero_max;
    int tamanho_min;     /* text: characters, list: items; -1: no bound */
    int tamanho_max;
    char **opcoes;       /* texts; NULL: all */
    int n_opcoes;
    text *padrao;        /* regular expression of a text, or NULL */
    JsonbValue *ausente; /* what stands for an absent value, or NULL */
    struct Regra *itens; /* of a list; NULL: any */
    struct RegraCampo *campos; /* of an object, in the order of jsonb keys */
    int n_campos;
    bool outros_passam;  /* an object may have further fields ... */
    struct Regra *outros; /* ... of this rule, NULL: any */
} Regra;

typedef struct RegraCampo
{
    char *nome;
    int n; /* bytes */
    bool obrigatorio;
    Regra regra;
} RegraCampo;

/*
 * Compiles properties (an object of schemas, or NULL) and required (an array
 * of names, or NULL) into the rule of a whole request: further fields are not
 * accepted. Everything lives in the current context; the Jsonb must too.
 *
 * Errors: internal (XX000), naming onde, when the schema is not understood.
 */
extern Regra *regra_compilar(const char *onde, JsonbValue *properties,
                             JsonbValue *required);

/* What is wrong with a request. */
typedef struct RegraRecusa
{
    StringInfoData erros; /* JSON array of {"campo", "mensagem"} */
    int n;                /* of them */
    const char *codigo;   /* the kind of the first */
    char *campo;          /* of the first; NULL: the request as a whole */
    char *mensagem;       /* of the first */
} RegraRecusa;

/*
 * Judges args by the rule of a request and converts them: "5" to 5 where an
 * integer is meant, "a,b" to a list, absent values to their defaults; null and
 * "" are absence. The result when all is well; else NULL, and *recusa says what
 * is wrong with each field.
 */
extern Jsonb *regra_aplicar(const Regra *regra, Jsonb *args,
                            RegraRecusa *recusa);

#endif
