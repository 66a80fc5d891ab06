#include "contact/phone_scan.h"

#include "mailsignal/utf8.h"

enum {
  FEWEST_DIGITS = 6,
  MOST_DIGITS = 17,
  WIDEST_GAP = 3,
  WHOLE_NUMBER = 7,
  WHOLE_INTERNATIONAL = 9,
  MOST_EXTENSION = 6,
  LONGEST_TAIL = 8
};

/* Bytes of a separator inside a number at `at`; 0 when none stands there. */
static size_t separator_at(struct span line, size_t at) {
  size_t end = at;
  uint32_t c = utf8_next(line, &end);
  bool inside = c == ' ' || c == '-' || c == '.' || c == '/' || c == '(' || c == ')' || c == 0xA0 ||
                c == 0x2011 || c == 0x2010 || c == 0x2013 || c == 0x202F || c == 0x2009;
  return inside ? end - at : 0;
}

static bool is_digit_at(struct span line, size_t at) {
  return at < line.len && ascii_is_digit(line.ptr[at]);
}

static bool starts_number(struct span line, size_t at) {
  char c = line.ptr[at];
  char before = at ? line.ptr[at - 1] : ' ';
  if (ascii_is_alnum(before) || strchr("@_#$%=&", before) || (unsigned char)before >= 0xC0)
    return false;
  if (c == '+')
    return is_digit_at(line, at + 1) ||
           (at + 2 < line.len && strchr(" (", line.ptr[at + 1]) && is_digit_at(line, at + 2));
  if (c == '(')
    return is_digit_at(line, at + 1) ||
           (at + 2 < line.len && line.ptr[at + 1] == '+' && is_digit_at(line, at + 2));
  return ascii_is_digit(c);
}

/* End of the run of digits and separators that begins at `at`. A "+" ends it, except in "(+49)". */
static size_t run_end(struct span line, size_t at) {
  size_t end = at, gap = 0;
  if (line.ptr[at - 1] == '(' && line.ptr[at] == '+') at++;
  while (at < line.len) {
    if (ascii_is_digit(line.ptr[at])) {
      end = ++at;
      gap = 0;
      continue;
    }
    size_t len = separator_at(line, at);
    if (len == 0 || ++gap > WIDEST_GAP) return end;
    bool wide_blank = line.ptr[at] == ' ' && at + 1 < line.len && line.ptr[at + 1] == ' ';
    bool second_open = line.ptr[at] == '(' && line.ptr[at - 1] == '(';
    if (wide_blank || second_open) return end;
    at += len;
  }
  return end;
}

static size_t count_digits(struct span s) {
  size_t n = 0;
  for (size_t i = 0; i < s.len; i++) n += ascii_is_digit(s.ptr[i]);
  return n;
}

static bool is_date(struct span s) {
  size_t groups[4] = {0}, n = 0;
  char separator = 0;
  for (size_t i = 0; i < s.len; i++) {
    if (ascii_is_digit(s.ptr[i])) {
      groups[n]++;
      continue;
    }
    if (s.ptr[i] != '.' && s.ptr[i] != '/' && s.ptr[i] != '-') return false;
    if (separator && s.ptr[i] != separator) return false;
    separator = s.ptr[i];
    if (++n == 3) return false;
  }
  if (n == 1)
    return groups[0] == 4 && groups[1] == 4 && (s.ptr[0] == '1' || s.ptr[0] == '2'); /* 1998-2024 */
  if (n != 2) return false;
  bool day_first = groups[0] <= 2 && groups[1] <= 2 && (groups[2] == 2 || groups[2] == 4);
  bool year_first = groups[0] == 4 && groups[1] <= 2 && groups[2] <= 2;
  return day_first || year_first;
}

/* US ZIP+4, Brazilian CEP and Polish postcodes are digits with a dash too. */
static bool is_postcode(struct span s) {
  size_t dash = span_find_byte(s, '-', 0);
  if (dash == SPAN_NONE || count_digits(s) + 1 != s.len) return false;
  return dash == 5 &&
         (s.len == 9 || (s.len == 10 && s.ptr[0] != '0')); /* 0xxxx-xxxx is a German number */
}

