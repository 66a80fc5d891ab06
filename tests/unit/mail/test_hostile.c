/* Input that is made to be slow. Each shape is parsed at two sizes; time may grow with the size and
 * a little more, never with its square (which would be a factor of 16). */
#include "mail_test.h"

#include <stdlib.h>
#include <time.h>

#include "mailsignal/sbuf.h"

TestSuite(hostile, .init = set_up, .fini = tear_down);

/* Sanitizers look at the whole haystack on each memmem(): then only the memory is checked. */
#if defined(__SANITIZE_ADDRESS__)
enum { SMALL = 20 * 1024, TIMED = 0 };
#else
enum { SMALL = 250 * 1024, TIMED = 1 };
#endif
enum { FACTOR = 4, SLACK = 3 };

struct shape {
  const char *start, *repeat, *end;
};

#define HEAD "From: a@b.example\nSubject: x\n"
#define HTML HEAD "Content-Type: text/html\n\n"
#define MIXED HEAD "Content-Type: multipart/mixed; boundary=b\n\n"

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Seconds to parse, the better of two. */
static double measure(const struct shape *shape, size_t size) {
  struct sbuf raw = {.arena = arena};
  sbuf_add(&raw, span_of(shape->start));
  while (raw.len < size) sbuf_add(&raw, span_of(shape->repeat));
  sbuf_add(&raw, span_of(shape->end));
  struct span message = {strndup(raw.bytes, raw.len), raw.len};
  double best = 1e9;
  for (int i = 0; i < 2; i++) {
    arena_reset(arena);
    double start = now();
    struct mail m;
    mail_parse(arena, message, &m);
    double taken = now() - start;
    if (taken < best) best = taken;
  }
  free((void *)(uintptr_t)message.ptr);
  arena_reset(arena);
  return best;
}

Test(hostile, time_grows_with_the_size) {
  static const struct shape shapes[] = {
      {HEAD, "X: y\n", "\nx"},
      {HEAD "X: ", "\n y", "\n\nx"},
      {HEAD "To: ", ",", "\n\nx"},
      {HEAD "To: ", "a,", "\n\nx"},
      {HEAD "To: ", "<a,", "\n\nx"},
      {HEAD "To: ", "<", "\n\nx"},
      {HEAD "To: ", "(", "\n\nx"},
      {HEAD "To: ", "()", "\n\nx"},
      {HEAD "To: ", "\"", "x\n\nx"},
      {HEAD "To: ", "a:;", "\n\nx"},
      {HEAD "To: ", "\\", "\n\nx"},
      {"From: ", "a@b ", "\n\nx"},
      {"Subject: ", "=?", "\n\nx"},
      {"Subject: ", "=?u?q?", "\n\nx"},
      {"Subject: ", "=?utf-8?q?a?= ", "\n\nx"},
      {"Subject: ", "=?a?q?a?==?b?q?a?=", "\n\nx"},
      {"References: ", "<", "\n\nx"},
      {"References: ", "<a> ", "\n\nx"},
      {"Date: ", "(", "\n\nx"},
      {"Date: ", "1 ", "\n\nx"},
      {HEAD "Content-Type: text/plain", "; a=b", "\n\nx"},
      {HEAD "Content-Type: text/plain; ", "(", "\n\nx"},
      {HEAD "Content-Type: text/plain", "; a*0=b", "\n\nx"},
      {HEAD "Content-Disposition: attachment; filename=\"", "=?utf-8?q?a?= ", "\"\n\nx"},
      {HEAD, "Content-Type: multipart/mixed; boundary=b\n\n--b\n", "x"},
      {HEAD, "Content-Type: message/rfc822\n\n", "x"},
      {MIXED, "--b\n\n", "x"},
      {MIXED, "--b\nContent-Type: text/html\n\n<p>x\n", "x"},
      {MIXED "--b\n", "X: y\n", "\nx"},
      {MIXED, "--\n", "x"},
      {MIXED, "--c--\n", "--b--\n"},
      {HEAD "\n", "a", ""},
      {HEAD "\n", "A\n", ""},
      {HEAD "\n", "\r", ""},
      {HEAD "\n", ">", ""},
      {HEAD "\n", " ", "x"},
      {HEAD "\n", "u\xCC\x88", ""},
      {HEAD "\n", "u\xCC\x88\xCC\x88\xCC\x88\xCC\x88\xCC\x88\xCC\x88\xCC\x88\xCC\x88", ""},
      {HEAD "\n", "\xFF", ""},
      {HEAD "Content-Type: text/plain; format=flowed\n\n", ">a \n", ""},
      {HEAD "Content-Transfer-Encoding: base64\n\n", "=", ""},
      {HEAD "Content-Transfer-Encoding: quoted-printable\n\n", "=", ""},
      {HEAD "Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n", "M\n", ""},
      {HEAD "Content-Type: text/plain; charset=iso-2022-jp\n\n", "\x1B$B", ""},
      {HTML, "<", ""},
      {HTML, "<div>", ""},
      {HTML, "<b>", ""},
      {HTML, "<b><p>", ""},
      {HTML, "<a href=mailto:a@b.example>", ""},
      {HTML, "</b>", ""},
      {HTML "<i>", "</b></p>", ""},
      {HTML, "<!--", ""},
      {HTML, "<!--->", ""},
      {HTML, "<!-- --", ""},
      {HTML, "<style>", ""},
      {HTML, "<style></styl", ""},
      {HTML, "<a b=\"", ""},
      {HTML "<a ", "a=b ", ">"},
      {HTML "<a style='", "a:b;", "'>"},
      {HTML "<a class='", "a ", "'>"},
      {HTML, "&", ""},
      {HTML, "&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;", ""},
      {HTML, "&#1", ""},
      {HTML, "<table><tr><td>", ""},
      {HTML "<table>", "<tr><td>a<td>b", ""},
      {HTML, "<blockquote>a", ""},
      {HTML, "<blockquote>u&#776;</blockquote>", ""},
      {HTML, "<ol><li>", ""},
      {HTML, "<hr>", ""},
      {HTML, "<br>", ""},
      {HTML, "<p>&nbsp;", ""},
      {HTML, "<div style='display:none'>", ""},
  };
  for (size_t r = 0; r < ROWS(shapes); r++) {
    double small = measure(&shapes[r], SMALL), large = measure(&shapes[r], SMALL * FACTOR);
    /* Below a few milliseconds the clock says more about the machine than about the code. */
    cr_assert(!TIMED || large < 0.005 || large < small * FACTOR * SLACK,
              "row %zu: %.4f s, then %.4f s", r, small, large);
  }
}

Test(hostile, one_line_of_a_hundred_megabytes) {
  static const char head[] = HEAD "\n";
  size_t size = 100 * 1024 * 1024;
  char *raw = malloc(size);
  cr_assert(raw);
  memset(raw, 'a', size);
  memcpy(raw, head, sizeof head - 1);
  struct mail m;
  mail_parse(arena, (struct span){raw, size}, &m);
  cr_assert(defect_has(m.defects, DEFECT_SIZE_MESSAGE));
  cr_assert(defect_has(m.defects, DEFECT_SIZE_DECODED));
  cr_assert_gt(m.text.len, 0);
  free(raw);
}
