#include "mail/date.h"

enum { MOST_TOKENS = 16 };

struct fields {
  long day, month, year, hour, minute, second;
  int offset;
  bool has_day, has_month, has_year, has_time, has_zone, afternoon, morning;
};

static const struct {
  const char *name;
  int hours_east; /* military zones say nothing reliable: RFC 5322, section 4.3 */
} zones[] = {{"ut", 0},    {"utc", 0},  {"gmt", 0},  {"z", 0},     {"wet", 0},   {"bst", 1},
             {"west", 1},  {"cet", 1},  {"met", 1},  {"mez", 1},   {"cest", 2},  {"mest", 2},
             {"eet", 2},   {"eest", 3}, {"msk", 3},  {"est", -5},  {"edt", -4},  {"cst", -6},
             {"cdt", -5},  {"mst", -7}, {"mdt", -6}, {"pst", -8},  {"pdt", -7},  {"akst", -9},
             {"hst", -10}, {"jst", 9},  {"kst", 9},  {"aest", 10}, {"aedt", 11}, {"nzst", 12},
             {"nzdt", 13}};

/* The digits that s begins with, at most nine of them; *used is how many there were. */
static long read_number(struct span s, size_t *used) {
  long value = 0;
  size_t i = 0;
  while (i < s.len && i < 9 && ascii_is_digit(s.ptr[i])) value = value * 10 + (s.ptr[i++] - '0');
  *used = i;
  return value;
}

static bool read_month(struct span word, struct fields *f) {
  static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
  if (word.len < 3) return false;
  for (int m = 0; m < 12; m++) {
    if (!span_istarts(word, (struct span){months + 3 * m, 3})) continue;
    f->month = m + 1;
    f->has_month = true;
    return true;
  }
  return false;
}

static bool read_zone_name(struct span word, struct fields *f) {
  for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
    if (!span_ieq(word, span_of(zones[i].name))) continue;
    if (!f->has_zone) f->offset = zones[i].hours_east * 60;
    f->has_zone = true;
    return true;
  }
  return false;
}

/* "+0200", "-05:30", "+2". */
static bool read_zone_offset(struct span word, struct fields *f) {
  if (word.len < 2 || (word.ptr[0] != '+' && word.ptr[0] != '-')) return false;
  size_t used, more = 0;
  long value = read_number(span_from(word, 1), &used), minutes = 0;
  if (used == 0) return false;
  struct span rest = span_from(word, 1 + used);
  if (used <= 2) {
    minutes = value * 60;
    if (rest.len && rest.ptr[0] == ':') minutes += read_number(span_from(rest, 1), &more);
  } else {
    minutes = value / 100 * 60 + value % 100;
  }
  if (minutes > 18 * 60) minutes = 0; /* nowhere on earth; the time is still good */
  f->offset = (int)(word.ptr[0] == '-' ? -minutes : minutes);
  f->has_zone = true;
  return true;
}

/* "10:11", "10:11:12", "10:11:12.345", "10.11.12", with a zone glued on perhaps. */
static bool read_time(struct span word, struct fields *f) {
  size_t used;
  long hour = read_number(word, &used);
  if (used == 0 || used > 2 || used >= word.len || (word.ptr[used] != ':' && word.ptr[used] != '.'))
    return false;
  char mark = word.ptr[used];
  word = span_from(word, used + 1);
  long minute = read_number(word, &used), second = 0;
  if (used == 0 || used > 2) return false;
  word = span_from(word, used);
  if (word.len && word.ptr[0] == mark) {
    word = span_from(word, 1);
    second = read_number(word, &used);
    word = span_from(word, used);
  }
  size_t fraction = 0;
  if (word.len && word.ptr[0] == '.') read_number(span_from(word, 1), &fraction);
  if (fraction) word = span_from(word, fraction + 1);
  f->hour = hour;
  f->minute = minute;
  f->second = second;
  f->has_time = true;
  if (word.len && !read_zone_offset(word, f)) read_zone_name(word, f);
  return true;
}

/* RFC 5322, section 4.3: two digits below 50 are 20xx, else 19xx; three digits count from 1900,
 * also with a zero before them ("0102" is 2002: a year of struct tm, formatted). */
