/* limits.h - every quantity that input could drive without bound, and its bound.
 *
 * Reaching a limit never ends a run: what lies beyond is left out and the record carries the
 * defect that is named beside the limit (defects.h). */
#ifndef MAILSIGNAL_LIMITS_H
#define MAILSIGNAL_LIMITS_H

enum {
  LIMIT_MESSAGE_BYTES = 64 * 1024 * 1024, /* a raw message; size.message */
  LIMIT_HEADER_BYTES = 1024 * 1024,       /* all headers of one part; size.header */
  LIMIT_CONTENT_FIELD_BYTES = 8 * 1024,   /* one Content-* header field; size.header */
  LIMIT_HEADER_COUNT = 2000,              /* headers of one part; size.header */
  LIMIT_MIME_DEPTH = 32,                  /* nested multiparts and messages; mime.depth */
  LIMIT_MIME_PARTS = 500,                 /* parts of one message; mime.parts */
  LIMIT_DECODED_BYTES = 16 * 1024 * 1024, /* decoded text of one part; size.decoded */
  LIMIT_TEXT_BYTES = 2 * 1024 * 1024,     /* text that is analysed; size.text */
  LIMIT_HTML_DEPTH = 256,                 /* nested elements; html.depth */
  LIMIT_ADDRESSES = 500,                  /* in one header; size.addresses */
  LIMIT_REFERENCES = 200,                 /* message ids in References; size.header */
  LIMIT_LINES = 100000,                   /* of text looked at; size.text */
  LIMIT_SENTENCES = 5000,                 /* of one message; size.text */
  LIMIT_SENTENCE_BYTES = 2000,            /* longer ones are split; no defect */
  LIMIT_HITS_PER_RULE = 100,              /* in one message; rules.hits */
  LIMIT_REGEX_STEPS = 100000,             /* PCRE2 match limit; rules.budget */
  LIMIT_SIGNATURE_LINES = 25,             /* of one signature block; no defect */
  LIMIT_PHONES = 12,                      /* of one contact; no defect */
  LIMIT_ARCHIVE_DEPTH = 2,                /* archives in archives; the rest is reported */
  LIMIT_WORKER_LINE_BYTES = 96 * 1024 * 1024, /* a request line; answered with an error */
};

#endif
