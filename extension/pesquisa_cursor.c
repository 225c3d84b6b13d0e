/*
 * pesquisa_cursor.c: the position behind a page.
 *
 * A cursor holds the sort key of the last row and a digest of the filters. The
 * key may be a birth date or a CPF that the reader may not see, so it travels in
 * an envelope under a key of this database. Who alters a cursor, or brings one
 * of another search, gets CR422 cursor_invalido.
 */
#include "pesquisa.h"
#include "envelope.h"

#include "common/hashfn.h"
#include "common/hmac.h"
#include "common/sha2.h"
#include "miscadmin.h"
#include "utils/memutils.h"

enum
{
    CURSOR_VERSAO = 2,
    TEXTO_MAX = 1200 /* the longest normalised name or city is shorter */
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
    uint8 filtros[ENVELOPE_RESUMO]; /* digest of order and filters */
    int64 id;
    int64 numero;
    int64 total;
} Corpo;

static const uint8 *chave_do_banco(void);
static void hmac(char tipo, const void *dados, size_t n,
                 uint8 mac[ENVELOPE_MAC]);
static void resumo_dos_filtros(const Pesquisa *p, uint8 saida[ENVELOPE_RESUMO]);
static void invalido(void) pg_attribute_noreturn();

char *
cursor_escrever(const Pesquisa *p)
{
    const Achado *ultimo = &p->pagina[p->n - 1];
    const size_t texto_n = Min(ultimo->texto.n, TEXTO_MAX);
    const size_t n = sizeof(Corpo) + texto_n;
    uint8 *conteudo = palloc(n);
    char *saida = palloc(envelope_texto_n(n) + 1);
    Corpo corpo;

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
    memcpy(conteudo, &corpo, sizeof(corpo));
    if (texto_n > 0)
        memcpy(conteudo + sizeof(corpo), ultimo->texto.p, texto_n);
    envelope_fechar(conteudo, n, hmac, saida);
    return saida;
}

void
cursor_ler(Pesquisa *p, const char *texto, int n)
{
    uint8 *conteudo = palloc(ENVELOPE_MAX);
    const int conteudo_n = envelope_abrir(texto, n, hmac, conteudo);
    uint8 filtros[ENVELOPE_RESUMO];
    Corpo corpo;
    Achado *apos = &p->posicao.apos;

    if (conteudo_n < (int)sizeof(Corpo))
        invalido();
    memcpy(&corpo, conteudo, sizeof(corpo));
    resumo_dos_filtros(p, filtros);
    if (corpo.versao != CURSOR_VERSAO ||
        memcmp(corpo.filtros, filtros, sizeof(filtros)) != 0)
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
    apos->texto.p = (char *)conteudo + sizeof(corpo);
    apos->texto.n = conteudo_n - sizeof(corpo);
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
resumo_dos_filtros(const Pesquisa *p, uint8 saida[ENVELOPE_RESUMO])
{
    StringInfoData s;
    uint8 resumo[ENVELOPE_MAC];

    filtros_escrever(&s, &p->f);
    appendStringInfo(&s, "|%d %d %d", p->ordem, p->desce, p->por_anos);
    hmac('f', s.data, s.len, resumo);
    memcpy(saida, resumo, ENVELOPE_RESUMO);
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
hmac(char tipo, const void *dados, size_t n, uint8 mac[ENVELOPE_MAC])
{
    pg_hmac_ctx *ctx = pg_hmac_create(PG_SHA256);

    if (ctx == NULL ||
        pg_hmac_init(ctx, chave_do_banco(), PG_SHA256_DIGEST_LENGTH) < 0 ||
        pg_hmac_update(ctx, (const uint8 *)&tipo, 1) < 0 ||
        pg_hmac_update(ctx, dados, n) < 0 ||
        pg_hmac_final(ctx, mac, ENVELOPE_MAC) < 0)
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
