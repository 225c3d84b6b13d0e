/*
 * pesquisa_plano.h: what the plan, its walks and its totals share.
 */
#ifndef CRM_PESQUISA_PLANO_H
#define CRM_PESQUISA_PLANO_H

#include "pesquisa.h"

/* Rows that may answer, by the maps; those of other levels do not count. */
typedef struct Conjunto
{
    Mapa *dentro; /* NULL: the whole table */
    Mapa *fora;   /* rows that do not answer; NULL: none */
    int64 n;
    Nivel de;
    Nivel ate;
} Conjunto;

/* Costs, in microseconds: half of the pages in memory of the server, half in that
 * of the system. */
#define CUSTO_ENTRADA       0.08 /* an entry of an index */
#define CUSTO_FOLHA         0.012 /* read on its leaf */
#define CUSTO_LINHA         1.0  /* a row of clientes_busca by place */
#define CUSTO_CLIENTE       2.5  /* of clientes by id */
#define CUSTO_CLIENTE_LUGAR 2.0
#define CUSTO_BUSCA         2.5  /* of clientes_busca by id */
#define CUSTO_EM            0.9  /* its place alone */
#define CUSTO_ABERTA        0.4  /* an open assignment, by a statement */
#define CUSTO_CERTO         0.25 /* a client in turn, by a statement */

/* Where a sample of a map got to. */
typedef struct Lugar
{
    uint64 palavra;
    uint64 antes;
} Lugar;

typedef struct Coleta
{
    Pesquisa *p;
    Filtro f; /* as p's, or narrowed to one value of the order */
    Ordem ordem;
    bool desce;
    bool quer_cliente; /* filters or order need the row of crm.clientes */
    bool quer_busca;   /* and of crm.clientes_busca */

    Achado *achados; /* the best so far */
    int n;
    int cabem;
    int bastam;   /* as many as skip and page need, and one more */
    int fechados; /* these are in order, and before what comes */
    int pulados;  /* rows before the page that were not even read */

    bool forcado;   /* walk, whatever it costs */
    bool completo;  /* all who answer were counted */
    int64 contados; /* who answered */
    int64 ids[BUSCA_TOTAL_EXATO]; /* of the first ones, for the facets */
    uint8 ufs[BUSCA_TOTAL_EXATO];

    int64 nao_vistos;  /* who answers among rows not read, about */
    double estimado;   /* who may answer, by the sample */
    int amostrados;    /* of the sample who did */
    Facetas amostra;
    Lugar lugar;
    Mapa *do_conjunto; /* ids of the set walked for; NULL: not known */
    Mapa *certos;      /* ids whom status and situacao leave; NULL: not asked */
    bool exatos;       /* these are all, of clients as this snapshot has them */
    uint8 certos_status; /* for these */
    uint8 certos_situacao;
    int64 clientes_n;  /* whom status and situacao leave; -1: no index tells */
    bool abertas_por_dia; /* few of the open assignments have such a day */
} Coleta;

/* Is the page full? */
static inline bool
coleta_cheia(const Coleta *c)
{
    return c->n + c->pulados >= c->bastam;
}

/* Do the maps alone say who answers, as far as an index of crm.clientes_busca goes?
 * Not without a row where others might not see it. */
static inline bool
coleta_por_mapas(const Coleta *c)
{
    return (!c->quer_cliente || c->exatos) && c->f.termos_n == 0 &&
           !c->f.tem_idade && !c->p->posicao.ha;
}

/* ---- pesquisa_plano.c ---- */
/* So few rows are gathered without a thought; less than the default makes walks
 * of everything above, for tests. */
extern int pesquisa_reunir_ate;
/* Reads the rows of the set, or the clients, whichever are fewer. */
extern void reunir_o_menor(Coleta *c, const Conjunto *s);
extern void reunir(Coleta *c, const Conjunto *s);
/* Of a part of the order all was found: it comes before the rest. */
extern void fechar_parte(Coleta *c);
/* The set as ids in c->do_conjunto; false: they are too far apart. */
extern bool conjunto_traduzir(Coleta *c, const Conjunto *s);
/* Rows whose names have all words of the query, to that level. */
extern Mapa *mapa_do_nome(Pesquisa *p, Nivel ate, const Mapa *outros);
/* A row of crm.clientes_busca; counts and keeps the client when it answers. */
extern bool coleta_examinar(Coleta *c, Linha *linha, Nivel de, Nivel ate);
/* A row of crm.clientes: the other one is read when it is needed. */
extern bool coleta_examinar_cliente(Coleta *c, Linha *linha, Nivel de, Nivel ate);
/* One who answers, of a walk: no row of him was read. */
extern void coleta_juntar_id(Coleta *c, int64 id);

