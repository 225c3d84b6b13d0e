/*
 * cache_tabelas.c: the tables an answer can depend on, and the tags of their
 * rows.
 *
 * Every row version written marks QUALQUER of its table and one tag per column
 * named here; a query whose relevant rows must all carry some tag depends on that
 * tag instead of QUALQUER (cache_dependencia.c).
 */
#include "cache.h"

static const CacheColuna cliente[] = {
    {"id_cliente", 1, CACHE_INTEIRO},
    {"cpf", 2, CACHE_BRUTO},
    {"uf", 3, CACHE_TEXTO},
    {"cidade", 4, CACHE_GRAMAS},
    {"nome_completo", 5, CACHE_GRAMAS},
    {NULL},
};

static const CacheColuna atribuicao[] = {
    {"cliente_id", 1, CACHE_INTEIRO},
    {"vendedor_id", 2, CACHE_INTEIRO},
    {NULL},
};

static const CacheColuna pedido[] = {
    {"cliente_id", 1, CACHE_INTEIRO},
    {NULL},
};

static const CacheColuna por_id[] = {
    {"id", 1, CACHE_INTEIRO},
    {NULL},
};

const CacheTabela cache_tabelas[] = {
    {1, "configuracoes", NULL},
    {2, "papeis", NULL},
    {3, "permissoes", NULL},
    {4, "usuarios", por_id},
    {5, "vendedores", por_id},
    {6, "clientes", cliente},
    {7, "produtos", NULL},
    {8, "pedidos", pedido},
    {9, "cliente_vendedor", atribuicao},
    {0},
};

const CacheTabela *
cache_tabela(const char *nome)
{
    for (const CacheTabela *t = cache_tabelas; t->numero != 0; t++)
        if (strcmp(t->nome, nome) == 0)
            return t;
    return NULL;
}
