/*
 * campo_cliente.c: fields of a client's record, from what was typed to what is
 * stored; free of PostgreSQL and Kore.
 */
#include "campo_cliente.h"

#include "cpf_digitos.h"
#include "texto_puro.h"

#include <stdio.h>
#include <string.h>

enum
{
    NOME_MAX = 255, /* characters; as in the table */
    CIDADE_MAX = 120,
    EMAIL_MAX = 254,
    EMAIL_LOCAL_MAX = 64,
    ANO_MIN = 1900,
    ANO_MAX = 2199,
    FONE_DIGITOS_MIN = 8, /* abroad, E.164 */
    FONE_DIGITOS_MAX = 15,
    DOBRADO_MAX = 40
};

static const char *const nomes[CAMPOS_CLIENTE] = {
    [CAMPO_CPF] = "cpf",
    [CAMPO_NOME_COMPLETO] = "nome_completo",
    [CAMPO_DATA_NASCIMENTO] = "data_nascimento",
    [CAMPO_SEXO] = "sexo",
    [CAMPO_NOME_MAE] = "nome_mae",
    [CAMPO_CELULAR] = "celular",
    [CAMPO_EMAIL] = "email",
    [CAMPO_CIDADE] = "cidade",
    [CAMPO_UF] = "uf",
    [CAMPO_CEP] = "cep",
};

static const struct
{
    const char *sigla;
    const char *nome; /* as dobrar() leaves it */
} ufs[] = {
    {"AC", "acre"},
    {"AL", "alagoas"},
    {"AM", "amazonas"},
    {"AP", "amapa"},
    {"BA", "bahia"},
    {"CE", "ceara"},
    {"DF", "distrito federal"},
    {"ES", "espirito santo"},
    {"GO", "goias"},
    {"MA", "maranhao"},
    {"MG", "minas gerais"},
    {"MS", "mato grosso do sul"},
    {"MT", "mato grosso"},
    {"PA", "para"},
    {"PB", "paraiba"},
    {"PE", "pernambuco"},
    {"PI", "piaui"},
    {"PR", "parana"},
    {"RJ", "rio de janeiro"},
    {"RN", "rio grande do norte"},
    {"RO", "rondonia"},
    {"RR", "roraima"},
    {"RS", "rio grande do sul"},
    {"SC", "santa catarina"},
    {"SE", "sergipe"},
    {"SP", "sao paulo"},
    {"TO", "tocantins"},
};

/* Area codes that exist (Anatel), a bit for each second digit. */
static const uint16_t ddds[10] = {
    [1] = 0x3FE, /* 11..19 */
    [2] = 1 << 1 | 1 << 2 | 1 << 4 | 1 << 7 | 1 << 8,
    [3] = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8,
    [4] = 0x3FE,
    [5] = 1 << 1 | 1 << 3 | 1 << 4 | 1 << 5,
    [6] = 0x3FE,
    [7] = 1 << 1 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 9,
    [8] = 0x3FE,
    [9] = 0x3FE,
};

static const char *limpar(const char *texto, size_t n, CampoValor *v);
static bool invisivel(uint32_t c);
static const char *ler_cpf(CampoValor *v);
static const char *ler_texto(CampoValor *v, size_t max, bool pessoa);
static const char *ler_data(CampoValor *v, int hoje);
static bool numero(const char **p, int min_digitos, int max_digitos, int *valor);
static int dias_do_mes(int ano, int mes);
static const char *ler_sexo(CampoValor *v);
static const char *ler_celular(CampoValor *v);
static const char *ler_email(CampoValor *v);
static bool dominio_certo(const char *d);
static const char *ler_uf(CampoValor *v);
static const char *ler_cep(CampoValor *v);
static void definir(CampoValor *v, const char *texto);
static void dobrar(const char *texto, char saida[DOBRADO_MAX]);

const char *
campo_cliente_nome(CampoCliente campo)
{
    return nomes[campo];
}

CampoCliente
campo_cliente_achar(const char *nome)
{
    for (int i = 0; i < CAMPOS_CLIENTE; i++)
        if (strcmp(nomes[i], nome) == 0)
            return (CampoCliente)i;
    return CAMPOS_CLIENTE;
}