/* ---- pesquisa_custo.c ---- */
extern double custo_de_reunir(const Coleta *c, const Conjunto *s);
extern double custo_das_linhas(const Coleta *c, const Conjunto *s);
extern double custo_dos_clientes(const Coleta *c, const Conjunto *s);
extern double custo_dos_certos(const Coleta *c);
/* Of ids alone, by knowing all of them before the walk; HUGE_VAL: no such way. */
extern double custo_dos_exatos(const Coleta *c, Ordem ordem);
extern double linhas_ha(const Coleta *c);
extern double entradas_ha(const Coleta *c, Ordem ordem);
extern double custo_do_passeio(const Coleta *c, const Conjunto *s, Ordem ordem);
extern double custo_do_indice(const Coleta *c, const Conjunto *s, Ordem ordem);
extern bool certos_ajudam(const Coleta *c, Ordem ordem);
extern bool conjunto_por_ids(const Coleta *c, const Conjunto *s, Ordem ordem,
                             double entradas);

/* ---- pesquisa_amostra.c ---- */
/* Sets estimado, amostrados and amostra by rows of the set. */
extern void por_amostra(Coleta *c, const Conjunto *s, int64 n);

/* ---- pesquisa_caminho.c ---- */
/* The page in the order asked for. */
extern void passear(Coleta *c, const Conjunto *s);

/* ---- pesquisa_passeio.c ---- */

typedef struct Passeio
{
    Ordem ordem;
    bool desce;
    bool continua;   /* begins behind the cursor */
    bool so_nulos;   /* who has no key alone */
    Palavra inicio;  /* ORDEM_NOME: names that begin so; p NULL: all */
    bool tem_faixa;  /* ORDEM_CPF: from .. to */
    int64 faixa_de;
    int64 faixa_ate;
    int fim;         /* ends with so many found; 0: never */
    bool sem_limite; /* no budget */
    double custo_max; /* microseconds */
} Passeio;

/* False when the budget was spent first. */
extern bool passeio_andar(Coleta *c, const Conjunto *s, const Passeio *w);

/* *a becomes the row with its key of the order asked for, whose text stays that of l. */
extern void achado_de(const Pesquisa *p, const Linha *l, Nivel nivel, Achado *a);
/* Order of the answer; arg is the Pesquisa. */
extern int achado_comparar(const void *a, const void *b, void *arg);
extern int palavra_comparar(Palavra a, Palavra b);

/* ---- pesquisa_total.c ---- */
/* Sets clientes_n. */
extern void total_clientes(Coleta *c);
/* Sets certos, when an index leads there. */
extern bool total_reunir_certos(Coleta *c);
/* Sets certos, exatos: whom status, situacao and ativo leave, by reading all. */
extern bool total_reunir_exatos(Coleta *c);
extern bool total_por_abertas(const Filtro *f);
/* An empty set for the ids there are; NULL: they are too far apart. */
extern Mapa *total_mapa_ids(Coleta *c);
/* The next of the open assignments' clients behind apos, in the order of the ids;
 * how many, less than n at the end. */
extern int total_abertas_apos(Coleta *c, int64 apos, bool desce, int n, int64 *ids);
/* First and last day of purchase among those; false: none has a day. */
extern bool total_dias_abertos(Coleta *c, DateADT *de, DateADT *ate);
extern void total_concluir(Coleta *c);

/* ---- pesquisa_mapa.c ---- */
/* The n-th member, counted from 0; asked for in growing order. */
extern bool mapa_enesimo(const Mapa *m, uint64 n, bool primeiro, ItemPointer tid,
                         Lugar *lugar);
/* The distinct keys that begin with inicio, in order. */
extern List *postos_chaves(Relation gin, const char *inicio, int n);

#endif
