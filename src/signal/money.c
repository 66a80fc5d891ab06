#include "signal/money.h"

struct currency {
  struct span text;
  const char *code;
};

/* Signs may touch the number on either side; the longest come first. */
static const struct currency signs[] = {
    {SPAN_INIT("us$"), "USD"}, {SPAN_INIT("au$"), "AUD"},          {SPAN_INIT("ca$"), "CAD"},
    {SPAN_INIT("a$"), "AUD"},  {SPAN_INIT("c$"), "CAD"},           {SPAN_INIT("r$"), "BRL"},
    {SPAN_INIT("$"), "USD"},   {SPAN_INIT("\xE2\x82\xAC"), "EUR"}, {SPAN_INIT("\xC2\xA3"), "GBP"},
    {SPAN_INIT("\xC2\xA5"), "JPY"}, {SPAN_INIT("\xE2\x82\xB9"), "INR"},
};

/* Words stand behind the number, codes on either side. */
static const struct currency words[] = {
    {SPAN_INIT("usd"), "USD"},     {SPAN_INIT("dollars"), "USD"}, {SPAN_INIT("dollar"), "USD"},
    {SPAN_INIT("bucks"), "USD"},   {SPAN_INIT("eur"), "EUR"},     {SPAN_INIT("euro"), "EUR"},
    {SPAN_INIT("euros"), "EUR"},   {SPAN_INIT("gbp"), "GBP"},     {SPAN_INIT("pounds"), "GBP"},
    {SPAN_INIT("pound"), "GBP"},   {SPAN_INIT("quid"), "GBP"},    {SPAN_INIT("grand"), ""},
    {SPAN_INIT("chf"), "CHF"},     {SPAN_INIT("franken"), "CHF"}, {SPAN_INIT("francs"), "CHF"},
    {SPAN_INIT("aud"), "AUD"},     {SPAN_INIT("cad"), "CAD"},     {SPAN_INIT("brl"), "BRL"},
    {SPAN_INIT("reais"), "BRL"},   {SPAN_INIT("inr"), "INR"},     {SPAN_INIT("rs"), "INR"},
    {SPAN_INIT("rupees"), "INR"},  {SPAN_INIT("lakh"), "INR"},    {SPAN_INIT("sek"), "SEK"},
    {SPAN_INIT("nok"), "NOK"},     {SPAN_INIT("dkk"), "DKK"},     {SPAN_INIT("kr"), "SEK"},
    {SPAN_INIT("pln"), "PLN"},     {SPAN_INIT("czk"), "CZK"},
};

static bool word_byte(char c) { return ascii_is_alnum(c) || (unsigned char)c >= 0x80; }

struct cursor {
  struct span text;
  size_t at;
};

static char peek(const struct cursor *c) { return c->at < c->text.len ? c->text.ptr[c->at] : '\0'; }

static void skip_blank(struct cursor *c) {
  if (peek(c) == ' ') c->at++;
}

static bool take_sign(struct cursor *c, const char **code) {
  for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
    if (!span_starts(span_from(c->text, c->at), signs[i].text)) continue;
    c->at += signs[i].text.len;
    *code = signs[i].code;
    return true;
  }
  return false;
}

static bool take_word(struct cursor *c, const char **code) {
  size_t end = c->at;
  while (end < c->text.len && word_byte(c->text.ptr[end])) end++;
  struct span word = span_slice(c->text, c->at, end);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (!span_eq(word, words[i].text)) continue;
    c->at = end;
    *code = words[i].code;
    return true;
  }
  return false;
}

/* Digits with separators. The last separator is the decimal point when one or two digits follow
 * it, and a thousands separator when three do. */
static bool take_number(struct cursor *c, double *value) {
  if (!ascii_is_digit(peek(c))) return false;
  double whole = 0, fraction = 0, scale = 1;
  while (ascii_is_digit(peek(c)) || peek(c) == '.' || peek(c) == ',' || peek(c) == '\'') {
    char sign = peek(c);
    if (ascii_is_digit(sign)) {
      whole = whole * 10 + (sign - '0');
      c->at++;
      continue;
    }
    size_t digits = 0;
    while (c->at + 1 + digits < c->text.len && ascii_is_digit(c->text.ptr[c->at + 1 + digits]))
      digits++;
    if (digits == 3) {
      c->at++;
      continue;
    }
    if (digits == 0 || sign == '\'') break;
    for (c->at++; ascii_is_digit(peek(c)); c->at++) {
      scale /= 10;
      fraction += scale * (peek(c) - '0');
    }
    break;
  }
  *value = whole + fraction;
  return true;
}

