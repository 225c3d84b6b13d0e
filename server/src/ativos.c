/*
 * ativos.c: the built UI, served from memory.
 *
 * All files of web_dir are read before the fork, so workers share the pages and
 * never touch the disk. Kore's filemap is not used: under TLS it closes a wrong
 * descriptor.
 */
#include "ativos.h"
#include "log.h"
#include "metricas.h"
#include "negociacao.h"
#include "pedido.h"
#include "resposta.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/sha.h>

#include <kore/kore.h>
#include <kore/http.h>

typedef struct Versao
{
    unsigned char *dados; /* NULL = there is none */
    size_t n;
    char etag[40];
} Versao;

typedef struct Ativo
{
    char *caminho; /* as in the URL, "/assets/x.js" */
    const char *tipo;
    Versao puro;
    Versao br;
    Versao gz;
} Ativo;

enum
{
    CAMINHO_MAX = 1024,
    PROFUNDIDADE_MAX = 8,
    ARQUIVO_MAX = 64 * 1024 * 1024
};

static const struct
{
    const char *extensao;
    const char *tipo;
} tipos[] = {
    {"html", "text/html; charset=utf-8"},
    {"js", "text/javascript; charset=utf-8"},
    {"mjs", "text/javascript; charset=utf-8"},
    {"css", "text/css; charset=utf-8"},
    {"json", "application/json; charset=utf-8"},
    {"webmanifest", "application/manifest+json; charset=utf-8"},
    {"svg", "image/svg+xml; charset=utf-8"},
    {"png", "image/png"},
    {"jpg", "image/jpeg"},
    {"jpeg", "image/jpeg"},
    {"webp", "image/webp"},
    {"avif", "image/avif"},
    {"gif", "image/gif"},
    {"ico", "image/x-icon"},
    {"woff2", "font/woff2"},
    {"woff", "font/woff"},
    {"txt", "text/plain; charset=utf-8"},
    {"xml", "application/xml; charset=utf-8"},
    {"wasm", "application/wasm"},
};

/* The hash is that of an empty style element, which Emotion fills by CSSOM. */
static const char csp_ui[] =
    "default-src 'self'; script-src 'self'; style-src 'self' "
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'";

static const char sem_ui[] =
    "<!doctype html><html lang=\"pt-BR\"><meta charset=\"utf-8\">"
    "<title>CRM</title><h1>CRM</h1><p>A interface ainda n\xc3\xa3o foi "
    "constru\xc3\xad"
    "da neste servidor. A API funciona em /api.</p></html>\n";

static Ativo *ativos;
static int nativos;
static int rota_ativo;
static int rota_pagina;

static bool ler_pasta(const char *pasta, const char *url, int profundidade);
static bool ler_item(const char *arquivo, const char *url, int profundidade);
static bool guardar(const char *url, unsigned char *dados, size_t n);
static unsigned char *ler_arquivo(const char *arquivo, size_t *n);
static const char *tipo_de(const char *caminho);
static const char *extensao_de(const char *caminho);
static int comparar(const void *a, const void *b);
static Ativo *achar(const char *caminho);
static bool caminho_limpo(const char *caminho);
static void servir(struct http_request *req, const Ativo *a);
static int nao_existe(struct http_request *req);

bool
ativos_carregar(const char *web_dir)
{
    rota_ativo = metricas_rota("GET", "/assets/*");
    rota_pagina = metricas_rota("GET", "/*");
    if (web_dir[0] == '\0' || access(web_dir, F_OK) != 0)
    {
        log_evento("aviso", "sem_interface", web_dir);
        return true;
    }
    if (!ler_pasta(web_dir, "", 0))
        return false;
    /* An object without its plain version was only a .br or .gz. */
    qsort(ativos, (size_t) nativos, sizeof(*ativos), comparar);
    return true;
}

