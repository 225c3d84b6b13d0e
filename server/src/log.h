/*
 * log.h: JSON lines on standard output.
 *
 *     LogLinha l;
 *     log_iniciar(&l, "aviso", "pg_conexao");
 *     log_texto(&l, "motivo", texto);
 *     log_enviar(&l);
 *
 * Never log a senha, a token, a CPF or the value of a query string.
 */
#ifndef CRM_LOG_H
#define CRM_LOG_H

#include <stdbool.h>
#include <stddef.h>

enum
{
    LOG_LINHA_MAX = 4096
};

typedef struct LogLinha
{
    size_t n;
    bool cheia; /* a field did not fit and was left out */
    char buf[LOG_LINHA_MAX];
} LogLinha;

/* nivel: "info", "aviso" or "erro". Writes instante, nivel, evento, processo. */
void log_iniciar(LogLinha *l, const char *nivel, const char *evento);
void log_texto(LogLinha *l, const char *campo, const char *valor); /* NULL = null */
void log_inteiro(LogLinha *l, const char *campo, long long valor);
void log_booleano(LogLinha *l, const char *campo, bool valor);
/* milliseconds with three decimals */
void log_ms(LogLinha *l, const char *campo, unsigned long long micros);
void log_enviar(LogLinha *l);

/*
 * Like log_enviar(), but the line may wait for others: pedir, given to
 * log_agrupar(), is called when the first waits, and has log_despejar() called
 * soon. Without log_agrupar(), which is for a process after its fork, no line
 * waits.
 */
void log_juntar(LogLinha *l);
void log_agrupar(void (*pedir)(void));
void log_despejar(void);

/* Short form: one event with one optional text. */
void log_evento(const char *nivel, const char *evento, const char *texto);

/*
 * Writes valor (n bytes) as the inside of a JSON string into out. Control
 * characters, quotes, backslashes and DEL are escaped, invalid UTF-8 becomes
 * U+FFFD. Returns the length needed; out is complete and terminated only when
 * that is < tam.
 */
size_t log_escapar(char *out, size_t tam, const char *valor, size_t n);

#endif
