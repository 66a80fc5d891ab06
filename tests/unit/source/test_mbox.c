#include <criterion/criterion.h>
#include <stdlib.h>

#include "mailsignal/limits.h"
#include "source/mbox.h"

/* A stream over memory that gives at most `step` bytes a read, so that every split is met. */
struct memory_stream {
  struct stream base;
  struct span rest;
  size_t step;
};

static long memory_read(struct stream *stream, char *bytes, size_t room, struct ms_error *error) {
  struct memory_stream *self = (struct memory_stream *)stream;
  (void)error;
  size_t n = self->rest.len < self->step ? self->rest.len : self->step;
  if (n > room) n = room;
  memcpy(bytes, self->rest.ptr, n);
  self->rest = span_from(self->rest, n);
  return (long)n;
}

static void memory_close(struct stream *stream) { (void)stream; }

#define MAX_MESSAGES 6

static const struct row {
  const char *why;
  const char *mbox;
  const char *messages[MAX_MESSAGES];
} rows[] = {
    {"two messages", "From a Mon Jan  1 10:00:00 2024\nA: 1\n\nx\n\nFrom b Mon Jan  1 10:00:00 2024\nB: 2\n\ny\n",
     {"A: 1\n\nx\n", "B: 2\n\ny\n"}},
    {"no final newline", "From a Mon Jan  1 10:00:00 2024\nA: 1\n\nx", {"A: 1\n\nx"}},
    {"CRLF", "From a Mon Jan  1 10:00:00 2024\r\nA: 1\r\n\r\nx\r\n\r\nFrom b Mon Jan  1 10:00:00 2024\r\nB: 2\r\n\r\ny\r\n",
     {"A: 1\r\n\r\nx\r\n", "B: 2\r\n\r\ny\r\n"}},
    {"a sentence that begins with From is text",
     "From a Mon Jan  1 10:00:00 2024\nA: 1\n\nhi\n\nFrom here we go to 12:30 lunch.\nok\n",
     {"A: 1\n\nhi\n\nFrom here we go to 12:30 lunch.\nok\n"}},
    {"a dated sentence inside a paragraph is text",
     "From a Mon Jan  1 10:00:00 2024\nA: 1\n\nhi\nFrom Monday 10:30 on, 2024 rates\napply to all\n",
     {"A: 1\n\nhi\nFrom Monday 10:30 on, 2024 rates\napply to all\n"}},
    {"separator without empty line before it, header behind",
     "From a Mon Jan  1 10:00:00 2024\nA: 1\n\nx\nFrom b Mon Jan  1 10:00:00 2024\nB: 2\n\ny\n",
     {"A: 1\n\nx\n", "B: 2\n\ny\n"}},
    {"mboxo and mboxrd quoting", "From a Mon Jan  1 10:00:00 2024\nA: 1\n\n>From me\n>>From you\n> From x\na >From b\n",
     {"A: 1\n\nFrom me\n>From you\n> From x\na >From b\n"}},
    {"Content-Length that fits hides a separator",
     "From a Mon Jan  1 10:00:00 2024\nContent-Length: 43\n\nFrom b Mon Jan  1 10:00:00 2024\nB: 2\n\nmore\n\nFrom c Mon Jan  1 10:00:00 2024\nC: 3\n\nz\n",
     {"Content-Length: 43\n\nFrom b Mon Jan  1 10:00:00 2024\nB: 2\n\nmore\n", "C: 3\n\nz\n"}},
    {"Content-Length that does not fit is not believed",
     "From a Mon Jan  1 10:00:00 2024\nContent-Length: 9\n\nx\n\nFrom c Mon Jan  1 10:00:00 2024\nC: 3\n\nz\n",
     {"Content-Length: 9\n\nx\n", "C: 3\n\nz\n"}},
    {"Content-Length beyond the end", "From a Mon Jan  1 10:00:00 2024\nContent-Length: 99999\n\nx\n",
     {"Content-Length: 99999\n\nx\n"}},
    {"an empty message between two",
     "From a Mon Jan  1 10:00:00 2024\nFrom b Mon Jan  1 10:00:00 2024\nB: 2\n\ny\n", {"", "B: 2\n\ny\n"}},
    {"only a separator", "From a Mon Jan  1 10:00:00 2024", {""}},
};

static void check(const struct row *row, size_t step) {
  struct memory_stream stream = {{memory_read, memory_close}, span_of(row->mbox), step};
  struct window window = {0};
  struct raw_message message = {0};
  window_open(&window, &stream.base);
  size_t n = 0;
  for (; mbox_next(&window, &message); n++) {
    cr_assert(n < MAX_MESSAGES && row->messages[n], "%s (step %zu): one message too many", row->why, step);
    struct span got = {message.bytes, message.len};
    cr_assert(span_eq(got, span_of(row->messages[n])), "%s (step %zu), message %zu: '" SPAN_FMT "'",
              row->why, step, n, SPAN_ARG(got));
    struct span stored = span_slice(span_of(row->mbox), message.origin.offset,
                                    message.origin.offset + message.origin.size);
    cr_assert(message.len == 0 || span_starts(stored, span_slice(got, 0, 4)),
              "%s: offset %zu does not point at the message", row->why, (size_t)message.origin.offset);
  }
  cr_assert(n == MAX_MESSAGES || !row->messages[n], "%s (step %zu): only %zu messages", row->why, step, n);
  window_free(&window);
  raw_message_free(&message);
}

Test(mbox, messages_do_not_depend_on_how_reads_are_split) {
  static const size_t steps[] = {1, 2, 3, 7, 64, 100000};
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) check(&rows[r], steps[i]);
}

/* 70 MB in one message: cut at the limit, the next message is found all the same, and a quoted
 * line that falls on a flush border is still unquoted. */
Test(mbox, a_huge_message_is_cut_and_the_next_one_found) {
  static const char first[] = "From a Mon Jan  1 10:00:00 2024\nA: 1\n\n";
  static const char last[] = "\nFrom b Mon Jan  1 10:00:00 2024\nB: 2\n\ny\n";
  char line[4096];
  memset(line, 'x', sizeof line);
  memcpy(line, ">From ", 6);
  line[sizeof line - 2] = '\n'; /* and a byte that stands for the NUL of a literal */
  size_t lines = (LIMIT_MESSAGE_BYTES + 6u * 1024 * 1024) / (sizeof line - 1);
  size_t size = sizeof first - 1 + lines * (sizeof line - 1) + sizeof last - 1;
  char *mbox = malloc(size), *at = mbox;
  at = mempcpy(at, first, sizeof first - 1);
  for (size_t i = 0; i < lines; i++) at = mempcpy(at, line, sizeof line - 1);
  memcpy(at, last, sizeof last - 1);
  struct memory_stream stream = {{memory_read, memory_close}, {mbox, size}, 65536};
  struct window window = {0};
  struct raw_message message = {0};
  window_open(&window, &stream.base);
  cr_assert(mbox_next(&window, &message));
  cr_assert(message.cut);
  cr_assert_eq(message.len, (size_t)LIMIT_MESSAGE_BYTES);
  cr_assert_eq(span_find((struct span){message.bytes, message.len}, SPAN_LIT(">From"), 0), SPAN_NONE);
  cr_assert(mbox_next(&window, &message));
  cr_assert(span_eq((struct span){message.bytes, message.len}, SPAN_LIT("B: 2\n\ny\n")));
  cr_assert_not(mbox_next(&window, &message));
  window_free(&window);
  raw_message_free(&message);
  free(mbox);
}
