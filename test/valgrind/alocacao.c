/*
 * Preloaded into PostgreSQL and Kore under Valgrind, whose own view ends at
 * malloc: what palloc and Kore's pools give has no value yet, and what pfree took
 * has none any more, also where the block below is one that was used before.
 * Kore's sandbox would kill Valgrind, which makes calls of its own: it is left out.
 */
#include <stdbool.h>
#include <stddef.h>

#include <valgrind/memcheck.h>

/* PostgreSQL's; not there in Kore. */
size_t GetMemoryChunkSpace(void *p) __attribute__((weak));

enum
{
    MCXT_ALLOC_ZERO = 4,   /* memutils.h */
    CHUNK_CABECA_MIN = 16, /* before the bytes that are given, and in the space: */
    CHUNK_CABECA_MAX = 24  /* one or the other, by the kind of context */
};

static void
sem_valor(void *p, size_t n)
{
    if (p != NULL)
        VALGRIND_MAKE_MEM_UNDEFINED(p, n);
}

/* VALGRIND_GET_ORIG_FN comes first in each: another call would change its answer. */
#define DO_EXECUTAVEL(nome) I_WRAP_SONAME_FNNAME_ZU(NONE, nome)

/* name(size), name(context, size) */
#define ALOCA(nome)                     \
    void *DO_EXECUTAVEL(nome)(size_t n) \
    {                                   \
        OrigFn f;                       \
        void *p;                        \
                                        \
        VALGRIND_GET_ORIG_FN(f);        \
        CALL_FN_W_W(p, f, n);           \
        sem_valor(p, n);                \
        return p;                       \
    }
#define ALOCA_EM(nome)                              \
    void *DO_EXECUTAVEL(nome)(void *em, size_t n)   \
    {                                               \
        OrigFn f;                                   \
        void *p;                                    \
                                                    \
        VALGRIND_GET_ORIG_FN(f);                    \
        CALL_FN_W_WW(p, f, em, n);                  \
        sem_valor(p, n);                            \
        return p;                                   \
    }
/* What it was enlarged by. */
#define REALOCA(nome)                                                \
    void *DO_EXECUTAVEL(nome)(void *antes, size_t n)                 \
    {                                                                \
        OrigFn f;                                                    \
        size_t havia;                                                \
        char *p;                                                     \
                                                                     \
        VALGRIND_GET_ORIG_FN(f);                                     \
        havia = GetMemoryChunkSpace(antes) - CHUNK_CABECA_MIN;       \
        CALL_FN_W_WW(p, f, antes, n);                                \
        if (n > havia)                                               \
            sem_valor(p + havia, n - havia);                         \
        return p;                                                    \
    }

ALOCA(palloc)
ALOCA(kore_malloc)
ALOCA_EM(MemoryContextAlloc)
ALOCA_EM(MemoryContextAllocHuge)
REALOCA(repalloc)
REALOCA(repalloc_huge)

void *
DO_EXECUTAVEL(palloc_extended)(size_t n, int opcoes)
{
    OrigFn f;
    void *p;

    VALGRIND_GET_ORIG_FN(f);
    CALL_FN_W_WW(p, f, n, opcoes);
    if ((opcoes & MCXT_ALLOC_ZERO) == 0)
        sem_valor(p, n);
    return p;
}

void *
DO_EXECUTAVEL(MemoryContextAllocExtended)(void *em, size_t n, int opcoes)
{
    OrigFn f;
    void *p;

    VALGRIND_GET_ORIG_FN(f);
    CALL_FN_W_WWW(p, f, em, n, opcoes);
    if ((opcoes & MCXT_ALLOC_ZERO) == 0)
        sem_valor(p, n);
    return p;
}

/* Before it: the server keeps a link of its own in what is free. */
void
DO_EXECUTAVEL(pfree)(void *p)
{
    OrigFn f;
    size_t espaco;

    VALGRIND_GET_ORIG_FN(f);
    espaco = GetMemoryChunkSpace(p);
    if (espaco > CHUNK_CABECA_MAX)
        sem_valor(p, espaco - CHUNK_CABECA_MAX);
    CALL_FN_v_W(f, p);
}

void I_REPLACE_SONAME_FNNAME_ZU(NONE, kore_seccomp_enable)(void)
{
}
