/*
 * tls.c: TLS of the front's own.
 *
 * Kore 4.1.0 signs through its key manager, which fails with OpenSSL 3, so the
 * configuration says "tls no" and the workers switch TLS on themselves. The key
 * is read before the fork and lives in worker memory.
 */
#include "tls.h"

#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <kore/kore.h>

static SSL_CTX *contexto;

static int sni_ler(SSL *ssl, int *alerta, void *arg);
static bool falhou(const char *o_que, char *erro, size_t tam);

bool
tls_preparar(const char *cert, const char *chave, char *erro, size_t tam)
{
    contexto = SSL_CTX_new(TLS_server_method());
    if (contexto == NULL)
        return falhou("tls", erro, tam);
    SSL_CTX_set_mode(contexto, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                   SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                   SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(contexto, SSL_OP_NO_COMPRESSION |
                                      SSL_OP_NO_RENEGOTIATION |
                                      SSL_OP_CIPHER_SERVER_PREFERENCE);
    if (SSL_CTX_set_min_proto_version(contexto, TLS1_2_VERSION) != 1 ||
        SSL_CTX_set_cipher_list(contexto,
                                "ECDHE-ECDSA-AES128-GCM-SHA256:"
                                "ECDHE-RSA-AES128-GCM-SHA256:"
                                "ECDHE-ECDSA-AES256-GCM-SHA384:"
                                "ECDHE-RSA-AES256-GCM-SHA384:"
                                "ECDHE-ECDSA-CHACHA20-POLY1305:"
                                "ECDHE-RSA-CHACHA20-POLY1305") != 1 ||
        SSL_CTX_set1_groups_list(contexto, "X25519:P-256:P-384") != 1)
        return falhou("tls", erro, tam);
    if (SSL_CTX_use_certificate_chain_file(contexto, cert) != 1)
        return falhou("cert", erro, tam);
    if (SSL_CTX_use_PrivateKey_file(contexto, chave, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(contexto) != 1)
        return falhou("chave", erro, tam);
    SSL_CTX_set_tlsext_servername_callback(contexto, sni_ler);
    return true;
}

void
tls_worker(void)
{
    struct kore_server *s = kore_server_lookup("tls");
    struct kore_domain *d;

    if (s == NULL || contexto == NULL)
        return;
    s->tls = 1;
    TAILQ_FOREACH(d, &s->domains, list)
    {
        SSL_CTX_up_ref(contexto);
        d->ssl_ctx = contexto;
        if (primary_dom == NULL)
            primary_dom = d;
    }
}

/*
 * OpenSSL asks again after a HelloRetryRequest, and Kore would lose the name it
 * has kept from the first time.
 */
static int
sni_ler(SSL *ssl, int *alerta, void *arg)
{
    struct connection *c = SSL_get_ex_data(ssl, 0);

    if (c != NULL)
    {
        kore_free(c->tls_sni);
        c->tls_sni = NULL;
    }
    return kore_tls_sni_cb(ssl, alerta, arg);
}

static bool
falhou(const char *o_que, char *erro, size_t tam)
{
    char motivo[160];

    ERR_error_string_n(ERR_get_error(), motivo, sizeof(motivo));
    snprintf(erro, tam, "%s: %s", o_que, motivo);
    return false;
}
