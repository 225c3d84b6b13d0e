/*
 * jwt.c: HS256 tokens (RFC 7519) by libjwt.
 *
 * A token's header is not interpreted: it must be, byte for byte, one of those
 * this program writes, one per key. So alg, kid, jwk and whatever else an
 * attacker may put there never reach a decision, and libjwt only ever computes
 * HS256 with the key that belongs to the header.
 *
 * Key file: one key per line, "kid base64", 32 bytes or more; the first signs,
 * all verify; mode 0600 or less. It is read once, before the workers start.
 */
#include "jwt.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <jansson.h>
#include <jwt.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

enum
{
    CHAVE_MIN = 32,
    CHAVE_MAX = 128,
    KID_MAX = 32,
    CABECALHO_MAX = 160,
    RELOGIO_TOLERANCIA_S = 60,        /* clocks of two servers */
    VALIDADE_MAX_S = 31 * 24 * 3600,  /* nothing longer is ever issued */
    VISTOS = 512,
    VISTO_TOKEN_MAX = 512 /* bytes; longer ones are verified every time */
};

typedef struct Chave
{
    char kid[KID_MAX + 1];
    unsigned char valor[CHAVE_MAX];
    int n;
    char cabecalho[CABECALHO_MAX]; /* first part of each token, with the dot */
    size_t cabecalho_n;
} Chave;

/* A token that was verified: the next request of the session is spared it. */
typedef struct Visto
{
    char token[VISTO_TOKEN_MAX];
    size_t n; /* 0 = free */
    JwtDados dados;
} Visto;

static Chave chaves[JWT_CHAVES_MAX];
static int nchaves;
static Visto vistos[VISTOS];

static bool chave_ler(char *linha, Chave *c);
static bool chave_cabecalho(Chave *c);
static int base64_decodificar(const char *texto, size_t n, unsigned char *saida,
                              size_t max);
static jwt_t *token_novo(const Chave *c);
static bool dados_ler(const char *parte, size_t n, int64_t agora, JwtDados *d);
static bool dados_valem(const JwtDados *d, int64_t agora);
static bool iguais(const char *a, const char *b, size_t n);
static Visto *visto_de(const char *token, size_t n);
static bool inteiro(const json_t *o, const char *nome, int64_t *v);
static bool uuid_valido(const char *s);
static bool papel_valido(const char *s);

/*
 * Reads the key file; false with a sentence in erro, which names no key. Keys
 * loaded before are replaced only by success.
 */
