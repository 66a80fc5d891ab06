/* pg_array.h - PostgreSQL arrays in text form: {"a","b",NULL} (manual, section 8.15.6).
 *
 * Elements are collected without the braces, so that the elements of many messages can be put
 * behind each other; pg_array_join() makes the array. */
#ifndef MAILSIGNAL_STORE_PG_ARRAY_H
#define MAILSIGNAL_STORE_PG_ARRAY_H

#include "mailsignal/sbuf.h"

/* Appends an element. PostgreSQL takes neither U+0000 nor broken UTF-8: the former is left out,
 * the latter becomes U+FFFD. */
void pg_array_text(struct sbuf *elements, struct span value);
void pg_array_null(struct sbuf *elements);
/* An empty value becomes NULL. */
void pg_array_text_or_null(struct sbuf *elements, struct span value);

/* Appends elements that were made before; both may be empty. */
void pg_array_append(struct sbuf *elements, struct span more);
/* "{...}" with a NUL behind it, in the builder's arena. */
const char *pg_array_finish(struct sbuf *elements);

/* JSON without the escape \u0000, which jsonb refuses; mostly the span itself. */
struct span json_without_nul(struct arena *arena, struct span json);

#endif
