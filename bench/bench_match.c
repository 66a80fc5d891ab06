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

enum { TURNS = 9, MESSAGES_A_TURN = 16000, SIZES = 2 };

/* What one number of rules costs: seconds of CPU a message, the best of all turns. */
struct subject {
  unsigned n_rules;
  struct ruleset *ruleset;
  struct match_scratch *scratch;
  struct folded *folded; /* one a message */
  double fold, match;
  size_t hits;
};

static void fold(struct arena *arena, const struct subject *s, struct span text,
                 struct folded *out) {
  struct passage passage = {text, 0, text.len, FIELD_BODY};
  text_fold(arena, ruleset_lexicon(s->ruleset), &passage, 1, out);
}

static void keep_least(double *least, double spent) {
  if (*least == 0 || spent < *least) *least = spent;
}

/* CPU time, as the machine may have other work. */
static void take_turn(struct arena *arena, struct subject *s, const struct messages *messages) {
  double n = MESSAGES_A_TURN, start = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
  for (size_t i = 0; i < MESSAGES_A_TURN; i++) {
    struct folded folded;
    arena_reset(arena);
    fold(arena, s, messages->items[i % messages->n], &folded);
  }
  keep_least(&s->fold, (seconds_of(CLOCK_PROCESS_CPUTIME_ID) - start) / n);
  start = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
  for (size_t i = 0; i < MESSAGES_A_TURN; i++) {
    struct hits hits = {0};
    defect_set defects = 0;
    arena_reset(arena);
    match_run(s->ruleset, s->scratch, arena, &s->folded[i % messages->n], "en", &hits, &defects);
    s->hits += hits.n;
  }
  keep_least(&s->match, (seconds_of(CLOCK_PROCESS_CPUTIME_ID) - start) / n);
}

int main(int argc, char **argv) {
  struct arena *arena = arena_new();
  struct messages messages = {0};
  char folder[] = "/tmp/bench-match-XXXXXX";
  if (!mkdtemp(folder)) return 1;
  read_messages(arena, argc > 1 ? argv[1] : NULL, &messages);
  if (messages.n == 0) {
    fprintf(stderr, "%s: no message ends in a line \"%%%%\"\n", argv[1]);
    return 1;
  }
  size_t bytes = 0;
  for (size_t i = 0; i < messages.n; i++) bytes += messages.items[i].len;
  printf("%zu messages of %zu bytes on average\n", messages.n, bytes / messages.n);
  struct subject subjects[SIZES] = {{.n_rules = 100}, {.n_rules = 1000}};
  for (size_t i = 0; i < SIZES; i++) {
    struct subject *s = &subjects[i];
    s->ruleset = load(arena, folder, s->n_rules);
    s->scratch = match_scratch_new(s->ruleset);
    s->folded = ARENA_ARRAY(arena, struct folded, messages.n);
    for (size_t k = 0; k < messages.n; k++) fold(arena, s, messages.items[k], &s->folded[k]);
  }
  struct arena *work = arena_new();
  for (int turn = 0; turn < TURNS; turn++)
    for (size_t i = 0; i < SIZES; i++) take_turn(work, &subjects[i], &messages);
  for (size_t i = 0; i < SIZES; i++) {
    struct subject *s = &subjects[i];
    struct ruleset_figures figures = ruleset_figures(s->ruleset);
    printf("%-5u rules: %zu patterns, %zu unguarded, fold %6.0f ns, match %6.0f ns, %zu hits\n",
           s->n_rules, figures.patterns, figures.unguarded, s->fold * 1e9, s->match * 1e9, s->hits);
    match_scratch_free(s->scratch);
    ruleset_free(s->ruleset);
  }
  const struct subject *few = &subjects[0], *many = &subjects[1];
  printf("ratio 1000 : 100 rules %.2f, with folding %.2f\n", many->match / few->match,
         (many->fold + many->match) / (few->fold + few->match));
  arena_free(work);
  arena_free(arena);
  return 0;
}
