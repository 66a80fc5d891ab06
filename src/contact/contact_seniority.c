#include "contact/contact_parts.h"

/* Lower ranks of the words that decide: a "Purchasing Manager" is no decision maker, a "General
 * Manager" is one; nor is a "Scrum Master" or "Head Chef". */
static bool is_managing(const struct word *words, size_t i, size_t n) {
  static const struct span deciding[] = {SPAN_INIT("general"), SPAN_INIT("managing"),
                                         SPAN_INIT("gerente")};
  if (i == 0)
    return i + 1 < n && span_eq(words[0].folded, SPAN_LIT("gerente")) &&
           (span_eq(words[1].folded, SPAN_LIT("general")) ||
            span_eq(words[1].folded, SPAN_LIT("geral")));
  for (size_t k = 0; k < sizeof deciding / sizeof *deciding; k++)
    if (span_eq(words[i - 1].folded, deciding[k]))
      return span_eq(words[i].folded, SPAN_LIT("manager"));
  return false;
}

/* "Head Chef", "Chief Engineer" and "Head System Administrator" lead a trade, not a company. */
static bool heads_a_trade(const struct word *words, size_t i, size_t n) {
  bool leads =
      span_eq(words[i].folded, SPAN_LIT("head")) || span_eq(words[i].folded, SPAN_LIT("chief"));
  if (!leads || span_eq(words[n - 1].folded, SPAN_LIT("officer"))) return false;
  for (size_t k = i + 1; k < n; k++) {
    if (words[k].comma_before || words[k].dash_before || words[k].entry.classes & W_FUNCTION)
      return false;
    if (words[k].entry.classes & W_TITLE) return true;
  }
  return false;
}

/* "HR Business Partner", "Partner Manager": only a partner alone or of the firm decides. */
static bool is_mere_partner(const struct word *words, size_t i, size_t n) {
  if (!span_eq(words[i].folded, SPAN_LIT("partner"))) return false;
  if (i + 1 < n && words[i + 1].entry.classes & W_TITLE && !words[i + 1].dash_before) return true;
  return i > 0 && span_eq(words[i - 1].folded, SPAN_LIT("business"));
}

enum seniority contact_seniority(struct arena *arena, struct span title) {
  struct word *words;
  size_t n = words_read(arena, title, &words);
  bool decides = false, influences = false;
  if (n == 0) return SENIORITY_UNKNOWN;
  for (size_t i = 0; i < n; i++) {
    unsigned classes = words[i].entry.classes;
    /* "Assistant to the CEO", "Executive Assistant": whatever comes next is the boss. */
    if (classes & W_ASSISTS) {
      bool before_title =
          i + 1 < n && words[i + 1].entry.classes & W_TITLE && !words[i + 1].comma_before;
      bool ranks = before_title && words[i + 1].entry.classes & (W_DECIDES | W_INFLUENCES);
      return ranks || decides || influences ? SENIORITY_INFLUENCER : SENIORITY_USER;
    }
    if ((classes & W_DECIDES && !heads_a_trade(words, i, n) && !is_mere_partner(words, i, n)) ||
        is_managing(words, i, n))
      decides = true;
    if (classes & (W_INFLUENCES | W_DECIDES)) influences = true;
  }
  if (decides) return SENIORITY_DECISION_MAKER;
  return influences ? SENIORITY_INFLUENCER : SENIORITY_USER;
}
