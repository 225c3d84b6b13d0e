/*
 * cache.c: asks, waits for others, keeps (see cache.h for what is promised).
 *
 * An epoch is believed only when the own database has named it: a fence that a
 * clone or a former primary keeps alive means nothing here.
 */
#include "cache.h"
#include "cache_interna.h"

#include "compressao.h"
#include "config.h"
#include "metricas.h"
#include "negociacao.h"
#include "pg_escuta.h"
#include "redis.h"

#include <kore/kore.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

enum
{
    INSTALACAO_MAX = 32,
    TTL_MAX_MS = 3600 * 1000,
    VOOS = 1024,    /* power of two; buckets */
    ESPERAS_MAX = 2, /* flights that a request waits for */
    MEMORIAS = 1024, /* power of two; sets */
    MEMORIA_VIAS = 4,
    MEMORIA_TEXTO_MAX = 256 + CACHE_CLASSE_MAX + sizeof(long long)
};

/* The key of a request that was asked before. */
typedef struct Memoria
{
    unsigned char chave[CACHE_CHAVE_BYTES];
    size_t n;
    char texto[]; /* request, class, day */
} Memoria;

typedef struct MemoriaVia
{
    uint64_t hash;
    Memoria *m; /* NULL: free */
} MemoriaVia;

/* Somebody asks the database; the others wait for the answer. */
typedef struct CacheVoo
{
    LIST_ENTRY(CacheVoo) balde;
    unsigned char chave[CACHE_CHAVE_BYTES];
    struct CacheFila seguidores;
} CacheVoo;

/* Shared by all workers. */
static atomic_uint_fast64_t *suspensa;

static char prefixo[8 + INSTALACAO_MAX];
static uint64_t epocas[CACHE_EPOCAS]; /* [0] was named last */
static LIST_HEAD(, CacheVoo) voos[VOOS];
static MemoriaVia memorias[MEMORIAS][MEMORIA_VIAS];

static bool pronto(void);
static bool chave_de(const char *funcao, const char *args, const char *classe,
                     long long dia, unsigned char chave[CACHE_CHAVE_BYTES]);
static size_t memoria_texto(char out[MEMORIA_TEXTO_MAX], const char *texto,
                            const CacheSessao *s);
static void epoca_nomear(uint64_t epoca);
static void limpar(CacheConsulta *c);
static CacheVoo *voo_achar(const unsigned char *chave);
static void pousar(CacheConsulta *c, bool guardada);
static bool suceder(CacheConsulta *c);
static void seguir(CacheConsulta *c);
static RespostaBloco *montar(CacheEntrada *e, const CacheResposta *r);

