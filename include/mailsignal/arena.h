/* arena.h - memory with one lifetime.
 *
 * An arena hands out zeroed memory that lives until the arena is reset. Nothing is freed piece by
 * piece. A worker has one arena and resets it after each message, so that after warm-up a message
 * costs no malloc. An arena belongs to one thread at a time.
 *
 * Running out of memory: arena_alloc() never returns NULL. It jumps to the arena's guard (see
 * ARENA_GUARD), and foreign objects (GMime, libxml2, ...) that were registered with
 * arena_on_reset() are released by the reset that follows; without a guard the program ends with
 * a message. That is why stages need no error paths for memory.
 *
 * Under AddressSanitizer each allocation is a malloc of its own, so that overflows are seen. */
#ifndef MAILSIGNAL_ARENA_H
#define MAILSIGNAL_ARENA_H

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include "mailsignal/span.h"

struct arena;

/* NULL when out of memory. */
struct arena *arena_new(void);
/* Runs the cleanups, newest first, and takes all memory back; keeps at most a few MB for reuse. */
void arena_reset(struct arena *arena);
void arena_free(struct arena *arena);

/* Zeroed and aligned for any type; never NULL, also for size 0. */
void *arena_alloc(struct arena *arena, size_t size);
/* count * size bytes, overflow checked. */
void *arena_array(struct arena *arena, size_t count, size_t size);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_array((arena), (count), sizeof(type)))

/* A copy that also has a NUL behind it, for C libraries. */
char *arena_strndup(struct arena *arena, const char *bytes, size_t len);
struct span arena_dup(struct arena *arena, struct span s);
struct span arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Grows the array of `count` elements at *items so that one more fits; *capacity is in elements.
 * The address may change; the old memory stays valid until the reset. */
void arena_grow(struct arena *arena, void **items, size_t count, size_t *capacity, size_t size);

/* A list is three fields: type *items; size_t n; size_t capacity. */
#define ARENA_PUSH(arena, list, value)                                                   \
  do {                                                                                   \
    void *grown_ = (list)->items;                                                        \
    arena_grow((arena), &grown_, (list)->n, &(list)->capacity, sizeof *(list)->items);   \
    (list)->items = grown_;                                                              \
    (list)->items[(list)->n++] = (value);                                                \
  } while (0)

/* Calls release(object) at the next reset. If this itself runs out of memory, `object` is released
 * before the jump. */
void arena_on_reset(struct arena *arena, void (*release)(void *), void *object);

/* Where allocation goes when memory runs out:
 *     if (ARENA_GUARD(arena)) { arena_unguard(arena); ...out of memory...; }
 * A guard holds until arena_unguard() or until the function that set it returns. */
jmp_buf *arena_guard(struct arena *arena);
void arena_unguard(struct arena *arena);
#define ARENA_GUARD(arena) setjmp(*arena_guard(arena))

/* Calls body(context) under a guard; false when memory ran out in it. The simplest way to use one:
 * nothing of the caller's can be clobbered by the jump. */
bool arena_try(struct arena *arena, void (*body)(void *context), void *context);

/* For tests: the nth allocation from now (1 = the next) fails; 0 switches it off. */
void arena_fail_after(struct arena *arena, uint64_t nth);
/* Allocations since the arena was made. */
uint64_t arena_allocations(const struct arena *arena);

#endif
