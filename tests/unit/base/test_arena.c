#include <criterion/criterion.h>
#include <stdint.h>

#include "mailsignal/sbuf.h"

Test(arena, memory_is_zeroed_and_aligned_after_reuse) {
  struct arena *arena = arena_new();
  for (int round = 0; round < 3; round++) {
    for (size_t size = 0; size < 300; size += 7) {
      unsigned char *p = arena_alloc(arena, size);
      cr_assert_eq((uintptr_t)p % _Alignof(max_align_t), 0);
      for (size_t i = 0; i < size; i++) cr_assert_eq(p[i], 0);
      memset(p, 0xA5, size);
    }
    cr_assert_not_null(arena_alloc(arena, 9 * 1024 * 1024));
    arena_reset(arena);
  }
  arena_free(arena);
}

static void count(void *object) { ++*(int *)object; }

Test(arena, cleanups_run_once_at_reset) {
  struct arena *arena = arena_new();
  int released = 0;
  arena_on_reset(arena, count, &released);
  arena_on_reset(arena, count, &released);
  arena_reset(arena);
  cr_assert_eq(released, 2);
  arena_reset(arena);
  arena_free(arena);
  cr_assert_eq(released, 2);
}

Test(arena, exhaustion_jumps_to_the_guard_and_releases_the_object) {
  struct arena *arena = arena_new();
  int released = 0;
  volatile int failures = 0;
  for (volatile uint64_t nth = 1; nth < 20; nth++) {
    if (ARENA_GUARD(arena)) {
      failures++;
      arena_reset(arena);
      continue;
    }
    arena_fail_after(arena, nth);
    struct sbuf out = {.arena = arena};
    for (int i = 0; i < 5; i++) {
      arena_on_reset(arena, count, &released);
      for (int k = 0; k < 400; k++) sbuf_byte(&out, 'x');
    }
    arena_fail_after(arena, 0);
    arena_unguard(arena);
    arena_reset(arena);
  }
  cr_assert_gt(failures, 5);
  cr_assert_lt(failures, 19, "with enough allocations allowed it must succeed");
  cr_assert_gt(released, 0);
  arena_free(arena);
}

Test(arena, push_keeps_what_was_there) {
  struct arena *arena = arena_new();
  struct {
    size_t *items;
    size_t n, capacity;
  } list = {0};
  for (size_t i = 0; i < 1000; i++) ARENA_PUSH(arena, &list, i);
  for (size_t i = 0; i < 1000; i++) cr_assert_eq(list.items[i], i);
  arena_free(arena);
}
