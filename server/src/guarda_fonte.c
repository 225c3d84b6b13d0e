/*
 * guarda_fonte.c: bytes of a client, with or without TLS.
 */
#include "guarda_fonte.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>

#include <kore/kore.h>

int
guarda_fonte_ler(struct connection *c, void *buf, size_t max, size_t *n)
{
    ssize_t r;

    *n = 0;
    for (;;)
    {
        if (c->ssl == NULL)
        {
            r = recv(c->fd, buf, max, 0);
            if (r > 0)
                break;
            if (r == 0)
                return KORE_RESULT_ERROR;
        }
        else
        {
            int erro;

            ERR_clear_error();
            r = SSL_read(c->ssl, buf, max > INT_MAX ? INT_MAX : (int) max);
            if (r > 0)
                break;
            erro = SSL_get_error(c->ssl, (int) r);
            if (erro == SSL_ERROR_WANT_READ || erro == SSL_ERROR_WANT_WRITE)
            {
                c->evt.flags &= ~KORE_EVENT_READ;
                return KORE_RESULT_OK;
            }
            if (erro != SSL_ERROR_SYSCALL)
                return KORE_RESULT_ERROR;
        }
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN)
            return KORE_RESULT_ERROR;
        c->evt.flags &= ~KORE_EVENT_READ;
        return KORE_RESULT_OK;
    }
    *n = (size_t) r;
    return KORE_RESULT_OK;
}

bool
guarda_fonte_meia(const struct connection *c)
{
    struct pollfd p = {.fd = c->fd};

    /* With TLS its end is a message, and nobody ends one side alone. */
    return c->ssl == NULL && poll(&p, 1, 0) == 0;
}
