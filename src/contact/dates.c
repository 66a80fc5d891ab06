#include "contact/dates.h"

#include <time.h>

enum { SECONDS_PER_DAY = 86400, DAYS_LOOKED_BACK = 7 };

struct word_number {
  int number;
  const char *words;
};

static const struct word_number months[] = {
#define DATE_CUE(cue, words)
#define CONTACT_CUE(words)
#define LEFT(phrase)
#define MONTH(number, words) {number, words},
#define WEEKDAY(number, words)
#include "contact/data/absence.def"
#undef MONTH
#undef WEEKDAY
};

static const struct word_number weekdays[] = {
#define MONTH(number, words)
#define WEEKDAY(number, words) {number, words},
#include "contact/data/absence.def"
#undef MONTH
#undef WEEKDAY
};

static int number_of(const struct word_number *table, size_t n, struct span word) {
  if (word.len < 3) return -1;
  for (size_t i = 0; i < n; i++) {
    struct span rest = span_of(table[i].words), item;
    while (span_split(&rest, ' ', &item))
      if (span_eq(item, word)) return table[i].number;
  }
  return -1;
}

static int month_of(const struct word *word) {
  return number_of(months, sizeof months / sizeof *months, word->folded);
}

bool day_before(struct day a, struct day b) {
  if (a.year != b.year) return a.year < b.year;
  return a.month != b.month ? a.month < b.month : a.day < b.day;
}

static bool is_day(int year, int month, int day) {
  static const int lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return year >= 1990 && year <= 2100 && month >= 1 && month <= 12 && day >= 1 &&
         day <= lengths[month - 1];
}

static struct day day_of(int64_t seconds) {
  time_t when = (time_t)seconds;
  struct tm tm;
  if (!gmtime_r(&when, &tm)) return (struct day){0};
  return (struct day){tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday};
}

/* Fills in the year: the first such day from a week before today on. */
static struct day resolve(int year, int month, int day, const struct day_context *context) {
  if (year > 0 && year < 100) year += 2000;
  struct day found = {year, month, day};
  if (year == 0) {
    if (!context->has_today) return (struct day){0};
    struct day from = day_of(context->today - DAYS_LOOKED_BACK * SECONDS_PER_DAY);
    found.year = from.year;
    if (day_before(found, from)) found.year++;
  }
  return is_day(found.year, found.month, found.day) ? found : (struct day){0};
}

/* Up to three numbers of a word such as "14.8.2025", "8/14/25", "2025-08-14", "14th". */
static size_t numbers_of(struct span s, int out[3], char *separator) {
  size_t n = 0;
  *separator = 0;
  for (size_t i = 0; i < s.len;) {
    if (!ascii_is_digit(s.ptr[i])) {
      if (n == 0) return 0;
      if (!*separator) *separator = s.ptr[i];
      i++;
      continue;
    }
    if (n == 3) return 0;
    int value = 0;
    size_t digits = 0;
    for (; i < s.len && ascii_is_digit(s.ptr[i]) && digits < 5; i++, digits++)
      value = value * 10 + (s.ptr[i] - '0');
    out[n++] = value;
  }
  return n;
}

static struct day numeric_day(const struct word *word, const struct day_context *context) {
  int numbers[3] = {0};
  char separator;
  size_t n = numbers_of(word->text, numbers, &separator);
  if (n < 2 || (separator != '.' && separator != '/' && separator != '-')) return (struct day){0};
  if (n == 3 && numbers[0] > 999) return resolve(numbers[0], numbers[1], numbers[2], context);
  bool month_first = separator == '/' && context->month_first && numbers[0] <= 12;
  if (numbers[1] > 12 && numbers[0] <= 12) month_first = true;
  int day = month_first ? numbers[1] : numbers[0], month = month_first ? numbers[0] : numbers[1];
  if (n == 2 && separator == '-') return (struct day){0}; /* "9-5" is a span of hours */
  return resolve(n == 3 ? numbers[2] : 0, month, day, context);
}

static int plain_number(const struct word *word, int most) {
  int numbers[3];
  char separator;
  if (word->digits == 0 || word->text.len > (size_t)word->digits + 3) return 0;
  if (!ascii_is_digit(word->text.ptr[0])) return 0;
  size_t n = numbers_of(word->text, numbers, &separator);
  return n == 1 && numbers[0] <= most ? numbers[0] : 0;
}

static int year_at(const struct word *words, size_t i, size_t n) {
  if (i < n && words[i].digits == 4) {
    int year = plain_number(&words[i], 2100);
    if (year >= 1990) return year;
  }
  return 0;
}

static bool is_de(const struct word *words, size_t i, size_t n) {
  return i < n &&
         (span_eq(words[i].folded, SPAN_LIT("de")) || span_eq(words[i].folded, SPAN_LIT("of")));
}

/* "14 August 2025", "25 de agosto de 2025", "1er septembre". */
static struct day day_then_month(const struct word *words, size_t i, size_t n,
                                 const struct day_context *context, size_t *n_words) {
  int day = plain_number(&words[i], 31);
  size_t at = i + 1;
  if (day == 0) return (struct day){0};
  if (is_de(words, at, n)) at++;
  int month = at < n ? month_of(&words[at]) : -1;
  if (month < 0) return (struct day){0};
  at++;
  size_t year_word = is_de(words, at, n) ? at + 1 : at;
  int year = year_at(words, year_word, n);
  *n_words = (year ? year_word + 1 : at) - i;
  return resolve(year, month, day, context);
}

static struct day month_then_day(const struct word *words, size_t i, size_t n,
                                 const struct day_context *context, size_t *n_words) {
  int month = month_of(&words[i]);
  int day = month > 0 && i + 1 < n ? plain_number(&words[i + 1], 31) : 0;
  if (day == 0) return (struct day){0};
  int year = year_at(words, i + 2, n);
  *n_words = year ? 3 : 2;
  return resolve(year, month, day, context);
}

/* The next such weekday after the mail. */
static struct day weekday(const struct word *word, const struct day_context *context) {
  int wanted = number_of(weekdays, sizeof weekdays / sizeof *weekdays, word->folded);
  if (wanted < 0 || !context->has_today) return (struct day){0};
  int64_t days = context->today / SECONDS_PER_DAY;
  int today = (int)((days + 4) % 7); /* the first of January 1970 was a Thursday */
  int ahead = (wanted - today + 7) % 7;
  return day_of((days + (ahead ? ahead : 7)) * SECONDS_PER_DAY);
}

struct day day_at(const struct word *words, size_t i, size_t n, const struct day_context *context,
                  size_t *n_words) {
  *n_words = 1;
  struct day found = numeric_day(&words[i], context);
  if (!found.year) found = day_then_month(words, i, n, context, n_words);
  if (!found.year) found = month_then_day(words, i, n, context, n_words);
  if (found.year) return found;
  /* "Monday 18 August": the date behind the weekday is meant. */
  *n_words = 1;
  return weekday(&words[i], context);
}