int
ativos_tratar(struct http_request *req)
{
    const Ativo *a;

    requisicao_rota(req, strncmp(req->path, "/assets/", 8) == 0 ? rota_ativo
                                                                : rota_pagina);
    if (req->method != HTTP_METHOD_GET && req->method != HTTP_METHOD_HEAD)
    {
        resposta_cabecalho(req, "allow", "GET, HEAD");
        resposta_problema(req, 405, "metodo_nao_permitido",
                          "Este método não é aceito aqui.", 0);
        return KORE_RESULT_OK;
    }
    if (!caminho_limpo(req->path))
        return nao_existe(req);
    if (strcmp(req->path, "/api/docs") == 0)
    {
        if ((a = achar("/docs.html")) == NULL)
            return nao_existe(req);
    }
    else if ((a = achar(req->path)) == NULL)
    {
        /* A page of the UI has no extension; its address is not a file. */
        if (extensao_de(req->path) != NULL ||
            strncmp(req->path, "/assets/", 8) == 0)
            return nao_existe(req);
        a = achar("/index.html");
    }
    if (a != NULL)
        servir(req, a);
    else
        resposta_fixa(req, 200, "text/html; charset=utf-8", "no-cache", csp_ui,
                      sem_ui, sizeof(sem_ui) - 1);
    return KORE_RESULT_OK;
}

static void
servir(struct http_request *req, const Ativo *a)
{
    const char *aceita = pedido_cabecalho(req, "accept-encoding");
    bool imutavel = strncmp(a->caminho, "/assets/", 8) == 0;
    const char *cache =
        imutavel ? "public, max-age=31536000, immutable" : "no-cache";
    const Versao *v = &a->puro;

    if (a->br.dados != NULL && aceita_codificacao(aceita, "br"))
    {
        v = &a->br;
        http_response_header(req, "content-encoding", "br");
    }
    else if (a->gz.dados != NULL && aceita_codificacao(aceita, "gzip"))
    {
        v = &a->gz;
        http_response_header(req, "content-encoding", "gzip");
    }
    if (a->br.dados != NULL || a->gz.dados != NULL)
        http_response_header(req, "vary", "accept-encoding");
    http_response_header(req, "etag", v->etag);
    if (etag_confere(pedido_cabecalho(req, "if-none-match"), v->etag))
        resposta_fixa(req, 304, a->tipo, cache, csp_ui, NULL, 0);
    else
        resposta_fixa(req, 200, a->tipo, cache, csp_ui, v->dados, v->n);
}

static int
nao_existe(struct http_request *req)
{
    resposta_problema(req, 404, "rota_inexistente", "Este endereço não existe.",
                      0);
    return KORE_RESULT_OK;
}

/* Escapes, dot files, "..", "//", backslashes and "~" are never ours. */
static bool
caminho_limpo(const char *caminho)
{
    if (strpbrk(caminho, "%\\~;:") != NULL || strstr(caminho, "/.") != NULL ||
        strstr(caminho, "//") != NULL)
        return false;
    return caminho[0] == '/';
}

/* After the last dot of the last part; NULL = none. */
static const char *
extensao_de(const char *caminho)
{
    const char *parte = strrchr(caminho, '/');
    const char *ponto = strrchr(parte != NULL ? parte : caminho, '.');

    return ponto != NULL ? ponto + 1 : NULL;
}

static bool
ler_pasta(const char *pasta, const char *url, int profundidade)
{
    DIR *d = profundidade < PROFUNDIDADE_MAX ? opendir(pasta) : NULL;
    const struct dirent *e;
    bool bom = d != NULL;

    while (bom && (e = readdir(d)) != NULL)
    {
        char arquivo[CAMINHO_MAX];
        char sub[CAMINHO_MAX];

        if (e->d_name[0] == '.')
            continue;
        bom = snprintf(arquivo, sizeof(arquivo), "%s/%s", pasta, e->d_name) <
                  CAMINHO_MAX &&
              snprintf(sub, sizeof(sub), "%s/%s", url, e->d_name) <
                  CAMINHO_MAX &&
              ler_item(arquivo, sub, profundidade);
    }
    if (d != NULL)
        closedir(d);
    return bom;
}