/* "k", "m", "mio", "thousand", "million" ... behind the number; 1 when there is none. *clear becomes
 * true when the scale alone says money: "62k" does, "5 m" may be metres. */
static double take_scale(struct cursor *c, bool *clear) {
  static const struct {
    struct span text;
    double factor;
  } scales[] = {
      {SPAN_INIT("k"), 1e3},        {SPAN_INIT("thousand"), 1e3}, {SPAN_INIT("tausend"), 1e3},
      {SPAN_INIT("mille"), 1e3},    {SPAN_INIT("mil"), 1e3},      {SPAN_INIT("duizend"), 1e3},
      {SPAN_INIT("m"), 1e6},        {SPAN_INIT("mn"), 1e6},       {SPAN_INIT("mio"), 1e6},
      {SPAN_INIT("million"), 1e6},  {SPAN_INIT("millionen"), 1e6}, {SPAN_INIT("millions"), 1e6},
      {SPAN_INIT("bn"), 1e9},       {SPAN_INIT("billion"), 1e9},  {SPAN_INIT("lakh"), 1e5},
      {SPAN_INIT("lakhs"), 1e5},    {SPAN_INIT("crore"), 1e7},    {SPAN_INIT("grand"), 1e3},
  };
  struct cursor ahead = *c;
  skip_blank(&ahead);
  size_t end = ahead.at;
  while (end < ahead.text.len && word_byte(ahead.text.ptr[end]) &&
         (unsigned char)ahead.text.ptr[end] < 0x80)
    end++;
  struct span word = span_slice(ahead.text, ahead.at, end);
  for (size_t i = 0; i < sizeof scales / sizeof *scales; i++) {
    if (!span_eq(word, scales[i].text)) continue;
    c->at = end;
    *clear |= !span_eq(word, SPAN_LIT("m")) && !span_eq(word, SPAN_LIT("mil"));
    return scales[i].factor;
  }
  return 1;
}

/* "-3k" or " to 3k" behind a number: the upper end of a range. */
static bool take_range(struct cursor *c, double *value, double *factor, bool *clear) {
  struct cursor ahead = *c;
  skip_blank(&ahead);
  if (span_starts(span_from(ahead.text, ahead.at), SPAN_LIT("to ")))
    ahead.at += 3;
  else if (span_starts(span_from(ahead.text, ahead.at), SPAN_LIT("\xE2\x80\x93")))
    ahead.at += 3;
  else if (peek(&ahead) == '-')
    ahead.at++;
  else
    return false;
  skip_blank(&ahead);
  const char *ignored;
  take_sign(&ahead, &ignored);
  if (!take_number(&ahead, value)) return false;
  *factor = take_scale(&ahead, clear);
  *c = ahead;
  return true;
}

/* Tries to read an amount that starts at *c; moves behind it. */
static bool take_money(struct cursor *c, struct money *out) {
  const char *code = NULL;
  size_t start = c->at;
  bool marked = take_sign(c, &code) || take_word(c, &code);
  if (marked) skip_blank(c);
  double value;
  if (!take_number(c, &value)) return false;
  double factor = take_scale(c, &marked), high = value, high_factor = factor;
  bool range = take_range(c, &high, &high_factor, &marked);
  if (range && factor == 1 && high_factor > 1 && value < 1000) factor = high_factor; /* "2-3k" */
  struct cursor ahead = *c;
  skip_blank(&ahead);
  if (!code && (take_sign(&ahead, &code) || take_word(&ahead, &code))) {
    marked = true;
    *c = ahead;
  }
  bool ends = c->at >= c->text.len || !word_byte(c->text.ptr[c->at]);
  if (!marked || !ends) return false;
  *out = (struct money){.start = start, .end = c->at, .amount = value * factor,
                        .amount_high = high * high_factor};
  if (code) memcpy(out->currency, code, strlen(code) + 1);
  return true;
}

bool money_find(struct span sentence, size_t from, struct money *out) {
  struct cursor c = {sentence, from};
  while (c.at < sentence.len) {
    if (c.at == 0 || !word_byte(sentence.ptr[c.at - 1])) {
      struct cursor attempt = c;
      if (take_money(&attempt, out)) return true;
    }
    c.at++;
  }
  return false;
}
