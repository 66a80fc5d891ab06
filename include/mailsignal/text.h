/* text.h - lines, sentences, words, and the folded form that rules match against. */
#ifndef MAILSIGNAL_TEXT_H
#define MAILSIGNAL_TEXT_H

#include <stdint.h>

#include "mailsignal/arena.h"

/* A line of the text, [start, end) in bytes, without its line end. */
struct line {
  size_t start, end;
};

struct text {
  struct span bytes; /* UTF-8, lines end in \n */
  struct line *lines;
  size_t n_lines;
  bool cut;          /* a limit was met: LIMIT_TEXT_BYTES or LIMIT_LINES */
};

void text_read(struct arena *arena, struct span bytes, struct text *out);

static inline struct span text_line(const struct text *text, size_t line) {
  return span_slice(text->bytes, text->lines[line].start, text->lines[line].end);
}

/* Two-letter language (ISO 639-1) of a stretch of text by its frequent words and letters, or ""
 * where there is too little to tell. The result is a literal. */
const char *text_language(struct span bytes);

/* Where a sentence stands. Rules name fields in `zones`. */
enum field { FIELD_BODY, FIELD_SUBJECT };

/* One sentence or clause in both forms. It never crosses a paragraph or a list item. */
struct sentence {
  size_t start, end;               /* bytes of the field's own text */
  size_t folded_start, folded_end; /* bytes of folded.bytes, without the \n that ends it */
  size_t first_token, n_tokens;
  uint32_t paragraph;              /* counted from 0 over the message */
  uint8_t field;                   /* enum field */
  bool question;                   /* ends in a question mark */
};

/* A word, number or sign of the folded text. */
struct token {
  uint32_t start, end; /* bytes of folded.bytes */
  uint8_t kind;        /* enum token_kind */
  uint8_t shape;       /* bit set over enum token_shape: how it was written before folding */
};
enum token_kind { TOKEN_WORD, TOKEN_NUMBER, TOKEN_SIGN };
enum token_shape { TOKEN_CAPITAL = 1, TOKEN_ALL_CAPS = 2 };

/* The folded form: case folded, NFKC, accents kept; curly quotes straight; white space and line
 * wraps one blank; contractions written out ("we're" -> "we are", "cant" -> "can not"); hyphens
 * between words blank ("follow-up" -> "follow up"); elided articles apart ("l'offre" -> "l' offre");
 * * and _ of emphasis gone; "&" between blanks "and"; British spelling and frequent typos of key
 * words made one (the tables are fold_lexicon's). Numbers are one token with their sign, separators
 * and attached unit ("40k", "$40,000.50", "40.000 €" -> "40.000€", "15 %" -> "15%"), addresses of
 * mail and web too. Other signs stay where they stood; a sign between blanks joins the word before
 * it. Sentences stand one a line. `origin` gives for each byte of the folded text the byte of the
 * field's own text that it came from. */
struct folded {
  struct span bytes;
  const uint32_t *origin;
  struct sentence *sentences;
  size_t n_sentences, sentences_capacity;
  struct token *tokens;
  size_t n_tokens, tokens_capacity;
  bool cut; /* LIMIT_SENTENCES was met */
};

/* Words to be replaced while folding: "organisation" -> "organization", "followup" -> "follow up".
 * Made by the rule loader from rules/lists/; NULL means none. Const and shared after it was made.
 * It is one block of bytes without pointers, so that a cache can store and map it. */
struct fold_lexicon;

struct fold_pair {
  struct span from; /* one word, folded */
  struct span to;   /* one or more words, folded, one blank between them */
};

/* The lexicon as an image, in the arena; of two pairs with the same `from` the later one counts. */
struct span fold_lexicon_build(struct arena *arena, const struct fold_pair *pairs, size_t n);
/* The lexicon that an image holds (it must outlive the use and be 8-byte aligned); NULL when the
 * image is damaged. */
const struct fold_lexicon *fold_lexicon_view(struct span image);
/* What `word` becomes; an empty span when it stays. */
struct span fold_lexicon_find(const struct fold_lexicon *lexicon, struct span word);

/* A stretch of a field's own text that is to be folded. */
struct passage {
  struct span text;      /* the whole text of the field: offsets count from its start */
  size_t start, end;
  enum field field;
};

void text_fold(struct arena *arena, const struct fold_lexicon *lexicon,
               const struct passage *passages, size_t n, struct folded *out);

#endif
