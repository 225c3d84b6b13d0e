/*
 * server/src/jwt.c: which tokens are believed, which key files are read.
 * S-1, S-2, S-4, S-11.
 */
#include "../../server/src/jwt.h"
#include "tap.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define AGORA 1800000000
#define SID "0123abcd-0123-4567-89ab-0123456789ab"
#define CABECALHO_K1 "{\"alg\":\"HS256\",\"kid\":\"k1\",\"typ\":\"JWT\"}"
#define CHAVE_K1 "0123456789abcdef0123456789abcdef"
#define CHAVE_K2 "fedcba9876543210fedcba9876543210"
#define CHAVE_ALHEIA "alheia-alheia-alheia-alheia-alhe"

static char arquivo[64];

static void
base64url(const void *dados, size_t n, char *saida)
{
    size_t m = (size_t)EVP_EncodeBlock((unsigned char *)saida, dados, (int)n);

    while (m > 0 && saida[m - 1] == '=')
        m--;
    saida[m] = '\0';
    for (; *saida; saida++)
        *saida = *saida == '+' ? '-' : *saida == '/' ? '_' : *saida;
}

/* A token as somebody without libjwt would forge it; NULL key: no signature. */
static const char *
forjar(const char *cabecalho, const char *corpo, const char *chave)
{
    static char token[4096];
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned int n = 0;

    base64url(cabecalho, strlen(cabecalho), token);
    strcat(token, ".");
    base64url(corpo, strlen(corpo), token + strlen(token));
    if (chave != NULL)
        HMAC(EVP_sha256(), chave, (int)strlen(chave),
             (unsigned char *)token, strlen(token), hash, &n);
    strcat(token, ".");
    if (chave != NULL)
        base64url(hash, n, token + strlen(token));
    return token;
}

static bool
aceito(const char *token)
{
    JwtDados d;

    return jwt_verificar(token, strlen(token), AGORA, &d);
}

static bool
carregar(const char *texto, mode_t modo)
{
    char erro[256] = "";
    FILE *f = fopen(arquivo, "w");
    bool ok;

    fputs(texto, f);
    fclose(f);
    chmod(arquivo, modo);
    ok = jwt_carregar(arquivo, erro, sizeof erro);
    if (!ok)
        printf("# %s\n", erro);
    return ok && erro[0] == '\0';
}

/* "kid base64" */
static const char *
linha(const char *kid, const char *chave)
{
    static char texto[4][256];
    static int i;
    char *t = texto[i++ % 4];
    int n = sprintf(t, "%s ", kid);

    n += EVP_EncodeBlock((unsigned char *)t + n, (const unsigned char *)chave,
                         (int)strlen(chave));
    strcpy(t + n, "\n");
    return t;
}

#define CORPO(sid, sub, papel, iat, exp, limite)                               \
    "{\"sid\":" sid ",\"sub\":" sub ",\"papel\":" papel ",\"iat\":" iat        \
    ",\"exp\":" exp ",\"limite\":" limite "}"
#define BOM                                                                    \
    CORPO("\"" SID "\"", "\"7\"", "\"vendedor\"", "1799999000", "1800080000",  \
          "1800600000")

/* clang-format off */
static const struct
{
    const char *nome, *cabecalho;
} cabecalhos[] = {
    {"alg none", "{\"alg\":\"none\",\"kid\":\"k1\",\"typ\":\"JWT\"}"},
    {"alg None", "{\"alg\":\"None\",\"kid\":\"k1\",\"typ\":\"JWT\"}"},
    {"alg nOnE", "{\"alg\":\"nOnE\",\"kid\":\"k1\",\"typ\":\"JWT\"}"},
    {"alg HS512", "{\"alg\":\"HS512\",\"kid\":\"k1\",\"typ\":\"JWT\"}"},
    {"alg RS256", "{\"alg\":\"RS256\",\"kid\":\"k1\",\"typ\":\"JWT\"}"},
    {"alg missing", "{\"kid\":\"k1\",\"typ\":\"JWT\"}"},
    {"alg twice", "{\"alg\":\"none\",\"alg\":\"HS256\",\"kid\":\"k1\",\"typ\":\"JWT\"}"},
    {"unknown kid", "{\"alg\":\"HS256\",\"kid\":\"k9\",\"typ\":\"JWT\"}"},
    {"kid of a file", "{\"alg\":\"HS256\",\"kid\":\"../../etc/passwd\",\"typ\":\"JWT\"}"},
    {"kid with a quote", "{\"alg\":\"HS256\",\"kid\":\"k1' or '1'='1\",\"typ\":\"JWT\"}"},
    {"kid missing", "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"},
    {"key in the header", "{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"MDEy\"},\"kid\":\"k1\",\"typ\":\"JWT\"}"},
    {"address of a key", "{\"alg\":\"HS256\",\"jku\":\"https://mau.test/k\",\"kid\":\"k1\",\"typ\":\"JWT\"}"},
    {"crit", "{\"alg\":\"HS256\",\"crit\":[\"x\"],\"kid\":\"k1\",\"typ\":\"JWT\"}"},
    {"other typ", "{\"alg\":\"HS256\",\"kid\":\"k1\",\"typ\":\"jwt\"}"},
    {"other order", "{\"typ\":\"JWT\",\"alg\":\"HS256\",\"kid\":\"k1\"}"},
    {"empty header", ""},
};

