/* Build tool: writes the lookup table of lexicon.c to stdout, from lexicon.def and locales.c. */
#include <stdio.h>
#include <stdlib.h>

#include "zone/lexicon.h"
#include "zone/lexicon_key.h"
#include "zone/locales.h"

enum { MAX_ENTRIES = 8000 };

struct phrase {
  struct span text;
  enum lex_class kind;
  enum lex_table table;
  unsigned bucket; /* of words, the slot where the search begins */
  uint16_t tag;
  uint8_t peek;
};

struct phrases {
  struct phrase items[MAX_ENTRIES];
  size_t n;
};

static void refuse(struct span text) {
  fprintf(stderr, "make_lexicon: bad entry '" SPAN_FMT "'\n", SPAN_ARG(text));
  exit(1);
}

static void add(struct phrases *out, enum lex_class kind, struct span text) {
  bool prefix = span_ends(text, SPAN_LIT("*")), suffix = span_starts(text, SPAN_LIT("*"));
  struct phrase phrase = {.kind = kind, .text = span_slice(text, suffix, text.len - prefix)};
  struct span s = phrase.text;
  if (s.len == 0 || s.len > UINT8_MAX || out->n == MAX_ENTRIES) refuse(text);
  if ((prefix || suffix) && s.len < LEX_AFFIX_KEY) refuse(text);
  /* A star behind ideographs says nothing: they need no word end. */
  if (prefix && lex_is_cjk(s.ptr[0])) prefix = false;
  phrase.table = suffix ? LEX_SUFFIXES : prefix ? LEX_PREFIXES : LEX_WORDS;
  struct lex_word word = lex_word_at(s, 0);
  struct lex_word whole = lex_word_of(s, 0, s.len); /* affixes are single words */
  uint32_t hash = suffix   ? lex_suffix_hash(&whole, s.len)
                  : prefix ? lex_prefix_hash(&whole)
                           : lex_hash(&word);
  phrase.bucket = phrase.table == LEX_WORDS ? lex_slot(hash) : lex_bucket(hash);
  phrase.tag = phrase.table == LEX_WORDS ? lex_tag(hash) : 0;
  if (s.len > word.end + 1) phrase.peek = (uint8_t)s.ptr[word.end + 1];
  out->items[out->n++] = phrase;
}

static void add_all(struct phrases *out, enum lex_class kind, const char *alternatives) {
  struct span rest = span_of(alternatives), piece;
  while (span_split(&rest, '|', &piece)) add(out, kind, piece);
}

static void add_locale(struct phrases *out, const struct locale *locale) {
  add_all(out, LEX_HDR_FROM, locale->from);
  add_all(out, LEX_HDR_DATE, locale->date);
  add_all(out, LEX_HDR_TO, locale->to);
  add_all(out, LEX_HDR_CC, locale->cc);
  add_all(out, LEX_HDR_SUBJECT, locale->subject);
  add_all(out, LEX_HDR_OTHER, locale->other);
  add_all(out, LEX_ATTR_START, locale->starts);
  add_all(out, LEX_ATTR_VERB, locale->verbs);
  add_all(out, LEX_ORIGINAL, locale->original);
  add_all(out, LEX_FORWARDED, locale->forwarded);
}

static int compare(const void *a, const void *b) {
  const struct phrase *x = a, *y = b;
  if (x->table != y->table) return x->table < y->table ? -1 : 1;
  if (x->bucket != y->bucket) return x->bucket < y->bucket ? -1 : 1;
  if (x->tag != y->tag) return x->tag < y->tag ? -1 : 1;
  int order = span_compare(x->text, y->text);
  return order ? order : (int)x->kind - (int)y->kind;
}

static bool same(const struct phrase *a, const struct phrase *b) {
  return a->kind == b->kind && a->table == b->table && span_eq(a->text, b->text);
}

static void drop_repeated(struct phrases *all) {
  size_t kept = 0;
  for (size_t i = 0; i < all->n; i++)
    if (kept == 0 || !same(&all->items[i], &all->items[kept - 1]))
      all->items[kept++] = all->items[i];
  all->n = kept;
}

