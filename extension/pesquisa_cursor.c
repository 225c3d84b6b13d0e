/*
 * pesquisa_cursor.c: the position behind a page.
 *
 * A cursor holds the sort key of the last row and a digest of the filters. The
 * key may be a birth date or a CPF that the reader may not see, so the whole is
 * encrypted: a keystream of HMAC-SHA-256 under a key of this database, begun
 * with the digest of the plain text, which is also its check (what others call
 * a synthetic IV). Who alters a cursor, or brings one of another search, gets
 * CR422 cursor_invalido.
 */
#include "pesquisa.h"

#include "common/base64.h"
#include "common/hashfn.h"
#include "common/hmac.h"
#include "common/sha2.h"
#include "miscadmin.h"
#include "utils/memutils.h"

enum
{
    CURSOR_VERSAO = 1,
    RESUMO = 16,
    TEXTO_MAX = 1200, /* the longest normalised name or city is shorter */
    CURSOR_MAX = 2000
};

/* What a cursor says, before the text of the key. */
typedef struct Corpo
{
    uint8 versao;
    uint8 nivel;
    uint8 nulo;
    uint8 total_exato;
    uint8 parecidos;
    uint8 sobra[3];
    uint8 filtros[RESUMO]; /* digest of order and filters */
    int64 id;
    int64 numero;
    int64 total;
} Corpo;

static const uint8 *chave_do_banco(void);
static void hmac(const void *a, size_t an, const void *b, size_t bn,
                 uint8 saida[PG_SHA256_DIGEST_LENGTH]);
static void cifrar(const uint8 resumo[RESUMO], uint8 *dados, size_t n);
static void resumo_dos_filtros(const Pesquisa *p, uint8 saida[RESUMO]);
static void invalido(void) pg_attribute_noreturn();

char *
cursor_escrever(const Pesquisa *p)
{
    const Achado *ultimo = &p->pagina[p->n - 1];
    const size_t texto_n = Min(ultimo->texto.n, TEXTO_MAX);
    const size_t n = sizeof(Corpo) + texto_n;
    uint8 *dados = palloc(RESUMO + n);
    uint8 resumo[PG_SHA256_DIGEST_LENGTH];
    Corpo corpo;
    char *saida;
    int saida_n;

    memset(&corpo, 0, sizeof(corpo));
    corpo.versao = CURSOR_VERSAO;
    corpo.nivel = ultimo->nivel;
    corpo.nulo = ultimo->nulo;
    corpo.total_exato = p->total_exato;
    corpo.parecidos = p->parecidos;
    resumo_dos_filtros(p, corpo.filtros);
    corpo.id = ultimo->id;
    corpo.numero = ultimo->numero;
    corpo.total = p->total;
    memcpy(dados + RESUMO, &corpo, sizeof(corpo));
    if (texto_n > 0)
        memcpy(dados + RESUMO + sizeof(corpo), ultimo->texto.p, texto_n);
    hmac("c", 1, dados + RESUMO, n, resumo);
    memcpy(dados, resumo, RESUMO);
    cifrar(dados, dados + RESUMO, n);

    saida_n = pg_b64_enc_len(RESUMO + n);
    saida = palloc(saida_n + 1);
    saida_n = pg_b64_encode((char *)dados, RESUMO + n, saida, saida_n);
    while (saida_n > 0 && saida[saida_n - 1] == '=')
        saida_n--;
    saida[saida_n] = '\0';
    for (char *c = saida; *c; c++)
        *c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
    return saida;
}

void
cursor_ler(Pesquisa *p, const char *texto, int n)
{
    char *base64;
    uint8 *dados;
    int dados_n;
    uint8 resumo[PG_SHA256_DIGEST_LENGTH];
    uint8 filtros[RESUMO];
    Corpo corpo;
    Achado *apos = &p->posicao.apos;

    if (n > CURSOR_MAX)
        invalido();
    base64 = palloc(n + 4);
    for (int i = 0; i < n; i++)
    {
        if (texto[i] == '+' || texto[i] == '/' || texto[i] == '=')
            invalido();
        base64[i] = texto[i] == '-' ? '+' : texto[i] == '_' ? '/' : texto[i];
    }
    while (n % 4 != 0)
        base64[n++] = '=';
    dados = palloc(pg_b64_dec_len(n) + 1);
    dados_n = pg_b64_decode(base64, n, (char *)dados, pg_b64_dec_len(n));
    if (dados_n < (int)(RESUMO + sizeof(Corpo)))
        invalido();
    cifrar(dados, dados + RESUMO, dados_n - RESUMO);
    hmac("c", 1, dados + RESUMO, dados_n - RESUMO, resumo);
    memcpy(&corpo, dados + RESUMO, sizeof(corpo));
    resumo_dos_filtros(p, filtros);
    if (memcmp(resumo, dados, RESUMO) != 0 || corpo.versao != CURSOR_VERSAO ||
        memcmp(corpo.filtros, filtros, RESUMO) != 0)
        invalido();

    p->posicao.ha = true;
    p->posicao.total = corpo.total;
    p->posicao.total_exato = corpo.total_exato;
    p->posicao.parecidos = corpo.parecidos;
    memset(apos, 0, sizeof(*apos));
    apos->id = corpo.id;
    apos->numero = corpo.numero;
    apos->nulo = corpo.nulo;
    apos->nivel = corpo.nivel;
    apos->texto.p = (char *)dados + RESUMO + sizeof(corpo);
    apos->texto.n = dados_n - RESUMO - sizeof(corpo);
}