static const struct
{
    const char *nome, *corpo;
} corpos[] = {
    {"exp as text", CORPO("\"" SID "\"", "\"7\"", "\"vendedor\"", "1799999000", "\"1800080000\"", "1800600000")},
    {"exp negative", CORPO("\"" SID "\"", "\"7\"", "\"vendedor\"", "1799999000", "-1", "1800600000")},
    {"exp 1e99", CORPO("\"" SID "\"", "\"7\"", "\"vendedor\"", "1799999000", "1e99", "1800600000")},
    {"exp 1e9", CORPO("\"" SID "\"", "\"7\"", "\"vendedor\"", "1799999000", "2e9", "2100600000")},
    {"exp real", CORPO("\"" SID "\"", "\"7\"", "\"vendedor\"", "1799999000", "1800080000.0", "1800600000")},
    {"exp null", CORPO("\"" SID "\"", "\"7\"", "\"vendedor\"", "1799999000", "null", "1800600000")},
    {"exp true", CORPO("\"" SID "\"", "\"7\"", "\"vendedor\"", "1799999000", "true", "1800600000")},
    {"exp 2^63", CORPO("\"" SID "\"", "\"7\"", "\"vendedor\"", "1799999000", "9223372036854775808", "1800600000")},
    {"exp missing", "{\"sid\":\"" SID "\",\"sub\":\"7\",\"papel\":\"vendedor\",\"iat\":1799999000,\"limite\":1800600000}"},
    {"exp twice", "{\"exp\":1,\"sid\":\"" SID "\",\"sub\":\"7\",\"papel\":\"vendedor\",\"iat\":1799999000,\"exp\":1800080000,\"limite\":1800600000}"},
    {"expired", CORPO("\"" SID "\"", "\"7\"", "\"vendedor\"", "1799999000", "1800000000", "1800600000")},
    {"exp beyond the absolute end", CORPO("\"" SID "\"", "\"7\"", "\"vendedor\"", "1799999000", "1800080000", "1800079999")},
    {"absolute end over", CORPO("\"" SID "\"", "\"7\"", "\"vendedor\"", "1799999000", "1799999999", "1800000000")},
    {"longer than ever issued", CORPO("\"" SID "\"", "\"7\"", "\"vendedor\"", "1799999000", "1899999000", "1900000000")},
    {"limite missing", "{\"sid\":\"" SID "\",\"sub\":\"7\",\"papel\":\"vendedor\",\"iat\":1799999000,\"exp\":1800080000}"},
    {"iat ahead", CORPO("\"" SID "\"", "\"7\"", "\"vendedor\"", "1800000061", "1800080000", "1800600000")},
    {"nbf ahead", "{\"nbf\":1800000001,\"sid\":\"" SID "\",\"sub\":\"7\",\"papel\":\"vendedor\",\"iat\":1799999000,\"exp\":1800080000,\"limite\":1800600000}"},
    {"nbf as text", "{\"nbf\":\"1\",\"sid\":\"" SID "\",\"sub\":\"7\",\"papel\":\"vendedor\",\"iat\":1799999000,\"exp\":1800080000,\"limite\":1800600000}"},
    {"sub as number", CORPO("\"" SID "\"", "7", "\"vendedor\"", "1799999000", "1800080000", "1800600000")},
    {"sub 0", CORPO("\"" SID "\"", "\"0\"", "\"vendedor\"", "1799999000", "1800080000", "1800600000")},
    {"sub negative", CORPO("\"" SID "\"", "\"-7\"", "\"vendedor\"", "1799999000", "1800080000", "1800600000")},
    {"sub with tail", CORPO("\"" SID "\"", "\"7x\"", "\"vendedor\"", "1799999000", "1800080000", "1800600000")},
    {"sub 2^63", CORPO("\"" SID "\"", "\"9223372036854775808\"", "\"vendedor\"", "1799999000", "1800080000", "1800600000")},
    {"sid short", CORPO("\"0123abcd\"", "\"7\"", "\"vendedor\"", "1799999000", "1800080000", "1800600000")},
    {"sid long", CORPO("\"" SID "0\"", "\"7\"", "\"vendedor\"", "1799999000", "1800080000", "1800600000")},
    {"sid upper case", CORPO("\"0123ABCD-0123-4567-89ab-0123456789ab\"", "\"7\"", "\"vendedor\"", "1799999000", "1800080000", "1800600000")},
    {"sid as SQL", CORPO("\"' or true --                         \"", "\"7\"", "\"vendedor\"", "1799999000", "1800080000", "1800600000")},
    {"papel empty", CORPO("\"" SID "\"", "\"7\"", "\"\"", "1799999000", "1800080000", "1800600000")},
    {"papel with blank", CORPO("\"" SID "\"", "\"7\"", "\"a b\"", "1799999000", "1800080000", "1800600000")},
    {"papel too long", CORPO("\"" SID "\"", "\"7\"", "\"abcdefghijklmnopqrstuvwxyzabcdefgh\"", "1799999000", "1800080000", "1800600000")},
    {"no object", "[1]"},
    {"nothing", ""},
};
/* clang-format on */

