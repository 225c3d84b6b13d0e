/*
 * pedido_http.c: the parts of a request's head, as Kore's parser would find them.
 */
#include "pedido_http.h"

#include <string.h>
#include <strings.h>

static char *separar(char **resto, char *fim, char c);
static bool campo_ler(char *linha, char *fim, PedidoCampo *campo);

bool
pedido_http_ler(char *texto, size_t n, PedidoHttp *p)
{
    char *fim = texto + n;
    char *linha_fim = memchr(texto, '\r', n);

    p->n = 0;
    p->host = NULL;
    if (n < 4 || memcmp(fim - 4, "\r\n\r\n", 4) != 0)
        return false;
    p->metodo = separar(&texto, linha_fim, ' ');
    p->caminho = separar(&texto, linha_fim, ' ');
    p->versao = texto;
    if (p->metodo == NULL || p->caminho == NULL)
        return false;
    *linha_fim = '\0';
    p->consulta = strchr(p->caminho, '?');
    if (p->consulta != NULL)
        *p->consulta++ = '\0';

    for (texto = linha_fim + 2; texto < fim - 2; texto = linha_fim + 2)
    {
        PedidoCampo campo;

        linha_fim = memchr(texto, '\r', (size_t) (fim - texto));
        if (!campo_ler(texto, linha_fim, &campo))
            return false;
        if (p->host == NULL && strcasecmp(campo.nome, "host") == 0)
            p->host = campo.valor;
        else if (p->n < GUARDA_CABECALHOS_MAX)
            p->campos[p->n++] = campo;
        else
            return false;
    }
    return p->host != NULL;
}

/* What is before the next c, which becomes its end; NULL: there is none. */
static char *
separar(char **resto, char *fim, char c)
{
    char *parte = *resto;
    char *onde = memchr(parte, c, (size_t) (fim - parte));

    if (onde == NULL)
        return NULL;
    *onde = '\0';
    *resto = onde + 1;
    return parte;
}

static bool
campo_ler(char *linha, char *fim, PedidoCampo *campo)
{
    campo->nome = separar(&linha, fim, ':');
    if (campo->nome == NULL)
        return false;
    while (*linha == ' ')
        linha++;
    *fim = '\0';
    campo->valor = linha;
    return linha < fim;
}
