#include "mailsignal/arena.h"

#include <stdarg.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_BLOCK_PER_ALLOCATION 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_BLOCK_PER_ALLOCATION 1
#endif
#endif
#ifndef ARENA_BLOCK_PER_ALLOCATION
#define ARENA_BLOCK_PER_ALLOCATION 0
#endif

enum {
  FIRST_BLOCK = 64 * 1024,
  LARGEST_STEP = 1024 * 1024,   /* blocks double up to here */
  KEEP_BYTES = 2 * 1024 * 1024, /* what a reset may keep */
};

struct block {
  struct block *next;
  size_t size, used;
  alignas(max_align_t) char bytes[];
};

struct cleanup {
  struct cleanup *next;
  void (*release)(void *);
  void *object;
};

struct arena {
  struct block *blocks; /* newest first; allocation happens in this one */
  struct block *spare;  /* emptied by a reset */
  struct cleanup *cleanups;
  size_t next_size;
  uint64_t allocations, fail_at;
  bool guarded;
  jmp_buf guard;
};

struct arena *arena_new(void) {
  struct arena *arena = calloc(1, sizeof *arena);
  if (arena) arena->next_size = FIRST_BLOCK;
  return arena;
}

static void run_cleanups(struct arena *arena) {
  while (arena->cleanups) {
    struct cleanup *c = arena->cleanups;
    arena->cleanups = c->next;
    c->release(c->object);
  }
}

static void free_blocks(struct block *b) {
  while (b) {
    struct block *next = b->next;
    free(b);
    b = next;
  }
}

void arena_reset(struct arena *arena) {
  run_cleanups(arena);
  size_t kept = 0;
  for (struct block *b = arena->spare; b; b = b->next) kept += b->size;
  while (arena->blocks) {
    struct block *b = arena->blocks;
    arena->blocks = b->next;
    if (ARENA_BLOCK_PER_ALLOCATION || kept + b->size > KEEP_BYTES) {
      free(b);
      continue;
    }
    kept += b->size;
    b->next = arena->spare;
    arena->spare = b;
  }
}

void arena_free(struct arena *arena) {
  if (!arena) return;
  run_cleanups(arena);
  free_blocks(arena->blocks);
  free_blocks(arena->spare);
  free(arena);
}

jmp_buf *arena_guard(struct arena *arena) {
  arena->guarded = true;
  return &arena->guard;
}

void arena_unguard(struct arena *arena) { arena->guarded = false; }

bool arena_try(struct arena *arena, void (*body)(void *context), void *context) {
  if (ARENA_GUARD(arena)) return false; /* the exhausted arena is unguarded already */
  body(context);
  arena_unguard(arena);
  return true;
}

void arena_fail_after(struct arena *arena, uint64_t nth) {
  arena->fail_at = nth ? arena->allocations + nth : 0;
}

uint64_t arena_allocations(const struct arena *arena) { return arena->allocations; }

static _Noreturn void out_of_memory(struct arena *arena) {
  if (arena->guarded) {
    arena->guarded = false;
    longjmp(arena->guard, 1);
  }
  fputs("mailsignal: out of memory\n", stderr);
  abort();
}

/* A spare block that is large enough, or NULL. Only the first few are looked at: they are sorted
 * by nothing, and a long search would make allocation slow. */
static struct block *take_spare(struct arena *arena, size_t size) {
  struct block **link = &arena->spare;
  for (int i = 0; *link && i < 4; i++, link = &(*link)->next) {
    if ((*link)->size < size) continue;
    struct block *b = *link;
    *link = b->next;
    return b;
  }
  return NULL;
}

static struct block *add_block(struct arena *arena, size_t size) {
  struct block *b = take_spare(arena, size);
  if (!b) {
    size_t room = size;
    if (!ARENA_BLOCK_PER_ALLOCATION && room < arena->next_size) room = arena->next_size;
    if (size > SIZE_MAX - sizeof *b) return NULL;
    b = malloc(sizeof *b + room);
    if (!b) return NULL;
    b->size = room;
    if (arena->next_size < LARGEST_STEP) arena->next_size *= 2;
  }
  b->used = 0;
  b->next = arena->blocks;
  arena->blocks = b;
  return b;
}

static void *try_alloc(struct arena *arena, size_t size) {
  arena->allocations++;
  if (arena->fail_at && arena->allocations >= arena->fail_at) {
    arena->fail_at = 0;
    return NULL;
  }
  const size_t align = alignof(max_align_t);
  if (size > SIZE_MAX - align) return NULL;
  size_t rounded = ARENA_BLOCK_PER_ALLOCATION ? size : (size + align - 1) / align * align;
  struct block *b = arena->blocks;
  if (ARENA_BLOCK_PER_ALLOCATION || !b || b->size - b->used < rounded) b = add_block(arena, rounded);
  if (!b) return NULL;
  void *memory = b->bytes + b->used;
  b->used += rounded;
  return memset(memory, 0, size);
}

void *arena_alloc(struct arena *arena, size_t size) {
  void *memory = try_alloc(arena, size);
  if (!memory) out_of_memory(arena);
  return memory;
}

void *arena_array(struct arena *arena, size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) out_of_memory(arena);
  return arena_alloc(arena, bytes);
}

char *arena_strndup(struct arena *arena, const char *bytes, size_t len) {
  if (len == SIZE_MAX) out_of_memory(arena);
  char *copy = arena_alloc(arena, len + 1);
  if (len) memcpy(copy, bytes, len);
  return copy;
}

struct span arena_dup(struct arena *arena, struct span s) {
  return (struct span){arena_strndup(arena, s.ptr, s.len), s.len};
}

struct span arena_printf(struct arena *arena, const char *format, ...) {
  va_list args;
  va_start(args, format);
  int needed = vsnprintf(NULL, 0, format, args);
  va_end(args);
  if (needed < 0) return (struct span){"", 0};
  char *text = arena_alloc(arena, (size_t)needed + 1);
  va_start(args, format);
  vsnprintf(text, (size_t)needed + 1, format, args);
  va_end(args);
  return (struct span){text, (size_t)needed};
}

void arena_grow(struct arena *arena, void **items, size_t count, size_t *capacity, size_t size) {
  if (count < *capacity) return;
  size_t room = *capacity ? *capacity * 2 : 8;
  if (room < *capacity) out_of_memory(arena);
  void *grown = arena_array(arena, room, size);
  if (count) memcpy(grown, *items, count * size);
  *items = grown;
  *capacity = room;
}

void arena_on_reset(struct arena *arena, void (*release)(void *), void *object) {
  struct cleanup *c = try_alloc(arena, sizeof *c);
  if (!c) {
    release(object);
    out_of_memory(arena);
  }
  *c = (struct cleanup){arena->cleanups, release, object};
  arena->cleanups = c;
}