static void
chaves_testar(void)
{
    char texto[1024] = "";

    CONFERE(!carregar("", 0600), "empty key file");
    CONFERE(!carregar(linha("k1", CHAVE_K1), 0640), "readable by the group");
    CONFERE(!carregar(linha("k1", CHAVE_K1), 0604), "readable by all");
    CONFERE(!carregar(linha("k1", "short"), 0600), "key too short");
    CONFERE(!carregar("k1 !!!!\n", 0600), "no base64");
    CONFERE(!carregar("k1\n", 0600), "no key");
    CONFERE(!carregar(linha("k/1", CHAVE_K1), 0600), "odd kid");
    sprintf(texto, "%s%s", linha("k1", CHAVE_K1), linha("k1", CHAVE_K2));
    CONFERE(!carregar(texto, 0600), "kid twice");
    texto[0] = '\0';
    for (int i = 0; i < JWT_CHAVES_MAX + 1; i++)
    {
        char kid[16];

        sprintf(kid, "k%d", i);
        strcat(texto, linha(kid, CHAVE_K1));
    }
    CONFERE(!carregar(texto, 0600), "too many keys");
    unlink(arquivo);
    mkdir(arquivo, 0700);
    CONFERE(!jwt_carregar(arquivo, texto, sizeof texto), "a folder");
    rmdir(arquivo);
    CONFERE(!jwt_carregar(arquivo, texto, sizeof texto), "no file");
    sprintf(texto, "# keys\n\n%s%s", linha("k1", CHAVE_K1),
            linha("k2", CHAVE_K2));
    CONFERE(carregar(texto, 0600), "two keys, comment, empty line");
}

static void
renovar_testar(void)
{
    JwtDados d = {.sid = SID, .sub = 7, .papel = "vendedor",
                  .iat = AGORA, .exp = AGORA + 86400, .limite = AGORA + 604800};
    JwtDados n;

    CONFERE(!jwt_renovar(&d, AGORA, &n), "fresh token stays");
    CONFERE(!jwt_renovar(&d, AGORA + 43200, &n), "half its life stays");
    CONFERE(jwt_renovar(&d, AGORA + 43201, &n) && n.iat == AGORA + 43201 &&
                n.exp == AGORA + 43201 + 86400 && n.limite == d.limite &&
                strcmp(n.sid, SID) == 0 && n.sub == 7,
            "older one is renewed for as long");
    d.limite = AGORA + 100000;
    CONFERE(jwt_renovar(&d, AGORA + 80000, &n) && n.exp == d.limite,
            "never beyond the absolute end");
    d.exp = d.limite;
    CONFERE(!jwt_renovar(&d, AGORA + 90000, &n), "nothing left to renew");
}

