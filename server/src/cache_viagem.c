/*
 * cache_viagem.c: one trip to Redis for all questions of a turn of the loop.
 *
 *   MGET entries; GETRANGE stamps of the tables; BITFIELD_RO the other stamps of the
 *   entries and of their sessions; GET fence
 *
 * in this order, which the proof needs: an entry whose stamps stand was right
 * when they were read, and the fence, seen after that, says that every commit
 * visible then had left its mark. An entry that this worker does not know yet
 * names its slots itself: its stamps are asked for by a second trip.
 *
 * While the stamps of the tables stand still all others do (cache_carimbos.c), and
 * those that are known are not asked for again. They are read before the others:
 * what moves in between is seen next time. Where they move often, all stamps are
 * asked for in every trip.
 */
#include "cache_interna.h"

#include "config.h"
#include "metricas.h"
#include "redis.h"

#include <kore/kore.h>

#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum
{
    VIAGEM_MAX = 64,         /* questions of one trip */
    VIAGEM_SLOTS_MAX = 4096, /* stamps of one trip, and what a question may add */
    CARIMBO_NOME = 13, /* "$7\r\n#262143\r\n" */
    ACHADOS = 128, /* power of two; by whose hash a key of the trip is found */
    ENTRADA_FOLGA = 16 * 1024 /* head of an entry besides its body */
};

typedef struct Viagem
{
    struct CacheFila consultas;
    int n;
    uint64_t epoca;  /* whose stamps are asked for */
    int respostas;   /* still to come */
    bool partiu;     /* everything has been sent */
    bool falhou;
    bool carimbos;   /* they have come, with the right magic */
    bool lembradas;  /* stamps that were known are not asked for */
    bool cerca;      /* the fence stands */
    uint64_t cerca_epoca;
    RespostaBloco *blocos[VIAGEM_MAX];
    unsigned char chaves[VIAGEM_MAX][CACHE_CHAVE_BYTES];
    int nchaves;
    int nslots;
    uint32_t slots[];
} Viagem;

static struct CacheFila fila = TAILQ_HEAD_INITIALIZER(fila);
static bool cerca_de_pe;
static unsigned viagens;

/* The slots of the trip that is being put together. */
static uint32_t pedidos[CACHE_SLOTS];
static uint32_t vez_pedida;
static uint32_t slots[VIAGEM_SLOTS_MAX];
static int nslots;

static void enviar(void);
static Viagem *juntar(void);
static void partir(Viagem *v);
static void pedir_pares(const CachePar *pares, int n, bool todos);
static int lugar_da_chave(Viagem *v, int achados[ACHADOS],
                          const unsigned char *chave);
static bool pedir_entradas(Viagem *v);
static bool pedir_carimbos(Viagem *v);
static int nome_da_matriz(char out[96], const Viagem *v);
static char *nome_de_slot(char *p, unsigned slot);
static void ao_vir_entradas(void *arg, const redisReply *r);
static void ao_vir_tabelas(void *arg, const redisReply *r);
static void ao_vir_carimbos(void *arg, const redisReply *r);
static void ao_ver_cerca(void *arg, const redisReply *r);
static void ao_vir_cerca(void *arg, const redisReply *r);
static void chegou(Viagem *v);
static void concluir(Viagem *v);
static void avaliar(CacheConsulta *c, const Viagem *v);
static CacheDesfecho julgar(CacheConsulta *c, const Viagem *v);
static void de_novo(CacheConsulta *c, const CacheEntrada *e);
static int chave_redis(char out[128], const unsigned char *chave);
static RespostaBloco *bloco_novo(const void *dados, size_t n);

void
cache_viagem_iniciar(void)
{
    redis_ao_enviar(enviar);
}

bool
cache_viajar(CacheConsulta *c)
{
    if (cache_prefixo() == NULL || cache_epoca() == 0 ||
        redis_run_id() == NULL || !redis_agendar())
        return false;
    c->lugar = CACHE_FILA;
    c->onde = &fila;
    TAILQ_INSERT_TAIL(&fila, c, fila);
    return true;
}

void
cache_gravar(const CacheEntrada *e, const RespostaBloco *bytes, int64_t ms)
{
    char chave[128], px[24];
    int n = chave_redis(chave, e->chave);
    const char *const argv[] = {"SET", chave, (const char *)bytes->dados, "PX",
                                px};
    const size_t tamanhos[] = {3, (size_t)n, bytes->n, 2,
                               (size_t)snprintf(px, sizeof px, "%lld",
                                                (long long)ms)};

    if (redis_comando_v(NULL, NULL, 5, argv, tamanhos))
        metrica_somar(M_CACHE_PREENCHIMENTOS, 1);
}

