#include "signal/when.h"

#include <stdio.h>

enum { MONDAY = 1, SUNDAY = 7 };

struct date {
  int year, month, day;
};

/* Days from civil and back: the usual era arithmetic with years that begin in March. */
static day_number to_day(struct date d) {
  int64_t y = d.month <= 2 ? d.year - 1 : d.year;
  int64_t era = (y >= 0 ? y : y - 399) / 400;
  int64_t year_of_era = y - era * 400;
  int64_t day_of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
  int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

static struct date to_date(day_number day) {
  int64_t z = day + 719468;
  int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  int64_t doe = z - era * 146097;
  int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  int64_t mp = (5 * doy + 2) / 153;
  int month = (int)(mp < 10 ? mp + 3 : mp - 9);
  return (struct date){(int)(yoe + era * 400 + (month <= 2)), month, (int)(doy - (153 * mp + 2) / 5 + 1)};
}

/* 1 = Monday ... 7 = Sunday; 1970-01-01 was a Thursday. */
static int weekday(day_number day) {
  int64_t rest = (day + 3) % 7;
  return (int)(rest < 0 ? rest + 7 : rest) + 1;
}

static int month_length(int year, int month) {
  static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : lengths[month - 1];
}

static day_number month_end(int year, int month) {
  return to_day((struct date){year, month, month_length(year, month)});
}

int64_t working_days(day_number from, day_number to) {
  if (to <= from) return 0;
  int64_t weeks = (to - from) / 7, count = weeks * 5;
  for (day_number d = from + weeks * 7 + 1; d <= to; d++) count += weekday(d) < 6;
  return count;
}

day_number day_of(int64_t seconds_utc, int offset_minutes) {
  int64_t local = seconds_utc + (int64_t)offset_minutes * 60;
  return local >= 0 ? local / 86400 : -((-local + 86399) / 86400);
}

void day_text(day_number day, char text[DAY_TEXT_BYTES]) {
  struct date d = to_date(day);
  text[0] = '\0';
  if (d.year < 0 || d.year > 9999) return;
  snprintf(text, DAY_TEXT_BYTES, "%04u-%02u-%02u", (unsigned)d.year % 10000, (unsigned)d.month % 100,
           (unsigned)d.day % 100);
}

struct name {
  struct span text;
  int number;
};

static const struct name month_names[] = {
    {SPAN_INIT("january"), 1},   {SPAN_INIT("jan"), 1},       {SPAN_INIT("januar"), 1},
    {SPAN_INIT("janvier"), 1},   {SPAN_INIT("enero"), 1},     {SPAN_INIT("janeiro"), 1},
    {SPAN_INIT("gennaio"), 1},   {SPAN_INIT("januari"), 1},   {SPAN_INIT("february"), 2},
    {SPAN_INIT("feb"), 2},       {SPAN_INIT("februar"), 2},   {SPAN_INIT("f\xC3\xA9vrier"), 2},
    {SPAN_INIT("febrero"), 2},   {SPAN_INIT("fevereiro"), 2}, {SPAN_INIT("febbraio"), 2},
    {SPAN_INIT("februari"), 2},  {SPAN_INIT("march"), 3},     {SPAN_INIT("mar"), 3},
    {SPAN_INIT("m\xC3\xA4rz"), 3}, {SPAN_INIT("mars"), 3},    {SPAN_INIT("marzo"), 3},
    {SPAN_INIT("mar\xC3\xA7o"), 3}, {SPAN_INIT("maart"), 3},  {SPAN_INIT("april"), 4},
    {SPAN_INIT("apr"), 4},       {SPAN_INIT("avril"), 4},     {SPAN_INIT("abril"), 4},
    {SPAN_INIT("aprile"), 4},    {SPAN_INIT("mai"), 5},       {SPAN_INIT("mayo"), 5},
    {SPAN_INIT("maio"), 5},      {SPAN_INIT("maggio"), 5},    {SPAN_INIT("mei"), 5},
    {SPAN_INIT("june"), 6},      {SPAN_INIT("jun"), 6},       {SPAN_INIT("juni"), 6},
    {SPAN_INIT("juin"), 6},      {SPAN_INIT("junio"), 6},     {SPAN_INIT("junho"), 6},
    {SPAN_INIT("giugno"), 6},    {SPAN_INIT("july"), 7},      {SPAN_INIT("jul"), 7},
    {SPAN_INIT("juli"), 7},      {SPAN_INIT("juillet"), 7},   {SPAN_INIT("julio"), 7},
    {SPAN_INIT("julho"), 7},     {SPAN_INIT("luglio"), 7},    {SPAN_INIT("august"), 8},
    {SPAN_INIT("aug"), 8},       {SPAN_INIT("ao\xC3\xBBt"), 8}, {SPAN_INIT("agosto"), 8},
    {SPAN_INIT("augustus"), 8},  {SPAN_INIT("september"), 9}, {SPAN_INIT("sept"), 9},
    {SPAN_INIT("sep"), 9},       {SPAN_INIT("septembre"), 9}, {SPAN_INIT("septiembre"), 9},
    {SPAN_INIT("setembro"), 9},  {SPAN_INIT("settembre"), 9}, {SPAN_INIT("october"), 10},
    {SPAN_INIT("oct"), 10},      {SPAN_INIT("oktober"), 10},  {SPAN_INIT("octobre"), 10},
    {SPAN_INIT("octubre"), 10},  {SPAN_INIT("outubro"), 10},  {SPAN_INIT("ottobre"), 10},
    {SPAN_INIT("november"), 11}, {SPAN_INIT("nov"), 11},      {SPAN_INIT("novembre"), 11},
    {SPAN_INIT("noviembre"), 11}, {SPAN_INIT("novembro"), 11}, {SPAN_INIT("december"), 12},
    {SPAN_INIT("dec"), 12},      {SPAN_INIT("dezember"), 12}, {SPAN_INIT("d\xC3\xA9" "cembre"), 12},
    {SPAN_INIT("diciembre"), 12}, {SPAN_INIT("dezembro"), 12}, {SPAN_INIT("dicembre"), 12},
};

/* "may" is a month only beside a number; see take_day_and_month(). */
static const struct span may = SPAN_INIT("may");

static const struct name weekday_names[] = {
    {SPAN_INIT("monday"), 1},     {SPAN_INIT("mon"), 1},        {SPAN_INIT("montag"), 1},
    {SPAN_INIT("lundi"), 1},      {SPAN_INIT("lunes"), 1},      {SPAN_INIT("segunda"), 1},
    {SPAN_INIT("luned\xC3\xAC"), 1}, {SPAN_INIT("maandag"), 1}, {SPAN_INIT("tuesday"), 2},
    {SPAN_INIT("tue"), 2},        {SPAN_INIT("tues"), 2},       {SPAN_INIT("dienstag"), 2},
    {SPAN_INIT("mardi"), 2},      {SPAN_INIT("martes"), 2},     {SPAN_INIT("ter\xC3\xA7" "a"), 2},
    {SPAN_INIT("marted\xC3\xAC"), 2}, {SPAN_INIT("dinsdag"), 2}, {SPAN_INIT("wednesday"), 3},
    {SPAN_INIT("wed"), 3},        {SPAN_INIT("weds"), 3},       {SPAN_INIT("mittwoch"), 3},
    {SPAN_INIT("mercredi"), 3},   {SPAN_INIT("mi\xC3\xA9rcoles"), 3}, {SPAN_INIT("quarta"), 3},
    {SPAN_INIT("mercoled\xC3\xAC"), 3}, {SPAN_INIT("woensdag"), 3}, {SPAN_INIT("thursday"), 4},
    {SPAN_INIT("thu"), 4},        {SPAN_INIT("thurs"), 4},      {SPAN_INIT("donnerstag"), 4},
    {SPAN_INIT("jeudi"), 4},      {SPAN_INIT("jueves"), 4},     {SPAN_INIT("quinta"), 4},
    {SPAN_INIT("gioved\xC3\xAC"), 4}, {SPAN_INIT("donderdag"), 4}, {SPAN_INIT("friday"), 5},
    {SPAN_INIT("fri"), 5},        {SPAN_INIT("freitag"), 5},    {SPAN_INIT("vendredi"), 5},
    {SPAN_INIT("viernes"), 5},    {SPAN_INIT("sexta"), 5},      {SPAN_INIT("venerd\xC3\xAC"), 5},
    {SPAN_INIT("vrijdag"), 5},    {SPAN_INIT("saturday"), 6},   {SPAN_INIT("samstag"), 6},
    {SPAN_INIT("samedi"), 6},     {SPAN_INIT("s\xC3\xA1" "bado"), 6}, {SPAN_INIT("sabato"), 6},
    {SPAN_INIT("zaterdag"), 6},   {SPAN_INIT("sunday"), 7},     {SPAN_INIT("sonntag"), 7},
    {SPAN_INIT("dimanche"), 7},   {SPAN_INIT("domingo"), 7},    {SPAN_INIT("domenica"), 7},
    {SPAN_INIT("zondag"), 7},
};

/* Words and phrases that name a day or a period by its distance. */
enum relative { TODAY, TOMORROW, AFTER_TOMORROW, WEEK_END, NEXT_WEEK, MONTH_END, NEXT_MONTH, YEAR_END };
static const struct name relatives[] = {
    {SPAN_INIT("day after tomorrow"), AFTER_TOMORROW}, {SPAN_INIT("end of the month"), MONTH_END},
    {SPAN_INIT("end of month"), MONTH_END},   {SPAN_INIT("month end"), MONTH_END},
    {SPAN_INIT("end of the week"), WEEK_END}, {SPAN_INIT("end of week"), WEEK_END},
    {SPAN_INIT("this week"), WEEK_END},       {SPAN_INIT("next week"), NEXT_WEEK},
    {SPAN_INIT("next month"), NEXT_MONTH},    {SPAN_INIT("end of the year"), YEAR_END},
    {SPAN_INIT("end of year"), YEAR_END},     {SPAN_INIT("year end"), YEAR_END},
    {SPAN_INIT("end of day"), TODAY},         {SPAN_INIT("end of the day"), TODAY},
    {SPAN_INIT("this afternoon"), TODAY},     {SPAN_INIT("this morning"), TODAY},
    {SPAN_INIT("this evening"), TODAY},       {SPAN_INIT("tonight"), TODAY},
    {SPAN_INIT("today"), TODAY},              {SPAN_INIT("eod"), TODAY},
    {SPAN_INIT("cob"), TODAY},                {SPAN_INIT("tomorrow"), TOMORROW},
    {SPAN_INIT("heute"), TODAY},              {SPAN_INIT("\xC3\xBC" "bermorgen"), AFTER_TOMORROW},
    {SPAN_INIT("morgen fr\xC3\xBCh"), TOMORROW}, {SPAN_INIT("bis morgen"), TOMORROW},
    {SPAN_INIT("n\xC3\xA4" "chste woche"), NEXT_WEEK}, {SPAN_INIT("ende der woche"), WEEK_END},
    {SPAN_INIT("diese woche"), WEEK_END},     {SPAN_INIT("ende des monats"), MONTH_END},
    {SPAN_INIT("monatsende"), MONTH_END},     {SPAN_INIT("jahresende"), YEAR_END},
    {SPAN_INIT("aujourd'hui"), TODAY},        {SPAN_INIT("ce soir"), TODAY},
    {SPAN_INIT("demain"), TOMORROW},          {SPAN_INIT("fin du mois"), MONTH_END},
    {SPAN_INIT("fin de semaine"), WEEK_END},  {SPAN_INIT("semaine prochaine"), NEXT_WEEK},
    {SPAN_INIT("hoy"), TODAY},                {SPAN_INIT("ma\xC3\xB1" "ana"), TOMORROW},
    {SPAN_INIT("fin de mes"), MONTH_END},     {SPAN_INIT("pr\xC3\xB3xima semana"), NEXT_WEEK},
    {SPAN_INIT("hoje"), TODAY},               {SPAN_INIT("amanh\xC3\xA3"), TOMORROW},
    {SPAN_INIT("fim do m\xC3\xAAs"), MONTH_END}, {SPAN_INIT("oggi"), TODAY},
    {SPAN_INIT("domani"), TOMORROW},          {SPAN_INIT("fine mese"), MONTH_END},
    {SPAN_INIT("prossima settimana"), NEXT_WEEK}, {SPAN_INIT("vandaag"), TODAY},
    {SPAN_INIT("eind van de maand"), MONTH_END}, {SPAN_INIT("volgende week"), NEXT_WEEK},
};

static bool word_byte(char c) { return ascii_is_alnum(c) || (unsigned char)c >= 0x80; }

static bool ends_word(struct span s, size_t at) { return at >= s.len || !word_byte(s.ptr[at]); }

static const struct name *find_name(const struct name *names, size_t n, struct span word) {
  for (size_t i = 0; i < n; i++)
    if (span_eq(names[i].text, word)) return &names[i];
  return NULL;
}
#define FIND_NAME(table, word) find_name(table, sizeof(table) / sizeof *(table), word)

static struct span word_at(struct span s, size_t at) {
  size_t end = at;
  while (end < s.len && word_byte(s.ptr[end])) end++;
  return span_slice(s, at, end);
}

/* A run of at most `most` digits at *at; -1 when there is none or it is longer. */
static int take_digits(struct span s, size_t *at, size_t most) {
  size_t end = *at;
  int value = 0;
  while (end < s.len && ascii_is_digit(s.ptr[end]) && end - *at < most)
    value = value * 10 + (s.ptr[end++] - '0');
  if (end == *at || (end < s.len && ascii_is_digit(s.ptr[end]))) return -1;
  *at = end;
  return value;
}

static bool valid(struct date d) {
  return d.year >= 1970 && d.year < 2200 && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
         d.day <= month_length(d.year, d.month);
}

/* Without a year: the first such day from today on, or within the last month (a date just gone). */
static bool resolve(int month, int day, int year, day_number today, struct when *out) {
  struct date now = to_date(today);
  struct date d = {year > 0 ? year : now.year, month, day};
  if (!valid(d)) return false;
  out->day = to_day(d);
  if (year > 0 || out->day >= today - 31) return true;
  d.year++;
  if (!valid(d)) return false;
  out->day = to_day(d);
  return true;
}

static bool take_relative(struct span s, size_t at, day_number today, struct when *out) {
  struct date now = to_date(today);
  for (size_t i = 0; i < sizeof relatives / sizeof *relatives; i++) {
    size_t end = at + relatives[i].text.len;
    if (!span_starts(span_from(s, at), relatives[i].text) || !ends_word(s, end)) continue;
    out->end = end;
    out->vague = relatives[i].number > AFTER_TOMORROW;
    int to_friday = weekday(today) <= 5 ? 5 - weekday(today) : 7 + 5 - weekday(today);
    switch ((enum relative)relatives[i].number) {
      case TODAY: out->day = today; break;
      case TOMORROW: out->day = today + 1; break;
      case AFTER_TOMORROW: out->day = today + 2; break;
      case WEEK_END: out->day = today + to_friday; break;
      case NEXT_WEEK: out->day = today + 7 - weekday(today) + 5; break;
      case MONTH_END: out->day = month_end(now.year, now.month); break;
      case NEXT_MONTH:
        out->day = now.month == 12 ? month_end(now.year + 1, 1) : month_end(now.year, now.month + 1);
        break;
      case YEAR_END: out->day = month_end(now.year, 12); break;
    }
    return true;
  }
  return false;
}

static bool take_weekday(struct span s, size_t at, day_number today, struct when *out) {
  struct span word = word_at(s, at);
  const struct name *name = FIND_NAME(weekday_names, word);
  if (!name) return false;
  int ahead = (name->number - weekday(today) + 7) % 7;
  if (ahead == 0) ahead = 7;
  if (at >= 5 && span_eq(span_slice(s, at - 5, at), SPAN_LIT("next ")) && ahead < 7 &&
      name->number > weekday(today))
    ahead += 7;
  out->day = today + ahead;
  out->end = at + word.len;
  return true;
}

static size_t skip(struct span s, size_t at, struct span text) {
  return span_starts(span_from(s, at), text) ? at + text.len : at;
}

static int take_year(struct span s, size_t *at) {
  size_t ahead = skip(s, *at, SPAN_LIT(","));
  ahead = skip(s, ahead, SPAN_LIT(" "));
  int year = take_digits(s, &ahead, 4);
  if (year < 1990 || year > 2199 || !ends_word(s, ahead)) return 0;
  *at = ahead;
  return year;
}

static int month_number(struct span word, bool beside_number) {
  const struct name *name = FIND_NAME(month_names, word);
  if (name) return name->number;
  return beside_number && span_eq(word, may) ? 5 : 0;
}

/* "5 march", "5th of march 2025", "5. märz", "5 de marzo". */
static bool take_day_and_month(struct span s, size_t at, day_number today, struct when *out) {
  size_t p = at;
  int day = take_digits(s, &p, 2);
  if (day < 1 || day > 31) return false;
  static const struct span ordinals[] = {SPAN_INIT("st"), SPAN_INIT("nd"), SPAN_INIT("rd"),
                                         SPAN_INIT("th"), SPAN_INIT("er"), SPAN_INIT(".")};
  for (size_t i = 0; i < sizeof ordinals / sizeof *ordinals; i++) {
    size_t behind = skip(s, p, ordinals[i]);
    if (behind == p) continue;
    p = behind;
    break;
  }
  p = skip(s, p, SPAN_LIT(" "));
  p = skip(s, p, SPAN_LIT("of "));
  p = skip(s, p, SPAN_LIT("de "));
  struct span word = word_at(s, p);
  int month = month_number(word, true);
  if (month == 0) return false;
  p += word.len;
  p = skip(s, p, SPAN_LIT("."));
  out->end = p;
  int year = take_year(s, &out->end);
  return resolve(month, day, year, today, out);
}

/* "march 5", "march 5th, 2025"; "march" or "in may" alone is the month. */
static bool take_month(struct span s, size_t at, day_number today, struct when *out) {
  struct span word = word_at(s, at);
  size_t p = skip(s, at + word.len, SPAN_LIT("."));
  p = skip(s, p, SPAN_LIT(" "));
  size_t digits = p;
  int day = take_digits(s, &digits, 2);
  int month = month_number(word, day > 0);
  if (month == 0) return false;
  if (day >= 1 && day <= 31) {
    static const struct span ordinals[] = {SPAN_INIT("st"), SPAN_INIT("nd"), SPAN_INIT("rd"),
                                           SPAN_INIT("th")};
    for (size_t i = 0; i < 4; i++) digits = skip(s, digits, ordinals[i]);
    if (ends_word(s, digits)) {
      out->end = digits;
      return resolve(month, day, take_year(s, &out->end), today, out);
    }
  }
  if (word.len < 4 && month != 3) return false; /* "mar", "jan" alone may be names */
  out->end = at + word.len;
  struct date now = to_date(today);
  int year = take_year(s, &out->end);
  if (year == 0) year = month < now.month ? now.year + 1 : now.year;
  out->day = month_end(year, month);
  out->vague = true;
  return true;
}

/* 2025-03-05, 05.03.2025, 5/3/2025, 5.3. ; a slash date is month first only when it must be. */
static bool take_numeric(struct span s, size_t at, day_number today, struct when *out) {
  size_t p = at;
  int first = take_digits(s, &p, 4);
  if (first < 1 || p >= s.len) return false;
  char separator = s.ptr[p];
  if (separator != '-' && separator != '.' && separator != '/') return false;
  bool year_first = p - at == 4;
  p++;
  int second = take_digits(s, &p, 2);
  if (second < 1 || p >= s.len || s.ptr[p] != separator) return false;
  p++;
  size_t third_at = p;
  int third = take_digits(s, &p, year_first ? 2 : 4);
  if (third >= 0 && p - third_at == 2 && !year_first) third += 2000;
  if (!ends_word(s, p)) return false;
  out->end = p;
  if (year_first) return third > 0 && resolve(second, third, first, today, out);
  if (third < 0 && separator != '.') return false;
  int day = first, month = second;
  if (separator == '/' && month > 12) day = second, month = first;
  return resolve(month, day, third > 0 ? third : 0, today, out);
}

/* "q3", "q3 2025". */
static bool take_quarter(struct span s, size_t at, day_number today, struct when *out) {
  if (at + 1 >= s.len || s.ptr[at] != 'q' || s.ptr[at + 1] < '1' || s.ptr[at + 1] > '4') return false;
  if (!ends_word(s, at + 2)) return false;
  int month = (s.ptr[at + 1] - '0') * 3;
  out->end = at + 2;
  int year = take_year(s, &out->end);
  struct date now = to_date(today);
  if (year == 0) year = month < now.month ? now.year + 1 : now.year;
  out->day = month_end(year, month);
  out->vague = true;
  return true;
}

bool when_find(struct span s, size_t from, day_number today, struct when *out) {
  static bool (*const forms[])(struct span, size_t, day_number, struct when *) = {
      take_relative, take_numeric, take_day_and_month, take_month, take_weekday, take_quarter};
  for (size_t at = from; at < s.len; at++) {
    if (at > 0 && word_byte(s.ptr[at - 1])) continue;
    if (!word_byte(s.ptr[at])) continue;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
      *out = (struct when){.start = at};
      if (forms[i](s, at, today, out)) return true;
    }
  }
  return false;
}
