/*
 * janela.h: how many requests of the last window count against a limit?
 */
#ifndef CRM_JANELA_H
#define CRM_JANELA_H

#include <stdbool.h>
#include <stdint.h>

/* Counts of one subject: the present fixed window and the one before. */
typedef struct Janela
{
    int64_t indice; /* window number: ms since 1970 / JANELA_MS */
    int64_t atual;
    int64_t anterior;
} Janela;

enum
{
    JANELA_MS = 60000
};

typedef struct JanelaDecisao
{
    bool permitido;
    int64_t restam;   /* requests left now */
    int64_t espera_ms; /* refused: until one is allowed; else: window's rest */
} JanelaDecisao;

extern JanelaDecisao janela_contar(Janela *j, int64_t agora_ms, int64_t limite);

#endif
