/*
 * json_args.c: body, query string and path become one JSON object.
 *
 * Strict on purpose: what PostgreSQL would read differently from this parser
 * (duplicate keys, lone surrogates, NUL) is refused here.
 */
#include "json_args.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FLAGS_LEITURA (JSON_REJECT_DUPLICATES | JSON_DECODE_ANY)
/* Sorted: the same arguments are the same text, whatever their order was. */
#define FLAGS_ESCRITA (JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(15))

static json_t *falha(ArgsErro *erro, int status, const char *codigo,
                     const char *campo, const char *formato, ...)
    __attribute__((format(printf, 5, 6)));
static json_t *corpo_ilegivel(const char *dados, size_t n,
                              const json_error_t *je, ArgsErro *erro);
static void campo_antes_de(const char *dados, size_t pos, char *campo,
                           size_t tam);
static int hexadecimal(char c);
static json_t *decodificar(const char *ini, size_t n, const char *campo,
                           ArgsErro *erro);

/*
 * Reads a request body. An empty body is {}. NULL: see erro.
 *
 * Errors: 400 json_invalido; 422 corpo_invalido (not an object), json_invalido
 *         (NUL inside a string), numero_invalido (does not fit 64 bits).
 */
json_t *
args_corpo(const char *dados, size_t n, ArgsErro *erro)
{
    json_error_t je;
    json_t *raiz;

    if (n == 0)
        return json_object();
    if ((raiz = json_loadb(dados, n, FLAGS_LEITURA, &je)) == NULL)
        return corpo_ilegivel(dados, n, &je, erro);
    if (!json_is_object(raiz))
    {
        json_decref(raiz);
        return falha(erro, 422, "corpo_invalido", NULL,
                     "O corpo do pedido deve ser um objeto JSON.");
    }
    return raiz;
}

/*
 * Reads a query string; consulta may be NULL. All values are strings.
 *
 * Errors: 400 consulta_invalida (bad percent-encoding, not UTF-8); 422
 *         parametro_repetido, parametro_invalido (NUL, no name),
 *         parametros_demais.
 */
json_t *
args_consulta(const char *consulta, ArgsErro *erro)
{
    json_t *saida = json_object();

    while (consulta != NULL && *consulta != '\0')
    {
        size_t n = strcspn(consulta, "&");
        size_t nome_n = strcspn(consulta, "=&");
        json_t *nome, *valor;

        if (n == 0) /* "&&" and a trailing "&" say nothing */
        {
            consulta++;
            continue;
        }
        if ((nome = decodificar(consulta, nome_n, NULL, erro)) == NULL)
            goto erro;
        valor = decodificar(consulta + nome_n + (nome_n < n),
                            n - nome_n - (nome_n < n),
                            json_string_value(nome), erro);
        if (valor == NULL)
        {
            json_decref(nome);
            goto erro;
        }
        if (json_string_length(nome) == 0)
            falha(erro, 422, "parametro_invalido", NULL,
                  "Há um parâmetro sem nome no endereço.");
        else if (json_object_get(saida, json_string_value(nome)) != NULL)
            falha(erro, 422, "parametro_repetido", json_string_value(nome),
                  "O parâmetro aparece mais de uma vez.");
        else if (json_object_size(saida) == ARGS_CAMPOS_MAX)
            falha(erro, 422, "parametros_demais", NULL,
                  "Há parâmetros demais no endereço.");
        else
        {
            json_object_set_new(saida, json_string_value(nome), valor);
            json_decref(nome);
            consulta += n + (consulta[n] == '&');
            continue;
        }
        json_decref(valor);
        json_decref(nome);
        goto erro;
    }
    return saida;

erro:
    json_decref(saida);
    return NULL;
}

/*
 * One object out of three. The path wins over both others: it names what is
 * acted on. A name of it without a value may stand nowhere. Consumes corpo and consulta. The text is malloc'ed; NULL: see erro.
 *
 * Errors: 422 parametro_repetido when a field is in the query and in the body,
 *         campo_desconhecido.
 */
char *
args_juntar(json_t *corpo, json_t *consulta, const CaminhoParametros *caminho,
            ArgsErro *erro)
{
    char *texto = NULL;
    const char *chave;
    json_t *valor;

    json_object_foreach(consulta, chave, valor)
    {
        if (json_object_get(corpo, chave) != NULL)
        {
            falha(erro, 422, "parametro_repetido", chave,
                  "O campo está no endereço e no corpo do pedido.");
            goto fim;
        }
        json_object_set(corpo, chave, valor);
    }
    for (int i = 0; i < caminho->n; i++)
    {
        const CaminhoParametro *p = &caminho->p[i];
        char nome[32];

        snprintf(nome, sizeof nome, "%.*s", (int)p->nome_n, p->nome);
        if (p->valor == NULL)
        {
            if (json_object_get(corpo, nome) == NULL)
                continue;
            falha(erro, 422, "campo_desconhecido", nome,
                  "Este campo não é aceito aqui.");
            goto fim;
        }
        json_object_set_new(corpo, nome, json_stringn(p->valor, p->valor_n));
    }
    texto = json_dumps(corpo, FLAGS_ESCRITA);
    if (texto == NULL)
        falha(erro, 422, "corpo_invalido", NULL,
              "O pedido não pode ser lido.");
fim:
    json_decref(corpo);
    json_decref(consulta);
    return texto;
}