const char *
campo_cliente_ler(CampoCliente campo, const char *texto, size_t n, int hoje,
                  CampoValor *v)
{
    const char *erro = limpar(texto, n, v);

    if (erro != NULL || v->ausente)
        return erro;
    switch (campo)
    {
    case CAMPO_CPF:
        return ler_cpf(v);
    case CAMPO_NOME_COMPLETO:
    case CAMPO_NOME_MAE:
        return ler_texto(v, NOME_MAX, true);
    case CAMPO_DATA_NASCIMENTO:
        return ler_data(v, hoje);
    case CAMPO_SEXO:
        return ler_sexo(v);
    case CAMPO_CELULAR:
        return ler_celular(v);
    case CAMPO_EMAIL:
        return ler_email(v);
    case CAMPO_CIDADE:
        return ler_texto(v, CIDADE_MAX, true);
    case CAMPO_UF:
        return ler_uf(v);
    case CAMPO_CEP:
        return ler_cep(v);
    case CAMPOS_CLIENTE:
        break;
    }
    return "Este campo não existe.";
}

/* ---- what all have in common ---- */

/*
 * Into v: blanks around dropped and within made one, invisible characters
 * dropped. Too long for any field, or with control characters: refused.
 */
static const char *
limpar(const char *texto, size_t n, CampoValor *v)
{
    bool branco = false;
    size_t m = 0;

    memset(v, 0, offsetof(CampoValor, texto));
    v->cpf = 0;
    v->ano = v->mes = v->dia = 0;
    for (size_t i = 0; i < n;)
    {
        uint32_t c;
        int k = utf8_caractere(texto + i, n - i, &c);

        if (k == 0)
            return "O texto não está em UTF-8.";
        if (c == ' ' || c == 0xA0 || c == '\t' || c == '\n' || c == '\r' ||
            (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x3000)
            branco = m > 0;
        else if (c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 ||
                 c == 0x2029)
            return "Há caracteres de controle no texto.";
        else if (!invisivel(c))
        {
            if (m + branco + (size_t)k >= CAMPO_CLIENTE_MAX)
                return "O texto é longo demais.";
            if (branco)
                v->texto[m++] = ' ';
            branco = false;
            memcpy(v->texto + m, texto + i, (size_t)k);
            m += (size_t)k;
        }
        i += (size_t)k;
    }
    v->texto[m] = '\0';
    v->n = m;
    v->ausente = m == 0;
    return NULL;
}

/* Zero width, direction marks, byte order mark. */
static bool
invisivel(uint32_t c)
{
    return (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || c == 0xAD;
}

static void
definir(CampoValor *v, const char *texto)
{
    v->n = strlen(texto);
    memcpy(v->texto, texto, v->n + 1);
}

/* Small letters without accents, for words out of a short list; else "". */
static void
dobrar(const char *texto, char saida[DOBRADO_MAX])
{
    /* U+00C0..U+00FF, small and bare. */
    static const char bases[] = "aaaaaaaceeeeiiiidnooooo*ouuuuyts"
                                "aaaaaaaceeeeiiiidnooooo/ouuuuyty";
    size_t n = strlen(texto);
    size_t m = 0;

    for (size_t i = 0; i < n && m < DOBRADO_MAX - 1;)
    {
        uint32_t c;
        int k = utf8_caractere(texto + i, n - i, &c);

        if (k == 0)
            break;
        i += (size_t)k;
        if (c >= 0x300 && c <= 0x36F) /* a mark of a decomposed letter */
            continue;
        if (c >= 'A' && c <= 'Z')
            c += 'a' - 'A';
        else if (c >= 0xC0 && c <= 0xFF)
            c = (uint32_t)bases[c - 0xC0];
        else if (c > 0x7F)
            c = '?';
        saida[m++] = (char)c;
        if (m == DOBRADO_MAX - 1 && i < n)
            m = 0, i = n; /* longer than any word of a list */
    }
    saida[m] = '\0';
}

/* ---- field by field ---- */

static const char *
ler_cpf(CampoValor *v)
{
    char digitos[CPF_TEXTO];

    switch (cpf_ler(v->texto, v->n, &v->cpf))
    {
    case CPF_FORMATO:
        return "O CPF deve ter 11 algarismos.";
    case CPF_REPETIDO:
    case CPF_DIGITO:
        return "CPF inválido: os dígitos verificadores não conferem.";
    case CPF_OK:
        break;
    }
    cpf_escrever(v->cpf, digitos);
    definir(v, digitos);
    return NULL;
}

static const char *
ler_texto(CampoValor *v, size_t max, bool pessoa)
{
    size_t caracteres = 0;
    bool letra = false;

    if (texto_formula(v->texto, v->n))
        return "O texto não pode começar com =, +, - ou @.";
    for (size_t i = 0; i < v->n;)
    {
        uint32_t c = 0;

        i += (size_t)utf8_caractere(v->texto + i, v->n - i, &c);
        caracteres++;
        letra |= (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0xAA;
    }
    if (caracteres > max)
        return max == NOME_MAX ? "O texto passa de 255 caracteres."
                               : "O texto passa de 120 caracteres.";
    if (pessoa && !letra)
        return "O nome deve ter letras.";
    return NULL;
}

/* dd/mm/aaaa (also . or -) or aaaa-mm-dd; a time behind it counts for nothing. */
static const char *
ler_data(CampoValor *v, int hoje)
{
    static const char erro[] = "A data deve ser dd/mm/aaaa.";
    const char *p = v->texto;
    char iso[sizeof("2000-01-01")];
    int a, b, c;
    char separador;

    if (!numero(&p, 1, 4, &a))
        return erro;
    separador = *p;
    if (separador != '/' && separador != '-' && separador != '.')
        return erro;
    if (p - v->texto == 4)
    {
        p++;
        v->ano = a;
        if (separador == '.' || !numero(&p, 1, 2, &b) || *p++ != separador ||
            !numero(&p, 1, 2, &c))
            return erro;
        v->mes = b;
        v->dia = c;
    }
    else
    {
        if (p - v->texto > 2)
            return erro;
        p++;
        v->dia = a;
        if (!numero(&p, 1, 2, &b) || *p++ != separador || !numero(&p, 4, 4, &c))
            return "A data deve ser dd/mm/aaaa, com o ano inteiro.";
        v->mes = b;
        v->ano = c;
    }
    if (*p == 'T' || *p == ' ')
    {
        if (strspn(p + 1, "0123456789:.Z") != strlen(p + 1) || p[1] == '\0')
            return erro;
    }
    else if (*p != '\0')
        return erro;

    if (v->mes < 1 || v->mes > 12 || v->dia < 1 ||
        v->dia > dias_do_mes(v->ano, v->mes))
        return "Esta data não existe.";
    if (v->ano < ANO_MIN || v->ano > ANO_MAX)
        return "A data de nascimento é antiga demais ou está no futuro.";
    if (hoje != 0 && (v->ano * 100 + v->mes) * 100 + v->dia > hoje)
        return "A data de nascimento está no futuro.";
    snprintf(iso, sizeof(iso), "%04d-%02d-%02d", v->ano % 10000, v->mes % 100,
             v->dia % 100);
    definir(v, iso);
    return NULL;
}

static bool
numero(const char **p, int min_digitos, int max_digitos, int *valor)
{
    int n = 0;

    *valor = 0;
    while (n < max_digitos && **p >= '0' && **p <= '9')
    {
        *valor = *valor * 10 + (*(*p)++ - '0');
        n++;
    }
    return n >= min_digitos && !(**p >= '0' && **p <= '9');
}

static int
dias_do_mes(int ano, int mes)
{
    static const int dias[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool bissexto = (ano % 4 == 0 && ano % 100 != 0) || ano % 400 == 0;

    return dias[mes - 1] + (mes == 2 && bissexto);
}

static const char *
ler_sexo(CampoValor *v)
{
    static const struct
    {
        const char *dito;
        const char *valor;
    } palavras[] = {
        {"f", "F"},        {"fem", "F"},       {"feminino", "F"},
        {"mulher", "F"},   {"m", "M"},         {"masc", "M"},
        {"masculino", "M"}, {"homem", "M"},    {"n", "N"},
        {"ni", "N"},       {"nao informado", "N"}, {"outro", "N"},
        {"outros", "N"},   {"nao binario", "N"},
    };
    char dito[DOBRADO_MAX];

    dobrar(v->texto, dito);
    for (size_t i = 0; i < sizeof(palavras) / sizeof(palavras[0]); i++)
        if (strcmp(dito, palavras[i].dito) == 0)
        {
            definir(v, palavras[i].valor);
            return NULL;
        }
    return "O sexo deve ser F, M ou N.";
}

static const char *
ler_celular(CampoValor *v)
{
    static const char erro[] =
        "O telefone deve ter DDD e 8 ou 9 algarismos.";
    char d[FONE_DIGITOS_MAX + 2];
    char formato[sizeof("+123456789012345")];
    bool pais = v->texto[0] == '+';
    const char *n = d;
    int k = 0;

    for (size_t i = pais; i < v->n; i++)
    {
        char c = v->texto[i];

        if (c >= '0' && c <= '9')
        {
            if (k > FONE_DIGITOS_MAX)
                return erro;
            d[k++] = c;
        }
        else if (strchr(" ()-./", c) == NULL)
            return erro;
    }
    d[k] = '\0';

    if (pais && strncmp(d, "55", 2) != 0)
    {
        if (k < FONE_DIGITOS_MIN || k > FONE_DIGITOS_MAX || d[0] == '0')
            return "O telefone de fora do Brasil deve ter de 8 a 15 algarismos.";
        snprintf(formato, sizeof(formato), "+%.15s", d);
        definir(v, formato);
        return NULL;
    }
    if (strncmp(n, "55", 2) == 0 && (pais || k >= 12))
        n += 2, k -= 2;
    else if (n[0] == '0') /* trunk prefix */
        n++, k--;
    if ((k != 10 && k != 11) || !(ddds[n[0] - '0'] & 1 << (n[1] - '0')))
        return erro;
    if (k == 11 ? n[2] != '9' : n[2] < '2')
        return erro;
    snprintf(formato, sizeof(formato), "(%.2s) %.*s-%.4s", n, k - 6, n + 2,
             n + k - 4);
    definir(v, formato);
    return NULL;
}

static const char *
ler_email(CampoValor *v)
{
    static const char erro[] = "Este não é um endereço de e-mail.";
    char *arroba = strchr(v->texto, '@');
    size_t local;

    if (v->n > EMAIL_MAX || arroba == NULL || strchr(arroba + 1, '@') != NULL)
        return erro;
    for (size_t i = 0; i < v->n; i++)
        if (v->texto[i] >= 'A' && v->texto[i] <= 'Z')
            v->texto[i] = (char)(v->texto[i] + ('a' - 'A'));

    local = (size_t)(arroba - v->texto);
    if (local == 0 || local > EMAIL_LOCAL_MAX || v->texto[0] == '.' ||
        arroba[-1] == '.' || strstr(v->texto, "..") != NULL ||
        texto_formula(v->texto, v->n))
        return erro;
    for (size_t i = 0; i < local; i++)
        if (v->texto[i] <= ' ' ||
            strchr("\"(),:;<>[\\]", v->texto[i]) != NULL)
            return erro;
    return dominio_certo(arroba + 1) ? NULL : erro;
}

/* Labels of letters, digits and hyphens; at least two. */
static bool
dominio_certo(const char *d)
{
    int rotulos = 0;

    for (;;)
    {
        size_t n = strspn(d, "abcdefghijklmnopqrstuvwxyz0123456789-");

        if (n == 0 || n > 63 || d[0] == '-' || d[n - 1] == '-')
            return false;
        rotulos++;
        if (d[n] == '\0')
            return rotulos >= 2 && n >= 2 && !(d[0] >= '0' && d[0] <= '9');
        if (d[n] != '.')
            return false;
        d += n + 1;
    }
}

static const char *
ler_uf(CampoValor *v)
{
    char dito[DOBRADO_MAX];

    dobrar(v->texto, dito);
    for (size_t i = 0; i < sizeof(ufs) / sizeof(ufs[0]); i++)
    {
        char sigla[DOBRADO_MAX];

        dobrar(ufs[i].sigla, sigla);
        if (strcmp(dito, sigla) == 0 || strcmp(dito, ufs[i].nome) == 0)
        {
            definir(v, ufs[i].sigla);
            return NULL;
        }
    }
    return "A UF deve ser a sigla de um estado.";
}

static const char *
ler_cep(CampoValor *v)
{
    char d[9];
    char formato[sizeof("12345-678")];
    int k = 0;

    for (size_t i = 0; i < v->n; i++)
        if (v->texto[i] >= '0' && v->texto[i] <= '9' && k < 8)
            d[k++] = v->texto[i];
        else if (strchr("-. ", v->texto[i]) == NULL)
            return "O CEP deve ter 8 algarismos.";
    if (k != 8)
        return "O CEP deve ter 8 algarismos.";
    snprintf(formato, sizeof(formato), "%.5s-%.3s", d, d + 5);
    definir(v, formato);
    return NULL;
}
