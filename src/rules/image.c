#include "rules/image.h"

#include <xxhash.h>

#include "mailsignal/rule_book.h"

struct span image_part(const struct image_header *image, enum image_part part) {
  return (struct span){(const char *)image + image->parts[part].start,
                       (size_t)image->parts[part].size};
}

const char *image_string(const struct image_header *image, uint32_t at) {
  return image_part(image, PART_STRINGS).ptr + at;
}

static bool parts_fit(const struct image_header *image) {
  for (int i = 0; i < IMAGE_PARTS; i++) {
    uint64_t start = image->parts[i].start, size = image->parts[i].size;
    if (start % 64 || start > image->size || size > image->size - start) return false;
  }
  return true;
}

/* Whether [first, first + n) lies within `total`. */
static bool range_fits(uint32_t first, uint32_t n, size_t total) {
  return first <= total && n <= total - first;
}

static size_t count(const struct image_header *image, enum image_part part, size_t size) {
  return image_part(image, part).len / size;
}

static bool rules_fit(const struct image_header *image) {
  const struct image_rule *rules = (const void *)image_part(image, PART_RULES).ptr;
  size_t n = count(image, PART_RULES, sizeof *rules), strings = image->parts[PART_STRINGS].size;
  size_t patterns = count(image, PART_PATTERNS, sizeof(struct image_pattern));
  size_t clauses = count(image, PART_CLAUSES, sizeof(struct image_clause));
  for (size_t i = 0; i < n; i++) {
    const struct image_rule *r = &rules[i];
    if (r->id >= strings || r->about >= strings || r->group >= strings || r->file >= strings ||
        r->language[3] || r->signal >= SIGNAL_COUNT || r->within > WITHIN_MESSAGE)
      return false;
    if (r->n_match > UINT32_MAX - r->n_unless ||
        !range_fits(r->first_pattern, r->n_match + r->n_unless, patterns) ||
        !range_fits(r->first_clause, r->n_clauses, clauses))
      return false;
  }
  return true;
}

static bool all_below(const struct image_header *image, enum image_part part, uint64_t limit) {
  const uint32_t *items = (const void *)image_part(image, part).ptr;
  for (size_t i = 0; i < count(image, part, sizeof *items); i++)
    if (items[i] >= limit) return false;
  return true;
}

static bool postings_fit(const struct image_header *image) {
  const struct image_posting *postings = (const void *)image_part(image, PART_POSTINGS).ptr;
  size_t patterns = count(image, PART_PATTERNS, sizeof(struct image_pattern));
  size_t sets = count(image, PART_SETS, sizeof(struct image_set));
  for (size_t i = 0; i < count(image, PART_POSTINGS, sizeof *postings); i++) {
    if (postings[i].pattern >= patterns) return false;
    for (int k = 0; k < MOST_NEEDS - 1; k++)
      if (image_need_set(postings[i].needs[k]) >= sets) return false;
  }
  return true;
}

static bool groups_fit(const struct image_header *image) {
  const struct image_group *groups = (const void *)image_part(image, PART_GROUPS).ptr;
  size_t postings = count(image, PART_POSTINGS, sizeof(struct image_posting));
  size_t sets = count(image, PART_SETS, sizeof(struct image_set));
  for (size_t i = 0; i < count(image, PART_GROUPS, sizeof *groups); i++)
    if (image_need_set(groups[i].lead) >= sets ||
        !range_fits(groups[i].first_posting, groups[i].n_postings, postings))
      return false;
  return true;
}

static bool sets_fit(const struct image_header *image) {
  const struct image_set *sets = (const void *)image_part(image, PART_SETS).ptr;
  size_t n = count(image, PART_SETS, sizeof *sets);
  size_t members = count(image, PART_MEMBERS, sizeof(uint32_t));
  size_t literals = count(image, PART_LITERALS, sizeof(struct image_literal));
  for (size_t i = 0; i < n; i++)
    if (!range_fits(sets[i].first_member, sets[i].n_members, members)) return false;
  return all_below(image, PART_MEMBERS, literals);
}

static bool literals_fit(const struct image_header *image) {
  const struct image_literal *literals = (const void *)image_part(image, PART_LITERALS).ptr;
  size_t groups = count(image, PART_GROUPS, sizeof(struct image_group));
  for (size_t i = 0; i < count(image, PART_LITERALS, sizeof *literals); i++)
    if (!range_fits(literals[i].first_group, literals[i].n_groups, groups)) return false;
  return true;
}

static bool prefilter_fits(const struct image_header *image) {
  size_t patterns = count(image, PART_PATTERNS, sizeof(struct image_pattern));
  return literals_fit(image) && groups_fit(image) && postings_fit(image) && sets_fit(image) &&
         all_below(image, PART_LOOSE, patterns);
}

static bool patterns_fit(const struct image_header *image) {
  const struct image_pattern *patterns = (const void *)image_part(image, PART_PATTERNS).ptr;
  size_t n = count(image, PART_PATTERNS, sizeof *patterns);
  size_t rules = count(image, PART_RULES, sizeof(struct image_rule));
  for (size_t i = 0; i < n; i++)
    if (patterns[i].rule >= rules ||
        !range_fits(patterns[i].regex, patterns[i].regex_len, image->parts[PART_STRINGS].size))
      return false;
  return true;
}

static bool clauses_fit(const struct image_header *image) {
  const struct image_clause *clauses = (const void *)image_part(image, PART_CLAUSES).ptr;
  const struct image_ref *refs = (const void *)image_part(image, PART_REFS).ptr;
  size_t n_refs = count(image, PART_REFS, sizeof *refs);
  for (size_t i = 0; i < count(image, PART_CLAUSES, sizeof *clauses); i++)
    if (!range_fits(clauses[i].first_ref, clauses[i].n_refs, n_refs) ||
        clauses[i].kind > CLAUSE_NEAR)
      return false;
  for (size_t i = 0; i < n_refs; i++) {
    size_t limit = refs[i].is_rule ? count(image, PART_RULES, sizeof(struct image_rule))
                                   : count(image, PART_PATTERNS, sizeof(struct image_pattern));
    if (refs[i].index >= limit) return false;
  }
  return true;
}

static bool entries_fit(const struct image_header *image) {
  const struct image_entry *entries = (const void *)image_part(image, PART_ENTRIES).ptr;
  size_t strings = image->parts[PART_STRINGS].size;
  for (size_t i = 0; i < count(image, PART_ENTRIES, sizeof *entries); i++)
    if (entries[i].list >= strings || entries[i].phrase >= strings || entries[i].name >= strings)
      return false;
  return true;
}

bool image_is_sound(struct span bytes, struct image_key key) {
  const struct image_header *image = (const void *)bytes.ptr;
  if (bytes.len < sizeof *image || memcmp(image->magic, "msrules", 8) != 0) return false;
  if (image->key.low != key.low || image->key.high != key.high) return false;
  if (image->size != bytes.len || image->id[sizeof image->id - 1]) return false;
  if (image->checksum != XXH3_64bits(bytes.ptr + sizeof *image, bytes.len - sizeof *image))
    return false;
  if (!parts_fit(image)) return false;
  struct span strings = image_part(image, PART_STRINGS);
  if (strings.len == 0 || strings.ptr[strings.len - 1]) return false;
  return rules_fit(image) && patterns_fit(image) && prefilter_fits(image) && clauses_fit(image) &&
         entries_fit(image);
}