int
main(void)
{
    JwtDados d = {.sid = SID, .sub = 7, .papel = "vendedor",
                  .iat = AGORA, .exp = AGORA + 86400, .limite = AGORA + 604800};
    JwtDados l;
    char token[JWT_TOKEN_MAX], outro[JWT_TOKEN_MAX + 8], troca;
    unsigned char a[32], b[32];
    size_t n;

    snprintf(arquivo, sizeof arquivo, "/tmp/crm_jwt_test.%d", (int)getpid());
    chaves_testar();

    CONFERE(jwt_assinar(&d, token, sizeof token), "signs");
    CONFERE(!jwt_assinar(&d, token, 20), "a small buffer is refused");
    jwt_assinar(&d, token, sizeof token);
    n = strlen(token);
    CONFERE(jwt_verificar(token, n, AGORA, &l) && l.sub == 7 &&
                strcmp(l.sid, SID) == 0 && strcmp(l.papel, "vendedor") == 0 &&
                l.iat == d.iat && l.exp == d.exp && l.limite == d.limite,
            "reads back what it signed");
    CONFERE(jwt_verificar(token, n, AGORA + 86399, &l), "last second");
    CONFERE(!jwt_verificar(token, n, AGORA + 86400, &l), "then it is over");
    CONFERE(aceito(forjar(CABECALHO_K1, BOM, CHAVE_K1)), "forger with the key");
    CONFERE(aceito(forjar("{\"alg\":\"HS256\",\"kid\":\"k2\",\"typ\":\"JWT\"}",
                          BOM, CHAVE_K2)),
            "S-11: the older key still verifies");
    CONFERE(!aceito(forjar(CABECALHO_K1, BOM, CHAVE_K2)), "kid of another key");
    CONFERE(!aceito(forjar(CABECALHO_K1, BOM, CHAVE_ALHEIA)),
            "S-2: other installation");
    CONFERE(!aceito(forjar(CABECALHO_K1, BOM, NULL)), "S-1: no signature");

    for (size_t i = 0; i < sizeof cabecalhos / sizeof *cabecalhos; i++)
    {
        CONFERE(!aceito(forjar(cabecalhos[i].cabecalho, BOM, CHAVE_K1)),
                "S-1: %s, signed", cabecalhos[i].nome);
        CONFERE(!aceito(forjar(cabecalhos[i].cabecalho, BOM, NULL)),
                "S-1: %s, unsigned", cabecalhos[i].nome);
    }
    for (size_t i = 0; i < sizeof corpos / sizeof *corpos; i++)
        CONFERE(!aceito(forjar(CABECALHO_K1, corpos[i].corpo, CHAVE_K1)),
                "S-2: %s", corpos[i].nome);

    /* Every single character changed, every length. */
    {
        size_t passou = 0;

        for (size_t i = 0; i < n; i++)
        {
            strcpy(outro, token);
            troca = outro[i] == 'A' ? 'B' : 'A';
            outro[i] = troca;
            /* The last character carries bits that are padding. */
            if (i + 1 < n && jwt_verificar(outro, n, AGORA, &l))
                passou++;
            if (jwt_verificar(token, i, AGORA, &l))
                passou++;
        }
        CONFERE(passou == 0, "no changed or cut token passes");
    }
    snprintf(outro, sizeof outro, "%s=", token);
    CONFERE(!aceito(outro), "padding");
    snprintf(outro, sizeof outro, "%s.x", token);
    CONFERE(!aceito(outro), "a fourth part");
    snprintf(outro, sizeof outro, " %s", token);
    CONFERE(!aceito(outro), "a blank before");
    CONFERE(!jwt_verificar("a\0b", 3, AGORA, &l), "NUL inside");
    memset(outro, 'a', sizeof outro - 1);
    outro[sizeof outro - 1] = '\0';
    CONFERE(!aceito(outro) && !aceito("") && !aceito(".") && !aceito(".."),
            "rubbish");
    memcpy(outro, token, n);
    CONFERE(!jwt_verificar(outro, sizeof outro + 5, AGORA, &l), "too long");

    renovar_testar();
    CONFERE(jwt_derivar("a", a) && jwt_derivar("b", b) && memcmp(a, b, 32) != 0,
            "derived keys differ");

    /* Rotation: k2 signs now, tokens of k1 live on; then k1 is gone. */
    {
        char texto[512];

        sprintf(texto, "%s%s", linha("k2", CHAVE_K2), linha("k1", CHAVE_K1));
        CONFERE(carregar(texto, 0600) && jwt_verificar(token, n, AGORA, &l),
                "S-11: old kid verifies after rotation");
        jwt_assinar(&d, outro, sizeof outro);
        CONFERE(strcmp(outro, token) != 0 && aceito(outro),
                "S-11: new kid signs");
        CONFERE(!carregar("rubbish\n", 0600) && aceito(outro),
                "a bad file leaves the keys");
        CONFERE(carregar(linha("k2", CHAVE_K2), 0400) && !aceito(token) &&
                    aceito(outro),
                "S-11: a removed key ends its tokens");
    }
    jwt_esquecer();
    CONFERE(!aceito(outro) && !jwt_assinar(&d, token, sizeof token) &&
                !jwt_derivar("a", a),
            "nothing without keys");
    unlink(arquivo);
    return tap_fim();
}
