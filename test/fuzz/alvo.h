/*
 * alvo.h: what every fuzz target has.
 */
#ifndef CRM_FUZZ_ALVO_H
#define CRM_FUZZ_ALVO_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A finding of libFuzzer unless it holds. */
#define EXIGE(condicao)                                                        \
    do                                                                         \
    {                                                                          \
        if (!(condicao))                                                       \
            abort();                                                           \
    } while (0)

extern int LLVMFuzzerTestOneInput(const uint8_t *dados, size_t n);

#endif