void
cache_apagar(const unsigned char chave[CACHE_CHAVE_BYTES])
{
    char nome[128];

    (void)chave_redis(nome, chave);
    (void)redis_comando(NULL, NULL, "DEL %s", nome);
}

void
cache_olhar_cerca(void)
{
    static unsigned antes;

    if (viagens == antes && cache_prefixo() != NULL && redis_pronto())
        (void)redis_comando(ao_ver_cerca, NULL, "GET %s:fence",
                            cache_prefixo());
    antes = viagens;
}

static void
ao_ver_cerca(void *arg, const redisReply *r)
{
    const char *meu = redis_run_id();
    char run_id[41];
    uint64_t epoca;

    cerca_de_pe = r != NULL && r->type == REDIS_REPLY_STRING &&
                  cache_cerca_ler(r->str, r->len, &epoca, run_id) &&
                  cache_epoca_nossa(epoca) && meu != NULL &&
                  strcmp(run_id, meu) == 0;
}

bool
cache_cerca_de_pe(void)
{
    return cerca_de_pe;
}

/* Before the write of this turn. */
static void
enviar(void)
{
    while (!TAILQ_EMPTY(&fila))
        partir(juntar());
}

/* As many questions as one trip takes. */
static Viagem *
juntar(void)
{
    int achados[ACHADOS];
    Viagem *v = kore_malloc(sizeof *v + sizeof slots);
    CacheConsulta *c;
    bool todos;

    memset(v, 0, sizeof *v);
    TAILQ_INIT(&v->consultas);
    memset(achados, -1, sizeof achados);
    vez_pedida++;
    nslots = 0;
    v->lembradas = carimbos_lembrados(cache_epoca());
    while (v->n < VIAGEM_MAX && (c = TAILQ_FIRST(&fila)) != NULL &&
           nslots + 2 * CACHE_PARES_MAX <= VIAGEM_SLOTS_MAX)
    {
        TAILQ_REMOVE(&fila, c, fila);
        TAILQ_INSERT_TAIL(&v->consultas, c, fila);
        c->onde = &v->consultas;
        c->voltas++;
        c->indice = -1;
        v->n++;
        todos = !v->lembradas || c->voltas > 1;
        if (todos || !carimbos_limpos(c->sessao->limpos_em))
            pedir_pares(c->sessao->pares, c->sessao->npares, todos);
        if (c->registro != NULL &&
            (todos || !carimbos_limpos(c->registro->limpos_em)))
            pedir_pares(c->registro->e.pares, c->registro->e.npares, todos);
        if (!c->so_carimbos)
            c->indice = lugar_da_chave(v, achados, c->chave);
    }
    memcpy(v->slots, slots, (size_t)nslots * sizeof *slots);
    v->nslots = nslots;
    return v;
}

/* todos: also those that are remembered. */
static void
pedir_pares(const CachePar *pares, int n, bool todos)
{
    for (int i = 0; i < n; i++)
    {
        uint32_t slot = pares[i].slot;

        if (slot >= CACHE_SLOTS_TABELAS && (todos || !carimbo_lido(slot)) &&
            pedidos[slot] != vez_pedida && nslots < VIAGEM_SLOTS_MAX)
        {
            pedidos[slot] = vez_pedida;
            slots[nslots++] = slot;
        }
    }
}

/* Those who want the same get the same bytes. */
static int
lugar_da_chave(Viagem *v, int achados[ACHADOS], const unsigned char *chave)
{
    int *achado = &achados[chave[0] & (ACHADOS - 1)];

    if (*achado >= 0 &&
        memcmp(v->chaves[*achado], chave, CACHE_CHAVE_BYTES) == 0)
        return *achado;
    memcpy(v->chaves[v->nchaves], chave, CACHE_CHAVE_BYTES);
    *achado = v->nchaves;
    return v->nchaves++;
}

static void
partir(Viagem *v)
{
    viagens++;
    v->epoca = cache_epoca();
    v->falhou = !pedir_entradas(v) || !pedir_carimbos(v) ||
                !redis_comando(ao_vir_cerca, v, "GET %s:fence",
                               cache_prefixo());
    if (!v->falhou)
        v->respostas++;
    v->partiu = true;
    if (v->respostas == 0)
        concluir(v);
}

static bool
pedir_entradas(Viagem *v)
{
    static char nomes[VIAGEM_MAX][128];
    const char *argv[VIAGEM_MAX + 1] = {"MGET"};
    size_t tamanhos[VIAGEM_MAX + 1] = {4};

    if (v->nchaves == 0)
        return true;
    for (int i = 0; i < v->nchaves; i++)
    {
        tamanhos[i + 1] = (size_t)chave_redis(nomes[i], v->chaves[i]);
        argv[i + 1] = nomes[i];
    }
    if (!redis_comando_v(ao_vir_entradas, v, v->nchaves + 1, argv, tamanhos))
        return false;
    v->respostas++;
    return true;
}

