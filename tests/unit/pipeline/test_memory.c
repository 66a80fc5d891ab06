#include <criterion/criterion.h>

#include "mailsignal/pipeline.h"
#include "sample.h"

static struct ruleset *load_rules(struct arena *arena) {
  struct diag_list faults = {.arena = arena};
  struct ms_error error = {0};
  struct ruleset *ruleset = NULL;
  struct ruleset_options options = {.builtin_dir = MAILSIGNAL_SOURCE_DIR "/rules"};
  cr_assert_eq(ruleset_load(&options, &ruleset, &faults, &error), MS_OK, "%s", error.text);
  return ruleset;
}

/* Whichever allocation fails, the message becomes an error record, the worker lives on, and (under
 * the sanitizer) nothing leaks. */
Test(pipeline, any_allocation_may_fail) {
  struct arena *arena = arena_new();
  mail_init();
  contact_init();
  struct ruleset *ruleset = load_rules(arena);
  struct pipeline pipeline = {.ruleset = ruleset, .min_strength = 0.5};
  struct worker *worker = worker_new(&pipeline);
  struct span raw = {sample_mail, sizeof sample_mail - 1};
  struct origin origin = {.path = SPAN_LIT("x"), .size = raw.len};
  struct record record;

  pipeline_run(worker, raw, &origin, &record);
  cr_assert_eq(record.error_code.len, 0);
  uint64_t before = arena_allocations(worker_arena(worker));
  pipeline_run(worker, raw, &origin, &record);
  uint64_t needed = arena_allocations(worker_arena(worker)) - before;
  cr_assert_gt(needed, 10);

  for (uint64_t nth = 1; nth <= needed; nth += 1 + nth / 100) {
    arena_fail_after(worker_arena(worker), nth);
    pipeline_run(worker, raw, &origin, &record);
    cr_assert(span_eq(record.error_code, SPAN_LIT("memory")), "allocation %zu of %zu", (size_t)nth,
              (size_t)needed);
  }
  arena_fail_after(worker_arena(worker), 0);
  pipeline_run(worker, raw, &origin, &record);
  cr_assert_eq(record.error_code.len, 0, "the worker must live on");
  worker_free(worker);
  ruleset_free(ruleset);
  arena_free(arena);
}
