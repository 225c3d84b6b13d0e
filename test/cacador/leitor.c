/*
 * leitor.c: asks something, and has the answer judged between the states before and
 * after it.
 */
#include "cacador.h"

#include <stdio.h>
#include <unistd.h>

/* Of 100 reads. */
static const int peso[TIPOS] = {15, 6, 5, 11, 6, 6, 4, 7, 5, 4, 4, 4, 3, 4, 2, 2, 3, 3, 3, 3};

/* Which request; *alvo is what it is about, *arg what decides who belongs. */
static const char *
escolher(long *alvo, long *arg)
{
    static const char *const minusculas[3] = {"aroldo", "benedita", "custodio"};
    unsigned dado = sortear(100);
    int s = (int)sortear(VENDEDORES);
    const char *token = cfg.admin;
    const Alvo *a;

    tipo_atual = 0;
    while (dado >= (unsigned)peso[tipo_atual])
        dado -= (unsigned)peso[tipo_atual++];
    if (cfg.plantar > 0) /* each kind must be found out */
        tipo_atual = (Tipo)sortear(TIPOS);
    *alvo = vendedores[s];
    *arg = 0;
    switch (tipo_atual)
    {
    case PERFIL:
    case PERFIL_COMPRADO:
    case PERFIL_MOVIDO:
        a = alvo_de(tipo_atual == PERFIL ? 'e' : tipo_atual == PERFIL_MOVIDO ? 'm' : 'p');
        *alvo = a->id;
        snprintf(pedido, sizeof pedido, "/api/v1/clients/%ld", a->id);
        break;
    case PEDIDOS:
        *alvo = alvo_de('p')->id;
        snprintf(pedido, sizeof pedido, "/api/v1/clients/%ld/orders?size=5", *alvo);
        break;
    case LINHA:
        *alvo = alvo_de('e')->id;
        snprintf(pedido, sizeof pedido, "/api/v1/clients/%ld/timeline?size=20", *alvo);
        break;
    case CPF:
        a = alvo_de('e');
        *alvo = a->id;
        snprintf(pedido, sizeof pedido, "/api/v1/clients/search?cpf=%s", a->cpf);
        break;
    case NOME:
        *arg = sortear(3);
        snprintf(pedido, sizeof pedido, "/api/v1/clients/search?q=%s+cacador&size=100", minusculas[*arg]);
        break;
    case FILTRO:
        *arg = sortear(6);
        snprintf(pedido, sizeof pedido, "/api/v1/clients/search?nome=cacador&uf=%s&cidade=%s&size=100", ufs[*arg % 2],
                 cidades[*arg % 3]);
        break;
    case NOVATO:
        snprintf(pedido, sizeof pedido, "/api/v1/clients/search?q=novato+cacado&size=20");
        break;
    case QUADRO:
        if (sortear(2) == 0)
            token = cfg.vendedor[s];
        snprintf(pedido, sizeof pedido, "/api/vendedor/meus-clientes/%ld?size=200", *alvo);
        break;
    case ESTATISTICAS:
        if (sortear(2) == 0)
            token = cfg.vendedor[s];
        snprintf(pedido, sizeof pedido, "/api/vendedor/estatisticas/%ld", *alvo);
        break;
    case PERIODOS:
        snprintf(pedido, sizeof pedido, "/api/admin/clientes-por-periodo?size=1");
        break;
    case PERIODOS_VENDEDOR:
        snprintf(pedido, sizeof pedido, "/api/admin/clientes-por-periodo?size=100&vendedor_id=%ld", *alvo);
        break;
    case GERAIS:
        snprintf(pedido, sizeof pedido, "/api/admin/estatisticas-gerais");
        break;
    case PAINEL:
        token = cfg.gerente;
        snprintf(pedido, sizeof pedido, "/api/admin/%s",
                 sortear(2) == 0 ? "estatisticas-gerais" : "clientes-por-periodo?size=1");
        break;
    case TODOS:
        snprintf(pedido, sizeof pedido, "/api/admin/todos-clientes?size=100&vendedor_id=%ld", *alvo);
        break;
    case FILA:
        if (sortear(2) == 0)
            token = cfg.vendedor[s];
        snprintf(pedido, sizeof pedido, "/api/vendedor/fila/%ld?size=100", *alvo);
        break;
    case VENDEDORES_TODOS:
        snprintf(pedido, sizeof pedido, "/api/admin/vendedores");
        break;
    case GESTAO:
    case GESTAO_VENDEDOR:
        snprintf(pedido, sizeof pedido, "/api/admin/quadro?por=%s", tipo_atual == GESTAO ? "periodo" : "vendedor");
        break;
    case TIPOS:
        break;
    }
    return token;
}

void
leitor(void)
{
    static Foto f1, f2;
    static long alvo, arg;
    static const char *token;
    static bool de_novo;
    long inicio;
    int status;

    /* The same question again, most of the time: then it is a hit, and the state
     * after the read before is the state before this one. */
    if (de_novo && sortear(100) < DE_NOVO_PORCENTO)
        f1 = f2;
    else
    {
        token = escolher(&alvo, &arg);
        de_novo = false;
    }
    if (!de_novo && (!pg_pronto() || !fotografar(&f1, tipo_atual, alvo)))
    {
        __atomic_fetch_add(&contas->erros, 1, __ATOMIC_RELAXED);
        usleep(5000);
        return;
    }
    inicio = agora_ms();
    status = cfg.plantar > 0 ? pedir_plantado(pedido, token) : pedir("GET", pedido, token, NULL, NULL);
    maior(&contas->maior_leitura_ms, agora_ms() - inicio);
    de_novo = false;
    if (status < 0 || status >= 500 || !pg_pronto() || !fotografar(&f2, tipo_atual, alvo))
    {
        __atomic_fetch_add(&contas->erros, 1, __ATOMIC_RELAXED);
        usleep(5000);
        return;
    }
    de_novo = true;
    __atomic_fetch_add(&contas->leituras[tipo_atual], 1, __ATOMIC_RELAXED);
    if (tipo_atual == PAINEL)
    {
        int devido = f1.relogio % 2 == 0 ? 200 : 403;

        if (f1.relogio == f2.relogio && status != devido)
            violacao("status %d where %d is due (%ld)", status, devido, f1.relogio);
    }
    else if (status != 200)
        violacao("status %d: %.200s", status, corpo);
    else
        julgar(corpo, &f1, &f2, alvo, arg);
}
