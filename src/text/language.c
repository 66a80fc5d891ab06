#include "mailsignal/text.h"

/* The languages told apart; the value is a bit, so that a word can belong to several. */
enum {
  EN = 1u << 0, DE = 1u << 1, FR = 1u << 2, ES = 1u << 3, PT = 1u << 4, IT = 1u << 5,
  NL = 1u << 6, SV = 1u << 7, DA = 1u << 8, NO = 1u << 9, FI = 1u << 10, PL = 1u << 11,
  CS = 1u << 12, TR = 1u << 13, RO = 1u << 14, HU = 1u << 15,
};
enum { N_LANGUAGES = 16 };

static const char codes[N_LANGUAGES][3] = {"en", "de", "fr", "es", "pt", "it", "nl", "sv",
                                           "da", "no", "fi", "pl", "cs", "tr", "ro", "hu"};

enum {
  SAMPLE_BYTES = 3000, /* enough to be sure, and cheap */
  LONGEST_WORD = 8,    /* bytes, as in the table */
  WORD_WORTH = 12,     /* shared among the languages that have the word */
  ENOUGH = 18,         /* a score below this tells nothing */
  PIECE_BYTES = 300,   /* after as many it is asked whether there is any doubt left */
  PLENTY = 120,        /* with this, and no second near, the rest of the sample is not read */
};

struct frequent_word {
  char word[LONGEST_WORD];
  unsigned languages;
};

#include "text/language_words.h"

enum { N_WORDS = sizeof frequent_words / sizeof *frequent_words };

/* Bytes as a number that sorts as the bytes do. */
static uint64_t word_key(const char word[LONGEST_WORD]) {
  uint64_t key;
  memcpy(&key, word, sizeof key);
  return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? __builtin_bswap64(key) : key;
}

/* Halves the table without a branch that could be guessed wrong: this runs for every word. */
static unsigned find_word(uint64_t key) {
  const struct frequent_word *at = frequent_words;
  for (size_t n = N_WORDS; n > 1;) {
    size_t half = n / 2;
    at += word_key(at[half].word) <= key ? half : 0;
    n -= half;
  }
  return word_key(at->word) == key ? at->languages : 0;
}

static bool is_word_byte(unsigned char c) { return ascii_is_alpha((char)c) || c >= 0x80; }

/* Lower case of ASCII, and of Latin-1's letters behind their lead byte C3. */
static unsigned char lower_byte(unsigned char before, unsigned char c) {
  if (before == 0xC3 && c >= 0x80 && c <= 0x9E) return (unsigned char)(c + 0x20);
  return (unsigned char)ascii_lower((char)c);
}

static void add_word(unsigned scores[N_LANGUAGES], uint64_t key) {
  unsigned languages = find_word(key);
  if (!languages) return;
  unsigned n = 0;
  for (unsigned bits = languages; bits; bits &= bits - 1) n++;
  for (unsigned bits = languages; bits; bits &= bits - 1)
    scores[__builtin_ctz(bits)] += WORD_WORTH / n;
}

static struct standing {
  size_t winner; /* index of codes */
  unsigned best, second;
} stand(const unsigned scores[N_LANGUAGES]) {
  struct standing out = {0};
  for (size_t i = 0; i < N_LANGUAGES; i++) {
    if (scores[i] > out.best) {
      out = (struct standing){i, scores[i], out.best};
    } else if (scores[i] > out.second) {
      out.second = scores[i];
    }
  }
  return out;
}

static bool is_settled(const unsigned scores[N_LANGUAGES]) {
  struct standing now = stand(scores);
  return now.best >= PLENTY && now.best > 2 * now.second;
}

/* The words of s; one that s ends within counts as whole. */
static void score_words(struct span s, unsigned scores[N_LANGUAGES]) {
  unsigned char before = 0;
  uint64_t key = 0;
  size_t len = 0;
  for (size_t i = 0; i <= s.len; i++) {
    unsigned char c = i < s.len ? (unsigned char)s.ptr[i] : ' ';
    if (is_word_byte(c)) {
      if (len < LONGEST_WORD) key |= (uint64_t)lower_byte(before, c) << (56 - 8 * len);
      len++;
    } else {
      if (len > 0 && len <= LONGEST_WORD) add_word(scores, key);
      key = 0;
      len = 0;
    }
    before = c;
  }
}

/* Letters that nearly only one of the languages has. */
static void score_letters(struct span sample, unsigned scores[N_LANGUAGES]) {
  static const struct {
    char letter[3];
    unsigned char language;
  } letters[] = {{"ß", 1},  {"ñ", 3},  {"ã", 4},  {"õ", 4},  {"ł", 11}, {"ż", 11}, {"ę", 11},
                 {"ř", 12}, {"ů", 12}, {"ě", 12}, {"ı", 13}, {"ğ", 13}, {"ş", 13}, {"ț", 14},
                 {"ș", 14}, {"ő", 15}, {"ű", 15}};
  for (size_t i = 0; i + 1 < sample.len; i++) {
    if ((unsigned char)sample.ptr[i] < 0xC3) continue;
    for (size_t k = 0; k < sizeof letters / sizeof *letters; k++)
      if (memcmp(sample.ptr + i, letters[k].letter, 2) == 0) scores[letters[k].language] += 4;
  }
}

/* The sample is read in pieces that end at a blank, until there is no doubt left. */
static size_t piece_end(struct span sample, size_t from) {
  size_t end = from + PIECE_BYTES;
  while (end < sample.len && !ascii_is_space(sample.ptr[end])) end++;
  return end < sample.len ? end : sample.len;
}

const char *text_language(struct span bytes) {
  struct span sample = span_slice(bytes, 0, SAMPLE_BYTES);
  unsigned scores[N_LANGUAGES] = {0};
  for (size_t at = 0; at < sample.len && !is_settled(scores);) {
    size_t end = piece_end(sample, at);
    score_words(span_slice(sample, at, end), scores);
    score_letters(span_slice(sample, at, end), scores);
    at = end;
  }
  struct standing last = stand(scores);
  bool clear = last.best >= ENOUGH && last.best * 5 > last.second * 6;
  return clear ? codes[last.winner] : "";
}