/* Written by hand: a trip may ask for hundreds of stamps. */
static bool
pedir_carimbos(Viagem *v)
{
    static const char pedido[] = "$3\r\nGET\r\n$3\r\nu32\r\n";
    static char comando[160 + VIAGEM_SLOTS_MAX *
                                  (sizeof pedido + CARIMBO_NOME)];
    char chave[96];
    int n = nome_da_matriz(chave, v);
    char *p = comando;

    if (!redis_comando(ao_vir_tabelas, v, "GETRANGE %s 0 %d", chave,
                       CACHE_TABELAS_BYTES - 1))
        return false;
    v->respostas++;
    if (v->nslots == 0)
        return true;
    p += sprintf(p, "*%d\r\n$11\r\nBITFIELD_RO\r\n$%d\r\n%s\r\n",
                 2 + 3 * v->nslots, n, chave);
    for (int i = 0; i < v->nslots; i++)
    {
        p = mempcpy(p, pedido, sizeof pedido - 1);
        p = nome_de_slot(p, v->slots[i]);
    }
    if (!redis_comando_pronto(ao_vir_carimbos, v, comando,
                              (size_t)(p - comando)))
        return false;
    v->respostas++;
    return true;
}

static int
nome_da_matriz(char out[96], const Viagem *v)
{
    return snprintf(out, 96, "%s:q:%llu", cache_prefixo(),
                    (unsigned long long)v->epoca);
}

/* "$3\r\n#12\r\n" */
static char *
nome_de_slot(char *p, unsigned slot)
{
    unsigned digitos = slot < 10      ? 1
                       : slot < 100   ? 2
                       : slot < 1000  ? 3
                       : slot < 10000 ? 4
                       : slot < 100000 ? 5
                                       : 6;

    *p++ = '$';
    *p++ = (char)('1' + digitos);
    *p++ = '\r';
    *p++ = '\n';
    *p++ = '#';
    for (unsigned i = digitos; i > 0; i--, slot /= 10)
        p[i - 1] = (char)('0' + slot % 10);
    p += digitos;
    *p++ = '\r';
    *p++ = '\n';
    return p;
}

static void
ao_vir_entradas(void *arg, const redisReply *r)
{
    size_t max = (size_t)configuracao()->cache_entrada_max + ENTRADA_FOLGA;
    Viagem *v = arg;

    if (r == NULL || r->type != REDIS_REPLY_ARRAY ||
        r->elements != (size_t)v->nchaves)
        v->falhou = true;
    for (int i = 0; !v->falhou && i < v->nchaves; i++)
    {
        const redisReply *x = r->element[i];

        if (x->type == REDIS_REPLY_STRING && x->len > 0 && x->len <= max)
            v->blocos[i] = bloco_novo(x->str, x->len);
    }
    chegou(v);
}

static void
ao_vir_tabelas(void *arg, const redisReply *r)
{
    Viagem *v = arg;
    bool bom = r != NULL && r->type == REDIS_REPLY_STRING;

    v->falhou = v->falhou || !bom;
    v->carimbos = carimbos_tabelas(bom ? r->str : "", bom ? r->len : 0, v->epoca);
    chegou(v);
}

static void
ao_vir_carimbos(void *arg, const redisReply *r)
{
    Viagem *v = arg;
    bool bom = r != NULL && r->type == REDIS_REPLY_ARRAY &&
               r->elements == (size_t)v->nslots;

    for (size_t i = 0; bom && i < r->elements; i++)
        bom = r->element[i]->type == REDIS_REPLY_INTEGER;
    for (int i = 0; bom && i < v->nslots; i++)
        carimbo_por(v->slots[i], (uint32_t)r->element[i]->integer);
    v->falhou = v->falhou || !bom;
    chegou(v);
}

static void
ao_vir_cerca(void *arg, const redisReply *r)
{
    Viagem *v = arg;
    const char *meu = redis_run_id();
    char run_id[41];

    if (r == NULL ||
        (r->type != REDIS_REPLY_STRING && r->type != REDIS_REPLY_NIL))
        v->falhou = true;
    else if (r->type == REDIS_REPLY_STRING &&
             cache_cerca_ler(r->str, r->len, &v->cerca_epoca, run_id))
        v->cerca = meu != NULL && strcmp(run_id, meu) == 0;
    chegou(v);
}

static void
chegou(Viagem *v)
{
    if (--v->respostas == 0 && v->partiu)
        concluir(v);
}

/* The stamps that are known stood when this trip read those of the tables, and its
 * fence came right behind them. */
