/*
 * jwt.h: the token that names a session.
 */
#ifndef CRM_JWT_H
#define CRM_JWT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum
{
    JWT_CHAVES_MAX = 4,
    JWT_TOKEN_MAX = 1024 /* bytes of a token, terminator included */
};

/* All instants are seconds since 1970. */
typedef struct JwtDados
{
    char sid[37]; /* uuid of crm.sessoes */
    int64_t sub;  /* crm.usuarios.id */
    char papel[32];
    int64_t iat;
    int64_t exp;
    int64_t limite; /* absolute end of the session */
} JwtDados;

extern bool jwt_carregar(const char *arquivo, char *erro, size_t n);
extern void jwt_esquecer(void);
extern bool jwt_assinar(const JwtDados *d, char *saida, size_t n);
extern bool jwt_verificar(const char *token, size_t n, int64_t agora,
                          JwtDados *d);
extern bool jwt_derivar(const char *rotulo, unsigned char saida[32]);
extern bool jwt_renovar(const JwtDados *d, int64_t agora, JwtDados *novo);

#endif