bool
cache_preparar(void)
{
    void *p = mmap(NULL, sizeof *suspensa, PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    suspensa = p != MAP_FAILED ? p : NULL;
    return suspensa != NULL;
}

void
cache_iniciar(void)
{
    cache_memoria_iniciar();
    cache_viagem_iniciar();
}

void
cache_tique(void)
{
    cache_olhar_cerca();
    metrica_medir(G_CACHE_ABERTO, strcmp(cache_estado(), "aberto") == 0);
}

const char *
cache_estado(void)
{
    return !configuracao()->cache || configuracao()->redis_socket[0] == '\0'
               ? "desligado"
           : !pronto()                    ? "fora"
           : cache_suspensa(cache_epoca()) ? "suspenso"
           : !cache_cerca_de_pe()         ? "fechado"
                                          : "aberto";
}

void
cache_apresentar(const json_t *cache)
{
    const char *p = json_string_value(json_object_get(cache, "prefixo"));
    const json_t *epoca = json_object_get(cache, "epoca");
    size_t n = p != NULL && strncmp(p, "crm:", 4) == 0
                   ? strspn(p + 4, "0123456789abcdef")
                   : 0;
    uint64_t e;

    if (n >= 8 && n <= INSTALACAO_MAX && strcmp(p + 4 + n, ":") == 0)
        snprintf(prefixo, sizeof prefixo, "%.*s", (int)n + 4, p);
    if (json_is_string(epoca) &&
        cache_epoca_ler(json_string_value(epoca), json_string_length(epoca),
                        &e))
        epoca_nomear(e);
}

bool
cache_apresentado(void)
{
    return prefixo[0] != '\0';
}

const char *
cache_prefixo(void)
{
    return prefixo[0] != '\0' ? prefixo : NULL;
}

uint64_t
cache_epoca(void)
{
    return epocas[0];
}

bool
cache_epoca_nossa(uint64_t epoca)
{
    for (int i = 0; i < CACHE_EPOCAS; i++)
        if (epocas[i] == epoca)
            return epoca != 0;
    return false;
}

bool
cache_suspensa(uint64_t epoca)
{
    return epoca != 0 && atomic_load(suspensa) == epoca;
}

void
cache_suspender(uint64_t epoca)
{
    atomic_store(suspensa, epoca);
}

int64_t
cache_agora_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_REALTIME, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

const char *
cache_papel(const CacheConsulta *c)
{
    return c->sessao != NULL ? c->sessao->papel : "";
}

/* ---- asking ---- */

bool
cache_comecar(CacheConsulta *c, const char *sid)
{
    limpar(c);
    c->desfecho = CACHE_DESVIO;
    c->arrendar = configuracao()->cache && redis_pronto();
    if (!pronto())
        return false;
    c->desfecho = CACHE_FALTA;
    c->sessao = cache_sessao_achar(sid);
    return c->sessao != NULL;
}

bool
cache_lembrar(CacheConsulta *c, const char *texto)
{
    char tudo[MEMORIA_TEXTO_MAX];
    size_t n = memoria_texto(tudo, texto, c->sessao);
    uint64_t hash = lru_hash(tudo, n);
    const MemoriaVia *vias = memorias[hash & (MEMORIAS - 1)];

    for (int i = 0; n > 0 && i < MEMORIA_VIAS; i++)
    {
        const Memoria *m = vias[i].m;

        if (vias[i].hash != hash || m == NULL || m->n != n ||
            memcmp(m->texto, tudo, n) != 0)
            continue;
        memcpy(c->chave, m->chave, sizeof c->chave);
        c->tem_chave = true;
        return true;
    }
    return false;
}

/* All that the key depends on, in one piece; 0: too long. */
static size_t
memoria_texto(char out[MEMORIA_TEXTO_MAX], const char *texto,
              const CacheSessao *s)
{
    size_t n = strlen(texto) + 1;
    size_t m = strlen(s->classe) + 1;

    if (n + m + sizeof s->dia > MEMORIA_TEXTO_MAX)
        return 0;
    memcpy(out, texto, n);
    memcpy(out + n, s->classe, m);
    memcpy(out + n + m, &s->dia, sizeof s->dia);
    return n + m + sizeof s->dia;
}

bool
cache_chavear(CacheConsulta *c, const char *funcao, const char *args,
              const char *texto)
{
    static unsigned vez;
    char tudo[MEMORIA_TEXTO_MAX];
    MemoriaVia *via;
    size_t n;

    if (!chave_de(funcao, args, c->sessao->classe, c->sessao->dia, c->chave))
        return false;
    c->tem_chave = true;
    if (texto == NULL || (n = memoria_texto(tudo, texto, c->sessao)) == 0)
        return true;
    via = &memorias[lru_hash(tudo, n) & (MEMORIAS - 1)][vez++ % MEMORIA_VIAS];
    kore_free(via->m);
    via->hash = lru_hash(tudo, n);
    via->m = kore_malloc(sizeof *via->m + n);
    via->m->n = n;
    memcpy(via->m->texto, tudo, n);
    memcpy(via->m->chave, c->chave, sizeof c->chave);
    return true;
}

bool
cache_pedir(CacheConsulta *c, struct http_request *req)
{
    c->registro = cache_registro_achar(c->chave);
    c->so_carimbos =
        c->registro != NULL && resposta_confere(req, &c->registro->e);
    if (cache_viajar(c))
        return true;
    c->desfecho = CACHE_DESVIO;
    return false;
}

/* A trip has ended; c->desfecho says how. */
void
cache_chegar(CacheConsulta *c)
{
    if (c->desfecho == CACHE_ACERTO && c->bloco != NULL && cache_sortear())
        c->desfecho = CACHE_AMOSTRA;
    c->fn(c);
}

void
cache_abandonar(CacheConsulta *c)
{
    if (c->lugar == CACHE_FILA)
        TAILQ_REMOVE(c->onde, c, fila);
    else if (c->lugar == CACHE_LIDER && !suceder(c))
        pousar(c, false);
    limpar(c);
}

void
cache_contar(const CacheConsulta *c)
{
    metrica_somar(c->desfecho == CACHE_ACERTO    ? M_CACHE_ACERTOS
                  : c->desfecho == CACHE_FALTA   ? M_CACHE_FALTAS
                  : c->desfecho == CACHE_AMOSTRA ? M_CACHE_AMOSTRAS
                                                 : M_CACHE_DESVIOS,
                  1);
}

static bool
pronto(void)
{
    size_t n;

    return configuracao()->cache && redis_pronto() &&
           redis_run_id() != NULL && prefixo[0] != '\0' && epocas[0] != 0 &&
           escuta_segredo(&n) != NULL;
}

/* Gives back what belongs to an earlier question. */
static void
limpar(CacheConsulta *c)
{
    cache_sessao_soltar(c->sessao);
    cache_registro_soltar(c->registro);
    resposta_bloco_soltar(c->bloco);
    c->sessao = NULL;
    c->registro = NULL;
    c->bloco = NULL;
    c->lugar = CACHE_PARADA;
    c->onde = NULL;
    c->voo = NULL;
    c->tem_chave = c->so_carimbos = false;
    c->voltas = 0;
}

/*
 * HMAC-SHA256 with a secret of the database, so that whoever reads the keys of
 * Redis cannot try names or CPFs. Everything that the answer depends on besides
 * the data is in it.
 */
static bool
chave_de(const char *funcao, const char *args, const char *classe,
         long long dia, unsigned char chave[CACHE_CHAVE_BYTES])
{
    static struct kore_buf b;
    unsigned int n = 0;
    size_t segredo_n;
    const unsigned char *segredo = escuta_segredo(&segredo_n);

    if (segredo == NULL)
        return false;
    if (b.data == NULL)
        kore_buf_init(&b, 4096);
    kore_buf_reset(&b);
    kore_buf_appendf(&b, "crm cache 1|%s|%s|%lld|", funcao, classe, dia);
    kore_buf_append(&b, args, strlen(args));
    return HMAC(EVP_sha256(), segredo, (int)segredo_n, b.data, b.offset, chave,
                &n) != NULL &&
           n == CACHE_CHAVE_BYTES;
}

/* The own database has named it. */
static void
epoca_nomear(uint64_t epoca)
{
    int i = 0;

    while (i < CACHE_EPOCAS - 1 && epocas[i] != epoca)
        i++;
    memmove(epocas + 1, epocas, (size_t)i * sizeof *epocas);
    epocas[0] = epoca;
}

/* ---- one for all ---- */

bool
cache_voar(CacheConsulta *c)
{
    CacheVoo *v;

    if (c->desfecho != CACHE_FALTA || !c->tem_chave ||
        c->lugar != CACHE_PARADA || c->esperas >= ESPERAS_MAX)
        return true;
    v = voo_achar(c->chave);
    if (v != NULL)
    {
        c->esperas++;
        c->lugar = CACHE_FILA;
        c->onde = &v->seguidores;
        TAILQ_INSERT_TAIL(&v->seguidores, c, fila);
        metrica_somar(M_CACHE_ESPERAS, 1);
        return false;
    }
    v = kore_calloc(1, sizeof *v);
    memcpy(v->chave, c->chave, sizeof v->chave);
    TAILQ_INIT(&v->seguidores);
    c->voo = v;
    c->lugar = CACHE_LIDER;
    LIST_INSERT_HEAD(&voos[lru_hash(v->chave, sizeof v->chave) & (VOOS - 1)],
                     v, balde);
    return true;
}

void
cache_pousar(CacheConsulta *c)
{
    if (c->lugar == CACHE_LIDER)
        pousar(c, false);
}

static CacheVoo *
voo_achar(const unsigned char *chave)
{
    CacheVoo *v;

    LIST_FOREACH(v, &voos[lru_hash(chave, CACHE_CHAVE_BYTES) & (VOOS - 1)],
                 balde)
        if (memcmp(v->chave, chave, CACHE_CHAVE_BYTES) == 0)
            return v;
    return NULL;
}

/* The leader is there: who waited looks into Redis, or asks by itself. */
static void
pousar(CacheConsulta *c, bool guardada)
{
    CacheVoo *v = c->voo;
    CacheConsulta *s;

    LIST_REMOVE(v, balde);
    c->voo = NULL;
    c->lugar = CACHE_PARADA;
    while ((s = TAILQ_FIRST(&v->seguidores)) != NULL)
    {
        TAILQ_REMOVE(&v->seguidores, s, fila);
        s->lugar = CACHE_PARADA;
        s->onde = NULL;
        if (guardada)
            seguir(s);
        else
        {
            s->esperas = ESPERAS_MAX;
            s->fn(s);
        }
    }
    kore_free(v);
}

/* The leader has gone: the first who waits asks in its place. */
static bool
suceder(CacheConsulta *c)
{
    CacheVoo *v = c->voo;
    CacheConsulta *s = TAILQ_FIRST(&v->seguidores);

    if (s == NULL)
        return false;
    TAILQ_REMOVE(&v->seguidores, s, fila);
    s->onde = NULL;
    s->voo = v;
    s->lugar = CACHE_LIDER;
    c->voo = NULL;
    c->lugar = CACHE_PARADA;
    s->fn(s);
    return true;
}

/* A usual check of the entry that has just been sent to Redis. */
static void
seguir(CacheConsulta *c)
{
    resposta_bloco_soltar(c->bloco);
    cache_registro_soltar(c->registro);
    c->bloco = NULL;
    c->registro = cache_registro_achar(c->chave);
    c->so_carimbos = false;
    c->voltas = 0;
    if (!cache_viajar(c))
        c->fn(c);
}

/* ---- keeping ---- */

bool
cache_encher(CacheConsulta *c, const CacheResposta *r)
{
    static CacheConcessao concessao;
    size_t max = (size_t)configuracao()->cache_entrada_max;
    CacheEntrada e = {0};
    int64_t ms;

    if (r->concessao == NULL || !cache_concessao_ler(r->concessao, &concessao))
    {
        cache_pousar(c);
        return false;
    }
    epoca_nomear(concessao.epoca);
    cache_sessao_por(r->sid, &concessao, r->papel);
    ms = concessao.ate - cache_agora_ms();
    if (r->n > max)
        metrica_somar(M_CACHE_GRANDES, 1);
    if (r->status != 200 || r->n > max || concessao.npares == 0 ||
        concessao.sessao_npares == 0 || ms <= 0 ||
        cache_suspensa(concessao.epoca) || cache_prefixo() == NULL ||
        !chave_de(r->funcao, r->args, concessao.classe, concessao.dia,
                  e.chave))
    {
        cache_pousar(c);
        return false;
    }

    e.epoca = concessao.epoca;
    e.ate = concessao.ate;
    e.pares = concessao.pares;
    e.npares = concessao.npares;
    resposta_bloco_soltar(c->bloco);
    c->bloco = montar(&e, r);
    if (c->bloco == NULL)
    {
        cache_pousar(c);
        return false;
    }
    c->entrada = e;
    c->entrada.pares = NULL;
    c->entrada.npares = 0;
    cache_gravar(&e, c->bloco, ms < TTL_MAX_MS ? ms : TTL_MAX_MS);
    cache_registro_por(&e);
    if (c->lugar == CACHE_LIDER)
        pousar(c, true);
    return true;
}

/* The bytes of the entry, and e->corpo in them. */
static RespostaBloco *
montar(CacheEntrada *e, const CacheResposta *r)
{
    void *pequeno = NULL;
    RespostaBloco *b;
    size_t n;

    e->bruto_n = (uint32_t)r->n;
    e->versao = r->versao;
    e->versao_n = strlen(r->versao);
    e->link = r->link;
    e->link_n = strlen(r->link);
    e->total = r->total;
    e->total_n = strlen(r->total);
    if (e->versao_n > CACHE_VERSAO_MAX || e->link_n > CACHE_CABECALHO_MAX ||
        e->total_n > CACHE_VERSAO_MAX)
        return NULL;
    resposta_hash(r->corpo, r->n, e->hash);
    e->corpo = (const unsigned char *)r->corpo;
    e->corpo_n = r->n;
    if (r->n >= COMPRIMIR_MIN &&
        (pequeno = brotli_comprimir(r->corpo, r->n, &n)) != NULL && n < r->n)
    {
        e->codificacao = CACHE_BROTLI;
        e->corpo = pequeno;
        e->corpo_n = n;
    }
    n = cache_entrada_tamanho(e);
    b = malloc(sizeof *b + n);
    if (b != NULL)
    {
        b->refs = 1;
        b->n = n;
        cache_entrada_escrever(e, b->dados);
        e->corpo = b->dados + n - e->corpo_n;
    }
    free(pequeno);
    return b;
}
