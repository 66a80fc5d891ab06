/* bench_match - the matching stage with 100 and with 1,000 rules.
 *
 *     bench_match [FILE]
 *
 * FILE holds messages as plain text, one a paragraph block that ends in a line "%%"; without it a
 * few built-in ones are used. Prints nanoseconds a message for folding and matching, the ratio of
 * 1,000 rules to 100, and the time that a warm ruleset_load() takes. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "mailsignal/rules.h"
#include "mailsignal/sbuf.h"

static const char *const samples[] = {
    "Hi Bob,\n\nthanks for the call on Tuesday. We have looked at the numbers again and the finance\n"
    "team is fine with the figures for the first quarter. Could you send the updated statement of\n"
    "work by the end of next week? The warehouse in Leeds will be ready in March, and I would like\n"
    "the delivery to be there before the stock count.\n\nTwo smaller points:\n- the pallets of the"
    " last shipment were not labelled\n- please copy Priya on all invoices\n\nBest,\nJane\n",
    "Dear team,\n\nI am afraid the portal is down again and nobody has answered our ticket since"
    " Friday. This is the third time this month. We rely on the reports for our payroll run and need"
    " them before noon tomorrow, otherwise we have to look at another provider. What is the plan?\n",
    "Morning,\n\nattached is the signed order for the spare parts. The drawing has changed slightly,"
    " see page two. If the price for the larger size is still what you quoted in May, we would take"
    " forty of them and have the rest on call over the year. Our new site in Ghent opens in the"
    " autumn and will need its own account.\n\nRegards\n",
    "hello, quick question about the licence: it runs until 30 June, right? we are thinking about"
    " the next step and my manager asked me to get a quote for two more years with ten extra seats."
    " no rush, next month is fine\n",
};

static const char *const verbs[] = {"switch", "move", "cancel", "renew", "extend", "buy",
    "order", "send", "change", "leave", "stop", "open", "grow", "hire", "recommend", "introduce",
    "complain", "return", "refund", "delay", "approve", "reject", "quote", "compare", "prefer",
    "upgrade", "add", "reduce", "pause", "sign", "expand", "launch", "migrate", "replace", "evaluate"};
static const char *const nouns[] = {"contract", "subscription", "provider", "supplier", "vendor",
    "plan", "seats", "licence", "budget", "invoice", "delivery", "offer", "account", "service",
    "office", "team", "warehouse", "site", "order", "price", "quote", "module", "feature", "tier",
    "agreement", "term", "renewal", "proposal", "shipment", "support", "product", "platform",
    "colleague", "friend", "partner", "branch", "market", "region", "volume", "quarter"};
static const char *const fillers[] = {"our", "the", "your", "this", "another", "a new", "next",
    "entire", "whole", "current", "annual", "extra", "second", "cheaper", "bigger", "old"};
static const char *const adverbs[] = {"urgently", "immediately", "definitely", "seriously",
    "probably", "certainly", "eventually", "formally", "officially", "gradually", "entirely",
    "reluctantly", "actively", "jointly", "directly", "quietly"};

struct random {
  uint64_t state;
};

static const char *pick(struct random *r, const char *const *words, size_t n) {
  r->state = r->state * 6364136223846793005u + 1442695040888963407u;
  return words[(r->state >> 33) % n];
}
#define PICK(r, words) pick(r, words, sizeof(words) / sizeof *(words))

/* Each rule has three patterns of the shapes that rule authors use. */
static void write_rules(struct sbuf *out, unsigned n) {
  struct random r = {7};
  for (unsigned i = 0; i < n; i++) {
    sbuf_printf(out, "- id: bench.r%u\n  weight: 0.9\n  match:\n", i);
    sbuf_printf(out, "    - \"<we> ~2 (%s|%s)+ ~2 %s (%s|%s)\"\n", PICK(&r, verbs),
                PICK(&r, verbs), PICK(&r, fillers), PICK(&r, nouns), PICK(&r, nouns));
    sbuf_printf(out, "    - \"%s %s+ ~3 (%s|%s %s)\"\n", PICK(&r, adverbs), PICK(&r, verbs),
                PICK(&r, nouns), PICK(&r, fillers), PICK(&r, nouns));
    sbuf_printf(out, "    - \"(%s|%s) ~2 is %s+ ~1 (%s|<date>)\"\n", PICK(&r, nouns),
                PICK(&r, nouns), PICK(&r, verbs), PICK(&r, adverbs));
    sbuf_printf(out, "  unless: [\"not %s+\"]\n", PICK(&r, verbs));
  }
}