static void print_text(struct span text) {
  printf("  \"");
  for (size_t i = 0; i < text.len; i++) {
    unsigned char c = (unsigned char)text.ptr[i];
    if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\' || c == '?') printf("\\%03o", c);
    else putchar(c);
  }
  printf("\"\n");
}

static void print_buckets(const struct phrases *all, enum lex_table table, size_t *next) {
  printf("{");
  const struct phrase *p = all->items;
  for (unsigned b = 0; b <= LEX_BUCKETS; b++) {
    while (*next < all->n &&
           (p[*next].table < table || (p[*next].table == table && p[*next].bucket < b)))
      (*next)++;
    printf("%zu,%c", *next, b % 16 == 15 ? '\n' : ' ');
  }
  printf("},\n");
}

/* One bit for each bucket that holds anything. */
static void print_filled(const struct phrases *all, enum lex_table table) {
  uint64_t bits[LEX_BUCKETS / 64] = {0};
  for (size_t i = 0; i < all->n; i++)
    if (all->items[i].table == table)
      bits[all->items[i].bucket / 64] |= (uint64_t)1 << all->items[i].bucket % 64;
  printf("{");
  for (size_t i = 0; i < LEX_BUCKETS / 64; i++)
    printf("0x%llx,%c", (unsigned long long)bits[i], i % 4 == 3 ? '\n' : ' ');
  printf("},\n");
}

static bool same_word(const struct phrase *a, const struct phrase *b) {
  return a->table == LEX_WORDS && b->table == LEX_WORDS && a->bucket == b->bucket && a->tag == b->tag;
}

static void print_slots(const struct phrases *all) {
  static struct lex_slot slots[LEX_SLOTS];
  for (unsigned i = 0; i < LEX_SLOTS; i++) slots[i].entry = LEX_NO_ENTRY;
  for (size_t i = 0; i < all->n && all->items[i].table == LEX_WORDS; i++) {
    const struct phrase *p = &all->items[i];
    if (i > 0 && same_word(p - 1, p)) continue;
    unsigned at = p->bucket;
    while (slots[at].entry != LEX_NO_ENTRY) at = (at + 1) % LEX_SLOTS;
    slots[at] = (struct lex_slot){p->tag, (uint16_t)i};
  }
  printf("static const struct lex_slot lex_slots[LEX_SLOTS] = {\n");
  for (unsigned i = 0; i < LEX_SLOTS; i++)
    printf("{%u,%u},%c", slots[i].tag, slots[i].entry, i % 8 == 7 ? '\n' : ' ');
  printf("};\n");
}

static void print(const struct phrases *all) {
  printf("#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n");
  printf("static const char lex_texts[] =\n");
  for (size_t i = 0; i < all->n; i++) print_text(all->items[i].text);
  /* Comparisons read eight bytes at once. */
  printf("  \"\\0\\0\\0\\0\\0\\0\\0\";\nstatic const struct lex_entry lex_entries[] = {\n");
  size_t at = 0;
  for (size_t i = 0; i < all->n; i++) {
    const struct phrase *p = &all->items[i];
    bool more = i + 1 < all->n && same_word(p, p + 1);
    printf("  {%zu, %zu, %d, %d, %d},\n", at, p->text.len, (int)p->kind, more, p->peek);
    at += p->text.len;
  }
  printf("};\n");
  print_slots(all);
  printf("static const uint16_t lex_buckets[][LEX_BUCKETS + 1] = {\n");
  size_t next = 0;
  for (int t = LEX_PREFIXES; t < LEX_TABLE_COUNT; t++) print_buckets(all, (enum lex_table)t, &next);
  printf("};\nstatic const uint64_t lex_filled[][LEX_BUCKETS / 64] = {\n");
  for (int t = LEX_PREFIXES; t < LEX_TABLE_COUNT; t++) print_filled(all, (enum lex_table)t);
  printf("};\n");
}

int main(void) {
  static struct phrases all;
  for (size_t i = 0; i < zone_n_locales; i++) add_locale(&all, &zone_locales[i]);
#define LEX(name, language, alternatives) add_all(&all, LEX_##name, alternatives);
#include "zone/lexicon.def"
#undef LEX
  qsort(all.items, all.n, sizeof *all.items, compare);
  drop_repeated(&all);
  print(&all);
  return 0;
}
