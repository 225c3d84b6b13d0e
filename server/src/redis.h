/*
 * redis.h: Redis commands, asynchronous, optional: a failure is a miss.
 */
#ifndef CRM_REDIS_H
#define CRM_REDIS_H

#include <stdbool.h>
#include <stddef.h>

struct redisReply;

/* r NULL = failure or time-out. Called exactly once per accepted command. */
typedef void (*RedisRetorno)(void *arg, const struct redisReply *r);

/* Before the fork: reads the password; false with a reason. */
bool redis_preparar(char *erro, size_t n);
/* In a worker: starts connecting. */
void redis_iniciar(void);

/*
 * Sends one command (hiredis format; use %s and %b, never user text as format).
 * Returns false at once when Redis is down or the breaker is open: fn is then
 * not called. After redis_timeout_ms fn gets NULL; after three of these in a row
 * no command is sent for 1 s. fn NULL = the answer is ignored. fn is never called from inside
 * redis_comando.
 */
bool redis_comando(RedisRetorno fn, void *arg, const char *fmt, ...);

/* The same with the arguments as they are. */
bool redis_comando_v(RedisRetorno fn, void *arg, int n,
                     const char *const *argv, const size_t *tamanhos);

/* The same, already written as the protocol wants it. */
bool redis_comando_pronto(RedisRetorno fn, void *arg, const char *bytes,
                          size_t n);

/*
 * What is asked for in one turn of the loop goes out in one write: after
 * redis_agendar() said true, the functions given to redis_ao_enviar() are called
 * once, in their order, right before the next write; they send what they have
 * gathered. They are called too when the connection is lost before that, and
 * redis_comando() then says false.
 */
void redis_ao_enviar(void (*fn)(void));
bool redis_agendar(void);

/* Which process answers, 40 digits; NULL while that is unknown. */
const char *redis_run_id(void);

bool redis_pronto(void);
/* 500 ms tick: reconnection. */
void redis_tique(void);

#endif