bool
jwt_carregar(const char *arquivo, char *erro, size_t n)
{
    Chave lidas[JWT_CHAVES_MAX];
    char linha[512];
    struct stat st;
    FILE *f;
    int total = 0, numero = 0;
    bool ok = false;

    memset(lidas, 0, sizeof lidas);
    if ((f = fopen(arquivo, "re")) == NULL)
    {
        snprintf(erro, n, "could not open key file \"%s\": %s", arquivo,
                 strerror(errno));
        return false;
    }
    if (fstat(fileno(f), &st) != 0 || !S_ISREG(st.st_mode) ||
        (st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    {
        snprintf(erro, n,
                 "key file \"%s\" must be a regular file of mode 0600",
                 arquivo);
        goto fim;
    }
    while (fgets(linha, sizeof linha, f) != NULL)
    {
        numero++;
        if (linha[strspn(linha, " \t\r\n")] == '\0' || linha[0] == '#')
            continue;
        if (total == JWT_CHAVES_MAX)
        {
            snprintf(erro, n, "key file \"%s\" has more than %d keys", arquivo,
                     JWT_CHAVES_MAX);
            goto fim;
        }
        if (!chave_ler(linha, &lidas[total]))
        {
            snprintf(erro, n,
                     "key file \"%s\", line %d: expected a name of letters and "
                     "digits and %d to %d bytes in base64",
                     arquivo, numero, CHAVE_MIN, CHAVE_MAX);
            goto fim;
        }
        for (int i = 0; i < total; i++)
            if (strcmp(lidas[i].kid, lidas[total].kid) == 0)
            {
                snprintf(erro, n, "key file \"%s\" repeats a name", arquivo);
                goto fim;
            }
        total++;
    }
    if (total == 0)
    {
        snprintf(erro, n, "key file \"%s\" has no key", arquivo);
        goto fim;
    }
    OPENSSL_cleanse(vistos, sizeof vistos); /* by keys that may be gone */
    memcpy(chaves, lidas, sizeof chaves);
    nchaves = total;
    ok = true;

fim:
    OPENSSL_cleanse(linha, sizeof linha);
    OPENSSL_cleanse(lidas, sizeof lidas);
    fclose(f);
    return ok;
}

/* Wipes the keys. */
void
jwt_esquecer(void)
{
    OPENSSL_cleanse(vistos, sizeof vistos);
    OPENSSL_cleanse(chaves, sizeof chaves);
    nchaves = 0;
}

/* Writes a token signed with the first key. False when it does not fit. */
bool
jwt_assinar(const JwtDados *d, char *saida, size_t n)
{
    char sub[24];
    char *texto = NULL;
    jwt_t *jwt;
    bool ok = false;

    if (nchaves == 0 || (jwt = token_novo(&chaves[0])) == NULL)
        return false;
    snprintf(sub, sizeof sub, "%lld", (long long)d->sub);
    if (jwt_add_grant(jwt, "sid", d->sid) == 0 &&
        jwt_add_grant(jwt, "sub", sub) == 0 &&
        jwt_add_grant(jwt, "papel", d->papel) == 0 &&
        jwt_add_grant_int(jwt, "iat", (long)d->iat) == 0 &&
        jwt_add_grant_int(jwt, "exp", (long)d->exp) == 0 &&
        jwt_add_grant_int(jwt, "limite", (long)d->limite) == 0 &&
        (texto = jwt_encode_str(jwt)) != NULL)
        ok = (size_t)snprintf(saida, n, "%s", texto) < n;
    free(texto);
    jwt_free(jwt);
    return ok;
}

/*
 * True when the token was signed with one of our keys and is valid at agora
 * (seconds). Whether the session still lives is for crm.atender() to say.
 */
bool
jwt_verificar(const char *token, size_t n, int64_t agora, JwtDados *d)
{
    char copia[JWT_TOKEN_MAX];
    Visto *v;

    if (n == 0 || n >= sizeof copia || memchr(token, '\0', n) != NULL)
        return false;
    v = visto_de(token, n);
    if (v->n == n && iguais(v->token, token, n))
    {
        *d = v->dados;
        return dados_valem(d, agora);
    }
    memcpy(copia, token, n);
    copia[n] = '\0';

    for (int i = 0; i < nchaves; i++)
    {
        const Chave *c = &chaves[i];
        const char *corpo = copia + c->cabecalho_n;
        const char *ponto;
        jwt_t *jwt;

        if (strncmp(copia, c->cabecalho, c->cabecalho_n) != 0)
            continue;
        /* libjwt takes padding and a fourth part for granted, and of an empty body
           it writes the end behind what it allocated. */
        if ((ponto = strchr(corpo, '.')) == NULL || ponto == corpo || ponto[1] == '\0' ||
            strspn(ponto + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst"
                              "uvwxyz0123456789-_") != strlen(ponto + 1))
            return false;
        if (jwt_decode(&jwt, copia, c->valor, c->n) != 0)
            return false;
        jwt_free(jwt);
        if (!dados_ler(corpo, (size_t)(ponto - corpo), agora, d))
            return false;
        if (n <= sizeof v->token)
        {
            memcpy(v->token, token, n);
            v->n = n;
            v->dados = *d;
        }
        return true;
    }
    return false;
}

/* In the same time wherever they differ, as CRYPTO_memcmp() but not by bytes. */
static bool
iguais(const char *a, const char *b, size_t n)
{
    uint64_t diferem = 0;
    uint64_t x;
    uint64_t y;

    for (; n >= sizeof x; a += sizeof x, b += sizeof x, n -= sizeof x)
    {
        memcpy(&x, a, sizeof x);
        memcpy(&y, b, sizeof y);
        diferem |= x ^ y;
    }
    return (diferem | (uint64_t)(unsigned)CRYPTO_memcmp(a, b, n)) == 0;
}

/* The one place of a token; who comes later takes it over. */
static Visto *
visto_de(const char *token, size_t n)
{
    uint32_t h = 2166136261u; /* FNV-1a of the signature's end */

    for (size_t i = n > 16 ? n - 16 : 0; i < n; i++)
        h = (h ^ (unsigned char)token[i]) * 16777619u;
    return &vistos[h % VISTOS];
}

/* The instants; they are judged at every use. */
static bool
dados_valem(const JwtDados *d, int64_t agora)
{
    return d->iat <= agora + RELOGIO_TOLERANCIA_S && d->exp > agora &&
           d->limite > agora && d->exp <= d->limite && d->exp > d->iat &&
           d->exp - d->iat <= VALIDADE_MAX_S;
}

/*
 * True when d has used up more than half its life and may be prolonged: novo
 * then lives as long as d did, but never beyond the absolute end.
 */
bool
jwt_renovar(const JwtDados *d, int64_t agora, JwtDados *novo)
{
    int64_t vida = d->exp - d->iat;

    if (d->exp - agora >= vida / 2)
        return false;
    *novo = *d;
    novo->iat = agora;
    novo->exp = agora + vida < d->limite ? agora + vida : d->limite;
    return novo->exp > d->exp;
}

/*
 * A key for another purpose, named by rotulo, that all servers with the same
 * key file share: HMAC-SHA256 of rotulo with the signing key.
 */
bool
jwt_derivar(const char *rotulo, unsigned char saida[32])
{
    unsigned int n = 0;

    return nchaves > 0 &&
           HMAC(EVP_sha256(), chaves[0].valor, chaves[0].n,
                (const unsigned char *)rotulo, strlen(rotulo), saida,
                &n) != NULL &&
           n == 32;
}

/* "kid base64" into c. */
static bool
chave_ler(char *linha, Chave *c)
{
    char *resto, *kid, *valor;

    if ((kid = strtok_r(linha, " \t\r\n", &resto)) == NULL ||
        (valor = strtok_r(NULL, " \t\r\n", &resto)) == NULL ||
        strtok_r(NULL, " \t\r\n", &resto) != NULL || strlen(kid) > KID_MAX)
        return false;
    for (const char *p = kid; *p != '\0'; p++)
        if (!isalnum((unsigned char)*p) && *p != '-' && *p != '_')
            return false;
    snprintf(c->kid, sizeof c->kid, "%s", kid);
    c->n = base64_decodificar(valor, strlen(valor), c->valor, sizeof c->valor);
    return c->n >= CHAVE_MIN && chave_cabecalho(c);
}

/* Learns from libjwt what a header with this key's kid looks like. */
static bool
chave_cabecalho(Chave *c)
{
    jwt_t *jwt = token_novo(c);
    char *texto = jwt != NULL ? jwt_encode_str(jwt) : NULL;
    const char *ponto = texto != NULL ? strchr(texto, '.') : NULL;
    bool ok = false;

    if (ponto != NULL && (size_t)(ponto - texto) + 2 <= sizeof c->cabecalho)
    {
        c->cabecalho_n = (size_t)(ponto - texto) + 1;
        memcpy(c->cabecalho, texto, c->cabecalho_n);
        c->cabecalho[c->cabecalho_n] = '\0';
        ok = true;
    }
    free(texto);
    if (jwt != NULL)
        jwt_free(jwt);
    return ok;
}

/* An empty token that will be signed with c; NULL without memory. */
static jwt_t *
token_novo(const Chave *c)
{
    jwt_t *jwt;

    if (jwt_new(&jwt) != 0)
        return NULL;
    if (jwt_set_alg(jwt, JWT_ALG_HS256, c->valor, c->n) != 0 ||
        jwt_add_header(jwt, "kid", c->kid) != 0)
    {
        jwt_free(jwt);
        return NULL;
    }
    return jwt;
}

/*
 * base64 or base64url, padded or not, to bytes; -1 when it is neither or does
 * not fit.
 */
static int
base64_decodificar(const char *texto, size_t n, unsigned char *saida,
                   size_t max)
{
    static const char alfabeto[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
                                   "qrstuvwxyz0123456789+/";
    uint32_t acumulado = 0;
    int bits = 0;
    size_t j = 0;

    while (n > 0 && texto[n - 1] == '=')
        n--;
    if (n % 4 == 1)
        return -1;
    for (size_t i = 0; i < n; i++)
    {
        char c = texto[i] == '-' ? '+' : texto[i] == '_' ? '/' : texto[i];
        const char *p = c != '\0' ? strchr(alfabeto, c) : NULL;

        if (p == NULL)
            return -1;
        acumulado = acumulado << 6 | (uint32_t)(p - alfabeto);
        bits += 6;
        if (bits >= 8)
        {
            bits -= 8;
            if (j == max)
                return -1;
            saida[j++] = (unsigned char)(acumulado >> bits);
        }
    }
    return (int)j;
}

/* The claims; read again here because libjwt lets duplicates pass. */
static bool
dados_ler(const char *parte, size_t n, int64_t agora, JwtDados *d)
{
    unsigned char texto[JWT_TOKEN_MAX];
    int tam = base64_decodificar(parte, n, texto, sizeof texto);
    const char *sid, *sub, *papel;
    int64_t nbf;
    bool ok = false;
    char *fim;
    json_t *o;

    if (tam <= 0 || (o = json_loadb((char *)texto, (size_t)tam,
                                    JSON_REJECT_DUPLICATES, NULL)) == NULL)
        return false;

    sid = json_string_value(json_object_get(o, "sid"));
    sub = json_string_value(json_object_get(o, "sub"));
    papel = json_string_value(json_object_get(o, "papel"));
    if (sid == NULL || sub == NULL || papel == NULL || !uuid_valido(sid) ||
        !papel_valido(papel) || *sub < '1' || *sub > '9')
        goto fim;
    errno = 0;
    d->sub = strtoll(sub, &fim, 10);
    if (errno != 0 || *fim != '\0')
        goto fim;
    if (!inteiro(o, "iat", &d->iat) || !inteiro(o, "exp", &d->exp) ||
        !inteiro(o, "limite", &d->limite))
        goto fim;
    if (json_object_get(o, "nbf") != NULL &&
        (!inteiro(o, "nbf", &nbf) || nbf > agora))
        goto fim;
    if (!dados_valem(d, agora))
        goto fim;
    snprintf(d->sid, sizeof d->sid, "%s", sid);
    snprintf(d->papel, sizeof d->papel, "%s", papel);
    ok = true;
fim:
    json_decref(o);
    return ok;
}

/* A claim that is a JSON integer from 0 on; 1.0, "1" and 1e9 are none. */
static bool
inteiro(const json_t *o, const char *nome, int64_t *v)
{
    const json_t *campo = json_object_get(o, nome);

    if (!json_is_integer(campo))
        return false;
    *v = json_integer_value(campo);
    return *v >= 0;
}

/* 8-4-4-4-12 lower-case hexadecimal digits. */
static bool
uuid_valido(const char *s)
{
    for (int i = 0; i < 36; i++)
    {
        bool traco = i == 8 || i == 13 || i == 18 || i == 23;

        if (traco ? s[i] != '-'
                  : !(s[i] >= '0' && s[i] <= '9') &&
                        !(s[i] >= 'a' && s[i] <= 'f'))
            return false;
    }
    return s[36] == '\0';
}

static bool
papel_valido(const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz_");

    return n > 0 && n < sizeof((JwtDados *)0)->papel && s[n] == '\0';
}
