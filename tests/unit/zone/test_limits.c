/* Time grows with the text, whatever the text. */
#include <time.h>

#include "lined.h"

static double seconds(const char *unit, size_t size) {
  struct arena *arena = arena_new();
  size_t len = strlen(unit), n = size / len;
  struct sbuf bytes = {.arena = arena};
  for (size_t i = 0; i < n; i++) sbuf_add(&bytes, (struct span){unit, len});
  struct text text;
  struct zones zones;
  text_read(arena, sbuf_span(&bytes), &text);
  clock_t start = clock();
  zone_find(arena, &text, &(struct zone_hints){0}, &zones);
  double spent = (double)(clock() - start) / CLOCKS_PER_SEC;
  lined_check_cover(&zones, text.bytes.len, unit);
  arena_free(arena);
  return spent;
}

Test(limits, time_is_linear) {
  static const char *const units[] = {
      "On ", "A\n", ">", "a", "\n", "A\n\n", "From: a@b.example\n", "To: a@b.example,\n",
      "On 1/2/25 10:11 x wrote\n", "On 1/2/25 10:11\nx wrote:\n> a\n", "____\n", "-- \n",
      "confidential recipient. ", "Best regards\n\n", "Best regards ", "\xE5\xB1\xB1", "@.@.",
      "Jane|1234567 ", "forwarded message\n", "---\nforwarded message:\n> x\n", "[external]\n",
      "Sent from my iPhone\n", "\nFrom: x\n", "confidential notice and disclaimer\n\n"};
  enum { SMALL = 200 * 1000, TIMES = 8 };
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    double small = seconds(units[i], SMALL), large = seconds(units[i], SMALL * TIMES);
    /* Quadratic growth would be 64 times; the constant covers noise of small times. */
    cr_expect_lt(large, small * TIMES * 3 + 0.25, "'%s': %.3f s, then %.3f s", units[i], small, large);
  }
}
