/*
 * senha.c: passwords.
 *
 * Hash: bcrypt $2b$ of libxcrypt over base64(sha256(senha)): every byte of the
 * password counts, whatever its length, and none is a NUL. At most
 * bcrypt_simultaneos computations run at a time in a database: each holds one
 * of that many advisory locks, and waits a bounded time for it.
 *
 * One computation cannot be interrupted (0.2 to 1 s at the default cost), the
 * waits can.
 */
#include "crm.h"

#include <crypt.h>

#include "access/xact.h"
#include "common/base64.h"
#include "common/cryptohash.h"
#include "common/sha2.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/latch.h"
#include "utils/timestamp.h"

#include "senha.h"
#include "senha_comum.h"
#include "trava.h"

enum
{
    SEM_VAGA = -1,
    HASH_LEN = 60,
    SENHA_MAX = 128,            /* characters */
    SAL_BYTES = 16,
    PREPARADA_MAX = 64,         /* base64 of 32 bytes is 44 */
    TRAVA_PASSO_MS = 20,
    VAGA_ESPERA_MS = 10000
};

/* Compared with when there is no hash: same cost, never equal. */
#define SAL_FALSO "abcdefghijklmnopqrstuu"

static int minha_vaga = SEM_VAGA;

static void preparar(const char *senha, char *preparada);
static char *bcrypt(const char *senha, const char *sal);
static bool iguais(const char *a, const char *b);
static void vaga_pegar(void);
static void vaga_soltar(void);

char *
senha_cifrar(const char *senha)
{
    uint8 acaso[SAL_BYTES];
    char sal[CRYPT_GENSALT_OUTPUT_SIZE];
    char *hash;

    if (!pg_strong_random(acaso, sizeof(acaso)))
        ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR),
                        errmsg("could not generate random bytes")));
    if (crypt_gensalt_rn("$2b$", config_int("bcrypt_custo"), (char *)acaso,
                         sizeof(acaso), sal, sizeof(sal)) == NULL)
        elog(ERROR, "could not generate a salt: %m");

    vaga_pegar();
    hash = bcrypt(senha, sal);
    vaga_soltar();
    if (hash == NULL)
        elog(ERROR, "could not compute a password hash: %m");
    return hash;
}

/*
 * Is it the password of the hash? hash NULL, or what is no hash of ours, takes as
 * long and is false: a salt alone is never equal to a hash. A wrong
 * password keeps its slot until the transaction ends: whoever counts failures
 * sees all but those in the slots.
 */
static bool
senha_confere(const char *senha, const char *hash)
{
    char falso[64];
    const char *calculado;
    bool confere;

    snprintf(falso, sizeof(falso), "$2b$%02d$" SAL_FALSO,
             config_int("bcrypt_custo"));
    if (hash == NULL || strlen(hash) != HASH_LEN ||
        strncmp(hash, "$2b$", 4) != 0)
        hash = falso;
    vaga_pegar();
    calculado = bcrypt(senha, hash);
    confere = calculado != NULL && iguais(calculado, hash);
    if (confere)
        vaga_soltar();
    return confere;
}

void
senha_exigir_boa(const char *senha, const char *email, const char *nome,
                 const char *campo)
{
    int minimo = config_int("senha_min");
    int n = pg_mbstrlen(senha);

    if (n < minimo)
        crm_falha(422, "senha_curta", campo,
                  psprintf("A senha deve ter no mínimo %d caracteres.", minimo),
                  NULL, NULL);
    if (n > SENHA_MAX)
        crm_falha(422, "senha_longa", campo,
                  psprintf("A senha deve ter no máximo %d caracteres.",
                           SENHA_MAX),
                  NULL, NULL);
    if (senha_comum(senha, email, nome))
        crm_falha(422, "senha_comum", campo,
                  "Senha muito comum: escolha outra.",
                  "Use uma frase, ou várias palavras sem relação.", NULL);
}

/* ---- bcrypt ---- */

/* NULL when sal is malformed. */
static char *
bcrypt(const char *senha, const char *sal)
{
    struct crypt_data *dados = palloc0(sizeof(*dados));
    char preparada[PREPARADA_MAX];
    const char *saida;
    char *hash;

    preparar(senha, preparada);
    saida = crypt_rn(preparada, sal, dados, sizeof(*dados));
    hash = saida != NULL ? pstrdup(saida) : NULL;
    explicit_bzero(preparada, sizeof(preparada));
    explicit_bzero(dados, sizeof(*dados));
    pfree(dados);
    return hash;
}

