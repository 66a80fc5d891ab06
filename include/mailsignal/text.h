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
};
enum token_kind { TOKEN_WORD, TOKEN_NUMBER, TOKEN_SIGN };

/* The folded form: case folded, NFKC, accents kept; curly quotes straight; white space and line
 * wraps one blank; contractions written out ("we're" -> "we are", "cant" -> "can not"); British
 * spelling and frequent typos of key words made one (the tables are fold_lexicon's). Sentences stand
 * one a line. `origin` gives for each byte of the folded text the byte of the field's own text
 * that it came from. */
struct folded {
  struct span bytes;
  const uint32_t *origin;
  struct sentence *sentences;
  size_t n_sentences, sentences_capacity;
  struct token *tokens;
  size_t n_tokens, tokens_capacity;
};

/* Words to be replaced while folding: "organisation" -> "organization". Made by the rule loader
 * from rules/lists/; NULL means none. Const and shared after it was made. */
struct fold_lexicon;

/* A stretch of a field's own text that is to be folded. */
struct passage {
  struct span text;      /* the whole text of the field: offsets count from its start */
  size_t start, end;
  enum field field;
};

void text_fold(struct arena *arena, const struct fold_lexicon *lexicon,
               const struct passage *passages, size_t n, struct folded *out);

#endif
