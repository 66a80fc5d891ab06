/* defects.h - what was found damaged in a message, and read in spite of it.
 *
 * Defects are data: a stage that meets damage decodes on and sets a bit. The names appear in the
 * record ("defects") in the order of this list and are part of the output format. */
#ifndef MAILSIGNAL_DEFECTS_H
#define MAILSIGNAL_DEFECTS_H

#include <stdint.h>

/* X(constant, name, what it means) */
#define DEFECT_LIST(X)                                                                          \
  X(DEFECT_SIZE_MESSAGE, "size.message", "longer than the limit, the rest was left out")        \
  X(DEFECT_SIZE_HEADER, "size.header", "too many or too large headers, the rest was left out")  \
  X(DEFECT_SIZE_DECODED, "size.decoded", "a part's text was cut at the limit")                  \
  X(DEFECT_SIZE_TEXT, "size.text", "the text was cut at the limit before analysis")             \
  X(DEFECT_SIZE_ADDRESSES, "size.addresses", "an address list was cut at the limit")            \
  X(DEFECT_HEADER_NONE, "header.none", "there is no header at all")                             \
  X(DEFECT_HEADER_MALFORMED, "header.malformed", "a line in the header block is no header")     \
  X(DEFECT_HEADER_RAW8BIT, "header.raw_8bit", "bytes beyond ASCII in a header without RFC 2047") \
  X(DEFECT_HEADER_NUL, "header.nul", "NUL bytes in the header block")                           \
  X(DEFECT_HEADER_DUPLICATE, "header.duplicate", "a header that may occur once occurs twice")   \
  X(DEFECT_HEADER_ENCODED_WORD, "header.encoded_word", "a broken RFC 2047 encoded word")        \
  X(DEFECT_FROM_MISSING, "from.missing", "no From header, or no address in it")                 \
  X(DEFECT_FROM_MALFORMED, "from.malformed", "From does not follow RFC 5322")                   \
  X(DEFECT_DATE_MISSING, "date.missing", "no Date header")                                      \
  X(DEFECT_DATE_MALFORMED, "date.malformed", "Date could not be read")                          \
  X(DEFECT_MESSAGE_ID_MISSING, "message_id.missing", "no Message-ID; a hash stands in")         \
  X(DEFECT_MIME_DEPTH, "mime.depth", "parts nested beyond the limit were left out")             \
  X(DEFECT_MIME_PARTS, "mime.parts", "more parts than the limit, the rest was left out")        \
  X(DEFECT_MIME_BOUNDARY, "mime.boundary", "a multipart without usable boundary or end")        \
  X(DEFECT_MIME_CONTENT_TYPE, "mime.content_type", "a Content-Type that could not be read")     \
  X(DEFECT_ENCODING_UNKNOWN, "encoding.unknown", "unknown Content-Transfer-Encoding")           \
  X(DEFECT_ENCODING_BASE64, "encoding.base64", "damaged base64")                                \
  X(DEFECT_ENCODING_QP, "encoding.quoted_printable", "damaged quoted-printable")                \
  X(DEFECT_CHARSET_UNKNOWN, "charset.unknown", "unknown charset name, another was guessed")     \
  X(DEFECT_CHARSET_GUESSED, "charset.guessed", "missing or wrong charset, another was guessed") \
  X(DEFECT_CHARSET_REPLACED, "charset.replaced", "bytes that could not be decoded were replaced") \
  X(DEFECT_TEXT_NUL, "text.nul", "NUL bytes or other controls in the text were dropped")        \
  X(DEFECT_TEXT_NONE, "text.none", "no readable text part")                                     \
  X(DEFECT_HTML_DEPTH, "html.depth", "elements nested beyond the limit")                        \
  X(DEFECT_RULES_BUDGET, "rules.budget", "a pattern met its step limit and was given up")       \
  X(DEFECT_RULES_HITS, "rules.hits", "a rule hit more often than the limit")                    \
  X(DEFECT_BODY_TRUNCATED, "body.truncated", "the message ends in the middle of a part")

enum defect {
#define DEFECT_ENUM(constant, name, meaning) constant,
  DEFECT_LIST(DEFECT_ENUM)
#undef DEFECT_ENUM
  DEFECT_COUNT
};

/* A set of defects, one bit each. */
typedef uint64_t defect_set;

static inline void defect_mark(defect_set *set, enum defect defect) {
  *set |= (defect_set)1 << defect;
}
static inline int defect_has(defect_set set, enum defect defect) {
  return (int)(set >> defect & 1);
}

/* The name as in the record, e.g. "charset.replaced". */
const char *defect_name(enum defect defect);

#endif
