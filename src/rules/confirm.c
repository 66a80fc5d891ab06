/* The second engine: what the prefilter let through is matched by PCRE2, which gives the place. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "mailsignal/limits.h"
#include "rules/match.h"
#include "rules/pattern.h"

enum { JIT_STACK_START = 32 * 1024, JIT_STACK_MOST = 512 * 1024 };

/* Words that are written with a capital without being a name. */
static const char no_names[] = " i we you he she they it the a an my our your this that these "
                               "those his her their if as at by in on to from for and but or so "
                               "monday tuesday wednesday thursday friday saturday sunday mondays "
                               "tuesdays wednesdays thursdays fridays saturdays sundays january "
                               "february march april may june july august september october "
                               "november december easter christmas ";
/* Words that open a sentence; endings that do are in opens_sentence(). */
static const char openers[] =
    " please thanks thank dear hi hello hey yes no not also just is are was were do does did can "
    "could would will shall should may might must when what why how who where which there here "
    "after before since because although though while once until unless with without under over "
    "some any all each both most many more much few new last next first second one two three "
    "maybe perhaps however still even now then today tomorrow yesterday let lets get got give "
    "send see ask tell call nobody everyone someone nothing everything something people sorry "
    "good great fine ok okay well have has had am be me us of per than until about ";

static bool in_list(const char *list, struct span word) {
  char padded[20];
  if (word.len > sizeof padded - 3) return false;
  padded[0] = ' ';
  memcpy(padded + 1, word.ptr, word.len);
  padded[word.len + 1] = ' ';
  padded[word.len + 2] = 0;
  return strstr(list, padded) != NULL;
}

static bool opens_sentence(struct span word) {
  return in_list(openers, word) || span_ends(word, SPAN_LIT("ing")) ||
         span_ends(word, SPAN_LIT("ly")) || span_ends(word, SPAN_LIT("ed"));
}

/* The token that begins at a byte of the folded text; SPAN_NONE where none does. */
static size_t token_at(const struct folded *folded, const struct sentence *sentence, size_t at) {
  size_t low = sentence->first_token, high = low + sentence->n_tokens;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (folded->tokens[middle].start == at) return middle;
    if (folded->tokens[middle].start < at)
      low = middle + 1;
    else
      high = middle;
  }
  return SPAN_NONE;
}

static bool has_capital(const struct folded *folded, size_t token) {
  const struct token *t = &folded->tokens[token];
  bool acronym = t->shape & TOKEN_ALL_CAPS && t->end - t->start <= 4;
  return t->kind == TOKEN_WORD && t->shape & TOKEN_CAPITAL && !acronym &&
         !in_list(no_names, span_slice(folded->bytes, t->start, t->end));
}

/* <person>: a word that was written with a capital. The first word of a sentence always has one:
 * it is taken for a name when the next has one too, or when it is no usual opener. */
int match_on_callout(struct pcre2_callout_block_8 *block, void *data) {
  const struct match_run *run = data;
  const struct folded *folded = run->folded;
  const struct sentence *s = &folded->sentences[run->sentence];
  if (block->callout_number != CALLOUT_CAPITAL) return 0;
  size_t token = token_at(folded, s, s->folded_start + block->current_position);
  if (token == SPAN_NONE || !has_capital(folded, token)) return 1;
  if (token > s->first_token) return 0;
  if (s->n_tokens > 1 && has_capital(folded, token + 1)) return 0;
  const struct token *first = &folded->tokens[token];
  return opens_sentence(span_slice(folded->bytes, first->start, first->end));
}

static void add_found(struct match_run *run, struct found ***link, size_t base,
                      const PCRE2_SIZE *ovector) {
  struct found *found = ARENA_NEW(run->arena, struct found);
  found->start = (uint32_t)(base + ovector[0]);
  found->end = (uint32_t)(base + ovector[1]);
  **link = found;
  *link = &found->next;
}