static void
concluir(Viagem *v)
{
    CacheConsulta *c;

    cerca_de_pe = !v->falhou && v->carimbos && v->cerca;
    while ((c = TAILQ_FIRST(&v->consultas)) != NULL)
    {
        TAILQ_REMOVE(&v->consultas, c, fila);
        c->lugar = CACHE_PARADA;
        c->onde = NULL;
        avaliar(c, v);
    }
    for (int i = 0; i < v->nchaves; i++)
        resposta_bloco_soltar(v->blocos[i]);
    kore_free(v);
}

static void
avaliar(CacheConsulta *c, const Viagem *v)
{
    c->desfecho = julgar(c, v);
    /* Slots were not asked for: the entry has just named them, or they were
     * remembered and something was written. Or a client's copy is out of date and
     * another worker may have the new one. */
    if (c->desfecho == CACHE_FALTA && c->lugar == CACHE_FILA)
    {
        c->lugar = CACHE_PARADA;
        if (cache_viajar(c))
            return;
        c->desfecho = CACHE_DESVIO;
    }
    cache_chegar(c);
}

/* CACHE_FALTA with lugar CACHE_FILA: once more. */
static CacheDesfecho
julgar(CacheConsulta *c, const Viagem *v)
{
    static CachePar pares[CACHE_PARES_MAX];
    int64_t agora = cache_agora_ms();
    const CacheEntrada *e = NULL;

    c->arrendar = !v->falhou;
    if (v->falhou || !v->cerca || !v->carimbos || v->cerca_epoca != v->epoca ||
        !cache_epoca_nossa(v->cerca_epoca) || cache_suspensa(v->cerca_epoca))
        return CACHE_DESVIO;
    if (c->indice >= 0 && v->blocos[c->indice] != NULL)
    {
        c->bloco = v->blocos[c->indice];
        c->bloco->refs++;
    }
    if (c->bloco != NULL)
    {
        if (!cache_entrada_ler(c->bloco->dados, c->bloco->n, c->chave, pares,
                               &c->entrada) ||
            c->entrada.bruto_n > (uint32_t)configuracao()->cache_entrada_max)
        {
            metrica_somar(M_CACHE_INVALIDAS, 1);
            return CACHE_FALTA;
        }
        e = &c->entrada;
    }
    else if (c->so_carimbos)
        e = &c->registro->e; /* what the client has */

    if (c->voltas == 1 && e != NULL &&
        (!sessao_conhecida(c->sessao) ||
         (e->epoca == v->epoca && !entrada_conhecida(c->registro, e))))
    {
        de_novo(c, e);
        return CACHE_FALTA;
    }
    if (c->sessao->ate <= agora || !sessao_limpa(c->sessao))
    {
        if (sessao_conhecida(c->sessao))
            cache_sessao_esquecer(c->sessao->sid);
        return CACHE_FALTA;
    }
    if (e != NULL && e->epoca == v->epoca && e->ate > agora &&
        entrada_limpa(c->registro, e))
    {
        if (c->registro == NULL)
            cache_registro_por(e);
        c->entrada = *e;
        c->entrada.pares = NULL;
        c->entrada.npares = 0;
        return CACHE_ACERTO;
    }
    if (c->voltas == 1 && e != NULL && c->bloco == NULL)
    {
        c->so_carimbos = false;
        c->lugar = CACHE_FILA;
    }
    return CACHE_FALTA;
}

/* Its stamps, all of them, without the entry, which is at hand. */
static void
de_novo(CacheConsulta *c, const CacheEntrada *e)
{
    if (c->bloco != NULL)
    {
        cache_registro_por(e);
        cache_registro_soltar(c->registro);
        c->registro = cache_registro_achar(c->chave);
        c->so_carimbos = true;
    }
    c->lugar = CACHE_FILA;
}

/* crm:<installation>:e:<20 bytes of the key in hexadecimal> */
static int
chave_redis(char out[128], const unsigned char *chave)
{
    static const char digito[] = "0123456789abcdef";
    const char *prefixo = cache_prefixo();
    size_t n = strlen(prefixo);

    memcpy(out, prefixo, n);
    memcpy(out + n, ":e:", 3);
    n += 3;
    for (int i = 0; i < 20; i++)
    {
        out[n++] = digito[chave[i] >> 4];
        out[n++] = digito[chave[i] & 15];
    }
    out[n] = '\0';
    return (int)n;
}

static RespostaBloco *
bloco_novo(const void *dados, size_t n)
{
    RespostaBloco *b = malloc(sizeof *b + n);

    if (b == NULL)
        return NULL;
    b->refs = 1;
    b->n = n;
    memcpy(b->dados, dados, n);
    return b;
}
