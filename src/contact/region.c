#include "contact/region.h"

#include "contact/domains.h"
#include "contact/shape.h"

enum {
  VOTE_OWN_DOMAIN = 9,
  VOTE_DOMAIN = 6,
  VOTE_COUNTRY = 7,
  VOTE_POSTCODE = 5,
  VOTE_STATE = 4,
  VOTE_CITY = 3,
  VOTE_LEGAL = 2, /* also of register names */
  VOTE_TIME_ZONE = 2,
  VOTE_LANGUAGE = 2, /* one more for the first country of the language */
};

void region_vote(struct regions *regions, const char *code, int votes) {
  if (!code[0]) return;
  for (size_t i = 0; i < regions->n; i++) {
    if (memcmp(regions->items[i].code, code, 2) != 0) continue;
    regions->items[i].votes += votes;
    return;
  }
  if (regions->n == MOST_REGIONS) return;
  struct region_vote *added = &regions->items[regions->n++];
  *added = (struct region_vote){.votes = votes};
  memcpy(added->code, code, 2);
}

static void vote_for_all(struct regions *regions, const char *codes, int votes, int first_extra) {
  struct span rest = span_of(codes), code;
  while (span_split(&rest, ' ', &code)) {
    region_vote(regions, code.ptr, votes + first_extra);
    first_extra = 0;
  }
}

static void vote_by_clock(struct regions *regions, const struct mail *mail) {
  static const struct {
    int offset;
    const char *codes;
  } zones[] = {
#define ZONE(offset, codes) {offset, codes},
#include "contact/data/timezones.def"
#undef ZONE
  };
  if (!mail->has_date) return;
  for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
    if (zones[i].offset == mail->date_offset)
      vote_for_all(regions, zones[i].codes, VOTE_TIME_ZONE, 0);
}

static void vote_by_language(struct regions *regions, const char *language) {
  static const struct {
    const char *language, *codes;
  } languages[] = {
#define LANGUAGE(language, codes) {language, codes},
#include "contact/data/languages.def"
#undef LANGUAGE
  };
  for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
    if (strcmp(languages[i].language, language) == 0)
      vote_for_all(regions, languages[i].codes, VOTE_LANGUAGE, 1);
}

static void vote_by_domain(struct regions *regions, struct span domain, int votes) {
  char code[3];
  domain_country(domain, code);
  region_vote(regions, code, votes);
}

static void vote_by_links(struct regions *regions, const struct contact *links) {
  for (size_t i = 0; i < links->emails.n; i++)
    vote_by_domain(regions, links->emails.items[i].value, VOTE_DOMAIN);
  for (size_t i = 0; i < links->websites.n; i++) {
    struct span url = links->websites.items[i].value;
    size_t scheme = span_find(url, SPAN_LIT("://"), 0);
    if (scheme != SPAN_NONE) url = span_from(url, scheme + 3);
    vote_by_domain(regions, span_slice(url, 0, span_find_byte(url, '/', 0)), VOTE_DOMAIN);
  }
}

static void vote_by_words(struct regions *regions, const struct block *block) {
  for (size_t i = 0; i < block->lines.n; i++) {
    const struct block_line *line = &block->lines.items[i];
    if (line->signoff || line->foreign) continue;
    struct word *words;
    size_t n = words_read(block->arena, block_text(block, line->start, line->end), &words);
    for (size_t w = 0; w < n; w++) {
      const struct word_entry *entry = &words[w].entry;
      bool capital = words[w].letters != CASE_LOWER;
      if (entry->classes & W_COUNTRY && capital) region_vote(regions, entry->region, VOTE_COUNTRY);
      else if (entry->classes & W_STATE && capital) region_vote(regions, entry->region, VOTE_STATE);
      else if (entry->classes & W_CITY && capital) region_vote(regions, entry->region, VOTE_CITY);
      else if (entry->classes & (W_LEGAL | W_REGISTER))
        region_vote(regions, entry->region, VOTE_LEGAL);
      const char *postcode = postcode_region(words, w, n);
      if (postcode) region_vote(regions, postcode, VOTE_POSTCODE);
    }
  }
}

void regions_sort(struct regions *regions) {
  for (size_t i = 1; i < regions->n; i++) {
    struct region_vote moved = regions->items[i];
    size_t k = i;
    for (; k > 0 && regions->items[k - 1].votes < moved.votes; k--)
      regions->items[k] = regions->items[k - 1];
    regions->items[k] = moved;
  }
}

void regions_find(const struct block *block, const struct contact *links, struct regions *out) {
  vote_by_domain(out, block->sender.domain, VOTE_OWN_DOMAIN);
  vote_by_links(out, links);
  vote_by_words(out, block);
  vote_by_clock(out, block->input->mail);
  vote_by_language(out, block->input->language);
  vote_for_all(out, "US GB", 1, 0);
  regions_sort(out);
}
