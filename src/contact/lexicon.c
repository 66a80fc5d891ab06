#include "contact/lexicon.h"

#include "mailsignal/digest.h"
#include "mailsignal/utf8.h"

enum { TABLE_SLOTS = 1 << 13 };

struct slot {
  struct span word;
  struct word_entry entry;
};

struct word_list {
  unsigned classes;
  enum phone_label label;
  const char *region;
  const char *words; /* folded, blank between */
};

static const struct word_list lists[] = {
#define WORDS(classes, words) {classes, LABEL_NONE, "", words},
#define PLACES(classes, region, words) {classes, LABEL_NONE, region, words},
#define LABELS(label, words) {0, label, "", words},
#include "contact/data/phone_labels.def"
#include "contact/data/words.def"
#undef WORDS
#undef PLACES
#undef LABELS
};

struct suffix {
  unsigned classes;
  struct span text;
};

static const struct suffix suffixes[] = {
#define SUFFIX(classes, text) {classes, SPAN_INIT(text)},
#include "contact/data/suffixes.def"
#undef SUFFIX
};

enum { N_SUFFIXES = sizeof suffixes / sizeof *suffixes, SHORTEST_STEM = 3 };

/* Written by lexicon_init() alone. The suffixes that end in the same byte are a chain, in their
 * order; 0 ends it, and suffix number i is i + 1 there. */
static struct slot table[TABLE_SLOTS];
static unsigned char first_suffix[256], next_suffix[N_SUFFIXES];
_Static_assert(N_SUFFIXES < 256, "a suffix's number is a byte");

static struct slot *find_slot(struct span word) {
  uint32_t at = fnv1a(FNV1A_START, word.ptr, word.len) % TABLE_SLOTS;
  while (table[at].word.len && !span_eq(table[at].word, word)) at = (at + 1) % TABLE_SLOTS;
  return &table[at];
}

static void add_word(struct span word, const struct word_list *list) {
  struct slot *slot = find_slot(word);
  slot->word = word;
  slot->entry.classes |= list->classes;
  if (list->label) slot->entry.label = list->label;
  if (list->region[0] && !slot->entry.region[0]) memcpy(slot->entry.region, list->region, 2);
}

static unsigned char *first_of(struct span suffix) {
  return &first_suffix[(unsigned char)suffix.ptr[suffix.len - 1]];
}

/* From the last to the first: number 0 at the head of its chain says that all is done. */
static void chain_suffixes(void) {
  if (*first_of(suffixes[0].text) == 1) return;
  for (size_t i = N_SUFFIXES; i > 0; i--) {
    unsigned char *first = first_of(suffixes[i - 1].text);
    next_suffix[i - 1] = *first;
    *first = (unsigned char)i;
  }
}

void lexicon_init(void) {
  chain_suffixes();
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    struct span rest = span_of(lists[i].words), word;
    while (span_split(&rest, ' ', &word))
      if (word.len) add_word(word, &lists[i]);
  }
}

/* Base letters of U+00C0 to U+017F; '*' stands for the two-letter cases below. */
static const char latin[] =
    "AAAAAA*CEEEEIIIIDNOOOOO OUUUUYT*aaaaaa*ceeeeiiiidnooooo ouuuuyty"
    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi**JjKkkLlLlLlLlLlNnNnNnnNnOoOoOo**RrRrRr"
    "SsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

static size_t fold_latin(uint32_t code, char out[2]) {
  switch (code) {
    case 0xC6:
    case 0xE6:
      memcpy(out, "ae", 2);
      return 2;
    case 0xDF:
      memcpy(out, "ss", 2);
      return 2;
    case 0x132:
    case 0x133:
      memcpy(out, "ij", 2);
      return 2;
    case 0x152:
    case 0x153:
      memcpy(out, "oe", 2);
      return 2;
    default:
      out[0] = ascii_lower(latin[code - 0xC0]);
      return 1;
  }
}

static bool is_dropped(uint32_t code) {
  return code == '.' || code == '\'' || code == 0x2019 || code == 0x2018 || code == '`';
}

size_t lexicon_fold(struct span word, char out[WORD_BYTES]) {
  size_t len = 0;
  for (size_t at = 0; at < word.len && len + 4 <= WORD_BYTES;) {
    size_t from = at;
    uint32_t code = utf8_next(word, &at);
    if (is_dropped(code)) continue;
    if (code < 0x80) {
      out[len++] = ascii_lower((char)code);
    } else if (code >= 0xC0 && code < 0x180) {
      len += fold_latin(code, out + len);
    } else {
      memcpy(out + len, word.ptr + from, at - from);
      len += at - from;
    }
  }
  return len;
}

static unsigned suffix_classes(struct span folded) {
  for (unsigned char i = *first_of(folded); i > 0; i = next_suffix[i - 1]) {
    struct span text = suffixes[i - 1].text;
    if (folded.len >= text.len + SHORTEST_STEM && span_ends(folded, text))
      return suffixes[i - 1].classes;
  }
  return 0;
}

struct word_entry lexicon_find(struct span folded) {
  if (folded.len == 0) return (struct word_entry){0};
  const struct slot *slot = find_slot(folded);
  if (slot->word.len) return slot->entry;
  return (struct word_entry){.classes = suffix_classes(folded)};
}