static void
preparar(const char *senha, char *preparada)
{
    uint8 resumo[PG_SHA256_DIGEST_LENGTH];
    pg_cryptohash_ctx *ctx = pg_cryptohash_create(PG_SHA256);
    int n;

    if (ctx == NULL || pg_cryptohash_init(ctx) < 0 ||
        pg_cryptohash_update(ctx, (const uint8 *)senha, strlen(senha)) < 0 ||
        pg_cryptohash_final(ctx, resumo, sizeof(resumo)) < 0)
        elog(ERROR, "could not hash: %s", pg_cryptohash_error(ctx));
    pg_cryptohash_free(ctx);

    n = pg_b64_encode((const char *)resumo, sizeof(resumo), preparada,
                      PREPARADA_MAX - 1);
    preparada[n] = '\0';
    explicit_bzero(resumo, sizeof(resumo));
}

/* In a time that does not depend on where they differ. */
static bool
iguais(const char *a, const char *b)
{
    size_t n = strlen(a);
    bool mesmo_tamanho = strlen(b) == n;
    unsigned char diferenca = !mesmo_tamanho;

    if (!mesmo_tamanho)
        b = a;
    for (size_t i = 0; i < n; i++)
        diferenca |= (unsigned char)(a[i] ^ b[i]);
    return diferenca == 0;
}

/* ---- bounded waits for advisory locks of the transaction ---- */

static bool
prazo_esperar(TimestampTz prazo)
{
    if (GetCurrentTimestamp() >= prazo)
        return false;
    (void)WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
                    TRAVA_PASSO_MS, PG_WAIT_EXTENSION);
    ResetLatch(MyLatch);
    CHECK_FOR_INTERRUPTS();
    return true;
}

/* Takes a slot, unless the transaction has one. */
static void
vaga_pegar(void)
{
    TimestampTz prazo = TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
                                                    VAGA_ESPERA_MS);
    int vagas = config_int("bcrypt_simultaneos");

    if (minha_vaga != SEM_VAGA)
        return;
    do
        for (int vaga = 0; vaga < vagas; vaga++)
        {
            LOCKTAG tag = trava_nome(TRAVA_VAGA, vaga);

            if (LockAcquire(&tag, ExclusiveLock, true, true) !=
                LOCKACQUIRE_NOT_AVAIL)
            {
                minha_vaga = vaga;
                return;
            }
        }
    while (prazo_esperar(prazo));

    crm_falha(503, "ocupado", NULL, "Muitas pessoas entrando ao mesmo tempo.",
              "Tente de novo em alguns segundos.", "{\"tentar_em\": 2}");
}

static void
vaga_soltar(void)
{
    if (minha_vaga != SEM_VAGA)
    {
        LOCKTAG tag = trava_nome(TRAVA_VAGA, minha_vaga);

        minha_vaga = SEM_VAGA;
        LockRelease(&tag, ExclusiveLock, true);
    }
}

/*
 * The slot is a lock of the session, so that it can be given back from any depth
 * of the transaction; it never outlives that.
 */
static void
fim_transacao(XactEvent evento, void *arg)
{
    if (evento == XACT_EVENT_COMMIT || evento == XACT_EVENT_ABORT ||
        evento == XACT_EVENT_PREPARE)
        vaga_soltar();
}

void
senha_init(void)
{
    RegisterXactCallback(fim_transacao, NULL);
}

/* ---- SQL faces, for the owner's functions alone ---- */

/*
 * crm.travar(classe integer, chave integer, espera_ms integer) returns boolean
 *
 * Advisory lock of two integers until the transaction ends; false when it was
 * not free within espera_ms.
 */
PG_FUNCTION_INFO_V1(crm_travar);
Datum
crm_travar(PG_FUNCTION_ARGS)
{
    int32 classe = PG_GETARG_INT32(0);
    int32 chave = PG_GETARG_INT32(1);
    int32 espera_ms = PG_GETARG_INT32(2);
    TimestampTz prazo =
        TimestampTzPlusMilliseconds(GetCurrentTimestamp(), espera_ms);

    do
        if (trava_pegar(classe, chave, false))
            PG_RETURN_BOOL(true);
    while (prazo_esperar(prazo));
    PG_RETURN_BOOL(false);
}

