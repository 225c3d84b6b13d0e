/*
 * cadastro_registro.c: what the caller says of a client, judged field by field.
 */
#include "cadastro_interno.h"

#include "mb/pg_wchar.h"
#include "utils/datetime.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"

enum
{
    CAMPO_MOSTRADO_MAX = 100 /* bytes of an unknown name */
};

static int campo_de(const JsonbValue *nome);
static void registro_ler_campo(Registro *r, Erros *e, int campo,
                               const JsonbValue *v);
static void erro_juntar(Erros *e, int campo, const char *mensagem);
static int hoje_numero(void);

char *
cadastro_nfc(const char *texto)
{
    const char *p = texto;

    while (*p != '\0' && (unsigned char)*p < 0x80)
        p++;
    if (*p == '\0' || GetDatabaseEncoding() != PG_UTF8)
        return pstrdup(texto);
    return TextDatumGetCString(DirectFunctionCall2(unicode_normalize_func,
                                                   CStringGetTextDatum(texto),
                                                   CStringGetTextDatum("NFC")));
}

const char *
registro_campo(int campo)
{
    return campo == CAMPO_NAO_CONTATAR
               ? "nao_contatar"
               : campo_cliente_nome((CampoCliente)campo);
}

void
registro_ler(Registro *r, Erros *e, Jsonb *dito)
{
    JsonbIterator *it;
    JsonbIteratorToken token;
    JsonbValue v;
    int campo = CAMPOS;

    if (!JB_ROOT_IS_OBJECT(dito))
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("campos must be an object")));
    it = JsonbIteratorInit(&dito->root);
    while ((token = JsonbIteratorNext(&it, &v, true)) != WJB_DONE)
    {
        if (token == WJB_KEY)
        {
            campo = campo_de(&v);
            if (campo == CAMPOS)
            {
                char *nome =
                    pnstrdup(v.val.string.val,
                             pg_mbcliplen(v.val.string.val, v.val.string.len,
                                          CAMPO_MOSTRADO_MAX));

                crm_falha(422, "campo_desconhecido", nome,
                          psprintf("O campo \"%s\" não existe aqui.", nome),
                          NULL, NULL);
            }
        }
        else if (token == WJB_VALUE)
            registro_ler_campo(r, e, campo, &v);
    }
}

void
registro_texto(Registro *r, Erros *e, int campo, const char *texto)
{
    CampoValor v;
    const char *motivo;

    r->dito[campo] = true;
    r->valor[campo] = NULL;
    if (texto == NULL)
        return;
    texto = cadastro_nfc(texto);
    motivo = campo_cliente_ler((CampoCliente)campo, texto, strlen(texto),
                               hoje_numero(), &v);
    if (motivo != NULL)
        erro_juntar(e, campo, motivo);
    else if (!v.ausente)
        r->valor[campo] = pnstrdup(v.texto, v.n);
}

void
registro_exigir(const Registro *r, Erros *e, int campo)
{
    if (r->valor[campo] == NULL && !e->errado[campo])
        erro_juntar(
            e, campo,
            psprintf("O campo \"%s\" é obrigatório.", registro_campo(campo)));
}

void
registro_falhar(const Erros *e)
{
    if (e->n > 0)
        crm_falha(422, "campo_invalido", e->campo, e->mensagem, NULL,
                  e->n > 1 ? psprintf("{\"erros\":[%s]}", e->lista.data)
                           : NULL);
}

/* CAMPOS: no such field. */
static int
campo_de(const JsonbValue *nome)
{
    char *s = pnstrdup(nome->val.string.val, nome->val.string.len);
    int i = 0;

    while (i < CAMPOS && strcmp(s, registro_campo(i)) != 0)
        i++;
    pfree(s);
    return i;
}

static void
registro_ler_campo(Registro *r, Erros *e, int campo, const JsonbValue *v)
{
    if (campo == CAMPO_NAO_CONTATAR)
    {
        if (v->type != jbvBool)
        {
            erro_juntar(e, campo,
                        "O campo \"nao_contatar\" deve ser true ou "
                        "false.");
            return;
        }
        r->dito[campo] = true;
        r->valor[campo] = pstrdup(v->val.boolean ? "true" : "false");
    }
    else if (v->type == jbvNull)
        registro_texto(r, e, campo, NULL);
    else if (v->type == jbvString)
        registro_texto(r, e, campo,
                       pnstrdup(v->val.string.val, v->val.string.len));
    else
        erro_juntar(e, campo,
                    psprintf("O campo \"%s\" deve ser um texto.",
                             registro_campo(campo)));
}

static void
erro_juntar(Erros *e, int campo, const char *mensagem)
{
    e->errado[campo] = true;
    if (e->n++ == 0)
    {
        initStringInfo(&e->lista);
        e->campo = registro_campo(campo);
        e->mensagem = mensagem;
    }
    else
        appendStringInfoChar(&e->lista, ',');
    appendStringInfoString(&e->lista, "{\"campo\":");
    escape_json(&e->lista, registro_campo(campo));
    appendStringInfoString(&e->lista, ",\"mensagem\":");
    escape_json(&e->lista, mensagem);
    appendStringInfoChar(&e->lista, '}');
}

static int
hoje_numero(void)
{
    int ano;
    int mes;
    int dia;

    j2date(tempo_hoje() + POSTGRES_EPOCH_JDATE, &ano, &mes, &dia);
    return (ano * 100 + mes) * 100 + dia;
}