/* All matches of a pattern in one sentence, from left to right without overlap. */
static void match_sentence(struct match_run *run, const pcre2_code *code, uint32_t pattern,
                           struct fired *fired) {
  struct match_scratch *scratch = run->scratch;
  const struct sentence *s = &run->folded->sentences[fired->sentence];
  PCRE2_SPTR subject = (PCRE2_SPTR)run->folded->bytes.ptr + s->folded_start;
  size_t len = s->folded_end - s->folded_start, at = 0;
  struct found **link = &fired->found;
  run->sentence = fired->sentence;
  pcre2_set_callout(scratch->context, match_on_callout, run);
  for (int n = 0; at < len && n < LIMIT_HITS_PER_RULE; n++) {
    int result = pcre2_match(code, subject, len, at, PCRE2_NO_UTF_CHECK, scratch->data,
                             scratch->context);
    if (result == PCRE2_ERROR_NOMATCH) return;
    if (result < 0) {
      scratch->fired[pattern].given_up = true;
      defect_mark(run->defects, DEFECT_RULES_BUDGET);
      return;
    }
    const PCRE2_SIZE *ovector = pcre2_get_ovector_pointer(scratch->data);
    if (ovector[1] <= at) return; /* an empty match: the loader refuses such patterns */
    add_found(run, &link, s->folded_start, ovector);
    at = ovector[1];
  }
}

struct found *match_confirm(struct match_run *run, uint32_t pattern, struct fired *fired) {
  if (fired->confirmed) return fired->found;
  fired->confirmed = true;
  if (run->scratch->fired[pattern].given_up) return NULL;
  const pcre2_code *code = ruleset_code(run->ruleset, pattern);
  if (code)
    match_sentence(run, code, pattern, fired);
  else
    defect_mark(run->defects, DEFECT_RULES_BUDGET);
  return fired->found;
}

struct match_scratch *match_scratch_new(const struct ruleset *ruleset) {
  struct match_scratch *s = calloc(1, sizeof *s);
  if (!s) return NULL;
  s->ruleset = ruleset;
  s->fired = calloc(ruleset->n_patterns + 1, sizeof *s->fired);
  s->touched = calloc(ruleset->n_patterns + 1, sizeof *s->touched);
  s->epoch = 1;
  s->rule_hits = calloc(ruleset->n_rules + 1, sizeof *s->rule_hits);
  s->live = calloc(ruleset->n_rules / 64 + 1, sizeof *s->live);
  s->seen = calloc(ruleset->n_literals + 1, sizeof *s->seen);
  s->met = calloc(ruleset->n_literals + 1, sizeof *s->met);
  s->data = pcre2_match_data_create(1, NULL);
  s->context = pcre2_match_context_create(NULL);
  s->jit_stack = pcre2_jit_stack_create(JIT_STACK_START, JIT_STACK_MOST, NULL);
  bool complete = s->fired && s->touched && s->rule_hits && s->live && s->seen && s->met &&
                  s->data && s->context && s->jit_stack;
  if (!complete ||
      (ruleset->database && hs_alloc_scratch(ruleset->database, &s->hs) != HS_SUCCESS)) {
    match_scratch_free(s);
    return NULL;
  }
  pcre2_set_match_limit(s->context, LIMIT_REGEX_STEPS);
  pcre2_jit_stack_assign(s->context, NULL, s->jit_stack);
  return s;
}

void match_scratch_free(struct match_scratch *scratch) {
  if (!scratch) return;
  hs_free_scratch(scratch->hs);
  pcre2_match_data_free(scratch->data);
  pcre2_match_context_free(scratch->context);
  pcre2_jit_stack_free(scratch->jit_stack);
  free(scratch->fired);
  free(scratch->touched);
  free(scratch->rule_hits);
  free(scratch->live);
  free(scratch->seen);
  free(scratch->met);
  free(scratch->reports);
  free(scratch);
}