static void copy_digits(struct span s, struct phone_candidate *out) {
  size_t len = 0;
  bool plus = s.len && (s.ptr[0] == '+' || (s.len > 1 && s.ptr[0] == '(' && s.ptr[1] == '+'));
  if (span_starts(s, SPAN_LIT("00")) && count_digits(s) > 10) {
    plus = true;
    s = span_from(s, 2);
  }
  if (plus) out->digits[len++] = '+';
  for (size_t i = 0; i < s.len && len + 1 < PHONE_DIGITS; i++) {
    if (plus && len > 1 && i + 2 < s.len && memcmp(s.ptr + i, "(0)", 3) == 0) {
      i += 2;
      continue;
    }
    if (ascii_is_digit(s.ptr[i])) out->digits[len++] = s.ptr[i];
  }
  out->digits[len] = '\0';
  out->n_digits = len - plus;
}

/* Where the run holds a second number: after a wide separator with enough digits on both sides. */
static size_t split_at(struct span run) {
  size_t left = 0, total = count_digits(run);
  size_t enough = run.ptr[0] == '+' ? WHOLE_INTERNATIONAL : WHOLE_NUMBER;
  for (size_t i = 0; i < run.len; i++) {
    if (ascii_is_digit(run.ptr[i])) left++;
    if (left < enough || total - left < FEWEST_DIGITS) continue;
    bool wide = run.ptr[i] == '/' ||
                (run.ptr[i] == ' ' && i + 2 < run.len && !ascii_is_digit(run.ptr[i + 1]) &&
                 run.ptr[i + 1] != '(' && run.ptr[i + 1] != ')');
    if (wide) return i;
    if (run.ptr[i] == ' ' && run.ptr[i + 1] == '(' && left >= WHOLE_INTERNATIONAL) return i;
  }
  return SPAN_NONE;
}

static const struct span extension_marks[] = {
    SPAN_INIT("extension"), SPAN_INIT("extn"),  SPAN_INIT("ext"),     SPAN_INIT("poste"),
    SPAN_INIT("durchwahl"), SPAN_INIT("ramal"), SPAN_INIT("interno"), SPAN_INIT("anexo"),
    SPAN_INIT("int"),       SPAN_INIT("wew"),   SPAN_INIT("dw"),      SPAN_INIT("kl"),
    SPAN_INIT("toestel"),   SPAN_INIT("x"),     SPAN_INIT("#")};

static size_t skip_blanks(struct span line, size_t at) {
  while (at < line.len && (line.ptr[at] == ' ' || line.ptr[at] == ',' || line.ptr[at] == '(' ||
                           line.ptr[at] == '.' || line.ptr[at] == ':' || line.ptr[at] == '-'))
    at++;
  return at;
}

/* "ext. 31", "x108", ", poste 24" right behind a number. */
static size_t read_extension(struct span line, size_t at, struct phone_candidate *out) {
  size_t from = skip_blanks(line, at);
  if (from > at + 3) return at;
  for (size_t i = 0; i < sizeof extension_marks / sizeof *extension_marks; i++) {
    if (!span_istarts(span_from(line, from), extension_marks[i])) continue;
    size_t start = skip_blanks(line, from + extension_marks[i].len), end = start;
    while (is_digit_at(line, end) && end - start <= MOST_EXTENSION) end++;
    if (end == start || end - start > MOST_EXTENSION || start > from + extension_marks[i].len + 3)
      continue;
    out->extension = span_slice(line, start, end);
    return end;
  }
  return at;
}

static bool add_candidate(const struct block_line *bounds, struct span line, size_t start,
                          size_t end, struct phone_line *out) {
  if (out->n == MOST_CANDIDATES) return false;
  struct span run = span_slice(line, start, end);
  struct phone_candidate *candidate = &out->items[out->n];
  *candidate =
      (struct phone_candidate){.start = bounds->start + start, .number_end = bounds->start + end};
  copy_digits(run, candidate);
  if (is_date(run) || is_postcode(run)) return false;
  if (candidate->n_digits < FEWEST_DIGITS || candidate->n_digits > MOST_DIGITS) return false;
  if (end < line.len && (line.ptr[end] == '%' || line.ptr[end] == '@')) return false;
  candidate->end = bounds->start + read_extension(line, end, candidate);
  bool national = candidate->digits[0] == '+' || candidate->digits[0] == '0' || run.ptr[0] == '(';
  candidate->tail = out->n > 0 && !national && candidate->n_digits <= LONGEST_TAIL &&
                    candidate->n_digits < out->items[out->n - 1].n_digits;
  out->n++;
  return true;
}