static void
invalido(void)
{
    crm_falha(422, "cursor_invalido", "cursor", "Cursor inválido.",
              "Recomece a lista pela primeira página.", NULL);
}

static void
juntar(StringInfo s, char tipo, const Palavra *textos, int n)
{
    for (int i = 0; i < n; i++)
    {
        appendStringInfo(s, "|%c%d ", tipo, (int)textos[i].n);
        appendBinaryStringInfo(s, textos[i].p, textos[i].n);
    }
}

/* Everything that decides who is in the list. */
static void
filtros_escrever(StringInfo s, const Filtro *f)
{
    initStringInfo(s);
    appendStringInfo(s, "%d %u %d %d %d %d " INT64_FORMAT " " INT64_FORMAT
                     " %d " INT64_FORMAT " ",
                     f->termos_n, f->ufs, f->status, f->situacao, f->ativo,
                     f->tem_cpf, f->cpf_de, f->cpf_ate, f->propria, f->vendedor);
    /* Not the days of birth: they move with the calendar, the ages do not. */
    appendStringInfo(s, "%d %d %d ", f->tem_idade, f->idade_min, f->idade_max);
    appendBinaryStringInfo(s, f->nome.p ? f->nome.p : "", f->nome.n);
    for (int i = 0; i < f->termos_n; i++)
    {
        appendStringInfoChar(s, '|');
        appendBinaryStringInfo(s, f->termos[i].texto.p, f->termos[i].texto.n);
        appendStringInfoChar(s, ':');
        appendBinaryStringInfo(s, f->termos[i].som.p, f->termos[i].som.n);
    }
    juntar(s, 'c', &f->cidade, f->cidade.p != NULL);
    juntar(s, 't', f->celulares, f->celulares_n);
    juntar(s, 'e', f->emails, f->emails_n);
}

/* Order, and those. */
static void
resumo_dos_filtros(const Pesquisa *p, uint8 saida[RESUMO])
{
    StringInfoData s;
    uint8 resumo[PG_SHA256_DIGEST_LENGTH];

    filtros_escrever(&s, &p->f);
    appendStringInfo(&s, "|%d %d", p->ordem, p->desce);
    hmac("f", 1, s.data, s.len, resumo);
    memcpy(saida, resumo, RESUMO);
    pfree(s.data);
}

uint64
cursor_filtros(const Filtro *f, int mais)
{
    StringInfoData s;
    uint64 n;

    filtros_escrever(&s, f);
    appendStringInfo(&s, "|%d %d %d", mais, tempo_hoje(), MyDatabaseId);
    n = hash_bytes_extended((unsigned char *)s.data, s.len, 0);
    pfree(s.data);
    return n;
}

static void
cifrar(const uint8 resumo[RESUMO], uint8 *dados, size_t n)
{
    uint8 semente[RESUMO + 1];
    uint8 bloco[PG_SHA256_DIGEST_LENGTH];

    memcpy(semente, resumo, RESUMO);
    for (size_t i = 0; i < n; i++)
    {
        if (i % sizeof(bloco) == 0)
        {
            semente[RESUMO] = (uint8)(i / sizeof(bloco));
            hmac("k", 1, semente, sizeof(semente), bloco);
        }
        dados[i] ^= bloco[i % sizeof(bloco)];
    }
}

static void
hmac(const void *a, size_t an, const void *b, size_t bn,
     uint8 saida[PG_SHA256_DIGEST_LENGTH])
{
    pg_hmac_ctx *ctx = pg_hmac_create(PG_SHA256);

    if (ctx == NULL ||
        pg_hmac_init(ctx, chave_do_banco(), PG_SHA256_DIGEST_LENGTH) < 0 ||
        pg_hmac_update(ctx, a, an) < 0 || pg_hmac_update(ctx, b, bn) < 0 ||
        pg_hmac_final(ctx, saida, PG_SHA256_DIGEST_LENGTH) < 0)
    {
        pg_hmac_free(ctx);
        elog(ERROR, "could not compute an HMAC");
    }
    pg_hmac_free(ctx);
}

/* Derived once per backend. */
static const uint8 *
chave_do_banco(void)
{
    static uint8 chave[PG_SHA256_DIGEST_LENGTH];
    static bool pronta = false;

    if (!pronta)
    {
        memcpy(chave, VARDATA_ANY(segredo_hmac("evento", "cursor da pesquisa")),
               sizeof(chave));
        pronta = true;
    }
    return chave;
}
