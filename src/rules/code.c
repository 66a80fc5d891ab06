#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "rules/ruleset.h"

/* JIT compilation costs as much as some twenty interpreted matches. */
enum { USES_BEFORE_JIT = 16 };

uint32_t match_options(bool caseless) {
  return PCRE2_UTF | PCRE2_UCP | PCRE2_NO_UTF_CHECK | PCRE2_DOLLAR_ENDONLY |
         (caseless ? PCRE2_CASELESS : 0u);
}

static pcre2_code *compile(const struct ruleset *ruleset, size_t index, bool jit) {
  const struct image_pattern *pattern = &ruleset->patterns[index];
  int error;
  PCRE2_SIZE offset;
  pcre2_code *code =
      pcre2_compile((PCRE2_SPTR)image_string(ruleset->image, pattern->regex), pattern->regex_len,
                    match_options(pattern->flags & PATTERN_CASELESS), &error, &offset, NULL);
  if (code && jit) pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
  return code;
}

/* Puts a fresh code into an empty slot; when another thread was faster, its code is used. */
static pcre2_code *publish(pcre2_code *_Atomic *slot, pcre2_code *code) {
  pcre2_code *expected = NULL;
  if (!code || atomic_compare_exchange_strong(slot, &expected, code)) return code;
  pcre2_code_free(code);
  return expected;
}

const pcre2_code *ruleset_code(const struct ruleset *ruleset, size_t index) {
  struct code_slot *slot = &ruleset->codes[index];
  pcre2_code *code = atomic_load_explicit(&slot->fast, memory_order_acquire);
  if (code) return code;
  unsigned uses = atomic_fetch_add_explicit(&slot->uses, 1, memory_order_relaxed);
  if (uses >= USES_BEFORE_JIT && !ruleset->no_jit) {
    code = publish(&slot->fast, compile(ruleset, index, true));
    if (code) return code;
  }
  code = atomic_load_explicit(&slot->plain, memory_order_acquire);
  return code ? code : publish(&slot->plain, compile(ruleset, index, false));
}

void ruleset_codes_free(struct ruleset *ruleset) {
  for (size_t i = 0; ruleset->codes && i < ruleset->n_patterns; i++) {
    pcre2_code_free(atomic_load(&ruleset->codes[i].plain));
    pcre2_code_free(atomic_load(&ruleset->codes[i].fast));
  }
}