static void set_year(struct fields *f, long year, size_t digits) {
  if (digits <= 2) year += year < 50 ? 2000 : 1900;
  else if (year < 1000) year += 1900;
  f->year = year;
  f->has_year = true;
}

/* 2025-03-04 or 2025-03-04T10:11:12Z or 4-Mar-2025. */
static bool read_dashed(struct span word, struct fields *f) {
  size_t first, second, third;
  long a = read_number(word, &first);
  if (first == 0 || first >= word.len || (word.ptr[first] != '-' && word.ptr[first] != '/'))
    return false;
  struct span rest = span_from(word, first + 1);
  long b = read_number(rest, &second);
  if (first == 4 && second > 0 && second < rest.len) {
    long c = read_number(span_from(rest, second + 1), &third);
    set_year(f, a, 4);
    f->month = b;
    f->day = c;
    f->has_month = f->has_day = true;
    rest = span_from(rest, second + 1 + third);
    if (rest.len && (rest.ptr[0] == 'T' || rest.ptr[0] == 't')) read_time(span_from(rest, 1), f);
    return true;
  }
  if (second != 0 || !read_month(rest, f)) return false;
  f->day = a;
  f->has_day = true;
  size_t dash = span_find_byte(rest, '-', 0);
  if (dash != SPAN_NONE) {
    long year = read_number(span_from(rest, dash + 1), &third);
    if (third) set_year(f, year, third);
  }
  return true;
}

static void read_plain_number(struct span word, struct fields *f) {
  size_t used;
  long value = read_number(word, &used);
  if (used == 0) return;
  if (!f->has_day && used <= 2 && value >= 1 && value <= 31) {
    f->day = value;
    f->has_day = true;
  } else if (!f->has_year) {
    set_year(f, value, used);
  }
}

static void read_token(struct span word, struct fields *f) {
  if (read_time(word, f) || read_dashed(word, f)) return;
  if (f->has_time && read_zone_offset(word, f)) return;
  if (ascii_is_digit(word.ptr[0])) {
    read_plain_number(word, f);
    return;
  }
  if (span_ieq(word, SPAN_LIT("pm"))) f->afternoon = true;
  else if (span_ieq(word, SPAN_LIT("am"))) f->morning = true;
  else if (f->has_month || !read_month(word, f)) {
    if (f->has_time) read_zone_name(word, f);
  }
}

/* Days from 1970-01-01 in the proleptic Gregorian calendar (H. Hinnant's days_from_civil). */
static int64_t days_from_civil(int64_t y, int64_t m, int64_t d) {
  y -= m <= 2;
  int64_t era = (y >= 0 ? y : y - 399) / 400;
  int64_t year_of_era = y - era * 400;
  int64_t day_of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

static bool is_possible(const struct fields *f) {
  return f->has_day && f->has_month && f->has_year && f->day >= 1 && f->day <= 31 &&
         f->month >= 1 && f->month <= 12 && f->year >= 1900 && f->year <= 9999 && f->hour <= 24 &&
         f->minute <= 59 && f->second <= 60;
}

bool date_read(struct span value, int64_t *seconds, int *offset_minutes) {
  struct fields f = {0};
  int depth = 0;
  size_t at = 0;
  for (int tokens = 0; at < value.len && tokens < MOST_TOKENS;) {
    char c = value.ptr[at];
    if (c == '(') depth++;
    if (c == ')' && depth > 0) depth--;
    if (depth > 0 || ascii_is_space(c) || c == ',' || c == '(' || c == ')') {
      at++;
      continue;
    }
    size_t start = at;
    while (at < value.len && !ascii_is_space(value.ptr[at]) && value.ptr[at] != ',' &&
           value.ptr[at] != '(')
      at++;
    read_token(span_slice(value, start, at), &f);
    tokens++;
  }
  if (!is_possible(&f)) return false;
  if (f.afternoon && f.hour < 12) f.hour += 12;
  if (f.morning && f.hour == 12) f.hour = 0;
  int64_t days = days_from_civil(f.year, f.month, f.day);
  *seconds = days * 86400 + f.hour * 3600 + f.minute * 60 + f.second - (int64_t)f.offset * 60;
  *offset_minutes = f.offset;
  return true;
}