static bool
ler_item(const char *arquivo, const char *url, int profundidade)
{
    struct stat st;
    unsigned char *dados;
    size_t n;

    if (stat(arquivo, &st) != 0)
        return false;
    if (S_ISDIR(st.st_mode))
        return ler_pasta(arquivo, url, profundidade + 1);
    /* No source maps, nothing of an unknown kind. */
    if (!S_ISREG(st.st_mode) || tipo_de(url) == NULL)
        return true;
    dados = ler_arquivo(arquivo, &n);
    return dados != NULL && guardar(url, dados, n);
}

static bool
guardar(const char *url, unsigned char *dados, size_t n)
{
    unsigned char soma[SHA256_DIGEST_LENGTH];
    const char *extensao = extensao_de(url);
    char nome[CAMINHO_MAX];
    Ativo *a = NULL;
    Versao *v;

    snprintf(nome, sizeof(nome), "%s", url);
    if (strcmp(extensao, "br") == 0 || strcmp(extensao, "gz") == 0)
        *strrchr(nome, '.') = '\0';
    for (int i = 0; i < nativos && a == NULL; i++)
        if (strcmp(ativos[i].caminho, nome) == 0)
            a = &ativos[i];
    if (a == NULL)
    {
        Ativo *mais =
            realloc(ativos, sizeof(*ativos) * ((size_t) nativos + 1));

        if (mais == NULL)
            return false;
        ativos = mais;
        a = &ativos[nativos++];
        memset(a, 0, sizeof(*a));
        a->caminho = strdup(nome);
        a->tipo = tipo_de(nome);
    }
    v = strcmp(extensao, "br") == 0   ? &a->br
        : strcmp(extensao, "gz") == 0 ? &a->gz
                                      : &a->puro;
    v->dados = dados;
    v->n = n;
    SHA256(dados, n, soma);
    v->etag[0] = '"';
    for (int i = 0; i < 16; i++)
        snprintf(v->etag + 1 + 2 * i, 3, "%02x", soma[i]);
    v->etag[33] = '"';
    v->etag[34] = '\0';
    return a->caminho != NULL;
}

static unsigned char *
ler_arquivo(const char *arquivo, size_t *n)
{
    FILE *f = fopen(arquivo, "rbe");
    unsigned char *dados = NULL;
    long tamanho;

    if (f == NULL)
        return NULL;
    if (fseek(f, 0, SEEK_END) == 0 && (tamanho = ftell(f)) >= 0 &&
        tamanho <= ARQUIVO_MAX && fseek(f, 0, SEEK_SET) == 0)
    {
        dados = malloc((size_t) tamanho + 1);
        *n = (size_t) tamanho;
        if (dados != NULL && fread(dados, 1, *n, f) != *n)
        {
            free(dados);
            dados = NULL;
        }
    }
    fclose(f);
    return dados;
}

/* Of the name without .br and .gz. */
static const char *
tipo_de(const char *caminho)
{
    char nome[CAMINHO_MAX];
    const char *extensao;

    snprintf(nome, sizeof(nome), "%s", caminho);
    extensao = extensao_de(nome);
    if (extensao != NULL &&
        (strcmp(extensao, "br") == 0 || strcmp(extensao, "gz") == 0))
    {
        *strrchr(nome, '.') = '\0';
        extensao = extensao_de(nome);
    }
    for (size_t i = 0;
         extensao != NULL && i < sizeof(tipos) / sizeof(tipos[0]); i++)
        if (strcmp(extensao, tipos[i].extensao) == 0)
            return tipos[i].tipo;
    return NULL;
}

static int
comparar(const void *a, const void *b)
{
    return strcmp(((const Ativo *) a)->caminho, ((const Ativo *) b)->caminho);
}

static Ativo *
achar(const char *caminho)
{
    Ativo chave = {.caminho = (char *) (uintptr_t) caminho};
    Ativo *a = nativos == 0 ? NULL
                            : bsearch(&chave, ativos, (size_t) nativos,
                                      sizeof(*ativos), comparar);

    return a != NULL && a->puro.dados != NULL ? a : NULL;
}