static double seconds_of(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct messages {
  struct span *items;
  size_t n, capacity;
};

static void read_messages(struct arena *arena, const char *path, struct messages *out) {
  if (!path) {
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
      ARENA_PUSH(arena, out, span_of(samples[i]));
    return;
  }
  FILE *file = fopen(path, "r");
  if (!file) {
    perror(path);
    exit(1);
  }
  struct sbuf text = {.arena = arena};
  char line[8192];
  while (fgets(line, sizeof line, file)) {
    if (strcmp(line, "%%\n") != 0) {
      sbuf_add(&text, span_of(line));
      continue;
    }
    ARENA_PUSH(arena, out, sbuf_span(&text));
    text = (struct sbuf){.arena = arena};
  }
  fclose(file);
}

static struct ruleset *load(struct arena *arena, const char *folder, unsigned n) {
  struct sbuf rules = {.arena = arena};
  char path[300];
  write_rules(&rules, n);
  snprintf(path, sizeof path, "%s/%u", folder, n);
  mkdir(path, 0755);
  const char *dir = arena_strndup(arena, path, strlen(path));
  snprintf(path, sizeof path, "%s/%u/complaint.yaml", folder, n);
  FILE *file = fopen(path, "w");
  if (!file || fwrite(rules.bytes, 1, rules.len, file) != rules.len || fclose(file)) exit(1);
  struct ruleset_options options = {.dirs = &dir, .n_dirs = 1, .cache_dir = folder};
  struct diag_list faults = {.arena = arena};
  struct ruleset *ruleset = NULL;
  for (int warm = 0; warm < 2; warm++) {
    ruleset_free(ruleset);
    double start = seconds_of(CLOCK_MONOTONIC);
    if (ruleset_load(&options, &ruleset, &faults, NULL)) exit(1);
    printf("%-5u rules %s load  %9.2f ms\n", n, warm ? "warm" : "cold",
           (seconds_of(CLOCK_MONOTONIC) - start) * 1e3);
  }
  return ruleset;
}

struct cost {
  double fold, match; /* seconds of CPU a message */
  size_t hits;
};

/* CPU seconds of folding all messages `rounds` times, and of matching them where `scratch` is
 * given. CPU time, as the machine may have other work. */
static double run(const struct ruleset *ruleset, struct match_scratch *scratch,
                  const struct messages *messages, size_t rounds, size_t *n_hits) {
  struct arena *arena = arena_new();
  double start = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
  for (size_t i = 0; i < rounds * messages->n; i++) {
    struct span text = messages->items[i % messages->n];
    struct passage passage = {text, 0, text.len, FIELD_BODY};
    struct folded folded;
    struct hits hits = {0};
    defect_set defects = 0;
    text_fold(arena, ruleset_lexicon(ruleset), &passage, 1, &folded);
    if (scratch) match_run(ruleset, scratch, arena, &folded, "en", &hits, &defects);
    *n_hits += hits.n;
    arena_reset(arena);
  }
  double spent = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - start;
  arena_free(arena);
  return spent;
}

static struct cost measure(const struct ruleset *ruleset, const struct messages *messages) {
  struct match_scratch *scratch = match_scratch_new(ruleset);
  struct cost cost = {0};
  size_t rounds = 40000 / messages->n + 1;
  double n = (double)(rounds * messages->n);
  size_t none = 0;
  run(ruleset, scratch, messages, 100, &none); /* JIT what is used */
  cost.fold = run(ruleset, NULL, messages, rounds, &none) / n;
  cost.match = run(ruleset, scratch, messages, rounds, &cost.hits) / n - cost.fold;
  match_scratch_free(scratch);
  return cost;
}

int main(int argc, char **argv) {
  struct arena *arena = arena_new();
  struct messages messages = {0};
  char folder[] = "/tmp/bench-match-XXXXXX";
  if (!mkdtemp(folder)) return 1;
  read_messages(arena, argc > 1 ? argv[1] : NULL, &messages);
  size_t bytes = 0;
  for (size_t i = 0; i < messages.n; i++) bytes += messages.items[i].len;
  printf("%zu messages of %zu bytes on average\n", messages.n, bytes / messages.n);
  static const unsigned counts[] = {100, 1000};
  struct cost costs[2];
  for (size_t i = 0; i < 2; i++) {
    struct ruleset *ruleset = load(arena, folder, counts[i]);
    struct ruleset_figures figures = ruleset_figures(ruleset);
    costs[i] = measure(ruleset, &messages);
    printf("%-5u rules: %zu patterns, %zu unguarded, fold %6.0f ns, match %6.0f ns, %zu hits\n",
           counts[i], figures.patterns, figures.unguarded, costs[i].fold * 1e9,
           costs[i].match * 1e9, costs[i].hits);
    ruleset_free(ruleset);
  }
  printf("ratio 1000 : 100 rules %.2f, with folding %.2f\n", costs[1].match / costs[0].match,
         (costs[1].fold + costs[1].match) / (costs[0].fold + costs[0].match));
  arena_free(arena);
  return 0;
}