/* The three steps in one. The text is malloc'ed; NULL: see erro. */
char *
args_montar(const char *corpo, size_t n, const char *consulta,
            const CaminhoParametros *caminho, ArgsErro *erro)
{
    json_t *jc, *jq;

    memset(erro, 0, sizeof *erro);
    if ((jq = args_consulta(consulta, erro)) == NULL)
        return NULL;
    if ((jc = args_corpo(corpo, n, erro)) == NULL)
    {
        json_decref(jq);
        return NULL;
    }
    return args_juntar(jc, jq, caminho, erro);
}

/*
 * True when the object asks by a whole CPF, 11 digits: one row by its key. In a
 * JSON text the quotes of a value are escaped, so only a key looks like this, or
 * the end of one that has a quote of its own.
 */
bool
args_ponto(const char *texto)
{
    static const char chave[] = "\"cpf\":\"";
    const char *p = strstr(texto, chave);
    int digitos = 0;

    if (p == NULL || p == texto || p[-1] == '\\')
        return false;
    for (p += sizeof chave - 1; *p != '"' && *p != '\0'; p++)
        if (*p >= '0' && *p <= '9')
            digitos++;
        else if (*p != '.' && *p != '-')
            return false;
    return digitos == 11;
}

/* Fills erro; NULL, so that it can be returned. */
static json_t *
falha(ArgsErro *erro, int status, const char *codigo, const char *campo,
      const char *formato, ...)
{
    va_list ap;

    erro->status = status;
    erro->codigo = codigo;
    snprintf(erro->campo, sizeof erro->campo, "%s", campo ? campo : "");
    va_start(ap, formato);
    vsnprintf(erro->mensagem, sizeof erro->mensagem, formato, ap);
    va_end(ap);
    return NULL;
}

/* Names the reason without repeating the caller's text. */
static json_t *
corpo_ilegivel(const char *dados, size_t n, const json_error_t *je,
               ArgsErro *erro)
{
    char campo[sizeof erro->campo] = "";

    switch (json_error_code(je))
    {
        case json_error_numeric_overflow:
            if (je->position >= 0)
                campo_antes_de(dados,
                               (size_t)je->position < n ? (size_t)je->position
                                                        : n,
                               campo, sizeof campo);
            return falha(erro, 422, "numero_invalido", campo,
                         "O número não cabe no campo.");
        case json_error_null_character:
        case json_error_null_byte_in_key:
            return falha(erro, 422, "json_invalido", NULL,
                         "O texto contém o caractere nulo, que não é aceito.");
        case json_error_duplicate_key:
            return falha(erro, 400, "json_invalido", NULL,
                         "O JSON repete um campo.");
        case json_error_invalid_utf8:
            return falha(erro, 400, "json_invalido", NULL,
                         "O JSON não está em UTF-8 válido.");
        default:
            return falha(erro, 400, "json_invalido", NULL,
                         "O corpo do pedido não é um JSON válido "
                         "(linha %d, coluna %d).",
                         je->line, je->column);
    }
}

/*
 * The last "name": before pos, when it is a plain identifier: names the field
 * whose number overflowed.
 */
static void
campo_antes_de(const char *dados, size_t pos, char *campo, size_t tam)
{
    size_t fim, ini;

    while (pos > 0 && dados[pos - 1] != ':')
        pos--;
    if (pos < 4)
        return;
    for (fim = pos - 1; fim > 0 && dados[fim - 1] == ' '; fim--)
        ;
    if (fim < 3 || dados[fim - 1] != '"')
        return;
    for (ini = --fim; ini > 0 && ((dados[ini - 1] >= 'a' &&
                                   dados[ini - 1] <= 'z') ||
                                  dados[ini - 1] == '_');
         ini--)
        ;
    if (ini > 0 && dados[ini - 1] == '"' && fim > ini)
        snprintf(campo, tam, "%.*s", (int)(fim - ini), dados + ini);
}

/* -1 when c is no hexadecimal digit. */
static int
hexadecimal(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* application/x-www-form-urlencoded text to a JSON string. */
static json_t *
decodificar(const char *ini, size_t n, const char *campo, ArgsErro *erro)
{
    char buf[2048]; /* Kore accepts no URI beyond 2000 bytes */
    size_t j = 0;
    json_t *texto;

    if (n >= sizeof buf)
        return falha(erro, 400, "consulta_invalida", campo,
                     "O endereço é longo demais.");
    for (size_t i = 0; i < n; i++)
    {
        char c = ini[i];

        if (c == '+')
            c = ' ';
        else if (c == '%')
        {
            int alto = i + 1 < n ? hexadecimal(ini[i + 1]) : -1;
            int baixo = i + 2 < n ? hexadecimal(ini[i + 2]) : -1;

            if (alto < 0 || baixo < 0)
                return falha(erro, 400, "consulta_invalida", campo,
                             "O endereço tem um código %% incompleto.");
            c = (char)(alto * 16 + baixo);
            i += 2;
        }
        if (c == '\0')
            return falha(erro, 422, "parametro_invalido", campo,
                         "O texto contém o caractere nulo, que não é aceito.");
        buf[j++] = c;
    }
    if ((texto = json_stringn(buf, j)) == NULL)
        return falha(erro, 400, "consulta_invalida", campo,
                     "O endereço não está em UTF-8 válido.");
    return texto;
}
