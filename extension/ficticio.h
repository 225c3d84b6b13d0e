/*
 * ficticio.h: fictitious Brazilian clients, free of PostgreSQL and Kore.
 *
 * The n-th client of a seed is always the same; CPFs depend on n alone, so that
 * no two clients of any seeds share one. E-mails end in the reserved domain
 * exemplo.test. Nobody real is meant.
 */
#ifndef FICTICIO_H
#define FICTICIO_H

#include <stdbool.h>
#include <stdint.h>

enum
{
    FICTICIO_PEDIDOS_MAX = 8,
    FICTICIO_NOME = 160, /* bytes, with accents and its end */
    FICTICIO_NUNCA = -1  /* dias_ultima of who never bought */
};

typedef struct FicticioPedido
{
    int dias; /* days ago */
    int64_t centavos;
    int produto; /* any number >= 0, or -1 for none */
} FicticioPedido;

typedef struct FicticioCliente
{
    int64_t cpf;
    char nome[FICTICIO_NOME];
    char mae[FICTICIO_NOME];
    char email[FICTICIO_NOME];
    char celular[20];
    char cep[10];
    const char *cidade;
    const char *uf;
    char sexo;       /* F or M */
    int nascimento;  /* days ago */
    int cadastro;    /* days ago */
    int dias_ultima; /* days since the last purchase, or FICTICIO_NUNCA */
    int64_t total;   /* cents */
    bool ativo;
    bool nao_contatar;
    int n_pedidos;
    FicticioPedido pedidos[FICTICIO_PEDIDOS_MAX]; /* newest first */
} FicticioCliente;

/*
 * Client n >= 1; about 8 % of them last bought 30 to 60 days ago, or all of
 * them. False when n has no valid CPF (the same digit repeated): take the next.
 */
extern bool ficticio_cliente(uint32_t semente, int64_t n, bool todos_na_janela,
                             FicticioCliente *c);

/* A seller's name, distinct for n below ficticio_nomes_distintos(). */
extern void ficticio_vendedor(int64_t n, char nome[FICTICIO_NOME]);
extern int64_t ficticio_nomes_distintos(void);

#endif