/* "800-FLOWERS": letters stand for the digits of a keypad. */
static size_t read_vanity(struct span line, size_t start, size_t end) {
  struct span run = span_slice(line, start, end);
  size_t digits = count_digits(run), at = end, letters = 0;
  if (digits < 3 || digits > 7 || at >= line.len || (line.ptr[at] != '-' && line.ptr[at] != ' '))
    return end;
  for (at++; at < line.len && letters + digits < 14; at++) {
    if (ascii_is_upper(line.ptr[at])) letters++;
    else if (!ascii_is_digit(line.ptr[at]) && line.ptr[at] != '-') break;
  }
  bool whole = at == line.len || !ascii_is_alnum(line.ptr[at]);
  return whole && letters >= 4 && letters + digits >= 10 &&
                 span_find(run, SPAN_LIT("8"), 0) != SPAN_NONE
             ? at
             : end;
}

static void translate_vanity(struct phone_candidate *candidate, struct span written) {
  static const char keypad[] = "22233344455566677778889999";
  size_t len = 0;
  size_t most = written.len && written.ptr[0] == '1' ? 11 : 10; /* letters beyond are decoration */
  for (size_t i = 0; i < written.len && len < most; i++) {
    char c = written.ptr[i];
    if (ascii_is_digit(c)) candidate->digits[len++] = c;
    else if (ascii_is_upper(c)) candidate->digits[len++] = keypad[c - 'A'];
  }
  candidate->digits[len] = '\0';
  candidate->n_digits = len;
}

static size_t scan_vanity(const struct block_line *bounds, struct span line, size_t start,
                          size_t end, struct phone_line *out) {
  size_t vanity_end = read_vanity(line, start, end);
  if (vanity_end == end || out->n == MOST_CANDIDATES) return end;
  struct phone_candidate *candidate = &out->items[out->n++];
  *candidate = (struct phone_candidate){.start = bounds->start + start,
                                        .number_end = bounds->start + vanity_end,
                                        .end = bounds->start + vanity_end};
  translate_vanity(candidate, span_slice(line, start, vanity_end));
  return vanity_end;
}

/* "Tel. 4418-26, Fax -20": a dash and a few digits behind a label. */
static bool is_dash_tail(struct span line, size_t at) {
  if (line.ptr[at] != '-' || at < 2 || line.ptr[at - 1] != ' ' || !is_digit_at(line, at + 1))
    return false;
  size_t end = at + 1;
  while (is_digit_at(line, end)) end++;
  return end - at <= 5 && (ascii_is_alpha(line.ptr[at - 2]) || strchr(".:/", line.ptr[at - 2]));
}

static size_t scan_dash_tail(const struct block_line *bounds, struct span line, size_t at,
                             struct phone_line *out) {
  size_t end = at + 1;
  while (is_digit_at(line, end)) end++;
  if (out->n == 0 || out->n == MOST_CANDIDATES) return end;
  struct phone_candidate *candidate = &out->items[out->n++];
  *candidate = (struct phone_candidate){.start = bounds->start + at,
                                        .number_end = bounds->start + end,
                                        .end = bounds->start + end,
                                        .tail = true};
  copy_digits(span_slice(line, at, end), candidate);
  return end;
}

void phone_scan(const struct block *block, size_t index, struct phone_line *out) {
  const struct block_line *bounds = &block->lines.items[index];
  struct span line = block_text(block, bounds->start, bounds->end);
  for (size_t at = 0; at < line.len;) {
    if (block_is_taken(block, bounds->start + at)) {
      at++;
      continue;
    }
    if (is_dash_tail(line, at)) {
      at = scan_dash_tail(bounds, line, at, out);
      continue;
    }
    if (!starts_number(line, at)) {
      at++;
      continue;
    }
    size_t end = run_end(line, at + 1);
    if (end <= at) end = at + 1;
    size_t vanity_end = scan_vanity(bounds, line, at, end, out);
    if (vanity_end != end) {
      at = vanity_end;
      continue;
    }
    size_t cut = split_at(span_slice(line, at, end));
    size_t number_end = cut == SPAN_NONE ? end : at + cut;
    while (number_end > at + 1 && !ascii_is_digit(line.ptr[number_end - 1])) number_end--;
    bool added = add_candidate(bounds, line, at, number_end, out);
    at = added ? out->items[out->n - 1].end - bounds->start : number_end;
  }
}