/*
 * crm.senha_vaga() returns void
 *
 * Takes the slot that the next senha_confere() uses: what is read after it
 * misses no computation but those in the other slots.
 *
 * Errors: CR503 ocupado.
 */
PG_FUNCTION_INFO_V1(crm_senha_vaga);
Datum
crm_senha_vaga(PG_FUNCTION_ARGS)
{
    vaga_pegar();
    PG_RETURN_VOID();
}

/*
 * crm.senha_cifrar(senha text) returns text
 *
 * Errors: CR503 ocupado when no slot was free in time.
 */
PG_FUNCTION_INFO_V1(crm_senha_cifrar);
Datum
crm_senha_cifrar(PG_FUNCTION_ARGS)
{
    PG_RETURN_TEXT_P(cstring_to_text(
        senha_cifrar(text_to_cstring(PG_GETARG_TEXT_PP(0)))));
}

/*
 * crm.senha_confere(senha text, hash text) returns boolean
 *
 * hash NULL: false, after the same time. Errors: CR503 ocupado.
 */
PG_FUNCTION_INFO_V1(crm_senha_confere);
Datum
crm_senha_confere(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(0))
        PG_RETURN_BOOL(false);
    PG_RETURN_BOOL(
        senha_confere(text_to_cstring(PG_GETARG_TEXT_PP(0)),
                      PG_ARGISNULL(1)
                          ? NULL
                          : text_to_cstring(PG_GETARG_TEXT_PP(1))));
}

/*
 * crm.senha_exigir_boa(senha text, email text, nome text, campo text)
 * returns void
 *
 * Errors: CR422 senha_curta, senha_longa, senha_comum.
 */
PG_FUNCTION_INFO_V1(crm_senha_exigir_boa);
Datum
crm_senha_exigir_boa(PG_FUNCTION_ARGS)
{
    char *arg[4] = {0};

    for (int i = 0; i < 4; i++)
        if (!PG_ARGISNULL(i))
            arg[i] = text_to_cstring(PG_GETARG_TEXT_PP(i));
    if (arg[0] == NULL)
        crm_falha(422, "campo_obrigatorio", arg[3], "A senha é obrigatória.",
                  NULL, NULL);
    senha_exigir_boa(arg[0], arg[1], arg[2], arg[3]);
    PG_RETURN_VOID();
}

/*
 * crm.senha_gerar() returns text
 *
 * 16 characters of 31 (no 0, O, 1, I, L): 79 random bits, to be read aloud.
 */
PG_FUNCTION_INFO_V1(crm_senha_gerar);
Datum
crm_senha_gerar(PG_FUNCTION_ARGS)
{
    static const char letras[] = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";
    const int n = sizeof(letras) - 1;
    char senha[20] = {0};
    int i = 0;

    while (i < 19)
    {
        uint8 b;

        if (i % 5 == 4)
        {
            senha[i++] = '-';
            continue;
        }
        if (!pg_strong_random(&b, 1))
            ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR),
                            errmsg("could not generate random bytes")));
        if (b < 256 / n * n)
            senha[i++] = letras[b % n];
    }
    PG_RETURN_TEXT_P(cstring_to_text_with_len(senha, 19));
}

/*
 * crm.segredo_hmac(nome text, texto text) returns bytea
 *
 * Keyed hash under crm.segredos.nome.
 */
PG_FUNCTION_INFO_V1(crm_segredo_hmac);
Datum
crm_segredo_hmac(PG_FUNCTION_ARGS)
{
    PG_RETURN_BYTEA_P(
        segredo_hmac(text_to_cstring(PG_GETARG_TEXT_PP(0)),
                     text_to_cstring(PG_GETARG_TEXT_PP(1))));
}

/*
 * crm.senha_e_comum(senha text) returns boolean
 *
 * Is it one that attackers try first, whoever owns it?
 */
PG_FUNCTION_INFO_V1(crm_senha_e_comum);
Datum
crm_senha_e_comum(PG_FUNCTION_ARGS)
{
    PG_RETURN_BOOL(
        senha_comum(text_to_cstring(PG_GETARG_TEXT_PP(0)), NULL, NULL));
}
